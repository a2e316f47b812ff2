"""A table comes, row by row, to what `assess` says of each subject."""

from __future__ import annotations

import datetime
from collections import Counter
from collections.abc import Mapping
from decimal import Decimal
from typing import Any

import attrs
import pytest
from hypothesis import given
from hypothesis import strategies as st

from qa_rules.assessment.assess import Assessment, assess
from qa_rules.language.library import person_file
from qa_rules.language.load import load_facts, load_policy, load_ruleset, merge
from qa_rules.model.expressions import Compare, Constant, Expr, Fact, Literal, On, Op, Within
from qa_rules.model.facts import Evidence, FactDeclaration, Facts, FactType, FactValue, Records, Vocabulary
from qa_rules.model.rulesets import Group, Policy, Requirement
from qa_rules.model.values import NONE, Severity, Unit
from tests.strategies import CALENDAR, FEW, LIGHT, facts, moments, policies, rulesets
from tests.tables import small

pytest.importorskip("pyarrow")

from benchmarks.directory import directory
from qa_rules.tables import assess_table, table_of
from tests.tables.rows import facts_of_row


def fits(given: FactValue, declared: FactDeclaration) -> bool:
    """Whether a number is within the bounds of its fact."""
    number = given.value
    if not isinstance(number, int | Decimal):
        return True
    low, high = declared.least, declared.most
    return not ((low is not None and number < low) or (high is not None and number > high))


def readable(given: Facts, vocabulary: Vocabulary) -> Facts:
    """The facts as a file or a table can say them: in bounds, and the code `none` is none where there may be one."""

    def value(each: FactValue, declared: FactDeclaration) -> FactValue:
        none = declared.type is FactType.CODE and declared.may_be_none and each.value == "none"
        return attrs.evolve(each, value=NONE) if none else each

    values = {
        name: value(each, vocabulary.scalars[name])
        for name, each in given.values.items()
        if fits(each, vocabulary.scalars[name])
    }
    collections = {}
    for name, records in given.collections.items():
        fields = vocabulary.collections[name].fields
        rows = tuple(
            {key: value(each, fields[key]) for key, each in row.items() if fits(each, fields[key])}
            for row in records.records
        )
        collections[name] = inherited(attrs.evolve(records, records=rows), fields)
    return Facts(values, collections, given.subject)


def inherited(records: Records, fields: Mapping[str, FactDeclaration]) -> Records:
    """In a file and in a table, what the evidence of a field does not say is that of its list."""
    of_list = attrs.evolve(records.evidence, on=records.evidence.dated, as_of=None)

    def field(name: str, value: FactValue) -> FactValue:
        own = value.evidence
        date = own.on if fields[name].type is FactType.JUDGEMENT else own.dated
        until = own.valid_until or of_list.valid_until
        since = own.since if date else of_list.since
        on = date or of_list.on
        return attrs.evolve(
            value, evidence=attrs.evolve(own, on=on, as_of=None, valid_until=until, since=since)
        )

    rows = tuple({name: field(name, value) for name, value in record.items()} for record in records.records)
    return Records(rows, of_list, records.partial)


def expected(assessment: Assessment) -> dict[str, Any]:
    """The columns of the result as an assessment says them."""
    found: dict[str, Any] = {}
    for name in assessment.decisions:
        answer = next((each for each in assessment.answers if each.decision == name), None)
        found[f"outcome.{name}"] = None if answer is None else answer.outcome
        found[f"possible.{name}"] = None if answer is None else " ".join(answer.possible)
        allows = None if answer is None else answer.allows
        found[f"allows.{name}"] = None if allows is None else ("no", "yes")[allows]
    if assessment.tiers is not None:
        for part in ("attained", "at_most", "reaches", "required_least", "required_greatest"):
            found[f"tier.{part}"] = getattr(assessment.tiers, part)
    named = [(each.requirement, each.verdict, each.strength, each.asked) for each in assessment.findings]
    named += [(each.group, each.verdict, each.strength, each.asked) for each in assessment.groups]
    for name, verdict, strength, asked in named:
        found[name] = verdict.value
        found[f"{name}@strength"] = None if strength is None else strength.word
        found[f"{name}@asked"] = "yes" if asked else "no"
    return found


