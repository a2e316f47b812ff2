"""What puts a sum, count or share over records right: how far a number has to go, and which records it takes."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from decimal import Decimal
from typing import Final

from qa_rules.explain.messages import count, say
from qa_rules.explain.standing import declared, given_of, label
from qa_rules.explain.wording import listed, value_words
from qa_rules.model import expressions as ex
from qa_rules.model.expressions import walk
from qa_rules.model.facts import FactType
from qa_rules.repair.edits import Changing
from qa_rules.repair.repairs import Mended
from qa_rules.repair.sites import WHOLE, Setting, Spot, Variable, in_order
from qa_rules.semantics.linear import EXACT
from qa_rules.semantics.snapshot import Held

_STEP: Final = Decimal("0.01")
"""How finely a number with decimals is looked for."""


def adds_up(changing: Changing, gates: Collection[int]) -> bool:
    """Whether some of the gates test what records add up to."""
    tests = (changing.goal.tests[changing.goal.literals[gate][0]] for gate in gates)
    return any(
        isinstance(inner, ex.Total) for test in tests if isinstance(test, Spot) for inner in walk(test.expr)
    )


def short_of(changing: Changing) -> tuple[str, ...]:
    """Return what the lists are called of which it may take more new records than there are places for."""
    vocabulary = changing.goal.closed.ruleset.vocabulary
    return tuple(label(vocabulary, each) for each in sorted(changing.goal.crowded))


def no_further(mended: Mended) -> Mended:
    """Return it with numbers in records that go no further than what they add up to asks."""
    kept = dict(mended.changes)
    for variable in tuple(kept):
        kept[variable] = _nearest(mended, kept, variable)
    return mended.with_changes(kept)


def _nearest(mended: Mended, changes: Mapping[Variable, Setting], variable: Variable) -> Setting:
    """The number nearest to the one held, or to the least that there is, with which the goal is still met."""
    setting, changing = changes[variable], mended.changing
    if not (isinstance(setting, Held) and variable.field and adds_up(changing, changing.gates_of[variable])):
        return setting
    about = declared(changing.goal.closed.ruleset.vocabulary, variable.key)
    held = changing.held(variable)
    start = (about.least or 0) if held is None else held.value
    if not about.type.is_number or not isinstance(start, int | Decimal) or isinstance(start, bool):
        return setting
    step = 1 if about.type is FactType.INTEGER else _STEP
    assert isinstance(setting.value, int | Decimal)
    way = EXACT.subtract(setting.value, start)
    far, near, found = int(abs(way) / step), -1, setting
    while far - near > 1:
        middle = (far + near) // 2
        value = EXACT.add(start, EXACT.multiply(step, middle if way > 0 else -middle))
        nearer = Held(
            int(value) if about.type is FactType.INTEGER else value, setting.strength, setting.whole
        )
        if mended.is_enough({**changes, variable: nearer}):
            far, found = middle, nearer
        else:
            near = middle
    return found


def one_way(mended: Mended, variables: Collection[Variable]) -> str:
    """Return in words which records would do: those that are otherwise, and those that are new."""
    changing, vocabulary = mended.changing, mended.changing.goal.closed.ruleset.vocabulary
    given: list[str] = []
    new: dict[tuple[str, int], list[str]] = {}
    for each in sorted(variables, key=in_order):
        if each.place is None or each.place == WHOLE:
            continue
        setting = mended.changes[each]
        if changing.is_new(each):
            new.setdefault((each.name, each.place), [])
        if not isinstance(setting, Held):
            continue
        about = declared(vocabulary, each.key)
        value = value_words(setting.value, about)
        if changing.is_new(each):
            new[each.name, each.place].append(say("{label}: {value}", label=about.label, value=value))
        else:
            number = mended.number(each)
            words = label(vocabulary, each.key, number, given_of(mended.before, each.key, number))
            given.append(say("{label}: {value}", label=words, value=value))
    alike: dict[tuple[str, str], int] = {}
    described = {(each.name, each.place) for each in mended.changes if each.field}
    for (name, place), fields in new.items():
        # What another step says of a new record is not said here.
        if mended.changes.get(Variable(name, place)) and (fields or (name, place) not in described):
            key = name, listed(fields)
            alike[key] = alike.get(key, 0) + 1
    for (name, said), times in alike.items():
        words = count("{list}: one more", "{list}: {n} more", times, list=label(vocabulary, name))
        given.append(say("{what} ({fields})", what=words, fields=said) if said else words)
    return say("One way: {changes}.", changes="; ".join(given)) if given else ""
