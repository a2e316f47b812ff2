"""Why, step by step: the fewest facts that settle an answer, as a tree as deep as fits."""

from __future__ import annotations

from qa_rules.api import analyse
from qa_rules.assessment.assess import Assessment
from qa_rules.explain.messages import say
from qa_rules.explain.tree import Step
from qa_rules.reports.blocks import Block, Tree, Twig

MOST_STEPS = 40
"""How many lines of a tree are shown."""


def tree(assessment: Assessment) -> tuple[Block, ...]:
    """Return the fewest facts that settle the overall answer, or keep it open, as a tree as deep as fits."""
    root = analyse.why(assessment).tree
    deepest = max(depth for depth, _ in _twig(root, 99).lines())
    fitting = (each for each in range(deepest, 1, -1) if len([*_twig(root, each).lines()]) <= MOST_STEPS)
    return (Tree(_twig(root, next(fitting, 1))),)


def _twig(step: Step, depth: int) -> Twig:
    evidence = "; ".join(dict.fromkeys(each.text for each in step.facts if each.text))
    clause = say(" ({clause})", clause=step.clause) if step.clause else ""
    text = f"{step.text}{clause}{f' [{evidence}]' if evidence else ''}"
    return Twig(text, tuple(_twig(each, depth - 1) for each in step.inside) if depth else ())
