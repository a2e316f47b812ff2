"""The worked cases of the rule language, from text to pair, by the definition and by every engine."""

from __future__ import annotations

import datetime
from pathlib import Path
from typing import Any

import pytest

from qa_rules import engines, ruleset_from
from qa_rules.engines import ENGINES
from qa_rules.errors import EngineUnavailableError, UnsupportedRulesetError
from qa_rules.language.calendars import england_and_wales
from qa_rules.language.facts import facts_of_document
from qa_rules.language.reading import read_data, read_file
from qa_rules.model.rulesets import Ruleset
from qa_rules.program.bind import close
from qa_rules.semantics.snapshot import believe
from qa_rules.semantics.truth import PAIR

FOLDER = Path(__file__).parent / "worked"
CASES: list[tuple[str, Any]] = [
    (section["on"], case) for section in read_file(FOLDER / "cases.yaml").data for case in section["cases"]
]


def ruleset_of(rule: object) -> Ruleset:
    requirement = {"id": "R", "title": "R", "says": "R", "source": {"clause": "1"}, "met_when": rule}
    return ruleset_from(
        {
            "format": 1,
            "ruleset": "worked",
            "edition": "1",
            "title": "Worked",
            "source": {"title": "Ours"},
            "caveats": [],
            "vocabularies": ["vocabulary"],
            "requirements": [requirement],
            "decisions": [],
        },
        FOLDER,
    )


@pytest.mark.parametrize(
    ("on", "case"), CASES, ids=[f"{on} {case['rule']} {case['facts']}" for on, case in CASES]
)
def test_a_worked_case_is_worth_what_it_says(on: str, case: dict[str, Any]) -> None:
    ruleset = ruleset_of(case["rule"])
    # A file's own evidence is without a date; numbers and dates are read by the type that is due.
    facts = facts_of_document(read_data({"format": 1, "facts": case["facts"]}, "<case>"), ruleset.vocabulary)
    known = believe(facts, ruleset.vocabulary, datetime.date.fromisoformat(on), england_and_wales())
    for name in ENGINES:
        try:
            prepared = engines.engine(name)(close(ruleset))
        except (EngineUnavailableError, UnsupportedRulesetError):
            continue
        t, f = (int(each) for each in case["worth"])
        assert PAIR[prepared.run(known)[0]] == (t, f), name
