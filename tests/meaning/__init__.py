"""The meaning of rulesets, written a second time, from the documentation: it shares no code with the library.

It reads a ruleset, a policy and facts as plain data, as YAML reads them, and comes to verdicts, tiers, answers and
overdue conditions by the plainest way there is: everything is asked once for each strength, with all that is weaker
taken as not known; a test whose fact is not known is tried with all that the fact may be; a gap is looked for day by
day; that outcomes leave nobody out is tried reading by reading. `test_same_meaning` holds the library against it.
"""
