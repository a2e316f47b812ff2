"""Quality assurance as a taxonomy for directories: a term for each ruleset, tier and route, every one with its address.

A tier is a policy's, so its term names the policy, and says whether a locality adopted it or it is an example.
"""

from __future__ import annotations

import datetime
import uuid
from collections.abc import Iterable, Mapping
from typing import Any, Final

import attrs

from qa_rules.api.analyse import horizon
from qa_rules.assessment.arguments import due_day
from qa_rules.assessment.assess import Assessment, assessed
from qa_rules.errors import ArgumentError, due
from qa_rules.explain.messages import say
from qa_rules.explain.wording import day as in_words
from qa_rules.model.facts import Facts, FactValue, Vocabulary
from qa_rules.model.rulesets import Policy, Ruleset
from qa_rules.model.values import Strength

BASE: Final = "urn:qa-rules"
"""What addresses begin with. Whoever publishes the taxonomy at an address of their own gives that."""
EXAMPLE: Final = "example"
ADOPTED: Final = "adopted"


@attrs.frozen
class Term:
    """What may be said of a service: under which standard, which tier was reached, by which route."""

    uri: str
    name: str
    description: str
    kind: str
    """`ruleset`, `tier` or `route`."""
    parent: str = ""
    """The address of the term above it."""

    def to_dict(self, base: str = BASE) -> dict[str, str]:
        """Return the `taxonomy_term` of Open Referral UK and HSDS."""
        above = {"parent_id": id_of(self.parent)} if self.parent else {}
        return {
            "id": id_of(self.uri),
            "name": self.name,
            "description": self.description,
            **above,
            "taxonomy": f"Quality assurance ({base})",
            "term_uri": self.uri,
        }


def id_of(uri: str) -> str:
    """Return the UUID of an address: the same everywhere, whoever makes it."""
    return str(uuid.uuid5(uuid.NAMESPACE_URL, uri))


def standing_of(policy: Policy) -> str:
    """Return whether a policy is an `example`, adopted by nobody, or `adopted`."""
    return EXAMPLE if policy.illustrative else ADOPTED


def standing_words(policy: Policy) -> str:
    """Return the name of a policy and its standing, as a part of a sentence."""
    if policy.illustrative:
        return say(
            "{title} ({name}), an example that no area has adopted", title=policy.title, name=policy.name
        )
    return say("{title} ({name}), adopted", title=policy.title, name=policy.name)


def terms(ruleset: Ruleset, policy: Policy | None = None, base: str = BASE) -> tuple[Term, ...]:
    """Return the terms of a ruleset and of the tiers of a policy, each after the one above it."""
    root = f"{base}:{ruleset.id}"
    found = [Term(root, ruleset.title, say("Assessed against {title}.", title=ruleset.title), "ruleset")]
    found += [
        Term(
            f"{root}/route/{each.id}",
            each.title,
            say("Assessed by this route: {says}", says=each.says or each.title),
            "route",
            root,
        )
        for each in ruleset.routes
    ]
    if policy is not None:
        found += [
            Term(
                f"{root}/policy/{policy.name}/tier/{each.id}",
                _tier_name(each.title, policy),
                say(
                    "Reached the tier {tier} under {policy}.", tier=each.title, policy=standing_words(policy)
                ),
                "tier",
                root,
            )
            for each in policy.tiers
        ]
    return tuple(found)


def _tier_name(title: str, policy: Policy) -> str:
    if policy.illustrative:
        return say("{tier} ({policy}, an example)", tier=title, policy=policy.name)
    return say("{tier} ({policy})", tier=title, policy=policy.name)


def taxonomy(of: Iterable[tuple[Ruleset, Policy | None]], *, base: str = BASE) -> dict[str, Any]:
    """Return a taxonomy of Open Referral UK and HSDS with the terms of rulesets and of policies for them."""
    found: dict[str, Term] = {}
    for ruleset, policy in of:
        found |= {each.uri: each for each in terms(ruleset, policy, base)}
    return {
        "id": id_of(base),
        "name": "Quality assurance",
        "description": "Under which standard a service was assessed, by which route, and which tier it reached.",
        "uri": base,
        "version": "1",
        "taxonomy_terms": [each.to_dict(base) for each in found.values()],
    }


@attrs.frozen
class Published:
    """What may be published of an assessment on a day."""

    terms: tuple[Term, ...]
    """Empty where it does not allow, is not decided, or holds no longer."""
    status: str
    """`attested`, `validated` or `req-revalid`; `in-process` where it is not decided, `val-fail` where it forbids."""
    on: datetime.date
    """The day of the assessment."""
    holds_until: datetime.date | None
    """The last day on which it holds; None where no end is seen."""
    words: str
    """The same as a sentence, with the policy and its standing."""

    @property
    def span(self) -> str:
        """From when and until when it holds, as ISO 8601 has it."""
        return f"{self.on}/{'..' if self.holds_until is None else self.holds_until}"


