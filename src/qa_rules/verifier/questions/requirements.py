"""Is every requirement alive, and every test in it?"""

from __future__ import annotations

from collections.abc import Iterator

from qa_rules.errors import Place
from qa_rules.meaning.wording import Wording, subject_of
from qa_rules.model.expressions import (
    Compare,
    Constant,
    Empty,
    Expr,
    Given,
    Includes,
    OneOf,
    Quantified,
    Reference,
    Together,
    Within,
    rebuild,
    walk,
)
from qa_rules.model.rulesets import Requirement
from qa_rules.verifier.claims import Claim
from qa_rules.verifier.encoding import Pair
from qa_rules.verifier.study import Study

LIVE = "requirement-live"
DEAD = "dead-test"


def live(study: Study) -> Iterator[Claim]:
    """Claim that each requirement can be met, not met and, where it has a condition, not applicable."""
    for each in study.ruleset.requirements:
        ways = [
            ("be met", study.met(each.id), "nobody can ever meet it"),
            ("be not met", study.not_met(each.id), "nobody can ever fall short of it"),
        ]
        if each.applies_when is not None:
            ways.append(("be not applicable", study.not_applicable(each.id), "it applies to everybody"))
        for words, literal, fault in ways:
            yield Claim(
                code=LIVE,
                at=each.id,
                statement=f"{each.id} can {words}",
                wanted=True,
                literals=(literal,),
                fault=f"{each.id} can never {words}: {fault}",
                hint="look for tests that contradict each other, or a slip in a number, date or option",
                place=each.place,
                about=(each.id,),
            )


def dead_tests(study: Study) -> Iterator[Claim]:
    """Claim of each test in a requirement that leaving it out, or taking it as failed, changes some verdict."""
    seen: dict[tuple[Place | None, Expr], list[tuple[Requirement, Expr]]] = {}
    for each in study.ruleset.requirements:
        for name in _parts(study, each):
            for leaf in walk(study.closed.nodes[study.closed.index[name]].expr):
                if _is_test(leaf) and leaf.place is not None:
                    seen.setdefault((leaf.place, leaf), []).append((each, leaf))
    wording = Wording(study.ruleset.vocabulary)
    for (place, leaf), owners in seen.items():
        different = []
        for requirement, one in owners:
            for holds in (True, False):
                other = _without(study, requirement, one, holds)
                mine = study.nodes[requirement.id]
                different.append(
                    (
                        requirement,
                        study.make.any(
                            -study.make.same(a, b)
                            for a, b in zip((*mine.t, *mine.f), (*other.t, *other.f), strict=True)
                        ),
                    )
                )
        requirement = owners[0][0]
        for at, holds in enumerate((True, False)):
            literals = [literal for (_, literal) in different[at::2]]
            words = _words(leaf, wording)
            yield Claim(
                code=DEAD,
                at=requirement.id,
                statement=f"{requirement.id} turns on the test that {words}{'' if holds else ' may hold'}",
                wanted=True,
                literals=(study.make.any(literals),),
                fault=f"the test that {words} changes nothing in {requirement.id}: "
                + ("leaving it out gives the same verdicts" if holds else "it is never what decides"),
                hint="take it out, or correct what shadows it",
                place=place,
                about=(requirement.id,),
            )


def _parts(study: Study, requirement: Requirement) -> list[str]:
    names = (requirement.id, f"{requirement.id}/applies", f"{requirement.id}/met")
    split = names[1] in study.closed.index
    return [name for name in (names[1:] if split else names[:1]) if name in study.closed.index]


def _is_test(expr: Expr) -> bool:
    return isinstance(
        expr, Compare | Within | OneOf | Includes | Empty | Given | Quantified | Together | Reference
    )


def _without(study: Study, requirement: Requirement, leaf: Expr, holds: bool) -> Pair:
    """The requirement with a test taken as held or failed, wherever it stands in it at that place."""

    def change(expr: Expr) -> Expr:
        if expr == leaf and expr.place == leaf.place:
            return Constant(holds)
        return rebuild(expr, change)

    nodes = dict(study.nodes)
    for name in _parts(study, requirement):
        nodes[name] = study.encoder.of(change(study.closed.nodes[study.closed.index[name]].expr), nodes)
    if len(_parts(study, requirement)) == 1:
        return nodes[requirement.id]
    return study.encoder.only_when(nodes[f"{requirement.id}/applies"], nodes[f"{requirement.id}/met"])


def _words(leaf: Expr, wording: Wording) -> str:
    if isinstance(leaf, Reference):
        return f"{leaf.name} holds"
    if isinstance(leaf, Quantified | Together):
        return f"asks about the {leaf.collection.replace('_', ' ')}"
    if not isinstance(leaf, Compare | Within | OneOf | Includes | Empty | Given):
        return "stands here"
    subject = subject_of(leaf)
    return f"{'something' if subject is None else wording.label(subject)} is {wording.needs(leaf)}"
