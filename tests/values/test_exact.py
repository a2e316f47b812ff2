"""Sums are exact, however many digits their numbers have: what is rounded can pass that must not."""

from __future__ import annotations

import datetime
from decimal import Decimal

import pytest

from qa_rules import assess, ruleset_from
from qa_rules.engines import ENGINES
from qa_rules.model.values import Verdict

NUMBER = {"type": "decimal", "label": "number", "question": "How many?"}
RULESET = ruleset_from(
    {
        "format": 1,
        "ruleset": "exact",
        "edition": "1",
        "title": "Exact",
        "source": {"title": "Made up"},
        "caveats": [],
        "decisions": [],
        "facts": {"large": NUMBER, "small": NUMBER},
        "values": {"total": {"type": "number", "label": "total", "sum": ["large", "small"]}},
        "requirements": [
            {
                "id": "E-1",
                "title": "More",
                "says": "More than the large one.",
                "source": {"clause": 1},
                "met_when": "total more than 10000000000000000000000000000",
            }
        ],
    }
)
LARGE, SMALL = Decimal(10**28), Decimal("0.5")


@pytest.mark.parametrize("engine", ENGINES)
@pytest.mark.parametrize("strength", ["stated", "seen"])
@pytest.mark.parametrize(("small", "verdict"), [(SMALL, Verdict.MET), (-SMALL, Verdict.NOT_MET)])
def test_the_last_digit_of_a_sum_decides(
    engine: str, strength: str, small: Decimal, verdict: Verdict
) -> None:
    facts = {"large": LARGE, "small": {"value": small, "strength": strength}}
    found = assess(RULESET, facts, on=datetime.date(2026, 11, 30), engine=engine)  # type: ignore[arg-type]
    assert found.verdicts["E-1"] is verdict
