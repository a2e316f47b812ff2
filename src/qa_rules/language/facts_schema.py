"""The pydantic model and the JSON Schema of the facts that a ruleset knows."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import Annotated, Any

from pydantic import BaseModel, BeforeValidator, WithJsonSchema, create_model

from qa_rules.errors import NotFoundError
from qa_rules.language.facts import DATES, TEXTS, read_facts
from qa_rules.language.reading import Raw, read_data
from qa_rules.language.schema import Document, FactsDocument
from qa_rules.language.values import ValueFault
from qa_rules.model.facts import Evidence, FactDeclaration, FactType
from qa_rules.model.rulesets import Ruleset
from qa_rules.model.values import Strength


def model_name(ruleset: Ruleset) -> str:
    """Return the name of the model of a ruleset's facts: `SocialPrescribing35Facts`."""
    words = re.split(r"[^A-Za-z0-9]+", ruleset.id)
    return "".join(word[:1].upper() + word[1:] for word in words) + "Facts"


@lru_cache(maxsize=64)
def facts_model(ruleset: Ruleset, about: frozenset[str] | None = None) -> type[BaseModel]:
    """Return the pydantic model of the facts that a ruleset's vocabulary knows: every one optional.

    It accepts what `assess` accepts and refuses what it refuses; its JSON Schema serves editors. With `about` it has
    only the facts about those subjects. NotFoundError for a subject that no fact is about.
    """
    subjects = {each.about for each in ruleset.vocabulary.facts.values()}
    for subject in sorted((about or frozenset()) - subjects):
        raise NotFoundError(f"no fact is about `{subject}`; there are {', '.join(sorted(subjects - {''}))}")

    def checked(declared: FactDeclaration) -> Any:
        def validate(raw: Raw) -> Raw:
            source = read_data({declared.name: raw}, "<facts>")
            read_facts({declared.name: raw}, source, (), ruleset.vocabulary, Evidence())
            if source.diagnostics:
                first = source.diagnostics[0]
                raise ValueFault(first.message, first.hint)
            return raw

        return Annotated[Any, BeforeValidator(validate), WithJsonSchema(fact_schema(declared))]

    fields: dict[str, Any] = {
        name: (checked(declared), None)
        for name, declared in ruleset.vocabulary.facts.items()
        if about is None or declared.about in about
    }
    return create_model(model_name(ruleset), __base__=Document, __module__=__name__, **fields)


_EVIDENCE_SCHEMA: dict[str, Any] = {key: {"type": ["string", "null"]} for key in TEXTS} | {
    **{key: {"type": ["string", "null"], "format": "date"} for key in DATES},
    "strength": {"enum": [*(each.word for each in Strength), None]},
    "inherited": {"type": ["boolean", "null"]},
}


def fact_schema(declared: FactDeclaration) -> dict[str, Any]:
    """Return the JSON Schema of one fact: bare, or with its evidence."""
    evidence = {"type": "object", "properties": _EVIDENCE_SCHEMA, "additionalProperties": False}
    about = {"title": declared.label, "description": f"{declared.question} {declared.meaning}".strip()}
    if declared.type is FactType.DOCUMENT:
        parts = {key: fact_schema(part) for key, part in declared.fields.items()} | {"evidence": evidence}
        whole = {"type": "object", "properties": parts, "additionalProperties": False}
        exists = {
            "type": "object",
            "properties": {"value": _YES_NO, **parts, **_EVIDENCE_SCHEMA},
            "required": ["value"],
        }
        return {**about, "anyOf": [_YES_NO, whole, exists, {"type": "null"}]}
    if declared.type is FactType.COLLECTION:
        fields = {key: fact_schema(field) for key, field in declared.fields.items()} | {"evidence": evidence}
        records = {
            "type": "array",
            "items": {"type": "object", "properties": fields, "additionalProperties": False},
        }
        keys = {"records": records, "partial": _YES_NO, "evidence": evidence}
        wrapped = {
            "type": "object",
            "properties": keys,
            "required": ["records"],
            "additionalProperties": False,
        }
        return {**about, "anyOf": [records, wrapped, {"type": "null"}]}
    bare = _bare_schema(declared)
    keys = {"value": bare, "partial": _YES_NO, **_EVIDENCE_SCHEMA}
    wrapped = {"type": "object", "properties": keys, "required": ["value"], "additionalProperties": False}
    return {**about, "anyOf": [bare, wrapped, {"type": "null"}]}


_YES_NO: dict[str, Any] = {"anyOf": [{"type": "boolean"}, {"enum": ["yes", "no"]}]}


def _bare_schema(declared: FactDeclaration) -> dict[str, Any]:
    schema: dict[str, Any]
    match declared.type:
        case FactType.YES_NO | FactType.JUDGEMENT:
            schema = _YES_NO
        case FactType.INTEGER | FactType.DECIMAL:
            schema = {"type": "integer" if declared.type is FactType.INTEGER else ["number", "string"]}
            if declared.least is not None:
                schema["minimum"] = float(declared.least)
            if declared.most is not None:
                schema["maximum"] = float(declared.most)
        case FactType.DATE:
            schema = {"type": "string", "format": "date"}
        case FactType.CHOICE:
            schema = {"enum": list(declared.options)}
        case FactType.CHOICES:
            schema = {"type": "array", "items": {"enum": list(declared.options)}, "uniqueItems": True}
        case FactType.CODES:
            schema = {"type": "array", "items": {"type": "string", "minLength": 1}, "uniqueItems": True}
        case _:
            schema = {"type": "string", "minLength": 1}
    return {"anyOf": [schema, {"const": "none"}]} if declared.may_be_none else schema


def facts_schema(ruleset: Ruleset) -> dict[str, Any]:
    """Return the JSON Schema of a facts file for a ruleset."""
    schema = FactsDocument.model_json_schema(by_alias=True)
    model = facts_model(ruleset).model_json_schema()
    schema["properties"]["facts"] = {
        key: model[key] for key in ("properties", "additionalProperties", "type")
    }
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        **schema,
        "title": f"Facts for {ruleset.id}",
    }
