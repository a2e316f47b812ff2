"""`batch` and `impact` write whole files or none, never over what they read, and a stopped run goes on."""

from __future__ import annotations

import errno
import json
import os
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest

from qa_rules import load_policy, load_ruleset
from qa_rules.errors import ArgumentError, NotFoundError, OutputError, QaRulesError, RulesetError
from qa_rules.language.library import policy_names, ruleset_ids
from tests.tables.clubs import CLUBS, ON, run, write_clubs
from tests.tables.test_files import csv, lines_of, two_policies

pa = pytest.importorskip("pyarrow")

import datetime  # noqa: E402

from qa_rules.tables import TableTask, assess_batches, impact, parts  # noqa: E402
from qa_rules.tables.files import open_table  # noqa: E402
from qa_rules.tables.run import run_file  # noqa: E402

DAY = datetime.date.fromisoformat(ON)
ROWS = "id,insured\n" + "".join(f"p{at},{('yes', 'no', 'perhaps')[at % 3]}\n" for at in range(999))
OLD = "what was there before\n"
OLD_ERRORS = "row,key,column,value,problem,hint\n7,x,,,old,\n"
SUFFIXES = ("csv", "parquet", "ndjson")


def words(folder: Path, source: Path, target: Path, *more: object) -> tuple[object, ...]:
    return ("batch", write_clubs(folder), source, target, "--on", ON, "--key", "id", "--quiet", *more)


@pytest.mark.parametrize("suffix", ["csv", "ndjson"])
def test_an_output_is_never_an_input(suffix: str, tmp_path: Path) -> None:
    content = ROWS if suffix == "csv" else '{"id": "a", "insured": true}\n'
    source = csv(tmp_path, content, f"in.{suffix}")
    child = csv(tmp_path, "id,first_aider\np1,yes\n", "leaders.csv")
    errors = csv(tmp_path, ROWS, "out.errors.csv")
    link, hard = tmp_path / f"link.{suffix}", tmp_path / f"hard.{suffix}"
    link.symlink_to(source)
    os.link(source, hard)
    before = {file: file.read_bytes() for file in tmp_path.iterdir() if file.is_file()}
    out = tmp_path / "out.csv"
    for given in (
        words(tmp_path, source, source),
        words(tmp_path, source, link),
        words(tmp_path, source, hard),
        words(tmp_path, source, out, "--errors", source),
        words(tmp_path, errors, out),
        words(tmp_path, source, out, "--errors", out),
        words(tmp_path, source, child, "--child", f"leaders={child}"),
        words(tmp_path, source, out, "--errors", child, "--child", f"leaders={child}"),
    ):
        done = run(*given)
        assert isinstance(done.exception, OutputError), given
        assert "cannot write" in str(done.exception)
    compared = ("impact", source, "--ruleset", tmp_path / "clubs" / "ruleset.yaml", "--on", ON, "--key", "id")
    for option in ("--csv", "--moved", "--picture"):
        done = run(*compared, *two_policies(tmp_path), option, source)
        assert isinstance(done.exception, OutputError), option
    assert {file: file.read_bytes() for file in before} == before
    assert not out.exists()


def test_a_run_that_is_refused_leaves_old_results_and_errors_alone(tmp_path: Path) -> None:
    target, errors = csv(tmp_path, OLD, "out.csv"), csv(tmp_path, OLD_ERRORS, "out.errors.csv")
    for content in ("id,insurred\na,yes\n", ""):
        assert run(*words(tmp_path, csv(tmp_path, content), target)).exception is not None
    assert isinstance(
        run(*words(tmp_path, csv(tmp_path, ROWS), tmp_path / "out.txt")).exception, NotFoundError
    )
    assert (target.read_text(), errors.read_text()) == (OLD, OLD_ERRORS)


