"""Changes of words between two editions: they decide nothing, and are told apart from what does."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from qa_rules.meaning.wording import listed
from qa_rules.model.rulesets import Ruleset

_WORDS = {
    "requirement": ("title", "says", "clause", "fix", "readings"),
    "group": ("title", "says", "readings"),
    "decision": ("title", "undecided_words", "not_applicable_words"),
    "outcome": ("words", "next_step"),
    "fact": ("label", "question", "meaning"),
    "parameter": ("question",),
}


def reworded(old: Ruleset, new: Ruleset) -> Iterator[str]:
    """Yield one sentence for everything that was added, taken out or worded anew."""
    pairs: dict[str, tuple[Mapping[str, Any], Mapping[str, Any]]] = {
        "requirement": (old.requirement, new.requirement),
        "group": (old.group, new.group),
        "decision": ({each.id: each for each in old.decisions}, {each.id: each for each in new.decisions}),
        "outcome": (_outcomes(old), _outcomes(new)),
        "fact": (old.vocabulary.facts, new.vocabulary.facts),
        "parameter": (old.parameter, new.parameter),
    }
    for kind, (before, after) in pairs.items():
        for name in before.keys() - after.keys():
            yield f"{kind} {name} is gone"
        for name, thing in after.items():
            if name not in before:
                yield f"{kind} {name} is new"
                continue
            changed = [key for key in _WORDS[kind] if getattr(before[name], key) != getattr(thing, key)]
            if changed:
                words = listed(key.replace("_", " ") for key in changed)
                yield f"{kind} {name} is worded anew: {words}"


def _outcomes(ruleset: Ruleset) -> dict[str, Any]:
    return {f"{decision.id}.{each.id}": each for decision in ruleset.decisions for each in decision.outcomes}
