"""Diagnostics and remarks as SARIF 2.1.0, which code hosts and editors show beside the file."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from qa_rules.checks import Remark
from qa_rules.errors import Diagnostic, Place


def sarif(
    faults: Sequence[Diagnostic], remarks: Sequence[Remark], titles: Mapping[str, str]
) -> dict[str, Any]:
    """Return one run. Faults are errors, remarks warnings, and accepted remarks are suppressed with their reason."""
    results = [
        _result(each.code, each.message, each.hint, each.place, "error", each.message) for each in faults
    ]
    for each in remarks:
        result = _result(each.code, each.message, each.hint, each.place, "warning", each.at)
        result["locations"][0]["logicalLocations"] = [{"name": each.at}]
        if each.accepted is not None:
            result["suppressions"] = [{"kind": "inSource", "justification": each.accepted.reason}]
        results.append(result)
    codes = dict.fromkeys([*titles, *(each.code for each in faults)])
    rules = [{"id": code, "shortDescription": {"text": titles.get(code, code)}} for code in codes]
    driver = {"name": "qa-rules", "rules": rules}
    return {
        "$schema": "https://json.schemastore.org/sarif-2.1.0.json",
        "version": "2.1.0",
        "runs": [{"tool": {"driver": driver}, "results": results}],
    }


def _result(
    code: str, message: str, hint: str, place: Place | None, level: str, fingerprint: str
) -> dict[str, Any]:
    location: dict[str, Any] = {}
    if place is not None:
        region = {"startLine": place.line, "startColumn": place.column}
        location["physicalLocation"] = {"artifactLocation": {"uri": place.file}, "region": region}
    return {
        "ruleId": code,
        "level": level,
        "message": {"text": f"{message}. {hint}" if hint else message},
        "locations": [location],
        "partialFingerprints": {"qaRules/v1": f"{code}:{fingerprint}"},
    }
