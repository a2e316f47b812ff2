"""Two requirements that cite the same place of the source and ask the same thing."""

from __future__ import annotations

from collections.abc import Iterator

from qa_rules.checks.protocol import Remark, Subject
from qa_rules.model.rulesets import Requirement

CODE = "clause-cited-twice"


def find(subject: Subject) -> Iterator[Remark]:
    """Yield requirements whose clause an earlier one cites with the same title or the same test.

    One clause may well be split into several requirements; told apart by their titles, they are no slip.
    """
    seen: dict[str, list[Requirement]] = {}
    for each in subject.ruleset.requirements:
        for other in seen.get(each.clause, ()):
            same_test = each.met_when == other.met_when and each.applies_when == other.applies_when
            if same_test or each.title == other.title:
                what = "asks the same of it" if same_test else "has the same title"
                message = f"{each.id} cites {each.clause}, as {other.id} does, and {what}"
                yield Remark(CODE, each.id, message, "keep one, or cite its own clause", each.place)
                break
        seen.setdefault(each.clause, []).append(each)
