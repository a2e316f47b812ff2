"""The library comes to what a second, independent reading of the documentation comes to."""

from __future__ import annotations

import ast
import collections
from pathlib import Path
from random import Random
from typing import Any

import attrs
import pytest

from qa_rules import Calendar, assess, load_ruleset
from qa_rules.errors import RulesetError
from qa_rules.language.facts import facts_from
from qa_rules.language.library import ruleset_ids
from qa_rules.language.load import policy_from, ruleset_from
from qa_rules.language.policies import shipped_policies
from qa_rules.program import bind, conditions, guards
from qa_rules.program import decide as deciding
from tests.meaning import shipped
from tests.meaning.days import Working
from tests.meaning.deciding import Answer, Found, decide
from tests.meaning.laddering import Tiers
from tests.meaning.making import ruleset
from tests.meaning.making_facts import ON, facts
from tests.meaning.making_policies import policy
from tests.semantics.test_differential import pool_of, provider

FOLDER = Path(__file__).parent
ROOT = Path(__file__).parents[2] / "rulesets"
CALENDAR = Calendar(
    "Made up",
    "1",
    ON.replace(year=2024),
    ON.replace(year=2029),
    frozenset({ON.replace(day=day) for day in (3, 16, 17, 25)}),
)
WORKING = Working(CALENDAR.first, CALENDAR.last, CALENDAR.holidays)


@attrs.define
class Compared:
    """How many were compared, and what differed."""

    rulesets: int = 0
    subjects: int = 0
    refused: int = 0
    seen: collections.Counter[str] = attrs.field(factory=collections.Counter)
    differences: list[str] = attrs.field(factory=list)


def product(rules: Any, under: Any, file: Any, calendar: Calendar = CALENDAR) -> Found:
    """What the library comes to."""
    found = assess(rules, facts_from(file, rules), on=ON, policy=under, calendar=calendar)
    tiers = found.tiers
    return Found(
        {
            **{name: each.value for name, each in found.verdicts.items()},
            **{each.group: each.verdict.value for each in found.groups},
        },
        None
        if tiers is None
        else Tiers(
            tiers.attained,
            tiers.at_most,
            tiers.reaches,
            tiers.required_least,
            tiers.required_greatest,
            tiers.routes,
        ),
        {each.decision: Answer(each.outcome, each.possible, each.allows) for each in found.answers},
        {each.requirement: each.due for each in found.findings if each.due is not None},
        found._work.overdue if found._work is not None else frozenset(),
        frozenset(),
    )


def compare(seeds: range, subjects: int) -> Compared:
    """Make up rulesets and facts, and hold what the library says against the second reading."""
    compared = Compared()
    for seed in seeds:
        chance = Random(seed)
        rules = ruleset(chance)
        under = policy(chance, rules) if chance.random() < 0.85 else None
        try:
            loaded = ruleset_from(rules)
            with_policy = None if under is None else policy_from(under, loaded)
        except RulesetError:
            compared.refused += 1
            continue
        compared.rulesets += 1
        kept: dict[str, bool | None] = {}
        for _ in range(subjects):
            file = facts(chance, rules["facts"])
            mine, theirs = decide(rules, under, file, ON, WORKING, kept), product(loaded, with_policy, file)
            compared.subjects += 1
            count(compared.seen, mine)
            compared.differences += [f"seed {seed}: {each}" for each in differing(mine, theirs)]
    return compared


def differing(mine: Found, theirs: Found) -> list[str]:
    """What the two readings say differently, but for what was too much to try."""
    found = []
    for what in ("verdicts", "answers"):
        ours, others = getattr(mine, what), getattr(theirs, what)
        for name in {*ours, *others} - mine.not_told:
            if ours.get(name) != others.get(name):
                found.append(f"{what} of {name}: {ours.get(name)}, the library: {others.get(name)}")
    for name in {*mine.due, *theirs.due}:
        if mine.verdicts[name] != "not_applicable" and mine.due.get(name) != theirs.due.get(name):
            found.append(f"due day of {name}: {mine.due.get(name)}, the library: {theirs.due.get(name)}")
    if mine.tiers != theirs.tiers:
        found.append(f"{mine.tiers}, the library: {theirs.tiers}")
    if mine.overdue != theirs.overdue:
        found.append(f"overdue: {set(mine.overdue)}, the library: {set(theirs.overdue)}")
    return found


