"""Every fault of a file is told at once: with its code, its place, the line, a caret under it, and the next step.

The files in `bad` say themselves what is wrong with them, behind `#!`: a code, then in angle brackets the text that
the caret underlines (`…` for text that goes on), then parts of the message or the hint. What is not said there may
not be reported.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path

import attrs
import pytest

from qa_rules import (
    Diagnostic,
    FactsError,
    RulesetError,
    load_facts,
    load_policy,
    load_ruleset,
    ruleset_from,
)
from qa_rules.language.cases import load_cases
from qa_rules.language.expressions import ExpressionReader, Scope
from qa_rules.language.reading import Source, read_data

BAD = Path(__file__).parent / "bad"
FILES = sorted(BAD.glob("*.yaml"))
SOUND = load_ruleset(BAD / "sound" / "ruleset.yaml")


@attrs.frozen
class Told:
    """One fault as the file itself tells it."""

    line: int
    column: int
    code: str
    caret: str
    parts: tuple[str, ...]


def told(path: Path) -> Iterator[Told]:
    for number, line in enumerate(path.read_text("utf-8").splitlines(), 1):
        before, *notes = line.split(" #! ")
        for note in notes:
            caret, *parts = re.findall(r"<(.+?)>(?= <| *$)", note)
            column = before.rindex(caret.removesuffix("…")) + 1
            yield Told(number, column, note.split()[0], caret, tuple(parts))


def vocabulary(path: Path) -> None:
    fact = {"type": "yes_no", "label": "a", "question": "a?"}
    clause = {"id": "W-1", "title": "a", "says": "a.", "source": {"c": "1"}, "met_when": "sound"}
    outcome = {"id": "a", "words": "a", "allows": True, "when": "sound"}
    data = {
        "format": 1,
        "ruleset": "walks",
        "edition": "1",
        "title": "a",
        "source": {"title": "a"},
        "caveats": ["a"],
        "vocabularies": [path.stem],
        "facts": {"sound": fact},
        "requirements": [clause],
        "decisions": [{"id": "overall", "title": "a?", "outcomes": [outcome]}],
    }
    ruleset_from(data, beside=path.parent)


LOADERS: Mapping[str, Callable[[Path], object]] = {
    "vocabulary": vocabulary,
    "ruleset": load_ruleset,
    "policy": lambda path: load_policy(path, SOUND),
    "facts": lambda path: load_facts(path, SOUND),
    "cases": lambda path: load_cases(path, SOUND),
}


def faults(path: Path) -> tuple[Diagnostic, ...]:
    kind = path.stem.partition("-")[0]
    with pytest.raises(FactsError if kind == "facts" else RulesetError) as caught:
        LOADERS[kind](path)
    assert str(caught.value) == "\n\n".join(map(str, caught.value.diagnostics))
    return caught.value.diagnostics


def underlined(diagnostic: Diagnostic) -> str:
    """The text above the caret, read from the lines as they are printed."""
    assert diagnostic.place is not None
    _, arrow, shown, carets, *_ = str(diagnostic).splitlines()
    assert arrow == f"  --> {diagnostic.place.file}:{diagnostic.place.line}:{diagnostic.place.column}"
    assert shown == f" {diagnostic.place.line} | {diagnostic.excerpt}"
    start, end = carets.index("^"), carets.rindex("^") + 1
    assert carets[start:end] == "^" * (end - start)
    return shown[start:end]


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_a_file_tells_all_its_faults_at_once_each_at_its_place(path: Path) -> None:
    expected = sorted(told(path), key=lambda each: (each.line, each.column, each.code))
    found = sorted(faults(path), key=lambda each: (each.place is not None and each.place, each.code))
    places = [(each.place and each.place.line, each.place and each.place.column, each.code) for each in found]
    assert places == [(each.line, each.column, each.code) for each in expected]
    for fault, wanted in zip(found, expected, strict=True):
        assert fault.place is not None
        assert fault.place.file == str(path)
        under = underlined(fault)
        if wanted.caret.endswith("…"):
            assert wanted.caret[:-1].startswith(under) or under.startswith(wanted.caret[:-1]), str(fault)
        else:
            assert under == wanted.caret, str(fault)
        said = f"{fault.message}\n{fault.hint}"
        assert [part for part in wanted.parts if part not in said] == [], str(fault)


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_what_a_fault_says_is_one_line_in_words(path: Path) -> None:
    for fault in faults(path):
        assert fault.message.strip() == fault.message != ""
        assert "\n" not in fault.message + fault.hint
        assert not re.search(r"pydantic|lark|Traceback|object at 0x|Token\(|__", str(fault))
        assert fault.to_dict()["line"] == (fault.place.line if fault.place else None)


def read_rule(rule: object) -> Source:
    source = read_data({"rule": rule}, "<rule>")
    ExpressionReader(source, Scope(SOUND.vocabulary, SOUND.parameter, frozenset(["W-1"]))).read(
        rule, ("rule",)
    )
    return source


def test_a_fault_is_printed_with_its_line_the_caret_and_the_next_step(tmp_path: Path) -> None:
    path = tmp_path / "facts.yaml"
    path.write_text("format: 1\nfacts:\n\n  {walkers: 3, pace: briks}\n", encoding="utf-8")
    (fault,) = faults(path)
    assert str(fault) == (
        "value: pace: `briks` is not one of the options\n"
        f"  --> {path}:4:22\n"
        " 4 |   {walkers: 3, pace: briks}\n"
        "   |                      ^^^^^\n"
        "  help: did you mean `brisk`?"
    )


def test_the_caret_stands_inside_quotes_where_the_word_is(tmp_path: Path) -> None:
    path = tmp_path / "ruleset.yaml"
    text = (BAD / "sound" / "ruleset.yaml").read_text("utf-8")
    path.write_text(text.replace("met_when: plan exists", 'met_when: "plam exists"'), encoding="utf-8")
    (fault,) = faults(path)
    assert underlined(fault) == "plam"


def nested(depth: int) -> object:
    rule: object = "insured"
    for _ in range(depth):
        rule = {"not": rule}
    return rule


@pytest.mark.parametrize(
    ("rule", "code"),
    [
        ("", "syntax"),
        ("insured" + " " * 2_000, "syntax"),
        (nested(33), "too-deep"),
        ({"all_of": ["insured"] * 2_001}, "too-large"),
        (None, "expression"),
        (7, "expression"),
        ({}, "expression"),
        ({"": "insured"}, "expression"),
        ({"at least 999999 leaders": "insured"}, "expression"),
    ],
    ids=lambda each: str(each)[:20],
)
def test_a_rule_beyond_the_limits_or_of_no_shape_is_one_fault(rule: object, code: str) -> None:
    assert [each.code for each in read_rule(rule).diagnostics] == [code]


@pytest.mark.parametrize(
    "rule",
    ["insured", "insured" + " " * 1_993, nested(32), {"all_of": ["insured"] * 2_000}],
    ids=lambda each: str(each)[:20],
)
def test_a_rule_at_the_limits_is_read(rule: object) -> None:
    assert read_rule(rule).diagnostics == []