def agree(row: Mapping[str, Any], assessment: Assessment) -> None:
    wanted = expected(assessment)
    assert {name: row[name] for name in wanted} == wanted


@LIGHT
@given(st.data())
def test_every_row_comes_to_what_assess_says(data: st.DataObject) -> None:
    ruleset = data.draw(rulesets())
    policy = data.draw(st.none() | policies(ruleset))
    if policy is not None:
        policy = attrs.evolve(policy, condition_days=data.draw(st.sampled_from((None, 0, 1, 90, 365))))
    on = data.draw(moments())
    drawn = data.draw(st.lists(facts(ruleset.vocabulary), min_size=1, max_size=6))
    subjects = [readable(each, ruleset.vocabulary) for each in drawn]
    found = assess_table(
        ruleset, table_of(ruleset, subjects), on=on, policy=policy, calendar=CALENDAR, keep=["subject"]
    )
    assert found.faults.to_pylist() == []
    for row, subject in zip(found.table.to_pylist(), subjects, strict=True):
        agree(row, assess(ruleset, subject, on=on, policy=policy, calendar=CALENDAR))
    for name, words in found.summary.counts.items():
        said = Counter(word for word in found.table[name].to_pylist() if word is not None)
        assert {word: count for word, count in words.items() if count} == said


def test_a_gap_is_dated_by_what_it_is_about_and_by_nothing_else() -> None:
    """One that no fact shows is of today, and so not overdue, whatever else is of long ago."""
    days: dict[str, Expr] = {"Shown": Compare(Fact("insured"), Op.IS, Literal(True)), "Gap": Constant(False)}
    asked = tuple(
        Requirement(name, name, "", {"clause": "a"}, expr, severity=Severity.CONDITION)
        for name, expr in days.items()
    )
    locks = tuple(Group(f"Lock{name}", "Lock", "lock", (name,)) for name in days)
    ruleset = attrs.evolve(small.RULESET, requirements=asked, groups=locks)
    policy = Policy("days", ruleset.id, "Days", condition_days=1)
    old, since = (small.ON - datetime.timedelta(each) for each in (9, 30))
    other = FactValue("1098", Evidence(on=old))
    subjects = [
        Facts({"insured": FactValue(False)}, {}, "Undated"),
        Facts({"insured": FactValue(False, Evidence(on=small.ON)), "charity": other}, {}, "Another is old"),
        Facts({"insured": FactValue(False, Evidence(on=old))}, {}, "Old"),
        Facts({"insured": FactValue(False, Evidence(on=small.ON, since=since))}, {}, "Old, told today"),
        Facts(
            {},
            {"venues": Records(({"checked": FactValue(True, Evidence(on=old))},), Evidence(), True)},
            "A list",
        ),
    ]
    found = assess_table(ruleset, table_of(ruleset, subjects), on=small.ON, policy=policy, ignore=["subject"])
    assert found.table["LockShown"].to_pylist() == ["not_applicable"] * 2 + ["not_met"] * 2 + [
        "not_applicable"
    ]
    assert found.table["LockGap"].to_pylist() == ["not_applicable"] * 5
    for row, subject in zip(found.table.to_pylist(), subjects, strict=True):
        agree(row, assess(ruleset, subject, on=small.ON, policy=policy))


def split(given: Facts, about: Mapping[str, str]) -> tuple[Facts, Facts]:
    """The facts about the person, and all others."""
    person = {name: value for name, value in given.values.items() if about[name] == "person"}
    listed = {name: records for name, records in given.collections.items() if about[name] == "person"}
    rest: dict[str, FactValue] = {name: value for name, value in given.values.items() if name not in person}
    others = {name: records for name, records in given.collections.items() if name not in listed}
    return Facts(person, listed, "Person"), Facts(rest, others, "Provider")


