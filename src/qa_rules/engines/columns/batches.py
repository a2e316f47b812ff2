"""A batch of a table in, a batch of verdicts, tiers and outcomes out."""

from __future__ import annotations

import datetime
from collections.abc import Iterable, Mapping, Sequence
from typing import Final

import attrs
import numpy as np
import pyarrow as pa

from qa_rules.engines.columns import results
from qa_rules.engines.columns.held import Same, Source
from qa_rules.engines.columns.holding import records_of
from qa_rules.engines.columns.kernel import Kernel, prepare
from qa_rules.engines.columns.layout import Layout
from qa_rules.engines.columns.planes import Plane, in_any, unpacked
from qa_rules.engines.columns.program import Run, levels_of
from qa_rules.engines.columns.reading import Child, ColumnFaults, Reader
from qa_rules.engines.columns.records import TableFrame
from qa_rules.engines.columns.results import Output, Words
from qa_rules.meaning.believing import believe
from qa_rules.meaning.closing import ClosedRuleset
from qa_rules.model.calendars import Calendar
from qa_rules.model.facts import Evidence, Facts

OUTPUTS: Final = ("outcomes", "tiers", "groups", "verdicts", "strengths")
"""What can be asked of a table."""


@attrs.frozen(eq=False)
class Judged:
    """What a batch came to: columns by name, and what did not fit in it."""

    columns: Mapping[str, Words]
    faults: Sequence[ColumnFaults]


@attrs.frozen(eq=False)
class _Asked:
    """Outputs for one person, or for nobody."""

    person: str
    outputs: tuple[Output, ...]
    wants: tuple[results.Want, ...]


@attrs.frozen(eq=False)
class TableKernel:
    """A closed ruleset, the persons, the date and the outputs that are asked of every batch."""

    kernel: Kernel
    on: datetime.date
    calendar: Calendar | None
    evidence: Evidence
    persons: Mapping[str, Facts]
    asked: tuple[_Asked, ...]

    @classmethod
    def of(
        cls,
        closed: ClosedRuleset,
        on: datetime.date,
        calendar: Calendar | None,
        evidence: Evidence,
        persons: Mapping[str, Facts],
        outputs: Sequence[str],
    ) -> TableKernel:
        """Make ready. What does not depend on the person stands once; outcomes and tiers once for each person."""
        kernel = prepare(closed)
        shared, personal = _outputs(closed, outputs)
        if not persons:
            asked = [_asked("", [*shared, *personal])]
        else:
            names = frozenset(
                name for facts in persons.values() for name in (*facts.values, *facts.collections)
            )
            reading = kernel.program.reading(names)
            moved = [
                each
                for each in shared
                if any(kernel.program.named[want[0]][0] in reading for want in each.wants)
            ]
            asked = [_asked("", [each for each in shared if each not in moved])]
            asked += [_asked(person, [*moved, *personal]) for person in persons]
        return cls(kernel, on, calendar, evidence, persons, tuple(asked))

    def judge(self, batch: pa.RecordBatch, layout: Layout, children: Mapping[str, Child], key: str) -> Judged:
        """Judge every row of a batch."""
        reader = Reader(layout, self.evidence, self.on, batch)
        columns: dict[str, Source] = dict(reader.facts())
        collections = reader.collections(children, batch.column(key) if key else None)
        frame = TableFrame(batch.num_rows, columns, collections, self.on, self.calendar, self.kernel.items)
        frames = {person: self.beside(frame, facts) for person, facts in self.persons.items()}
        strengths = frame.strengths().union(*(each.strengths() for each in frames.values()))
        run = Run(self.kernel.program, frame, levels_of(strengths))
        found: dict[str, Words] = {}
        for asked in self.asked:
            mine, given = run, reader.given
            if asked.person:
                facts = self.persons[asked.person]
                mine = run.beside(frames[asked.person], frozenset((*facts.values, *facts.collections)))
                given = given | dict.fromkeys((*facts.values, *facts.collections), True)
            planes = dict(zip(asked.wants, mine.planes(asked.wants), strict=True))
            for output in asked.outputs:
                made = output.make(planes, batch.num_rows)
                if output.needs:
                    made = self.only_given(made, output.needs, given, batch.num_rows)
                found[f"{output.name}@{asked.person}" if asked.person else output.name] = made
        return Judged(found, reader.found)

    def beside(self, frame: TableFrame, facts: Facts) -> TableFrame:
        """Return the frame with what is believed of a person in every row."""
        vocabulary = self.kernel.closed.ruleset.vocabulary
        known = believe(facts, vocabulary, self.on, self.calendar)
        columns = {name: Same(known.values.get(name)) for name in facts.values}
        collections = {
            name: records_of([records], vocabulary.collections[name]).repeated(frame.rows)
            for name, records in known.collections.items()
        }
        return attrs.evolve(
            frame, columns={**frame.columns, **columns}, collections={**frame.collections, **collections}
        )

    def only_given(self, made: Words, about: str, given: Mapping[str, Plane], rows: int) -> Words:
        """Leave out the answer where no fact about the subject that it needs is given."""
        vocabulary = self.kernel.closed.ruleset.vocabulary
        declared = {**vocabulary.scalars, **vocabulary.collections}
        there = in_any(plane for name, plane in given.items() if declared[name].about == about)
        if there is True:
            return made
        return attrs.evolve(
            made, codes=np.where(unpacked(there, rows), made.codes, -1).astype(made.codes.dtype)
        )


def _outputs(closed: ClosedRuleset, asked: Sequence[str]) -> tuple[list[Output], list[Output]]:
    """Return what may stand once, and what is the person's."""
    shared: list[Output] = []
    personal: list[Output] = []
    ruleset = closed.ruleset
    if "outcomes" in asked:
        for decision in ruleset.decisions:
            personal += [
                attrs.evolve(each, needs=decision.needs) for each in results.answers(closed, decision)
            ]
    if "tiers" in asked:
        personal += results.ladder(closed)
    names = [group.id for group in ruleset.groups] if "groups" in asked else []
    names += [each.id for each in ruleset.requirements] if "verdicts" in asked else []
    for name in names:
        shared.append(results.verdict(closed, name))
        if "strengths" in asked:
            shared.append(results.strength(closed, name))
    return shared, personal


def _asked(person: str, outputs: Iterable[Output]) -> _Asked:
    every = tuple(outputs)
    wants = dict.fromkeys(want for each in every for want in each.wants)
    return _Asked(person, every, tuple(wants))
