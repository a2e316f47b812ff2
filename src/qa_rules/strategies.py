"""The old path of `qa_rules.testing.strategies`."""

from qa_rules._moved import moved

__getattr__ = moved("qa_rules.strategies", "qa_rules.testing.strategies")
