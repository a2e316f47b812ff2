"""Facts of every type, and what is known of them with evidence of every kind, made up by chance as plain data."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta
from random import Random
from typing import Any

ON = date(2026, 11, 22)
PACES = {"slow": "Slow", "steady": "Steady", "brisk": "Brisk"}
GROUNDS = {"road": "Road", "path": "Path", "hill": "Hill"}
STRENGTHS = ("stated", "seen", "verified")
CODES = ("UK-1", "UK-2", "UK-3")


def vocabulary(chance: Random) -> dict[str, Any]:
    """Facts of every type, with bounds, none and time limits by chance."""

    def declared(kind: str, **more: Any) -> dict[str, Any]:
        return {"type": kind, "label": "something", "question": "What is it?", "about": "provider", **more}

    def maybe(**more: Any) -> dict[str, Any]:
        return more if chance.random() < 0.4 else {}

    def number() -> dict[str, Any]:
        return {**maybe(least=0), **maybe(most=chance.choice((4, 9))), **maybe(may_be_none=True)}

    fields = {
        "trained": declared("date", **maybe(may_be_none=True)),
        "aider": declared("yes_no"),
        "role": declared("code", **maybe(may_be_none=True)),
        "skill": declared("choice", options=GROUNDS),
        "leads": declared("choices", options=GROUNDS),
        "walks": declared("integer", least=0, **maybe(most=9)),
        "thought_fit": declared("judgement"),
    }
    return {
        "insured": declared("yes_no", **maybe(good_for="12 months")),
        "asked": declared("yes_no", **maybe(needs_no_evidence=True)),
        "open": declared("yes_no"),
        "acute": {**declared("yes_no"), "about": "person"},
        "well_led": declared("judgement", **maybe(good_for="6 months")),
        "walkers": declared("integer", **number()),
        "most_walkers": declared("integer", **number()),
        "span": declared("integer", least=0, **maybe(most=20), **maybe(may_be_none=True)),
        "fee": declared("decimal", **number()),
        "pace": declared("choice", options=PACES, ordered=True, **maybe(may_be_none=True)),
        "usual_pace": declared("choice", options=PACES, ordered=True),
        "terrain": declared("choice", options=GROUNDS),
        "checked": declared("choices", options=GROUNDS),
        "used": declared("choices", options=GROUNDS, **maybe(may_be_none=True)),
        "scheme": declared("code", **maybe(may_be_none=True)),
        "other_scheme": declared("code"),
        "schemes": declared("codes"),
        "motto": declared("text", **maybe(may_be_none=True)),
        "checked_on": declared("date", **maybe(good_for="3 months")),
        "started_on": declared("date"),
        "ended_on": declared("date", may_be_none=True),
        "plan": declared("document", covers={"falls": "Falls", "heat": "Heat"}),
        "leaders": declared("collection", record="leader", fields=fields, **maybe(good_for="12 months")),
        "sites": declared(
            "collection", record="site", fields={"safe": declared("yes_no"), "seen_on": declared("date")}
        ),
    }


def near(chance: Random) -> str:
    """A day near that of the assessment."""
    return str(
        ON
        + timedelta(
            days=chance.choice((-800, -400, -366, -365, -92, -61, -31, -30, -7, -3, -1, 0, 1, 5, 40, 300))
        )
    )


def perhaps(chance: Random, likely: float, **more: Any) -> dict[str, Any]:
    """Some keys, now and then."""
    return more if chance.random() < likely else {}


def facts(chance: Random, declared: dict[str, Any]) -> dict[str, Any]:
    """A file of facts, some of them not known, with evidence of every kind."""
    known = chance.choice((0.4, 0.8, 0.95, 1, 1))
    found = {name: _fact(chance, each, known) for name, each in declared.items() if chance.random() < known}
    return {
        "format": 1,
        "facts": found,
        **perhaps(chance, 0.5, as_of=_ago(chance)),
        "evidence": _evidence(chance),
    }


def _ago(chance: Random, least: int = 0) -> str:
    return str(ON - timedelta(days=least + chance.choice((0, 0, 1, 5, 20, 61, 90, 200, 400))))


def _evidence(chance: Random) -> dict[str, Any]:
    found = {
        **perhaps(chance, 0.7, strength=chance.choice((*STRENGTHS, "verified", "verified"))),
        **perhaps(chance, 0.4, by="N. Osei"),
        **perhaps(chance, 0.1, valid_until=str(ON + timedelta(days=chance.choice((-30, -1, 0, 30))))),
    }
    if chance.random() < 0.5:
        days = chance.choice((0, 0, 1, 14, 61, 100, 400))
        found["on"] = str(ON - timedelta(days=days) + timedelta(days=chance.choice((0,) * 12 + (1, 30))))
        found |= perhaps(chance, 0.4, since=_ago(chance, days))
    return found


def _fact(chance: Random, declared: dict[str, Any], known: float) -> Any:
    if chance.random() < 0.03:
        return None
    if declared["type"] == "document":
        return _document(chance, declared, known)
    if declared["type"] == "collection":
        records = [
            {
                **{
                    name: _value(chance, each)
                    for name, each in declared["fields"].items()
                    if chance.random() < known
                },
                **perhaps(chance, 0.2, evidence=_evidence(chance)),
            }
            for _ in range(chance.choice((0, 1, 1, 2, 3)))
        ]
        if chance.random() < 0.4:
            return records
        return {
            "records": records,
            **perhaps(chance, 0.3, partial=True),
            **perhaps(chance, 0.5, evidence=_evidence(chance)),
        }
    return _value(chance, declared)


def _document(chance: Random, declared: dict[str, Any], known: float) -> Any:
    if chance.random() < 0.15:
        return chance.random() < 0.7
    parts: dict[str, dict[str, Any]] = {
        "exists": {"type": "yes_no"},
        "dated": {"type": "date"},
        "review_due": {"type": "date", "may_be_none": True},
        "covers": {"type": "choices", "options": declared["covers"]},
    }
    found = {name: _value(chance, each) for name, each in parts.items() if chance.random() < known}
    return {**found, **perhaps(chance, 0.4, evidence=_evidence(chance))}


def _value(chance: Random, declared: dict[str, Any]) -> Any:
    value = "none" if declared.get("may_be_none") and chance.random() < 0.2 else _plain(chance, declared)
    is_partial = isinstance(value, list) and chance.random() < 0.3
    if not is_partial and chance.random() < 0.4:
        return value
    return {"value": value, **perhaps(chance, 1.0 if is_partial else 0.0, partial=True), **_evidence(chance)}


def _plain(chance: Random, declared: dict[str, Any]) -> Any:
    options: Sequence[str] = list(declared.get("options", ()))
    kind: str = declared["type"]
    match kind:
        case "yes_no" | "judgement":
            return chance.random() < 0.7
        case "integer" | "decimal":
            most = declared.get("most", 20)
            found: Any = chance.choice([each for each in (0, 1, 2, 3, 4, 9, 10, 12) if each <= most])
            return (
                f"{found}.5"
                if declared["type"] == "decimal" and found < most and chance.random() < 0.3
                else found
            )
        case "date":
            return near(chance)
        case "choice":
            return chance.choice(options)
        case "choices":
            return chance.sample(options, chance.randint(0, len(options)))
        case "code":
            return chance.choice((*CODES, "AB-9"))
        case "codes":
            return chance.sample(CODES, chance.randint(0, 2))
        case _:
            return "some words"
