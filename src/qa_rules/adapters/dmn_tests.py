"""The simple unary tests and the values of DMN's tables, turned into cells of ours."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from typing import Final

import attrs

_TOKEN: Final = re.compile(
    r"\s*(?:(?P<text>\"(?:[^\"\\]|\\.)*\")|(?P<date>date\(\s*\"(?P<day>\d{4}-\d\d-\d\d)\"\s*\)|@\"(?P<at>\d{4}-\d\d-\d\d)\")"
    r"|(?P<number>[+-]?(?:\d+(?:\.\d+)?|\.\d+))(?!\w|\.\d)|(?P<word>true|false|null|not)(?![\w])"
    r"|(?P<sign><=|>=|<|>|\.\.|=|[\[\](),]))"
)
_COMPARED: Final = {"<": "less than", "<=": "at most", ">": "more than", ">=": "at least"}
_DATED: Final = {"<": "before", "<=": "not after", ">": "after", ">=": "not before"}


@attrs.frozen
class Value:
    """A value as it is written: text, number, yes or no, day, or none."""

    kind: str
    """`text`, `number`, `truth`, `date` or `none`."""
    said: str


@attrs.frozen
class NotSimple(Exception):
    """Something that is no value, or no simple unary test."""

    said: str


def value_of(text: str) -> Value:
    """Return the only value of a text. NotSimple for anything else."""
    tokens = _tokens(text)
    if len(tokens) != 1 or not isinstance(tokens[0], Value):
        raise NotSimple(text)
    return tokens[0]


def values_of(text: str) -> list[Value]:
    """Return the values of a list with commas. NotSimple where something else is among them."""
    tokens = _tokens(text)
    found = tokens[::2]
    if not all(isinstance(each, Value) for each in found) or any(each != "," for each in tokens[1::2]):
        raise NotSimple(text)
    return [each for each in found if isinstance(each, Value)]


def is_any(text: str) -> bool:
    """Whether a cell takes anything."""
    return text.strip() in ("", "-")


def values_in(text: str) -> list[Value]:
    """Return every value that a cell names. NotSimple where it is no simple unary test."""
    return [] if is_any(text) else [each for each in _tokens(text) if isinstance(each, Value)]


def cell(text: str, word: Callable[[Value], str]) -> str:
    """Return a simple unary test as a cell of ours; `word` says a value. NotSimple where it is none."""
    if is_any(text):
        return "any"
    reading = _Reading(text, _tokens(text), word)
    found = reading.whole()
    if reading.at != len(reading.tokens):
        raise NotSimple(text)
    return found


@attrs.define
class _Reading:
    text: str
    tokens: list[Value | str]
    word: Callable[[Value], str]
    at: int = 0

    def whole(self) -> str:
        if self.peek() == Value("word", "not"):
            self.at += 1
            self.sign("(")
            tests = list(self.tests())
            self.sign(")")
            if len(tests) == 1 and " and " in tests[0]:
                return " or ".join(map(_opposite, tests[0].split(" and ")))
            return " and ".join(map(_opposite, tests))
        return " or ".join(self.tests())

    def tests(self) -> Iterator[str]:
        yield self.one()
        while self.peek() == ",":
            self.at += 1
            yield self.one()

    def one(self) -> str:
        token = self.next()
        if isinstance(token, Value):
            return self.plain(token)
        if token in _COMPARED:
            return self.compared(token)
        if token == "=":
            return self.plain(self.value())
        if token in ("[", "]", "("):
            low = self.value()
            self.sign("..")
            high, end = self.value(), self.next()
            if end not in ("]", "[", ")"):
                raise NotSimple(self.text)
            first = self.said(">=" if token == "[" else ">", low)
            return f"{first} and {self.said('<=' if end == ']' else '<', high)}"
        raise NotSimple(self.text)

    def plain(self, value: Value) -> str:
        return "not given" if value.kind == "none" else self.word(value)

    def compared(self, sign: str) -> str:
        return self.said(sign, self.value())

    def said(self, sign: str, value: Value) -> str:
        if value.kind not in ("number", "date"):
            raise NotSimple(self.text)
        return f"{(_DATED if value.kind == 'date' else _COMPARED)[sign]} {self.word(value)}"

    def value(self) -> Value:
        token = self.next()
        if not isinstance(token, Value) or token.kind == "word":
            raise NotSimple(self.text)
        return token

    def sign(self, wanted: str) -> None:
        if self.next() != wanted:
            raise NotSimple(self.text)

    def peek(self) -> Value | str | None:
        return self.tokens[self.at] if self.at < len(self.tokens) else None

    def next(self) -> Value | str:
        token = self.peek()
        if token is None:
            raise NotSimple(self.text)
        self.at += 1
        return token


def _opposite(test: str) -> str:
    """A test of ours turned round. NotSimple for a span beside other tests: a cell has no brackets."""
    turned = {
        "less than": "at least",
        "at least": "less than",
        "at most": "more than",
        "more than": "at most",
        "not before": "before",
        "not after": "after",
        "before": "not before",
        "after": "not after",
    }
    if " and " in test:
        raise NotSimple(test)
    for words, other in turned.items():
        if test.startswith(words + " "):
            return other + test[len(words) :]
    return "given" if test == "not given" else f"not {test}"


def _tokens(text: str) -> list[Value | str]:
    found: list[Value | str] = []
    at = 0
    while at < len(text.rstrip()):
        match = _TOKEN.match(text, at)
        if match is None:
            raise NotSimple(text)
        at = match.end()
        found.append(_token(match))
    return found


def _token(match: re.Match[str]) -> Value | str:
    if match["text"] is not None:
        return Value("text", re.sub(r"\\(.)", r"\1", match["text"][1:-1]))
    if match["date"] is not None:
        return Value("date", match["day"] or match["at"])
    if match["number"] is not None:
        number = match["number"].removeprefix("+")
        return Value("number", re.sub(r"^(-?)\.", r"\g<1>0.", number))
    if match["word"] is not None:
        kind = {"null": "none", "not": "word"}.get(match["word"], "truth")
        return Value(kind, match["word"])
    return match["sign"]