def published(assessment: Assessment, on: datetime.date | None = None, base: str = BASE) -> Published:
    """Return what may be published of an assessment on a day, by default its own.

    It is `validated` where independent evidence alone carries it, else `attested`. What depends on a person referred is
    never part of it. QaRulesError for an assessment that was read from a record: `replay` it.
    """
    due("assessment", assessment, Assessment, "an Assessment, as assess returns it")
    if on is not None:
        due_day("on", on)
        if on < assessment.on:
            raise ArgumentError(f"`on` is {on}, before the assessment, which is of {assessment.on}")
    on = on or assessment.on
    work = assessment.work
    ruleset, policy = work.closed.ruleset, work.closed.policy
    base_ruleset = ruleset.base or ruleset
    reached = _reached(assessment)
    until = horizon(assessment).holds_until
    over = until is not None and on > until
    if reached is None:
        status = "in-process"
    elif reached == ():
        status = "val-fail"
    else:
        independent = assessed(
            ruleset,
            _independent(work.facts, ruleset.vocabulary),
            assessment.on,
            policy,
            assessment.engine,
            work.known.calendar,
            told_by=work.told_by,
        )
        status = "req-revalid" if over else "validated" if _reached(independent) == reached else "attested"
    known = {each.uri: each for each in terms(base_ruleset, policy, base)}
    root = f"{base}:{base_ruleset.id}"
    say_so = bool(reached) and not over
    addresses = [f"{root}{each}" for each in dict.fromkeys(("", *(reached or ())))] if say_so else []
    found = tuple(known[each] for each in addresses if each in known)
    return Published(found, status, assessment.on, until, _words(assessment, policy, status, found, until))


def _reached(assessment: Assessment) -> tuple[str, ...] | None:
    """What was reached, as ends of addresses; empty where it is ruled out, None where it is not decided."""
    work = assessment.work
    decisions = {each.id: each for each in work.closed.ruleset.decisions}
    answers = [each for each in assessment.answers if not decisions[each.decision].needs]
    overall = next((each for each in answers if each.decision == assessment.overall), None)
    tiers = assessment.tiers
    if overall is not None and overall.allows is not True:
        return () if overall.allows is False else None
    if overall is None and any(each.allows is False for each in answers):
        return ()
    routes = () if tiers is None else tuple(f"/route/{each}" for each in tiers.routes)
    if tiers is not None and tiers.attained:
        policy = work.closed.policy
        name = "" if policy is None else policy.name
        return (f"/policy/{name}/tier/{tiers.attained}", *routes)
    if overall is not None and tiers is None:
        return ("", *routes)
    return () if tiers is not None and not tiers.at_most else None


def _independent(facts: Facts, vocabulary: Vocabulary) -> Facts:
    """The facts that an independent assessment found, and those that need no evidence."""

    def kept(name: str, value: FactValue) -> bool:
        declared = vocabulary.scalars.get(name)
        free = declared is not None and declared.needs_no_evidence
        return free or value.evidence.strength >= Strength.VERIFIED

    values = {name: each for name, each in facts.values.items() if kept(name, each)}
    collections = {}
    for name, given in facts.collections.items():
        weak = given.evidence.strength < Strength.VERIFIED
        strong = [
            {key: each for key, each in record.items() if each.evidence.strength >= Strength.VERIFIED}
            for record in given.records
        ]
        # Of a list that is known to be whole, a record that is known by its place alone is still one.
        records = tuple(each for each in strong if each or not weak)
        if records or not weak:
            collections[name] = attrs.evolve(given, records=records, partial=given.partial or weak)
    return Facts(values, collections, facts.subject)


def _words(
    assessment: Assessment,
    policy: Policy | None,
    status: str,
    found: tuple[Term, ...],
    until: datetime.date | None,
) -> str:
    title = (assessment.work.closed.ruleset.base or assessment.work.closed.ruleset).title
    under = say("no policy") if policy is None else standing_words(policy)
    tiers = [each.name for each in found if each.kind == "tier"]
    what: Mapping[str, str] = {
        "in-process": say("It is not decided yet."),
        "val-fail": say("It was not reached."),
        "req-revalid": say("It has to be assessed again."),
    }
    said = what.get(status) or (say("Reached: {tier}.", tier=tiers[0]) if tiers else say("It is met."))
    end = say("It holds until {day}.", day=in_words(until)) if until is not None and found else ""
    when = say(
        "Assessed on {day} against {title}, under {policy}.",
        day=in_words(assessment.on),
        title=title,
        policy=under,
    )
    return " ".join(filter(None, (said, when, end)))


__all__ = ["ADOPTED", "BASE", "EXAMPLE", "Published", "Term", "published", "standing_of", "taxonomy", "terms"]
