"""What is wrong with a file costs its own line or cell, is told, and never turns an unknown into a pass."""

from __future__ import annotations

import json
from collections.abc import Iterable
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from qa_rules.errors import FactsError, NotFoundError
from tests.tables.clubs import CLUBS, ON, run, write_clubs

pa = pytest.importorskip("pyarrow")

import pyarrow.parquet as parquet  # noqa: E402

from qa_rules.tables import TableTask  # noqa: E402
from qa_rules.tables.files import open_table  # noqa: E402
from qa_rules.tables.saving import save  # noqa: E402

Rows = list[dict[str, Any]]


def batch(folder: Path, source: Path, *more: object) -> tuple[Any, Rows, Rows]:
    """Run `batch` and return what it came to, the rows of the result, and the faults."""
    target, faults = folder / "out.ndjson", folder / "faults.ndjson"
    words = ("batch", write_clubs(folder), source, target, "--on", ON, "--quiet", "--errors", faults)
    done = run(*words, *more)
    return done, lines_of(target), lines_of(faults)


def lines_of(file: Path) -> Rows:
    if not file.exists():
        return []
    return [json.loads(line) for line in file.read_text(encoding="utf-8").splitlines()]


def csv(folder: Path, content: str | bytes, name: str = "in.csv") -> Path:
    file = folder / name
    file.write_bytes(content.encode() if isinstance(content, str) else content)
    return file


def ndjson(folder: Path, *lines: str | bytes, name: str = "in.ndjson") -> Path:
    return csv(folder, b"\n".join(each.encode() if isinstance(each, str) else each for each in lines), name)


BAD_ROWS: dict[str, bytes] = {
    "a cell too many": b"x,yes,no",
    "a cell too few": b"x",
    "a byte of another encoding": b"x,caf\xe9",
    "a quotation mark that is never closed": b'x,"yes',
    "a quotation mark that is closed in the cell": b'x,"yes"no',
    "two quotation marks that are never closed": b'"x,"yes',
}


@pytest.mark.parametrize("wrong", BAD_ROWS.values(), ids=BAD_ROWS)
@pytest.mark.parametrize(
    ("ends", "at"), [(b"\n", 0), (b"\r\n", 25), (b"\r", 50)], ids=["unix", "windows", "old mac"]
)
def test_a_row_of_csv_that_cannot_be_read_costs_itself_and_no_other(
    wrong: bytes, ends: bytes, at: int, tmp_path: Path
) -> None:
    rows = [b"p%d,%s" % (number, b"yes" if number % 2 else b'"no"') for number in range(51)]
    rows[at] = wrong
    source = csv(tmp_path, ends.join([b"id,insured", *rows]) + ends)
    done, found, faults = batch(tmp_path, source, "--key", "id")
    assert done.exception is None
    assert done.return_value == 3
    assert [each["row"] for each in faults] == [at + 1]
    assert f"line {at + 2}: " in faults[0]["problem"]
    good = {f"p{number}": "met" if number % 2 else "not_met" for number in range(51) if number != at}
    assert {each["id"]: each["INSURED"] for each in found if each["id"] is not None} == good
    assert found[at]["INSURED"] == "unknown"
    assert len(found) == 51


@pytest.mark.parametrize("lines", [2_000, 20_000])
def test_an_unclosed_quotation_mark_costs_one_row_of_a_large_file(lines: int, tmp_path: Path) -> None:
    rows = "".join(f"p{at},yes\n" for at in range(lines))
    done, found, faults = batch(tmp_path, csv(tmp_path, f'id,insured\nx,"yes\n{rows}'), "--key", "id")
    assert (done.exception, done.return_value) == (None, 3)
    assert len(found) == lines + 1
    assert sum(each["INSURED"] == "met" for each in found) == lines
    assert [each["value"] for each in faults] == ['x,"yes']
    assert "not closed" in faults[0]["problem"]


