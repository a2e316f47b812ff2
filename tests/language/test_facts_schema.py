"""The schema of facts and the reader of facts agree, both ways, on whatever JSON can hold."""

from __future__ import annotations

import json
import pickle
from functools import lru_cache
from typing import Any

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st
from jsonschema import Draft202012Validator, FormatChecker
from pydantic import ValidationError

from qa_rules import (
    FactDeclaration,
    FactsError,
    FactType,
    Ruleset,
    facts_from,
    facts_model,
    load_ruleset,
    ruleset_from,
)
from qa_rules.language.facts_schema import facts_schema

TYPES = ("yes_no", "judgement", "integer", "decimal", "date", "text", "code", "codes", "choice", "choices")
NONE = ("integer", "decimal", "date", "text", "code", "choice")


def _declared(type_: str, **more: object) -> dict[str, object]:
    if type_ in ("choice", "choices"):
        more["options"] = {"few": "A few", "many": "Many"}
    return {"type": type_, "label": type_, "question": "What?", "about": "provider", **more}


@lru_cache
def every() -> Ruleset:
    """A ruleset with a fact of every type, with and without bounds, none, and words of its own."""
    fields = {f"in_{each}": {k: v for k, v in _declared(each).items() if k != "about"} for each in TYPES}
    facts: dict[str, object] = {f"a_{each}": _declared(each) for each in TYPES}
    facts |= {f"none_{each}": _declared(each, may_be_none=True) for each in NONE}
    facts["count"] = _declared(
        "integer", least=0, most=12, unit="people", answered_by=["provider"], topic="size"
    )
    facts["share"] = _declared("decimal", least=0)
    facts["rate"] = _declared("decimal", least="-2.5", most="101.25")
    facts["debt"] = _declared("decimal", most="-0.5", may_be_none=True)
    facts["real"] = _declared("code", real_words=["NA", "-.-"])
    facts["paper"] = _declared("document", covers={"access": "Access"})
    facts["rooms"] = {**_declared("collection"), "record": "room", "fields": fields}
    facts["acute"] = _declared("yes_no", about="person")
    rule = {"id": "R", "title": "R", "says": "R.", "source": {"clause": "1"}, "met_when": "a_yes_no"}
    data = {
        "format": 1, "ruleset": "every", "edition": "1", "title": "Every", "source": {"title": "Made up"},
        "caveats": [], "facts": facts, "requirements": [rule], "decisions": [],
    }  # fmt: skip
    return ruleset_from(data)


@lru_cache
def validator() -> Draft202012Validator:
    schema = facts_model(every()).model_json_schema()
    Draft202012Validator.check_schema(schema)
    return Draft202012Validator(schema, format_checker=FormatChecker())


def accepted(facts: dict[str, Any]) -> bool:
    try:
        facts_from(facts, every())
    except FactsError:
        return False
    return True


