"""Spans of time whose length is to be chosen: the solver agrees with the calendar about each length."""

from __future__ import annotations

import datetime
import random

import pytest

from qa_rules.language.calendars import england_and_wales
from qa_rules.model.values import Unit
from qa_rules.program.gates import Const, NumberVar, Shift
from qa_rules.program.store import Store
from qa_rules.proofs.assumptions import Laws
from qa_rules.proofs.solver import Found, Solver, Undecided

DAY = datetime.date(2026, 1, 31).toordinal()
SPAN = (DAY - 400, DAY + 400)


@pytest.mark.parametrize("unit", list(Unit))
@pytest.mark.parametrize("against_a_fact", [False, True])
def test_the_solver_and_the_calendar_agree(unit: Unit, against_a_fact: bool) -> None:
    chosen, make = random.Random(3), Store(england_and_wales())
    start, other = (NumberVar(name, True, *SPAN) for name in ("start", "other"))
    amount = NumberVar("amount", True, 0, 8)
    solver = Solver(make, Laws(make), (SPAN[0] - 1000, SPAN[1] + 1000))
    end, reached = make.shift(start, amount, unit)
    for _ in range(12):
        day, length = chosen.randint(*SPAN), chosen.randint(0, 8)
        fixed = [make.equal(start, Const(day)), make.equal(amount, Const(length)), reached]
        there = make.shift(Const(day), Const(length), unit)[0]
        assert isinstance(there, Const)
        for limit in {int(there.value) - 1, int(there.value), int(there.value) + 1}:
            if against_a_fact and not SPAN[0] <= limit <= SPAN[1]:
                continue
            right = other if against_a_fact else Const(limit)
            fixed_other = [make.equal(other, Const(limit))] if against_a_fact else []
            for literal, holds in (
                (make.at_most(end, right), there.value <= limit),
                (make.at_most(right, end), there.value >= limit),
            ):
                assert isinstance(solver.solve([*fixed, *fixed_other, literal]), Found) == holds
                assert isinstance(solver.solve([*fixed, *fixed_other, -literal]), Found) != holds


def test_too_many_lengths_of_months_are_beyond_the_solver_and_never_wrong() -> None:
    make = Store()
    start, amount = NumberVar("start", True, *SPAN), NumberVar("amount", True, 0, 10_000)
    end = Shift(start, amount, Unit.MONTHS)
    solver = Solver(make, Laws(make), SPAN)
    late = make.all([make.at_most(end, Const(DAY)), make.at_most(Const(DAY + 1), start)])
    assert not isinstance(solver.solve([late]), Found)
    assert isinstance(
        solver.solve([make.at_most(end, start), make.at_most(Const(9000), amount)]), Undecided | Found
    )
