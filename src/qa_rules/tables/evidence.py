"""The evidence of a column: the same for all rows, or from columns of its own, and where it is believed."""

from __future__ import annotations

import datetime
from collections.abc import Mapping
from enum import Enum
from typing import Final, assert_never

import attrs
import numpy as np
import numpy.typing as npt

from qa_rules.model.facts import Evidence, FactDeclaration, FactType
from qa_rules.model.values import Strength, Unit
from qa_rules.semantics.tellers import counts_as_seen
from qa_rules.tables import dates
from qa_rules.tables.decode import Decoded
from qa_rules.tables.planes import Plane, Rows, both, either, neither, packed, unpacked, without
from qa_rules.tables.vectors import Days, Grades, Index, Options
from qa_rules.tables.vectors import taken as taken_plane

WORDS: Final = tuple(each.word for each in Strength)

PARTS: Final[Mapping[str, FactDeclaration]] = {
    "strength": FactDeclaration(
        "strength", FactType.CHOICE, "strength", "", options={word: word for word in WORDS}, ordered=True
    ),
    "on": FactDeclaration("on", FactType.DATE, "date of the evidence", ""),
    "valid_until": FactDeclaration("valid_until", FactType.DATE, "last day on which it is believed", ""),
    "since": FactDeclaration("since", FactType.DATE, "day since when it is so", ""),
    "by": FactDeclaration("by", FactType.TEXT, "person", ""),
}
"""The columns that say where a value came from, as facts of their own: `fact@strength` and so on."""

_NEVER: Final = np.iinfo(np.int64).min
"""Stands for no date."""
_DayArray = npt.NDArray[np.int64]


class CountedFrom(Enum):
    """From which day a value counts for a gap."""

    GAP = "gap"
    """Since when it is so, else the day of the evidence."""
    NOTED = "noted"
    """The day of the evidence."""
    SINCE = "since"
    """Since when it is so, else always: what says that a requirement applies."""


