"""What the questions claim, held against every provider of a small ruleset; and notes, culprits, overdue conditions."""

from __future__ import annotations

from itertools import combinations
from pathlib import Path

import attrs
from hypothesis import given, settings

from qa_rules import load_ruleset
from qa_rules.engines.reference import prepare
from qa_rules.model.facts import Facts
from qa_rules.model.rulesets import Ruleset
from qa_rules.model.values import Severity, Verdict
from qa_rules.program.answers import answer_of, verdict_of
from qa_rules.program.bind import close
from qa_rules.program.overdue import may_be_overdue, opened
from qa_rules.proofs.claims import Status
from qa_rules.proofs.solver import Found, NoneExists
from qa_rules.proofs.study import Study
from qa_rules.proofs.symbolic import YES, Limits
from qa_rules.proofs.worker import Job, prove_here
from qa_rules.semantics.snapshot import believe
from tests.proofs.test_brute_force import FACTS, ON, PROVIDERS, rulesets
from tests.proofs.test_planted import FOLDER, verified

QUESTIONS = frozenset(
    {
        "requirement-live",
        "group-possible",
        "decision-total",
        "outcome-reachable",
        "false-unknown",
        "fact-decides",
    }
)


def known_of(facts: Facts) -> frozenset[tuple[str, object]]:
    """What is known of a provider; a set that is not whole by each thing in it."""
    found: set[tuple[str, object]] = set()
    for name, value in facts.values.items():
        if isinstance(value.value, frozenset) and value.partial:
            found |= {(name, item) for item in value.value}
        else:
            found.add((name, value.value))
    return frozenset(found)


def completes(whole: Facts, known: Facts) -> bool:
    """Whether a provider of whom everything is known is what another may turn out to be."""
    for name, value in known.values.items():
        other = whole.values[name].value
        if isinstance(value.value, frozenset) and isinstance(other, frozenset) and value.partial:
            if not value.value <= other:
                return False
        elif other != value.value:
            return False
    return True


def in_the_middle(facts: Facts) -> bool:
    """Neither everything nor nothing in a set: as the question itself leaves out."""
    return all(
        not isinstance(each.value, frozenset) or len(each.value) == 1 for each in facts.values.values()
    )


WHOLE = [
    each
    for each in PROVIDERS
    if len(each.values) == len(FACTS) and not any(v.partial for v in each.values.values())
]


@settings(max_examples=6, deadline=None)
@given(rulesets())
def test_what_is_proved_and_refuted_is_what_trying_every_provider_shows(ruleset: Ruleset) -> None:
    closed = close(ruleset)
    prepared, decision = prepare(closed), ruleset.decisions[0]
    names = ("R1", "R2", "Both")
    results = {at: prepared.run(believe(facts, ruleset.vocabulary, ON)) for at, facts in enumerate(PROVIDERS)}
    seen: set[tuple[str, str]] = set()
    total = True
    for at, facts in enumerate(PROVIDERS):
        seen.update((name, verdict_of(closed, results[at], name)[0].value) for name in names)
        answer = answer_of(closed, results[at], decision, facts)
        assert answer is not None
        seen.add(("overall", answer.outcome))
        total = total and bool(answer.possible)
    whole = [(facts, prepared.run(believe(facts, ruleset.vocabulary, ON))) for facts in WHOLE]

    def false_unknown(name: str) -> bool:
        for at, facts in enumerate(PROVIDERS):
            if verdict_of(closed, results[at], name)[0] is Verdict.UNKNOWN and in_the_middle(facts):
                found = {
                    verdict_of(closed, codes, name)[0] for every, codes in whole if completes(every, facts)
                }
                if len(found) == 1 and found != {Verdict.UNKNOWN}:
                    return True
        return False

    def turns_on(fact: str) -> bool:
        """Whether two who are alike but for this fact are told something else."""
        told: dict[frozenset[tuple[str, object]], set[object]] = {}
        for at, facts in enumerate(PROVIDERS):
            alike = frozenset((name, value) for name, value in facts.values.items() if name != fact)
            verdicts = tuple(verdict_of(closed, results[at], name)[0] for name in ("R1", "R2"))
            answer = answer_of(closed, results[at], decision, facts)
            assert answer is not None
            told.setdefault(alike, set()).add((verdicts, answer.outcome, answer.possible))
        return any(len(each) > 1 for each in told.values())

    for proof in prove_here(Job(ruleset, None, Limits(ON), None, QUESTIONS)):
        if proof.code == "fact-decides":
            assert (proof.status is Status.PROVED) == turns_on(proof.at), proof
            continue
        if proof.code == "decision-total":
            expected = total
        elif proof.code == "outcome-reachable":
            expected = ("overall", proof.at.partition(".")[2]) in seen
        elif proof.code == "false-unknown":
            expected = not false_unknown(proof.at)
        else:
            way = proof.statement.removeprefix(f"{proof.at} can ").removeprefix("be ")
            expected = (proof.at, way.replace(" ", "_")) in seen
        assert (proof.status is Status.PROVED) == expected, proof


