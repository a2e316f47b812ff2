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

from qa_rules.model import expressions as ex
from qa_rules.model.expressions import rebuild, terms
from qa_rules.model.facts import FactDeclaration, FactType, Vocabulary
from qa_rules.model.values import Scalar, Unit
from qa_rules.semantics.ranges import bounds, holds_of

_UPWARDS = (ex.Op.AT_LEAST, ex.Op.MORE)


def settled(expr: ex.Expr, vocabulary: Vocabulary) -> ex.Expr:
    """Return the expression with what settles each test beside it."""
    return _Settling(vocabulary).of(expr)


@attrs.frozen
class _Settling:
    vocabulary: Vocabulary

    def of(self, expr: ex.Expr) -> ex.Expr:
        match expr:
            case ex.Compare():
                return self._compare(expr)
            case ex.OneOf():
                return self._one_of(expr)
            case ex.Includes():
                return self._includes(expr)
            case ex.Within():
                return self._within(expr)
            case ex.Empty() | ex.Given() | ex.Linear():
                return expr
            case ex.AnyOf(operands) if self._is_every_number(expr):
                return ex.AnyOf((*operands, ex.Constant(True)), place=expr.place)
            case _:
                return rebuild(expr, self.of)

    # What a term can be

    def _declared(self, term: ex.Term) -> FactDeclaration | None:
        return self.vocabulary.declaration(term)

    def _is_sure(self, term: ex.Term) -> bool:
        """Whether it is a value whatever is not known: never none, never a setting that nobody gave."""
        if isinstance(term, ex.Later):
            return (
                term.unit is not Unit.WORKING_DAYS
                and self._is_sure(term.start)
                and self._is_sure(term.amount)
            )
        found = self._declared(term)
        return isinstance(term, ex.Literal | ex.On) if found is None else not found.may_be_none

    def _bounds(self, term: ex.Term, ranks: tuple[str, ...]) -> tuple[Scalar | None, Scalar | None]:
        if isinstance(term, ex.Literal) and not isinstance(term.value, frozenset):
            ordered = not isinstance(term.value, str) or term.value in ranks
            return (term.value, term.value) if ordered else (None, None)
        found = self._declared(term)
        if found is None or not ranks:
            return (None, None) if found is None else bounds(found)
        options = [each for each in ranks if each in found.options]
        return options[0], options[-1]

    def _universe(self, term: ex.Term) -> frozenset[str] | None:
        """The items that a choice or a set can have, None where anything can be one."""
        if isinstance(term, ex.Literal):
            return term.value if isinstance(term.value, frozenset) else frozenset([str(term.value)])
        found = self._declared(term)
        return frozenset(found.options) if found is not None and found.options else None

    def _certainly(self, leaf: ex.Leaf, holds: bool) -> ex.Expr:
        """A test that has one answer, whatever is not known, as soon as what may be none is known not to be."""
        facts = [each for each in dict.fromkeys(terms(leaf)) if isinstance(each, ex.Fact | ex.Field)]
        perhaps_none = [each for each in facts if not self._is_sure(each)]
        if any(isinstance(each, ex.Unset | ex.Parameter) for each in terms(leaf)):
            return leaf
        if len(perhaps_none) == len(facts) > 0 and not any(map(self._is_set, facts)):
            return leaf
        test: ex.Expr = ex.Constant(holds)
        for each in perhaps_none:
            test = self._while_given(test, each, holds)
        return _beside(leaf, [test] if holds else [], [] if holds else [test])

    def _while_given(self, test: ex.Expr, term: ex.Term, holds: bool) -> ex.Expr:
        """The test as far as a term is known not to be none: else it settles nothing."""
        if self._is_sure(term):
            return test
        assert isinstance(term, ex.Fact | ex.Field)
        return ex.AllOf((test, ex.Given(term))) if holds else ex.AnyOf((test, ex.Not(ex.Given(term))))

    # Comparisons

    def _compare(self, leaf: ex.Compare) -> ex.Expr:
        left, op, right = leaf.left, leaf.op, leaf.right
        if left == right:
            if not (isinstance(left, ex.Fact | ex.Field) and self._is_sure(left)):
                return leaf
            return self._certainly(leaf, op in (ex.Op.IS, ex.Op.AT_LEAST, ex.Op.AT_MOST))
        if isinstance(right, ex.Later):
            return self._after_some_time(leaf, right)
        if op is ex.Op.IS and self._has_options(left, right):
            return self._same_option(leaf)
        holds: list[ex.Expr] = []
        unless: list[ex.Expr] = []
        for this, asked, other in ((left, op, right), (right, op.mirrored, left)):
            if not self._is_sure(other):
                continue
            least, most = self._bounds(other, leaf.ranks)
            if asked is ex.Op.IS:
                self._add(unless, this, ex.Op.AT_LEAST, least, other, leaf.ranks, False)
                self._add(unless, this, ex.Op.AT_MOST, most, other, leaf.ranks, False)
                if least is not None and least == most:
                    self._add(holds, this, ex.Op.IS, least, other, leaf.ranks, True)
                continue
            enough, needed = (most, least) if asked in _UPWARDS else (least, most)
            self._add(holds, this, asked, enough, other, leaf.ranks, True)
            self._add(unless, this, asked, needed, other, leaf.ranks, False)
        return _beside(leaf, holds, unless)

    def _add(
        self,
        tests: list[ex.Expr],
        this: ex.Term,
        op: ex.Op,
        bound: Scalar | None,
        other: ex.Term,
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
            tests.append(ex.Constant(wanted))
        elif isinstance(this, ex.Fact | ex.Field) and not isinstance(other, ex.Literal):
            tests.append(ex.Compare(this, op, ex.Literal(bound), ranks))

    def _always(self, this: ex.Term, op: ex.Op, bound: Scalar, ranks: tuple[str, ...]) -> bool | None:
        """What a comparison comes to for all values that a term can have, None where that depends."""

        def holds(value: Scalar | None) -> bool | None:
            return None if value is None else holds_of(value, op, bound, ranks)

        least, most = map(holds, self._bounds(this, ranks))
        if op is ex.Op.IS:
            low, high = self._bounds(this, ranks)
            if low is not None and low == high:
                return least
            outside = (low is not None and holds_of(low, ex.Op.MORE, bound, ranks)) or (
                high is not None and holds_of(high, ex.Op.LESS, bound, ranks)
            )
            return False if outside else None
        at_worst, at_best = (least, most) if op in _UPWARDS else (most, least)
        return True if at_worst else False if at_best is False else None

    def _has_options(self, *terms: ex.Term) -> bool:
        return any(found is not None and bool(found.options) for found in map(self._declared, terms))

    def _same_option(self, leaf: ex.Compare) -> ex.Expr:
        """Two choices are the same only where the option is one of both."""
        here, there = self._universe(leaf.left), self._universe(leaf.right)
        if here is not None and there is not None:
            if not here & there:
                return self._certainly(leaf, False)
            if len(here | there) == 1:
                return self._certainly(leaf, True)
        unless: list[ex.Expr] = []
        for this, own, other, others in (
            (leaf.left, here, leaf.right, there),
            (leaf.right, there, leaf.left, here),
        ):
            known = (
                isinstance(this, ex.Fact | ex.Field)
                and isinstance(other, ex.Fact | ex.Field)
                and self._is_sure(other)
            )
            if known and others is not None and not (own is not None and own <= others):
                unless.append(ex.OneOf(this, ex.Literal(others)))
        return _beside(leaf, [], unless)

    def _after_some_time(self, leaf: ex.Compare, right: ex.Later) -> ex.Expr:
        """A date against another that some unknown, but bounded, time later is."""
        if not isinstance(right.amount, ex.Fact | ex.Field) or right.unit is Unit.WORKING_DAYS:
            return leaf
        if not self._is_sure(right.amount):
            return leaf
        first, last = (
            None if each is None else attrs.evolve(right, amount=ex.Literal(each))
            for each in self._bounds(right.amount, ())
        )
        if leaf.op is ex.Op.IS:
            ends = [(ex.Op.AT_LEAST, first), (ex.Op.AT_MOST, last)]
            return _beside(leaf, [], [ex.Compare(leaf.left, op, end) for op, end in ends if end is not None])
        enough, needed = (last, first) if leaf.op in _UPWARDS else (first, last)
        return _beside(
            leaf,
            [] if enough is None else [attrs.evolve(leaf, right=enough)],
            [] if needed is None else [attrs.evolve(leaf, right=needed)],
        )

    def _within(self, leaf: ex.Within) -> ex.Expr:
        """A span whose length is not known is at least the shortest and at most the longest that there is."""
        least, most = self._bounds(leaf.amount, ())
        apart = not _counts_working_days(leaf.start)
        if isinstance(most, int) and most < 0 and apart:
            return self._certainly(leaf, False)
        if not isinstance(leaf.amount, ex.Fact | ex.Field):
            return leaf
        holds: list[ex.Expr] = []
        unless: list[ex.Expr] = []
        working, is_sure = leaf.unit is Unit.WORKING_DAYS, self._is_sure(leaf.amount)
        # Where the calendar ends, more days are never known when fewer are not.
        if isinstance(least, int) and is_sure and (least >= 0 or not working):
            holds.append(attrs.evolve(leaf, amount=ex.Literal(least)))
        if isinstance(most, int) and is_sure and not working:
            unless.append(attrs.evolve(leaf, amount=ex.Literal(most)))
        ends = [each for each in terms(leaf) if each != leaf.amount]
        if not (isinstance(least, int) and least >= 0) and apart and ex.Unset not in map(type, ends):
            test: ex.Expr = ex.Compare(leaf.amount, ex.Op.AT_LEAST, ex.Literal(0))
            for each in ends:
                test = self._while_given(test, each, False)
            unless.append(test)
        return _beside(leaf, holds, unless)

    def _is_every_number(self, expr: ex.AnyOf) -> bool:
        """Whether `is one of` names every number that there is. It is read as one test a number, all in one place."""
        terms = {each.left for each in expr.operands if isinstance(each, ex.Compare) and each.op is ex.Op.IS}
        values = {
            each.right.value
            for each in expr.operands
            if isinstance(each, ex.Compare)
            and each.place is expr.place
            and isinstance(each.right, ex.Literal)
        }
        term = next(iter(terms)) if len(terms) == 1 else None
        if expr.place is None or not isinstance(term, ex.Fact | ex.Field) or len(values) < len(expr.operands):
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

    def _one_of(self, leaf: ex.OneOf) -> ex.Expr:
        item, options = leaf.item, leaf.options
        its, theirs = self._universe(item), self._universe(options)
        if theirs is not None and (not theirs or (its is not None and not its & theirs)):
            return self._certainly(leaf, False)
        if isinstance(options, ex.Literal):
            every = its is not None and theirs is not None and its <= theirs
            return self._certainly(leaf, True) if every else leaf
        if not isinstance(options, ex.Fact | ex.Field):
            return leaf
        holds: list[ex.Expr] = []
        unless: list[ex.Expr] = []
        if isinstance(item, ex.Fact | ex.Field) and self._is_sure(item):
            if its is not None:
                holds.append(ex.Includes(options, ex.Inclusion.ALL, ex.Literal(its)))
            unless.append(self._has_some(options, its, 1))
        if (
            isinstance(item, ex.Fact | ex.Field)
            and theirs is not None
            and not (its is not None and its <= theirs)
        ):
            unless.append(self._while_given(ex.OneOf(item, ex.Literal(theirs)), options, False))
        return _beside(leaf, holds, unless)

    def _has_some(self, whole: ex.Term, of: frozenset[str] | None, count: int) -> ex.Expr:
        """Whether so many items of a set are among those that can count."""
        if of is None:
            return (
                ex.Not(ex.Empty(whole))
                if count == 1
                else ex.Includes(whole, ex.Inclusion.AT_LEAST, whole, count)
            )
        if count == 1:
            return ex.Includes(whole, ex.Inclusion.ANY, ex.Literal(of))
        return ex.Includes(whole, ex.Inclusion.AT_LEAST, ex.Literal(of), count)

    def _includes(self, leaf: ex.Includes) -> ex.Expr:
        whole, items = leaf.whole, leaf.items
        if whole == items or not (self._is_set(whole) and self._is_set(items)):
            return leaf
        match leaf.how:
            case ex.Inclusion.ALL:
                return self._all_in(leaf, items, whole)
            case ex.Inclusion.ONLY:
                return self._all_in(leaf, whole, items)
            case ex.Inclusion.ANY | ex.Inclusion.AT_LEAST:
                return self._share(leaf, max(leaf.count, 1))
            case _:
                assert_never(leaf.how)

    def _is_set(self, term: ex.Term) -> bool:
        found = self._declared(term)
        return isinstance(term, ex.Literal) if found is None else found.type.is_set

    def _all_in(self, leaf: ex.Includes, part: ex.Term, whole: ex.Term) -> ex.Expr:
        """Every item of one set is in another; of an empty set it stays open."""
        own, others = self._universe(part), self._universe(whole)
        holds: list[ex.Expr] = []
        unless: list[ex.Expr] = []
        if isinstance(part, ex.Literal):
            beyond = own is not None and others is not None and bool(own - others)
            return self._certainly(leaf, False) if beyond else leaf
        if own is not None:
            something = ex.Not(ex.Empty(part))
            if not isinstance(whole, ex.Literal):
                holds.append(ex.AllOf((something, ex.Includes(whole, ex.Inclusion.ALL, ex.Literal(own)))))
            elif others is not None and own <= others:
                holds.append(something)
        is_limit = isinstance(whole, ex.Fact | ex.Field) and others is not None
        if is_limit and others is not None and not (own is not None and own <= others):
            test = ex.Includes(part, ex.Inclusion.ONLY, ex.Literal(others))
            unless.append(self._while_given(test, whole, False))
        return _beside(leaf, holds, unless)

    def _share(self, leaf: ex.Includes, count: int) -> ex.Expr:
        """Two sets share so many items: each has to have as many that the other can have."""
        one, other = leaf.whole, leaf.items
        first, second = self._universe(one), self._universe(other)
        if first is not None and second is not None and len(first & second) < count:
            return self._certainly(leaf, False)
        if any(isinstance(each, ex.Literal) and len(each.value) < count for each in (one, other)):  # type: ignore[arg-type]
            return self._certainly(leaf, False)
        if not (isinstance(one, ex.Fact | ex.Field) and isinstance(other, ex.Fact | ex.Field)):
            return leaf
        unless = [
            self._while_given(self._has_some(one, second, count), other, False),
            self._while_given(self._has_some(other, first, count), one, False),
        ]
        return _beside(leaf, [], unless)


def _counts_working_days(term: ex.Term) -> bool:
    return isinstance(term, ex.Later) and term.unit is Unit.WORKING_DAYS


def _beside(leaf: ex.Leaf, holds: list[ex.Expr], unless: list[ex.Expr]) -> ex.Expr:
    """The test, which holds as well when one of these does, and does not when one of those does not."""
    whole: ex.Expr = ex.AnyOf((leaf, *holds), place=leaf.place) if holds else leaf
    return ex.AllOf((whole, *unless), place=leaf.place) if unless else whole
