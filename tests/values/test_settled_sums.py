"""What the bounds of its parts settle of a sum is so at any strength, however weakly its parts are known."""

from __future__ import annotations

import datetime
from itertools import product

import pytest

from qa_rules import assess
from qa_rules.engines import ENGINES
from qa_rules.language.load import policy_from
from qa_rules.model.values import Verdict
from tests.standards.building import standard

ON = datetime.date(2026, 11, 30)
TESTS = {"total at least -1": "met", "total more than 3": "not_met", "least less than -1": "not_met"}
NUMBERS = {"a": {"type": "integer", "least": 0, "most": 2}, "b": {"type": "decimal", "least": -1, "most": 1}}
RULES = standard(
    NUMBERS,
    {f"R-{at}": {"met_when": test} for at, test in enumerate(TESTS)},
    [{"id": "d", "title": "D", "kind": "rating", "outcomes": [
        {"id": "low", "words": "Low", "when": "R-0 is not met"}, {"id": "high", "words": "High", "when": "R-0"}
    ]}],
    values={
        "total": {"type": "number", "label": "total", "sum": ["a", "b"]},
        "least": {"type": "number", "label": "least", "sum": ["-0.5 times a", "a", "b"]},
    },
)  # fmt: skip
POLICY = policy_from(
    {"format": 1, "policy": "p", "for": "standard@1", "title": "P", "strength": "verified"}, RULES
)
STRENGTHS = ("", "stated", "seen", "verified")


@pytest.mark.parametrize("engine", ENGINES)
def test_bounds_settle_a_sum_at_any_strength(engine: str) -> None:
    for strengths in product(STRENGTHS, repeat=2):
        facts = {
            name: {"value": 1, "strength": strength}
            for name, strength in zip(NUMBERS, strengths, strict=True)
            if strength
        }
        found = assess(RULES, facts, on=ON, policy=POLICY, engine=engine)  # type: ignore[arg-type]
        assert list(found.verdicts.values()) == [Verdict(each) for each in TESTS.values()], strengths
