"""Providers to start from, by what is decided of them: from the cases beside a ruleset, and from the solver.

Random facts hardly ever come to anything but *unknown*. Whoever wants to see every outcome and tier starts from
somebody who has it, and changes a little.
"""

from __future__ import annotations

import datetime
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from importlib.util import find_spec
from pathlib import Path

import attrs

from qa_rules.assessment.assess import Assessment, assess
from qa_rules.language.cases import Case
from qa_rules.model.facts import Facts
from qa_rules.model.rulesets import Decision, Policy, Ruleset
from qa_rules.program.levels import ladder_of
from qa_rules.testing.cases import load_suite


@attrs.frozen
class Aim:
    """Something that can be decided of a provider: an outcome of a decision, or a tier attained."""

    of: str
    """A decision, or `tier`."""
    word: str

    def __str__(self) -> str:
        return f"{self.of}: {self.word}"


TIER = "tier"
"""`Aim.of` of a tier; the word of none is `none`."""

Seeds = Mapping[Aim, tuple[Facts, ...]]


def aims(ruleset: Ruleset, policy: Policy | None) -> list[Aim]:
    """Return everything that a decision or the ladder can come to."""
    found = [Aim(decision.id, word) for decision in ruleset.decisions for word in _words(ruleset, decision)]
    ladder = ladder_of(ruleset, policy)
    return [*found, *(Aim(TIER, word) for word in ("none", *(tier.id for tier in ladder)) if ladder)]


def _words(ruleset: Ruleset, decision: Decision) -> list[str]:
    outside = [decision.not_applicable] if _has_a_scope(ruleset, decision.id) else []
    found: list[str] = [*(outcome.id for outcome in decision.outcomes), decision.undecided, *outside]
    return list(dict.fromkeys(found))


def _has_a_scope(ruleset: Ruleset, decision: str) -> bool:
    scopes = (each.applies_when for each in ruleset.decisions if each.id == decision)
    return ruleset.applies_when is not None or any(each is not None for each in scopes)


def came_to(assessment: Assessment) -> Iterator[Aim]:
    """Yield what was decided of somebody."""
    for answer in assessment.answers:
        yield Aim(answer.decision, answer.outcome)
    if assessment.tiers is not None:
        yield Aim(TIER, assessment.tiers.attained or "none")


def cases_beside(ruleset: Ruleset, policy: Policy | None) -> list[Case]:
    """Return the cases under a policy that stand beside the file of a ruleset; none where there is no file."""
    place = ruleset.place
    if place is None or not Path(place.file).is_file():
        return []
    name = "none" if policy is None else policy.name
    return [each for each in load_suite(place.file, ruleset) if each.policy == name]


def usual_date(cases: Iterable[Case]) -> datetime.date | None:
    """Return the date that most cases have, None where there are none."""
    return next((day for day, _ in Counter(each.on for each in cases).most_common(1)), None)


def seeds(
    ruleset: Ruleset, policy: Policy | None, on: datetime.date, cases: Iterable[Case] = ()
) -> dict[Aim, tuple[Facts, ...]]:
    """Return providers for each aim, in the order of the ruleset; an aim that nobody was found for is left out.

    The cases come first. An aim that none of them meets is put to the solver, if there is one.
    """
    found: dict[Aim, list[Facts]] = {aim: [] for aim in aims(ruleset, policy)}
    for case in cases:
        for aim in came_to(assess(ruleset, case.facts, on=on, policy=policy)):
            found.setdefault(aim, []).append(case.facts)
    missing = [aim for aim, providers in found.items() if not providers]
    if missing and find_spec("z3") is not None:
        from qa_rules.testing.targets import provider_for

        for aim, facts in provider_for(ruleset, policy, on, missing):
            found[aim].append(facts)
    return {aim: tuple(providers) for aim, providers in found.items() if providers}
