"""Checks of rulesets, policies and cases without a solver. A check is one module and one row in CHECKS."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

import attrs

from qa_rules.checks import (
    acceptances,
    bounds,
    clause_cited_twice,
    group_members,
    idle_acceptance,
    none_leaves_open,
    outcome_gap,
    outcome_order,
    policy_gap,
    repeated_test,
    same_fix,
    same_words,
    self_comparison,
    silent_follow_up,
    table_rows,
    tier_needs,
    ungrouped_requirement,
    untested_verdict,
    unused_fact,
    unused_parameter,
    wording,
    written_date,
)
from qa_rules.checks.protocol import Check, Remark, Subject
from qa_rules.errors import Place
from qa_rules.model.acceptances import Acceptance

CHECKS: Final[Sequence[Check]] = (
    Check(unused_fact.CODE, "facts that no rule reads", unused_fact.find),
    Check(unused_parameter.CODE, "parameters that no rule uses", unused_parameter.find),
    Check(untested_verdict.CODE, "verdicts that no worked example shows", untested_verdict.find),
    Check(clause_cited_twice.CODE, "one clause in two requirements", clause_cited_twice.find),
    Check(same_words.CODE, "things that their words do not tell apart", same_words.find),
    Check(group_members.CODE, "members of a group twice or not at all", group_members.find),
    Check(
        ungrouped_requirement.CODE,
        "requirements and groups that count for nothing",
        ungrouped_requirement.find,
    ),
    Check(outcome_gap.CODE, "some for whom a decision has no outcome", outcome_gap.find),
    Check(outcome_order.CODE, "outcomes that allow above ones that forbid", outcome_order.find),
    Check(tier_needs.CODE, "a tier that asks for less than it says", tier_needs.find),
    Check(policy_gap.CODE, "what a policy should say and does not", policy_gap.find),
    Check(table_rows.HOLE, "values for which a table gives nothing", table_rows.holes),
    Check(table_rows.OVERLAP, "rows of a table that match together", table_rows.overlaps),
    Check(table_rows.DEAD, "rows of a table that decide nothing", table_rows.dead),
    Check(wording.CODE, "words that are missing or too long", wording.find),
    Check(silent_follow_up.CODE, "further questions that are never asked", silent_follow_up.find),
    Check(bounds.CODE, "values about which the bounds or options leave no choice", bounds.find),
    Check(self_comparison.CODE, "a fact compared with itself", self_comparison.find),
    Check(none_leaves_open.CODE, "a known *none* that leaves a test open", none_leaves_open.find),
    Check(repeated_test.CODE, "the same test twice", repeated_test.find),
    Check(written_date.CODE, "a day written out where a span of time is meant", written_date.find),
    Check(same_fix.CODE, "the same advice under clauses that ask for different things", same_fix.find),
    Check(idle_acceptance.CODE, "acceptances of what nothing remarks on", idle_acceptance.find),
    Check(acceptances.CODE, "acceptances that have run out", acceptances.find),
)


def run(subject: Subject) -> tuple[Remark, ...]:
    """Return the remarks of every check in the order of the files, each once, with what accepts it."""
    for check in CHECKS:
        subject = attrs.evolve(subject, found=(*subject.found, *check.find(subject)))
    found = dict.fromkeys(subject.found)
    accepted = [*subject.ruleset.accept, *(each for policy in subject.policies for each in policy.accept)]
    return tuple(sorted((accept(remark, accepted, subject) for remark in found), key=_order))


def accept(remark: Remark, accepted: Sequence[Acceptance], subject: Subject) -> Remark:
    """Return the remark with the acceptance that covers it and has not run out, if there is one."""
    for each in accepted:
        still = each.until is None or subject.on is None or subject.on <= each.until
        if still and each.covers(remark.code, remark.at):
            return attrs.evolve(remark, accepted=each)
    return remark


def _order(remark: Remark) -> tuple[Place, str, str]:
    return remark.place or Place(""), remark.code, remark.message


__all__ = ["CHECKS", "Check", "Remark", "Subject", "accept", "run"]
