"""From the text of one test to a syntax tree, by the grammar file beside this module."""

from __future__ import annotations

import difflib
import re
from functools import lru_cache
from importlib import resources
from typing import Final

import attrs
from lark import Lark, Token, Tree, UnexpectedCharacters, UnexpectedEOF, UnexpectedToken
from lark.lexer import PatternRE, TerminalDef

from qa_rules.language.habits import IN_TESTS, LEAVE_OUT, NO_FIT
from qa_rules.language.instead import Instead, meant

MOST_CHARACTERS = 2_000

RESERVED = frozenset(
    [
        "on",
        "policy",
        "plus",
        "tier",
        "no",
        "one",
        "not",
        "given",
        "empty",
        "current",
        "all",
        "any",
        "only",
        "at",
        "is",
        "of",
        "and",
        "applies",
        "before",
        "after",
        "within",
        "includes",
        "covers",
        "exists",
        "more",
        "less",
        "reaches",
    ]
)
"""Words that may not name a fact or an option."""

_STARTS: Final = "a fact, `on`, `policy.` and a setting, or the id of a requirement"


_EXACT: Final = re.compile(r"write `([^`:]+)`|write numbers without commas or spaces: (\d+)")
"""Hints of these that say all that is to be written in the place of what they are about."""


@attrs.frozen
class SyntaxFault(Exception):
    """The text is not a test."""

    message: str
    offset: int
    width: int
    hint: str


@lru_cache(maxsize=1)
def _grammar() -> Lark:
    text = resources.files("qa_rules.language").joinpath("grammar.lark").read_text("utf-8")
    return Lark(
        text, parser="lalr", propagate_positions=True, maybe_placeholders=False, edit_terminals=_whole_word
    )


def _whole_word(terminal: TerminalDef) -> None:
    """Keep `iss` from being read as `is` and something that does not fit."""
    if terminal.pattern.type == "str" and terminal.pattern.value.isalpha():
        terminal.pattern = PatternRE(rf"{terminal.pattern.value}(?![\w.])")
        terminal.priority = 1


_WORDS: Final = "write words, not signs: `at least`, `at most`, `is`, `before`; quote codes 'like this'"
_DASH: Final = "this is a dash that a word processor sets; write words, or a plain `-` in a code"
_QUOTES: Final = "these are quotation marks that a word processor sets; write plain ones: 'like this'"
_SIGNS: Final = {
    "£": "write the amount and then GBP, with no comma: `8000 GBP`",
    "\u2013": _DASH,
    "\u2014": _DASH,
    "\u2018": _QUOTES,
    "\u2019": _QUOTES,
    "\u201c": _QUOTES,
    "\u201d": _QUOTES,
}
"""What to write in place of a sign that a keyboard, or a word processor, puts there."""


@lru_cache(maxsize=4096)
def parse(text: str) -> Tree[Token]:
    """Return the syntax tree of a test; SyntaxFault with the place and a hint when it is none."""
    if len(text) > MOST_CHARACTERS:
        raise SyntaxFault("this test is too long", 0, 1, "split it into several under all_of")
    try:
        return _grammar().parse(text)
    except UnexpectedCharacters as error:
        at = error.pos_in_stream or 0
        hint = _SIGNS.get(text[at : at + 1], _WORDS)
        raise _habit(text, at) or SyntaxFault(
            f"`{text[at : at + 1]}` has no meaning here", at, 1, hint
        ) from None
    except UnexpectedEOF:
        raise SyntaxFault("the test stops too early", max(0, len(text) - 1), 1, "") from None
    except UnexpectedToken as error:
        raise _unexpected(text, error) from None


def _unexpected(text: str, error: UnexpectedToken) -> SyntaxFault:
    wanted = {_word(name) for name in error.expected} - {""}
    if error.token.type == "$END":
        said = text.split()[-1] if text.split() else ""
        message = f"the test stops too early, after `{said}`" if said else "there is no test here"
        return SyntaxFault(message, max(0, len(text) - len(said)), max(1, len(said)), _options(wanted, text))
    token, at = str(error.token), error.token.start_pos or 0
    near = difflib.get_close_matches(token, wanted, 1, 0.6)
    hint = (
        meant(f"did you mean `{near[0]}`?", token, near[0], wanted) if near else _options(wanted, text[:at])
    )
    return _habit(text, at) or SyntaxFault(f"`{token}` {NO_FIT}", at, len(token), hint)


def _habit(text: str, at: int) -> SyntaxFault | None:
    """What is known of how people write the thing at a place that cannot be read."""
    for pattern, wrong, instead in IN_TESTS:
        for found in re.finditer(pattern, text):
            if found.start() <= at <= found.end() + 1:
                groups = found.groupdict()
                days = int(groups.get("n") or 0) * (14 if "fortnight" in found[0] else 7)
                months = int(groups.get("n") or 0) * 3
                plain = re.sub("[, ]", "", found[0])
                hint = instead.format(plain=plain, days=days, months=months, **groups)
                words = found[0].strip()
                exact = _EXACT.fullmatch(hint)
                if exact:
                    hint = Instead(hint, words, exact[1] or exact[2])
                elif instead == LEAVE_OUT:
                    hint = Instead(hint, words, words.removeprefix("is "))
                return SyntaxFault(f"`{words}` {wrong}", found.start(), len(words), hint)
    return None


_MANY: Final = 6
"""More words than this are no help in finding out which was meant."""


def _options(wanted: set[str], before: str) -> str:
    """What may stand behind the part of a test that can be read."""
    words = [f"`{word}`" for word in sorted(wanted) if word.islower()]
    if not before.strip():
        return f"a test begins with {_STARTS}"
    if before[0].isupper() and "strength" not in wanted:
        name = before.split()[0]
        return f"ask `{name}`, `{name} applies and is met` or, in an outcome, `{name} is not met`"
    if words == ["`plus`"]:
        return "nothing more may follow, but after a date `plus` and a span of time"
    if len(words) > _MANY:
        asked = "behind a fact stands what is asked of it, such as `is`, `at least`, `before`, `includes`"
        return asked if "is" in wanted else "nothing more may follow, but for the unit of a number"
    if "NAME" in wanted:
        words.insert(0, "a value")
    return f"here may stand: {', '.join(words)}" if words else "nothing more may follow"


def _word(terminal: str) -> str:
    if terminal in ("NAME", "REFERENCE"):
        return terminal
    if terminal in ("$END", "COMMA", "DATE", "NUMBER", "QUOTED", "PARAMETER"):
        return ""
    return terminal.lower()
