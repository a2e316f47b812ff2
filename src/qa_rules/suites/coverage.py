"""The old path of `qa_rules.testing.coverage`."""

from qa_rules._moved import moved

__getattr__ = moved("qa_rules.suites.coverage", "qa_rules.testing.coverage")