DAYS = st.sampled_from(
    [
        "2100-02-29",
        " 2026-03-31",
        "0000-01-01",
        "20260331",
        "2026-03-31",
        "2024-02-29",
        "2026-02-29",
        "2026-13-01",
        "31 March 2026",
        "2026-3-1",
        "",
    ]
)
NUMBERS = st.sampled_from([0, 1, -1, 12, 13, 12.0, 12.5, -0.5, 1e20, 10**29, 10**31, 0.1, 101.25, -2.5, -2.6])
DIGITS = st.from_regex(r"\A ?[-+]?0?[0-9]{1,3}(\.[0-9]{1,3})? ?\Z") | st.from_regex(
    r"\A[-+]?(101|2|0)\.[0-9]{1,3}\Z"
)
WORDS = st.sampled_from(
    ["yes", "no", "true", "perhaps", "none", "few", "many", "A few", "n/a", "N/A", "NA", "-", "??", "", " ", "TBC",
     "not known", "a word", "12", "12.50", "-3", "1e5", "22 November 2026", "unknown", "\\n", "x" * 201,
     " yes", "YES", "No\n", " none", "few ", " many", "Few", "()", "<NA>", "(n/a)", '"n/a"', "n.u.l.l", "\u2014",
     "\u2026", "\u00abn/a\u00bb", "n\u200ba", "'", "$", "\u2713", "na\u00e9", "n\u00e9", "-" * 61, "n/a" + "." * 61,
     "x" * 200 + " ", " NA", "-.-", "-a-", "\\N", "\x01", "\u2800", "#REF!", "N\u00b0 1", " seen", "Seen"]
) | DIGITS  # fmt: skip
SCALARS = st.one_of(st.none(), st.booleans(), NUMBERS, DAYS, WORDS)
KEYS = st.sampled_from(
    ["source", "by", "role", "reference", "reason", "on", "valid_until", "as_of", "strength", "buy"]
)
STRENGTHS = st.sampled_from(["stated", "seen", "verified", "firm", None])
GRADED = st.fixed_dictionaries({}, optional={"strength": STRENGTHS, "by": WORDS, "on": DAYS, "source": WORDS})
EVIDENCE = st.one_of(GRADED, st.dictionaries(KEYS, st.one_of(SCALARS, DAYS), max_size=2), st.none())
BARE = st.one_of(SCALARS, st.lists(SCALARS, max_size=3))
WRAPPED = st.builds(
    lambda value, partial, evidence: {**value, **partial, **(evidence or {})},
    st.one_of(BARE.map(lambda each: {"value": each}), st.just({})),
    st.one_of(st.just({}), SCALARS.map(lambda each: {"partial": each})),
    EVIDENCE,
)
VALUES = st.one_of(BARE, WRAPPED)
PARTS = ("exists", "dated", "review_due", "covers", "evidence", "value", "by", "part", "partial")
DOCUMENTS = st.dictionaries(st.sampled_from(PARTS), st.one_of(VALUES, EVIDENCE), max_size=3)
RECORD = st.dictionaries(
    st.sampled_from([*(f"in_{each}" for each in TYPES), "evidence", "odd"]), VALUES, max_size=3
)
LIST = st.lists(st.one_of(RECORD, SCALARS), max_size=2)
LISTS = st.one_of(
    LIST,
    st.fixed_dictionaries(
        {}, optional={"records": st.one_of(LIST, SCALARS), "partial": SCALARS, "evidence": EVIDENCE,
                      "list_evidence": EVIDENCE, "odd": SCALARS}
    ),
)  # fmt: skip


def of(declared: FactDeclaration) -> st.SearchStrategy[Any]:
    match declared.type:
        case FactType.DOCUMENT:
            return st.one_of(DOCUMENTS, VALUES)
        case FactType.COLLECTION:
            return st.one_of(LISTS, VALUES)
        case _:
            return VALUES


def is_dated_oddly(raw: Any) -> bool:
    """Whether a day of one kind is held against another, which no schema can say: `since` is after `on`."""
    return "since" in json.dumps(raw)


@given(st.data())
def test_what_fits_the_schema_is_read_and_what_is_read_fits_the_schema(data: st.DataObject) -> None:
    vocabulary = every().vocabulary
    name = data.draw(st.sampled_from(sorted(vocabulary.facts)))
    raw = data.draw(of(vocabulary.facts[name]))
    assume(not is_dated_oddly(raw))
    assert validator().is_valid({name: raw}) == accepted({name: raw})


@given(st.data())
def test_the_model_accepts_what_the_reader_accepts(data: st.DataObject) -> None:
    vocabulary = every().vocabulary
    name = data.draw(st.sampled_from(sorted(vocabulary.facts)))
    raw = data.draw(of(vocabulary.facts[name]))
    model = facts_model(every())
    try:
        model.model_validate({name: raw})
        found = []
    except ValidationError as error:
        found = json.loads(json.dumps(error.errors()))
    assert (not found) == accepted({name: raw})
    assert all(each["loc"][0] == name for each in found)


