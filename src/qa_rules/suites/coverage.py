"""The old path of `qa_rules.testing.coverage`."""

from qa_rules._moved import Moved, moved

__getattr__: Moved = moved("qa_rules.suites.coverage", "qa_rules.testing.coverage")
