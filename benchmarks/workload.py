"""The workload of the peers' comparison: 120 facts, 120 requirements, 12 groups, 3 tiers, 40 % unknown.

80 facts are yes or no, 25 whole numbers, 15 choices; a requirement looks at 2 to 6 of them, and 21 ask for
at least so many. The same seed gives the same ruleset and the same facts everywhere.
"""

from __future__ import annotations

import datetime
import random
from functools import cache
from typing import TYPE_CHECKING, Any, Final

from qa_rules.language.load import facts_from
from qa_rules.model.expressions import (
    AllOf,
    AnyOf,
    AtLeast,
    Compare,
    Constant,
    Expr,
    Fact,
    Literal,
    Not,
    Op,
    Reference,
)
from qa_rules.model.facts import FactDeclaration, Facts, FactType, Vocabulary
from qa_rules.model.rulesets import (
    Decision,
    Group,
    Outcome,
    Policy,
    RequiredRow,
    Requirement,
    Route,
    Ruleset,
    Tier,
)
from qa_rules.model.values import Severity, Strength

if TYPE_CHECKING:
    import pyarrow as pa

SEED: Final = 20190704
ON: Final = datetime.date(2026, 11, 22)
UNKNOWN: Final = 0.4
YES_NO, INTEGERS, CHOICES = 80, 25, 15
REQUIREMENTS, COUNTING, GROUPS, TIERS = 120, 21, 12, 3
OPTIONS: Final = ("none_at_all", "a_little", "some", "much", "all_of_it")
MOST: Final = 100
ROUTE: Final = "checklist"


def _declared(name: str, kind: FactType, **more: Any) -> FactDeclaration:
    return FactDeclaration(name, kind, name.replace("_", " "), f"What of {name}?", about="provider", **more)


@cache
def vocabulary() -> Vocabulary:
    """Return the 120 facts."""
    found = [_declared(f"flag_{at:02}", FactType.YES_NO) for at in range(YES_NO)]
    found += [_declared(f"count_{at:02}", FactType.INTEGER) for at in range(INTEGERS)]
    options = {option: option.replace("_", " ") for option in OPTIONS}
    found += [
        _declared(f"level_{at:02}", FactType.CHOICE, options=options, ordered=True) for at in range(CHOICES)
    ]
    return Vocabulary({each.name: each for each in found})


def _leaf(name: str, rng: random.Random) -> Expr:
    kind = vocabulary().facts[name].type
    if kind is FactType.YES_NO:
        return Compare(Fact(name), Op.IS, Literal(rng.random() < 0.9))
    if kind is FactType.INTEGER:
        op, low, high = rng.choice([(Op.AT_LEAST, 5, 45), (Op.AT_MOST, 55, 95), (Op.MORE, 5, 45)])
        return Compare(Fact(name), op, Literal(rng.randrange(low, high)))
    wanted = rng.sample(OPTIONS[1:], 3)
    return AnyOf(tuple(Compare(Fact(name), Op.IS, Literal(each)) for each in wanted))


def _clause(rng: random.Random, counting: bool) -> Expr:
    names = rng.sample(sorted(vocabulary().facts), rng.randint(3 if counting else 2, 6))
    leaves = [_leaf(name, rng) for name in names]
    if counting:
        return AtLeast(rng.randint(2, len(leaves) - 1), tuple(leaves))
    cut = rng.randint(1, len(leaves) - 1)
    first, rest = tuple(leaves[:cut]), tuple(leaves[cut:])
    shapes: list[Expr] = [
        AllOf((AnyOf(first), AnyOf(rest))),
        AnyOf((AllOf(first), AllOf(rest))),
        AllOf((*first, AnyOf(rest))),
        AnyOf((Not(AllOf(first)), AnyOf(rest))),
        AllOf((Not(AllOf((*first, Not(rest[0])))), *rest[1:])),
    ]
    return rng.choice(shapes)


