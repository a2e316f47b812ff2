"""An attribute that is worked out once, when it is first asked for, without a lock."""

from __future__ import annotations

from functools import cached_property
from typing import Any, Self, TypeVar, overload

V_co = TypeVar("V_co", covariant=True)


class lazy(cached_property[V_co]):  # noqa: N801
    """An attribute that is worked out when it is first asked for.

    `functools.cached_property` holds one lock for all objects of a class up to Python 3.11: a process that forks beside
    threads can inherit it locked, and then waits for ever. Here two threads may work the same thing out, and both get
    the same. attrs makes slots of it, where a class has slots, as it does of its parent.
    """

    @overload
    def __get__(self, instance: None, owner: type[Any] | None = None) -> Self: ...

    @overload
    def __get__(self, instance: object, owner: type[Any] | None = None) -> V_co: ...

    def __get__(self, instance: object | None, owner: type[Any] | None = None) -> Self | V_co:
        if instance is None:
            return self
        kept: dict[str, V_co] = instance.__dict__
        return kept.setdefault(str(self.attrname), self.func(instance))
