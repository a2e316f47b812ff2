"""Whose word counts: only the caller says who hands facts in, and only what the provider may not answer is lifted."""

from __future__ import annotations

import datetime
import json
from pathlib import Path
from typing import Any

import attrs
import pytest
from click.testing import CliRunner
from hypothesis import given
from hypothesis import strategies as st

from qa_rules import (
    Assessment,
    EngineName,
    Evidence,
    Facts,
    Ruleset,
    Strength,
    assess,
    facts_from,
    policy_from,
    replay,
    ruleset_from,
)
from qa_rules.api.analyse import what_if
from qa_rules.cli import group as main
from qa_rules.errors import ArgumentError, ReplayError, RulesetError
from qa_rules.interview.session import begin, resume
from qa_rules.language.cases import load_cases
from qa_rules.language.library import ruleset_file
from qa_rules.language.load import load_policy, load_ruleset
from qa_rules.language.vocabularies import answering
from qa_rules.model.facts import FactDeclaration, FactType, FactValue, Records, Vocabulary
from qa_rules.model.values import Value
from qa_rules.semantics.tellers import as_told_by, counts_as_seen, teller_of

ON = datetime.date(2026, 11, 27)
SP = load_ruleset("social-prescribing")
POLICY = attrs.evolve(load_policy("illustrative-three-tiers", SP), strength=Strength.SEEN)
"""The illustrative policy, where everything has to be seen."""
DANA = {"by": "Dana Reid", "role": "link worker", "on": "2026-11-20"}


def cafe() -> dict[str, Any]:
    """A group that a person can be referred to: what the provider may say is seen, all else Dana Reid states."""
    cases = load_cases(Path(ruleset_file("social-prescribing")).parent / "cases.yaml", SP)
    case = "chair exercise for a person with steady lung disease"
    facts = next(each.facts for each in cases if each.name == case).to_dict()["facts"]
    found: dict[str, Any] = {}
    for name, each in facts.items():
        declared = SP.vocabulary.facts[name]
        if "records" in each:
            records = [
                {key: {**_value(part), **_backed(declared.fields[key])} for key, part in one.items()}
                for one in each["records"]
            ]
            found[name] = {"records": records, "list_evidence": _backed(declared)}
        elif "value" in each:
            found[name] = {**_value(each), **_backed(declared)}
        else:
            found[name] = {key: {**_value(part), **_backed(declared)} for key, part in each.items()}
    return found


def _value(given: dict[str, Any]) -> dict[str, Any]:
    return {key: each for key, each in given.items() if key in ("value", "partial")}


def _backed(declared: FactDeclaration) -> dict[str, str]:
    own = counts_as_seen(declared, "link_worker") or declared.needs_no_evidence
    return {"strength": "stated" if own else "seen", **DANA}


CAFE = cafe()


def answer(facts: dict[str, object], told_by: str | None = None) -> str | None:
    return assess(SP, facts, on=ON, policy=POLICY, told_by=told_by).outcome


def test_what_a_link_worker_states_of_a_person_and_of_her_own_judgement_is_enough_where_she_hands_it_in() -> (
    None
):
    assert answer(CAFE) == "cannot_decide"
    assert answer(CAFE, "link_worker") == "refer"
    assert answer(CAFE, "referrer") == "cannot_decide"


@pytest.mark.parametrize("role", ["link worker", "link_worker", "referrer", "Link worker"])
def test_a_role_in_a_file_raises_nothing(role: str) -> None:
    said = {
        name: {**each, "role": role} if isinstance(each, dict) and "value" in each else each
        for name, each in CAFE.items()
    }
    whole = {"facts": said, "evidence": {"role": role, "by": "Dana Reid", "on": "2026-11-20"}}
    assert assess(SP, whole, on=ON, policy=POLICY).outcome == "cannot_decide"


