"""The commands `batch` and `impact`."""

from __future__ import annotations

import json
from collections import Counter
from datetime import date
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from qa_rules import assess
from qa_rules.cli import group
from qa_rules.language.library import ruleset_file
from qa_rules.language.load import load_policy, load_ruleset

pa = pytest.importorskip("pyarrow")

import pyarrow.parquet as parquet  # noqa: E402

from benchmarks.directory import directory  # noqa: E402
from qa_rules.language.load import load_facts  # noqa: E402
from qa_rules.tables import assess_table, table_of  # noqa: E402

ON = "2026-11-22"
EXAMPLES = Path(__file__).parents[2] / "examples" / "ss2q"


def run(*words: object) -> Result:
    return CliRunner().invoke(
        group, [str(word) for word in words], standalone_mode=False, catch_exceptions=False
    )


def test_facts_files_as_a_table_come_to_what_each_comes_to(tmp_path: Path) -> None:
    rules = load_ruleset("ss2q")
    subjects = [
        load_facts(EXAMPLES / f"{name}.yaml", rules) for name in ("compliant", "half-known", "lapsed")
    ]
    parquet.write_table(table_of(rules, subjects), tmp_path / "in.parquet")
    done = run(
        "batch", "ss2q", tmp_path / "in.parquet", tmp_path / "out.parquet", "--on", ON, "--key", "subject"
    )
    assert done.return_value == 0
    assert "outcome overall: undetermined 1, fails 1, meets_all 1" in done.output
    rows = parquet.read_table(tmp_path / "out.parquet").to_pylist()
    assert [row["outcome.overall"] for row in rows] == ["meets_all", "undetermined", "fails"]
    assert not (tmp_path / "out.errors.csv").exists()


def test_what_does_not_fit_goes_to_the_errors_and_to_the_exit_code(tmp_path: Path) -> None:
    (tmp_path / "in.csv").write_text(
        "id,programme_deliveries_completed,management_structure\na,three,yes\nb,3,maybe\nc,3,yes\n",
        encoding="utf-8",
    )
    done = run(
        "batch",
        "ss2q",
        tmp_path / "in.csv",
        tmp_path / "out.csv",
        "--on",
        ON,
        "--key",
        "id",
        "--format",
        "json",
        "--quiet",
    )
    assert done.return_value == 3
    told = json.loads(done.stdout)
    assert (told["rows"], told["faults"], told["rows_at_fault"]) == (3, 2, 2)
    errors = (tmp_path / "out.errors.csv").read_text(encoding="utf-8").splitlines()
    assert len(errors) == 3
    assert '"programme_deliveries_completed","three"' in errors[1]
    assert '"management_structure","maybe"' in errors[2]
    assert len((tmp_path / "out.csv").read_text(encoding="utf-8").splitlines()) == 4


def test_the_summary_counts_outcomes_tiers_and_what_is_most_often_not_met(tmp_path: Path) -> None:
    rules = load_ruleset("social-prescribing")
    table = directory(rules, 50, load_policy("illustrative-three-tiers", rules))
    parquet.write_table(table, tmp_path / "in.parquet")
    done = run(
        *("batch", "social-prescribing", tmp_path / "in.parquet", tmp_path / "out.ndjson", "--on", ON),
        *("--key", "subject", "--policy", "illustrative-three-tiers"),
        *("--person", "simple", "--person", "complex"),
    )
    rows = [json.loads(line) for line in (tmp_path / "out.ndjson").read_text(encoding="utf-8").splitlines()]
    assert len(rows) == 50
    for person in ("simple", "complex"):
        counts = Counter(row[f"outcome.referral@{person}"] for row in rows)
        words = ", ".join(f"{word} {count}" for word, count in sorted(counts.items()))
        [line] = [each for each in done.output.splitlines() if f"outcome referral@{person}: " in each]
        assert ", ".join(sorted(line.partition(": ")[2].split(", "))) == words
    ids = {each.id for each in rules.requirements}
    gaps = {
        name: sum(row[name] == "not_met" for row in rows) for name in rows[0] if name.partition("@")[0] in ids
    }
    assert any("@simple" in name for name in gaps)
    worst = max(gaps, key=lambda name: gaps[name])
    assert f"  {worst:20} {gaps[worst]:>12}" in done.output
    assert "tier attained: " in done.output


def test_progress_is_told_beside_the_summary_unless_quiet(tmp_path: Path) -> None:
    (tmp_path / "in.ndjson").write_text('{"management_structure": "yes"}\n', encoding="utf-8")
    words = ("batch", "ss2q", tmp_path / "in.ndjson", tmp_path / "out.csv", "--on", ON)
    loud, quiet = run(*words), run(*words, "--quiet")
    assert "assessing" in loud.stderr
    assert "assessing" not in loud.stdout
    assert quiet.stderr == ""
    assert quiet.stdout == loud.stdout