def test_text_over_several_lines_and_doubled_quotation_marks_are_text(tmp_path: Path) -> None:
    text = 'id,signed_by,insured\na,"A ""B""\nC, D",yes\nb,"",no\nc,5" nail,yes\n'
    done, found, _ = batch(tmp_path, csv(tmp_path, text), "--key", "id", "--keep", "signed_by")
    assert done.return_value == 0
    assert [each["signed_by"] for each in found] == ['A "B"\nC, D', None, '5" nail']


CELL = st.text(st.sampled_from('abŵ,"\n\r '), max_size=5)


@given(rows=st.lists(st.tuples(CELL, CELL), max_size=40), repeated=st.sampled_from([1, 30]))
def test_what_a_csv_writer_wrote_is_read_as_it_was(
    rows: list[tuple[str, str]], repeated: int, tmp_path_factory: pytest.TempPathFactory
) -> None:
    import csv as standard
    import io

    text = io.StringIO()
    writer = standard.writer(text, lineterminator="\n", quoting=standard.QUOTE_ALL)
    writer.writerow(["id", "signed_by"])
    writer.writerows(rows * repeated)
    file = open_table(csv(tmp_path_factory.mktemp("csv"), text.getvalue()), CLUBS.vocabulary)
    found = pa.Table.from_batches(file.batches, file.schema).to_pylist()
    assert list(file.unread) == []
    assert found == [{"id": a or None, "signed_by": b or None} for a, b in rows * repeated]


@given(
    good=st.lists(st.sampled_from(["a,yes", 'b,"no"', '"c, d",yes', "e,", ""]), min_size=1, max_size=30),
    wrong=st.sampled_from(sorted(BAD_ROWS.values())),
    data=st.data(),
)
def test_a_bad_row_anywhere_leaves_all_others_as_they_are(
    good: list[str], wrong: bytes, data: st.DataObject, tmp_path_factory: pytest.TempPathFactory
) -> None:
    folder = tmp_path_factory.mktemp("csv")
    good.append("z,yes")
    at = data.draw(st.integers(0, len(good) - 1))

    def read(rows: Iterable[bytes]) -> tuple[Rows, list[int | None]]:
        file = open_table(csv(folder, b"\n".join([b"id,insured", *rows])), CLUBS.vocabulary)
        found = pa.Table.from_batches(file.batches, file.schema).to_pylist()
        return found, [each.row for each in file.unread]

    plain = [each.encode() for each in good]
    before, none = read(plain)
    after, lost = read([*plain[:at], wrong, *plain[at:]])
    assert none == []
    assert lost == [at + 1]
    assert after == [*before[:at], {"id": None, "insured": None}, *before[at:]]


def test_rows_have_the_numbers_of_the_file_behind_lost_and_empty_lines(tmp_path: Path) -> None:
    source = csv(tmp_path, "id,insured\na,yes\nb,yes,no\n\nd,perhaps\n\n\n")
    _, found, faults = batch(tmp_path, source, "--key", "id")
    assert [(each["row"], each["key"]) for each in faults] == [(2, None), (4, "d")]
    assert [each["id"] for each in found] == ["a", None, None, "d"]


def test_an_empty_line_in_a_table_of_one_column_is_a_row_of_which_nothing_is_known(tmp_path: Path) -> None:
    done, found, _ = batch(tmp_path, csv(tmp_path, "insured\nyes\n\nno\n"))
    assert done.return_value == 0
    assert [each["INSURED"] for each in found] == ["met", "unknown", "not_met"]


REFUSED = {
    "an empty file": ("in.csv", b""),
    "empty lines": ("in.csv", b"\n\n"),
    "utf-16": ("in.csv", "id,insured\na,yes\n".encode("utf-16")),
    "utf-16 lines": ("in.ndjson", '{"insured": true}\n'.encode("utf-16")),
    "names of columns in another encoding": ("in.csv", b"caf\xe9,insured\na,yes\n"),
    "no lines": ("in.ndjson", b""),
    "no line that can be read": ("in.ndjson", b"{\n[1]\n"),
    "no Parquet": ("in.parquet", b"PAR1 no"),
}


