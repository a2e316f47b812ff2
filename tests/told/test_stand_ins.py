"""A mark that does not count is named with why, beside the one that counts; the first step is what is done about it."""

from __future__ import annotations

import datetime
import html
from collections.abc import Mapping
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from qa_rules import (
    Assessment,
    Policy,
    assess,
    load_facts,
    load_policy,
    load_ruleset,
    merge,
    policy_from,
    ruleset_from,
)
from qa_rules.api.analyse import next_questions, what_if, why
from qa_rules.explain.stand_ins import StandIn
from qa_rules.language.library import policy_file
from qa_rules.language.load import facts_from
from qa_rules.reports import report
from qa_rules.reports.blocks import Items
from qa_rules.reports.content import content_of
from tests.told.test_never_shorter import CAFE, SEEN

RULESET = load_ruleset("social-prescribing")
POLICY = load_policy("illustrative-three-tiers", RULESET)
SEEN_ONLY = policy_from({**(POLICY.written or {}), "strength": "seen"}, RULESET)
GOOD: Mapping[str, object] = {
    "scheme": "trusted_charity",
    "covers_activity": "yes",
    "valid_to": "2027-06-01",
    "measures_covered": ["data_protection", "equality"],
    "accepted_by": "A. Mensah",
    "accepted_on": "2026-06-01",
    "accepted_role": "link_worker",
    "evidence": SEEN,
}
NAMES = RULESET.vocabulary.facts["marks"].fields["scheme"].options


def held(*marks: Mapping[str, object], policy: Policy = POLICY, **changed: object) -> Assessment:
    facts = CAFE | {"volunteer_led": "no", "provider_type": "charity", "routes_in_use": ["existing_mark"]}
    given_ = {key: {"value": each, **SEEN} for key, each in (facts | changed).items() if key != "changes"}
    on = datetime.date(2026, 11, 30)
    return assess(RULESET, facts_from(given_ | {"marks": list(marks)}, RULESET), on=on, policy=policy)


def only(made: Assessment) -> StandIn:
    (found,) = why(made).stand_ins
    return found


KINDS: Mapping[str, tuple[Mapping[str, object], str]] = {
    "it has run out": ({"scheme": "ncvo", "valid_to": "2026-03-01"}, "Ask the provider to renew: "),
    "last audit: 1 January 2023": (
        {"scheme": "aqs", "last_audit": "2023-01-01"},
        "Ask the provider to renew: ",
    ),
    "the local policy does not accept it": (
        {"scheme": "matrix"},
        "Do not count on this, which the local policy does not accept: ",
    ),
    "who accepted the mark: none": (
        {"accepted_by": "none"},
        "Have somebody competent look at this, judge it, and record that: ",
    ),
    "role of the person who accepted it: Anybody else": (
        {"accepted_role": "other"},
        "Have somebody competent look at this, judge it, and record that: ",
    ),
    "mark for this very activity: no": (
        {"covers_activity": "no"},
        "Have somebody competent look at this, judge it, and record that: ",
    ),
    "it is accepted for nothing that is asked here": (
        {"measures_covered": []},
        "Have somebody competent look at this, judge it, and record that: ",
    ),
}


SHORT = ("summary", "card", "html")
# The long forms work plans out as well, which takes a hundred times as long.
SHOWN = [
    *((reason, form) for reason in KINDS for form in SHORT),
    *((reason, form) for reason, form in zip(KINDS, ("markdown", "text"), strict=False)),
    *(
        pytest.param(reason, form, marks=pytest.mark.deep)
        for reason in list(KINDS)[2:]
        for form in ("markdown", "text")
    ),
]


@pytest.mark.parametrize(("reason", "form"), SHOWN)
def test_a_mark_that_does_not_count_is_told_with_why_and_first_of_all_what_to_do(
    reason: str, form: str
) -> None:
    changed, step = KINDS[reason]
    bad = {**GOOD, **changed}
    name = NAMES[str(bad["scheme"])]
    text = " ".join(html.unescape(report(held(bad), form, advice=form != "html")).split())
    assert f"{name} does not count: " in text
    assert reason in text
    first = text.partition("What to do next")[2].partition(name)[0]
    assert step in " ".join(first.replace("<ol>", "").replace("<li>", "").split()) + " "
    assert "rite " not in first.lower()


def test_the_mark_that_counts_stands_beside_with_what_it_counts_for() -> None:
    made = held(GOOD, {**GOOD, "scheme": "ncvo", "valid_to": "2026-03-01"})
    text = " ".join(report(made, "summary").split())
    assert "Trusted Charity counts for: Data protection, provider; and Equality, provider." in text
    assert (
        "NCVO Quality Standards does not count: it has run out (last day of the mark: 1 March 2026)." in text
    )
    assert "Trusted Charity" not in text.partition("Why")[0].partition("Ask the provider to renew")[2][:60]


