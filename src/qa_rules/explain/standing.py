"""Where a subject stands, and what moved between two standings."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Final, Literal

import attrs

from qa_rules.explain.messages import mark, say
from qa_rules.explain.wording import capital, label_of, record_words
from qa_rules.model.assessments import Answer, TierResult
from qa_rules.model.facts import FactDeclaration, Facts, Records, Vocabulary
from qa_rules.model.results import Result
from qa_rules.model.rulesets import Ruleset
from qa_rules.model.values import Value, Verdict
from qa_rules.program.bind import ClosedRuleset

MoveKind = Literal["decision", "possible", "tier", "group", "requirement"]
"""What is said differently; `possible` are the outcomes not ruled out."""
DECISION: Final = "decision"
POSSIBLE: Final = "possible"
TIER: Final = "tier"
GROUP: Final = "group"
REQUIREMENT: Final = "requirement"
ANSWERS = (DECISION, TIER)
"""The kinds of moves that change the answer; the others stand behind it."""

Given = Callable[[str], Value | None]
"""What is given of a field of a record, None for unknown."""


def _nothing(field: str) -> Value | None:
    return None


@attrs.frozen
class Standing:
    """What an assessment says, without its reasons."""

    answers: tuple[Answer, ...]
    tiers: TierResult | None
    groups: Mapping[str, Verdict]
    requirements: Mapping[str, Verdict]

    def lines(self) -> dict[tuple[MoveKind, str], str]:
        """Return all of it as flat text: kind and name to what is said."""
        found: dict[tuple[MoveKind, str], str] = {}
        for answer in self.answers:
            found[DECISION, answer.decision] = answer.outcome
            found[POSSIBLE, answer.decision] = " or ".join(answer.possible)
        if self.tiers is not None:
            for field in attrs.fields(TierResult):
                value = getattr(self.tiers, field.name)
                found[TIER, field.name] = ", ".join(value) if isinstance(value, tuple) else value
        found.update(((GROUP, name), verdict.value) for name, verdict in self.groups.items())
        found.update(((REQUIREMENT, name), verdict.value) for name, verdict in self.requirements.items())
        return found


@attrs.frozen(repr=False)
class Move(Result):
    """One thing that is said differently."""

    kind: MoveKind
    """`decision`, `possible` (the outcomes not ruled out), `tier`, `group` or `requirement`."""
    name: str
    """The id; of a tier the field of `TierResult`."""
    title: str
    """What it is called."""
    before: str
    """Empty: it was not said before."""
    after: str
    """Empty: it is not said any more."""


def moves(before: Standing, after: Standing, titles: Mapping[str, str]) -> tuple[Move, ...]:
    """Return what is said differently: decisions first, then tiers, groups and requirements."""
    old, new = before.lines(), after.lines()
    names = [key for key in {**new, **old} if old.get(key, "") != new.get(key, "")]
    order = (DECISION, TIER, POSSIBLE, GROUP, REQUIREMENT)
    return tuple(
        Move(kind, name, titles.get(name, name), old.get((kind, name), ""), new.get((kind, name), ""))
        for kind, name in sorted(names, key=lambda key: order.index(key[0]))
    )


_TIERS = {
    "attained": mark("Tier reached"),
    "at_most": mark("Tier reached at most"),
    "reaches": mark("Highest tier that the routes in use can give"),
    "required_least": mark("Tier needed at least"),
    "required_greatest": mark("Tier needed at most"),
    "routes": mark("Routes in use"),
}


def titles_of(ruleset: Ruleset) -> dict[str, str]:
    """Return the titles of all that a ruleset names, by id."""
    found = {name: say(words) for name, words in _TIERS.items()}
    found.update((each.id, each.title) for each in ruleset.requirements)
    found.update((each.id, each.title) for each in ruleset.groups)
    found.update((each.id, each.title) for each in ruleset.decisions)
    return found


def read_by(closed: ClosedRuleset, kind: str, name: str) -> frozenset[str]:
    """Return the facts and collections on which one line of a standing depends."""
    return frozenset[str]().union(*(closed.reads[node] for node in _nodes(closed, kind, name)))


def _nodes(closed: ClosedRuleset, kind: str, name: str) -> Iterator[str]:
    if kind in (DECISION, POSSIBLE):
        yield from closed.of_decision(name)
    elif kind == TIER:
        yield from (node.name for node in closed.nodes if node.name.is_tier)
    elif name in closed.index:
        yield name


def declared(vocabulary: Vocabulary, name: str) -> FactDeclaration:
    """Return the declaration of a fact, document part, collection or `collection.field`. KeyError for none."""
    if name in vocabulary.scalars:
        return vocabulary.scalars[name]
    whole, _, field = name.partition(".")
    collection = vocabulary.facts[whole]
    return collection.fields[field] if field else collection


def label(vocabulary: Vocabulary, name: str, record: int | None = None, given: Given = _nothing) -> str:
    """Return the name of a fact in words, that of a field with its record: `Village hall, last check`.

    Of what is given of a record comes its name; one without a name is called by its number: `Venue 2, last check`.
    """
    words = label_of(declared(vocabulary, name), vocabulary)
    if record is not None:
        called = record_words(vocabulary.facts[name.partition(".")[0]], record, given)
        words = say("{record}, {label}", record=called, label=words)
    return capital(words)


def given_of(facts: Facts, name: str, record: int | None) -> Given:
    """Return what is given of the fields of a record, by the name of the collection or of one of its fields."""
    held = facts.collections.get(name.partition(".")[0], Records(())).records
    if record is None or record > len(held):
        return _nothing
    return lambda field: held[record - 1][field].value if field in held[record - 1] else None