@cache
def ruleset() -> Ruleset:
    """Return the 120 requirements in 12 groups."""
    rng = random.Random(SEED)
    counting = set(rng.sample(range(REQUIREMENTS), COUNTING))
    requirements = tuple(
        Requirement(f"R-{at:03}", f"Requirement {at}", "", {"clause": str(at)}, _clause(rng, at in counting))
        for at in range(REQUIREMENTS)
    )
    size = REQUIREMENTS // GROUPS
    groups = tuple(
        Group(
            f"G-{at:02}",
            f"Group {at}",
            "measure",
            tuple(each.id for each in requirements[at * size :][:size]),
        )
        for at in range(GROUPS)
    )
    below, reaches = Reference("tier/below"), Not(Reference("tier/below"))
    decision = Decision(
        "overall",
        "Does the provider reach the tier?",
        (Outcome("refuse", "No", below, False), Outcome("accept", "Yes", reaches, True)),
        undecided="cannot_decide",
    )
    return Ruleset(
        "peers",
        "1",
        "The workload of the peers' comparison",
        vocabulary(),
        requirements,
        groups,
        (decision,),
        routes=(Route(ROUTE, "Checklist", "", Constant(True)),),
    )


@cache
def policy() -> Policy:
    """Return three tiers of four groups each; which is required turns on one choice."""
    groups = [Reference(group.id) for group in ruleset().groups]
    size = GROUPS // TIERS
    tiers = tuple(
        Tier(f"tier_{at}", f"Tier {at}", Strength.STATED, {ROUTE: AllOf(tuple(groups[: (at + 1) * size]))})
        for at in range(TIERS)
    )
    risk = Fact("level_00")
    rows = (
        RequiredRow("tier_2", Compare(risk, Op.IS, Literal("all_of_it"))),
        RequiredRow("tier_1", Compare(risk, Op.AT_LEAST, Literal("some"), OPTIONS)),
        RequiredRow("tier_0", None),
    )
    return Policy(
        "peers",
        ruleset().id,
        "Three tiers",
        severities={"default": Severity.REQUIRED},
        tiers=tiers,
        required_tier=rows,
    )


def table(rows: int, seed: int = SEED, missing: float = UNKNOWN) -> pa.Table:
    """Return random facts of so many providers, one a row: bool, int64 and dictionary columns, with nulls."""
    import numpy as np
    import pyarrow as pa

    rng = np.random.default_rng(seed)
    quality = rng.beta(12, 1, rows).astype(np.float32)
    columns: dict[str, pa.Array] = {"subject": pa.array(np.arange(rows))}
    for name, declared in vocabulary().facts.items():
        luck = rng.random(rows, np.float32)
        good = luck < quality
        unknown = rng.random(rows, np.float32) < missing
        match declared.type:
            case FactType.YES_NO:
                columns[name] = pa.array(good, mask=unknown)
            case FactType.INTEGER:
                number = np.where(good, 50 + (luck - quality) * 20, luck * MOST).astype(np.int64)
                columns[name] = pa.array(number, mask=unknown)
            case _:
                level = np.where(good, 1 + (luck * 13).astype(np.int8) % 4, 0).astype(np.int8)
                columns[name] = pa.DictionaryArray.from_arrays(
                    pa.array(level, mask=unknown), pa.array(OPTIONS)
                )
    return pa.table(columns)


def names() -> list[str]:
    """Return the names of the facts, in their order."""
    return list(vocabulary().facts)


def plain(rows: int, unknown: float = UNKNOWN, seed: int = SEED) -> list[dict[str, Any]]:
    """Return random facts of so many providers as plain mappings of what is known."""
    return [
        {name: row[name] for name in names() if row[name] is not None}
        for row in table(rows, seed, unknown).to_pylist()
    ]


def facts(rules: Ruleset, providers: list[dict[str, Any]]) -> list[Facts]:
    """Return plain mappings as validated facts."""
    return [facts_from(each, rules) for each in providers]
