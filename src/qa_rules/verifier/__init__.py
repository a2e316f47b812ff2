"""Proofs about rulesets and policies, with providers as witnesses. Needs z3: `qa-rules[verify]`.

formulas    truths and numbers as a store of gates; evaluates and simulates without a solver
cells       what may be believed of a subject, as variables
encoding    a closed ruleset over them: for each node, known met and known not met
solving     the only module that knows z3
study       a closed ruleset made ready for questions
questions   what is asked, one function a kind
proving     from claims to proofs; `witnesses` makes the smallest provider
worker      all of it in a process of its own
"""