@pytest.mark.parametrize("suffix", SUFFIXES)
@pytest.mark.parametrize("number", [errno.ENOSPC, errno.EIO, errno.EACCES])
def test_an_error_of_the_system_at_any_write_leaves_what_was_there(
    suffix: str, number: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    target, errors = csv(tmp_path, OLD, f"out.{suffix}"), csv(tmp_path, OLD, "faults.csv")
    given = words(tmp_path, csv(tmp_path, ROWS), target, "--errors", errors)
    write_clubs(tmp_path)
    here = sorted(tmp_path.iterdir())
    real = Path.open
    writes, done = 0, None
    for failing in (1, 2, 3, 5, 9, 20, 60, 200, 700, 10_000):
        left = [failing]

        class Disk:
            """A file on a disk on which only so many writes are left."""

            def __init__(self, file: Any) -> None:
                self.file = file

            def write(self, data: Any, left: list[int] = left) -> int:
                left[0] -= 1
                if not left[0]:
                    raise OSError(number, os.strerror(number))
                return int(self.file.write(data))

            def __getattr__(self, name: str) -> Any:
                return getattr(self.file, name)

        def opened(path: Path, mode: str = "r", *more: Any, disk: Any = Disk, **options: Any) -> Any:
            file = real(path, mode, *more, **options)
            return disk(file) if mode == "wb" and ".part" in path.name else file

        with monkeypatch.context() as patch:
            patch.setattr(Path, "open", opened)
            done = run(*given)
        if done.exception is None:
            break
        writes += 1
        assert isinstance(done.exception, OutputError), done.exception
        assert "\n" not in str(done.exception)
        assert target.read_text() == errors.read_text() == OLD
        assert sorted(tmp_path.iterdir()) == here
    assert writes >= 2
    assert done is not None
    assert done.return_value == 3
    assert OLD.encode() not in target.read_bytes()


def test_ctrl_c_leaves_what_was_there(tmp_path: Path) -> None:
    target, errors = csv(tmp_path, OLD, "out.csv"), csv(tmp_path, OLD, "faults.csv")
    task, file = TableTask(ruleset=CLUBS, on=DAY, key="id"), open_table(csv(tmp_path, ROWS), CLUBS.vocabulary)

    def stop(rows: int) -> None:
        raise KeyboardInterrupt

    here = sorted(tmp_path.iterdir())
    with pytest.raises(KeyboardInterrupt):
        run_file(task, file, target, errors, stop)
    assert target.read_text() == errors.read_text() == OLD
    assert sorted(tmp_path.iterdir()) == here


SOUND = "id,insured\na,yes\n"
FAULTY = "id,insured\na,perhaps\n"


@pytest.mark.parametrize("suffix", SUFFIXES)
def test_without_faults_the_errors_of_an_earlier_run_are_gone(suffix: str, tmp_path: Path) -> None:
    target, errors = tmp_path / "out.csv", tmp_path / f"faults.{suffix}"
    given = ("--errors", errors)
    assert run(*words(tmp_path, csv(tmp_path, FAULTY), target, *given)).return_value == 3
    assert errors.exists()
    done = run(*words(tmp_path, csv(tmp_path, SOUND), target, *given))
    assert (done.exception, done.return_value) == (None, 0)
    assert not errors.exists()


def test_the_errors_of_an_earlier_run_behind_a_link_are_gone_and_the_link_is_kept(tmp_path: Path) -> None:
    kept, errors = csv(tmp_path, OLD_ERRORS, "kept.csv"), tmp_path / "out.errors.csv"
    errors.symlink_to(kept)
    assert run(*words(tmp_path, csv(tmp_path, SOUND), tmp_path / "out.csv")).return_value == 0
    assert (kept.exists(), errors.is_symlink()) == (False, True)


STRANGERS = {
    "text": OLD,
    "another table": ROWS,
    "our heading and more": "row,key,column,value,problem,hint,checked by\n1,a,,,odd,,Ada\n",
    "our heading in part": "row,key,column\n",
    "our heading in another order": "key,row,column,value,problem,hint\n",
}


@pytest.mark.parametrize("content", STRANGERS.values(), ids=STRANGERS)
@pytest.mark.parametrize("rows", [SOUND, FAULTY], ids=["no faults", "faults"])
def test_a_file_of_somebody_else_is_never_removed_or_replaced_by_errors_that_nobody_named(
    content: str, rows: str, tmp_path: Path
) -> None:
    errors = csv(tmp_path, content, "out.errors.csv")
    target = csv(tmp_path, OLD, "out.csv")
    done = run(*words(tmp_path, csv(tmp_path, rows), target))
    assert isinstance(done.exception, OutputError)
    assert str(errors) in str(done.exception)
    assert "\n" not in str(done.exception)
    assert (target.read_text(), errors.read_text()) == (OLD, content)


@pytest.mark.parametrize("suffix", SUFFIXES)
def test_a_named_file_of_somebody_else_is_not_removed_where_there_are_no_errors(
    suffix: str, tmp_path: Path
) -> None:
    errors = csv(tmp_path, OLD, f"notes.{suffix}")
    done = run(*words(tmp_path, csv(tmp_path, SOUND), tmp_path / "out.csv", "--errors", errors))
    assert (done.exception, done.return_value) == (None, 0)
    assert errors.read_text() == OLD


def cut(task: TableTask, file: Path, folder: Path, at: Callable[[int], bool] = lambda _: False) -> None:
    """A run in batches of 100 rows, stopped where `at` says so."""
    done = [0]

    def stop(rows: int) -> None:
        done[0] += 1
        if at(done[0]):
            raise KeyboardInterrupt

    source = open_table(file, CLUBS.vocabulary)
    target, faults, children = folder / "out.ndjson", folder / "faults.ndjson", [folder / "leaders.csv"]
    run_file(task, source, target, faults, stop, inputs=children, resume=folder / "parts")


@pytest.fixture
def resumable(tmp_path: Path) -> tuple[TableTask, Path]:
    child = csv(tmp_path, "id,first_aider\n" + "".join(f"p{at},yes\n" for at in range(1100)), "leaders.csv")
    source = csv(tmp_path, ROWS.replace("p500,", "p500,x,"))
    children = {"leaders": pa.table({"id": [f"p{at}" for at in range(1100)], "first_aider": [True] * 1100})}
    assert child.exists()
    return TableTask(ruleset=CLUBS, on=DAY, key="id", children=children, rows_at_once=128), source


@pytest.mark.parametrize("stops", [[1], [3], [8], [1, 2, 2]])
def test_a_stopped_run_goes_on_where_it_was_and_comes_to_the_same(
    stops: list[int], resumable: tuple[TableTask, Path], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    task, source = resumable
    cut(task, source, tmp_path)
    rows, faults = lines_of(tmp_path / "out.ndjson"), lines_of(tmp_path / "faults.ndjson")
    assert (len(rows), len(faults)) == (999, 332 + 1 + 102)
    assert not (tmp_path / "parts").exists()
    for file in ("out.ndjson", "faults.ndjson"):
        (tmp_path / file).unlink()
    worked: list[int] = []
    keep = parts.Parts.keep

    def kept(self: parts.Parts, batch: Any) -> None:
        worked.append(batch.summary.rows)
        keep(self, batch)

    monkeypatch.setattr(parts.Parts, "keep", kept)
    for stop in stops:
        with pytest.raises(KeyboardInterrupt):
            cut(task, source, tmp_path, lambda done, stop=stop: done == stop)  # type: ignore[misc]
        assert not (tmp_path / "out.ndjson").exists()
    cut(task, source, tmp_path)
    assert sum(worked) == 999
    assert lines_of(tmp_path / "out.ndjson") == rows
    assert lines_of(tmp_path / "faults.ndjson") == faults
    assert not (tmp_path / "parts").exists()


def test_parts_of_another_run_are_refused(resumable: tuple[TableTask, Path], tmp_path: Path) -> None:
    import attrs

    task, source = resumable
    with pytest.raises(KeyboardInterrupt):
        cut(task, source, tmp_path, lambda done: done == 2)
    with pytest.raises(QaRulesError, match="another run"):
        cut(attrs.evolve(task, on=DAY + datetime.timedelta(1)), source, tmp_path)
    source.write_text(ROWS + "z,yes\n", encoding="utf-8")
    with pytest.raises(QaRulesError, match="another run"):
        cut(task, source, tmp_path)
    (tmp_path / "other").mkdir()
    csv(tmp_path / "other", OLD, "mine.txt")
    with pytest.raises(OutputError, match="other files"):
        parts.Parts.of(tmp_path / "other", task, [source])


def test_a_run_that_was_killed_goes_on(tmp_path: Path) -> None:
    rules, source = write_clubs(tmp_path), csv(tmp_path, ROWS)
    target = csv(tmp_path, OLD, "out.csv")
    code = """if True:
        import os, signal, sys
        from qa_rules.tables import parts
        from qa_rules.cli import main
        def killed(self, batch, keep=parts.Parts.keep):
            keep(self, batch)
            os.kill(os.getpid(), signal.SIGKILL)
        parts.Parts.keep = killed
        main()
    """
    given = ["batch", str(rules), str(source), str(target), "--on", ON, "--key", "id", "--quiet"]
    given += ["--resume", str(tmp_path / "parts")]
    done = subprocess.run([sys.executable, "-c", code, *given], check=False, capture_output=True)
    assert done.returncode == -signal.SIGKILL, done.stderr
    assert target.read_text() == OLD
    again = run(*given)
    assert (again.exception, again.return_value) == (None, 3)
    assert len(target.read_text(encoding="utf-8-sig").splitlines()) == 1000


FORMULAS = ("=1+1", "+1", "-1", "@SUM(1)", "\t=1", "\r=1", " =1", "\u200b=1", "＝1")


@pytest.mark.parametrize("formula", FORMULAS)
@pytest.mark.parametrize("source", ["ndjson", "parquet"])
def test_a_spreadsheet_takes_nothing_of_a_table_for_a_formula(
    formula: str, source: str, tmp_path: Path
) -> None:
    import csv as standard

    import pyarrow.parquet as parquet

    file = tmp_path / f"in.{source}"
    row = {"id": formula, "insured": formula}
    if source == "parquet":
        parquet.write_table(pa.Table.from_pylist([row]), file)
    else:
        file.write_text(json.dumps(row), encoding="utf-8")
    assert run(*words(tmp_path, file, tmp_path / "out.csv")).return_value == 3
    for name in ("out.csv", "out.errors.csv"):
        content = (tmp_path / name).read_bytes()
        assert content.startswith(b"\xef\xbb\xbf")
        with (tmp_path / name).open(encoding="utf-8-sig", newline="") as opened:
            for cells in standard.reader(opened):
                assert not any(
                    cell.lstrip(" \u200b").startswith(("=", "+", "-", "@", "\t", "\r", "＝"))
                    for cell in cells
                )
                assert f"'{formula}" in cells or formula not in "".join(cells)


def comparisons() -> Iterator[tuple[str, str | None]]:
    for ruleset in ruleset_ids():
        yield ruleset, None
        for policy in policy_names():
            with suppress(RulesetError):
                load_policy(policy, load_ruleset(ruleset))
                yield ruleset, policy


@pytest.mark.parametrize(("name", "policy"), list(comparisons()))
def test_impact_is_told_for_every_ruleset_and_policy(name: str, policy: str | None) -> None:
    ruleset = load_ruleset(name)
    task = TableTask(ruleset=ruleset, on=DAY, policy=None if policy is None else load_policy(policy, ruleset))
    found = impact(pa.table({"subject": ["a", "b"]}), task, task)
    assert found.rows == 2
    assert found.moved.num_rows == 0
    assert found.text().startswith("2 subjects: ")


@pytest.mark.parametrize("rows", [-1, True, 1.5, "x", None, 10**9])
def test_how_many_rows_at_once_is_a_number_that_loses_none(rows: Any) -> None:
    with pytest.raises(ArgumentError, match="`rows_at_once` is a whole number"):
        TableTask(ruleset=CLUBS, on=DAY, rows_at_once=rows)
    for fine in (0, 1, 2):
        task = TableTask(ruleset=CLUBS, on=DAY, rows_at_once=fine)
        batches = list(assess_batches(pa.table({"fee": [1, 2, 3]}), task))
        assert sum(each.table.num_rows for each in batches) == 3


@pytest.mark.parametrize(
    "left",
    [".run.json.{}.part.json", ".000001.faults.arrow.{}.part.arrow", ".000007.rows.arrow.{}.part.arrow"],
)
def test_what_a_kill_left_in_the_folder_of_parts_is_no_file_of_others(
    left: str, resumable: tuple[TableTask, Path], tmp_path: Path
) -> None:
    parts_of_it = tmp_path / "parts"
    parts_of_it.mkdir()
    (parts_of_it / left.format("0123456789abcdef")).write_text("half")
    task, source = resumable
    for _ in range(2):  # the same command, night after night
        cut(task, source, tmp_path)
        assert not parts_of_it.exists()
        parts_of_it.mkdir()
        (parts_of_it / left.format("fedcba9876543210")).write_text("half")
    (parts_of_it / "mine.txt").write_text("of somebody else")
    with pytest.raises(OutputError, match="holds other files"):
        cut(task, source, tmp_path)
