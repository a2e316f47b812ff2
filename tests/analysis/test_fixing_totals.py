"""What puts a sum, count or share over records right: which records, how far, and what cannot be said."""

from __future__ import annotations

import datetime
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from qa_rules import assess, ruleset_from
from qa_rules.api import fixes
from qa_rules.cli.fix import lines
from qa_rules.model.rulesets import Ruleset
from qa_rules.model.values import Verdict
from qa_rules.repair.plans import Fixes

ON = datetime.date(2026, 11, 30)
FIELDS = {
    "amount": {
        "type": "integer",
        "label": "amount",
        "question": "How much?",
        "least": 0,
        "most": 100,
        "unit": "GBP",
    },
    "share": {"type": "decimal", "label": "share", "question": "Which share?", "least": 0, "most": 1},
    "kind": {
        "type": "choice",
        "label": "kind",
        "question": "Which kind?",
        "options": {"training": "Training", "other": "Other"},
    },
    "checked": {"type": "yes_no", "label": "checked", "question": "Was it checked?"},
}
VALUES = {
    "spent": {"sum": {"records": "payments", "of": "amount", "where": "kind is training"}},
    "parts": {"sum": {"records": "payments", "of": "share"}},
    "number": {"count": {"records": "payments", "where": "checked"}},
    "rate": {"share": {"records": "payments", "meets": "checked"}},
}
PAYMENTS = [
    {"amount": 30, "kind": "training", "checked": True, "share": "0.25"},
    {"amount": 20, "kind": "other", "checked": False, "share": "0.25"},
    {"amount": 40, "kind": "training", "checked": False, "share": "0.125"},
]


def asking(test: str) -> Ruleset:
    """A ruleset of one requirement about payments."""
    return ruleset_from(
        {
            "format": 1,
            "ruleset": "sums",
            "edition": "1",
            "title": "Sums",
            "source": {"title": "A source"},
            "caveats": [],
            "facts": {
                "payments": {
                    "type": "collection",
                    "label": "payments",
                    "question": "Which?",
                    "fields": FIELDS,
                }
            },
            "values": {
                name: {"type": "number", "label": name, **each}
                for name, each in VALUES.items()
                if test.startswith(name)
            },
            "requirements": [
                {
                    "id": "R",
                    "title": "Enough",
                    "says": "It is.",
                    "source": {"clause": 1},
                    "met_when": test,
                    "fix": "Do more.",
                }
            ],
            "decisions": [],
        }
    )


def fixed(test: str, payments: Any = PAYMENTS) -> tuple[Ruleset, Fixes]:
    """What puts it right."""
    ruleset = asking(test)
    return ruleset, fixes(assess(ruleset, {"payments": payments}, on=ON), "R")


@pytest.mark.parametrize(
    ("test", "said"),
    [
        ("spent at least 100", "Do more. One way: Record 3, amount: £70."),
        ("spent at least 101", "Do more. One way: Record 3, amount: £71."),
        ("rate at least 60", "Do more. One way: Payments: 2 more (checked: yes)."),
        ("parts at least 1", "Do more. One way: Record 3, share: 0.5."),
        ("spent at most 50", "Do more. One way: Record 3, amount: £20."),
    ],
)
def test_a_step_says_which_records_and_no_further_than_it_has_to(test: str, said: str) -> None:
    ruleset, found = fixed(test)
    (step,) = found.plans[0].steps
    assert step.text == said
    assert assess(ruleset, found.plans[0].facts, on=ON).verdicts["R"] is Verdict.MET


def test_of_several_records_that_would_do_every_process_says_the_same() -> None:
    asked = "import test_fixing_totals as t; print(t.fixed('parts at least 1')[1].plans[0].steps[0].text)"
    said = {
        subprocess.run(
            [sys.executable, "-c", asked],
            env={**os.environ, "PYTHONHASHSEED": seed},
            cwd=Path(__file__).parent,
            capture_output=True,
            text=True,
            check=True,
        ).stdout
        for seed in ("1", "2", "3")  # sets of names have another order in each
    }
    assert said == {"Do more. One way: Record 3, share: 0.5.\n"}


@pytest.mark.parametrize(
    ("test", "payments"),
    [
        ("number at least 10", PAYMENTS),
        ("number at least 12", []),
        ("rate at most 10", PAYMENTS),
        ("spent at least 500", []),
    ],
)
def test_as_many_new_records_as_it_takes_are_added_up_to_twelve(test: str, payments: Any) -> None:
    ruleset, found = fixed(test, payments)
    assert assess(ruleset, found.plans[0].facts, on=ON).verdicts["R"] is Verdict.MET
    assert len(found.plans[0].facts.collections["payments"].records) <= len(payments) + 12


@pytest.mark.parametrize("test", ["number at least 20", "rate at most 5"])
def test_where_it_takes_more_new_records_than_are_tried_that_is_said_and_not_that_it_cannot_be(
    test: str,
) -> None:
    _, found = fixed(test)
    assert (found.plans, found.can_be_reached, found.short_of) == ((), None, ("Payments",))
    assert "with up to 12 new records in: Payments" in " ".join(lines(found))
    if test == "rate at most 5":  # seventeen more that nobody checked would do
        more = [*PAYMENTS, *([{"checked": False}] * 17)]
        assert assess(asking(test), {"payments": more}, on=ON).verdicts["R"] is Verdict.MET


def test_what_no_record_more_can_bring_nearer_cannot_be_reached_and_says_why() -> None:
    _, found = fixed("number at most 0")
    assert found.can_be_reached is False
    assert ["Record 1, checked: yes" in each.text for each in found.in_the_way] == [True]
