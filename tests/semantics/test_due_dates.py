"""The day of a gap, against a model of its own: three facts, days as numbers, one requirement."""

from __future__ import annotations

import datetime
import random
from collections.abc import Iterator

import attrs
import pytest
from hypothesis import given
from hypothesis import strategies as st

from qa_rules.assessment.assess import Assessment, assess
from qa_rules.assessment.replay import replay
from qa_rules.errors import ArgumentError, FactsError
from qa_rules.model.expressions import (
    AllOf,
    AnyOf,
    Aspect,
    Compare,
    Expr,
    Fact,
    Literal,
    On,
    Op,
    Reference,
    Within,
)
from qa_rules.model.facts import Evidence, FactDeclaration, Facts, FactType, FactValue, Vocabulary
from qa_rules.model.rulesets import Decision, Outcome, Policy, Requirement, Ruleset
from qa_rules.model.values import Severity, Unit

ON, DAYS = 50, 30
Given = dict[str, tuple[bool, int, int | None]]
"""By fact: its value, the day of its evidence, and since when it is so."""
NAMES = "abcp"
VOCABULARY = Vocabulary(
    {
        **{name: FactDeclaration(name, FactType.YES_NO, name, f"{name}?") for name in NAMES},
        "ends": FactDeclaration("ends", FactType.DATE, "ends", "ends?"),
    }
)
YES = {name: Compare(Fact(name), Op.IS, Literal(True)) for name in NAMES}
MET: tuple[Expr, ...] = (YES["a"], AllOf((YES["a"], YES["b"])), AnyOf((YES["a"], YES["b"])))
POLICY = Policy("p", "due@1", "P", severities={"R": Severity.CONDITION}, condition_days=DAYS)


def day(number: int) -> datetime.date:
    return datetime.date(2026, 1, 1) + datetime.timedelta(days=number)


def ruleset(met: Expr, applies: bool) -> Ruleset:
    stop = Reference("R:required", Aspect.GAP)
    outcomes = (
        Outcome("stop", "Stop", stop, allows=False),
        Outcome("condition", "With conditions", Reference("R:condition", Aspect.GAP), allows=True),
        Outcome("fine", "Fine", AllOf((Reference("R"), Reference("O", Aspect.MET))), allows=True),
    )
    asked = (
        Requirement("R", "R", "", {}, met, YES["p"] if applies else None),
        Requirement("O", "O", "", {}, YES["c"]),
    )
    return Ruleset("due", "1", "Due", VOCABULARY, asked, decisions=(Decision("d", "?", outcomes, "open"),))


RULESETS = {(at, applies): ruleset(met, applies) for at, met in enumerate(MET) for applies in (False, True)}


def facts_of(given: Given) -> Facts:
    return Facts(
        {
            name: FactValue(value, Evidence(on=day(dated), since=None if since is None else day(since)))
            for name, (value, dated, since) in given.items()
        }
    )


# The model, in numbers


def counted(given: Given, by: int) -> dict[str, bool]:
    return {name: v for name, (v, dated, since) in given.items() if (dated if since is None else since) <= by}


def worth(shape: int, known: dict[str, bool]) -> bool | None:
    parts = [known.get(name) for name in ("a" if shape == 0 else "ab")]
    decisive = shape == 2
    if decisive in parts:
        return decisive
    return None if None in parts else not decisive


def modelled(shape: int, applies: bool, given: Given, kept: int | None) -> int | None:
    """The day of the gap; None where there is none."""
    known = counted(given, ON)
    met, asked = worth(shape, known), known.get("p") if applies else True
    if met is True or asked is False:
        return None
    days = [] if kept is None else [kept]
    if met is False:
        began = ON
        while began > 0 and worth(shape, counted(given, began - 1)) is False:
            began -= 1
        since = given["p"][2] if applies and "p" in given else None
        days.append(began if since is None else max(began, since))
    return min(days, default=None)


def any_given(rng: random.Random) -> Given:
    found: Given = {"c": (True, ON, None)}
    for name in "abp":
        if rng.random() < 0.6:
            dated = rng.choice([5, 15, 25, 45, 50])
            since = rng.choice([None, None, *(each for each in (3, 15, 25, 45, 50) if each <= dated)])
            found[name] = (rng.random() < 0.5, dated, since)
    return found


SEEDS = st.integers(0, 2**40).map(random.Random)


def judged(shape: int, applies: bool, given: Given, kept: int | None) -> Assessment:
    earlier = None if kept is None else {"R": day(kept)}
    return assess(RULESETS[shape, applies], facts_of(given), on=day(ON), policy=POLICY, earlier=earlier)


@given(SEEDS)
def test_a_gap_has_the_day_that_the_model_says(rng: random.Random) -> None:
    for _ in range(20):
        shape, applies = rng.randrange(3), rng.random() < 0.5
        given_, kept = any_given(rng), rng.choice([None, None, 4, 30])
        expected = modelled(shape, applies, given_, kept)
        found = judged(shape, applies, given_, kept)
        assert found.gaps == ({} if expected is None else {"R": day(expected)}), (
            shape,
            applies,
            given_,
            kept,
        )
        due = next(each.due for each in found.findings if each.requirement == "R")
        assert due == (None if expected is None else day(expected + DAYS))
        overdue = expected is not None and expected + DAYS < ON
        # What would meet one that nobody knows to apply leaves it as it was, that learning may not open it anew.
        if expected is not None or kept is None:
            assert (found.findings[0].severity == "required") is overdue


