"""Names in plain words: of the nodes of a closed ruleset and of the tests in them."""

from __future__ import annotations

from qa_rules.meaning.closing import SCOPE, ClosedRuleset
from qa_rules.meaning.settings import TEST
from qa_rules.meaning.wording import Wording, subject_of
from qa_rules.model.expressions import (
    AllOf,
    AtLeast,
    Compare,
    Count,
    Empty,
    Expr,
    Given,
    Includes,
    OneOf,
    Quantified,
    Reference,
    Together,
    Within,
)


def owner_of(closed: ClosedRuleset, node: str) -> str:
    """Return what a node belongs to, as a maintainer calls it."""
    ruleset = closed.ruleset
    base = node.partition("/")[0]
    if base.partition(":")[0] in ruleset.requirement or base.partition(":")[0] in ruleset.group:
        return base
    if node == SCOPE:
        return "the scope of the ruleset"
    if node.startswith(TEST):
        return f"the policy's `{node.removeprefix(TEST)}`"
    parts = node.split("/")
    if parts[0] == "scope":
        return f"the scope of `{parts[1]}`"
    if parts[0] == "outcome":
        return f"{parts[1]}.{parts[2]}"
    if parts[:2] == ["tier", "needs"] or parts[:2] == ["tier", "route"]:
        return f"what `{parts[2]}` needs at `{_tier(closed, parts[3])}`"
    if parts[:2] == ["tier", "used"]:
        return f"the route `{parts[2]}` in use"
    if parts[:2] == ["tier", "attained"]:
        return f"`{_tier(closed, parts[2])}` attained"
    if parts[:2] in (["tier", "lower"], ["tier", "required"]):
        return f"`{_tier(closed, parts[2])}` required"
    return {"tier/below": "the tier below what is required", "tier/no_route": "no route that reaches"}.get(
        node, node
    )


def _tier(closed: ClosedRuleset, number: str) -> str:
    policy = closed.policy
    return number if policy is None else policy.tiers[int(number) - 1].id


def test_words(test: Expr, wording: Wording) -> str:
    """Return a test as a noun phrase."""
    match test:
        case Reference(name) | AllOf((Reference(), Reference(name))):
            return f"`{_plain(name)}`"
        case Quantified(count, number, collection):
            many = f"at least {number}" if count is Count.AT_LEAST else count.value
            return f"“{many} {_label(collection, wording)}”"
        case Together(collection, _, field):
            label = wording.vocabulary.collections[collection].fields[field].label
            return f"“{_label(collection, wording)} together: {label}”"
        case AtLeast(count, operands):
            return f"“at least {count} of {len(operands)}”"
        case Compare() | Within() | OneOf() | Includes() | Empty() | Given():
            subject = subject_of(test)
            what = "the day of the assessment" if subject is None else wording.label(subject)
            return f"“{what}: {wording.needs(test)}”".replace("““", "“").replace("””", "”")
        case _:
            return "the test"


def _plain(name: str) -> str:
    return name.removeprefix(TEST).removesuffix("/met").removesuffix("/applies")


def _label(collection: str, wording: Wording) -> str:
    return wording.vocabulary.collections[collection].label
