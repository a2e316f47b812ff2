"""A policy lets more count: requirements about others, and what another standard answers from the same facts."""

from __future__ import annotations

import datetime
from pathlib import Path

import attrs
import pytest

from qa_rules import (
    Assessment,
    Policy,
    Verdict,
    assess,
    load_facts,
    load_policy,
    load_ruleset,
    merge,
    replay,
    under,
)
from qa_rules.engines import ENGINES, EngineName
from qa_rules.model.facts import Facts, FactValue
from qa_rules.model.identity import hash_of
from qa_rules.model.values import Severity
from qa_rules.program.joint import counted

FOLDER = Path(__file__).resolve().parents[2] / "examples" / "social-prescribing" / "self-management"
LICENSED = FOLDER.parents[1] / "licensed-course"
ON = datetime.date(2026, 11, 22)
BASE = load_ruleset("social-prescribing@3.5")
POLICY = load_policy(LICENSED / "licensed.yaml", BASE)
RULESET = under(BASE, POLICY)
LICENCES = load_ruleset("smrc-licence@2018")
FILES = [FOLDER / name for name in ("provider.yaml", "course.yaml", "persons/long-term-pain.yaml")]
COURSE = merge(*(load_facts(file, RULESET) for file in (*FILES, LICENSED / "licence.yaml")))


def course(**changes: object) -> Facts:
    """The course, with some facts otherwise; None takes one away."""
    values = dict(COURSE.values)
    for name, value in changes.items():
        given = values.pop(name, None)
        if value is not None:
            values[name] = FactValue(value) if given is None else attrs.evolve(given, value=value)  # type: ignore[arg-type]
    return attrs.evolve(COURSE, values=values)


def in_force(facts: Facts = COURSE) -> Facts:
    """The course with a licence that has not run out."""
    held = facts.collections["licences"]
    (licence,) = held.records
    renewed = {**licence, "valid_to": attrs.evolve(licence["valid_to"], value=datetime.date(2028, 9, 30))}
    return attrs.evolve(
        facts, collections={**facts.collections, "licences": attrs.evolve(held, records=(renewed,))}
    )


def asked(facts: Facts, policy: Policy = POLICY, engine: EngineName = "compiled") -> Assessment:
    return assess(BASE, facts, on=ON, policy=policy, engine=engine)


def with_severity(severity: Severity) -> Policy:
    return attrs.evolve(POLICY, asks=tuple(attrs.evolve(each, severity=severity) for each in POLICY.asks))


@pytest.mark.parametrize("engine", [each for each in ENGINES if each != "durable"])
def test_a_course_whose_licence_has_lapsed_is_not_referred_to_where_the_policy_requires_one(
    engine: EngineName,
) -> None:
    found = asked(COURSE, engine=engine)
    assert found.outcome == "do_not_refer_yet"
    assert found.verdicts["Licence"] is Verdict.NOT_MET
    assert any(each.requirement == "Licence" for each in found.grounds)
    assert asked(in_force(), engine=engine).outcome == "refer"


def test_the_severity_says_what_a_gap_in_what_is_asked_means() -> None:
    assert asked(COURSE, with_severity(Severity.CONDITION)).outcome == "refer_with_conditions"
    assert asked(COURSE, with_severity(Severity.ADVICE)).outcome == "refer"


def test_what_is_asked_and_not_known_leaves_the_answer_open() -> None:
    unknown = attrs.evolve(
        COURSE, collections={k: v for k, v in COURSE.collections.items() if k != "licences"}
    )
    found = asked(unknown)
    assert found.outcome == "cannot_decide"
    assert any(each.requirement == "Licence" and each.open for each in found.grounds)


def test_who_is_not_asked_is_not_held_up() -> None:
    walk = asked(course(activity_code="wednesday-walk", programme_licensor_family=None))
    assert walk.verdicts["Licence"] is Verdict.NOT_APPLICABLE
    assert walk.outcome == "refer"
    assert asked(course(programme_licensor_family="other")).verdicts["Licence"] is Verdict.NOT_APPLICABLE


