"""A reason that was told before is the one that would be told now; a hash of facts is that of all that they hold."""

from __future__ import annotations

import datetime

import attrs
from hypothesis import given
from hypothesis import strategies as st

from qa_rules import assess, load_policy, load_ruleset
from qa_rules.assessment.evaluation import findings, judge
from qa_rules.assessment.ready import ready_once
from qa_rules.explain.findings import Explainer
from qa_rules.explain.kept import _reasons
from qa_rules.model.facts import Facts
from qa_rules.model.identity import _digest, hash_of_facts
from qa_rules.program.asked import Asking
from tests.strategies import Case, cases
from tests.strategies import facts as any_facts


@given(cases(), st.data())
def test_reasons_are_those_that_would_be_told_now(case: Case, data: st.DataObject) -> None:
    policy = case.closed.policy
    if policy is not None:
        policy = attrs.evolve(policy, condition_days=data.draw(st.sampled_from([None, 3])))
    ready = ready_once(case.closed.ruleset, policy, "reference", case.calendar)
    every = [case.facts, *(data.draw(st.lists(any_facts(case.closed.ruleset.vocabulary), max_size=2)))]
    for facts in every:
        for day in (case.on, case.on + datetime.timedelta(days=40)):
            work = judge(ready, facts, day)
            explainer = Explainer(work.closed, work.facts, work.known, work.closed.pairs(work.results))
            asking = Asking(work.closed, work.known, explainer.pairs)
            is_decided, made = work.is_decided, findings(work)
            _reasons(work.explained[0]).clear()
            assert findings(work) == made
            for each in made:
                name = each.requirement
                assert each.reason == explainer.reason(name, each.verdict)
                assert each.asked == asking.is_asked(name, each.verdict, is_decided)
                assert each.severity == work.closed.severities[name]


@given(cases())
def test_the_hash_of_facts_is_that_of_all_that_they_hold(case: Case) -> None:
    facts = case.facts
    assert hash_of_facts(facts) == _digest([facts.values, facts.collections, facts.subject])
    assert hash_of_facts(Facts()) == _digest([{}, {}, ""])


def test_nobody_is_told_what_was_said_of_another() -> None:
    ruleset = load_ruleset("social-prescribing")
    policy = load_policy("illustrative-three-tiers", ruleset)
    for mine, other in (("Anna", "Bert"), ("Bert", "Anna")):
        said = {
            "by": mine,
            "role": "link worker",
            "on": "2026-11-04",
            "strength": "seen",
            "reason": f"{mine}'s",
        }
        facts = {
            "receives_formal_referrals": {"value": True, **said},
            "routes_in_use": {"value": ["link_worker_conversation"], **said},
            "dp_secure_reporting": {"value": False, **said},
        }
        told = str(assess(ruleset, facts, on=datetime.date(2026, 11, 22), policy=policy).to_dict())
        assert mine in told
        assert other not in told


def test_who_changes_what_was_written_changes_nothing_that_is_written_next() -> None:
    ruleset = load_ruleset("social-prescribing")
    made = assess(ruleset, {"receives_formal_referrals": True}, on=datetime.date(2026, 11, 22))
    before = made.to_dict()
    for each in made.to_dict()["findings"]:
        each["title"] = "changed"
        each["reason"]["text"] = "changed"
        for changed in (each["groups"], each["reason"]["facts"], each["missing"], each["readings"]):
            changed.append("changed")
    again = assess(ruleset, {"receives_formal_referrals": True}, on=datetime.date(2026, 11, 22))
    assert made.to_dict() == again.to_dict() == before
