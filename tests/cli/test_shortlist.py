"""`qa-rules shortlist` reads folders, tables and streams, and one bad provider does not lose the others."""

from __future__ import annotations

import csv
import io
import json
import shutil
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from qa_rules import load_facts, load_ruleset, merge
from qa_rules.cli import group
from qa_rules.errors import FactsError, NotFoundError
from qa_rules.model.writing import facts_to_data

ROOT = Path(__file__).parents[2]
EXAMPLES = ROOT / "examples" / "social-prescribing"
COMPANY = EXAMPLES / "walking-group" / "persons" / "company.yaml"
ORDER = ["craft-group/craft-mornings", "self-management", "walking-group", "craft-group/home-visits"]


def run(providers: Path | str, *more: str, lines: str = "", policy: bool = True) -> Result:
    words = ["shortlist", "social-prescribing", str(providers), "--on", "2026-11-22"]
    words += ["--policy", "illustrative-three-tiers"] if policy else []
    if "--person" not in more:
        words += ["--person", str(COMPANY)]
    return CliRunner().invoke(group, [*words, *more], input=lines, standalone_mode=False)


def test_a_folder_of_providers_is_put_in_order_with_a_reason_each() -> None:
    done = run(EXAMPLES)
    assert done.exception is None
    assert done.return_value == 0
    lines = done.stdout.splitlines()
    assert lines[0] == "For somebody who would like company, on 22 November 2026: 3 of 4 may be chosen."
    assert [line[line.index("(") + 1 : -1] for line in lines if line[:1].isdigit()] == ORDER
    assert "   Not met: Handling personal information." in lines
    assert "self-management/ss2q.yaml holds no fact of this ruleset" in done.stderr


def test_a_file_that_says_something_of_the_group_too_is_no_activity_of_its_own(tmp_path: Path) -> None:
    folder = tmp_path / "walking-group"
    shutil.copytree(EXAMPLES / "walking-group", folder, ignore=shutil.ignore_patterns("persons", "policy*"))
    before = json.loads(run(tmp_path, "--format", "json").stdout)["fits"]
    with (folder / "group.yaml").open("a") as file:
        file.write("  clinical_advice_obtained: yes\n")
    after = json.loads(run(tmp_path, "--format", "json").stdout)["fits"]
    assert [each["name"] for each in after] == [each["name"] for each in before] == ["walking-group"]
    (folder / "swim.yaml").write_text("format: 1\nfacts:\n  activity_harm_potential: high\n")
    names = [each["name"] for each in json.loads(run(tmp_path, "--format", "json").stdout)["fits"]]
    assert sorted(names) == ["walking-group/swim", "walking-group/walk"]


def test_a_provider_at_fault_is_named_at_its_place_and_the_others_stay(tmp_path: Path) -> None:
    folder = tmp_path / "all"
    shutil.copytree(EXAMPLES, folder)
    (folder / "craft-group" / "home-visits.yaml").write_text(
        "format: 1\nfacts:\n  activity_code: [1]\n  x: 1\n"
    )
    (folder / "torn.yaml").write_text("format: 1\nfacts: {")
    done = run(folder, "--format", "json")
    assert done.return_value == 3
    found = json.loads(done.stdout)
    assert [each["name"] for each in found["fits"]] == ["self-management", "walking-group"]
    assert [each["name"] for each in found["unread"]] == ["craft-group", "torn"]
    fault = found["unread"][0]["faults"][0]
    assert (fault["file"], fault["line"]) == (str(folder / "craft-group" / "home-visits.yaml"), 3)
    assert f"{folder / 'torn.yaml'}:" in done.stderr
    assert "Could not be read: craft-group, torn" in run(folder).stdout


def as_line(*files: str, **more: object) -> str:
    rules = load_ruleset("social-prescribing")
    facts = merge(*(load_facts(EXAMPLES / each, rules) for each in files))
    return json.dumps(facts_to_data(facts) | more)


def test_a_stream_of_lines_is_read_line_by_line() -> None:
    walk = as_line("walking-group/group.yaml", "walking-group/walk.yaml", name="walk")
    craft = as_line("craft-group/group.yaml", "craft-group/craft-mornings.yaml", format=None)
    craft = json.dumps({key: each for key, each in json.loads(craft).items() if key != "format"})
    lines = [
        "",
        walk,
        "{torn",
        craft,
        "[1]",
        '{"name": "odd", "facts": {"activity_code": true}}',
        '{"facts": {}}',
    ]
    done = run("-", "--format", "csv", lines="\n".join(lines))
    assert done.return_value == 3
    rows = list(csv.DictReader(io.StringIO(done.stdout)))
    assert [row["name"] for row in rows] == ["Ravensholme Makers; craft mornings", "walk", "line 7"]
    assert [row["allows"] for row in rows] == ["yes", "yes", ""]
    for text in ("line 3: could not be read", "stdin:3:", "stdin:5:", "odd: could not be read", "stdin:6:"):
        assert text in done.stderr
    assert "not-json" in done.stderr


