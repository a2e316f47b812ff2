"""What a node or a test is called in a message."""

from __future__ import annotations

from typing import assert_never

import attrs

from qa_rules.explain.total_words import total_words
from qa_rules.explain.wording import Wording, subject_of
from qa_rules.model import expressions as ex
from qa_rules.model.expressions import terms
from qa_rules.model.facts import Vocabulary
from qa_rules.model.nodes import (
    BELOW,
    NO_ROUTE,
    NodeId,
    OutcomeNode,
    Rung,
    ScopeNode,
    SettingNode,
    TableNode,
    TierNode,
    ValueNode,
)
from qa_rules.program.bind import ClosedRuleset

_TIERS = {
    BELOW: "the tier is below the required one",
    NO_ROUTE: "no route reaches the required tier",
}
_OPPOSITES = {
    BELOW: "the tier reaches the required one",
    NO_ROUTE: "a route reaches the required tier",
}


def words_of(test: ex.Expr, vocabulary: Vocabulary) -> str:
    """Return what a test asks, as the end of a sentence: *score is at least 10*."""

    def of(inner: ex.Expr) -> str:
        return words_of(inner, vocabulary)

    match test:
        case ex.AllOf(operands) | ex.AnyOf(operands):
            joint = " and " if isinstance(test, ex.AllOf) else " or "
            return joint.join(
                f"({of(each)})" if isinstance(each, ex.AllOf | ex.AnyOf) else of(each) for each in operands
            )
        case ex.AtLeast(count, operands):
            return f"at least {count} of {len(operands)} hold"
        case ex.Not(ex.Reference(name)):
            return _OPPOSITES.get(name) or _of_node(name, "is not")
        case ex.Not(operand):
            return f"it is not so that {of(operand)}"
        case ex.OnlyWhen(condition, operand):
            return f"{of(operand)}, where {of(condition)}"
        case ex.Constant(holds, because):
            return f"`{because}` is set" if holds is None else f"it {'always' if holds else 'never'} holds"
        case ex.Sided(written):
            return of(written)
        case ex.Reference(name, ex.Aspect.GAP):
            return _OPPOSITES.get(name) or _of_node(name, "is not")
        case ex.Reference(name):
            return _TIERS.get(name) or _of_node(name, "is")
        case ex.Quantified():
            return _of_records(test, vocabulary)
        case ex.Together():
            listed = vocabulary.collections[test.collection]
            target = Wording(vocabulary).term(test.target, None)
            return f"the {listed.label} together cover {target} ({listed.fields[test.field].label})"
        case ex.Total():
            return total_words(test, Wording(vocabulary))
        case ex.Compare() | ex.Within() | ex.OneOf() | ex.Includes() | ex.Empty() | ex.Given() | ex.Linear():
            return _of_leaf(test, Wording(vocabulary)) + _set_by(test)
        case _:
            assert_never(test)


def _of_leaf(test: ex.Leaf, wording: Wording) -> str:
    subject = subject_of(test)
    if subject is None and isinstance(
        test, ex.Compare
    ):  # neither is a fact: a date some time after another, say
        other = attrs.evolve(test, left=test.right, right=test.left)
        return f"{wording.term(test.left, None)} is {wording.needs(other)}"
    held = isinstance(test, ex.Includes) and test.how is not ex.Inclusion.ONLY
    label = "something" if subject is None else wording.label(subject)
    return f"{label} {'includes' if held else 'is'} {wording.needs(test)}"


def _set_by(test: ex.Expr) -> str:
    """Whose decision a value is, if it is the policy's."""
    names = [each.setting for each in terms(test) if isinstance(each, ex.Literal) and each.setting]
    return f" (as the policy sets `{'`, `'.join(dict.fromkeys(names))}`)" if names else ""


def _of_records(test: ex.Quantified, vocabulary: Vocabulary) -> str:
    listed = vocabulary.collections[test.collection]
    one = listed.record or listed.label
    match test.count:
        case ex.Count.EVERY:
            which = f"of every {one}"
        case ex.Count.SOME:
            which = f"of some {one}"
        case ex.Count.AT_LEAST:
            which = f"of at least {test.number} of the {listed.label}"
        case _:
            assert_never(test.count)
    where = "" if test.where is None else f" where {words_of(test.where, vocabulary)}"
    body = "it is listed" if test.body is None else words_of(test.body, vocabulary)
    return f"{which}{where} it holds that {body}"


def _of_node(name: NodeId, verb: str) -> str:
    match name.parts:
        case TierNode(Rung.NEEDS, route, number):
            return f"what tier {number} needs on the route {route} {verb} met"
        case TierNode(rung, _, number):
            return f"tier {number} {verb} {rung}"
        case ValueNode(value, asked):
            return f"`{value}` {verb} {asked}" if asked else f"the value `{value}` {verb} so"
        case TableNode(output):
            return f"what is asked of `{output}` {verb} so"
        case SettingNode(parameter):
            return f"what the policy sets as `{parameter}` {verb} so"
        case _:
            return f"{name.whole} {verb} met"


def owner_of(closed: ClosedRuleset, name: str) -> str:
    """Return the id of what a node belongs to: a requirement, group, tier, `decision.outcome` or policy."""
    node, policy = NodeId(name), closed.policy
    match node.parts:
        case OutcomeNode(decision, outcome):
            return f"{decision}.{outcome}"
        case TierNode(_, route, number) if number or route or policy is not None:
            return closed.ladder[number - 1].id if number else route or (policy.name if policy else "")
        case SettingNode(named) | ValueNode(named) | TableNode(named):
            return named
        case ScopeNode():
            return closed.ruleset.id
        case _:
            return node.whole
