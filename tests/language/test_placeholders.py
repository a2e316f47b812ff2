"""Words that stand for nothing are no values, at no door; a vocabulary may say that one of them is."""

from __future__ import annotations

import datetime
import json
from pathlib import Path
from typing import Any

import pytest

from qa_rules import (
    Evidence,
    Facts,
    FactsError,
    FactValue,
    Ruleset,
    RulesetError,
    Verdict,
    assess,
    facts_from,
    load_facts,
    load_ruleset,
    ruleset_from,
)
from qa_rules.language.placeholders import says_nothing
from qa_rules.language.providers import providers_of_lines

ON = datetime.date(2026, 11, 22)
NOTHING = (
    "n/a", "NA", "N/A", "null", "NULL", "Null", "None", "none", "nan", "NaN", "unknown", "Unknown", "-", "--", "–",
    "?", "???", "TBC", "tbd", "#N/A", "#REF!", "<NA>", "(none)", "n.a.", "N / A", "not known", "Not applicable", "...",
    "\u200b", "\u00ad", "\u2800", "\u3164", "\x00", "N\u200b/A", "Ｎ／Ａ", "\\N", "nil", "don't know", "don’t know",
    "{}", "[ ]", "()", "[]", "<>", "=", "[-]", "“n/a”", "—", "n.u.l.l",
    "not known yet", "not yet known", "Not-yet-been-asked", "no information", "no response", "no idea", "not answered",
    "not assessed", "awaiting", "Awaiting confirmation", "still to be agreed", "TBC by Ana", "tba when open", "k.A.",
    "0000-00-00", "00/00/0000", "99/99/9999", "1900-01-00", "0000-00-00 00:00:00", "1/0/1900", "pd.NA", "inconnu",
    "anhysbys",
    "-" * 61, "n/a" + "." * 61, "unknown" + " " * 60 + "!",
)  # fmt: skip
SOMETHING = (
    "CDSMP",
    "1.10",
    "2012",
    "N",
    "NAB",
    "Nonesuch",
    "é",
    "😀",
    "'",
    "\u2713",
    "{0}",
    "nannies",
    "TBC-1",
    "KA",
    "TBCA by Ana",
    "00000000",
    "2012-10-00",
    "not until asked",
    "no ideas but in things",
    "to be continued",
    "x" * 200,
)
SS2Q = load_ruleset("ss2q")


def made(**more: object) -> Ruleset:
    facts: dict[str, Any] = {
        "said": {"type": "text", "label": "motto", "question": "What is said?"},
        "code": {"type": "code", "label": "code", "question": "Which code?", **more},
        "codes": {"type": "codes", "label": "codes", "question": "Which codes?"},
        "good": {"type": "judgement", "label": "good", "question": "Is it good?"},
    }
    rules = {"A": "said is given", "B": "code is given", "C": "codes is not empty", "D": "good"}
    return ruleset_from(
        {
            "format": 1,
            "ruleset": "words",
            "edition": "1",
            "title": "Words",
            "source": {"title": "Ours"},
            "caveats": [],
            "facts": facts,
            "requirements": [
                {"id": key, "title": key, "says": "It.", "source": {"clause": key}, "met_when": rule}
                for key, rule in rules.items()
            ],
            "decisions": [],
        }
    )


WORDS = made()


@pytest.mark.parametrize("word", NOTHING)
def test_a_word_for_nothing_says_nothing(word: str) -> None:
    assert says_nothing(word)


@pytest.mark.parametrize("word", SOMETHING)
def test_a_word_for_something_says_something(word: str) -> None:
    assert not says_nothing(word)
    assert assess(WORDS, {"code": word}, on=ON).verdicts["B"] is Verdict.MET


def test_columns_know_the_same_words() -> None:
    arrow = pytest.importorskip("pyarrow")
    from qa_rules.tables.plain import say_nothing

    found = say_nothing(arrow.array([*NOTHING, *SOMETHING])).to_pylist()
    assert found == [True] * len(NOTHING) + [False] * len(SOMETHING)


