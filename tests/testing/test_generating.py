"""Small rulesets, everybody tried: a generated suite shows all that anybody can, and nothing more is out of reach."""

from __future__ import annotations

import datetime
from collections.abc import Mapping
from decimal import Decimal
from pathlib import Path

import attrs
import pytest
from hypothesis import given, settings

from qa_rules import Ruleset
from qa_rules.errors import EngineFailedError
from qa_rules.language.cases import load_cases
from qa_rules.model.facts import Facts, FactValue, Records
from qa_rules.model.rulesets import Policy, RequiredRow, Tier
from qa_rules.model.values import Severity, Strength
from qa_rules.program.bind import close
from qa_rules.proofs.symbolic import Limits
from qa_rules.testing.canonical import plain
from qa_rules.testing.cases import try_case
from qa_rules.testing.coverage import Meeting, coverage
from qa_rules.testing.generation import Also, Suite, generate, search
from qa_rules.testing.obligations import Kind, owed
from qa_rules.testing.search import Asked, Job, Undecided, search_apart, search_here
from qa_rules.testing.write import written
from tests.testing.small import DAY, ON, providers, ruleset_of, rulesets

pytest.importorskip("z3")


def suite_for(ruleset: Ruleset, policy: Policy | None = None, most_facts: int = 12) -> Suite:
    return generate(ruleset, policy, on=ON, most_facts=most_facts, seconds=None)


def met_by(ruleset: Ruleset, everybody: list[Facts]) -> list[int]:
    """For each obligation a mask of those who meet it."""
    meeting = Meeting(owed(close(ruleset)), ON)
    shown = meeting.shown(everybody)
    return [shown.mask(each.condition) for each in meeting.found.obligations]


@settings(max_examples=8)
@given(rulesets())
def test_a_suite_meets_what_anybody_meets_and_calls_nothing_else_out_of_reach(
    made: tuple[Ruleset, tuple[str, ...]],
) -> None:
    ruleset, names = made
    suite = suite_for(ruleset)
    assert not suite.undecided
    for entry, anybody in zip(suite.coverage.entries, met_by(ruleset, providers(names)), strict=True):
        assert bool(entry.by) is not entry.infeasible
        assert entry.by or not anybody, f"somebody meets {entry.obligation.sentence}"


@settings(max_examples=5)
@given(rulesets())
def test_no_case_and_no_fact_can_be_left_out(made: tuple[Ruleset, tuple[str, ...]]) -> None:
    ruleset, _ = made
    suite = suite_for(ruleset)
    masks = met_by(ruleset, [each.case.facts for each in suite.cases])
    for at in range(len(suite.cases)):
        assert any(mask == 1 << at for mask in masks), "a case that nothing rests on"
    for made_case in suite.cases:
        assert made_case.there_for


@settings(max_examples=3)
@given(rulesets())
def test_what_is_expected_is_what_every_engine_finds(made: tuple[Ruleset, tuple[str, ...]]) -> None:
    ruleset, _ = made
    for each in suite_for(ruleset).cases:
        for engine in ("compiled", "reference"):
            assert not try_case(each.case, ruleset, None, engine).mismatches


EVERYTHING: Mapping[str, Mapping[str, object]] = {
    "R1": {"met_when": {"all_of": ["n at least 1", "n at most 2", "fee less than 1.5"]}},
    "R2": {"met_when": {"any_of": ["day within 2 days", {"every rooms": "safe"}]}, "applies_when": "a"},
    "R3": {"met_when": {"all_of": ["day not before 2026-12-24", {"at least 2 rooms": "safe"}]}},
    "R4": {"met_when": {"any_of": ["kind at least middle", "helps includes all of walks, talks"]}},
}


@pytest.fixture(scope="module")
def ruleset() -> Ruleset:
    return ruleset_of(EVERYTHING)


@pytest.fixture(scope="module")
def suite(ruleset: Ruleset) -> Suite:
    return suite_for(ruleset)


def values(suite: Suite, name: str) -> set[object]:
    return {each.case.facts.values[name].value for each in suite.cases if name in each.case.facts.values}


