"""`check --fix` writes what a fault says exactly is meant, changes nothing else, and makes no guess."""

from __future__ import annotations

from pathlib import Path
from random import Random

import pytest
from click import UsageError
from click.testing import CliRunner

from qa_rules import RulesetError, load_ruleset
from qa_rules.cli import group
from qa_rules.errors import Diagnostic, Edit, Place
from qa_rules.language.fixing import fixed
from qa_rules.language.instead import is_one_slip

RULES = """\
format: 1
ruleset: fixing
edition: "1"
title: Made up  # kept
source: {title: Made up}
caveats: [An example.]
facts:
  visits: {type: integer, label: visits, question: "How many?", least: 0, most: 3000}
  safe: {type: yes_no, label: safe, question: "Safe?"}
  kind: {type: choice, label: kind, question: "Kind?", options: {club: Club, firm: Firm}}
  halls:
    type: collection
    label: halls
    record: hall
    question: "Which?"
    fields: {ok: {type: yes_no, label: ok, question: "Ok?"}}
requirements:
  - id: R-1
    title: A
    says: A.
    source: {clause: 1}
    met_when:
      all_of:
        - visits at least 2  # and why
        - TEST
    fix: Mend.
  - {id: R-2, title: B, says: B., source: {clause: 2}, met_when: safe, fix: Mend.}
decisions:
  - id: overall
    title: May it?
    outcomes:
      - {id: stop, words: Stop, allows: no, when: OUTCOME}
      - {id: go, words: Go, allows: yes, when: R-1}
"""


def rules(test: str = "safe", outcome: str = "R-1 is not met") -> str:
    return RULES.replace("TEST", test).replace("OUTCOME", outcome)


def run(*words: str) -> tuple[object, str]:
    """What the command returns, and says."""
    found = CliRunner().invoke(group, words, standalone_mode=False)
    return found.return_value, found.output


def written(folder: Path, text: str, name: str = "ruleset.yaml") -> Path:
    file = folder / name
    file.write_bytes(text.encode())
    return file


@pytest.mark.parametrize(
    ("slip", "instead"),
    [
        ("vists at least 1", "visits at least 1"),
        ("viists at least 1", "visits at least 1"),
        ("visits >= 1", "visits at least 1"),
        ("visits < 1", "visits less than 1"),
        ("visits != 1", "visits is not 1"),
        ("visits is at most 3", "visits at most 3"),
        ("visits at least 1,000", "visits at least 1000"),
        ("visits exceeds 2", "visits more than 2"),
        ("kind is Club", "kind is club"),
        ("kind is one of club, frim", "kind is one of club, firm"),
        ("'saef'", "'safe'"),
        ("both: [safe, kind is club]", "all_of: [safe, kind is club]"),
        ("{either: [safe, kind is club]}", "{any_of: [safe, kind is club]}"),
        ("none_of:\n            - safe  # never", "not:\n            any_of:\n            - safe  # never"),
        ("none_of: [safe]", "not:\n            any_of: [safe]"),
        ("no halls: ok", "not:\n            some halls: ok"),
        ("more than 2 halls: ok", "at least 3 halls: ok"),
        ("each hals: ok", "every hals: ok"),
        ("every hals: ok", "every halls: ok"),
    ],
)
@pytest.mark.parametrize("ends", ["\n", "\r\n"])
def test_what_is_meant_is_written_and_nothing_else(
    slip: str, instead: str, ends: str, tmp_path: Path
) -> None:
    before, after = (rules(each).replace("\n", ends) for each in (slip, instead))
    file = written(tmp_path, before)
    run("check", str(file), "--fix")
    assert file.read_bytes().decode() == after


@pytest.mark.parametrize("outcome", ["r-1 is not met", "R_1 is not met"])
def test_ids_are_put_right_where_they_differ_by_their_signs(outcome: str, tmp_path: Path) -> None:
    file = written(tmp_path, rules(outcome=outcome))
    run("check", str(file), "--fix")
    assert file.read_text() == rules()


