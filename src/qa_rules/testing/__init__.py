"""Suites of cases for rulesets: what a suite has to show, what it shows, and suites made to show all of it.

obligations  what a suite owes a ruleset: every verdict, test, tier and answer each way, MC/DC, boundaries
conditions   when a case meets an obligation, in terms of the nodes of a closed ruleset; no solver
probing      a closed ruleset with further nodes that obligations look at
boundaries   the values at which a test changes its mind
coverage     which cases meet which obligations
searching    a provider for each obligation, or a proof that there is none, in a process of its own; `proving` asks z3
exploring    providers a step or two from those already found, who meet most obligations; `nearby` makes them
minimising   as few cases as do, with as few facts
generating   the front door: `generate`
writing      a suite as a file of cases; `naming`, `telling` and `tidying` make it fit to be read
mutants      every small slip of a ruleset or policy; `altering` makes them
killing      which of them cases catch; `reaching` says what each can touch
survivors    those that no case catches: equal, told apart by a provider, or undecided; needs z3
completing   the cases that generated suites lack to catch all that can be told apart; needs z3
quoting      tests as authors write them in rules
seeds        providers by what is decided of them, from cases and from `aiming`, which needs z3
"""
