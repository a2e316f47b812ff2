from __future__ import annotations

from decimal import Decimal
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from qa_rules.cli import main
from qa_rules.costing import cohorts, licence_cost, money
from qa_rules.errors import QaRulesError, RulesetError
from qa_rules.language.costs import WorkedCohortDocument, WorkedLicenceDocument, load_costs
from qa_rules.language.library import shipped

COSTS = load_costs()
FILE = shipped() / "commissioning-smp" / "2018" / "costs.yaml"


def test_the_boundaries_are_among_the_worked_figures() -> None:
    assert {each.courses for each in COSTS.worked.licence} >= {20, 21, 56, 57, 60, 61}
    assert {each.people for each in COSTS.worked.cohorts} >= {18, 19}


@pytest.mark.parametrize("worked", COSTS.worked.licence, ids=lambda each: f"{each.courses} courses")
def test_a_worked_licence_comes_out(worked: WorkedLicenceDocument) -> None:
    found = licence_cost(worked.courses, COSTS)
    pack = next(each for each in COSTS.licence.packs if each.id == worked.pack)
    assert found.amount == worked.cost
    assert found.how.startswith(f"pack of {pack.courses}")


@pytest.mark.parametrize("worked", COSTS.worked.cohorts, ids=lambda each: f"{each.people} people")
def test_worked_cohorts_come_out(worked: WorkedCohortDocument) -> None:
    training, supervision, checks = cohorts(worked.people, COSTS)
    assert training.amount == worked.tutor_training
    assert supervision.amount == 1500 * worked.cohorts
    assert checks.amount == 3000 * worked.cohorts


@given(st.integers(1, 10_000))
def test_the_pack_of_60_is_cheaper_from_57_courses_on_and_more_never_costs_less(courses: int) -> None:
    found = licence_cost(courses, COSTS)
    assert found.how.startswith("pack of 60") == (courses >= 57)
    assert found.amount <= licence_cost(courses + 1, COSTS).amount


def test_every_result_carries_the_label() -> None:
    found = [licence_cost(57, COSTS), *cohorts(19, COSTS)]
    assert all("[2018 indicative]" in str(each) for each in found)


@pytest.mark.parametrize("number", [0, -1])
def test_nothing_and_less_have_no_cost(number: int) -> None:
    with pytest.raises(QaRulesError, match="at least one course"):
        licence_cost(number, COSTS)
    with pytest.raises(QaRulesError, match="at least one person"):
        cohorts(number, COSTS)


def test_pence_are_shown_only_where_there_are_any() -> None:
    assert money(Decimal("1100")) == "1,100"
    assert money(Decimal("12.95")) == "12.95"
    assert money(Decimal("12.50")) == "12.50"


def test_a_faulty_file_is_told_with_its_place(tmp_path: Path) -> None:
    faulty = tmp_path / "costs.yaml"
    faulty.write_text(FILE.read_text("utf-8").replace("extra_course: 20", "extra_course: twenty"), "utf-8")
    with pytest.raises(RulesetError) as raised:
        load_costs(faulty)
    (diagnostic,) = raised.value.diagnostics
    assert diagnostic.place is not None
    assert "twenty" in diagnostic.excerpt


def run(monkeypatch: pytest.MonkeyPatch, *words: str) -> int:
    monkeypatch.setattr("sys.argv", ["qa-rules", "costs", *words])
    with pytest.raises(SystemExit) as stopped:
        main()
    return int(stopped.value.code or 0)


def test_the_command_prints_both(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
    assert run(monkeypatch, "--courses", "57", "--people", "19") == 0
    lines = capsys.readouterr().out.splitlines()
    assert lines[0].startswith("Licence for a number of courses: 1,100 GBP [2018 indicative]")
    assert len([line for line in lines if "2018 indicative" in line]) == 4
    assert "not quotations" in lines[-1]


def test_the_command_asks_for_a_number(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    assert run(monkeypatch) == 2
    assert "--courses" in capsys.readouterr().err
