"""The next questions come without a session, as data with a schema, and the answers lead where an interview leads."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result
from jsonschema import Draft202012Validator

from qa_rules import load_facts, load_ruleset
from qa_rules.cli import group
from qa_rules.errors import FactsError, NotFoundError
from qa_rules.interview.requests import respond
from qa_rules.language.questions import QuestionsDocument, QuestionsRequestDocument
from qa_rules.language.schema import schema_of
from qa_rules.model.writing import facts_to_data

ROOT = Path(__file__).parents[2]
REQUEST = Draft202012Validator(schema_of(QuestionsRequestDocument, "request"))
RESPONSE = Draft202012Validator(schema_of(QuestionsDocument, "response"))


def asked(**more: Any) -> dict[str, Any]:
    request = {"format": 1, "ruleset": "ss2q@2017", "on": "2026-11-22", **more}
    REQUEST.validate(request)
    found = respond(json.loads(json.dumps(request)))
    RESPONSE.validate(json.loads(json.dumps(found)))
    return found


@pytest.mark.parametrize("goal", ["tier", "fixes"])
def test_answers_sent_with_each_request_lead_to_the_end(goal: str) -> None:
    known = facts_to_data(load_facts(ROOT / "examples" / "ss2q" / "compliant.yaml", load_ruleset("ss2q")))[
        "facts"
    ]
    held_back = ["venues", "framework_compliant", "enquiry_limit_days", "coordinator_appointed"]
    facts = {name: each for name, each in known.items() if name not in held_back}
    closed_to: list[str] = []
    last, names = None, []
    found: dict[str, Any] = {}
    for _ in range(9):
        found = asked(facts=facts, goal=goal, last=last, closed_to=closed_to)
        assert found["progress"] == f"asked {found['asked']}, at most {found['at_most']} more"
        if found["status"] == "completed":
            break
        (item,) = found["item"]
        last = item["linkId"]
        names.append(last)
        if last == "framework_compliant":
            assert item["judgement"]
            closed_to.append(last)
        else:
            facts[last] = known[last]
    assert sorted(names) == sorted(held_back)
    assert found["item"] == []
    assert found["answer"]["outcome"] == "undetermined"
    assert found["answer"]["possible"] == ["fails", "meets_all"]


def test_an_item_has_the_shape_of_a_questionnaire() -> None:
    found = asked(number=200, goal="everything", about=["provider", "programme"])
    items = {each["linkId"]: each for each in found["item"]}
    venues = items["venues"]
    assert (venues["type"], venues["repeats"]) == ("group", True)
    assert [each["linkId"] for each in venues["item"]][:2] == ["venues.name", "venues.assessed_on"]
    family = items["programme_licensor_family"]
    assert family["type"] == "choice"
    assert family["answerOption"][0]["valueCoding"]["code"] == "stanford_smrc"
    assert family["why"] == "Nothing is known about it yet."
    assert family["changes"] == "It can still change whether these rules apply at all."
    order = list(items)
    assert order.index("venue_criteria.exists") < order.index("venue_criteria.covers")
    assert found["answer"]["settled"] is False


@pytest.mark.parametrize(
    ("wrong", "message"),
    [
        ({"goal": "fun"}, "goal"),
        ({"facts": {"nothing": 1}}, "there is no fact `nothing`"),
        ({"last": "nothing"}, "there is no fact `nothing` .at last."),
        ({"closed_to": ["nothing"]}, "there is no fact `nothing` .at closed_to."),
        ({"about": ["nobody"]}, "no fact is about `nobody`"),
        ({"extra": 1}, "unknown key `extra`"),
        ({"number": 0}, "number"),
    ],
)
def test_a_wrong_request_is_refused_with_all_that_is_wrong(wrong: dict[str, Any], message: str) -> None:
    with pytest.raises(FactsError, match=message):
        respond({"format": 1, "ruleset": "ss2q@2017", "on": "2026-11-22", **wrong})
    with pytest.raises(FactsError):
        respond([])  # type: ignore[arg-type]
    with pytest.raises(NotFoundError):
        respond({"format": 1, "ruleset": "ss2", "on": "2026-11-22"})


def run(*more: str) -> Result:
    example = ROOT / "examples" / "ss2q" / "half-known.yaml"
    return CliRunner().invoke(
        group, ["questions", "ss2q", str(example), "--on", "2026-11-22", *more], standalone_mode=False
    )


def test_the_command_prints_the_same_data() -> None:
    done = run("--format", "json", "--most", "2", "--cannot-tell", "venues")
    found = json.loads(done.output)
    RESPONSE.validate(found)
    example = load_facts(ROOT / "examples" / "ss2q" / "half-known.yaml", load_ruleset("ss2q"))
    data = facts_to_data(example)
    assert found == asked(facts=data["facts"], number=2, closed_to=["venues"])
    last = found["item"][1]["linkId"]
    assert last in run("--last", last, "--about", "provider", "--about", "programme").output


@pytest.mark.parametrize(
    ("option", "message"),
    [("--last", "no fact 'x'"), ("--cannot-tell", "no fact 'x'"), ("--about", "about 'x'")],
)
def test_names_that_there_are_not_are_refused(option: str, message: str) -> None:
    assert message in str(run(option, "x").exception)
