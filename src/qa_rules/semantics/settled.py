"""No definite answer lost at a leaf: what settles a test while one of its facts is unknown stands beside the test.

What a vocabulary declares limits what an unknown fact can turn out to be: its bounds, its options, that it is never
none. Where every value that is left gives a test the same answer, the test has that answer, as strongly as what
settles it is known: nothing is one of an empty whole list, and no age is beyond the greatest that there is. So the
test is put together with smaller ones, about what is known, that it cannot contradict; engines see no other
connectives than those that they have. Connectives that an author wrote stay as they are.

Nothing is settled while the unknown fact may be none, by a parameter that nobody set, or of an empty list by `includes
all of` and `includes only`. Four tests stay open longer than they need to: of working days whose number is an
unknown fact; of a span that begins an unknown number of days after a date; of a fact that stands on both sides of
`includes`, or in both dates; and of the items that records hold together.
"""

from __future__ import annotations

from typing import assert_never

import attrs

from qa_rules.model.expressions import (
    AllOf,
    AnyOf,
    Compare,
    Constant,
    Empty,
    Expr,
    Fact,
    Field,
    Given,
    Includes,
    Inclusion,
    Later,
    Leaf,
    Literal,
    Not,
    On,
    OneOf,
    Op,
    Parameter,
    Term,
    Unset,
    Within,
    rebuild,
    terms,
)
from qa_rules.model.facts import FactDeclaration, FactType, Vocabulary
from qa_rules.model.values import Scalar, Unit
from qa_rules.semantics.ranges import bounds, holds_of

_UPWARDS = (Op.AT_LEAST, Op.MORE)


def settled(expr: Expr, vocabulary: Vocabulary) -> Expr:
    """Return the expression with what settles each test beside it."""
    return _Settling(vocabulary).of(expr)


