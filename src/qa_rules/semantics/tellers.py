"""Whose word counts: what those say themselves whom a ruleset names is seen, when the caller says who it is.

Anybody can write a role into a file, so no file is asked. What is judged, or somebody who speaks for it, may answer
too stays as it is, whoever hands it in: the ruleset says under `people:` who that is.
"""

from __future__ import annotations

import attrs

from qa_rules.model.facts import Evidence, FactDeclaration, Facts, FactValue, Record, Records, Vocabulary
from qa_rules.model.judged import People
from qa_rules.model.rulesets import Ruleset
from qa_rules.model.values import Strength


def counts_as_seen(declared: FactDeclaration, told_by: str) -> bool:
    """Whether the vocabulary lets them answer a fact, and nobody who speaks for what is judged."""
    return told_by in declared.own_word_of


def checked_by(declared: FactDeclaration, people: People) -> tuple[str, ...]:
    """Return who may look at what the subject says of a fact, and answer it too."""
    return tuple(each for each in declared.answered_by if each not in people.speak_for_it)


def subjects_beside(ruleset: Ruleset) -> frozenset[str]:
    """Return what facts are about that are not of what is judged.

    Whom a decision needs to know of, and what only those can tell whose own word counts.
    """
    own = set(ruleset.people.own_word_seen)
    found: dict[str, bool] = {}
    for fact in ruleset.vocabulary.facts.values():
        only_own = bool(fact.answered_by) and own.issuperset(fact.answered_by)
        found[fact.about] = found.get(fact.about, True) and only_own
    needed = {each.needs for each in ruleset.decisions if each.needs}
    return frozenset({about for about, is_own in found.items() if is_own} | needed)


def teller_of(role: str, people: People) -> str | None:
    """Return whose word a role is, as whoever has it says: `site_engineer` of *Site engineer*; None for others."""
    word = "_".join(role.lower().replace("-", " ").replace("_", " ").split())
    return word if word in people.own_word_seen else None


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
