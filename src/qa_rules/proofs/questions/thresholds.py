"""Can every threshold be attained, do thresholds rise with the tiers, and does no step of one fact skip a tier?"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from itertools import pairwise

from qa_rules.errors import Place
from qa_rules.model.expressions import (
    AtLeast,
    Compare,
    Count,
    Expr,
    Fact,
    Includes,
    Inclusion,
    Literal,
    Op,
    OverRecords,
    Quantified,
    Sided,
    Within,
    children,
    walk,
)
from qa_rules.model.facts import FactDeclaration, FactType, Vocabulary
from qa_rules.model.nodes import NodeId
from qa_rules.program import levels
from qa_rules.program.gates import FALSE, Const, Lit
from qa_rules.program.graph import Node
from qa_rules.proofs.claims import Claim, Part
from qa_rules.proofs.study import Study
from qa_rules.proofs.symbolic import YES, Cell
from qa_rules.proofs.words import owner_of, words_of
from qa_rules.semantics.written import written

ATTAINABLE = "threshold-attainable"
ORDERED = "threshold-order"
CLIFF = "tier-cliff"


def attainable(study: Study) -> Iterator[Claim]:
    """Claim of each count and each number that is asked that somebody can reach it.

    A comparison of a number that the ruleset defines is asked as a whole: what it comes apart into nobody wrote.
    """
    seen: set[tuple[Place | None, Expr]] = set()
    for node in study.closed.nodes:
        for test in _asked(node, study.ruleset.vocabulary):
            told = node.compared if test is node.expr and node.compared is not None else test
            if not is_threshold(told) or (told.place, told) in seen:
                continue
            seen.add((told.place, told))
            at = owner_of(study.closed, node.name)
            words = words_of(told, study.ruleset.vocabulary)
            yield Claim(
                code=ATTAINABLE,
                at=at,
                statement=f"somebody can reach what {at} asks: {words}",
                wanted=True,
                literals=(study.encoder.of(test, study.nodes).t[0],),
                fault=f"nobody can ever reach what {at} asks: {words}",
                hint="lower the number, or widen what it is counted from",
                place=told.place or study.ruleset.place,
                about=(node.name,),
                reads=(node.name,),
                parts=tuple(counted(study, test)) if told is test else (),
            )


def _asked(node: Node, vocabulary: Vocabulary) -> Iterator[Expr]:
    """The tests that an author wrote in a node, outside of records; of a comparison of a number the node whole."""
    if node.compared is None:
        yield from _outside_records(node.expr, vocabulary)
        return
    yield node.expr
    inner = _outside_records(node.expr, vocabulary)
    yield from (each for each in inner if each.place is not None and each.place != node.compared.place)


def counted(study: Study, test: Expr) -> Iterator[Part]:
    """Yield what is counted; of a count that nobody reaches, the fewest that exclude each other are named."""
    for each in test.operands if isinstance(test, AtLeast) else ():
        literal = study.encoder.of(each, study.nodes).t[0]
        yield Part(words_of(each, study.ruleset.vocabulary), literal, each.place or test.place)


def is_threshold(test: Expr) -> bool:
    """Return whether a test asks for a count, or for a number or day on one side of another."""
    match test:
        case AtLeast():
            return True
        case Quantified(count):
            return count is Count.AT_LEAST
        case Includes(_, how):
            return how is Inclusion.AT_LEAST
        case Compare(_, op, Literal(value)):
            return op is not Op.IS and not isinstance(value, bool)
        case _:
            return False


def _outside_records(expr: Expr, vocabulary: Vocabulary) -> Iterator[Expr]:
    test = written(expr, vocabulary)
    yield test
    if test is expr and not isinstance(expr, OverRecords | Sided):
        for child in children(expr):
            yield from _outside_records(child, vocabulary)


def ordered(study: Study) -> Iterator[Claim]:
    """Claim that whoever passes a threshold of a tier passes the one that the tier below has on the same fact."""
    ladder = study.closed.ladder
    for way in levels.ways_of(study.ruleset) if ladder else ():
        on = f"on the route {way}, " if way else ""
        for number, tier in enumerate(ladder[1 : levels.reach(ladder, way)], 2):
            above, below = (_thresholds(study, way, at) for at in (number, number - 1))
            for key in sorted(above.keys() & below.keys()):
                name, mine, theirs = key[0], above[key], below[key]
                words = [words_of(each, study.ruleset.vocabulary) for each in (mine, theirs)]
                passes, falls = (study.encoder.of(each, study.nodes) for each in (mine, theirs))
                yield Claim(
                    code=ORDERED,
                    at=tier.id,
                    statement=f"{on}`{tier.id}` asks no less of `{name}` than the tier below",
                    wanted=False,
                    literals=(passes.t[0], falls.f[0]),
                    fault=f"{on}`{tier.id}` asks that {words[0]}, and the tier below it asks more:"
                    f" that {words[1]}",
                    hint="put the thresholds in order: a higher tier asks at least as much",
                    place=mine.place or tier.place,
                    reads=(NodeId.needs(way, number), NodeId.needs(way, number - 1)),
                )


def _thresholds(study: Study, route: str, number: int) -> Mapping[tuple[str, bool], Compare | Within]:
    """What a tier asks in any case, by fact: comparisons with a number or option, and apart from them spans of time."""
    index = study.closed.index.get(NodeId.needs(route, number))
    found: dict[tuple[str, bool], Compare | Within] = {}
    ahead = [] if index is None else [study.closed.nodes[index].expr]
    while ahead:
        expr = ahead.pop()
        if isinstance(expr, Compare) and isinstance(expr.left, Fact) and is_threshold(expr):
            found.setdefault((expr.left.name, False), expr)
        elif isinstance(expr, Within):
            for each in (expr.moment, expr.start):
                if isinstance(each, Fact):
                    found.setdefault((each.name, True), expr)
        elif not isinstance(expr, OverRecords):
            ahead.extend(children(expr))
    return found


def cliffs(study: Study) -> Iterator[Claim]:
    """Claim that one step of one fact moves the required tier by one at most; a yes or no is only noted."""
    policy = study.closed.policy
    if policy is None or NodeId.required(1) not in study.nodes or len(policy.tiers) < 3:
        return
    make, ladder = study.make, range(3, len(policy.tiers) + 1)
    reads = {name for at in ladder for name in study.reads[NodeId.required(at)]}
    for name in sorted(reads & set(study.world.cells) & set(study.facts)):
        declared = study.ruleset.vocabulary.scalars[name]
        cell, prefix = study.world.cells[name], "one step "
        other = study.another(name, prefix)
        step = _step(study, declared, cell, other) if isinstance(other, Cell) else FALSE
        if step == FALSE:
            continue
        nodes = study.copy({name: other})
        jumps = [
            make.all((one[NodeId.required(at)].t[0], two[NodeId.required(at - 1)].f[0]))
            for at in ladder
            for one, two in ((study.nodes, nodes), (nodes, study.nodes))
        ]
        graded = declared.type not in (FactType.YES_NO, FactType.JUDGEMENT)
        yield Claim(
            code=CLIFF,
            at=name,
            statement=f"one step of `{name}` moves the required tier by one at most",
            wanted=False,
            literals=(step, make.any(jumps)),
            fault=f"one step of `{name}` moves the required tier by two or more",
            hint="give the step in between a row of its own, or accept it with the reason",
            place=policy.required_tier[0].place or policy.place,
            reads=tuple(NodeId.required(at) for at in range(1, len(policy.tiers) + 1)),
            changed={name: prefix},
            note=not graded,
        )


def _step(study: Study, declared: FactDeclaration, cell: Cell, other: Cell) -> Lit:
    """Both are known, and one is the next above the other."""
    make = study.make
    known = [*cell.known, *other.known, -cell.none, -other.none]
    if declared.type in (FactType.YES_NO, FactType.JUDGEMENT):
        return make.all((*known, -cell.has(YES), other.has(YES)))
    if declared.type is FactType.CHOICE and declared.ordered:
        options = list(declared.options)
        pairs = pairwise(options)
        return make.all((*known, make.any(make.all((cell.has(a), other.has(b))) for a, b in pairs)))
    if cell.number is not None and other.number is not None and declared.type is FactType.INTEGER:
        numbers = (cell.number, other.number)
        return make.all(
            (*known, make.any(make.all(map(make.equal, numbers, pair)) for pair in _steps(study, declared)))
        )
    return FALSE


def _steps(study: Study, declared: FactDeclaration) -> Iterator[tuple[Const, Const]]:
    """The steps at which some comparison of the number may turn."""
    turns = {
        int(each.right.value) + by
        for node in study.closed.nodes
        for each in walk(node.expr)
        if isinstance(each, Compare) and each.left == Fact(declared.name)
        if isinstance(each.right, Literal) and isinstance(each.right.value, int)
        for by in (-1, 0)
    }
    yield from ((Const(low), Const(low + 1)) for low in sorted(turns))
