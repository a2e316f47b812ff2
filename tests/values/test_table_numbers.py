"""What a table gives, as a part of a sum: against every completion of what is not known, in every engine."""

from __future__ import annotations

import datetime
import operator
from collections.abc import Iterator
from decimal import Decimal
from itertools import product
from typing import Any

import pytest

from qa_rules import assess, ruleset_from
from qa_rules.engines import ENGINES, engine
from qa_rules.language.facts import facts_from
from qa_rules.model import expressions as ex
from qa_rules.program.bind import close
from qa_rules.program.figures import Figures
from qa_rules.semantics.snapshot import believe
from qa_rules.semantics.truth import PAIR

ON = datetime.date(2026, 11, 22)
FEES = {("child", "day"): Decimal("2.5"), ("child", "year"): Decimal(20), ("adult", "day"): Decimal(5)}
"""There is no row for a grown-up who comes all year."""


def club(sums: dict[str, Any], tests: dict[str, str]) -> Any:
    return ruleset_from(
        {
            "format": 1,
            "ruleset": "club",
            "edition": "1",
            "title": "Fees",
            "source": {"title": "Made up"},
            "caveats": ["An example."],
            "facts": {
                "who": {
                    "type": "choice",
                    "label": "who",
                    "question": "Who?",
                    "options": {"child": "Child", "adult": "Adult"},
                },
                "ticket": {
                    "type": "choice",
                    "label": "ticket",
                    "question": "Which?",
                    "options": {"day": "Day", "year": "Year"},
                },
                "locker": {"type": "integer", "label": "locker", "question": "?", "least": 0, "most": 4},
            },
            "tables": [
                {
                    "id": "fees",
                    "title": "Fees",
                    "inputs": ["who", "ticket"],
                    "outputs": {"fee": {"type": "decimal", "label": "fee"}},
                    "hit_policy": "unique",
                    "rows": [[who, ticket, fee] for (who, ticket), fee in FEES.items()],
                }
            ],
            "values": {
                name: {"type": "number", "label": f"the {name}", **made} for name, made in sums.items()
            },
            "requirements": [
                {
                    "id": name,
                    "title": name,
                    "says": name,
                    "source": {"c": 1},
                    "met_when": test,
                    "fix": "Look.",
                }
                for name, test in tests.items()
            ],
            "decisions": [],
        }
    )


SUMS = {
    "whole": {"sum": ["fee", "locker"]},
    "rest": {"difference": [25, "fee", "2 times locker"]},
    "most": {"greatest": [{"sum": ["fee", 1]}, "locker"]},
}
ASKED: list[tuple[str, str, Decimal]] = [
    ("whole", "at least", Decimal(9)),
    ("whole", "is", Decimal(5)),
    ("rest", "more than", Decimal(4)),
    ("most", "at most", Decimal("3.5")),
]
CLUB = club(SUMS, {f"T-{at}": f"{name} {op} {limit}" for at, (name, op, limit) in enumerate(ASKED)})


def every_answer() -> Iterator[dict[str, Any]]:
    for who, ticket, locker in product((None, "child", "adult"), (None, "day", "year"), (None, 0, 2, 4)):
        given = {"who": who, "ticket": ticket, "locker": locker}
        yield {name: value for name, value in given.items() if value is not None}


def completions(given: dict[str, Any]) -> Iterator[dict[str, Decimal] | None]:
    """What the sums come to, None where the table gives nothing."""
    for who, ticket, locker in product(("child", "adult"), ("day", "year"), range(5)):
        whole = {"who": who, "ticket": ticket, "locker": locker}
        if given.items() <= whole.items():
            fee = FEES.get((who, ticket))
            if fee is None:
                yield None
                continue
            yield {
                "whole": fee + locker,
                "rest": 25 - fee - 2 * locker,
                "most": max(fee + 1, Decimal(locker)),
            }


def wanted(given: dict[str, Any], name: str, op: str, limit: Decimal) -> tuple[bool, bool]:
    found = list(completions(given))
    compare = {"at least": operator.ge, "is": operator.eq, "more than": operator.gt, "at most": operator.le}[
        op
    ]
    if None in found:
        return False, False
    truths = {compare(each[name], limit) for each in found if each is not None}
    return truths == {True}, truths == {False}


@pytest.mark.parametrize("name", [each for each in ENGINES if each != "durable"])
def test_a_table_s_number_in_a_sum_is_exact_whatever_is_not_known(name: str) -> None:
    closed = close(CLUB)
    run = engine(name)(closed).run
    for given in every_answer():
        known = believe(facts_from({"format": 1, "facts": given}, CLUB), CLUB.vocabulary, ON)
        found = run(known)
        for at, (value, op, limit) in enumerate(ASKED):
            t, f = PAIR[found[closed.index[f"T-{at}"]]]
            assert (t > 0, f > 0) == wanted(given, value, op, limit), (given, value, op, limit)


def test_the_figure_of_a_sum_lies_between_the_least_and_the_greatest_that_the_table_still_gives() -> None:
    closed = close(CLUB)
    for given in every_answer():
        known = believe(facts_from({"format": 1, "facts": given}, CLUB), CLUB.vocabulary, ON)
        pairs = closed.pairs(engine("reference")(closed).run(known))
        figures = Figures(closed, known, pairs)
        ends = list(completions(given))
        for name in SUMS:
            found = figures.interval(ex.Named(name))
            numbers = [each[name] for each in ends if each is not None]
            assert found == (None if None in ends else (min(numbers), max(numbers))), (given, name)


def test_a_reason_names_what_the_table_gives_in_the_sum() -> None:
    reason = assess(CLUB, {"who": "adult", "ticket": "day", "locker": 2}, on=ON).finding("T-0").reason
    assert "made of fee 5 and locker 2" in reason.text