def test_a_name_and_a_date_that_stand_around_the_values_raise_nothing() -> None:
    bare = {
        name: {key: part for key, part in each.items() if key not in ("by", "on")}
        if isinstance(each, dict) and "value" in each
        else each
        for name, each in CAFE.items()
    }
    whole = {"facts": bare, "evidence": DANA}
    assert assess(SP, whole, on=ON, policy=POLICY, told_by="link_worker").outcome == "cannot_decide"


def test_what_the_provider_may_answer_stays_as_it_is() -> None:
    for name, each in CAFE.items():
        declared = SP.vocabulary.facts[name]
        if "provider" not in declared.answered_by or declared.type is not FactType.YES_NO:
            continue
        assert isinstance(each, dict)
        given = facts_from({name: {"value": each["value"], "strength": "stated", **DANA}}, SP)
        assert as_told_by(given, SP.vocabulary, "link_worker") == given


def test_nobody_else_can_hand_facts_in() -> None:
    for word in ("provider", "link worker", "", "assessor"):
        with pytest.raises(ArgumentError, match="link_worker or referrer"):
            assess(SP, CAFE, on=ON, told_by=word)
    with pytest.raises(ArgumentError, match="told_by"):
        assess(SP, CAFE, on=ON, told_by=3)  # type: ignore[arg-type]


def test_what_is_raised_is_recorded_replayed_and_compared() -> None:
    assessment = assess(SP, CAFE, on=ON, policy=POLICY, told_by="link_worker")
    record = json.loads(json.dumps(assessment.to_dict()))
    assert record["decided_by"]["told_by"] == "link_worker"
    assert record["facts"] == facts_from(CAFE, SP).to_dict(), "the record holds the facts as they were given"
    again = replay(record, SP, POLICY)
    assert again == assessment == Assessment.from_dict(record)
    assert assessment != assess(SP, CAFE, on=ON, policy=POLICY)
    stripped = json.loads(json.dumps(record))
    del stripped["decided_by"]["told_by"]
    with pytest.raises(ReplayError):
        replay(stripped, SP, POLICY)
    del stripped["decided_by"]["digest"]
    with pytest.raises(ReplayError, match=r"outcome|answers"):
        replay(stripped, SP, POLICY)
    stripped["decided_by"]["told_by"] = "provider"
    with pytest.raises(ReplayError, match="does not name `provider`"):
        replay(stripped, SP, POLICY)


def test_a_record_keeps_what_stood_around_values() -> None:
    """Written out, every value has a name and a date: read again it raises no more than before."""
    facts = facts_from({"facts": {"person_condition_complexity": "low"}, "evidence": DANA}, SP)
    again = facts_from(json.loads(json.dumps(facts.to_dict())), SP)
    assert again == facts
    assert as_told_by(again, SP.vocabulary, "link_worker") == again
    assert facts != facts_from({"person_condition_complexity": {"value": "low", **DANA}}, SP)


def test_what_would_be_otherwise_is_handed_in_by_the_same_person() -> None:
    before = assess(SP, CAFE, on=ON, policy=POLICY, told_by="link_worker")
    acute = {"value": True, "strength": "stated", **DANA}
    after = what_if(before, {"person_acute_risk": acute})
    assert after.decided_by["told_by"] == "link_worker"
    assert after.facts["facts"]["routes_in_use"] == before.facts["facts"]["routes_in_use"]
    assert what_if(before, {}).outcome == "refer"


@pytest.mark.parametrize(("role", "teller"), [
    ("link worker", "link_worker"),
    ("Link-Worker", "link_worker"),
    (" link_worker ", "link_worker"),
    ("referrer", "referrer"),
    ("link worker's manager", None),
    ("", None),
])  # fmt: skip
def test_the_role_of_who_answers_in_words(role: str, teller: str | None) -> None:
    assert teller_of(role, SP.people) == teller


