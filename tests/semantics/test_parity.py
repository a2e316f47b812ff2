"""Every engine agrees with the definition, on every ruleset and every input.

An engine joins by being registered. What the rulesets and facts have to hold is counted, so that nothing on the
list goes untried because a strategy stopped making it.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

import attrs
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from qa_rules import engines
from qa_rules.engines import ENGINES
from qa_rules.errors import EngineUnavailableError, UnsupportedRulesetError
from qa_rules.model.expressions import (
    AtLeast,
    Compare,
    Constant,
    Count,
    Expr,
    Fact,
    Field,
    Later,
    Literal,
    OneOf,
    Quantified,
    Reference,
    Term,
    Together,
    Unset,
    Within,
    terms,
    walk,
)
from qa_rules.model.facts import FactType, Vocabulary
from qa_rules.model.nodes import NodeId
from qa_rules.model.rulesets import Ruleset
from qa_rules.model.values import NONE, Unit
from qa_rules.program.bind import ClosedRuleset, close
from qa_rules.semantics.dates import later
from qa_rules.semantics.evaluate import evaluate
from qa_rules.semantics.truth import PAIR, Pair
from tests.strategies import Case, cases, crowds

OTHERS = [name for name in ENGINES if name != "reference"]
EMPTY = Ruleset("empty", "1", "Nothing", Vocabulary({}), ())


def skip_unless_it_runs(name: str) -> None:
    """Skip, with the reason, where an engine cannot run at all."""
    try:
        engines.engine(name)(close(EMPTY))
    except (EngineUnavailableError, ImportError) as error:
        pytest.skip(f"{name}: {error}")


@st.composite
def everybodies(draw: st.DrawFn) -> list[Case]:
    """A case, and others of the same ruleset of whom more is known. Tiers come to something in plain ones."""
    case = draw(cases(plain=draw(st.integers(0, 2)) == 0))
    crowd = draw(crowds(case.closed.ruleset.vocabulary))
    return [case, *(attrs.evolve(case, facts=each) for each in crowd)]


@pytest.mark.parametrize("name", OTHERS)
def test_an_engine_agrees_with_the_reference(name: str) -> None:
    skip_unless_it_runs(name)
    seen: Counter[str] = Counter()

    @given(everybody=everybodies())
    def agrees(everybody: list[Case]) -> None:
        closed = everybody[0].closed
        try:
            prepared = engines.engine(name)(closed)
        except UnsupportedRulesetError:
            seen["refused"] += 1
            return
        seen["run"] += 1
        reference = engines.engine("reference")(closed)
        for case in everybody:
            expected, found = reference.run(case.known), prepared.run(case.known)
            assert len(found) == len(expected)
            for node, right, said in zip(closed.nodes, expected, found, strict=True):
                assert PAIR[said] == PAIR[right], case.show(node.name)

    agrees()
    assert seen["run"] > 9 * seen["refused"], "an engine that refuses agrees with anything"


# What is tried


def features(case: Case) -> Iterator[str]:
    """Yield what there is in a case, once or more; each where it bears on a result."""
    closed, known = case.closed, case.known
    pairs: dict[str, Pair] = {}
    for node in closed.nodes:
        for expr in walk(node.expr):
            yield from of_terms(expr, case)
            match expr:
                case AtLeast(count, operands) if not any(map(of_a_record, operands)):
                    yield from edges(count, [evaluate(each, known, pairs) for each in operands])
                case Quantified() | Together():
                    yield from of_records(expr, case)
                case Reference(_, _, strength):
                    yield "reference" if strength is None else "reference at a strength"
                case Constant(None):
                    yield "parameter unset"
                case _:
                    pass
        pairs[node.name] = evaluate(node.expr, known, pairs)
    yield from of_results(closed, pairs)


def of_a_record(expr: Expr) -> bool:
    """Whether an expression can be judged only inside a record."""
    return any(isinstance(term, Field) for each in walk(expr) for term in terms(each)) and not any(
        isinstance(each, Quantified | Together) for each in walk(expr)
    )


def of_terms(expr: Expr, case: Case) -> Iterator[str]:
    """Yield what there is in the facts and values that a test looks at."""
    for term in terms(expr):
        match term:
            case Fact(name):
                held = case.known.values.get(name)
                if held is None:
                    yield "unknown"
                elif held.value is NONE:
                    yield "none"
                else:
                    yield f"strength {held.strength}"
                    if not all(map(str.isascii, words_of(held.value))):
                        yield "Unicode"
                    if isinstance(held.value, frozenset):
                        yield (
                            "empty set"
                            if not held.value
                            else "partial set"
                            if not held.whole
                            else "whole set"
                        )
            case Unset():
                yield "parameter unset"
            case Literal(str() as text) if not text.isascii():
                yield "Unicode"
            case _:
                pass
    match expr:
        case Compare(_, _, Later(_, amount, unit)) | Within(_, Later(_, amount, unit)):
            yield from of_span(amount, unit, case)
        case _:
            pass
    match expr:
        case Compare(Fact(name), _, right):
            held = case.known.values.get(name)
            if held is not None and type(held.value) is not bool:
                yield f"comparison of {case.closed.ruleset.vocabulary.scalars[name].type.value}"
                if isinstance(right, Literal) and {is_extreme(held.value), is_extreme(right.value)} == {True}:
                    yield "extreme number against extreme number"
                if held.value is not NONE and is_extreme(held.value):
                    yield "extreme number"
        case Within(_, _, amount, unit):
            yield "within"
            yield from of_span(amount, unit, case)
        case OneOf(_, Literal()):
            yield "one of"
        case _:
            pass


def words_of(value: object) -> tuple[str, ...]:
    """Return the words that a value is made of."""
    if isinstance(value, frozenset):
        return tuple(value)
    return (value,) if isinstance(value, str) else ()


def of_span(amount: Term, unit: Unit, case: Case) -> Iterator[str]:
    """Yield what there is in a span of time."""
    if unit is Unit.WORKING_DAYS:
        yield "working days" if case.calendar is not None else "working days without a calendar"
    if isinstance(amount, Literal) and type(amount.value) is int:
        if later(case.on, amount.value, unit, case.calendar) is None:
            yield "no such day"
        elif unit is Unit.MONTHS:
            yield "months"


def is_extreme(value: object) -> bool:
    """Whether a number is beyond what machines count with."""
    return not isinstance(value, bool | str | frozenset) and value == value and _size(value) >= 10**19


def _size(value: object) -> float:
    try:
        return abs(float(value))  # type: ignore[arg-type]
    except TypeError:
        return 0.0


def edges(count: int, found: list[Pair]) -> Iterator[str]:
    """Yield which edges of at-least-n the operands stand on."""
    met, unmet, size = sum(t > 0 for t, _ in found), sum(f > 0 for _, f in found), len(found)
    if met == count:
        yield "at least n: just n are met"
    if met == count - 1 and met + unmet < size:
        yield "at least n: one too few, the rest not known"
    if unmet == size - count + 1:
        yield "at least n: just too many are not met"
    if unmet == size - count and met < count:
        yield "at least n: one more not met would be too many"
    if 1 < count == size:
        yield "at least n of n"
    if size > 4 and 1 < count < size:
        yield "at least n of many"
    if len({t for t, _ in found if t}) > 1:
        yield "at least n: of different strengths"


def of_records(expr: Quantified | Together, case: Case) -> Iterator[str]:
    """Yield what there is in the records of a collection."""
    held = case.known.collections.get(expr.collection)
    kind = "together" if isinstance(expr, Together) else expr.count.value
    if held is None:
        yield "collection unknown"
        return
    yield f"{kind}: records" if held.records else f"{kind}: empty"
    if not held.records:
        yield "empty and whole" if held.whole else "empty, and there may be more"
    elif not held.whole:
        yield "partial list"
    if len({each.strength for each in held.records}) > 1:
        yield "records of different strengths"
    if isinstance(expr, Quantified) and expr.count is Count.AT_LEAST:
        size = len(held.records)
        yield f"records: {'more' if expr.number > size else 'as many' if expr.number == size else 'fewer'} asked"
    if isinstance(expr, Quantified) and expr.where is not None and held.records:
        yield f"{kind}: some selected"


def of_results(closed: ClosedRuleset, pairs: dict[str, Pair]) -> Iterator[str]:
    """Yield what requirements and tiers come to."""
    for each in closed.ruleset.requirements:
        t, f = pairs[each.id]
        never = pairs.get(NodeId.applies(each.id), (3, 0))[1]
        asked = closed.strength
        if never:
            yield "not applicable" if never >= asked else "not applicable, but too weakly"
        else:
            yield "not met" if f else "met" if t >= asked else "met, but too weakly" if t else "open"
    for name, (t, f) in pairs.items():
        if name.startswith("tier/"):
            yield f"{name.split('/')[1]} {'met' if t else 'not met' if f else 'open'}"


WANTED = {
    "unknown", "none", "strength 1", "strength 2", "strength 3",
    "met", "not met", "open", "met, but too weakly",
    "not applicable", "not applicable, but too weakly",
    "parameter unset", "reference", "reference at a strength",
    "comparison of date", "within", "working days", "working days without a calendar", "no such day", "months",
    "comparison of integer", "comparison of decimal", "comparison of choice", "comparison of code",
    "extreme number", "extreme number against extreme number", "Unicode", "one of",
    "empty set", "partial set", "whole set",
    "at least n: just n are met", "at least n: one too few, the rest not known",
    "at least n: just too many are not met", "at least n: one more not met would be too many",
    "at least n of n", "at least n of many", "at least n: of different strengths",
    *(f"{count.value}: {what}" for count in Count for what in ("records", "empty", "some selected")),
    "together: records", "together: empty",
    "collection unknown", "empty and whole", "empty, and there may be more", "partial list",
    "records of different strengths", "records: more asked", "records: as many asked", "records: fewer asked",
    "attained met", "attained not met", "attained open", "below met", "below not met", "below open",
}  # fmt: skip


def test_what_has_to_be_tried_is_tried() -> None:
    """In as many cases as each engine gets."""
    seen: Counter[str] = Counter()

    @settings(max_examples=100, derandomize=True, database=None)
    @given(everybody=everybodies())
    def count(everybody: list[Case]) -> None:
        seen.update({feature for case in everybody for feature in features(case)})

    count()
    assert not WANTED - seen.keys()


def test_every_type_of_fact_is_in_every_vocabulary() -> None:
    @settings(max_examples=10, derandomize=True, database=None)
    @given(case=cases())
    def types(case: Case) -> None:
        assert {each.type for each in case.closed.ruleset.vocabulary.facts.values()} == set(FactType)

    types()
