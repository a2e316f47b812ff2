"""Whose word counts: facts that a link worker or referrer says himself are seen, when the caller says who it is.

Anybody can write a role into a file, so no file is asked. What the provider, or somebody who speaks for it, may
answer stays as it is, whoever hands it in.
"""

from __future__ import annotations

from typing import Final, Literal, get_args

import attrs

from qa_rules.model.facts import Evidence, FactDeclaration, Facts, FactValue, Record, Records, Vocabulary
from qa_rules.model.values import Strength

TellerName = Literal["link_worker", "referrer"]
TELLERS: Final[tuple[TellerName, ...]] = get_args(TellerName)
"""Whose own word counts as seen."""
_PROVIDER: Final = frozenset({"provider", "coordinator", "tutor"})
"""The provider, and people of its own who answer for it."""


def counts_as_seen(declared: FactDeclaration, told_by: str) -> bool:
    """Whether the vocabulary lets this person answer a fact, and not the provider."""
    return told_by in declared.answered_by and not _PROVIDER.intersection(declared.answered_by)


def checked_by(declared: FactDeclaration) -> tuple[str, ...]:
    """Return who may look at what the provider says of a fact, and answer it too."""
    return tuple(each for each in declared.answered_by if each not in _PROVIDER)


def teller_of(role: str) -> TellerName | None:
    """Return whose word a role is, as the person who has it says: `link_worker` of *Link worker*; None for others."""
    word = "_".join(role.lower().replace("-", " ").replace("_", " ").split())
    return next((each for each in TELLERS if each == word), None)


def as_told_by(facts: Facts, vocabulary: Vocabulary, told_by: str) -> Facts:
    """Return facts as they count when this person hands them in.

    What is stated becomes seen where the name and the date stand on the value itself. Nothing becomes verified.
    """
    teller = _Teller(told_by)
    values = {name: teller.value(each, vocabulary.scalars[name]) for name, each in facts.values.items()}
    collections = {
        name: teller.records(each, vocabulary.collections[name]) for name, each in facts.collections.items()
    }
    found = Facts(values, collections, facts.subject)
    found.found_to_fit(vocabulary)
    return found


@attrs.frozen
class _Teller:
    told_by: str
    raised: dict[int, tuple[Evidence, Evidence]] = attrs.field(factory=dict)
    """Evidence that was raised before, by identity: many values share one."""

    def evidence(self, given: Evidence, declared: FactDeclaration) -> Evidence:
        is_own = bool(given.by and given.on) and not given.inherited
        if given.strength is not Strength.STATED or not is_own or not counts_as_seen(declared, self.told_by):
            return given
        _, raised = self.raised.setdefault(id(given), (given, attrs.evolve(given, strength=Strength.SEEN)))
        return raised

    def value(self, given: FactValue, declared: FactDeclaration) -> FactValue:
        evidence = self.evidence(given.evidence, declared)
        return given if evidence is given.evidence else attrs.evolve(given, evidence=evidence)

    def records(self, given: Records, declared: FactDeclaration) -> Records:
        records = tuple(self._record(each, declared) for each in given.records)
        return attrs.evolve(given, records=records, evidence=self.evidence(given.evidence, declared))

    def _record(self, given: Record, declared: FactDeclaration) -> Record:
        return {name: self.value(each, declared.fields[name]) for name, each in given.items()}
