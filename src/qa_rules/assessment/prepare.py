"""A ruleset under a policy, prepared once and asked many times: what a service holds."""

from __future__ import annotations

import datetime
import time
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any, Final

import attrs

from qa_rules.assessment.arguments import due_day, due_to_prepare, teller_named
from qa_rules.assessment.assess import Assessment, decided
from qa_rules.assessment.gaps import gaps_of
from qa_rules.assessment.log import is_listened_to, log
from qa_rules.engines import DEFAULT_ENGINE, EngineName
from qa_rules.errors import due, due_count
from qa_rules.model.calendars import Calendar
from qa_rules.model.facts import Facts
from qa_rules.model.lazy import lazy
from qa_rules.model.rulesets import Policy, Ruleset

if TYPE_CHECKING:
    from qa_rules.assessment.ready import Ready


_ANY_DAY: Final = datetime.date(2000, 1, 1)


@attrs.frozen(slots=False, eq=False, repr=False)
class Prepared:
    """A ruleset under a policy with an engine and a calendar, made ready. `prepare` returns it.

    Threads may share it. It lasts as long as somebody holds it, however many others there are, and equal ones are one
    where they are sent to another process.
    """

    ruleset: Ruleset
    policy: Policy | None
    calendar: Calendar | None
    """The working days; those of England and Wales where none were given and the ruleset counts them."""
    engine: EngineName
    _ready: Ready

    @lazy
    def hash(self) -> str:
        """The hash of all that decides, but for the facts: ruleset, policy, calendar and engine."""
        from qa_rules.model.identity import hash_of, hash_of_all

        parts = (self.ruleset, self.policy, self.calendar)
        return hash_of_all([self.engine, *(None if each is None else hash_of(each) for each in parts)])

    def assess(
        self,
        facts: Facts | Mapping[str, object],
        *,
        on: datetime.date,
        earlier: Assessment | Mapping[str, datetime.date] | None = None,
        told_by: str | None = None,
    ) -> Assessment:
        """Assess one subject on a date. See `qa_rules.assess`, which does the same, for arguments and errors."""
        began = time.perf_counter_ns()
        due("facts", facts, (Facts, Mapping), "Facts or a mapping of names to values")
        return self._decided(facts, on, earlier, told_by, began)

    def assess_json(
        self,
        data: bytes | str,
        *,
        on: datetime.date,
        earlier: Assessment | Mapping[str, datetime.date] | None = None,
        told_by: str | None = None,
    ) -> Assessment:
        """Assess what a request holds: JSON of names and values, or of a whole facts file.

        FactsError with every diagnostic and its line and column, also for what is not JSON; else as `assess`.
        """
        from qa_rules.language.facts import facts_from_json

        began = time.perf_counter_ns()
        due("data", data, (bytes, bytearray, memoryview, str), "JSON as bytes or text")
        return self._decided(facts_from_json(data, self._ready.ruleset), on, earlier, told_by, began)

    def warm(self) -> None:
        """Work out once, of nobody, what every answer, finding and record needs. No decision: no log is told."""
        from qa_rules.language.facts import facts_from_json

        day = _ANY_DAY if self.calendar is None else self.calendar.first
        decided(self._ready, facts_from_json("{}", self._ready.ruleset), day).to_dict()

    def _decided(
        self,
        facts: Facts | Mapping[str, object],
        on: datetime.date,
        earlier: Assessment | Mapping[str, datetime.date] | None,
        told_by: str | None,
        began: int,
    ) -> Assessment:
        due_day("on", on)
        gaps = {} if earlier is None else gaps_of(earlier, self._ready.ruleset, on)
        teller = "" if told_by is None else teller_named(told_by, self._ready.ruleset)
        made = decided(self._ready, facts, on, gaps, teller)
        if is_listened_to():
            log("assess", made, time.perf_counter_ns() - began)
        return made

    def __eq__(self, other: object) -> bool:
        """Whether both decide the same of every subject."""
        return self is other or (isinstance(other, Prepared) and self.hash == other.hash)

    def __hash__(self) -> int:
        return hash(self.hash)

    def __repr__(self) -> str:
        policy = "" if self.policy is None else f" under {self.policy.name}"
        return f"<Prepared {self.ruleset.id}{policy}, {self.engine}>"

    def __reduce__(self) -> tuple[Callable[..., Prepared], tuple[Any, ...]]:
        return _prepared, (self.ruleset, self.policy, self.calendar, self.engine)


def prepare(
    ruleset: Ruleset,
    policy: Policy | None = None,
    *,
    calendar: Calendar | None = None,
    engine: EngineName = DEFAULT_ENGINE,
) -> Prepared:
    """Return a ruleset under a policy, prepared: hold it for as long as you ask it.

    Nobody is decided about once, and the whole of it worked out, so that the first answer takes no longer than the
    others. `assess` prepares too, without that, and keeps what it prepared for as many policies as `keep_prepared`
    says. RulesetError when the policy is for another ruleset; ArgumentError for an argument of another type;
    EngineError when the engine cannot run here, or the ruleset is beyond its limits.
    """
    due_to_prepare(ruleset, policy, engine, calendar)
    made = _prepared(ruleset, policy, calendar, engine)
    made.warm()
    return made


def _prepared(
    ruleset: Ruleset, policy: Policy | None, calendar: Calendar | None, engine: EngineName
) -> Prepared:
    from qa_rules.assessment.ready import ready

    made = ready(ruleset, policy, engine, calendar)
    return Prepared(ruleset, policy, made.calendar, engine, made)


def keep_prepared(most: int) -> None:
    """Keep what `assess` prepares for this many policies, 4,096 at first: the last ones that were asked.

    A policy of a large ruleset takes some 700 kilobytes. What a `Prepared` holds is kept as long as that is.
    ArgumentError for what is no whole number from 1.
    """
    from qa_rules.assessment.ready import KEPT

    due_count("most", most)
    KEPT.keep(most)
