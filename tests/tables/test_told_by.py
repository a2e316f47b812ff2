"""Who hands a table in counts as in `assess`: what such a person says herself is seen where she says who and when."""

from __future__ import annotations

import datetime

import attrs
import pytest
from hypothesis import given
from hypothesis import strategies as st

from qa_rules import assess, facts_from
from qa_rules.api.analyse import shortlist
from qa_rules.errors import ArgumentError
from qa_rules.interview.requests import respond
from qa_rules.model.facts import Facts
from qa_rules.model.values import Strength
from qa_rules.tables import assess_table, table_of
from qa_rules.tables.shortlist import shortlist_table
from tests.semantics.test_tellers import CAFE, ON, POLICY, SP
from tests.strategies import FEW
from tests.told.providers import RULESETS, situations

TELLERS: tuple[str | None, ...] = (None, "link_worker", "referrer")


def own(facts: Facts, draw: st.DataObject) -> Facts:
    """The same with some values that are stated by somebody, on a day, on the value itself or around it."""
    values = {}
    for name, each in facts.values.items():
        how = draw.draw(st.sampled_from(("as it is", "own", "around", "no name", "no day")), label=name)
        evidence = attrs.evolve(each.evidence, strength=Strength.STATED, by="A. Person", on=ON, since=None)
        evidence = attrs.evolve(evidence, inherited=how == "around")
        evidence = attrs.evolve(evidence, by="") if how == "no name" else evidence
        evidence = attrs.evolve(evidence, on=None) if how == "no day" else evidence
        values[name] = each if how == "as it is" else attrs.evolve(each, evidence=evidence)
    return attrs.evolve(facts, values=values)


@pytest.mark.parametrize("name", [each for each in RULESETS if each.startswith("social-prescribing")])
def test_a_row_comes_to_what_assess_says_whoever_hands_it_in(name: str) -> None:
    @FEW
    @given(st.data(), st.sampled_from(TELLERS))
    def agree(data: st.DataObject, told_by: str | None) -> None:
        each = data.draw(situations(name))
        vocabulary = each.ruleset.vocabulary
        facts = own(each.facts, data)
        # A table has no place for what stands around a judgement.
        judged = {key for key in facts.values if vocabulary.scalars[key].type.value == "judgement"}
        plain = {
            key: attrs.evolve(value, evidence=attrs.evolve(value.evidence, inherited=False))
            if key in judged
            else value
            for key, value in facts.values.items()
        }
        facts = attrs.evolve(facts, values=plain)
        made = assess(each.ruleset, facts, on=each.on, policy=each.policy, told_by=told_by)
        table = table_of(each.ruleset, [facts])
        found = assess_table(each.ruleset, table, on=each.on, policy=each.policy, told_by=told_by)
        (row,) = found.table.to_pylist()
        assert {key: row[key] for key in made.verdicts} == {
            key: verdict.value for key, verdict in made.verdicts.items()
        }
        for answer in made.answers:
            assert row[f"outcome.{answer.decision}"] == answer.outcome

    agree()


def test_every_door_takes_the_word_of_the_link_worker_only_where_the_caller_says_so() -> None:
    facts = facts_from(CAFE, SP)
    theirs = SP.decisions[0].needs
    about = {name: each.about for name, each in SP.vocabulary.scalars.items()}
    person = Facts({name: each for name, each in facts.values.items() if about[name] == theirs}, {})
    table = table_of(SP, [facts])
    expected = {
        told_by: assess(SP, facts, on=ON, policy=POLICY, told_by=told_by).outcome
        for told_by in (None, "link_worker")
    }
    assert expected[None] != expected["link_worker"] == "refer"
    for told_by, outcome in expected.items():
        teller: str | None = "link_worker" if told_by else None
        row = assess_table(SP, table, on=ON, policy=POLICY, told_by=teller).table.to_pylist()[0]
        assert row["outcome.referral"] == outcome
        one = shortlist(person, {"cafe": facts}, ruleset=SP, on=ON, policy=POLICY, told_by=teller)
        assert one.fits[0].outcome == outcome
        many = shortlist_table(person, table, ruleset=SP, on=ON, policy=POLICY, told_by=teller)
        assert many.fits[0].outcome == outcome
        request = {
            "format": 1, "ruleset": SP.id, "policy": POLICY.name, "on": ON.isoformat(), "facts": CAFE,
        }  # fmt: skip
        answer = respond(request, rulesets=[SP], policies=[POLICY], told_by=teller)["answer"]
        assert answer["outcome"] == outcome


def test_a_request_cannot_say_itself_whose_word_it_is() -> None:
    with pytest.raises(Exception, match="told_by"):
        respond({"format": 1, "ruleset": SP.id, "on": "2026-11-30", "facts": {}, "told_by": "link_worker"})
    with pytest.raises(ArgumentError, match="told_by"):
        assess_table(SP, table_of(SP, []), on=datetime.date(2026, 11, 30), told_by="provider")
