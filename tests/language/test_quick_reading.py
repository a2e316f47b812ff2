"""What is read at a look is what the reader that explains would have read, and what it would refuse is refused."""

from __future__ import annotations

import copy
import datetime
import enum
import json
from collections.abc import Iterator
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from qa_rules import FactsError, Ruleset, facts_from, load_facts, load_ruleset, merge
from qa_rules.language.facts import facts_from_json, facts_of_document, is_document, read_facts
from qa_rules.language.facts_quick import quick_reader
from qa_rules.language.plain_json import plain_json
from qa_rules.language.reading import read_data, read_json
from qa_rules.model.facts import Evidence, Facts
from qa_rules.model.writing import FORMAT
from tests.assessment.small import RULESET
from tests.strategies import Case, cases
from tests.test_examples import ROOT


class Word(enum.StrEnum):
    YES = "yes"
    SEEN = "seen"


class Odd(str):
    """Text of somebody else's."""


ODD: tuple[Any, ...] = (
    *(
        None,
        True,
        False,
        0,
        1,
        2,
        1.0,
        12.0,
        12.5,
        float("nan"),
        10**20,
        10**40,
        -3,
        2**63,
        Decimal("1.50"),
        Decimal(1),
    ),
    *(
        "",
        " ",
        "yes",
        "no",
        " Yes",
        "true",
        "none",
        " none ",
        "n/a",
        "-",
        "12",
        "1.5",
        "seen",
        "verified",
        "strong",
        "x",
    ),
    *(
        "2026-01-03",
        " 2026-01-03",
        "2026-13-01",
        "20260103",
        "\u0663",
        "\ud800",
        "a" * 300,
        Word.YES,
        Word.SEEN,
        Odd("seen"),
    ),
    *(
        datetime.date(2026, 1, 3),
        datetime.datetime(2026, 1, 3),
        [],
        [1],
        ["x"],
        ["x", "x"],
        [["x"]],
        (),
        ("x",),
        {},
        {1: 2},
    ),
    *(
        {"value": True},
        {"value": None},
        {"value": True, "partial": True},
        {"value": [], "partial": 1},
        {"exists": True},
    ),
    *({"value": True, "inherited": 1}, {"value": True, "inherited": True, "by": "A", "on": "2026-01-03"}),
    *(
        {"value": True, "inherited": 1.0, "by": "A", "on": "2026-01-03"},
        {"value": False, "on": "2026-01-03", "since": "2026-02-01"},
    ),
    *(
        {"value": "none", "on": datetime.date(2026, 1, 3)},
        {"records": []},
        {"records": [{}], "partial": True},
        {"records": None},
    ),
    *(
        {"evidence": {"strength": "seen"}},
        {"evidence": {"inherited": 0}},
        {"evidence": []},
        {"list_evidence": {"by": "A"}},
    ),
)


def as_told(ruleset: Ruleset, values: Any) -> Facts | list[tuple[object, ...]]:
    """The facts by the reader that explains, or what it says."""
    vocabulary = ruleset.vocabulary
    try:
        if is_document(values, vocabulary):
            return facts_of_document(read_data({"format": FORMAT, **values}, "<facts>"), vocabulary)
        source = read_data({"facts": values}, "<facts>", base=1)
        facts = Facts()
        if not source.diagnostics:
            facts = read_facts(values, source, ("facts",), vocabulary, Evidence())
        if source.diagnostics:
            raise FactsError(source.diagnostics)
    except FactsError as error:
        return said(error)
    return facts


def at_a_look(ruleset: Ruleset, values: Any) -> Facts | list[tuple[object, ...]]:
    try:
        return facts_from(values, ruleset)
    except FactsError as error:
        return said(error)


def said(error: FactsError) -> list[tuple[object, ...]]:
    return [(each.code, each.message, each.hint, each.path) for each in error.diagnostics]


def parts(facts: Facts | list[Any]) -> object:
    """All of it, with its order and the types of its values."""
    if isinstance(facts, list):
        return facts
    values = [(name, each, type(each.value), each.held, each.evidence) for name, each in facts.values.items()]
    lists = [
        (name, each.evidence, each.partial, [[*record.items()] for record in each.records])
        for name, each in facts.collections.items()
    ]
    return values, lists, facts.subject


