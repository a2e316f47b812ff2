"""Rows of a made-up directory as subjects that are assessed one by one."""

from __future__ import annotations

from typing import Any

from qa_rules.model.facts import Evidence, Facts, FactValue, Records
from qa_rules.model.rulesets import Ruleset
from qa_rules.model.values import NONE, Strength


def facts_of_row(row: dict[str, Any], ruleset: Ruleset) -> Facts:
    """A row of the made-up directory as the facts of one subject."""

    def evidence(name: str, inside: dict[str, Any], inherited: Evidence) -> Evidence:
        strength, on = inside.get(f"{name}@strength"), inside.get(f"{name}@on")
        return Evidence(
            strength=Strength.of(strength) if strength else inherited.strength,
            on=on or inherited.on,
            by=inside.get(f"{name}@by") or "",
        )

    def value(given: Any) -> Any:
        return frozenset(given) if isinstance(given, list) else given

    values, collections = {}, {}
    for name, given in row.items():
        if "@" in name or name == "subject":
            continue
        own = evidence(name, row, Evidence())
        if row.get(f"{name}@none"):
            values[name] = FactValue(NONE, own)
        elif given is None:
            continue
        elif name in ruleset.vocabulary.collections:
            rows = tuple(
                {
                    key: FactValue(value(each), evidence(key, record, own))
                    for key, each in record.items()
                    if "@" not in key and each is not None
                }
                for record in given
            )
            collections[name] = Records(rows, own)
        else:
            values[name] = FactValue(value(given), own)
    return Facts(values, collections)