def test_two_providers_never_complete_each_other_unless_they_agree() -> None:
    one, other = WHOLE[0], WHOLE[-1]
    assert completes(one, one)
    assert not completes(one, other)
    assert len({known_of(each) for each in WHOLE}) == len(WHOLE)
    assert not any(completes(a, b) for a, b in combinations(WHOLE[:20], 2))


def test_what_time_alone_changes_is_noted_and_no_fault(tmp_path: Path) -> None:
    found = verified("sound", tmp_path, "time-ends", "time-mends")
    noted = [(each.code, each.at) for each in found.proofs if each.status is Status.NOTED]
    assert noted == [("time-ends", "R3"), ("time-ends", "R4")]
    (ended,) = [each.witness for each in found.proofs if each.at == "R4" and each.witness]
    assert ended.after == ended.facts
    assert ended.on == ON
    assert ended.after_on is not None
    assert ended.after_on > ON


def test_the_fewest_members_that_contradict_are_named_with_their_places(tmp_path: Path) -> None:
    found = verified("group-contradicts", tmp_path, "group-possible")
    (refuted,) = [each for each in found.proofs if each.status is Status.REFUTED]
    assert [each.words.partition(",")[0] for each in refuted.culprits] == ["R1", "R6"]
    lines = [each.place.line for each in refuted.culprits if each.place is not None]
    assert len(set(lines)) == 2


def test_the_tests_of_a_requirement_that_contradict_are_named(tmp_path: Path) -> None:
    found = verified("contradicts-itself", tmp_path, "requirement-live")
    (refuted,) = [each for each in found.proofs if each.status is Status.REFUTED]
    assert len(refuted.culprits) == 2


def test_a_condition_may_be_overdue_only_while_it_falls_short_and_then_it_is_required(tmp_path: Path) -> None:
    found = verified("sound", tmp_path, "learning-settles")
    policy = found.policy
    assert policy is not None
    assert "no condition is overdue" in found.rests_on
    waiting = attrs.evolve(policy, condition_days=30, severities={"default": Severity.CONDITION})
    text = (FOLDER / "sound.yaml").read_text(encoding="utf-8")
    text = text.replace("Everything is not met", "Everything:required is not met")
    (tmp_path / "ruleset.yaml").write_text(
        text.replace("[Everything, S1", "[Everything:required, S1"), encoding="utf-8"
    )
    closed = opened(load_ruleset(tmp_path), waiting)
    assert "R1" in set(may_be_overdue(closed))
    study = Study(closed, Limits(ON))
    overdue = study.world.cells["overdue/R1"].has(YES)
    assert isinstance(study.ask([overdue, study.met("R1")]), NoneExists)
    shown = study.ask([overdue, study.not_met("R1")])
    assert isinstance(shown, Found)
    assert isinstance(study.ask([-overdue, study.not_met("R1")]), Found)