@attrs.frozen(eq=False)
class Backing:
    """The evidence of a value in every row. A part is one value for all rows, or an array."""

    rows: int
    strength: int | npt.NDArray[np.int8]
    on: int | _DayArray | None
    valid_until: int | _DayArray | None
    by: Plane
    as_of: int | None
    sound: Plane = True
    """Rows in which the evidence itself could be read."""
    since: int | _DayArray | None = None
    own: Plane = False
    """Rows in which who said it, and when, stand on the value itself."""

    @classmethod
    def of(cls, evidence: Evidence, rows: int) -> Backing:
        """Return one evidence for all rows."""

        def day(date: datetime.date | None) -> int | None:
            return None if date is None else dates.day_of(date)

        until, as_of = day(evidence.valid_until), day(evidence.as_of)
        since = day(evidence.since)
        return cls(
            rows, int(evidence.strength), day(evidence.on), until, bool(evidence.by), as_of, since=since
        )

    def under(self, parts: Mapping[str, Decoded]) -> Backing:
        """Lay columns over this evidence: where they say nothing it stays."""
        says = {name: part.present for name, part in parts.items()}
        found = attrs.evolve(self, own=both(says.get("by", False), says.get("on", False)))
        for name, part in parts.items():
            given = unpacked(part.present, self.rows)
            if part.faults is not None:
                spoilt = np.ones(self.rows, np.bool_)
                spoilt[part.faults.rows] = False
                found = attrs.evolve(found, sound=both(found.sound, packed(spoilt)))
            match name:
                case "strength":
                    assert isinstance(part.values, Options)
                    codes = np.where(given, part.values.codes + 1, self.strength)
                    found = attrs.evolve(found, strength=codes.astype(np.int8))
                case "on":
                    found = attrs.evolve(found, on=self._laid(part, given, self.on))
                case "valid_until":
                    found = attrs.evolve(found, valid_until=self._laid(part, given, self.valid_until))
                case "since":
                    own: Plane = parts["on"].present if "on" in parts else False
                    inherited = np.full(self.rows, _NEVER if self.since is None else self.since)
                    below = np.where(unpacked(own, self.rows), _NEVER, inherited)
                    found = attrs.evolve(found, since=self._laid(part, given, below))
                case _:
                    found = attrs.evolve(found, by=packed(given | unpacked(self.by, self.rows)))
        if "on" in parts and "since" not in parts and self.since is not None:
            # Since when something is so belongs to the evidence beside it: a day of its own has none.
            dated = unpacked(parts["on"].present, self.rows)
            found = attrs.evolve(found, since=np.where(dated, _NEVER, np.full(self.rows, self.since)))
        return attrs.evolve(found, sound=without(found.sound, found.too_late()))

    def too_late(self) -> Plane:
        """Rows that are said to be so since a day after that of their evidence."""
        if self.since is None:
            return False
        dated = self._dated()
        since = np.full(self.rows, self.since)
        return packed((dated != _NEVER) & (since > dated))

    @staticmethod
    def _laid(part: Decoded, given: Rows, otherwise: int | _DayArray | None) -> _DayArray:
        assert isinstance(part.values, Days)
        below = _NEVER if otherwise is None else otherwise
        return np.where(given, part.values.values.astype(np.int64), below)

    def take(self, index: Index) -> Backing:
        """Return the same for other rows."""
        if not self.differs:
            return attrs.evolve(self, rows=len(index))

        def taken(part: int | _DayArray | None) -> int | _DayArray | None:
            return part[index] if isinstance(part, np.ndarray) else part

        return Backing(
            len(index),
            self.strength if isinstance(self.strength, int) else self.strength[index],
            taken(self.on),
            taken(self.valid_until),
            taken_plane(self.by, self.rows, index),
            self.as_of,
            taken_plane(self.sound, self.rows, index),
            taken(self.since),
            taken_plane(self.own, self.rows, index),
        )

    def around(self) -> Backing:
        """Return the same as values inherit it: who said it, and when, do not stand on the value itself."""
        return attrs.evolve(self, own=False)

    @property
    def differs(self) -> bool:
        """Whether it is not the same in all rows."""
        parts = (self.strength, self.on, self.valid_until, self.by, self.sound, self.since, self.own)
        return any(isinstance(part, np.ndarray) for part in parts)

    def believed(self, declared: FactDeclaration, on: datetime.date) -> Plane:
        """Rows in which a value with this evidence counts on the date: `meaning.believing.disbelief` by rows."""
        today = dates.day_of(on)
        found = self.sound
        has_date = self._there(self.on)
        if declared.type is FactType.JUDGEMENT:
            found = both(found, both(self.by, has_date))
        late = both(has_date, self._compared(self.on, today))
        if self.as_of is not None and self.as_of > today:
            # Where there is no date of its own, that of the file counts.
            late = either(late, neither(has_date))
        found = without(found, late)
        until, has_until = self.valid_until, self._there(self.valid_until)
        expired = both(has_until, without(True, self._compared(until, today - 1)))
        if declared.good_for_months is not None:
            expired = self._beyond(declared.good_for_months, today, expired, has_until, has_date)
        return without(found, expired)

    def _beyond(self, months: int, today: int, expired: Plane, has_until: Plane, has_date: Plane) -> Plane:
        """Where evidence says no last day, the vocabulary says how long an answer stays good."""
        dated = self._dated(has_date)
        known = packed(dated != _NEVER)
        amount = np.full(self.rows, months, np.int64)
        last, _ = dates.later(np.where(dated == _NEVER, 0, dated), amount, Unit.MONTHS, None)
        old = both(known, packed(last < today))
        return packed(
            unpacked(expired, self.rows) | (unpacked(old, self.rows) & ~unpacked(has_until, self.rows))
        )

    def _dated(self, has_date: Plane | None = None) -> _DayArray:
        """The day of the evidence in every row, else that of the file."""
        dated = np.full(self.rows, _NEVER if self.as_of is None else self.as_of)
        if self.on is None:
            return dated
        there = self._there(self.on) if has_date is None else has_date
        on = np.int64(self.on) if isinstance(self.on, int) else self.on
        return np.where(unpacked(there, self.rows), on, dated)

    @staticmethod
    def _there(day: int | _DayArray | None) -> Plane:
        return packed(day != _NEVER) if isinstance(day, np.ndarray) else day is not None

    @staticmethod
    def _compared(day: int | _DayArray | None, with_: int) -> Plane:
        """Rows whose day is after another."""
        return packed(day > with_) if isinstance(day, np.ndarray) else day is not None and day > with_

    def counted_by(self, day: int, from_: CountedFrom) -> Plane:
        """Rows whose value counts for a gap on this day: `meaning.conditions` by rows."""
        has_since = self._there(self.since)
        early = without(has_since, self._compared(self.since, day))
        match from_:
            case CountedFrom.GAP:
                return either(early, without(self.dated_by(day), has_since))
            case CountedFrom.NOTED:
                return self.dated_by(day)
            case CountedFrom.SINCE:
                return either(early, neither(has_since))
            case _:
                assert_never(from_)

    def dated_by(self, day: int) -> Plane:
        """Rows whose evidence has a date, and that no later than this one."""
        has_date = self._there(self.on)
        early = without(has_date, self._compared(self.on, day))
        of_file = self.as_of is not None and self.as_of <= day
        return either(early, without(of_file, has_date))

    def grades(self, declared: FactDeclaration, present: Plane, believed: Plane, told_by: str) -> Grades:
        """Return how strongly a value counts where it is present and believed: `semantics.tellers` by rows."""
        strength = int(Strength.VERIFIED) if declared.needs_no_evidence else self.strength
        if told_by and self.own is not False and counts_as_seen(declared, told_by):
            lifted = unpacked(self.own, self.rows) & (np.full(self.rows, strength) == Strength.STATED)
            strength = np.where(lifted, int(Strength.SEEN), strength).astype(np.int8)
        return Grades(self.rows, both(present, believed), strength)
