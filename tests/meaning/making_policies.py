"""Policies for made-up rulesets, as plain data."""

from __future__ import annotations

from random import Random
from typing import Any

from tests.meaning.making import PARAMETERS, SEVERITIES, Making, set_to
from tests.meaning.making_facts import STRENGTHS, perhaps


def policy(chance: Random, rules: dict[str, Any]) -> dict[str, Any]:
    """A policy for a ruleset, silent about some of what it is asked."""
    make = Making(chance)
    free = [each["id"] for each in rules["requirements"] if not ({"hard_stop", "severity"} & each.keys())]
    groups = [each["id"] for each in rules["groups"]]
    named = [*free, *groups, "default", "default"]
    make.names = [each["id"] for key in ("requirements", "groups", "locks") for each in rules[key]]
    tiers = _tiers(make, rules) if rules["routes"] and chance.random() < 0.75 else []
    rows = [{"tier": each["id"], "when": make.rule(1)} for each in reversed(tiers) if chance.random() < 0.8]
    if tiers and (not rows or chance.random() < 0.5):
        rows.append({"tier": tiers[0]["id"]})
    return {
        "format": 1,
        "policy": "made-up-policy",
        "for": "made-up@1",
        "title": "A policy",
        "settings": {name: set_to(chance, name) for name in PARAMETERS if chance.random() < 0.6},
        "severity": {chance.choice(named): chance.choice(SEVERITIES) for _ in range(chance.randint(0, 4))},
        **perhaps(chance, 0.6, condition_days=chance.choice((1, 14, 60))),
        **perhaps(chance, 0.3, condition_days_from="noted"),
        "strength": chance.choice(("stated", *STRENGTHS)),
        "activity_strength": chance.choice(STRENGTHS),
        "tiers": tiers,
        "required_tier": rows,
    }


def _tiers(make: Making, rules: dict[str, Any]) -> list[dict[str, Any]]:
    chance = make.chance
    left = [each["id"] for each in rules["routes"]]
    found: list[dict[str, Any]] = []
    for name in ("basic", "middle", "top")[: chance.randint(1, 3)]:
        left = [route for route in left if not found or chance.random() < 0.8]
        needs = {route: make.rule(chance.randint(0, 1), "needs") for route in left}
        found.append(
            {"id": name, "title": name, "strength": chance.choice(("stated", *STRENGTHS)), "routes": needs}
        )
    return found
