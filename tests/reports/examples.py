"""The referrals and providers of `examples`, assessed."""

from __future__ import annotations

import datetime
from functools import cache
from pathlib import Path

from qa_rules import Assessment, assess, load_facts, load_policy, load_ruleset, merge

ROOT = Path(__file__).parents[2]
ON = datetime.date(2026, 11, 22)
REFERRALS = {
    "company": ("walking-group", "group", "walk", "persons/company"),
    "angina": ("walking-group", "group", "walk", "persons/angina"),
    "bereaved": ("craft-group", "group", "craft-mornings", "persons/bereaved"),
    "chest-pains": ("craft-group", "group", "craft-mornings", "persons/chest-pains"),
    "visits": ("craft-group", "group", "home-visits", "persons/bereaved"),
    "pain": ("self-management", "provider", "course", "persons/long-term-pain"),
    "complex": ("self-management", "provider", "course", "persons/complex-needs"),
    "nobody": ("walking-group", "group", "walk"),
}
PROVIDERS = ("compliant", "lapsed", "half-known")
EVERY = (*REFERRALS, *PROVIDERS)


@cache
def example(name: str) -> Assessment:
    if name in PROVIDERS:
        ss2q = load_ruleset("ss2q@2017")
        return assess(ss2q, load_facts(ROOT / "examples" / "ss2q" / f"{name}.yaml", ss2q), on=ON)
    guide = load_ruleset("social-prescribing@3.5")
    folder, *files = REFERRALS[name]
    where = ROOT / "examples" / "social-prescribing" / folder
    facts = merge(*(load_facts(where / f"{file}.yaml", guide) for file in files))
    return assess(guide, facts, on=ON, policy=load_policy("illustrative-three-tiers", guide))
