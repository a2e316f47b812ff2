"""Rulesets and policies from their files, as plain data."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import yaml

_YES_OR_NO = {"may_be_none", "ordered", "needs_no_evidence", "hard_stop", "allows", "empty_is_met"}
_WHOLE = {"count", "condition_days"}


def ruleset(folder: Path, vocabularies: Path) -> dict[str, Any]:
    """Return a ruleset with the facts of its vocabularies."""
    found = _read(folder / "ruleset.yaml")
    facts: dict[str, Any] = {}
    for name in found.get("vocabularies", []):
        facts |= _read(vocabularies / f"{name}.yaml")["facts"]
    found["facts"] = facts | found.get("facts", {})
    for each in found.get("parameters", {}).values():
        if "reading" in each:
            each["reading"]["value"] = _setting(each, each["reading"]["value"])
    return found


def policy(file: Path, rules: dict[str, Any]) -> dict[str, Any]:
    """Return a policy for a ruleset."""
    found = _read(file)
    parameters = rules.get("parameters", {})
    found["settings"] = {
        name: _setting(parameters[name], value) for name, value in found.get("settings", {}).items()
    }
    return found


def _read(file: Path) -> dict[str, Any]:
    found: dict[str, Any] = _typed(yaml.load(file.read_text(encoding="utf-8"), yaml.BaseLoader), "")
    return found


def _typed(data: Any, key: str) -> Any:
    if isinstance(data, dict):
        return {name: _typed(each, name) for name, each in data.items()}
    if isinstance(data, list):
        return [_typed(each, "") for each in data]
    if key in _YES_OR_NO:
        return data == "yes"
    return int(data) if key in _WHOLE else data


def _setting(declared: Any, value: Any) -> Any:
    return value == "yes" if declared["type"] == "yes_no" else value