@pytest.mark.parametrize("word", NOTHING)
@pytest.mark.parametrize("fact", ["said", "code", "codes"])
def test_a_word_for_nothing_is_a_fault_of_data_and_of_objects(word: str, fact: str) -> None:
    value = [word] if fact == "codes" else word
    by_hand = FactValue(frozenset([word]) if fact == "codes" else word)
    for given in ({fact: value}, {fact: {"value": value}}, Facts({fact: by_hand})):
        with pytest.raises(FactsError) as caught:
            assess(WORDS, given, on=ON)
        assert "leave it out" in str(caught.value)


@pytest.mark.parametrize("word", [word for word in NOTHING if word.isprintable()])
def test_a_word_for_nothing_is_a_fault_of_files_and_streams(word: str, tmp_path: Path) -> None:
    data = {"format": 1, "facts": {"code": word}}
    for name, text in (("a.json", json.dumps(data)), ("a.yaml", f"format: 1\nfacts:\n  code: '{word}'\n")):
        if name == "a.yaml" and "'" in word:
            continue
        (tmp_path / name).write_text(text, encoding="utf-8")
        with pytest.raises(FactsError):
            load_facts(tmp_path / name, WORDS)
    [(_, facts)] = providers_of_lines([json.dumps(data)], "<stream>", WORDS)
    assert isinstance(facts, FactsError)


@pytest.mark.parametrize("word", NOTHING)
def test_a_judge_has_a_name(word: str, tmp_path: Path) -> None:
    file = tmp_path / "facts.json"
    file.write_text(
        json.dumps({"format": 1, "evidence": {"by": word, "on": "2026-01-01"}, "facts": {"good": True}})
    )
    with pytest.raises(FactsError):
        load_facts(file, WORDS)
    with pytest.raises(FactsError):
        assess(WORDS, {"good": {"value": True, "by": word, "on": "2026-01-01"}}, on=ON)
    by_hand = Facts({"good": FactValue(True, Evidence(by=word, on=datetime.date(2026, 1, 1)))})
    with pytest.raises(FactsError):
        assess(WORDS, by_hand, on=ON)


def test_two_versions_that_are_not_known_are_not_the_same_version() -> None:
    names = ("version_in_use", "latest_version")
    fields = next(name for name, each in SS2Q.vocabulary.facts.items() if set(names) <= each.fields.keys())
    with pytest.raises(FactsError):
        facts_from({fields: [dict.fromkeys(names, "n/a")]}, SS2Q)


def test_a_vocabulary_may_say_that_such_a_word_is_a_code() -> None:
    namibia = made(real_words=["NA"])
    assert assess(namibia, {"code": "NA"}, on=ON).verdicts["B"] is Verdict.MET
    assert assess(namibia, Facts({"code": FactValue("NA")}), on=ON).verdicts["B"] is Verdict.MET
    with pytest.raises(FactsError):
        assess(namibia, {"code": "N/A"}, on=ON)
    with pytest.raises(RulesetError, match="is taken as a value anyhow"):
        made(real_words=["CDSMP"])


@pytest.mark.parametrize(
    ("declared", "hint"),
    [
        ({"type": "text"}, "leave it out when it is unknown"),
        (
            {"type": "text", "may_be_none": "yes"},
            "leave it out when it is unknown, or write none where there is none",
        ),
        ({"type": "code"}, "leave it out when it is unknown; a real code is named in `real_words`"),
    ],
)
def test_what_to_write_in_place_of_a_placeholder_is_what_the_fact_takes(
    declared: dict[str, str], hint: str
) -> None:
    fact = {"label": "body", "question": "Which body?", **declared}
    ruleset = ruleset_from(
        {
            "format": 1,
            "ruleset": "one",
            "edition": "1",
            "title": "One",
            "source": {"title": "Made up"},
            "caveats": ["An example."],
            "facts": {"body": fact},
            "decisions": [],
            "requirements": [
                {
                    "id": "R-1",
                    "title": "Body",
                    "says": "It has one.",
                    "source": {"clause": 1},
                    "met_when": "body is given",
                }
            ],
        }
    )
    with pytest.raises(FactsError) as caught:
        facts_from({"body": "n/a"}, ruleset)
    assert [each.hint for each in caught.value.diagnostics] == [hint]
