"""No definite answer is lost at a leaf: it is worth what all ways in which the unknown can turn out agree on."""

from __future__ import annotations

import datetime
import random
from collections import Counter
from collections.abc import Callable
from decimal import Decimal
from typing import Any

import attrs
import pytest
from hypothesis import given
from hypothesis import strategies as st

from qa_rules.engines import ENGINES, engine
from qa_rules.model.expressions import (
    AnyOf,
    Compare,
    Count,
    Expr,
    Fact,
    Field,
    Includes,
    Inclusion,
    Later,
    Leaf,
    Literal,
    On,
    OneOf,
    Op,
    Parameter,
    Quantified,
    Term,
    Unset,
    Within,
)
from qa_rules.model.facts import FactDeclaration, FactType, Vocabulary
from qa_rules.model.rulesets import ParameterDeclaration, Policy, Requirement, Ruleset
from qa_rules.model.values import NONE, Unit
from qa_rules.program.bind import ClosedRuleset, close
from qa_rules.semantics.evaluate import evaluate
from qa_rules.semantics.settled import settled
from qa_rules.semantics.snapshot import NO_RECORDS, Held, HeldRecord, HeldRecords, Known
from qa_rules.semantics.truth import PAIR, Pair
from tests.semantics.completions import pair_of
from tests.semantics.definition import masked
from tests.semantics.test_parity import skip_unless_it_runs

ON = datetime.date(2026, 11, 22)
OPTIONS = {"low": "Low", "middle": "Middle", "high": "High"}
RANKS = tuple(OPTIONS)


def fact(name: str, kind: FactType, **more: Any) -> FactDeclaration:
    return FactDeclaration(name, kind, name, f"{name}?", **more)


def bounded(name: str, kind: FactType, least: object = None, most: object = None) -> FactDeclaration:
    low, high = (None if each is None else Decimal(str(each)) for each in (least, most))
    return fact(name, kind, least=low, most=high)


FIELDS = (
    bounded("small", FactType.INTEGER, 0, 3),
    bounded("smaller", FactType.INTEGER, 1, 2),
    bounded("other", FactType.INTEGER, 2, 5),
    bounded("beyond", FactType.INTEGER, 6, 7),
    bounded("one", FactType.INTEGER, 2, 2),
    bounded("low_open", FactType.INTEGER, None, 2),
    bounded("high_open", FactType.INTEGER, "0.5", None),
    bounded("free", FactType.INTEGER),
    bounded("debt", FactType.INTEGER, -3, -1),
    bounded("rate", FactType.DECIMAL, "0.5", "2.5"),
    bounded("fee", FactType.DECIMAL, 1, 3),
    fact("level", FactType.CHOICE, options=OPTIONS, ordered=True),
    fact("peak", FactType.CHOICE, options=OPTIONS, ordered=True),
    fact("colour", FactType.CHOICE, options=OPTIONS),
    fact("colours", FactType.CHOICES, options=OPTIONS),
    fact("paints", FactType.CHOICES, options=OPTIONS),
    fact("code", FactType.CODE),
    fact("codes", FactType.CODES),
    fact("others", FactType.CODES),
    fact("yes", FactType.YES_NO),
    fact("day", FactType.DATE),
    fact("start", FactType.DATE),
)
NAMED = {each.name: each for each in FIELDS} | {
    f"maybe_{each.name}": attrs.evolve(each, name=f"maybe_{each.name}", may_be_none=True)
    for each in FIELDS
    if each.type is not FactType.YES_NO
}
VOCABULARY = Vocabulary({**NAMED, "visits": fact("visits", FactType.COLLECTION, fields=NAMED)})
SETS = {FactType.CHOICE: FactType.CHOICES, FactType.CODE: FactType.CODES}