@pytest.mark.parametrize(("name", "content"), REFUSED.values(), ids=REFUSED)
def test_a_file_of_which_nothing_can_be_read_is_one_error_with_its_name(
    name: str, content: bytes, tmp_path: Path
) -> None:
    done, found, faults = batch(tmp_path, csv(tmp_path, content, name))
    assert isinstance(done.exception, FactsError)
    assert name in str(done.exception)
    assert (found, faults) == ([], [])


def test_a_damaged_parquet_file_is_one_error_and_leaves_no_half_result(tmp_path: Path) -> None:
    file = tmp_path / "in.parquet"
    parquet.write_table(
        pa.table({"insured": [True] * 1000, "signed_by": [f"p{at}" for at in range(1000)]}), file
    )
    content = bytearray(file.read_bytes())
    content[40:2000] = b"\xff" * 1960
    file.write_bytes(content)
    done, found, _ = batch(tmp_path, file)
    assert isinstance(done.exception, FactsError)
    assert "in.parquet" in str(done.exception)
    assert found == []


GOOD_LINE = '{"id": "a", "insured": true}'
BAD_LINES: dict[str, str | bytes] = {
    "a key twice": '{"id": "x", "insured": false, "insured": true}',
    "a key twice in a record": '{"id": "x", "insured": true, "leaders": [{"called": "A", "called": "B"}]}',
    "no end": '{"id": "x", "insured": true',
    "no object": '[{"id": "x", "insured": true}]',
    "half a character": '{"id": "x", "insured": true, "signed_by": "\\ud800"}',
    "half a character in a name": '{"id": "x", "insured": true, "\\ud800": 1}',
    "too deep": '{"id": "x", "insured": true, "signed_by": ' + "[" * 100_000 + "]" * 100_000 + "}",
    "a byte of another encoding": b'{"id": "x", "insured": true, "signed_by": "caf\xe9"}',
}


@pytest.mark.parametrize("wrong", BAD_LINES.values(), ids=BAD_LINES)
@pytest.mark.parametrize("ends", [b"\n", b"\r\n", b"\r"], ids=["unix", "windows", "old mac"])
def test_a_line_of_json_that_cannot_be_read_costs_itself_and_no_other(
    wrong: str | bytes, ends: bytes, tmp_path: Path
) -> None:
    lines = [GOOD_LINE, wrong, GOOD_LINE]
    content = ends.join(each.encode() if isinstance(each, str) else each for each in lines)
    done, found, faults = batch(
        tmp_path, csv(tmp_path, b"\xef\xbb\xbf" + content, "in.ndjson"), "--key", "id"
    )
    assert (done.exception, done.return_value) == (None, 3)
    assert [each["INSURED"] for each in found] == ["met", "unknown", "met"]
    assert [each["row"] for each in faults] == [2]


MISFITS = {
    "a number for text": ("signed_by", 7, "SIGNED"),
    "yes or no for text": ("signed_by", True, "SIGNED"),
    "a list for text": ("signed_by", [], "SIGNED"),
    "a mapping for text": ("signed_by", {}, "SIGNED"),
    "a word for nothing": ("signed_by", "n/a", "SIGNED"),
    "a number for a code": ("charity", 1098, "CHARITY"),
    "a dash for a code": ("charity", "-", "CHARITY"),
    "text for a set": ("schemes", "walks", "WALKS"),
    "a missing item": ("schemes", ["walks", None], "WALKS"),
    "a mapping for records": ("leaders", {"first_aider": True}, "EVERY"),
    "a missing record": ("leaders", [{"first_aider": True}, None], "EVERY"),
    "a number for a yes": ("insured", 1, "INSURED"),
    "more than a number": ("fee", "Infinity", "FEE"),
}


