"""Values, decision tables, levels, ratings and categories mean the same by the second reading."""

from __future__ import annotations

import collections
from math import floor
from random import Random
from typing import Any

import pytest

from qa_rules.errors import RulesetError
from qa_rules.language.load import policy_from, ruleset_from
from qa_rules.model.rulesets import Ruleset
from qa_rules.program import constraints, decision_diagram
from qa_rules.program import decide as deciding
from qa_rules.program.bind import close
from tests.meaning.deciding import Found, decide
from tests.meaning.making_facts import ON
from tests.meaning.making_standards import policy, standard, subject
from tests.meaning.test_same_meaning import WORKING, Compared, differing, product


def compare(seeds: range, subjects: int) -> Compared:
    """Make up standards and facts, and hold what the library says against the second reading."""
    compared = Compared()
    for seed in seeds:
        chance = Random(seed)
        rules = standard(chance)
        under = policy(chance) if chance.random() < 0.7 else None
        try:
            loaded = read(rules)
            with_policy = None if under is None else policy_from(under, loaded)
            close(loaded, with_policy)  # what comes apart into too many sums is refused here
        except RulesetError as fault:
            compared.refused += 1
            compared.seen.update(f"refused: {each.code}" for each in fault.diagnostics)
            continue
        compared.rulesets += 1
        kept: dict[str, bool | None] = {}
        for _ in range(subjects):
            file = subject(chance, rules["facts"])
            mine, theirs = decide(rules, under, file, ON, WORKING, kept), product(loaded, with_policy, file)
            compared.subjects += 1
            count(compared.seen, mine, rules)
            found = differing(mine, theirs._replace(tiers=mine.tiers))
            compared.differences += [f"seed {seed}: {each} of {file['facts']}" for each in found]
    return compared


def read(rules: Any) -> Ruleset:
    """Read a standard; where rows of a table that claims to have one answer clash, the first of them counts."""
    try:
        return ruleset_from(rules)
    except RulesetError as fault:
        if {each.code for each in fault.diagnostics} != {"table-overlap"}:
            raise
    for each in rules["tables"]:
        if each["hit_policy"] == "unique":
            each["hit_policy"] = "first"
    return ruleset_from(rules)


def count(seen: collections.Counter[str], found: Found, rules: Any) -> None:
    seen.update(found.verdicts.values())
    kinds = {"level": "level", **{each["id"]: each.get("kind", "permission") for each in rules["decisions"]}}
    for name, answer in found.answers.items():
        seen[f"{kinds[name]} {'settled' if len(answer.possible) == 1 else 'open'}"] += 1
    seen["not told"] += len(found.not_told)


def test_a_few_made_up_standards_mean_the_same_by_both_readings() -> None:
    compared = compare(range(30), 3)
    assert compared.differences == []
    kinds = ("permission", "rating", "category", "level")
    wanted = [f"{kind} {how}" for kind in kinds for how in ("settled", "open")]
    assert [
        each for each in (*wanted, "met", "not_met", "unknown", "not_applicable") if not compared.seen[each]
    ] == []
    assert compared.refused < compared.rulesets / 4
    assert compared.seen["not told"] < compared.subjects / 10


def test_numbers_rounded_the_wrong_way_by_the_library_are_seen(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(constraints, "ceil", floor)
    assert compare(range(3_006, 3_012), 3).differences


def test_a_later_row_taken_by_the_library_is_seen(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(decision_diagram, "min", max, raising=False)
    assert compare(range(4_020, 4_028), 3).differences


def test_strengths_mixed_up_in_ratings_by_the_library_are_seen(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(deciding, "strengths", lambda decision, outcome, asked: (1, 1))
    assert compare(range(5_002, 5_008), 3).differences


@pytest.mark.deep
@pytest.mark.parametrize("part", range(12))
def test_ten_thousand_made_up_standards_mean_the_same_by_both_readings(part: int) -> None:
    assert compare(range(1000 * part + 200_000, 1000 * part + 201_000), 3).differences == []
