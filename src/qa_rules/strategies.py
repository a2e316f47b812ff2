"""The old path of `qa_rules.testing.strategies`."""

from qa_rules._moved import Moved, moved

__getattr__: Moved = moved("qa_rules.strategies", "qa_rules.testing.strategies")
