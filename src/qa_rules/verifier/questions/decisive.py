"""Does everything that is written decide something in the end: requirements, equivalences, tests outside of them?"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from qa_rules.errors import Place
from qa_rules.meaning.closing import Node
from qa_rules.model.expressions import AnyOf, Constant, Expr, Reference, rebuild, walk
from qa_rules.model.rulesets import Severity
from qa_rules.verifier.algebra import Pair
from qa_rules.verifier.claims import Claim
from qa_rules.verifier.encoding import Nodes
from qa_rules.verifier.gates import FALSE, TRUE, Lit
from qa_rules.verifier.questions.requirements import DEAD, is_test
from qa_rules.verifier.questions.requirements import dead_tests as in_requirements
from qa_rules.verifier.study import Study
from qa_rules.verifier.words import owner_of, words_of

DECIDES = "requirement-decides"
ADDS = "equivalence-adds"


def requirements(study: Study) -> Iterator[Claim]:
    """Claim of each requirement behind an answer or tier that leaving it out changes one for somebody.

    Advice decides nothing by its name, so it is not asked about.
    """
    results = [node.name for node in study.closed.nodes if _is_result(node.name)]
    behind = study.behind(results)
    for each in study.ruleset.requirements:
        if each.id not in behind or study.closed.severities[each.id] is Severity.ADVICE:
            continue
        sure = Pair((TRUE,) * study.limits.levels, (FALSE,) * study.limits.levels)
        parts = (each.id, f"{each.id}/applies", f"{each.id}/met")
        nodes = study.taking({name: sure for name in parts if name in study.nodes})
        yield Claim(
            code=DECIDES,
            at=each.id,
            statement=f"some answer or tier turns on {each.id}",
            wanted=True,
            literals=(),
            cases=tuple(study.differences(nodes)),
            fault=f"no answer and no tier ever turns on {each.id}: without it everything comes out the same",
            hint="something else always decides before it: take it out, or correct what shadows it",
            place=each.place,
            about=tuple(results),
        )


def equivalences(study: Study) -> Iterator[Claim]:
    """Claim of each `instead` that it satisfies a group for somebody who does not satisfy its members."""
    for group in study.ruleset.groups:
        if group.instead is None:
            continue
        name = f"{group.id}/met" if f"{group.id}/met" in study.closed.index else group.id
        expr = study.closed.nodes[study.closed.index[name]].expr
        if not isinstance(expr, AnyOf) or len(expr.operands) != 2:
            continue
        own, instead = (study.encoder.of(each, study.nodes) for each in expr.operands)
        yield Claim(
            code=ADDS,
            at=group.id,
            statement=f"what counts instead of the members of {group.id} helps somebody who does not meet them",
            wanted=True,
            literals=(instead.t[0], -own.t[0]),
            fault=f"what counts instead of the members of {group.id} helps nobody: whoever has it meets them anyway",
            hint="take `instead` out, or correct it",
            place=group.place,
            about=(group.id,),
        )


def dead_tests(study: Study) -> Iterator[Claim]:
    """Claim of each test that something turns on it: a verdict, or for one elsewhere an answer, tier or group."""
    yield from in_requirements(study)
    yield from _elsewhere(study)


def _elsewhere(study: Study) -> Iterator[Claim]:
    """Claim of each test in tiers, tables, outcomes and equivalences that some answer, tier or group turns on it."""
    mine = {
        name
        for each in study.ruleset.requirements
        for name in (each.id, f"{each.id}/applies", f"{each.id}/met")
    }
    found: dict[tuple[Place | None, Expr], list[Node]] = {}
    for node in study.closed.nodes:
        if node.name in mine or node.name.startswith("policy/"):
            continue
        for leaf in walk(node.expr):
            if is_test(leaf) and not isinstance(leaf, Reference) and leaf.place is not None:
                found.setdefault((leaf.place, leaf), []).append(node)
    results = [
        node.name
        for node in study.closed.nodes
        if _is_result(node.name) or node.name in study.ruleset.group or node.name.startswith("tier/used/")
    ]
    for (place, leaf), nodes in found.items():
        if _is_repeated(leaf, place, found):
            continue
        at, words = owner_of(study.closed, nodes[0].name), words_of(leaf, study.ruleset.vocabulary)
        for holds in (True, False):
            changed = {
                node.name: study.encoder.of(_put(node.expr, leaf, holds), study.nodes) for node in nodes
            }
            yield Claim(
                code=DEAD,
                at=at,
                statement=f"{at} turns on the test that {words}{'' if holds else ' may hold'}",
                wanted=True,
                literals=(),
                cases=tuple(_differences(study, results, study.given(changed))),
                fault=f"the test that {words} changes nothing in {at}: "
                + ("leaving it out gives the same results" if holds else "it is never what decides"),
                hint="take it out, or correct what shadows it or makes it impossible",
                place=place,
                about=tuple(results),
            )


def _is_repeated(leaf: Expr, place: Place | None, found: Iterable[tuple[Place | None, Expr]]) -> bool:
    """Whether the same test stands at another place: a higher tier repeats what a lower one asks, for its readers."""
    return any(other == leaf and at != place for at, other in found)


def _put(expr: Expr, leaf: Expr, holds: bool) -> Expr:
    if expr == leaf and expr.place == leaf.place:
        return Constant(holds)
    return rebuild(expr, lambda inner: _put(inner, leaf, holds))


def _differences(study: Study, results: Iterable[str], nodes: Nodes) -> Iterator[Lit]:
    make = study.make
    for name in results:
        one, other = study.nodes[name], nodes[name]
        if one != other:
            both = zip((*one.t, *one.f), (*other.t, *other.f), strict=True)
            yield make.any(-make.same(a, b) for a, b in both)


def _is_result(name: str) -> bool:
    return name.startswith(("outcome/", "scope", "tier/required", "tier/attained"))
