"""Whether outcomes leave nobody out, by trying every reading of the tests behind them.

Written apart from the library: no gates, no search. A reading takes each test as met or as not met, those of one fact
as some value of it makes them. Where there are too many readings, many are tried at random; that can only refute.
"""

from __future__ import annotations

import random
from collections.abc import Iterator, Mapping
from functools import lru_cache
from itertools import product

import attrs

from qa_rules.model.expressions import (
    AllOf,
    AnyOf,
    AtLeast,
    Compare,
    Constant,
    Expr,
    Fact,
    Given,
    Literal,
    Not,
    OneOf,
    OnlyWhen,
    Op,
    Reference,
    children,
    spans,
    terms,
)
from qa_rules.model.nodes import SCOPE, NodeId
from qa_rules.model.rulesets import Decision
from qa_rules.program.bind import ClosedRuleset, left_waiting
from qa_rules.program.exhaustive import exhaustive
from qa_rules.semantics.snapshot import Held, Known
from tests.semantics.completions import could_be
from tests.semantics.definition import worth

_MOST = 600
"""How many readings are tried where all can be."""
_AT_RANDOM = 30
"""How many are where not."""
Truth = bool | None


@lru_cache(maxsize=256)
def leaves_nobody_out(closed: ClosedRuleset, decision: Decision) -> bool:
    """Return whether no reading rules out every outcome; the program's word where not all could be tried."""
    waiting = left_waiting(closed)
    said = exhaustive(closed)[decision.id].holds
    everything = True
    for reading in readings(waiting, decision):
        if reading is None:
            everything = False
        elif is_left_out(waiting, decision, reading):
            assert not said, (decision.id, reading)
            return False
    assert said or not everything, decision.id
    return said


def is_left_out(closed: ClosedRuleset, decision: Decision, reading: Mapping[Expr, bool]) -> bool:
    """Return whether a reading puts somebody into scope and rules out every outcome."""
    worths: dict[str, Truth] = {}
    for name in _behind(closed, decision):
        worths[name] = _worth(closed.exprs[name], reading, worths)
    scopes = [worths[name] for name in _scopes(closed, decision)]
    outcomes = [worths[NodeId.outcome(decision.id, each.id)] for each in decision.outcomes]
    return all(each is True for each in scopes) and all(each is False for each in outcomes)


def readings(closed: ClosedRuleset, decision: Decision) -> Iterator[Mapping[Expr, bool] | None]:
    """Yield readings, and None at last where there are more than could be tried."""
    tests: dict[Expr, None] = {}
    for name in _behind(closed, decision):
        _collect(closed.exprs[name], tests)
    given = [test for test in tests if _is_always_given(closed, test)]
    for test in given:
        del tests[test]
    lots = _lots(closed, list(tests))
    always: dict[Expr, bool] = dict.fromkeys(given, True)
    count = 1
    for lot in lots:
        count *= len(lot)
    if count <= _MOST:
        ways = product(*lots)
    else:
        chance = random.Random(count)
        ways = (tuple(chance.choice(lot) for lot in lots) for _ in range(_AT_RANDOM))  # type: ignore[assignment]
    for way in ways:
        yield {test: truth for part in way for test, truth in part.items()} | always
    if count > _MOST:
        yield None


def _is_always_given(closed: ClosedRuleset, test: Expr) -> bool:
    """Whether everybody of whom everything is known has the fact: one that is never none, and no document's part."""
    if not isinstance(test, Given) or not isinstance(test.term, Fact) or "." in test.term.name:
        return False
    return not closed.ruleset.vocabulary.scalars[test.term.name].may_be_none


def _scopes(closed: ClosedRuleset, decision: Decision) -> list[str]:
    return [name for name in (SCOPE, NodeId.scope(decision.id)) if name in closed.index]


def _behind(closed: ClosedRuleset, decision: Decision) -> list[str]:
    wanted = [NodeId.outcome(decision.id, each.id) for each in decision.outcomes]
    behind = closed.behind([*wanted, *_scopes(closed, decision)])
    return [node.name for node in closed.nodes if node.name in behind]


