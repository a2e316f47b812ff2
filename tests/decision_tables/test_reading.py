"""Tables are read strictly: every fault with its place and what to do about it."""

from __future__ import annotations

import datetime
from pathlib import Path
from typing import Any

import pytest

from qa_rules import RulesetError, assess, load_ruleset, ruleset_from
from qa_rules.language.bundles import bundle_data, read_bundle
from qa_rules.model.rulesets import Ruleset

ON = datetime.date(2026, 11, 30)
HEAD = """\
format: 1
ruleset: fees
edition: "1"
title: Fees
source: {title: A source}
caveats: []
facts:
  age: {type: integer, label: age, question: How old?, least: 0, most: 120}
  kind: {type: choice, label: kind, question: Which?, options: {day: Day, week: Week, year: Year}}
  joined: {type: date, label: day of joining, question: When?, may_be_none: yes}
  tags: {type: choices, label: tags, question: Which?, options: {a: A, b: B}}
  post: {type: code, label: post, question: Which?}
  member: {type: yes_no, label: membership, question: A member?}
parameters:
  free_until: {type: integer, question: Up to which age is it free?}
tables:
  - id: fee_table
    title: Fees
    inputs: [age, kind]
    outputs:
      fee: {type: decimal, label: fee, unit: GBP}
    hit_policy: first
"""
TAIL = """\
requirements:
  - {id: A, title: Cheap, says: It is., source: {clause: 1}, met_when: fee at most 5}
decisions:
  - id: go
    title: Go?
    outcomes:
      - {id: stop, words: Stop, allows: no, when: A is not met}
      - {id: go, words: Go, allows: yes, when: A}
"""
ROWS = """\
    rows:
      - [less than 18, any, 2.50]
      - [any, day or week, 5]
      - [any, year, 50]
"""


def written(folder: Path, rows: str = ROWS, head: str = HEAD, tail: str = TAIL) -> Path:
    file = folder / "ruleset.yaml"
    file.write_text(head + rows + tail)
    return file


def faults(folder: Path, rows: str = ROWS, **more: str) -> str:
    with pytest.raises(RulesetError) as raised:
        load_ruleset(written(folder, rows, **more))
    return str(raised.value)


def test_a_table_is_read_and_decides(tmp_path: Path) -> None:
    ruleset = load_ruleset(written(tmp_path))
    for facts, met in (
        ({"age": 10}, "met"),
        ({"age": 30, "kind": "year"}, "not_met"),
        ({"kind": "week"}, "met"),
    ):
        assert assess(ruleset, facts, on=ON).verdicts["A"] == met


@pytest.mark.parametrize(
    ("cell", "taken", "left"),
    [
        ("at least 18 and less than 65", (18, 64), (17, 65)),
        ("less than 18 or at least 65", (17, 65), (18, 64)),
        ("18", (18,), (17, 19)),
        ("18 or 20", (18, 20), (19,)),
        ("not 18", (17, 19), (18,)),
        ("more than policy.free_until", (), ()),
        ("[18, 20]", (18, 20), (19,)),
    ],
)
def test_a_cell_takes_what_it_says(
    tmp_path: Path, cell: str, taken: tuple[int, ...], left: tuple[int, ...]
) -> None:
    rows = f"    rows:\n      - [{cell}, any, 2]\n      - [any, any, 9]\n"
    ruleset = load_ruleset(written(tmp_path, rows))
    for age in range(16, 67):
        found = assess(ruleset, {"age": age}, on=ON).verdicts["A"]
        assert found == ("met" if age in taken else "not_met" if age in left else found)
        if "policy" in cell:
            assert found == "unknown", "nobody set it"


@pytest.mark.parametrize(
    ("rows", "message", "hint"),
    [
        ("- [< 18, any, 5]", "`< 18` is not how a cell is written", "write `less than 18`"),
        ("- ['[18..65)', any, 5]", "is not how a cell is written", "write `at least 18 and less than 65`"),
        ("- [18 to 65, any, 5]", "is not how a cell is written", "write `at least 18 and at most 65`"),
        ("- [under 18, any, 5]", "is not how a cell is written", "write `less than 18`"),
        ("- [any, dya, 5]", "there is no option `dya` here", "did you mean `day`?"),
        ("- [any, any]", "a row has 3 cells: age, kind, fee", "write `any` where anything does"),
        ("- [any, any, five]", "`five` is not a number", ""),
        ("- [any, any, '']", "", ""),
        ("- [kind, any, 5]", "", ""),
        ("- [any and 18, any, 5]", "nothing may stand beside `any`", "write `any` alone"),
        ("- [[], any, 5]", "this list leaves nothing out", "write `any`"),
        ("- [{a: 1}, any, 5]", "a cell holds a test, or a list of values", "write it in words"),
    ],
)
def test_a_fault_in_a_row_is_told_with_its_place_and_the_mend(
    tmp_path: Path, rows: str, message: str, hint: str
) -> None:
    told = faults(tmp_path, f"    rows:\n      {rows}\n")
    assert message in told
    assert hint in told
    assert "ruleset.yaml:24:" in told


@pytest.mark.parametrize(
    ("before", "after", "message"),
    [
        ("inputs: [age, kind]", "inputs: [aeg, kind]", "there is no fact or value `aeg`"),
        ("inputs: [age, kind]", "inputs: [tags, kind]", "`tags` is a set of choices, which no cell can test"),
        ("hit_policy: first", "hit_policy: any", "`any` is not known here"),
        ("hit_policy: first", "hit_policy: collect", "a table that collects says how"),
        ("hit_policy: first", "hit_policy: first\n    aggregation: sum", "only a table that collects"),
        ("      fee: {type: decimal", "      age: {type: decimal", "`age` is the name of something else too"),
        (
            "fee: {type: decimal, label: fee, unit: GBP}",
            "fee: {type: choice, label: fee}",
            "`fee` has no options",
        ),
        (
            "hit_policy: first",
            "hit_policy: first\n    otherwise: [1, 2]",
            "here stands what the table gives: fee",
        ),
    ],
)
def test_a_fault_of_a_table_is_told(tmp_path: Path, before: str, after: str, message: str) -> None:
    assert before in HEAD
    assert message in faults(tmp_path, head=HEAD.replace(before, after))


