"""What has to be known of a test to see whether it can still be settled."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import attrs

from qa_rules.model import expressions as ex
from qa_rules.model.expressions import terms, walk
from qa_rules.model.values import NONE
from qa_rules.semantics.snapshot import Held, HeldRecords, Known


@attrs.frozen
class Look:
    """What has to be known of a test to see whether it can still be settled."""

    names: tuple[str, ...]
    """The facts and collections that it reads; none for a constant."""
    fields: Mapping[str, tuple[str, ...]]
    """The fields that it reads of each collection."""
    sticking: tuple[str, ...]
    """The facts of which the value none leaves it unknown for good."""

    @classmethod
    def at(cls, test: ex.Expr, reads: frozenset[str]) -> Look:
        """Return the look of a test."""
        if isinstance(test, ex.Constant):
            return cls((), {}, ())
        fields: dict[str, dict[str, None]] = {}
        for inner in walk(test):
            for term in terms(inner):
                if isinstance(term, ex.Field):
                    fields.setdefault(term.collection, {})[term.name] = None
        looked_at: tuple[ex.Term, ...] = ()
        match test:
            case ex.Compare() | ex.OneOf() | ex.Includes() | ex.Empty() | ex.Linear() | ex.Total():
                looked_at = terms(test)
            case ex.Within(moment, start):
                looked_at = (moment, start)
            case _:
                pass
        sticking = tuple(term.name for term in looked_at if isinstance(term, ex.Fact))
        return cls(tuple(sorted(reads)), {name: tuple(each) for name, each in fields.items()}, sticking)

    def still_open(self, known: Known, asked: int) -> tuple[str, ...]:
        """Return the facts that must be learned, or shown more strongly, before the test, being open, can be settled.

        Empty when nothing that could be learned settles it: a value is none, a setting or the calendar is lacking.
        """
        values, collections = known.values, known.collections
        for name in self.sticking:
            if name in values and values[name].value is NONE:
                return ()
        found = []
        for name in self.names:
            if name in collections:
                if _records_open(collections[name], self.fields.get(name, ()), asked):
                    found.append(name)
            elif name not in values or _value_open(values[name], asked):
                found.append(name)
        return tuple(found)


def _value_open(held: Held, asked: int) -> bool:
    if held.value is NONE:
        return False
    return held.strength < asked or (isinstance(held.value, frozenset) and held.whole < asked)


def _records_open(held: HeldRecords, fields: Sequence[str], asked: int) -> bool:
    if held.whole < asked:
        return True
    for record in held.records:
        for field in fields:
            value = record.fields.get(field)
            if value is None or _value_open(value, asked):
                return True
    return False