def test_where_the_route_is_not_in_use_nothing_is_said_of_marks() -> None:
    made = held(GOOD, routes_in_use=["policy_checklist"])
    assert why(made).stand_ins == ()
    assert not next(each for each in content_of(made).sections if each.name == "stand-ins").blocks


@given(st.dictionaries(st.sampled_from(sorted(GOOD.keys() - {"evidence"})), st.booleans(), max_size=8))
def test_what_is_told_of_a_mark_is_what_the_groups_come_to(gone: Mapping[str, bool]) -> None:
    """One counts for a group exactly where the group is met through it: nothing else is known of this provider."""
    made = held({key: each for key, each in GOOD.items() if not gone.get(key)})
    found = only(made)
    met = {each.title for each in made.groups if each.group in found.instead_of and each.verdict == "met"}
    assert set(found.counts_for) == met
    assert bool(found.counts_for) is not bool(found.why_not)
    assert bool(found.step) is bool(found.why_not)


def test_of_many_marks_a_card_says_what_counts_first_and_no_more_than_fit_and_what_to_do_about_each() -> None:
    others = [each for each in NAMES if each != GOOD["scheme"]][:7]
    lapsed = {**GOOD, "valid_to": "2026-03-01", "measures_covered": ["safeguarding"]}
    bad = [{**lapsed, "scheme": each} for each in others]
    made = held(*bad, GOOD)
    summary, full = (" ".join(report(made, form).split()) for form in ("summary", "text"))
    marks = summary.partition("Quality marks held")[2].partition("Policy:")[0]
    assert marks.strip().startswith("- Trusted Charity counts for: ")
    assert marks.count("does not count: ") == 3
    assert "And 4 more, in the full report." in marks
    assert full.count("does not count: ") >= 7
    steps = summary.partition("What to do next")[2].partition("Why")[0]
    assert [NAMES[each] for each in others if NAMES[each] not in steps] == []


ALL_MEASURES = list(RULESET.vocabulary.facts["marks"].fields["measures_covered"].options)


@pytest.mark.parametrize(
    ("changed", "step"),
    [
        ({"valid_to": "2026-10-31"}, "Ask the provider to renew: Trusted Charity."),
        (
            {"accepted_by": None, "accepted_on": None, "accepted_role": None},
            "Have somebody competent look at this, judge it, and record that: Trusted Charity.",
        ),
    ],
)
def test_a_mark_that_is_all_that_is_missing_is_the_first_step(changed: dict[str, object], step: str) -> None:
    folder = Path(__file__).parents[2] / "examples" / "social-prescribing" / "self-management"
    files = ("provider.yaml", "course.yaml", "persons/long-term-pain.yaml")
    facts = merge(*(load_facts(folder / each, RULESET) for each in files))
    route = {"value": ["existing_mark"], **SEEN, "on": "2026-11-20"}
    kept = {**GOOD, "measures_covered": ALL_MEASURES, "evidence": {**SEEN, "on": "2026-11-20"}, **changed}
    marks = [{name: each for name, each in kept.items() if each is not None}]
    sound = assess(RULESET, facts, on=datetime.date(2026, 11, 22), policy=POLICY)
    made = what_if(sound, {"routes_in_use": route, "marks": marks})
    assert [sound.outcome, made.outcome == "refer"] == ["refer", False]
    (steps,) = (each.blocks[0] for each in content_of(made).sections if each.name == "next")
    assert isinstance(steps, Items)
    assert step in steps.items[:2]
    assert [each for each in steps.items if "safeguarding" in each.lower()] == []


@pytest.mark.parametrize(
    ("mark", "question"),
    [
        ({"valid_to": None}, "Trusted Charity: What is the last day on which the mark is in date?"),
        (
            {"scheme": "aqs"},
            "Advice Quality Standard: When was the provider last audited for the mark?",
        ),
    ],
    ids=["last day", "last audit"],
)
@pytest.mark.parametrize("form", ["summary", "card"])
def test_a_date_of_a_mark_that_alone_is_open_is_asked_for_by_name(
    mark: dict[str, object], question: str, form: str
) -> None:
    made = held({key: each for key, each in {**GOOD, **mark}.items() if each is not None})
    found = only(made)
    assert (found.step, found.useful_for) == ("find_out", ("M01.V", "M06.V"))
    assert [each.startswith(f"{question} (ask: ") for each in found.asks] == [True]
    steps = (
        " ".join(html.unescape(report(made, form)).split())
        .partition("What to do next")[2]
        .partition("Why")[0]
    )
    assert steps.count(question) == 1
    assert "judge it" not in steps
    assert "Have this checked: Quality marks held" not in steps
    asked = [each for each in next_questions(made, n=100).questions if each.fact == "marks"]
    assert [question in each.why for each in asked] == [True]
    # Where more than a date is open, somebody has to judge it.
    more = held({key: each for key, each in {**GOOD, **mark}.items() if each and key != "accepted_by"})
    assert (only(more).step, only(more).asks) == ("judge", ())