def value_of(declared: FactDeclaration, rng: random.Random, beyond: bool = False) -> Any:
    """A value within the bounds of a fact, or `beyond`, anywhere near them."""
    match declared.type:
        case FactType.INTEGER:
            return rng.choice([each for each in range(-4, 9) if beyond or is_possible(each, declared)])
        case FactType.DECIMAL:
            halves = [Decimal(each) / 2 for each in range(-1, 9)]
            return rng.choice([each for each in halves if beyond or is_possible(each, declared)])
        case FactType.CHOICE:
            return rng.choice(RANKS)
        case FactType.CODE:
            return rng.choice("abc")
        case FactType.CHOICES:
            return frozenset(rng.sample(RANKS, rng.randrange(4)))
        case FactType.CODES:
            return frozenset(rng.sample("abc", rng.randrange(4)))
        case FactType.DATE:
            return ON + datetime.timedelta(days=rng.randint(-4, 4))
        case _:
            return rng.random() < 0.5


def is_possible(value: Any, declared: FactDeclaration) -> bool:
    if declared.least is not None and value < declared.least:
        return False
    return declared.most is None or value <= declared.most


def any_leaf(rng: random.Random, term: Callable[[str], Fact | Field] = Fact) -> Leaf:
    """A test of two terms of one type, each a fact or a value, now and then one and the same."""

    def some(*kinds: FactType) -> FactDeclaration:
        return rng.choice([each for each in NAMED.values() if each.type in kinds])

    def value(declared: FactDeclaration, kind: FactType | None = None) -> Term:
        wanted = declared.type if kind is None else kind
        if rng.random() < 0.4:
            return Literal(value_of(attrs.evolve(declared, type=wanted), rng, beyond=True))
        return term(some(wanted).name)

    def amount() -> Term:
        return Literal(rng.randint(-2, 4)) if rng.random() < 0.4 else term(some(FactType.INTEGER).name)

    def moment() -> Term:
        return rng.choice((On(), term("day"), term("maybe_day")))

    match rng.choice(
        ("number", "number", "level", "same", "date", "within", "one_of", "includes", "includes")
    ):
        case "number":
            declared = some(FactType.INTEGER, FactType.DECIMAL)
            return Compare(term(declared.name), rng.choice(tuple(Op)), value(declared))
        case "level":
            declared = some(FactType.CHOICE)
            op = rng.choice(tuple(Op))
            return Compare(term(declared.name), op, value(declared), () if op is Op.IS else RANKS)
        case "same":
            declared = some(FactType.CODE, FactType.CHOICE, FactType.YES_NO)
            return Compare(term(declared.name), Op.IS, value(declared))
        case "date":
            day = moment()
            start = value(NAMED["start"])
            if rng.random() < 0.6:
                start = Later(start, amount(), rng.choice((Unit.DAYS, Unit.MONTHS)))
            same_day = isinstance(start, Later) and start.start == day
            # Which days are some month later than another is a matter of the lengths of months, which nobody settles.
            ops = tuple(each for each in Op if each is not Op.IS or not isinstance(start, Later))
            return Compare(On() if same_day else day, rng.choice(ops), start)
        case "within":
            begun = rng.choice((term("start"), term("maybe_start"), Literal(ON)))
            return Within(moment(), begun, amount(), rng.choice((Unit.DAYS, Unit.MONTHS, Unit.YEARS)))
        case "one_of":
            declared = some(FactType.CHOICE, FactType.CODE)
            return OneOf(term(declared.name), value(declared, SETS[declared.type]))
        case _:
            declared = some(FactType.CHOICES, FactType.CODES)
            how = rng.choice(tuple(Inclusion))
            whole, items = term(declared.name), value(declared)
            count = rng.randint(1, 4) if how is Inclusion.AT_LEAST else 0
            kept = frozenset("a") if declared.type is FactType.CODES else frozenset(["low"])
            return Includes(whole, how, Literal(kept) if items == whole else items, count)


def any_values(rng: random.Random) -> dict[str, Held]:
    """Any fact may be unknown; sets may be partial."""
    found = {}
    for name, declared in NAMED.items():
        if rng.random() < 0.5:
            continue
        strength = rng.randint(1, 3)
        if declared.may_be_none and rng.random() < 0.2:
            found[name] = Held(NONE, strength, strength)
            continue
        partial = declared.type.is_set and rng.random() < 0.5
        found[name] = Held(value_of(declared, rng), strength, 0 if partial else strength)
    return found


SEEDS = st.integers(0, 2**40).map(random.Random)
"""Facts and tests as chance has it: drawn one by one they would take longer than trying all ways."""


def known_of(values: dict[str, Held]) -> Known:
    return Known(values, {}, ON)


