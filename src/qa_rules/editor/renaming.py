"""One name for another in every file that belongs together: all places, and no other, or none at all."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Final

import attrs

from qa_rules.editor.diagnose import told
from qa_rules.editor.project import Project
from qa_rules.errors import Place, QaRulesError
from qa_rules.language.words import Symbol, Word

RENAMED: Final = (
    "fact",
    "field",
    "option",
    "value",
    "parameter",
    "rule",
    "decision",
    "outcome",
    "route",
    "tier",
    "base",
)
_OWNED: Final = ("field", "option", "outcome")


class RenameRefusedError(QaRulesError):
    """A name cannot be given; says why, and that nothing was changed."""


@attrs.frozen
class Renamed:
    """A place at which a name is written anew."""

    place: Place
    old: str
    new: str


def renaming(project: Project, path: Path, word: Word, new: str) -> list[Renamed]:
    """Return every place at which a name has to be written anew. RenameRefusedError says why it cannot be.

    The files are read again as they would then be: each has to be free of faults, and each word has to name what it
    named before.
    """
    home = project.definition(path, word.symbol)
    if word.symbol.kind not in RENAMED or home is None:
        raise RenameRefusedError(f"`{word.text}` cannot be renamed here")
    if not project.is_own(Path(home.place.file)):
        raise RenameRefusedError(
            f"`{word.text}` is declared in {home.place.file}, outside of the folders that are open"
        )
    files = _files(project, Path(home.place.file), word.symbol)
    _all_sound(
        project, files, "put right first what is wrong in {file}, so that no place is missed: {message}"
    )
    found = [each for file in files for each in project.words(file) if each.symbol == word.symbol]
    changes = [Renamed(each.place, each.text, new) for each in found]
    if new == word.text:
        return []
    after = Project(list(project.folders), {**project.texts, **_texts(project, changes)})
    _all_sound(after, files, "`{new}` cannot take its place: {message}", new=new)
    for file in files:
        if _meant(project.words(file), word.symbol, new) != Counter(
            each.symbol for each in after.words(file)
        ):
            raise RenameRefusedError(f"`{new}` means something else already in {file.name}")
    return changes


def _files(project: Project, home: Path, symbol: Symbol) -> list[Path]:
    """The files in which a thing can be named, by where it is declared."""
    if project.kind(home) == "cases":
        return [home]
    rulesets = (
        project.rulesets_with(home) if project.kind(home) == "vocabulary" else [project.ruleset_of(home)]
    )
    files = [home, *(each for ruleset in rulesets if ruleset is not None for each in project.family(ruleset))]
    own = [each for each in dict.fromkeys(files) if project.is_own(each)]
    if project.kind(home) == "policy":  # tiers of one policy are not those of another
        return [each for each in own if each == home or project.kind(each) != "policy"]
    return own


def _all_sound(project: Project, files: Iterable[Path], words: str, **more: str) -> None:
    for file in files:
        for each in told(project, file, only_faults=True):
            name = file.name if each.file is None else each.file.name
            said = each.diagnostic
            message = f"{said.message}; {said.hint}" if said.hint else said.message
            raise RenameRefusedError(words.format(file=name, message=message, **more))


def _texts(project: Project, changes: Iterable[Renamed]) -> Mapping[Path, str]:
    """The texts of files with names written anew."""
    by_file: dict[Path, list[Renamed]] = {}
    for each in changes:
        by_file.setdefault(Path(each.place.file), []).append(each)
    found = {}
    for file, made in by_file.items():
        lines = list(project.source(file).lines)
        for each in sorted(made, key=lambda one: one.place, reverse=True):
            line, at = lines[each.place.line - 1], each.place.column - 1
            lines[each.place.line - 1] = line[:at] + each.new + line[at + len(each.old) :]
        found[file] = "\n".join(lines) + "\n"
    return found


def _meant(words: Iterable[Word], symbol: Symbol, new: str) -> Counter[Symbol]:
    """What the words of a file name, with the name of one thing for another."""
    return Counter(_anew(each.symbol, symbol, new) for each in words)


def _anew(each: Symbol, symbol: Symbol, new: str) -> Symbol:
    """A symbol as it is called once another is renamed: also what belongs to that one is called otherwise."""
    owner, dot, _ = symbol.name.rpartition(".")
    name = f"{owner}{dot}{new}" if symbol.kind in _OWNED else new
    if each == symbol:
        return Symbol(each.kind, name)
    if symbol.kind == "fact" and each.kind == "field" and each.name.startswith(f"{symbol.name}."):
        return Symbol("field", new + each.name[len(symbol.name) :])
    if symbol.kind == "decision" and each.kind == "outcome" and each.name.startswith(f"{symbol.name}."):
        return Symbol("outcome", new + each.name[len(symbol.name) :])
    if each.kind == "option":
        whose, _, what = each.name.partition(" ")
        if whose == symbol.kind and what.startswith(f"{symbol.name}."):
            return Symbol("option", f"{whose} {name}{what[len(symbol.name) :]}")
        if symbol.kind == "fact" and whose == "field" and what.startswith(f"{symbol.name}."):
            return Symbol("option", f"field {new}{what[len(symbol.name) :]}")
    return each