def _plain(test: Expr) -> tuple[Expr, bool]:
    """A comparison that is the opposite of another one as that one, and whether it was."""
    opposite = {Op.MORE: Op.AT_MOST, Op.LESS: Op.AT_LEAST}
    if isinstance(test, Compare) and test.op in opposite:
        return attrs.evolve(test, op=opposite[test.op]), True
    if isinstance(test, Compare) and isinstance(test.right, Literal) and test.right.value is False:
        return attrs.evolve(test, right=Literal(True)), True
    return test, False


def _collect(expr: Expr, tests: dict[Expr, None]) -> None:
    match expr:
        case AllOf() | AnyOf() | AtLeast() | Not() | OnlyWhen():
            for child in children(expr):
                _collect(child, tests)
        case Reference() | Constant(True | False):
            pass
        case Constant(None, because) if not because:
            pass
        case _:
            tests[_plain(expr)[0]] = None


def _lots(closed: ClosedRuleset, tests: list[Expr]) -> list[list[dict[Expr, bool]]]:
    """The tests that hang together, each lot in every way in which they can come out."""
    declared = closed.ruleset.vocabulary.scalars
    of_fact: dict[str, list[Expr]] = {}
    lots = []
    for test in tests:
        own = terms(test)
        names = [each.name for each in own if isinstance(each, Fact)]
        is_simple = isinstance(test, Compare | OneOf | Given) and len(names) == 1 and not spans(test)
        if is_simple and len(own) - 1 == sum(isinstance(each, Literal) for each in own):
            about = declared.get(names[0])
            if about is not None and not about.may_be_none and not about.type.is_set:
                of_fact.setdefault(names[0], []).append(test)
                continue
        lots.append([{test: True}, {test: False}])
    for name, mine in of_fact.items():
        lots.append(_ways(closed, name, mine) or [])
        if not lots[-1]:
            lots[-1:] = [[{test: True}, {test: False}] for test in mine]
    return lots


def _ways(closed: ClosedRuleset, name: str, tests: list[Expr]) -> list[dict[Expr, bool]]:
    literals = [each.value for test in tests for each in terms(test) if isinstance(each, Literal)]
    pool = frozenset(one for each in literals for one in (each if isinstance(each, frozenset) else (each,)))
    try:
        values = could_be(closed.ruleset.vocabulary.scalars[name], pool)
    except (AssertionError, ValueError):
        return []
    found: dict[tuple[Truth, ...], None] = {}
    for value in values:
        known = Known({name: Held(value, 3, 3)}, {}, None)  # type: ignore[arg-type]
        found[tuple(worth(test, known, {}, lambda reference: None) for test in tests)] = None
    if any(None in way for way in found):
        return []
    return [dict(zip(tests, map(bool, way), strict=True)) for way in found]


def _worth(expr: Expr, reading: Mapping[Expr, bool], worths: Mapping[str, Truth]) -> Truth:
    match expr:
        case AllOf(operands):
            return _all(_worth(each, reading, worths) for each in operands)
        case AnyOf(operands):
            return _not(_all(_not(_worth(each, reading, worths)) for each in operands))
        case AtLeast(count, operands):
            found = [_worth(each, reading, worths) for each in operands]
            if found.count(True) >= count:
                return True
            return False if len(found) - found.count(False) < count else None
        case Not(operand):
            return _not(_worth(operand, reading, worths))
        case OnlyWhen(condition, operand):
            return _worth(AnyOf((Not(condition), operand)), reading, worths)
        case Reference(name):
            return worths[name]
        case Constant(holds, because) if holds is not None or not because:
            return holds
        case _:
            test, turned = _plain(expr)
            return reading[test] is not turned


def _all(truths: Iterator[Truth]) -> Truth:
    found = list(truths)
    return False if False in found else None if None in found else True


def _not(truth: Truth) -> Truth:
    return None if truth is None else not truth