def test_a_table_is_read_as_batch_reads_it(tmp_path: Path) -> None:
    pytest.importorskip("pyarrow")
    import pyarrow.parquet

    from qa_rules.tables import table_of

    rules = load_ruleset("social-prescribing")
    names = [["walking-group/group", "walking-group/walk"], ["craft-group/group", "craft-group/home-visits"]]
    subjects = [merge(*(load_facts(EXAMPLES / f"{each}.yaml", rules) for each in name)) for name in names]
    file = tmp_path / "all.parquet"
    pyarrow.parquet.write_table(table_of(rules, subjects), file)
    done = run(file, "--key", "subject", "--format", "ndjson", "--most", "1")
    assert done.return_value == 0
    (first,) = map(json.loads, done.stdout.splitlines())
    assert first["name"] == "Thorncombe Strollers; the Wednesday walk"
    assert first["reason"] == "Not met: Handling personal information."
    text = tmp_path / "all.csv"
    text.write_text("who,receives_formal_referrals,paid_staff\n=one,yes,0\ntwo,perhaps,0\n")
    done = run(text, "--key", "who", "--format", "csv")
    assert done.return_value == 3
    assert "two: could not be read as it stands" in done.stderr
    assert "column receives_formal_referrals" in done.stderr
    assert {row["name"] for row in csv.DictReader(io.StringIO(done.stdout))} == {"'=one", "two"}


def test_what_is_urgent_stands_in_every_row_and_object(tmp_path: Path) -> None:
    danger, calm, torn = tmp_path / "danger.yaml", tmp_path / "calm.yaml", tmp_path / "torn"
    danger.write_text("format: 1\nfacts: {person_acute_risk: yes}\n")
    calm.write_text("format: 1\nfacts: {person_acute_risk: no}\n")
    torn.mkdir()
    (torn / "one.yaml").write_text("format: 1\nfacts: {")
    decisions = load_ruleset("social-prescribing").decisions
    (said,) = (one.next_step for each in decisions for one in each.outcomes if one.urgent)
    assert "call 999" in said
    for person, first in ((danger, [said]), (calm, [])):
        rows = list(
            csv.DictReader(io.StringIO(run(EXAMPLES, "--person", str(person), "--format", "csv").stdout))
        )
        assert [row["first"] for row in rows] == [" ".join(first)] * 4
        cut = run(EXAMPLES, "--person", str(person), "--format", "ndjson", "--most", "2").stdout.splitlines()
        assert [json.loads(line)["first"] for line in cut] == [first] * 2
        nobody = run(torn, "--person", str(person), "--format", "csv")
        assert nobody.stdout.count("\n") == 1
        assert nobody.stderr.count(said) == len(first)


def test_the_list_can_be_cut_short() -> None:
    lines = run(EXAMPLES, "--most", "1").stdout.splitlines()
    assert lines[-1] == "... and 3 more"
    assert len([line for line in lines if line[:1].isdigit()]) == 1


def test_a_place_without_providers_and_a_person_of_whom_nothing_is_known_are_refused(tmp_path: Path) -> None:
    empty = tmp_path / "empty"
    empty.mkdir()
    assert isinstance(run(empty).exception, NotFoundError)
    assert "is no folder and no table" in str(run(tmp_path / "nowhere").exception)
    nobody = tmp_path / "nobody.yaml"
    nobody.write_text("format: 1\nfacts: {}\n")
    done = run(EXAMPLES, "--person", str(nobody))
    assert isinstance(done.exception, FactsError)
    assert "nothing is known of the person" in str(done.exception)


def test_a_file_that_cannot_be_read_is_told_and_the_others_stay(tmp_path: Path) -> None:
    folder = tmp_path / "all"
    shutil.copytree(EXAMPLES, folder)
    (folder / "gone.yaml").symlink_to(tmp_path / "nowhere.yaml")
    (folder / "craft-group" / "gone.yaml").symlink_to(tmp_path / "nowhere.yaml")
    done = run(folder, "--format", "json")
    assert done.return_value == 3
    found = json.loads(done.stdout)
    assert [each["name"] for each in found["fits"]] == ["self-management", "walking-group"]
    assert [each["name"] for each in found["unread"]] == ["craft-group", "gone"]
