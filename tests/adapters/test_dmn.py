"""Decision tables of DMN become tables of ours that give the same; all else is refused by name and place."""

from __future__ import annotations

import datetime
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from qa_rules import RulesetError, assess, ruleset_from
from qa_rules.adapters.dmn import read
from qa_rules.adapters.dmn_tests import NotSimple, cell
from qa_rules.cli import group
from qa_rules.language.reading import read_text
from qa_rules.model.rulesets import Ruleset
from qa_rules.model.values import Verdict

ON = datetime.date(2026, 11, 30)
DMN = "https://www.omg.org/spec/DMN/20191111/MODEL/"


def entry(kind: str, text: str) -> str:
    escaped = text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
    return f"<{kind}><text>{escaped}</text></{kind}>"


def table(
    rules: list[list[str]], *inputs: str, policy: str = "UNIQUE", more: str = "", output: str = "<output/>"
) -> str:
    asked = "".join(
        f"<input><inputExpression><text>{each}</text></inputExpression></input>" for each in inputs
    )
    rows = "".join(
        "<rule>"
        + "".join(entry("inputEntry", each) for each in row[:-1])
        + entry("outputEntry", row[-1])
        + "</rule>"
        for row in rules
    )
    return f'<decisionTable hitPolicy="{policy}" {more}>{asked}{output}{rows}</decisionTable>'


def model(logic: str, kind: str = "string", namespace: str = DMN, more: str = "") -> bytes:
    return f"""<?xml version="1.0" encoding="UTF-8"?>
<definitions xmlns="{namespace}" name="Fees" namespace="urn:fees">
<itemDefinition name="tKind"><typeRef>string</typeRef>
<allowedValues><text>"Day", "One Week", "No"</text></allowedValues></itemDefinition>
<inputData name="Age"><variable name="Age" typeRef="number"/></inputData>
<inputData name="Kind of Ticket"><variable name="Kind of Ticket" typeRef="tKind"/></inputData>
<inputData name="isMember"><variable name="isMember" typeRef="boolean"/></inputData>
<inputData name="Place"><variable name="Place" typeRef="string"/></inputData>
<decision name="Fee Band"><variable name="Fee Band" typeRef="{kind}"/>
{logic}
</decision>{more}
</definitions>""".encode()


def ruleset(content: bytes, folder: Path) -> Ruleset:
    """What `convert dmn` prints, with what else a ruleset needs around it."""
    file = folder / "model.dmn"
    file.write_bytes(content)
    done = CliRunner().invoke(group, ["convert", "dmn", str(file)])
    assert done.exit_code == 0, done.output
    data: dict[str, Any] = read_text(done.output, "made.yaml").data
    output, declared = next(iter(data["tables"][-1]["outputs"].items()))
    values = declared.get("options") or ["0", "1", "2", "3", "5", "7.5"]
    clause = {"says": "It is.", "source": {"clause": "1"}}
    return ruleset_from(
        {
            "format": 1,
            "ruleset": "made",
            "edition": "1",
            "title": data.pop("title", "Made"),
            "source": {"title": "A model"},
            "caveats": [],
            **data,
            "requirements": [
                {"id": f"R-{each}", "title": each, "met_when": f"{output} is {each}", **clause}
                for each in values
            ],
            "decisions": [],
        }
    )


def gives(rules: Ruleset, **facts: Any) -> str | None:
    """The only value that the last table gives, None for none."""
    verdicts = assess(rules, facts, on=ON).verdicts
    met = [name.removeprefix("R-") for name, verdict in verdicts.items() if verdict is Verdict.MET]
    assert len(met) < 2
    return met[0] if met else None


def test_priority_takes_the_value_that_stands_first(tmp_path: Path) -> None:
    order = '<output><outputValues><text>"LOW","HIGH"</text></outputValues></output>'
    rules = [["-", 'not("Day")', '"HIGH"'], ["<18, [65..120]", "-", '"LOW"'], ["-", "-", '"HIGH"']]
    found = ruleset(model(table(rules, "Age", "Kind of Ticket", policy="PRIORITY", output=order)), tmp_path)
    assert gives(found, age=17, kind_of_ticket="one_week") == "low"
    assert gives(found, age=30, kind_of_ticket="no_") == "high"
    assert gives(found, age=65) == "low"
    assert gives(found, age=30) == "high", "whatever the ticket"


def test_a_decision_may_ask_another_and_collect(tmp_path: Path) -> None:
    rows = [['"A"', "-", "2.5"], ['"B"', "-", "5"], ["-", "true", "2.5"]]
    summed = table(rows, "Fee Band", "isMember", policy="COLLECT", more='aggregation="SUM"')
    second = f'<decision name="Fee"><variable name="Fee" typeRef="number"/>{summed}</decision>'
    found = ruleset(model(table([["<18", '"A"'], [">=18", '"B"']], "Age"), more=second), tmp_path)
    assert gives(found, age=18, is_member=True) == "7.5"
    assert gives(found, age=17, is_member=True) == "5"
    assert gives(found, age=18, is_member=False) == "5"


def test_text_without_allowed_values_is_a_code_and_null_is_none(tmp_path: Path) -> None:
    rules = [['"Barrow", "St Bees"', '"A"'], ["null", '"B"'], ["-", '"C"']]
    found = ruleset(model(table(rules, "Place", policy="FIRST")), tmp_path)
    given = [gives(found, place=each) for each in ("St Bees", "none", "Kendal")]
    assert given == ["a", "b", "c"]