def test_a_gap_that_time_closed_and_opened_again_is_dated_from_then() -> None:
    """Fourteen days of cover: before them, and after them, there is none."""
    covered = Within(On(), Fact("reviewed"), Literal(14), Unit.DAYS)
    asked = Requirement("Cover", "Cover", "", {"clause": "a"}, covered, severity=Severity.CONDITION)
    lock = Group("Lock", "Lock", "lock", ("Cover",))
    ruleset = attrs.evolve(small.RULESET, requirements=(asked,), groups=(lock,))
    policy = Policy("days", ruleset.id, "Days", condition_days=25)
    noted = Evidence(on=small.ON - datetime.timedelta(100))
    days = (15, 20, 24, 25, 26, 39, 40, 60, -1)
    subjects = [
        Facts({"reviewed": FactValue(small.ON - datetime.timedelta(each), noted)}, {}, f"{each} days ago")
        for each in days
    ]
    found = assess_table(ruleset, table_of(ruleset, subjects), on=small.ON, policy=policy, ignore=["subject"])
    said = dict(zip(days, found.table["Lock"].to_pylist(), strict=True))
    assert {each for each in days if said[each] == "not_met"} == {-1, 60}
    for row, subject in zip(found.table.to_pylist(), subjects, strict=True):
        agree(row, assess(ruleset, subject, on=small.ON, policy=policy))


@LIGHT
@given(st.data())
def test_with_persons_every_row_stands_once_for_each(data: st.DataObject) -> None:
    ruleset = data.draw(rulesets())
    vocabulary = ruleset.vocabulary
    about = {
        name: each.about for name, each in (*vocabulary.scalars.items(), *vocabulary.collections.items())
    }
    policy, on = data.draw(st.none() | policies(ruleset)), data.draw(moments())
    subjects = [
        split(readable(each, vocabulary), about)[1]
        for each in data.draw(st.lists(facts(vocabulary), min_size=1, max_size=4))
    ]
    persons = {
        str(at): split(each, about)[0]
        for at, each in enumerate(data.draw(st.lists(facts(vocabulary), min_size=1, max_size=3)))
    }
    found = assess_table(
        ruleset,
        table_of(ruleset, subjects),
        on=on,
        policy=policy,
        calendar=CALENDAR,
        persons=persons,
        ignore=["subject"],
    )
    for row, subject in zip(found.table.to_pylist(), subjects, strict=True):
        for name, person in persons.items():
            both = Facts({**subject.values, **person.values}, {**subject.collections, **person.collections})
            wanted = expected(assess(ruleset, both, on=on, policy=policy, calendar=CALENDAR))
            assert {key: row.get(f"{key}@{name}", row.get(key)) for key in wanted} == wanted


SHIPPED = (
    ("ss2q@2017", None),
    ("social-prescribing@3.5", "illustrative-three-tiers"),
    ("social-prescribing@3.5", "illustrative-two-tiers"),
)


@pytest.mark.parametrize(("name", "policy"), SHIPPED)
@FEW
@given(data=st.data())
def test_the_shipped_rulesets_come_to_the_same(name: str, policy: str | None, data: st.DataObject) -> None:
    ruleset = load_ruleset(name)
    ladder = None if policy is None else load_policy(policy, ruleset)
    drawn = data.draw(st.lists(facts(ruleset.vocabulary), min_size=1, max_size=3))
    subjects = [readable(each, ruleset.vocabulary) for each in drawn]
    on = data.draw(moments())
    found = assess_table(ruleset, table_of(ruleset, subjects), on=on, policy=ladder, ignore=["subject"])
    assert found.faults.to_pylist() == []
    for row, subject in zip(found.table.to_pylist(), subjects, strict=True):
        agree(row, assess(ruleset, subject, on=on, policy=ladder))


@pytest.mark.parametrize(("name", "policy"), SHIPPED)
def test_the_made_up_directory_comes_to_the_same_for_every_person(name: str, policy: str | None) -> None:
    ruleset = load_ruleset(name)
    settings = None if policy is None else load_policy(policy, ruleset)
    persons = {}
    if policy is not None:
        persons = {each: load_facts(person_file(each), ruleset) for each in ("simple", "medium", "complex")}
    table = directory(ruleset, 12, settings)
    on = small.ON
    found = assess_table(ruleset, table, on=on, policy=settings, persons=persons, key="subject")
    assert found.faults.to_pylist() == []
    for row, told in zip(found.table.to_pylist(), table.to_pylist(), strict=True):
        subject = facts_of_row(told, ruleset)
        for each, person in (persons or {"": Facts()}).items():
            wanted = expected(assess(ruleset, merge(subject, person), on=on, policy=settings))
            assert {key: row.get(f"{key}@{each}", row.get(key)) for key in wanted} == wanted
