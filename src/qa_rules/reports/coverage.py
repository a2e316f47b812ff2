"""Coverage over the files of a ruleset: a page that colours each line, and lcov for editors and code hosts."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from html import escape
from pathlib import Path
from typing import Final

import attrs

from qa_rules.escaping import inert
from qa_rules.testing.coverage import Coverage, Entry

_PAGE: Final = """<!doctype html>
<html lang="en"><head><meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'">
<title>{title}</title>
<style>
body {{ font: 15px/1.5 system-ui, sans-serif; margin: 2rem auto; max-width: 80rem; padding: 0 1rem; color: #1a1a1a }}
pre {{ font: 13px/1.5 ui-monospace, monospace; margin: 0; white-space: pre-wrap }}
table {{ border-collapse: collapse; width: 100% }}
td {{ padding: 0 .6rem; vertical-align: top }}
td:nth-child(1), td:nth-child(2) {{ text-align: right; color: #555; white-space: nowrap }}
tr.all td:nth-child(3) {{ background: #d9f2dc }}
tr.some td:nth-child(3) {{ background: #fff0c2 }}
tr.none td:nth-child(3) {{ background: #fbd9d3 }}
ul {{ margin: .2rem 0 .6rem; font-size: 13px }}
</style></head><body>
<h1>{title}</h1>
{body}
</body></html>
"""


@attrs.frozen
class Line:
    """What a line is owed, and what of it the cases show."""

    entries: tuple[tuple[str, Entry], ...]
    """Each with the policy under which it is owed."""

    @property
    def shown(self) -> int:
        """How many the cases show."""
        return sum(bool(entry.by) for _, entry in self.entries)

    @property
    def owed(self) -> int:
        """How many somebody can show."""
        return sum(not entry.infeasible for _, entry in self.entries)

    @property
    def word(self) -> str:
        """Whether all of it is shown, some or none."""
        return "all" if self.shown == self.owed else "some" if self.shown else "none"


def lines(coverages: Iterable[Coverage]) -> Mapping[str, Mapping[int, Line]]:
    """Return what each line of each file is owed, under all of the policies."""
    found: dict[str, dict[int, list[tuple[str, Entry]]]] = {}
    for coverage in coverages:
        under = "no policy" if coverage.policy is None else coverage.policy.name
        for each in coverage.entries:
            place = each.obligation.place
            if place is not None:
                found.setdefault(place.file, {}).setdefault(place.line, []).append((under, each))
    return {
        file: {at: Line(tuple(entries)) for at, entries in sorted(of_file.items())}
        for file, of_file in sorted(found.items())
    }


def html(title: str, coverages: Sequence[Coverage]) -> str:
    """Return a page of the files: green where all is shown that a line is owed, amber where some is, red where none."""
    body = "\n".join(part for file, found in lines(coverages).items() for part in _file(file, found))
    return _PAGE.format(title=escape(inert(title)), body=body)


def _file(file: str, found: Mapping[int, Line]) -> Iterator[str]:
    shown, owed = (sum(getattr(each, what) for each in found.values()) for what in ("shown", "owed"))
    yield f"<h2>{escape(inert(file))}</h2><p>{shown} of {owed} shown.</p><table>"
    for number, text in enumerate(_text(file), 1):
        line = found.get(number)
        count = "" if line is None else f"{line.shown} of {line.owed}"
        kind = "" if line is None else f' class="{line.word}"'
        told = "" if line is None else _open(line)
        code = f"<pre>{escape(inert(text))}</pre>"
        yield f'<tr{kind} id="{_anchor(file, number)}"><td>{number}</td><td>{count}</td><td>{code}{told}</td></tr>'
    yield "</table>"


def _open(line: Line) -> str:
    """What of a line no case shows."""
    left = dict.fromkeys(
        entry.obligation.sentence for _, entry in line.entries if entry.is_open and not entry.infeasible
    )
    if not left:
        return ""
    items = "".join(f"<li>{escape(inert(each))}</li>" for each in left)
    return f"<details><summary>{len(left)} to show</summary><ul>{items}</ul></details>"


def _anchor(file: str, number: int) -> str:
    return f"{escape(inert(Path(file).stem), quote=True)}-{number}"


def _text(file: str) -> list[str]:
    return Path(file).read_text(encoding="utf-8-sig", errors="replace").splitlines()


def lcov(title: str, coverages: Sequence[Coverage]) -> str:
    """Return the same as a tracefile: each line that is owed something, and each thing that it is owed as a branch."""
    name = "".join(each if each.isalnum() else "_" for each in title)
    found = [f"TN:{name}"]
    for file, of_file in lines(coverages).items():
        found.append(f"SF:{inert(file)}")
        branches = [
            f"BRDA:{number},0,{at},{len(entry.by) or '-'}"
            for number, line in of_file.items()
            for at, (_, entry) in enumerate(line.entries)
            if not entry.infeasible
        ]
        found += branches
        found.append(f"BRF:{len(branches)}")
        found.append(f"BRH:{sum(not each.endswith('-') for each in branches)}")
        owed = {number: line for number, line in of_file.items() if line.owed}
        found += [f"DA:{number},{line.shown}" for number, line in owed.items()]
        found.append(f"LF:{len(owed)}")
        found.append(f"LH:{sum(bool(line.shown) for line in owed.values())}")
        found.append("end_of_record")
    return "\n".join(found) + "\n"
