"""Reports, messages and witnesses use the ruleset's words for what it judges, and none of another domain."""

from __future__ import annotations

import ast
import datetime
import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest

import qa_rules
from qa_rules import ArgumentError, Ruleset, Strength, assess, load_ruleset
from qa_rules.api.analyse import fixes, next_questions
from qa_rules.api.verify import verify
from qa_rules.checks import Subject, run
from qa_rules.cli.fix import lines
from qa_rules.language.library import ruleset_ids
from qa_rules.language.providers import providers_in
from qa_rules.reports import REPORTS, proofs, report
from qa_rules.reports.showing import blank_form, show_ruleset
from tests.standards.building import standard, yes_no

pytest.importorskip("z3")

ON = datetime.date(2026, 11, 22)
OF_ONE_DOMAIN = re.compile(
    r"provider|localit|\bactivit(y|ies)\b|referr|link.?worker|small group|social prescrib|patient|\bth(e|is) person\b",
    re.I,
)
SOURCE = Path(qa_rules.__file__).parent


def dams(declared: Mapping[str, Any] | None = None, **more: Any) -> Ruleset:
    """A standard for dams with a slip of each kind that verify shows an example of."""
    facts: Mapping[str, Any] = {
        **yes_no("sound", "watched", "leaking"),
        "flow": {"type": "integer", "direction": "less_is_better", "about": "weather"},
        "inspected": {"type": "date"},
        **(declared or {}),
    }
    requirements: Mapping[str, Any] = {
        "D1": {"met_when": "sound", "fix": "Repair it.", "hard_stop": True, "about": "dam"},
        "D2": {"met_when": {"all_of": ["watched", "inspected within 12 months"]}, "fix": "Watch it."},
        "D3": {"met_when": "flow at least 3", "fix": "Open the gates."},
    }
    outcomes: list[dict[str, Any]] = [
        {
            "id": "closed",
            "words": "Closed",
            "allows": False,
            "when": {"all_of": ["D1 is not met", "leaking"]},
        },
        {"id": "open", "words": "Open", "allows": True, "when": {"all_of": ["D2", "D3"]}},
    ]
    decision = {"id": "use", "title": "May it be filled?", "needs": "weather", "outcomes": outcomes}
    levels = [
        {"id": "bronze", "title": "Bronze", "needs": ["D1"]},
        {"id": "gold", "title": "Gold", "needs": ["D2"]},
    ]
    return standard(facts, requirements, [decision], levels=levels, **more)


SHOWING = ["decision-total", "better-never-lowers", "hard-stop", "tier-reachable"]
DAM = {"singular": "dam", "plural": "dams"}


def said_of(ruleset: Ruleset) -> Iterator[str]:
    """Everything that is told of a standard: pages, remarks, proofs, reports, plans and questions."""
    yield show_ruleset(ruleset)
    yield blank_form(ruleset)
    yield from (f"{each.message} {each.hint}" for each in run(Subject(ruleset, (), (), ON)))
    yield proofs.text(verify(ruleset, on=ON, questions=SHOWING, seconds=None), everything=True)
    for facts in (
        {},
        {"sound": False, "flow": 2, "leaking": True},
        {"sound": True, "flow": 5, "watched": True},
    ):
        assessment = assess(ruleset, facts, on=ON)
        yield from (report(assessment, form) for form in REPORTS)
        for goal in (None, "gold"):
            yield "\n".join(lines(fixes(assessment, goal), judged=ruleset.subject))
        yield from (each.declared.question for each in next_questions(assessment).questions)


def test_a_standard_about_dams_speaks_of_dams_alone() -> None:
    whole = "\n".join(said_of(dams(subject=DAM)))
    assert sorted({each[0] for each in OF_ONE_DOMAIN.finditer(whole)}) == []
    for words in ("for example a dam of which", "this dam", "This holds for dams", "The dam"):
        assert words in whole


def test_a_standard_that_does_not_say_what_it_judges_speaks_of_subjects() -> None:
    text = proofs.text(verify(dams(), on=ON, questions=["better-never-lowers"], seconds=None))
    assert "for example a subject of which this is known" in text
    assert not OF_ONE_DOMAIN.search(text)


def test_what_is_given_with_the_question_nobody_puts_right() -> None:
    assessment = assess(dams(subject=DAM), {"sound": True, "watched": True, "flow": 2}, on=ON)
    told = "\n".join(lines(fixes(assessment, "open"), judged=dams(subject=DAM).subject))
    assert "This is about the weather, and no dam can put it right." in told


def test_the_words_of_a_standard_decide_nothing() -> None:
    assert dams(subject=DAM).hash == dams().hash


def test_every_shipped_ruleset_says_what_it_judges() -> None:
    for each in map(load_ruleset, ruleset_ids()):
        assert each.subject.singular != "subject"


def test_no_sentence_of_the_library_has_words_of_one_sector() -> None:
    found = []
    for path in sorted(SOURCE.rglob("*.py")):
        code = re.sub(r'""".*?"""', '""', path.read_text("utf-8"), flags=re.DOTALL)
        if "adapters" in path.parts or not OF_ONE_DOMAIN.search(code):
            continue
        texts = (each.value for each in ast.walk(ast.parse(code)) if isinstance(each, ast.Constant))
        said = (each for each in texts if isinstance(each, str) and " " in each.strip())
        found += [f"{path.relative_to(SOURCE)}: {each}" for each in said if OF_ONE_DOMAIN.search(each)]
    assert not found, "\n".join(found)


