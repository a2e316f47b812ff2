"""From pydantic's errors to diagnostics with places and hints."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Literal, TypeVar, get_args, get_origin

from pydantic import BaseModel, ValidationError
from pydantic.fields import FieldInfo
from pydantic_core import ErrorDetails

from qa_rules.language.reading import MOST_FAULTS, Raw, Source, Trail
from qa_rules.language.shapes import Form
from qa_rules.language.values import NothingWritten, ValueFault, did_you_mean, shown
from qa_rules.model.writing import FORMAT

D = TypeVar("D", bound=BaseModel)

_MAPPING = ("a mapping", "write `key: value`, each on a line of its own, without dashes")
_KINDS = {
    "dict_type": _MAPPING,
    "model_type": _MAPPING,
    "model_attributes_type": _MAPPING,
    "list_type": ("a list", "write each behind a dash, or all of them in square brackets"),
    "string_type": ("text", "write text"),
}
"""What is due, and how it is written."""


def check(document: type[D], source: Source) -> D | None:
    """Return the document, or None after recording every fault in the source.

    Where the keys at fault can be left out, or stood in for, that document is returned, so that the faults inside it
    are found in the same run; the faults recorded still stop whoever reads the file.
    """
    if source.data is None:
        if not source.diagnostics:
            source.fault("value", "there is nothing in this file", (), f"begin with `format: {FORMAT}`")
        return None
    try:
        return document.model_validate(source.data)
    except ValidationError as error:
        faults = error.errors(include_url=False)
    except UnicodeEncodeError:
        message, hint = "a text in this holds half a character", "write the whole character"
        source.fault("value", message, _half(source.data), hint)
        return None
    room = max(0, MOST_FAULTS - len(source.diagnostics))
    for details in faults[:room]:
        _record(details, document, source)
    source.count(len(faults[room:]))
    if source.left_out:
        return None
    return _mended(document, faults, source.data)


def _half(data: Raw, trail: Trail = ()) -> Trail:
    """Where a text that holds half a character stands, empty when no text does."""
    if isinstance(data, str):
        return trail if any("\ud800" <= char <= "\udfff" for char in data) else ()
    inner = data.items() if isinstance(data, Mapping) else enumerate(data) if isinstance(data, list) else ()
    return next((found for step, each in inner if (found := _half(each, (*trail, step)))), ())


_STEPS = 4
"""A key that is left out may have been due; what stands in for it may have keys that are due."""


def _mended(document: type[D], faults: list[ErrorDetails], data: Raw) -> D | None:
    for _ in range(_STEPS):
        trails = [(details["type"] == "missing", _trail(details, data)) for details in faults]
        data = _without([trail for is_missing, trail in trails if not is_missing], data)
        for is_missing, trail in trails:
            if is_missing:
                *above, key = trail
                field = _fields(document, tuple(above)).get(str(key))
                inside = _inside(data, above)
                if field is None or not isinstance(inside, dict) or _stand_in(field) is None:
                    return None
                inside[key] = _stand_in(field)
        try:
            return document.model_validate(data)
        except ValidationError as error:
            faults = error.errors(include_url=False)
    return None


def _stand_in(field: FieldInfo) -> Raw:
    """What may stand where something is missing; None where names would be missed elsewhere."""
    form = _form(field)
    if form is not None:
        return form.stand_in
    kind = get_origin(field.annotation)
    return kind() if kind in (list, dict) else None


def _form(field: FieldInfo) -> Form | None:
    return next((each for each in field.metadata if isinstance(each, Form)), None)


def _inside(data: Raw, trail: Sequence[str | int]) -> Raw:
    """What stands at a place, None where another fault took the place away."""
    for step in trail:
        if isinstance(data, dict):
            data = data.get(step)
        elif isinstance(data, list) and isinstance(step, int) and step in range(len(data)):
            data = data[step]
        else:
            return None
    return data


def _trail(details: ErrorDetails, data: Raw) -> Trail:
    """The keys that lead to a fault, without pydantic's names of the shapes that it tried on the way."""
    trail: list[str | int] = []
    for step in details["loc"]:
        # A number among the keys of a mapping is the place of a key that is no text, or of a shape that was tried.
        in_mapping = isinstance(data, Mapping) and isinstance(step, str) and step in data
        if in_mapping or (isinstance(data, list) and isinstance(step, int) and step < len(data)):
            trail.append(step)
            data = data[step]  # pyright: ignore[reportCallIssue, reportArgumentType]
    return (*trail, details["loc"][-1]) if details["type"] == "missing" else tuple(trail)


