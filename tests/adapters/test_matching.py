"""Names that are alike are offered, and nothing is decided."""

from __future__ import annotations

import datetime

import pytest

pytest.importorskip("rapidfuzz")

from qa_rules import load_ruleset
from qa_rules.adapters import ico
from qa_rules.adapters.matching import candidates

DAY = datetime.date(2026, 11, 25)
NAMES = [
    "SEASIDE COURSES LIMITED",
    "Seaside Corses",
    "The Seaside Course CIC",
    "Hilltop Café",
    "ŴYN",
]
REGISTER = ico.read(
    [
        {
            "Registration_number": f"ZA{at}",
            "Organisation_name": name,
            "End_date_of_registration": "2027-03-31",
        }
        for at, name in enumerate(NAMES)
    ],
    load_ruleset("ss2q"),
    fetched_on=DAY,
)


def test_the_most_alike_comes_first_whatever_its_form() -> None:
    found = candidates("Seaside Courses", [REGISTER])
    assert found[0].name == "SEASIDE COURSES LIMITED"
    assert found[0].likeness == 100
    assert {each.name for each in found} == set(NAMES[:3])
    assert [str(each) for each in found[0].identifiers] == ["ICO-ZA0"]


def test_no_more_are_offered_than_asked_for() -> None:
    assert len(candidates("Seaside Courses", [REGISTER], most=2)) == 2


@pytest.mark.parametrize("name", ["", " ", "Ltd", "zzzz qqqq", "&", "🙂"])
def test_a_name_that_is_like_none_gets_none(name: str) -> None:
    assert candidates(name, [REGISTER]) == ()


def test_a_perfect_likeness_is_no_match() -> None:
    assert candidates(NAMES[0], [REGISTER])[0].likeness == 100
    assert all(not row.facts.values for row in REGISTER.rows)
