"""Deciding again what a record says was decided, and keeping all that decides."""

from __future__ import annotations

import time
from collections.abc import Mapping
from types import NoneType
from typing import Any

import attrs

from qa_rules.assessment.assess import Assessment, assess, assessed
from qa_rules.assessment.gaps import gaps_of
from qa_rules.assessment.log import is_listened_to, log
from qa_rules.engines import DEFAULT_ENGINE, ENGINES
from qa_rules.errors import ArgumentError, EngineUnavailableError, FactsError, ReplayError, due
from qa_rules.model.calendars import Calendar
from qa_rules.model.facts import Facts
from qa_rules.model.rulesets import Policy, Ruleset


def replay(
    data: Mapping[str, Any],
    ruleset: Ruleset | None = None,
    policy: Policy | None = None,
    *,
    calendar: Calendar | None = None,
    key: bytes | None = None,
) -> Assessment:
    """Decide again what `to_dict` recorded, from the facts in the record, and compare all of it.

    Args:
        data: the record.
        ruleset: the one that decided; by default the shipped one by the id in the record, never a file.
        policy: the one that decided; by default the shipped one by the name in the record.
        calendar: the working days, as for `assess`. Of two that have the same days each is the one that decided.
        key: the secret with which the record was signed.

    An engine that cannot run here is stood in for: all engines agree. Where another version of the library made the
    record, the wording of reasons is not compared.

    Raises:
        ReplayError: something differs; `what` names it, the first of what was handed in, then of what was decided.
        RecordError: the record has another shape or is not signed with the key.
        NotFoundError: no shipped ruleset or policy has the name in the record.

    """
    began = time.perf_counter_ns()
    due("ruleset", ruleset, (Ruleset, NoneType), "a Ruleset, as load_ruleset returns it, or None")
    due("policy", policy, (Policy, NoneType), "a Policy, as load_policy returns it, or None")
    due("calendar", calendar, (Calendar, NoneType), "a Calendar or None")
    again = _again(data, ruleset, policy, calendar, key)
    if is_listened_to():
        log("replay", again, time.perf_counter_ns() - began)
    return again


def _again(
    data: Mapping[str, Any],
    ruleset: Ruleset | None,
    policy: Policy | None,
    calendar: Calendar | None,
    key: bytes | None,
) -> Assessment:
    from qa_rules.language.policies import shipped_policy
    from qa_rules.language.records import read_record
    from qa_rules.language.rulesets import shipped_ruleset
    from qa_rules.program.joint import under

    record = read_record(data, key, as_it_is=True)
    old, by = record.data, record.data["decided_by"]
    ruleset = shipped_ruleset(by["ruleset"].get("id", "")) if ruleset is None else ruleset
    _same("ruleset", by["ruleset"], {"id": ruleset.id, "title": ruleset.title, "hash": ruleset.hash})
    if policy is None and by["policy"] is not None:
        policy = shipped_policy(by["policy"].get("name", ""), ruleset)
    named = ("name", "title", "illustrative", "hash")
    _same("policy", by["policy"], None if policy is None else {each: getattr(policy, each) for each in named})
    ruleset = under(ruleset, policy)
    facts = _facts(old["facts"], ruleset)
    engine = record.document.decided_by.engine
    on, earlier, told_by = (
        record.document.on,
        record.document.earlier_gaps,
        record.document.decided_by.told_by or "",
    )
    if told_by and told_by not in ruleset.people.own_word_seen:
        raise ReplayError("told_by", f"{ruleset.id} does not name `{told_by}` under `people:`")

    def decided(by_engine: str) -> Assessment:
        gaps = gaps_of(earlier, ruleset, on)
        return assessed(ruleset, facts, on, policy, by_engine, calendar, gaps, told_by)

    if engine not in ENGINES:
        raise ReplayError("engine", f"no engine of this library is called `{engine}`")
    try:
        again = decided(engine)
    except EngineUnavailableError:
        again = decided(DEFAULT_ENGINE)
    except ArgumentError as error:
        raise ReplayError("earlier_gaps", f"the record has an earlier gap that cannot be: {error}") from error
    new = again.to_dict(compact="compact" in old)
    for what in ("asks", "calendar", "facts"):
        _same(what, by.get(what), _noted(new["decided_by"].get(what)))
    is_reworded = by["qa_rules"] != new["decided_by"]["qa_rules"]
    for what in new:
        if what not in ("format", "decided_by") and not _alike(old.get(what), new[what], is_reworded):
            message = f"the record says otherwise than its facts give: `{what}` differs"
            raise ReplayError(what, message)
    if not record.is_sealed and by.get("digest") is not None:
        raise ReplayError("digest", "this record was changed after it was made, in what is only noted in it")
    return again


