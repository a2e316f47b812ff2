"""What is met already: what a step may take away, and what of it is only not well enough backed."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping

from qa_rules.explain.circuits import Keep
from qa_rules.repair.consequences import Ways, cone
from qa_rules.repair.edits import Changing


def keeps(changing: Changing, keys: Collection[str], asked: Collection[int]) -> bool:
    """Whether some gates can be met by changing what has some keys, no further than they ask, and nothing be lost.

    UnsettledError: too many ways to look at.
    """
    return bool(Ways(changing, keys, asked, ()).follow())


def endangered(changing: Changing, keys: Collection[str]) -> Mapping[str, tuple[int, ...]]:
    """Return the requirements that are met, or do not apply, and may no longer be when what has some keys changes."""
    return {
        name: gates
        for name, gates in changing.met_already.items()
        if any(_may_be_lost(changing, gate, keys) for gate in cone(changing, gates))
    }


def _may_be_lost(changing: Changing, gate: int, keys: Collection[str]) -> bool:
    """Whether a test that counts may no longer count."""
    if gate not in changing.given_true or gate not in changing.goal.literals:
        return False
    owner = changing.owner(gate)
    if owner is not None:
        return owner.key in keys and any(gate not in each.true for each in changing.every(owner))
    return any(each.key in keys for each in changing.goal.reads[changing.goal.literals[gate][0]])


def confirmed(changing: Changing, gates: Collection[int]) -> Iterator[str]:
    """Yield the keys of what makes that something does not apply, and is only not well enough backed."""
    goal = changing.goal
    for gate in cone(changing, gates):
        is_kept = gate in goal.literals and goal.keeps[gate] is Keep.STAY
        if is_kept and gate not in changing.given_true and changing.is_so_already(gate):
            yield from (each.key for each in goal.reads[goal.literals[gate][0]])
