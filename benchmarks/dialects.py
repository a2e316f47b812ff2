"""The workload's rules in the languages of the peers: as they stand, and as two rules each that know of unknown.

As it stands, a rule is true or false and a peer does what it does with a fact that is missing. As two rules, one says
met and one says not met, and every test asks whether the fact is known: the same answer as ours from any engine that
can say that. Both are written as briefly as the peer allows, since it is measured.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, Final

import attrs

from benchmarks.workload import OPTIONS
from qa_rules.engines.common_subexpressions import merged
from qa_rules.model.expressions import AllOf, AnyOf, AtLeast, Compare, Expr, Fact, Literal, Not, OneOf, Op

SIGNS: Final = {Op.IS: "==", Op.AT_LEAST: ">=", Op.AT_MOST: "<=", Op.MORE: ">", Op.LESS: "<"}
OPPOSITE: Final = {Op.AT_LEAST: "<", Op.AT_MOST: ">", Op.MORE: "<=", Op.LESS: ">="}
BEYOND: Final = {"<": 1000, "<=": 1000, ">": -1000, ">=": -1000}
"""A number of which a test never holds, to stand for one that is unknown."""


@attrs.frozen
class Dialect:
    """How a language of infix expressions writes things."""

    conjunction: str = "&&"
    disjunction: str = "||"
    negation: str = "!({})"
    one_if: str = "({} ? 1 : 0)"
    one_of: str = "{} in {}"
    name: Callable[[str], str] = str
    known: str = "{} != null"
    guard_all: bool = False
    """Whether even equality needs a fact that is there."""

    # As it stands

    def plain(self, expr: Expr) -> str:
        """Return the rule as it stands."""
        match expr:
            case AllOf(operands):
                return self.joined(self.conjunction, [self.plain(each) for each in operands])
            case AnyOf(operands):
                return self.joined(self.disjunction, [self.plain(each) for each in merged(operands)])
            case AtLeast(count, operands):
                return self.counted([self.plain(each) for each in operands], count)
            case Not(operand):
                return self.negation.format(self.plain(operand))
            case Compare(Fact(name), Op.IS, Literal(bool() as value)):
                return self.name(name) if value else self.negation.format(self.name(name))
            case Compare(Fact(name), op, Literal(int() as value)):
                return f"({self.name(name)} {SIGNS[op]} {value})"
            case _:
                return "(" + self.among(*chosen(expr)) + ")"

    # As two rules

    def met(self, expr: Expr) -> str:
        """Return a rule that holds when this one is met."""
        return self.settled(expr, True)

    def unmet(self, expr: Expr) -> str:
        """Return a rule that holds when this one is not met."""
        return self.settled(expr, False)

    def settled(self, expr: Expr, met: bool) -> str:
        """Return a rule that holds when this one is met, or when it is not met."""
        match expr:
            case AllOf(operands):
                sign = self.conjunction if met else self.disjunction
                return self.joined(sign, [self.settled(each, met) for each in operands])
            case AnyOf(operands):
                sign = self.disjunction if met else self.conjunction
                return self.joined(sign, [self.settled(each, met) for each in merged(operands)])
            case AtLeast(count, operands):
                asked = count if met else len(operands) - count + 1
                return self.counted([self.settled(each, met) for each in operands], asked)
            case Not(operand):
                return self.settled(operand, not met)
            case Compare(Fact(name), Op.IS, Literal(bool() as value)):
                test = f"{self.name(name)} == {'true' if value is met else 'false'}"
                return self.guarded(name, test) if self.guard_all else f"({test})"
            case Compare(Fact(name), op, Literal(int() as value)):
                return self.guarded(name, f"{self.name(name)} {SIGNS[op] if met else OPPOSITE[op]} {value}")
            case _:
                name, options = chosen(expr)
                test = self.among(name, options if met else others(options))
                return self.guarded(name, test) if self.guard_all else f"({test})"

    def joined(self, sign: str, parts: Sequence[str]) -> str:
        """Return the parts with a sign between them."""
        return parts[0] if len(parts) == 1 else f"({f' {sign} '.join(parts)})"

    def counted(self, parts: Sequence[str], count: int) -> str:
        """Return the test that at least so many parts hold."""
        return f"({' + '.join(self.one_if.format(each) for each in parts)} >= {count})"

    def guarded(self, name: str, test: str) -> str:
        """Return a test that does not hold of a fact that is unknown."""
        return f"({self.known.format(name)} {self.conjunction} {test})"

    def among(self, name: str, options: Sequence[str]) -> str:
        """Return the test that a choice is one of these."""
        listed = ", ".join(f'"{each}"' for each in options)
        return self.one_of.format(self.name(name), f"[{listed}]")


def chosen(expr: Expr) -> tuple[str, Sequence[str]]:
    """Return the choice that a test looks at, and the options of which it has to be one."""
    match expr:
        case OneOf(Fact(name), Literal(frozenset() as options)):
            return name, sorted(options)
        case Compare(Fact(name), Op.IS, Literal(str() as value)):
            return name, [value]
        case _:
            raise NotImplementedError(type(expr).__name__)


def others(options: Sequence[str]) -> list[str]:
    """Return the options that are none of these."""
    return [each for each in OPTIONS if each not in options]


# JsonLogic


def json_logic(expr: Expr) -> Any:
    """Return the rule as it stands in JsonLogic."""
    match expr:
        case AllOf(operands):
            return {"and": [json_logic(each) for each in operands]}
        case AnyOf(operands):
            return _or([json_logic(each) for each in merged(operands)])
        case AtLeast(count, operands):
            return {">=": [{"+": [json_logic(each) for each in operands]}, count]}
        case Not(operand):
            return {"!": [json_logic(operand)]}
        case Compare(Fact(name), Op.IS, Literal(bool() as value)):
            return {"var": name} if value else {"!": [{"var": name}]}
        case Compare(Fact(name), op, Literal(int() as value)):
            return {SIGNS[op]: [{"var": name}, value]}
        case _:
            name, options = chosen(expr)
            return {"in": [{"var": name}, list(options)]}


def json_logic_settled(expr: Expr, met: bool) -> Any:
    """Return a rule in JsonLogic that holds when this one is met, or when it is not met."""

    def inner(operands: Sequence[Expr]) -> list[Any]:
        return [json_logic_settled(each, met) for each in operands]

    match expr:
        case AllOf(operands):
            return {"and": inner(operands)} if met else _or(inner(operands))
        case AnyOf(operands):
            parts = inner(merged(operands))
            return _or(parts) if met else {"and": parts} if len(parts) > 1 else parts[0]
        case AtLeast(count, operands):
            asked = count if met else len(operands) - count + 1
            return {">=": [{"+": inner(operands)}, asked]}
        case Not(operand):
            return json_logic_settled(operand, not met)
        case Compare(Fact(name), Op.IS, Literal(bool() as value)):
            return {"===": [{"var": name}, value is met]}
        case Compare(Fact(name), op, Literal(int() as value)):
            sign = SIGNS[op] if met else OPPOSITE[op]
            return {sign: [{"var": [name, BEYOND[sign]]}, value]}
        case _:
            name, options = chosen(expr)
            return {"in": [{"var": name}, list(options if met else others(options))]}


def _or(parts: list[Any]) -> Any:
    return {"or": parts} if len(parts) > 1 else parts[0]
