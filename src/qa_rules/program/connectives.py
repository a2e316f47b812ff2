"""An expression taken apart by its connectives, in one place for everybody who lowers rules into something else.

A fold: what the parts come to is worked out first, and what is made of it is for others to say. They differ in what
they make, be it gates, wires, steps of a table or literals of a solver, and in how far they look into a test.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Sequence
from typing import Generic, TypeVar, assert_never

from qa_rules.model import expressions as ex

FactTest = ex.Compare | ex.Within | ex.OneOf | ex.Includes | ex.Empty | ex.Given | ex.Linear | ex.OverRecords
"""What has no connective on its outside."""
T = TypeVar("T")


class Lowering(ABC, Generic[T]):
    """Makes something of an expression, given what is made of its parts."""

    def of(self, expr: ex.Expr) -> T:
        """Return what an expression comes to."""
        match expr:
            case ex.AllOf(operands):
                return self.all_of([self.of(each) for each in operands])
            case ex.AnyOf(operands):
                return self.any_of([self.of(each) for each in operands])
            case ex.AtLeast(count, operands):
                return self.at_least(count, [self.of(each) for each in operands])
            case ex.Not(operand):
                return self.opposite(self.of(operand))
            case ex.OnlyWhen(condition, operand):
                return self.only_when(self.of(condition), self.of(operand))
            case ex.Constant():
                return self.constant(expr)
            case ex.Reference():
                return self.reference(expr)
            case ex.Sided():
                return self.sided(expr)
            case (
                ex.Compare()
                | ex.Within()
                | ex.OneOf()
                | ex.Includes()
                | ex.Empty()
                | ex.Given()
                | ex.Linear()
                | ex.Quantified()
                | ex.Together()
                | ex.Total()
            ):
                return self.test(expr)
            case _:
                assert_never(expr)

    @abstractmethod
    def all_of(self, parts: Sequence[T]) -> T:
        """Return all-of."""

    @abstractmethod
    def any_of(self, parts: Sequence[T]) -> T:
        """Return any-of."""

    @abstractmethod
    def at_least(self, count: int, parts: Sequence[T]) -> T:
        """Return: at least so many of the parts."""

    @abstractmethod
    def opposite(self, part: T) -> T:
        """Return what is met where the part is not, and the other way round."""

    def only_when(self, condition: T, operand: T) -> T:
        """Return: the operand is asked only where the condition holds."""
        return self.any_of([self.opposite(condition), operand])

    @abstractmethod
    def constant(self, expr: ex.Constant) -> T:
        """Return what needs no fact."""

    @abstractmethod
    def reference(self, expr: ex.Reference) -> T:
        """Return another node, as strong as it is asked for."""

    @abstractmethod
    def sided(self, expr: ex.Sided) -> T:
        """Return what is met where one part is, and not met where another is met."""

    @abstractmethod
    def test(self, expr: FactTest) -> T:
        """Return a test of facts."""
