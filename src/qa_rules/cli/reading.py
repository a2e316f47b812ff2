"""What the commands over tables share: which files they read, and what they tell of what was not used."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import click

from qa_rules.cli.printing import echo
from qa_rules.language.library import person_file
from qa_rules.language.load import load_facts
from qa_rules.model.facts import Facts
from qa_rules.model.rulesets import Ruleset

if TYPE_CHECKING:
    import pyarrow as pa

_SHOWN: Final = 20


def persons_of(names: Iterable[str], rules: Ruleset) -> dict[str, Facts]:
    """Return facts of persons by the names of their files."""
    return {file.stem: load_facts(file, rules) for file in map(person_file, names)}


def child_files(given: Iterable[str]) -> dict[str, Path]:
    """Return the files of child tables by collection, each given as COLLECTION=FILE."""
    found: dict[str, Path] = {}
    for each in given:
        name, _, path = each.partition("=")
        if not path:
            raise click.BadParameter(f"{each!r} names no file; write COLLECTION=FILE", param_hint="--child")
        if name in found:
            raise click.BadParameter(f"`{name}` has two files; name one", param_hint="--child")
        found[name] = Path(path)
    return found


def children_of(files: Mapping[str, Path], rules: Ruleset) -> dict[str, Any]:
    """Return child tables by collection, with what of their files is not used."""
    from qa_rules.tables.files import read_table

    return {name: read_table(file, rules.vocabulary, name) for name, file in files.items()}


def files_among(*given: str | Path | None) -> list[Path]:
    """Return those of the names on a command line that are files: no output may take their place."""
    return [Path(each) for each in given if each is not None and Path(each).is_file()]


def tell_faults(faults: pa.Table) -> None:
    """Print beside the answer what was not used of a table."""
    for each in faults.slice(0, _SHOWN).to_pylist():
        row = (
            None
            if each["row"] is None
            else f"row {each['row']:,}" + (f" ({each['key']})" if each["key"] else "")
        )
        column = each["column"] and f"column {each['column']}"
        where = ", ".join(filter(None, (row, column)))
        told = f"{where}: {each['problem']}" if where else each["problem"]
        echo(told + (f"; {each['hint']}" if each["hint"] else ""), err=True)
    if faults.num_rows > _SHOWN:
        rest = f"{faults.num_rows - _SHOWN:,} more; `qa-rules batch` writes all of them to a file"
        echo(f"... and {rest}", err=True)
