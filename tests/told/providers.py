"""Every shipped ruleset under policies of every strength, and providers near those of the worked cases."""

from __future__ import annotations

import datetime
import random
from functools import cache

import attrs
from hypothesis import strategies as st

from qa_rules import Policy, Ruleset, load_policy, load_ruleset
from qa_rules.errors import RulesetError
from qa_rules.language.cases import Case, load_cases
from qa_rules.language.library import policy_names, ruleset_file, ruleset_ids
from qa_rules.model.facts import Facts, FactValue, Records
from qa_rules.model.values import Severity, Strength
from tests.semantics.test_differential import ON, pool_of, provider

RULESETS = tuple(ruleset_ids())


@attrs.frozen
class Situation:
    """A provider, and how it is assessed."""

    ruleset: Ruleset
    policy: Policy | None
    facts: Facts
    on: datetime.date


@cache
def policies(ruleset: Ruleset) -> tuple[Policy | None, ...]:
    """The shipped ones, the same asking for more, silent in part, and plain ones of every strength."""
    found: list[Policy | None] = [None]
    for name in policy_names():
        try:
            shipped = load_policy(name, ruleset)
        except RulesetError:  # for another ruleset
            continue
        found += [attrs.evolve(shipped, name=f"{name}-{each}", strength=each) for each in Strength]
        silent = {key: value for key, value in shipped.severities.items() if key != "default"}
        found.append(attrs.evolve(shipped, name=f"{name}-silent", severities=silent))
        found.append(attrs.evolve(shipped, name=f"{name}-unset", settings={}))
        found.append(attrs.evolve(shipped, name=f"{name}-flat", tiers=(), required_tier=()))
    for strength in Strength:
        default = {"default": Severity.REQUIRED}
        found.append(Policy(f"plain-{strength}", ruleset.id, "Plain", severities=default, strength=strength))
    return tuple(found)


@st.composite
def situations(draw: st.DrawFn, name: str) -> Situation:
    """A worked case under some policy, with some facts unknown, only stated, or partial."""
    ruleset = load_ruleset(name)
    case = draw(st.sampled_from(_cases(name)))
    policy = draw(st.sampled_from(policies(ruleset)))
    how = {
        key: draw(st.sampled_from(("", "", "", "gone", "stated", "partial"))) for key in _names(case.facts)
    }
    return Situation(ruleset, policy, _changed(case.facts, how), case.on)


@cache
def _cases(name: str) -> tuple[Case, ...]:
    ruleset = load_ruleset(name)
    return tuple(load_cases(ruleset_file(name).parent / "cases.yaml", ruleset))


def _names(facts: Facts) -> tuple[str, ...]:
    return (*facts.values, *facts.collections)


def _changed(facts: Facts, how: dict[str, str]) -> Facts:
    values = {name: _value(each, how[name]) for name, each in facts.values.items() if how[name] != "gone"}
    lists = {name: _list(each, how[name]) for name, each in facts.collections.items() if how[name] != "gone"}
    return Facts(values, lists, facts.subject)


def _value(given: FactValue, how: str) -> FactValue:
    if how != "stated":
        return given
    return attrs.evolve(given, evidence=attrs.evolve(given.evidence, strength=Strength.STATED))


def _list(given: Records, how: str) -> Records:
    if how == "partial":
        return attrs.evolve(given, partial=True)
    if how == "stated":
        return attrs.evolve(given, evidence=attrs.evolve(given.evidence, strength=Strength.STATED))
    return given


def without(facts: Facts, name: str) -> Facts:
    """The same with one fact unknown."""
    values = {key: each for key, each in facts.values.items() if key != name}
    lists = {key: each for key, each in facts.collections.items() if key != name}
    return Facts(values, lists, facts.subject)


@st.composite
def made_up(draw: st.DrawFn, name: str) -> Situation:
    """A provider as chance has it, of whom little or much is known, under some policy."""
    ruleset = load_ruleset(name)
    rng = random.Random(draw(st.integers(0, 2**40)))
    facts = provider(ruleset, pool_of(ruleset), rng)
    return Situation(ruleset, draw(st.sampled_from(policies(ruleset))), facts, ON)