def expected(leaf: Leaf, values: dict[str, Held]) -> Pair:
    known = known_of(values)
    views = {strength: masked(known, strength) for strength in (1, 2, 3)}
    return pair_of(leaf, views, VOCABULARY, dict.fromkeys(views))


@given(SEEDS)
def test_a_leaf_is_worth_what_all_ways_agree_on(rng: random.Random) -> None:
    for _ in range(20):
        leaf, values = any_leaf(rng), any_values(rng)
        found = evaluate(settled(leaf, VOCABULARY), known_of(values), {})
        assert found == expected(leaf, values), (leaf, values)


@given(SEEDS)
def test_what_is_settled_contradicts_nothing_that_is_known(rng: random.Random) -> None:
    leaf, values = any_leaf(rng), any_values(rng)
    t, f = evaluate(leaf, known_of(values), {})
    more_t, more_f = evaluate(settled(leaf, VOCABULARY), known_of(values), {})
    assert t <= more_t
    assert f <= more_f
    assert not (more_t and more_f)


@given(SEEDS, st.integers(1, 3))
def test_a_leaf_inside_a_record_is_too(rng: random.Random, strength: int) -> None:
    leaf, values = any_leaf(rng, lambda name: Field("visits", name)), any_values(rng)
    record = HeldRecord(values, 3)
    known = Known({}, {"visits": HeldRecords((record,), strength)}, ON)
    views = {each: masked(known, each) for each in (1, 2, 3)}
    records: dict[int, HeldRecord | None] = {
        each: view.collections["visits"].records[0] for each, view in views.items()
    }
    t, f = pair_of(leaf, views, VOCABULARY, records)
    some = Quantified(Count.SOME, 0, "visits", None, leaf)
    assert evaluate(settled(some, VOCABULARY), known, {}) == (t, min(strength, f))


def ruleset_of(*exprs: Expr, parameters: tuple[ParameterDeclaration, ...] = ()) -> Ruleset:
    asked = tuple(Requirement(f"R{at}", "", "", {}, expr) for at, expr in enumerate(exprs))
    return Ruleset("leaves", "1", "Leaves", VOCABULARY, asked, parameters=parameters)


def run(name: str, closed: ClosedRuleset, known: Known) -> list[Pair]:
    return [PAIR[code] for code in engine(name)(closed).run(known)]


@pytest.mark.parametrize("name", ENGINES)
def test_every_engine_says_so(name: str) -> None:
    skip_unless_it_runs(name)
    lost: Counter[type] = Counter()

    @given(SEEDS)
    def agrees(rng: random.Random) -> None:
        several, values = [any_leaf(rng) for _ in range(60)], any_values(rng)
        found = run(name, close(ruleset_of(*several)), known_of(values))
        for leaf, said in zip(several, found, strict=True):
            right = expected(leaf, values)
            assert said == right, (leaf, values)
            if right != evaluate(leaf, known_of(values), {}):
                lost[type(leaf)] += 1

    agrees()
    assert set(lost) == {Compare, Within, OneOf, Includes}, (
        "each kind of test is tried where it would be lost"
    )


# Worked cases


