"""The pydantic model and the JSON Schema of the facts that a ruleset knows."""

from __future__ import annotations

import datetime
import re
from collections.abc import Mapping
from decimal import Decimal
from typing import Annotated, Any, ClassVar, Final, cast

import attrs
from pydantic import (
    BaseModel,
    ConfigDict,
    Field,
    PlainValidator,
    ValidationError,
    create_model,
    model_validator,
)
from pydantic_core import InitErrorDetails, PydanticCustomError

from qa_rules.errors import Diagnostic, NotFoundError
from qa_rules.language.fact_types import fact_type, words_of
from qa_rules.language.facts import read_facts
from qa_rules.language.reading import Raw, read_data
from qa_rules.language.schema import FactsDocument
from qa_rules.language.values import shown
from qa_rules.model.facts import Evidence, FactDeclaration, Vocabulary
from qa_rules.model.kept import Kept
from qa_rules.model.rulesets import Ruleset


def model_name(ruleset: Ruleset) -> str:
    """Return the name of the model of a ruleset's facts: `SocialPrescribing35Facts`."""
    words = re.split(r"[^A-Za-z0-9]+", ruleset.id)
    return "".join(word[:1].upper() + word[1:] for word in words) + "Facts"


@attrs.frozen
class _Kind:
    """Of which facts a model is. Two rulesets that mean the same have one model."""

    hash: str
    about: frozenset[str] | None
    ruleset: Ruleset = attrs.field(eq=False)


class FactsModel(BaseModel):
    """The facts of one subject, as they were given. What does not fit is told all at once, each fault at its place."""

    model_config: ClassVar[ConfigDict] = ConfigDict(extra="forbid", frozen=True)

    kind: ClassVar[_Kind]
    known: ClassVar[Vocabulary]

    @model_validator(mode="before")
    @classmethod
    def _read(cls, data: Any) -> Any:
        if not isinstance(data, Mapping):
            return data
        faults = _faults(cls.kind.ruleset.vocabulary, cls.known, data)
        if faults:
            raise ValidationError.from_exception_data(cls.__name__, [_details(each, data) for each in faults])
        return dict(data)

    def __reduce__(self) -> tuple[Any, ...]:
        return _again, (self.kind.ruleset, self.kind.about, self.model_dump(exclude_unset=True))


def _again(ruleset: Ruleset, about: frozenset[str] | None, data: dict[str, Any]) -> BaseModel:
    return facts_model(ruleset, about).model_construct(set(data), **data)


def _faults(vocabulary: Vocabulary, known: Vocabulary, data: Mapping[str, Raw]) -> tuple[Diagnostic, ...]:
    source = read_data(data, "<facts>")
    if not source.diagnostics:
        others = {name for name in data if name in vocabulary.facts and name not in known.facts}
        for name in sorted(others):
            about = vocabulary.facts[name].about
            message = f"`{name}` is about the {about or 'ruleset'}, and that is not asked here"
            source.fault("unknown-fact", message, (name,), "leave it out", key=True)
        mine = {name: each for name, each in data.items() if name not in others}
        read_facts(mine, source, (), known, Evidence())
    return tuple(source.diagnostics)


def _details(fault: Diagnostic, data: Raw) -> InitErrorDetails:
    for step in fault.path:
        try:
            data = data[step]
        except (KeyError, IndexError, TypeError):
            data = None
    said = f"{fault.message}; {fault.hint}" if fault.hint else fault.message
    told = {"said": said, "hint": fault.hint, "path": fault.pointer}
    return InitErrorDetails(
        type=PydanticCustomError(cast("Any", fault.code), "{said}", told),
        loc=fault.path,
        input=_of_json(data),
    )


def _of_json(value: Raw) -> Any:
    """What was given, as JSON can hold it."""
    if value is None or isinstance(value, str | bool | int | float):
        return value
    if isinstance(value, datetime.date | Decimal):
        return str(value)
    return shown(value)


def facts_model(ruleset: Ruleset, about: frozenset[str] | None = None) -> type[BaseModel]:
    """Return the pydantic model of the facts that a ruleset's vocabulary knows: every one optional.

    It accepts what `assess` accepts and refuses what it refuses; its JSON Schema serves editors and forms. With `about`
    it has only the facts about those subjects. NotFoundError for a subject that no fact is about.
    """
    subjects = {each.about for each in ruleset.vocabulary.facts.values()}
    for subject in sorted((about or frozenset()) - subjects):
        raise NotFoundError(f"no fact is about `{subject}`; there are {', '.join(sorted(subjects - {''}))}")
    kind = _Kind(ruleset.hash, about, ruleset)
    return _MODELS.get(kind, lambda: _model(kind))


_MODELS: Final[Kept[_Kind, type[BaseModel]]] = Kept(256)


def _model(kind: _Kind) -> type[BaseModel]:
    known = {
        name: declared
        for name, declared in kind.ruleset.vocabulary.facts.items()
        if kind.about is None or declared.about in kind.about
    }
    fields: dict[str, Any] = {name: _field(declared) for name, declared in known.items()}
    name = model_name(kind.ruleset)
    model = create_model(name, __base__=FactsModel, __module__=__name__, **fields)
    model.kind, model.known = kind, Vocabulary(known)
    return model


def _field(declared: FactDeclaration) -> Any:
    def told(schema: dict[str, Any]) -> None:
        schema.pop("default", None)
        schema.update(words_of(declared))

    checked = PlainValidator(_as_given, json_schema_input_type=fact_type(declared))
    return (Annotated[Any, checked], Field(default=None, json_schema_extra=told))


def _as_given(raw: Raw) -> Raw:
    """The model reads all facts together."""
    return raw


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
        "$defs": {**schema.get("$defs", {}), **model.get("$defs", {})},
    }
