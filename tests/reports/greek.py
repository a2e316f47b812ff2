"""A ruleset in Greek letters: what is left in Latin ones was said by the library itself."""

from __future__ import annotations

import datetime
import re
from collections.abc import Mapping
from functools import cache
from gettext import NullTranslations
from pathlib import Path
from typing import Any

import attrs

from qa_rules import Assessment, assess, load_facts, merge, policy_from, ruleset_from
from qa_rules.language.reading import read_text
from qa_rules.model.facts import Evidence, Facts, FactValue

ROOT = Path(__file__).parents[2]
GUIDE = ROOT / "rulesets" / "social-prescribing" / "3.5" / "ruleset.yaml"
VOCABULARIES = ROOT / "rulesets" / "vocabulary"
POLICY = ROOT / "rulesets" / "policies" / "illustrative-three-tiers.yaml"
ON = datetime.date(2026, 11, 22)

WORDS = {
    "title", "says", "label", "question", "meaning", "fix", "words", "next", "choice", "record", "publisher",
    "not_applicable_words", "undecided_words", "caveats", "options", "covers", "because", "rights", "source",
    "by", "role", "reference", "reason", "ask", "unit",
}  # fmt: skip
"""Keys under which people's words stand, not those of the rule language."""

UNITS = ("days", "working days", "months", "years")
"""Of a limit: words of the rule language too, for a window is in the unit of its number."""
LATIN = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"
GREEK = "αβκδεφγηιξκλμνοπθρστυωωχψζΑΒΚΔΕΦΓΗΙΞΚΛΜΝΟΠΘΡΣΤΥΩΩΧΨΖ"
CYRILLIC = "абцдефгхийклмнопярстувщжызАБЦДЕФГХИЙКЛМНОПЯРСТУВЩЖЫЗ"
_GAP = re.compile(r"(\{\w+\})")


def greek(text: str) -> str:
    return text.translate(str.maketrans(LATIN, GREEK))


class Brackets(NullTranslations):
    """A language in which every message stands in brackets and in letters of its own."""

    def __init__(self) -> None:
        super().__init__()
        self._info = {"language": "x-brackets"}
        self.said: set[str] = set()

    def gettext(self, message: str) -> str:
        self.said.add(message)
        parts = (
            part if _GAP.fullmatch(part) else part.translate(str.maketrans(LATIN, CYRILLIC))
            for part in _GAP.split(message)
        )
        return f"⟦{''.join(parts)}⟧"

    def ngettext(self, one: str, many: str, n: int) -> str:
        self.said.add(one)
        return self.gettext(one if n == 1 else many)


def _in_greek(data: Any, is_words: bool = False) -> Any:
    if isinstance(data, Mapping):
        return {key: _in_greek(value, is_words or key in WORDS) for key, value in data.items()}
    if isinstance(data, list):
        return [_in_greek(value, is_words) for value in data]
    kept = ("yes", "no", "GBP", *UNITS)
    return greek(data) if is_words and isinstance(data, str) and data not in kept else data


def _read(path: Path) -> dict[str, Any]:
    data: dict[str, Any] = read_text(path.read_text("utf-8"), path.name).data
    return data


@cache
def guide() -> dict[str, Any]:
    """The guide with its vocabularies inside, in Greek letters."""
    data = _read(GUIDE)
    facts: dict[str, Any] = {}
    for name in data.pop("vocabularies"):
        facts |= _read(VOCABULARIES / f"{name}.yaml")["facts"]
    whole: dict[str, Any] = _in_greek({**data, "facts": facts})
    return whole


def assessed(folder: str, *files: str) -> Assessment:
    """An example referral, everything of it that people wrote in Greek letters."""
    ruleset = ruleset_from(guide())
    policy = policy_from(_in_greek(_read(POLICY)), ruleset)
    where = ROOT / "examples" / "social-prescribing" / folder
    facts = merge(*(load_facts(where / f"{file}.yaml", ruleset) for file in files))
    values = {name: _evolved(each) for name, each in facts.values.items()}
    collections = {
        name: attrs.evolve(
            each,
            evidence=_backed(each.evidence),
            records=tuple({key: _evolved(value) for key, value in one.items()} for one in each.records),
        )
        for name, each in facts.collections.items()
    }
    return assess(ruleset, Facts(values, collections, greek(facts.subject)), on=ON, policy=policy)


def _evolved(given: FactValue) -> FactValue:
    return attrs.evolve(given, evidence=_backed(given.evidence))


def _backed(evidence: Evidence) -> Evidence:
    return attrs.evolve(
        evidence,
        source=greek(evidence.source),
        by=greek(evidence.by),
        role=greek(evidence.role),
        reference=greek(evidence.reference),
        reason=greek(evidence.reason),
    )


def names() -> set[str]:
    """The Latin words that are names: of requirements, sources' parts, subjects and those who can answer."""
    data = guide()
    said = [data["ruleset"], "illustrative-three-tiers", "holidays", *data["subject"].values()]
    for each in data["requirements"]:
        said += [each["id"], each.get("about", ""), *each["source"]]
    for fact in data["facts"].values():
        said += [*fact["answered_by"], fact["about"]]
    return set(re.findall("[a-z]+", " ".join(said).lower()))
