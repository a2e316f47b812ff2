"""A closed ruleset as a list of steps, each expression once, and how it runs over a table.

What is asked of a step is a *side* (met or not met) at a level (a strength). All-of at a level is the rows in
every plane of its operands, and its other side the rows in any; a `not` exchanges the sides. So nothing but `&` and
`|` runs, and only for the sides and levels that somebody asks for.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Final, Protocol, assert_never

import attrs

from qa_rules.model import expressions as ex
from qa_rules.model.expressions import facts_of
from qa_rules.program.connectives import FactTest, Lowering
from qa_rules.tables.leaves import Rowed, tested
from qa_rules.tables.planes import Plane, in_all, in_any, in_at_least
from qa_rules.tables.sets import Sides, Test

MET: Final = True
NOT_MET: Final = False

Want = tuple[str, bool, int]
"""A named expression, a side of it, and a level."""
Taken = tuple[int, bool]
"""A step, and whether it is taken as it is or the other way round."""
Key = tuple[int, bool, int]
"""A step, a side of it, and a level."""
Levels = tuple[int, int, int, int]
"""By level, the level to work out instead. Levels between which no fact's strength lies are one."""
EVERY_LEVEL: Final[Levels] = (0, 1, 2, 3)
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

    operands: tuple[Taken, ...]


@attrs.frozen
class Any:
    """Some operand."""

    operands: tuple[Taken, ...]


@attrs.frozen
class Enough:
    """At least `count` operands."""

    count: int
    operands: tuple[Taken, ...]


@attrs.frozen
class Fixed:
    """A truth that needs no fact; None is unknown."""

    holds: bool | None


@attrs.frozen
class AtStrength:
    """Another step, met only as far as a strength."""

    operand: Taken
    strength: int


@attrs.frozen
class Apart:
    """Met as one operand is met, and not met as the other is met."""

    met: Taken
    unmet: Taken


@attrs.frozen
class Outside:
    """A node of the ruleset that is asked about inside a collection."""

    name: str


@attrs.frozen(eq=False)
class Quantifier:
    """A test of the records of a collection; its parts are programs over the records."""

    expr: ex.OverRecords
    parts: tuple[Program | None, ...]
    """What selects records and what is asked of them; of a sum, what selects those of each of its parts."""

    def names(self) -> frozenset[str]:
        """Return the nodes of the ruleset that its parts ask about."""
        inner = (part.outside for part in self.parts if part is not None)
        return frozenset().union(*inner)


Step = All | Any | Enough | Fixed | AtStrength | Apart | Outside | Quantifier | ex.Leaf


@attrs.frozen(eq=False)
class Schedule:
    """What has to be worked out, and when it is needed no more."""

    goals: list[Key]
    done: Mapping[Key, list[Key]]
    """In the order of the steps: each key, and the keys that nothing asks for after it."""