def narrowings(rng: random.Random, given_: Given) -> Iterator[Given]:
    for name in "abp":
        if name not in given_:
            yield {**given_, name: (rng.random() < 0.5, ON, None)}


@given(SEEDS)
def test_learning_from_evidence_of_the_day_only_narrows_what_is_possible(rng: random.Random) -> None:
    """The law, run through `assess`, due days and earlier assessments included."""
    for _ in range(10):
        shape, applies = rng.randrange(3), rng.random() < 0.5
        given_, kept = any_given(rng), rng.choice([None, None, 4, 30])
        (was,) = judged(shape, applies, given_, kept).answers
        for more in narrowings(rng, given_):
            (now,) = judged(shape, applies, more, kept).answers
            assert set(now.possible) <= set(was.possible), (shape, applies, given_, more, kept)
            assert was.allows is None or now.allows is was.allows
            assert not was.settled or now.outcome == was.outcome


@given(SEEDS)
def test_evidence_of_other_facts_never_dates_a_gap(rng: random.Random) -> None:
    shape, applies, given_ = rng.randrange(3), rng.random() < 0.5, any_given(rng)
    before = judged(shape, applies, given_, None).gaps
    for dated in (0, 10, ON):
        moved = {**given_, "c": (True, dated, None)}
        if "p" in given_ and given_["p"][2] is None:
            moved["p"] = (given_["p"][0], dated, None)
        assert judged(shape, applies, moved, None).gaps == before


# Worked cases


def test_an_earlier_assessment_keeps_its_day_through_what_is_not_known_until_one_finds_it_met() -> None:
    rules = RULESETS[0, False]

    def on(number: int, given_: Given, earlier: Assessment | None) -> Assessment:
        return assess(rules, facts_of(given_), on=day(number), policy=POLICY, earlier=earlier)

    first = on(10, {"a": (False, 10, None)}, None)
    unknown = on(20, {}, first)
    again = on(30, {"a": (False, 30, None)}, unknown)
    late = on(45, {"c": (True, 45, None)}, again)
    met = on(46, {"a": (True, 46, None)}, late)
    anew = on(50, {"a": (False, 50, None)}, met)
    assert [each.gaps.get("R") for each in (first, unknown, again, late, met, anew)] == [
        *[day(10)] * 4,
        None,
        day(50),
    ]
    assert late.findings[0].severity == "required", "overdue, though it is not known whether it is still so"
    assert late.decisions == ("open",) or late.outcome == "open"
    recorded = Assessment.from_dict(late.to_dict())
    assert recorded.gaps == late.gaps
    assert replay(late.to_dict(), rules, POLICY).to_dict() == late.to_dict()


def test_what_ran_out_is_a_gap_from_the_day_after_whenever_it_was_noted() -> None:
    rules = ruleset(Compare(Fact("ends"), Op.AT_LEAST, On()), False)
    facts = Facts({"ends": FactValue(day(20), Evidence(on=day(5)))})
    assert assess(rules, facts, on=day(ON), policy=POLICY).gaps == {"R": day(21)}
    months = ruleset(Within(On(), Fact("ends"), Literal(1), Unit.MONTHS), False)
    assert assess(months, facts, on=day(80), policy=POLICY).gaps == {"R": day(52)}


def test_a_policy_may_count_from_when_a_gap_was_noted() -> None:
    facts = facts_of({"a": (False, 40, 5)})
    noted = attrs.evolve(POLICY, condition_days_from="noted")
    assert assess(RULESETS[0, False], facts, on=day(ON), policy=POLICY).gaps == {"R": day(5)}
    assert assess(RULESETS[0, False], facts, on=day(ON), policy=noted).gaps == {"R": day(40)}


@pytest.mark.parametrize("door", ["mapping", "Facts"])
def test_a_value_is_not_so_since_a_day_after_its_evidence(door: str) -> None:
    given_ = {"a": {"value": "no", "on": "2026-01-05", "since": "2026-01-06"}}
    facts: object = given_ if door == "mapping" else facts_of({"a": (False, 5, 6)})
    with pytest.raises(FactsError) as caught:
        assess(RULESETS[0, False], facts, on=day(ON), policy=POLICY)  # type: ignore[arg-type]
    assert "since" in str(caught.value)


def test_since_is_read_hashed_and_recorded() -> None:
    rules, plain = RULESETS[0, False], {"value": "no", "on": "2026-01-20"}
    with_ = assess(rules, {"a": {**plain, "since": "2026-01-06"}}, on=day(ON), policy=POLICY)
    without = assess(rules, {"a": plain}, on=day(ON), policy=POLICY)
    assert with_.gaps == {"R": day(5)}
    assert without.gaps == {"R": day(19)}
    assert with_.decided_by["facts"] != without.decided_by["facts"]
    assert replay(with_.to_dict(), rules, POLICY).gaps == with_.gaps


def test_an_earlier_assessment_is_an_earlier_one_of_the_same_ruleset() -> None:
    later = assess(RULESETS[0, False], {}, on=day(ON), policy=POLICY)
    with pytest.raises(ArgumentError, match="later than"):
        assess(RULESETS[0, False], {}, on=day(ON - 1), policy=POLICY, earlier=later)
    with pytest.raises(ArgumentError, match="no such requirement"):
        assess(RULESETS[0, False], {}, on=day(ON), policy=POLICY, earlier={"X": day(1)})
