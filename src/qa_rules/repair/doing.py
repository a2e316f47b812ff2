"""One way to do the steps of a plan: the fewest changes, none of them further or better backed than the goal takes."""

from __future__ import annotations

from collections.abc import Collection, Sequence

from qa_rules.model.facts import Facts
from qa_rules.repair.choosing import enough
from qa_rules.repair.edits import Changing, Masked, UnsettledError
from qa_rules.repair.repairs import Changes, Mended
from qa_rules.repair.sites import State
from qa_rules.repair.strengths import no_stronger
from qa_rules.repair.totals import no_further


def done(
    changing: Changing,
    keys: Collection[str],
    asked: Sequence[Collection[int]],
    masked: Masked,
    otherwise: Changes,
    before: Facts,
) -> Mended | None:
    """Return a way to do some steps that are enough; None where they cannot all be done.

    `keys` are of all that may change, `asked` the gates that each step of a requirement is to meet, `otherwise` changes
    that are enough where it is not settled that all of these gates can be met.
    """
    also = [gate for gates in asked for gate in gates]
    try:
        changes: Changes | None = enough(changing, keys, also, masked)
        if changes is None:
            return None
    except UnsettledError:
        also, changes = [], otherwise

    def is_enough(state: State) -> bool:
        met = changing.met(changing.true_in(state), masked)
        return met[changing.goal.root] and all(met[each] for each in also)

    mended = no_further(Mended.fewest(changing, changes, is_enough, before, keys).least(keys))
    return no_stronger(mended, asked, masked)
