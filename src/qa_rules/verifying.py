"""The old path of `qa_rules.api.verify`."""

from qa_rules._moved import moved

__getattr__ = moved("qa_rules.verifying", "qa_rules.api.verify")
