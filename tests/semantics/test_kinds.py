"""Ratings, categories and what holds otherwise, by hand: spans, sets, and at which strength."""

from __future__ import annotations

import attrs
import pytest

from qa_rules import assess
from qa_rules.model.expressions import AllOf, Aspect, Constant, Expr, Reference
from qa_rules.model.rulesets import Decision
from qa_rules.model.values import DecisionKind, Strength
from tests.semantics.test_deciding import answer, decision, yes
from tests.standards.building import ON, standard, yes_no

A_GAP, B_GAP, C_GAP = (Reference(name, Aspect.GAP) for name in "ABC")
STATED, SEEN = Strength.STATED, Strength.SEEN


def of_kind(kind: DecisionKind, *outcomes: tuple[str, Expr | None]) -> Decision:
    """A decision in which an outcome without a test holds otherwise."""
    made = decision(*((name, False, when or Constant(True)) for name, when in outcomes))
    changed = (
        attrs.evolve(
            each,
            allows=each.allows if kind is DecisionKind.PERMISSION else None,
            otherwise=when is None,
        )
        for each, (_, when) in zip(made.outcomes, outcomes, strict=True)
    )
    return attrs.evolve(made, kind=kind, outcomes=tuple(changed))


RATING = of_kind(DecisionKind.RATING, ("poor", A_GAP), ("fair", B_GAP), ("good", None))
CATEGORY = of_kind(DecisionKind.CATEGORY, ("poor", A_GAP), ("fair", B_GAP), ("good", None))


def came(asked: Decision, strength: Strength = STATED, /, **given: bool | tuple[bool, Strength]) -> str:
    found = answer(asked, strength, **given)
    assert found is not None
    assert found.allows is None
    return f"{found.outcome}: {' '.join(found.possible)}"


@pytest.mark.parametrize(
    ("given_", "expected"),
    [
        ({}, "undecided: poor fair good"),
        ({"a": False}, "poor: poor"),
        ({"b": False}, "undecided: poor fair"),
        ({"a": True, "b": False}, "fair: fair"),
        ({"a": True}, "undecided: fair good"),
        ({"a": True, "b": True}, "good: good"),
    ],
    ids=str,
)
def test_an_open_rating_is_a_span_and_never_one_of_it(given_: dict[str, bool], expected: str) -> None:
    assert came(RATING, **given_) == expected
    assert came(CATEGORY, **given_) == expected


def test_a_shortfall_that_is_only_stated_lowers_a_rating_and_settles_no_category() -> None:
    given_ = {"a": (True, SEEN), "b": (False, STATED)}
    assert came(RATING, SEEN, **given_) == "fair: fair"
    assert came(CATEGORY, SEEN, **given_) == "undecided: fair good"


def test_what_is_only_stated_rules_nothing_out_where_more_is_asked() -> None:
    given_ = {"a": (True, STATED), "b": (True, SEEN)}
    assert came(RATING, SEEN, **given_) == "undecided: poor good"
    assert came(CATEGORY, SEEN, **given_) == "undecided: poor good"
    assert came(RATING, STATED, **given_) == "good: good"


def test_the_best_of_a_rating_is_ruled_out_at_any_strength_and_holds_only_at_the_one_asked() -> None:
    both = AllOf((Reference("A"), Reference("B")))
    asked = of_kind(DecisionKind.RATING, ("poor", A_GAP), ("good", both))
    given_ = {"a": (True, SEEN), "b": (False, STATED)}
    assert came(asked, SEEN, **given_) == "undecided: "
    assert came(asked, SEEN, a=(True, SEEN), b=(True, STATED)) == "undecided: good"
    assert came(asked, SEEN, a=(True, SEEN), b=(True, SEEN)) == "good: good"


def test_what_holds_otherwise_does_not_where_nothing_that_was_asked_applies() -> None:
    ruleset = standard(
        yes_no("large", "sound"),
        {"R": {"applies_when": "large", "met_when": "sound"}},
        [
            {
                "id": "overall",
                "title": "How good is it?",
                "kind": "rating",
                "outcomes": [
                    {"id": "poor", "words": "Poor", "when": "R is not met"},
                    {"id": "good", "words": "Good", "when": "otherwise"},
                ],
            }
        ],
    )
    found = [
        assess(ruleset, {"large": "no"} | more, on=ON).answer("overall") for more in ({}, {"sound": "yes"})
    ]
    assert [(each.outcome, each.possible) for each in found] == [("undecided", ("good",))] * 2
    good = assess(ruleset, {"large": "yes", "sound": "yes"}, on=ON).answer("overall")
    assert (good.outcome, good.words, good.kind) == ("good", "Good", DecisionKind.RATING)


def test_the_last_outcome_of_a_permission_may_be_for_all_others_too() -> None:
    asked = of_kind(DecisionKind.PERMISSION, ("stop", A_GAP), ("yet", None))
    allowing = attrs.evolve(asked, outcomes=(asked.outcomes[0], attrs.evolve(asked.outcomes[1], allows=True)))
    stated = {"a": (True, STATED)}
    for each, allows in ((asked, False), (allowing, True)):
        found = answer(each, SEEN, a=(True, SEEN))
        assert found is not None
        assert (found.outcome, found.allows) == ("yet", allows)
    unsure = answer(allowing, SEEN, **stated)
    assert unsure is not None
    assert (unsure.outcome, unsure.possible) == ("undecided", ("stop", "yet"))


def test_a_rating_by_facts_alone_settles_for_nothing_needs_to_be_asked_first() -> None:
    asked = of_kind(DecisionKind.RATING, ("poor", AllOf((yes("a"), yes("b")))), ("good", None))
    assert came(asked, a=True, b=True) == "poor: poor"
    assert came(asked, a=False) == "good: good"
    assert came(asked, a=True) == "undecided: poor good"
