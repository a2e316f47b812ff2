"""A batch of a table in, a batch of verdicts, tiers and outcomes out."""

from __future__ import annotations

import datetime
from collections.abc import Iterable, Mapping, Sequence
from typing import Final, assert_never

import attrs
import numpy as np
import pyarrow as pa

from qa_rules.model.calendars import Calendar
from qa_rules.model.facts import Evidence, Facts, Vocabulary
from qa_rules.model.nodes import NodeId
from qa_rules.model.rulesets import Policy, Ruleset
from qa_rules.model.values import Severity, Unit
from qa_rules.program.bind import ClosedRuleset, close, close_waiting
from qa_rules.program.conditions import counted_by, counted_from, looks_at_the_day, noted_on, read_by
from qa_rules.semantics.dates import later
from qa_rules.semantics.snapshot import Held, believe
from qa_rules.semantics.tellers import as_told_by
from qa_rules.tables import results
from qa_rules.tables.children import Child
from qa_rules.tables.evidence import CountedFrom
from qa_rules.tables.figures import Amounts, Figure, figures_of
from qa_rules.tables.from_rows import records_of
from qa_rules.tables.kernel import Kernel, prepare
from qa_rules.tables.layout import Layout
from qa_rules.tables.planes import Plane, both, either, in_any, neither, packed, unpacked
from qa_rules.tables.read import ColumnFaults, Moment, Reader
from qa_rules.tables.records import TableFrame
from qa_rules.tables.results import Output, Words
from qa_rules.tables.schedule import MET, NOT_MET, Run, levels_of
from qa_rules.tables.vectors import Column, Grades, Same, Source, Truths

OUTPUTS: Final = ("outcomes", "tiers", "groups", "verdicts", "strengths", "asked", "values")
"""What can be asked of a table."""


