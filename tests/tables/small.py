"""A small ruleset for tests of tables: a fact of each kind, and a requirement for each."""

from __future__ import annotations

import datetime
from decimal import Decimal

from qa_rules.model.expressions import (
    Compare,
    Count,
    Fact,
    Field,
    Given,
    Includes,
    Inclusion,
    Literal,
    On,
    Op,
    Quantified,
)
from qa_rules.model.facts import FactDeclaration, FactType, Vocabulary
from qa_rules.model.rulesets import Requirement, Ruleset

ON = datetime.date(2026, 11, 22)


def _fact(name: str, kind: FactType, **more: object) -> FactDeclaration:
    return FactDeclaration(name, kind, name, f"{name}?", **more)  # type: ignore[arg-type]


RISKS = {"low": "Low", "medium": "Medium", "high": "High"}
VOCABULARY = Vocabulary(
    {
        each.name: each
        for each in (
            _fact("insured", FactType.YES_NO),
            _fact("safe", FactType.JUDGEMENT),
            _fact("volunteers", FactType.INTEGER, least=Decimal(0), most=Decimal(400), may_be_none=True),
            _fact("income", FactType.DECIMAL, least=Decimal(0)),
            _fact("reviewed", FactType.DATE),
            _fact("risk", FactType.CHOICE, options=RISKS, ordered=True),
            _fact("hazards", FactType.CHOICES, options={"water": "Water", "tools": "Tools"}),
            _fact("charity", FactType.CODE),
            _fact(
                "venues",
                FactType.COLLECTION,
                record="venue",
                fields={
                    "checked": _fact("checked", FactType.YES_NO),
                    "seats": _fact("seats", FactType.INTEGER, least=Decimal(1)),
                },
            ),
        )
    }
)


def _requirement(name: str, met: object) -> Requirement:
    return Requirement(name, name, "", {"clause": name}, met)  # type: ignore[arg-type]


RULESET = Ruleset(
    "small",
    "1",
    "A small ruleset",
    VOCABULARY,
    (
        _requirement("Insured", Compare(Fact("insured"), Op.IS, Literal(True))),
        _requirement("Safe", Compare(Fact("safe"), Op.IS, Literal(True))),
        _requirement("Volunteers", Compare(Fact("volunteers"), Op.AT_LEAST, Literal(3))),
        _requirement("Told", Given(Fact("volunteers"))),
        _requirement("Income", Compare(Fact("income"), Op.AT_MOST, Literal(Decimal("370.50")))),
        _requirement("Reviewed", Compare(Fact("reviewed"), Op.AT_MOST, On())),
        _requirement("Risk", Compare(Fact("risk"), Op.AT_MOST, Literal("medium"), tuple(RISKS))),
        _requirement("Dry", Includes(Fact("hazards"), Inclusion.ONLY, Literal(frozenset({"tools"})))),
        _requirement("Charity", Compare(Fact("charity"), Op.IS, Literal("1098"))),
        _requirement(
            "Venues",
            Quantified(
                Count.EVERY, 0, "venues", None, Compare(Field("venues", "checked"), Op.IS, Literal(True))
            ),
        ),
    ),
)
