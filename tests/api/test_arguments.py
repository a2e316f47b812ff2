"""A call with something that it cannot take is the caller's slip and says which argument; it is no foreign error."""

from __future__ import annotations

import datetime
from collections.abc import Callable, Mapping
from typing import Any

import pytest

from qa_rules import ArgumentError, DocumentError, NotFoundError, QaRulesError, assess, replay
from qa_rules.api import (
    difference,
    fixes,
    horizon,
    next_questions,
    respond,
    shortlist,
    standing,
    what_if,
    why,
)
from qa_rules.api.verify import compare, verify
from tests.assessment.small import ON, POLICY, RULESET

MADE = assess(RULESET, {}, on=ON, policy=POLICY)
MOMENT = datetime.datetime(2026, 11, 22, 12)

CALLS: Mapping[str, Callable[[Any], object]] = {
    "why: assessment": lambda odd: why(odd),
    "why: target": lambda odd: why(MADE, odd),
    "fixes: assessment": lambda odd: fixes(odd),
    "fixes: to": lambda odd: fixes(MADE, odd),
    "fixes: n": lambda odd: fixes(MADE, n=odd),
    "fixes: fixed": lambda odd: fixes(MADE, fixed=odd),
    "horizon: assessment": lambda odd: horizon(odd),
    "horizon: until": lambda odd: horizon(MADE, odd),
    "next_questions: assessment": lambda odd: next_questions(odd),
    "next_questions: goal": lambda odd: next_questions(MADE, odd),
    "next_questions: n": lambda odd: next_questions(MADE, n=odd),
    "next_questions: last": lambda odd: next_questions(MADE, last=odd),
    "next_questions: closed_to": lambda odd: next_questions(MADE, closed_to=odd),
    "next_questions: about": lambda odd: next_questions(MADE, about=odd),
    "what_if: assessment": lambda odd: what_if(odd),
    "what_if: changes": lambda odd: what_if(MADE, odd),
    "what_if: on": lambda odd: what_if(MADE, on=odd),
    "what_if: policy": lambda odd: what_if(MADE, policy=odd),
    "difference: before": lambda odd: difference(odd, MADE),
    "difference: after": lambda odd: difference(MADE, odd),
    "standing: assessment": lambda odd: standing(odd),
    "shortlist: person": lambda odd: shortlist(odd, {}, ruleset=RULESET, on=ON),
    "shortlist: providers": lambda odd: shortlist({}, odd, ruleset=RULESET, on=ON),
    "shortlist: ruleset": lambda odd: shortlist({}, {}, ruleset=odd, on=ON),
    "shortlist: on": lambda odd: shortlist({}, {}, ruleset=RULESET, on=odd),
    "shortlist: engine": lambda odd: shortlist({}, {}, ruleset=RULESET, on=ON, engine=odd),
    "verify: ruleset": lambda odd: verify(odd, on=ON),
    "verify: on": lambda odd: verify(RULESET, on=odd),
    "compare: ruleset": lambda odd: compare((odd, None), (RULESET, None), on=ON),
    "replay: ruleset": lambda odd: replay(MADE.to_dict(), odd),
    "replay: policy": lambda odd: replay(MADE.to_dict(), RULESET, odd),
    "replay: calendar": lambda odd: replay(MADE.to_dict(), RULESET, POLICY, calendar=odd),
}
ODD: Mapping[str, object] = {"a number": 3.5, "a moment": MOMENT, "an object": object(), "a class": dict}


@pytest.mark.parametrize("odd", ODD)
@pytest.mark.parametrize("name", CALLS)
def test_an_argument_of_another_type_is_named(name: str, odd: str) -> None:
    with pytest.raises(ArgumentError) as raised:
        CALLS[name](ODD[odd])
    assert f"`{name.partition(': ')[2]}`" in str(raised.value)
    assert isinstance(raised.value, TypeError)


NEARLY: Mapping[str, Callable[[], object]] = {
    "no plans": lambda: fixes(MADE, n=0),
    "a truth of plans": lambda: fixes(MADE, n=True),
    "text as a list": lambda: fixes(MADE, fixed="marks"),
    "text as subjects": lambda: next_questions(MADE, about="provider"),
    "fewer than one question": lambda: next_questions(MADE, n=-1),
    "a day as text": lambda: horizon(MADE, "2027-01-01"),  # type: ignore[arg-type]
    "providers that are no pairs": lambda: shortlist({}, [1, 2], ruleset=RULESET, on=ON),  # type: ignore[list-item]
    "providers in threes": lambda: shortlist({}, [("a", {}, 1)], ruleset=RULESET, on=ON),  # type: ignore[list-item]
    "a tuple of one": lambda: compare((RULESET,), (RULESET, None), on=ON),  # type: ignore[arg-type]
    "a fact whose name is no text": lambda: what_if(MADE, {1: 2}),  # type: ignore[dict-item]
}


@pytest.mark.parametrize("name", NEARLY)
def test_what_is_nearly_right_is_refused_in_one_sentence(name: str) -> None:
    with pytest.raises((ArgumentError, NotFoundError, DocumentError)) as raised:
        NEARLY[name]()
    assert isinstance(raised.value, QaRulesError)
    assert str(raised.value)


def test_a_name_in_a_request_that_there_is_not_is_told_with_its_place() -> None:
    request = {
        "format": 1,
        "ruleset": "ss2q@2017",
        "on": "2026-11-22",
        "last": "x",
        "closed_to": ["a\n"],
        "about": ["y"],
    }
    with pytest.raises(DocumentError) as caught:
        respond(request)
    assert {each.path for each in caught.value.diagnostics} == {("last",), ("closed_to", 0), ("about", 0)}
    assert all(each.place is not None and each.message.isprintable() for each in caught.value.diagnostics)
