"""Does everything that is written decide something in the end: requirements, equivalences, tests outside of them?"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from qa_rules.errors import Place
from qa_rules.model.expressions import (
    AnyOf,
    Aspect,
    Expr,
    Not,
    Reference,
    children,
    is_test,
    walk,
)
from qa_rules.model.nodes import NodeId, OutcomeNode, Rung, TierNode
from qa_rules.model.values import Severity
from qa_rules.program.algebra import Pair
from qa_rules.program.bind import LOCK
from qa_rules.program.gates import FALSE, TRUE, Lit
from qa_rules.program.graph import Node, outcomes_of
from qa_rules.proofs.claims import Claim
from qa_rules.proofs.questions.requirements import DEAD
from qa_rules.proofs.questions.requirements import dead_tests as in_requirements
from qa_rules.proofs.study import Study, is_result
from qa_rules.proofs.words import owner_of, words_of
from qa_rules.semantics.written import taken, walk_written

DECIDES = "requirement-decides"
ADDS = "equivalence-adds"


def requirements(study: Study) -> Iterator[Claim]:
    """Claim of each requirement that leaving it out changes an answer or tier for somebody.

    Advice decides nothing by its name, and what only a lock reads is told in the lock, so neither is asked about.
    """
    results = [node.name for node in study.closed.nodes if is_result(node.name)]
    behind = study.closed.behind(results)
    in_locks = study.closed.behind(group.id for group in study.ruleset.groups if group.kind == LOCK)
    for each in study.ruleset.requirements:
        if study.passes_over(each.place):
            continue
        is_read = each.id in behind
        if study.closed.severities[each.id] is Severity.ADVICE or (not is_read and each.id in in_locks):
            continue
        sure = Pair((TRUE,) * study.limits.levels, (FALSE,) * study.limits.levels)
        parts = (each.id, NodeId.applies(each.id), NodeId.met(each.id))
        nodes = study.taking({name: sure for name in parts if name in study.nodes})
        yield Claim(
            code=DECIDES,
            at=each.id,
            statement=f"some answer or tier turns on {each.id}",
            wanted=True,
            literals=(),
            cases=tuple(study.differences(nodes)),
            fault=f"no answer and no tier ever turns on {each.id}: "
            + ("without it everything comes out the same" if is_read else "nothing reads it"),
            hint="something else always decides before it: take it out, or correct what shadows it"
            if is_read
            else f"let an outcome or tier ask for {each.id} or for a group that it is in, or make it advice",
            place=each.place,
            about=tuple(results) if is_read else (),
        )


def equivalences(study: Study) -> Iterator[Claim]:
    """Claim of each `instead` that it satisfies a group for somebody who does not satisfy its members."""
    for group in study.ruleset.groups:
        if group.instead is None:
            continue
        name = NodeId.met(group.id) if NodeId.met(group.id) in study.closed.index else group.id
        expr = study.closed.exprs[name]
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
            reads=(group.id,),
        )


def dead_tests(study: Study) -> Iterator[Claim]:
    """Claim of each test that something turns on it: a verdict, or for one elsewhere an answer, tier or group."""
    yield from in_requirements(study)
    yield from _elsewhere(study)


def _elsewhere(study: Study) -> Iterator[Claim]:
    """Claim of each test in tiers, tables, outcomes and equivalences that something turns on it.

    That is some answer, tier or group, or where a test is said again on purpose what it stands in. Tests that are
    written as one, such as those of a document that is current, are then asked about as one.
    """
    found = _written(study)
    asked: set[Place | None] = set()
    results = tuple(node.name for node in study.closed.nodes if is_result(node.name))
    for (place, leaf), nodes in found.items():
        name = nodes[0].name
        elsewhere = [other for other, each in found if each == leaf and other != place]
        inside = _is_said_again(study, name, elsewhere)
        forced = _is_row(name) and (
            any(_file(other) != _file(place) for other in elsewhere) or _is_forced(study, place)
        )
        if forced or place in asked:  # the table of a policy may say again what the ruleset forces
            continue
        if study.passes_over(place):
            continue
        if inside:
            asked.add(place)
        together = [each for other, each in found if other == place] if inside else [leaf]
        at, words = _owner(study, place, name), words_of(leaf, study.ruleset.vocabulary)
        for holds in (True, False):
            cases = _within(study, nodes, together, holds) if inside else _beyond(study, nodes, leaf, holds)
            yield Claim(
                code=DEAD,
                at=at,
                statement=f"{at} turns on the test that {words}{'' if holds else ' may hold'}",
                wanted=True,
                literals=(),
                cases=tuple(cases),
                fault=f"the test that {words} changes nothing in {at}: "
                + ("leaving it out gives the same results" if holds else "it is never what decides"),
                hint="take it out (of two that say the same, one), or correct what shadows it or makes it impossible",
                place=place,
                about=results,
            )


def _is_forced(study: Study, place: Place | None) -> bool:
    """Whether a ruleset forces a tier here, under a policy whose table of tiers may say the same in its own way."""
    policy = study.closed.policy
    return policy is not None and bool(policy.required_by) and _file(place) != _file(policy.place)


def _file(place: Place | None) -> str | None:
    return None if place is None else place.file


def _written(study: Study) -> dict[tuple[Place | None, Expr], list[Node]]:
    """The tests outside of requirements by their places, with the nodes that they stand in."""
    mine = {
        name
        for each in study.ruleset.requirements
        for name in (each.id, NodeId.applies(each.id), NodeId.met(each.id))
    }
    found: dict[tuple[Place | None, Expr], list[Node]] = {}
    for node in study.closed.nodes:
        if node.name not in mine and not node.name.is_named_test:
            for leaf in _tests(study, node):
                found.setdefault((leaf.place, leaf), []).append(node)
    return found


def _tests(study: Study, node: Node) -> Iterator[Expr]:
    """The tests that stand in a node, with their places.

    In an outcome what it asks of requirements, groups and tiers is one too; but not in the last one, which says the
    other way round what those before it say, nor what any other says so (the outcome of a level names its level,
    though whoever misses it has a stricter one), and not of a hard stop, which is named for all to see though a
    group that the outcome asks for holds it.
    """
    for each in walk_written(node.expr, study.ruleset.vocabulary):
        if is_test(each) and not isinstance(each, Reference) and each.place is not None:
            yield each
    if isinstance(node.name.parts, OutcomeNode) and not _is_last(study, node.name):
        missed = _missed_before(study, node.name)
        for each in _asked(node.expr):
            if isinstance(each, Reference) and each.aspect is Aspect.SATISFIED and each.name in missed:
                continue
            name = next(inner.name for inner in walk(each) if isinstance(inner, Reference))
            if name not in study.ruleset.requirement or not study.ruleset.requirement[name].hard_stop:
                yield each


def _missed_before(study: Study, name: NodeId) -> set[NodeId]:
    """What a stricter outcome of the same decision has whoever misses it."""
    parts = name.parts
    assert isinstance(parts, OutcomeNode)
    missed: set[NodeId] = set()
    (decision,) = (each for each in study.ruleset.decisions if each.id == parts.decision)
    for each in decision.outcomes:
        if each.id == parts.outcome:
            break
        ways = each.when.operands if isinstance(each.when, AnyOf) else (each.when,)
        missed |= {way.name for way in ways if isinstance(way, Reference) and way.aspect is Aspect.GAP}
    return missed


def _asked(expr: Expr) -> Iterator[Expr]:
    """The references in an expression, those to the opposite of a thing as a whole."""
    if isinstance(expr, Reference) or (isinstance(expr, Not) and isinstance(expr.operand, Reference)):
        if expr.place is not None:
            yield expr
        return
    for child in children(expr):
        yield from _asked(child)


def _is_last(study: Study, name: str) -> bool:
    return any(name == NodeId.outcome(each.id, each.outcomes[-1].id) for each in study.ruleset.decisions)


def _owner(study: Study, place: Place | None, name: NodeId) -> str:
    """The id of what a test stands in; of a row of the table the tier that it names."""
    policy = study.closed.policy
    for row in policy.required_tier if policy is not None and _is_row(name) else ():
        if row.when is not None and any(each.place == place for each in walk(row.when)):
            return row.tier
    return owner_of(study.closed, name)


def _is_said_again(study: Study, name: NodeId, elsewhere: Sequence[Place | None]) -> bool:
    """Whether a node says on purpose what is said elsewhere.

    The last outcome says the other way round what those before it say, and a higher tier says again what a lower one
    asks, for its readers. A table and the other outcomes do not.
    """
    stands_alone = _is_row(name) or isinstance(name.parts, OutcomeNode)
    return _is_last(study, name) if stands_alone else bool(elsewhere)


def _changed(study: Study, node: Node, leaf: Expr, holds: bool) -> Pair:
    return study.encoder.of(taken(node.expr, leaf, holds, study.ruleset.vocabulary), study.nodes)


def _within(study: Study, nodes: Iterable[Node], leaves: Iterable[Expr], holds: bool) -> Iterator[Lit]:
    """How the nodes that tests stand in come out otherwise when one is taken as held or failed, or do in the open."""
    for leaf in leaves:
        for node in nodes:
            yield _differs(study, study.nodes[node.name], _changed(study, node, leaf, holds))
            if node.name in study.open_nodes:
                yield _differs(
                    study, study.open_nodes[node.name], _changed_openly(study, node.name, leaf, holds)
                )


def _beyond(study: Study, nodes: Sequence[Node], leaf: Expr, holds: bool) -> Iterator[Lit]:
    """What comes out otherwise when a test is taken as held or failed: answers, tiers, groups and routes.

    A test in an outcome may be there for another policy.
    """
    after = study.taking({node.name: _changed(study, node, leaf, holds) for node in nodes})
    yield from study.differences(after)
    for name in (*study.ruleset.group, *(NodeId.used(route.id) for route in study.ruleset.routes)):
        if study.nodes[name] != after[name]:
            yield _differs(study, study.nodes[name], after[name])
    for decision in study.ruleset.decisions:
        name = nodes[0].name
        if name in outcomes_of(decision):
            before = study.open_nodes
            openly = {**before, name: _changed_openly(study, name, leaf, holds)}
            yield study.differ(study.told(decision, before), study.told(decision, openly))


def _changed_openly(study: Study, name: str, leaf: Expr, holds: bool) -> Pair:
    """The pair of a node under any policy with a test taken as held or failed."""
    expr = study.unbound.nodes[study.unbound.index[name]].expr
    return study.open_encoder.of(taken(expr, leaf, holds, study.ruleset.vocabulary), study.open_nodes)


def _differs(study: Study, one: Pair, other: Pair) -> Lit:
    return study.differ((*one.t, *one.f), (*other.t, *other.f))


def _is_row(name: NodeId) -> bool:
    """Whether the rows of the table of a policy stand in a node."""
    parts = name.parts
    return isinstance(parts, TierNode) and parts.rung is Rung.LOWER
