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
        "values": {
            "total": {"type": "number", "label": "total", "sum": ["large", "small"]},
            "lower": {"type": "number", "label": "lower", "difference": ["large", 1]},
        },
        "tables": [
            {
                "id": "size",
                "title": "Size",
                "inputs": ["large"],
                "outputs": {"size": {"type": "integer", "label": "size"}},
                "hit_policy": "unique",
                "rows": [
                    [f"less than {10**27}.1", 1],
                    [f"at least {10**27}.1 and less than {10**27}.2", 2],
                    [f"at least {10**27}.2", 3],
                ],
            }
        ],
        "requirements": [
            {"id": name, "title": name, "says": name, "source": {"clause": 1}, "met_when": test}
            for name, test in {
                "Sum": f"total more than {10**28}",
                "Less-one": f"lower at least {10**29}",
                "Row": "size is 2",
            }.items()
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
    assert found.verdicts["Sum"] is verdict
    shown = f"{10**28 - (small < 0):,}.5"
    assert shown in str(found.finding("Sum").reason)


@pytest.mark.parametrize("engine", ENGINES)
@pytest.mark.parametrize(("large", "verdict"), [(10**29, Verdict.NOT_MET), (10**29 + 1, Verdict.MET)])
def test_the_last_digit_of_what_one_fact_is_compared_with_decides(
    engine: str, large: int, verdict: Verdict
) -> None:
    found = assess(RULESET, {"large": Decimal(large)}, on=datetime.date(2026, 11, 30), engine=engine)  # type: ignore[arg-type]
    assert found.verdicts["Less-one"] is verdict


@pytest.mark.parametrize("engine", ENGINES)
@pytest.mark.parametrize(
    ("tenth", "verdict"), [("0", Verdict.NOT_MET), ("1", Verdict.MET), ("2", Verdict.NOT_MET)]
)
def test_the_last_digit_of_a_cell_decides(engine: str, tenth: str, verdict: Verdict) -> None:
    facts = {"large": Decimal(f"{10**27}.{tenth}")}
    found = assess(RULESET, facts, on=datetime.date(2026, 11, 30), engine=engine)  # type: ignore[arg-type]
    assert found.verdicts["Row"] is verdict
