"""What a number of a ruleset is for one subject: the interval in which it lies by what is known at a strength.

Sums are flattened to facts first, as for comparisons. While a number may be no value there is no interval.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from decimal import Decimal

import attrs

from qa_rules.model import expressions as ex
from qa_rules.model import numbers as nu
from qa_rules.model.lazy import lazy
from qa_rules.model.nodes import NodeId
from qa_rules.program.bind import ClosedRuleset
from qa_rules.program.constraints import Extreme, Form, UnsetError
from qa_rules.program.settings import Settings
from qa_rules.program.values import Values
from qa_rules.semantics.evaluate import evaluate
from qa_rules.semantics.linear import Interval, Number, added, known_at, scaled
from qa_rules.semantics.snapshot import NO_RECORDS, HeldRecord, Known
from qa_rules.semantics.truth import Pair


@attrs.frozen(eq=False, slots=False)
class Figures:
    """The numbers of a closed ruleset for one subject."""

    closed: ClosedRuleset
    known: Known
    pairs: Mapping[str, Pair]

    @lazy
    def values(self) -> Values:
        """The values under the settings."""
        ruleset = self.closed.ruleset
        settings = Settings(ruleset, self.closed.policy)
        return Values(
            ruleset.value,
            ruleset.vocabulary,
            settings.applied,
            settings.term,
            lambda name, told, expr: None,
        )

    def interval(self, number: nu.Number, strength: int = 1) -> Interval | None:
        """Return between what a number lies by what is known at a strength or better; None for no value."""
        try:
            if isinstance(number, ex.Named):
                return self.interval(self.values.definition(number.name), strength)
            if isinstance(number, nu.Share):
                return self._share(number, strength)
            return self._of(self.values.form(number), strength)
        except UnsetError:
            return None

    def _of(self, form: Form, strength: int) -> Interval | None:
        if isinstance(form, Extreme):
            found = [self._of(each, strength) for each in form.parts]
            known = [each for each in found if each is not None]
            return None if len(known) < len(found) else _extreme(known, form.greatest)
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
            parts.append(scaled(_plain(factor), _truth(self._pair(test), strength)))
        for counted, factor in form.counts.items():
            parts.append(scaled(_plain(factor), self._count(counted, strength)))
        return added(parts)

    def _pair(self, test: ex.Expr, record: HeldRecord | None = None) -> Pair:
        try:
            return evaluate(self._in_nodes(test), self.known, self.pairs, record)
        except KeyError:  # a comparison that no rule asks, and so no node is of
            return 0, 0

    def _in_nodes(self, expr: ex.Expr) -> ex.Expr:
        """References by the nodes that there are."""
        if not isinstance(expr, ex.Reference):
            return ex.rebuild(expr, self._in_nodes)
        parts = (NodeId.applies(expr.name), NodeId.met(expr.name))
        if expr.aspect is ex.Aspect.MET and parts[0] in self.closed.index:
            return ex.AllOf(tuple(ex.Reference(each) for each in parts))
        return ex.Reference(expr.name)

    def _count(self, counted: nu.Counted, strength: int) -> Interval:
        records, whole = self.known.collections.get(counted.collection, NO_RECORDS)
        low, high = 0, 0
        for record in records:
            t, f = (3, 0) if counted.where is None else self._pair(counted.where, record)
            low += min(t, record.strength) >= strength
            high += f < strength
        return low, high if whole >= strength else None

    def _share(self, share: nu.Share, strength: int) -> Interval | None:
        """In percent; of nothing that is known to count, no value."""
        sure = dict.fromkeys((True, False, None), 0)
        perhaps = dict.fromkeys((True, False, None), 0)
        for when, holds in share.asked:
            applies = (1, 1) if when is None else _truth(self._pair(self.values.bound(when)), strength)
            met = _truth(self._pair(self.values.bound(holds)), strength)
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
