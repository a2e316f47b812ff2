"""Rulesets and policies: what a standard asks, and what a locality decides."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from decimal import Decimal
from typing import Any, Literal

import attrs

from qa_rules.errors import Place
from qa_rules.model.acceptances import Acceptance
from qa_rules.model.conversation import Prompt
from qa_rules.model.decision_tables import DecisionTable
from qa_rules.model.expressions import Expr
from qa_rules.model.facts import FactType, Vocabulary
from qa_rules.model.frozen import freeze_fields
from qa_rules.model.judged import NOBODY, UNNAMED, Judged, People
from qa_rules.model.lazy import lazy
from qa_rules.model.named_values import NamedValue
from qa_rules.model.same import first_of
from qa_rules.model.sending import fields_sent, receipt
from qa_rules.model.statements import Statement
from qa_rules.model.values import DecisionKind, Scalar, Severity, Shown, Strength


def _place() -> Place | None:
    place: Place | None = attrs.field(default=None, eq=False, repr=False, kw_only=True)
    return place


@attrs.frozen(repr=False)
class Reading(Shown):
    """A choice that the source leaves open and we took."""

    about: str
    choice: str


@attrs.frozen(repr=False)
class Requirement(Shown):
    """One clause: where it stands in the source, when it applies and what meets it."""

    id: str
    title: str
    says: str
    source: Mapping[str, str] = attrs.field(hash=False)
    met_when: Expr
    applies_when: Expr | None = None
    fix: str = ""
    about: str = ""
    effort: Decimal = Decimal(1)
    severity: Severity | None = None
    """Fixed by the standard; None leaves it to the policy."""
    hard_stop: bool = False
    plainly: Expr | None = None
    """What meets it without an explanation, where one meets it too, more weakly; `met_when` is either."""
    readings: tuple[Reading, ...] = ()
    place: Place | None = _place()

    def __attrs_post_init__(self) -> None:
        freeze_fields(self, "source")

    @property
    def clause(self) -> str:
        """The citation in words: `theme 3, requirement 8`."""
        return ", ".join(f"{key} {value}" for key, value in self.source.items())


@attrs.frozen(repr=False)
class Group(Shown):
    """Requirements or groups taken together: a theme, a measure, an element or a lock."""

    id: str
    title: str
    kind: str
    members: tuple[str, ...]
    instead: Expr | None = None
    """The group is also satisfied when this holds, such as an accepted mark."""
    not_applicable: str = ""
    """Why the source asks nothing here; then there are no members."""
    says: str = ""
    readings: tuple[Reading, ...] = ()
    place: Place | None = _place()


@attrs.frozen(repr=False)
class ParameterDeclaration(Shown):
    """A setting that a policy gives."""

    name: str
    type: FactType | None
    """None: a test, that is, an expression that the policy writes."""
    question: str
    unit: str = ""
    options: Mapping[str, str] = attrs.field(factory=dict, hash=False)
    ordered: bool = False
    least: Decimal | None = None
    most: Decimal | None = None
    reading: Reading | None = None
    default: Scalar | frozenset[str] | Expr | None = None
    """Only with a reading; else a silent policy leaves it unknown."""
    place: Place | None = _place()

    def __attrs_post_init__(self) -> None:
        freeze_fields(self, "options")


@attrs.frozen(repr=False)
class Outcome(Shown):
    """One answer of a decision."""

    id: str
    words: str
    when: Expr
    allows: bool | None
    """None in a rating or a category, which let nobody go ahead and stop nobody."""
    next_step: str = ""
    otherwise: bool = False
    """It holds where all before it are ruled out; `when` is then not looked at."""
    urgent: bool = False
    """Its next step comes first in every report, whatever else is answered."""
    place: Place | None = _place()


@attrs.frozen(repr=False)
class Decision(Shown):
    """A question that a ruleset answers with one of its outcomes, strictest or worst first."""

    id: str
    title: str
    outcomes: tuple[Outcome, ...]
    undecided: str
    undecided_words: str = ""
    not_applicable: str = "not_applicable"
    not_applicable_words: str = ""
    applies_when: Expr | None = None
    needs: str = ""
    """The decision is made only if a fact about this subject (say, the person) is given."""
    independent_of: tuple[str, ...] = attrs.field(default=(), eq=False)
    """Facts that no answer may turn on. A claim to prove; it decides nothing."""
    kind: DecisionKind = DecisionKind.PERMISSION
    place: Place | None = _place()

    def side(self, outcome: Outcome) -> bool | str:
        """Return what an outcome has in common with those that give one answer together with it.

        Of a permission whether it allows; elsewhere each outcome is an answer of its own.
        """
        return outcome.id if outcome.allows is None else outcome.allows

    def favours(self, outcome: Outcome) -> bool:
        """Return whether an outcome is hoped for: one that allows, or the best of a rating."""
        best = self.kind is DecisionKind.RATING and outcome is self.outcomes[-1]
        return best or bool(outcome.allows)

    @property
    def sides(self) -> tuple[bool | str, ...]:
        """What each outcome may have in common with others, once each, in their order."""
        return tuple(dict.fromkeys(map(self.side, self.outcomes)))


@attrs.frozen(repr=False)
class Route(Shown):
    """A way in which a provider is assessed."""

    id: str
    title: str
    says: str
    used_when: Expr
    counts_when: Expr | None = None
    place: Place | None = _place()


@attrs.frozen(repr=False)
class Tier(Shown):
    """One step of a ladder: a level of a standard, or a tier of a policy with what each route needs to reach it."""

    id: str
    title: str
    strength: Strength
    needs: Mapping[str, Expr] = attrs.field(hash=False)
    """Route to needs. A route that is not named does not reach this tier. Without routes there is one way, called
    nothing."""
    place: Place | None = _place()

    def __attrs_post_init__(self) -> None:
        freeze_fields(self, "needs")


@attrs.frozen(repr=False)
class TopTier(Shown):
    """What the standard itself says of the top tier, whatever the policy's ladder."""

    needs: tuple[str, ...]
    """Requirements asked on every route."""
    forced_when: Expr


