"""Outcomes, levels and sources that are written otherwise than they are read: the hint leads to the mend."""

from __future__ import annotations

from typing import Any

import pytest

from qa_rules import Ruleset, RulesetError, policy_from
from tests.standards.building import standard, yes_no

FACTS: dict[str, Any] = {
    **yes_no("insured", "large"),
    "grade": {"type": "choice", "options": {"met": "Met", "good": "Good"}, "ordered": True},
    "note": {"type": "text"},
    "score": {"type": "integer"},
    "done": {"type": "date"},
    "visits": {
        "type": "collection",
        "record": "visit",
        "fields": {"done_on": {"type": "date", "label": "day", "question": "When?"}},
    },
}


def ruled(met_when: Any, decisions: Any = (), **more: Any) -> Ruleset:
    requirements = {"R1": {"met_when": met_when}, "Grade": {"met_when": "insured"}}
    parameters = {"most": {"type": "integer", "question": "How many?"}}
    return standard(FACTS, requirements, decisions, parameters=parameters, **more)


def hints(*args: Any, **more: Any) -> list[str]:
    with pytest.raises(RulesetError) as caught:
        ruled(*args, **more)
    return [each.hint for each in caught.value.diagnostics]


OUTCOMES = [
    {"id": "stop", "words": "No", "allows": "no", "when": "R1 is not met"},
    {"id": "go", "words": "Yes", "allows": "yes", "when": "otherwise"},
]


def decision(*outcomes: dict[str, Any], **more: Any) -> list[dict[str, Any]]:
    return [{"id": "overall", "title": "May it?", "outcomes": list(outcomes), **more}]


def test_of_outcomes_the_hint_says_who_may_hold_otherwise_and_who_allows() -> None:
    stop, go = OUTCOMES
    assert ruled("insured", decision(stop, go))
    assert hints("insured", decision(go, stop)) == ["move it to the end of the list, or write its test"]
    assert hints("insured", decision(stop, {**go, "when": {"all_of": []}})) == [
        "write each behind a dash; the last outcome, for all others, may say `when: otherwise`"
    ]
    without = {key: value for key, value in go.items() if key != "when"}
    assert hints("insured", decision(stop, without)) == [
        "write `when:` and a test; the last outcome may say `when: otherwise`"
    ]
    rated = decision(stop, go, kind="rating")
    assert hints("insured", rated) == ["delete `allows`, here and at the other outcomes"] * 2
    bare = [{key: value for key, value in each.items() if key != "allows"} for each in OUTCOMES]
    assert ruled("insured", decision(*bare, kind="rating"))
    assert [
        each for each in hints("insured", decision(*bare)) if "write `allows: yes` or `allows: no`" in each
    ]


LEVELS = [{"id": "passing", "title": "Passing", "needs": ["R1"]}]


def test_levels_written_as_tiers_are_sent_to_levels() -> None:
    assert hints("insured", tiers={"passing": ["R1"]}) == [
        "write the levels of the standard under `levels:`, lowest first, each with `id`, `title` and `needs`"
    ]
    assert ruled("insured", levels=LEVELS)
    assert "write `needs:`" in hints("insured", levels=[*LEVELS, {"id": "gold", "title": "Gold"}])[0]


def test_a_policy_gives_levels_without_routes_where_the_ruleset_has_none() -> None:
    ruleset = ruled("insured", [])
    data: dict[str, Any] = {"format": 1, "policy": "ours", "for": ruleset.id, "title": "Ours"}

    def faults(**more: Any) -> list[str]:
        with pytest.raises(RulesetError) as caught:
            policy_from(data | more, ruleset)
        return [each.hint for each in caught.value.diagnostics]

    tier = {"id": "passing", "title": "Passing"}
    hint = "write `needs:` and what the tier asks, such as `needs: Everything`"
    assert faults(tiers=[tier]) == [hint]
    assert faults(tiers=[{**tier, "routes": {"checklist": "R1"}}]) == [hint]
    needs = {"tiers": [{**tier, "needs": "R1"}]}
    assert policy_from(data | needs, ruleset).tiers
    assert faults(**needs, required_tier=[{"tier": "passing"}])[0].startswith("delete `required_tier`")


def test_text_that_holds_a_comma_is_to_be_quoted() -> None:
    assert hints("insured", source={"title": "Made up", "after the model": None}) == [
        "put text that holds a comma in quotes, such as 'Made up, by us'"
    ]
