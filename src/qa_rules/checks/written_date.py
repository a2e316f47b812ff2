"""A day written out where the standard names none: it stands still, and a span of time was meant."""

from __future__ import annotations

import datetime
from collections.abc import Iterator

from qa_rules.checks.protocol import Remark, Subject
from qa_rules.model.expressions import Compare, Fact, Field, Literal, Op, walk
from qa_rules.model.rulesets import Requirement

CODE = "written-date"


def find(subject: Subject) -> Iterator[Remark]:
    """Yield tests that ask for something since a written day, of a requirement whose words do not name its year."""
    for requirement in subject.ruleset.requirements:
        for expr in (requirement.applies_when, requirement.met_when):
            for node in () if expr is None else walk(expr):
                match node:
                    case Compare(Fact(name) | Field(_, name), Op.AT_LEAST | Op.MORE, Literal(day)) if (
                        isinstance(day, datetime.date)
                    ):
                        if f"{day.year}" not in _words(requirement):
                            message = (
                                f"{requirement.id} asks for `{name}` since {day}, a day that does not move"
                            )
                            hint = f"write `{name} within 12 months`, say, or name the day in `says`"
                            yield Remark(CODE, requirement.id, message, hint, node.place or requirement.place)
                    case _:
                        pass


def _words(requirement: Requirement) -> str:
    readings = (each.choice for each in requirement.readings)
    return " ".join((requirement.title, requirement.says, requirement.fix, *readings))
