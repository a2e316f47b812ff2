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

_MONTHS: Final = "January|February|March|April|May|June|July|August|September|October|November|December"
_NO_DATE: Final = ("is not a date", "write year, month and day, such as 2026-03-01")
_NO_FIT: Final = "does not fit here"

_ADDED: Final = "numbers are added in a value: write a `sum:` under `values:`, and compare that by its name"
_TAKEN: Final = (
    "numbers are taken apart in a value: write a `difference:` under `values:`, and compare that by its name"
)
_TIMES: Final = (
    "write `2 times name` among the parts of a `sum:` under `values:`, and compare that; no fact times a fact"
)
_PART_OF: Final = (
    "of requirements, write a `share:` under `values:`; 30 percent of one is `0.3 times name` in a `sum:`"
)
_SEARCHED: Final = "text is not searched: ask `is given`; of a choice or a code also `is one of`"

_LEAVE_OUT: Final = "leave out `is`"

_HABITS: Final = (
    (r"\b(sum|total)( of\b| ?\()", _NO_FIT, _ADDED),
    (
        r"\b(average|avg|mean)( of\b| ?\()",
        _NO_FIT,
        "compare a `sum:` under `values:` with so many times the limit",
    ),
    (
        r"\b(least|lowest|minimum|min)( of\b| ?\()",
        _NO_FIT,
        "write a `least:` under `values:`, and compare that by its name",
    ),
    (
        r"\b(greatest|highest|maximum|max)( of\b| ?\()",
        _NO_FIT,
        "write a `greatest:` under `values:`, and compare that",
    ),
    (
        r"\b(count|number)( of\b| ?\()",
        _NO_FIT,
        "write a `count:` under `values:`, and compare that by its name",
    ),
    (r"^[a-z][\w.]* (plus|and) [a-z][\w.]* (?=at |more |less |is )", _NO_FIT, _ADDED),
    (r"^[a-z][\w.]* \+", _NO_FIT, _ADDED),
    (r"^[a-z][\w.]* (minus\b|- )", _NO_FIT, _TAKEN),
    (r"\b[\w.]+ (times|multiplied by|\*)", _NO_FIT, _TIMES),
    (r"\b[\w.]+ (divided by|/)", _NO_FIT, "multiply the other side instead: " + _TIMES),
    (r"\d+(\.\d+)? ?(%|percent|per cent)( of)?", _NO_FIT, _PART_OF),
    (r"\b(contains|starts with|ends with|begins with|matches|like|has)\b", _NO_FIT, _SEARCHED),
    (r"\blength( of\b| ?\()", _NO_FIT, _SEARCHED),
    (
        r"\b(is )?(a )?multiple of\b",
        _NO_FIT,
        "this cannot be asked: list the values, each with `is`, under `any_of:`",
    ),
    (r"(?P<n>\b\d+) weeks?\b", _NO_FIT, "write `{days} days`"),
    (r"(?P<n>\b\d+) fortnights?\b", _NO_FIT, "write `{days} days`"),
    (r"(?P<n>\b\d+) quarters?\b", _NO_FIT, "write `{months} months`"),
    (r"^if\b", _NO_FIT, "write `only_when:` with `this:` and `then:`"),
    (r"\b(is )?not in\b", _NO_FIT, "write `is not one of`"),
    (r"\b(is )?in\b", _NO_FIT, "write `is one of`"),
    (r"\bunless\b", _NO_FIT, "write `only_when:` with `this:` and `then:`"),
    (
        r"^(latest|last|first|newest) ",
        _NO_FIT,
        "ask `some` or `every` of the records, each with its own test",
    ),
    (r"^at least \d+ ?(%|percent|per cent).*", _NO_FIT, _PART_OF),
    (r"^at least \d+ of\b", _NO_FIT, "write `at_least: {{count: 2, of: [...]}}`"),
    (r">=", _NO_FIT, "write `at least`"),
    (r"<=", _NO_FIT, "write `at most`"),
    (r">(?!=)", _NO_FIT, "write `more than`"),
    (r"<(?![=>])", _NO_FIT, "write `less than`"),
    (r"!=|<>", _NO_FIT, "write `is not`"),
    (r"(?<![<>!])==?", _NO_FIT, "write `is`"),
    (r"\d+([/.]\d+[/.]|-\d{1,2}-)\d+", *_NO_DATE),
    (rf"\d{{1,2}} ({_MONTHS}) \d{{4}}", *_NO_DATE),
    (r"\d{1,3}([, ]\d{3})+", _NO_FIT, "write numbers without commas or spaces: {plain}"),
    (r"\b(is )?between\b", _NO_FIT, "write `at least` and `at most`, each a test of its own under `all_of:`"),
    (r"\b(within|plus|least|most|than) one\b", _NO_FIT, "write the number in digits: 1"),
    (r"\b(is )?((greater|higher|larger|bigger) than|exceeds?|above|over)\b", _NO_FIT, "write `more than`"),
    (r"\b(is )?(fewer|lower|smaller) than\b", _NO_FIT, "write `less than`"),
    (r"\bis (at (least|most)|(more|less) than|before|after|within)\b", _NO_FIT, _LEAVE_OUT),
    (r"\b(is )?(equals?|equal to)\b", _NO_FIT, "write `is`"),
    (r"^(?P<id>[A-Z]\S*) (is )?met$", _NO_FIT, "write `{id} applies and is met`"),
    (r"^(?P<id>[A-Z]\S*) not met$", _NO_FIT, "write `{id} is not met`"),
    (r"\band\b", _NO_FIT, "write one test to a line under `all_of:`"),
    (r"\bor\b", _NO_FIT, "write one test to a line under `any_of:`"),
    (r"^not\b", _NO_FIT, "write `not:` as a key, and the test behind it"),
)
"""What people write who know another language, what is wrong with it, and what to write instead."""


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


@lru_cache(maxsize=4096)
def parse(text: str) -> Tree[Token]:
    """Return the syntax tree of a test; SyntaxFault with the place and a hint when it is none."""
    if len(text) > MOST_CHARACTERS:
        raise SyntaxFault("this test is too long", 0, 1, "split it into several under all_of")
    try:
        return _grammar().parse(text)
    except UnexpectedCharacters as error:
        at = error.pos_in_stream or 0
        hint = "write words, not signs: `at least`, `at most`, `is`, `before`; quote codes 'like this'"
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
    return _habit(text, at) or SyntaxFault(f"`{token}` {_NO_FIT}", at, len(token), hint)


def _habit(text: str, at: int) -> SyntaxFault | None:
    """What is known of how people write the thing at a place that cannot be read."""
    for pattern, wrong, instead in _HABITS:
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
                elif instead == _LEAVE_OUT:
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
