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
        "  May I refer this person to this activity? You can refer if these are seen to; then: Not yet",
        "  Protect the person: not known; then: not met",
    ]
    assert "From 1 July 2027 (the answer stays)" in lines
    due = lines[lines.index("To renew or review, soonest first") + 1 :]
    assert [line.rpartition(" (")[2] for line in due] == [
        "then the answer changes)",
        "then the answer changes)",
        "then the answer stays)",
    ]
    assert due[0].startswith("  by 2 February 2027: Information in practice")
    assert "do_not_refer_yet" not in done.output
