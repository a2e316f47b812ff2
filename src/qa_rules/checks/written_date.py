"""A day written out where the standard names none: it stands still, and a span of time was meant."""

from __future__ import annotations

import datetime
from collections.abc import Iterator

from qa_rules.checks.protocol import Remark, Subject, nodes
from qa_rules.model.expressions import Compare, Fact, Field, Literal, Op

CODE = "written-date"


def find(subject: Subject) -> Iterator[Remark]:
    """Yield tests that ask for something since a written day, of a rule whose words do not name its year."""
    for owner, place, node in nodes(subject):
        match node:
            case Compare(Fact(name) | Field(_, name), Op.AT_LEAST | Op.MORE, Literal(day)) if isinstance(
                day, datetime.date
            ):
                if f"{day.year}" not in _words(subject, owner):
                    message = f"{owner} asks for `{name}` since {day}, a day that does not move"
                    hint = f"write `{name} within 12 months`, say, or name the day in `says`"
                    yield Remark(CODE, owner, message, hint, place)
            case _:
                pass


def _words(subject: Subject, owner: str) -> str:
    """The words of a requirement, or of all that says something about the ruleset and its policies as a whole."""
    requirement = subject.ruleset.requirement.get(owner)
    if requirement is None:
        choices = [each.choice for each in subject.ruleset.readings]
        return " ".join((*choices, *(f"{each.title} {each.says}" for each in subject.policies)))
    readings = (each.choice for each in requirement.readings)
    return " ".join((requirement.title, requirement.says, requirement.fix, *readings))
