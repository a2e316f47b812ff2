"""How the words of a file are found: keys, values and tests, declarations of facts, and facts that are given."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Final

import attrs

from qa_rules.errors import Place
from qa_rules.language.reading import Raw, Source, Span, Trail, mapping
from qa_rules.language.words_of_tests import Scope, Symbol, words_in_test

_QUANTIFIER: Final = re.compile(r"(?:every|some|at least \d+) ([a-z]\w*)|([a-z]\w*) together")
MOST_LINES: Final = 20
"""Over how many lines the words of one test are looked for."""
_OWNED: Final = ("field", "option", "outcome")
"""Kinds of which the name begins with what they belong to."""


@attrs.frozen
class Word:
    """A word of a file that names something."""

    symbol: Symbol
    place: Place
    text: str
    defines: bool = False
    """Whether the thing is declared here."""
    trail: Trail = ()
    """Where what is declared stands in the data."""


def items(raw: Raw) -> list[Raw]:
    """Return the raw value if it is a list, else an empty one."""
    return raw if isinstance(raw, list) else []


@attrs.frozen
class WordReader:
    """Finds words in the data of one file, in a scope."""

    source: Source
    scope: Scope

    # Words

    def _word(
        self, symbol: Symbol, span: Span | None, text: str, defines: bool, trail: Trail
    ) -> Iterator[Word]:
        if span is not None:
            place = Place(self.source.name, span.line, span.column + span.quoted)
            yield Word(symbol, place, text, defines, trail)

    def _key(self, symbol: Symbol, trail: Trail, defines: bool = False, at: int = 0) -> Iterator[Word]:
        """A word that is a key, or a part of one."""
        span = self.source.keys.get(trail)
        if span is not None:
            span = attrs.evolve(span, column=span.column + at)
        name = symbol.name.rpartition(".")[2] if symbol.kind in _OWNED else symbol.name
        yield from self._word(symbol, span, name, defines, trail)

    def _value(
        self, kind: str, raw: Raw, trail: Trail, defines: bool = False, owner: str = ""
    ) -> Iterator[Word]:
        """A word that is a value by itself."""
        if isinstance(raw, str):
            name = f"{owner}.{raw}" if owner else raw
            about = trail[:-1] if defines else trail
            yield from self._word(Symbol(kind, name), self.source.values.get(trail), raw, defines, about)

    def _subject(self, raw: Raw, trail: Trail, key: bool = False, collection: str = "") -> Iterator[Word]:
        """The name of a fact, field or value; of `collection.field` the field."""
        if not isinstance(raw, str):
            return
        base, _, field = raw.partition(".")
        span = self.source.keys.get(trail) if key else self.source.values.get(trail)
        found = self.scope.subject(raw, collection)
        if found is not None:
            yield from self._word(found[0], span, base, False, trail)
        elif base in self.scope.facts and field in mapping(mapping(self.scope.facts[base]).get("fields")):
            yield from self._word(Symbol("fact", base), span, base, False, trail)
            if span is not None:
                moved = attrs.evolve(span, column=span.column + len(base) + 1)
                yield from self._word(Symbol("field", raw), moved, field, False, trail)

    # Declarations of facts

    def _declared(self, raw: Raw, trail: Trail, collection: str = "") -> Iterator[Word]:
        for name, each in mapping(raw).items():
            symbol = Symbol("field", f"{collection}.{name}") if collection else Symbol("fact", name)
            here, inner = (*trail, name), mapping(each)
            yield from self._key(symbol, here, True)
            for key in ("options", "covers"):
                yield from self._options(symbol, inner.get(key), (*here, key))
            yield from self._declared(inner.get("fields"), (*here, "fields"), name)
            for at, other in enumerate(items(inner.get("excludes"))):
                yield from self._subject(other, (*here, "excludes", at))
            for at, field in enumerate(items(inner.get("named_by"))):
                yield from self._value("field", field, (*here, "named_by", at), owner=name)

    def _options(self, owner: Symbol, raw: Raw, trail: Trail) -> Iterator[Word]:
        for option in mapping(raw):
            yield from self._key(
                Symbol("option", f"{owner.kind} {owner.name}.{option}"), (*trail, option), True
            )

    # Tests

    def _test(self, raw: Raw, trail: Trail, collection: str = "") -> Iterator[Word]:
        if isinstance(raw, str):
            yield from self._leaf(raw, trail, collection)
        elif isinstance(raw, list):
            for at, each in enumerate(raw):
                yield from self._test(each, (*trail, at), collection)
        else:
            for key, inner in mapping(raw).items():
                here = (*trail, key)
                found = _QUANTIFIER.fullmatch(str(key))
                if found is not None:
                    name = found[1] or found[2]
                    yield from self._key(Symbol("fact", name), here, at=str(key).index(name))
                    yield from self._test(inner, here, name)
                elif key not in ("count", "empty_is_met"):
                    yield from self._test(inner, here, collection)

    def _leaf(self, text: str, trail: Trail, collection: str) -> Iterator[Word]:
        span = self.source.values.get(trail)
        if span is None:
            return
        line, column = span.line - 1, span.column - 1 + span.quoted
        for offset, word, symbol in words_in_test(text, self.scope, collection):
            written = self.source.lines[line] if line < len(self.source.lines) else ""
            at = column + offset
            if written[at : at + len(word)] == word and line == span.line - 1:
                yield Word(symbol, Place(self.source.name, line + 1, at + 1), word, False, trail)
                continue
            # A test of several lines: its words follow each other, wherever the lines break.
            found = self._next(word, line, column)
            if found is None:
                return
            line, column = found
            yield Word(symbol, Place(self.source.name, line + 1, column + 1), word, False, trail)
            column += len(word)

    def _next(self, word: str, line: int, column: int) -> tuple[int, int] | None:
        for at in range(line, min(line + 20, len(self.source.lines))):
            pattern = re.compile(rf"(?<![\w.]){re.escape(word)}(?![\w])")
            found = pattern.search(self.source.lines[at], column if at == line else 0)
            if found is not None:
                return at, found.start()
        return None

    # Facts that are given

    def _chosen(self, raw: Raw, trail: Trail, owner: str, options: Mapping[str, Raw]) -> Iterator[Word]:
        """One option, or several."""
        if isinstance(raw, str) and raw in options:
            yield from self._value("option", raw, trail, owner=owner)
        for at, each in enumerate(items(raw)):
            yield from self._chosen(each, (*trail, at), owner, options)

    def _facts(self, raw: Raw, trail: Trail) -> Iterator[Word]:
        for name, given in mapping(raw).items():
            yield from self._subject(name, (*trail, name), key=True)
            found = self.scope.subject(str(name), "")
            if found is not None and found[0].kind == "fact":
                is_list = "fields" in found[1]
                yield from self._given(given, (*trail, name), found[0], str(name) if is_list else "")

    def _given(self, raw: Raw, trail: Trail, symbol: Symbol, collection: str) -> Iterator[Word]:
        """What is given of a fact: options, or records with their fields."""
        owner, options = self.scope.options(symbol)
        yield from self._chosen(raw, trail, owner, options)
        inner = mapping(raw)
        for key in ("value", "covers"):
            yield from self._chosen(inner.get(key), (*trail, key), owner, options)
        for at, record in enumerate(items(raw) if collection else ()):
            yield from self._record(mapping(record), (*trail, at), collection)
        if collection:
            for key, listed in inner.items():
                for at, record in enumerate(items(listed)):
                    yield from self._record(mapping(record), (*trail, key, at), collection)

    def _record(self, raw: Mapping[str, Raw], trail: Trail, collection: str) -> Iterator[Word]:
        for field, given in raw.items():
            found = self.scope.subject(str(field), collection)
            if found is not None and found[0].kind == "field":
                yield from self._word(
                    found[0], self.source.keys.get((*trail, field)), str(field), False, trail
                )
                yield from self._given(given, (*trail, field), found[0], "")
