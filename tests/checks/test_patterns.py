"""An acceptance may be for all that a check remarks on, or for ids that begin alike."""

from __future__ import annotations

import datetime

import pytest

from qa_rules import Ruleset, RulesetError
from qa_rules.checks import Subject, run
from tests.standards.building import standard, yes_no

ON = datetime.date(2026, 11, 22)
CODE = "untested-verdict"


def accepting(at: str, check: str = CODE) -> Ruleset:
    requirements = {name: {"met_when": "sound"} for name in ("P.1", "P.2", "S.1")}
    accept = [{"check": check, "at": at, "reason": "There are no cases yet."}]
    return standard(yes_no("sound"), requirements, decisions=[], accept=accept)


def told(ruleset: Ruleset) -> dict[str, bool]:
    remarks = run(Subject(ruleset, (), (), ON))
    return {each.at: each.accepted is not None for each in remarks if each.code == CODE}


def test_a_star_stands_for_any_text() -> None:
    assert told(accepting("P.*")) == {"P.1": True, "P.2": True, "S.1": False}
    assert told(accepting("*")) == dict.fromkeys(("P.1", "P.2", "S.1"), True)
    assert told(accepting("P.1")) == {"P.1": True, "P.2": False, "S.1": False}


def test_a_pattern_that_nothing_is_like_is_a_fault_of_the_file() -> None:
    with pytest.raises(RulesetError, match=r"nothing here is like `Q\.\*`"):
        accepting("Q.*")


def test_a_pattern_of_which_nothing_is_remarked_is_idle() -> None:
    remarks = run(Subject(accepting("P.*", "same-fix"), (), (), ON))
    assert [each.at for each in remarks if each.code == "idle-acceptance"] == ["P.*"]
