"""Small cases that explanations are tried on, small enough for brute force."""

from __future__ import annotations

import datetime
from collections.abc import Iterator, Mapping
from decimal import Decimal
from itertools import product

import attrs
from hypothesis import strategies as st

from qa_rules.model.expressions import (
    AllOf,
    AnyOf,
    Aspect,
    AtLeast,
    Compare,
    Expr,
    Fact,
    Literal,
    Not,
    OnlyWhen,
    Op,
    Reference,
)
from qa_rules.model.facts import Evidence, FactDeclaration, Facts, FactType, FactValue, Vocabulary
from qa_rules.model.rulesets import (
    Decision,
    Group,
    Outcome,
    Policy,
    RequiredRow,
    Requirement,
    Route,
    Ruleset,
    Tier,
)
from qa_rules.model.values import Severity, Strength, Value
from qa_rules.program.bind import close
from tests import strategies

DAY = datetime.date(2026, 11, 22)
BACKED = Evidence(strength=Strength.VERIFIED)
NUMBERS = tuple(range(5))
LEVELS = ("low", "middle", "high")


@st.composite
def case_with_other_facts(draw: st.DrawFn) -> tuple[strategies.Case, strategies.Case]:
    """A case, and the same with some facts changed."""
    case = draw(strategies.cases())
    other = draw(strategies.facts(case.closed.ruleset.vocabulary))
    names = [*{**case.facts.values, **other.values}, *{**case.facts.collections, **other.collections}]
    changed = draw(st.sets(st.sampled_from(names), max_size=6)) if names else set()
    values = {**case.facts.values, **{name: each for name, each in other.values.items() if name in changed}}
    lists = {**case.facts.collections}
    lists.update((name, each) for name, each in other.collections.items() if name in changed)
    return case, attrs.evolve(case, facts=attrs.evolve(case.facts, values=values, collections=lists))


# Rulesets over a handful of facts with few values each.


def small_vocabulary(yes_no: int, numbers: int, levels: int) -> Vocabulary:
    """Facts `b0...` that are yes or no, `n0...` from 0 to 4, and `l0...` of three levels."""
    found = [_declared(f"b{at}", FactType.YES_NO) for at in range(yes_no)]
    number = _declared("n", FactType.INTEGER)
    bounds = (Decimal(NUMBERS[0]), Decimal(NUMBERS[-1]))
    found += [attrs.evolve(number, name=f"n{at}", least=bounds[0], most=bounds[1]) for at in range(numbers)]
    level = _declared("l", FactType.CHOICE)
    options = {each: each for each in LEVELS}
    found += [attrs.evolve(level, name=f"l{at}", options=options, ordered=True) for at in range(levels)]
    return Vocabulary({each.name: each for each in found})


def _declared(name: str, kind: FactType) -> FactDeclaration:
    return FactDeclaration(
        name, kind, f"label of {name}", f"What of {name}?", about="provider", topic=name[0]
    )


def domain(declared: FactDeclaration) -> tuple[Value, ...]:
    """Every value of a fact of a small vocabulary."""
    match declared.type:
        case FactType.YES_NO:
            return True, False
        case FactType.INTEGER:
            return NUMBERS
        case _:
            return LEVELS


@st.composite
def _leaf(draw: st.DrawFn, vocabulary: Vocabulary) -> Expr:
    declared = draw(st.sampled_from(tuple(vocabulary.facts.values())))
    match declared.type:
        case FactType.YES_NO:
            return Compare(Fact(declared.name), Op.IS, Literal(True))
        case FactType.INTEGER:
            return Compare(
                Fact(declared.name), draw(st.sampled_from(Op)), Literal(draw(st.sampled_from(NUMBERS)))
            )
        case _:
            op = draw(st.sampled_from(Op))
            right = Literal(draw(st.sampled_from(LEVELS)))
            return Compare(Fact(declared.name), op, right, () if op is Op.IS else LEVELS)


def _expr(draw: st.DrawFn, vocabulary: Vocabulary, depth: int) -> Expr:
    kind = draw(st.sampled_from(("leaf", "all", "any", "at_least", "not", "only_when"))) if depth else "leaf"
    if kind == "leaf":
        return draw(_leaf(vocabulary))
    if kind == "not":
        return Not(_expr(draw, vocabulary, depth - 1))
    if kind == "only_when":
        return OnlyWhen(_expr(draw, vocabulary, depth - 1), _expr(draw, vocabulary, depth - 1))
    inside = tuple(_expr(draw, vocabulary, depth - 1) for _ in range(draw(st.integers(2, 3))))
    if kind == "at_least":
        return AtLeast(draw(st.integers(1, len(inside))), inside)
    return AllOf(inside) if kind == "all" else AnyOf(inside)


