"""The old path of `qa_rules.interview.requests`."""

from qa_rules._moved import Moved, moved

__getattr__: Moved = moved("qa_rules.interviewing.requests", "qa_rules.interview.requests")
