"""A test of a fact that may be none, where nothing is said of none: the known answer *none* leaves it open for ever."""

from __future__ import annotations

from collections.abc import Iterator

from qa_rules.checks.protocol import Remark, Subject, nodes
from qa_rules.model.expressions import Fact, Field, Given, terms

CODE = "none-leaves-open"


def find(subject: Subject) -> Iterator[Remark]:
    """Yield each fact that may be none and is tested by something that nowhere asks whether it is given."""
    vocabulary = subject.ruleset.vocabulary
    asked = {(owner, node.term) for owner, _, node in nodes(subject) if isinstance(node, Given)}
    told: set[tuple[str, Fact | Field]] = set()
    for owner, place, node in nodes(subject):
        for term in terms(node):
            if isinstance(node, Given) or not isinstance(term, Fact | Field):
                continue
            declared = vocabulary.declaration(term)
            key = (owner, term)
            if declared is None or not declared.may_be_none or key in asked or key in told:
                continue
            told.add(key)
            message = f"a test of {owner} looks at `{term.name}`, which may be none, and nothing says what none means"
            hint = f"put `{term.name} is given` beside it, or `not: {term.name} is given`, as none is meant"
            yield Remark(CODE, owner, message, hint, place)
