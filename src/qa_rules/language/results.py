"""The JSON Schemas of results, from the classes and fields from which `to_dict` makes plain data."""

from __future__ import annotations

import ast
import datetime
import inspect
import textwrap
from collections.abc import Mapping
from decimal import Decimal
from enum import Enum
from functools import lru_cache
from itertools import pairwise
from types import NoneType, UnionType
from typing import Any, Final, Literal, Union, get_args, get_origin, get_type_hints

from qa_rules.errors import Diagnostic
from qa_rules.model.results import Result, parts
from qa_rules.model.values import Strength

_SIMPLE: Final[Mapping[Any, Mapping[str, Any]]] = {
    str: {"type": "string"},
    bool: {"type": "boolean"},
    int: {"type": "integer"},
    NoneType: {"type": "null"},
    datetime.date: {"type": "string", "format": "date"},
    Decimal: {"type": "string", "pattern": r"^-?[0-9]+(\.[0-9]+)?(E[+-]?[0-9]+)?$"},
    Strength: {"enum": [each.word for each in Strength]},
}
_FAULT: Final[Mapping[str, Any]] = {
    "title": "Diagnostic",
    "description": (Diagnostic.__doc__ or "").strip(),
    "type": "object",
    "properties": {
        **{key: {"type": "string"} for key in ("code", "message", "hint", "path")},
        "file": {"type": ["string", "null"]},
        **{key: {"type": ["integer", "null"]} for key in ("line", "column")},
    },
    "required": ["code", "message", "file", "line", "column", "hint", "path"],
}


def result_schema(kind: type[Result], title: str) -> dict[str, Any]:
    """Return the JSON Schema of what `to_dict` of a class of results returns.

    A later version may add keys, as to a record, so keys that are not named are let through.
    """
    shared: dict[str, Any] = {}
    whole = _class(kind, shared)
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        **whole,
        "title": title,
        "$defs": shared,
    }


def _class(kind: type, shared: dict[str, Any]) -> dict[str, Any]:
    hints, words = _hints(kind), _words(kind)
    properties = {
        key: {**_of(hints[name], shared), **({"description": words[name]} if name in words else {})}
        for key, name in parts(kind)
    }
    return {
        "title": kind.__name__,
        "description": inspect.cleandoc(kind.__doc__ or ""),
        "type": "object",
        "properties": properties,
        "required": list(properties),
    }


def _of(hint: Any, shared: dict[str, Any]) -> dict[str, Any]:
    """The schema of a type; classes are shared."""
    if hint in _SIMPLE:
        return dict(_SIMPLE[hint])
    inner = get_args(hint)
    if get_origin(hint) is Literal:
        return {"enum": list(inner)}
    if get_origin(hint) in (Union, UnionType):
        return {"anyOf": [_of(each, shared) for each in inner]}
    if get_origin(hint) is tuple and inner[-1] is Ellipsis:
        return {"type": "array", "items": _of(inner[0], shared)}
    if get_origin(hint) is tuple:
        fixed = [_of(each, shared) for each in inner]
        return {"type": "array", "prefixItems": fixed, "minItems": len(fixed), "maxItems": len(fixed)}
    if isinstance(hint, type) and issubclass(hint, Enum):
        return {"enum": [each.value for each in hint]}
    if hint is Diagnostic:
        shared["Diagnostic"] = _FAULT
    elif hint.__name__ not in shared:
        shared[hint.__name__] = {}  # it may hold itself, as a step of an explanation does
        shared[hint.__name__] = _class(hint, shared)
    return {"$ref": f"#/$defs/{hint.__name__}"}


def _hints(kind: type) -> dict[str, Any]:
    found = get_type_hints(kind)
    for name in getattr(kind, "also", ()):
        found[name] = get_type_hints(getattr(kind, name).fget)["return"]
    return found


@lru_cache(maxsize=256)
def _words(kind: type) -> Mapping[str, str]:
    """What stands below the fields and inside the properties of a class; nothing where there is no source to read."""
    found: dict[str, str] = {}
    for each in reversed(kind.__mro__[:-1]):
        try:
            tree = ast.parse(textwrap.dedent(inspect.getsource(each))).body[0]
        except (OSError, TypeError):
            continue
        body = tree.body if isinstance(tree, ast.ClassDef) else []
        for field, below in pairwise(body):
            said = below.value if isinstance(below, ast.Expr) else None
            is_field = isinstance(field, ast.AnnAssign) and isinstance(field.target, ast.Name)
            if is_field and isinstance(said, ast.Constant) and isinstance(said.value, str):
                found[field.target.id] = " ".join(said.value.split())  # type: ignore[attr-defined]
    for name in getattr(kind, "also", ()):
        found[name] = " ".join((getattr(kind, name).__doc__ or "").split())
    return found
