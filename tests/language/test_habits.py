"""What people write who know another language: the hint leads to the mend at the first try."""

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
TESTS = ["insured", "large", "score at least 1"]
IN_TIME = "done_on before on"


def ruled(met_when: Any, decisions: Any = (), **more: Any) -> Ruleset:
    requirements = {"R1": {"met_when": met_when}, "Grade": {"met_when": "insured"}}
    parameters = {"most": {"type": "integer", "question": "How many?"}}
    return standard(FACTS, requirements, decisions, parameters=parameters, **more)


def hints(*args: Any, **more: Any) -> list[str]:
    with pytest.raises(RulesetError) as caught:
        ruled(*args, **more)
    return [each.hint for each in caught.value.diagnostics]


@pytest.mark.parametrize(
    ("wrong", "hint", "mended"),
    [
        ("grade = met", "write `is`", "grade is met"),
        ("insured == yes", "write `is`", "insured is yes"),
        ("insured != yes", "write `is not`", "insured is not yes"),
        ("score >= 3", "write `at least`", "score at least 3"),
        ("score < 3", "write `less than`", "score less than 3"),
        ("score under 3", "write `less than`", "score less than 3"),
        ("grade at least Good", "lower case: did you mean `good`?", "grade at least good"),
        ("grade in (met, good)", "`is one of` and the options", "grade is one of met, good"),
        ("done within 6 weeks", "write `42 days`", "done within 42 days"),
        ("done within 2 quarters", "write `6 months`", "done within 6 months"),
        ("done in the last 3 months", "write `within 3 months`", "done within 3 months"),
        ("done within the last 3 months", "write `within 3 months`", "done within 3 months"),
        ("note contains 'http'", "only `is given`", "note is given"),
        ("note starts with 'BT'", "only `is given`", "note is given"),
        ("note matches 'a'", "only `is given`", "note is given"),
        (
            "latest visits done_on within 3 months",
            "write `some visits:` and below it a test of the date",
            {"some visits": "done_on within 3 months"},
        ),
        (
            "insured unless large",
            "`only_when:` with `this:`, a `not:` over the condition",
            {"only_when": {"this": {"not": "large"}, "then": "insured"}},
        ),
        (
            "insured if large",
            "`only_when:` with `this:`, the condition, and `then:`",
            {"only_when": {"this": "large", "then": "insured"}},
        ),
        (
            "at least 2 of insured, large",
            "`at_least:` as a key, with `count:` and `of:`",
            {"at_least": {"count": 2, "of": TESTS}},
        ),
        (
            "at least 80 percent of Grade",
            "`at_least:` as a key, with `count:`",
            {"at_least": {"count": 2, "of": TESTS}},
        ),
        ({"none_of": TESTS}, "`not:` and below it `any_of:`", {"not": {"any_of": TESTS}}),
        (
            {"at_most": {"count": 1, "of": TESTS}},
            "`not:` over `at_least:`, with a `count` of one more",
            {"not": {"at_least": {"count": 2, "of": TESTS}}},
        ),
        ({"or": TESTS}, "write `any_of:`", {"any_of": TESTS}),
        ({"all": TESTS}, "write `all_of:`", {"all_of": TESTS}),
        ({"at most 3 visits": IN_TIME}, "`at least 4 visits:`", {"not": {"at least 4 visits": IN_TIME}}),
        (
            {"exactly 2 visits": IN_TIME},
            "`at least 2 visits:` and with `not:` over `at least 3 visits:`",
            {"all_of": [{"at least 2 visits": IN_TIME}, {"not": {"at least 3 visits": IN_TIME}}]},
        ),
        ({"more than 2 visits": IN_TIME}, "`at least 3 visits:`", {"at least 3 visits": IN_TIME}),
        ({"fewer than 3 visits": IN_TIME}, "`not:` and below it", {"not": {"at least 3 visits": IN_TIME}}),
        ({"no visits": IN_TIME}, "`not:` and below it `some visits:`", {"not": {"some visits": IN_TIME}}),
        ({"each visits": IN_TIME}, "write `every visits:`", {"every visits": IN_TIME}),
        (
            {"at least policy.most visits": IN_TIME},
            "write the number out, as in `at least 2 visits:`",
            {"at least 2 visits": IN_TIME},
        ),
    ],
    ids=str,
)
def test_the_hint_leads_to_a_test_that_loads(wrong: Any, hint: str, mended: Any) -> None:
    assert [each for each in hints(wrong) if hint in each]
    assert ruled(mended)


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
    assert hints("insured", decision(stop, {**go, "when": {"all_of": []}})) == ["write each behind a dash"]
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