@attrs.frozen(eq=False)
class Program:
    """Steps, each after those that it uses, and the step of each named expression."""

    steps: tuple[Step, ...]
    named: Mapping[str, Taken]
    outside: frozenset[str]
    _schedules: dict[tuple[tuple[Want, ...], Levels], Schedule] = attrs.field(
        factory=dict, init=False, repr=False
    )

    @classmethod
    def of(cls, nodes: Iterable[tuple[str, ex.Expr]]) -> Program:
        """Make the program of named expressions, each after those that it refers to."""
        maker = _Maker(inside=False)
        for name, expr in nodes:
            maker.named[name] = maker.of(expr)
        return maker.program()

    @classmethod
    def inside(cls, expr: ex.Expr) -> Program:
        """Return the program of a test of records, under no name."""
        maker = _Maker(inside=True)
        maker.named[""] = maker.of(expr)
        return maker.program()

    def key(self, name: str, side: bool, level: int) -> Key:
        """Return the step, side and level of a named expression."""
        step, as_is = self.named[name]
        return step, side is as_is, level

    def schedule(self, wanted: tuple[Want, ...], level: Levels) -> Schedule:
        """Return what has to be worked out for what is wanted, in the order of the steps."""
        found = self._schedules.get((wanted, level))
        if found is None:
            goals = [self.key(name, side, level[asked]) for name, side, asked in wanted]
            uses: dict[Key, list[Key]] = {}
            ahead = list(goals)
            while ahead:
                key = ahead.pop()
                if key not in uses:
                    uses[key] = [(at, side, level[asked]) for at, side, asked in self._uses(*key)]
                    ahead.extend(uses[key])
            last: dict[Key, Key] = {}
            for key in sorted(uses):
                last[key] = key
                last |= dict.fromkeys(uses[key], key)
            done: dict[Key, list[Key]] = {key: [] for key in sorted(uses)}
            for key in last.keys() - set(goals):
                done[last[key]].append(key)
            found = self._schedules[wanted, level] = Schedule(goals, done)
        return found

    def _uses(self, at: int, side: bool, level: int) -> list[Key]:
        step = self.steps[at]
        match step:
            case All(operands) | Any(operands) | Enough(_, operands):
                return [(inner, side is as_is, level) for inner, as_is in operands]
            case AtStrength((inner, as_is), strength):
                return [(inner, side is as_is, strength if side else level)]
            case Apart(met, unmet):
                return [(*(met if side else unmet), level)]
            case Quantifier():
                names, sides = step.names(), (MET, NOT_MET)
                return [
                    self.key(name, which, any_)
                    for name in names
                    for which in sides
                    for any_ in EVERY_LEVEL[1:]
                ]
            case _:
                return []

    def reading(self, names: frozenset[str]) -> frozenset[int]:
        """Return the steps that read one of these facts or collections, directly or not."""
        found: set[int] = set()
        for at, step in enumerate(self.steps):
            match step:
                case Fixed() | Outside():
                    reads = False
                case All() | Any() | Enough() | AtStrength():
                    reads = any(inner in found for inner, _, _ in self._uses(at, MET, 1))
                case Apart((met, _), (unmet, _)):
                    reads = met in found or unmet in found
                case Quantifier():
                    inside = any(inner in found for inner, _, _ in self._uses(at, MET, 1))
                    reads = inside or not names.isdisjoint(facts_of(step.expr))
                case _:
                    reads = not names.isdisjoint(facts_of(step))
            if reads:
                found.add(at)
        return frozenset(found)


@attrs.define(eq=False)
class Run:
    """A program at work over one frame."""

    program: Program
    frame: Frame
    level: Levels = EVERY_LEVEL
    keeps: bool = True
    """Whether what was worked out is kept, for other questions about the same rows. Else its memory goes round: a plane
    in memory that was used before is worked out several times faster."""
    found: dict[Key, Plane] = attrs.field(factory=dict)
    tests: dict[int, Test] = attrs.field(factory=dict)

    def planes(self, wanted: tuple[Want, ...]) -> list[Plane]:
        """Return a plane for each named expression, side and level."""
        schedule = self.program.schedule(wanted, self.level)
        found, at = self.found, -1
        for key, done in schedule.done.items():
            if key not in found:
                if key[0] != at and not self.keeps:
                    self.tests.pop(at, None)
                at = key[0]
                found[key] = self._plane(key, schedule.done)
            if not self.keeps:
                for each in done:
                    found.pop(each, None)
        planes = [found[goal] for goal in schedule.goals]
        if not self.keeps:
            found.clear()
            self.tests.clear()
        return planes

    def beside(self, frame: Frame, names: frozenset[str]) -> Run:
        """Return a run over the same rows with other values of the named facts; the rest is not worked out again."""
        reading = self.program.reading(names)
        return Run(
            self.program,
            frame,
            self.level,
            self.keeps,
            {key: plane for key, plane in self.found.items() if key[0] not in reading},
            {at: test for at, test in self.tests.items() if at not in reading},
        )

    def _plane(self, key: Key, needed: Mapping[Key, list[Key]]) -> Plane:
        at, side, level = key
        step = self.program.steps[at]
        if isinstance(step, Quantifier | ex.Leaf):
            if at not in self.tests:
                if isinstance(step, Quantifier):
                    self.tests[at] = self.frame.records(step, self._outer)
                else:
                    self.tests[at] = tested(step, self.frame)
            sides = self.tests[at](level)
            other = at, not side, level
            if other in needed:
                self.found[other] = sides[1 if side else 0]
            return sides[0 if side else 1]
        match step:
            case All() | Any() | Enough() | Fixed():
                return _combined(step, side, level, self._ask)
            case AtStrength((inner, as_is), strength):
                return self._ask(inner, side is as_is, self.level[strength] if side else level)
            case Apart(met, unmet):
                return self._ask(*(met if side else unmet), level)
            case Outside(name):
                return self.frame.outer(name, side, level)
            case _:
                assert_never(step)

    def _ask(self, step: int, side: bool, level: int) -> Plane:
        return self.found[step, side, level]

    def _outer(self, name: str, side: bool, level: int) -> Plane:
        return self.found[self.program.key(name, side, self.level[level])]


