"""What a new policy, or a new edition of a ruleset, does to a whole directory."""

from __future__ import annotations

from collections import Counter, deque
from collections.abc import Mapping, Sequence
from typing import Any, Final

import attrs
import numpy as np
import numpy.typing as npt
import pyarrow as pa

from qa_rules.errors import QaRulesError, due
from qa_rules.model.expressions import terms, walk
from qa_rules.model.identity import hashes_of
from qa_rules.model.lazy import lazy
from qa_rules.model.nodes import NodeId
from qa_rules.model.rulesets import Decision
from qa_rules.model.terms import Parameter
from qa_rules.model.values import Severity
from qa_rules.program.asked import asked_by_tiers_only, looked_at
from qa_rules.tables.batches import Judged, TableKernel
from qa_rules.tables.faults import FAULTS, faults_of, texts_of
from qa_rules.tables.moving import crossed, is_same, placed, ranked
from qa_rules.tables.planes import Rows, unpacked
from qa_rules.tables.results import Want, Words
from qa_rules.tables.schedule import MET
from qa_rules.tables.streams import joined
from qa_rules.tables.summary import counted
from qa_rules.tables.task import TableTask, laid

TIER: Final = "tier"
"""What is told as a cause where the tier that is needed is not reached."""
_WEIGHTS: Final[Mapping[Severity | None, int]] = {Severity.REQUIRED: 2, Severity.CONDITION: 1}
_MOVED: Final = ("outcome", "tier.attained", "tier.required_least")
MOVED: Final = pa.schema(
    [("row", pa.int64()), *((name, pa.string()) for name in ("key", "person", "before", "after"))]
)
"""The columns of the table of subjects whose outcome moves. Rows count from 1."""


@attrs.frozen
class Move:
    """How many subjects go from one word to another."""

    person: str
    what: str
    """`outcome`, `tier.attained` or `tier.required_least`."""
    before: str
    after: str
    rows: int
    is_same: bool = False
    """Whether both words say the same: tiers at one place of two ladders are one, whatever they are called."""


@attrs.frozen
class Cause:
    """What stands in the way of the outcome in one of the two only, or more so, among those that move that way."""

    person: str
    requirement: str
    """A requirement at which the outcome looks by itself, or `tier`: the tier reached is below the one needed."""
    way: str
    """`stricter`: it newly stands in the way, or as required and no longer as a condition. `laxer`: the other way."""
    rows: int


@attrs.frozen
class Tested:
    """What becomes of those of whom a test of the policy holds, where the lowest tier was enough."""

    test: str
    """The parameter that the policy writes, such as who counts as small."""
    person: str
    subjects: int
    open_before: int
    """Those to which a referral was possible at all."""
    lost: int
    """Those of them to which none is any more, by any route, whatever could still be learned."""


