"""What every result has in common: it becomes plain data in one way, and prints short."""

from __future__ import annotations

import datetime
import json
import operator
from collections.abc import Callable, Iterable, Mapping
from decimal import Decimal
from enum import Enum
from functools import lru_cache
from types import NoneType
from typing import Any, ClassVar, Final

import attrs

from qa_rules.errors import Diagnostic
from qa_rules.model.values import Severity, Strength, Verdict

KEY: Final = "key"
"""In the metadata of a field: its key in JSON, None for a field that stays out of it."""
_SHOWN = 60
"""How many characters of a text are printed."""


def _as_it_is(value: object) -> Any:
    return value


def _listed(value: Any) -> Any:
    return [each if type(each) is str else plain(each) for each in value] if value else []


_AS_THEY_ARE: Final = frozenset((NoneType, str, bool, int))
_MADE: Final[dict[type, Callable[[Any], Any]]] = {
    **dict.fromkeys(_AS_THEY_ARE, _as_it_is),
    tuple: _listed,
    list: _listed,
    datetime.date: datetime.date.isoformat,
    Decimal: str,
    **dict.fromkeys((Verdict, Severity), operator.attrgetter("_value_")),
    Strength: {each: each.word for each in Strength}.__getitem__,
}
"""By type: what most results are made of."""


class Result:
    """Something that is answered: `to_dict` gives plain data, and `repr` its head."""

    __slots__ = ()

    def __init_subclass__(cls) -> None:
        super().__init_subclass__()
        _MADE[cls] = cls.to_dict

    also: ClassVar[tuple[str, ...]] = ()
    """Properties that stand in JSON beside the fields."""

    def to_dict(self) -> dict[str, Any]:
        """Return the JSON shape; `qa-rules schema` has the schemas."""
        kind: type = type(self)
        return _writer(kind)(self)

    def __repr__(self) -> str:
        fields = attrs.fields(type(self))  # type: ignore[arg-type]
        shown = [f"{each.name}={_short(getattr(self, each.name))}" for each in fields if each.repr]
        return f"{type(self).__name__}({', '.join(shown)})"


@lru_cache(maxsize=256)
def _writer(kind: type) -> Callable[[Any], dict[str, Any]]:
    """Return how a class of results is written: one literal, made of the names of its fields, as attrs does."""
    written = ", ".join(
        f"{key!r}: each if type(each := one.{name}) in as_they_are else plain(each)"
        for key, name in parts(kind)
    )
    scope = {"as_they_are": _AS_THEY_ARE, "plain": plain}
    made: Callable[[Any], dict[str, Any]] = eval(f"lambda one: {{{written}}}", scope)
    return made


@lru_cache(maxsize=256)
def parts(kind: type) -> tuple[tuple[str, str], ...]:
    """Return what of a class of results stands in JSON: keys, and the attributes that hold what stands there."""
    fields = ((each.metadata.get(KEY, each.name), each.name) for each in attrs.fields(kind))
    also: Iterable[str] = getattr(kind, "also", ())
    return (*(each for each in fields if each[0] is not None), *((name, name) for name in also))


def plain(value: object) -> Any:
    """Return a value as JSON has it: words for strengths and verdicts, text for days and exact numbers."""
    made = _MADE.get(type(value))
    return _found(value) if made is None else made(value)


def _found(value: object) -> Any:
    if isinstance(value, Strength):
        return value.word
    if isinstance(value, Enum):
        return value.value
    if isinstance(value, str):
        return str.__str__(value)
    if isinstance(value, datetime.date):
        return value.isoformat()
    if isinstance(value, Decimal):
        return str(value)
    if isinstance(value, Mapping):
        return {key: plain(each) for key, each in value.items()}
    if isinstance(value, tuple | list):
        return [plain(each) for each in value]
    if isinstance(value, Result | Diagnostic):
        return value.to_dict()
    raise AssertionError(f"a result holds no {type(value).__name__}")


def canonical(data: object) -> str:
    """Return the same JSON for the same data, whatever the order of keys. ValueError where JSON cannot hold it."""
    return json.dumps(data, sort_keys=True, ensure_ascii=True, separators=(",", ":"), allow_nan=False)


def _short(value: object) -> str:
    if isinstance(value, str) and not isinstance(value, Enum) and len(value) > _SHOWN:
        return repr(f"{value[: _SHOWN - 1]}…")
    if isinstance(value, Mapping):
        return f"<{len(value)} entries>" if value else "{}"
    if isinstance(value, tuple):
        first = next(iter(value), "")
        if len(value) > 3 or not isinstance(first, str | int):
            return f"<{len(value)} {type(first).__name__}>"
    return f"<{type(value).__name__}>" if attrs.has(type(value)) else repr(value)
