"""What a policy sets, put in the place of the parameters that a ruleset leaves to it."""

from __future__ import annotations

from collections.abc import Mapping

import attrs

from qa_rules.model import expressions as ex
from qa_rules.model.expressions import rebuild
from qa_rules.model.nodes import NodeId
from qa_rules.model.rulesets import Policy, Ruleset
from qa_rules.model.values import Scalar


@attrs.frozen
class Settings:
    """The settings of a policy for a ruleset, with the readings of the ruleset where the policy is silent."""

    ruleset: Ruleset
    policy: Policy | None

    def tests(self) -> Mapping[str, ex.Expr]:
        """Return the expressions that are set for tests, by the names of their nodes."""
        found = {name: self._setting(name) for name in self.ruleset.parameter}
        return {NodeId.setting(name): each for name, each in found.items() if isinstance(each, ex.Expr)}

    def applied(self, expr: ex.Expr) -> ex.Expr:
        """Put settings in the place of parameters, and the nodes of the policy's expressions in that of tests."""
        match expr:
            case ex.Compare(ex.Parameter(name), ex.Op.IS, ex.Literal(True)):
                found = self._setting(name)
                if found is None:
                    return ex.Constant(None, name, place=expr.place)
                if isinstance(found, bool):
                    return ex.Constant(found, name, place=expr.place)
                return ex.Reference(NodeId.setting(name), place=expr.place)
            case _:
                return rebuild(ex.with_terms(expr, self.term), self.applied)

    def _setting(self, name: str) -> Scalar | frozenset[str] | ex.Expr | None:
        if self.policy is not None and name in self.policy.settings:
            return self.policy.settings[name]
        return self.ruleset.parameter[name].default

    def term(self, term: ex.Term) -> ex.Term:
        """Return the value of a parameter, or what stands for none; any other term as it is."""
        if not isinstance(term, ex.Parameter):
            return term
        found = self._setting(term.name)
        return ex.Unset(term.name) if found is None else ex.Literal(found, term.name)  # type: ignore[arg-type]
