"""Nothing is called met that does not apply or was not asked: in why, in every report, beside every verdict."""

from __future__ import annotations

import datetime
from collections.abc import Iterator

import attrs
import pytest
from hypothesis import given
from hypothesis import strategies as st

from qa_rules import Assessment, assess, load_policy, load_ruleset
from qa_rules.api.analyse import why
from qa_rules.explain.tree import Step
from qa_rules.language.load import facts_from
from qa_rules.model.rulesets import Group
from qa_rules.model.values import Severity, Verdict
from qa_rules.reports import report
from qa_rules.tables import assess_table, table_of
from tests.strategies import LIGHT
from tests.told.providers import RULESETS, situations
from tests.told.test_never_shorter import CAFE, SEEN

NOT_ASKED = "not asked here (this way of checking leaves it out)"


def cafe(**changed: object) -> Assessment:
    ruleset = load_ruleset("social-prescribing")
    lists = ("changes", "insurance_policies")
    facts = {
        name: value if name in lists else {"value": value, **SEEN} for name, value in (CAFE | changed).items()
    }
    policy = load_policy("illustrative-three-tiers", ruleset)
    return assess(ruleset, facts_from(facts, ruleset), on=datetime.date(2026, 11, 30), policy=policy)


def steps(tree: Step) -> Iterator[Step]:
    yield tree
    for each in tree.inside:
        yield from steps(each)


def test_of_a_small_group_after_a_conversation_insurance_of_a_provider_is_not_asked() -> None:
    lines = "\n".join(why(cafe()).tree.lines())
    for title in ("Insurance, provider", "Skills and experience, provider"):
        assert f"{title} (required): {NOT_ASKED}" in lines
    assert f"Safeguarding policy: {NOT_ASKED}" in lines
    assert "Safeguarding that works: met" in lines


def test_a_group_without_members_of_the_weight_looked_at_is_left_out() -> None:
    lines = "\n".join(why(cafe()).tree.lines())
    assert "this weight" not in lines
    assert "Finance" not in lines


def test_the_flag_stands_beside_the_verdict_of_what_the_route_leaves_out() -> None:
    made = cafe()
    policy = next(each for each in made.findings if each.title == "Safeguarding policy")
    works = next(each for each in made.findings if each.title == "Safeguarding that works")
    assert (policy.verdict, policy.asked) == (Verdict.NOT_APPLICABLE, False)
    assert (works.verdict, works.asked) == (Verdict.MET, True)
    recorded = next(each for each in made.to_dict()["findings"] if each["requirement"] == policy.requirement)
    assert (recorded["verdict"], recorded["asked"]) == ("not_applicable", False)
    row = next(line for line in report(made, "csv").splitlines() if ",Safeguarding policy," in line)
    assert ",Does not apply,no," in row


def test_the_flag_stands_in_tables_beside_the_verdict() -> None:
    made = cafe()
    asked = {each.requirement: each.asked for each in made.findings}
    asked |= {each.group: each.asked for each in made.groups}
    work = made.work
    table = table_of(work.closed.ruleset, [work.facts])
    found = assess_table(work.closed.ruleset, table, on=made.on, policy=work.policy).table.to_pylist()[0]
    assert {name: found[f"{name}@asked"] for name in asked} == {
        name: "yes" if is_asked else "no" for name, is_asked in asked.items()
    }
    assert (found["SP-T.M02.V.a"], found["SP-T.M02.V.a@asked"]) == ("not_applicable", "no")
    assert (found["SP-41.in"], found["SP-41.in@asked"]) == ("unknown", "yes")
    only = assess_table(work.closed.ruleset, table, on=made.on, policy=work.policy, outputs=["asked"]).table
    assert [name for name in only.column_names if "@" not in name and name != "subject"] == []


def test_by_the_checklist_the_same_group_is_asked_for_its_insurance() -> None:
    made = cafe(routes_in_use=["policy_checklist"])
    lines = "\n".join(
        why(made, next(e.requirement for e in made.findings if e.title == "Safeguarding policy")).tree.lines()
    )
    assert "not asked" not in lines


@pytest.mark.parametrize("name", RULESETS)
def test_no_step_calls_met_what_does_not_apply_and_none_not_asked_what_is_met(name: str) -> None:
    @LIGHT
    @given(st.data())
    def told(data: st.DataObject) -> None:
        each = data.draw(situations(name))
        made = assess(each.ruleset, each.facts, on=each.on, policy=each.policy)
        if made.outcome is None:
            return
        for step in steps(why(made).tree):
            if step.kind != "requirement":
                continue
            verdict = made.verdicts[step.name]
            if step.says == "met":
                assert verdict is not Verdict.NOT_MET
                assert ": met" in step.text
            if step.says == "not_applicable":
                assert verdict is Verdict.NOT_APPLICABLE
                assert ": met" not in step.text

    told()


def test_a_lock_that_locks_nothing_here_says_so_when_it_is_asked_about() -> None:
    ruleset = load_ruleset("ss2q")
    first, *others = ruleset.requirements
    advice = attrs.evolve(first, severity=Severity.ADVICE, hard_stop=False)
    groups = (Group("L", "A lock", "lock", (first.id,)), *ruleset.groups)
    ruleset = attrs.evolve(ruleset, requirements=(advice, *others), groups=groups)
    made = assess(ruleset, {}, on=datetime.date(2026, 11, 30))
    assert made.groups[0].verdict is Verdict.NOT_APPLICABLE
    lines = list(why(made, "L").tree.lines())
    assert lines[0].startswith("A lock")
    assert lines[1].strip() == "Nothing here has this weight"
