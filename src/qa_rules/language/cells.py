"""The cells of a decision table: simple unary tests in the words of the rule language, without their subject.

`at least 18`, `at least 120 and less than 130`, `employed or retired`, `not bankrupt`, `given`, `any`. A cell is read
as the tests that it stands for, each with the subject of its column in front.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

import attrs

from qa_rules.language.expressions import ExpressionReader
from qa_rules.language.reading import Plain, Raw, Trail
from qa_rules.language.values import ValueFault, did_you_mean, parse_yes_no
from qa_rules.model import expressions as ex
from qa_rules.model.decision_tables import TableInput
from qa_rules.model.expressions import terms, walk
from qa_rules.model.facts import FactDeclaration, FactType

ANY: Final = ("", "-", "any")
_VERBS: Final = re.compile(
    r"(at (least|most)|(more|less) than|(not )?(before|after)|is|one of|not one of|(not )?given)\b"
)
_PART: Final = re.compile(r"'[^']*'|\"[^\"]*\"|\s+(?P<joint>and|or)\s+")
_SIGNS: Final = {"<": "less than", "<=": "at most", ">": "more than", ">=": "at least", "=": "", "!=": "not"}
_SIGN: Final = re.compile(r"(?P<sign><=|>=|!=|<|>|=)\s*(?P<value>\S.*)")
_RANGE: Final = re.compile(
    r"(?P<low>[\[\](])\s*(?P<from>[^\s.]+(\.\d+)?)\s*\.\.\s*(?P<to>[^\s\])\[(]+)\s*(?P<high>[\[\])])"
)


@attrs.frozen
class Part:
    """A test of a cell: its words, and where they begin in it."""

    words: str
    offset: int


@attrs.frozen
class CellReader:
    """Reads the cells of one column."""

    reader: ExpressionReader
    column: TableInput
    declared: FactDeclaration | None
    """What is known of the term of the column; None where it is a test."""

    def read(self, raw: Raw, trail: Trail) -> ex.Expr | None:
        """Return the test of a cell, None for one that takes anything; faults are recorded."""
        if isinstance(raw, list):
            parts = [self.read(each, (*trail, at)) for at, each in enumerate(raw)]
            found = [each for each in parts if each is not None]
            if not found or len(found) < len(parts):
                return self._fault("this list leaves nothing out", trail, "write `any`")
            return found[0] if len(found) == 1 else ex.AnyOf(tuple(found))
        if raw is None or (isinstance(raw, str) and raw.strip().lower() in ANY):
            return None
        if self.declared is None:
            return self._answer(raw, trail)
        text = ("yes" if raw else "no") if isinstance(raw, bool) else str(raw)
        if isinstance(raw, dict):
            return self._fault("a cell holds a test, or a list of values", trail, "write it in words")
        return self._text(text, isinstance(raw, str) and not isinstance(raw, Plain), trail)

    def _fault(self, message: str, trail: Trail, hint: str, offset: int = 0, width: int = 0) -> ex.Expr:
        self.reader.source.fault("cell", message, trail, hint, offset=offset, width=width)
        return ex.Constant(None, "fault")

    def _answer(self, raw: Raw, trail: Trail) -> ex.Expr:
        """A cell below a test: yes or no."""
        try:
            return ex.Constant(parse_yes_no(raw))
        except ValueFault as fault:
            return self._fault(fault.message, trail, f"`{self.column.name}` is a test: write yes, no or any")

    def _text(self, text: str, quoted: bool, trail: Trail) -> ex.Expr:
        declared = self.declared
        assert declared is not None
        if quoted and declared.type is FactType.CODE and not _VERBS.match(text):
            text = f"'{text}'" if "'" not in text else text
        alternatives = [[self._one(part, trail) for part in parts] for parts in _alternatives(text)]
        found = [each[0] if len(each) == 1 else ex.AllOf(tuple(each)) for each in alternatives]
        return found[0] if len(found) == 1 else ex.AnyOf(tuple(found))

    def _one(self, part: Part, trail: Trail) -> ex.Expr:
        words, lead = part.words, ""
        if habit := _habit(words):
            return self._fault(
                f"`{words}` is not how a cell is written", trail, habit, part.offset, len(words)
            )
        if words.lower() in ANY:
            return self._fault("nothing may stand beside `any`", trail, "write `any` alone")
        negated = words.startswith("not ") and not _VERBS.match(words)
        if negated:
            words = words.removeprefix("not ").lstrip()
        if not _VERBS.match(words):
            words, lead = self._valued(words), "is "
        elif words.startswith(("one of", "not one of", "given", "not given")):
            lead = "is "
        before = f"{self.column.name} {lead}{'not ' if negated else ''}"
        return self._checked(before + words, part, trail)

    def _valued(self, words: str) -> str:
        assert self.declared is not None
        is_code = self.declared.type is FactType.CODE and not words.startswith(("'", '"', "policy."))
        return f"'{words}'" if is_code else words

    def _checked(self, text: str, part: Part, trail: Trail) -> ex.Expr:
        expr = self.reader.part(text, trail, part.offset, len(part.words))
        for inner in walk(expr):
            for term in terms(inner):
                if term == self.column.term or isinstance(term, ex.Literal | ex.Parameter):
                    continue
                name = getattr(term, "name", "this")
                hint = "give the column a `test:`, with yes and no in its cells"
                return self._fault(
                    f"a cell compares with what is written or with a setting, not with `{name}`",
                    trail,
                    hint,
                    part.offset,
                    len(part.words),
                )
            if isinstance(
                inner, ex.Within | ex.Includes | ex.Empty | ex.Quantified | ex.Together | ex.Reference
            ):
                hint = "give the column a `test:`, with yes and no in its cells"
                return self._fault(
                    "this is more than a cell can test", trail, hint, part.offset, len(part.words)
                )
        return expr


def _alternatives(text: str) -> Iterator[list[Part]]:
    """The tests of a cell: alternatives, each of tests that have to hold together."""
    parts: list[Part] = []
    start = 0
    for found in _PART.finditer(text):
        if found["joint"] is None:
            continue
        parts.append(_stripped(text, start, found.start()))
        start = found.end()
        if found["joint"] == "or":
            yield parts
            parts = []
    yield [*parts, _stripped(text, start, len(text))]


def _stripped(text: str, start: int, end: int) -> Part:
    words = text[start:end]
    return Part(words.strip(), start + len(words) - len(words.lstrip()))


def _habit(words: str) -> str:
    """How to write what other tables write in signs; empty where it is not in signs."""
    span = _RANGE.fullmatch(words)
    if span is not None:
        low = "at least" if span["low"] == "[" else "more than"
        high = "at most" if span["high"] == "]" else "less than"
        return f"write `{low} {span['from']} and {high} {span['to']}`"
    sign = _SIGN.fullmatch(words)
    if sign is not None:
        plain = f"{_SIGNS[sign['sign']]} {sign['value']}".strip()
        return f"write `{plain}`"
    if found := re.fullmatch(r"not\((.*)\)", words):
        return f"write `not {found[1]}`" if "," not in found[1] else f"write `not one of {found[1]}`"
    if found := re.fullmatch(r"(\S+) (to|-|–) (\S+)", words):
        return f"write `at least {found[1]} and at most {found[3]}`"
    first = words.split(" ", maxsplit=1)[0]
    if first in ("under", "below", "over", "above"):
        return f"write `{'less' if first in ('under', 'below') else 'more'} than {words.partition(' ')[2]}`"
    return did_you_mean(words, ["any", "given", "not given"]) if words in ("all", "anything", "*") else ""
