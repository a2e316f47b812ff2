"""What reasons say of a known none, of some of several, of a list, of an open weight, and of records."""

from __future__ import annotations

import datetime
from typing import Any

import attrs
import pytest

from qa_rules import Assessment, assess, policy_from, ruleset_from
from qa_rules.errors import RulesetError

ON = datetime.date(2026, 11, 22)


def yes_no(name: str) -> dict[str, Any]:
    return {"type": "yes_no", "label": name, "question": f"Is {name} so?", "about": "supplier"}


def clause(name: str, met_when: Any, **more: Any) -> dict[str, Any]:
    source = {"section": name}
    return {
        "id": name,
        "title": f"Title of {name}",
        "says": "So.",
        "source": source,
        "met_when": met_when,
    } | more


def ruleset(*requirements: dict[str, Any], facts: dict[str, Any] | None = None, **more: Any) -> Any:
    fields = {
        "name": {"type": "text", "label": "name", "question": "What is it called?"},
        "kind": {
            "type": "choice",
            "label": "kind",
            "question": "Of what kind is it?",
            "options": {"major": "Major", "minor": "Minor"},
        },
        "closed_on": {"type": "date", "label": "day of closing", "question": "When?", "may_be_none": "yes"},
    }
    findings = {
        "type": "collection",
        "label": "findings of the audit",
        "question": "What did the audit find?",
        "about": "supplier",
        "record": "finding",
        "fields": fields,
    }
    data: dict[str, Any] = {"format": 1, "ruleset": "told", "edition": "1", "title": "Told", "caveats": []}
    data["decisions"], data["source"] = [], {"title": "Ours"}
    known = {"findings": findings} | {name: yes_no(name) for name in "abcde"} | (facts or {})
    return ruleset_from(data | {"facts": known, "requirements": list(requirements)} | more)


def reason(made: Any, facts: dict[str, Any], name: str) -> str:
    return assess(made, facts, on=ON).finding(name).reason.text


def test_a_known_none_is_no_open_question_and_the_reason_says_so() -> None:
    made = ruleset(clause("Closed", {"every findings": "closed_on not after on"}))
    facts = {"findings": [{"name": "Loose cable", "closed_on": "none"}]}
    text = reason(made, facts, "Closed")
    assert text == ("Loose cable, day of closing: none, and the rule does not say what follows from none.")
    assert assess(made, facts, on=ON).finding("Closed").reason.code == "is_none"


@pytest.mark.parametrize(
    ("facts", "told"),
    [
        ({"a": "yes"}, "Two of these five have to hold, and one does."),
        (dict.fromkeys("abcde", "no"), "Two of these five have to hold, and none do."),
        ({"a": "yes", "b": "yes", "c": "no"}, "Two of these five have to hold, and two do."),
    ],
)
def test_of_some_of_several_the_reason_says_how_many_and_how_many_there_are(
    facts: dict[str, Any], told: str
) -> None:
    made = ruleset(clause("Two", {"at_least": {"count": 2, "of": list("abcde")}}))
    assert told in reason(made, facts, "Two")


@pytest.mark.parametrize("count", [1, 3])
def test_where_all_of_several_or_any_will_do_no_number_is_told(count: int) -> None:
    made = ruleset(clause("Some", {"at_least": {"count": count, "of": ["a", "b", "c"]}}))
    assert "have to hold" not in reason(made, {"a": "no"}, "Some")


def test_a_list_that_holds_nothing_of_the_kind_is_not_said_to_be_empty() -> None:
    every = {"every findings": {"where": "kind is major", "meets": "closed_on not after on"}}
    made = ruleset(clause("Major", every))
    one = {"name": "Loose cable", "kind": "minor", "closed_on": "2026-01-01"}
    assert reason(made, {"findings": []}, "Major") == "Findings of the audit: none yet to judge by."
    assert reason(made, {"findings": [one]}, "Major") == (
        "Findings of the audit: the one listed is not of the kind asked about here."
    )
    assert "none of the 2 listed" in reason(made, {"findings": [one, one]}, "Major")