def count(seen: collections.Counter[str], found: Found) -> None:
    """Take down what came about, so that nothing is compared that never does."""
    seen.update(found.verdicts.values())
    seen.update(
        "allowed" if each.allows else "forbidden" if each.allows is False else "open"
        for each in found.answers.values()
    )
    seen["overdue"] += len(found.overdue)
    seen["due"] += len(found.due)
    seen["not told"] += len(found.not_told)
    if found.tiers is not None:
        seen["tiers"] += 1
        seen["attained"] += bool(found.tiers.attained)
        seen["between tiers"] += found.tiers.attained != found.tiers.at_most


def test_a_few_made_up_rulesets_mean_the_same_by_both_readings() -> None:
    compared = compare(range(60), 3)
    assert compared.differences == []
    never = [
        what
        for what in (
            "met",
            "not_met",
            "unknown",
            "not_applicable",
            "allowed",
            "forbidden",
            "open",
            "attained",
        )
        if not compared.seen[what]
    ]
    assert never == []
    assert compared.seen["due"] > compared.seen["overdue"] > 0
    assert compared.refused < compared.rulesets / 4
    assert compared.seen["not told"] < compared.subjects / 20


@pytest.mark.deep
@pytest.mark.parametrize("part", range(12))
def test_ten_thousand_made_up_rulesets_mean_the_same_by_both_readings(part: int) -> None:
    assert compare(range(1000 * part + 100_000, 1000 * part + 101_000), 3).differences == []


def compare_shipped(name: str, subjects: int, with_policies: bool) -> list[str]:
    """Made-up providers of a shipped ruleset, by both readings."""
    loaded, (folder, edition) = load_ruleset(name), name.split("@")
    rules = shipped.ruleset(ROOT / folder / edition, ROOT / "vocabulary")
    chance, pool = Random(name), pool_of(loaded)
    found: list[str] = []
    for each in (None, *(shipped_policies(loaded) if with_policies else ())):
        under = None if each is None else shipped.policy(ROOT / "policies" / f"{each.name}.yaml", rules)
        kept: dict[str, bool | None] = {}
        for _ in range(subjects):
            file = provider(loaded, pool, chance).to_dict()
            found += differing(decide(rules, under, file, ON, WORKING, kept), product(loaded, each, file))
    return found


@pytest.mark.parametrize("name", [each for each in ruleset_ids() if not each.startswith("social-")])
def test_the_shipped_rulesets_mean_the_same_by_both_readings(name: str) -> None:
    assert compare_shipped(name, 2, with_policies=False) == []


@pytest.mark.deep
@pytest.mark.parametrize("name", ruleset_ids())
def test_the_shipped_rulesets_mean_the_same_of_many(name: str) -> None:
    assert compare_shipped(name, 100, with_policies=True) == []


def test_a_guard_left_out_of_the_library_is_seen(monkeypatch: pytest.MonkeyPatch) -> None:
    for room in (bind, guards):
        monkeypatch.setattr(room, "guarded", lambda expr, always=(): expr)
    assert compare(range(1_000, 1_060), 3).differences


def test_strengths_mixed_up_in_the_library_are_seen(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(deciding, "strengths", lambda decision, outcome, asked: (1, 1))
    assert compare(range(2_000, 2_060), 3).differences


def test_a_gap_dated_otherwise_by_the_library_is_seen(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(conditions, "counted_from", lambda evidence, on: evidence.dated or on)
    assert compare(range(3_000, 3_120), 3).differences


def test_the_second_reading_shares_no_code_with_the_library() -> None:
    ours = [file for file in FOLDER.glob("*.py") if not file.name.startswith("test_same")]
    assert len(ours) > 8
    for file in ours:
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
            names = [each.name for each in node.names] if isinstance(node, ast.Import) else []
            names += [node.module or ""] if isinstance(node, ast.ImportFrom) else []
            foreign = [each for each in names if each.split(".")[0] == "tests" and "meaning" not in each]
            assert foreign + [each for each in names if each.startswith("qa_rules")] == [], file.name
