"""One test, such as `fee more than 2.50 GBP`, taken apart by its words."""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import lru_cache
from typing import NamedTuple

_UNIT = r"(working days|days?|months?|years?)"
_OPERATORS = (
    ("is not one of", "one of", True),
    ("is one of", "one of", False),
    ("is not given", "given", True),
    ("is given", "given", False),
    ("is not empty", "empty", True),
    ("is empty", "empty", False),
    ("is current", "current", False),
    ("includes all of", "all", False),
    ("includes any of", "any", False),
    ("includes at least", "some", False),
    ("includes only", "only", False),
    ("includes", "all", False),
    ("covers", "covers", False),
    ("exists", "exists", False),
    ("at least", ">=", False),
    ("at most", "<=", False),
    ("more than", "<=", True),
    ("less than", ">=", True),
    ("not before", ">=", False),
    ("not after", "<=", False),
    ("before", ">=", True),
    ("after", "<=", True),
    ("within", "within", False),
    ("is not", "is", True),
    ("is", "is", False),
)


class Term(NamedTuple):
    """What stands on a side of a test: words, or words and a time after that day."""

    words: str
    amount: str = ""
    unit: str = ""


class Test(NamedTuple):
    """A test: `subject operator others`, or the opposite."""

    subject: Term
    operator: str
    others: Sequence[Term]
    negated: bool
    span: Term = Term("")
    """Of `within`: how long, with its unit."""
    number: int = 0


@lru_cache(maxsize=4096)
def read(text: str) -> Test:
    """Take a test apart."""
    subject, _, rest = text.partition(" ")
    for words, operator, negated in _OPERATORS:
        if rest == words or rest.startswith(f"{words} "):
            return _rest(Term(subject), operator, rest[len(words) :].strip(), negated)
    assert not rest, text
    return Test(Term(subject), "is", [Term("yes")], False)


def _rest(subject: Term, operator: str, rest: str, negated: bool) -> Test:
    if operator == "within":
        found = re.fullmatch(rf"(\S+) {_UNIT}(?: of (.+))?", rest)
        assert found, rest
        amount, unit, start = found.groups()
        span = Term("", amount, _plural(unit))
        if start is None:
            return Test(Term("on"), operator, [subject], negated, span)
        return Test(subject, operator, [_term(start)], negated, span)
    count = 0
    if operator == "some":
        number, _, rest = rest.partition(" of ")
        count = int(number)
    several = operator in ("one of", "all", "any", "some", "only", "covers")
    parts = [_term(part.strip()) for part in (rest.split(",") if several else [rest]) if part.strip()]
    return Test(subject, operator, parts, negated, number=count)


def _term(words: str) -> Term:
    found = re.fullmatch(rf"(\S+) plus (\S+) {_UNIT}", words)
    if found:
        return Term(found[1], found[2], _plural(found[3]))
    return Term(words.strip("'\"") if words[:1] in "'\"" else words.split()[0])


def _plural(unit: str) -> str:
    return unit if unit.endswith("s") else f"{unit}s"
