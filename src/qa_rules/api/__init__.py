"""What is asked of a decision and of a ruleset afterwards."""
