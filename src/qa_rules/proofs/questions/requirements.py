"""Is every requirement alive, and every test in it?"""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial

from qa_rules.errors import Place
from qa_rules.model.expressions import (
    AllOf,
    AnyOf,
    Expr,
    Not,
    is_test,
)
from qa_rules.model.nodes import NodeId
from qa_rules.model.rulesets import Requirement
from qa_rules.program.bind import ClosedRuleset
from qa_rules.program.gates import Lit
from qa_rules.proofs.claims import Claim, Part
from qa_rules.proofs.questions.thresholds import counted
from qa_rules.proofs.study import Study
from qa_rules.proofs.wider import nobody
from qa_rules.proofs.words import words_of
from qa_rules.semantics.written import taken, walk_written

LIVE = "requirement-live"
DEAD = "dead-test"


def live(study: Study) -> Iterator[Claim]:
    """Claim that each requirement can be met, not met and, where it has a condition, not applicable."""
    for each in study.ruleset.requirements:
        if each.applies_when is not None and nobody(study, partial(_applying, name=each.id)):
            yield _applies(study, each)
            continue
        ways = [
            ("be met", study.met(each.id), "nobody can ever meet it", tuple(_asked(study, each))),
            (
                "be not met",
                study.not_met(each.id),
                "nobody can ever fall short of it",
                tuple(_falling_short(study, each)),
            ),
        ]
        if each.applies_when is not None:
            ways.append(("be not applicable", study.not_applicable(each.id), "it applies to everybody", ()))
        for words, literal, fault, parts in ways:
            yield Claim(
                code=LIVE,
                at=each.id,
                statement=f"{each.id} can {words}",
                wanted=True,
                literals=(literal,),
                fault=f"{each.id} can never {words}: {fault}",
                hint="look for tests that contradict each other or always hold, or a slip in a number, date or option",
                place=each.place,
                about=(each.id,),
                reads=(each.id,),
                parts=parts,
            )


def _applying(study: Study, name: str) -> tuple[Lit, ...]:
    return (study.nodes[NodeId.applies(name)].t[0],)


def _applies(study: Study, requirement: Requirement) -> Claim:
    """Claim of a requirement that somebody is asked it at all; without that all else of it says nothing."""
    return Claim(
        code=LIVE,
        at=requirement.id,
        statement=f"{requirement.id} applies to somebody",
        wanted=True,
        literals=_applying(study, requirement.id),
        fault=f"{requirement.id} applies to nobody, so nobody is ever asked it",
        hint="look for tests in its `applies_when` that contradict each other, or a slip in a number, date or option",
        place=requirement.place,
        about=(requirement.id,),
        reads=(requirement.id,),
        parts=tuple(_asked(study, requirement, 1)),
    )


def _asked(study: Study, requirement: Requirement, parts: int = 2) -> Iterator[Part]:
    """The tests that a requirement asks all together, those of when it applies first."""
    for name in _parts(study.closed, requirement)[:parts]:
        for expr in together(study.closed.exprs[name]):
            words = words_of(expr, study.ruleset.vocabulary)
            literal = study.encoder.of(expr, study.nodes).t[0]
            yield Part(words, literal, expr.place or requirement.place, tuple(counted(study, expr)))


def _falling_short(study: Study, requirement: Requirement) -> Iterator[Part]:
    """What has to be so of whoever falls short of a requirement: it applies, and each way to meet it fails."""
    *conditions, last = _parts(study.closed, requirement)
    yield from _asked(study, requirement, len(conditions))
    expr = study.closed.exprs[last]
    for each in expr.operands if isinstance(expr, AnyOf) else (expr,):
        literal = study.encoder.of(each, study.nodes).f[0]
        yield Part(words_of(Not(each), study.ruleset.vocabulary), literal, each.place or requirement.place)


def together(expr: Expr) -> Iterator[Expr]:
    """Yield what an expression asks all together."""
    if isinstance(expr, AllOf):
        for each in expr.operands:
            yield from together(each)
    else:
        yield expr


def dead_tests(study: Study) -> Iterator[Claim]:
    """Claim of each test in a requirement that leaving it out, or taking it as failed, changes some verdict."""
    policy = study.closed.policy
    theirs = None if policy is None or policy.place is None else policy.place.file
    seen: dict[tuple[Place | None, Expr], list[Requirement]] = {}
    for each in study.ruleset.requirements:
        for alone, closed in ((True, study.unbound), (False, study.closed)):
            # What a policy asks of another ruleset stands under that policy only.
            for name in _parts(closed, each) if each.id in closed.index else ():
                for leaf in walk_written(closed.exprs[name], study.ruleset.vocabulary):
                    mine = leaf.place is not None and (leaf.place.file != theirs) == alone
                    if mine and is_test(leaf):
                        owners = seen.setdefault((leaf.place, leaf), [])
                        owners += [] if each in owners else [each]
    for (place, leaf), owners in seen.items():
        if study.passes_over(place):
            continue
        words = words_of(leaf, study.ruleset.vocabulary)
        alone = place is None or place.file != theirs
        for holds in (True, False):
            yield Claim(
                code=DEAD,
                at=owners[0].id,
                statement=f"{owners[0].id} turns on the test that {words}{'' if holds else ' may hold'}",
                wanted=True,
                literals=(),
                cases=tuple(_changes(study, alone, owner, leaf, holds) for owner in owners),
                fault=f"the test that {words} changes nothing in {owners[0].id}: "
                + ("leaving it out gives the same verdicts" if holds else "it is never what decides"),
                hint="take it out (of two that say the same, one), or correct what shadows it or makes it impossible",
                place=place,
                about=tuple(owner.id for owner in owners) if not alone else (),
                reads=tuple(owner.id for owner in owners),
                worlds=2,
            )


def _parts(closed: ClosedRuleset, requirement: Requirement) -> list[str]:
    if NodeId.applies(requirement.id) in closed.index:
        return [NodeId.applies(requirement.id), NodeId.met(requirement.id)]
    return [requirement.id]


def _changes(study: Study, alone: bool, requirement: Requirement, leaf: Expr, holds: bool) -> Lit:
    """Whether a requirement changes when a test is taken as held or failed, wherever it stands at that place."""
    closed = study.unbound if alone else study.closed
    nodes, encoder = (study.open_nodes, study.open_encoder) if alone else (study.nodes, study.encoder)
    exprs = [closed.exprs[name] for name in _parts(closed, requirement)]
    parts = [encoder.of(taken(each, leaf, holds, study.ruleset.vocabulary), nodes) for each in exprs]
    other = parts[0] if len(parts) == 1 else encoder.only_when(*parts)
    mine = nodes[requirement.id]
    before, after = [*mine.t, *mine.f], [*other.t, *other.f]
    if len(parts) > 1:
        # Does not apply and met satisfy alike, and are two verdicts all the same.
        before += nodes[NodeId.applies(requirement.id)].f
        after += parts[0].f
    return study.make.any(-study.make.same(a, b) for a, b in zip(before, after, strict=True))