@attrs.frozen(eq=False)
class Judged:
    """What a batch came to: columns by name, and what did not fit in it."""

    columns: Mapping[str, Words]
    faults: Sequence[ColumnFaults]
    amounts: Mapping[str, Amounts]
    """Columns of numbers by name."""
    watched: Mapping[str, Mapping[str, Plane]]
    """By person (empty for nobody): the planes that were to be watched."""


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
    conditions: tuple[str, ...]
    """The requirements that are conditions, where the policy sets days for them."""
    watch: Mapping[str, results.Want]
    """Further planes that a caller wants to see, by a name of its own."""
    figures: tuple[Figure, ...]
    """The values that are asked for."""
    told_by: str
    """Who hands the facts in, as the caller says; empty where that does not count."""

    @classmethod
    def of(
        cls,
        ruleset: Ruleset,
        policy: Policy | None,
        on: datetime.date,
        calendar: Calendar | None,
        evidence: Evidence,
        persons: Mapping[str, Facts],
        outputs: Sequence[str],
        watch: Mapping[str, results.Want] | None = None,
        told_by: str = "",
    ) -> TableKernel:
        """Make ready. What does not depend on the person stands once; outcomes and tiers once for each person."""
        closed = close(ruleset, policy)
        conditions: tuple[str, ...] = ()
        if policy is not None and policy.condition_days is not None:
            conditions = tuple(name for name, each in closed.severities.items() if each is Severity.CONDITION)
            closed = close_waiting(ruleset, policy)
        kernel = prepare(closed)
        every = _outputs(closed, outputs)
        asked = [_asked("", every)]
        if persons:
            names = frozenset(
                name for facts in persons.values() for name in (*facts.values, *facts.collections)
            )
            reading = kernel.program.reading(names)
            moved = [
                each
                for each in every
                if each.needs
                or each.decided
                or any(kernel.program.named[want[0]][0] in reading for want in each.wants)
            ]
            asked = [_asked("", [each for each in every if each not in moved])]
            asked += [_asked(person, moved) for person in persons]
        if told_by:
            vocabulary = closed.ruleset.vocabulary
            persons = {name: as_told_by(each, vocabulary, told_by) for name, each in persons.items()}
        figures = figures_of(closed) if "values" in outputs else ()
        return cls(
            kernel, on, calendar, evidence, persons, tuple(asked), conditions, watch or {}, figures, told_by
        )

    def judge(self, batch: pa.RecordBatch, layout: Layout, children: Mapping[str, Child], key: str) -> Judged:
        """Judge every row of a batch."""
        reader = Reader(layout, self.evidence, batch, self.told_by)
        work = _Work(self, reader, children, batch.column(key) if key else None)
        run = work.run()
        found: dict[str, Words] = {}
        amounts: dict[str, Amounts] = {}
        watched: dict[str, dict[str, Plane]] = {}
        for asked in self.asked:
            mine, given = work.settled(run, asked.person), reader.given
            if asked.person:
                facts = self.persons[asked.person]
                given = given | dict.fromkeys((*facts.values, *facts.collections), True)
            planes = dict(zip(asked.wants, mine.planes(asked.wants), strict=True))
            if asked.person or not self.persons:
                seen = mine.planes(tuple(self.watch.values()))
                watched[asked.person] = dict(zip(self.watch, seen, strict=True))
            for output in asked.outputs:
                planes[results.DECIDED] = self.given(output.decided, given) if output.decided else True
                made = output.make(planes, batch.num_rows)
                if output.needs:
                    made = self.only_given(made, output.needs, given, batch.num_rows)
                found[f"{output.name}@{asked.person}" if asked.person else output.name] = made
            if asked.person or not self.persons:
                self._figure(mine, asked.person, found, amounts)
        return Judged(found, reader.found, amounts, watched)

    def _figure(self, run: Run, person: str, words: dict[str, Words], amounts: dict[str, Amounts]) -> None:
        """Add the columns of values, by facts as strong as is asked."""
        level = run.level[int(self.kernel.closed.strength)]
        for figure in self.figures:
            assert isinstance(run.frame, TableFrame)
            for name, made in figure.columns(run, run.frame, level):
                name = f"{name}@{person}" if person else name
                if isinstance(made, Amounts):
                    amounts[name] = made
                else:
                    words[name] = made

    def last_day(self) -> datetime.date | None:
        """Return the last day on which a gap may have begun that is overdue; None when none can be."""
        policy = self.kernel.closed.policy
        if policy is None or policy.condition_days is None:
            return None
        return later(self.on, -policy.condition_days - 1, Unit.DAYS, None)

    @property
    def counted(self) -> CountedFrom:
        """From which day values count for a gap."""
        policy = self.kernel.closed.policy
        return CountedFrom.GAP if policy is None else CountedFrom(policy.condition_days_from)

    def counting_by(self, person: str, day: datetime.date) -> frozenset[str]:
        """Return the facts about the person of which something counts by a day."""
        facts = self.persons.get(person, Facts())

        def counts(evidence: Evidence) -> bool:
            return counting(self.counted, evidence, self.on) <= day

        listed = {
            name
            for name, given in facts.collections.items()
            if counts(given.evidence)
            or any(counts(value.evidence) for record in given.records for value in record.values())
        }
        return frozenset({name for name, value in facts.values.items() if counts(value.evidence)} | listed)

    def given(self, about: str, given: Mapping[str, Plane]) -> Plane:
        """Return where a fact about a subject is given."""
        vocabulary = self.kernel.closed.ruleset.vocabulary
        declared = {**vocabulary.scalars, **vocabulary.collections}
        return in_any(plane for name, plane in given.items() if declared[name].about == about)

    def only_given(self, made: Words, about: str, given: Mapping[str, Plane], rows: int) -> Words:
        """Leave out the answer where no fact about the subject that it needs is given."""
        there = self.given(about, given)
        if there is True:
            return made
        return attrs.evolve(
            made, codes=np.where(unpacked(there, rows), made.codes, -1).astype(made.codes.dtype)
        )


