"""Feeds at the command line: no row is lost, what is wrong is told with its place, and pipelines can go on."""

from __future__ import annotations

import io
import json
import os
import sys
from pathlib import Path
from typing import Any

import pytest

from qa_rules.cli.exits import Exit
from tests.cli.test_exits import call

DATA = Path(__file__).parents[1] / "adapters" / "data"
DAY = ("--fetched-on", "2026-11-25")
SP = ("--ruleset", "social-prescribing", *DAY)


@pytest.fixture(autouse=True)
def _here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)


def lines(text: str) -> list[dict[str, Any]]:
    return [json.loads(line) for line in text.splitlines()]


def test_each_subject_is_a_facts_file_in_a_line(capsys: pytest.CaptureFixture[str]) -> None:
    file = DATA / "charity" / "publicextract.synthetic.json"
    code, out, err = call(["convert", "feed", "charity_commission", str(file), *SP], capsys)
    assert code == Exit.DONE
    (line,) = lines(out)
    assert line["facts"]["provider_type"]["strength"] == "verified"
    assert err.startswith("1 subject, 4 facts, 2 notes, 0 faults")


def test_lines_in_and_lines_out_that_a_shortlist_takes(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    rows = ['{"id": "1", "name": "A walk"}', "{oops", "", '{"id": "2", "name": "B walk", "name": "C walk"}']
    monkeypatch.setattr(sys, "stdin", io.StringIO("\n".join(rows)))
    code, out, err = call(["convert", "feed", "oruk", "-", *SP], capsys)
    assert code == Exit.FAULT
    assert [each["subject"] for each in lines(out)] == ["A walk", "2"]
    assert "--> stdin:2:" in err
    assert "the key `name` has two values" in err
    monkeypatch.setattr(sys, "stdin", io.StringIO(out))
    code, out, err = call(
        ["shortlist", "social-prescribing", "-", "--person", "complex", "--on", "2026-12-01"], capsys
    )
    assert code == Exit.DONE
    assert "A walk" in out


def test_a_directory_becomes_a_table_and_the_table_an_assessment(capsys: pytest.CaptureFixture[str]) -> None:
    folder = Path("feeds")
    folder.mkdir()
    (folder / "a.json").write_text((DATA / "ods" / "read-example.json").read_text("utf-8"), "utf-8")
    (folder / "b.ndjson").write_text('{"resourceType": "Organization", "id": "A1", "name": "B"}\n', "utf-8")
    arguments = ["convert", "feed", "ods", "feeds", *SP, "--to", "ods.csv", "--notes", "notes.ndjson"]
    code, out, _ = call(arguments, capsys)
    assert (code, out) == (Exit.DONE, "")
    assert [each["identifiers"][0]["value"] for each in lines(Path("notes.ndjson").read_text("utf-8"))] == [
        "RR8",
        "A1",
    ]
    table = [
        "batch",
        "social-prescribing",
        "ods.csv",
        "out.csv",
        "--on",
        "2026-12-01",
        "--quiet",
        "--key",
        "subject",
    ]
    code, out, _ = call(table, capsys)
    assert code == Exit.DONE
    assert out.startswith("2 rows")


def test_the_tables_of_the_extract_are_read_together_from_a_folder(
    capsys: pytest.CaptureFixture[str],
) -> None:
    whole = json.loads((DATA / "charity" / "publicextract.synthetic.json").read_text("utf-8"))
    folder = Path("extract")
    folder.mkdir()
    for name, rows in whole.items():
        (folder / f"publicextract.{name}.json").write_text("\ufeff" + json.dumps(rows), "utf-8")
    code, out, err = call(["convert", "feed", "charity_commission", "extract", *SP], capsys)
    assert code == Exit.DONE
    assert len(lines(out)) == 1
    assert err.startswith("1 subject, 4 facts")


REGISTER = """Registration_number,Organisation_name,End_date_of_registration
ZA1,Seaside,31/03/2027
ZA2,Hilltop
ZA3,Caf\xe9,31/03/2027
"""


def test_a_register_in_csv_needs_a_person_and_keeps_its_good_lines(
    capsys: pytest.CaptureFixture[str],
) -> None:
    Path("register.csv").write_bytes(REGISTER.encode("latin-1"))
    Path("matches.csv").write_text("identifier,subject,by,on\nZA1,Seaside Courses,Nadia Osei,2026-11-24\n")
    arguments = [
        "convert",
        "feed",
        "ico",
        "register.csv",
        "--ruleset",
        "ss2q",
        *DAY,
        "--matches",
        "matches.csv",
    ]
    code, out, err = call(arguments, capsys)
    assert code == Exit.FAULT
    first, second = lines(out)
    assert first["subject"] == "Seaside Courses"
    assert set(first["facts"]) == {"ico_status", "ico_registration_expires"}
    assert second["facts"] == {}
    assert "this line has 2 cells, and there are 3 columns" in err
    assert "half a character" in err


def test_matches_that_name_nobody_are_refused_before_anything_is_read(
    capsys: pytest.CaptureFixture[str],
) -> None:
    Path("register.csv").write_text(REGISTER)
    Path("matches.csv").write_text(
        "identifier,subject,by,on\nZA1,Seaside,,2026-11-24\nZA2,Hilltop,N. Osei,soon\n"
    )
    arguments = [
        "convert",
        "feed",
        "ico",
        "register.csv",
        "--ruleset",
        "ss2q",
        *DAY,
        "--matches",
        "matches.csv",
    ]
    code, out, err = call(arguments, capsys)
    assert (code, out) == (Exit.FAULT, "")
    assert "matches.csv:2" in err
    assert "matches.csv:3" in err


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["oruk", "nothing.json", *SP], "no file"),
        (["oruk", "feed.xml", *SP], "no feed"),
        (["oruk", "empty", *SP], "no feed is in"),
        (["oruk", "feed.json", "--ruleset", "ss2q"], "--fetched-on"),
        (["oruk", "feed.json", *SP, "--published-on", "2026-11-26"], "published_on"),
        (["oruk", "feed.json", *SP, "--matches", "feed.json"], "--matches"),
        (["oruk", "feed.json", *SP, "--to", "feed.json"], "feed.json"),
        (["oruk", "feed.json", *SP, "--to", "out.txt"], "no table"),
        (["orcs", "feed.json", *SP], "orcs"),
    ],
)
def test_what_cannot_be_done_is_one_clear_error(
    arguments: list[str], words: str, capsys: pytest.CaptureFixture[str]
) -> None:
    Path("feed.json").write_text('{"id": "1", "name": "A"}')
    Path("empty").mkdir()
    code, out, err = call(["convert", "feed", *arguments], capsys)
    assert code in (Exit.USAGE, Exit.FAULT)
    assert out == ""
    assert words in err
    assert "Traceback" not in err


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="no named pipes here")
@pytest.mark.parametrize("name", ["feed", "feed.json"])
def test_what_is_there_and_no_file_is_said_to_be_no_file(
    name: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    os.mkfifo(tmp_path / name)
    for place in (tmp_path / name, Path(os.devnull)):
        code, _, err = call(["convert", "feed", "ods", str(place), *SP], capsys)
        assert code == Exit.USAGE
        assert f"cannot read {place}: it is no plain file" in err


@pytest.mark.parametrize("text", ["", "[", "{", "\ufeff", "[" * 100_000, '{"a": NaN}', "\x00", "5"])
def test_a_file_that_is_no_feed_is_told_with_its_name(text: str, capsys: pytest.CaptureFixture[str]) -> None:
    Path("feed.json").write_text(text, "utf-8")
    code, _, err = call(["convert", "feed", "oruk", "feed.json", *SP], capsys)
    assert code == Exit.FAULT
    assert "feed.json" in err
