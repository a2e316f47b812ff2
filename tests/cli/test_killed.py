"""A command that is killed while it writes leaves each file as it was or will be, and the next run nothing else."""

from __future__ import annotations

import json
import os
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import CliRunner

from qa_rules.cli import group
from tests.mortal import killed
from tests.tables.clubs import ON, write_clubs

pytestmark = pytest.mark.skipif(not hasattr(os, "fork"), reason="no fork here")

ROOT = Path(__file__).parents[2]
ODD = "what was there before\n"
CASES = """\
format: 1
ruleset: clubs@1
on: 2026-11-22
cases:
- {name: a club, facts: {insured: yes}, expect: {INSURED: not_met, overall: refuse}}
"""


def rules(folder: Path) -> Path:
    file = write_clubs(folder)
    (folder / "clubs" / "cases.yaml").write_text(CASES)
    return file


def assess(folder: Path) -> list[object]:
    (folder / "facts.yaml").write_text("format: 1\nfacts: {insured: yes}\n")
    (folder / "report.txt").write_text(ODD)
    return ["assess", rules(folder), "facts.yaml", "--on", ON, "--output", "report.txt"]


def feed(folder: Path) -> list[object]:
    (folder / "feed.json").write_text('{"id": "1", "name": "A walk"}')
    for name in ("table.csv", "notes.jsonl"):
        (folder / name).write_text(ODD)
    more = ("--fetched-on", ON, "--to", "table.csv", "--notes", "notes.jsonl")
    return ["convert", "feed", "oruk", "feed.json", "--ruleset", "social-prescribing", *more]


def impact(folder: Path) -> list[object]:
    file = rules(folder)
    (folder / "in.csv").write_text("id,insured\na,yes\nb,no\n")
    for name in ("counts.csv", "moved.csv", "moves.svg"):
        (folder / name).write_text(ODD)
    more = ("--csv", "counts.csv", "--moved", "moved.csv", "--picture", "moves.svg")
    later = folder / "later.yaml"
    later.write_text(file.read_text().replace('"edition": "1"', '"edition": "2"'))
    return ["impact", "in.csv", "--ruleset", file, "--ruleset", later, "--on", ON, "--key", "id", *more]


def update(folder: Path) -> list[object]:
    return ["test", rules(folder), "--update"]


def generate(folder: Path) -> list[object]:
    return ["test", rules(folder), "--generate"]


def interview(folder: Path) -> list[object]:
    return ["interview", rules(folder).relative_to(folder), "--to", "found.yaml", "--on", ON]


def mended(folder: Path) -> list[object]:
    file = rules(folder)
    file.write_text(json.dumps(json.loads(file.read_text())).replace("fee at least 2.3", "fee >= 2.3"))
    return ["check", file, "--fix"]


def tables(folder: Path) -> list[object]:
    shutil.copytree(ROOT / "examples" / "lending", folder / "lending")
    (folder / "tables.dmn").write_text(ODD)
    return ["convert", "dmn", "--from", folder / "lending", "--to", "tables.dmn"]


def held(folder: Path) -> dict[str, bytes]:
    return {str(each.relative_to(folder)): each.read_bytes() for each in folder.rglob("*") if each.is_file()}


OFTEN = (assess, feed, update, interview, mended)
SELDOM = (impact, generate, tables)


@pytest.mark.parametrize(
    "prepared",
    [*OFTEN, *(pytest.param(each, marks=pytest.mark.deep) for each in SELDOM)],
    ids=lambda each: each.__name__,
)
def test_a_kill_leaves_old_files_or_new_ones_and_the_next_run_nothing_else(
    prepared: Callable[[Path], list[object]], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def work() -> None:
        done = CliRunner().invoke(group, [str(each) for each in given], standalone_mode=False)
        assert done.exception is None, done.exception

    new: dict[str, bytes] = {}
    deaths, at = 0, 0
    while True:
        here = tmp_path / str(at)
        here.mkdir()
        monkeypatch.chdir(here)
        given = prepared(here)
        old = held(here)
        if at == 0:
            work()
            new = held(here)
            assert new != old
        elif killed(work, at):
            deaths += 1
            left = {name: text for name, text in held(here).items() if ".part" not in name}
            assert old.keys() <= left.keys() <= new.keys()
            assert all(text in (old.get(name), new.get(name)) for name, text in left.items())
            work()
            assert held(here) == new
        else:
            break
        at += 1
    assert deaths >= 3  # half a write, the sync, the new name
