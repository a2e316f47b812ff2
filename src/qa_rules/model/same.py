"""Rulesets and policies that mean the same are one: what was made of one serves the other."""

from __future__ import annotations

import weakref
from typing import TYPE_CHECKING, Final, TypeVar

if TYPE_CHECKING:
    from qa_rules.model.rulesets import Policy, Ruleset

_FIRST: Final[weakref.WeakValueDictionary[tuple[str, ...], Ruleset | Policy]] = weakref.WeakValueDictionary()
"""The first of each name; and of a name that has several, the first of each meaning."""
T = TypeVar("T", "Ruleset", "Policy")


def first_of(thing: T, name: tuple[str, ...]) -> T:
    """Return the first in use that means the same. The hash takes a while: it is asked for where two have one name."""
    named = _FIRST.setdefault(name, thing)
    if named is not thing and named.meaning != thing.meaning:
        named = _FIRST.setdefault((*name, *thing.meaning), thing)
    return named  # type: ignore[return-value]
