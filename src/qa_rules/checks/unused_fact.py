"""A fact that the ruleset declares for itself and no rule reads."""

from __future__ import annotations

from collections.abc import Iterator

from qa_rules.checks.protocol import Remark, Subject, expressions
from qa_rules.model.expressions import facts_of

CODE = "unused-fact"


def find(subject: Subject) -> Iterator[Remark]:
    """Yield the facts of the ruleset's own file that nothing reads; shared vocabularies serve others too."""
    own = subject.ruleset.place
    read = {name.partition(".")[0] for _, _, expr in expressions(subject) for name in facts_of(expr)}
    read |= {name.partition(".")[0] for each in subject.ruleset.values for name in each.reads}
    for name, declared in subject.ruleset.vocabulary.facts.items():
        mine = declared.place is None or own is None or declared.place.file == own.file
        if mine and name not in read:
            message = f"no rule reads the fact `{name}`"
            yield Remark(CODE, name, message, "delete it, or write the rule that needs it", declared.place)
