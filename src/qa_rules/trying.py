"""The old path of `qa_rules.testing.cases`."""

from qa_rules._moved import moved

__getattr__ = moved("qa_rules.trying", "qa_rules.testing.cases")