def levels_of(strengths: Iterable[int]) -> Levels:
    """Return the levels to work out when facts have these strengths only. What needs no fact holds at every level."""
    present = set(strengths)
    one, two, three = (next((at for at in range(level, 3) if at in present), 3) for level in (1, 2, 3))
    return 0, one, two, three


def _combined(step: All | Any | Enough | Fixed, side: bool, level: int, ask: Ask) -> Plane:
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
        case _:
            assert_never(step)


@attrs.define
class _Maker(Lowering[Taken]):
    """Numbers expressions; equal ones are one step."""

    inside: bool
    """Inside a collection, where references name the nodes outside."""
    made: list[Step] = attrs.field(factory=list)
    named: dict[str, Taken] = attrs.field(factory=dict)
    outside: set[str] = attrs.field(factory=set)
    at: dict[Step | ex.Expr, int] = attrs.field(factory=dict)

    def all_of(self, parts: Sequence[Taken]) -> Taken:
        return self.new(All(tuple(parts)))

    def any_of(self, parts: Sequence[Taken]) -> Taken:
        return self.new(Any(tuple(parts)))

    def at_least(self, count: int, parts: Sequence[Taken]) -> Taken:
        return self.new(Enough(count, tuple(parts)))

    def opposite(self, part: Taken) -> Taken:
        at, as_is = part
        return at, not as_is

    def constant(self, expr: ex.Constant) -> Taken:
        return self.new(Fixed(expr.holds))

    def reference(self, expr: ex.Reference) -> Taken:
        found = self.outer(expr.name) if self.inside else self.named[expr.name]
        return found if expr.strength is None else self.new(AtStrength(found, expr.strength))

    def sided(self, expr: ex.Sided) -> Taken:
        return self.new(Apart(self.of(expr.met), self.of(expr.unmet)))

    def test(self, expr: FactTest) -> Taken:
        return self.quantifier(expr) if isinstance(expr, ex.OverRecords) else self.new(expr)

    def new(self, step: Step) -> Taken:
        if isinstance(step, All | Any) and len(step.operands) == 1:
            return step.operands[0]
        return self.once(step, step)

    def once(self, key: Step | ex.Expr, step: Step) -> Taken:
        if key not in self.at:
            self.at[key] = len(self.made)
            self.made.append(step)
        return self.at[key], True

    def outer(self, name: str) -> Taken:
        self.outside.add(name)
        return self.new(Outside(name))

    def quantifier(self, expr: ex.OverRecords) -> Taken:
        if self.inside:
            raise AssertionError("a quantifier stands in a quantifier")
        if expr not in self.at:
            return self.once(expr, Quantifier(expr, tuple(map(_part, _inside(expr)))))
        return self.at[expr], True

    def program(self) -> Program:
        return Program(tuple(self.made), self.named, frozenset(self.outside))


def _inside(expr: ex.OverRecords) -> tuple[ex.Expr | None, ...]:
    if isinstance(expr, ex.Total):
        return tuple(each.where for each in expr.records)
    return (expr.where, expr.body) if isinstance(expr, ex.Quantified) else (expr.where,)


def _part(expr: ex.Expr | None) -> Program | None:
    return None if expr is None else Program.inside(expr)