@st.composite
def small_rulesets(draw: st.DrawFn, facts: int = 6, plain: bool = False) -> tuple[Ruleset, Policy]:
    """A ruleset over at most so many facts: four requirements, two groups of which one is a lock, a decision.

    All facts are yes or no when it is `plain`.
    """
    yes_no = facts if plain else draw(st.integers(1, facts - 1))
    numbers = draw(st.integers(0, facts - yes_no))
    vocabulary = small_vocabulary(yes_no, numbers, facts - yes_no - numbers)
    requirements = tuple(
        Requirement(
            f"R{at}",
            f"Title of R{at}",
            f"It says R{at}",
            {"clause": str(at)},
            met_when=_expr(draw, vocabulary, 2),
            applies_when=_expr(draw, vocabulary, 1) if draw(st.integers(0, 3)) == 0 else None,
            fix=f"Put R{at} right.",
            effort=Decimal(draw(st.integers(1, 3))),
        )
        for at in range(4)
    )
    ids = [each.id for each in requirements]
    members = [tuple(draw(st.lists(st.sampled_from(ids), min_size=1, unique=True))) for _ in range(2)]
    groups = (Group("G", "A group", "theme", members[0]), Group("L", "A lock", "lock", members[1]))
    outcomes = (
        Outcome("never", "Never", Reference("R0", Aspect.GAP), False),
        Outcome("not_yet", "Not yet", Reference("L", Aspect.GAP), False),
        Outcome("mend", "Mend it", Reference("G", Aspect.GAP), True),
        Outcome("go", "Go", AllOf((Reference("R0"), Reference("G"), Reference("L"))), True),
    )
    decision = Decision("overall", "May we?", outcomes, "undecided")
    ruleset = Ruleset("small", "1", "Small", vocabulary, requirements, groups, (decision,))
    policy = Policy(
        "p",
        "small@1",
        "P",
        severities={"default": Severity.REQUIRED},
        strength=draw(st.sampled_from((Strength.STATED, Strength.STATED, Strength.SEEN))),
    )
    return ruleset, policy


@st.composite
def small_cases(draw: st.DrawFn, facts: int = 6, known: int = 2, plain: bool = False) -> strategies.Case:
    """A small ruleset with facts of which one in `known + 1` is not known."""
    ruleset, policy = draw(small_rulesets(facts, plain))
    found = {
        name: FactValue(
            draw(st.sampled_from(domain(declared))),
            Evidence(strength=draw(st.sampled_from((Strength.STATED, Strength.SEEN, Strength.VERIFIED)))),
        )
        for name, declared in ruleset.vocabulary.facts.items()
        if draw(st.integers(0, known))
    }
    return strategies.Case(close(ruleset, policy), Facts(found), DAY, None)


@st.composite
def tiered_cases(draw: st.DrawFn, facts: int = 6, known: int = 2) -> strategies.Case:
    """A small case with two routes, two tiers and a table of required tiers."""
    case = draw(small_cases(facts, known))
    ruleset, policy = case.closed.ruleset, case.closed.policy
    assert policy is not None
    vocabulary = ruleset.vocabulary
    routes = tuple(
        Route(name, name, "Says", draw(_leaf(vocabulary)), draw(_leaf(vocabulary)) if at else None)
        for at, name in enumerate(("talk", "checklist"))
    )
    ids = ("R0", "R1", "R2", "R3", "G", "L")
    strengths = (Strength.STATED, draw(st.sampled_from((Strength.STATED, Strength.SEEN))))
    tiers = tuple(
        Tier(
            name,
            name,
            strength,
            {route: Reference(draw(st.sampled_from(ids))) for route in ("talk", "checklist")[at:]},
        )
        for at, (name, strength) in enumerate(zip(("basic", "high"), strengths, strict=True))
    )
    rows = (RequiredRow("high", _expr(draw, vocabulary, 1)), RequiredRow("basic", None))
    ruleset = attrs.evolve(ruleset, routes=routes)
    policy = attrs.evolve(policy, tiers=tiers, required_tier=rows)
    return attrs.evolve(case, closed=close(ruleset, policy))


def completions(case: strategies.Case) -> Iterator[Mapping[str, FactValue]]:
    """Every way of learning something, or nothing: values fully backed for what is unknown, or better backing."""
    choices: list[list[tuple[str, FactValue | None]]] = []
    for name, declared in case.closed.ruleset.vocabulary.facts.items():
        given = case.facts.values.get(name)
        values = domain(declared) if given is None else (given.value,)
        choices.append([(name, None), *((name, FactValue(value, BACKED)) for value in values)])
    for chosen in product(*choices):
        yield {name: value for name, value in chosen if value is not None}


def learned(case: strategies.Case, more: Mapping[str, FactValue]) -> Facts:
    """The facts of a case with what was learned."""
    return attrs.evolve(case.facts, values={**case.facts.values, **more})
