"""Small rulesets for the tests of the engines."""

from __future__ import annotations

import datetime
from collections.abc import Mapping

from qa_rules import engines
from qa_rules.engines import ENGINES
from qa_rules.errors import EngineUnavailableError, UnsupportedRulesetError
from qa_rules.model.expressions import Compare, Expr, Fact, Literal, Op
from qa_rules.model.facts import FactDeclaration, Facts, FactType, FactValue, Records, Vocabulary
from qa_rules.model.rulesets import Policy, Requirement, Ruleset
from qa_rules.model.values import Value
from qa_rules.program.bind import close
from qa_rules.semantics.snapshot import believe
from qa_rules.semantics.truth import PAIR, Pair

ON = datetime.date(2026, 11, 22)


def yes(name: str) -> Expr:
    """The fact is yes."""
    return Compare(Fact(name), Op.IS, Literal(True))


def yes_no(*names: str) -> Vocabulary:
    """A vocabulary of yes-or-no facts."""
    return Vocabulary({name: FactDeclaration(name, FactType.YES_NO, name, "?") for name in names})


def requirements(*exprs: Expr) -> tuple[Requirement, ...]:
    """A requirement for each expression, called R0 and so on."""
    return tuple(Requirement(f"R{at}", "t", "s", {}, expr) for at, expr in enumerate(exprs))


def run_all(
    ruleset: Ruleset,
    values: Mapping[str, Value],
    policy: Policy | None = None,
    collections: Mapping[str, Records] | None = None,
) -> dict[str, Pair]:
    """Run every engine that can; all must agree. Return the pair of each node."""
    closed = close(ruleset, policy)
    facts = Facts({name: FactValue(value) for name, value in values.items()}, dict(collections or {}))
    known = believe(facts, ruleset.vocabulary, ON)
    found = {}
    for name in ENGINES:
        try:
            found[name] = engines.engine(name)(closed).run(known)
        except (EngineUnavailableError, UnsupportedRulesetError):
            continue
    expected = found["reference"]
    for name, codes in found.items():
        assert codes == expected, name
    return {node.name: PAIR[code] for node, code in zip(closed.nodes, expected, strict=True)}
