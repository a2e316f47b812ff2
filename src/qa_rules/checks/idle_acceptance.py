"""An acceptance of a remark that nobody makes."""

from __future__ import annotations

from collections.abc import Iterator

from qa_rules.checks import policy_gap, tier_needs
from qa_rules.checks.protocol import Remark, Subject
from qa_rules.language.acceptances import CHECKED

CODE = "idle-acceptance"
_OF_POLICIES = (tier_needs.CODE, policy_gap.CODE)


def find(subject: Subject) -> Iterator[Remark]:
    """Yield acceptances of checks that find nothing there. What is proved, and what has run out, is others' to say.

    What a ruleset accepts may concern a policy: then it is judged only with policies at hand, and never where the
    remark would be about one policy alone.
    """
    ruleset, on = subject.ruleset, subject.on
    with_policies = bool(subject.policies) or not (ruleset.routes or ruleset.parameters)
    judged = [each for each in ruleset.accept if with_policies and each.check not in _OF_POLICIES]
    judged += [each for policy in subject.policies for each in policy.accept]
    made = {(each.code, each.at) for each in subject.found}
    for each in judged:
        has_run_out = each.until is not None and on is not None and each.until < on
        if each.check in CHECKED and not has_run_out and not any(each.covers(*one) for one in made):
            message = f"{each.check} remarks on nothing at {each.at}, so there is nothing to accept"
            yield Remark(CODE, each.at, message, "delete the acceptance, or correct its `at`", each.place)
