"""The old path of `qa_rules.testing.cases`."""

from qa_rules._moved import Moved, moved

__getattr__: Moved = moved("qa_rules.trying", "qa_rules.testing.cases")
