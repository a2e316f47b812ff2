"""A lender's rules as six chained tables, and the same rules worked out by hand, to be compared.

The rules are those of the lending example that decision-table tools are tried with, in words of our own.
"""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from itertools import product
from typing import Any, Final

from qa_rules import ruleset_from
from qa_rules.model.rulesets import Ruleset

WORK: Final = ("employed", "self_employed", "student", "out_of_work")
RISKS: Final = ("decline", "high", "medium", "low", "very_low")
VALUES: Final[Mapping[str, tuple[Any, ...]]] = {
    "age": (18, 21, 22, 25, 26, 35, 36, 49, 50),
    "married": (True, False),
    "work": WORK,
    "customer": (True, False),
    "bankrupt": (True, False),
    "score": (579, 580, 589, 590, 599, 600, 601, 610, 611, 615, 616, 625, 626),
    "share": tuple(map(Decimal, ("0.59", "0.6", "0.69", "0.7", "0.79", "0.8"))),
}
"""Values on both sides of every edge: 22,464 inputs."""
FACTS: Final[Mapping[str, Mapping[str, Any]]] = {
    "age": {"type": "integer", "least": 18, "most": 120},
    "married": {"type": "yes_no"},
    "work": {"type": "choice", "options": {each: each for each in WORK}},
    "customer": {"type": "yes_no"},
    "bankrupt": {"type": "yes_no"},
    "score": {"type": "integer", "least": 0, "most": 999},
    "share": {"type": "decimal", "least": 0},
}

POINTS: Final[Mapping[str, Any]] = {
    "id": "points_table",
    "title": "Points",
    "inputs": ["age", "married", "work"],
    "outputs": {"points": {"type": "integer", "label": "points"}},
    "hit_policy": "collect",
    "aggregation": "sum",
    "rows": [
        ["at most 21", "any", "any", 32],
        ["at least 22 and at most 25", "any", "any", 35],
        ["at least 26 and at most 35", "any", "any", 40],
        ["at least 36 and at most 49", "any", "any", 43],
        ["at least 50", "any", "any", 48],
        ["any", "no", "any", 25],
        ["any", "yes", "any", 45],
        ["any", "any", "out_of_work", 15],
        ["any", "any", "student", 18],
        ["any", "any", "employed", 45],
        ["any", "any", "self_employed", 36],
    ],
}
_RISK: Final = {"type": "choice", "options": {each: each for each in RISKS}}
BEFORE: Final[Mapping[str, Any]] = {
    "id": "before_table",
    "title": "Risk before the credit score",
    "inputs": ["customer", "points"],
    "outputs": {"first_risk": {**_RISK, "label": "risk before"}},
    "hit_policy": "unique",
    "rows": [
        ["no", "less than 100", "high"],
        ["no", "at least 100 and less than 120", "medium"],
        ["no", "at least 120 and less than 130", "low"],
        ["no", "more than 130", "very_low"],
        ["yes", "less than 80", "decline"],
        ["yes", "at least 80 and less than 90", "high"],
        ["yes", "at least 90 and at most 110", "medium"],
        ["yes", "more than 110", "low"],
    ],
}
AFTER: Final[Mapping[str, Any]] = {
    "id": "after_table",
    "title": "Risk with the credit score",
    "inputs": ["customer", "points", "score"],
    "outputs": {"risk": {**_RISK, "label": "risk after"}},
    "hit_policy": "unique",
    "rows": [
        ["no", "less than 120", "less than 590", "high"],
        ["no", "less than 120", "at least 590 and at most 610", "medium"],
        ["no", "less than 120", "more than 610", "low"],
        ["no", "at least 120 and at most 130", "less than 600", "high"],
        ["no", "at least 120 and at most 130", "at least 600 and at most 625", "medium"],
        ["no", "at least 120 and at most 130", "more than 625", "low"],
        ["no", "more than 130", "any", "very_low"],
        ["yes", "at most 100", "less than 580", "high"],
        ["yes", "at most 100", "at least 580 and at most 600", "medium"],
        ["yes", "at most 100", "more than 600", "low"],
        ["yes", "more than 100", "less than 590", "high"],
        ["yes", "more than 100", "at least 590 and at most 615", "medium"],
        ["yes", "more than 100", "more than 615", "low"],
    ],
}
FACTOR: Final[Mapping[str, Any]] = {
    "id": "factor_table",
    "title": "What share of the income may go into the loan",
    "inputs": ["risk"],
    "outputs": {"factor": {"type": "decimal", "label": "greatest share"}},
    "hit_policy": "unique",
    "rows": [["high or decline", 0.6], ["medium", 0.7], ["low or very_low", 0.8]],
}
ROUTING: Final[Mapping[str, Any]] = {
    "id": "routing_table",
    "title": "Where the application goes",
    "inputs": ["risk", {"name": "affordable", "test": "share less than factor"}, "bankrupt", "score"],
    "outputs": {
        "routing": {
            "type": "choice",
            "label": "routing",
            "options": {each: each for each in ("decline", "refer", "accept")},
        }
    },
    "hit_policy": "first",
    "rows": [
        ["any", "no", "any", "any", "decline"],
        ["any", "any", "yes", "any", "decline"],
        ["high", "any", "any", "any", "refer"],
        ["any", "any", "any", "less than 580", "refer"],
        ["any", "any", "any", "any", "accept"],
    ],
}