def test_a_table_may_not_ask_what_it_gives(tmp_path: Path) -> None:
    test = "inputs: [age, {name: cheap, test: fee at most 5}]"
    told = faults(tmp_path, head=HEAD.replace("inputs: [age, kind]", test))
    assert "fee" in told
    assert "depends on itself" in told or "needs itself" in told or "cycle" in told


def test_rows_may_stand_in_a_csv_file_beside_it_with_columns_in_any_order(tmp_path: Path) -> None:
    (tmp_path / "fees.csv").write_text(
        "kind,age,fee\nany,less than 18,2.50\nday or week,any,5\nyear,any,50\n"
    )
    beside = load_ruleset(written(tmp_path, "    csv: fees.csv\n"))
    inside = load_ruleset(written(tmp_path))
    assert beside.tables == inside.tables
    again, _, _ = read_bundle(bundle_data(beside, None, None))
    assert again.hash == beside.hash


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("age,kind,fee\n18,dya,5\n", "fees.csv:2:4"),
        ("age,kin,fee\n18,day,5\n", "there is no column `kin`"),
        ("age,kind\n18,day\n", "there is no column fee"),
        ("age,kind,fee\n18,day\n", "a row has 3 cells"),
        ("age,kind,fee\n", "a table has a line of names"),
        ('age,kind,fee\n"18,day,5\n', "this is not CSV"),
    ],
)
def test_a_fault_in_a_csv_file_is_told_at_its_place_in_that_file(
    tmp_path: Path, text: str, told: str
) -> None:
    (tmp_path / "fees.csv").write_text(text)
    assert told in faults(tmp_path, "    csv: fees.csv\n")


@pytest.mark.parametrize("name", ["../fees.csv", "/etc/passwd", "fees.txt", "gone.csv"])
def test_a_csv_file_stands_beside_the_ruleset(tmp_path: Path, name: str) -> None:
    assert "name a file" in faults(tmp_path, f"    csv: {name}\n")


def test_none_is_taken_by_what_says_so_and_by_any(tmp_path: Path) -> None:
    head = HEAD.replace("inputs: [age, kind]", "inputs: [joined]").replace(
        "hit_policy: first", "hit_policy: unique"
    )
    rows = "    rows:\n      - [not given, 1]\n      - [before 2020-01-01, 2]\n      - [not before 2020-01-01, 9]\n"
    ruleset = load_ruleset(written(tmp_path, rows, head))
    verdicts = [
        assess(ruleset, facts, on=ON).verdicts["A"]
        for facts in ({"joined": "none"}, {"joined": "2019-12-31"}, {"joined": "2020-01-01"}, {})
    ]
    assert verdicts == ["met", "met", "not_met", "unknown"]


def test_a_code_needs_no_quotes_in_a_cell(tmp_path: Path) -> None:
    head = HEAD.replace("inputs: [age, kind]", "inputs: [post]")
    ruleset = load_ruleset(written(tmp_path, "    rows:\n      - [BT1 or BT2, 1]\n      - [any, 9]\n", head))
    assert [assess(ruleset, {"post": each}, on=ON).verdicts["A"] for each in ("BT2", "BT3")] == [
        "met",
        "not_met",
    ]


def test_a_column_may_be_a_test(tmp_path: Path) -> None:
    test = "{name: tagged, test: tags includes a}"
    head = HEAD.replace("inputs: [age, kind]", f"inputs: [{test}, member]")
    rows = "    rows:\n      - [yes, any, 1]\n      - [no, yes, 2]\n      - [no, no, 9]\n"
    ruleset: Ruleset = load_ruleset(written(tmp_path, rows, head))
    known: list[dict[str, Any]] = [
        {"tags": ["a"]},
        {"tags": ["b"], "member": False},
        {"member": True},
        {"tags": ["b"]},
    ]
    assert [assess(ruleset, each, on=ON).verdicts["A"] for each in known] == [
        "met",
        "not_met",
        "met",
        "unknown",
    ]


def test_tables_can_be_made_in_python(tmp_path: Path) -> None:
    ruleset = load_ruleset(written(tmp_path))
    assert ruleset.written is not None
    assert ruleset_from(ruleset.written["ruleset"]).hash == ruleset.hash


def test_a_table_that_comes_out_in_too_many_ways_is_a_fault_of_the_file(tmp_path: Path) -> None:
    names = [f"f{number}" for number in range(18)]
    facts = "".join(f"  {each}: {{type: yes_no, label: {each}, question: Yes?}}\n" for each in names)
    head = HEAD.replace("facts:\n", f"facts:\n{facts}").replace("[age, kind]", f"[{', '.join(names)}]")
    head = head.replace("hit_policy: first", "hit_policy: collect\n    aggregation: sum")
    rows = [["yes" if number == at else "any" for number in range(18)] + [str(2**at)] for at in range(18)]
    told = faults(
        tmp_path, "    rows:\n" + "".join(f"      - [{', '.join(row)}]\n" for row in rows), head=head
    )
    assert "`fee_table` can come out in more than 20,000 ways" in told
    assert "split it into tables of fewer inputs" in told
