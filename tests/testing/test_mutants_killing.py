"""What a suite kills: the quick way agrees with assessing anew, planted gaps are found, nothing undecided passes."""

from __future__ import annotations

import datetime
from pathlib import Path

import attrs
import pytest

from qa_rules import Ruleset, assess, load_policy, load_ruleset
from qa_rules.language.cases import Case, load_cases
from qa_rules.language.library import ruleset_file
from qa_rules.language.load import facts_from, ruleset_from, ruleset_ids
from qa_rules.language.policies import shipped_policies
from qa_rules.model.rulesets import Policy
from qa_rules.testing.cases import GENERATED, Policies, actual, load_suite, try_cases
from qa_rules.testing.mutants import Mutant, mutants, policy_mutants
from qa_rules.testing.mutation import Bench, Fate, Score, score
from qa_rules.testing.operators import Kind

ON = datetime.date(2026, 11, 22)
GUIDE = "social-prescribing"
THREE = "illustrative-three-tiers"


def made(*rules: object, **facts: dict[str, object]) -> Ruleset:
    """A ruleset of one group; each rule is `met_when`, or a mapping with it and what else there is."""
    requirements = [
        {"id": f"R-{at}", "title": "T", "says": "S.", "source": {"clause": str(at)}}
        | (rule if isinstance(rule, dict) and "met_when" in rule else {"met_when": rule})
        for at, rule in enumerate(rules, 1)
    ]
    return ruleset_from(
        {
            "format": 1,
            "ruleset": "small",
            "edition": "1",
            "title": "Small",
            "source": {"title": "Made up"},
            "caveats": [],
            "facts": {
                name: {"type": "yes_no", "label": name, "question": "So?"} | more
                for name, more in facts.items()
            },
            "requirements": requirements,
            "decisions": [],
        }
    )


def case(ruleset: Ruleset, expect: dict[str, str], **facts: object) -> Case:
    return Case(str(facts), facts_from(facts, ruleset), ON, "none", expect)


def scored(ruleset: Ruleset, *cases: Case) -> Score:
    bench = Bench(ruleset, {"none": None})
    bench.add(cases)
    return score(bench, mutants(ruleset))


def fates(found: Score) -> dict[str, Fate]:
    return {each.mutant.change: each.fate for each in found.judged}


COUNT = {"least": 0, "most": 9, "type": "integer"}


def test_a_suite_without_the_boundary_lets_the_slip_at_the_boundary_through() -> None:
    ruleset = made("n at least 3", n=COUNT)
    loose = (case(ruleset, {"R-1": "met"}, n=7), case(ruleset, {"R-1": "not_met"}, n=0))
    edge = (case(ruleset, {"R-1": "met"}, n=3), case(ruleset, {"R-1": "not_met"}, n=2))
    slips = ["`n at least 3` became `n at least 2`", "`n at least 3` became `n more than 3`"]
    assert [fates(scored(ruleset, *loose))[each] for each in slips] == [Fate.SURVIVED, Fate.SURVIVED]
    assert {each.fate for each in scored(ruleset, *loose, *edge).judged} == {Fate.KILLED}


def test_an_expectation_that_does_not_hold_of_the_ruleset_kills_nothing() -> None:
    ruleset = made("n at least 3", n=COUNT)
    wrong = case(ruleset, {"R-1": "not_met"}, n=3)
    assert {each.fate for each in scored(ruleset, wrong).judged} == {Fate.SURVIVED}


def test_what_changes_no_node_is_equivalent_without_a_solver() -> None:
    ruleset = made({"met_when": "a", "severity": "required"}, a={})
    found = scored(ruleset, case(ruleset, {"R-1": "met"}, a=True))
    assert {each.fate for each in found.judged if "severity" in each.mutant.change} == {Fate.EQUIVALENT}
    assert found.share == 1


def test_survivors_are_settled_with_a_case_that_kills_them_or_a_proof() -> None:
    survivors = pytest.importorskip("qa_rules.testing.survivors", exc_type=ImportError)
    pytest.importorskip("z3")
    ruleset = made({"any_of": ["a", {"all_of": ["a", "n at least 3"]}]}, a={}, n=COUNT)
    bench = Bench(ruleset, {"none": None})
    bench.add([case(ruleset, {"R-1": "unknown"})])
    settled, lacking = survivors.settle(bench, score(bench, mutants(ruleset)), ON)
    found = fates(settled)
    assert found["`all_of` left out"] is Fate.EQUIVALENT  # a, or a and more, is a
    assert found["`n at least 3` became `n at least 4`"] is Fate.EQUIVALENT
    assert found["`a` negated"] is Fate.SURVIVED
    assert all(each.case is not None for each in settled.of(Fate.SURVIVED))
    assert any("any strength" in words for words in settled.rests_on)
    bench.add(lacking)
    assert [each.mutant.change for each in score(bench, mutants(ruleset)).of(Fate.SURVIVED)] == [
        each.mutant.change for each in settled.of(Fate.EQUIVALENT)
    ]


def test_working_days_are_counted_by_the_same_calendar_as_cases_are() -> None:
    survivors = pytest.importorskip("qa_rules.testing.survivors", exc_type=ImportError)
    pytest.importorskip("z3")
    ruleset = made("on not after asked plus 3 working days", asked={"type": "date"})
    bench = Bench(ruleset, {"none": None})
    monday = ON + datetime.timedelta(days=1)  # nothing ends on a Sunday
    settled, lacking = survivors.settle(bench, score(bench, mutants(ruleset)), monday)
    assert {each.fate for each in settled.judged} == {Fate.SURVIVED}
    bench.add(lacking)
    assert {each.fate for each in score(bench, mutants(ruleset)).judged} == {Fate.KILLED}


