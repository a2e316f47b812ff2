"""Traps into which authors fall unawares: each is told of by the reader, a check or a proof, at the rule at fault."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from qa_rules import RulesetError, load_policy, load_ruleset
from qa_rules.api.verify import verify
from qa_rules.checks import Subject, run
from qa_rules.errors import Place
from qa_rules.language.acceptances import PROVED
from qa_rules.proofs.claims import Status
from tests.proofs.test_planted import FOLDER as PLANTED
from tests.proofs.test_planted import ON, laid_over

FOLDER = Path(__file__).parent / "traps"
SOUND = sorted(file.stem for file in FOLDER.glob("sound-*.yaml"))
TRAPS = sorted(file.stem for file in FOLDER.glob("*.yaml") if file.stem not in SOUND)


def test_there_are_more_than_twenty_of_them() -> None:
    assert len(TRAPS) > 20


@pytest.mark.parametrize("name", TRAPS)
def test_a_trap_is_told_of_at_the_rule_at_fault(name: str, tmp_path: Path) -> None:
    planted = (FOLDER / f"{name}.yaml").read_text(encoding="utf-8")
    code, _, at = planted.splitlines()[0].removeprefix("# Trap: ").partition(" at ")
    assert at in [where for each, where in told_of(planted, code, tmp_path) if each == code]


@pytest.mark.parametrize("name", SOUND)
def test_what_only_looks_like_one_is_not(name: str, tmp_path: Path) -> None:
    planted = (FOLDER / f"{name}.yaml").read_text(encoding="utf-8")
    code = planted.splitlines()[0].removeprefix("# Sound: ")
    assert code not in [each for each, _ in told_of(planted, code, tmp_path)]


def told_of(planted: str, code: str, folder: Path) -> list[tuple[str, str]]:
    """The code of all that is told, and the id that it stands at; of faults and remarks each word of the line."""
    rules, _, policy = planted.partition("policy:\n")
    (folder / "ruleset.yaml").write_text(laid_over((PLANTED / "sound.yaml").read_text(), rules))
    dedented = re.sub(r"^  ", "", policy, flags=re.MULTILINE)
    (folder / "policy.yaml").write_text(laid_over((PLANTED / "sound-policy.yaml").read_text(), dedented))
    try:
        ruleset = load_ruleset(folder)
        under = load_policy(folder / "policy.yaml", ruleset)
    except RulesetError as fault:
        return [(each.code, word) for each in fault.diagnostics for word in words_at(each.place)]
    remarks = run(Subject(ruleset, (under,), on=ON))
    found = [(each.code, word) for each in remarks for word in words_at(each.place)]
    if code in [each for each, _ in found] or code not in PROVED:
        return found
    proofs = verify(ruleset, under, on=ON, seconds=None, questions=[code]).proofs
    return [(each.code, each.at) for each in proofs if each.status is Status.REFUTED]


def test_quotation_marks_close(tmp_path: Path) -> None:
    planted = (FOLDER / "none-leaves-a-clause-open-for-ever.yaml").read_text(encoding="utf-8")
    told_of(planted, "unused-fact", tmp_path)
    ruleset = load_ruleset(tmp_path)
    proofs = verify(ruleset, load_policy(tmp_path / "policy.yaml", ruleset), on=ON, seconds=None).proofs
    words = [text for each in proofs for text in (each.statement, each.message, each.hint)]
    assert len(words) > 100
    assert [text for text in words if not is_closed(text)] == []


def is_closed(text: str) -> bool:
    """Whether every quotation mark is closed before the next is opened, and every backtick."""
    marks = "".join(re.findall("[“”]", text))
    return marks.replace("“”", "") == "" and text.count("`") % 2 == 0


def words_at(place: Place | None) -> list[str]:
    """The words on the line of a place."""
    assert place is not None
    assert place.file is not None
    line = Path(place.file).read_text(encoding="utf-8").splitlines()[place.line - 1]
    return re.findall(r"[\w:.\-]*\w", line)