@attrs.frozen(eq=False)
class Impact:
    """What changes over a directory."""

    before: str
    after: str
    rows: int
    moves: tuple[Move, ...]
    causes: tuple[Cause, ...]
    tested: tuple[Tested, ...]
    given: str
    """What the ruleset calls that of which facts are given with the question."""
    moved: pa.Table
    """One row for each subject and person whose outcome moves."""
    faults: pa.Table
    """What was not used of the table and of the child tables, as `assess_table` tells it."""
    hashes: Mapping[str, Mapping[str, str | None]]
    """What names exactly the rulesets and policies `before` and `after`."""

    def to_dict(self) -> dict[str, Any]:
        """Return the counts as plain data."""
        found: dict[str, Any] = {"before": self.before, "after": self.after, "rows": self.rows}
        found["hashes"] = {name: dict(each) for name, each in self.hashes.items()}
        found["moves"] = [attrs.asdict(each) for each in self.moves]
        found["causes"] = [attrs.asdict(each) for each in self.causes]
        found["tested"] = [attrs.asdict(each) for each in self.tested]
        found["faults"] = self.faults.num_rows
        return found

    def to_arrow(self) -> pa.Table:
        """Return the moves as a table, for a CSV file or a spreadsheet."""
        return pa.Table.from_pylist([attrs.asdict(each) for each in self.moves], _schema())

    def text(self) -> str:
        """Return the counts in words."""
        lines = [f"{counted(self.rows, 'subject')}: from {self.before} to {self.after}"]
        if self.faults.num_rows:
            lines.append(f"{counted(self.faults.num_rows, 'fault')}: what does not fit is unknown in its row")
        for person in dict.fromkeys(each.person for each in self.moves):
            mine = [each for each in self.moves if each.person == person]
            if person:
                lines.append(f"\n{self.given}: {person}")
            for what in _MOVED:
                changed = [each for each in mine if each.what == what and not each.is_same]
                total = sum(each.rows for each in mine if each.what == what)
                if total:
                    moving = sum(each.rows for each in changed)
                    lines.append(f"{what}: {moving:,} of {total:,} move")
                    lines += [
                        f"  {each.before or 'none':>24} -> {each.after or 'none':24} {each.rows:>12,}"
                        for each in sorted(changed, key=lambda each: -each.rows)
                    ]
            for way in ("stricter", "laxer"):
                causes = [each for each in self.causes if (each.person, each.way) == (person, way)]
                if causes:
                    lines.append(
                        f"{'newly in' if way == 'stricter' else 'no longer in'} the way of those who move:"
                    )
                    lines += [f"  {each.requirement:24} {each.rows:>12,}" for each in causes[:10]]
            for each in self.tested:
                if each.person == person:
                    lost = f"{each.lost:,} of {each.open_before:,} lose every answer that allows"
                    lines.append(f"{each.test.replace('_', ' ')}, lowest tier: {lost}")
        return "\n".join(lines)


def _schema() -> pa.Schema:
    return pa.schema(
        [(name, pa.string()) for name in ("person", "what", "before", "after")] + [("rows", pa.int64())]
    )


def impact(source: Any, before: TableTask, after: TableTask) -> Impact:
    """Assess a directory twice and return who moves, and which requirements move them.

    `source` is anything that speaks Arrow; it is read once, batch by batch. `before` and `after` differ in their policy
    or in the edition of their ruleset. With the same persons in both, each person is told apart.
    """
    due("before", before, TableTask, "a TableTask")
    due("after", after, TableTask, "a TableTask")
    if tuple(before.persons) != tuple(after.persons):
        raise QaRulesError("before and after are about others; give both the same")
    return _Comparison(before, after).over(source)


