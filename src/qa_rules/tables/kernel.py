"""A closed ruleset made ready for tables."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import lru_cache

import attrs

from qa_rules.model.expressions import Expr, Fact, Field, Includes, Literal, walk
from qa_rules.model.facts import FactType, Vocabulary
from qa_rules.model.nodes import NodeId
from qa_rules.program.asked import left_out_test, looked_at_test
from qa_rules.program.bind import ClosedRuleset
from qa_rules.semantics.snapshot import Known
from qa_rules.semantics.truth import pack
from qa_rules.tables.figures import tests_of
from qa_rules.tables.from_rows import frame_of
from qa_rules.tables.planes import unpacked
from qa_rules.tables.schedule import MET, NOT_MET, Program, Run, levels_of

_LEVELS = (1, 2, 3)


@attrs.frozen(eq=False)
class Kernel:
    """A closed ruleset as a program over planes."""

    closed: ClosedRuleset
    program: Program = attrs.field(repr=False)
    items: Mapping[Fact | Field, tuple[str, ...]] = attrs.field(repr=False)
    """Of each set: every item that a rule looks for in it, so that one mask serves all of them."""

    def run(self, known: Known) -> tuple[int, ...]:
        """Return the six bits of every node, in order."""
        return self.run_all([known])[0]

    def run_all(self, known: Sequence[Known]) -> list[tuple[int, ...]]:
        """Return the six bits of every node for each subject; they share their date and calendar."""
        if not known:
            return []
        first = known[0]
        frame = frame_of(known, self.closed.ruleset.vocabulary, self.items, first.on, first.calendar)
        names = [node.name for node in self.closed.nodes]
        wanted = tuple((name, side, level) for name in names for side in (MET, NOT_MET) for level in _LEVELS)
        run = Run(self.program, frame, levels_of(frame.strengths()))
        planes = [unpacked(plane, frame.rows) for plane in run.planes(wanted)]
        count = len(_LEVELS)
        found: list[tuple[int, ...]] = []
        for row in range(frame.rows):
            met = [
                sum(bool(plane[row]) for plane in planes[at : at + count])
                for at in range(0, len(planes), count)
            ]
            found.append(tuple(map(pack, met[::2], met[1::2])))
        return found

    def __reduce__(self) -> tuple[Callable[[ClosedRuleset], Kernel], tuple[ClosedRuleset]]:
        return prepare, (self.closed,)


@lru_cache(maxsize=64)
def prepare(closed: ClosedRuleset) -> Kernel:
    """Make a closed ruleset ready; the last few dozen are kept."""
    nodes = [(node.name, node.expr) for node in closed.nodes]
    return Kernel(closed, Program.of([*nodes, *_asked(closed), *tests_of(closed)]), _items(closed))


def _asked(closed: ClosedRuleset) -> Iterator[tuple[str, Expr]]:
    """What says of each requirement and group whether it is asked here."""
    for name in (*closed.ruleset.requirement, *closed.ruleset.group):
        yield NodeId.left_out(name), left_out_test(closed, name)
        yield NodeId.looked_at(name), looked_at_test(closed, name)


def _items(closed: ClosedRuleset) -> dict[Fact | Field, tuple[str, ...]]:
    wanted: dict[Fact | Field, dict[str, None]] = {}
    for node in closed.nodes:
        for expr in walk(node.expr):
            match expr:
                case Includes(Fact() | Field() as whole, _, Literal(frozenset() as items)):
                    wanted.setdefault(whole, {}).update(dict.fromkeys(sorted(items)))
                case _:
                    pass
    vocabulary = closed.ruleset.vocabulary
    return {term: _universe(term, tuple(items), vocabulary) for term, items in wanted.items()}


def _universe(term: Fact | Field, items: tuple[str, ...], vocabulary: Vocabulary) -> tuple[str, ...]:
    if isinstance(term, Fact):
        declared = vocabulary.scalars[term.name]
    else:
        declared = vocabulary.collections[term.collection].fields[term.name]
    return tuple(declared.options) if declared.type is FactType.CHOICES else items
