"""Two editions are held against each other part by part: nothing in which they differ is passed over in silence."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import attrs
import pytest

from qa_rules import load_policy, load_ruleset
from qa_rules.cli.exits import Exit
from qa_rules.model.facts import FactDeclaration
from qa_rules.model.rulesets import (
    Decision,
    Group,
    Outcome,
    ParameterDeclaration,
    Policy,
    Requirement,
    Route,
    Ruleset,
    Tier,
)
from qa_rules.proofs.edition_diff import KINDS, PARTS, Kind, changes
from tests.proofs.test_commands import run
from tests.proofs.test_sound import FOLDER

RULES, POLICY = FOLDER / "walks.yaml", FOLDER / "walks.policy-conditions.yaml"
CLASSES: dict[str, Any] = {
    "requirement": Requirement,
    "group": Group,
    "decision": Decision,
    "outcome": Outcome,
    "fact": FactDeclaration,
    "parameter": ParameterDeclaration,
    "route": Route,
    "ruleset": Ruleset,
    "tier": Tier,
    "policy": Policy,
}


WORKED_OUT = ("written", "overdue", "base")
"""What a ruleset or policy is bound with or was read from: made of what is compared, and nobody writes it."""


def changed(path: Path, source: Path, old: str, new: str) -> Path:
    text = source.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new, 1), encoding="utf-8")
    return path


@pytest.mark.parametrize("kind", KINDS)
def test_all_that_a_thing_is_made_of_is_told_apart(kind: str) -> None:
    names = [key for keys in KINDS[kind].values() for key in keys.split()]
    parts = PARTS.get(kind, "").split()
    fields = {each.name for each in attrs.fields(CLASSES[kind])} - {"id", "place", *WORKED_OUT}
    assert {*names, *parts} == (fields if "name" in names else fields - {"name"})
    assert len(names) == len(set(names))


@pytest.mark.parametrize(
    ("old", "new", "kind", "words"),
    [
        ("hard_stop: yes, ", "", Kind.OPEN, "requirement W-1: hard stop was yes and is no"),
        ("most: 20", "most: 10", Kind.OPEN, "fact first_aiders: most was 20 and is 10"),
        (
            "direction: more_is_better, l",
            "l",
            Kind.BESIDE,
            "fact first_aiders: direction was more_is_better and is not set",
        ),
        (
            "label: insurance,",
            "good_for: 1 month, label: insurance,",
            Kind.OPEN,
            "fact insured: good for (months) was not set and is 1",
        ),
        (
            "needs: person\n",
            "needs: person\n    independent_of: [terrain]\n",
            Kind.BESIDE,
            "decision overall: independent of was not set and is terrain",
        ),
        ("caveats: [An example.]", "caveats: [Another.]", Kind.WORDS, "the ruleset is worded anew: caveats"),
        (
            "least: 1, most: 24",
            "least: 1, most: 36",
            Kind.OPEN,
            "parameter check_months: most was 24 and is 36",
        ),
        ("met_when: insured,", "met_when: plan,", Kind.RULES, "requirement W-2: met when changed"),
    ],
)
def test_a_change_of_the_rules_is_named(old: str, new: str, kind: Kind, words: str, tmp_path: Path) -> None:
    before = load_ruleset(RULES)
    after = load_ruleset(changed(tmp_path / "walks.yaml", RULES, old, new))
    assert [(each.kind, each.words) for each in changes((before, None), (after, None))] == [(kind, words)]


@pytest.mark.parametrize(
    ("old", "new", "kind", "words"),
    [
        (
            "condition_days: 60",
            "condition_days: 600",
            Kind.OPEN,
            "the policy: condition days was 60 and is 600",
        ),
        ("\nstrength: stated", "\nstrength: seen", Kind.RULES, "the policy: strength was stated and is seen"),
        ("check_months: 12", "check_months: 18", Kind.RULES, "setting check_months was 12 and is 18"),
        ("W-2: required", "W-2: advice", Kind.RULES, "severity of W-2 was required and is advice"),
        ("leader_skill at least sound, f", "f", Kind.RULES, "tier top: needs changed"),
    ],
)
def test_a_change_of_the_policy_is_named(old: str, new: str, kind: Kind, words: str, tmp_path: Path) -> None:
    ruleset = load_ruleset(RULES)
    before = load_policy(POLICY, ruleset)
    after = load_policy(changed(tmp_path / "policy.yaml", POLICY, old, new), ruleset)
    found = [(each.kind, each.words) for each in changes((ruleset, before), (ruleset, after))]
    assert (kind, words) in found
    assert {each for each, _ in found} == {kind}


def differ(new_policy: Path, *gates: str) -> tuple[int, str]:
    return run("diff", RULES, RULES, "--old-policy", POLICY, "--new-policy", new_policy, *gates)


def test_what_is_not_compared_never_passes_a_gate(tmp_path: Path) -> None:
    longer = changed(tmp_path / "policy.yaml", POLICY, "condition_days: 60", "condition_days: 600")
    code, text = differ(longer, "--nobody-newly-passes")
    assert code == Exit.UNDECIDED
    assert "Changed, and not compared:\n  the policy: condition days was 60 and is 600" in text
    assert "comes out as before, as far as that was compared" in text
    assert differ(longer)[0] == Exit.DONE


def test_weaker_evidence_that_newly_passes_is_shown(tmp_path: Path) -> None:
    stricter = changed(
        tmp_path / "policy.yaml", POLICY, "\nactivity_strength: stated", "\nactivity_strength: verified"
    )
    code, text = run(
        "diff", RULES, RULES, "--old-policy", stricter, "--new-policy", POLICY, "--nobody-newly-passes"
    )
    assert code == Exit.NO
    assert "evidence of any strength" in text
    assert "Somebody is newly allowed: overall." in text


def test_who_newly_needs_a_tier_is_said_without_a_double_negative(tmp_path: Path) -> None:
    fewer = changed(
        tmp_path / "policy.yaml",
        POLICY,
        "{any_of: [person_risk is some, terrain is rough]}",
        "person_risk is some",
    )
    _, text = differ(fewer)
    assert "somebody who needed `middle` or a higher tier no longer does" in text
    assert "No longer so" not in text
    assert "the policy: required tier changed" in text


def test_each_of_the_two_is_held_against_its_own_meaning(tmp_path: Path) -> None:
    milder = changed(tmp_path / "milder.yaml", POLICY, "W-2: required", "W-2: condition")
    longer = changed(tmp_path / "policy.yaml", milder, "check_months: 12", "check_months: 18")
    code, text = differ(longer)
    assert code == Exit.DONE
    assert "W-4 was not met and is met" in text


def test_who_was_refused_and_is_allowed_comes_first_even_by_a_condition_past_its_due_date(
    tmp_path: Path,
) -> None:
    milder = changed(tmp_path / "policy.yaml", POLICY, "default: condition", "default: advice")
    code, text = differ(milder, "--fail-on", "newly-allowed")
    assert code == Exit.NO
    assert text.startswith("Somebody is newly allowed: overall.\n\noverall was dont and is refer\n")
    assert "W-4 is a condition past its due date." in text
    assert "conditions may be overdue or not" in text
    assert differ(milder, "--fail-on", "no-longer-allowed")[0] == Exit.DONE
    assert differ(milder, "--fail-on", "anything-decided-otherwise")[0] == Exit.NO


def test_the_old_words_of_a_test_stand_above_the_new_ones(tmp_path: Path) -> None:
    looser = changed(
        tmp_path / "policy.yaml",
        POLICY,
        "leader_skill at least sound, first_aiders at least 2]",
        "first_aiders at least 1]",
    )
    _, text = differ(looser)
    assert (
        "  tier top: needs changed\n"
        "    old: skill of the leader is at least “Sound” and first aiders is at least 2 people\n"
        "    new: first aiders is at least 1 person\n"
    ) in text


def test_what_differs_on_a_later_day_is_found_there(tmp_path: Path) -> None:
    later = changed(
        tmp_path / "later.yaml",
        RULES,
        "met_when: insured,",
        "met_when: {any_of: [insured, on not before 2027-03-01]},",
    )
    assert run("diff", RULES, later, "--fail-on", "anything-decided-otherwise")[0] == Exit.DONE
    code, text = run("diff", RULES, later, "--until", "2027-12-31", "--fail-on", "anything-decided-otherwise")
    assert code == Exit.NO
    assert "W-2 was not met and is met" in text
    assert "for example on 2027-03-01 when this is known" in text
