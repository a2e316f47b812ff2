"""Every worked case of every shipped ruleset, on every engine that writes no table."""

from __future__ import annotations

from collections.abc import Iterator
from functools import lru_cache
from pathlib import Path

import pytest

from qa_rules import Policy, Ruleset, load_policy, load_ruleset
from qa_rules.engines import DEFAULT_ENGINE, EngineName
from qa_rules.language.cases import Case, load_cases
from qa_rules.language.library import ruleset_file, ruleset_ids
from qa_rules.model.values import Verdict
from qa_rules.testing.cases import try_case

PLAN = Path(__file__).parents[1] / "examples" / "project-plan"
WHICH = [*ruleset_ids(), str(PLAN)]


@lru_cache
def ruleset(which: str) -> Ruleset:
    return load_ruleset(which)


@lru_cache
def policy(name: str, which: str) -> Policy | None:
    return None if name == "none" else load_policy(name, ruleset(which))


@lru_cache
def cases(which: str) -> tuple[Case, ...]:
    return load_cases(ruleset_file(which).parent / "cases.yaml", ruleset(which))


def every_case() -> Iterator[object]:
    for which in WHICH:
        for case in cases(which):
            yield pytest.param(which, case, id=f"{Path(which).name}: {case.name}")


@pytest.mark.parametrize("engine", [DEFAULT_ENGINE, "reference"])
@pytest.mark.parametrize(("which", "case"), list(every_case()))
def test_case(which: str, case: Case, engine: EngineName) -> None:
    trial = try_case(case, ruleset(which), policy(case.policy, which), engine)
    assert trial.mismatches == ()


@pytest.mark.parametrize("which", WHICH)
def test_every_requirement_is_shown_met_not_met_unknown_and_where_it_can_be_not_applicable(
    which: str,
) -> None:
    shown = {(name, word) for case in cases(which) for name, word in case.expect.items()}
    for requirement in ruleset(which).requirements:
        wanted = {Verdict.MET, Verdict.NOT_MET, Verdict.UNKNOWN}
        if requirement.applies_when is not None:
            wanted.add(Verdict.NOT_APPLICABLE)
        missing = {word.value for word in wanted if (requirement.id, word) not in shown}
        assert not missing, f"{requirement.id} is never {', '.join(sorted(missing))}"


@pytest.mark.parametrize("which", WHICH)
def test_every_answer_of_every_decision_is_shown(which: str) -> None:
    shown = {(name, word) for case in cases(which) for name, word in case.expect.items()}
    for decision in ruleset(which).decisions:
        for outcome in decision.outcomes:
            assert (decision.id, outcome.id) in shown, f"{decision.id} is never {outcome.id}"


def test_ss2q_has_its_thirty_five_requirements() -> None:
    themes = [each.source["theme"] for each in ruleset("ss2q@2017").requirements]
    assert [themes.count(str(theme)) for theme in (1, 2, 3, 4)] == [16, 3, 11, 5]
