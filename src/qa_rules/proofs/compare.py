"""What two closed rulesets decide differently: for everything that both name, a provider in each direction, or none."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

import attrs

from qa_rules.errors import Place
from qa_rules.model.calendars import Calendar
from qa_rules.model.lazy import lazy
from qa_rules.model.nodes import SCOPE, NodeId
from qa_rules.model.values import DecisionKind
from qa_rules.program.bind import ClosedRuleset
from qa_rules.program.gates import TRUE, Lit
from qa_rules.proofs.claims import Claim, Proof, Status
from qa_rules.proofs.prove import settle
from qa_rules.proofs.remembered import Answers
from qa_rules.proofs.study import Study
from qa_rules.proofs.symbolic import Limits
from qa_rules.proofs.vocabularies import merged
from qa_rules.proofs.witnesses import codes_of

LOSES, GAINS = "nobody-loses", "nobody-newly-passes"
DIFFERS = "same-answer"


class Comparing:
    """Two closed rulesets over the same variables."""

    old: ClosedRuleset
    new: ClosedRuleset
    calendar: Calendar | None
    clashes: tuple[str, ...]

    def __init__(
        self,
        old: ClosedRuleset,
        new: ClosedRuleset,
        limits: Limits,
        calendar: Calendar | None,
        answers: Answers | None = None,
    ) -> None:
        self.old, self.new, self.calendar = old, new, calendar
        self.made: dict[Limits, Comparing] = {}
        vocabulary, self.clashes = merged(old.ruleset.vocabulary, new.ruleset.vocabulary)
        before, after = (
            attrs.evolve(each, ruleset=attrs.evolve(each.ruleset, vocabulary=vocabulary))
            for each in (old, new)
        )
        self.after: Study = Study(after, limits, calendar, before, answers)
        self.before: Study = self.after.sharing(before)

    def claims(self) -> Iterator[Claim]:
        """Yield the claims that the new ruleset decides as the old one did."""
        yield from _claims(self.before, self.after)

    def settle(self, claim: Claim) -> Proof:
        """Return what becomes of a claim, with what both come to for its witness."""
        touched = _touched(self.before, self.after, claim.about, self.clashes)
        if touched:
            reason = f"`{touched}` is not declared alike in the two"
            return Proof(claim.code, claim.at, claim.statement, Status.UNDECIDED, reason, place=claim.place)
        proof = settle(self.after, claim, self._again)
        if proof.witness is None:
            return proof
        found = proof.witness
        old_codes = codes_of(self.before, found.facts, found.on, found.overdue)
        return attrs.evolve(proof, witness=attrs.evolve(found, after_codes=old_codes))

    def _again(self, _: Study, claim: Claim, limits: Limits) -> tuple[Study, Claim] | None:
        if limits not in self.made:
            self.made[limits] = Comparing(self.old, self.new, limits, self.calendar)
        other = self.made[limits]
        return next(((other.after, each) for each in other.all if each.is_as(claim)), None)

    @lazy
    def all(self) -> tuple[Claim, ...]:
        """All claims at once."""
        return tuple(self.claims())


def _touched(before: Study, after: Study, names: tuple[str, ...], clashes: tuple[str, ...]) -> str | None:
    read = {fact for study in (before, after) for name in names for fact in study.reads.get(name, ())}
    return next((name for name in clashes if name in read), None)


def _claims(before: Study, after: Study) -> Iterator[Claim]:
    make = after.make
    for decision in after.ruleset.decisions:
        other = next((each for each in before.ruleset.decisions if each.id == decision.id), None)
        if other is None:
            continue
        about = tuple(NodeId.outcome(decision.id, each.id) for each in (*decision.outcomes, *other.outcomes))
        about = (*about, SCOPE, NodeId.scope(decision.id))
        was, is_now = before.answers(other), after.answers(decision)
        allowed = make.any(was[each.id] for each in other.outcomes if each.allows)
        allows = make.any(is_now[each.id] for each in decision.outcomes if each.allows)
        name = f"`{decision.id}`"
        still, newly = f"whom {name} allowed it allows still", f"{name} allows nobody whom it did not allow"
        forbade = make.any(was[each.id] for each in other.outcomes if each.allows is False)
        forbids = make.any(is_now[each.id] for each in decision.outcomes if each.allows is False)
        if decision.kind is not DecisionKind.PERMISSION or other.kind is not DecisionKind.PERMISSION:
            yield from _words(was, is_now, name, decision.id, about)
            continue
        yield attrs.evolve(
            _never(GAINS, decision.id, -allowed, allows, newly, f"{name} newly allows", about),
            cases=(forbade, TRUE),  # whom it refused tells more than whom it left undecided
        )
        yield attrs.evolve(
            _never(LOSES, decision.id, allowed, -allows, still, f"{name} no longer allows", about),
            cases=(forbids, TRUE),
        )
        yield from _words(was, is_now, name, decision.id, about)
    for kind in (after.ruleset.requirement, after.ruleset.group):
        for name in kind:
            if name in before.nodes and name in after.nodes:
                yield from _verdicts(before, after, name)
    yield from _ladders(before, after)


def _words(
    was: Mapping[str, Lit], is_now: Mapping[str, Lit], name: str, decision: str, about: tuple[str, ...]
) -> Iterator[Claim]:
    for word in was:
        if word in is_now:
            statement = f"who got `{word}` of {name} gets it still"
            fault = f"who got `{word}` of {name} no longer does"
            yield _never(DIFFERS, f"{decision}.{word}", was[word], -is_now[word], statement, fault, about)
            statement = f"nobody newly gets `{word}` of {name}"
            fault = f"somebody newly gets `{word}` of {name}"
            yield _never(DIFFERS, f"{decision}.{word}", -was[word], is_now[word], statement, fault, about)


def _verdicts(before: Study, after: Study, name: str) -> Iterator[Claim]:
    thing = after.ruleset.requirement.get(name) or after.ruleset.group.get(name)
    place = None if thing is None else thing.place
    ways = (("met", Study.met), ("not met", Study.not_met), ("not applicable", Study.not_applicable))
    for words, verdict in ways:
        was, is_now = verdict(before, name), verdict(after, name)
        still, newly = f"where {name} was {words} it is so still", f"{name} is newly {words} for nobody"
        no_longer, now = f"{name} was {words} and is so no longer", f"{name} is newly {words}"
        yield _never(DIFFERS, name, was, -is_now, still, no_longer, (name,), place)
        yield _never(DIFFERS, name, -was, is_now, newly, now, (name,), place)


def _ladders(before: Study, after: Study) -> Iterator[Claim]:
    old, new = _numbers(before.closed), _numbers(after.closed)
    for tier, number in new.items():
        if tier not in old:
            continue
        for kind, words, now in (
            (NodeId.attained, "attained", "attains"),
            (NodeId.required, "needed", "needs"),
        ):
            first, second = kind(old[tier]), kind(number)
            if first in before.nodes and second in after.nodes:
                was, is_now = before.nodes[first].t[0], after.nodes[second].t[0]
                about = (first, second)
                still, newly = f"who {words} `{tier}` does so still", f"nobody newly {words} `{tier}`"
                fewer = f"somebody who {words} `{tier}` or a higher tier no longer does"
                more = f"somebody newly {now} `{tier}` or a higher tier"
                yield _never(DIFFERS, tier, was, -is_now, still, fewer, about)
                yield _never(DIFFERS, tier, -was, is_now, newly, more, about)


def _numbers(closed: ClosedRuleset) -> dict[str, int]:
    return {tier.id: at for at, tier in enumerate(closed.ladder, 1)}


def _never(
    code: str,
    at: str,
    first: Lit,
    then: Lit,
    statement: str,
    fault: str,
    about: tuple[str, ...],
    place: Place | None = None,
) -> Claim:
    return Claim(
        code=code,
        at=at,
        statement=statement,
        wanted=False,
        literals=(first, then),
        fault=fault,
        about=about,
        reads=about,
        place=place,
    )