@attrs.frozen(eq=False)
class _Side:
    """One of the two."""

    task: TableTask
    counted: Mapping[str, int]
    """What stands in the way of the overall outcome when it is not met, by name: 2 as required, 1 as a condition."""

    @classmethod
    def of(cls, task: TableTask) -> _Side:
        closed = task.kernel.kernel.closed
        looked = looked_at(closed) - asked_by_tiers_only(closed) if task.ruleset.decisions else None
        weights = {
            name: _WEIGHTS.get(Severity.REQUIRED if task.ruleset.requirement[name].hard_stop else severity, 0)
            for name, severity in closed.severities.items()
            if looked is None or name in looked
        }
        return cls(task, {name: weight for name, weight in weights.items() if weight})

    @lazy
    def tests(self) -> tuple[str, ...]:
        """The tests of the policy on which it hangs for whom a route counts."""
        closed, policy = self.task.kernel.kernel.closed, self.task.policy
        asked = [each.counts_when for each in closed.ruleset.routes if each.counts_when is not None]
        inside = [term for each in asked for node in walk(each) for term in terms(node)]
        given = () if policy is None else policy.settings
        names = dict.fromkeys(
            term.name for term in inside if isinstance(term, Parameter) and term.name in given
        )
        return tuple(each for each in names if NodeId.setting(each) in closed.index)

    @lazy
    def kernel(self) -> TableKernel:
        """The rules, with what is needed to say why somebody moves."""
        task = self.task
        closed, policy = task.kernel.kernel.closed, task.policy
        watch: dict[str, Want] = {name: (name, MET, int(closed.strength)) for name in self.counted}
        watch |= {NodeId.setting(name): (NodeId.setting(name), MET, 1) for name in self.tests}
        calendar, evidence = task.kernel.calendar, task.evidence
        outputs = ("outcomes", "tiers")
        persons, told_by = task.persons, task.told_by or ""
        return TableKernel.of(
            task.ruleset, policy, task.on, calendar, evidence, persons, outputs, watch, told_by
        )

    @lazy
    def ranks(self) -> dict[str, int]:
        """The words of the overall decision from strictest to laxest; one that decides nothing is in between."""
        decision = self.decision
        if decision is None:
            return {}
        order = [each.id for each in decision.outcomes if each.allows is not True]
        order += [decision.undecided, decision.not_applicable]
        order += [each.id for each in decision.outcomes if each.allows]
        return {word: at for at, word in enumerate(order)}

    @property
    def decision(self) -> Decision | None:
        """The overall decision, None for a ruleset that makes none."""
        return next(iter(self.task.ruleset.decisions), None)

    @property
    def name(self) -> str:
        policy = self.task.policy
        return self.task.ruleset.id if policy is None else f"{self.task.ruleset.id} under {policy.name}"

    @property
    def ladder(self) -> tuple[str, ...]:
        """The tiers, lowest first."""
        policy = self.task.policy
        return () if policy is None else tuple(each.id for each in policy.tiers)

    def gaps(self, judged: Judged, person: str, rows: int) -> dict[str, npt.NDArray[np.int8]]:
        """Return how much each thing that counts stands in the way, by row: 0 where it does not."""
        found = {
            name: np.where(unpacked(judged.watched[person][name], rows), 0, weight).astype(np.int8)
            for name, weight in self.counted.items()
        }
        needed, reached = (_found(judged, each, person) for each in ("tier.required_least", "tier.attained"))
        if needed is not None and reached is not None:
            ladder = {word: at for at, word in enumerate(("", *self.ladder))}
            least, attained = (placed(each, ladder) for each in (needed, reached))
            found[TIER] = np.where(attained < least, 2, 0).astype(np.int8)
        return found

    def lowest(self) -> str:
        """The lowest tier of the policy; empty without tiers."""
        policy = self.task.policy
        return policy.tiers[0].id if policy is not None and policy.tiers else ""

    def open(self, judged: Judged, person: str, rows: int) -> Rows:
        """Subjects to which some outcome that allows is still possible."""
        decision = self.decision
        words = None if decision is None else _found(judged, f"possible.{decision.id}", person)
        if decision is None or words is None:
            return np.zeros(rows, np.bool_)
        allowing = {each.id for each in decision.outcomes if each.allows}
        good = np.array([not allowing.isdisjoint(each.split()) for each in words.words] + [False])
        found: Rows = good[words.codes]
        return found