@pytest.mark.parametrize(
    ("text", "ours"),
    [
        ("-", "any"),
        ("", "any"),
        ("5", "5"),
        ("< 5", "less than 5"),
        (">=5.5", "at least 5.5"),
        ("[1..5]", "at least 1 and at most 5"),
        ("]1..5[", "more than 1 and less than 5"),
        ("(1..5)", "more than 1 and less than 5"),
        ("1, 2, >7", "1 or 2 or more than 7"),
        ("not(1, 2)", "not 1 and not 2"),
        ("not([1..5])", "less than 1 or more than 5"),
        ('date("2026-01-01")', "2026-01-01"),
        ('>= date("2026-01-01")', "not before 2026-01-01"),
        ("null", "not given"),
        ("not(null)", "given"),
        ("-3", "-3"),
    ],
)
def test_a_simple_unary_test_is_a_cell(text: str, ours: str) -> None:
    assert cell(text, lambda value: value.said) == ours


@pytest.mark.parametrize(
    "text", ["Age + 1", "? > 5", "5 6", "[1..", "not(1", '> "a"', 'starts with("a")', "1,", "[1..5", "<"]
)
def test_anything_else_is_refused(text: str) -> None:
    with pytest.raises(NotSimple):
        cell(text, lambda value: value.said)


def faults(content: bytes) -> str:
    with pytest.raises(RulesetError) as raised:
        read(content, "model.dmn")
    return str(raised.value)


PLAIN = table([["<18", '"A"']], "Age")


@pytest.mark.parametrize(
    ("content", "told"),
    [
        (
            model(PLAIN, namespace="http://www.omg.org/spec/DMN/20151101/dmn.xsd"),
            "not DMN of a version that is read",
        ),
        (
            model(table([["<18", '"A"']], "Age", policy="RULE ORDER")),
            "`Fee Band` has the hit policy RULE ORDER",
        ),
        (
            model(table([["<18", '"A"']], "Age", policy="OUTPUT ORDER")),
            "`Fee Band` has the hit policy OUTPUT ORDER",
        ),
        (model(table([["<18", '"A"']], "Age", policy="COLLECT")), "COLLECT without an aggregation"),
        (model("<literalExpression><text>1</text></literalExpression>"), "`Fee Band` is a literalExpression"),
        (model("<context/>"), "`Fee Band` is a context"),
        (model(table([["<18", '"A"']], "Age + 1")), "`Age + 1` is more than a name"),
        (model(table([["<18", '"A"']], "Height")), "there is no `Height`"),
        (model(table([["? < 18", '"A"']], "Age")), "`? < 18` is no simple unary test"),
        (model(table([["<18", "Age"]], "Age")), "`Age` is no value that a table of ours gives"),
        (model(table([['"Dya"', '"A"']], "Kind of Ticket")), '`"Dya"` is no simple unary test'),
        (model(PLAIN, more='<decisionService name="S"/>'), "`S` is a decisionService"),
        (b"<definitions", "this is not XML"),
        (b'<!DOCTYPE a [<!ENTITY b "c">]><a>&b;</a>', "a document type could bring in anything"),
        (b'<!DOCTYPE a SYSTEM "file:///etc/passwd"><a/>', "a document type could bring in anything"),
        (b"<a>" * 100 + b"</a>" * 100, "nested too deeply"),
    ],
)
def test_what_is_not_read_is_refused_by_name_and_place(content: bytes, told: str) -> None:
    said = faults(content)
    assert told in said
    assert "model.dmn:" in said


def test_nothing_is_written_of_a_model_with_a_fault(tmp_path: Path) -> None:
    (tmp_path / "model.dmn").write_bytes(model("<context/>"))
    done = CliRunner().invoke(
        group, ["convert", "dmn", str(tmp_path / "model.dmn"), "--to", str(tmp_path / "t.yaml")]
    )
    assert done.exit_code != 0
    assert not (tmp_path / "t.yaml").exists()


def test_a_table_may_give_several_things_and_a_default(tmp_path: Path) -> None:
    rules = "".join(
        "<rule>"
        + entry("inputEntry", test)
        + entry("outputEntry", one)
        + entry("outputEntry", other)
        + "</rule>"
        for test, one, other in (("<18", '"Yes"', '"Best"'), ("[18..65)", '"No"', '"Plain"'))
    )
    outputs = "".join(
        f'<output name="{name}"><defaultOutputEntry><text>"{usual}"</text></defaultOutputEntry></output>'
        for name, usual in (("Status", "No"), ("Rate", "Best"))
    )
    asked = "<input><inputExpression><text>Age</text></inputExpression></input>"
    (made,) = read(model(f"<decisionTable>{asked}{outputs}{rules}</decisionTable>"), "model.dmn")["tables"]
    assert list(made["outputs"]) == ["fee_band_status", "fee_band_rate"]
    assert made["hit_policy"] == "unique", "as DMN has it where nothing is said"
    assert made["rows"][1] == ["at least 18 and less than 65", "no_", "plain"]
    assert made["otherwise"] == ["no_", "best"]


def test_a_table_that_is_called_with_plain_names_is_read_where_it_is_called(tmp_path: Path) -> None:
    called = f"""<businessKnowledgeModel name="Bands"><encapsulatedLogic><formalParameter name="years"/>
{table([["<18", '"A"'], [">=18", '"B"']], "years")}</encapsulatedLogic></businessKnowledgeModel>"""
    logic = """<invocation><literalExpression><text>Bands</text></literalExpression><binding><parameter name="years"/>
<literalExpression><text>Age</text></literalExpression></binding></invocation>"""
    found = ruleset(model(logic, more=called), tmp_path)
    assert [gives(found, age=each) for each in (17, 18)] == ["a", "b"]
    assert "calls `Bands`, which is no decision table" in faults(model(logic))
