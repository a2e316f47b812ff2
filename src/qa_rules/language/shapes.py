"""The small types of which documents are made, and the JSON Schema of a rule."""

from __future__ import annotations

import datetime
import re
from collections.abc import Callable, Mapping
from decimal import Decimal
from typing import Annotated, Any, ClassVar, Final, TypeVar

import attrs
from pydantic import BaseModel, BeforeValidator, ConfigDict, WithJsonSchema

from qa_rules.language.parsing import RESERVED
from qa_rules.language.reading import Raw
from qa_rules.language.values import (
    ValueFault,
    digits_of,
    parse_date,
    parse_decimal,
    parse_integer,
    parse_judge,
    parse_text,
    parse_words,
    parse_yes_no,
    shown,
)
from qa_rules.model.writing import FORMAT

MISSING: Final = object()
"""Stands for a rule that a file lacks, while its other faults are looked for."""

T = TypeVar("T")


class Strict(BaseModel):
    """What every document shares: no key that is not declared."""

    model_config: ClassVar[ConfigDict] = ConfigDict(extra="forbid", frozen=True)


@attrs.frozen
class Form:
    """How something is written, for somebody who left it out."""

    words: str
    """A sentence in which `{key}` stands for its key."""
    stand_in: Raw = None
    """What takes its place while other faults are looked for; None where its name would be missed elsewhere."""


def _checked(parse: Callable[[Raw], T]) -> BeforeValidator:
    return BeforeValidator(parse)


def _format(raw: Raw) -> int:
    number = parse_integer(raw)
    if number != FORMAT:
        raise ValueFault(f"format {number} is not known", f"this version reads format {FORMAT}")
    return number


def _scalar_text(raw: Raw) -> str:
    if isinstance(raw, int | Decimal) and not isinstance(raw, bool):
        text = digits_of(raw)
        if not text:
            raise ValueFault(f"{shown(raw)} is too long", "shorten it")
        return text
    return parse_text(raw)


def _name(raw: Raw) -> str:
    text = parse_text(raw, 80)
    if not re.fullmatch(r"[a-z][a-z0-9_]*", text, re.ASCII):
        fitting = re.sub(r"[^a-z0-9]+", "_", text.lower()).strip("_")
        near = f"write `{fitting}`: " if re.match(r"[a-z]", fitting) else "use "
        raise ValueFault(
            f"`{text}` cannot be a name", f"{near}lower case, digits and _, beginning with a letter"
        )
    if text in RESERVED:
        raise ValueFault(f"`{text}` is a word of the rule language", "choose another name")
    return text


def _slug(raw: Raw) -> str:
    text = parse_text(raw, 80)
    if not re.fullmatch(r"[a-z0-9][a-z0-9._-]*", text, re.ASCII):
        raise ValueFault(f"`{text}` cannot be a name", "use lower case, digits, `.`, `_` and `-`")
    return text


def _id(raw: Raw) -> str:
    text = parse_text(raw, 80)
    if not re.fullmatch(r"[A-Z][A-Za-z0-9._-]*", text, re.ASCII):
        raise ValueFault(
            f"`{text}` cannot be an id", "begin with a capital; then letters, digits, `.`, `_`, `-`"
        )
    return text


def top_tier_only(raw: Raw) -> Raw:
    """Refuse the levels of a standard where only what it says of a policy's top tier may stand."""
    if raw and not (isinstance(raw, Mapping) and {"top_needs", "top_when"} & {*raw}):
        raise ValueFault(
            "under `tiers` a ruleset says only what it asks of the top tier of a policy",
            "write the levels of the standard under `levels:`, lowest first, each with `id`, `title` and `needs`",
        )
    return raw


_MONTHS = {"month": 1, "months": 1, "year": 12, "years": 12}


def _months(raw: Raw) -> int:
    found = re.fullmatch(r"(\d{1,4}) (months?|years?)", parse_text(raw, 40), re.ASCII)
    if found is None or int(found[1]) == 0:
        raise ValueFault("this is not a span of time", "write it as `12 months` or `3 years`")
    return int(found[1]) * _MONTHS[found[2]]


def _days(raw: Raw) -> int:
    days = parse_integer(raw)
    if days < 1:
        raise ValueFault(
            f"{days} days leave no time to put anything right", "write 1 or more, or leave it out"
        )
    return days


_YES_NO_SCHEMA = {"anyOf": [{"type": "boolean"}, {"enum": ["yes", "no"]}]}
_DATE_SCHEMA = {"type": "string", "format": "date"}