def test_numbers_are_tried_below_at_and_above_what_a_rule_names(suite: Suite) -> None:
    assert values(suite, "n") >= {0, 1, 2, 3}
    assert values(suite, "fee") >= {Decimal("1.49"), Decimal("1.5"), Decimal("1.51")}


def test_days_are_tried_before_on_and_after(suite: Suite) -> None:
    christmas = datetime.date(2026, 12, 24)
    assert values(suite, "day") >= {christmas - DAY, christmas, christmas + DAY}
    assert values(suite, "day") >= {ON - 3 * DAY, ON - 2 * DAY, ON - DAY, ON, ON + DAY}


def test_options_are_tried_on_both_sides_of_where_a_rule_cuts(suite: Suite) -> None:
    assert values(suite, "kind") >= {"low", "middle", "high"}
    assert values(suite, "helps") >= {
        frozenset({"walks"}),
        frozenset({"talks"}),
        frozenset({"walks", "talks"}),
    }


def test_records_are_tried_one_fewer_and_one_more(suite: Suite) -> None:
    safe = {
        sum(record["safe"].value is True for record in each.case.facts.collections["rooms"].records if record)
        for each in suite.cases
        if "rooms" in each.case.facts.collections
    }
    assert safe >= {0, 1, 2, 3}


def test_a_boundary_beyond_what_the_vocabulary_allows_is_proved_out_of_reach() -> None:
    found = suite_for(ruleset_of({"R1": {"met_when": "n at least 0"}})).coverage
    beyond = [each for each in found.entries if each.obligation.way == "-1"]
    assert beyond
    assert all(each.infeasible for each in beyond)


def test_the_same_ruleset_gives_the_same_file_in_this_process_and_in_another(
    ruleset: Ruleset, suite: Suite
) -> None:
    again = generate(ruleset_of(EVERYTHING), on=ON, seconds=60)
    assert written([again]) == written([suite])


def own(facts: Facts) -> Facts:
    """The facts without the mark of where their evidence stood: a suite writes what is common once."""

    def standing(value: FactValue) -> FactValue:
        return attrs.evolve(value, evidence=attrs.evolve(value.evidence, inherited=False))

    return Facts(
        {name: standing(value) for name, value in facts.values.items()},
        {
            name: Records(
                tuple({key: standing(value) for key, value in record.items()} for record in given.records),
                attrs.evolve(given.evidence, inherited=False),
                given.partial,
            )
            for name, given in facts.collections.items()
        },
        facts.subject,
    )


def test_a_written_suite_reads_back_as_it_was(ruleset: Ruleset, suite: Suite, tmp_path: Path) -> None:
    file = tmp_path / "generated.yaml"
    file.write_text(written([suite]), encoding="utf-8")
    read = load_cases(file, ruleset)
    assert [(each.name, own(each.facts), dict(each.expect), each.on) for each in read] == [
        (each.case.name, own(each.case.facts), dict(each.case.expect), each.case.on) for each in suite.cases
    ]
    found = coverage(ruleset, None, read)
    assert {each.obligation for each in found.open} == {each.obligation for each in suite.coverage.infeasible}


def test_suites_under_several_policies_stand_in_one_file(ruleset: Ruleset, tmp_path: Path) -> None:
    policies = [Policy(name, ruleset.id, name) for name in ("first", "second")]
    suites = [generate(ruleset, each, on=ON, seconds=None) for each in policies]
    file = tmp_path / "generated.yaml"
    file.write_text(written(suites), encoding="utf-8")
    read = load_cases(file, ruleset)
    assert [each.policy for each in read] == [each.case.policy for suite in suites for each in suite.cases]
    for suite, policy in zip(suites, policies, strict=True):
        found = coverage(ruleset, policy, read)
        assert len(found.open) == len(suite.coverage.infeasible)
    other = attrs.evolve(suites[1], on=ON + DAY)
    with pytest.raises(ValueError, match="one ruleset and one date"):
        written([suites[0], other])


def test_cases_are_merged_only_as_far_as_they_may_have_facts(ruleset: Ruleset, suite: Suite) -> None:
    wide, narrow = suite_for(ruleset, most_facts=1000), suite_for(ruleset, most_facts=1)
    assert len(wide.cases) <= len(suite.cases) < len(narrow.cases)
    for each in (wide, narrow):
        assert each.coverage.ratio == 1


