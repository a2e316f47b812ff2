"""Files as spreadsheets and people save them: read where they say one thing, else one line that says what is due."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from qa_rules.errors import ArgumentError, FactsError
from tests.tables.test_files import batch, csv

pytest.importorskip("pyarrow")

SEPARATED = {
    "semicolons": "id;insured;fee\na;yes;2,5\n",
    "semicolons, quoted": '"id";"insured"\n"a";"yes"\n',
    "semicolons, and a comma in a name": "id;insured, by whom;fee\na;yes;2\n",
    "tabs": "id\tinsured\na\tyes\n",
    "strokes": "id|insured\na|yes\n",
    "as Excel is told": "sep=;\nid;insured\na;yes\n",
    "as Excel is told of something else": "sep=^\nid^insured\na^yes\n",
}


@pytest.mark.parametrize("content", SEPARATED.values(), ids=SEPARATED)
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp1252"])
@pytest.mark.parametrize("ends", ["\n", "\r\n"])
def test_a_file_that_is_not_separated_by_commas_is_one_error_that_says_so(
    content: str, encoding: str, ends: str, tmp_path: Path
) -> None:
    source = csv(tmp_path, content.replace("\n", ends).encode(encoding))
    done, found, _ = batch(tmp_path, source, "--key", "id")
    assert isinstance(done.exception, FactsError)
    assert len(done.exception.diagnostics) == 1
    assert "in.csv: the cells are separated by" in str(done.exception)
    assert "save the file as CSV with commas" in str(done.exception)
    assert found == []


READ = {
    "commas, as Excel is told": "sep=,\r\nid,insured\r\na,yes\r\nb,no\r\n",
    "a comma behind every row": "id,insured,\na,yes,\nb,no,\n",
    "three commas behind every row": "id,insured,,,\na,yes,,,\nb,no,,,\n",
    "a comma behind the heading": "id,insured,\na,yes\nb,no\n",
    "a comma behind some rows": 'id,insured,\na,"yes",\nb,no\n',
    "blanks around names": " id , insured\na,yes\nb,no\n",
    "only quotation marks": '"id","insured"\n"a","yes"\n"b","no"\n',
    "semicolons in cells": "id,insured,signed_by\na,yes,x; y; z\nb,no,p; q\n",
}


@pytest.mark.parametrize("content", READ.values(), ids=READ)
def test_what_a_spreadsheet_adds_without_saying_anything_alters_nothing(content: str, tmp_path: Path) -> None:
    done, found, faults = batch(tmp_path, csv(tmp_path, content), "--key", "id")
    assert (done.exception, done.return_value, faults) == (None, 0, [])
    assert [(each["id"], each["INSURED"]) for each in found] == [("a", "met"), ("b", "not_met")]


@pytest.mark.parametrize("rows", [1, 3_000])
def test_a_cell_behind_the_last_column_that_says_something_costs_its_row(rows: int, tmp_path: Path) -> None:
    good = "".join(f"p{at},yes,\n" for at in range(rows))
    done, found, faults = batch(tmp_path, csv(tmp_path, f"id,insured,\n{good}a,yes,no\n"), "--key", "id")
    assert done.return_value == 3
    assert [each["INSURED"] for each in found] == ["met"] * rows + ["unknown"]
    assert [(each["row"], each["problem"]) for each in faults] == [
        (rows + 1, f"line {rows + 2:,}: this line has 3 cells, and 2 are due")
    ]


def test_a_column_without_a_name_is_told_by_its_number(tmp_path: Path) -> None:
    done, _, _ = batch(tmp_path, csv(tmp_path, "id,,insured\na,x,yes\n"), "--key", "id")
    assert "column 2 has no name" in str(done.exception)


def test_one_cell_is_one_cell(tmp_path: Path) -> None:
    _, _, [fault] = batch(tmp_path, csv(tmp_path, "id,insured\na\n"), "--key", "id")
    assert fault["problem"] == "line 2: this line has 1 cell, and 2 are due"


WIDE = ("utf-16", "utf-16-le", "utf-16-be", "utf-32", "utf-32-le", "utf-32-be")


@pytest.mark.parametrize("encoding", WIDE)
@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("in.csv", "id,insured\na,yes\n"),
        ("in.ndjson", '{"id": "a", "insured": true}\n'),
        ("in.csv", "id,signed_by\na,Ŵyn\n"),
        ("in.csv", "id\n"),
    ],
)
def test_a_file_of_wide_letters_is_told_by_the_name_of_its_encoding(
    name: str, content: str, encoding: str, tmp_path: Path
) -> None:
    done, found, _ = batch(tmp_path, csv(tmp_path, content.encode(encoding), name))
    assert isinstance(done.exception, FactsError)
    assert f"{name}: this file is in {encoding[:6].upper()}" in str(done.exception)
    assert found == []


NUMBERS = {
    "5,000 digits": "9" * 5_000,
    "5,000 digits behind the point": "0." + "9" * 5_000,
    "below nothing": "-" + "9" * 5_000,
    "a large exponent": "1e999999",
    "an exponent beyond all": "1e99999999999999999999",
}


@pytest.mark.parametrize("number", NUMBERS.values(), ids=NUMBERS)
@pytest.mark.parametrize("suffix", ["ndjson", "csv"])
def test_a_number_that_is_too_large_costs_its_cell_alone(number: str, suffix: str, tmp_path: Path) -> None:
    lines = {
        "ndjson": f'{{"id": "a", "insured": true, "fee": {number}}}\n{{"id": "b", "fee": 3}}\n',
        "csv": f"id,insured,fee\na,yes,{number}\nb,,3\n",
    }
    done, found, faults = batch(tmp_path, csv(tmp_path, lines[suffix], f"in.{suffix}"), "--key", "id")
    assert (done.exception, done.return_value) == (None, 3)
    assert [(each["INSURED"], each["FEE"]) for each in found] == [("met", "unknown"), ("unknown", "met")]
    assert [(each["row"], each["column"]) for each in faults] == [(1, "fee")]
    assert "is not a number" in faults[0]["problem"]


@pytest.mark.parametrize(
    "cell", ["walks, talks", "walks | talks", "walks\ntalks", "walks\ttalks", "walks; talks, x"]
)
@pytest.mark.parametrize("fact", ["schemes", "marks"])
def test_a_cell_of_which_nobody_can_say_how_many_items_it_holds_is_unknown_and_told(
    fact: str, cell: str, tmp_path: Path
) -> None:
    done, [row], [fault] = batch(tmp_path, csv(tmp_path, f'id,{fact}\na,"{cell}"\n'), "--key", "id")
    assert done.return_value == 3
    assert (row["WALKS"], row["MARKED"]) == ("unknown", "unknown")
    assert (fault["column"], fault["hint"]) == (fact, "put a semicolon between two items, as in `a; b`")


def test_a_code_with_a_comma_is_one_code_where_a_list_says_so(tmp_path: Path) -> None:
    line = json.dumps({"id": "a", "marks": ["walks, talks"]})
    done, [row], _ = batch(tmp_path, csv(tmp_path, line, "in.ndjson"), "--key", "id")
    assert (done.return_value, row["MARKED"]) == (0, "not_met")


def hint_of(folder: Path, content: str, *more: object) -> Any:
    done, _, _ = batch(folder, csv(folder, content), *more)
    assert isinstance(done.exception, ArgumentError)
    return str(done.exception).partition("; ")[2]


def test_where_a_column_is_looked_for_the_hint_names_those_that_there_are(tmp_path: Path) -> None:
    assert hint_of(tmp_path, "identity,insured\na,yes\n", "--key", "key") == "there are `identity`, `insured`"
    assert hint_of(tmp_path, "insured\nyes\n", "--key", "key") == "there is `insured`"
    assert hint_of(tmp_path, "ident,insured\na,yes\n", "--key", "idnt") == "did you mean `ident`?"
