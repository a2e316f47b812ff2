"""What changed between two assessments: the facts, what is said, and which changes brought each move about."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Literal

import attrs

from qa_rules.explain.messages import WHY, say
from qa_rules.explain.standing import Move, MoveKind, declared, label
from qa_rules.explain.wording import plural, value_words
from qa_rules.model.facts import Facts, FactType, FactValue, Records, Vocabulary
from qa_rules.model.results import Result

Mixed = Callable[[frozenset[str]], Mapping[tuple[MoveKind, str], str]]
"""The lines of the standing in which only these changes are made."""


Other = Literal["ruleset", "policy", "on", "calendar"]


@attrs.frozen(repr=False)
class FactChange(Result):
    """A fact that is another one, or known in another way."""

    fact: str
    """A fact, a document part or a collection."""
    label: str
    """What it is called."""
    before: str
    """In words; empty when not known."""
    after: str
    """In words; empty when not known any more."""


@attrs.frozen(repr=False)
class CausedMove(Move):
    """One thing that is said differently, and what brings that about."""

    because: tuple[str, ...] = ()
    """The changes (facts, and `others`) that bring it about: none of them can be left out.

    Empty where the rulesets differ: then the ruleset may be what did it.
    """


@attrs.frozen(repr=False)
class Difference(Result):
    """What changed from one assessment to another."""

    facts: tuple[FactChange, ...]
    """The facts that differ in value or evidence."""
    others: tuple[Other, ...]
    """What else is not the same: `ruleset`, `policy`, `on`, `calendar`."""
    moves: tuple[CausedMove, ...]
    """What is said differently, decisions first."""

    @property
    def because(self) -> tuple[tuple[str, ...], ...]:
        """What brings each of the moves about."""
        return tuple(each.because for each in self.moves)


def changed_facts(before: Facts, after: Facts, vocabulary: Vocabulary) -> tuple[FactChange, ...]:
    """Return the facts that differ in value or evidence, in the order of the vocabulary's names."""
    old: dict[str, FactValue | Records] = {**before.values, **before.collections}
    new: dict[str, FactValue | Records] = {**after.values, **after.collections}
    names = sorted(name for name in {**old, **new} if old.get(name) != new.get(name))
    return tuple(
        FactChange(
            name,
            label(vocabulary, name),
            _words(old.get(name), name, vocabulary),
            _words(new.get(name), name, vocabulary),
        )
        for name in names
    )


def mixed_facts(before: Facts, after: Facts, names: Iterable[str]) -> Facts:
    """Return the facts before with those named as they are after."""
    values, collections = dict(before.values), dict(before.collections)
    for name in names:
        values.pop(name, None)
        collections.pop(name, None)
        if name in after.values:
            values[name] = after.values[name]
        if name in after.collections:
            collections[name] = after.collections[name]
    return Facts(values, collections, after.subject)


def with_causes(move: Move, because: tuple[str, ...] = ()) -> CausedMove:
    """Return a move with what brings it about."""
    return CausedMove(move.kind, move.name, move.title, move.before, move.after, because)


def brought_about(moved: Iterable[Move], changes: Iterable[str], mixed: Mixed) -> tuple[CausedMove, ...]:
    """Return each move with a set of changes that brings it about and from which none can be dropped."""
    every = tuple(changes)
    cache: dict[frozenset[str], Mapping[tuple[MoveKind, str], str]] = {}

    def said(made: frozenset[str], move: Move) -> str:
        if made not in cache:
            cache[made] = mixed(made)
        return cache[made].get((move.kind, move.name), "")

    def needed(move: Move) -> tuple[str, ...]:
        kept = list(every)
        # What is said need not follow the changes one way, so look again until nothing can be dropped.
        dropped = True
        while dropped:
            dropped = False
            for name in tuple(kept):
                fewer = frozenset(kept) - {name}
                if said(fewer, move) == move.after:
                    kept.remove(name)
                    dropped = True
        return tuple(kept)

    return tuple(with_causes(move, needed(move)) for move in moved)


def _words(given: FactValue | Records | None, name: str, vocabulary: Vocabulary) -> str:
    if given is None:
        return ""
    if isinstance(given, Records):
        word = vocabulary.facts[name].record or "record"
        count = len(given.records)
        words = f"{count} {word if count == 1 else plural(word)}"
    else:
        words = value_words(given.value, declared(vocabulary, name))
    if given.partial:
        words += ", and maybe more"
    evidence = given.evidence
    is_judged = isinstance(given, FactValue) and declared(vocabulary, name).type is FactType.JUDGEMENT
    if is_judged and not (evidence.by and evidence.on):
        return f"{words} ({evidence.strength.word}; {say(WHY['no_judge'])})"
    return f"{words} ({evidence.strength.word})"
