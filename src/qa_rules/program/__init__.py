"""A closed ruleset as one program: gates over its tests, whose named outputs are verdicts, tiers and answers.

Nobody else knows how an answer follows from nodes. No solver is needed to build or to evaluate it.

gates       truths, and comparisons of numbers; a literal is a gate or its opposite
store       the gates, equal ones once; `simulate` tries many subjects on them at once
algebra     the connectives of graded verdicts on literals
lower       the connectives of a closed ruleset as gates over its tests
decide      what nodes come to: verdicts, tiers, what is possible, answers
"""
