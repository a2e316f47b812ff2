"""What lies under requirements and values: the fact that somebody may have asked in place of what is made of it."""

from __future__ import annotations

from collections.abc import Iterator

from qa_rules.model import expressions as ex
from qa_rules.model import numbers as nu
from qa_rules.model.named_values import NamedValue
from qa_rules.model.rulesets import Ruleset
from qa_rules.testing.operators import Beneath

_LEAVES = (ex.Compare, ex.Within, ex.OneOf, ex.Includes, ex.Given, ex.Empty)


def beneath(ruleset: Ruleset) -> Beneath:
    """Return what lies under the requirements and values of a ruleset, and beside its values."""
    tests: dict[str, ex.Expr] = {}
    for each in ruleset.requirements:
        found = _first_test(each.met_when)
        if found is not None and (each.applies_when is not None or found != each.met_when):
            tests[each.id] = found
    facts: dict[str, str] = {}
    for value in ruleset.values:
        if isinstance(value.definition, ex.Expr):
            found = _first_test(value.definition)
            if found is not None and found != value.definition:
                tests[value.name] = found
        elif first := _first_fact(value, ruleset):
            facts[value.name] = first
    return Beneath(tests, facts, _beside(ruleset))


def refers(expr: ex.Expr) -> bool:
    """Whether a test refers to a requirement, group or value, so that to refer to it may lead round in a circle."""
    return any(
        isinstance(node, ex.Reference) or any(isinstance(term, ex.Named) for term in ex.terms(node))
        for node in ex.walk(expr)
    )


def _first_test(expr: ex.Expr) -> ex.Expr | None:
    """The first test of a fact in it, in the order in which it is written; none inside records."""
    for node in ex.walk(expr):
        if isinstance(node, _LEAVES):
            terms = ex.terms(node)
            if any(isinstance(each, ex.Fact) for each in terms) and not any(
                isinstance(each, ex.Field | ex.Named) for each in terms
            ):
                return node
    return None


def _first_fact(value: NamedValue, ruleset: Ruleset) -> str:
    """The first fact in a number that is one itself; empty where it is nothing but that fact."""
    assert not isinstance(value.definition, ex.Expr)
    if isinstance(value.definition, ex.Fact):
        return ""
    for part in nu.walk_number(value.definition):
        if isinstance(part, ex.Fact) and ruleset.vocabulary.scalars[part.name].type.is_number:
            return part.name
    return ""


def _beside(ruleset: Ruleset) -> dict[str, str]:
    """Each value to the next of its type and unit that is made of facts alone, so that there is no circle."""
    alike: dict[object, list[str]] = {}
    for each in ruleset.values:
        if not each.uses and not any(map(refers, each.tests)):
            alike.setdefault((each.type, each.unit, _is_share(each)), []).append(each.name)
    return {name: other for value in ruleset.values for name, other in _next(value, alike)}


def _next(value: NamedValue, alike: dict[object, list[str]]) -> Iterator[tuple[str, str]]:
    names = alike.get((value.type, value.unit, _is_share(value)), [])
    at = names.index(value.name) + 1 if value.name in names else 0
    others = [each for each in (*names[at:], *names[:at]) if each != value.name]
    if others:
        yield value.name, others[0]


def _is_share(value: NamedValue) -> bool:
    """A share is compared, never added, so nothing else may stand in its place."""
    return isinstance(value.definition, nu.Share | nu.ShareOfRecords)