def test_child_tables_come_from_files(tmp_path: Path) -> None:
    (tmp_path / "in.csv").write_text("id,tutors@partial\na,no\nb,no\n", encoding="utf-8")
    (tmp_path / "tutors.csv").write_text("id,training_records_held\na,yes\na,yes\nb,no\n", encoding="utf-8")
    done = run(
        *(
            "batch",
            "ss2q",
            tmp_path / "in.csv",
            tmp_path / "out.ndjson",
            "--on",
            ON,
            "--key",
            "id",
            "--quiet",
        ),
        *("--child", f"tutors={tmp_path / 'tutors.csv'}", "--what", "verdicts"),
    )
    assert done.return_value == 0
    rows = [json.loads(line) for line in (tmp_path / "out.ndjson").read_text(encoding="utf-8").splitlines()]
    assert [row["SS2Q-1.10"] for row in rows] == ["met", "not_met"]


def test_impact_writes_counts_movers_and_a_picture(tmp_path: Path) -> None:
    rules = load_ruleset("social-prescribing")
    table = directory(rules, 60, load_policy("illustrative-three-tiers", rules))
    parquet.write_table(table, tmp_path / "in.parquet")
    done = run(
        *(
            "impact",
            tmp_path / "in.parquet",
            "--ruleset",
            "social-prescribing",
            "--on",
            ON,
            "--key",
            "subject",
        ),
        *("--policy", "illustrative-three-tiers", "--policy", "illustrative-two-tiers"),
        *("--person", "simple"),
        *(
            "--csv",
            tmp_path / "moves.csv",
            "--moved",
            tmp_path / "moved.parquet",
            "--picture",
            tmp_path / "moves.svg",
        ),
    )
    assert done.return_value == 0
    assert "outcome: " in done.output
    moves = (tmp_path / "moves.csv").read_text(encoding="utf-8-sig").splitlines()
    assert moves[0] == '"person","what","before","after","rows"'
    assert (tmp_path / "moves.svg").read_text(encoding="utf-8").startswith("<svg")
    assert parquet.read_table(tmp_path / "moved.parquet").column_names == [
        "row",
        "key",
        "person",
        "before",
        "after",
    ]


def test_impact_of_a_new_edition_comes_from_its_file(tmp_path: Path) -> None:
    old = ruleset_file("ss2q@2017").read_text(encoding="utf-8")
    changed = old.replace('edition: "2017"', 'edition: "2018"').replace(
        "          - management_structure exists\n", "          - management_structure is current\n"
    )
    (tmp_path / "ruleset.yaml").write_text(changed, encoding="utf-8")
    parquet.write_table(directory(load_ruleset("ss2q"), 80), tmp_path / "in.parquet")
    done = run(
        *("impact", tmp_path / "in.parquet", "--on", ON, "--key", "subject", "--format", "json"),
        *("--ruleset", "ss2q", "--ruleset", tmp_path / "ruleset.yaml"),
    )
    told = json.loads(done.stdout)
    assert (told["before"], told["after"], told["rows"]) == ("ss2q@2017", "ss2q@2018", 80)
    assert sum(each["rows"] for each in told["moves"] if each["what"] == "outcome") == 80


def test_impact_needs_two_of_something(tmp_path: Path) -> None:
    from click import UsageError

    with pytest.raises(UsageError, match="two policies or two editions"):
        run("impact", tmp_path / "in.parquet", "--ruleset", "social-prescribing", "--on", ON)


def test_what_a_table_came_to_names_the_ruleset_and_policy_as_a_record_does(tmp_path: Path) -> None:
    social = load_ruleset("social-prescribing")
    names = ("illustrative-three-tiers", "illustrative-two-tiers")
    before, after = (load_policy(each, social) for each in names)
    (tmp_path / "in.csv").write_text("subject,paid_staff\na,2\n", encoding="utf-8")
    options = ("--on", ON, "--format", "json", "--policy", names[0])
    done = run("batch", "social-prescribing", tmp_path / "in.csv", tmp_path / "out.csv", *options, "--quiet")
    record = assess(social, {"paid_staff": 2}, on=date.fromisoformat(ON), policy=before).to_dict()
    decided = {name: record["decided_by"][name]["hash"] for name in ("ruleset", "policy")}
    assert json.loads(done.stdout)["hashes"] == decided
    moved = run(
        "impact", tmp_path / "in.csv", "--ruleset", "social-prescribing", *options, "--policy", names[1]
    )
    assert json.loads(moved.stdout)["hashes"] == {
        "before": decided, "after": {"ruleset": social.hash, "policy": after.hash}
    }  # fmt: skip


def test_under_a_policy_that_asks_more_a_table_names_the_ruleset_as_a_record_does() -> None:
    social = load_ruleset("social-prescribing")
    policy = load_policy(Path("examples/licensed-course/licensed.yaml").resolve(), social)
    found = assess_table(social, pa.table({"paid_staff": [2]}), on=date.fromisoformat(ON), policy=policy)
    record = assess(social, {"paid_staff": 2}, on=date.fromisoformat(ON), policy=policy).to_dict()
    assert found.summary.hashes == {
        name: record["decided_by"][name]["hash"] for name in ("ruleset", "policy")
    }
