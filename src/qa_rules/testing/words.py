"""What a generated case is there for, in few words."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Final

from qa_rules.explain.wording import capital, listed
from qa_rules.model.facts import Facts
from qa_rules.testing.obligations import AND_DECIDES, FAILS, HOLDS, IMPLIES, OPEN, Kind, Obligation

_FIRST: Final = (
    Kind.EDGE,
    Kind.DECIDES,
    Kind.STRENGTH,
    Kind.ANSWER,
    Kind.TIER,
    Kind.REQUIREMENT,
    Kind.GROUP,
    Kind.OUTCOME,
    Kind.BOUNDARY,
    Kind.TEST,
)
_MANY: Final = 16
"""With more goals than these, tests are counted instead of named."""
_WAYS: Final = {
    HOLDS: ("a test holds", "tests hold"),
    FAILS: ("a test fails", "tests fail"),
    OPEN: ("a test is not known", "tests are not known"),
    IMPLIES[HOLDS]: ("a test decides by holding", "tests decide by holding"),
    IMPLIES[FAILS]: ("a test decides by failing", "tests decide by failing"),
    IMPLIES[OPEN]: ("a test is not known and keeps it open", "tests are not known and keep it open"),
}
_BOUNDARIES: Final = ("a boundary", "boundaries")


def name_of(met: Sequence[Obligation], more: Sequence[str], facts: Facts) -> str:
    """Return the name of a case: what is most telling of all that it shows."""
    if not facts.values and not facts.collections:
        return "Nothing is known"
    if not met:
        return capital(more[0])
    others = len(_kept(met)) + len(more) - 1
    order = _FIRST if others < _MANY else (Kind.ANSWER, Kind.GROUP, Kind.REQUIREMENT, *_FIRST)
    first = min(met, key=lambda each: order.index(each.kind))
    sentence = capital(first.sentence) if " " in first.at else first.sentence
    return sentence + (f", and {others} more" if others > 0 else "")


def sentences_of(met: Sequence[Obligation]) -> tuple[str, ...]:
    """Return what obligations say, one sentence for each thing that they are about; where there are many of them,
    those that say the same of the same sort of thing together.
    """
    by_name: dict[str, list[Obligation]] = {}
    kept = _kept(met)
    for each in kept:
        by_name.setdefault(each.at, []).append(each)
    names_of: dict[str, list[str]] = {}
    for name, found in by_name.items():
        words = [each.words for each in found] if len(kept) <= _MANY else list(_counted(found))
        names_of.setdefault(listed(dict.fromkeys(words)), []).append(name)
    return tuple(f"{listed(names)}: {words}" for words, names in names_of.items())


def _kept(met: Sequence[Obligation]) -> list[Obligation]:
    """The obligations without those that another of them implies."""
    stronger = {(each.at, each.test, each.way) for each in met}
    return [each for each in met if (each.at, each.test, _more(each)) not in stronger]


def _more(each: Obligation) -> str:
    """The stronger way that implies this one; empty where there is none."""
    if each.kind is Kind.BOUNDARY:
        return f"{each.way}{AND_DECIDES}"
    return IMPLIES.get(each.way, "") if each.kind is Kind.TEST else ""


def _counted(found: Sequence[Obligation]) -> Iterator[str]:
    counts: dict[tuple[str, str], int] = {}
    for each in found:
        if each.test:
            words = _WAYS.get(each.way, _BOUNDARIES)
            counts[words] = counts.get(words, 0) + 1
        else:
            yield each.words
    for (one, several), count in counts.items():
        yield one if count == 1 else f"{count} {several}"
