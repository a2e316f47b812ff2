"""Trying worked cases: what was expected beside what is decided."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

import attrs

from qa_rules.assessing import Assessment, assess
from qa_rules.documents.cases import Case
from qa_rules.engines import DEFAULT_ENGINE
from qa_rules.model.rulesets import Policy, Ruleset


@attrs.frozen
class Mismatch:
    """One expectation that does not hold."""

    about: str
    """A requirement, group or decision, or `tier`, `at_most` or `required`."""
    expected: str
    actual: str
    because: str
    """The reason of the finding, or empty."""


@attrs.frozen
class Trial:
    """A case with everything that came out otherwise than expected."""

    case: Case
    mismatches: tuple[Mismatch, ...]


def try_case(case: Case, ruleset: Ruleset, policy: Policy | None, engine: str = DEFAULT_ENGINE) -> Trial:
    """Assess the facts of a case under the policy that it names and compare."""
    assessment = assess(ruleset, case.facts, on=case.on, policy=policy, engine=engine)
    return Trial(case, tuple(_mismatches(case.expect, assessment)))


def _mismatches(expected: Mapping[str, str], assessment: Assessment) -> Iterator[Mismatch]:
    decided = actual(assessment)
    for about, word in expected.items():
        found = decided.get(about, "nothing of that name")
        if found != word:
            reasons = {each.requirement: each.reason.text for each in assessment.findings}
            yield Mismatch(about, word, found, reasons.get(about, ""))


def actual(assessment: Assessment) -> dict[str, str]:
    """Return everything that a case may expect something of, in words.

    `none` for a decision that was not made and for no tier; an interval of required tiers as `least to greatest`.
    """
    found = {requirement: verdict.value for requirement, verdict in assessment.verdicts.items()}
    found |= {each.group: each.verdict.value for each in assessment.groups}
    found |= dict.fromkeys(assessment.decisions, "none") | {
        each.decision: each.outcome for each in assessment.answers
    }
    if assessment.tiers is not None:
        tiers = assessment.tiers
        least, greatest = tiers.required_least or "none", tiers.required_greatest or "none"
        found["tier"] = tiers.attained or "none"
        found["at_most"] = tiers.at_most or "none"
        found["required"] = least if least == greatest else f"{least} to {greatest}"
    return found
