"""Child tables: the records of a collection in a table of their own, and what becomes of those that find no row."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator
from typing import Any, Final

import attrs
import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from qa_rules.errors import Diagnostic, FactsError
from qa_rules.tables.plain import as_text, plain_table, say_nothing
from qa_rules.tables.planes import Plane, Rows, either, packed
from qa_rules.tables.vectors import Index, running

_AS_WRITTEN: Final = "keys are compared as they are written, blanks and all"
_IN_FULL: Final = "a spreadsheet has shortened this number: keep the column as text and write the key in full"
_ALIKE: Final = (
    (r"[ t]00:00(:00(\.0*)?)?z?\s*$", ""),  # midnight behind a day
    (r"(\.[0-9]*?)0+\s*$", r"\1"),  # what programs put behind a number, or take away
    (r"\.\s*$", ""),
    ("\u00df", "ss"),
    (r"[^\p{L}\p{N}]+", ""),  # blanks, signs, accents, and what nobody sees
    (r"(^|[^0-9])0+([0-9])", r"\1\2"),
)
"""What people and programs do not tell apart, in the order in which it is taken out of a key."""
_LETTERS: Final = (
    *("ıi", "łl", "øo", "đd", "ðd", "ħh", "ςσ"),
    *("æae", "œoe", "þth"),
)
"""Letters that are written otherwise where a keyboard or a program has none of them."""
_NUMBER: Final = r"^\s*\+?0*([0-9]+)((?:\.[0-9]*[1-9])?)\.?0*\s*$"
"""What a number loses that was text before: the zeros before it, and those behind its point."""
_POWER: Final = r"(?i)^\s*[+-]?[0-9](\.[0-9]+)?e[+-]?[0-9]+\s*$"
_SHORTENED: Final = _POWER + r"|^\s*[0-9]{15}0+(\.0*)?\s*$"
"""A long number of which a spreadsheet kept the first digits: 1.23457E+12 (several may be one), 123456789012345000."""
_WRITTEN: Final = r"^-?(0|[1-9][0-9]*)(\.[0-9]*[1-9])?$"
"""A number as a program writes it."""


@attrs.frozen
class Lost:
    """A line, a cell or a record that was not used: told, never left out in silence."""

    row: int | None
    """Of the table, counted from 1; None for what belongs to no row."""
    column: str
    """Empty for a whole line."""
    value: str
    problem: str
    hint: str


@attrs.define(eq=False)
class Child:
    """A child table, grouped by its key: the records of a row stand together."""

    name: str
    key: str
    keys: pa.Array
    """Each key once, as text."""
    offsets: Index
    records: pa.Table
    places: Index
    """Of each record, where it stood, counted from 0."""
    astray: tuple[Lost, ...]
    """Lines that could not be read and records without a key."""
    open: bool
    """Whether a line or record may belong to any row, so that no list is known to be whole."""
    found: npt.NDArray[np.bool_]
    """Which keys some row had so far."""
    shared: npt.NDArray[np.bool_]
    """Which keys several rows have, or may have, so that nobody can say to which of them a record belongs."""
    numeric: bool
    """Whether all keys are numbers, or look like what became of numbers: they may have lost zeros before them."""
    loose: pa.Array | None = None
    """The keys that no row has, looked at loosely; None where each has a row."""
    crossed: pa.Array | None = None
    """All keys, looked at loosely, where numbers meet what is more than numbers; otherwise None."""

    @classmethod
    def of(cls, name: str, table: pa.Table, key: str, unread: Collection[Lost] = ()) -> Child:
        """Group a child table. FactsError when its keys cannot be compared."""
        plain = plain_table(table)
        keys = comparable(plain[key].combine_chunks(), key, f"child table `{name}`")
        there = keys.is_valid().to_numpy(zero_copy_only=False)
        rest = plain.drop_columns([key])
        words = keys.dictionary_encode()
        codes = pc.fill_null(words.indices, len(words.dictionary)).to_numpy(zero_copy_only=False)
        places = np.argsort(codes, kind="stable")[: int(there.sum())].astype(np.int64)
        lost = tuple(_unread(name, each) for each in unread)
        lines = {each.row for each in unread if not each.column}
        keyless = [at for at in np.flatnonzero(~there).tolist() if at + 1 not in lines and _says(rest, at)]
        lost += tuple(_keyless(name, key, at, rest) for at in keyless)
        return cls(
            name,
            key,
            words.dictionary,
            running(np.bincount(codes[places], minlength=len(words.dictionary))),
            rest.take(pa.array(places)).combine_chunks(),
            places,
            lost,
            bool(lines or keyless),
            np.zeros(len(words.dictionary), np.bool_),
            np.zeros(len(words.dictionary), np.bool_),
            _are_numbers(plain.schema.field(key).type, words.dictionary),
        )

    def afresh(self, keys: Iterable[pa.Array]) -> Child:
        """Return the same before any row was seen, for a table with these keys."""
        rows, numeric = np.zeros(len(self.keys) + 1, np.int64), True
        alike: list[pa.Array] = []
        for some in keys:
            words = comparable(some, self.key, "table")
            numeric = numeric and _are_numbers(some.type, words)
            if self.numeric and not numeric:
                alike = [pa.concat_arrays([*alike, self._like_mine(words)]).unique()]
            at = pc.fill_null(pc.index_in(words, value_set=self.keys), len(self.keys))
            rows += np.bincount(at.to_numpy(zero_copy_only=False), minlength=len(rows))
        meet = numeric is not self.numeric
        nobody = self.keys.filter(pa.array(rows[:-1] == 0))
        texts = (
            pa.concat_arrays([*alike, self.keys.filter(pa.array(rows[:-1] > 0))])
            if self.numeric
            else self.keys
        )
        return attrs.evolve(
            self,
            found=np.zeros(len(self.keys), np.bool_),
            shared=(rows[:-1] > 1) | (self._several(texts) if meet else False),
            open=self.open or bool(_matching(nobody, _SHORTENED).any()),
            loose=_loose(nobody).unique() if len(nobody) else None,
            crossed=_loose(self.keys).unique() if meet else None,
        )

    def _like_mine(self, words: pa.Array) -> pa.Array:
        """Keys of rows that are the same number as some key here, and written otherwise, each once."""
        words = words.filter(pc.invert(pc.match_substring_regex(words, _WRITTEN))).unique()
        return words.filter(pa.array(_is_in(_as_number(words), _as_number(self.keys))))

    def _several(self, texts: pa.Array) -> npt.NDArray[np.bool_]:
        """Which keys are a number that several texts are: 7 may have been 007, and then 7 is somebody else."""
        counted = _as_number(texts).value_counts()
        return _is_in(
            _as_number(self.keys), counted.field("values").filter(pc.greater(counted.field("counts"), 1))
        )

    def of_rows(self, keys: pa.Array) -> tuple[Index, Index, Plane, Rows]:
        """Return where the records of each row begin, which records they are, and where there may be more.

        Last come the rows whose key other rows have too. The records of that key may belong to any of them, so they
        are used for none.
        """
        words = comparable(keys, self.key, "table")
        at = pc.index_in(words, value_set=self.keys)
        found = pc.fill_null(at, len(self.keys)).to_numpy(zero_copy_only=False)
        self.found[found[found < len(self.keys)]] = True
        shared = np.append(self.shared, False)[found]
        starts, ends = np.append(self.offsets[:-1], 0), np.append(self.offsets[1:], 0)
        lengths = np.where(shared, 0, (ends - starts)[found])
        offsets = running(lengths)
        inner = np.arange(offsets[-1]) + np.repeat(starts[found] - offsets[:-1], lengths)
        if self.open:
            return offsets, inner, True, shared
        exact = found < len(self.keys)
        doubtful = words.is_null().to_numpy(zero_copy_only=False) | shared
        doubtful |= _matching(words, _POWER) | (_matching(words, _SHORTENED) & ~exact)
        return (
            offsets,
            inner,
            either(packed(doubtful) if doubtful.any() else False, self._near(words, exact)),
            shared,
        )

    def _near(self, words: pa.Array, exact: npt.NDArray[np.bool_]) -> Plane:
        """Rows whose key looks like that of a record that finds no row, or, where numbers meet text, of another row."""
        if self.loose is None and self.crossed is None:
            return False
        mine, near = _loose(words), np.zeros(len(words), np.bool_)
        if self.loose is not None:
            near |= _is_in(mine, self.loose)
        if self.crossed is not None:
            near |= _is_in(mine, self.crossed) & ~exact
        return packed(near) if near.any() else False

    def unmatched(self) -> Iterator[Lost]:
        """The records whose key no row had."""
        keys, shortened = self.keys.to_pylist(), _matching(self.keys, _SHORTENED)
        for at in np.flatnonzero(~self.found).tolist():
            for record in self.places[self.offsets[at] : self.offsets[at + 1]].tolist():
                problem = f"record {record + 1:,} of `{self.name}` was not used: no row has this `{self.key}`"
                if shortened[at]:
                    problem += "; it may belong to any row, so no list is taken as whole"
                yield Lost(None, self.name, keys[at], problem, _IN_FULL if shortened[at] else _AS_WRITTEN)


def comparable(keys: pa.Array, key: str, where: str) -> pa.Array:
    """Return keys as text; one that stands for nothing, such as `n/a`, is none.

    FactsError when they are of a type that cannot be compared.
    """
    found = as_text(keys)
    if found is None:
        message = f"the key `{key}` of the {where} holds {keys.type}, and keys are text or numbers"
        raise FactsError([Diagnostic("column-type", message, hint="cast it to text")])
    return pc.if_else(say_nothing(found), pa.scalar(None, found.type), found)


def _is_number(kind: pa.DataType) -> bool:
    types = pa.types
    return bool(types.is_integer(kind) or types.is_floating(kind) or types.is_decimal(kind))


def _are_numbers(kind: pa.DataType, words: pa.Array) -> bool:
    """Whether keys are numbers, or texts that are all written as a program writes a number."""
    return _is_number(kind) or pc.all(pc.match_substring_regex(words, _WRITTEN)).as_py() is not False


def _is_in(words: pa.Array, those: pa.Array) -> npt.NDArray[np.bool_]:
    found: npt.NDArray[np.bool_] = pc.is_in(words, value_set=those, skip_nulls=True).to_numpy(
        zero_copy_only=False
    )
    return found


def _loose(keys: pa.Array) -> pa.Array:
    """Keys without what people and programs do not tell apart."""
    words = pc.utf8_lower(pc.utf8_normalize(keys, "NFKD"))
    if not pc.all(pc.string_is_ascii(words)).as_py():
        for letters in _LETTERS:
            words = pc.replace_substring(words, letters[0], letters[1:])
    for pattern, instead in _ALIKE:
        words = pc.replace_substring_regex(words, pattern, instead)
    return words


def _matching(keys: pa.Array, pattern: str) -> npt.NDArray[np.bool_]:
    found: npt.NDArray[np.bool_] = pc.fill_null(pc.match_substring_regex(keys, pattern), False).to_numpy(
        zero_copy_only=False
    )
    return found


def _as_number(keys: pa.Array) -> pa.Array:
    """Keys as they are once a program has made numbers of them."""
    return pc.replace_substring_regex(pc.utf8_normalize(keys, "NFKC"), _NUMBER, r"\1\2")


def _says(records: pa.Table, at: int) -> bool:
    """Whether a record says anything; an empty line does not."""
    return any(column[at].is_valid for column in records.columns)


def _shown(records: pa.Table, at: int) -> str:
    row: dict[str, Any] = records.slice(at, 1).to_pylist()[0]
    return ", ".join(f"{name} {each}" for name, each in row.items() if each is not None)[:200]


def _keyless(name: str, key: str, at: int, records: pa.Table) -> Lost:
    problem = f"record {at + 1:,} of `{name}` has no `{key}`; it may belong to any row, so no list is taken as whole"
    return Lost(None, name, _shown(records, at), problem, f"give it the `{key}` of its row")


def _unread(name: str, lost: Lost) -> Lost:
    if lost.column:
        return Lost(
            None, f"{name}.{lost.column}", lost.value, f"record {lost.row:,}: {lost.problem}", lost.hint
        )
    problem = (
        f"record {lost.row or 0:,} of `{name}`: {lost.problem}; it may belong to any row, so no list is whole"
    )
    return Lost(None, name, lost.value, problem, lost.hint)
