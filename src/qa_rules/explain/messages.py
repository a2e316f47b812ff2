"""The words of the library itself, in the language in force. English stands in the code; catalogues translate it.

The form is that of gettext: `qa_rules.pot` lists every message, a catalogue gives each in another language. The words
of rulesets, policies and facts are not messages: they stand in their own files.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from importlib import resources
from typing import TYPE_CHECKING, Final

from qa_rules.errors import NotFoundError

if TYPE_CHECKING:
    from gettext import NullTranslations

SOURCE: Final = "en"
"""The language in which the code is written."""

_in_force: ContextVar[NullTranslations | None] = ContextVar("catalogue", default=None)


def mark(message: str) -> str:
    """Return a message as it is, for a table; `say` translates it where it is shown."""
    return message


def say(message: str, /, **values: object) -> str:
    """Return a message in the language in force, with its gaps filled."""
    catalogue = _in_force.get()
    words = message if catalogue is None else catalogue.gettext(message)
    return words.format_map(values) if values else words


def count(one: str, many: str, n: int, /, **values: object) -> str:
    """Return the message for a number, which fills the gap `{n}`; a language has as many forms as it needs."""
    catalogue = _in_force.get()
    if catalogue is None:
        words = one if n == 1 else many
    else:
        words = catalogue.ngettext(one, many, n)
    return words.format_map({"n": n, **values})


def in_force() -> object:
    """Return the catalogue in force, None for the language of the code."""
    return _in_force.get()


def language() -> str:
    """Return the code of the language in force."""
    catalogue = _in_force.get()
    return SOURCE if catalogue is None else catalogue.info().get("language") or SOURCE


@contextmanager
def speaking(catalogue: NullTranslations | None) -> Iterator[None]:
    """Say everything inside in the words of a catalogue; None is the language of the code.

    What an assessment has worked out before keeps its words: findings are made in the language in which they are
    first asked for.
    """
    before = _in_force.set(catalogue)
    try:
        yield
    finally:
        _in_force.reset(before)


def catalogue_of(code: str) -> NullTranslations | None:
    """Return the catalogue of a language, None for that of the code. NotFoundError when there is none."""
    if code == SOURCE:
        return None
    from gettext import translation

    try:
        return translation("qa_rules", str(resources.files("qa_rules").joinpath("locale")), [code])
    except OSError:
        message = (
            f"there is no catalogue of messages for `{code}`; the words of this library are in `{SOURCE}`"
        )
        raise NotFoundError(message) from None


WHY = {
    "missing": mark("not known"),
    "expired": mark("not counted, because the evidence has run out"),
    "not_yet": mark("not counted yet, because the evidence is dated later"),
    "no_judge": mark("not counted, because a judgement needs the name of whoever made it and the date"),
}
"""Why a value is not known, in words."""
