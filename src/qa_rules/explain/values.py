"""What the values of a ruleset, and what its tables give, come to for one subject."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from decimal import Decimal

from qa_rules.explain.figures import as_fact
from qa_rules.model import expressions as ex
from qa_rules.model.assessments import ValueResult
from qa_rules.model.nodes import NodeId
from qa_rules.model.values import Scalar
from qa_rules.program.bind import ClosedRuleset
from qa_rules.program.figures import Figures
from qa_rules.semantics.linear import EXACT
from qa_rules.semantics.snapshot import Known
from qa_rules.semantics.truth import Pair


def values_of(closed: ClosedRuleset, pairs: Mapping[str, Pair], known: Known) -> tuple[ValueResult, ...]:
    """Return each value of a ruleset and each output of its tables, in the order of the file."""
    figures, ruleset = Figures(closed, known, pairs), closed.ruleset
    names = [each.name for each in ruleset.values]
    names += [each.name for table in ruleset.tables for each in table.outputs]
    return tuple(_result(figures, name) for name in names)


def _result(figures: Figures, name: str) -> ValueResult:
    declared, strength = as_fact(figures, name), int(figures.closed.strength)
    type_, least, most = declared.type, None, None
    possible: tuple[str, ...] = ()
    is_value = True
    if type_.is_number:
        found = figures.interval(ex.Named(name), strength)
        is_value = found is not None
        least, most = (None if end is None else _plain(end) for end in found or (None, None))
    elif name in figures.closed.outputs:
        is_value = figures.gives_something(name, strength)
        given = [_word(each) for each in figures.still_given(name, strength)]
        possible = tuple([each for each in declared.options if each in given] or given)
    else:
        possible = tuple(_sides(figures.pairs[NodeId.value(name)], strength))
    return ValueResult(name, declared.label, type_.value, declared.unit, least, most, possible, is_value)


def _sides(pair: Pair, strength: int) -> Iterator[str]:
    """What a yes or no may be: it is yes as strongly as is asked, and no as its facts are given."""
    t, f = pair
    if not f:
        yield "yes"
    if t < strength:
        yield "no"


def _word(value: Scalar) -> str:
    return ("yes" if value else "no") if isinstance(value, bool) else str(value)


def _plain(number: int | Decimal) -> Decimal:
    """A number as people write it: without an exponent, and without noughts that say nothing."""
    whole = Decimal(number)
    if whole == whole.to_integral_value():
        return EXACT.quantize(whole, Decimal(1))
    return whole.normalize(EXACT)
