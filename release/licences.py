"""The licences of everything that this is built, run and tested with: which there are, and which may be.

`python -m release.licences` prints them and exits with 1 where one may not be, is not listed, or is not what the
package itself says.
"""

from __future__ import annotations

import re
import sys
from collections.abc import Iterable, Iterator, Mapping
from email.message import Message
from importlib.metadata import PackageNotFoundError, metadata
from pathlib import Path
from typing import cast

from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

ROOT = Path(__file__).parents[1]
LISTED = ROOT / "requirements" / "licences.txt"

EXTRAS = ("columns", "durable", "editor", "matching", "verify")
"""Those that the files of requirements hold."""

PERMISSIVE = frozenset(
    {"0BSD", "Apache-2.0", "BSD-2-Clause", "BSD-3-Clause", "CC0-1.0", "ISC", "MIT", "PSF-2.0", "Zlib"}
)
"""What may come along with a program that uses this library."""
OF_TOOLS = PERMISSIVE | {"MPL-2.0"}
"""What builds and tests it: asks to give away changes of its own files, which nobody here makes."""

_CALLED = {
    "Apache 2.0": "Apache-2.0",
    "Apache Software License": "Apache-2.0",
    "BSD": "BSD-3-Clause",
    "BSD 2-Clause License": "BSD-2-Clause",
    "BSD License": "BSD-3-Clause",
    "BSD license": "BSD-3-Clause",
    "MIT License": "MIT",
    "Mozilla Public License 2.0 (MPL 2.0)": "MPL-2.0",
    "Python Software Foundation License": "PSF-2.0",
}
"""What packages call a licence that do not yet write it as SPDX does."""


def may_be(licence: str, allowed: Iterable[str]) -> bool:
    """Return whether an expression of licences lets everything be used under one that is allowed."""
    return all(
        any(one.strip(" ()") in allowed for one in each.split(" OR ")) for each in licence.split(" AND ")
    )


def listed() -> dict[str, str]:
    """Return the licences by package, as `requirements/licences.txt` lists them."""
    lines = LISTED.read_text(encoding="utf-8").splitlines()
    entries = [line.split(" ", 1) for line in lines if not line.startswith("#")]
    return {name: licence for name, licence in entries if name}


def locked(*names: str) -> dict[str, set[str]]:
    """Return the versions by package of the files of requirements that are named; of all without a name."""
    files = [LISTED.parent / f"{name}.txt" for name in names] or sorted(LISTED.parent.glob("*.txt"))
    found: dict[str, set[str]] = {}
    for file in files:
        for name, version in re.findall(
            r"^([a-z0-9.-]+)==(\S+)", file.read_text(encoding="utf-8"), re.MULTILINE
        ):
            found.setdefault(name, set()).add(version)
    return found


def said(name: str) -> str | None:
    """Return the licence that an installed package says it has, None where it is not installed or does not say."""
    data = _metadata(name)
    expression = data.get("License-Expression")
    if expression:
        return f"{expression}"
    licence = str(data.get("License") or "")
    classified: list[str] = [
        line.split(" :: ")[-1] for line in data.get_all("Classifier") or () if line.startswith("License ::")
    ]
    for each in (licence, *(classified if len(classified) == 1 else ())):
        if each in _CALLED or each in OF_TOOLS:
            return str(_CALLED.get(each, each))
    return None


def needed_to_run() -> set[str]:
    """Return the installed packages that come along with this one and its extras."""
    found: set[str] = set()
    ahead = [("qa-rules", extra) for extra in ("", *EXTRAS)]
    while ahead:
        package, extra = ahead.pop()
        for line in _metadata(package).get_all("Requires-Dist") or ():
            requirement = Requirement(line)
            name = canonicalize_name(requirement.name)
            if requirement.marker and not requirement.marker.evaluate({"extra": extra}):
                continue
            if name not in found and _metadata(name):
                found.add(name)
                ahead.append((name, ""))
    return found


def _metadata(name: str) -> Message:
    """What an installed package says of itself; of another, nothing."""
    try:
        return cast(Message, metadata(name))
    except PackageNotFoundError:
        return Message()


def faults(licences: Mapping[str, str], names: Iterable[str], to_run: Iterable[str]) -> Iterator[str]:
    """Yield a line for each licence that may not be, is not listed, or is not what the package says."""
    comes_along = frozenset(to_run)
    for name in sorted({*names, *comes_along}):
        licence = licences.get(name)
        if licence is None:
            yield f"{name}: its licence is not listed; look it up, and write it into {LISTED.name}"
        elif not may_be(licence, PERMISSIVE if name in comes_along else OF_TOOLS):
            yield f"{name}: {licence} may not come along"
        elif (own := said(name)) is not None and own != licence:
            yield f"{name}: it is listed as {licence}, and says that it is {own}"


def main() -> int:
    """Print every licence, and what is wrong with them."""
    licences, versions = listed(), locked()
    to_run = needed_to_run()
    for name, licence in licences.items():
        print(f"{name:28}{licence:52}{'comes along' if name in to_run else 'builds or tests'}")
    wrong = [*faults(licences, versions, to_run)]
    for each in wrong:
        print(each, file=sys.stderr)
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
