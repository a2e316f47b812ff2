"""The nouns, frozen: facts, expressions, rulesets, policies, assessments."""