def lending(**changes: Any) -> Ruleset:
    """The ruleset; `changes` put other tables in the place of some, by their ids."""
    tables = [changes.get(each["id"], each) for each in (POINTS, BEFORE, AFTER, FACTOR, ROUTING)]
    clause = {"says": "It is.", "source": {"clause": 1}}
    named = [("Before", f"first_risk is {each}", each) for each in RISKS]
    named += [("After", f"risk is {each}", each) for each in RISKS]
    named += [("Routing", f"routing is {each}", each) for each in ("decline", "refer", "accept")]
    return ruleset_from(
        {
            "format": 1,
            "ruleset": "lending",
            "edition": "1",
            "title": "Lending",
            "source": {"title": "A source"},
            "caveats": [],
            "facts": {name: {**each, "label": name, "question": "What?"} for name, each in FACTS.items()},
            "tables": tables,
            "requirements": [
                {"id": f"{what}-{each}", "title": f"{what} {each}", "met_when": test, **clause}
                for what, test, each in named
            ],
            "decisions": [
                {
                    "id": "loan",
                    "title": "Which way?",
                    "outcomes": [
                        {"id": "declined", "words": "No", "allows": False, "when": "routing is decline"},
                        {
                            "id": "referred",
                            "words": "Somebody looks",
                            "allows": False,
                            "when": "routing is refer",
                        },
                        {"id": "accepted", "words": "Yes", "allows": True, "when": "routing is accept"},
                    ],
                }
            ],
        }
    )


def by_hand(facts: Mapping[str, Any]) -> dict[str, str | None]:
    """What the rules come to for one applicant of whom everything is known; None for no value."""
    age = facts["age"]
    points = 32 if age <= 21 else 35 if age <= 25 else 40 if age <= 35 else 43 if age <= 49 else 48
    points += 45 if facts["married"] else 25
    points += {"out_of_work": 15, "student": 18, "employed": 45, "self_employed": 36}[facts["work"]]
    before: str | None
    if facts["customer"]:
        before = "decline" if points < 80 else "high" if points < 90 else "medium" if points <= 110 else "low"
        edges = (580, 600) if points <= 100 else (590, 615)
        after = _by_score(facts["score"], *edges)
    else:
        before = "high" if points < 100 else "medium" if points < 120 else "low" if points < 130 else None
        before = "very_low" if points > 130 else before
        edges = (590, 610) if points < 120 else (600, 625)
        after = "very_low" if points > 130 else _by_score(facts["score"], *edges)
    greatest = {"high": "0.6", "medium": "0.7"}.get(after, "0.8")
    if not facts["share"] < Decimal(greatest) or facts["bankrupt"]:
        routing = "decline"
    else:
        routing = "refer" if after == "high" or facts["score"] < 580 else "accept"
    return {"Before": before, "After": after, "Routing": routing}


def _by_score(score: int, low: int, high: int) -> str:
    return "high" if score < low else "medium" if score <= high else "low"


def every_input() -> list[dict[str, Any]]:
    """All inputs."""
    return [dict(zip(VALUES, each, strict=True)) for each in product(*VALUES.values())]