Format = Annotated[
    int, _checked(_format), WithJsonSchema({"const": FORMAT}), Form(f"write `{{key}}: {FORMAT}`")
]
TEXT: Final = Form("write `{key}:` and its text", "missing")
Text = Annotated[str, _checked(parse_text), TEXT]
Words = Annotated[str, _checked(parse_words), TEXT]
"""Text that says what to do: a dash does not."""
Judge = Annotated[str, _checked(parse_judge), TEXT]
"""The name of a person: `n/a` names nobody."""
ScalarText = Annotated[str, _checked(_scalar_text), WithJsonSchema({"type": ["string", "number"]})]
CITING: Final = Form("say where it stands, such as `{key}: {clause: 1}`", {"clause": "missing"})
Name = Annotated[str, _checked(_name), Form("write `{key}:` and a name in lower case")]
Slug = Annotated[
    str,
    _checked(_slug),
    WithJsonSchema({"type": ["string", "number"]}),
    Form("write `{key}:` and a name in lower case"),
]
Id = Annotated[str, _checked(_id), Form("write `{key}:` and an id that begins with a capital")]
Flag = Annotated[
    bool,
    _checked(parse_yes_no),
    WithJsonSchema(_YES_NO_SCHEMA),
    Form("write `{key}: yes` or `{key}: no`", False),
]
Whole = Annotated[int, _checked(parse_integer)]
Days = Annotated[int, _checked(_days), WithJsonSchema({"type": "integer", "minimum": 1})]
Number = Annotated[Decimal, _checked(parse_decimal), WithJsonSchema({"type": "number"})]
Day = Annotated[
    datetime.date,
    _checked(parse_date),
    WithJsonSchema(_DATE_SCHEMA),
    Form("write `{key}:` and a day such as 2026-03-31"),
]
Months = Annotated[
    int, _checked(_months), WithJsonSchema({"type": "string", "pattern": r"^\d+ (months?|years?)$"})
]

_RULE: dict[str, Any] = {"$ref": "#/$defs/rule"}
_RULES = {"type": "array", "items": _RULE, "minItems": 1}


def _only(properties: dict[str, Any], required: list[str]) -> dict[str, Any]:
    return {"type": "object", "properties": properties, "required": required, "additionalProperties": False}


_QUANTIFIED = {"anyOf": [_RULE, _only({"where": _RULE, "meets": _RULE, "empty_is_met": _YES_NO_SCHEMA}, [])]}
RULE_SCHEMA: dict[str, Any] = {
    "title": "rule",
    "description": "A test in words, or a structure of tests; see the language reference.",
    "anyOf": [
        {"type": "string", "minLength": 1},
        _only({"all_of": _RULES}, ["all_of"]),
        _only({"any_of": _RULES}, ["any_of"]),
        _only(
            {"at_least": _only({"count": {"type": "integer"}, "of": _RULES}, ["count", "of"])}, ["at_least"]
        ),
        _only({"not": _RULE}, ["not"]),
        _only({"only_when": _only({"this": _RULE, "then": _RULE}, ["this", "then"])}, ["only_when"]),
        {
            "type": "object",
            "minProperties": 1,
            "maxProperties": 1,
            "patternProperties": {
                r"^(every|some|at least \d+) [a-z][a-z0-9_]*$": _QUANTIFIED,
                r"^[a-z][a-z0-9_]* together$": _only({"where": _RULE, "cover": _RULE}, ["cover"]),
            },
            "additionalProperties": False,
        },
    ],
}
RULE_MARK = "x-rule"
"""Stands in the schemas of documents where `$ref` is to stand: pydantic refuses a reference that is not its own."""
Needs = Annotated[
    Any,
    WithJsonSchema(
        {
            "description": "A rule, or a list of ids and rules of which all are needed.",
            "anyOf": [{RULE_MARK: True}, {"type": "array", "items": {RULE_MARK: True}, "minItems": 1}],
        }
    ),
    Form("write `{key}:` and what it asks", MISSING),
]
Rule = Annotated[Any, WithJsonSchema({RULE_MARK: True}), Form("write `{key}:` and a test", MISSING)]
OutcomeRule = Annotated[
    Any,
    WithJsonSchema({RULE_MARK: True}),
    Form("write `{key}:` and a test; the last outcome may say `{key}: otherwise`", MISSING),
]
Part = Annotated[
    Any,
    WithJsonSchema(
        {
            "description": "What a number is made of; see the language reference.",
            "anyOf": [
                {"type": "array", "items": {"type": ["string", "number", "object"]}},
                {"type": "object"},
            ],
        }
    ),
    Form("write `{key}:` and what it is made of", MISSING),
]
Setting = Annotated[
    Any,
    WithJsonSchema(
        {
            "description": "A value of the type that the parameter has, or a rule.",
            "anyOf": [
                {RULE_MARK: True},
                {"type": ["number", "boolean"]},
                {"type": "array", "items": {"type": ["string", "number"]}},
            ],
        }
    ),
    Form("write `{key}:` and what it is", MISSING),
]
