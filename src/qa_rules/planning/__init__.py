"""What follows from an assessment: why, what to fix, what to ask, how long it holds, where else.

Consumers of a closed ruleset. Nothing here runs an engine by itself: the front door (`answering`) hands in a
function to evaluate with. Nothing here is needed for a verdict.
"""