@pytest.mark.parametrize(
    ("named_by", "told"),
    [
        (None, "Loose cable, day of closing"),
        (["kind"], "Major, day of closing"),
        (["kind", "name"], "Major, Loose cable, day of closing"),
    ],
)
def test_a_record_is_called_by_what_the_vocabulary_names_it_by_or_its_first_text(
    named_by: list[str] | None, told: str
) -> None:
    made = ruleset(clause("Closed", {"every findings": "closed_on not after on"}))
    if named_by is not None:
        whole = attrs.evolve(made.vocabulary.facts["findings"], named_by=tuple(named_by))
        vocabulary = attrs.evolve(made.vocabulary, facts={**made.vocabulary.facts, "findings": whole})
        made = attrs.evolve(made, vocabulary=vocabulary)
    record = {"name": "Loose cable", "kind": "major", "closed_on": "2027-01-01"}
    assert reason(made, {"findings": [record]}, "Closed").startswith(told)


def test_a_record_without_a_name_is_called_by_its_number() -> None:
    made = ruleset(clause("Closed", {"every findings": "closed_on not after on"}))
    records = [{"name": "Door", "closed_on": "2026-01-01"}, {"closed_on": "2027-01-01"}]
    assert reason(made, {"findings": records}, "Closed").startswith("Finding 2, day of closing")


def test_a_record_is_not_named_by_a_field_that_there_is_not() -> None:
    facts = {
        "list": {
            "type": "collection",
            "label": "list",
            "question": "Which?",
            "fields": {"x": {"type": "text", "label": "x", "question": "X?"}},
            "named_by": ["y"],
        }
    }
    with pytest.raises(RulesetError, match="has no field `y` to name a record by"):
        ruleset(clause("R", "a"), facts=facts)


def decided(made: Any, facts: dict[str, Any], **policy: Any) -> Assessment:
    data: dict[str, Any] = {"format": 1, "policy": "p", "for": made.id, "title": "P", "says": "P."}
    return assess(made, facts, on=ON, policy=policy_from(data | policy, made))


GROUPED: dict[str, Any] = {
    "groups": [{"id": "All", "title": "All", "kind": "measure", "members": ["R"]}],
    "decisions": [
        {
            "id": "fit",
            "title": "Is it fit?",
            "undecided": "open",
            "outcomes": [
                {"id": "no_go", "words": "No", "allows": "no", "when": "All:required is not met"},
                {"id": "go", "words": "Yes", "allows": "yes", "when": "All"},
            ],
        }
    ],
}


def test_a_gap_whose_weight_nobody_has_said_is_told_as_what_keeps_the_answer_open() -> None:
    made = decided(ruleset(clause("R", "a"), **GROUPED), {"a": "no"})
    assert made.outcome == "open"
    told = [each.text for each in made.grounds if each.open]
    assert told == ["Not decided locally: what a gap in “Title of R” means for the answer."]


def test_a_scope_that_somebody_only_denies_is_told_as_open_where_more_is_asked() -> None:
    made = decided(
        ruleset(clause("R", "a"), applies_when="b", **GROUPED),
        {"a": "yes", "b": "no"},
        severity={"default": "required"},
        strength="seen",
    )
    assert made.outcome == "open"
    assert any(
        "B: only stated so far, and it has to be seen" in each.text for each in made.grounds if each.open
    )


def test_an_answer_that_is_open_because_nothing_applies_says_so() -> None:
    made = decided(
        ruleset(clause("R", "a", applies_when="b"), **GROUPED), {"b": "no"}, severity={"default": "required"}
    )
    assert made.outcome == "open"
    assert [each.text for each in made.grounds if each.open] == [
        "Nothing that is asked here applies and is met."
    ]