ID_OF_ONE_DOMAIN = re.compile(
    r"provider|localit|\bactivit|referr|link.?worker|small.?group|social.prescrib|patient|\bpersons?\b|tutor|coordinator",
    re.I,
)
ALLOWED: Mapping[str, Mapping[str, str]] = {
    "api/analyse.py": {"person": "an argument of `shortlist`", "providers": "an argument of `shortlist`"},
    "cli/batch.py": {"--person": "another name of `--given`", "persons": "an argument of `assess_table`"},
    "cli/costs.py": {
        "How many people are trained as tutors, and looked after.": "the costs of licensed programmes"
    },
    "cli/diff.py": {
        "--no-provider-loses": "the old name of `--nobody-loses`",
        "--no-provider-newly-passes": "the old name of `--nobody-newly-passes`",
    },
    "cli/impact.py": {"--person": "another name of `--given`", "persons": "an argument of `assess_table`"},
    "cli/opening.py": {
        "I have seen it, or a competent person has": "anybody",
        "What is the {subject} called? Do not enter the name of a person. Press Enter to leave it out.": "anybody",
        "That looks like the name of a person. Here stands only what the {subject} is called.": "anybody",
    },
    "cli/options.py": {"person": "the folder of facts that are given with the question"},
    "cli/shortlist.py": {
        "--person": "another name of `--given`",
        "person": "an argument of `shortlist`",
        "providers": "an argument of `shortlist`",
    },
    "costing.py": {"person": "whose time it costs"},
    "explain/wording.py": {"person": "the singular of people"},
    "language/library.py": {
        "person": "facts that are given with the question, in the folder `persons`",
        "persons": "the folder",
    },
    "language/providers.py": {
        "Provider": "exported",
        "providers_in": "exported",
        "providers_of_lines": "exported",
    },
    "proofs/edition_diff.py": {
        "strength activity_strength required_tier required_by tables": "`activity_strength` is a key of policies"
    },
    "reports/showing.py": {
        "yes or no, judged by a named person on a date": "anybody",
        " is called; not the name of a person": "anybody",
    },
    "tables/evidence.py": {"person": "whoever says it"},
    "tables/impact.py": {"person": "a column of results, and its fields"},
    "tables/shortlist.py": {"person": "a column of results"},
    "tables/task.py": {"persons": "an argument of `assess_table`"},
    "testing/mutants.py": {"activity_strength": "a key of policies"},
}
"""Words that stand in the code all the same, each with why; adapters read registers of their own."""


def test_no_name_in_the_code_is_of_one_sector() -> None:
    """What a ruleset calls its people, its parts and its tests is said in the ruleset."""
    found: dict[str, set[str]] = {}
    for path in sorted(SOURCE.rglob("*.py")):
        if "adapters" not in path.parts:
            for each in texts_in(ast.parse(path.read_text("utf-8"))):
                if ID_OF_ONE_DOMAIN.search(each):
                    found.setdefault(path.relative_to(SOURCE).as_posix(), set()).add(each)
    assert found == {name: {*each} for name, each in ALLOWED.items()}


def texts_in(module: ast.Module) -> Iterator[str]:
    """Texts that the code works with: no docstrings, and none that only describe a field."""
    told = {id(each.value) for each in ast.walk(module) if isinstance(each, ast.Expr)}
    for each in ast.walk(module):
        if isinstance(each, ast.Constant) and isinstance(each.value, str) and id(each) not in told:
            yield each.value


def test_whose_word_counts_is_said_by_the_ruleset() -> None:
    watched = {"type": "yes_no", "answered_by": ["engineer"]}
    sound = {"type": "yes_no", "answered_by": ["engineer", "owner"]}
    people = {"speak_for_it": ["owner"], "own_word_seen": ["engineer"]}
    rules = dams(people=people, subject=DAM, declared={"watched": watched, "sound": sound})
    own = {"value": True, "by": "N. Osei", "on": "2026-11-20"}
    facts = {"watched": own, "sound": own, "inspected": {**own, "value": "2026-10-01", "strength": "seen"}}
    told = assess(rules, facts, on=ON, told_by="engineer")
    strengths = {each.requirement: each.strength for each in told.findings}
    assert strengths["D2"] is Strength.SEEN
    assert strengths["D1"] is Strength.STATED, "the owner may answer it too"
    assert {each.strength for each in assess(rules, facts, on=ON).findings if each.strength} == {
        Strength.STATED
    }
    with pytest.raises(ArgumentError, match="`told_by` is engineer, or left out, not 'link_worker'"):
        assess(rules, facts, on=ON, told_by="link_worker")
    with pytest.raises(ArgumentError, match="has no `people:`"):
        assess(dams(), {}, on=ON, told_by="engineer")
    assert rules.hash != dams(declared={"watched": watched, "sound": sound}).hash, "it decides"


def test_what_has_parts_is_said_by_the_ruleset(tmp_path: Path) -> None:
    """Of a folder with two files that are each about a spillway two are judged, where the ruleset says so."""
    sluice = {"type": "yes_no", "about": "spillway"}
    folder = tmp_path / "Long Water"
    folder.mkdir()
    for name in ("east", "west"):
        (folder / f"{name}.json").write_text('{"format": 1, "facts": {"watched": true}}', "utf-8")
    names = {
        part: [
            name
            for name, _ in providers_in(
                tmp_path, dams(subject={**DAM, **part_of}, declared={"watched": sluice}), lambda _: None
            )
        ]
        for part, part_of in (("spillway", {"part": "spillway"}), ("", {}))
    }
    assert names == {"spillway": ["Long Water/east", "Long Water/west"], "": ["Long Water"]}
