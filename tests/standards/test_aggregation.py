"""Five ratings put together to one, against the rules of a care regulator written in Python."""

from __future__ import annotations

import random
from collections.abc import Iterator, Mapping
from itertools import product

import pyarrow as pa

from qa_rules import Ruleset, assess
from qa_rules.tables import assess_table
from tests.standards.building import ON, standard, yes_no

SCALE = ("inadequate", "requires_improvement", "good", "outstanding")
QUESTIONS = ("safe", "effective", "caring", "responsive", "well_led")
LIMITS = tuple(f"{each}_limited" for each in QUESTIONS)


def overall(found: Mapping[str, str]) -> str:
    """The overall rating; a question that is limited counts as no more than requires improvement."""
    ratings = [
        min(found[each], SCALE[1], key=SCALE.index) if found[f"{each}_limited"] == "yes" else found[each]
        for each in QUESTIONS
    ]
    count = {each: ratings.count(each) for each in SCALE}
    if count["inadequate"] >= 2:
        return "inadequate"
    if count["inadequate"] == 1 or count["requires_improvement"] >= 2:
        return "requires_improvement"
    if count["outstanding"] >= 2 and count["requires_improvement"] == 0:
        return "outstanding"
    return "good"


def aggregation(kind: str = "rating") -> Ruleset:
    def several(count: int, word: str) -> dict[str, object]:
        return {"at_least": {"count": count, "of": [f"{each}-{word} is not met" for each in names]}}

    names = [each.replace("_", "-").capitalize() for each in QUESTIONS]
    requirements = {
        f"{name}-{word}": {
            "met_when": {
                "all_of": [f"{each} at least {least}", *([f"{each}_limited is no"] if limited else [])]
            }
        }
        for each, name in zip(QUESTIONS, names, strict=True)
        for word, least, limited in (
            ("passable", "requires_improvement", False),
            ("good", "good", True),
        )
    }
    stars = {"at_least": {"count": 2, "of": [f"{each} is outstanding" for each in QUESTIONS]}}
    outcomes = [
        {"id": "inadequate", "words": "Inadequate", "when": several(2, "passable")},
        {
            "id": "requires_improvement",
            "words": "Requires improvement",
            "when": {"any_of": [several(1, "passable"), several(2, "good")]},
        },
        {"id": "good", "words": "Good", "when": {"any_of": [several(1, "good"), {"not": stars}]}},
        {"id": "outstanding", "words": "Outstanding", "when": "otherwise"},
    ]
    options = {each: each.replace("_", " ") for each in SCALE}
    facts = {each: {"type": "choice", "options": options, "ordered": True} for each in QUESTIONS}
    decision = {"id": "overall", "title": "How is it rated?", "kind": kind, "outcomes": outcomes}
    return standard(facts | yes_no(*LIMITS), requirements, [decision])


def every() -> Iterator[dict[str, str]]:
    for ratings in product(SCALE, repeat=5):
        for limits in product(("no", "yes"), repeat=5):
            yield dict(zip((*QUESTIONS, *LIMITS), (*ratings, *limits), strict=True))


def test_all_32_768_locations_are_rated_as_the_rules_in_python_rate_them() -> None:
    rows = list(every())
    table = pa.Table.from_pylist(rows)
    for kind in ("rating", "category"):
        found = assess_table(aggregation(kind), table, on=ON, outputs=["outcomes"])
        words = found.table.column("outcome.overall").to_pylist()
        assert len(words) == 32_768
        assert [(row, word) for row, word in zip(rows, words, strict=True) if word != overall(row)] == []


def test_with_facts_missing_the_span_is_that_of_all_ways_in_which_they_may_turn_out() -> None:
    rating, category = aggregation(), aggregation("category")
    draw = random.Random(22)
    for _ in range(150):
        known = {name: draw.choice(SCALE) for name in QUESTIONS} | {
            name: draw.choice(("no", "yes")) for name in LIMITS
        }
        missing = draw.sample(sorted(known), draw.randrange(1, 6))
        left = {name: word for name, word in known.items() if name not in missing}
        could_be = {name: ("no", "yes") if name in LIMITS else SCALE for name in missing}
        ways = product(*could_be.values())
        truth = {overall(left | dict(zip(could_be, way, strict=True))) for way in ways}
        for ruleset in (rating, category):
            answer = assess(ruleset, left, on=ON).answer("overall")
            assert set(answer.possible) == truth, left
            assert answer.settled is (len(truth) == 1)
            assert answer.outcome == (min(truth) if len(truth) == 1 else "undecided")
            assert answer.allows is None
