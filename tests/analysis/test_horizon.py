"""The timeline of an assessment is what assessing every day would say."""

from __future__ import annotations

import datetime
from itertools import pairwise
from pathlib import Path

import attrs
import pytest
from hypothesis import Phase, given, settings
from hypothesis import strategies as st

from qa_rules import Facts, FactValue, Ruleset, assess, facts_from, load_ruleset, policy_from, ruleset_from
from qa_rules.api.analyse import horizon, standing
from qa_rules.explain.standing import ANSWERS
from qa_rules.model.calendars import Calendar
from qa_rules.model.expressions import Compare, Fact, Later, Literal, On, Op
from qa_rules.model.facts import FactDeclaration, FactType, Vocabulary
from qa_rules.model.nodes import OutcomeNode, TierNode
from qa_rules.model.rulesets import Policy, Requirement
from qa_rules.model.values import Unit
from tests import strategies
from tests.strategies import CALENDAR

Day = datetime.date
_STEP = datetime.timedelta(days=1)


def every_day(
    ruleset: Ruleset,
    facts: Facts,
    on: Day,
    until: Day,
    policy: Policy | None,
    calendar: Calendar | None,
    kinds: tuple[str, ...] = (),
) -> list[Day]:
    """The days on which something is said that was not said the day before, by assessing each.

    With kinds, only what is said of those counts.
    """
    days = [on + _STEP * at for at in range((until - on).days + 1)]
    lines = [
        {
            key: text
            for key, text in standing(assess(ruleset, facts, on=day, policy=policy, calendar=calendar))
            .lines()
            .items()
            if not kinds or key[0] in kinds
        }
        for day in days
    ]
    return [day for (before, now), day in zip(pairwise(lines), days[1:], strict=True) if before != now]