CASES: dict[str, tuple[Expr, dict[str, Held], Pair]] = {
    "nothing is one of an empty whole list": (
        OneOf(Fact("code"), Fact("codes")),
        {"codes": Held(frozenset(), 2, 2)},
        (0, 2),
    ),
    "of an empty list that may go on nothing is known": (
        OneOf(Fact("code"), Fact("codes")),
        {"codes": Held(frozenset(), 2, 0)},
        (0, 0),
    ),
    "a code that may be none is not one of anything, known or not": (
        OneOf(Fact("maybe_code"), Fact("codes")),
        {"codes": Held(frozenset(), 2, 2)},
        (0, 0),
    ),
    "every choice is one of all": (OneOf(Fact("colour"), Literal(frozenset(OPTIONS))), {}, (3, 0)),
    "every choice is one of a list that has all": (
        OneOf(Fact("colour"), Fact("colours")),
        {"colours": Held(frozenset(OPTIONS), 1, 0)},
        (1, 0),
    ),
    "no number is beyond its bounds": (Compare(Fact("small"), Op.MORE, Literal(3)), {}, (0, 3)),
    "every number is within its bounds": (Compare(Fact("small"), Op.AT_LEAST, Literal(0)), {}, (3, 0)),
    "a known number of bad evidence is as settled": (
        Compare(Fact("small"), Op.AT_LEAST, Literal(0)),
        {"small": Held(1, 1, 1)},
        (3, 0),
    ),
    "a number that may be none is not": (Compare(Fact("maybe_small"), Op.AT_LEAST, Literal(0)), {}, (0, 0)),
    "no number is a value that it cannot have": (Compare(Fact("small"), Op.IS, Literal(4)), {}, (0, 3)),
    "numbers whose bounds do not meet": (Compare(Fact("small"), Op.LESS, Fact("beyond")), {}, (3, 0)),
    "the greatest is at least any": (
        Compare(Fact("small"), Op.AT_LEAST, Fact("smaller")),
        {"small": Held(2, 1, 1)},
        (1, 0),
    ),
    "the mirror of it": (
        Compare(Fact("smaller"), Op.AT_MOST, Fact("small")),
        {"small": Held(2, 2, 2)},
        (2, 0),
    ),
    "the highest level is at least any": (
        Compare(Fact("level"), Op.AT_LEAST, Fact("peak"), RANKS),
        {"level": Held("high", 1, 1)},
        (1, 0),
    ),
    "all of an empty list stays open": (
        Includes(Fact("codes"), Inclusion.ALL, Fact("others")),
        {"others": Held(frozenset(), 3, 3)},
        (0, 0),
    ),
    "any of an empty list is none": (
        Includes(Fact("codes"), Inclusion.ANY, Fact("others")),
        {"others": Held(frozenset(), 3, 3)},
        (0, 3),
    ),
    "an empty list has none of any": (
        Includes(Fact("codes"), Inclusion.ANY, Fact("others")),
        {"codes": Held(frozenset(), 1, 1)},
        (0, 1),
    ),
    "two of one are too many to ask": (
        Includes(Fact("codes"), Inclusion.AT_LEAST, Fact("others"), 2),
        {"others": Held(frozenset("a"), 2, 2)},
        (0, 2),
    ),
    "all options are all that can be asked": (
        Includes(Fact("colours"), Inclusion.ALL, Fact("paints")),
        {"colours": Held(frozenset(OPTIONS), 2, 2), "paints": Held(frozenset(["low"]), 1, 0)},
        (1, 0),
    ),
    "a span of at most three days has ended after four": (
        Within(On(), Fact("start"), Fact("small"), Unit.DAYS),
        {"start": Held(ON - datetime.timedelta(days=4), 2, 2)},
        (0, 2),
    ),
    "the first day is within any span": (
        Within(On(), Fact("start"), Fact("small"), Unit.WORKING_DAYS),
        {"start": Held(ON, 2, 2)},
        (0, 0),
    ),
}


@pytest.mark.parametrize("name", CASES)
def test_a_worked_case(name: str) -> None:
    expr, values, worth = CASES[name]
    assert evaluate(settled(expr, VOCABULARY), known_of(values), {}) == worth


def test_a_setting_beyond_the_bounds_settles_and_one_that_nobody_gave_does_not() -> None:
    parameters = (ParameterDeclaration("limit", FactType.INTEGER, "The limit?"),)
    ruleset = ruleset_of(Compare(Fact("small"), Op.AT_MOST, Parameter("limit")), parameters=parameters)
    policy = Policy("p", "leaves@1", "P", settings={"limit": 3})
    assert run("reference", close(ruleset, policy), known_of({})) == [(3, 0)]
    assert run("reference", close(ruleset), known_of({})) == [(0, 0)]
    assert evaluate(
        settled(Compare(Fact("small"), Op.AT_MOST, Unset("limit")), VOCABULARY), known_of({}), {}
    ) == (0, 0)


def test_connectives_stay_as_they_are() -> None:
    either = AnyOf((Compare(Fact("yes"), Op.IS, Literal(True)), Compare(Fact("yes"), Op.IS, Literal(False))))
    assert evaluate(settled(either, VOCABULARY), known_of({}), {}) == (0, 0)
    assert NO_RECORDS.whole == 0
