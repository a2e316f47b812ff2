"""What is asked here at all: not what the scope, the policy or the route in use leaves out."""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache

from qa_rules.meaning.believing import Known
from qa_rules.meaning.closing import SCOPE, TEST, ClosedRuleset
from qa_rules.meaning.evaluating import evaluate
from qa_rules.meaning.guarding import NO_SEVERITY
from qa_rules.meaning.pairs import Pair
from qa_rules.model.expressions import (
    AllOf,
    AnyOf,
    Constant,
    Expr,
    Not,
    OnlyWhen,
    Reference,
    facts_of,
    walk,
)
from qa_rules.model.values import Verdict

_APPLIES = "/applies"


class Asking:
    """Tells what is asked of one subject."""

    def __init__(self, closed: ClosedRuleset, known: Known, pairs: Mapping[str, Pair]) -> None:
        self.closed, self.known, self.pairs = closed, known, pairs
        self.exprs = {node.name: node.expr for node in closed.nodes}

    def is_asked(self, name: str, verdict: Verdict, is_decided: bool) -> bool:
        """Whether a requirement or group is asked.

        Only what does not apply or is not known may be left out: by the scope, the policy or the route; or, where the
        overall decision is made, because that does not look at it.
        """
        match verdict:
            case Verdict.NOT_APPLICABLE:
                return not self.is_left_out(name)
            case Verdict.UNKNOWN:
                return not is_decided or name in looked_at(self.closed)
            case _:
                return True

    def is_left_out(self, name: str) -> bool:
        """Whether the scope, the policy or the route leaves a requirement or group out."""
        scope = self.pairs.get(SCOPE)
        if scope is not None and scope[1] >= self.closed.strength:
            return True
        applies = self.exprs.get(f"{name}{_APPLIES}")
        return applies is not None and self._leaves_out(applies, False)

    def _leaves_out(self, expr: Expr, met: bool) -> bool:
        """Whether the policy or the route alone makes an expression met, or not met."""
        if evaluate(expr, self.known, self.pairs)[0 if met else 1] < self.closed.strength:
            return False
        match expr:
            case AllOf(operands) | AnyOf(operands):
                one_is_enough = isinstance(expr, AnyOf) is met
                found = (self._leaves_out(each, met) for each in operands)
                return any(found) if one_is_enough else all(found)
            case Not(operand):
                return self._leaves_out(operand, not met)
            case OnlyWhen(_, operand):
                return self._leaves_out(operand, met)
            case Constant(_, because):
                return because == NO_SEVERITY or because in self.closed.ruleset.parameter
            case Reference(name):
                if name.startswith((TEST, "tier/")):
                    return True
                return name.endswith(_APPLIES) and self._leaves_out(self.exprs[name], met)
            case _:
                facts = facts_of(expr)
                return bool(facts) and facts <= routes_read(self.closed)


@lru_cache(maxsize=64)
def routes_read(closed: ClosedRuleset) -> frozenset[str]:
    """Return the facts that say by which route a subject is assessed."""
    return frozenset[str]().union(*(facts_of(each.used_when) for each in closed.ruleset.routes))


@lru_cache(maxsize=64)
def looked_at(closed: ClosedRuleset) -> frozenset[str]:
    """Return the requirements and groups at which the overall decision looks, whatever their severity."""
    decisions = closed.ruleset.decisions[:1]
    outcomes = (f"outcome/{each.id}/{outcome.id}" for each in decisions for outcome in each.outcomes)
    return reached_from(closed, tuple(outcomes))


@lru_cache(maxsize=256)
def reached_from(closed: ClosedRuleset, names: tuple[str, ...]) -> frozenset[str]:
    """Return the requirements, groups and other things to which some nodes refer, directly or by others."""
    ahead = [*names]
    exprs = {node.name: node.expr for node in closed.nodes}
    found: set[str] = set()
    while ahead:
        name = ahead.pop()
        if name in found:
            continue
        found.add(name)
        ahead += [each.name for each in walk(exprs[name]) if isinstance(each, Reference)]
    return frozenset(name.partition("/")[0].partition(":")[0] for name in found)
