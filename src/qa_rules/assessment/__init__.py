"""From facts to a decision: run an engine, hold what was decided, keep it and replay it."""
