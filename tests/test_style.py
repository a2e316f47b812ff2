"""The words that people read follow docs/style.md."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Final

import pytest
import yaml

ROOT: Final = Path(__file__).parents[1]
TEMPLATE: Final = ROOT / "src" / "qa_rules" / "locale" / "qa_rules.pot"
RULESETS: Final = sorted(
    file
    for file in (ROOT / "rulesets").rglob("*.yaml")
    if file.name not in ("cases.yaml", "generated.yaml", "coverage.yaml")
)
READ: Final = {
    *("title", "says", "fix", "question", "meaning", "words", "next", "ask", "label", "caveats"),
    *("undecided_words", "not_applicable_words"),
}
"""The keys of a ruleset or vocabulary whose text people read."""
NOT_USED: Final = {
    "mend": r"\bmend(s|ed|ing)?\b",
    "seen to": r"\bseen to\b",
    "stands in the way": r"\bstands? in the way\b",
    "made sure": r"\bmade sure\b",
    "lately": r"\blately\b",
    "locality": r"\blocalit(y|ies)\b",
    "whom": r"(?<!\bto )(?<!\bby )(?<!\bfor )(?<!\bwith )\bwhom\b",
    "safeguarding worry": r"\bsafeguarding worr(y|ies)\b",
    "tried out": r"\btried out\b",
    "weighed up": r"\bweighed up\b",
    "somebody able to judge": r"\bsomebody able to judge\b",
    "no day is set": r"\bno day is set\b",
    "illustrative": r"\bILLUSTRATIVE\b",
}
MOST_WORDS: Final = 32
"""In one sentence of what people read; the style sheet asks for far fewer."""
HARDEST: Final = 6.0
"""The grade of Flesch and Kincaid that an eleven-year-old reads; Kincaid and others, 1975."""
_VOWELS: Final = re.compile(r"[aeiouy]+")


def messages() -> Iterator[tuple[str, str]]:
    """The messages of the library."""
    for entry in re.findall(
        r'^msgid(?:_plural)? ((?:"(?:[^"\\]|\\.)*"\n?)+)', TEMPLATE.read_text("utf-8"), re.M
    ):
        yield TEMPLATE.name, "".join(re.findall(r'"((?:[^"\\]|\\.)*)"', entry))


def texts(file: Path) -> Iterator[tuple[str, str]]:
    """What people read of a ruleset or a vocabulary, each with its key."""

    def inside(data: object, key: str) -> Iterator[tuple[str, str]]:
        match data:
            case dict():
                if key == "options":
                    yield from ((key, each) for each in data.values() if isinstance(each, str))
                for name, each in data.items():
                    yield from inside(each, str(name))
            case list():
                for each in data:
                    yield from inside(each, key)
            case str() if key in READ:
                yield key, data

    yield from inside(yaml.safe_load(file.read_text("utf-8")), "")


def sentences(text: str) -> list[str]:
    """Split at what ends a sentence; a semicolon ends none, so that a list is no row of short sentences."""
    return [each for each in re.split(r"(?<=[.?!])\s+", text.strip()) if re.search(r"[a-z]", each, re.I)]


def syllables(word: str) -> int:
    """About how many: runs of vowels, without a silent `e`."""
    word = re.sub(r"(?<=[^aeiouyl])(e|es|ed)$", "", word.lower())
    return max(1, len(_VOWELS.findall(word)))


def grade(all_texts: list[str]) -> float:
    """The reading grade of some texts."""
    found = [re.findall(r"[A-Za-z']+", each) for text in all_texts for each in sentences(text)]
    words = [word for each in found for word in each]
    return 0.39 * len(words) / len(found) + 11.8 * sum(map(syllables, words)) / len(words) - 15.59


def test_the_measure_tells_hard_text_from_plain_text() -> None:
    hard = "Utilisation of supplementary documentation necessitates authorisation by organisational representatives."
    assert grade(["Ask the venue for its certificate. Keep a copy."]) < HARDEST < grade([hard])


@pytest.mark.parametrize("word", NOT_USED)
def test_a_word_that_is_not_used_stands_in_no_message(word: str) -> None:
    found = [text for _, text in messages() if re.search(NOT_USED[word], text, re.I)]
    assert found == []


@pytest.mark.parametrize("file", RULESETS, ids=lambda file: "/".join(file.parts[-3:]))
def test_the_text_of_a_ruleset_keeps_to_the_style_sheet(file: Path) -> None:
    for key, text in texts(file):
        assert [word for word, form in NOT_USED.items() if re.search(form, text, re.I)] == [], text
        longest = max((len(each.split()) for each in sentences(text)), default=0)
        assert longest <= MOST_WORDS, (key, text)


def test_questions_and_actions_can_be_read_at_eleven() -> None:
    for asked in ({"question", "meaning", "ask"}, {"fix", "next"}):
        found = [text for file in RULESETS for key, text in texts(file) if key in asked]
        assert grade(found) <= HARDEST, asked


def test_every_word_that_is_not_used_stands_in_the_style_sheet() -> None:
    sheet = (ROOT / "docs" / "style.md").read_text("utf-8").partition("## Words that are not used")[2]
    assert [word for word, form in NOT_USED.items() if not re.search(form, sheet, re.I)] == []
