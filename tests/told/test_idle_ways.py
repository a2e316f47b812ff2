"""Where nothing applies that a way in use asks for a tier, that is said, and to whom to turn."""

from __future__ import annotations

import datetime
from pathlib import Path

import pytest

from qa_rules import Assessment, assess, load_policy, load_ruleset
from qa_rules.api.analyse import fixes, why
from qa_rules.language.load import facts_from
from qa_rules.reports import report
from tests.proofs.test_planted import FOLDER, laid_over

ROUTES = """routes:
  - {id: form, title: Form, says: By a form., used_when: kind is club}
  - {id: visit, title: Visit, says: By a visit., used_when: kind is charity}
"""
TIERS = """tiers:
  - {id: basic, title: Basic, routes: {form: {all_of: [R2]}, visit: {all_of: [R2]}}}
  - {id: higher, title: Higher, routes: {form: {all_of: [R2]}, visit: {all_of: [R2, R4]}}}
"""
GIVEN = {
    "risk": "low",
    "plan": True,
    "read": True,
    "stop": True,
    "score": 12,
    "insured_to": "2027-06-01",
    "helps": ["walks"],
    "venues": [],
}
IDLE = "Nothing that tier {} asks applies to what is assessed in this way, so it is not reached: Form"
ASK = "Ask whoever decides the policy what tier Basic needs of what is assessed in this way: Form."


def assessed(folder: Path, **given: object) -> Assessment:
    sound = (FOLDER / "sound.yaml").read_text()
    how = sound.replace('"What kind is it?", about: provider', '"What kind is it?", about: assessment')
    (folder / "ruleset.yaml").write_text(laid_over(how, ROUTES))
    (folder / "policy.yaml").write_text(laid_over((FOLDER / "sound-policy.yaml").read_text(), TIERS))
    ruleset = load_ruleset(folder)
    policy = load_policy(folder / "policy.yaml", ruleset)
    facts = facts_from({**GIVEN, **given}, ruleset)
    return assess(ruleset, facts, on=datetime.date(2026, 12, 1), policy=policy)


def test_a_tier_of_which_nothing_applies_is_told_as_the_reason_on_every_form(tmp_path: Path) -> None:
    found = assessed(tmp_path, kind="club")
    assert found.outcome == "stops"
    assert [each.text for each in found.grounds if not each.open] == [
        "Tier reached: none. Tier needed here: Basic.",
        f"{IDLE.format('Basic')}.",
    ]
    for form in ("summary", "card", "text"):
        told = " ".join(report(found, form).split())
        assert IDLE.format("Basic") in told
        assert ASK in told
    assert IDLE.format("Basic") in "\n".join(why(found).tree.lines())


def test_no_plan_is_made_for_it_and_nothing_else_is_said_to_be_in_the_way(tmp_path: Path) -> None:
    hindered = fixes(assessed(tmp_path, kind="club")).in_the_way
    assert [(each.about, each.because) for each in hindered] == [(IDLE.format("Basic"), ASK)]


@pytest.mark.parametrize("tier", ["Basic", "Higher"])
def test_the_tier_that_is_needed_is_named(tier: str, tmp_path: Path) -> None:
    found = assessed(tmp_path, kind="club", risk="low" if tier == "Basic" else "high")
    assert f"{IDLE.format(tier)}." in [each.text for each in found.grounds]


def test_where_something_applies_nothing_of_the_kind_is_said(tmp_path: Path) -> None:
    found = assessed(tmp_path, kind="charity", score=5)
    assert found.outcome == "stops"
    assert "Nothing that" not in report(found, "text")
