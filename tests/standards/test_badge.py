"""The example of the OpenSSF badge, against the badge's rules written in Python: projects drawn at random."""

from __future__ import annotations

import random
from collections.abc import Mapping
from pathlib import Path

import pytest

from qa_rules import Verdict, load_ruleset, prepare
from tests.standards.building import ON

RULES = load_ruleset(Path(__file__).parents[2] / "examples" / "openssf-badge" / "ruleset.yaml")
FACTS = RULES.vocabulary.facts
IDS = [each.id.removeprefix("C-") for each in RULES.requirements]
Project = Mapping[str, object]


def kind(criterion: str) -> str:
    """What the badge says of it: a must has no explanation, a suggestion no reason."""
    if RULES.requirement[f"C-{criterion}"].plainly is None:
        return "MUST"
    return "SHOULD" if f"{criterion}_reason" in FACTS else "SUGGESTED"


def stands(criterion: str, project: Project) -> str:
    """How a criterion stands in the badge's own rules: enough, barely, not enough, or not answered."""
    answer = project.get(criterion)
    status = {True: "met", False: "unmet"}.get(answer, answer) if isinstance(answer, bool) else answer
    page = project.get(f"{criterion}_page") if f"{criterion}_page" in FACTS else "none is asked"
    if status == "not_applicable":
        return "enough"
    if status == "met" and page not in (None, "none"):
        return "enough"
    if kind(criterion) == "SHOULD" and project.get(f"{criterion}_reason") not in (None, "none"):
        return "barely"
    if kind(criterion) == "SUGGESTED" and status == "unmet":
        return "barely"
    return "not enough"


def drawn(at: random.Random, mostly: float) -> dict[str, object]:
    """A project of which everything is answered; so many of the answers are the best ones."""
    found: dict[str, object] = {}
    for name, declared in FACTS.items():
        best = at.random() < mostly
        if declared.options:
            found[name] = "met" if best else at.choice(sorted(declared.options))
        elif declared.may_be_none:
            found[name] = "https://example.org/a" if best or at.random() < 0.5 else "none"
        else:
            found[name] = best or at.random() < 0.5
    return found


def test_there_are_43_musts_10_shoulds_and_14_suggestions_each_in_one_category() -> None:
    found = [kind(each) for each in IDS]
    assert (found.count("MUST"), found.count("SHOULD"), found.count("SUGGESTED")) == (43, 10, 14)
    members = [name for group in RULES.groups for name in group.members]
    assert sorted(members) == sorted(RULES.requirement)


@pytest.mark.parametrize("projects", [60, pytest.param(2_762, marks=pytest.mark.deep)])
def test_projects_reach_the_level_that_the_badge_gives_them(projects: int) -> None:
    at, prepared, passed, barely = random.Random(2762), prepare(RULES), 0, 0
    for number in range(projects):
        project = drawn(at, (0.5, 0.97, 0.999)[number % 3])
        assessment = prepared.assess(project, on=ON)
        expected = {each: stands(each, project) for each in IDS}
        is_passing = "not enough" not in expected.values()
        assert assessment.outcome == ("passing" if is_passing else "in_progress")
        fine = (Verdict.MET, Verdict.NOT_APPLICABLE)
        assert {each for each in IDS if assessment.verdicts[f"C-{each}"] in fine} == {
            each for each, word in expected.items() if word != "not enough"
        }
        told = {each.requirement.removeprefix("C-") for each in assessment.findings if each.explained}
        assert told == {each for each, word in expected.items() if word == "barely"}
        passed, barely = passed + is_passing, barely + len(told)
    assert 0 < passed < projects
    assert barely > 0


def test_what_is_not_answered_leaves_passing_open_and_never_reaches_it() -> None:
    at, prepared = random.Random(7), prepare(RULES)
    whole = {
        name: "met" if each.options else "https://example.org/a" if each.may_be_none else True
        for name, each in FACTS.items()
    }
    assert prepared.assess(whole, on=ON).outcome == "passing"
    for name in at.sample(IDS, 12):
        less = {key: value for key, value in whole.items() if key != name}
        found = prepared.assess(less, on=ON)
        word = found.verdicts[f"C-{name}"]
        assert (word, found.outcome) in [(Verdict.UNKNOWN, "undecided"), (Verdict.MET, "passing")]
        assert (word is Verdict.MET) is (kind(name) == "SHOULD"), name
