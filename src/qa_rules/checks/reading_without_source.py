"""A reading that does not say what it is about or what was chosen."""

from __future__ import annotations

from collections.abc import Iterator

from qa_rules.checks.protocol import Remark, Subject
from qa_rules.errors import Place
from qa_rules.model.rulesets import Reading

CODE = "reading-without-source"


def find(subject: Subject) -> Iterator[Remark]:
    """Yield readings with an empty `about` or `choice`."""
    ruleset = subject.ruleset
    owners: list[tuple[str, Place | None, tuple[Reading, ...]]] = [
        (ruleset.id, ruleset.place, ruleset.readings)
    ]
    owners += [(each.id, each.place, each.readings) for each in ruleset.requirements]
    owners += [(each.id, each.place, each.readings) for each in ruleset.groups]
    owners += [
        (each.name, each.place, (each.reading,)) for each in ruleset.parameters if each.reading is not None
    ]
    for owner, place, readings in owners:
        for reading in readings:
            if not reading.about.strip() or not reading.choice.strip():
                message = f"a reading of {owner} does not say what it is about, or what was chosen"
                yield Remark(
                    CODE, owner, message, "name the ambiguity under about, the choice under choice", place
                )
