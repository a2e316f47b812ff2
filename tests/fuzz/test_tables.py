"""Whatever a table holds, in any of its formats, `batch` reads it or says what is wrong, and no row is lost."""

from __future__ import annotations

import csv
import io
import json
import sys
from contextlib import redirect_stderr
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import given
from hypothesis import strategies as st

from qa_rules.cli import main
from tests.fuzz.accidents import ANYTHING, NASTY, SLOW_SAMPLE, mangled

ROWS: list[dict[str, Any]] = [
    {
        "id": f"p{at}",
        "coordinator_appointed": bool(at % 2),
        "enquiry_limit_days": at + 3,
        "enquiry_limit_days@strength": "seen",
        "venues": [{"name": "Hall", "assessed_on": "2026-01-01"}],
        "venues@partial": False,
    }
    for at in range(4)
]
CHILDREN = "id,name,assessed_on\np0,Hall,2026-01-01\np1,,\n"


def as_csv() -> str:
    text = io.StringIO()
    flat = [{k: v for k, v in row.items() if not isinstance(v, list)} for row in ROWS]
    writer = csv.DictWriter(text, [*flat[0]])
    writer.writeheader()
    writer.writerows(flat)
    return text.getvalue()


def assert_told(folder: Path, *arguments: str) -> None:
    """Done, misused or at fault, in plain lines; a table that was read came out."""
    said = io.StringIO()
    with redirect_stderr(said), pytest.MonkeyPatch.context() as patch:
        patch.chdir(folder)
        patch.setattr(sys, "argv", ["qa-rules", "batch", "ss2q", *arguments, "--on", "2026-11-22"])
        with pytest.raises(SystemExit) as ended:
            main()
    code = ended.value.code
    assert code in (0, 2, 3, 4), (code, said.getvalue())
    assert "Traceback" not in said.getvalue()
    assert not any(char in said.getvalue() for char in "\x1b\x9b\u202e\0")
    if code == 0:
        assert (folder / "out.csv").is_file()


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("in.csv", as_csv()),
        ("in.ndjson", "".join(json.dumps(row) + "\n" for row in ROWS)),
    ],
)
@SLOW_SAMPLE
@given(data=st.data())
def test_a_mangled_table_of_text(
    name: str,
    text: str,
    data: st.DataObject,
    tmp_path_factory: pytest.TempPathFactory,
) -> None:
    folder = tmp_path_factory.mktemp("table")
    (folder / name).write_bytes(data.draw(mangled(text)))
    assert_told(folder, name, "out.csv", "--key", "id")


@SLOW_SAMPLE
@given(data=st.data())
def test_a_mangled_child_table(data: st.DataObject, tmp_path_factory: pytest.TempPathFactory) -> None:
    folder = tmp_path_factory.mktemp("table")
    (folder / "in.csv").write_text("id,enquiry_limit_days\np0,3\np1,9\n", "utf-8")
    (folder / "child.csv").write_bytes(data.draw(mangled(CHILDREN)))
    assert_told(folder, "in.csv", "out.csv", "--key", "id", "--child", "venues=child.csv")


@st.composite
def columns(draw: st.DrawFn) -> pa.Table:
    """A table of Arrow whose columns are of any type, some under names of facts."""
    names = st.sampled_from([*ROWS[0], "venues@strength", "enquiry_limit_days@on", "other"]) | NASTY
    length = draw(st.integers(0, 3))
    found: dict[str, pa.Array] = {"id": pa.array([f"p{at}" for at in range(length)])}
    for _ in range(draw(st.integers(1, 3))):
        name = draw(names).encode("utf-8", "replace").decode()
        values = draw(st.lists(ANYTHING, min_size=length, max_size=length))
        try:
            found[name] = pa.array(values)
        except (pa.ArrowException, TypeError, ValueError, OverflowError, UnicodeEncodeError):
            found[name] = pa.array([str(each).encode("utf-8", "replace").decode() for each in values])
    return pa.table(found)


@SLOW_SAMPLE
@given(table=columns(), cut=st.integers(-200, 0))
def test_a_parquet_file_of_other_types_or_cut_short(
    table: pa.Table, cut: int, tmp_path_factory: pytest.TempPathFactory
) -> None:
    folder = tmp_path_factory.mktemp("table")
    try:
        pq.write_table(table, folder / "in.parquet")
    except pa.ArrowException:  # not every type can be kept
        return
    content = (folder / "in.parquet").read_bytes()
    if cut > -20:
        (folder / "in.parquet").write_bytes(content[: len(content) + cut] if cut else content)
    assert_told(folder, "in.parquet", "out.csv", "--key", "id")
