"""What a plan may count on, by brute force: nothing is given up, and nothing escapes what is asked of it."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from functools import lru_cache
from itertools import product

import attrs

from qa_rules.explain.circuits import Both, Either, Goal, View
from qa_rules.model.expressions import (
    AllOf,
    AnyOf,
    AtLeast,
    Compare,
    Constant,
    Expr,
    Fact,
    Not,
    OnlyWhen,
    Reference,
    rebuild,
)
from qa_rules.model.facts import Facts, FactValue
from qa_rules.model.values import Value
from qa_rules.program.bind import ClosedRuleset
from qa_rules.semantics.evaluate import evaluate
from qa_rules.semantics.snapshot import Held, Known
from tests.analysis.examples import BACKED, domain
from tests.strategies import Case

GIVEN = "given "


@lru_cache(maxsize=256)
def strict(closed: ClosedRuleset, name: str, wanted: bool, masked: frozenset[str] = frozenset()) -> Expr:
    """A node without dodges: its being met (or not met) is what counts.

    A test on which it turns whether something is asked, or that would bring a shortfall about, counts only if it is
    so already. `given x` stands for the fact x as it was.
    """

    def of(expr: Expr, wanted: bool, stays: bool) -> Expr:
        match expr:
            case AllOf() | AnyOf() | AtLeast():
                return rebuild(expr, lambda each: of(each, wanted, stays))
            case Not(operand):
                return Not(of(operand, not wanted, stays))
            case OnlyWhen(condition, operand):
                return OnlyWhen(of(condition, not wanted, stays or wanted), of(operand, wanted, stays))
            case Reference(name, _, None) if wanted and not stays and name in masked:
                return Constant(False)
            case Reference(name, _, None):
                inside = closed.nodes[closed.index[name]].expr
                is_shortfall = name.partition("/")[0] in closed.ruleset.requirement and not wanted
                return of(inside, wanted, stays or is_shortfall)
            case Compare(Fact(name)) if stays:
                pair = (expr, attrs.evolve(expr, left=Fact(GIVEN + name)))
                return AllOf(pair) if wanted else AnyOf(pair)
            case Compare() | Constant():
                return expr
            case _:
                raise AssertionError(expr)

    return of(Reference(name), wanted, False)


def is_met(closed: ClosedRuleset, goal: Goal, known: Known, masked: frozenset[str] = frozenset()) -> bool:
    match goal:
        case Both(inside):
            return all(is_met(closed, each, known, masked) for each in inside)
        case Either(inside):
            return any(is_met(closed, each, known, masked) for each in inside)
        case (name, view, wanted):
            t, f = evaluate(strict(closed, name, wanted, masked), known, {})
            return t >= view.met if wanted else f >= view.not_met


def states(
    case: Case, names: Collection[str], lifted: Collection[str] = ()
) -> Iterator[tuple[Mapping[str, FactValue], Known]]:
    """Every way of changing some facts, or not, without giving anything up. Those lifted may become anything."""
    facts = case.closed.ruleset.vocabulary.facts
    free = sorted({*names, *lifted})
    choices = [
        (
            *(domain(facts[name]) if name in lifted else _onward(case, name)),
            *(() if name in lifted else (None,)),
        )
        for name in free
    ]
    for chosen in product(*choices):
        changes = {
            name: FactValue(value, BACKED)
            for name, value in zip(free, chosen, strict=True)
            if value is not None
        }
        known = case.believed(Facts({**case.facts.values, **changes}))
        given = {name: Held(each.value, 3, 3) for name, each in case.known.values.items()}
        given.update((name, known.values[name]) for name in lifted)
        both = {**known.values, **{GIVEN + name: held for name, held in given.items()}}
        yield changes, attrs.evolve(known, values=both)


def ways(
    case: Case,
    goal: Goal,
    names: Collection[str],
    lifted: Collection[str] = (),
    masked: frozenset[str] = frozenset(),
) -> Iterator[Mapping[str, FactValue]]:
    """Every way of changing some facts, without a dodge, that meets a goal. Those lifted may become anything."""
    for changes, known in states(case, names, lifted):
        if is_met(case.closed, goal, known, masked):
            yield changes


def keeps(case: Case, steps: Collection[str], names: Collection[str], held: Collection[str]) -> bool:
    """Whether some requirements can be met by changing facts, no more of them than it takes, and none held be lost."""
    view = View(int(case.closed.strength), 1)
    done = [
        (changes, known)
        for changes, known in states(case, names)
        if all(is_met(case.closed, (each, view, True), known) for each in steps)
    ]
    told = [{name: each.value for name, each in changes.items()} for changes, _ in done]
    return any(
        all(is_met(case.closed, (each, view, True), known) for each in held)
        for own, (_, known) in zip(told, done, strict=True)
        if not any(other.items() < own.items() for other in told)
    )


def follows(case: Case, steps: Mapping[str, Collection[str]], name: str, held: Collection[str] = ()) -> bool:
    """Whether a requirement is met however these are, when nothing is lost that it has already, nor any that is held.

    The steps are requirements with the facts that may be changed for them.
    """
    view = View(int(case.closed.strength), 1)
    before = as_given(case)
    own = list(literals(strict(case.closed, name, True), True))
    kept = [(leaf, wanted) for leaf, wanted in own if holds(leaf, wanted, before, view)]
    some = False
    for _, known in states(case, frozenset[str]().union(*steps.values())):
        if not all(is_met(case.closed, (each, view, True), known) for each in steps):
            continue
        if not all(is_met(case.closed, (each, view, True), known) for each in held):
            continue
        if all(holds(leaf, wanted, known, view) for leaf, wanted in kept):
            some = True
            if not is_met(case.closed, (name, view, True), known):
                return False
    return some


def as_given(case: Case, backed: bool = False) -> Known:
    """What is known, and as it was; as well backed as can be if wanted."""
    held = {name: Held(each.value, 3, 3) for name, each in case.known.values.items()}
    given = {GIVEN + name: each for name, each in held.items()}
    return attrs.evolve(case.known, values={**(held if backed else case.known.values), **given})


def literals(expr: Expr, wanted: bool) -> Iterator[tuple[Expr, bool]]:
    match expr:
        case AllOf(operands) | AnyOf(operands) | AtLeast(_, operands):
            for each in operands:
                yield from literals(each, wanted)
        case Not(operand):
            yield from literals(operand, not wanted)
        case OnlyWhen(condition, operand):
            yield from literals(condition, not wanted)
            yield from literals(operand, wanted)
        case _:
            yield expr, wanted


def holds(leaf: Expr, wanted: bool, known: Known, view: View) -> bool:
    t, f = evaluate(leaf, known, {})
    return t >= view.met if wanted else f >= view.met


def _onward(case: Case, name: str) -> tuple[Value, ...]:
    """A yes is not taken back."""
    given = case.known.values.get(name)
    return (
        (True,)
        if given is not None and given.value is True
        else domain(case.closed.ruleset.vocabulary.facts[name])
    )
