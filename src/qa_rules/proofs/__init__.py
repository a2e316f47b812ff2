"""Proofs about rulesets and policies, with providers as witnesses. Needs z3: `qa-rules[verify]`.

Truths and numbers are gates of a `program.store`.

cells       what may be believed of a subject, as variables, within limits that `reaching` takes from the rules
laws        what must hold between the variables, and which of it a question turns on
encoding    a closed ruleset over them: for each node, known met and known not met; `program.decide` reads it off
solving     asks z3; `translation`, the only module that imports it, says what it is told
study       a closed ruleset made ready for questions; its `pool` of providers is tried before the solver
questions   what is asked, one function a kind
proving     from claims to proofs; `witnesses` makes the smallest provider, and `realising` the facts
following   what fails only because something else does
completing  what holds whatever else is true; `filling` closes the gaps
comparing   two closed rulesets side by side; `rewording` sorts what was changed, `merging` joins their vocabularies
worker      all of it in processes of its own, which `apart` starts
"""