@pytest.mark.parametrize(("name", "value", "requirement"), MISFITS.values(), ids=MISFITS)
def test_a_value_of_another_kind_in_a_line_is_unknown_and_told(
    name: str, value: object, requirement: str, tmp_path: Path
) -> None:
    source = ndjson(tmp_path, json.dumps({"id": "a", name: value, "checked_on": "2026-06-02"}))
    done, [row], [fault] = batch(tmp_path, source, "--key", "id")
    assert done.return_value == 3
    assert (row[requirement], row["DAY"]) == ("unknown", "met")
    assert (fault["row"], fault["key"], fault["column"]) == (1, "a", name)


def test_evidence_inside_records_of_lines_counts(tmp_path: Path) -> None:
    def line(**more: object) -> str:
        return json.dumps({"leaders": [{"first_aider": True} | more]})

    source = ndjson(
        tmp_path,
        line(),
        line(**{"first_aider@valid_until": "2020-01-01"}),
        line(**{"first_aider@on": "2036-01-01"}),
        line(**{"first_aider@strength": "stated"}),
        line(**{"@strength": "stated"}),
        line(**{"first_aider@strength": "perhaps"}),
        line(**{"first_aider@by": 7}),
    )
    _, found, faults = batch(tmp_path, source, "--strength", "verified")
    verdicts = [each["EVERY"] for each in found]
    assert verdicts == ["met", "unknown", "unknown", "met", "met", "unknown", "met"]
    strengths = ["verified", None, None, "stated", "stated", None, "verified"]
    assert [each["EVERY@strength"] for each in found] == strengths
    assert [each["row"] for each in faults] == [6, 7]


@pytest.mark.parametrize("field", ["first_aidr", "first_aider@strenght", "@none"])
def test_a_misspelt_field_of_a_record_is_refused_with_its_name(field: str, tmp_path: Path) -> None:
    source = ndjson(tmp_path, json.dumps({"leaders": [{"first_aider": True, field: False}]}))
    done, found, _ = batch(tmp_path, source)
    assert isinstance(done.exception, FactsError)
    assert field in str(done.exception)
    assert found == []


def test_lines_that_say_different_things_are_one_table_however_many_they_are(tmp_path: Path) -> None:
    first = ['{"leaders": [{"first_aider": true}]}'] * 20_001
    second = [
        '{"leaders": [{"called": "A", "first_aider": true, "first_aider@valid_until": "2020-01-01"}]}'
    ] * 2
    done, found, _ = batch(tmp_path, ndjson(tmp_path, *first, *second), "--what", "verdicts")
    assert done.exception is None
    assert [each["EVERY"] for each in found] == ["met"] * 20_001 + ["unknown"] * 2


PARENT = "id,leaders@partial\na,no\nb,no\n"
LOST_RECORDS: dict[str, tuple[str, str]] = {
    "a comma without quotes": ("leaders.csv", "id,called,first_aider\na,A,yes\na,B, C,no\nb,D,yes\n"),
    "no key": ("leaders.csv", "id,called,first_aider\na,A,yes\n,B,no\nb,D,yes\n"),
    "a blank key": ("leaders.csv", "id,called,first_aider\na,A,yes\n  ,B,no\nb,D,yes\n"),
    "a line of JSON without an end": (
        "leaders.ndjson",
        '{"id":"a","first_aider":true}\n{"id":"b","first_aider":true}\n{"id":"a","first_aider":false',
    ),
    "a key that is no single value": (
        "leaders.ndjson",
        '{"id":"a","first_aider":true}\n{"id":"b","first_aider":true}\n{"id":["a"],"first_aider":false}',
    ),
}


