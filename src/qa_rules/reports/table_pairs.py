"""Two decision tables side by side, with the cells that changed marked: two policies, two editions, or two tables.

Rows that are alike are paired, in their order: first those that are the same, then, between two such, so that as many
cells as can be are the same. What finds no partner was taken out, or is new.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from difflib import SequenceMatcher
from typing import Final

import attrs

from qa_rules.model.rulesets import Policy, Ruleset
from qa_rules.program.bind import close
from qa_rules.program.table_tests import tables_of
from qa_rules.reports.decision_tables import Grid, Row, grid_lines, grid_of, laid_out
from qa_rules.reports.html import template

_MOST: Final = 40_000
"""How many pairs of rows between two that are the same are weighed; of more they are paired in their order."""
_SAME, _CHANGED, _GONE, _NEW = "", "*", "-", "+"


@attrs.frozen
class Pair:
    """A row of the old table and one of the new: at least one of them."""

    old: Row | None
    new: Row | None
    was: tuple[str, ...]
    """The cells of the old row below the columns of both tables; empty ones where there is none."""
    now: tuple[str, ...]
    changed: frozenset[int]
    """The columns in which they differ."""

    @property
    def mark(self) -> str:
        """`*` where cells changed, `-` where the row was taken out, `+` where it is new; empty where it is the same."""
        if self.old is None or self.new is None:
            return _NEW if self.old is None else _GONE
        return _CHANGED if self.changed else _SAME


@attrs.frozen
class Beside:
    """Two tables beside each other. One of them is None where the other has no partner."""

    old: Grid | None
    new: Grid | None
    head: tuple[str, ...]
    """The columns of both, those that only the old one has at their place among the others."""
    pairs: tuple[Pair, ...]

    @property
    def title(self) -> str:
        """What the table is called; both names where they differ."""
        titles = dict.fromkeys(each.title for each in (self.old, self.new) if each is not None)
        return " / ".join(titles)

    @property
    def how(self) -> str:
        """Which rows give the answer; both where that changed."""
        return " -> ".join(dict.fromkeys(each.how for each in (self.old, self.new) if each is not None))

    @property
    def differs(self) -> bool:
        """Whether anything of it changed."""
        return any(each.mark for each in self.pairs) or (
            self.old is not None and self.new is not None and self.old.how != self.new.how
        )


def grids(ruleset: Ruleset, policy: Policy | None = None) -> tuple[Grid, ...]:
    """Return the decision tables of a ruleset and of a policy, in words."""
    tables = tables_of(ruleset, policy)
    outputs = close(ruleset, policy).outputs if tables else {}
    return tuple(grid_of(outputs[each.outputs[0].name].diagram) for each in tables)


def beside(old: Iterable[Grid], new: Iterable[Grid]) -> tuple[Beside, ...]:
    """Return tables beside those of the same id; what finds no partner stands alone."""
    before, after = ({each.id: each for each in side} for side in (old, new))
    return tuple(paired(before.get(name), after.get(name)) for name in {**before, **after})


def paired(old: Grid | None, new: Grid | None) -> Beside:
    """Return two tables beside each other, whatever they are called."""
    sides = [each for each in (old, new) if each is not None]
    columns = list(_merged([each.columns for each in sides]))
    head = {name: words for each in sides for name, words in zip(each.columns, each.head, strict=True)}
    was, now = (_below(columns, each) for each in (old, new))
    found = []
    for one, other in _pairs(was, now):
        mine, theirs = (
            ("",) * len(columns) if at is None else side[at] for side, at in ((was, one), (now, other))
        )
        changed = frozenset(at for at, cell in enumerate(mine) if cell != theirs[at])
        before = None if one is None or old is None else old.rows[one]
        after = None if other is None or new is None else new.rows[other]
        found.append(Pair(before, after, mine, theirs, changed if before and after else frozenset()))
    return Beside(old, new, tuple(head[name] for name in columns), tuple(found))


def _merged(sides: Sequence[Sequence[str]]) -> Iterator[str]:
    """The names of both sides, each once, in an order that keeps to both where it can."""
    if len(sides) == 1:
        yield from sides[0]
        return
    old, new = sides
    done: set[str] = set()
    for _, one, until, other, other_until in SequenceMatcher(None, old, new, autojunk=False).get_opcodes():
        for name in (*old[one:until], *new[other:other_until]):
            if name not in done:
                done.add(name)
                yield name


def _below(columns: Sequence[str], side: Grid | None) -> list[tuple[str, ...]]:
    """The cells of each row below the columns of both tables."""
    if side is None:
        return []
    at = {name: place for place, name in enumerate(side.columns)}
    return [tuple(row.cells[at[name]] if name in at else "" for name in columns) for row in side.rows]


def _pairs(
    was: Sequence[tuple[str, ...]], now: Sequence[tuple[str, ...]]
) -> Iterator[tuple[int | None, int | None]]:
    """The rows by number, each with its partner."""
    for kind, one, until, other, other_until in SequenceMatcher(None, was, now, autojunk=False).get_opcodes():
        if kind == "equal":
            yield from zip(range(one, until), range(other, other_until), strict=True)
        else:
            yield from _alike(was, now, range(one, until), range(other, other_until))


def _alike(
    was: Sequence[tuple[str, ...]], now: Sequence[tuple[str, ...]], old: range, new: range
) -> Iterator[tuple[int | None, int | None]]:
    """Pair rows so that as many cells as can be are the same (an alignment of Needleman and Wunsch, 1970)."""
    if len(old) * len(new) > _MOST:
        fewest = min(len(old), len(new))
        yield from zip(old[:fewest], new[:fewest], strict=True)
        yield from ((each, None) for each in old[fewest:])
        yield from ((None, each) for each in new[fewest:])
        return
    best = [[0] * (len(new) + 1) for _ in range(len(old) + 1)]
    for one in range(len(old) - 1, -1, -1):
        for other in range(len(new) - 1, -1, -1):
            same = _same(was[old[one]], now[new[other]])
            both = same + best[one + 1][other + 1] if same else 0
            best[one][other] = max(both, best[one + 1][other], best[one][other + 1])
    one = other = 0
    while one < len(old) or other < len(new):
        if one < len(old) and other < len(new):
            same = _same(was[old[one]], now[new[other]])
            if same and best[one][other] == same + best[one + 1][other + 1]:
                yield old[one], new[other]
                one, other = one + 1, other + 1
                continue
        if other == len(new) or (one < len(old) and best[one][other] == best[one + 1][other]):
            yield old[one], None
            one += 1
        else:
            yield None, new[other]
            other += 1


def _same(one: Sequence[str], other: Sequence[str]) -> int:
    return sum(mine == theirs for mine, theirs in zip(one, other, strict=True))


# In text, and on a page


def as_text(found: Sequence[Beside], names: tuple[str, str]) -> str:
    """Return tables as text. A cell that changed holds what it was and what it is."""
    lines: list[str] = []
    for each in found:
        lines += [*beside_lines(each, names), ""]
    return "\n".join(lines).rstrip()


def beside_lines(found: Beside, names: tuple[str, str]) -> Iterator[str]:
    """Yield two tables as one grid: a row is marked `*` where cells changed, `-` where taken out, `+` where new."""
    yield f"{found.title} ({found.how})"
    if found.old is None or found.new is None:
        yield f"  only in {names[0] if found.new is None else names[1]}"
    rows = [
        (each.mark, *_numbers(each), *(_cell(each, at) for at in range(len(found.head))))
        for each in found.pairs
    ]
    yield from laid_out([("", "", *found.head), *rows])
    for name, side in zip(names, (found.old, found.new), strict=True):
        yield from (f"  {name}: {words}" for words in (() if side is None else side.faults))


def _numbers(pair: Pair) -> tuple[str]:
    numbers = dict.fromkeys(each.number for each in (pair.old, pair.new) if each is not None)
    return (" -> ".join(numbers),)


def _cell(pair: Pair, at: int) -> str:
    was, now = pair.was[at], pair.now[at]
    if pair.old is None or pair.new is None or was == now:
        return was if pair.new is None else now
    return f"{was or 'no column'} -> {now or 'no column'}"


def as_page(found: Sequence[Beside], names: tuple[str, str], title: str) -> str:
    """Return one HTML page: the old table on the left, the new one on the right, changed cells marked."""
    return template("tables.html.jinja").render(found=found, names=names, title=title)


def alone_as_text(found: Sequence[Grid]) -> str:
    """Return tables as text."""
    return "\n\n".join("\n".join(grid_lines(each)) for each in found)
