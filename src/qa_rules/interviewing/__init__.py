"""The old path of `qa_rules.interview`."""
