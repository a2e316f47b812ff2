"""A number of a ruleset in words: what it is, and what it is made of."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal
from typing import Final

from qa_rules.explain.messages import count, mark, say
from qa_rules.explain.wording import Wording, listed, value_words
from qa_rules.model import expressions as ex
from qa_rules.model import numbers as nu
from qa_rules.model.facts import FactDeclaration
from qa_rules.program.figures import Figures
from qa_rules.semantics.linear import EXACT, Interval

_MOST_PARTS: Final = 8
"""A number that is made of more is told without its parts."""


def as_fact(figures: Figures, name: str) -> FactDeclaration:
    """Return a value as a fact of its type, for its label and its unit."""
    if name in figures.closed.outputs:
        output = figures.closed.outputs[name]
        return output.diagram.table.outputs[output.at]
    value = figures.closed.ruleset.value[name]
    return FactDeclaration(name, value.type, value.label, "", unit=value.unit)


def figure_words(found: Interval | None, declared: FactDeclaration | None) -> str:
    """Return an interval in words: *25 points*, *between 15 and 30 points*, *at least 3*."""
    low, high = (None, None) if found is None else found
    if low is None and high is None:
        return say("not known")
    if low is not None and low == high:
        return value_words(_short(low), declared)
    if low is not None and high is not None:
        first, last = value_words(_short(low), None), value_words(_short(high), declared)
        if not last.startswith(
            value_words(_short(high), None)
        ):  # the unit stands before the number, as of money
            first = value_words(_short(low), declared)
        return say("between {low} and {high}", low=first, high=last)
    if low is not None:
        return say("at least {value}", value=value_words(_short(low), declared))
    assert high is not None
    return say("at most {value}", value=value_words(_short(high), declared))


def _short(number: int | Decimal) -> int | Decimal:
    """Without digits that say nothing, and of a share that does not end, one place behind the point."""
    whole = Decimal(number)
    if whole == whole.to_integral_value():
        return int(whole)
    return EXACT.quantize(whole, Decimal("0.1")) if len(whole.as_tuple().digits) > 20 else whole.normalize()


def value_told(figures: Figures, words: Wording, name: str, strength: int = 1) -> str:
    """Return a number with what it is made of: *points: 25 points, made of hygiene score 10 and structure score 15*."""
    declared = as_fact(figures, name)
    shown = figure_words(figures.interval(ex.Named(name), strength), declared)
    text = say("{label}: {value}", label=declared.label, value=shown)
    definition = figures.values.definition(name)
    made = _made_of(figures, words, definition, strength)
    bounded = sum(not isinstance(each, ex.Literal) for each in nu.parts_of(definition)) == 1
    form = mark("{figure}, made of {parts}")
    if isinstance(definition, nu.Least) and not bounded:
        form = mark("{figure}, the least of {parts}")
    elif isinstance(definition, nu.Greatest) and not bounded:
        form = mark("{figure}, the greatest of {parts}")
    return say(form, figure=text, parts=listed(made)) if made else text


def _made_of(figures: Figures, words: Wording, number: nu.Number, strength: int) -> list[str]:
    tests = [each for each in nu.parts_of(number) if isinstance(each, nu.Indicator)]
    if tests and len(tests) == len(nu.parts_of(number)):
        return _counted(figures, tests, strength)
    parts = [each for each in nu.parts_of(number) if not isinstance(each, ex.Literal)]
    if isinstance(number, nu.Product) or not parts or len(parts) > _MOST_PARTS:
        return []
    if len(parts) == 1:  # of something that is bounded, what it is made of
        return _made_of(figures, words, _opened(figures, parts[0]), strength)
    told = []
    for part in parts:
        label = _label(figures, words, part)
        if label:
            shown = figure_words(figures.interval(part, strength), None)
            told.append(say("{label} {value}", label=label, value=shown))
    return told


def _opened(figures: Figures, number: nu.Number) -> nu.Number:
    if isinstance(number, ex.Named) and number.name not in figures.closed.outputs:
        return figures.values.definition(number.name)
    return number


def _counted(figures: Figures, tests: list[nu.Indicator], strength: int) -> list[str]:
    """How many of what is counted are met, and how many are not known."""
    ends = [figures.interval(each, strength) for each in tests]
    met, open_ = ends.count((1, 1)), ends.count((0, 1))
    found = [say("{n} of {all} met", n=met, all=len(tests))]
    if open_:
        found.append(count("{n} not known", "{n} not known", open_))
    return found


def _label(figures: Figures, words: Wording, number: nu.Number) -> str:
    """What a part is called; empty for what has no name of its own."""
    match number:
        case ex.Fact():
            return words.label(number)
        case ex.Named(name):
            return as_fact(figures, name).label
        case nu.Product(ex.Literal(factor), of) if _label(figures, words, of):
            named = _label(figures, words, of)
            if factor == -1:
                return say("less {what}", what=named)
            return say("{number} times {what}", number=value_words(factor, None), what=named)
        case nu.Counted():
            return _records_label(words, number)
        case nu.Indicator(_, name) if name:
            return figures.closed.ruleset.requirement[name].title
        case _:
            return ""


def _records_label(words: Wording, number: nu.Counted) -> str:
    collection = words.vocabulary.collections[number.collection]
    if number.amount is None:
        return say("how many of the {list} count", list=collection.label)
    field = collection.fields[number.amount.name]
    return say("the sum of {field} over the {list}", field=field.label, list=collection.label)


def definition_words(number: nu.Number, words: Wording, named: Callable[[str], str]) -> str:
    """Return how a number is made, in words; `named` says what another value is called."""

    def of(part: nu.Number) -> str:
        return definition_words(part, words, named)

    match number:
        case nu.Sum(parts):
            return say("the sum of {parts}", parts=listed(map(of, parts)))
        case nu.Least(parts):
            return say("the least of {parts}", parts=listed(map(of, parts)))
        case nu.Greatest(parts):
            return say("the greatest of {parts}", parts=listed(map(of, parts)))
        case nu.Product(factor, inner):
            return say("{number} times {what}", number=words.term(factor, None), what=of(inner))
        case nu.Indicator(_, name):
            return say("1 where {what} is met", what=name) if name else say("1 where a test holds")
        case nu.Counted():
            return _records_label(words, number)
        case nu.ShareOfRecords(collection):
            label = words.vocabulary.collections[collection].label
            return say("the share of the {list} of which it holds", list=label)
        case nu.Share(asked):
            return say("the share that is met of {n}", n=len(asked))
        case ex.Named(name):
            return named(name)
        case _:
            return words.term(number, None)
