"""The old path of `qa_rules.api.verify`."""

from qa_rules._moved import Moved, moved

__getattr__: Moved = moved("qa_rules.verifying", "qa_rules.api.verify")
