"""Made-up providers of every shipped ruleset: tables, compiled and the definition agree, and with every completion.

Each leaf whose facts can be tried in all ways is worth what all ways agree on; `make deep` tries 20,000 providers.
"""

from __future__ import annotations

import datetime
import random
from collections.abc import Iterator, Mapping

import pytest

from qa_rules import Policy, Ruleset, assess, load_policy, load_ruleset
from qa_rules.language.library import policy_names, ruleset_ids
from qa_rules.model.expressions import Expr, Fact, Leaf, Literal, On, terms, walk
from qa_rules.model.facts import Evidence, FactDeclaration, Facts, FactType, FactValue, Records
from qa_rules.model.values import NONE, Strength, Value
from qa_rules.semantics.evaluate import evaluate
from qa_rules.semantics.settled import settled
from qa_rules.semantics.snapshot import Known, believe
from tests.semantics.completions import could_be, pair_of
from tests.semantics.definition import masked

ON = datetime.date(2026, 11, 22)
_MOST = 6
"""Items of a set, and facts of a leaf, beyond which not all ways are tried."""


def asked_of(ruleset: Ruleset) -> Iterator[Expr]:
    for each in ruleset.requirements:
        yield from (expr for expr in (each.met_when, each.applies_when) if expr is not None)
    for route in ruleset.routes:
        yield from (expr for expr in (route.used_when, route.counts_when) if expr is not None)
    for decision in ruleset.decisions:
        yield from (outcome.when for outcome in decision.outcomes)


def leaves(ruleset: Ruleset) -> list[Leaf]:
    """The leaves about plain facts that are few enough to be tried in all ways."""
    found = dict.fromkeys(
        inner for expr in asked_of(ruleset) for inner in walk(expr) if isinstance(inner, Leaf)
    )
    return [each for each in found if is_small(each, ruleset)]


def is_small(leaf: Leaf, ruleset: Ruleset) -> bool:
    asked = list(terms(leaf))
    if not all(isinstance(each, Fact | Literal | On) for each in asked):
        return False
    facts = [ruleset.vocabulary.scalars[each.name] for each in asked if isinstance(each, Fact)]
    return len(facts) <= 2 and all(
        each.type is not FactType.TEXT and len(each.options) <= _MOST for each in facts
    )


def pool_of(ruleset: Ruleset) -> frozenset[Value]:
    found: set[Value] = {ON}
    for expr in asked_of(ruleset):
        for inner in walk(expr):
            for term in terms(inner) if isinstance(inner, Leaf) else ():
                if isinstance(term, Literal):
                    value = term.value
                    found |= value if isinstance(value, frozenset) else {value}
    days = (1, 29, 31, 300, 400, 800)
    return frozenset(found | {ON + sign * datetime.timedelta(days=each) for each in days for sign in (-1, 1)})


def any_value(declared: FactDeclaration, pool: frozenset[Value], rng: random.Random) -> FactValue:
    evidence = Evidence(
        strength=rng.choice(tuple(Strength)),
        by="N. Osei",
        on=ON - datetime.timedelta(days=rng.choice((0, 40, 500))),
    )
    if declared.may_be_none and rng.random() < 0.2:
        return FactValue(NONE, evidence)
    if declared.type is FactType.TEXT:
        return FactValue("some words", evidence)
    # `none` is no code: as an option of a choice it is one value among others.
    values = [each for each in could_be(declared, pool) if each != "none" or declared.options]
    if not declared.type.is_set:
        return FactValue(rng.choice(values), evidence)
    share = rng.choice((0, 0.4, 1))
    items = frozenset(str(each) for each in values if rng.random() < share)
    return FactValue(items, evidence, rng.random() < 0.3)


def provider(ruleset: Ruleset, pool: frozenset[Value], rng: random.Random) -> Facts:
    vocabulary, known = ruleset.vocabulary, rng.choice((0.3, 0.7, 0.95))
    values = {
        name: any_value(each, pool, rng) for name, each in vocabulary.scalars.items() if rng.random() < known
    }
    collections = {}
    for name, each in vocabulary.collections.items():
        if rng.random() > known:
            continue
        records = tuple(
            {key: any_value(field, pool, rng) for key, field in each.fields.items() if rng.random() < known}
            for _ in range(rng.randrange(4))
        )
        collections[name] = Records(
            records, Evidence(strength=rng.choice(tuple(Strength))), rng.random() < 0.3
        )
    return Facts(values, collections, "Made up")


def policies(ruleset: Ruleset) -> list[Policy | None]:
    names = [name for name in policy_names() if load_policy_of(name, ruleset) is not None]
    return [None, *(load_policy(name, ruleset) for name in names)]


def load_policy_of(name: str, ruleset: Ruleset) -> Policy | None:
    try:
        return load_policy(name, ruleset)
    except Exception:
        return None


def agree_on_verdicts(ruleset: Ruleset, subjects: list[Facts], policy: Policy | None) -> None:
    pytest.importorskip("pyarrow")
    from qa_rules.tables import assess_table, table_of
    from tests.tables.test_tables import agree

    table = assess_table(ruleset, table_of(ruleset, subjects), on=ON, policy=policy, ignore=["subject"])
    assert table.faults.to_pylist() == []
    for row, facts in zip(table.table.to_pylist(), subjects, strict=True):
        defined = assess(ruleset, facts, on=ON, policy=policy, engine="reference")
        compiled = assess(ruleset, facts, on=ON, policy=policy)
        assert compiled.answers == defined.answers
        assert compiled.tiers == defined.tiers
        assert compiled.verdicts == defined.verdicts
        agree(row, defined)


def agree_on_leaves(ruleset: Ruleset, small: Mapping[Leaf, Expr], facts: Facts) -> int:
    known, tried = believe(facts, ruleset.vocabulary, ON), 0
    views: dict[int, Known] = {strength: masked(known, strength) for strength in (1, 2, 3)}
    for leaf, expr in small.items():
        sets = [known.values.get(each.name) for each in terms(leaf) if isinstance(each, Fact)]
        if any(
            each is not None and isinstance(each.value, frozenset) and len(each.value) > _MOST
            for each in sets
        ):
            continue
        expected = pair_of(leaf, views, ruleset.vocabulary, dict.fromkeys(views))
        assert evaluate(expr, known, {}) == expected, (leaf, sets)
        tried += 1
    return tried


def differ(name: str, count: int, seed: int) -> None:
    ruleset = load_ruleset(name)
    rng, pool = random.Random(f"{name} {seed}"), pool_of(ruleset)
    small = {each: settled(each, ruleset.vocabulary) for each in leaves(ruleset)}
    asked = policies(ruleset)
    tried = 0
    for at in range(0, count, 50):
        subjects = [provider(ruleset, pool, rng) for _ in range(min(50, count - at))]
        agree_on_verdicts(ruleset, subjects, asked[at // 50 % len(asked)])
        tried += sum(agree_on_leaves(ruleset, small, each) for each in subjects)
    assert tried > count, "leaves were tried"


@pytest.mark.parametrize("name", ruleset_ids())
def test_a_few_made_up_providers_come_to_the_same_everywhere(name: str) -> None:
    differ(name, 4, 1)


@pytest.mark.deep
@pytest.mark.parametrize("seed", range(10))
@pytest.mark.parametrize("name", ruleset_ids())
def test_twenty_thousand_made_up_providers_come_to_the_same_everywhere(name: str, seed: int) -> None:
    differ(name, 20_000 // (10 * len(ruleset_ids())) + 1, 2 + seed)