@attrs.define(eq=False)
class _Comparison:
    before: TableTask
    after: TableTask
    moves: Counter[tuple[str, str, str, str]] = attrs.field(factory=Counter)
    causes: Counter[tuple[str, str, str]] = attrs.field(factory=Counter)
    tested: Counter[tuple[str, str, str]] = attrs.field(factory=Counter)
    moved: list[pa.RecordBatch] = attrs.field(factory=list)

    def over(self, source: Any) -> Impact:
        sides = _Side.of(self.before), _Side.of(self.after)
        rows = 0
        source, schema, batches, layouts = laid(source, self.before, self.after)
        # What cannot be read is told once.
        collectors = (
            self.before.collector(source),
            attrs.evolve(self.after.collector(source), unread=deque()),
        )
        key = self.before.named_by(schema)
        faults: list[pa.RecordBatch] = []
        for batch in joined(batches, self.before.rows_at_once):
            judged = [
                side.kernel.judge(batch, layout, each.children, side.task.named_by(batch.schema))
                for side, layout, each in zip(sides, layouts, collectors, strict=True)
            ]
            for person in self.before.persons or ("",):
                self.compare(sides, judged, person, batch.num_rows, rows, batch.column(key) if key else None)
            faults.append(collectors[0].of_batch([each.faults for each in judged], batch, key))
            rows += batch.num_rows
        faults.append(faults_of(dict.fromkeys(lost for each in collectors for lost in each.rest())))
        ladders = sides[0].ladder, sides[1].ladder
        return Impact(
            before=sides[0].name,
            after=sides[1].name,
            rows=rows,
            moves=tuple(
                Move(*key, count, is_same=is_same(*key[1:], ladders)) for key, count in self.moves.items()
            ),
            causes=tuple(Cause(*key, count) for key, count in self.causes.most_common()),
            tested=tuple(
                Tested(*key, *(self.tested[*key, what] for what in ("all", "open", "lost")))
                for key in dict.fromkeys(each[:2] for each in self.tested)
            ),
            given=next(iter(sorted(sides[0].task.ruleset.given)), "given").replace("_", " "),
            moved=pa.Table.from_batches(self.moved, MOVED),
            faults=pa.Table.from_batches(faults, FAULTS),
            hashes={
                name: hashes_of(task.ruleset, task.policy)
                for name, task in (("before", self.before), ("after", self.after))
            },
        )

    def compare(
        self,
        sides: tuple[_Side, _Side],
        judged: Sequence[Judged],
        person: str,
        rows: int,
        first: int,
        keys: Any,
    ) -> None:
        decisions = ["" if side.decision is None else side.decision.id for side in sides]
        for what in _MOVED:
            names = [f"outcome.{each}" if what == "outcome" else what for each in decisions]
            pair = [_found(each, name, person) for each, name in zip(judged, names, strict=True)]
            if pair[0] is not None and pair[1] is not None:
                for (one, two), count in crossed(pair[0], pair[1]):
                    self.moves[person, what, one, two] += count
        found = [
            _found(each, f"outcome.{name}", person) for each, name in zip(judged, decisions, strict=True)
        ]
        outcomes = [words for words in found if words is not None]
        ranks = [ranked(words, side.ranks) for words, side in zip(outcomes, sides, strict=True)]
        gaps = [side.gaps(each, person, rows) for each, side in zip(judged, sides, strict=True)]
        made = (ranks[0] >= 0) & (ranks[1] >= 0)
        ways = {"stricter": made & (ranks[1] < ranks[0]), "laxer": made & (ranks[1] > ranks[0])}
        for way, new, old in (("stricter", gaps[1], gaps[0]), ("laxer", gaps[0], gaps[1])):
            self.blame(person, way, ways[way], new, old)
        self.listed(outcomes, np.flatnonzero(ways["stricter"] | ways["laxer"]), person, first, keys)
        for name in sides[0].tests:
            self.follow(name, sides, judged, person, rows)

    def blame(
        self,
        person: str,
        way: str,
        moving: Rows,
        new: Mapping[str, npt.NDArray[np.int8]],
        old: Mapping[str, npt.NDArray[np.int8]],
    ) -> None:
        for name, gap in new.items():
            count = int((moving & (gap > old.get(name, 0))).sum())
            if count:
                self.causes[person, name, way] += count

    def listed(
        self, outcomes: Sequence[Words], at: npt.NDArray[np.int64], person: str, first: int, keys: Any
    ) -> None:
        index = pa.array(at)
        named = (
            pa.nulls(len(at), pa.string())
            if keys is None
            else pa.array(texts_of(keys.take(index)), pa.string())
        )
        words = [words.to_arrow().take(index).cast(pa.string()) for words in outcomes]
        who = pa.array([person] * len(at), pa.string())
        self.moved.append(
            pa.RecordBatch.from_arrays([pa.array(at + first + 1), named, who, *words], schema=MOVED)
        )

    def follow(
        self, name: str, sides: tuple[_Side, _Side], judged: Sequence[Judged], person: str, rows: int
    ) -> None:
        """Count those of whom a test of the policy before holds, where the lowest tier was enough."""
        plane = judged[0].watched[person].get(NodeId.setting(name))
        required = _found(judged[0], "tier.required_least", person)
        if plane is None or required is None:
            return
        lowest = np.array([word == sides[0].lowest() for word in required.words] + [False])
        held = unpacked(plane, rows) & lowest[required.codes]
        was, is_ = (side.open(each, person, rows) for side, each in zip(sides, judged, strict=True))
        self.tested[name, person, "all"] += int(held.sum())
        self.tested[name, person, "open"] += int((held & was).sum())
        self.tested[name, person, "lost"] += int((held & was & ~is_).sum())


def _found(judged: Judged, column: str, person: str) -> Words | None:
    """A column for a person; what does not depend on the person stands once."""
    return judged.columns.get(f"{column}@{person}", judged.columns.get(column))
