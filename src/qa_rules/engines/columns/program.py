"""A closed ruleset as a list of steps, each expression once, and how it runs over a table.

What is asked of a step is a *side* (met or not met) at a level (a strength). All-of at a level is the rows in
every plane of its operands, and its other side the rows in any; a `not` exchanges the sides. So nothing but `&` and
`|` runs, and only for the sides and levels that somebody asks for.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import lru_cache
from typing import Final, Protocol, assert_never

import attrs

from qa_rules.engines.columns.leaves import Rowed, Sides, Test, tested
from qa_rules.engines.columns.planes import Plane, in_all, in_any, in_at_least
from qa_rules.model.expressions import (
    AllOf,
    AnyOf,
    AtLeast,
    Compare,
    Constant,
    Empty,
    Expr,
    Given,
    Includes,
    Leaf,
    Not,
    OneOf,
    OnlyWhen,
    Quantified,
    Reference,
    Together,
    Within,
)

MET: Final = True
NOT_MET: Final = False

Key = tuple[int, bool, int]
"""A step, a side of it, and a level."""
Ask = Callable[[int, bool, int], Plane]
"""Return the plane of an earlier step."""


class Frame(Rowed, Protocol):
    """What a program runs over."""

    def outer(self, name: str, side: bool, level: int) -> Plane:
        """Return the plane of a node of the ruleset, inside the records of a collection."""
        ...

    def records(self, step: Quantifier, ask: Outer) -> Callable[[int], Sides]:
        """Return the test of a quantifier over the records of a collection."""
        ...


Outer = Callable[[str, bool, int], Plane]


# Steps


@attrs.frozen
class All:
    """Every operand; an operand is a step and whether it is taken as it is."""

    operands: tuple[tuple[int, bool], ...]


@attrs.frozen
class Any:
    """Some operand."""

    operands: tuple[tuple[int, bool], ...]


@attrs.frozen
class Enough:
    """At least `count` operands."""

    count: int
    operands: tuple[tuple[int, bool], ...]


@attrs.frozen
class Fixed:
    """A truth that needs no fact; None is unknown."""

    holds: bool | None


@attrs.frozen
class AtStrength:
    """Another step, met only as far as a strength."""

    operand: tuple[int, bool]
    strength: int


@attrs.frozen
class Outside:
    """A node of the ruleset that is asked about inside a collection."""

    name: str


@attrs.frozen(eq=False)
class Quantifier:
    """A test of the records of a collection; its parts are programs over the records."""

    expr: Quantified | Together
    where: Program | None
    body: Program | None

    def names(self) -> frozenset[str]:
        """Return the nodes of the ruleset that its parts ask about."""
        inner = (part.outside for part in (self.where, self.body) if part is not None)
        return frozenset().union(*inner)


Step = All | Any | Enough | Fixed | AtStrength | Outside | Quantifier | Leaf


@attrs.frozen(eq=False)
class Program:
    """Steps, each after those that it uses, and the step of each named expression."""

    steps: tuple[Step, ...]
    named: Mapping[str, tuple[int, bool]]
    outside: frozenset[str]

    @classmethod
    def of(cls, nodes: Iterable[tuple[str, Expr]]) -> Program:
        """Make the program of named expressions, each after those that it refers to."""
        maker = _Maker(None)
        for name, expr in nodes:
            maker.named[name] = maker.step(expr)
        return maker.program()

    def run(self, frame: Frame, wanted: Sequence[tuple[str, bool, int]]) -> list[Plane]:
        """Return a plane for each named expression, side and level."""
        goals = [self._key(*each) for each in wanted]
        levels = frozenset(range(1, 4))
        found: dict[Key, Plane] = {}
        tests: dict[int, Test] = {}
        sides: dict[tuple[int, int], Sides] = {}

        def ask(step: int, side: bool, level: int) -> Plane:
            return found[step, side, level]

        def outer(name: str, side: bool, level: int) -> Plane:
            step, as_is = self.named[name]
            return found[step, side is as_is, level]

        for key in self._schedule(tuple(goals), levels):
            at, side, level = key
            step = self.steps[at]
            match step:
                case All() | Any() | Enough() | Fixed() | AtStrength():
                    found[key] = _combined(step, side, level, ask)
                case Outside(name):
                    found[key] = frame.outer(name, side, level)
                case Quantifier():
                    if at not in tests:
                        tests[at] = frame.records(step, outer)
                    if (at, level) not in sides:
                        sides[at, level] = tests[at](level)
                    found[key] = sides[at, level][0 if side else 1]
                case Compare() | Within() | OneOf() | Includes() | Empty() | Given():
                    if at not in tests:
                        tests[at] = tested(step, frame)
                    if (at, level) not in sides:
                        sides[at, level] = tests[at](level)
                    found[key] = sides[at, level][0 if side else 1]
                case _:
                    assert_never(step)
        return [found[goal] for goal in goals]

    def _key(self, name: str, side: bool, level: int) -> Key:
        step, as_is = self.named[name]
        return step, side is as_is, level

    @lru_cache(maxsize=32)  # noqa: B019
    def _schedule(self, goals: tuple[Key, ...], levels: frozenset[int]) -> tuple[Key, ...]:
        """Return what has to be worked out, in the order of the steps."""
        needed: set[Key] = set()
        ahead = list(goals)
        while ahead:
            key = ahead.pop()
            if key not in needed:
                needed.add(key)
                ahead.extend(self._uses(*key))
        return tuple(sorted(needed))

    def _uses(self, at: int, side: bool, level: int) -> list[Key]:
        step = self.steps[at]
        match step:
            case All(operands) | Any(operands) | Enough(_, operands):
                return [(inner, side is as_is, level) for inner, as_is in operands]
            case AtStrength((inner, as_is), strength):
                return [(inner, side is as_is, strength if side else level)]
            case Quantifier():
                names = step.names()
                return [self._key(name, which, level) for name in names for which in (MET, NOT_MET)]
            case _:
                return []


def _combined(step: All | Any | Enough | Fixed | AtStrength, side: bool, level: int, ask: Ask) -> Plane:
    match step:
        case All(operands):
            planes = (ask(at, side is as_is, level) for at, as_is in operands)
            return in_all(planes) if side else in_any(planes)
        case Any(operands):
            planes = (ask(at, side is as_is, level) for at, as_is in operands)
            return in_any(planes) if side else in_all(planes)
        case Enough(count, operands):
            every = [ask(at, side is as_is, level) for at, as_is in operands]
            return in_at_least(count if side else len(every) - count + 1, every)
        case Fixed(holds):
            return holds is side
        case AtStrength((at, as_is), strength):
            return ask(at, side is as_is, strength if side else level)
        case _:
            assert_never(step)


@attrs.define
class _Maker:
    """Numbers expressions; equal ones are one step."""

    around: _Maker | None
    """Inside a collection: the maker of the whole program."""
    made: list[Step] = attrs.field(factory=list)
    named: dict[str, tuple[int, bool]] = attrs.field(factory=dict)
    outside: set[str] = attrs.field(factory=set)
    at: dict[Step | Expr, int] = attrs.field(factory=dict)

    def step(self, expr: Expr) -> tuple[int, bool]:
        """Return the step of an expression, and False when it is to be taken the other way round."""
        match expr:
            case Not(operand):
                at, as_is = self.step(operand)
                return at, not as_is
            case AllOf(operands):
                return self.new(All(tuple(map(self.step, operands))))
            case AnyOf(operands):
                return self.new(Any(tuple(map(self.step, operands))))
            case OnlyWhen(condition, operand):
                at, as_is = self.step(condition)
                return self.new(Any(((at, not as_is), self.step(operand))))
            case AtLeast(count, operands):
                return self.new(Enough(count, tuple(map(self.step, operands))))
            case Constant(holds):
                return self.new(Fixed(holds))
            case Reference(name, _, strength):
                found = self.named[name] if self.around is None else self.outer(name)
                return found if strength is None else self.new(AtStrength(found, strength))
            case Quantified() | Together():
                return self.quantifier(expr)
            case Compare() | Within() | OneOf() | Includes() | Empty() | Given():
                return self.new(expr)
            case _:
                assert_never(expr)

    def new(self, step: Step) -> tuple[int, bool]:
        if isinstance(step, All | Any) and len(step.operands) == 1:
            return step.operands[0]
        return self.once(step, step)

    def once(self, key: Step | Expr, step: Step) -> tuple[int, bool]:
        if key not in self.at:
            self.at[key] = len(self.made)
            self.made.append(step)
        return self.at[key], True

    def outer(self, name: str) -> tuple[int, bool]:
        self.outside.add(name)
        return self.new(Outside(name))

    def quantifier(self, expr: Quantified | Together) -> tuple[int, bool]:
        if self.around is not None:
            # A policy's own test may count records too. It asks nothing of the record in hand.
            at, as_is = self.around.quantifier(expr)
            name = f"quantifier {at}"
            self.around.named[name] = at, as_is
            return self.outer(name)
        if expr not in self.at:
            body = expr.body if isinstance(expr, Quantified) else None
            step = Quantifier(expr, self.part(expr.where), self.part(body))
            return self.once(expr, step)
        return self.at[expr], True

    def part(self, expr: Expr | None) -> Program | None:
        if expr is None:
            return None
        maker = _Maker(self)
        maker.named[""] = maker.step(expr)
        return maker.program()

    def program(self) -> Program:
        return Program(tuple(self.made), self.named, frozenset(self.outside))
