"""What a policy lets count beyond the ruleset itself: requirements about others, and what other rulesets answer."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from pathlib import Path

import attrs

from qa_rules.errors import NotFoundError, RulesetError
from qa_rules.language.expressions import ExpressionReader
from qa_rules.language.library import path_of
from qa_rules.language.reading import Source, Trail
from qa_rules.language.rulesets import load_ruleset, shipped_ruleset
from qa_rules.language.schema import AskedDocument, PolicyDocument
from qa_rules.language.values import did_you_mean
from qa_rules.model.expressions import Expr, Reference, walk
from qa_rules.model.nodes import NodeId
from qa_rules.model.rulesets import Asked, Decision, Ruleset
from qa_rules.model.values import Severity


@attrs.frozen
class AskingReader:
    """Reads `counts` and `asks` of a policy; faults go to its source."""

    source: Source
    document: PolicyDocument
    ruleset: Ruleset
    reader: ExpressionReader
    folder: Path | None
    """In which paths are looked for; None for a policy that is no file, and asks rulesets by their ids alone."""
    others: Collection[Ruleset] = ()
    """Rulesets that it may ask, before the shipped ones."""

    def counts(self) -> Mapping[str, tuple[str, ...]]:
        """Return the requirements and groups that count beyond what the ruleset lets count, by decision."""
        known = {*self.ruleset.requirement, *self.ruleset.group}
        found: dict[str, tuple[str, ...]] = {}
        for decision, names in self.document.counts.items():
            trail: Trail = ("counts", decision)
            self._decision(self.ruleset, decision, trail, key=True)
            for at, name in enumerate(names):
                if name not in known:
                    hint = did_you_mean(name, known) or "write the id of a requirement or group"
                    message = f"there is no `{name}` in {self.ruleset.id}"
                    self.source.fault("unknown-reference", message, (*trail, at), hint)
            found[decision] = tuple(dict.fromkeys(names))
        return found

    def asks(self) -> tuple[Asked, ...]:
        """Return what other rulesets have to answer."""
        loaded: dict[str, Ruleset | None] = {}
        found: list[Asked] = []
        for at, document in enumerate(self.document.asks):
            trail: Trail = ("asks", at)
            if document.ruleset not in loaded:
                loaded[document.ruleset] = self._load(document.ruleset, (*trail, "ruleset"))
            other = loaded[document.ruleset]
            taken = {*self.ruleset.requirement, *self.ruleset.group, *(each.id for each in found)}
            if document.id in taken:
                message = f"the id `{document.id}` is used twice"
                self.source.fault(
                    "duplicate-id", message, (*trail, "id"), "call what is asked by a name of its own"
                )
            if other is not None:
                found.append(self._asked(document, other, trail))
        return tuple(found)

    def _load(self, which: str, trail: Trail) -> Ruleset | None:
        """The other ruleset: one of its own, whose facts agree with those of this one."""
        try:
            other = self._found(which)
        except NotFoundError as fault:
            self.source.fault(
                "unknown-ruleset", str(fault).splitlines()[0], trail, "write the id of a ruleset"
            )
            return None
        except RulesetError as fault:
            hint = f"`qa-rules check {which}` shows each of them"
            self.source.fault("faulty-ruleset", f"{which} has {len(fault.diagnostics)} faults", trail, hint)
            return None
        if other.id == self.ruleset.id:
            hint = "what this ruleset itself holds is named under `counts`"
            self.source.fault("unknown-ruleset", f"{other.id} cannot ask itself", trail, hint)
            return None
        own = self.ruleset.vocabulary.facts
        clashes = [name for name, fact in other.vocabulary.facts.items() if name in own and own[name] != fact]
        fields = {field for fact in own.values() for field in fact.fields if fact.record}
        clashes += [name for name in other.vocabulary.facts if name in fields]
        for name in clashes:
            message = f"{other.id} and {self.ruleset.id} both have `{name}`, and mean different things by it"
            hint = "declare it once, in a vocabulary that both use, or give one of them another name"
            self.source.fault("fact-clash", message, trail, hint)
        return None if clashes else other

    def _found(self, which: str) -> Ruleset:
        for other in self.others:
            if which in (other.id, other.id.partition("@")[0]):
                return other
        path = path_of(which)
        if path is None or self.folder is None:
            # Of a policy from a database nothing is opened by its name.
            return shipped_ruleset(which)
        return load_ruleset(self.folder / path)

    def _asked(self, document: AskedDocument, other: Ruleset, trail: Trail) -> Asked:
        decisions = [each.id for each in self.ruleset.decisions]
        counts_in = document.counts_in or (decisions[0] if decisions else "")
        own = self._decision(self.ruleset, counts_in, (*trail, "counts_in") if document.counts_in else trail)
        if own is not None and document.severity == "condition":
            self._has_conditions(own, (*trail, "severity"))
        if (document.meets is None) is not bool(document.outcomes):
            hint = (
                "write `outcomes:`, the answers that will do, or `meets:`, the id of a requirement or group"
            )
            self.source.fault("nothing-asked", "it has to be said what is asked", trail, hint)
        decision = (
            "" if document.meets else document.decision or next((each.id for each in other.decisions), "")
        )
        if document.meets is not None:
            known = {*other.requirement, *other.group}
            if document.meets not in known:
                message = f"there is no `{document.meets}` in {other.id}"
                self.source.fault(
                    "unknown-reference", message, (*trail, "meets"), did_you_mean(document.meets, known)
                )
        else:
            there = self._decision(other, decision, (*trail, "decision") if document.decision else trail)
            if there is not None:
                self._outcomes(document, other, there, trail)
        when = None
        if document.when is not None:
            when = self.reader.read(
                document.when, (*trail, "when"), left_out="it is then asked of all whom it concerns"
            )
        return Asked(
            id=document.id,
            title=document.title,
            says=document.says or document.title,
            ruleset=other,
            counts_in=counts_in,
            severity=Severity(document.severity),
            decision=decision,
            outcomes=tuple(document.outcomes),
            meets=document.meets or "",
            when=when,
            fix=document.fix or "",
            place=self.source.place((*trail, "id")),
        )

    def _outcomes(self, document: AskedDocument, other: Ruleset, decision: Decision, trail: Trail) -> None:
        known = [each.id for each in decision.outcomes]
        for at, name in enumerate(document.outcomes):
            if name not in known:
                hint = did_you_mean(name, known) or f"the answers are {', '.join(known)}"
                message = f"`{name}` is no answer of `{decision.id}` in {other.id}"
                self.source.fault("unknown-outcome", message, (*trail, "outcomes", at), hint)
        if any(name.is_tier for each in decision.outcomes for name in _named(each.when)):
            message = f"`{decision.id}` of {other.id} turns on tiers, which only a policy of its own gives"
            hint = "ask for single requirements with `meets:`"
            self.source.fault("unknown-outcome", message, (*trail, "ruleset"), hint)

    def _decision(self, ruleset: Ruleset, name: str, trail: Trail, key: bool = False) -> Decision | None:
        known = {each.id: each for each in ruleset.decisions}
        if name not in known:
            hint = did_you_mean(name, known) or f"the decisions are {', '.join(known) or 'none'}"
            message = f"there is no decision `{name}` in {ruleset.id}"
            self.source.fault("unknown-decision", message, trail, hint, key=key)
        elif ruleset is self.ruleset:
            self._can_count(known[name], trail, key)
        return known.get(name)

    def _has_conditions(self, decision: Decision, trail: Trail) -> None:
        if sum(bool(each.allows) for each in decision.outcomes) < 2:
            message = f"`{decision.id}` has no answer that allows and names what is still to be done"
            hint = "write `severity: required`, or `advice`"
            self.source.fault("lost-condition", message, trail, hint)

    def _can_count(self, decision: Decision, trail: Trail, key: bool) -> None:
        allows: Collection[bool | None] = {each.allows for each in decision.outcomes}
        if allows != {True, False}:
            message = f"`{decision.id}` has no answer that forbids, or none that allows"
            self.source.fault("nothing-counts", message, trail, "name a decision that has both", key=key)


def _named(expr: Expr) -> Iterator[NodeId]:
    return (node.name for node in walk(expr) if isinstance(node, Reference))
