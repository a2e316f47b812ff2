"""Mutants: a ruleset or policy with one thing changed that a slip of the pen could have changed.

A suite of cases that no mutant survives would have caught each of these slips. Files are not read again: a mutant
is made from the model, and everything but its own change is shared with the ruleset it was made from.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import Any, TypeVar

import attrs

from qa_rules.errors import Place
from qa_rules.model.expressions import Expr, facts_of, walk
from qa_rules.model.nodes import BELOW, NO_ROUTE
from qa_rules.model.rulesets import Decision, Group, Outcome, Policy, RequiredRow, Requirement, Ruleset, Tier
from qa_rules.model.values import Severity, Strength
from qa_rules.testing import requirement_mutants
from qa_rules.testing.beneath import beneath, refers
from qa_rules.testing.number_mutants import number_changes, values_beside
from qa_rules.testing.operators import Altering, Change, Kind, next_like
from qa_rules.testing.quoting import value_words
from qa_rules.testing.table_mutants import slips

_T = TypeVar("_T")


@attrs.frozen(eq=False)
class Mutant:
    """One change, and the ruleset and policy that have it."""

    kind: Kind
    at: str
    """The id of what was changed: a requirement, group, decision and outcome, route, tier or parameter."""
    change: str
    place: Place | None
    ruleset: Ruleset = attrs.field(repr=False)
    policy: Policy | None = attrs.field(default=None, repr=False)
    """The changed policy; None when the change is in the ruleset, and then any policy for it applies."""
    requirement: str | None = None
    """The one requirement of which only the tests are others; None for any other change."""

    @property
    def id(self) -> str:
        """What tells it from the other mutants of its ruleset and policy."""
        where = "" if self.place is None else f"{self.place.line}:{self.place.column} "
        return f"{where}{self.at}: {self.change}"

    def __str__(self) -> str:
        return f"{self.at}: {self.change}"


def mutants(ruleset: Ruleset) -> Iterator[Mutant]:
    """Yield every mutant of a ruleset, in the order of its file."""
    yield from _OfRuleset(ruleset).every()


def policy_mutants(policy: Policy, ruleset: Ruleset) -> Iterator[Mutant]:
    """Yield every mutant of a policy for a ruleset.

    How many days a condition has is left out: whether one is overdue turns on evidence, not on rules.
    """
    yield from _OfPolicy(policy, ruleset).every()


class _Maker:
    """What mutants of a ruleset and of a policy share."""

    def __init__(self, ruleset: Ruleset) -> None:
        self.ruleset = ruleset
        vocabulary = ruleset.vocabulary
        read = [name for name in vocabulary.scalars if name in _reads(ruleset)]
        like = next_like(read, vocabulary.scalars)
        bare = [each.id for each in ruleset.requirements if not any(map(refers, _rules(each)))]
        below = beneath(ruleset)
        self.inner = Altering(vocabulary, like, _cycle(bare), beneath=below)
        """Of requirements: a reference may name only what refers to nothing, lest a circle be made."""
        kinds = dict.fromkeys(each.kind for each in ruleset.groups)
        groups = [[each.id for each in ruleset.groups if each.kind == kind] for kind in kinds]
        named = _cycle(list(ruleset.requirement))
        for each in groups:
            named |= _cycle(each)
        named |= {BELOW: NO_ROUTE, NO_ROUTE: BELOW} if ruleset.routes else {}
        self.needs = Altering(vocabulary, like, named, beneath=below)
        self.outer = Altering(vocabulary, like, named, negates_references=True, beneath=below)


def _cycle(names: Sequence[str]) -> dict[str, str]:
    return {name: names[(at + 1) % len(names)] for at, name in enumerate(names)} if len(names) > 1 else {}


def _rules(requirement: Requirement) -> list[Expr]:
    found = (requirement.applies_when, requirement.met_when)
    return [each for each in found if each is not None]


def _reads(ruleset: Ruleset) -> frozenset[str]:
    written = [expr for each in ruleset.requirements for expr in _rules(each)]
    written += [outcome.when for decision in ruleset.decisions for outcome in decision.outcomes]
    written += [route.used_when for route in ruleset.routes]
    written += [test for each in ruleset.tables for test in each.every_test]
    inside = {name for each in ruleset.values for name in each.reads}
    return frozenset(name for expr in written for name in facts_of(expr)) | inside


class _OfRuleset(_Maker):
    def every(self) -> Iterator[Mutant]:
        ruleset = self.ruleset
        if ruleset.applies_when is not None:
            yield from self._optional(
                "scope", ruleset.applies_when, self.inner, lambda expr: self._evolved(applies_when=expr)
            )
        yield from self._parameters()
        yield from self._values()
        for at, table in enumerate(ruleset.tables):
            for kind, words, place, changed in slips(table, self.inner):
                yield self._made(kind, table.id, words, place, tables=_with(ruleset.tables, at, changed))
        yield from self._requirements()
        yield from self._groups()
        yield from self._routes()
        yield from self._top_tier()
        yield from self._decisions()

    def _evolved(self, **changes: Any) -> Ruleset:
        return attrs.evolve(self.ruleset, **changes)

    def _made(self, kind: Kind, at: str, words: str, place: Place | None, **changes: Any) -> Mutant:
        return Mutant(kind, at, words, place, self._evolved(**changes))

    def _altered(
        self, at: str, expr: Expr, altering: Altering, put: Callable[[Expr], Ruleset]
    ) -> Iterator[Mutant]:
        for change in altering.changes(expr):
            yield Mutant(change.kind, at, change.words, change.place or _place(expr), put(change.expr))

    def _optional(
        self,
        at: str,
        expr: Expr,
        altering: Altering,
        put: Callable[[Expr | None], Ruleset],
        name: str = "applies_when",
    ) -> Iterator[Mutant]:
        """An expression that may be missing: left out, and changed."""
        words = f"`{name}: {altering.words(expr)}` left out"
        yield Mutant(Kind.APPLICABILITY, at, words, _place(expr), put(None))
        for change in altering.changes(expr):
            yield Mutant(_applying(change), at, change.words, change.place or _place(expr), put(change.expr))

    def _parameters(self) -> Iterator[Mutant]:
        for at, each in enumerate(self.ruleset.parameters):
            if each.default is None:
                continue

            def put(default: Any, at: int = at) -> Ruleset:
                changed = attrs.evolve(self.ruleset.parameters[at], default=default)
                return self._evolved(parameters=_with(self.ruleset.parameters, at, changed))

            if isinstance(each.default, Expr):
                yield from self._altered(each.name, each.default, self.inner, put)
            else:
                for value in values_beside(each.default, list(each.options)):
                    words = f"reading `{value_words(each.default)}` became `{value_words(value)}`"
                    yield Mutant(Kind.CONSTANT, each.name, words, each.place, put(value))

    def _values(self) -> Iterator[Mutant]:
        for at, each in enumerate(self.ruleset.values):

            def put(definition: Any, at: int = at) -> Ruleset:
                changed = attrs.evolve(self.ruleset.values[at], definition=definition)
                return self._evolved(values=_with(self.ruleset.values, at, changed))

            if isinstance(each.definition, Expr):
                yield from self._altered(each.name, each.definition, self.inner, put)
                continue
            for one in number_changes(each.definition, self.inner):
                yield Mutant(one.kind, each.name, one.words, each.place, put(one.number))

    def _requirements(self) -> Iterator[Mutant]:
        for at, each in enumerate(self.ruleset.requirements):

            def put(at: int = at, **changes: Any) -> Ruleset:
                changed = attrs.evolve(self.ruleset.requirements[at], **changes)
                return self._evolved(requirements=_with(self.ruleset.requirements, at, changed))

            def put_applies(expr: Expr | None, at: int = at) -> Ruleset:
                return put(at, applies_when=expr)

            if each.applies_when is not None:
                for mutant in self._optional(each.id, each.applies_when, self.inner, put_applies):
                    yield attrs.evolve(mutant, requirement=each.id)
            for change, fields in requirement_mutants.slips(each, self.inner):
                place = change.place or _place(each.met_when)
                yield Mutant(change.kind, each.id, change.words, place, put(**fields), requirement=each.id)
            if each.hard_stop:
                yield Mutant(Kind.SEVERITY, each.id, "`hard_stop` left out", each.place, put(hard_stop=False))
            for severity in (None, *Severity) if each.severity is not None and not each.hard_stop else ():
                if severity is not each.severity:
                    words = f"severity `{each.severity}` became `{severity or 'the policy’s'}`"
                    yield Mutant(Kind.SEVERITY, each.id, words, each.place, put(severity=severity))

    def _groups(self) -> Iterator[Mutant]:
        for at, group in enumerate(self.ruleset.groups):

            def put(changed: Group, at: int = at) -> Ruleset:
                return self._evolved(groups=_with(self.ruleset.groups, at, changed))

            for index, member in enumerate(group.members if len(group.members) > 1 else ()):
                rest = (*group.members[:index], *group.members[index + 1 :])
                words = f"member {member} left out"
                yield Mutant(
                    Kind.MEMBER, group.id, words, group.place, put(attrs.evolve(group, members=rest))
                )
            if group.instead is not None:

                def put_instead(expr: Expr | None, group: Group = group, at: int = at) -> Ruleset:
                    return put(attrs.evolve(group, instead=expr), at)

                yield from self._optional(group.id, group.instead, self.inner, put_instead, "instead")

    def _routes(self) -> Iterator[Mutant]:
        for at, route in enumerate(self.ruleset.routes):

            def put_used(expr: Expr, at: int = at) -> Ruleset:
                changed = attrs.evolve(self.ruleset.routes[at], used_when=expr)
                return self._evolved(routes=_with(self.ruleset.routes, at, changed))

            def put_counts(expr: Expr | None, at: int = at) -> Ruleset:
                changed = attrs.evolve(self.ruleset.routes[at], counts_when=expr)
                return self._evolved(routes=_with(self.ruleset.routes, at, changed))

            yield from self._altered(route.id, route.used_when, self.needs, put_used)
            if route.counts_when is not None:
                yield from self._optional(route.id, route.counts_when, self.needs, put_counts, "counts_when")

    def _top_tier(self) -> Iterator[Mutant]:
        top = self.ruleset.top_tier
        if top is None:
            return

        def put(expr: Expr) -> Ruleset:
            return self._evolved(top_tier=attrs.evolve(top, forced_when=expr))

        for at, need in enumerate(top.needs):
            changed = attrs.evolve(top, needs=(*top.needs[:at], *top.needs[at + 1 :]))
            yield self._made(Kind.TIER, "top_needs", f"{need} left out", self.ruleset.place, top_tier=changed)
        yield from self._altered("top_when", top.forced_when, self.needs, put)

    def _decisions(self) -> Iterator[Mutant]:
        for at, decision in enumerate(self.ruleset.decisions):

            def put(changed: Decision, at: int = at) -> Ruleset:
                return self._evolved(decisions=_with(self.ruleset.decisions, at, changed))

            if decision.applies_when is not None:

                def put_scope(expr: Expr | None, decision: Decision = decision, at: int = at) -> Ruleset:
                    return put(attrs.evolve(decision, applies_when=expr), at)

                yield from self._optional(decision.id, decision.applies_when, self.outer, put_scope)
            for index, outcome in enumerate(decision.outcomes):
                yield from self._outcome(at, decision, index, outcome)

    def _outcome(self, at: int, decision: Decision, index: int, outcome: Outcome) -> Iterator[Mutant]:
        name = f"{decision.id}.{outcome.id}"
        outcomes = decision.outcomes

        def put(changed: tuple[Outcome, ...]) -> Ruleset:
            decisions = _with(self.ruleset.decisions, at, attrs.evolve(decision, outcomes=changed))
            return self._evolved(decisions=decisions)

        for change in () if outcome.otherwise else self.outer.changes(outcome.when):
            changed = put(_with(outcomes, index, attrs.evolve(outcome, when=change.expr)))
            yield Mutant(change.kind, name, change.words, change.place or outcome.place, changed)
        if outcome.allows is not None:
            turned = attrs.evolve(outcome, allows=not outcome.allows)
            words = f"allows: {value_words(outcome.allows)} became {value_words(not outcome.allows)}"
            yield Mutant(Kind.OUTCOME, name, words, outcome.place, put(_with(outcomes, index, turned)))
        if len(outcomes) > 1:
            rest = (*outcomes[:index], *outcomes[index + 1 :])
            yield Mutant(Kind.OUTCOME, name, "the outcome left out", outcome.place, put(rest))
        if index + 1 < len(outcomes):
            moved = (*outcomes[:index], outcomes[index + 1], outcome, *outcomes[index + 2 :])
            words = f"put after `{outcomes[index + 1].id}`"
            yield Mutant(Kind.OUTCOME, name, words, outcome.place, put(moved))


class _OfPolicy(_Maker):
    def __init__(self, policy: Policy, ruleset: Ruleset) -> None:
        super().__init__(ruleset)
        self.policy = policy

    def every(self) -> Iterator[Mutant]:
        yield from self._settings()
        yield from self._severities()
        yield from self._strengths()
        for at, tier in enumerate(self.policy.tiers):
            yield from self._tier(at, tier)
        for at, table in enumerate(self.policy.tables):
            for kind, words, place, changed in slips(table, self.inner):
                yield self._made(kind, table.id, words, place, tables=_with(self.policy.tables, at, changed))
        for at, row in enumerate(() if self.policy.required_by else self.policy.required_tier):
            yield from self._row(at, row)

    def _made(self, kind: Kind, at: str, words: str, place: Place | None, **changes: Any) -> Mutant:
        changed = attrs.evolve(self.policy, **changes)
        return Mutant(kind, at, words, place or self.policy.place, self.ruleset, changed)

    def _settings(self) -> Iterator[Mutant]:
        policy = self.policy
        for name, setting in policy.settings.items():
            if isinstance(setting, Expr):
                for change in self.inner.changes(setting):
                    changed = {**policy.settings, name: change.expr}
                    yield self._made(change.kind, name, change.words, change.place, settings=changed)
                continue
            declared = self.ruleset.parameter[name]
            for value in values_beside(setting, list(declared.options)):
                words = f"`{value_words(setting)}` became `{value_words(value)}`"
                changed = {**policy.settings, name: value}
                yield self._made(Kind.CONSTANT, name, words, None, settings=changed)

    def _severities(self) -> Iterator[Mutant]:
        for name, severity in self.policy.severities.items():
            for other in Severity:
                if other is not severity:
                    words = f"severity `{severity}` became `{other}`"
                    changed = {**self.policy.severities, name: other}
                    yield self._made(Kind.SEVERITY, name, words, None, severities=changed)

    def _strengths(self) -> Iterator[Mutant]:
        for name in ("strength", "activity_strength"):
            strength = getattr(self.policy, name)
            for other in Strength:
                if abs(other - strength) == 1:
                    words = f"`{strength.word}` became `{other.word}`"
                    yield self._made(Kind.STRENGTH, name, words, None, **{name: other})

    def _tier(self, at: int, tier: Tier) -> Iterator[Mutant]:
        def put(changed: Tier) -> dict[str, Any]:
            return {"tiers": _with(self.policy.tiers, at, changed)}

        for other in Strength:
            if abs(other - tier.strength) == 1:
                words = f"strength `{tier.strength.word}` became `{other.word}`"
                changed = attrs.evolve(tier, strength=other)
                yield self._made(Kind.STRENGTH, tier.id, words, tier.place, **put(changed))
        for route, needs in tier.needs.items():
            name = f"{tier.id}.{route}"
            rest = {key: expr for key, expr in tier.needs.items() if key != route}
            changed = attrs.evolve(tier, needs=rest)
            yield self._made(Kind.TIER, name, "the route left out", tier.place, **put(changed))
            for change in self.needs.changes(needs):
                changed = attrs.evolve(tier, needs={**tier.needs, route: change.expr})
                yield self._made(change.kind, name, change.words, change.place, **put(changed))

    def _row(self, at: int, row: RequiredRow) -> Iterator[Mutant]:
        rows = self.policy.required_tier
        name = f"required_tier.{at + 1}"
        rest = (*rows[:at], *rows[at + 1 :])
        yield self._made(Kind.TIER, name, "the row left out", row.place, required_tier=rest)
        ladder = [each.id for each in self.policy.tiers]
        here = ladder.index(row.tier)
        for other in (*ladder[max(0, here - 1) : here], *ladder[here + 1 : here + 2]):
            changed = _with(rows, at, attrs.evolve(row, tier=other))
            words = f"`{row.tier}` became `{other}`"
            yield self._made(Kind.TIER, name, words, row.place, required_tier=changed)
        for change in self.needs.changes(row.when) if row.when is not None else ():
            changed = _with(rows, at, attrs.evolve(row, when=change.expr))
            yield self._made(
                change.kind, name, change.words, change.place or row.place, required_tier=changed
            )


def _with(things: tuple[_T, ...], at: int, thing: _T) -> tuple[_T, ...]:
    return (*things[:at], thing, *things[at + 1 :])


def _place(expr: Expr) -> Place | None:
    """Where an expression stands: its own place, or that of the first thing in it."""
    return next((node.place for node in walk(expr) if node.place is not None), None)


def _applying(change: Change) -> Kind:
    """A negated condition is a slip in what applies, not in what is asked."""
    return Kind.APPLICABILITY if change.kind is Kind.NEGATION else change.kind