# Shrinking a case that is assessed 1,826 times would take minutes.
GENERATED = (Phase.explicit, Phase.reuse, Phase.generate)
FIVE_YEARS = max(1, settings().max_examples // 10)
"""Each case is assessed on each of 1,826 days: ten cases in a plain run, hundreds in a deep one."""


@settings(max_examples=FIVE_YEARS, phases=GENERATED)
@given(strategies.cases(), st.integers(0, 3))
def test_timeline_equals_brute_force_over_every_day_of_five_years(case: strategies.Case, shift: int) -> None:
    ruleset, policy = case.closed.ruleset, case.closed.policy
    on = Day(2024 - shift, 2, 28)
    assessment = assess(ruleset, case.facts, on=on, policy=policy, calendar=CALENDAR)
    found = horizon(assessment)
    assert found.until == Day(2029 - shift, 2, 28)
    expected = every_day(ruleset, case.facts, on, found.until, policy, CALENDAR)
    assert [change.on for change in found.timeline] == expected


@settings(max_examples=FIVE_YEARS, phases=GENERATED)
@given(strategies.cases())
def test_the_answer_holds_until_the_day_before_the_first_on_which_it_is_another(
    case: strategies.Case,
) -> None:
    ruleset, policy = case.closed.ruleset, case.closed.policy
    on, until = Day(2026, 3, 1), Day(2027, 2, 28)
    found = horizon(assess(ruleset, case.facts, on=on, policy=policy, calendar=CALENDAR), until)
    days = every_day(ruleset, case.facts, on, until, policy, CALENDAR, ANSWERS)
    assert [each.on for each in found.timeline if each.is_answer] == days
    assert found.holds_until == (days[0] - _STEP if days else None)
    assert found.next == next((each for each in found.timeline if each.is_answer), None)


@pytest.mark.slow
@settings(max_examples=60, phases=GENERATED)
@given(strategies.cases())
def test_what_is_due_comes_soonest_first_and_says_whether_it_changes_anything(case: strategies.Case) -> None:
    ruleset, policy = case.closed.ruleset, case.closed.policy
    on, until = Day(2026, 10, 25), Day(2026, 12, 31)
    found = horizon(assess(ruleset, case.facts, on=on, policy=policy, calendar=CALENDAR), until)
    assert [each.by for each in found.due] == sorted(each.by for each in found.due)
    changed = {
        (cause.fact, cause.record, each.on)
        for each in found.timeline
        for cause in (*each.causes, *each.beside)
    }
    moved = {each.on: each.moves for each in found.timeline}
    reads, beyond = case.closed.reads, frozenset[str]()
    for node in case.closed.nodes:
        beyond |= reads[node.name] if isinstance(node.name.parts, TierNode | OutcomeNode) else frozenset()
    for due in found.due:
        assert on <= due.by <= until
        names = {due.fact, due.fact.partition(".")[0]}
        if due.kind != "condition_due":
            assert due.requirements == tuple(each for each in ruleset.requirement if names & reads[each])
        assert due.requirements or names & beyond
        assert due.changes == ((due.fact, due.record, due.by + _STEP) in changed)
        assert set(due.moves) <= set(moved.get(due.by + _STEP, ()))
    ends = {each.by for each in found.due if each.kind == "evidence_ends"}
    stops = {
        given.evidence.valid_until
        for name, given in case.facts.values.items()
        if any(name in case.closed.reads[each] for each in ruleset.requirement)
    }
    assert {each for each in stops if each is not None and on <= each < until} <= ends


@pytest.mark.slow
@settings(max_examples=60, phases=GENERATED)
@given(strategies.cases())
def test_timeline_equals_brute_force_about_the_dates_that_facts_hold(case: strategies.Case) -> None:
    ruleset, policy = case.closed.ruleset, case.closed.policy
    on, until = Day(2026, 10, 25), Day(2026, 12, 31)
    found = horizon(assess(ruleset, case.facts, on=on, policy=policy, calendar=CALENDAR), until)
    expected = every_day(ruleset, case.facts, on, until, policy, CALENDAR)
    assert [change.on for change in found.timeline] == expected
    assert all(each.causes for each in found.timeline)


# One ruleset written out, so that a reader can follow.

RULES = ruleset_from(
    {
        "format": 1,
        "ruleset": "small",
        "edition": "1",
        "title": "A small standard",
        "source": {"title": "A small standard", "publisher": "Us", "date": "2026", "rights": "Ours"},
        "caveats": ["An example."],
        "vocabularies": ["small"],
        "requirements": [
            {
                "id": "R-1",
                "title": "Insured",
                "says": "The provider is insured.",
                "source": {"clause": "1"},
                "met_when": "insured_until not before on",
                "fix": "Renew the insurance.",
            },
            {
                "id": "R-2",
                "title": "Reviewed",
                "says": "The safeguarding policy was reviewed in the last year.",
                "source": {"clause": "2"},
                "met_when": "reviewed_on within 12 months",
                "fix": "Review the policy.",
            },
        ],
        "groups": [{"id": "All", "title": "Everything", "kind": "theme", "members": ["R-1", "R-2"]}],
        "decisions": [
            {
                "id": "overall",
                "title": "May we refer?",
                "undecided": "not_known",
                "outcomes": [
                    {"id": "wait", "words": "Not yet", "allows": "no", "when": "All:required is not met"},
                    {"id": "with_conditions", "words": "Mend it", "allows": "yes", "when": "All is not met"},
                    {"id": "refer", "words": "Refer", "allows": "yes", "when": "All"},
                ],
            }
        ],
    },
    beside=Path(__file__).parent,
)


def test_holds_until_the_insurance_ends_and_says_what_comes_then() -> None:
    facts = facts_from({"insured_until": "2027-03-31", "reviewed_on": "2026-11-01"}, RULES)
    policy = policy_from(
        {"format": 1, "policy": "p", "for": "small@1", "title": "P", "severity": {"default": "required"}},
        RULES,
    )
    found = horizon(assess(RULES, facts, on=Day(2026, 11, 22), policy=policy))
    assert found.holds_until == Day(2027, 3, 31)
    assert found.next is not None
    first = found.next.moves[0]
    assert (first.name, first.before, first.after) == ("overall", "refer", "wait")
    assert [cause.text for cause in found.next.causes] == ["End of the insurance: 31 March 2027"]
    assert [(due.by, due.requirements, due.changes) for due in found.due] == [
        (Day(2027, 3, 31), ("R-1",), True),
        (Day(2027, 11, 1), ("R-2",), True),
    ]


@pytest.mark.parametrize(
    ("group", "due"), [("open", [Day(2027, 11, 1)]), ("closed", []), (None, [Day(2027, 2, 1)])]
)
def test_a_date_that_is_good_for_several_times_is_due_where_that_changes_something(
    group: str | None, due: list[Day]
) -> None:
    facts = {
        "reviewed_on": {"type": "date", "label": "last review", "question": "When?"},
        "group": {
            "type": "choice",
            "label": "group",
            "question": "Which?",
            "options": {"open": "Open", "closed": "Closed", "mixed": "Mixed"},
        },
    }
    asked = {
        "all_of": [
            {"only_when": {"this": "group is open", "then": "reviewed_on within 12 months"}},
            {"only_when": {"this": "group is mixed", "then": "reviewed_on within 3 months"}},
        ]
    }
    requirement = {"id": "R", "title": "R", "says": "R.", "source": {"clause": "1"}, "met_when": asked}
    rules = ruleset_from(
        {
            "format": 1,
            "ruleset": "walks",
            "edition": "1",
            "title": "Walks",
            "source": {"title": "Made up"},
            "caveats": [],
            "decisions": [],
            "facts": facts,
            "requirements": [requirement],
        }
    )
    given = {"reviewed_on": "2026-11-01"} | ({} if group is None else {"group": group})
    found = horizon(assess(rules, given, on=Day(2026, 11, 22)))
    assert [each.by for each in found.due] == due
    assert all(each.changes for each in found.due)


@pytest.mark.slow
@settings(max_examples=40)
@given(st.dates(Day(2026, 1, 1), Day(2026, 11, 22)), st.integers(1, 200), st.booleans())
def test_condition_that_is_overdue_is_in_the_timeline(dated: Day, days: int, lapses: bool) -> None:
    end = "2027-01-15" if lapses else "2026-01-01"
    values = {
        "insured_until": {"value": end, "on": dated},
        "reviewed_on": {"value": "2026-11-01", "on": "2026-11-01"},
    }
    facts = facts_from(values, RULES)
    policy = policy_from(
        {
            "format": 1,
            "policy": "p",
            "for": "small@1",
            "title": "P",
            "severity": {"default": "condition"},
            "condition_days": days,
        },
        RULES,
    )
    on, until = Day(2026, 11, 22), Day(2027, 12, 31)
    found = horizon(assess(RULES, facts, on=on, policy=policy), until)
    assert [each.on for each in found.timeline] == every_day(RULES, facts, on, until, policy, None)
    assert all(each.causes for each in found.timeline)


def test_evidence_that_ends_is_due_and_its_end_makes_it_unknown() -> None:
    facts = Facts({"insured_until": FactValue(Day(2030, 1, 1)), "reviewed_on": FactValue(Day(2026, 11, 1))})
    old = facts.values["insured_until"]
    ending = attrs.evolve(old, evidence=attrs.evolve(old.evidence, valid_until=Day(2026, 12, 31)))
    facts = attrs.evolve(facts, values={**facts.values, "insured_until": ending})
    found = horizon(assess(RULES, facts, on=Day(2026, 11, 22)))
    assert found.due[0].kind == "evidence_ends"
    assert found.due[0].by == Day(2026, 12, 31)
    moved = {move.name: move.after for move in found.timeline[0].moves}
    assert moved["R-1"] == "unknown"


@pytest.mark.parametrize("amount", [5, 1, 0, -2])
def test_the_end_of_the_working_day_calendar_is_in_the_timeline(amount: int) -> None:
    limit = Later(On(), Literal(amount), Unit.WORKING_DAYS)
    declared = FactDeclaration("due", FactType.DATE, "due", "?", about="provider")
    requirement = Requirement(
        "R", "R", "R", {"clause": "1"}, met_when=Compare(Fact("due"), Op.AT_LEAST, limit)
    )
    ruleset = Ruleset("one", "1", "One", Vocabulary({"due": declared}), (requirement,))
    on, until = Day(2027, 12, 1), Day(2028, 2, 1)
    for due in (Day(2027, 12, 20), Day(2030, 1, 1)):
        facts = Facts({"due": FactValue(due)})
        found = horizon(assess(ruleset, facts, on=on, calendar=CALENDAR), until)
        expected = every_day(ruleset, facts, on, until, None, CALENDAR)
        assert [each.on for each in found.timeline] == expected
        assert expected


@pytest.mark.parametrize("name", ["ss2q@2017", "connect-well-essex@3.5"])
def test_nothing_known_stays_nothing_known(name: str) -> None:
    ruleset = load_ruleset(name)
    found = horizon(assess(ruleset, Facts(), on=Day(2026, 11, 22)))
    assert found.timeline == ()
    assert found.holds_until is None
    assert found.to_dict()["next"] is None