@attrs.frozen(repr=False, eq=False)
class Ruleset(Shown):
    """One edition of one standard."""

    name: str
    edition: str
    title: str
    vocabulary: Vocabulary
    requirements: tuple[Requirement, ...]
    groups: tuple[Group, ...] = ()
    decisions: tuple[Decision, ...] = ()
    parameters: tuple[ParameterDeclaration, ...] = ()
    applies_when: Expr | None = None
    source: Mapping[str, str] = attrs.field(factory=dict, hash=False)
    caveats: tuple[str, ...] = ()
    readings: tuple[Reading, ...] = ()
    routes: tuple[Route, ...] = ()
    top_tier: TopTier | None = None
    levels: tuple[Tier, ...] = ()
    """The ladder of the standard itself, lowest first."""
    conversation: tuple[Prompt, ...] = ()
    values: tuple[NamedValue, ...] = ()
    tables: tuple[DecisionTable, ...] = ()
    claims: tuple[Statement, ...] = attrs.field(default=(), eq=False)
    """What its author says must hold. It decides nothing."""
    accept: tuple[Acceptance, ...] = attrs.field(default=(), eq=False)
    subject: Judged = attrs.field(default=UNNAMED, eq=False)
    """What it judges, in words."""
    people: People = attrs.field(default=NOBODY, eq=False)
    """Whose word answers are; what follows of it stands on each fact."""
    base: Ruleset | None = attrs.field(default=None, eq=False)
    """The ruleset as it was written, where this is that ruleset with what a policy lets count."""
    place: Place | None = _place()
    written: Mapping[str, Any] | None = attrs.field(default=None, eq=False, repr=False, kw_only=True)
    """What its file and its vocabularies hold, as plain data, for `bundle`; None for one made otherwise."""

    def __attrs_post_init__(self) -> None:
        freeze_fields(self, "source")

    @property
    def id(self) -> str:
        """`name@edition`, as commands and files call it."""
        return f"{self.name}@{self.edition}"

    @property
    def hash(self) -> str:
        """The hash of all that it asks, its vocabulary included: the same for rulesets that mean the same."""
        from qa_rules.model.identity import hash_of

        return hash_of(self)

    @property
    def meaning(self) -> tuple[str, ...]:
        """The hash, and what is no part of it though it is told or proved."""
        independent = [each.independent_of for each in self.decisions]
        told = [*([self.claims] if self.claims else []), self.subject]
        return (self.hash, repr((self.accept, independent, *told)))

    @lazy
    def first(self) -> Ruleset:
        """The first ruleset in use that means the same, as it was written."""
        return first_of(self.base or self, ("ruleset", self.id))

    @lazy
    def given(self) -> frozenset[str]:
        """What facts may be about that nobody who is judged changes: whatever is given with the question."""
        return frozenset(each.needs for each in self.decisions if each.needs)

    def __repr__(self) -> str:
        return f"<Ruleset {self.id}: {self.title}, {len(self.requirements)} requirements>"

    @lazy
    def _sent(self) -> bytes:
        return fields_sent(self)

    def __reduce__(self) -> tuple[Callable[[bytes], Any], tuple[bytes]]:
        return receipt(self._sent)

    @lazy
    def requirement(self) -> Mapping[str, Requirement]:
        """Requirements by id."""
        return {each.id: each for each in self.requirements}

    @lazy
    def group(self) -> Mapping[str, Group]:
        """Groups by id."""
        return {each.id: each for each in self.groups}

    @lazy
    def value(self) -> Mapping[str, NamedValue]:
        """Values by name."""
        return {each.name: each for each in self.values}

    @lazy
    def parameter(self) -> Mapping[str, ParameterDeclaration]:
        """Parameters by name."""
        return {each.name: each for each in self.parameters}


