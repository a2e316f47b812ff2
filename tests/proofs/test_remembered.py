"""Answers of the solver that are kept: nothing is asked twice, and after a change only what it touches."""

from __future__ import annotations

import datetime
from pathlib import Path

import pytest

from qa_rules import Ruleset, load_policy, load_ruleset
from qa_rules.api.verify import Verified, compare, verify
from qa_rules.model.rulesets import Policy
from qa_rules.proofs.claims import Status
from qa_rules.proofs.remembered import Answers
from qa_rules.proofs.solver import Answer, NoneExists, Solver
from tests.proofs.test_planted import FOLDER

ON = datetime.date(2026, 11, 22)
RULES, POLICY = (FOLDER / f"{name}.yaml" for name in ("sound", "sound-policy"))


@pytest.fixture
def asked(monkeypatch: pytest.MonkeyPatch) -> list[Answer]:
    """What the solver was asked, by its answers."""
    found: list[Answer] = []
    solve = Solver.solve

    def counted(self: Solver, *given: object, **named: object) -> Answer:
        found.append(solve(self, *given, **named))  # type: ignore[arg-type]
        return found[-1]

    monkeypatch.setattr(Solver, "solve", counted)
    return found


def loaded(folder: Path, *changes: tuple[str, str]) -> tuple[Ruleset, Policy]:
    text = RULES.read_text(encoding="utf-8")
    for old, new in changes:
        assert old in text
        text = text.replace(old, new)
    (folder / "ruleset.yaml").write_text(text, encoding="utf-8")
    ruleset = load_ruleset(folder)
    return ruleset, load_policy(POLICY, ruleset)


def proved(folder: Path, keep: Path | None, *changes: tuple[str, str]) -> Verified:
    return verify(*loaded(folder, *changes), on=ON, seconds=None, keep=keep)


def told(found: Verified) -> list[object]:
    return [
        (each.code, each.at, each.statement, each.status, each.message, each.witness) for each in found.proofs
    ]


def test_what_was_asked_once_is_not_asked_again_and_comes_to_the_same(
    tmp_path: Path, asked: list[Answer]
) -> None:
    kept = tmp_path / "kept"
    plain = proved(tmp_path, None)
    first = proved(tmp_path, kept)
    before = len(asked)
    again = proved(tmp_path, kept)
    assert len(asked) == before
    assert told(plain) == told(first) == told(again)


def test_after_a_change_only_what_it_touches_is_asked_and_found(tmp_path: Path, asked: list[Answer]) -> None:
    kept = tmp_path / "kept"
    proved(tmp_path, kept)
    whole = len(asked)
    change = ("met_when: score at least 10,", "met_when: score at least 21,")
    changed = proved(tmp_path, kept, change)
    assert 0 < len(asked) - whole < whole
    assert told(changed) == told(proved(tmp_path, None, change))
    assert ("requirement-live", "R2") in [(each.code, each.at) for each in changed.open(Status.REFUTED)]


def test_a_bound_that_is_moved_is_a_change(tmp_path: Path) -> None:
    kept = tmp_path / "kept"
    proved(tmp_path, kept)
    narrow = proved(tmp_path, kept, ("least: 0, most: 20,", "least: 0, most: 9,"))
    assert ("requirement-live", "R2") in [(each.code, each.at) for each in narrow.open(Status.REFUTED)]


def test_a_comparison_keeps_its_answers_too(tmp_path: Path, asked: list[Answer]) -> None:
    kept, folders = tmp_path / "kept", [tmp_path / name for name in ("old", "new")]
    for each in folders:
        each.mkdir()
    old, new = loaded(folders[0]), loaded(folders[1], ("score at least 10,", "score at least 11,"))
    first = compare(old, new, on=ON, seconds=None, keep=kept)
    before = len(asked)
    again = compare(old, new, on=ON, seconds=None, keep=kept)
    assert len(asked) == before > 0
    assert [(each.code, each.at, each.status) for each in first.proofs] == [
        (each.code, each.at, each.status) for each in again.proofs
    ]


def test_lines_that_are_no_answers_are_passed_over(tmp_path: Path, asked: list[Answer]) -> None:
    kept = tmp_path / "kept"
    first = proved(tmp_path, kept)
    (file,) = kept.glob("answers-*.jsonl")
    lines = file.read_text(encoding="utf-8").splitlines()
    assert any('"none"' in line for line in lines)
    broken = [line[:-3] for line in lines[::2]] + ["", "[]", '["a", 3]', '["b", {"c": null}]', *lines[1::2]]
    file.write_text("\n".join(broken), encoding="utf-8")
    before = len(asked)
    assert told(proved(tmp_path, kept)) == told(first)
    assert len(asked) > before


def test_somebody_who_was_kept_is_tried_on_the_formula_again(tmp_path: Path, asked: list[Answer]) -> None:
    kept = tmp_path / "kept"
    first = proved(tmp_path, kept)
    (file,) = kept.glob("answers-*.jsonl")
    lines = file.read_text(encoding="utf-8").splitlines()
    file.write_text("\n".join(line.replace("true", "false") for line in lines), encoding="utf-8")
    before = len(asked)
    assert told(proved(tmp_path, kept)) == told(first)
    assert not all(isinstance(each, NoneExists) for each in asked[before:])


def test_an_answer_that_cannot_be_written_is_known_and_costs_no_proof(tmp_path: Path) -> None:
    folder = tmp_path / "kept"
    answers = Answers(folder)
    folder.rmdir()
    answers.keep("asked", NoneExists())
    assert answers.found["asked"] == NoneExists()
    assert Answers(folder).found == {}
