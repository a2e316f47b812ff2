"""Text and data that something has happened to, and what may come of it."""

from __future__ import annotations

import traceback
from collections.abc import Callable
from typing import Any

from hypothesis import settings
from hypothesis import strategies as st

from qa_rules import DocumentError, QaRulesError

_DEEP = settings().max_examples > 1_000
SAMPLE = settings(max_examples=400 if _DEEP else 8)
"""`make deep` knocks hundreds of times at each door, anew each time it is run, `make test` a few."""
SLOW_SAMPLE = settings(max_examples=60 if _DEEP else 8)
"""Where each knock takes a tenth of a second or more: a whole command, a table in files, a proof."""

NASTY = st.sampled_from(
    [
        *(
            "",
            "\0",
            "\ufeff",
            "\ud800",
            "\x1b[2J",
            "\x9b",
            "\u202e",
            "- ",
            "? ",
            ": ",
            "&a ",
            "*a",
            "!!python/object ",
            "---\n",
        ),
        *(
            "{",
            "}",
            "[",
            "]" * 50,
            "[" * 200,
            "'",
            '"',
            "null",
            "none",
            "yes",
            "~",
            "9" * 5000,
            "1e999",
            "-0",
            "NaN",
            "\t",
            "\r",
        ),
        *(
            "../../etc/passwd",
            "/dev/zero",
            "0001-01-01",
            "9999-12-31",
            "2026-02-30",
            "10000-01-01",
            "not ",
            "at least 10000000000",
        ),
    ]
)
SCALAR = (
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats()
    | st.text(max_size=20)
    | NASTY
    | st.dates()
    | st.binary(max_size=4)
)
ANYTHING = st.recursive(
    SCALAR,
    lambda inner: (
        st.lists(inner, max_size=4)
        | st.dictionaries(SCALAR.filter(lambda each: each == each), inner, max_size=4)
    ),
    max_leaves=12,
)


@st.composite
def mangled(draw: st.DrawFn, text: str) -> bytes:
    """A text with some of its parts cut, doubled, swapped or made nasty."""
    content = text
    for _ in range(draw(st.integers(1, 4))):
        start = draw(st.integers(0, len(content)))
        end = min(len(content), start + draw(st.integers(0, 40)))
        new = draw(NASTY | st.just(content[start:end] * 2) | st.text(max_size=8))
        content = content[:start] + new + content[end:]
    encoding = draw(st.sampled_from(["utf-8", "utf-8", "utf-8", "utf-8-sig", "utf-16", "cp1252"]))
    return content.encode(encoding, "replace")


@st.composite
def bent(draw: st.DrawFn, data: Any) -> Any:
    """Data of which one part, somewhere, is something else or is not there."""
    if not isinstance(data, dict | list) or not data or draw(st.integers(0, 5)) == 0:
        return draw(ANYTHING)
    keys = list(data) if isinstance(data, dict) else range(len(data))
    key = draw(st.sampled_from(list(keys)))
    whole = dict(data) if isinstance(data, dict) else list(data)
    if draw(st.integers(0, 7)) == 0:
        del whole[key]
    else:
        whole[key] = draw(bent(whole[key]))
    return whole


def answered(door: Callable[[], object], placed: bool = True) -> None:
    """Knock: an answer, or an error of ours in which every fault has a place and stands on lines that steer nothing."""
    told: Exception | None = None
    try:
        door()
    except (QaRulesError, TypeError) as error:
        told = error
    if isinstance(told, DocumentError):
        assert told.diagnostics
        assert not placed or all(each.place is not None for each in told.diagnostics), told
        assert not any(char in str(told) for char in "\x1b\x9b\u202e\0\r")
    elif told is not None:
        assert str(told)
    if isinstance(told, TypeError):  # one that we raise on purpose says what is due
        frames = traceback.extract_tb(told.__traceback__)
        assert "raise" in (frames[-1].line or ""), "".join(traceback.format_tb(told.__traceback__))
