"""What is sent to another process with every task, and received there once."""

from __future__ import annotations

import weakref
from collections.abc import Callable
from typing import Any

import attrs

_RECEIVED: weakref.WeakValueDictionary[bytes, Any] = weakref.WeakValueDictionary()
"""By the digest of what was sent: engines and hashes are kept for one object, and a copy would need its own."""


def fields_sent(thing: attrs.AttrsInstance) -> bytes:
    """Return the fields of a thing as they are sent."""
    import pickle

    kind = type(thing)
    data = pickle.dumps((kind, {each.alias: getattr(thing, each.name) for each in attrs.fields(kind)}))
    _RECEIVED[_digest(data)] = thing  # a process that is forked off has it already
    return data


def receipt(data: bytes) -> tuple[Callable[[bytes], Any], tuple[bytes]]:
    """Return what pickle asks for: how a thing that cannot be changed is had again."""
    return receive, (data,)


def receive(data: bytes) -> Any:
    """Return what was sent: the same object for the same data, as long as anybody here holds it."""
    import pickle

    digest = _digest(data)
    found = _RECEIVED.get(digest)
    if found is None:
        kind, fields = pickle.loads(data)
        found = _RECEIVED.setdefault(digest, kind(**fields))
    return found


def _digest(data: bytes) -> bytes:
    import hashlib

    return hashlib.sha256(data).digest()