def _facts(data: Mapping[str, Any], ruleset: Ruleset) -> Facts:
    from qa_rules.language.facts import facts_of_document
    from qa_rules.language.reading import read_data

    try:
        return facts_of_document(read_data(dict(data), "<record>"), ruleset.vocabulary)
    except FactsError as error:
        raise ReplayError("facts", f"the facts of the record cannot be read: {error}") from error


def _noted(made_by: Any) -> Any:
    """What decided, without the version, which is only noted."""
    if not isinstance(made_by, Mapping):
        return made_by
    return {name: each for name, each in made_by.items() if name != "version"}


def _same(what: str, old: Any, new: Any) -> None:
    if isinstance(old, Mapping) and isinstance(new, Mapping):
        if all(old.get(name) == each for name, each in new.items()):
            return
    elif old == new:
        return
    raise ReplayError(what, f"the {what} at hand is not the one that decided; hand in that one")


def _alike(old: Any, new: Any, is_reworded: bool) -> bool:
    """Whether all that this version writes is in the record; a later one may have written more."""
    if isinstance(new, Mapping):
        return isinstance(old, Mapping) and all(
            _alike(old.get(name), each, is_reworded)
            for name, each in new.items()
            if not (is_reworded and name == "text")
        )
    if isinstance(new, list):
        return (
            isinstance(old, list)
            and len(old) == len(new)
            and all(_alike(one, other, is_reworded) for one, other in zip(old, new, strict=True))
        )
    return bool(old == new) and isinstance(old, bool) is isinstance(new, bool)


@attrs.frozen
class Bundle:
    """All that decides: kept beside records, it replays them after the library and its rulesets have moved on."""

    ruleset: Ruleset
    policy: Policy | None = None
    calendar: Calendar | None = None

    def __attrs_post_init__(self) -> None:
        due("ruleset", self.ruleset, Ruleset, "a Ruleset, as load_ruleset returns it")
        due("policy", self.policy, (Policy, NoneType), "a Policy, as load_policy returns it, or None")
        due("calendar", self.calendar, (Calendar, NoneType), "a Calendar, or None")

    def assess(self, facts: Facts | Mapping[str, object], **arguments: Any) -> Assessment:
        """Assess by what is in the bundle; see `qa_rules.assess`."""
        return assess(self.ruleset, facts, policy=self.policy, calendar=self.calendar, **arguments)

    def replay(self, data: Mapping[str, Any], *, key: bytes | None = None) -> Assessment:
        """Decide again by what is in the bundle; see `qa_rules.replay`."""
        return replay(data, self.ruleset, self.policy, calendar=self.calendar, key=key)

    def to_dict(self) -> dict[str, Any]:
        """Return it as plain data that JSON can hold and `Bundle.from_dict` reads.

        Where working days are counted and no calendar was given, those that decide today are kept with it.
        RulesetError for a policy of another ruleset.
        """
        from qa_rules.assessment.ready import days_for
        from qa_rules.language.bundles import bundle_data

        days = days_for(self.ruleset, self.policy, self.calendar)
        return bundle_data(self.ruleset, self.policy, days)

    @classmethod
    def from_dict(cls, data: Mapping[str, Any]) -> Bundle:
        """Return a bundle that `to_dict` wrote. RulesetError when it is none, or means something else here."""
        from qa_rules.language.bundles import read_bundle

        return cls(*read_bundle(data))
