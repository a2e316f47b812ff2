"""`verify` and `diff` from the outside: exit codes, plain words, SARIF, and a worker that can be stopped."""

from __future__ import annotations

import datetime
import json
from pathlib import Path

import pytest
from click.testing import CliRunner

from qa_rules import load_ruleset
from qa_rules.api.verify import compare, verify
from qa_rules.cli import group
from qa_rules.cli.exits import Exit
from qa_rules.language.library import ruleset_ids
from qa_rules.language.policies import shipped_policies
from qa_rules.proofs.claims import Status
from qa_rules.proofs.edition_diff import Kind
from qa_rules.proofs.symbolic import Limits

ON = datetime.date(2026, 11, 22)
RULES = """
format: 1
ruleset: small
edition: "1"
title: Small
source: {title: Small}
caveats: [For tests.]
facts:
  plan: {type: yes_no, label: written plan, question: "Is there a plan?"}
  score: {type: integer, label: score, question: "What is the score?", least: 0, most: 20, direction: more_is_better}
requirements:
  - {id: R1, title: Plan, says: A plan., source: {clause: 1}, met_when: plan, fix: Write one.}
  - {id: R2, title: Score, says: A score., source: {clause: 2}, met_when: score at least 10, fix: Do better.}
groups:
  - {id: Everything, title: Everything, members: [R1, R2]}
decisions:
  - id: overall
    title: May it start?
    outcomes:
      - {id: stops, words: It may not, allows: no, when: Everything is not met}
      - {id: starts, words: It may, allows: yes, when: Everything}
"""


HELD = '  held_on: {type: date, label: day of the review, question: "When was it?"}'
POLICY = """
format: 1
policy: by-us
for: small@1
title: By us
severity: {default: required}
"""


@pytest.fixture
def small(tmp_path: Path) -> Path:
    return written(tmp_path / "small.yaml", RULES)


def written(path: Path, text: str) -> Path:
    path.write_text(text)
    return path


def run(*arguments: object) -> tuple[int, str]:
    found = CliRunner().invoke(group, [*map(str, arguments), "--on", "2026-11-22"], standalone_mode=False)
    assert found.exception is None, found.exception
    return int(found.return_value), found.output


def test_a_sound_ruleset_is_proved_and_says_what_that_rests_on(small: Path) -> None:
    code, text = run("verify", small)
    assert code == Exit.DONE
    assert "0 refuted, 0 undecided" in text
    assert "assessed on any day\n" in text
    assert "evidence of any strength" in text


@pytest.mark.parametrize(
    ("test", "policy", "day", "strength"),
    [
        ("score at least 10", "", "any day", "of any strength"),
        ("held_on within 12 months", "", "2026-11-22", "of any strength"),
        ("score at least 10", "strength: seen", "any day", "taken as verified"),
    ],
)
def test_what_no_rule_looks_at_limits_no_proof(
    test: str, policy: str, day: str, strength: str, tmp_path: Path
) -> None:
    rules = RULES.replace("score at least 10", test).replace("facts:", "facts:\n" + HELD, 1)
    file = written(tmp_path / "small.yaml", rules)
    under = written(tmp_path / "policy.yaml", f"{POLICY}{policy}\n")
    text = run("verify", file, "--policy", under)[1]
    assert f"assessed on {day}\n" in text
    assert f"evidence {strength}" in text


def test_a_finding_shows_a_provider_in_plain_words_and_exits_with_1(tmp_path: Path) -> None:
    inverted = written(tmp_path / "inverted.yaml", RULES.replace("at least 10", "at most 10"))
    code, text = run("verify", inverted, "--question", "better-never-lowers")
    assert code == Exit.NO
    assert "improving `score` makes things worse for this subject: R2 is no longer met" in text
    assert "Score: 0." in text
    assert "Score: 11." in text
    assert "inverted.yaml:13:" in text


def test_an_accepted_finding_does_not_fail_the_run_until_its_last_day(tmp_path: Path) -> None:
    accept = "accept:\n  - {check: better-never-lowers, at: score, reason: On purpose., until: 2026-11-22}\n"
    rules = RULES.replace("at least 10", "at most 10") + accept
    question = ("--question", "better-never-lowers")
    assert run("verify", written(tmp_path / "accepted.yaml", rules), *question)[0] == Exit.DONE
    expired = written(tmp_path / "expired.yaml", rules.replace("2026-11-22", "2026-11-21"))
    assert run("verify", expired, *question)[0] == Exit.NO


def test_what_the_policy_leaves_open_is_undecided_and_never_a_pass(tmp_path: Path) -> None:
    asking = RULES.replace("score at least 10", "score at least policy.least").replace(
        "requirements:", 'parameters:\n  least: {type: integer, question: "How many?"}\nrequirements:'
    )
    code, text = run("verify", written(tmp_path / "silent.yaml", asking))
    assert code == Exit.UNDECIDED
    assert "the ruleset alone leaves open least" in text


def test_sarif_has_a_result_of_the_right_kind_for_every_claim(tmp_path: Path) -> None:
    inverted = written(tmp_path / "inverted.yaml", RULES.replace("at least 10", "at most 10"))
    code, text = run("verify", inverted, "--format", "sarif")
    results = json.loads(text)["runs"][0]["results"]
    assert code == Exit.NO
    assert {each["kind"] for each in results} == {"pass", "fail"}
    (failed,) = [each for each in results if each["kind"] == "fail"]
    assert failed["ruleId"] == "better-never-lowers"
    assert failed["locations"][0]["physicalLocation"]["region"]["startLine"] == 13
    prints = [each["partialFingerprints"]["qaRules/v1"] for each in results]
    assert len(set(prints)) == len(prints)


