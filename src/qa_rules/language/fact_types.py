"""The types of facts as a JSON Schema has them: shared by name, so that a form or a client has each of them once.

Nothing is checked by them: what is a fact, the reader of facts decides. A property test holds that both agree.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import lru_cache
from typing import Annotated, Any, ClassVar, Final

from pydantic import BaseModel, ConfigDict, Field, WithJsonSchema, create_model
from typing_extensions import TypeAliasType

from qa_rules.language.facts_reader import DATES, MOST_RECORDS, TEXTS
from qa_rules.language.schema_patterns import (
    DAY,
    around,
    digits_between,
    in_any_case,
    literally,
    nothing,
)
from qa_rules.language.values import MOST_CODE, MOST_DIGITS, MOST_TEXT
from qa_rules.model.facts import FactDeclaration, FactType
from qa_rules.model.values import Strength


class Shape(BaseModel):
    """An object of a schema: no key that is not declared."""

    model_config: ClassVar[ConfigDict] = ConfigDict(
        extra="forbid", json_schema_extra=lambda schema: _without(schema, "title")
    )


def _named(name: str, schema: Mapping[str, Any]) -> Any:
    return _alias(name, Annotated[Any, WithJsonSchema(dict(schema))])


def _alias(name: str, kind: Any) -> Any:
    """A type with a name of its own in a schema."""
    return TypeAliasType(name, kind)  # pyright: ignore[reportGeneralTypeIssues]


def _without(schema: dict[str, Any], *keys: str) -> None:
    for key in keys:
        schema.pop(key, None)


def _bare_ref(schema: dict[str, Any]) -> None:
    _without(schema, "default", "title")


def _optional(kind: Any) -> Any:
    return (kind, Field(default=None, json_schema_extra=_bare_ref))


def _text(most: int) -> dict[str, Any]:
    return {"type": "string", "minLength": 1, "maxLength": most, "pattern": r"\S"}


def _saying(most: int) -> dict[str, Any]:
    return {**_text(most), "not": nothing()}


def _spaced(pattern: str) -> dict[str, Any]:
    """What is a word for the reader too: with blanks around it, or in capitals."""
    return {"type": "string", "pattern": around(pattern)}


_MOST_NUMBER: Final = 10**MOST_DIGITS - 1
_NONE: Final = {"const": "none", "title": "none"}
_STRENGTHS: Final = [each.word for each in Strength]
_YES_NO: Final = ("yes", "no", "true", "false")
_YesNo = _named(
    "YesNo", {"anyOf": [{"type": "boolean"}, {"enum": [*_YES_NO]}, _spaced(in_any_case(_YES_NO))]}
)
_No = _named("No", {"anyOf": [{"enum": [False, "no", "false"]}, _spaced(in_any_case(["no", "false"]))]})
_Day = _named("Day", {"anyOf": [{"type": "string", "format": "date", "pattern": f"^{DAY}$"}, _spaced(DAY)]})
_Words = _named("Words", _saying(MOST_TEXT))
_Code = _alias("Code", Annotated[_Words, Field(json_schema_extra={"maxLength": MOST_CODE})])
_None_ = _named("None", {"anyOf": [_NONE, _spaced("none")]})
_EvidenceText = _named("EvidenceText", {"anyOf": [_text(MOST_TEXT), {"type": "null"}]})
_EvidenceName = _alias("EvidenceName", _Words | None)
_EvidenceDay = _alias("EvidenceDay", _Day | None)
_EvidenceStrength = _named(
    "EvidenceStrength", {"anyOf": [{"enum": [*_STRENGTHS, None]}, _spaced(literally(_STRENGTHS))]}
)
_EvidenceMark = _alias("EvidenceMark", _YesNo | None)

_KEYS: Final[dict[str, Any]] = {
    **{key: _optional(_EvidenceName if key == "by" else _EvidenceText) for key in TEXTS},
    **{key: _optional(_EvidenceDay) for key in DATES},
    "strength": _optional(_EvidenceStrength),
    "inherited": _optional(_EvidenceMark),
}
_EvidenceKeys = create_model("EvidenceKeys", __module__=__name__, **_KEYS)
_BESIDE: Final = "evidence_keys"


def _beside(schema: dict[str, Any]) -> None:
    """Make the field that stands for the keys of evidence those keys themselves."""
    _without(schema, "title", "additionalProperties")
    schema["allOf"] = [schema["properties"].pop(_BESIDE)]
    schema["unevaluatedProperties"] = False


_VALUE: Final = (Any, Field(json_schema_extra=_bare_ref))
_Backed = create_model(
    "Backed",
    __config__=ConfigDict(json_schema_extra=_beside),
    __doc__="An object of a schema in which the keys of evidence stand beside others.",
    __module__=__name__,
    evidence_keys=_optional(_EvidenceKeys),
)
_Evidence = create_model(
    "Evidence", __base__=_Backed, __doc__="Where a value came from.", __module__=__name__
)
_WithEvidence = create_model(
    "WithEvidence",
    __base__=_Backed,
    __doc__="A value with its evidence.",
    __module__=__name__,
    value=_VALUE,
    partial=_optional(_No | None),
)
_SetWithEvidence = create_model(
    "SetWithEvidence",
    __base__=_Backed,
    __doc__="A set with its evidence; of a partial one there may be more.",
    __module__=__name__,
    value=_VALUE,
    partial=_optional(_YesNo | None),
)


def _narrow(schema: dict[str, Any]) -> None:
    """Say what the value is, and leave the rest to the shape that all values have."""
    value = schema["properties"]["value"]
    _without(value, "title")
    base = schema["properties"]["base"]
    schema.clear()
    schema.update(allOf=[base], properties={"value": value})


class Narrowed(BaseModel):
    """What has a value of some type."""

    model_config: ClassVar[ConfigDict] = ConfigDict(json_schema_extra=_narrow)


@lru_cache(maxsize=4096)
def fact_type(declared: FactDeclaration) -> Any:
    """Return the type of a fact, bare or with its evidence; null is unknown."""
    match declared.type:
        case FactType.DOCUMENT:
            return _document(declared)
        case FactType.COLLECTION:
            return _collection(declared)
        case _:
            return _value(_called(declared), _bare(declared), _loose(declared), declared.type.is_set)


def _called(declared: FactDeclaration) -> str:
    """The name of a type: of its own where it has options, bounds or words of its own, else that of its kind."""
    own = (declared.options, declared.least, declared.most, declared.real_words)
    kind = _title(declared.type.value) + (_FROM_ZERO if declared.least == 0 else "")
    kind += _OR_NONE if declared.may_be_none else ""
    return _title(declared.name) if any(own) else kind


def _title(name: str) -> str:
    return "".join(each.capitalize() for each in re.split(r"[._]", name))


_FROM_ZERO: Final = "FromZero"
_OR_NONE: Final = "OrNone"
_KINDS: Final = frozenset(
    _title(each.value) + least + none
    for each in FactType
    for least in ("", _FROM_ZERO)
    for none in ("", _OR_NONE)
)


_shared: dict[tuple[str, Any, bool], Any] = {}


def _value(name: str, bare: Any, loose: Any, is_set: bool) -> Any:
    """The type of a value: bare, with its evidence, or null. Values of one bare type are one type.

    What is `loose` stands behind all that a form is made of.
    """
    key = (name, bare, is_set)
    if key not in _shared:
        fields: dict[str, Any] = {
            "value": (bare | loose | None, Field(json_schema_extra=_bare_ref)),
            "base": _optional(_SetWithEvidence if is_set else _WithEvidence),
        }
        given = create_model(f"{name}WithEvidence", __base__=Narrowed, __module__=__name__, **fields)
        whole = bare | given | loose | None
        if name in _KINDS:  # what many facts share has a name; what one has stands in its place
            whole = _alias(name + "Fact", whole)
        _shared.setdefault(key, whole)
    return _shared[key]


def _bare(declared: FactDeclaration) -> Any:
    """The type of a value alone."""
    simple = {
        FactType.YES_NO: _YesNo,
        FactType.JUDGEMENT: _YesNo,
        FactType.DATE: _Day,
        FactType.TEXT: _Words,
        FactType.CODE: _Code,
        FactType.CODES: list[_Code],  # type: ignore[valid-type]
    }
    if declared.type in simple and not declared.real_words:
        return simple[declared.type] | _None_ if declared.may_be_none else simple[declared.type]
    schema = _bare_schema(declared)
    return _named_once(_called(declared), repr(schema), lambda: schema)


@lru_cache(maxsize=4096)
def _kept(name: str, key: str) -> list[Any]:
    return []


def _named_once(name: str, key: str, make: Any) -> Any:
    kept = _kept(name, key)
    if not kept:
        kept.append(_named(name, make()))
    return kept[0]


def _loose(declared: FactDeclaration) -> Any:
    """The type of options with blanks around them; None where the bare type has all that is read."""
    if not declared.options:
        return None
    words = [*declared.options, *(["none"] if declared.may_be_none else [])]
    option = _spaced(literally(words))
    schema = {"type": "array", "items": option} if declared.type.is_set else option
    return Annotated[Any, WithJsonSchema(schema)]


def _bare_schema(declared: FactDeclaration) -> dict[str, Any]:
    schema: dict[str, Any]
    options = [{"const": key, "title": words} for key, words in declared.options.items()]
    match declared.type:
        case FactType.INTEGER:
            schema = {"type": "integer", **_bounds(declared)}
        case FactType.DECIMAL:
            schema = _decimal(declared)
        case FactType.CHOICE:
            schema = {"type": "string", "oneOf": options}
        case FactType.CHOICES:
            schema = {"type": "array", "items": {"type": "string", "oneOf": options}}
        case FactType.CODES:
            schema = {"type": "array", "items": _word(declared, MOST_CODE)}
        case FactType.CODE:
            schema = _word(declared, MOST_CODE)
        case _:
            schema = _word(declared, MOST_TEXT)
    return {"anyOf": [schema, _NONE, _spaced("none")]} if declared.may_be_none else schema


def _word(declared: FactDeclaration, most: int) -> dict[str, Any]:
    if not declared.real_words:
        return _saying(most)
    return {
        "anyOf": [_saying(most), {"enum": [*declared.real_words]}, _spaced(literally(declared.real_words))]
    }


def _bounds(declared: FactDeclaration) -> dict[str, Any]:
    least, most = declared.least, declared.most
    return {
        "minimum": -_MOST_NUMBER if least is None else _number(least),
        "maximum": _MOST_NUMBER if most is None else _number(most),
    }


def _number(bound: Any) -> int | float:
    return int(bound) if bound == int(bound) else float(bound)


def _decimal(declared: FactDeclaration) -> dict[str, Any]:
    """A number, or its digits as text, which is how exact ones travel in JSON."""
    number = {"type": "number", **_bounds(declared)}
    return {"anyOf": [number, *digits_between(declared.least, declared.most)]}


def _document(declared: FactDeclaration) -> Any:
    name = _title(declared.name)
    parts: dict[str, Any] = {key: _told(part) for key, part in declared.fields.items()}
    evidence = _optional_evidence()
    whole = create_model(f"{name}Parts", __base__=Shape, __module__=__name__, **parts, evidence=evidence)
    beside = {key: _optional(fact_type(part)) for key, part in declared.fields.items() if key != "exists"}
    fields: dict[str, Any] = {
        "value": (_YesNo | None, Field(json_schema_extra=_bare_ref)),
        **beside,
        "evidence": evidence,
    }
    return _YesNo | whole | _exists(name, fields) | None


def _exists(name: str, fields: dict[str, Any]) -> Any:
    """The type of a document of which it is said beside its parts that it exists. Those with the same parts are one."""
    own = tuple((key, kind) for key, (kind, _) in fields.items())
    if own not in _existing:
        called = f"{name}Exists" if "covers" in fields else "DocumentExists"
        made = create_model(called, __base__=_Backed, __module__=__name__, **fields)
        _existing.setdefault(own, made)
    return _existing[own]


_existing: dict[tuple[tuple[str, Any], ...], Any] = {}


def _collection(declared: FactDeclaration) -> Any:
    name = _title(declared.name)
    fields: dict[str, Any] = {key: _told(field) for key, field in declared.fields.items()}
    evidence = _optional_evidence()
    record = create_model(f"{name}Record", __base__=Shape, __module__=__name__, **fields, evidence=evidence)
    records = Annotated[list[record], Field(max_length=MOST_RECORDS)]  # type: ignore[valid-type]
    keys: dict[str, Any] = {
        "records": (records, Field(json_schema_extra=_bare_ref)),
        "partial": _optional(_YesNo | None),
        "evidence": evidence,
        "list_evidence": evidence,
    }
    whole = create_model(f"{name}List", __base__=Shape, __module__=__name__, **keys)
    return records | whole | None


_GivenEvidence = _alias("GivenEvidence", _Evidence | None)


def _optional_evidence() -> Any:
    return _optional(_GivenEvidence)


def _told(declared: FactDeclaration) -> Any:
    """A field of the type of a fact, with the words of the vocabulary."""
    return (
        fact_type(declared),
        Field(default=None, title=declared.label, json_schema_extra=_words(declared)),
    )


def words_of(declared: FactDeclaration) -> dict[str, Any]:
    """Return what a form shows of a fact: its words, and in `x-` keys its unit, its topic and who can answer."""
    found = {
        "title": declared.label,
        "description": f"{declared.question} {declared.meaning}".strip(),
        "x-topic": declared.topic,
        "x-answered-by": list(declared.answered_by),
        "x-unit": declared.unit,
    }
    return {key: each for key, each in found.items() if each}


def _words(declared: FactDeclaration) -> Any:
    def told(schema: dict[str, Any]) -> None:
        _without(schema, "default")
        words = words_of(declared)
        schema.update({key: words[key] for key in ("title", "description", "x-unit") if key in words})

    return told
