"""The old path of `qa_rules.interview.requests`."""

from qa_rules._moved import moved

__getattr__ = moved("qa_rules.interviewing.requests", "qa_rules.interview.requests")