def _without(trails: list[Trail], data: Raw) -> Raw:
    """A copy of the data without the keys that the trails lead to."""
    heads: dict[str | int, list[Trail]] = {}
    for trail in trails:
        if trail:
            heads.setdefault(trail[0], []).append(trail[1:])
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
    trail = _trail(details, source.data)
    kind = details["type"]
    field = _fields(document, trail[:-1]).get(str(trail[-1])) if trail else None
    at_key = "[key]" in details["loc"]
    if kind == "extra_forbidden":
        key = str(trail[-1])
        allowed = [*_fields(document, trail[:-1])]
        hint = did_you_mean(key, allowed) or f"the keys here are {', '.join(allowed)}"
        source.fault("unknown-key", f"unknown key `{key}`", trail, hint, key=True)
    elif kind == "missing":
        hint = _due(str(trail[-1]), field)
        source.fault("missing-key", f"`{trail[-1]}` is missing", trail[:-1], hint, key=True)
    elif kind == "value_error":
        fault = details.get("ctx", {})["error"]
        message, hint = (fault.message, fault.hint) if isinstance(fault, ValueFault) else (str(fault), "")
        if isinstance(fault, NothingWritten) and field is not None:
            hint = "write it" if field.is_required() else "write it, or delete the line"
        if isinstance(fault, NothingWritten) and " " in str(trail[-1]):
            hint = "put text that holds a comma in quotes, such as 'Made up, by us'"
        source.fault("value", message, trail, hint, key=at_key)
    elif kind == "literal_error":
        expected = str(details.get("ctx", {})["expected"]).replace("'", "`")
        words = [word.strip("`") for word in expected.replace(" or ", ", ").split(", ")]
        hint = did_you_mean(shown(details["input"]), words) or f"write one of {expected}"
        source.fault("value", f"{shown(details['input'])} is not known here", trail, hint)
    elif kind == "too_short":
        source.fault("value", "here at least one is due", trail, _due(str(trail[-1]), field))
    elif kind in _KINDS:
        what, hint = _KINDS[kind]
        source.fault("value", f"here {what} is due", trail, hint)
    else:
        source.fault("value", details["msg"].lower(), trail)


def _due(key: str, field: FieldInfo | None) -> str:
    """How to write what is missing."""
    if field is None:
        return ""
    form = _form(field)
    if form is not None:
        return form.words.replace("{key}", key)
    kind = get_origin(field.annotation)
    if kind is list:
        some = any(getattr(each, "min_length", 0) for each in field.metadata)
        return f"write `{key}:` and below it each behind a dash{'' if some else f'; for none, `{key}: []`'}"
    if kind is Literal:
        return f"write `{key}:` and one of {', '.join(get_args(field.annotation))}"
    return f"write `{key}:` and inside it what belongs to it, each with its own key"


def _fields(document: type[BaseModel], trail: Trail) -> dict[str, FieldInfo]:
    """The fields, by key, of the document that the trail leads to."""
    here: type[BaseModel] | None = document
    for step in trail:
        if here is None or isinstance(step, int):
            continue
        field = next((each for name, each in here.model_fields.items() if (each.alias or name) == step), None)
        if field is not None:
            here = next(iter(_models(field.annotation)), None)
    return {} if here is None else {field.alias or name: field for name, field in here.model_fields.items()}


def _models(annotation: object) -> list[type[BaseModel]]:
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return [annotation]
    return [model for inner in getattr(annotation, "__args__", ()) for model in _models(inner)]
