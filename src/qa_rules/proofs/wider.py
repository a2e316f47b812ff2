"""The same claim within wider limits: with as many records and free codes as what it reads together can need.

Whoever is found within narrow limits is found. Only that there is nobody is asked once more, where what a claim reads
could tell longer lists apart; so that what reads little stays small.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from functools import reduce
from typing import Final

import attrs

from qa_rules.model.expressions import OverRecords, facts_of, walk
from qa_rules.model.kept import once_for_each
from qa_rules.program.bind import ClosedRuleset
from qa_rules.program.gates import FALSE, Lit
from qa_rules.proofs.bounds import MOST_RECORDS, together
from qa_rules.proofs.claims import Claim
from qa_rules.proofs.solver import NoneExists
from qa_rules.proofs.study import Study
from qa_rules.proofs.symbolic import Limits

STEPS: Final = (4, 8, 16, 32, MOST_RECORDS)
"""Limits are made wider step by step, so that claims that need about as much share a study."""


def needed(study: Study, claim: Claim, affordable: bool = False) -> Limits:
    """Return the limits with lists so long that longer ones tell nothing more about a claim, or as long as it goes."""
    twice = claim.later or claim.node_by_node or _changes_records(study, claim)
    worlds = max(claim.worlds, 2 if twice else 1)
    if not claim.node_by_node:
        return _needed(study, claim.reads, worlds, affordable)
    found = (
        together(study.limits, {study.closed: (node.name,)}, worlds, affordable)
        for node in study.closed.nodes
    )
    return reduce(_most, found, study.limits)


def _changes_records(study: Study, claim: Claim) -> bool:
    """Whether some test of records turns on a fact that a second provider has otherwise."""
    changed = {each.partition("[")[0] for each in claim.changed}
    return not changed.isdisjoint(_told_by_records(study.closed))


@once_for_each
def _told_by_records(closed: ClosedRuleset) -> frozenset[str]:
    """The facts and collections on which some test of records turns."""
    tests = (each for node in closed.nodes for each in walk(node.expr))
    return frozenset[str]().union(*(facts_of(each) for each in tests if isinstance(each, OverRecords)))


def _needed(study: Study, reads: tuple[str, ...], worlds: int, affordable: bool = True) -> Limits:
    """The limits that what is read needs. Claims ask the same of a study again and again, so it is kept there."""
    asked = (reads, worlds, affordable)
    if asked not in study.needed:
        study.needed[asked] = _worked_out(study, reads, worlds, affordable)
    return study.needed[asked]


def _worked_out(study: Study, reads: tuple[str, ...], worlds: int, affordable: bool) -> Limits:
    found = (
        together(
            study.limits,
            {one: one.behind(reads) if reads else one.index for one in apart},
            worlds,
            affordable,
        )
        for apart in study.read_together
    )
    return reduce(_most, found, study.limits)


def _most(one: Limits, other: Limits) -> Limits:
    records = dict(one.more_records)
    for name, number in other.more_records.items():
        records[name] = max(number, records.get(name, one.records))
    codes = max(one.codes, other.codes, key=len)
    return attrs.evolve(one, more_records=records, codes=codes)


def wider(study: Study, claim: Claim) -> Limits | None:
    """Return the wider limits that a claim needs; None where these are enough, or as wide as is looked at."""
    return _step(study, needed(study, claim, affordable=True))


def _step(study: Study, wanted: Limits) -> Limits | None:
    lacking = _lacking(study.limits, wanted)
    if not lacking and len(wanted.codes) <= len(study.limits.codes):
        return None
    reach = next((each for each in STEPS if each >= max(lacking.values(), default=0)), MOST_RECORDS)
    full = _needed(study, (), 2, affordable=False)
    given = study.limits.more_records
    records = {
        name: max(min(number, reach), given.get(name, 0)) for name, number in full.more_records.items()
    }
    found = attrs.evolve(study.limits, more_records={**given, **records}, codes=full.codes)
    return None if found == study.limits else found


def _lacking(limits: Limits, wanted: Limits) -> Mapping[str, int]:
    """The collections of which more records are wanted than are looked at."""
    return {
        name: number
        for name, number in wanted.more_records.items()
        if number > limits.more_records.get(name, limits.records)
    }


def bounded(study: Study, claim: Claim) -> str:
    """Return of how many records at the most a claim is asked, where longer lists might tell more; else nothing."""
    if not any(case != FALSE for case in claim.cases):
        return ""  # nothing is asked of anybody
    wanted = needed(study, claim)
    names = list(_lacking(study.limits, wanted))
    if claim.whatever:  # of all that may yet be learned no number of records is known to be enough
        read = frozenset().union(*(study.reads[name] for name in claim.reads))
        names = [name for name in study.world.lists if name in read]
    label = study.ruleset.vocabulary.collections
    limits = study.limits
    told = [f"at most {limits.more_records.get(name, limits.records)} {label[name].label}" for name in names]
    return ", ".join(told)


def nobody(study: Study, literals: Callable[[Study], Iterable[Lit]]) -> bool:
    """Return whether the literals hold of nobody, however many records a list may have."""
    if not isinstance(study.somebody(literals(study)), NoneExists):
        return False
    more = _step(study, _needed(study, (), 1))
    return more is None or nobody(study.within(more), literals)