def test_neutrality_counts_with_its_severity_where_the_policy_lets_it_count_and_only_there() -> None:
    biased = in_force(course(commissioner_is_provider=True, neutrality_safeguard="none"))
    severe = asked(biased)
    assert severe.verdicts["SP-37"] is Verdict.NOT_MET
    assert severe.outcome == "do_not_refer_yet"
    assert any(each.requirement == "SP-37" for each in severe.grounds)
    mild = attrs.evolve(POLICY, severities={**POLICY.severities, "SP-37": Severity.CONDITION})
    assert asked(biased, mild).outcome == "refer_with_conditions"
    silent = attrs.evolve(POLICY, counts={})
    assert asked(biased, silent).outcome == "refer"


def test_the_other_ruleset_stands_in_records_with_its_hash_and_replays() -> None:
    found = asked(COURSE)
    (other,) = found.decided_by["asks"]
    assert (other["id"], other["hash"]) == ("smrc-licence@2018", hash_of(LICENCES))
    assert found.decided_by["ruleset"]["hash"] == hash_of(BASE)
    assert replay(found.to_dict(), ruleset=BASE, policy=POLICY) == Assessment.from_dict(found.to_dict())
    changed = attrs.evolve(LICENCES, title="Another edition")
    policy = attrs.evolve(POLICY, asks=tuple(attrs.evolve(each, ruleset=changed) for each in POLICY.asks))
    assert hash_of(policy) != hash_of(POLICY)


def test_what_is_bound_once_is_bound_and_a_policy_that_asks_nothing_more_adds_nothing() -> None:
    assert under(RULESET, POLICY) is RULESET
    assert under(BASE, None) is BASE
    assert under(BASE, attrs.evolve(POLICY, counts={}, asks=())) is BASE
    assert {each.id for each in RULESET.groups} - {each.id for each in BASE.groups} >= {counted("referral")}
    assert set(LICENCES.vocabulary.facts) <= set(RULESET.vocabulary.facts)


def test_an_answer_of_another_decision_may_be_asked_and_is_shown_beside() -> None:
    answers = attrs.evolve(POLICY.asks[0], meets="", decision="overall", outcomes=("kept",))
    found = asked(COURSE, attrs.evolve(POLICY, asks=(answers,)))
    assert found.answer("smrc-licence@2018.overall").outcome == "not_kept"
    assert found.verdicts["Licence"] is Verdict.NOT_MET
    assert found.outcome == "do_not_refer_yet"
    assert asked(in_force(), attrs.evolve(POLICY, asks=(answers,))).outcome == "cannot_decide"


def test_tables_answer_as_assess_does_under_a_policy_that_asks_another_ruleset() -> None:
    pytest.importorskip("pyarrow")
    from qa_rules.tables import assess_table, table_of

    subjects = [COURSE, in_force(), course(activity_code="wednesday-walk")]
    table = table_of(RULESET, subjects)
    found = assess_table(BASE, table, on=ON, policy=POLICY, outputs=("outcomes", "verdicts")).table
    single = [asked(each) for each in subjects]
    assert found["outcome.referral"].to_pylist() == [each.outcome for each in single]
    (column,) = (name for name in found.column_names if name.endswith("Licence"))
    assert found[column].to_pylist() == [each.verdicts["Licence"].value for each in single]


def test_of_what_nobody_asks_another_standard_nothing_is_told() -> None:
    """A walk needs no licence for a course: every line of that standard does not apply to it."""

    def lines(activity: str) -> list[str]:
        made = assess(RULESET, {"activity_code": activity}, on=ON, policy=POLICY)
        return [each.verdict.value for each in made.findings if each.requirement.startswith(LICENCES.id)]

    assert len(lines("walk")) > 3
    assert set(lines("walk")) == {"not_applicable"}
    assert "unknown" in lines("self-management-course")