def test_an_interview_takes_the_role_of_who_answers_and_never_that_in_its_file(tmp_path: Path) -> None:
    facts = facts_from(CAFE, SP)
    session = begin(SP, ON, policy=POLICY, facts=facts, told_by="link_worker")
    assert session.assessment.outcome == "refer"
    session.save(tmp_path / "cafe.yaml")
    assert "told_by" not in (tmp_path / "cafe.yaml").read_text(encoding="utf-8")
    kept = resume(tmp_path / "cafe.yaml", ruleset=SP, policy=POLICY)
    assert kept.assessment.outcome == "cannot_decide"
    asked = resume(tmp_path / "cafe.yaml", ruleset=SP, policy=POLICY, told_by="link_worker")
    assert asked.assessment == session.assessment


def test_every_command_about_one_subject_is_told_who_hands_the_facts_in(tmp_path: Path) -> None:
    path = tmp_path / "cafe.json"
    path.write_text(json.dumps({"format": 1, "facts": CAFE}), encoding="utf-8")
    (tmp_path / "strict.yaml").write_text(
        "format: 1\npolicy: strict\nfor: social-prescribing@3.5\ntitle: Seen\nstrength: seen\n",
        encoding="utf-8",
    )
    words = ["social-prescribing", str(path), "--on", "2026-11-27", "--policy", str(tmp_path / "strict.yaml")]
    told = CliRunner().invoke(main, ["assess", *words, "--format", "json", "--told-by", "link_worker"])
    assert json.loads(told.output)["decided_by"]["told_by"] == "link_worker"
    assert (
        "told_by"
        not in json.loads(CliRunner().invoke(main, ["assess", *words, "--format", "json"]).output)[
            "decided_by"
        ]
    )
    for each in (["why"], ["fix"], ["questions"], ["horizon"], ["what-if"]):
        wrong = CliRunner().invoke(main, [*each, *words, "--told-by", "provider"])
        assert wrong.exit_code == 2, each
        assert "--told-by" in wrong.output, each


NAMES = ("", "Dana Reid")
DAYS = (None, datetime.date(2026, 11, 20))
ROLES = ("link_worker", "referrer", "provider", "commissioner", "coordinator", "tutor", "assessor")


@given(
    answered_by=st.lists(st.sampled_from(ROLES), unique=True).map(tuple),
    evidence=st.builds(
        Evidence,
        strength=st.sampled_from(Strength),
        by=st.sampled_from(NAMES),
        role=st.sampled_from(("", "link worker")),
        on=st.sampled_from(DAYS),
        inherited=st.booleans(),
    ),
    told_by=st.sampled_from(SP.people.own_word_seen),
)
def test_only_a_statement_of_her_own_with_name_and_date_is_raised_and_only_to_seen(
    answered_by: tuple[str, ...], evidence: Evidence, told_by: str
) -> None:
    fact = FactDeclaration("a", FactType.YES_NO, "a", "A?", answered_by=answered_by)
    listed = FactDeclaration(
        "l",
        FactType.COLLECTION,
        "l",
        "L?",
        answered_by=answered_by,
        fields={"f": attrs.evolve(fact, name="f")},
    )
    vocabulary = answering(Vocabulary({"a": fact, "l": listed}), SP.people)
    value = FactValue(True, evidence)
    facts = Facts({"a": value}, {"l": Records(({"f": value},), evidence)})
    raised = as_told_by(facts, vocabulary, told_by)
    hers = told_by in answered_by and not {"provider", "coordinator", "tutor"} & set(answered_by)
    is_raised = (
        hers
        and evidence.strength is Strength.STATED
        and evidence.by
        and evidence.on
        and not evidence.inherited
    )
    expected = attrs.evolve(evidence, strength=Strength.SEEN) if is_raised else evidence
    assert list(raised.evidence()) == [expected] * 3
    assert raised.values["a"].held.strength == expected.strength
    assert as_told_by(raised, vocabulary, told_by) == raised


