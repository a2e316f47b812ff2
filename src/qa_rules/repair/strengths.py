"""How well what a plan changes has to be backed: no more than the plan's goal really takes.

A goal asks one thing at several strengths: of each tier that would do, say. A plan counts on one of them.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence

import attrs

from qa_rules.model.values import Strength
from qa_rules.repair.edits import Changing, Masked
from qa_rules.repair.repairs import Changes, Mended
from qa_rules.repair.sites import Spot, Variable, in_order
from qa_rules.semantics.snapshot import Held


def no_stronger(mended: Mended, steps: Sequence[Collection[int]], masked: Masked) -> Mended:
    """Return it with the least strength of each change with which the goal is still met, those of the others given.

    Of each of the steps, given by the gates that it is to meet, one gate at least stays met.
    """
    changing, changes = mended.changing, mended.changes

    def is_enough(strengths: Mapping[Variable, Strength]) -> bool:
        met = _met(changing, changes, strengths, masked)
        return met[changing.goal.root] and all(any(met[gate] for gate in gates) for gates in steps)

    order = sorted(changes, key=in_order)
    found: dict[Variable, Strength] = {}
    for together in Strength.STATED, Strength.SEEN, Strength.VERIFIED:
        found = dict.fromkeys(order, together)
        if is_enough(found):
            break
    else:  # It was not settled that it is enough at any.
        return mended
    for variable in order:
        for less in Strength.STATED, Strength.SEEN:
            if less < found[variable] and is_enough({**found, variable: less}):
                found[variable] = less
                break
    return attrs.evolve(mended, strengths=found)


def _met(
    changing: Changing, changes: Changes, strengths: Mapping[Variable, Strength], masked: Masked
) -> list[bool]:
    """Which gates are met by changes that are backed so well."""
    state = {
        each: Held(setting.value, strengths[each], strengths[each] if setting.whole else 0)
        if isinstance(setting, Held)
        else setting
        for each, setting in changes.items()
    }
    true = {gate for gate in changing.true_in(state) if not _is_too_weak(changing, gate, changes, strengths)}
    return changing.met(true, masked)


def _is_too_weak(
    changing: Changing, gate: int, changes: Changes, strengths: Mapping[Variable, Strength]
) -> bool:
    """Whether a gate asks more of a list, or of a record that is there, than it would have. A field has its own."""
    test, view, wanted = changing.goal.literals[gate]
    if gate in changing.given_true or not (isinstance(changing.goal.tests[test], Spot) or wanted):
        return False
    asked = view.met if wanted else view.not_met
    lists = (each for each in changing.goal.reads[test] if isinstance(changes.get(each), bool))
    return any(changes[each] and strengths[each] < asked for each in lists)
