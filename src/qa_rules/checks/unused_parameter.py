"""A parameter that a policy is asked for and no rule uses."""

from __future__ import annotations

from collections.abc import Iterator

from qa_rules.checks.protocol import Remark, Subject, nodes
from qa_rules.model.expressions import Parameter, terms

CODE = "unused-parameter"


def find(subject: Subject) -> Iterator[Remark]:
    """Yield the parameters that no expression of the ruleset, or of a setting, mentions."""
    used = {term.name for _, _, node in nodes(subject) for term in terms(node) if isinstance(term, Parameter)}
    for declared in subject.ruleset.parameters:
        if declared.name not in used:
            message = f"policies are asked for `{declared.name}`, and no rule uses it"
            yield Remark(CODE, declared.name, message, "delete it, or use it in a rule", declared.place)
