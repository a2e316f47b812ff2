"""Diagnostics and remarks as SARIF 2.1.0, which code hosts and editors show beside the file."""

from __future__ import annotations

import os
import re
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, Final
from urllib.parse import quote

from qa_rules.checks import Remark
from qa_rules.errors import Diagnostic, Place
from qa_rules.escaping import inert

_LINK: Final = re.compile(r"\[(?=[^\]]*\]\()")


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


def address(file: str) -> str:
    """Return the address of a file, as seen from the current folder; percent-encoded, as addresses are."""
    try:
        path = os.path.relpath(file)
    except ValueError:  # another drive
        return Path(file).absolute().as_uri()
    return quote(path.replace(os.sep, "/"))


def plain(text: str) -> str:
    """Return a message on one line in which nothing is a link."""
    return _LINK.sub(r"\\[", inert(text))


def _result(
    code: str, message: str, hint: str, place: Place | None, level: str, fingerprint: str
) -> dict[str, Any]:
    location: dict[str, Any] = {}
    if place is not None:
        region = {"startLine": place.line, "startColumn": place.column}
        location["physicalLocation"] = {"artifactLocation": {"uri": address(place.file)}, "region": region}
    return {
        "ruleId": code,
        "level": level,
        "message": {"text": plain(f"{message}. {hint}" if hint else message)},
        "locations": [location],
        "partialFingerprints": {"qaRules/v1": f"{code}:{fingerprint}"},
    }