def test_seeds_spare_the_search(ruleset: Ruleset, suite: Suite) -> None:
    again = generate(ruleset, on=ON, seeds=suite.providers, seconds=None)
    assert again.providers == suite.providers
    assert written([again]) == written([suite])


def test_what_else_has_to_be_shown_stays_in_the_suite(ruleset: Ruleset) -> None:
    person = Facts({"n": FactValue(2, plain(ON)), "a": FactValue(False, plain(ON))})

    def shows(facts: Facts) -> bool:
        return facts.values.get("n") == person.values["n"] and facts.values.get("a") == person.values["a"]

    suite = generate(ruleset, on=ON, also=[Also("two, and no", person, shows)], seconds=None)
    kept = [each for each in suite.cases if "two, and no" in each.there_for]
    assert [shows(each.case.facts) for each in kept] == [True]


def test_search_proves_what_no_case_can_show(ruleset: Ruleset, suite: Suite) -> None:
    cases = [each.case for each in suite.cases]
    found = search(ruleset, None, cases, on=ON, seconds=None)
    assert not found.providers
    assert set(found.infeasible) == {each.obligation for each in suite.coverage.infeasible}
    assert coverage(ruleset, None, cases, infeasible=found.infeasible).ratio == 1


def test_an_obligation_that_takes_too_long_is_undecided_and_the_search_goes_on(ruleset: Ruleset) -> None:
    job = Job(ruleset, None, Limits(ON), None, "compiled")
    every = range(len(owed(close(ruleset)).obligations))
    first = next(each.number for each in search_here(job) if isinstance(each, Asked))
    job = Job(ruleset, None, Limits(ON), None, "compiled", frozenset(every) - {first})
    assert list(search_apart(job, 0)) == [Undecided(first, "it took longer than 0 seconds")]


def test_a_search_that_breaks_says_so(ruleset: Ruleset) -> None:
    with pytest.raises(EngineFailedError, match="there is no engine `abacus`"):
        list(search_apart(Job(ruleset, None, Limits(ON), None, "abacus"), 60))  # type: ignore[arg-type]


def test_strengths_that_a_policy_asks_for_are_tried_just_strong_enough_and_one_step_too_weak() -> None:
    ruleset = ruleset_of({"R1": {"met_when": "a"}})
    policy = Policy("strict", ruleset.id, "Strict", strength=Strength.SEEN)
    suite = generate(ruleset, policy, on=ON, seconds=None)
    strengths = {
        each.case.facts.values["a"].evidence.strength for each in suite.cases if "a" in each.case.facts.values
    }
    assert strengths >= {Strength.STATED, Strength.SEEN}
    assert suite.coverage.ratios()[Kind.STRENGTH] == 1
    assert "policy: strict" in written([suite])


def test_tiers_and_routes_of_a_policy_are_tried_both_ways_and_open() -> None:
    ruleset = ruleset_of(
        {"R1": {"met_when": "a"}, "R2": {"met_when": "n at least 1"}},
        routes=[{"id": "talk", "title": "Talk", "says": "Talk.", "used_when": "helps includes talks"}],
    )
    needs = ruleset.decisions[0].outcomes[1].when
    tiers = (
        Tier("basic", "Basic", Strength.STATED, {"talk": ruleset.requirements[0].met_when}),
        Tier("top", "Top", Strength.SEEN, {"talk": needs}),
    )
    rows = (RequiredRow("top", ruleset.requirements[1].met_when), RequiredRow("basic", None))
    policy = Policy(
        "ladder",
        ruleset.id,
        "Ladder",
        severities={"default": Severity.REQUIRED},
        tiers=tiers,
        required_tier=rows,
    )
    suite = generate(ruleset, policy, on=ON, seconds=None)
    assert not suite.undecided
    shown = {(name, word) for each in suite.cases for name, word in each.case.expect.items()}
    assert shown >= {("tier", "none"), ("tier", "basic"), ("tier", "top"), ("at_most", "top")}
    assert shown >= {("required", "basic"), ("required", "top"), ("required", "basic to top")}
