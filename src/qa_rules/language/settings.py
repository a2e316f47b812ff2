"""The value that a policy, or a reading of the ruleset, gives to a parameter."""

from __future__ import annotations

from qa_rules.language.expressions import ExpressionReader
from qa_rules.language.reading import Raw, Trail
from qa_rules.language.shapes import MISSING
from qa_rules.language.values import ValueFault, parse_value
from qa_rules.model.expressions import Expr
from qa_rules.model.facts import FactDeclaration
from qa_rules.model.rulesets import ParameterDeclaration
from qa_rules.model.values import Scalar


def setting(
    raw: Raw, declared: ParameterDeclaration, reader: ExpressionReader, trail: Trail
) -> Scalar | frozenset[str] | Expr | None:
    """Return the value of a parameter, or the expression of a test; None after recording a fault."""
    if raw is MISSING:
        return None
    if declared.type is None:
        return reader.read(raw, trail)
    as_fact = FactDeclaration(
        declared.name,
        declared.type,
        declared.name,
        declared.question,
        options=declared.options,
        unit=declared.unit,
        least=declared.least,
        most=declared.most,
    )
    try:
        value = parse_value(raw, as_fact)
    except ValueFault as fault:
        reader.source.fault("value", fault.message, trail, fault.hint)
        return None
    if value is None:
        reader.source.fault("value", f"`{declared.name}` is empty", trail, "delete the line to stay silent")
    return value  # type: ignore[return-value]
