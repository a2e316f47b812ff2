"""An acceptance that has run out, or that accepts nothing."""

from __future__ import annotations

from collections.abc import Iterator

from qa_rules.checks.protocol import Remark, Subject
from qa_rules.explain.wording import day

CODE = "expired-acceptance"


def find(subject: Subject) -> Iterator[Remark]:
    """Yield acceptances whose last day is past on the day given."""
    accepted = [*subject.ruleset.accept, *(each for policy in subject.policies for each in policy.accept)]
    for each in accepted:
        if subject.on is not None and each.until is not None and each.until < subject.on:
            message = f"{each.check} at {each.at} was accepted until {day(each.until)}"
            yield Remark(
                CODE,
                each.at,
                message,
                "put right what it excused, or accept it anew with a reason",
                each.place,
            )
