"""One vocabulary for two rulesets, so that one provider can be held against both."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from decimal import Decimal

import attrs

from qa_rules.model.facts import FactDeclaration, Vocabulary


def merged(old: Vocabulary, new: Vocabulary) -> tuple[Vocabulary, tuple[str, ...]]:
    """Return what either vocabulary allows, and the names that mean different things in the two."""
    clashes: list[str] = []
    facts = _merged(old.facts, new.facts, clashes)
    return Vocabulary(facts), tuple(clashes)


def _merged(
    old: Mapping[str, FactDeclaration], new: Mapping[str, FactDeclaration], clashes: list[str]
) -> dict[str, FactDeclaration]:
    found = {**old, **new}
    for name in old.keys() & new.keys():
        before, after = old[name], new[name]
        ranks = before.ordered and after.ordered and _order(before) != _order(after)
        if before.type is not after.type or before.unit != after.unit or ranks:
            clashes.append(after.name)
            continue
        found[name] = attrs.evolve(
            after,
            options={**before.options, **after.options},
            least=_looser(before.least, after.least, min),
            most=_looser(before.most, after.most, max),
            may_be_none=before.may_be_none or after.may_be_none,
            excludes=tuple(each for each in after.excludes if each in before.excludes),
            fields=_merged(before.fields, after.fields, clashes),
        )
    return found


def _order(declared: FactDeclaration) -> list[str]:
    return list(declared.options)


def _looser(
    before: Decimal | None, after: Decimal | None, pick: Callable[[Decimal, Decimal], Decimal]
) -> Decimal | None:
    return None if before is None or after is None else pick(before, after)
