"""What a number of a ruleset is for one subject: the interval in which it lies by what is known at a strength.

Sums are flattened to facts first, as for comparisons. While a number may be no value there is no interval.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from decimal import Decimal
from fractions import Fraction

import attrs

from qa_rules.model import expressions as ex
from qa_rules.model import numbers as nu
from qa_rules.model.kept import once_for_each
from qa_rules.model.lazy import lazy
from qa_rules.model.values import Scalar
from qa_rules.program.bind import ClosedRuleset, Closing, closing_of
from qa_rules.program.constraints import Extreme, Form, Steps, UnsetError
from qa_rules.program.values import Values
from qa_rules.semantics.evaluate import evaluate
from qa_rules.semantics.linear import Interval, Number, added, known_at, scaled
from qa_rules.semantics.snapshot import NO_RECORDS, HeldRecord, Known
from qa_rules.semantics.totals import Chosen, records_at
from qa_rules.semantics.truth import Pair


@once_for_each
def binding(closed: ClosedRuleset) -> Closing:
    """Return what binds the tests in numbers. A comparison that no rule asks is a node in its `made`."""
    return closing_of(closed)


@once_for_each
def over_nodes(closed: ClosedRuleset, test: ex.Expr) -> ex.Expr:
    """Return a test as `Values.bound` returns it over nodes: those of the closed ruleset, and those in `made`."""
    return binding(closed).in_terms_of_nodes(test)


class _Pairs(dict[str, Pair]):
    """The pairs of nodes: those that were worked out already, and others when they are asked for."""

    def __init__(self, figures: Figures) -> None:
        self.figures = figures

    def __missing__(self, name: str) -> Pair:
        closed = self.figures.closed
        if name in closed.index:
            found = self.figures.pairs[name]
        else:
            found = evaluate(binding(closed).made[name], self.figures.known, self)
        self[name] = found
        return found


@attrs.frozen(eq=False, slots=False)
class Figures:
    """The numbers of a closed ruleset for one subject."""

    closed: ClosedRuleset
    known: Known
    pairs: Mapping[str, Pair]

    @property
    def values(self) -> Values:
        """The values under the settings."""
        return binding(self.closed).values

    @lazy
    def _nodes(self) -> _Pairs:
        return _Pairs(self)

    def interval(self, number: nu.Number, strength: int = 1) -> Interval | None:
        """Return between what a number lies by what is known at a strength or better; None for no value."""
        try:
            if isinstance(number, ex.Named) and number.name not in self.closed.outputs:
                return self.interval(self.values.definition(number.name), strength)
            if isinstance(number, nu.Share):
                return self._share(number, strength)
            if isinstance(number, nu.ShareOfRecords):
                return self._share_of_records(number, strength)
            return self._of(self.values.form(number), strength)
        except UnsetError:
            return None

    def gives_something(self, output: str, strength: int) -> bool:
        """Return whether a table is sure to give an output."""
        return self._met(output, self.closed.outputs[output].values)[0] >= strength

    def still_given(self, output: str, strength: int) -> list[Scalar]:
        """Return what an output can still be."""
        values = self.closed.outputs[output].values
        return [each for each in values if self._met(output, [each])[1] < strength]

    def _met(self, output: str, values: Iterable[Scalar]) -> Pair:
        """The pair of: an output is one of these."""
        test = ex.OneOf(ex.Named(output), ex.Literal(frozenset(values)))  # type: ignore[arg-type]
        return self.pair(self.values.applied(test))

    def _of(self, form: Form, strength: int) -> Interval | None:
        if isinstance(form, Extreme):
            found = [self._of(each, strength) for each in form.parts]
            known = [each for each in found if each is not None]
            return None if len(known) < len(found) else _extreme(known, form.greatest)
        if any(self.pair(test)[0] < strength for test in form.only_when):
            return None
        parts: list[Interval] = [(_plain(form.constant), _plain(form.constant))]
        for part, factor in form.facts.items():
            held = None
            if isinstance(part.term, ex.Fact):
                held = self.known.values.get(part.term.name)
            one = known_at(held, strength, part)
            if one is None:
                return None
            parts.append(scaled(_plain(factor), one) if factor else (0, 0))
        for test, factor in form.tests.items():
            parts.append(scaled(_plain(factor), _truth(self.pair(test), strength)))
        for steps, factor in form.steps.items():
            parts.append(self._given(steps, factor, strength))
        for counted, factor in form.counts.items():
            one = records_at(counted, *self._listed(counted), strength)
            if one is None:
                return None
            parts.append(scaled(_plain(factor), one))
        return added(parts)

    def pair(self, test: ex.Expr, record: HeldRecord | None = None) -> Pair:
        """Return the pair of a test as `Values.bound` returns it."""
        return evaluate(over_nodes(self.closed, test), self.known, self._nodes, record)

    def _given(self, steps: Steps, factor: Fraction, strength: int) -> Interval:
        """Between what lies what a table gives."""
        pairs = [self.pair(test) for test in steps.tests]
        low = sum(t >= strength for t, _ in pairs)
        high = sum(f < strength for _, f in pairs)
        return scaled(_plain(factor), (_plain(steps.values[low]), _plain(steps.values[high])))

    def _listed(self, part: ex.OfRecords) -> tuple[Chosen, int]:
        """The records that may add to a number, and how sure it is that there are no others."""
        records, whole = self.known.collections.get(part.collection, NO_RECORDS)
        chosen = []
        for record in records:
            t, f = (3, 0) if part.where is None else self.pair(part.where, record)
            held = None if part.amount is None else record.fields.get(part.amount.term.name)
            chosen.append(((min(t, record.strength), f), held))
        return chosen, whole

    def _share_of_records(self, share: nu.ShareOfRecords, strength: int) -> Interval | None:
        """As `_share`; a list that is not known to be whole may hold any number that is met, or that is not."""
        records, whole = self.known.collections.get(share.collection, NO_RECORDS)
        asked = []
        for record in records:
            t, f = (3, 0) if share.where is None else self.pair(self.values.bound(share.where), record)
            holds = self.pair(self.values.bound(share.holds), record)
            asked.append(((min(t, record.strength), f), holds))
        found = _shared(asked, strength)
        return found if found is None or whole >= strength else (Decimal(0), Decimal(100))

    def _share(self, share: nu.Share, strength: int) -> Interval | None:
        """In percent; of nothing that is known to count, no value."""
        asked = []
        for when, holds in share.asked:
            applies = (3, 0) if when is None else self.pair(self.values.bound(when))
            asked.append((applies, self.pair(self.values.bound(holds))))
        return _shared(asked, strength)


def _shared(asked: Iterable[tuple[Pair, Pair]], strength: int) -> Interval | None:
    """In percent, how much of what counts is met; None where nothing is sure to count."""
    sure = dict.fromkeys((True, False, None), 0)
    perhaps = dict.fromkeys((True, False, None), 0)
    for counts, holds in asked:
        applies, met = _truth(counts, strength), _truth(holds, strength)
        if applies != (0, 0):
            truth = None if met[0] != met[1] else bool(met[0])
            (sure if applies == (1, 1) else perhaps)[truth] += 1
    if not any(sure.values()):
        return None
    all_sure = sum(sure.values())
    worst = 100 * sure[True], all_sure + perhaps[False] + perhaps[None]
    better = sure[True] + sure[None] + perhaps[True] + perhaps[None]
    best = 100 * better, all_sure + perhaps[True] + perhaps[None]
    low, high = (Decimal(top) / bottom for top, bottom in (worst, best))
    return low, high


def _truth(pair: Pair, strength: int) -> tuple[int, int]:
    """1 where it holds, 0 where it does not."""
    t, f = pair
    return int(t >= strength), int(f < strength)


def _extreme(parts: Iterable[Interval], greatest: bool) -> Interval:
    """The interval of the least or the greatest of some."""
    found = list(parts)
    if greatest:
        low, high = _extreme([scaled(-1, each) for each in found], False)
        return scaled(-1, (low, high))
    lows, highs = ([each[at] for each in found] for at in (0, 1))
    known = [each for each in highs if each is not None]
    least: Number | None = None if None in lows else min(each for each in lows if each is not None)
    return least, min(known, default=None)


def _plain(number: object) -> Number:
    """A fraction as a number that people write, as near as 28 digits come."""
    whole = Decimal(number.numerator) / number.denominator  # type: ignore[attr-defined]
    return int(whole) if whole == whole.to_integral_value() else whole