@pytest.mark.parametrize(("name", "content"), LOST_RECORDS.values(), ids=LOST_RECORDS)
@pytest.mark.parametrize("command", ["batch", "impact"])
def test_a_record_that_may_belong_to_any_row_leaves_no_list_whole_and_is_told(
    name: str, content: str, command: str, tmp_path: Path
) -> None:
    parent, child = csv(tmp_path, PARENT), csv(tmp_path, content, name)
    if command == "impact":
        policies = two_policies(tmp_path)
        done = run("impact", parent, "--ruleset", write_clubs(tmp_path), *policies, "--on", ON, "--key", "id",
                   "--child", f"leaders={child}")  # fmt: skip
        assert (done.exception, done.return_value) == (None, 3)
        assert "leaders" in done.stderr
        return
    done, found, faults = batch(tmp_path, parent, "--key", "id", "--child", f"leaders={child}")
    assert done.return_value == 3
    assert [each["EVERY"] for each in found] == ["unknown", "unknown"]
    assert [each["SOME"] for each in found] == ["met", "met"]
    assert any("leaders" in each["problem"] for each in faults)
    assert {each["row"] for each in faults} == {None}


def two_policies(folder: Path) -> list[object]:
    words: list[object] = []
    for name in ("one", "two"):
        file = folder / f"{name}.yaml"
        file.write_text(
            json.dumps({"format": 1, "policy": name, "for": "clubs@1", "title": name, "says": name})
        )
        words += ["--policy", file]
    return words


def test_a_record_of_no_row_is_told_and_leaves_the_list_open_that_it_was_meant_for(tmp_path: Path) -> None:
    child = csv(tmp_path, "id,first_aider\na,yes\nb,yes\na ,no\nzz,no\n", "leaders.csv")
    parent = csv(tmp_path, PARENT)
    done, found, faults = batch(tmp_path, parent, "--key", "id", "--child", f"leaders={child}")
    assert done.return_value == 3
    assert [each["EVERY"] for each in found] == ["unknown", "met"]
    assert [each["value"] for each in faults] == ["a ", "zz"]
    assert all("no row has this `id`" in each["problem"] for each in faults)


def test_a_row_without_a_key_has_no_whole_list(tmp_path: Path) -> None:
    child = csv(tmp_path, "id,first_aider\na,yes\n", "leaders.csv")
    parent = csv(tmp_path, "id,insured,leaders@partial\na,yes,no\n,yes,no\n")
    _, found, _ = batch(tmp_path, parent, "--key", "id", "--child", f"leaders={child}")
    assert [each["SOME"] for each in found] == ["met", "unknown"]


@pytest.mark.parametrize(
    ("suffix", "at"),
    [
        *((suffix, 1) for suffix in ("csv", "ndjson", "parquet")),
        ("parquet", 70_000),
        *(pytest.param(suffix, 70_000, marks=pytest.mark.deep) for suffix in ("csv", "ndjson")),
    ],
)
def test_records_of_a_key_that_two_rows_have_belong_to_neither_and_both_rows_are_told(
    suffix: str, at: int, tmp_path: Path
) -> None:
    keys = [f"p{number}" for number in range(at)]
    keys.insert(0, "7")
    keys.append("7")
    rows = pa.table({"id": keys, "leaders@partial": [False] * len(keys)})
    source = tmp_path / f"in.{suffix}"
    save(rows, source)
    child = csv(tmp_path, "id,first_aider\n7,yes\np0,yes\n", "leaders.csv")
    done, found, faults = batch(
        tmp_path, source, "--key", "id", "--child", f"leaders={child}", "--what", "verdicts"
    )
    assert done.return_value == 3
    verdicts = [(each["SOME"], each["EVERY"]) for each in found]
    assert [verdicts[0], verdicts[1], verdicts[-1]] == [("unknown",) * 2, ("met",) * 2, ("unknown",) * 2]
    assert [(each["row"], each["key"], each["column"]) for each in faults] == [
        (1, "7", "id"),
        (at + 2, "7", "id"),
    ]
    assert "another row has this `id` too" in faults[0]["problem"]
    policies = two_policies(tmp_path)
    compared = run("impact", source, "--ruleset", write_clubs(tmp_path), *policies, "--on", ON, "--key", "id",
                   "--child", f"leaders={child}")  # fmt: skip
    assert (compared.exception, compared.return_value) == (None, 3)
    assert compared.stderr.count("another row has this `id` too") == 2


