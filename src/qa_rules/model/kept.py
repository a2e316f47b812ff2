"""What is worked out once and kept: beside the thing that it is about, or the last so many of many things."""

from __future__ import annotations

import os
import weakref
from collections import OrderedDict
from collections.abc import Callable, Hashable
from functools import wraps
from threading import Lock
from typing import Any, Concatenate, Final, Generic, ParamSpec, TypeVar

from qa_rules.model.lazy import lazy

P = ParamSpec("P")
T = TypeVar("T")
K = TypeVar("K", bound=Hashable)


class Keeping:
    """A thing with room for what is worked out of it."""

    @lazy
    def kept(self) -> dict[Any, Any]:
        """What was worked out of it, by what worked it out."""
        return {}


Thing = TypeVar("Thing", bound=Keeping)


def once_for_each(function: Callable[Concatenate[Thing, P], T]) -> Callable[Concatenate[Thing, P], T]:
    """Work something out once for each thing, and keep it beside the thing, for as long as that is kept.

    However many things there are, none drives out what was worked out of another.
    """

    @wraps(function)
    def found(thing: Thing, /, *more: P.args, **named: P.kwargs) -> T:
        key = (function, *more, *named.items())
        kept: dict[Any, T] = thing.kept
        try:
            return kept[key]
        except KeyError:
            return kept.setdefault(key, function(thing, *more, **named))

    return found


class Kept(Generic[K, T]):
    """The last so many of what was made, by key. Each is made once, however many threads ask for it at once."""

    def __init__(self, most: int) -> None:
        self.most: int = most
        self.made: int = 0
        """How often something was made."""
        self._kept: OrderedDict[K, T] = OrderedDict()
        self._making: dict[K, Lock] = {}
        self._lock = Lock()
        _EVERY.add(self)

    def get(self, key: K, make: Callable[[], T]) -> T:
        """Return what is kept under a key, made now if it is not."""
        try:
            found = self._kept[key]
            self._kept.move_to_end(key)
        except KeyError:
            return self._make(key, make)
        return found

    def find(self, key: K) -> T | None:
        """Return what is kept under a key, None where nothing is."""
        return self._kept.get(key)

    def put(self, key: K, made: T) -> None:
        """Keep this under a key, in the place of what is kept there."""
        with self._lock:
            self._kept[key] = made
            self._kept.move_to_end(key)
            self._trim()

    def keep(self, most: int) -> None:
        """Keep as many as this from now on."""
        with self._lock:
            self.most = most
            self._trim()

    def renew(self) -> None:
        """In a child process: locks of threads that are gone stay locked."""
        self._lock, self._making = Lock(), {}

    def __len__(self) -> int:
        return len(self._kept)

    def _make(self, key: K, make: Callable[[], T]) -> T:
        with self._lock:
            making = self._making.setdefault(key, Lock())
        with making:
            try:
                return self._kept[key]
            except KeyError:
                pass
            try:
                made = make()
                with self._lock:
                    self._kept[key] = made
                    self.made += 1
                    self._trim()
                return made
            finally:
                with self._lock:
                    self._making.pop(key, None)

    def _trim(self) -> None:
        while len(self._kept) > self.most:
            self._kept.popitem(last=False)


_EVERY: Final[weakref.WeakSet[Kept[Any, Any]]] = weakref.WeakSet()


def _renew_all() -> None:
    for each in list(_EVERY):
        each.renew()


if hasattr(os, "register_at_fork"):
    os.register_at_fork(after_in_child=_renew_all)
