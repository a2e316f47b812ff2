"""Why: the reason settles what is said, and the tree tells it in words."""

from __future__ import annotations

from collections.abc import Iterable
from functools import lru_cache
from pathlib import Path

import attrs
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from qa_rules import (
    Assessment,
    Facts,
    NotFoundError,
    QaRulesError,
    assess,
    facts_from,
    load_policy,
    load_ruleset,
    policy_from,
    ruleset_from,
)
from qa_rules.api.analyse import why
from qa_rules.explain.targets import target
from qa_rules.explain.tree import Step
from qa_rules.explain.why import Why
from qa_rules.language.cases import Case as WorkedCase
from qa_rules.language.cases import load_cases
from qa_rules.language.library import ruleset_file
from qa_rules.model.rulesets import Policy, Ruleset
from tests import strategies
from tests.analysis.examples import DAY
from tests.analysis.test_horizon import RULES
from tests.strategies import CALENDAR

SHIPPED = [
    ("social-prescribing@3.5", "illustrative-three-tiers"),
    ("ss2q@2017", None),
    ("smrc-licence@2018", None),
]


@lru_cache
def shipped(name: str, policy: str | None) -> tuple[Ruleset, Policy | None, tuple[WorkedCase, ...]]:
    ruleset = load_ruleset(name)
    cases = load_cases(Path(ruleset_file(name)).parent / "cases.yaml", ruleset)
    return ruleset, None if policy is None else load_policy(policy, ruleset), cases


def only(facts: Facts, names: Iterable[str]) -> Facts:
    kept = set(names)
    values = {name: each for name, each in facts.values.items() if name in kept}
    lists = {name: each for name, each in facts.collections.items() if name in kept}
    return attrs.evolve(facts, values=values, collections=lists)


def says(assessment: Assessment, found: Why, facts: Facts) -> str:
    """What is said of the same target given only these facts (and that there is a person, where one is needed)."""
    again = assess(
        assessment.work.closed.ruleset,
        facts,
        on=assessment.on,
        policy=assessment.work.closed.policy,
        calendar=assessment.work.known.calendar,
    )
    wanted = target(again.work.closed, assessment.work.facts, found.name)
    return wanted.says(again.work.results)


def is_minimal(assessment: Assessment, found: Why) -> bool:
    facts = assessment.work.facts
    if says(assessment, found, only(facts, found.facts)) != found.says:
        return False
    return not any(
        says(assessment, found, only(facts, set(found.facts) - {name})) == found.says for name in found.facts
    )


def bases(step: Step, vocabulary_scalars: Iterable[str]) -> set[str]:
    return {name if name in vocabulary_scalars else name.partition(".")[0] for name in step.shown}


def what_is_said_above_is_above(found: Why) -> bool:
    told = [line.strip() for line in found.tree.lines()]
    heads = [line.partition(" (see above)")[0] if " (see above)" in line else "" for line in told]
    return all(any(line.startswith(head) for line in told[:at]) for at, head in enumerate(heads) if head)


@settings(max_examples=40)
@given(st.sampled_from(SHIPPED), st.data())
def test_reasons_of_the_shipped_rulesets_are_minimal_and_their_trees_show_them(
    which: tuple[str, str | None], data: st.DataObject
) -> None:
    ruleset, policy, cases = shipped(*which)
    case = data.draw(st.sampled_from(cases))
    assessment = assess(ruleset, case.facts, on=case.on, policy=policy)
    names = [*ruleset.requirement, *ruleset.group, *(each.id for each in ruleset.decisions)]
    names += [] if policy is None else ["tier", "required_tier"]
    found = why(assessment, data.draw(st.sampled_from(names)))
    assert what_is_said_above_is_above(found)
    if found.is_open:
        assert not found.facts or found.kind in ("tier", "required_tier")
    else:
        assert is_minimal(assessment, found)
        assert bases(found.tree, ruleset.vocabulary.scalars) == set(found.facts)
    assert found.tree.text
    assert not any("None" in line for line in found.tree.lines())


@pytest.mark.slow
@settings(max_examples=40)
@given(strategies.cases(), st.data())
def test_reasons_of_every_kind_of_ruleset_are_minimal(case: strategies.Case, data: st.DataObject) -> None:
    ruleset, policy = case.closed.ruleset, case.closed.policy
    assessment = assess(ruleset, case.facts, on=case.on, policy=policy, calendar=CALENDAR)
    names = [*ruleset.requirement, *ruleset.group]
    for decision in ruleset.decisions:
        names += [decision.id, *(each.id for each in decision.outcomes)]
    if policy is not None and policy.tiers:
        names += ["tier", "required_tier"]
    found = why(assessment, data.draw(st.sampled_from(names)))
    assert what_is_said_above_is_above(found)
    if not found.is_open:
        assert is_minimal(assessment, found)
        assert bases(found.tree, ruleset.vocabulary.scalars) <= set(found.facts)
    assert list(found.to_dict()["tree"]) == ["kind", "name", "says", "text", "clause", "facts", "inside"]