@attrs.define(eq=False)
class _Work:
    """One batch at work: its frame at a moment, and with a person."""

    table: TableKernel
    reader: Reader
    children: Mapping[str, Child]
    keys: pa.Array | None
    frames: dict[Moment, TableFrame] = attrs.field(factory=dict)

    def frame(self, at: Moment, person: str) -> TableFrame:
        """Return what is believed at a moment, a person's facts in every row."""
        table = self.table
        if at not in self.frames:
            columns = dict(self.reader.facts(at))
            collections = self.reader.collections(self.children, self.keys, at)
            rows = self.reader.batch.num_rows
            self.frames[at] = TableFrame(
                rows, columns, collections, at.on, table.calendar, table.kernel.items
            )
        if not person:
            return self.frames[at]
        facts = table.persons[person]
        if at.by is not None:
            by = at.by
            facts = counted_by(facts, by, lambda each: counting(at.counted, each, table.on))
        return _beside(self.frames[at], facts, table.kernel.closed.ruleset.vocabulary, at.believed)

    def run(self) -> Run:
        """Return the work on the rows themselves."""
        at = Moment(self.table.on)
        strengths = (
            self.frame(at, "")
            .strengths()
            .union(*(self.frame(at, each).strengths() for each in self.table.persons))
        )
        keeps = bool(self.table.persons or self.table.conditions or self.table.watch)
        return Run(self.table.kernel.program, self.frame(at, ""), levels_of(strengths), keeps)

    def settled(self, run: Run, person: str) -> Run:
        """Return the work with a person, in which it is known which conditions are overdue."""
        at = Moment(self.table.on)
        facts = self.table.persons.get(person, Facts())
        mine = (
            run.beside(self.frame(at, person), frozenset((*facts.values, *facts.collections)))
            if person
            else run
        )
        if not self.table.conditions:
            return mine
        overdue = self.overdue(mine, person)
        columns = {NodeId.overdue(name): _truth(plane, mine.frame.rows) for name, plane in overdue.items()}
        frame = self.frame(at, person)
        return mine.beside(attrs.evolve(frame, columns={**frame.columns, **columns}), frozenset(columns))

    def overdue(self, run: Run, person: str) -> dict[str, Plane]:
        """Return where each condition is overdue: its `met_when` has not been met since the last day for that.

        Learning never turns what is not met, so what counted by then is enough, but for a test of the day: there each
        day in between is tried too. And where it applies today, what says so has to have been so by then.
        """
        table = self.table
        last = table.last_day()
        if last is None:
            return dict.fromkeys(table.conditions, False)
        then = Moment(last, last, table.counted, table.on)
        since = Moment(table.on, last, CountedFrom.SINCE, table.on)
        self.frame(then, "")
        closed = table.kernel.closed
        index = closed.index
        met = [NodeId.met(name) if NodeId.met(name) in index else NodeId(name) for name in table.conditions]
        mine = table.counting_by(person, last)
        counts = [
            in_any(
                name in mine or self.reader.counts.get((then, name), False) for name in read_by(closed, each)
            )
            for each in met
        ]
        if all(each is False for each in counts):
            return dict.fromkeys(table.conditions, False)
        wants = tuple((name, NOT_MET, 1) for name in met)
        gaps = [both(gap, there) for gap, there in zip(run.planes(wants), counts, strict=True)]
        other = Run(run.program, self.frame(then, person))
        gaps = [both(gap, was) for gap, was in zip(gaps, other.planes(wants), strict=True)]
        asked = {
            name: (NodeId.applies(name), MET, 1) for name in table.conditions if NodeId.applies(name) in index
        }
        if asked:
            before = Run(run.program, self.frame(since, person))
            pairs = zip(run.planes(tuple(asked.values())), before.planes(tuple(asked.values())), strict=True)
            kept = dict(zip(asked, (either(neither(now), was) for now, was in pairs), strict=True))
            gaps = [both(gap, kept.get(name, True)) for name, gap in zip(table.conditions, gaps, strict=True)]
        found = dict(zip(table.conditions, gaps, strict=True))
        turning = {
            name: want
            for name, want in zip(table.conditions, wants, strict=True)
            if looks_at_the_day(closed, want[0])
        }
        return found | self._unbroken({name: found[name] for name in turning}, turning, last, person)

    def _unbroken(
        self, gaps: Mapping[str, Plane], wants: Mapping[str, results.Want], last: datetime.date, person: str
    ) -> dict[str, Plane]:
        """Return where gaps of the last day for them are gaps on every day up to today, of which few rows have any."""
        rows = np.flatnonzero(unpacked(in_any(gaps.values()), self.reader.batch.num_rows))
        if not len(rows):
            return dict(gaps)
        table = self.table
        left = {name: unpacked(plane, self.reader.batch.num_rows)[rows] for name, plane in gaps.items()}
        batch = self.reader.batch.take(pa.array(rows))
        read = frozenset[str]().union(*(read_by(table.kernel.closed, name) for name, _, _ in wants.values()))
        reader = Reader(self.reader.layout.only(read), self.reader.evidence, batch, self.reader.told_by)
        keys = None if self.keys is None else self.keys.take(pa.array(rows))
        few = _Work(table, reader, self.children, keys)
        day = last + datetime.timedelta(days=1)
        while day < table.on and any(each.any() for each in left.values()):
            frame = few.frame(Moment(day, day, table.counted, table.on), person)
            few.frames.clear()
            planes = Run(table.kernel.program, frame).planes(tuple(wants.values()))
            for name, plane in zip(wants, planes, strict=True):
                left[name] = left[name] & unpacked(plane, len(rows))
            day += datetime.timedelta(days=1)
        found = {}
        for name, each in left.items():
            found[name] = whole = np.zeros(self.reader.batch.num_rows, np.bool_)
            whole[rows] = each
        return {name: packed(each) for name, each in found.items()}


