"""A damaged file is refused with diagnostics, or read; it never breaks the reader.

Each example takes a shipped file, damages it as a number says (the seed of a pseudo-random source), and reads it.
"""

from __future__ import annotations

import random
import re
from collections.abc import Callable, Mapping
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from qa_rules import DocumentError, NotFoundError, load_facts, load_policy, load_ruleset
from qa_rules.errors import Diagnostic, RulesetError
from qa_rules.language.cases import load_cases
from qa_rules.language.library import shipped
from qa_rules.language.reading import read_file
from qa_rules.language.vocabularies import gather, read_vocabulary
from tests.marks import load_marks

ROOT = Path(__file__).resolve().parents[2]
GUIDE = load_ruleset("social-prescribing@3.5")
STUDY = load_ruleset("sme-programme@prn00827")

TOKENS = [
    "yes", "no", "none", "null", "~", "on", "policy", "policy.", "policy.x", "plus", "is", "not", "of", "at least",
    "all_of", "any_of", "every", "some x", "together", "tier", "2026-02-30", "0000-00-00", "9999-12-31", "12:30",
    "1.10", "-0", "1e999", ".nan", "9" * 40, "9" * 5_000, "-" + "1" * 30, "0.000000000000000000000000001", "'", '"',
    "''", "{", "}", "[", "]", "{}", "[]", "[[]]", "{a: {b: [c]}}", ":", ": ", "? ", "- ", "#", "&a", "*a", "!!str",
    "!x", "<<", "|", ">", "%", "@", "`", "\\", "\t", "\r", "\n", "\x00", "\x1b[2J", "\ufeff", "\u2028", "\u00a0",
    "\u202e", "e\u0301", "ß", "İ", "٣", "🙂", "👩‍👩‍👧", "\u0000", "...", "---", "W-1", "SS2Q-1.1", "X" * 3_000,
    "not " * 40, "__class__", "{0}", "%s", "a.b.c", "format", "1", "2",
]  # fmt: skip


def damaged(text: str, number: int) -> str:
    """The text after one to three accidents."""
    chance = random.Random(number)
    for _ in range(chance.choice((1, 1, 1, 2, 3))):
        lines = text.split("\n")
        at = chance.randrange(len(lines))
        match chance.randrange(9):
            case 0:
                del lines[at]
            case 1:
                lines.insert(at, lines[at])
            case 2:
                lines[at] = " " * chance.randrange(1, 5) + lines[at]
            case 3:
                lines[at] = lines[at][chance.randrange(1, 5) :]
            case 4:
                other = chance.randrange(len(lines))
                lines[at], lines[other] = lines[other], lines[at]
            case 5 | 6 | 7:
                words = list(re.finditer(r"[^\s,\[\]{}:]+", lines[at]))
                if words:
                    word = chance.choice(words)
                    token = chance.choice([*TOKENS, chance.choice(text.split() or ["x"])])
                    lines[at] = lines[at][: word.start()] + token + lines[at][word.end() :]
            case _:
                cut = chance.randrange(len(text) + 1)
                lines = (text[:cut] + chance.choice(("", *TOKENS)) + text[cut + chance.randrange(9) :]).split(
                    "\n"
                )
        text = "\n".join(lines)
        if chance.random() < 0.05:
            text = text[: chance.randrange(len(text) + 1)]
    return text


def vocabulary(path: Path) -> None:
    source = read_file(path)
    gather([(source, read_vocabulary(source))])
    if source.diagnostics:
        raise RulesetError(source.diagnostics)


READ: Mapping[str, tuple[Path, Callable[[Path], object]]] = {
    "ruleset": (shipped() / "sme-programme/prn00827/ruleset.yaml", load_ruleset),
    "larger ruleset": (shipped() / "connect-well-essex/3.5/ruleset.yaml", load_ruleset),
    "sound ruleset": (Path(__file__).parent / "bad/sound/ruleset.yaml", load_ruleset),
    "vocabulary": (shipped() / "vocabulary/licensing.yaml", vocabulary),
    "policy": (shipped() / "policies/illustrative-two-tiers.yaml", lambda path: load_policy(path, GUIDE)),
    "cases": (shipped() / "sme-programme/prn00827/cases.yaml", lambda path: load_cases(path, STUDY)),
    "facts": (
        ROOT / "examples/social-prescribing/walking-group/group.yaml",
        lambda path: load_facts(path, GUIDE),
    ),
    "marks": (shipped() / "marks/marks.yaml", load_marks),
}


def check_diagnostic(fault: Diagnostic, path: Path) -> None:
    assert fault.place is not None
    assert fault.code
    assert fault.message.strip()
    assert fault.message.isprintable() or "\t" in fault.message
    assert len(fault.message) < 6_000
    if fault.place.file == str(path):
        lines = path.read_text("utf-8-sig").splitlines()
        assert 1 <= fault.place.line <= len(lines) + 1, fault
        line = lines[fault.place.line - 1] if fault.place.line <= len(lines) else ""
        assert 1 <= fault.place.column <= len(line) + 1, fault
    assert str(fault).encode()


@pytest.mark.parametrize("kind", READ)
def test_a_shipped_file_is_read_before_it_is_damaged(kind: str) -> None:
    path, read = READ[kind]
    read(path)


@pytest.mark.parametrize("kind", READ)
@given(number=st.integers(0, 2**32))
def test_a_damaged_file_is_read_or_refused_with_places(
    kind: str, tmp_path_factory: pytest.TempPathFactory, number: int
) -> None:
    shipped_file, read = READ[kind]
    path = tmp_path_factory.getbasetemp() / f"damaged-{kind.replace(' ', '-')}.yaml"
    path.write_bytes(damaged(shipped_file.read_text("utf-8"), number).encode("utf-8"))
    refused: DocumentError | None = None
    try:
        read(path)
    except NotFoundError:
        pass
    except DocumentError as error:
        refused = error
    if refused is not None:
        assert refused.diagnostics
        for fault in refused.diagnostics:
            check_diagnostic(fault, path)