@pytest.mark.parametrize("engine", ["reference", "compiled"])
def test_what_says_how_the_assessment_is_made_needs_no_strength(engine: EngineName) -> None:
    assert SP.vocabulary.facts["routes_in_use"].needs_no_evidence
    found = assess(SP, {"routes_in_use": ["umbrella"]}, on=ON, policy=POLICY, engine=engine)
    assert found.tiers is not None
    assert found.tiers.routes == ("umbrella",)
    assert CAFE["routes_in_use"]["strength"] == "stated"
    assert assess(SP, CAFE, on=ON, policy=POLICY, told_by="link_worker", engine=engine).outcome == "refer"


def _fact(kind: str, **more: object) -> dict[str, object]:
    return {"type": kind, "label": "thing", "question": "Is it so?", **more}


def _small(**facts: dict[str, object]) -> Ruleset:
    """A ruleset that asks of each fact whether it is given, and of each yes-or-no one whether it is so."""
    asked = [
        (name, name if each["type"] in ("yes_no", "judgement") else f"{name} is given")
        for name, each in facts.items()
    ]
    return ruleset_from({
        "format": 1, "ruleset": "small", "edition": "1", "title": "Small", "source": {"title": "Made up"},
        "caveats": ["Made up."], "facts": facts, "decisions": [],
        "requirements": [
            {"id": f"R{at}", "title": name, "says": name, "source": {"clause": "1"}, "met_when": test, "fix": "Do it."}
            for at, (name, test) in enumerate(asked)
        ],
    })  # fmt: skip


def test_every_engine_and_table_takes_what_needs_no_evidence_and_asks_evidence_of_the_rest() -> None:
    rules = _small(
        free=_fact("yes_no", needs_no_evidence=True),
        bound=_fact("yes_no"),
        ways=_fact("choices", options={"a": "A", "b": "B"}, needs_no_evidence=True),
        judged=_fact("judgement", needs_no_evidence=True),
        lasting=_fact("yes_no", needs_no_evidence=True, good_for="12 months"),
    )
    strict = policy_from(
        {"format": 1, "policy": "strict", "for": "small@1", "title": "Strict", "strength": "verified"}, rules
    )
    by = Evidence(by="Dana Reid", on=datetime.date(2026, 11, 20))
    old = Evidence(by="Dana Reid", on=datetime.date(2025, 11, 20))
    for evidence, expected in (
        (Evidence(), ["met", "unknown", "met", "unknown", "met"]),
        (by, ["met", "unknown", "met", "met", "met"]),
        (old, ["met", "unknown", "met", "met", "unknown"]),
    ):
        values: dict[str, Value] = {
            "free": True,
            "bound": True,
            "ways": frozenset({"a"}),
            "judged": True,
            "lasting": True,
        }
        facts = Facts({name: FactValue(each, evidence) for name, each in values.items()})
        engines: tuple[EngineName, ...] = ("reference", "compiled")
        for engine in engines:
            found = assess(rules, facts, on=ON, policy=strict, engine=engine)
            assert [each.value for each in found.verdicts.values()] == expected
        pa = pytest.importorskip("pyarrow")
        from qa_rules.tables import assess_table

        table = pa.table(
            {name: [sorted(each) if isinstance(each, frozenset) else each] for name, each in values.items()}
        )
        told = assess_table(rules, table, on=ON, policy=strict, evidence=evidence, outputs=["verdicts"])
        (row,) = told.table.to_pylist()
        assert [row[f"R{at}"] for at in range(5)] == expected


@pytest.mark.parametrize(("kind", "more"), [
    ("document", {}),
    ("collection", {"fields": {"f": _fact("yes_no")}}),
    ("collection", {"fields": {"f": _fact("yes_no", needs_no_evidence=True)}}),
])  # fmt: skip
def test_what_has_parts_or_is_one_needs_evidence(kind: str, more: dict[str, object]) -> None:
    on_itself = {} if "needs_no_evidence" in str(more) else {"needs_no_evidence": True}
    with pytest.raises(RulesetError, match="needs evidence"):
        _small(free=_fact("yes_no"), parts=_fact(kind, **on_itself, **more))