@pytest.mark.parametrize(
    ("test", "outcome"),
    [
        ("safe", "R-3 is not met"),
        ("safe", "R-I is not met"),
        ("saf3", "R-1 is not met"),
        ("wisit at least 1", "R-1 is not met"),
        ("{none_of: [safe]}", "R-1 is not met"),
        ("none_of:\n          - safe", "R-1 is not met"),
        ("not_of:\n        - safe", "R-1 is not met"),
    ],
)
def test_a_guess_is_not_written(test: str, outcome: str, tmp_path: Path) -> None:
    file = written(tmp_path, rules(test, outcome))
    code, said = run("check", str(file), "--fix")
    assert (code, file.read_text()) == (3, rules(test, outcome))
    assert "Faults left: " in said
    assert " now" not in said


def test_a_difference_is_shown_and_not_written(tmp_path: Path) -> None:
    file = written(tmp_path, rules("vists >= 1"))
    code, said = run("check", str(file), "--diff")
    assert code == 0
    assert "-        - vists >= 1\n+        - vists at least 1\n" in said
    assert file.read_text() == rules("vists >= 1")


def test_run_again_it_puts_right_what_shows_only_then(tmp_path: Path) -> None:
    file = written(tmp_path, rules("vists >= 1"))
    run("check", str(file), "--fix")
    code, said = run("check", str(file), "--fix")
    assert (code, file.read_text()) == (0, rules("visits at least 1"))
    assert "`vists` is `visits` now" in said
    assert "No fault is left" in said


def test_what_is_shipped_is_not_put_right_unasked() -> None:
    found = CliRunner().invoke(group, ["check", "--fix"], standalone_mode=False)
    assert isinstance(found.exception, UsageError)


def test_a_replacement_is_left_out_where_something_else_stands_by_now(tmp_path: Path) -> None:
    file = written(tmp_path, "a: one\nb: two\n")
    stale = [Edit(Place(str(file), 1, 4), "two", "three"), Edit(Place(str(file), 9, 1), "a", "b")]
    assert list(fixed(Diagnostic("x", "x", edit=each) for each in stale)) == []


def test_of_two_replacements_of_one_word_one_is_made(tmp_path: Path) -> None:
    file = written(tmp_path, "\ufeffa: one\n")
    edits = [Edit(Place(str(file), 1, 1), "a", each) for each in ("b", "c")]
    (found,) = fixed(Diagnostic("x", "x", edit=each) for each in edits)
    assert found.after == "\ufeffb: one\n"


def test_a_slip_made_by_chance_is_put_right_or_left(tmp_path: Path) -> None:
    chance, right, restored = Random(4), rules(), 0
    words = ("visits at least", "met_when", "R-1 is not met", "decisions", "outcomes", "when: safe")
    for _ in range(40):
        word = chance.choice(words)
        at = right.index(word) + chance.randrange(len(word))
        slip = right[:at] + chance.choice(("", "x", right[at] * 2)) + right[at + 1 :]
        file = written(tmp_path, slip)
        try:
            load_ruleset(file)
        except RulesetError as fault:
            after = [each.after for each in fixed(fault.diagnostics)]
            assert after in ([], [right])
            restored += after == [right]
    assert restored > 15


@pytest.mark.parametrize(
    ("one", "other", "slip"),
    [
        ("vists", "visits", True),
        ("visist", "visits", True),
        ("visits", "visits", False),
        ("met-when", "met_when", True),
        ("R-1", "R-2", False),
        ("R-11", "R-1", False),
        ("safe", "sane", True),
        ("visit", "wisits", False),
        ("", "ab", False),
    ],
)
def test_one_slip_of_the_pen(one: str, other: str, slip: bool) -> None:
    assert is_one_slip(one, other) is slip
    assert is_one_slip(other, one) is slip