def test_a_claim_that_overruns_is_undecided_and_the_rest_is_still_asked(small: Path) -> None:
    ruleset = load_ruleset(small)
    whole = verify(ruleset, on=ON, questions=["requirement-live"])
    hurried = verify(ruleset, on=ON, questions=["requirement-live"], seconds=0)
    assert len(hurried.proofs) == len(whole.proofs)
    assert {each.status for each in hurried.proofs} <= {Status.PROVED, Status.UNDECIDED}


def test_the_same_ruleset_twice_differs_in_nothing(small: Path) -> None:
    code, text = run("diff", small, small, "--nobody-loses", "--nobody-newly-passes")
    assert code == Exit.DONE
    assert "0 no longer, 0 undecided" in text
    assert "Changes that decide nothing" not in text


def test_a_stricter_edition_loses_somebody_and_lets_nobody_newly_pass(small: Path, tmp_path: Path) -> None:
    strict = written(tmp_path / "strict.yaml", RULES.replace("at least 10", "at least 11"))
    assert run("diff", small, strict, "--nobody-newly-passes")[0] == Exit.DONE
    code, text = run("diff", small, strict, "--nobody-loses")
    assert code == Exit.NO
    assert "Score: 10." in text
    assert "overall was starts and is stops" in text


def test_changes_of_words_are_told_apart(small: Path, tmp_path: Path) -> None:
    reworded = load_ruleset(
        written(tmp_path / "reworded.yaml", RULES.replace("says: A plan.", "says: A long plan."))
    )
    found = compare((load_ruleset(small), None), (reworded, None), on=ON)
    assert found.changed(Kind.WORDS) == ("requirement R1 is worded anew: says",)
    assert len(found.changes) == 1
    assert {each.status for each in found.proofs} == {Status.PROVED}


def test_what_is_so_on_one_day_only_is_found_among_many(tmp_path: Path) -> None:
    late = RULES.replace(
        "when: Everything is not met", "when: {all_of: [Everything is not met, on before 2027-03-01]}"
    )
    assert late != RULES
    file = written(tmp_path / "late.yaml", late)
    asked = ("--question", "decision-total")
    assert run("verify", file, *asked)[0] == Exit.DONE
    assert run("verify", file, *asked, "--until", "2027-02-28")[0] == Exit.DONE
    code, text = run("verify", file, *asked, "--until", "2028-02-29")
    assert code == Exit.NO
    assert "for example, on 2027-03-01 a subject" in text
    assert "assessed on any day from 2026-11-22 to 2028-02-29" in text


def test_the_last_day_does_not_lie_before_the_first(small: Path) -> None:
    with pytest.raises(AssertionError, match="2026-11-21 lies before 2026-11-22, the first day"):
        run("verify", small, "--until", "2026-11-21")


def test_the_claims_can_be_shared_by_several_processes(tmp_path: Path) -> None:
    ruleset = load_ruleset(written(tmp_path / "odd.yaml", RULES.replace("at least 10", "at most 10")))
    alone, together = (verify(ruleset, on=ON, jobs=jobs) for jobs in (1, 3))
    assert together.proofs == alone.proofs
    assert any(each.witness is not None for each in alone.proofs)


@pytest.mark.parametrize("levels", [1, pytest.param(3, marks=pytest.mark.deep)])
@pytest.mark.parametrize("name", ruleset_ids())
def test_everything_that_is_shipped_is_proved(name: str, levels: int) -> None:
    """Under one shipped policy in `make test`, under all of them in `make deep`."""
    ruleset = load_ruleset(name)
    under = shipped_policies(ruleset) or (None,)
    for policy in under if levels > 1 else under[-1:]:
        found = verify(ruleset, policy, on=ON, limits=Limits(ON, levels=levels), jobs=2, seconds=300)
        assert [*found.open(Status.REFUTED), *found.open(Status.UNDECIDED)] == []


def test_two_facts_with_one_label_are_told_apart(small: Path, tmp_path: Path) -> None:
    renamed = written(
        tmp_path / "renamed.yaml",
        RULES.replace("  plan: {", "  paper: {").replace("met_when: plan", "met_when: paper"),
    )
    text = run("diff", small, renamed)[1]
    assert "Written plan (`plan`): yes." in text
    assert "Written plan (`paper`): yes." in text


def test_proofs_and_comparisons_name_what_they_are_about_by_its_hash() -> None:
    file = str(Path(__file__).parents[1] / "language" / "bad" / "sound" / "ruleset.yaml")
    hashes = {"ruleset": load_ruleset(Path(file)).hash, "policy": None}
    proved = CliRunner().invoke(group, ["verify", file, "--on", "2026-11-22", "--format", "json"])
    assert json.loads(proved.stdout)[0]["hashes"] == hashes
    compared = CliRunner().invoke(group, ["diff", file, file, "--on", "2026-11-22", "--format", "json"])
    assert json.loads(compared.stdout)["hashes"] == {"old": hashes, "new": hashes}