@attrs.frozen
class _Settling:
    vocabulary: Vocabulary

    def of(self, expr: Expr) -> Expr:
        match expr:
            case Compare():
                return self._compare(expr)
            case OneOf():
                return self._one_of(expr)
            case Includes():
                return self._includes(expr)
            case Within():
                return self._within(expr)
            case Empty() | Given():
                return expr
            case AnyOf(operands) if self._is_every_number(expr):
                return AnyOf((*operands, Constant(True)), place=expr.place)
            case _:
                return rebuild(expr, self.of)

    # What a term can be

    def _declared(self, term: Term) -> FactDeclaration | None:
        return self.vocabulary.declaration(term)

    def _is_sure(self, term: Term) -> bool:
        """Whether it is a value whatever is not known: never none, never a setting that nobody gave."""
        if isinstance(term, Later):
            return (
                term.unit is not Unit.WORKING_DAYS
                and self._is_sure(term.start)
                and self._is_sure(term.amount)
            )
        found = self._declared(term)
        return isinstance(term, Literal | On) if found is None else not found.may_be_none

    def _bounds(self, term: Term, ranks: tuple[str, ...]) -> tuple[Scalar | None, Scalar | None]:
        if isinstance(term, Literal) and not isinstance(term.value, frozenset):
            ordered = not isinstance(term.value, str) or term.value in ranks
            return (term.value, term.value) if ordered else (None, None)
        found = self._declared(term)
        if found is None or not ranks:
            return (None, None) if found is None else bounds(found)
        options = [each for each in ranks if each in found.options]
        return options[0], options[-1]

    def _universe(self, term: Term) -> frozenset[str] | None:
        """The items that a choice or a set can have, None where anything can be one."""
        if isinstance(term, Literal):
            return term.value if isinstance(term.value, frozenset) else frozenset([str(term.value)])
        found = self._declared(term)
        return frozenset(found.options) if found is not None and found.options else None

    def _certainly(self, leaf: Leaf, holds: bool) -> Expr:
        """A test that has one answer, whatever is not known, as soon as what may be none is known not to be."""
        facts = [each for each in dict.fromkeys(terms(leaf)) if isinstance(each, Fact | Field)]
        perhaps_none = [each for each in facts if not self._is_sure(each)]
        if any(isinstance(each, Unset | Parameter) for each in terms(leaf)):
            return leaf
        if len(perhaps_none) == len(facts) > 0 and not any(map(self._is_set, facts)):
            return leaf
        test: Expr = Constant(holds)
        for each in perhaps_none:
            test = self._while_given(test, each, holds)
        return _beside(leaf, [test] if holds else [], [] if holds else [test])

    def _while_given(self, test: Expr, term: Term, holds: bool) -> Expr:
        """The test as far as a term is known not to be none: else it settles nothing."""
        if self._is_sure(term):
            return test
        assert isinstance(term, Fact | Field)
        return AllOf((test, Given(term))) if holds else AnyOf((test, Not(Given(term))))

    # Comparisons

    def _compare(self, leaf: Compare) -> Expr:
        left, op, right = leaf.left, leaf.op, leaf.right
        if left == right:
            if not (isinstance(left, Fact | Field) and self._is_sure(left)):
                return leaf
            return self._certainly(leaf, op in (Op.IS, Op.AT_LEAST, Op.AT_MOST))
        if isinstance(right, Later):
            return self._after_some_time(leaf, right)
        if op is Op.IS and self._has_options(left, right):
            return self._same_option(leaf)
        holds: list[Expr] = []
        unless: list[Expr] = []
        for this, asked, other in ((left, op, right), (right, op.mirrored, left)):
            if not self._is_sure(other):
                continue
            least, most = self._bounds(other, leaf.ranks)
            if asked is Op.IS:
                self._add(unless, this, Op.AT_LEAST, least, other, leaf.ranks, False)
                self._add(unless, this, Op.AT_MOST, most, other, leaf.ranks, False)
                if least is not None and least == most:
                    self._add(holds, this, Op.IS, least, other, leaf.ranks, True)
                continue
            enough, needed = (most, least) if asked in _UPWARDS else (least, most)
            self._add(holds, this, asked, enough, other, leaf.ranks, True)
            self._add(unless, this, asked, needed, other, leaf.ranks, False)
        return _beside(leaf, holds, unless)

    def _add(
        self,
        tests: list[Expr],
        this: Term,
        op: Op,
        bound: Scalar | None,
        other: Term,
        ranks: tuple[str, ...],
        wanted: bool,
    ) -> None:
        """Add the test of one side against a bound of the other, where it can come out as wanted."""
        if bound is None:
            return
        always = self._always(this, op, bound, ranks)
        if always is (not wanted):
            return
        if always is wanted and self._is_sure(this):
            tests.append(Constant(wanted))
        elif isinstance(this, Fact | Field) and not isinstance(other, Literal):
            tests.append(Compare(this, op, Literal(bound), ranks))

    def _always(self, this: Term, op: Op, bound: Scalar, ranks: tuple[str, ...]) -> bool | None:
        """What a comparison comes to for all values that a term can have, None where that depends."""

        def holds(value: Scalar | None) -> bool | None:
            return None if value is None else holds_of(value, op, bound, ranks)

        least, most = map(holds, self._bounds(this, ranks))
        if op is Op.IS:
            low, high = self._bounds(this, ranks)
            if low is not None and low == high:
                return least
            outside = (low is not None and holds_of(low, Op.MORE, bound, ranks)) or (
                high is not None and holds_of(high, Op.LESS, bound, ranks)
            )
            return False if outside else None
        at_worst, at_best = (least, most) if op in _UPWARDS else (most, least)
        return True if at_worst else False if at_best is False else None

    def _has_options(self, *terms: Term) -> bool:
        return any(found is not None and bool(found.options) for found in map(self._declared, terms))

    def _same_option(self, leaf: Compare) -> Expr:
        """Two choices are the same only where the option is one of both."""
        here, there = self._universe(leaf.left), self._universe(leaf.right)
        if here is not None and there is not None:
            if not here & there:
                return self._certainly(leaf, False)
            if len(here | there) == 1:
                return self._certainly(leaf, True)
        unless: list[Expr] = []
        for this, own, other, others in (
            (leaf.left, here, leaf.right, there),
            (leaf.right, there, leaf.left, here),
        ):
            known = (
                isinstance(this, Fact | Field) and isinstance(other, Fact | Field) and self._is_sure(other)
            )
            if known and others is not None and not (own is not None and own <= others):
                unless.append(OneOf(this, Literal(others)))
        return _beside(leaf, [], unless)

    def _are_sure(self, *terms: Term) -> bool:
        return all(map(self._is_sure, terms))

    def _after_some_time(self, leaf: Compare, right: Later) -> Expr:
        """A date against another that some unknown, but bounded, time later is."""
        if not isinstance(right.amount, Fact | Field) or right.unit is Unit.WORKING_DAYS:
            return leaf
        if not self._is_sure(right.amount):
            return leaf
        first, last = (
            None if each is None else attrs.evolve(right, amount=Literal(each))
            for each in self._bounds(right.amount, ())
        )
        if leaf.op is Op.IS:
            ends = [(Op.AT_LEAST, first), (Op.AT_MOST, last)]
            return _beside(leaf, [], [Compare(leaf.left, op, end) for op, end in ends if end is not None])
        enough, needed = (last, first) if leaf.op in _UPWARDS else (first, last)
        return _beside(
            leaf,
            [] if enough is None else [attrs.evolve(leaf, right=enough)],
            [] if needed is None else [attrs.evolve(leaf, right=needed)],
        )

    def _within(self, leaf: Within) -> Expr:
        """A span whose length is not known is at least the shortest and at most the longest that there is."""
        least, most = self._bounds(leaf.amount, ())
        apart = not _counts_working_days(leaf.start)
        if isinstance(most, int) and most < 0 and apart:
            return self._certainly(leaf, False)
        if not isinstance(leaf.amount, Fact | Field):
            return leaf
        holds: list[Expr] = []
        unless: list[Expr] = []
        working, is_sure = leaf.unit is Unit.WORKING_DAYS, self._is_sure(leaf.amount)
        # Where the calendar ends, more days are never known when fewer are not.
        if isinstance(least, int) and is_sure and (least >= 0 or not working):
            holds.append(attrs.evolve(leaf, amount=Literal(least)))
        if isinstance(most, int) and is_sure and not working:
            unless.append(attrs.evolve(leaf, amount=Literal(most)))
        ends = [each for each in terms(leaf) if each != leaf.amount]
        if not (isinstance(least, int) and least >= 0) and apart and Unset not in map(type, ends):
            test: Expr = Compare(leaf.amount, Op.AT_LEAST, Literal(0))
            for each in ends:
                test = self._while_given(test, each, False)
            unless.append(test)
        return _beside(leaf, holds, unless)

    def _is_every_number(self, expr: AnyOf) -> bool:
        """Whether `is one of` names every number that there is. It is read as one test a number, all in one place."""
        terms = {each.left for each in expr.operands if isinstance(each, Compare) and each.op is Op.IS}
        values = {
            each.right.value
            for each in expr.operands
            if isinstance(each, Compare) and each.place is expr.place and isinstance(each.right, Literal)
        }
        term = next(iter(terms)) if len(terms) == 1 else None
        if expr.place is None or not isinstance(term, Fact | Field) or len(values) < len(expr.operands):
            return False
        found = self.vocabulary.declaration(term)
        assert found is not None
        least, most = bounds(found)
        if found.type is not FactType.INTEGER or found.may_be_none or least is None or most is None:
            return False
        assert isinstance(least, int)
        assert isinstance(most, int)
        return most - least < len(values) and values >= set(range(least, most + 1))

    # Sets

    def _one_of(self, leaf: OneOf) -> Expr:
        item, options = leaf.item, leaf.options
        its, theirs = self._universe(item), self._universe(options)
        if theirs is not None and (not theirs or (its is not None and not its & theirs)):
            return self._certainly(leaf, False)
        if isinstance(options, Literal):
            every = its is not None and theirs is not None and its <= theirs
            return self._certainly(leaf, True) if every else leaf
        if not isinstance(options, Fact | Field):
            return leaf
        holds: list[Expr] = []
        unless: list[Expr] = []
        if isinstance(item, Fact | Field) and self._is_sure(item):
            if its is not None:
                holds.append(Includes(options, Inclusion.ALL, Literal(its)))
            unless.append(self._has_some(options, its, 1))
        if isinstance(item, Fact | Field) and theirs is not None and not (its is not None and its <= theirs):
            unless.append(self._while_given(OneOf(item, Literal(theirs)), options, False))
        return _beside(leaf, holds, unless)

    def _has_some(self, whole: Term, of: frozenset[str] | None, count: int) -> Expr:
        """Whether so many items of a set are among those that can count."""
        if of is None:
            return Not(Empty(whole)) if count == 1 else Includes(whole, Inclusion.AT_LEAST, whole, count)
        if count == 1:
            return Includes(whole, Inclusion.ANY, Literal(of))
        return Includes(whole, Inclusion.AT_LEAST, Literal(of), count)

    def _includes(self, leaf: Includes) -> Expr:
        whole, items = leaf.whole, leaf.items
        if whole == items or not (self._is_set(whole) and self._is_set(items)):
            return leaf
        match leaf.how:
            case Inclusion.ALL:
                return self._all_in(leaf, items, whole)
            case Inclusion.ONLY:
                return self._all_in(leaf, whole, items)
            case Inclusion.ANY | Inclusion.AT_LEAST:
                return self._share(leaf, max(leaf.count, 1))
            case _:
                assert_never(leaf.how)

    def _is_set(self, term: Term) -> bool:
        found = self._declared(term)
        return isinstance(term, Literal) if found is None else found.type.is_set

    def _all_in(self, leaf: Includes, part: Term, whole: Term) -> Expr:
        """Every item of one set is in another; of an empty set it stays open."""
        own, others = self._universe(part), self._universe(whole)
        holds: list[Expr] = []
        unless: list[Expr] = []
        if isinstance(part, Literal):
            beyond = own is not None and others is not None and bool(own - others)
            return self._certainly(leaf, False) if beyond else leaf
        if own is not None:
            something = Not(Empty(part))
            if not isinstance(whole, Literal):
                holds.append(AllOf((something, Includes(whole, Inclusion.ALL, Literal(own)))))
            elif others is not None and own <= others:
                holds.append(something)
        is_limit = isinstance(whole, Fact | Field) and others is not None
        if is_limit and others is not None and not (own is not None and own <= others):
            test = Includes(part, Inclusion.ONLY, Literal(others))
            unless.append(self._while_given(test, whole, False))
        return _beside(leaf, holds, unless)

    def _share(self, leaf: Includes, count: int) -> Expr:
        """Two sets share so many items: each has to have as many that the other can have."""
        one, other = leaf.whole, leaf.items
        first, second = self._universe(one), self._universe(other)
        if first is not None and second is not None and len(first & second) < count:
            return self._certainly(leaf, False)
        if any(isinstance(each, Literal) and len(each.value) < count for each in (one, other)):  # type: ignore[arg-type]
            return self._certainly(leaf, False)
        if not (isinstance(one, Fact | Field) and isinstance(other, Fact | Field)):
            return leaf
        unless = [
            self._while_given(self._has_some(one, second, count), other, False),
            self._while_given(self._has_some(other, first, count), one, False),
        ]
        return _beside(leaf, [], unless)


def _counts_working_days(term: Term) -> bool:
    return isinstance(term, Later) and term.unit is Unit.WORKING_DAYS


def _beside(leaf: Leaf, holds: list[Expr], unless: list[Expr]) -> Expr:
    """The test, which holds as well when one of these does, and does not when one of those does not."""
    whole: Expr = AnyOf((leaf, *holds), place=leaf.place) if holds else leaf
    return AllOf((whole, *unless), place=leaf.place) if unless else whole
