"""Interviews: the session that can stop and go on, and the same without a session, for a web page."""