@pytest.mark.parametrize("keys", [["7", "7"], [7, 7], [7.0, 7.0]])
def test_a_stream_that_is_read_once_tells_of_a_key_that_two_rows_have(keys: list[Any]) -> None:
    rows = pa.table({"id": keys, "leaders@partial": [False, False]})
    leaders = pa.table({"id": ["7"], "first_aider": [True]})
    task = TableTask(
        ruleset=CLUBS, on=date.fromisoformat(ON), key="id", children={"leaders": leaders}, rows_at_once=1
    )
    batches = list(task.batches(rows.to_reader(max_chunksize=1)))
    assert [each.table["EVERY"].to_pylist() for each in batches] == [["unknown"], ["unknown"]]
    assert [each.faults["row"].to_pylist() for each in batches] == [[1], [2]]


def test_two_rows_with_one_key_are_no_fault_where_no_record_has_it(tmp_path: Path) -> None:
    parent = csv(tmp_path, "id,leaders@partial\na,no\na,no\nb,no\n")
    child = csv(tmp_path, "id,first_aider\nb,yes\n", "leaders.csv")
    done, found, _ = batch(tmp_path, parent, "--key", "id", "--child", f"leaders={child}")
    assert done.return_value == 0
    assert [each["SOME"] for each in found] == ["not_met", "not_met", "met"]


@pytest.mark.parametrize("flag", ["perhaps", "n/a", "1"])
def test_a_partial_flag_that_does_not_fit_counts_as_partial(flag: str, tmp_path: Path) -> None:
    line = {"schemes": [], "schemes@partial": flag, "leaders": [], "leaders@partial": flag}
    done, [row], faults = batch(tmp_path, ndjson(tmp_path, json.dumps(line)))
    assert done.return_value == 3
    assert (row["EMPTY"], row["SOME"]) == ("unknown", "unknown")
    assert {each["column"] for each in faults} == {"schemes@partial", "leaders@partial"}


def test_a_none_flag_that_does_not_fit_makes_the_fact_unknown(tmp_path: Path) -> None:
    source = ndjson(tmp_path, '{"charity": "1098", "charity@none": "perhaps"}')
    _, [row], _ = batch(tmp_path, source)
    assert row["CHARITY"] == "unknown"


def test_the_shortlist_and_impact_tell_what_they_could_not_read(tmp_path: Path) -> None:
    source = csv(tmp_path, "id,insured\na,yes\nb,yes,no\nc,maybe\n")
    rules, person = write_clubs(tmp_path), tmp_path / "person.yaml"
    person.write_text("format: 1\nfacts: {}\n", encoding="utf-8")
    words = ("--on", ON, "--key", "id")
    listed = run("shortlist", rules, source, "--person", person, *words, "--format", "json")
    assert (listed.exception, listed.return_value) == (None, 3)
    assert {each["name"] for each in json.loads(listed.stdout)["fits"]} == {"a", "row 2", "c"}
    assert "row 2: could not be read" in listed.stderr
    moved = run("impact", source, "--ruleset", rules, *two_policies(tmp_path), *words)
    assert (moved.exception, moved.return_value) == (None, 3)
    assert "3 subjects" in moved.stdout
    assert "row 2: line 3: this line has 3 cells, and 2 are due" in moved.stderr
    assert "row 3 (c), column insured" in moved.stderr


@pytest.mark.parametrize("target", [".", "/", ""])
def test_a_folder_is_no_place_for_a_table(
    target: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    source = csv(tmp_path, "id,insured\na,yes\n")
    done = run("batch", write_clubs(tmp_path), source, target, "--on", ON)
    assert isinstance(done.exception, NotFoundError)
    assert "no table" in str(done.exception)
    assert sorted(each.name for each in tmp_path.iterdir()) == ["clubs", "in.csv"]
