"""The values that a ruleset defines, put into the tests that use them: a program knows facts and nodes only.

A yes or no is a node of its own, to which its users refer; so is each comparison of a number, which comes down to
connectives over linear constraints. Sums are flattened to facts first, so that each fact stands in one once. The
least and the greatest come outside by distributing them: the least of some sums is enough when all of them are.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from fractions import Fraction

import attrs

from qa_rules.errors import Diagnostic, RulesetError
from qa_rules.model import expressions as ex
from qa_rules.model import numbers as nu
from qa_rules.model.expressions import rebuild, terms, walk
from qa_rules.model.facts import FactType, Vocabulary
from qa_rules.model.named_values import NamedValue
from qa_rules.model.nodes import NodeId
from qa_rules.program.constraints import (
    Extreme,
    Form,
    Line,
    Steps,
    TooLargeError,
    UnsetError,
    compared,
    exact,
    plus,
    times,
)
from qa_rules.program.table_tests import Output
from qa_rules.semantics.ranges import bounds


def nodes_of(values: Mapping[str, NamedValue]) -> Mapping[str, ex.Expr]:
    """Return the tests of the values that are nodes of their own, by those nodes."""
    return {
        NodeId.value(name): each.definition
        for name, each in values.items()
        if isinstance(each.definition, ex.Expr)
    }


def named(expr: ex.Expr) -> Iterator[str]:
    """Yield the names of the values that an expression uses itself, as often as it does."""
    for node in walk(expr):
        yield from (term.name for term in terms(node) if isinstance(term, ex.Named))


@attrs.frozen
class Values:
    """The values of a ruleset under its settings."""

    values: Mapping[str, NamedValue]
    vocabulary: Vocabulary
    applied: Callable[[ex.Expr], ex.Expr]
    """Puts settings, and what tables give, into a test."""
    term: Callable[[ex.Term], ex.Term]
    """Puts the value of a setting in its place."""
    outputs: Mapping[str, Output]
    """What decision tables give."""
    node: Callable[[NodeId, ex.Compare, ex.Expr], None]
    """Takes a comparison of a number, and what it comes to, as a node."""
    exactly: bool = False
    """Whether numbers are asked to be just so much."""

    def bound(self, expr: ex.Expr) -> ex.Expr:
        """Return the expression with what the values in it are made of in their place."""
        match expr:
            case ex.Compare(ex.Named(name), ex.Op.IS, ex.Literal(bool() as wanted)):
                reference = ex.Reference(NodeId.value(name), place=expr.place)
                return reference if wanted else ex.Not(reference, place=expr.place)
            case ex.Compare(left, _, right) if isinstance(left, ex.Named) or isinstance(right, ex.Named):
                return self._number(expr)
            case _:
                return rebuild(expr, self.bound)

    def _number(self, written: ex.Compare) -> ex.Expr:
        """A comparison of a number: a node, but for one that looks at the record in hand."""
        test = written
        if not isinstance(test.left, ex.Named):
            test = attrs.evolve(test, left=test.right, op=test.op.mirrored, right=test.left)
        assert isinstance(test.left, ex.Named)
        if isinstance(test.right, ex.Unset):
            return ex.Constant(None, test.right.name, place=test.place)
        if isinstance(test.right, ex.Field):
            return self._beside_a_record(test)
        name = NodeId.value(test.left.name, f"{test.op.value} {_word(test.right)}")
        self.node(name, test, self._compared(test))
        return ex.Reference(name, place=test.place)

    def _beside_a_record(self, test: ex.Compare) -> ex.Expr:
        """A number against a field of the record in hand: no other records are looked at beside it."""
        found = self._compared(test)
        if any(map(ex.collections_of, walk(found))):
            message = "a number made of records cannot be compared with a field of a record"
            hint = "compare it with a fact, a setting or a constant"
            raise RulesetError([Diagnostic("too-large", message, test.place, hint)])
        return found

    def _compared(self, test: ex.Compare) -> ex.Expr:
        try:
            values = attrs.evolve(self, exactly=test.op is ex.Op.IS)
            return compared(values._share(test) or values._difference(test), test.op, test.place)
        except UnsetError as unset:
            return ex.Constant(None, unset.name, place=test.place)
        except TooLargeError as fault:
            hint = "split the value, or compare its parts one by one"
            message = f"this comparison cannot be worked out: {fault}"
            raise RulesetError([Diagnostic("too-large", message, test.place, hint)]) from None

    def _difference(self, test: ex.Compare) -> Form:
        return plus(self.form(_number_of(test.left)), times(Fraction(-1), self.form(_number_of(test.right))))

    # What numbers are made of

    def definition(self, name: str) -> nu.Number:
        """Return what a number is made of, settings put in."""
        found = self.values[name].definition
        assert not isinstance(found, ex.Expr)
        return nu.replaced(found, self.applied, self.term)

    def form(self, number: nu.Number) -> Form:
        """Return a number as sums of facts and tests, the least and the greatest outside of them."""
        match number:
            case ex.Literal(value):
                return Line(Fraction(value))  # type: ignore[arg-type]
            case ex.Unset(name):
                raise UnsetError(name)
            case ex.Fact() | ex.Field():
                return Line(facts={weighted(number, self.vocabulary): Fraction(1)})
            case ex.Named(name) if name in self.outputs:
                return self._given(self.outputs[name])
            case ex.Named(name):
                return self.form(self.definition(name))
            case nu.Sum(parts):
                whole: Form = Line()
                for each in parts:
                    whole = plus(whole, self.form(each))
                return whole
            case nu.Product(factor, of):
                if isinstance(factor, ex.Unset):
                    raise UnsetError(factor.name)
                assert isinstance(factor, ex.Literal)
                return times(Fraction(factor.value), self.form(of))  # type: ignore[arg-type]
            case nu.Least(parts) | nu.Greatest(parts):
                return Extreme(isinstance(number, nu.Greatest), tuple(map(self.form, parts)))
            case nu.Indicator(test):
                return Line(tests={self.bound(test): Fraction(1)})
            case nu.Counted(collection, where, amount):
                return Line(counts={self._of_records(collection, where, amount): Fraction(1)})
            case _:
                raise AssertionError(f"{number} is no part of a sum")

    def _of_records(self, collection: str, where: ex.Expr | None, amount: ex.Field | None) -> ex.OfRecords:
        """What records add. Where those without the number are left out, it is none in no record that counts."""
        selected = None if where is None else self.bound(where)
        number = None if amount is None else weighted(amount, self.vocabulary)
        if number is not None and where is not None and ex.Given(number.term) in _all_of(where):
            number = attrs.evolve(number, may_be_none=False)
        return ex.OfRecords(1, collection, selected, number)

    def _given(self, output: Output) -> Form:
        """What a table gives, and that it gives something."""
        values = sorted(Fraction(each) for each in output.values)  # type: ignore[arg-type]
        if not values:
            return Line(only_when=(ex.Constant(None),))
        reached = [self._test(output.name, ex.Op.AT_LEAST, each) for each in values]
        same = [self._test(output.name, ex.Op.IS, each) for each in values] if self.exactly else []
        steps = Steps(tuple(values), tuple(reached[1:]), tuple(same))
        return Line(steps={steps: Fraction(1)}, only_when=(reached[0],))

    def _test(self, output: str, op: ex.Op, value: Fraction) -> ex.Expr:
        limit = exact(value)
        assert limit is not None
        return self.bound(self.applied(ex.Compare(ex.Named(output), op, ex.Literal(limit))))

    def _share(self, test: ex.Compare) -> Form | None:
        """A share of p percent at least: of all that counts, what holds less p percent of it is not below nothing."""
        assert isinstance(test.left, ex.Named)
        found = self.definition(test.left.name)
        if not isinstance(found, nu.Share | nu.ShareOfRecords):
            return None
        assert isinstance(test.right, ex.Literal)
        percent = Fraction(test.right.value)  # type: ignore[arg-type]
        if isinstance(found, nu.ShareOfRecords):
            return self._share_of_records(found, percent)
        tests: dict[ex.Expr, Fraction] = {}
        counting: list[ex.Expr] = []
        for when, holds in found.asked:
            yes, no = self.bound(holds), ex.Not(self.bound(holds))
            inside = [] if when is None else [self.bound(when)]
            counting += inside
            for one, worth in ((yes, 100 - percent), (no, -percent)):
                whole = ex.AllOf((*inside, one)) if inside else one
                tests[whole] = tests.get(whole, Fraction(0)) + worth
        always = len(counting) < len(found.asked)
        return Line(tests=tests, only_when=() if always else (ex.AnyOf(tuple(counting)),))

    def _share_of_records(self, share: nu.ShareOfRecords, percent: Fraction) -> Form:
        """As of requirements, record by record: each that counts adds what it is worth, or takes away as much."""
        holds = self.bound(share.holds)
        where = () if share.where is None else (self.bound(share.where),)
        counts = {
            ex.OfRecords(1, share.collection, ex.AllOf((*where, each)) if where else each, None): worth
            for each, worth in ((holds, 100 - percent), (ex.Not(holds), -percent))
        }
        counted = ex.Quantified(ex.Count.SOME, 0, share.collection, where[0] if where else None, None)
        return Line(counts=counts, only_when=(counted,))


def _all_of(expr: ex.Expr) -> Iterator[ex.Expr]:
    """What has to hold for an expression to hold, as far as it is an all-of."""
    yield expr
    if isinstance(expr, ex.AllOf):
        for each in expr.operands:
            yield from _all_of(each)


def weighted(term: ex.Fact | ex.Field, vocabulary: Vocabulary) -> ex.Weighted:
    """Return a number of the subject once, with what its vocabulary says of it."""
    declared = vocabulary.declaration(term)
    assert declared is not None
    least, most = bounds(declared)
    assert not isinstance(least, str)
    whole = declared.type is FactType.INTEGER
    return ex.Weighted(1, term, least, most, declared.may_be_none, whole)  # type: ignore[arg-type]


def _number_of(term: ex.Term) -> nu.Number:
    assert isinstance(term, ex.Fact | ex.Field | ex.Named | ex.Literal)
    return term


def _word(term: ex.Term) -> str:
    match term:
        case ex.Literal(value):
            return str(value)
        case ex.Fact(name) | ex.Named(name):
            return name
        case _:
            raise AssertionError(f"{term} is no number")
