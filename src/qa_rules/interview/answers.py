"""What was said to the questions of an interview, and how its file holds it."""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum
from typing import Any

import attrs

from qa_rules.errors import FactsError, NotFoundError
from qa_rules.language.facts import read_facts
from qa_rules.language.interviews import InterviewDocument
from qa_rules.language.reading import read_data
from qa_rules.model.facts import Evidence, Facts, FactValue, Records
from qa_rules.model.rulesets import Ruleset
from qa_rules.model.writing import facts_to_data


class Kind(StrEnum):
    """What was said to a question."""

    ANSWERED = "answered"
    CANNOT_TELL = "cannot_tell"
    TO_FOLLOW = "to_follow"
    """The evidence comes later. An answer that was given all the same counts as stated."""


@attrs.frozen
class Reply:
    """What was said to one question. The value stands in the facts of the session."""

    fact: str
    kind: Kind
    by: str = ""
    note: str = ""
    """Of what is to follow: what, and from whom."""
    replaced: FactValue | Records | None = None
    """What was known before."""


@attrs.frozen
class Draft:
    """A question that is half answered: the lines that were typed so far."""

    fact: str
    lines: tuple[str, ...]
    change: int | None = None
    """The number of the answer that is being changed, from 1."""


def with_fact(facts: Facts, name: str, value: FactValue | Records | None) -> Facts:
    """Return the facts with one of them set, or taken away."""
    values = {key: each for key, each in facts.values.items() if key != name}
    collections = {key: each for key, each in facts.collections.items() if key != name}
    if isinstance(value, FactValue):
        values[name] = value
    elif value is not None:
        collections[name] = value
    return Facts(values, collections, facts.subject)


def backed(known: Records, evidence: Evidence) -> Records:
    """Return a list with other evidence, of each field too that shares the evidence of the list."""
    records = tuple(
        {
            name: attrs.evolve(value, evidence=evidence) if value.evidence == known.evidence else value
            for name, value in record.items()
        }
        for record in known.records
    )
    return Records(records, evidence, known.partial)


def replies_of(document: InterviewDocument, ruleset: Ruleset) -> list[Reply]:
    """Return what a file says was answered. NotFoundError and FactsError where it does not fit the ruleset."""
    found = []
    known = {*ruleset.vocabulary.scalars, *ruleset.vocabulary.collections}
    for each in document.replies:
        if each.fact not in known:
            raise NotFoundError(f"the interview asked about `{each.fact}`, which {ruleset.id} does not know")
        replaced = None
        if each.replaced is not None:
            source = read_data(each.replaced, "<replaced>")
            facts = read_facts(each.replaced, source, (), ruleset.vocabulary, Evidence())
            if source.diagnostics:
                raise FactsError(source.diagnostics)
            replaced = facts.collections.get(each.fact) or facts.values.get(each.fact)
        found.append(Reply(each.fact, Kind(each.reply), each.by or "", each.note or "", replaced))
    return found


def evidence_data(evidence: Evidence) -> Mapping[str, Any]:
    """Return evidence as a file holds it."""
    plain = attrs.asdict(evidence)
    del plain["as_of"]
    found = {key: each for key, each in plain.items() if each}
    if evidence.on is not None:
        found["on"] = evidence.on.isoformat()
    if evidence.valid_until is not None:
        found["valid_until"] = evidence.valid_until.isoformat()
    return {**found, "strength": evidence.strength.word}


def reply_data(reply: Reply) -> Mapping[str, Any]:
    """Return an answer as a file holds it."""
    found: dict[str, Any] = {"fact": reply.fact, "reply": str(reply.kind)}
    found |= {key: text for key, text in (("by", reply.by), ("note", reply.note)) if text}
    if reply.replaced is not None:
        alone = with_fact(Facts(), reply.fact, reply.replaced)
        found["replaced"] = facts_to_data(alone)["facts"]
    return found


__all__ = ["Draft", "Kind", "Reply", "backed", "evidence_data", "replies_of", "reply_data", "with_fact"]
