"""A made-up directory of providers for any ruleset: what is good in one place is mostly good in others.

Nobody stands behind a row: subjects are numbers, and people are roles. The same seed gives the same directory.
Every provider has a quality, which draws all its answers, and an openness: how much of it anybody ever asked. What is
asked together (a topic) is known together. Better known providers have stronger and fresher evidence.
"""

from __future__ import annotations

import datetime
from collections.abc import Mapping
from typing import Any, Final
from zlib import crc32

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from qa_rules.model.expressions import facts_of
from qa_rules.model.facts import FactDeclaration, FactType
from qa_rules.model.rulesets import Policy, Ruleset
from qa_rules.model.values import Strength
from qa_rules.program.bind import close

SEED: Final = 20190704
ON: Final = datetime.date(2026, 11, 22)
ABOUT_ROWS: Final = ("provider", "activity", "assessment", "link_worker", "partnership", "programme")
"""What a directory can know. Persons and single referrals are no part of it."""
_AHEAD: Final = ("valid_to", "valid_until", "expires", "review_due", "due", "ends", "last_start", "ended_on")
_STRENGTHS: Final = tuple(each.word for each in Strength)
_DAY: Final = (ON - datetime.date(1970, 1, 1)).days
Floats = npt.NDArray[np.float64]
Mask = npt.NDArray[np.bool_]


def directory(ruleset: Ruleset, rows: int, policy: Policy | None = None, seed: int = SEED) -> pa.Table:
    """Return a table with a column for each fact that the ruleset reads, and columns for its evidence."""
    return _Directory(ruleset, policy, rows, seed).table()


class _Directory:
    def __init__(self, ruleset: Ruleset, policy: Policy | None, rows: int, seed: int) -> None:
        self.vocabulary, self.rows, self.seed = ruleset.vocabulary, rows, seed
        self.read = frozenset(name for node in close(ruleset, policy).nodes for name in facts_of(node.expr))
        rng = self.rng("provider")
        self.quality: Floats = rng.beta(5, 1.6, rows)
        self.openness: Floats = np.clip(rng.beta(3, 2, rows) * (0.6 + 0.5 * self.quality), 0.05, 0.98)

    def rng(self, name: str) -> np.random.Generator:
        """Chance of its own for each name, so that a new fact leaves the others as they were."""
        return np.random.default_rng([self.seed, crc32(name.encode())])

    def table(self) -> pa.Table:
        columns: dict[str, pa.Array] = {"subject": pa.array(np.arange(1, self.rows + 1))}
        for name, declared in self.vocabulary.scalars.items():
            if name in self.read and declared.about in ABOUT_ROWS:
                known = self.known(name, declared.topic)
                columns |= self.fact(name, declared, self.quality, known, self.rng(name))
        for name, declared in self.vocabulary.collections.items():
            if name in self.read and declared.about in ABOUT_ROWS:
                columns |= self.collection(name, declared)
        return pa.table(columns)

    def known(self, name: str, topic: str) -> Mask:
        asked = self.rng(f"topic {topic}").random(self.rows) < np.sqrt(self.openness)
        return asked & (self.rng(f"known {name}").random(self.rows) < np.sqrt(self.openness))

    def fact(
        self, name: str, declared: FactDeclaration, quality: Floats, known: Mask, rng: np.random.Generator
    ) -> dict[str, pa.Array]:
        found = {name: _values(declared, quality, known, rng)}
        found |= _evidence(name, declared, known, quality, rng)
        if declared.may_be_none and name.rpartition(".")[2] == "review_due":
            none = rng.random(len(quality)) < 0.3
            found[name] = _values(declared, quality, known & ~none, rng)
            found[f"{name}@none"] = pa.array(known & none)
        return found

    def collection(self, name: str, declared: FactDeclaration) -> dict[str, pa.Array]:
        known = self.known(name, declared.topic)
        rng = self.rng(name)
        lengths = np.where(known, rng.integers(0, 4, self.rows), 0)
        row = np.repeat(np.arange(self.rows), lengths)
        quality = np.clip(self.quality[row] + rng.normal(0, 0.1, len(row)), 0, 1)
        columns: dict[str, pa.Array] = {}
        for field, inner in declared.fields.items():
            told = rng.random(len(row)) < 0.5 + 0.5 * self.openness[row]
            columns[field] = _values(inner, quality, told, self.rng(f"{name}.{field}"))
            if inner.type is FactType.JUDGEMENT:
                columns |= _evidence(field, inner, told, quality, rng)
        structs = pa.StructArray.from_arrays(list(columns.values()), names=list(columns))
        offsets = pa.array(np.concatenate([[0], np.cumsum(lengths)]).astype(np.int32))
        lists = pa.ListArray.from_arrays(offsets, structs, mask=pa.array(~known))
        return {name: lists} | _evidence(name, declared, known, self.quality, rng)


