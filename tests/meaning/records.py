"""What is asked of the records of a list."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from tests.meaning.believing import NONE, Value
from tests.meaning.judging import enough, every, opposite, some
from tests.meaning.reading import read
from tests.meaning.testing_facts import Sight, Truth, leaf, set_named

Outside = Callable[[str, int], Any]
"""What a test comes to that is not about facts; `...` for one that is."""


def of_records(key: str, inner: Any, sight: Sight, outside: Outside) -> Truth:
    """Return what `every`, `some`, `at least n` or `together` comes to."""
    words = key.split()
    name = words[0] if words[-1] == "together" else words[-1]
    declared = sight.believed.declared.lists[name]["fields"]
    listed = sight.believed.lists.get(name)
    is_listed = listed is not None and sight.seen(listed.claim) is not None
    whole = is_listed and listed is not None and listed.claim is not None and listed.claim.whole
    parts = (
        inner
        if isinstance(inner, dict) and inner.keys() & {"where", "meets", "empty_is_met", "cover"}
        else {"meets": inner}
    )
    others: Truth = False if whole else None
    found = []
    for record in () if listed is None else listed.records:
        fields = {field: value for field, value in record.items() if sight.seen(value)}
        there: Truth = True if is_listed or fields else None

        def of(rule: Any, fields: Mapping[str, Value] = fields) -> Truth:
            return _inside(rule, sight, declared, fields, outside)

        chosen = every([there, of(parts["where"]) if "where" in parts else True])
        if there is None and "where" in parts and of(parts["where"]) is False:
            chosen = False
        found.append((chosen, of(parts["meets"]) if "meets" in parts else True, fields))
    if words[-1] == "together":
        return _covered(parts["cover"], sight, found, others)
    if words[0] == "every":
        kept = every(some([opposite(chosen), does]) for chosen, does, _ in found)
        something = parts.get("empty_is_met") or any(chosen for chosen, _, _ in found)
        return every([kept, True if whole and something else None])
    number = 1 if words[0] == "some" else int(words[2])
    return enough(number, [*(every([chosen, does]) for chosen, does, _ in found), *([others] * number)])


def _inside(rule: Any, sight: Sight, declared: Any, fields: Mapping[str, Value], outside: Outside) -> Truth:
    if isinstance(rule, str):
        found = outside(rule, sight.strength)
        return leaf(rule, sight, declared, fields) if found is ... else found
    ((key, inner),) = rule.items()

    def of(each: Any) -> Truth:
        return _inside(each, sight, declared, fields, outside)

    match key:
        case "all_of":
            return every(map(of, inner))
        case "any_of":
            return some(map(of, inner))
        case "at_least":
            return enough(inner["count"], [of(each) for each in inner["of"]])
        case "not":
            return opposite(of(inner))
        case "only_when":
            return some([opposite(of(inner["this"])), of(inner["then"])])
        case _:
            raise AssertionError(key)


def _covered(cover: str, sight: Sight, found: list[Any], others: Truth) -> Truth:
    """Every item asked for is in the set, or is the value, of a record that is chosen."""
    test = read(cover)
    asked = set_named(test, sight)
    if asked is None:
        return None
    items, whole = asked

    def has(fields: Mapping[str, Value], item: str) -> Truth:
        held = fields.get(test.subject.words)
        if held is None or held.value is NONE:
            return None
        if not isinstance(held.value, frozenset):
            return bool(held.value == item)
        return True if item in held.value else False if held.whole else None

    each = [
        some([*(every([chosen, has(fields, item)]) for chosen, _, fields in found), others]) for item in items
    ]
    return every([*each, True if items and whole else None])
