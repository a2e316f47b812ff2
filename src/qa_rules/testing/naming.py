"""Names in plain words: of the nodes of a closed ruleset and of the tests in them."""

from __future__ import annotations

from typing import assert_never

from qa_rules.explain.wording import Wording, subject_of
from qa_rules.model import expressions as ex
from qa_rules.model.nodes import (
    NodeId,
    OutcomeNode,
    OverdueFact,
    ProbeNode,
    RuleNode,
    Rung,
    ScopeNode,
    SettingNode,
    SubjectNode,
    TableNode,
    TierNode,
    ValueNode,
)
from qa_rules.program.bind import ClosedRuleset


def owner_of(closed: ClosedRuleset, node: NodeId) -> str:
    """Return what a node belongs to, as a maintainer calls it."""
    parts = node.parts
    match parts:
        case RuleNode():
            return node.whole
        case ScopeNode(decision):
            return f"the scope of `{decision}`" if decision else "the scope of the ruleset"
        case OutcomeNode(decision, outcome):
            return f"{decision}.{outcome}"
        case ValueNode(value) | TableNode(value):
            return f"`{value}`"
        case SettingNode(parameter):
            return f"the policy's `{parameter}`"
        case TierNode(rung, route, number):
            return _of_tier(rung, route, closed.ladder[number - 1].id if number else "")
        case OverdueFact() | SubjectNode() | ProbeNode():
            return node
        case _:
            assert_never(parts)


def _of_tier(rung: Rung, route: str, tier: str) -> str:
    match rung:
        case Rung.NEEDS | Rung.WAY:
            return f"what `{route}` needs at `{tier}`" if route else f"what `{tier}` needs"
        case Rung.USED:
            return f"the route `{route}` in use"
        case Rung.ATTAINED:
            return f"`{tier}` attained"
        case Rung.REQUIRED | Rung.LOWER:
            return f"`{tier}` required"
        case Rung.BELOW:
            return "the tier below what is required"
        case Rung.NO_ROUTE:
            return "no route that reaches"
        case _:
            assert_never(rung)


def test_words(test: ex.Expr, wording: Wording) -> str:
    """Return a test as a noun phrase."""
    match test:
        case ex.Reference(name) | ex.AllOf((ex.Reference(), ex.Reference(name))):
            return f"`{_plain(name)}`"
        case ex.Quantified(count, number, collection):
            many = f"at least {number}" if count is ex.Count.AT_LEAST else count.value
            return f"“{many} {_label(collection, wording)}”"
        case ex.Together(collection, _, field):
            label = wording.vocabulary.collections[collection].fields[field].label
            return f"“{_label(collection, wording)} together: {label}”"
        case ex.AtLeast(count, operands):
            return f"“at least {count} of {len(operands)}”"
        case ex.Compare() | ex.Within() | ex.OneOf() | ex.Includes() | ex.Empty() | ex.Given() | ex.Linear():
            subject = subject_of(test)
            what = "the day of the assessment" if subject is None else wording.label(subject)
            return f"“{_inside(f'{what}: {wording.needs(test)}')}”"
        case _:
            return "the test"


def _inside(words: str) -> str:
    """Quotation marks inside a quotation are single ones, so that each that opens is closed."""
    return words.replace("“", "‘").replace("”", "’")


def _plain(name: NodeId) -> str:
    parts = name.parts
    match parts:
        case SettingNode(named) | ValueNode(named) | TableNode(named):
            return named
        case _:
            return name.whole


def _label(collection: str, wording: Wording) -> str:
    return wording.vocabulary.collections[collection].label