def _values(declared: FactDeclaration, quality: Floats, known: Mask, rng: np.random.Generator) -> pa.Array:
    rows = len(quality)
    luck = rng.random(rows)
    likely = float(declared.likelihood) if declared.likelihood is not None else 0.75
    # A fact that is likely at all is all but certain where the quality is high.
    good = luck < np.clip(likely + (quality - 0.72) * 0.9, 0.02, 0.995)
    if declared.direction == "less_is_better" and declared.type in (FactType.YES_NO, FactType.JUDGEMENT):
        good = ~good
    match declared.type:
        case FactType.YES_NO | FactType.JUDGEMENT:
            return pa.array(good, mask=~known)
        case FactType.INTEGER | FactType.DECIMAL:
            least = int(declared.least) if declared.least is not None else 0
            most = int(declared.most) if declared.most is not None else least + 40
            number = least + (rng.beta(1.2, 4, rows) * (most - least)).astype(np.int64)
            return pa.array(number, mask=~known)
        case FactType.DATE:
            return pa.array(_dates(declared.name, good, rng), pa.date32(), mask=~known)
        case FactType.CHOICE:
            return _choice(declared, good, known, rng)
        case FactType.CHOICES:
            return _sets(list(declared.options), quality, known, rng)
        case FactType.CODES:
            return _sets(["one", "two", "three"], quality, known, rng)
        case _:
            words = pa.array(["one", "two", "three"]).take(pa.array(rng.integers(0, 3, rows)))
            return pa.compute.if_else(pa.array(known), words, None)


def _dates(name: str, good: Mask, rng: np.random.Generator) -> npt.NDArray[np.int32]:
    rows = len(good)
    if any(name.endswith(each) for each in _AHEAD):
        days = np.where(good, rng.integers(0, 700, rows), -rng.integers(1, 500, rows))
    else:
        days = -np.where(good, rng.integers(5, 350, rows), rng.integers(300, 1500, rows))
    return (_DAY + days).astype(np.int32)


def _choice(declared: FactDeclaration, good: Mask, known: Mask, rng: np.random.Generator) -> pa.Array:
    count, rows = len(declared.options), len(good)
    low = np.minimum(rng.integers(0, count, rows), rng.integers(0, count, rows))
    upward = declared.ordered and declared.direction != "less_is_better"
    codes = np.where(good, count - 1 - low if upward else low, rng.integers(0, count, rows))
    indices = pa.array(codes.astype(np.int8), mask=~known)
    return pa.DictionaryArray.from_arrays(indices, pa.array(list(declared.options)))


def _sets(options: list[str], quality: Floats, known: Mask, rng: np.random.Generator) -> pa.Array:
    rows = len(quality)
    chosen = (rng.random((rows, len(options))) < 0.15 + 0.7 * quality[:, None]) & known[:, None]
    row, code = np.nonzero(chosen)
    del row
    offsets = pa.array(np.concatenate([[0], np.cumsum(chosen.sum(axis=1))]).astype(np.int32))
    items = pa.array(options).take(pa.array(code))
    return pa.ListArray.from_arrays(offsets, items, mask=pa.array(~known))


def _evidence(
    name: str, declared: FactDeclaration, known: Mask, quality: Floats, rng: np.random.Generator
) -> dict[str, pa.Array]:
    rows = len(known)
    level = (rng.random(rows) * (0.7 + 1.6 * quality)).astype(np.int8).clip(0, 2)
    strength = pa.DictionaryArray.from_arrays(pa.array(level, mask=~known), pa.array(_STRENGTHS))
    dates = (_DAY - rng.integers(1, 420, rows)).astype(np.int32)
    found: Mapping[str, Any] = {
        f"{name}@strength": strength,
        f"{name}@on": pa.array(dates, pa.date32(), mask=~known),
    }
    if declared.type is FactType.JUDGEMENT:
        by = pa.compute.if_else(pa.array(known & (rng.random(rows) < 0.95)), "assessor", None)
        found = {**found, f"{name}@by": by}
    return dict(found)