def test_what_the_solver_gives_up_on_is_undecided_and_never_killed() -> None:
    survivors = pytest.importorskip("qa_rules.testing.survivors", exc_type=ImportError)
    pytest.importorskip("z3")
    from qa_rules.proofs.symbolic import Limits

    ruleset = made({"all_of": ["day within 3 months", "n at least 3"]}, day={"type": "date"}, n=COUNT)
    telling = survivors.Telling(ruleset, Limits(ON, levels=3), effort=1)
    settled = [telling.settle(each, [None]) for each in mutants(ruleset)]
    assert Fate.UNDECIDED in {each.fate for each in settled}
    assert all(each.reason for each in settled if each.fate is Fate.UNDECIDED)
    whole = Score(ruleset, tuple(settled), 0)
    assert whole.share == 0
    assert whole.at_most <= 1


def kills_anew(found: Case, mutant: Mutant, policy: Policy | None) -> bool:
    under = policy if mutant.policy is None else mutant.policy
    decided = actual(assess(mutant.ruleset, found.facts, on=found.on, policy=under, engine="reference"))
    return any(decided.get(about) != word for about, word in found.expect.items())


def assert_the_quick_way_agrees(
    ruleset: Ruleset, policy: Policy | None, cases: list[Case], every: list[Mutant]
) -> None:
    name = "none" if policy is None else policy.name
    bench = Bench(ruleset, {name: policy})
    sittings = bench.add(cases)
    killed = 0
    for mutant in every:
        for sitting in sittings:
            quick = bench.killer(mutant, [sitting]) is not None
            assert quick is kills_anew(sitting.case, mutant, policy), f"{mutant} by {sitting.case.name}"
            killed += quick
    assert killed


def test_the_quick_way_agrees_with_assessing_anew() -> None:
    ruleset = load_ruleset("smrc-licence")
    cases = load_suite("smrc-licence", ruleset)
    assert_the_quick_way_agrees(ruleset, None, cases[::5], list(mutants(ruleset))[::3])


def test_the_quick_way_agrees_under_a_policy_with_conditions_that_fall_due() -> None:
    ruleset = load_ruleset(GUIDE)
    policy = load_policy(THREE, ruleset)
    beside = ruleset_file(GUIDE).parent / "cases.yaml"
    cases = [each for each in load_cases(beside, ruleset) if each.policy == THREE]
    bench = Bench(ruleset, {THREE: policy})
    late = [each.case for each in bench.add(cases) if each.may_be_overdue]
    assert late
    sample = [*mutants(ruleset)][::230]
    assert_the_quick_way_agrees(ruleset, policy, [*late, *cases[::60]], sample)
    falls_due = [each for each in mutants(ruleset) if each.at == "SP-41.in" and each.kind is Kind.NEGATION]
    assert_the_quick_way_agrees(ruleset, policy, late, falls_due)
    of_policy = [*policy_mutants(policy, ruleset)][::90]
    assert_the_quick_way_agrees(ruleset, policy, [*late, *cases[::90]], of_policy)


@pytest.mark.parametrize("which", ruleset_ids())
def test_every_generated_case_of_what_is_shipped_comes_out_as_expected(which: str) -> None:
    ruleset = load_ruleset(which)
    path = ruleset_file(which).parent / GENERATED
    trials = try_cases(load_cases(path, ruleset), ruleset, Policies(ruleset))
    assert len(trials) > 5
    assert [line for each in trials if each.mismatches for line in each.lines()] == []


def left(which: str) -> list[str]:
    """The mutants of a shipped ruleset that its generated suite, by itself, does not kill and nothing proves equal."""
    from qa_rules.testing.survivors import settle

    ruleset = load_ruleset(which)
    cases = load_cases(ruleset_file(which).parent / GENERATED, ruleset)
    policies = Policies(ruleset, shipped_policies(ruleset))
    bench = Bench(ruleset, {name: policies[name] for name in dict.fromkeys(each.policy for each in cases)})
    bench.add(cases)
    settled, _ = settle(bench, score(bench, mutants(ruleset)), cases[0].on)
    return [f"{each.mutant.id} ({each.fate})" for each in settled.judged if each.fate not in _DONE]


_DONE = (Fate.KILLED, Fate.EQUIVALENT)


def test_the_generated_suite_of_the_smallest_ruleset_kills_all_that_can_be_told_apart() -> None:
    pytest.importorskip("z3")
    assert left("sme-programme@prn00827") == []


@pytest.mark.deep
@pytest.mark.parametrize("which", ruleset_ids())
def test_the_generated_suites_kill_all_that_can_be_told_apart(which: str) -> None:
    pytest.importorskip("z3")
    assert left(which) == []


def test_a_suite_that_lost_a_case_no_longer_kills_everything() -> None:
    ruleset = load_ruleset("sme-programme")
    cases = load_cases(ruleset_file("sme-programme").parent / GENERATED, ruleset)

    def survived(some: tuple[Case, ...]) -> int:
        return scored(ruleset, *(attrs.evolve(each, policy="none") for each in some)).count(Fate.SURVIVED)

    whole = survived(cases)
    assert any(survived(cases[:at] + cases[at + 1 :]) > whole for at in range(len(cases)))


def test_a_suite_is_looked_for_beside_the_ruleset_or_where_it_is_named(tmp_path: Path) -> None:
    ruleset = load_ruleset("sme-programme")
    beside = ruleset_file("sme-programme").parent
    both = load_suite("sme-programme", ruleset)
    assert {Path(each.place.file).name for each in both if each.place} == {"cases.yaml", GENERATED}
    only = load_suite("sme-programme", ruleset, [beside / GENERATED])
    assert 0 < len(only) < len(both)
