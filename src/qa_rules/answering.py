"""The old path of `qa_rules.api.analyse`."""

from qa_rules._moved import Moved, moved

__getattr__: Moved = moved("qa_rules.answering", "qa_rules.api.analyse")