AGREED: list[tuple[dict[str, Any], bool]] = [
    ({"a_yes_no": {"value": None}}, True),
    ({"a_yes_no": {"value": True, "partial": True}}, False),
    ({"a_yes_no": {"value": True, "partial": False}}, True),
    ({"a_codes": {"value": [], "partial": True}}, True),
    ({"a_codes": {"value": [], "partial": None}}, True),
    ({"a_yes_no": {"value": True, "partial": None}}, True),
    ({"rooms": {"records": [], "partial": None, "evidence": None, "list_evidence": None}}, True),
    ({"rooms": [{"evidence": None}]}, True),
    ({"paper": {"exists": True, "evidence": None}}, True),
    ({"paper": {"value": True, "evidence": None}}, True),
    ({"rooms": {"records": [], "list_evidence": ""}}, False),
    ({"share": "22 November 2026"}, False),
    ({"share": "12.50"}, True),
    ({"share": -1}, False),
    ({"share": 1e20}, True),
    ({"count": 12.0}, True),
    ({"count": 12.5}, False),
    ({"count": 13}, False),
    ({"paper": {"value": True, "boo": 1}}, False),
    ({"paper": {"value": True, "evidence": {"by": "A. Person"}}}, True),
    ({"paper": {"value": True, "exists": True}}, False),
    ({"paper": {"exists": True, "by": "A. Person"}}, False),
    ({"a_choices": ["few", "few"]}, True),
    ({"a_yes_no": {"value": True, "source": ""}}, False),
    ({"a_yes_no": {"value": True, "by": "n/a"}}, False),
    ({"a_text": "n/a"}, False),
    ({"real": "NA"}, True),
    ({"none_date": "none"}, True),
    ({"a_date": "none"}, False),
    ({"rooms": {"partial": True}}, False),
    ({"rooms": [{"in_integer": 12.0, "evidence": {"strength": "seen"}}]}, True),
]


@pytest.mark.parametrize(("facts", "fits"), AGREED, ids=str)
def test_schema_and_reader_agree_where_they_did_not(facts: dict[str, Any], fits: bool) -> None:
    assert (validator().is_valid(facts), accepted(facts)) == (fits, fits)


def test_every_fault_is_told_at_its_place_with_its_hint() -> None:
    facts = {
        "rooms": [{"in_yes_no": "perhaps", "in_dat": 1}, {"in_integer": "x"}],
        "a_yes_n": 1,
        "acute": True,
    }
    with pytest.raises(ValidationError) as raised:
        facts_model(every(), about=frozenset({"provider"})).model_validate(facts)
    errors = json.loads(json.dumps(raised.value.errors()))
    assert {tuple(each["loc"]) for each in errors} == {
        ("rooms", 0, "in_yes_no"), ("rooms", 0, "in_dat"), ("rooms", 1, "in_integer"), ("a_yes_n",), ("acute",),
    }  # fmt: skip
    by_place = {each["ctx"]["path"]: each for each in errors}
    assert "did you mean `in_date`?" in by_place["/rooms/0/in_dat"]["msg"]
    assert by_place["/rooms/0/in_dat"]["type"] == "unknown-fact"
    assert by_place["/rooms/0/in_yes_no"]["input"] == "perhaps"
    assert "did you mean `a_yes_no`?" in by_place["/a_yes_n"]["ctx"]["hint"]
    assert "about the person" in by_place["/acute"]["msg"]


def test_a_model_travels_and_is_the_same_for_rulesets_that_mean_the_same() -> None:
    model = facts_model(every())
    made = model.model_validate({"count": 3, "rooms": [{"in_text": "hall"}]})
    sent = pickle.loads(pickle.dumps(made))
    assert sent == made
    assert type(sent) is model
    assert facts_model(pickle.loads(pickle.dumps(every()))) is model


def test_a_form_has_its_words() -> None:
    schema = facts_model(every()).model_json_schema()
    count = schema["properties"]["count"]
    assert (count["title"], count["description"]) == ("integer", "What?")
    assert (count["x-unit"], count["x-topic"], count["x-answered-by"]) == ("people", "size", ["provider"])
    options = schema["$defs"]["AChoice"]["oneOf"]
    assert options == [{"const": "few", "title": "A few"}, {"const": "many", "title": "Many"}]


def test_the_schema_of_a_large_vocabulary_is_small() -> None:
    social = load_ruleset("social-prescribing")
    schema = facts_model(social).model_json_schema()
    assert len(json.dumps(schema, separators=(",", ":"))) < 100_000
    assert len(json.dumps(facts_schema(social), separators=(",", ":"))) < 100_000
    assert schema["title"] == "SocialPrescribing35Facts"
