"""Cheapest sets that have a member of each of some sets."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from decimal import Decimal

MOST_BRANCHES = 20_000

Cost = tuple[Decimal, int]
"""Effort, and then how many."""


class TooManyError(Exception):
    """The proof would take too long."""


def cheapest_hitting(
    sets: Sequence[frozenset[str]], costs: Mapping[str, Decimal], banned: Sequence[frozenset[str]] = ()
) -> frozenset[str] | None:
    """Return a cheapest set that has a member of each set and holds none of the banned ones whole.

    Of two as cheap the one with fewer members. None when there is no such set; TooManyError when it is not found
    in reasonable time.
    """
    best: frozenset[str] | None = None
    least: Cost | None = None
    branches = 0

    def cost(chosen: Iterable[str]) -> Cost:
        each = list(chosen)
        return sum((costs[name] for name in each), Decimal(0)), len(each)

    def bound(left: Sequence[frozenset[str]]) -> Cost:
        """What those left cost at least: sets that share nothing are paid for one by one."""
        seen: set[str] = set()
        total, count = Decimal(0), 0
        for each in left:
            if not each & seen:
                seen |= each
                total, count = total + min(costs[name] for name in each), count + 1
        return total, count

    def search(chosen: frozenset[str], without: frozenset[str], left: list[frozenset[str]]) -> None:
        nonlocal best, least, branches
        branches += 1
        if branches > MOST_BRANCHES:
            raise TooManyError
        if any(each <= chosen for each in banned):
            return
        spent, more = cost(chosen), bound(left)
        if least is not None and (spent[0] + more[0], spent[1] + more[1]) >= least:
            return
        if not left:
            best, least = chosen, spent
            return
        first = min(left, key=len)
        for name in sorted(first, key=lambda each: (costs[each], each)):
            rest = [each - without - {name} for each in left if name not in each]
            if all(rest):
                search(chosen | {name}, without, rest)
            # From here on this one is left out, so that no set is looked at twice.
            without |= {name}
            left = [each - {name} for each in left]
            if not all(left):
                return

    search(frozenset(), frozenset(), sorted(set(sets), key=len))
    return best
