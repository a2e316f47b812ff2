"""The solver and what spares it work: laws by need, a pool of providers, months and working days as steps."""

from __future__ import annotations

import datetime
import random

from hypothesis import given, settings
from hypothesis import strategies as st

from qa_rules.model.values import Unit
from qa_rules.program.gates import Assignment, Const, Lit, NumberVar
from qa_rules.program.simulate import Simulation
from qa_rules.program.store import Store
from qa_rules.proofs.assumptions import Laws
from qa_rules.proofs.pool import Pool
from qa_rules.proofs.solver import Found, NoneExists, Solver
from qa_rules.proofs.study import Study
from qa_rules.proofs.symbolic import Limits
from qa_rules.semantics.dates import later
from tests.strategies import Case, cases

ON = datetime.date(2026, 11, 22)
MANY = settings().max_examples
"""As many examples as the profile asks for: 25 in `make test`, thousands in `make deep`."""
FEW = max(10, MANY // 20)
"""Of those that take whole rulesets."""
SPAN = (ON.toordinal() - 7320, ON.toordinal() + 7320)


def solver(make: Store, laws: list[Lit]) -> Solver:
    held = Laws(make)
    held.also(laws)
    return Solver(make, held, SPAN)


@given(st.integers(-60, 60).filter(bool), st.integers(*SPAN), st.integers(-1, 1))
@settings(max_examples=MANY)
def test_the_solver_counts_months_as_the_definition_does(amount: int, day: int, off: int) -> None:
    make = Store()
    start, end = NumberVar("start", True, *SPAN), NumberVar("end", True, 1, SPAN[1] + 4000)
    moved, _ = make.shift(start, Const(amount), Unit.MONTHS)
    found = later(datetime.date.fromordinal(day), amount, Unit.MONTHS, None)
    assert found is not None
    fixed = [make.equal(start, Const(day)), make.equal(end, Const(found.toordinal() + off))]
    answer = solver(make, []).solve([*fixed, make.equal(moved, end)])
    assert isinstance(answer, Found if off == 0 else NoneExists)


def test_laws_hold_however_many_questions_came_before() -> None:
    make = Store()
    pairs = [(make.var(f"strong {at}"), make.var(f"weak {at}")) for at in range(400)]
    asks = solver(make, [make.implies(strong, weak) for strong, weak in pairs])
    for strong, weak in (*pairs, *reversed(pairs)):
        assert isinstance(asks.solve([strong, -weak]), NoneExists)
        assert isinstance(asks.solve([-strong, weak]), Found)
    assert len(asks.held) < 400


def test_a_law_about_later_variables_is_no_law_about_the_ones_before() -> None:
    make = Store()
    laws = Laws(make)
    first = make.var("first")
    since = len(make.gates)
    second = make.var("second")
    law = make.implies(second, first)
    laws.also([law], since)
    assert laws.needs([first]).laws == frozenset()
    assert laws.needs([second]).laws == {law}
    assert laws.needs([second]).names == {"first", "second"}


def test_a_law_that_comes_after_the_question_counts_from_then_on() -> None:
    make = Store()
    asks = solver(make, [])
    a, b = make.var("a"), make.var("b")
    assert isinstance(asks.solve([a, -b]), Found)
    asks.laws.also([make.implies(a, b)])
    assert isinstance(asks.solve([a, -b]), NoneExists)


@given(st.randoms(use_true_random=False))
@settings(max_examples=FEW)
def test_a_question_comes_to_the_same_whatever_was_asked_before(chance: random.Random) -> None:
    make = Store()
    truths = [make.var(f"t{at}") for at in range(6)]
    numbers = [NumberVar(f"n{at}", True, 0, 9) for at in range(3)]
    ends: list[NumberVar | Const] = [*numbers, Const(-1), Const(4), Const(9)]
    tests = [make.at_most(first, then) for first in numbers for then in ends]
    literals = [sign * each for each in (*truths, *tests) for sign in (1, -1) if abs(each) != 1]
    laws = [make.any(chance.sample(literals, 3)) for _ in range(4)]
    asks, told = solver(make, laws[:2]), laws[:2]
    asked: list[Lit] = []
    for at in range(25):
        if at == 12:
            asks.laws.also(laws[2:])
            told = laws
        trial = chance.choice(literals)
        answer = asks.solve([*asked, trial])
        assert type(answer) is type(solver(make, told).solve([*asked, trial]))
        if isinstance(answer, Found):
            assert all(
                make.evaluate(answer.assignment, [*asked, trial, *asks.laws.needs([*asked, trial]).laws])
            )
            assert all(0 <= answer.assignment.get(each.name, 0) <= 9 for each in numbers)
            asked.append(trial)
        if chance.random() < 0.1:
            asked = asked[: chance.randrange(len(asked) + 1)]


def test_what_is_asked_beside_a_question_that_stands_is_asked_of_the_laws_since() -> None:
    make = Store()
    asks = solver(make, [])
    a, b = make.var("a"), make.var("b")
    assert isinstance(asks.solve([a]), Found)
    asks.laws.also([make.implies(a, b)])
    assert isinstance(asks.solve([a, -b]), NoneExists)


def test_bounds_of_numbers_in_laws_hold_too() -> None:
    make = Store()
    high = make.var("high")
    number = NumberVar("n", True, 0, 3)
    asks = solver(make, [make.implies(high, make.at_most(Const(4), number))])
    assert isinstance(asks.solve([high]), NoneExists)


@given(cases(), st.data())
@settings(max_examples=FEW)
def test_many_providers_at_once_come_to_what_each_comes_to(case: Case, data: st.DataObject) -> None:
    study = Study(case.closed, Limits(case.on), case.calendar)
    literals = [lit for pair in study.nodes.values() for lit in (*pair.t, *pair.f)]
    names = sorted(study.make.names(literals))
    truths = st.dictionaries(st.sampled_from(names), st.booleans(), max_size=6) if names else st.just({})
    numbers = {each.name for each in _numbers(study.make, literals)}
    bases, changes = (
        [{name: value for name, value in each.items() if name not in numbers} for each in data.draw(drawn)]
        for drawn in (st.lists(truths, min_size=1, max_size=3), st.lists(truths, min_size=1, max_size=4))
    )
    together = Simulation(study.make.gates, case.calendar, bases, changes)
    for literal in literals[:: max(1, len(literals) // 40)]:
        mask = together.mask(literal)
        for at, base in enumerate(bases):
            for by, change in enumerate(changes):
                assignment: Assignment = {**base, **change}
                alone = study.make.evaluate(assignment, [literal])[0]
                assert bool(mask >> (at * len(changes) + by) & 1) == alone


def _numbers(make: Store, literals: list[Lit]) -> list[NumberVar]:
    from qa_rules.program.gates import numbers_of

    return [number for _, gate in make.cone(literals) for number in numbers_of(gate)]


@given(cases())
@settings(max_examples=FEW)
def test_whoever_the_pool_shows_the_solver_finds_too(case: Case) -> None:
    study = Study(case.closed, Limits(case.on), case.calendar)
    for pair in study.nodes.values():
        for literal in (pair.t[0], pair.f[0]):
            quick, asked = study.somebody([literal]), study.ask([literal])
            if isinstance(quick, Found | NoneExists) and isinstance(asked, Found | NoneExists):
                assert isinstance(quick, Found) == isinstance(asked, Found)


@given(cases(), st.data())
@settings(max_examples=FEW)
def test_what_cannot_be_of_loose_copies_cannot_be_of_copies(case: Case, data: st.DataObject) -> None:
    study = Study(case.closed, Limits(case.on), case.calendar)
    if not study.facts:
        return
    name = data.draw(st.sampled_from(study.facts))
    changed = {name: study.another(name, "other ")}
    loose, copies = study.loose(changed), study.copy(changed)
    for node in study.reading((name,)):
        before, after = loose
        for one, other, first, second in (
            (
                before[node.name].t[0],
                after[node.name].t[0],
                study.nodes[node.name].t[0],
                copies[node.name].t[0],
            ),
            (
                before[node.name].f[0],
                after[node.name].f[0],
                study.nodes[node.name].f[0],
                copies[node.name].f[0],
            ),
        ):
            if isinstance(study.ask([one, -other]), NoneExists):
                assert isinstance(study.ask([first, -second]), NoneExists)


def test_a_pool_takes_no_more_than_so_many() -> None:
    make = Store()
    pool = Pool(make)
    pool.start([{}], [])
    for at in range(64 * 40):
        pool.add({f"v{at}": True})
    assert len(pool.blocks) == 33
    assert pool.shows([make.var("v0")])
    assert not pool.shows([make.var("v0"), make.var("v1")])