@pytest.mark.parametrize("covered", [("data_protection",), ()], ids=str)
def test_to_renew_a_mark_is_a_step_only_where_it_would_count_for_something_that_is_needed(
    covered: tuple[str, ...],
) -> None:
    routes = ["existing_mark", "policy_checklist"]
    lapsed = {**GOOD, "measures_covered": list(covered), "valid_to": "2026-10-31"}
    made = held(lapsed, routes_in_use=routes, ig_policies=[])
    text = " ".join(report(made, "summary").split())
    assert "Information policies" in text.partition("Gaps")[2]
    assert only(made).useful_for == (("M01.V",) if covered else ())
    assert ("Ask the provider to renew" in text) is bool(covered)
    assert ("it is accepted for nothing that is asked here" in text) is (not covered)


def test_of_a_mark_that_is_refused_nothing_else_is_told() -> None:
    """Nothing helps what the local policy does not accept, and audits are asked of other marks alone."""
    refused = held({**GOOD, "scheme": "matrix", "accepted_role": "other"}, {**GOOD, "valid_to": "2027-06-02"})
    assert [each.why_not for each in why(refused).stand_ins] == [("the local policy does not accept it",), ()]
    stated = only(held({**GOOD, "evidence": {"strength": "stated"}}, policy=SEEN_ONLY))
    assert stated.why_not
    assert not [each for each in stated.why_not if "audit" in each or "self-assessment" in each]


def test_what_a_policy_lets_count_of_others_says_whose_it_is(tmp_path: Path) -> None:
    text = policy_file("illustrative-three-tiers").read_text(encoding="utf-8")
    file = tmp_path / "policy.yaml"
    file.write_text(f"{text}\ncounts:\n  referral: [M02.L]\n", encoding="utf-8")
    given_ = {key: {"value": each, **SEEN} for key, each in CAFE.items() if key != "changes"}
    facts = facts_from(given_, RULESET)
    made = assess(RULESET, facts, on=datetime.date(2026, 11, 30), policy=load_policy(file, RULESET))
    text = " ".join(report(made, "summary").split())
    assert "DBS check (link worker)" in text
    assert "(provider)" not in text


def test_what_is_met_only_by_a_word_too_weak_is_the_reason_where_there_is_no_other() -> None:
    """Audits are asked of another kind; but that it is of this kind is only stated, and has to be seen."""
    audited = {"only_when": {"this": "kind is gold", "then": "audited within 24 months"}}
    kind = {
        "type": "choice",
        "label": "kind",
        "question": "Which?",
        "options": {"gold": "Gold", "tin": "Tin"},
    }
    fields = {"kind": kind, "audited": {"type": "date", "label": "last audit", "question": "When?"}}
    badges = {"type": "collection", "label": "badges", "question": "Which?", "fields": fields}
    safe = {"type": "yes_no", "label": "safety", "question": "Is it safe?"}
    about = {"id": "R", "title": "R", "says": "R.", "source": {"clause": "1"}, "met_when": "safe"}
    some = {"some badges": {"all_of": [audited]}}
    rules = ruleset_from(
        {
            "format": 1,
            "ruleset": "small",
            "edition": "1",
            "title": "Small",
            "source": {"title": "Made up"},
            "caveats": [],
            "facts": {"safe": safe, "badges": badges},
            "requirements": [about],
            "groups": [{"id": "G", "title": "G", "members": ["R"], "instead": some}],
            "decisions": [
                {
                    "id": "d",
                    "title": "May it?",
                    "undecided": "open",
                    "outcomes": [
                        {"id": "stop", "words": "No", "allows": "no", "when": "G is not met"},
                        {"id": "go", "words": "Yes", "allows": "yes", "when": "G"},
                    ],
                }
            ],
        }
    )
    policy = policy_from(
        {
            "format": 1,
            "policy": "p",
            "for": "small@1",
            "title": "P",
            "severity": {"default": "required"},
            "strength": "seen",
        },
        rules,
    )
    made = assess(
        rules,
        facts_from({"safe": False, "badges": [{"kind": "tin"}]}, rules),
        on=datetime.date(2026, 11, 30),
        policy=policy,
    )
    found = only(made)
    assert found.why_not[0] == "kind: only stated so far, and it has to be seen"
    assert (found.step, found.asks) == ("judge", ())