def counting(from_: CountedFrom, evidence: Evidence, on: datetime.date) -> datetime.date:
    """Return the day from which a value counts."""
    match from_:
        case CountedFrom.GAP:
            return counted_from(evidence, on)
        case CountedFrom.NOTED:
            return noted_on(evidence, on)
        case CountedFrom.SINCE:
            return evidence.since or datetime.date.min
        case _:
            assert_never(from_)


def _truth(plane: Plane, rows: int) -> Source:
    if isinstance(plane, bool):
        return Same(Held(plane, 3, 3))
    return Column(Truths(rows, plane), Grades(rows, True, 3))


def _beside(frame: TableFrame, facts: Facts, vocabulary: Vocabulary, today: datetime.date) -> TableFrame:
    """Return the frame with what is believed of a person in every row."""
    known = believe(facts, vocabulary, today, frame.calendar)
    columns = {name: Same(known.values.get(name)) for name in facts.values}
    collections = {
        name: records_of([records], vocabulary.collections[name]).repeated(frame.rows)
        for name, records in known.collections.items()
    }
    return attrs.evolve(
        frame, columns={**frame.columns, **columns}, collections={**frame.collections, **collections}
    )


def _outputs(closed: ClosedRuleset, asked: Sequence[str]) -> list[Output]:
    found: list[Output] = []
    ruleset = closed.ruleset
    if "outcomes" in asked:
        for decision in ruleset.decisions:
            found += [attrs.evolve(each, needs=decision.needs) for each in results.answers(closed, decision)]
    if "tiers" in asked:
        found += results.ladder(closed)
    names = [group.id for group in ruleset.groups] if "groups" in asked else []
    names += [each.id for each in ruleset.requirements] if "verdicts" in asked else []
    for name in names:
        found.append(results.verdict(closed, name))
        if "strengths" in asked:
            found.append(results.strength(closed, name))
        if "asked" in asked:
            found.append(results.asked(closed, name))
        if name in ruleset.requirement and ruleset.requirement[name].plainly is not None:
            found.append(results.explained(closed, name))
    return found


def _asked(person: str, outputs: Iterable[Output]) -> _Asked:
    every = tuple(outputs)
    wants = dict.fromkeys(want for each in every for want in each.wants)
    return _Asked(person, every, tuple(wants))
