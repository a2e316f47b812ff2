"""Which cases show what a suite owes a ruleset. Needs no solver."""

from __future__ import annotations

import datetime
from collections.abc import Callable, Mapping, Sequence

import attrs

from qa_rules.engines import DEFAULT_ENGINE, EngineName
from qa_rules.engines import engine as find_engine
from qa_rules.language.cases import Case
from qa_rules.language.load import calendar_for
from qa_rules.model.calendars import Calendar
from qa_rules.model.facts import Facts
from qa_rules.model.rulesets import Policy, Ruleset
from qa_rules.program.bind import close
from qa_rules.semantics.snapshot import Known, believe
from qa_rules.testing.conditions import Shown
from qa_rules.testing.obligations import Kind, Obligation, Owed, owed


@attrs.frozen
class Entry:
    """An obligation and what became of it."""

    obligation: Obligation
    by: tuple[str, ...] = ()
    """The names of the cases that meet it."""
    infeasible: bool = False
    """No provider can meet it, within the limits of the proof."""
    reason: str = ""
    """Why it is infeasible or undecided, where that is known."""

    @property
    def is_open(self) -> bool:
        """Whether it is not met and could be, for all that is known."""
        return not self.by and not self.infeasible

    def __str__(self) -> str:
        state = f"met by {len(self.by)}" if self.by else "cannot be met" if self.infeasible else "not met"
        where = (
            ""
            if self.obligation.place is None
            else f"{self.obligation.place.file}:{self.obligation.place.line}: "
        )
        reason = f" ({self.reason})" if self.reason else ""
        return f"{where}{self.obligation.sentence}: {state}{reason}"


@attrs.frozen
class Coverage:
    """What some cases show of what a ruleset under a policy is owed."""

    ruleset: Ruleset
    policy: Policy | None
    entries: tuple[Entry, ...]
    """One an obligation, in the order of the ruleset."""

    @property
    def open(self) -> tuple[Entry, ...]:
        """The obligations that no case meets and that are not proved infeasible."""
        return tuple(each for each in self.entries if each.is_open)

    @property
    def infeasible(self) -> tuple[Entry, ...]:
        """The obligations that nobody can meet."""
        return tuple(each for each in self.entries if each.infeasible)

    @property
    def ratio(self) -> float:
        """The share of the obligations that are met, of those that are not proved infeasible; 1 when there are none."""
        return self._ratio(self.entries)

    def ratios(self) -> Mapping[Kind, float]:
        """Return the same by kind."""
        kinds = dict.fromkeys(each.obligation.kind for each in self.entries)
        return {
            kind: self._ratio([each for each in self.entries if each.obligation.kind is kind])
            for kind in kinds
        }

    @staticmethod
    def _ratio(entries: Sequence[Entry]) -> float:
        feasible = [each for each in entries if not each.infeasible]
        return sum(bool(each.by) for each in feasible) / len(feasible) if feasible else 1.0


class Meeting:
    """Says which obligations providers meet, by an engine."""

    found: Owed
    on: datetime.date

    def __init__(self, found: Owed, on: datetime.date, engine: EngineName = DEFAULT_ENGINE) -> None:
        """Prepare the ruleset with its probes; `on` is the date of those who have none of their own."""
        self.found, self.on = found, on
        self.engine: EngineName = engine
        self.calendar: Calendar | None = calendar_for(None, found.closed)
        self.run: Callable[[Known], tuple[int, ...]] = find_engine(engine)(found.closed).run

    def shown(self, providers: Sequence[Facts], days: Sequence[datetime.date] | None = None) -> Shown:
        """Run the engine for everybody."""
        dates = [self.on] * len(providers) if days is None else days
        results = [self.run(self.known(each, on)) for each, on in zip(providers, dates, strict=True)]
        return Shown(self.found.closed, results, providers)

    def known(self, facts: Facts, on: datetime.date) -> Known:
        """Return what is believed of somebody."""
        return believe(facts, self.found.closed.ruleset.vocabulary, on, self.calendar)


def coverage(
    ruleset: Ruleset,
    policy: Policy | None,
    cases: Sequence[Case],
    *,
    engine: EngineName = DEFAULT_ENGINE,
    infeasible: Mapping[Obligation, str] | None = None,
) -> Coverage:
    """Return which of the cases meet what a ruleset under a policy is owed.

    Args:
        ruleset: what the cases are about.
        policy: the policy, or none. Cases under another policy do not count.
        cases: worked cases or generated ones.
        engine: the engine that runs them.
        infeasible: obligations that are known to be out of reach, with the reason (see `generating.search`).

    A condition that is overdue on the day of a case is taken as a condition here.

    """
    found = owed(close(ruleset, policy))
    name = "none" if policy is None else policy.name
    mine = [each for each in cases if each.policy == name]
    meeting = Meeting(found, datetime.date.min, engine)
    shown = meeting.shown([each.facts for each in mine], [each.on for each in mine])
    return covered(found, shown, [each.name for each in mine], infeasible or {})


def covered(
    found: Owed, shown: Shown, names: Sequence[str], infeasible: Mapping[Obligation, str]
) -> Coverage:
    """Return the coverage that cases of these names show."""
    entries = []
    for each in found.obligations:
        mask = shown.mask(each.condition)
        by = tuple(name for at, name in enumerate(names) if mask >> at & 1)
        out = not by and each in infeasible
        entries.append(Entry(each, by, out, infeasible[each] if out else ""))
    return Coverage(found.closed.ruleset, found.closed.policy, tuple(entries))
