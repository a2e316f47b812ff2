"""`qa-rules horizon` says in words how long the answer holds, what it turns into and what to renew first."""

from __future__ import annotations

from pathlib import Path

from click.testing import CliRunner

from qa_rules.cli import group

WALK = Path(__file__).parents[2] / "examples" / "social-prescribing" / "walking-group"


def test_each_change_is_told_in_words_and_the_soonest_renewal_comes_first() -> None:
    files = [str(WALK / name) for name in ("group.yaml", "walk.yaml", "persons/company.yaml")]
    words = ["horizon", "social-prescribing", *files, "--on", "2026-11-22"]
    done = CliRunner().invoke(group, [*words, "--policy", "illustrative-three-tiers"], standalone_mode=False)
    lines = done.output.splitlines()
    assert lines[0] == "The answer holds until 2 February 2027, if nothing is renewed."
    assert lines[2:5] == [
        "From 3 February 2027",
        "  May I refer this person to this activity? You can refer, with actions to complete; then: Do not refer yet",
        "  Protect the person: not known; then: not met",
    ]
    assert "From 1 July 2027 (the answer stays)" in lines
    due = lines[lines.index("To renew or review, soonest first") + 1 :]
    assert [line.rpartition(" (")[2] for line in due] == [
        "then the answer changes)",
        "then the tier changes)",
        "then the answer stays)",
    ]
    assert due[0].startswith("  by 2 February 2027: Handling personal information")
    assert "do_not_refer_yet" not in done.output


RULES = """
format: 1
ruleset: two
edition: "1"
title: Two questions
source: {title: Made up}
caveats: []
facts:
  kind: {type: yes_no, label: kindness, question: Is it kind?}
  ends: {type: date, label: entry, question: Until when is it on the register?}
requirements:
  - {id: K, title: Kind, says: It is kind., source: {clause: "1"}, met_when: kind}
  - {id: E, title: Entered, says: It is on the register., source: {clause: "2"}, met_when: ends not before on}
decisions:
  - id: may
    title: May it?
    undecided: open
    outcomes:
      - {id: stop, words: It may not, when: K is not met, allows: no}
      - {id: go, words: It may, when: K, allows: yes}
  - id: register
    title: Is it on the register?
    undecided: not_told
    outcomes:
      - {id: off, words: It is not, when: E is not met, allows: no}
      - {id: entered, words: It is, when: E, allows: yes}
"""


def test_how_long_the_overall_answer_holds_is_told_apart_from_what_else_is_answered(tmp_path: Path) -> None:
    ruleset, facts = tmp_path / "two.yaml", tmp_path / "facts.yaml"
    ruleset.write_text(RULES, "utf-8")
    facts.write_text("format: 1\nfacts: {kind: yes, ends: 2027-03-31}\n", "utf-8")
    done = CliRunner().invoke(group, ["horizon", str(ruleset), str(facts), "--on", "2026-11-22"])
    assert done.output.splitlines()[:2] == [
        "The overall answer holds throughout, as far as looked: 22 November 2031.",
        "What else is answered, such as the tier reached, holds until 31 March 2027.",
    ]
