"""The nine marks: what they are, and what none of them does."""

from __future__ import annotations

import datetime
from collections.abc import Mapping
from pathlib import Path

import attrs
import pytest

import qa_rules
from qa_rules import Assessment, Verdict, assess, facts_from, load_policy, load_ruleset
from qa_rules.errors import RulesetError
from qa_rules.language.cases import load_cases
from qa_rules.language.library import shipped
from qa_rules.model.facts import Facts
from tests.marks import MarkDocument, load_marks

ON = datetime.date(2026, 11, 22)
GUIDE = load_ruleset("social-prescribing@3.5")
MARKS = load_marks().marks
KEYS = [each.key for each in MARKS]
FIELDS = GUIDE.vocabulary.facts["marks"].fields
MEASURES = dict(
    zip((f"M{number:02}" for number in range(1, 12)), FIELDS["measures_covered"].options, strict=True)
)
"""Measure to the option that names it where a mark is accepted."""
STOPS = [each.id for each in GUIDE.requirements if each.hard_stop]
SHIPPED = load_policy("illustrative-three-tiers", GUIDE)
POLICY = attrs.evolve(SHIPPED, settings={**SHIPPED.settings, "accepted_marks": frozenset([*KEYS, "other"])})
"""Accepts every mark, so that none fails for want of that."""


def held(mark: MarkDocument, measures: list[str]) -> Mapping[str, object]:
    """A record of the mark at its best: in date, for this activity, accepted today for these measures."""
    return {
        "scheme": mark.key,
        "covers_activity": True,
        "valid_to": "none",
        "last_audit": ON,
        "last_self_assessment": ON,
        "sections_passed": list(FIELDS["sections_passed"].options),
        "measures_covered": [MEASURES[each] for each in measures],
        "accepted_by": "A. Mensah",
        "accepted_on": ON,
        "accepted_role": "link_worker",
    }


def with_marks(*records: Mapping[str, object], **more: object) -> Assessment:
    facts = {"routes_in_use": ["existing_mark"], "volunteer_led": False, "marks": list(records), **more}
    return assess(GUIDE, facts_from(facts, GUIDE), on=ON, policy=POLICY)


def groups(assessment: Assessment) -> Mapping[str, Verdict]:
    return {each.group: each.verdict for each in assessment.groups}


def says(mark: MarkDocument) -> list[str]:
    """The measures that the row of the mark states or implies."""
    return [measure for measure, word in mark.covers.items() if word != "not_stated"]


def test_their_keys_are_the_options_of_the_fact_and_of_the_policy_with_room_for_others() -> None:
    assert [*KEYS, "other"] == list(FIELDS["scheme"].options)
    assert [*KEYS, "other"] == list(GUIDE.parameter["accepted_marks"].options)
    for mark in MARKS:
        assert FIELDS["scheme"].options[mark.key] == mark.name


def test_every_mark_says_something_of_every_measure_and_sections_and_fields_are_known() -> None:
    for mark in MARKS:
        assert list(mark.covers) == list(MEASURES)
        if mark.sections != "not_stated":
            assert list(mark.sections) == list(FIELDS["sections_passed"].options)
            parts = {measure for section in mark.sections.values() for measure in section.measures}
            assert parts == set(says(mark))
        if mark.currency != "not_stated":
            assert mark.currency.field in FIELDS


def test_no_row_speaks_of_insurance_or_first_aid_and_one_states_safeguarding() -> None:
    assert [each.key for each in MARKS if {"M03", "M10"} & set(says(each))] == []
    assert [each.key for each in MARKS if each.covers["M02"] == "stated"] == ["cas_suffolk"]


@pytest.mark.parametrize("mark", MARKS, ids=KEYS)
def test_no_mark_alone_covers_the_provider_column(mark: MarkDocument) -> None:
    found = groups(with_marks(held(mark, says(mark))))
    for measure in MEASURES:
        # A mark never stands in for a hard stop: M02 asks of one, whatever the mark says.
        covered = measure in says(mark) and measure != "M02"
        expected = Verdict.MET if covered else Verdict.UNKNOWN
        assert found[f"{measure}.V"] is expected, measure
    assert found["Provider"] is not Verdict.MET


def test_the_nine_together_do_not_cover_the_provider_column_either() -> None:
    found = groups(with_marks(*(held(mark, says(mark)) for mark in MARKS)))
    assert [each for each in MEASURES if found[f"{each}.V"] is not Verdict.MET] == ["M02", "M03", "M10"]
    assert found["Provider"] is not Verdict.MET


@pytest.mark.parametrize("mark", MARKS, ids=KEYS)
def test_a_mark_accepted_for_every_measure_meets_no_hard_stop(mark: MarkDocument) -> None:
    assessment = with_marks(held(mark, list(MEASURES)))
    assert len(STOPS) == 4
    assert {name: assessment.verdicts[name] for name in STOPS} == dict.fromkeys(STOPS, Verdict.UNKNOWN)


def base(name: str) -> Facts:
    cases = load_cases(shipped() / "social-prescribing" / "3.5" / "cases.yaml", GUIDE)
    return next(each.facts for each in cases if each.name == name)


@pytest.mark.parametrize("mark", MARKS, ids=KEYS)
@pytest.mark.parametrize(
    ("stop", "outcome"),
    [
        ({"escalation_procedure": "none"}, "do_not_refer_yet"),
        ({"safeguarding_policy": False, "safeguarding_processes_in_place": False}, "do_not_refer_yet"),
        ({"person_needs_statutory_or_clinical": True}, "do_not_refer_here"),
        ({"person_acute_risk": True, "escalation_tested_on": "none"}, "do_not_refer_yet"),
    ],
    ids=["escalation", "safeguarding", "clinical need", "acute risk"],
)
def test_a_mark_lifts_no_hard_stop(mark: MarkDocument, stop: Mapping[str, object], outcome: str) -> None:
    charity = base("the charity meets all of the provider column and whatever stands beside it")
    given = facts_from(
        {"routes_in_use": ["existing_mark"], "marks": [held(mark, list(MEASURES))], **stop}, GUIDE
    )
    facts = Facts({**charity.values, **given.values}, {**charity.collections, **given.collections})
    assert assess(GUIDE, facts, on=ON, policy=POLICY).outcome == outcome


def test_the_level_of_a_mark_is_never_read() -> None:
    """No fact holds it, so no rule can ask for it; and no code reads the file of marks in order to decide."""
    assert [each.key for each in MARKS if each.levels != "not_stated"] == ["quality_for_health"]
    assert [name for name in FIELDS if "level" in name or "grade" in name] == []
    package = Path(qa_rules.__file__).parent
    reading = [path for path in package.rglob("*.py") if "marks.yaml" in path.read_text("utf-8")]
    assert [str(path.relative_to(package)) for path in reading] == []


def test_a_faulty_file_is_told_with_its_place(tmp_path: Path) -> None:
    faulty = tmp_path / "marks.yaml"
    text = (shipped() / "marks" / "marks.yaml").read_text("utf-8")
    faulty.write_text(text.replace("cost: free", "cost: fre"), "utf-8")
    with pytest.raises(RulesetError) as raised:
        load_marks(faulty)
    (diagnostic,) = raised.value.diagnostics
    assert diagnostic.place is not None
    assert "free" in diagnostic.hint
