"""JSON that is written as usual, read at a look: what may be at fault is left to the reader that explains."""

from __future__ import annotations

import json
from typing import Final

from qa_rules.language.json_numbers import NUMBERS
from qa_rules.language.reading import MOST_BYTES, Raw

_DECODER: Final = json.JSONDecoder(**NUMBERS)


def plain_json(content: bytes | str) -> dict[str, Raw] | None:
    """Return an object of JSON as plain data; None for what is none, or may have a key twice, or is very large.

    Every key has a colon. With no more colons than keys none was given twice; a colon in some text is as good as one
    that was, and then the other reader looks.
    """
    if len(content) > MOST_BYTES:
        return None
    try:
        text = content if isinstance(content, str) else content.decode()
        found = _DECODER.decode(text)
        return found if type(found) is dict and _keys(found) == text.count(":") else None
    except (ValueError, RecursionError):
        return None


def _keys(data: dict[str, Raw]) -> int:
    """How many keys there are in facts and their evidence, and no more than there are in all."""
    keys = len(data)
    for each in data.values():
        if type(each) is dict:
            keys += len(each) if "value" in each else _keys(each)
        elif type(each) is list:
            keys += sum(_keys(inner) for inner in each if type(inner) is dict)
    return keys
