"""Rulesets and policies: requirements that refer to each other, nested groups, locks, decisions, routes and tiers."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from typing import Any, Final

import attrs
from hypothesis import strategies as st

from qa_rules.model import numbers as nu
from qa_rules.model.expressions import (
    AllOf,
    AnyOf,
    Aspect,
    Constant,
    Expr,
    Fact,
    Field,
    Literal,
    Named,
    Parameter,
    Quantified,
    Reference,
    Together,
)
from qa_rules.model.facts import FactType, Vocabulary
from qa_rules.model.named_values import NamedValue
from qa_rules.model.rulesets import (
    Decision,
    Group,
    Outcome,
    ParameterDeclaration,
    Policy,
    Reading,
    RequiredRow,
    Requirement,
    Route,
    Ruleset,
    Tier,
    TopTier,
)
from qa_rules.model.values import DecisionKind, Scalar, Severity, Strength
from qa_rules.program.levels import ONLY, level_reached
from tests.strategies.expressions import Place, Scope, expressions
from tests.strategies.tables import tables_over, with_outputs
from tests.strategies.vocabularies import COLOURS, plain_vocabulary, values, vocabularies

Setting = Scalar | frozenset[str] | Expr

_PARAMETERS: Final[Mapping[str, FactType | None]] = {
    "flag": FactType.YES_NO,
    "count": FactType.INTEGER,
    "amount": FactType.DECIMAL,
    "day": FactType.DATE,
    "colour": FactType.CHOICE,
    "colours": FactType.CHOICES,
    "mark": FactType.CODE,
    "marks": FactType.CODES,
    "small": None,
    "mild": None,
}
_SEVERITIES: Final = (None, None, None, *Severity)
_ROUTES: Final = ("checklist", "talk", "umbrella")
_VALUES: Final = ("ready", "settled", "steady")
_NUMBERS: Final = ("points", "worst")
_SHARE: Final = "part"
_LADDER: Final = ("basic", "middle", "top")


def _setting(draw: st.DrawFn, vocabulary: Vocabulary, name: str) -> Setting:
    kind = _PARAMETERS[name]
    if kind is None:
        # R0 uses no setting, so that a test may refer to it.
        return draw(expressions(Scope(vocabulary, references=("R0",)), 2))
    return draw(values(kind, COLOURS))


def _parameters(draw: st.DrawFn, vocabulary: Vocabulary) -> dict[str, ParameterDeclaration]:
    found = {}
    for name, kind in _PARAMETERS.items():
        options = COLOURS if kind in (FactType.CHOICE, FactType.CHOICES) else {}
        found[name] = ParameterDeclaration(name, kind, f"What is {name}?", options=options)
        if draw(st.integers(0, 2)) == 0:
            default = _setting(draw, vocabulary, name)
            found[name] = attrs.evolve(found[name], default=default, reading=Reading(name, "ours"))
    return found


def _requirement(draw: st.DrawFn, name: str, scope: Scope) -> Requirement:
    stop = draw(st.integers(0, 5)) == 0
    severity = Severity.REQUIRED if stop else draw(st.sampled_from(_SEVERITIES))
    plainly = draw(expressions(scope, 3))
    explained = draw(expressions(scope, 2)) if not stop and draw(st.integers(0, 3)) == 0 else None
    return Requirement(
        name,
        f"Title of {name}",
        f"It says {name}",
        {"clause": name},
        met_when=plainly if explained is None else AnyOf((plainly, explained)),
        plainly=None if explained is None else plainly,
        applies_when=draw(expressions(scope, 2)) if draw(st.integers(0, 2)) == 0 else None,
        fix=f"Put {name} right",
        severity=severity,
        hard_stop=stop,
    )


def _group(draw: st.DrawFn, name: str, scope: Scope) -> Group:
    kind = draw(st.sampled_from(("theme", "theme", "lock")))
    if draw(st.integers(0, 9)) == 0:
        return Group(name, f"Title of {name}", kind, (), not_applicable="Nothing is asked here")
    members = draw(st.lists(st.sampled_from(scope.references), min_size=1, max_size=4, unique=True))
    instead = draw(expressions(scope, 1)) if draw(st.integers(0, 4)) == 0 else None
    return Group(name, f"Title of {name}", kind, tuple(members), instead)


def _total_outcomes(draw: st.DrawFn, scope: Scope, kind: DecisionKind) -> tuple[Outcome, ...]:
    """What the last asks, those before catch: as most standards are written."""
    names = draw(st.lists(st.sampled_from(scope.references), min_size=1, max_size=3, unique=True))
    gaps = [Reference(name, Aspect.GAP) for name in names]
    if draw(st.booleans()):
        before: list[Expr] = [AnyOf(tuple(gaps))]
    else:
        before = list(gaps)
    last = AllOf(tuple(Reference(name) for name in names))
    tests = [*before, last]
    return tuple(_outcome(draw, at, test, kind) for at, test in enumerate(tests))


def _outcome(draw: st.DrawFn, at: int, test: Expr, kind: DecisionKind) -> Outcome:
    allows = draw(st.booleans()) if kind is DecisionKind.PERMISSION else None
    return Outcome(f"outcome_{at}", "In words", test, allows)


def _last_otherwise(outcomes: tuple[Outcome, ...]) -> tuple[Outcome, ...]:
    return (*outcomes[:-1], attrs.evolve(outcomes[-1], when=Constant(True), otherwise=True))


def _decision(draw: st.DrawFn, name: str, scope: Scope) -> Decision:
    kind = draw(st.sampled_from((DecisionKind.PERMISSION, *DecisionKind)))
    if draw(st.integers(0, 2)) == 0:
        outcomes = _total_outcomes(draw, scope, kind)
    else:
        tests = (draw(expressions(scope, 2)) for _ in range(draw(st.integers(1, 4))))
        outcomes = tuple(_outcome(draw, at, test, kind) for at, test in enumerate(tests))
    if len(outcomes) > 1 and draw(st.integers(0, 3)) == 0:
        outcomes = _last_otherwise(outcomes)
    return Decision(
        name,
        f"Title of {name}",
        outcomes,
        undecided="undecided",
        kind=kind,
        applies_when=draw(expressions(attrs.evolve(scope, place=Place.CLAUSE), 1))
        if draw(st.booleans())
        else None,
        needs="person" if draw(st.integers(0, 3)) == 0 else "",
    )


def _number(draw: st.DrawFn, scope: Scope, depth: int) -> nu.Number:
    """Facts, tests, settings and other numbers added up, the least and the greatest of them."""
    kinds = ("fact", "fact", "records", "records", "test", "sum", "sum", "least", "greatest", "other")
    kind = draw(st.sampled_from(kinds))
    if kind == "records" and scope.vocabulary.collections:
        return _of_records(draw, scope)
    if kind == "other" and "load" in scope.outputs:
        return Named("load")
    if kind == "other" and scope.numbers and depth:
        return Named(draw(st.sampled_from(scope.numbers)))
    if kind == "test":
        worth = Literal(Decimal(draw(st.integers(-3, 3))) / 2)
        return nu.Product(worth, nu.Indicator(draw(expressions(attrs.evolve(scope, numbers=()), 1))))
    if kind in ("sum", "least", "greatest") and depth:
        parts = tuple(_number(draw, scope, depth - 1) for _ in range(draw(st.integers(2, 3))))
        if kind == "sum":
            return nu.Sum(parts)
        return nu.Least(parts) if kind == "least" else nu.Greatest(parts)
    facts = [] if scope.plain else [each for each in scope.vocabulary.scalars.values() if each.type.is_number]
    if not facts:
        return Literal(Decimal(draw(st.integers(-3, 3))))
    fact = Fact(draw(st.sampled_from(facts)).name)
    settings = [name for name in scope.parameters if name in ("count", "amount")]
    if settings and draw(st.integers(0, 5)) == 0:
        return nu.Product(Parameter(draw(st.sampled_from(settings))), fact)
    return nu.Product(Literal(Decimal(draw(st.integers(-4, 4))) / 2), fact) if draw(st.booleans()) else fact


def _of_records(draw: st.DrawFn, scope: Scope) -> nu.Number:
    """How many records of a list there are that are so, or what a number in them comes to."""
    name, where = _selected(draw, scope)
    fields = scope.vocabulary.collections[name].fields
    amounts = [each for each, about in fields.items() if about.type.is_number]
    adds = bool(amounts) and draw(st.booleans())
    amount = Field(name, draw(st.sampled_from(amounts))) if adds else None
    counted = nu.Counted(name, where, amount)
    factor = Literal(Decimal(draw(st.sampled_from((-1, 2)))))
    return nu.Product(factor, counted) if draw(st.integers(0, 3)) == 0 else counted


def _selected(draw: st.DrawFn, scope: Scope) -> tuple[str, Expr | None]:
    """A list, and what its records have to be to count."""
    collection = draw(st.sampled_from(tuple(scope.vocabulary.collections.values())))
    return collection.name, _of_record(draw, scope, collection.name) if draw(st.booleans()) else None


def _of_record(draw: st.DrawFn, scope: Scope, name: str) -> Expr:
    collection = scope.vocabulary.collections[name]
    inside = attrs.evolve(scope.inner, numbers=(), outputs=(), collection=collection, negated=True)
    return draw(expressions(inside, 1))


def _shares(draw: st.DrawFn, scope: Scope) -> tuple[NamedValue, ...]:
    """Now and then: of how many records something holds."""
    if not scope.vocabulary.collections or draw(st.booleans()):
        return ()
    name, where = _selected(draw, scope)
    share = nu.ShareOfRecords(name, where, _of_record(draw, scope, name))
    return (NamedValue(_SHARE, FactType.DECIMAL, _SHARE, share),)


def _numbers(draw: st.DrawFn, scope: Scope) -> tuple[NamedValue, ...]:
    found: list[NamedValue] = []
    for name in _NUMBERS[: draw(st.integers(0, len(_NUMBERS)))]:
        inner = attrs.evolve(scope, numbers=tuple(each.name for each in found))
        found.append(NamedValue(name, FactType.DECIMAL, name, _number(draw, inner, 1)))
    return tuple(found)


def _looks_at_records(part: object, numbers: tuple[NamedValue, ...]) -> bool:
    """Whether records stand anywhere in a number, also by the name of another one."""
    if isinstance(part, Quantified | Together | nu.Counted | nu.ShareOfRecords):
        return True
    if isinstance(part, Named):
        return any(_looks_at_records(each, numbers) for each in numbers if each.name == part.name)
    if isinstance(part, tuple):
        return any(_looks_at_records(each, numbers) for each in part)
    kind: Any = type(part)
    names = [each.name for each in attrs.fields(kind)] if attrs.has(kind) else []
    return any(_looks_at_records(getattr(part, name), numbers) for name in names)


def _values(draw: st.DrawFn, scope: Scope) -> tuple[NamedValue, ...]:
    """Yes-or-no values, each of which may use those before it. R0 uses none, so that they may refer to it."""
    found: list[NamedValue] = []
    for name in _VALUES[: draw(st.integers(0, len(_VALUES)))]:
        inner = attrs.evolve(scope, values=tuple(each.name for each in found))
        found.append(NamedValue(name, FactType.YES_NO, name, draw(expressions(inner, 2))))
    return tuple(draw(st.permutations(found)))


@st.composite
def rulesets(draw: st.DrawFn, plain: bool = False) -> Ruleset:
    """A ruleset: up to nine requirements and groups, two decisions, half the time with routes.

    A plain one has yes-or-no facts only, so that groups, tiers and outcomes often come to something.
    """
    vocabulary = plain_vocabulary() if plain else draw(vocabularies())
    parameters = {} if plain else _parameters(draw, vocabulary)
    values = _values(draw, Scope(vocabulary, parameters, ("R0",), bare=False))
    scope = Scope(vocabulary, parameters, ("R0",), tuple(each.name for each in values), bare=False)
    tables = () if plain else tables_over(draw, scope)
    scope = with_outputs(scope, tables)
    numbers, shares = _numbers(draw, scope), _shares(draw, scope)
    clause = attrs.evolve(
        scope,
        references=(),
        shares=tuple(each.name for each in shares),
        numbers=tuple(each.name for each in numbers),
        apart=tuple(each.name for each in numbers if not _looks_at_records(each, numbers)),
        bare=True,
    )
    requirements = [_requirement(draw, "R0", Scope(vocabulary))]
    groups: list[Group] = []
    names = ["R0"]
    for at in range(1, draw(st.integers(2, 10))):
        scope = attrs.evolve(clause, references=tuple(names))
        if draw(st.integers(0, 2)):
            requirements.append(_requirement(draw, f"R{at}", scope))
        else:
            groups.append(_group(draw, f"G{at}", scope))
        names.append((requirements if requirements[-1].id == f"R{at}" else groups)[-1].id)
    clause = attrs.evolve(clause, references=tuple(names))
    routed = plain or draw(st.booleans())
    ask = attrs.evolve(clause, place=Place.OUTCOME, tiers=routed)
    routes = tuple(
        Route(
            name,
            name,
            "Says",
            draw(expressions(clause, 1)),
            draw(expressions(clause, 1)) if draw(st.booleans()) else None,
        )
        for name in _ROUTES[: draw(st.integers(1, 3)) if routed else 0]
    )
    top = TopTier(("R0",), draw(expressions(clause, 1))) if routed and draw(st.booleans()) else None
    has_levels = not routed and draw(st.booleans())
    levels = _steps(draw, attrs.evolve(clause, place=Place.NEEDS), [ONLY]) if has_levels else ()
    return Ruleset(
        "generated",
        "1",
        "A generated ruleset",
        vocabulary,
        requirements=tuple(draw(st.permutations(requirements))),
        groups=tuple(draw(st.permutations(groups))),
        decisions=(
            *(_decision(draw, name, ask) for name in ("overall", "further")),
            *([level_reached(levels)] if levels else []),
        ),
        parameters=tuple(parameters.values()),
        applies_when=draw(expressions(clause, 1)) if draw(st.integers(0, 3)) == 0 else None,
        routes=routes,
        top_tier=top,
        levels=levels,
        values=(*values, *numbers, *shares),
        tables=tables,
    )


_Names = tuple[str, ...]


def _defined(ruleset: Ruleset) -> tuple[_Names, _Names, _Names, _Names]:
    """The yes-or-no values of a ruleset, its numbers, its shares, and what its tables give."""
    truths = tuple(each.name for each in ruleset.values if each.type is FactType.YES_NO)
    numbers = tuple(each.name for each in ruleset.values if each.name in _NUMBERS)
    shares = tuple(each.name for each in ruleset.values if each.name == _SHARE)
    return truths, numbers, shares, tuple(name for each in ruleset.tables for name in each.output)


def _tiers(draw: st.DrawFn, ruleset: Ruleset) -> tuple[Tier, ...]:
    names = tuple({**ruleset.requirement, **ruleset.group})
    scope = Scope(ruleset.vocabulary, ruleset.parameter, names, *_defined(ruleset), place=Place.NEEDS)
    return _steps(draw, scope, [route.id for route in ruleset.routes])


def _steps(draw: st.DrawFn, scope: Scope, ways: list[str]) -> tuple[Tier, ...]:
    found: list[Tier] = []
    left = ways
    for name in _LADDER[: draw(st.integers(1, 3))]:
        # A route that leaves a tier out does not reach those above it.
        left = [route for route in left if not found or route == ONLY or draw(st.integers(0, 3))]
        needs = {route: draw(expressions(scope, draw(st.integers(0, 2)))) for route in left}
        found.append(Tier(name, name, draw(st.sampled_from(Strength)), needs))
    return tuple(found)


def _rows(draw: st.DrawFn, ruleset: Ruleset, tiers: tuple[Tier, ...]) -> tuple[RequiredRow, ...]:
    names = tuple({**ruleset.requirement, **ruleset.group})
    scope = Scope(ruleset.vocabulary, ruleset.parameter, names, *_defined(ruleset))
    rows = [
        RequiredRow(tier.id, draw(expressions(scope, 1)))
        for tier in reversed(tiers)
        if draw(st.integers(0, 3))
    ]
    if not rows or draw(st.booleans()):
        rows.append(RequiredRow(tiers[0].id, None))
    return tuple(rows)


@st.composite
def policies(draw: st.DrawFn, ruleset: Ruleset) -> Policy:
    """A policy for a ruleset, silent about some of what it is asked."""
    has_tiers = bool(ruleset.routes) and draw(st.integers(0, 3)) > 0
    tiers = _tiers(draw, ruleset) if has_tiers else ()
    free = [each.id for each in ruleset.requirements if each.severity is None and not each.hard_stop]
    severities = draw(
        st.dictionaries(
            st.sampled_from(("default", *free, *ruleset.group)), st.sampled_from(Severity), max_size=3
        )
    )
    return Policy(
        "generated-policy",
        ruleset.id,
        "A generated policy",
        settings={
            name: _setting(draw, ruleset.vocabulary, name)
            for name in ruleset.parameter
            if draw(st.booleans())
        },
        severities=severities,
        strength=draw(st.sampled_from(Strength)),
        activity_strength=draw(st.sampled_from(Strength)),
        tiers=tiers,
        required_tier=_rows(draw, ruleset, tiers) if tiers else (),
    )
