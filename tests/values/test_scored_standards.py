"""Standards that score, against their own arithmetic: every combination, and every combination with scores missing."""

from __future__ import annotations

import datetime
from collections.abc import Iterator
from decimal import Decimal
from itertools import product
from pathlib import Path
from typing import Any

import pytest

from qa_rules import assess, load_ruleset, ruleset_from
from qa_rules.engines import ENGINES, engine
from qa_rules.language.facts import facts_from
from qa_rules.model import expressions as ex
from qa_rules.model import numbers as nu
from qa_rules.model.nodes import NodeId
from qa_rules.model.values import Verdict
from qa_rules.program.bind import close
from qa_rules.semantics.snapshot import believe
from qa_rules.semantics.truth import PAIR
from qa_rules.testing.impact import reach
from qa_rules.testing.mutants import mutants
from qa_rules.testing.number_mutants import number_changes
from qa_rules.testing.operators import Altering

ON = datetime.date(2026, 11, 22)
FOOD = load_ruleset(Path(__file__).parents[2] / "examples" / "food-hygiene")
SCORES = {
    "hygiene": (0, 5, 10, 15, 20, 25),
    "structure": (0, 5, 10, 15, 20, 25),
    "confidence": (0, 5, 10, 20, 30),
}
BANDS = ((15, 5), (20, 10), (30, 10), (40, 15), (50, 20))
"""The most points, and the most in one part, for the ratings 5 down to 1."""


def rating(scores: dict[str, int]) -> str:
    total, worst = sum(scores.values()), max(scores.values())
    found = [5 - at for at, (most, cap) in enumerate(BANDS) if total <= most and worst <= cap]
    return f"r{max(found, default=0)}"


def every_score() -> Iterator[dict[str, int]]:
    for scores in product(*SCORES.values()):
        yield dict(zip(SCORES, scores, strict=True))


def test_all_180_combinations_of_scores_have_the_rating_of_the_scheme() -> None:
    combinations = list(every_score())
    assert len(combinations) == 180
    for scores in combinations:
        assert assess(FOOD, scores, on=ON).outcome == rating(scores), scores


@pytest.mark.parametrize("hidden", [{"confidence"}, {"hygiene"}, {"hygiene", "structure"}])
def test_with_scores_missing_the_ends_of_what_is_possible_are_those_of_every_completion(
    hidden: set[str],
) -> None:
    limits = {"hygiene": 25, "structure": 25, "confidence": 30}
    seen = set()
    for scores in every_score():
        known = {name: value for name, value in scores.items() if name not in hidden}
        if tuple(known.items()) in seen:
            continue
        seen.add(tuple(known.items()))
        ways = product(*(range(limits[name] + 1) for name in sorted(hidden)))
        every = {rating({**known, **dict(zip(sorted(hidden), way, strict=True))}) for way in ways}
        possible = assess(FOOD, known, on=ON).possible
        assert (min(possible), max(possible)) == (min(every), max(every)), known


# Ten statements of up to four points each; how many of them are good; a share of what applies.

STATEMENTS = [f"s{at}" for at in range(5)]


def points() -> Any:
    facts = {
        name: {"type": "integer", "label": name, "question": "How many?", "least": 1, "most": 4}
        for name in STATEMENTS
    }
    clause = {"says": "It is.", "source": {"c": 1}}
    good = [
        {"id": f"G{at}", "title": f"G{at}", "met_when": f"{name} at least 3", **clause}
        for at, name in enumerate(STATEMENTS)
    ]
    return ruleset_from(
        {
            "format": 1,
            "ruleset": "points",
            "edition": "1",
            "title": "Points",
            "source": {"t": "s"},
            "caveats": [],
            "facts": facts,
            "values": {
                "total": {"type": "number", "label": "points", "sum": STATEMENTS},
                "good": {"type": "number", "label": "good ones", "count": [f"G{at}" for at in range(5)]},
                "share": {"type": "number", "label": "share", "share": [f"G{at}" for at in range(5)]},
            },
            "requirements": [
                *good,
                {"id": "Enough", "title": "a", "met_when": "total at least 13", **clause},
                {"id": "Many", "title": "b", "met_when": "good at least 3", **clause},
                {"id": "Share", "title": "c", "met_when": "share more than 60 percent", **clause},
            ],
            "decisions": [
                {
                    "id": "go",
                    "title": "Go?",
                    "outcomes": [{"id": "go", "words": "Go", "allows": True, "when": {"all_of": ["Enough"]}}],
                }
            ],
        }
    )


