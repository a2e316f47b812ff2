"""Data that was made in Python: what of it no file could hold."""

from __future__ import annotations

from collections.abc import Iterator, Mapping


def odd_keys(data: object, trail: tuple[str | int, ...]) -> Iterator[tuple[tuple[str | int, ...], object]]:
    """Yield keys that are no text, which no file can hold, with the way to where they stand."""
    if isinstance(data, Mapping):
        for key, each in data.items():
            if not isinstance(key, str):
                yield trail, key
            elif isinstance(each, dict | list | tuple | Mapping):
                yield from odd_keys(each, (*trail, key))
    elif isinstance(data, list | tuple):
        for at, each in enumerate(data):
            if isinstance(each, dict | list | tuple | Mapping):
                yield from odd_keys(each, (*trail, at))


def is_too_deep(data: object, most_depth: int, most_nodes: int) -> bool:
    """Whether data is nested beyond what files may be; what holds itself is nested without end."""
    level, here = 0, [data]
    while here := [
        inner
        for each in here
        if isinstance(each, dict | list | tuple | Mapping)
        for inner in (each.values() if isinstance(each, Mapping) else each)
        if isinstance(inner, dict | list | tuple | Mapping)
    ]:
        level += 1
        if level > most_depth or len(here) > most_nodes:
            return True
    return False
