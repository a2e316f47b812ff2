"""From pydantic's errors to diagnostics with places and hints."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TypeVar

from pydantic import BaseModel, ValidationError
from pydantic_core import ErrorDetails

from qa_rules.documents.reading import Raw, Source, Trail
from qa_rules.documents.values import ValueFault, did_you_mean

D = TypeVar("D", bound=BaseModel)

_KINDS = {
    "dict_type": "a mapping",
    "model_type": "a mapping",
    "model_attributes_type": "a mapping",
    "list_type": "a list",
    "string_type": "text",
}


def check(document: type[D], source: Source) -> D | None:
    """Return the document, or None after recording every fault in the source.

    Where leaving out the keys at fault makes a document after all, that one is returned, so that the faults inside
    it are found in the same run; the faults recorded still stop whoever reads the file.
    """
    if source.diagnostics and source.data is None:
        return None
    try:
        return document.model_validate(source.data)
    except ValidationError as error:
        faults = error.errors(include_url=False)
    for details in faults:
        _record(details, document, source)
    try:
        return document.model_validate(_without([_trail(details) for details in faults], source.data))
    except ValidationError:
        return None


def _trail(details: ErrorDetails) -> Trail:
    return tuple(step for step in details["loc"] if step != "[key]")


def _without(trails: list[Trail], data: Raw) -> Raw:
    """A copy of the data without the keys that the trails lead to."""
    heads = {
        trail[0]: [each[1:] for each in trails if each and each[0] == trail[0]] for trail in trails if trail
    }
    if isinstance(data, Mapping):
        return {
            key: _without(heads.get(key, []), each)
            for key, each in data.items()
            if () not in heads.get(key, [])
        }
    if isinstance(data, list):
        return [_without(heads.get(at, []), each) for at, each in enumerate(data)]
    return data


def _record(details: ErrorDetails, document: type[BaseModel], source: Source) -> None:
    trail = _trail(details)
    kind = details["type"]
    at_key = "[key]" in details["loc"]
    if kind == "extra_forbidden":
        key = str(trail[-1])
        allowed = _allowed(document, trail)
        hint = did_you_mean(key, allowed) or f"the keys here are {', '.join(allowed)}"
        source.fault("unknown-key", f"unknown key `{key}`", trail, hint, key=True)
    elif kind == "missing":
        source.fault("missing-key", f"`{trail[-1]}` is missing", trail[:-1], "", key=True)
    elif kind == "value_error":
        fault = details["ctx"]["error"]
        message, hint = (fault.message, fault.hint) if isinstance(fault, ValueFault) else (str(fault), "")
        source.fault("value", message, trail, hint, key=at_key)
    elif kind == "literal_error":
        expected = str(details["ctx"]["expected"]).replace("'", "`")
        words = [word.strip("`") for word in expected.replace(" or ", ", ").split(", ")]
        hint = did_you_mean(str(details["input"]), words) or f"write one of {expected}"
        source.fault("value", f"`{details['input']}` is not known here", trail, hint)
    elif kind == "too_short":
        source.fault("value", "here at least one is due", trail)
    elif kind in _KINDS:
        source.fault("value", f"here {_KINDS[kind]} is due", trail)
    else:
        source.fault("value", details["msg"].lower(), trail)


def _allowed(document: type[BaseModel], trail: Trail) -> list[str]:
    """The keys of the document that the trail leads into."""
    here: type[BaseModel] | None = document
    for step in trail[:-1]:
        if here is None or isinstance(step, int):
            continue
        field = next((each for name, each in here.model_fields.items() if (each.alias or name) == step), None)
        if field is not None:
            here = next(iter(_models(field.annotation)), None)
    return [] if here is None else [field.alias or name for name, field in here.model_fields.items()]


def _models(annotation: object) -> list[type[BaseModel]]:
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return [annotation]
    return [model for inner in getattr(annotation, "__args__", ()) for model in _models(inner)]
