"""The kinds of files, how one is told from another, and what may stand where in each."""

from __future__ import annotations

import re
import types
from collections.abc import Iterable, Mapping
from typing import Annotated, Any, Final, Literal, Union, get_args, get_origin

import attrs
from pydantic import BaseModel, WithJsonSchema
from pydantic.fields import FieldInfo

from qa_rules.language.case_schema import CasesDocument
from qa_rules.language.reading import Raw, Source, Trail
from qa_rules.language.schema import (
    FactsDocument,
    PolicyDocument,
    RulesetDocument,
    VocabularyDocument,
)
from qa_rules.language.shapes import RULE_MARK, Flag

DOCUMENTS: Final[Mapping[str, type[BaseModel]]] = {
    "ruleset": RulesetDocument,
    "vocabulary": VocabularyDocument,
    "policy": PolicyDocument,
    "cases": CasesDocument,
    "facts": FactsDocument,
}
_TELLING: Final = (
    ("policy", {"policy", "for"}),
    ("cases", {"cases", "ruleset"}),
    ("vocabulary", {"vocabulary"}),
    ("ruleset", {"ruleset", "edition"}),
    ("ruleset", {"ruleset", "requirements"}),
    ("facts", {"format", "facts"}),
)
"""By which keys a file is known, the first that fits."""


def kind_of(source: Source) -> str | None:
    """Return the kind of a file by its keys, also where it cannot be read to its end; None for a file of others."""
    if isinstance(source.data, Mapping):
        keys = {str(each) for each in source.data}
    else:
        found = (re.match(r"([a-z_]+):(?:\s|$)", line) for line in source.lines)
        keys = {each[1] for each in found if each}
    return next((kind for kind, telling in _TELLING if telling <= keys), None)


@attrs.frozen
class Room:
    """What may stand at a place of a file."""

    keys: Mapping[str, FieldInfo] = attrs.field(factory=dict)
    """The keys that there are, where what stands here has keys of its own."""
    words: tuple[str, ...] = ()
    """The words of which one is to be written, where there are no others."""
    is_rule: bool = False
    """Whether a test stands here, or a structure of tests."""


def room(kind: str, trail: Trail) -> Room:
    """Return what may stand at a place of a file of a kind; nothing is said of what stands inside a test."""
    here: Any = DOCUMENTS[kind]
    for step in trail:
        here = _bare(here)
        if _is_rule(here):
            return Room(is_rule=True)
        if isinstance(here, type) and issubclass(here, BaseModel):
            if str(step) not in _fields(here):
                return Room()
            field = _fields(here)[str(step)]
            here = Annotated[field.annotation, *field.metadata] if field.metadata else field.annotation
        else:
            here = next(iter(_models_first(get_args(here))), None)
    here = _bare(here)
    if _is_rule(here):
        return Room(is_rule=True)
    if here is not Annotated and get_origin(here) is Literal:
        return Room(words=get_args(here))
    if here == Flag or (get_origin(here) is Annotated and get_args(here)[0] is bool):
        return Room(words=("yes", "no"))
    if isinstance(here, type) and issubclass(here, BaseModel):
        return Room(keys=_fields(here))
    return Room()


def _fields(model: type[BaseModel]) -> dict[str, FieldInfo]:
    return {field.alias or name: field for name, field in model.model_fields.items()}


def _bare(annotation: Any) -> Any:
    """An annotation without what says that it may be left out, and without remarks that say nothing of its shape."""
    if get_origin(annotation) in (Union, types.UnionType):
        return _bare(
            next(iter(_models_first(each for each in get_args(annotation) if each is not type(None))))
        )
    if (
        get_origin(annotation) is Annotated
        and not _is_rule(annotation)
        and get_args(annotation)[0] is not bool
    ):
        return _bare(get_args(annotation)[0])
    return annotation


def _models_first(annotations: Iterable[Any]) -> list[Any]:
    """Annotations from the last on, those of documents first: what stands in a list or mapping is its last."""
    found = list(annotations)
    found.reverse()
    return sorted(found, key=lambda each: not _holds_model(each))


def _holds_model(annotation: Any) -> bool:
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return True
    return any(_holds_model(each) for each in get_args(annotation))


def _is_rule(annotation: Any) -> bool:
    return get_origin(annotation) is Annotated and any(
        isinstance(each, WithJsonSchema) and _marked(each.json_schema) for each in get_args(annotation)
    )


def _marked(schema: Raw) -> bool:
    """Whether a schema is that of a test, or of several."""
    return isinstance(schema, Mapping) and (
        bool(schema.get(RULE_MARK)) or any(_marked(each) for each in schema.get("anyOf") or ())
    )