def test_all_1024_combinations_of_points_and_all_with_one_missing_are_as_counted() -> None:
    ruleset = points()
    closed = close(ruleset)
    prepared = {name: engine(name)(closed) for name in ("reference", "compiled")}
    for scores in product((1, 2, 3, 4, None), repeat=5):
        given = {name: score for name, score in zip(STATEMENTS, scores, strict=True) if score is not None}
        known = believe(facts_from({"format": 1, "facts": given}, ruleset), ruleset.vocabulary, ON)
        codes = {each.run(known) for each in prepared.values()}
        assert len(codes) == 1
        ((*found,),) = codes
        missing, total = 5 - len(given), sum(given.values())
        good, high = (
            sum(each >= 3 for each in given.values()),
            sum(each >= 3 for each in given.values()) + 5 - len(given),
        )
        expected = {
            "Enough": (total + missing >= 13, total + 4 * missing < 13),
            "Many": (good >= 3, high < 3),
            "Share": (good > 3, high <= 3),
        }
        for name, (met, failed) in expected.items():
            t, f = PAIR[found[closed.index[NodeId(name)]]]
            assert (t > 0, f > 0) == (met, failed), (name, scores)


def test_every_engine_gives_a_table_of_scores_the_same_answers() -> None:
    closed = close(FOOD)
    prepared = {name: engine(name)(closed) for name in ENGINES}
    for scores in list(every_score())[::17]:
        known = believe(facts_from({"format": 1, "facts": scores}, FOOD), FOOD.vocabulary, ON)
        assert len({each.run(known) for each in prepared.values()}) == 1


def test_slips_in_a_number_are_mutants_and_each_gives_somebody_another_rating() -> None:
    found = {each.change: each.ruleset for each in mutants(FOOD) if each.at in ("total", "worst")}
    assert "`hygiene` left out" in found
    assert "in `hygiene`: `hygiene` became `structure`" in found
    assert "the greatest became the least" in found
    for change, ruleset in found.items():
        assert any(assess(ruleset, scores, on=ON).outcome != rating(scores) for scores in every_score()), (
            change
        )


def test_a_changed_weight_and_a_changed_limit_are_slips() -> None:
    weights = nu.Least((nu.Product(ex.Literal(Decimal(2)), ex.Fact("a")), ex.Literal(Decimal(20))))
    words = {each.words: each.number for each in number_changes(weights, Altering(FOOD.vocabulary, {}))}
    assert words["in `2 times a`: `2` became `3`"] == nu.Least(
        (nu.Product(ex.Literal(Decimal(3)), ex.Fact("a")), ex.Literal(Decimal(20)))
    )
    assert words["in `20`: `20` became `19`"] == nu.Least((weights.parts[0], ex.Literal(Decimal(19))))


def test_a_slip_in_a_limit_makes_a_comparison_of_its_own_and_suites_see_it() -> None:
    closed = close(FOOD)
    found = [reach(closed, each) for each in mutants(FOOD) if each.requirement]
    assert any(not each.alike for each in found)
    for each in found:
        assert each.alike is (each.closed.index == closed.index)


def test_what_is_met_wherever_it_applies_takes_nothing_from_a_share() -> None:
    yes_no = {"type": "yes_no", "label": "it", "question": "Is it?"}
    clause = {"says": "It is.", "source": {"c": 1}}
    ruleset = ruleset_from(
        {
            "format": 1,
            "ruleset": "perhaps",
            "edition": "1",
            "title": "Perhaps",
            "source": {"t": "s"},
            "caveats": [],
            "facts": {"fits": yes_no, "is_large": yes_no},
            "values": {"share": {"type": "number", "label": "share", "share": ["Always", "Large"]}},
            "requirements": [
                {"id": "Always", "title": "a", "met_when": "fits", **clause},
                {"id": "Large", "title": "b", "met_when": "fits", "applies_when": "is_large", **clause},
                {"id": "All", "title": "c", "met_when": "share at least 100 percent", **clause},
            ],
            "decisions": [],
        }
    )
    for fits, verdict in ((True, Verdict.MET), (False, Verdict.NOT_MET)):
        made = assess(ruleset, {"fits": fits}, on=ON)
        assert made.finding("All").verdict is verdict
        (share,) = made.values
        assert share.least == share.most == (100 if fits else 0)
