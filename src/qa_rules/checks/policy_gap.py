"""Something that the ruleset leaves to the locality and a policy does not say."""

from __future__ import annotations

from collections.abc import Iterator

from qa_rules.checks.protocol import Remark, Subject
from qa_rules.model.rulesets import Policy, Ruleset
from qa_rules.model.values import Severity
from qa_rules.program.bind import ClosedRuleset, close
from qa_rules.program.exhaustive import is_exhaustive

CODE = "policy-gap"


def find(subject: Subject) -> Iterator[Remark]:
    """Yield parameters and severities on which a policy is silent, and a table of tiers with an open end."""
    for policy in subject.policies:
        yield from _gaps(subject.ruleset, policy)


def _gaps(ruleset: Ruleset, policy: Policy) -> Iterator[Remark]:
    for declared in ruleset.parameters:
        if declared.default is None and declared.name not in policy.settings:
            message = f"the policy is silent about `{declared.name}`: {declared.question}"
            hint = "set it; until then all that uses it stays unknown"
            yield Remark(CODE, f"{policy.name}.{declared.name}", message, hint, policy.place)
    closed = close(ruleset, policy)
    severities = closed.severities
    open_ones = [name for name, severity in severities.items() if severity is None]
    if open_ones and policy.severities:
        message = f"the policy gives no severity to {', '.join(open_ones[:5])}{' and others' * (len(open_ones) > 5)}"
        yield Remark(CODE, policy.name, message, "add `default:` under severity", policy.place)
    if Severity.CONDITION in severities.values() and policy.condition_days is None:
        message = "gaps may be conditions, and the policy does not say within how many days they are due"
        yield Remark(CODE, policy.name, message, "set condition_days", policy.place)
    if policy.required_tier and not policy.required_by and not _leaves_nobody_out(closed, policy):
        message = "which tier is required stays open where no row of the table holds"
        hint = "give those whom no row takes a row of their own, or end the table with a row without `when`"
        yield Remark(
            CODE,
            f"{policy.name}.{policy.required_tier[-1].tier}",
            message,
            hint,
            policy.required_tier[-1].place,
        )


def _leaves_nobody_out(closed: ClosedRuleset, policy: Policy) -> bool:
    """Whether some row of the table of tiers holds for everybody."""
    whens = [row.when for row in policy.required_tier]
    tests = [each for each in whens if each is not None]
    if closed.ruleset.top_tier is not None:
        tests.append(closed.ruleset.top_tier.forced_when)
    return None in whens or is_exhaustive(closed, tests)