def places(data: Any, trail: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    yield trail
    inner = data.items() if isinstance(data, dict) else enumerate(data) if isinstance(data, list) else ()
    for key, each in inner:
        yield from places(each, (*trail, key))


@st.composite
def spoiled(draw: st.DrawFn, data: dict[str, Any]) -> dict[str, Any]:
    """The same data with something odd in some places of it."""
    made: dict[str, Any] = copy.deepcopy(data)
    for _ in range(draw(st.integers(0, 3))):
        trail = draw(st.sampled_from([each for each in places(made) if each] or [("a",)]))
        inside: Any = made
        for step in trail[:-1]:
            inside = inside[step]
        odd = copy.deepcopy(draw(st.sampled_from(ODD)))
        match draw(st.sampled_from(["put", "put", "leave out", "beside"])):
            case "put":
                inside[trail[-1]] = odd
            case "leave out":
                inside.pop(trail[-1], None) if isinstance(inside, dict) else inside.pop()
            case "beside" if isinstance(inside, dict):
                inside[
                    draw(st.sampled_from(["value", "partial", "evidence", "on", "inherited", "exists", "z"]))
                ] = odd
    return made


@given(st.data(), cases())
def test_what_is_read_at_a_look_is_what_the_other_reader_reads(data: st.DataObject, case: Case) -> None:
    ruleset, plain = case.closed.ruleset, case.facts.to_dict()
    for whole in (plain["facts"], plain):
        assert parts(at_a_look(ruleset, whole)) == parts(as_told(ruleset, whole))
        given_ = data.draw(spoiled(whole))
        assert parts(at_a_look(ruleset, given_)) == parts(as_told(ruleset, given_))
        # What was seen before changes nothing.
        assert parts(at_a_look(ruleset, given_)) == parts(as_told(ruleset, given_))


KINDS = {"a": True, "b": {"value": False, "strength": "seen", "by": "A", "on": "2026-01-03"}, "judged": True}
SMALL: dict[str, Any] = {
    **KINDS,
    "price": 12,
    "marks": {"value": ["x", "y"], "partial": True},
    "paper": {"exists": True, "evidence": {"strength": "seen", "on": "2026-01-03"}},
    "visits": {
        "records": [{"done": {"value": True, "inherited": True}, "due": "2026-02-01"}, {"done": None}],
        "evidence": {"source": "visit", "on": "2026-01-03"},
    },
}


@example({**KINDS, "a": {"value": True, "inherited": 1}})
@given(spoiled(SMALL))
def test_every_kind_of_fact_is_read_alike(given_: dict[str, Any]) -> None:
    assert not quick_reader(RULESET.vocabulary).read(SMALL, Evidence()).odd
    assert parts(at_a_look(RULESET, given_)) == parts(as_told(RULESET, given_))
    assert parts(at_a_look(RULESET, SMALL)) == parts(as_told(RULESET, SMALL))


@given(
    spoiled({"subject": "A club", "as_of": "2026-01-03", "evidence": {"strength": "seen"}, "facts": SMALL})
)
def test_documents_are_read_alike(given_: dict[str, Any]) -> None:
    assert parts(at_a_look(RULESET, given_)) == parts(as_told(RULESET, given_))


def test_one_is_no_yes_where_yes_was_seen_before() -> None:
    evidence = {"by": "A", "on": "2026-01-03"}
    for key, right, wrong in (("inherited", True, 1), ("inherited", False, 0), ("partial", False, 0)):
        facts_from({"b": {"value": True, **evidence, key: right}}, RULESET)
        with pytest.raises(FactsError):
            facts_from({"b": {"value": True, **evidence, key: wrong}}, RULESET)
    facts_from({"paper": {"exists": True, "evidence": {**evidence, "inherited": True}}}, RULESET)
    with pytest.raises(FactsError):
        facts_from({"paper": {"exists": True, "evidence": {**evidence, "inherited": 1}}}, RULESET)
    with pytest.raises(FactsError):
        facts_from({"a": 1}, RULESET)


def test_the_facts_of_the_examples_are_read_at_a_look() -> None:
    ruleset = load_ruleset("social-prescribing")
    folder = ROOT / "examples" / "social-prescribing" / "self-management"
    facts = merge(*(load_facts(folder / name, ruleset) for name in ("provider.yaml", "course.yaml")))
    plain = facts.to_dict()["facts"]
    assert not quick_reader(ruleset.vocabulary).read(plain, Evidence()).odd
    assert facts_from(plain, ruleset).values == facts.values
    assert facts_from_json(json.dumps(plain), ruleset) == facts_from(plain, ruleset)


# JSON


@given(spoiled(SMALL))
def test_json_is_read_as_data_is(given_: dict[str, Any]) -> None:
    try:
        text = json.dumps(given_)
        given_ = json.loads(text, parse_float=Decimal)
    except (TypeError, ValueError):
        return
    if not any(isinstance(each, float) for each in given_.values()):
        source = read_json(text, "<facts>")
        found = plain_json(text)
        assert found is None or repr(found) == repr(source.data)  # NaN is equal to nothing


@pytest.mark.parametrize(
    "text",
    [
        '{"a": true, "a": false}',
        '{"a" : true, "a": false}',
        '{"a"\n: true, "b": {"value": true, "value": false}}',
        '{"a": {"value": true}, "x": ":", "a": false}',
        '{"a": [{"b": 1, "b" : 2}]}',
        "[]",
        "3",
        "nonsense",
        '{"a": ' * 100_000,
    ],
)
def test_json_with_a_key_twice_is_not_taken_at_a_look(text: str) -> None:
    assert plain_json(text) is None


def test_numbers_of_json_keep_their_digits() -> None:
    found = plain_json('{"a": 12.50, "b": 0.1000000000000000055, "c": 12}')
    assert found == {"a": Decimal("12.50"), "b": Decimal("0.1000000000000000055"), "c": 12}
    assert str(found["a"]) == "12.50"