@attrs.frozen(repr=False)
class RequiredRow(Shown):
    """A row of the table of required tiers: this tier is required when the row holds."""

    tier: str
    when: Expr | None
    """None: otherwise."""
    place: Place | None = _place()


@attrs.frozen(repr=False)
class Asked(Shown):
    """What a policy asks of another standard, from the same facts: an answer, or a requirement or group met."""

    id: str
    title: str
    says: str
    ruleset: Ruleset
    counts_in: str
    """The decision in which it counts."""
    severity: Severity
    decision: str = ""
    """The decision of the other ruleset, with the outcomes that will do; or `meets`."""
    outcomes: tuple[str, ...] = ()
    meets: str = ""
    """The requirement or group of the other ruleset that has to be satisfied."""
    when: Expr | None = None
    """Of whom it is asked. None: of all who are within the scope of the other ruleset."""
    fix: str = ""
    place: Place | None = _place()


@attrs.frozen(repr=False, eq=False)
class Policy(Shown):
    """A locality's decisions for one ruleset."""

    name: str
    ruleset: str
    """`name@edition` of the ruleset that it is for."""
    title: str
    says: str = ""
    illustrative: bool = False
    settings: Mapping[str, Scalar | frozenset[str] | Expr] = attrs.field(factory=dict, hash=False)
    severities: Mapping[str, Severity] = attrs.field(factory=dict, hash=False)
    """By requirement or group id, and `default`."""
    condition_days: int | None = None
    condition_days_from: Literal["gap", "noted"] = "gap"
    """Whether they run from when the gap was so, or from when it was noted."""
    strength: Strength = Strength.STATED
    activity_strength: Strength = Strength.STATED
    tiers: tuple[Tier, ...] = ()
    """Lowest first."""
    required_tier: tuple[RequiredRow, ...] = ()
    """Strictest first."""
    required_by: str = ""
    """What a table gives that says which tier is required; the rows are then made of it. Empty for none."""
    tables: tuple[DecisionTable, ...] = ()
    """Decision tables of its own, whose outputs its tests may name."""
    counts: Mapping[str, tuple[str, ...]] = attrs.field(factory=dict, hash=False)
    """By decision: requirements and groups that count in it beyond what the ruleset itself lets count."""
    asks: tuple[Asked, ...] = ()
    """What other rulesets have to answer."""
    claims: tuple[Statement, ...] = attrs.field(default=(), eq=False)
    """What its author says must hold under it. It decides nothing."""
    accept: tuple[Acceptance, ...] = attrs.field(default=(), eq=False)
    overdue: frozenset[str] = attrs.field(default=frozenset(), eq=False)
    """Conditions that are required because they are overdue, of a policy as it stands on a day. No file says so."""
    place: Place | None = _place()
    written: Mapping[str, Any] | None = attrs.field(default=None, eq=False, repr=False, kw_only=True)
    """What the file holds, as plain data, for `bundle`; None for a policy that was made otherwise."""

    def __attrs_post_init__(self) -> None:
        freeze_fields(self, "settings", "severities")

    @property
    def hash(self) -> str:
        """The hash of all that it decides: the same for policies that mean the same."""
        from qa_rules.model.identity import hash_of

        return hash_of(self)

    @property
    def meaning(self) -> tuple[str, ...]:
        """The hash, and what is no part of it though it is told or decides."""
        told = (self.accept, sorted(self.overdue), *([self.claims] if self.claims else []))
        return (self.hash, repr(told))

    @lazy
    def first(self) -> Policy:
        """The first policy in use that means the same."""
        return first_of(self, ("policy", self.ruleset, self.name))

    def __repr__(self) -> str:
        return f"<Policy {self.name} for {self.ruleset}>"

    @lazy
    def _sent(self) -> bytes:
        return fields_sent(self)

    def __reduce__(self) -> tuple[Callable[[bytes], Any], tuple[bytes]]:
        return receipt(self._sent)
