"""The examples print what `examples/expected` holds. `REFRESH_EXAMPLES=1 pytest tests/test_examples.py` writes it anew.

What is written anew is to be read again: is each answer what a careful reading of the source gives?
"""

from __future__ import annotations

import contextlib
import datetime
import io
import os
import re
import runpy
import shlex
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from qa_rules import Assessment, assess, load_facts, load_ruleset
from qa_rules.cli import main
from qa_rules.cli.exits import Exit
from qa_rules.reports import report

ROOT = Path(__file__).resolve().parents[1]
EXAMPLES = ROOT / "examples"
EXPECTED = EXAMPLES / "expected"
REFRESH = "REFRESH_EXAMPLES" in os.environ
MOST_LINES = 180

_BLOCK = re.compile(r"^```console\n(.*?)^```", re.MULTILINE | re.DOTALL)


def commands() -> Iterator[tuple[str, str]]:
    """Each command in the READMEs with the name of the file that holds what it prints."""
    for page in sorted(EXAMPLES.rglob("README.md")):
        text = "".join(_BLOCK.findall(page.read_text("utf-8"))).replace("\\\n", " ")
        for number, line in enumerate(re.findall(r"^\$ (.*)$", text, re.MULTILINE), 1):
            yield f"{page.parent.name}-{number}", line


COMMANDS = dict(commands())


def run(line: str) -> tuple[str, int]:
    printed, before, code = io.StringIO(), sys.argv, 0
    sys.argv = shlex.split(line)
    try:
        with contextlib.redirect_stdout(printed), contextlib.redirect_stderr(printed):
            main()
    except SystemExit as stop:
        code = int(stop.code or 0)
    finally:
        sys.argv = before
    return printed.getvalue(), code


def compare(name: str, printed: str) -> None:
    path = EXPECTED / f"{name}.txt"
    if REFRESH:
        path.parent.mkdir(exist_ok=True)
        path.write_text(printed, encoding="utf-8")
    assert printed == path.read_text("utf-8")


@pytest.mark.parametrize("name", COMMANDS)
def test_a_command_of_a_readme_prints_what_is_expected(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(ROOT)
    printed, code = run(COMMANDS[name])
    assert code == Exit.DONE, printed
    compare(name, printed)


def test_the_demo_prints_what_is_expected_in_few_lines(
    capsys: pytest.CaptureFixture[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    runpy.run_path(str(EXAMPLES / "demo.py"), run_name="__main__")
    printed = capsys.readouterr().out
    assert len(printed.splitlines()) <= MOST_LINES
    compare("demo", printed)


SUMMARIES = [name for name, line in COMMANDS.items() if "summary" in line]


@pytest.mark.parametrize("name", SUMMARIES)
def test_a_summary_begins_with_the_answer_and_has_at_most_three_reasons(name: str) -> None:
    lines = (EXPECTED / f"{name}.txt").read_text("utf-8").splitlines()
    assert lines[0].isupper()
    why = lines[lines.index("Why") + 1 :]
    ends = next(at for at, line in enumerate(why) if not line.startswith("  "))
    assert 1 <= sum(line.startswith("  - ") for line in why[:ends]) <= 3
    assert any(
        re.match(r"Review by |No review date\.|From .*, if nothing else changes: ", line) for line in lines
    )


def test_a_summary_names_an_illustrative_policy_and_carries_every_caveat() -> None:
    guide = load_ruleset("social-prescribing@3.5")
    text = " ".join((EXPECTED / "walking-group-1.txt").read_text("utf-8").split())
    assert "EXAMPLE POLICY, not adopted by any area" in text
    assert len(guide.caveats) > 3
    assert [caveat for caveat in guide.caveats if caveat not in text] == []


def test_a_summary_of_a_record_says_the_same_but_sets_no_day() -> None:
    guide = load_ruleset("ss2q@2017")
    facts = load_facts(EXAMPLES / "ss2q" / "compliant.yaml", guide)
    made = assess(guide, facts, on=datetime.date(2026, 11, 22))
    live = report(made, "summary")
    recorded = report(Assessment.from_dict(made.to_dict()), "summary")
    assert "\nReview by 6 December 2026" in live
    undated = re.sub(
        r"\nReview by .*",
        "\nHow long this holds was not worked out again. Review it if anything changes.",
        live,
    )
    note = "Please note: "
    read = f"{note}This was read from a record, and was not decided again. "
    assert " ".join(recorded.split()) == " ".join(undated.split()).replace(note, read)


def test_every_expected_file_belongs_to_a_command() -> None:
    assert {path.stem for path in EXPECTED.glob("*")} == {"demo", *COMMANDS}


def test_every_facts_file_is_used_by_a_command() -> None:
    used = {word for line in COMMANDS.values() for word in shlex.split(line)}
    facts = [path for path in EXAMPLES.rglob("*.yaml") if "\nfacts:" in path.read_text("utf-8")]
    named = [
        str(path.relative_to(ROOT)) for path in facts if path.name not in ("vocabulary.yaml", "ruleset.yaml")
    ]
    assert named
    assert [path for path in named if path not in used] == []


def test_no_person_is_named() -> None:
    files = list(EXAMPLES.glob("social-prescribing/*/persons/*.yaml"))
    assert len(files) == 6
    for path in files:
        assert re.search(r"^subject: somebody ", path.read_text("utf-8"), re.MULTILINE), path
