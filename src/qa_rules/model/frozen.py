"""Mappings and lists that cannot be changed."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, NoReturn, Self, TypeVar

K = TypeVar("K")
V = TypeVar("V")


class FrozenDict(dict[K, V]):
    """A mapping that cannot be changed. It can be hashed, pickled, and written as JSON like any other."""

    __slots__ = ()

    def _refuse(self, *_: object, **__: object) -> NoReturn:
        raise TypeError("this cannot be changed; make a dict of it first")

    if not TYPE_CHECKING:
        __setitem__ = __delitem__ = clear = pop = popitem = setdefault = update = _refuse

    def __ior__(self, other: object) -> Self:  # type: ignore[override, misc]
        self._refuse()

    def __hash__(self) -> int:  # type: ignore[override]
        return hash(frozenset(self))

    def __reduce__(self) -> tuple[Any, ...]:
        return FrozenDict, (dict(self),)

    def __copy__(self) -> Self:
        return self

    def __deepcopy__(self, memo: object) -> Self:
        return self


def freeze(data: Mapping[str, Any]) -> FrozenDict[str, Any]:
    """Return plain data that cannot be changed at any depth: tuples for lists."""
    return FrozenDict({key: _frozen(each) for key, each in data.items()})


def _frozen(value: Any) -> Any:
    if isinstance(value, Mapping):
        return freeze(value)
    return tuple(map(_frozen, value)) if isinstance(value, list | tuple) else value


def thaw(value: Any) -> Any:
    """Return plain data of dicts and lists, as JSON has it."""
    if isinstance(value, Mapping):
        return {key: thaw(each) for key, each in value.items()}
    if isinstance(value, list | tuple):
        return [thaw(each) for each in value]
    return value


def freeze_fields(thing: object, *names: str) -> None:
    """Keep the mappings in some fields of a frozen class from being changed behind its back."""
    for name in names:
        given = getattr(thing, name)
        if isinstance(given, Mapping) and type(given) is not FrozenDict:
            object.__setattr__(thing, name, FrozenDict(given))
