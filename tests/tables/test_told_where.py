"""What is wrong in a table is told where it is, and what no table can hold is refused in words of ours."""

from __future__ import annotations

import datetime
from pathlib import Path
from typing import Any

import pytest

from qa_rules import ArgumentError, FactsError, NotFoundError, facts_from, load_ruleset
from qa_rules.cli.exits import Exit
from qa_rules.cli.failing import broken
from qa_rules.language.values import did_you_mean
from tests.tables.small import ON, RULESET
from tests.tables.test_commands import run

pa = pytest.importorskip("pyarrow")

from qa_rules.tables import assess_table  # noqa: E402
from qa_rules.tables.files import open_table  # noqa: E402
from qa_rules.tables.saving import save  # noqa: E402

VENUES = pa.table({"subject": ["A", "B", "B"], "seats": ["3", "4", "none at all"]})


def problems(table: Any, **more: Any) -> list[tuple[int | None, str, str]]:
    found = assess_table(RULESET, table, on=ON, **more).faults.to_pylist()
    return [(each["row"], each["value"], each["problem"]) for each in found]


def test_a_date_among_objects_is_neither_a_code_nor_a_text_nor_an_option() -> None:
    day, moment = datetime.date(2026, 1, 1), datetime.datetime(2026, 1, 1, 9)
    for name in ("charity", "risk"):
        told = problems({name: ["low", day, moment]})
        assert [(row, problem) for row, _, problem in told] == [
            (2, "a date stands where text is due"),
            (3, "a date stands where text is due"),
        ]
    assert [row for row, _, _ in problems({"hazards": [["water"], ["tools", day], 3]})] == [2, 3]
    assert problems({"reviewed": [day, "2026-01-02", 3]}) == [(3, "3", "a number stands where text is due")]


def test_a_union_is_of_the_wrong_type_and_so_is_all_that_is_no_value() -> None:
    ids, numbers, words = pa.array([0, 1], pa.int8()), pa.array([1, 2]), pa.array(["a", "b"])
    odd = [
        pa.UnionArray.from_sparse(ids, [numbers, words]),
        pa.UnionArray.from_dense(ids, pa.array([0, 0], pa.int32()), [numbers, words]),
        pa.array([{"a": 1}, None]),
        pa.array([[("a", 1)], None], pa.map_(pa.string(), pa.int64())),
        pa.array([b"a", None]),
        pa.array([[1], None], pa.list_(pa.int64(), 1)),
        pa.array([datetime.timedelta(1), None]),
        pa.array([datetime.time(1), None]),
    ]
    for array in odd:
        for name in ("insured", "volunteers", "venues"):
            with pytest.raises(FactsError) as caught:
                assess_table(RULESET, pa.table({name: array}), on=ON)
            assert [each.code for each in caught.value.diagnostics] == ["column-type"], (array.type, name)


def test_the_fault_of_a_record_names_the_record() -> None:
    child = problems(pa.table({"subject": ["A", "B"]}), children={"venues": VENUES})
    assert [(row, value) for row, value, _ in child] == [(2, "none at all")]
    assert child[0][2].startswith("record 3 of `venues`: `none at all` is not")
    records = [[{"seats": "3"}], [{"seats": "4"}, {"seats": "x"}], [{"seats": "1"}, None]]
    lists = problems(pa.table({"venues": records}))
    assert [(row, problem.partition(":")[0]) for row, _, problem in lists] == [
        (2, "record 2 of `venues`"),
        (3, "record 2 of `venues`"),
    ]
    objects = problems({"venues": [[{"seats": 3}, {"seats": {"a": 1}}], [{"seats": "4"}]]})
    assert [(row, problem.partition(":")[0]) for row, _, problem in objects] == [(1, "record 2 of `venues`")]


def test_the_value_of_a_fault_in_a_set_is_the_cell() -> None:
    assert [each[:2] for each in problems(pa.table({"hazards": ["water", "tools;"]}))] == [(2, "tools;")]
    lists = pa.table({"hazards": [["tools", None], ["water"], [None]]})
    assert [each[:2] for each in problems(lists)] == [(1, '["tools", null]'), (3, "[null]")]


def test_child_tables_take_the_key_subject_and_a_key_that_is_missing_is_a_slip_of_the_call(
    tmp_path: Path,
) -> None:
    whole = pa.table({"subject": ["A", "B"], "venues@partial": [False, False]})
    child = VENUES.set_column(1, "checked", pa.array([True, True, False]))
    found = assess_table(RULESET, whole, on=ON, children={"venues": child})
    assert found.table.column("Venues").to_pylist() == ["met", "not_met"]
    for table, more in (
        (whole.rename_columns(["name", "venues@partial"]), {"children": {"venues": child}}),
        (whole, {"key": "nope"}),
        (whole, {"keep": ["zz"]}),
    ):
        with pytest.raises(ArgumentError):
            assess_table(RULESET, table, on=ON, **more)
    (tmp_path / "in.csv").write_text("name\nA\n", encoding="utf-8")
    words = [
        "batch",
        "ss2q",
        str(tmp_path / "in.csv"),
        str(tmp_path / "out.csv"),
        "--on",
        "2026-11-22",
        "--key",
        "nope",
    ]
    with pytest.raises(ArgumentError) as caught:
        run(*words)
    assert broken(caught.value) == Exit.USAGE


def test_errors_of_another_suffix_are_refused_before_the_table_is_opened(tmp_path: Path) -> None:
    words = ["batch", "ss2q", str(tmp_path / "none.csv"), str(tmp_path / "o.csv"), "--on", "2026-11-22"]
    with pytest.raises(NotFoundError, match=r"faults\.txt is no table"):
        run(*words, "--errors", tmp_path / "faults.txt")


def test_what_is_there_and_no_plain_file_is_said_to_be_so(tmp_path: Path) -> None:
    for path, kind in ((Path("/dev/null"), "no plain file"), (tmp_path, "a folder")):
        with pytest.raises(NotFoundError, match=f"it is {kind}"):
            open_table(path, RULESET.vocabulary)


def test_names_in_a_csv_file_steer_no_terminal(tmp_path: Path) -> None:
    save(pa.table({"name\x1b[2J": ["a\x1b[2J\u202eb\x00"]}), tmp_path / "out.csv")
    text = (tmp_path / "out.csv").read_text(encoding="utf-8-sig")
    assert not {"\x1b", "\u202e", "\x00"} & {*text}


def test_another_case_of_a_name_is_what_was_meant() -> None:
    assert did_you_mean("YN", ["yn", "other"]) == "did you mean `yn`?"
    with pytest.raises(FactsError, match="did you mean `subject`"):
        assess_table(RULESET, pa.table({"Subject": ["A"], "insured": [True]}), on=ON)


def test_a_document_is_there_or_not_and_has_no_value_in_its_value() -> None:
    with pytest.raises(FactsError, match="value"):
        facts_from(
            {"emergency_procedure": {"value": {"value": True, "strength": "verified"}, "strength": "stated"}},
            load_ruleset("ss2q"),
        )
