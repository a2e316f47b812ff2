"""A circuit in which every record of a list is looked at by itself, and records can be added.

Each record that is given is a place, and so are a few more, which are empty until a record is put there. A test of
a field is a test at a place. Thus changes of single fields can be searched like changes of single facts.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager

from qa_rules.explain.circuits import Asked, Building, Gate, Goal, Keep, Kind, Root, View
from qa_rules.explain.critical_values import other_than
from qa_rules.model import expressions as ex
from qa_rules.model.expressions import terms, walk
from qa_rules.model.nodes import NodeId, Rung, ScopeNode, TierNode
from qa_rules.model.values import Value
from qa_rules.program.bind import ClosedRuleset
from qa_rules.program.connectives import FactTest
from qa_rules.repair.grounded import Grounded
from qa_rules.repair.sites import (
    NEW,
    STRONGEST,
    WHOLE,
    Spot,
    Test,
    There,
    Variable,
    Whole,
)
from qa_rules.semantics.snapshot import NO_RECORDS, Known


def grounded(closed: ClosedRuleset, goal: Goal, known: Known, new: int = NEW[0]) -> Grounded:
    """Return the circuit of a goal with the records that are known, and empty places for so many more in each list."""
    building = _Grounding(closed, known, new)
    root = building.goal(goal)
    tests = tuple(building.tests)
    return Grounded(
        closed,
        tuple((gate.kind, gate.inside, gate.count) for gate in building.gates),
        {
            at: (gate.test, gate.view, gate.positive)
            for at, gate in enumerate(building.gates)
            if gate.test >= 0
        },
        root,
        tests,
        tuple(frozenset(building.looks_at(test)) for test in tests),
        {name: building.count(name) for name in closed.ruleset.vocabulary.collections},
        {at: gate.keep for at, gate in enumerate(building.gates) if gate.test >= 0},
        building.asked_of(),
        {name: tuple(gates) for name, gates in building.entered.items()},
        frozenset(building.direct),
        building.outside,
        frozenset(building.crowded),
        building.written,
        new,
    )


class _Grounding(Building[Test]):
    def __init__(self, closed: ClosedRuleset, known: Known, new: int) -> None:
        super().__init__(closed)
        self.known, self.new = known, new
        self.at: tuple[str, int] | None = None
        self.within: list[str] = []
        self.apart: dict[tuple[Root, Keep], int] = {}
        self.entered: dict[str, dict[int, None]] = {}
        self.direct: set[int] = set()
        self.outside: dict[int, int] = {}
        self.crowded: set[str] = set()
        self.written: dict[str, frozenset[str]] = {}

    def count(self, collection: str) -> int:
        return len(self.known.collections.get(collection, NO_RECORDS).records)

    def node(self, name: str, view: View, wanted: bool) -> int:
        node = NodeId(name)
        requirement = node.whole
        inside = requirement in self.closed.ruleset.requirement
        at, self.at = self.at, None
        with self.keeping(self._keep_of(name, inside, wanted)), self.entering(requirement if inside else ""):
            found = super().node(name, view, wanted)
            is_asked = inside and wanted and not node.is_applies and self.keep is Keep.FREE
        if is_asked and requirement not in self.within:
            self.entered.setdefault(name, {})[found] = None
        self.at = at
        return found

    def asked_of(self) -> Mapping[str, tuple[int, ...]]:
        """The gates that ask for a requirement to be satisfied, or met; what asks the latter, last."""
        names = dict.fromkeys(NodeId(name).whole for name in self.entered)
        return {
            name: (*self.entered.get(name, ()), *self.entered.get(NodeId.met(name), ())) for name in names
        }

    @contextmanager
    def entering(self, requirement: str) -> Iterator[None]:
        """What is made inside belongs to a requirement, and is kept apart from what stands outside any."""
        if not requirement:
            yield
            return
        if not self.within:
            self.nodes, self.apart = self.apart, self.nodes
        self.within.append(requirement)
        yield
        self.within.pop()
        if not self.within:
            self.nodes, self.apart = self.apart, self.nodes

    @staticmethod
    def _keep_of(name: str, inside: bool, wanted: bool) -> Keep:
        """A shortfall is not brought about, the tier required not lowered, the scope not left, nor entered.

        That something is in scope may be learned. That it may turn out to be outside is no way to meet what is asked.
        """
        parts = NodeId(name).parts
        if not wanted and (inside or isinstance(parts, ScopeNode)):
            return Keep.STAY
        lowers = isinstance(parts, TierNode) and parts.rung is Rung.REQUIRED and not wanted
        return Keep.LEARN if lowers or isinstance(parts, ScopeNode) else Keep.FREE

    @contextmanager
    def keeping(self, keep: Keep) -> Iterator[None]:
        """What is made inside is kept so, or as strictly as around it."""
        before = self.keep
        self.keep = max(before, keep, key=list(Keep).index)
        yield
        self.keep = before

    def only_when(self, condition: Asked, operand: Asked) -> Asked:
        """What is asked only when something holds is not escaped by its not holding any more."""
        return super().only_when(lambda view, wanted: self._kept(condition, view, wanted), operand)

    def _kept(self, condition: Asked, view: View, wanted: bool) -> int:
        if wanted:
            return condition(view, True)
        with self.keeping(Keep.STAY):
            return condition(view, False)

    def asked(self, expr: FactTest | ex.Constant, view: View, wanted: bool) -> int:
        if isinstance(expr, ex.Quantified):
            return self.quantified(expr, view, wanted)
        if isinstance(expr, ex.Together) and not isinstance(expr.target, ex.Unset | ex.Parameter):
            return self.together(expr, view, wanted)
        if isinstance(expr, ex.Total):
            self.crowded.update(_may_add(expr, wanted))
        looks_inside = any(isinstance(term, ex.Field) for term in terms(expr)) and not isinstance(
            expr, ex.Together | ex.Total
        )
        place = self.at if looks_inside else None
        return self.at_place(Spot(expr) if place is None else Spot(expr, *place), view, wanted)

    def at_place(self, test: Test, view: View, wanted: bool) -> int:
        keep = self.keep
        if not isinstance(test, Spot) or (test.collection and test.place >= self.count(test.collection)):
            # A further record may be of any kind.
            self.keep = Keep.FREE
        found = self.literal(test, view, wanted)
        self.keep = keep
        if not self.within:
            self.direct.add(self.tests[test])
            gate = self.add(Gate(Kind.ALL, (found,)))
            self.outside[gate] = self.tests[test]
            return gate
        return found

    def quantified(self, expr: ex.Quantified, view: View, wanted: bool) -> int:
        """The definition of a quantifier, written out over the places."""
        name = expr.collection
        places = range(self.count(name) + self.new)
        whole = Whole(name)
        if expr.count is ex.Count.EVERY:
            if not wanted:
                fails = [self.both(expr, place, view.turned, view, True, False) for place in places]
                return self.gate(Kind.ANY, fails)
            parts = [self.unless(expr, place, view.turned, view, True) for place in places]
            parts.append(self.at_place(whole, View(view.met, STRONGEST), True))
            if not expr.empty_is_met:
                chosen = [self.chosen(expr, place, view) for place in places]
                parts.append(self.gate(Kind.ANY, chosen))
            return self.gate(Kind.ALL, parts)
        number = 1 if expr.count is ex.Count.SOME else expr.number
        if number > self.new:
            self.crowded.add(name)
        if wanted:
            return self.counted(number, [self.both(expr, place, view, view, True, True) for place in places])
        none = [self.unless(expr, place, view, view, False) for place in places]
        few = self.counted(len(none) - number + 1, none)
        return self.gate(Kind.ALL, [few, self.at_place(whole, View(view.not_met, STRONGEST), True)])

    def together(self, expr: ex.Together, view: View, wanted: bool) -> int:
        """The definition of records that cover a target together, written out over items and places."""
        parts = []
        declared = self.closed.ruleset.vocabulary.collections[expr.collection].fields[expr.field]
        if not declared.type.is_set:
            self.crowded.add(expr.collection)
        *named, unnamed = self.items(expr)
        for item in (*named, unnamed):
            single = ex.Literal(frozenset([item]))
            has = ex.Includes(expr.target, ex.Inclusion.ANY, single)
            if wanted:
                lacks = self.asked(has, view.turned, False)
                covered = self.covered(expr, single, view, True)
                if item == unnamed:
                    # It stands for an item that is named, not for all that a list may have which is not whole.
                    covered = self.gate(Kind.ALL, [covered, self.asked(has, view, True)])
                parts.append(self.gate(Kind.ANY, [covered, lacks]))
            else:
                held = self.asked(has, view.turned, True)
                parts.append(self.gate(Kind.ALL, [held, self.covered(expr, single, view, False)]))
        if not wanted:
            return self.gate(Kind.ANY, parts)
        return self.gate(Kind.ALL, [*parts, self.asked(ex.Empty(expr.target), view.turned, False)])

    def covered(self, expr: ex.Together, single: ex.Literal, view: View, wanted: bool) -> int:
        name = expr.collection
        field = ex.Field(name, expr.field)
        declared = self.closed.ruleset.vocabulary.collections[name].fields[expr.field]
        has: ex.Expr = (
            ex.Includes(field, ex.Inclusion.ANY, single) if declared.type.is_set else ex.OneOf(field, single)
        )
        found = []
        for place in range(self.count(name) + self.new):
            there = There(name, place)
            inside = [] if expr.where is None else [self.placed(expr.where, name, place, view, wanted)]
            inside.append(self.placed(has, name, place, view, wanted))
            if wanted:
                is_there = self.at_place(there, View(view.met, STRONGEST), True)
                found.append(self.gate(Kind.ALL, [is_there, *inside]))
            else:
                is_absent = self.at_place(there, View(STRONGEST, 1), False)
                found.append(self.gate(Kind.ANY, [is_absent, *inside]))
        if wanted:
            return self.gate(Kind.ANY, found)
        whole = self.at_place(Whole(name), View(view.not_met, STRONGEST), True)
        return self.gate(Kind.ALL, [*found, whole])

    def items(self, expr: ex.Together) -> tuple[str, ...]:
        """The items that the target or a record may have: those known, the options, and one more, the last."""
        target, vocabulary = expr.target, self.closed.ruleset.vocabulary
        found = set(vocabulary.collections[expr.collection].fields[expr.field].options)
        values: list[Value] = [target.value] if isinstance(target, ex.Literal) else []
        if isinstance(target, ex.Fact):
            found.update(vocabulary.scalars[target.name].options)
            values += [each.value for name, each in self.known.values.items() if name == target.name]
        for record in self.known.collections.get(expr.collection, NO_RECORDS).records:
            values += [each.value for name, each in record.fields.items() if name == expr.field]
        for value in values:
            if isinstance(value, frozenset):
                found.update(value)
            elif isinstance(value, str):
                found.add(value)
        written = (*sorted(found), other_than(sorted(found)))
        if isinstance(target, ex.Fact):
            self.written[target.name] = self.written.get(target.name, frozenset(written)) & frozenset(written)
        return written

    def both(
        self, expr: ex.Quantified, place: int, where: View, body: View, selected: bool, holds: bool
    ) -> int:
        """There is a record, `where` selects it, and its body is as wanted."""
        asked = where.met
        parts = [self.at_place(There(expr.collection, place), View(asked, STRONGEST), True)]
        parts += self.inside(expr, place, where, selected)
        return self.gate(Kind.ALL, parts + self.body(expr, place, body, holds))

    def chosen(self, expr: ex.Quantified, place: int, view: View) -> int:
        parts = [self.at_place(There(expr.collection, place), View(view.met, STRONGEST), True)]
        return self.gate(Kind.ALL, parts + self.inside(expr, place, view, True))

    def unless(self, expr: ex.Quantified, place: int, where: View, body: View, holds: bool) -> int:
        """The body is as wanted, or the record is not selected, or there is none."""
        parts = self.body(expr, place, body, holds)
        with self.keeping(Keep.STAY):
            parts += self.inside(expr, place, where, False)
        parts.append(self.at_place(There(expr.collection, place), View(STRONGEST, 1), False))
        return self.gate(Kind.ANY, parts)

    def inside(self, expr: ex.Quantified, place: int, view: View, wanted: bool) -> list[int]:
        return [] if expr.where is None else [self.placed(expr.where, expr.collection, place, view, wanted)]

    def body(self, expr: ex.Quantified, place: int, view: View, wanted: bool) -> list[int]:
        if expr.body is None:
            return [self.asked(ex.Constant(wanted), View(1, 1), True)]
        return [self.placed(expr.body, expr.collection, place, view, wanted)]

    def placed(self, expr: ex.Expr, collection: str, place: int, view: View, wanted: bool) -> int:
        before, self.at = self.at, (collection, place)
        found = self.of(expr)(view, wanted)
        self.at = before
        return found

    # What a test looks at

    def looks_at(self, test: Test) -> Iterator[Variable]:
        match test:
            case Whole(collection):
                yield Variable(collection, WHOLE)
            case There(collection, place):
                yield Variable(collection, WHOLE)
                yield Variable(collection, place)
            case Spot(expr, collection, place):
                for inner in walk(expr):
                    for term in terms(inner):
                        if isinstance(term, ex.Fact):
                            yield Variable(term.name)
                        elif isinstance(term, ex.Field) and collection:
                            yield Variable(collection, place, term.name)
                    if isinstance(inner, ex.Together | ex.Total):
                        for listed in ex.collections_of(inner):
                            yield from self.everything_in(listed)

    def everything_in(self, collection: str) -> Iterator[Variable]:
        yield Variable(collection, WHOLE)
        fields: Sequence[str] = list(self.closed.ruleset.vocabulary.collections[collection].fields)
        for place in range(self.count(collection) + self.new):
            yield Variable(collection, place)
            for name in fields:
                yield Variable(collection, place, name)


def _may_add(expr: ex.Total, wanted: bool) -> Iterator[str]:
    """Yield the lists of which a further record may bring a sum nearer to what is wanted of it."""
    for part in expr.records:
        least, most = (1, 1) if part.amount is None else (part.amount.least, part.amount.most)
        by = part.factor if part.amount is None else part.factor * part.amount.factor
        ends = (least, most) if by > 0 else (most, least)
        end = ends[1] if wanted else ends[0]
        if end is None or (by * end > 0 if wanted else by * end < 0):
            yield part.collection
