"""The old path of `qa_rules.api.analyse`."""

from qa_rules._moved import moved

__getattr__ = moved("qa_rules.answering", "qa_rules.api.analyse")
