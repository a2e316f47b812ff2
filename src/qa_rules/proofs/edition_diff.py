"""Everything in which two editions differ, told apart: words, rules, and what no comparison sees."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from enum import Enum
from typing import Any, Final

import attrs

from qa_rules.explain.wording import listed
from qa_rules.model.expressions import AllOf, AnyOf, Expr
from qa_rules.model.facts import FactDeclaration, Vocabulary
from qa_rules.model.rulesets import Policy, Ruleset
from qa_rules.model.values import Strength
from qa_rules.proofs.words import words_of


class Kind(Enum):
    """What a change can do."""

    WORDS = "words"
    """It decides nothing."""
    RULES = "rules"
    """It may decide something, and the comparison tells what."""
    OPEN = "open"
    """It may decide something that is not compared."""
    BESIDE = "beside"
    """It decides no answer, and is not compared: what is claimed, planned or asked."""


@attrs.frozen
class Change:
    """One difference between two editions."""

    kind: Kind
    words: str
    was: str = ""
    """Of a test: what it asked, where that is not in the words yet."""
    asks: str = ""
    """What it asks now."""


_FACT: Final = {
    Kind.WORDS: "named_by label question meaning answered_by topic effort likelihood record",
    Kind.RULES: "",
    Kind.OPEN: "type about options ordered unit least most may_be_none good_for_months excludes "
    "needs_no_evidence real_words own_word_of",
    Kind.BESIDE: "direction",
}
KINDS: Final[Mapping[str, Mapping[Kind, str]]] = {
    "requirement": {
        Kind.WORDS: "title says source fix readings effort",
        Kind.RULES: "met_when plainly applies_when severity",
        Kind.OPEN: "hard_stop about",
    },
    "group": {
        Kind.WORDS: "title says readings",
        Kind.RULES: "kind members instead not_applicable",
    },
    "decision": {
        Kind.WORDS: "title undecided_words not_applicable_words",
        Kind.RULES: "kind undecided not_applicable applies_when",
        Kind.OPEN: "needs",
        Kind.BESIDE: "independent_of",
    },
    "outcome": {Kind.WORDS: "words next_step urgent", Kind.RULES: "when otherwise allows"},
    "fact": _FACT,
    "parameter": {
        Kind.WORDS: "question reading",
        Kind.RULES: "default",
        Kind.OPEN: "type unit options ordered least most",
    },
    "route": {Kind.WORDS: "title says", Kind.RULES: "used_when counts_when"},
    "ruleset": {
        Kind.WORDS: "name edition title source caveats readings subject",
        Kind.RULES: "applies_when top_tier levels values tables",
        Kind.BESIDE: "conversation claims accept people",
    },
    "tier": {Kind.WORDS: "title", Kind.RULES: "strength needs"},
    "policy": {
        Kind.WORDS: "name ruleset title says illustrative",
        Kind.RULES: "strength activity_strength required_tier required_by tables",
        Kind.OPEN: "condition_days condition_days_from counts asks",
        Kind.BESIDE: "claims accept",
    },
}
"""Of each kind of thing what may change; what has parts of its own is compared part by part (`PARTS`)."""
PARTS: Final = {
    "ruleset": "vocabulary requirements groups decisions parameters routes",
    "decision": "outcomes",
    "fact": "fields",
    "policy": "settings severities tiers",
}
_ITSELF: Final = "itself"
_IN_ORDER: Final = ("outcomes", "tiers")
Edition = tuple[Ruleset, Policy | None]


def changes(old: Edition, new: Edition) -> Iterator[Change]:
    """Yield everything that was added, taken out or changed."""
    before, after = dict(_things(*old)), dict(_things(*new))
    for kind, name in before.keys() - after.keys():
        yield Change(Kind.RULES, f"{_title(kind, name)} is gone")
    for (kind, name), thing in after.items():
        if (kind, name) not in before:
            yield Change(Kind.RULES, f"{_title(kind, name)} is new")
        elif kind in KINDS:
            vocabularies = (old[0].vocabulary, new[0].vocabulary)
            yield from _changed(kind, name, before[kind, name], thing, vocabularies)
        elif before[kind, name] != thing:
            yield Change(Kind.RULES, f"{_title(kind, name)} {_from_to(before[kind, name], thing)}")


def _changed(
    kind: str, name: str, old: Any, new: Any, vocabularies: tuple[Vocabulary, Vocabulary]
) -> Iterator[Change]:
    for what, keys in KINDS[kind].items():
        changed = [key for key in keys.split() if not _same(getattr(old, key), getattr(new, key))]
        if not changed:
            continue
        if what is Kind.WORDS:
            words = listed(_said(key) for key in changed)
            yield Change(what, f"{_title(kind, name)} is worded anew: {words}")
            continue
        for key in changed:
            before, after = getattr(old, key), getattr(new, key)
            words = f"{_title(kind, name)}: {_said(key)} {_from_to(before, after)}"
            yield Change(what, words, *_tests(before, after, vocabularies))
    for key in PARTS.get(kind, "").split():
        if _moved(getattr(old, key), getattr(new, key)):
            what = Kind.RULES if key in _IN_ORDER else Kind.WORDS
            yield Change(what, f"{_title(kind, name)}: {_said(key)} stand in another order")


def _tests(old: Any, new: Any, vocabularies: tuple[Vocabulary, Vocabulary]) -> tuple[str, str]:
    """What a test asked and what it asks, in words, without what both lists ask alike; nothing where it is no test."""
    if isinstance(old, Mapping) and isinstance(new, Mapping):
        told = [_tests(old.get(key), new.get(key), vocabularies) for key in {**old, **new}]
        was, asks = ([each for each in side if each] for side in zip(*told, strict=True))
        return "; ".join(was), "; ".join(asks)
    if old == new or not all(each is None or isinstance(each, Expr) for each in (old, new)):
        return "", ""
    if isinstance(old, AllOf | AnyOf) and type(old) is type(new):
        mine, theirs = (
            tuple(each for each in one.operands if each not in other.operands)
            for one, other in ((old, new), (new, old))
        )
        old, new = attrs.evolve(old, operands=mine), attrs.evolve(new, operands=theirs)
    return _asked(old, vocabularies[0]), _asked(new, vocabularies[1])


def _asked(test: Any, vocabulary: Vocabulary) -> str:
    if test is None or (isinstance(test, AllOf | AnyOf) and not test.operands):
        return "nothing of this"
    return words_of(test, vocabulary)


def _moved(old: Any, new: Any) -> bool:
    """Whether those of some things that both name stand in another order."""
    if not isinstance(old, tuple):
        return False
    names, others = ([getattr(each, "id", None) or each.name for each in things] for things in (old, new))
    return [each for each in names if each in others] != [each for each in others if each in names]


def _same(old: Any, new: Any) -> bool:
    if isinstance(old, Mapping) and isinstance(new, Mapping):
        return list(old.items()) == list(new.items())
    return bool(old == new)


def _from_to(old: Any, new: Any) -> str:
    """What became of a value; of a longer one only that it changed."""
    told = [_plain(old), _plain(new)]
    return "changed" if None in told else f"was {told[0]} and is {told[1]}"


def _plain(value: Any) -> str | None:
    match value:
        case None | "" | ():
            return "not set"
        case Strength():
            return value.name.lower()
        case bool():
            return "yes" if value else "no"
        case tuple() | frozenset() if all(isinstance(each, str) for each in value):
            return listed(sorted(value) if isinstance(value, frozenset) else value)
    found = f"{value}"
    return found.lower() if len(found) < 40 and "(" not in found else None


def _title(kind: str, name: str) -> str:
    return f"the {kind}" if name == _ITSELF else f"{kind} {name}"


def _said(key: str) -> str:
    return {"source": "clause", "good_for_months": "good for (months)"}.get(key, key.replace("_", " "))


def _things(ruleset: Ruleset, policy: Policy | None) -> Iterator[tuple[tuple[str, str], Any]]:
    """Everything that has a name, with its kind."""
    yield ("ruleset", _ITSELF), ruleset
    kinds = ("requirement", ruleset.requirements), ("group", ruleset.groups), ("route", ruleset.routes)
    for kind, things in kinds:
        yield from (((kind, each.id), each) for each in things)
    for decision in ruleset.decisions:
        yield ("decision", decision.id), decision
        yield from ((("outcome", f"{decision.id}.{each.id}"), each) for each in decision.outcomes)
    yield from _facts("", ruleset.vocabulary.facts)
    yield from ((("parameter", each.name), each) for each in ruleset.parameters)
    if policy is not None:
        yield ("policy", _ITSELF), policy
        yield from ((("tier", each.id), each) for each in policy.tiers)
        yield from ((("setting", name), value) for name, value in policy.settings.items())
        yield from ((("severity of", name), value) for name, value in policy.severities.items())


def _facts(before: str, facts: Mapping[str, FactDeclaration]) -> Iterator[tuple[tuple[str, str], Any]]:
    for name, each in facts.items():
        yield ("fact", f"{before}{name}"), each
        yield from _facts(f"{before}{name}.", each.fields)