def test_the_tree_reads_from_the_outcome_to_the_fact_with_its_clause_and_evidence() -> None:
    evidence = {"source": "register", "by": "J. Example", "on": "2026-11-01", "strength": "seen"}
    facts = facts_from(
        {"insured_until": {"value": "2026-10-31", **evidence}, "reviewed_on": "2026-11-01"}, RULES
    )
    data = {"format": 1, "policy": "p", "for": "small@1", "title": "P", "severity": {"default": "required"}}
    found = why(assess(RULES, facts, on=DAY, policy=policy_from(data, RULES)))
    assert (found.says, found.facts, found.smallest) == ("wait", ("insured_until",), True)
    assert [*found.tree.lines()] == [
        "May we refer? Not yet",
        "  Not yet: this holds",
        "    Everything (required): not met",
        "      Insured: not met (clause 1)",
        "        End of the insurance: 31 October 2026 (has to be on or after the day of the assessment)"
        " [seen, register, by J. Example, 1 November 2026]",
    ]


def test_the_tree_of_a_requirement_is_read_in_plain_words() -> None:
    evidence = {"source": "register", "by": "J. Example", "on": "2026-11-01", "strength": "seen"}
    facts = facts_from({"insured_until": {"value": "2026-10-31", **evidence}}, RULES)
    assert list(why(assess(RULES, facts, on=DAY), "All").tree.lines()) == [
        "Everything: not met",
        "  Insured: not met (clause 1)",
        "    End of the insurance: 31 October 2026 (has to be on or after the day of the assessment)"
        " [seen, register, by J. Example, 1 November 2026]",
    ]


def test_what_is_unknown_names_the_facts_that_matter() -> None:
    facts = facts_from({"insured_until": "2027-03-31"}, RULES)
    found = why(assess(RULES, facts, on=DAY), "All")
    assert (found.says, found.is_open, found.facts) == ("unknown", True, ())
    assert (found.missing, found.exact) == (("reviewed_on",), True)
    assert [*found.tree.lines()][-1].strip() == "Last review: not known"


def test_a_limit_that_is_not_known_is_no_part_of_why_something_came_too_early() -> None:
    date = {"type": "date", "label": "answer", "question": "When?"}
    limit = {"type": "integer", "unit": "days", "label": "limit", "question": "How many?"}
    ruleset = ruleset_from(
        {
            "format": 1,
            "ruleset": "letters",
            "edition": "1",
            "title": "Letters",
            "source": {"title": "Made up"},
            "caveats": [],
            "facts": {"answered_on": date, "asked_on": {**date, "label": "question"}, "limit": limit},
            "requirements": [
                {
                    "id": "L-1",
                    "title": "In time",
                    "says": "Answers are in time.",
                    "source": {"clause": "1"},
                    "met_when": "answered_on within limit days of asked_on",
                }
            ],
            "decisions": [],
        }
    )
    dates = {"answered_on": "2026-11-01", "asked_on": "2026-11-02"}
    for facts in (dates, {**dates, "limit": 5}):
        assessment = assess(ruleset, facts, on=DAY)
        found = why(assessment, "L-1")
        assert (found.says, found.facts) == ("not_met", ("answered_on", "asked_on"))
        assert found.tree.shown == {"answered_on", "asked_on"}
        # A finding names the facts whose values its sentence gives.
        assert assessment.finding("L-1").reason.facts == tuple(facts)


def test_what_is_not_known_above_is_told_where_it_counts_as_not_met() -> None:
    severity = {"default": "advice"}
    data = {
        "format": 1,
        "policy": "p",
        "for": "small@1",
        "title": "P",
        "severity": severity,
        "strength": "seen",
    }
    facts = facts_from({"insured_until": "2026-10-31"}, RULES)
    lines = list(why(assess(RULES, facts, on=DAY, policy=policy_from(data, RULES))).tree.lines())
    stated = "End of the insurance: only stated so far, and it has to be seen [stated]"
    assert lines[lines.index("  Mend it: not ruled out") :] == [
        "  Mend it: not ruled out",
        "    Everything: not known",
        "      Insured: not known (clause 1)",
        f"        {stated}",
        "      Reviewed: not known (clause 2)",
        "        Last review: not known",
        "  Refer: ruled out",
        "    Everything: not met",
        "      Insured: not met (clause 1)",
        "        End of the insurance: 31 October 2026 (has to be on or after the day of the assessment) [stated]",
    ]


def test_the_reason_for_not_applicable_is_that_it_does_not_apply() -> None:
    ruleset, policy, cases = shipped(*SHIPPED[0])
    case = next(each for each in cases if "not_applicable" in each.expect.values())
    name = next(name for name, verdict in case.expect.items() if verdict == "not_applicable")
    found = why(assess(ruleset, case.facts, on=case.on, policy=policy), name)
    assert found.says == "not_applicable"
    assert found.tree.text.endswith("does not apply")


def test_only_what_was_assessed_here_can_be_explained() -> None:
    assessment = assess(RULES, Facts(), on=DAY)
    with pytest.raises(NotFoundError, match="no requirement"):
        why(assessment, "R-9")
    with pytest.raises(QaRulesError, match="replay"):
        why(Assessment.from_dict(assessment.to_dict()))
