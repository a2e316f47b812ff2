"""From the text of one test to a syntax tree, by the grammar file beside this module."""

from __future__ import annotations

import difflib
import re
from functools import lru_cache
from importlib import resources

import attrs
from lark import Lark, Token, Tree, UnexpectedCharacters, UnexpectedEOF, UnexpectedToken
from lark.lexer import PatternRE, TerminalDef

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

_STARTS = "a fact, `on`, `policy.` and a setting, or the id of a requirement"

_HABITS = (
    (r"\band\b", "write one test to a line under `all_of:`"),
    (r"\bor\b", "write one test to a line under `any_of:`"),
    (r"^not\b", "write `not:` as a key, and the test behind it"),
    (r"\bis (at|more|less|before|after|within)\b", "leave out `is`"),
)
"""What people write who know another language, and what to write instead."""


@attrs.frozen
class SyntaxFault(Exception):
    """The text is not a test."""

    message: str
    offset: int
    width: int
    hint: str


@lru_cache(maxsize=1)
def _grammar() -> Lark:
    text = resources.files(__package__).joinpath("grammar.lark").read_text("utf-8")
    return Lark(
        text, parser="lalr", propagate_positions=True, maybe_placeholders=False, edit_terminals=_whole_word
    )


def _whole_word(terminal: TerminalDef) -> None:
    """Keep `iss` from being read as `is` and something that does not fit."""
    if terminal.pattern.type == "str" and terminal.pattern.value.isalpha():
        terminal.pattern = PatternRE(rf"{terminal.pattern.value}(?![\w.])")
        terminal.priority = 1


@lru_cache(maxsize=4096)
def parse(text: str) -> Tree[Token]:
    """Return the syntax tree of a test; SyntaxFault with the place and a hint when it is none."""
    if len(text) > MOST_CHARACTERS:
        raise SyntaxFault("this test is too long", 0, 1, "split it into several under all_of")
    try:
        return _grammar().parse(text)
    except UnexpectedCharacters as error:
        at = error.pos_in_stream or 0
        found = text[at : at + 1]
        hint = "write words, not signs: `at least`, `at most`, `is`, `before`; quote codes 'like this'"
        raise SyntaxFault(f"`{found}` has no meaning here", at, 1, hint) from None
    except UnexpectedEOF:
        raise SyntaxFault("the test stops too early", max(0, len(text) - 1), 1, "") from None
    except UnexpectedToken as error:
        raise _unexpected(text, error) from None


def _unexpected(text: str, error: UnexpectedToken) -> SyntaxFault:
    wanted = {_word(name) for name in error.expected} - {""}
    if error.token.type == "$END":
        said = text.split()[-1] if text.split() else ""
        message = f"the test stops too early, after `{said}`" if said else "there is no test here"
        return SyntaxFault(message, max(0, len(text) - len(said)), max(1, len(said)), _options(wanted))
    token = str(error.token)
    near = difflib.get_close_matches(token, wanted, 1, 0.6)
    habit = next((said for pattern, said in _HABITS if re.search(pattern, text)), "")
    hint = habit or (f"did you mean `{near[0]}`?" if near else _options(wanted))
    return SyntaxFault(f"`{token}` does not fit here", error.token.start_pos or 0, len(token), hint)


def _options(wanted: set[str]) -> str:
    words = [f"`{word}`" for word in sorted(wanted) if word.islower()]
    if "REFERENCE" in wanted:
        return f"a test begins with {_STARTS}"
    if "NAME" in wanted:
        words.insert(0, "a value")
    return f"here may stand: {', '.join(words)}" if words else "nothing more may follow"


def _word(terminal: str) -> str:
    if terminal in ("NAME", "REFERENCE"):
        return terminal
    if terminal in ("$END", "COMMA", "DATE", "NUMBER", "QUOTED", "PARAMETER"):
        return ""
    return terminal.lower()
