"""Many providers, one after the other: from a folder of facts files, or from a stream of lines.

Each comes with its name and its facts, or with the error that says what is wrong with them: one that cannot be read
does not lose the others.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any

import attrs

from qa_rules.errors import Diagnostic, DocumentError, FactsError, NotFoundError, Place
from qa_rules.language.facts import facts_of_document, merge
from qa_rules.language.json_numbers import NUMBERS
from qa_rules.language.reading import read_data, read_file
from qa_rules.model.facts import Facts
from qa_rules.model.rulesets import Ruleset
from qa_rules.model.writing import FORMAT
from qa_rules.semantics.tellers import subjects_beside

SUFFIXES = (".yaml", ".yml", ".json")
Provider = tuple[str, Facts | DocumentError]
"""A name, and facts or what is wrong with them."""


def providers_in(folder: Path, ruleset: Ruleset, leave_out: Callable[[Path], None]) -> Iterator[Provider]:
    """Yield the providers of a folder, in order of name.

    A file is a provider. A folder inside is a provider too: its files are read as one, but where several of them hold
    facts about an activity, each of those is an activity of its own, but not one that is mostly about the group and
    says of an activity only what no other says. Folders further inside are not looked at.
    `leave_out` is told of files that are no provider's: none of their facts is in the vocabulary, or all are about
    whom a decision needs to know of besides, such as a person.
    NotFoundError when there is no facts file.
    """
    found = False
    for path, files in files_in(folder):
        read: dict[str, Facts | DocumentError] = {}
        for file in files:
            facts = _loaded(file, ruleset)
            if facts is None:
                leave_out(file)
            else:
                read[file.stem] = facts
        found = found or bool(read)
        if path.is_dir() and read:
            yield from _activities(path.name, read, ruleset)
        else:
            yield from read.items()
    if not found:
        raise NotFoundError(
            f"no facts file of {ruleset.id} is in {folder}; they end in {', '.join(SUFFIXES)}"
        )


def files_in(folder: Path) -> Iterator[tuple[Path, list[Path]]]:
    """Yield what lies in a folder, each with its facts files: itself, or those inside it."""
    for path in sorted(folder.iterdir()):
        if path.name.startswith("."):
            continue
        inside = sorted(path.iterdir()) if path.is_dir() else [path]
        yield path, [each for each in inside if each.suffix in SUFFIXES and not each.is_dir()]


def _loaded(file: Path, ruleset: Ruleset) -> Facts | DocumentError | None:
    """The facts of a file, or what is wrong with them; None for a file that is for another ruleset."""
    try:
        source = read_file(file)
    except NotFoundError as error:  # no permission, a link to nothing, a named pipe
        return FactsError(
            [Diagnostic("unreadable", str(error), hint="put a facts file there, or take it away")]
        )
    facts = source.data.get("facts") if isinstance(source.data, Mapping) else None
    if isinstance(facts, Mapping) and facts and not _is_of_one_judged(facts.keys(), ruleset):
        return None
    try:
        return facts_of_document(source, ruleset.vocabulary)
    except DocumentError as error:
        return error


def _is_of_one_judged(names: Iterable[object], ruleset: Ruleset) -> bool:
    """Whether some facts are in the vocabulary, and are not all about somebody, or a case, beside what is judged."""
    declared = ruleset.vocabulary.facts
    abouts = {declared[name].about for name in names if isinstance(name, str) and name in declared}
    return bool(abouts - subjects_beside(ruleset))


def _activities(
    name: str, loaded: Mapping[str, Facts | DocumentError], ruleset: Ruleset
) -> Iterator[Provider]:
    faults = [each for each in loaded.values() if isinstance(each, DocumentError)]
    if faults:
        yield name, FactsError(fault for each in faults for fault in each.diagnostics)
        return
    read = {stem: each for stem, each in loaded.items() if isinstance(each, Facts)}
    activities = _about_activities(read, ruleset)
    if len(activities) < 2:
        yield name, _merged(read.values())
        return
    shared = [each for stem, each in read.items() if stem not in activities]
    for stem in activities:
        yield f"{name}/{stem}", _merged([*shared, read[stem]])


def _about_activities(read: Mapping[str, Facts], ruleset: Ruleset) -> list[str]:
    """The files that are each about an activity of its own.

    One that is mostly about the group, and says of an activity only what no file about one says, holds for all.
    """
    declared, part = ruleset.vocabulary.facts, ruleset.subject.part
    names = {
        stem: {name.partition(".")[0] for name in (*each.values, *each.collections)}
        for stem, each in read.items()
    }
    said = {stem: {name for name in each if declared[name].about == part} for stem, each in names.items()}
    own = {stem for stem, each in said.items() if each and 2 * len(each) >= len(names[stem])}
    told = {name for stem in own for name in said[stem]}
    return [stem for stem, each in said.items() if each and (stem in own or not own or each & told)]


def _merged(parts: Iterable[Facts]) -> Facts | DocumentError:
    try:
        return merge(*parts)
    except DocumentError as error:
        return error


def providers_of_lines(lines: Iterable[str], where: str, ruleset: Ruleset) -> Iterator[Provider]:
    """Yield the providers of a stream: each line is a facts file as JSON, with its name as `name` or `subject`.

    `where` is what the stream is called in errors, which name the line. Empty lines are left out.
    """
    for number, line in enumerate(lines, 1):
        if line.strip():
            yield _of_line(line, number, where, ruleset)


def _of_line(line: str, number: int, where: str, ruleset: Ruleset) -> Provider:
    name, source = f"line {number}", read_data(None, where)
    try:
        data = json.loads(line, object_pairs_hook=_once, **NUMBERS)
    except json.JSONDecodeError as error:
        source.fault("not-json", f"this is not JSON: {error.msg.lower()}", (), f"see column {error.colno}")
    except RecursionError:
        source.fault("too-deep", "the data is nested too deeply", (), "send a facts file")
    except _TwiceError as error:
        source.fault("duplicate-key", f"the key `{error}` is given twice", (), "keep one of them")
    else:
        if isinstance(data, dict):
            given = data.pop("name", None) or data.get("subject")
            name = str(given) if given else name
            source.data = {"format": FORMAT, **data}
        else:
            hint = 'write {"name": ..., "facts": {...}}'
            source.fault("value", "a line is a facts file as JSON", (), hint)
    try:
        if source.diagnostics:
            raise FactsError(source.diagnostics)
        return name, facts_of_document(source, ruleset.vocabulary)
    except FactsError as error:
        # Line by line there is no telling where in the line; the message says where in the data.
        at = Place(where, number)
        return name, FactsError(attrs.evolve(each, place=at) for each in error.diagnostics)


class _TwiceError(ValueError):
    """A key that is given twice."""


def _once(items: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(items)
    if len(found) < len(items):
        names = [name for name, _ in items]
        raise _TwiceError(next(name for name in names if names.count(name) > 1))
    return found


__all__ = ["Provider", "files_in", "providers_in", "providers_of_lines"]
