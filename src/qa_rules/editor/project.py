"""The files that are edited together: which there are, what kind each is, and which ruleset it belongs to."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any, Final, TypeVar

import attrs

from qa_rules.errors import NotFoundError
from qa_rules.language.kinds import kind_of
from qa_rules.language.library import RULESET, ruleset_file, vocabulary_file
from qa_rules.language.opened import opened
from qa_rules.language.reading import Source, mapping, read_file, text_of
from qa_rules.language.words import Scope, Symbol, Word, scope_of, words_of

T = TypeVar("T")

MOST_FILES: Final = 5_000
"""How many files of a folder are looked at."""
_ENDINGS: Final = (".yaml", ".yml", ".json")
_LEFT_OUT: Final = ("node_modules", "venv", "dist", "build", "__pycache__")


@attrs.define
class Project:
    """Folders, the texts that are open in them, and what was read of both."""

    folders: list[Path] = attrs.field(factory=list)
    texts: dict[Path, str] = attrs.field(factory=dict)
    """What stands in the editor, by file."""
    _read: dict[Path, tuple[object, Source]] = attrs.field(factory=dict)
    _whole: dict[Path, Source] = attrs.field(factory=dict)
    _kinds: dict[Path, tuple[object, str | None]] = attrs.field(factory=dict)
    _found: dict[tuple[object, ...], Any] = attrs.field(factory=dict)
    """What was found out since `look_again`."""

    def look_again(self) -> None:
        """Forget what was found out: files may have changed."""
        self._found.clear()

    def _once(self, key: tuple[object, ...], find: Callable[[], T]) -> T:
        if key not in self._found:
            self._found[key] = find()
        found: T = self._found[key]
        return found

    def source(self, path: Path) -> Source:
        """Return what a file holds as it stands in the editor; an empty source where it cannot be read."""
        state = self._state(path)
        if path not in self._read or self._read[path][0] != state:
            try:
                with opened(self.texts):
                    found = read_file(path)
            except NotFoundError:
                found = Source(str(path))
            self._read[path] = state, found
            if found.data is not None:
                self._whole[path] = found
        return self._read[path][1]

    def whole(self, path: Path) -> Source:
        """Return what a file held when it could last be read to its end."""
        found = self.source(path)
        return found if found.data is not None else self._whole.get(path, found)

    def kind(self, path: Path) -> str | None:
        """Return the kind of a file, None for one of others."""
        state = self._state(path)
        if path not in self._kinds or self._kinds[path][0] != state:
            try:
                with opened(self.texts):
                    text, source = text_of(path)
            except NotFoundError:
                text, source = None, Source(str(path))
            if path.suffix == ".json":
                source = self.source(path)
            elif text is not None:
                source.lines = text.splitlines()
            self._kinds[path] = state, kind_of(source)
        return self._kinds[path][1]

    def _state(self, path: Path) -> object:
        """What changes when a file does."""
        if path in self.texts:
            return self.texts[path]
        try:
            found = path.stat()
        except (OSError, ValueError):
            return None
        return found.st_mtime_ns, found.st_size

    # Which files there are

    def files(self) -> list[Path]:
        """Return the files of the folders, and those that are open, that may be of a kind."""
        return self._once(("files",), self._files)

    def _files(self) -> list[Path]:
        seen = dict.fromkeys(self.texts)
        for folder in self.folders:
            for root, folders, names in os.walk(folder):
                folders[:] = sorted(each for each in folders if each[0] != "." and each not in _LEFT_OUT)
                for name in sorted(names):
                    if name.endswith(_ENDINGS):
                        seen[Path(root, name)] = None
                if len(seen) > MOST_FILES:
                    break
        return list(seen)

    def of_kind(self, kind: str) -> list[Path]:
        """Return the files of a kind."""
        return self._once(("kind", kind), lambda: [each for each in self.files() if self.kind(each) == kind])

    def is_own(self, path: Path) -> bool:
        """Whether a file is one of those that are edited here."""
        return path in self.texts or any(path.is_relative_to(each) for each in self.folders)

    # What belongs together

    def ruleset_of(self, path: Path) -> Path | None:
        """Return the file of the ruleset that a file belongs to, the first of several; None where none is found."""
        return self._once(("ruleset", path), lambda: self._ruleset_of(path))

    def _ruleset_of(self, path: Path) -> Path | None:
        match self.kind(path):
            case "ruleset":
                return path
            case "vocabulary":
                return next(self.rulesets_with(path), None)
            case "cases":
                return self._named(mapping(self.whole(path).data).get("ruleset"), path.parent)
            case "policy":
                return self._named(mapping(self.whole(path).data).get("for"), path.parent)
            case "facts":
                return self._nearest(path)
            case _:
                return None

    def id_of(self, ruleset: Path) -> str:
        """Return the id of a ruleset."""
        data = mapping(self.whole(ruleset).data)
        return f"{data.get('ruleset')}@{data.get('edition')}"

    def rulesets_with(self, vocabulary: Path) -> Iterator[Path]:
        """Yield the rulesets that use a vocabulary."""
        for each in self.of_kind("ruleset"):
            if _real(vocabulary) in map(_real, self.vocabularies(each)):
                yield each

    def vocabularies(self, ruleset: Path) -> list[Path]:
        """Return the files of the vocabularies of a ruleset."""
        named = mapping(self.whole(ruleset).data).get("vocabularies")
        found = [
            vocabulary_file(str(each), ruleset.parent) for each in named or () if isinstance(named, list)
        ]
        return [each for each in found if each is not None]

    def family(self, ruleset: Path) -> list[Path]:
        """Return a ruleset, its vocabularies, and the policies, cases and facts that are written for it."""
        beside = [
            each
            for each in self.files()
            if self.kind(each) in ("policy", "cases", "facts") and self.ruleset_of(each) == ruleset
        ]
        return list(dict.fromkeys([ruleset, *self.vocabularies(ruleset), *beside]))

    def _named(self, name: object, folder: Path) -> Path | None:
        """The ruleset of an id: in the same folder, in one of those that are open, or shipped."""
        beside = folder / RULESET
        for each in (beside, *self.of_kind("ruleset")):
            if self.id_of(each) == name:
                return each
        try:
            return ruleset_file(str(name))
        except NotFoundError:
            return None

    def _nearest(self, path: Path) -> Path | None:
        """The ruleset in the folder of a facts file or above it, or the only one that there is."""
        for folder in path.parents:
            if not self.is_own(folder / RULESET):
                break
            if (folder / RULESET).is_file():
                return folder / RULESET
        found = list(self.of_kind("ruleset"))
        return found[0] if len(found) == 1 else None

    # Words

    def scope(self, ruleset: Path | None) -> Scope:
        """Return what may be named in the files of a ruleset."""
        files = [] if ruleset is None else [*self.vocabularies(ruleset), ruleset]
        return scope_of(self.whole(each) for each in files)

    def words(self, path: Path) -> list[Word]:
        """Return the words of a file that name something."""
        return self._once(("words", path), lambda: self._words(path))

    def _words(self, path: Path) -> list[Word]:
        kind, ruleset = self.kind(path), self.ruleset_of(path)
        scope = self.scope(ruleset) if ruleset is not None else scope_of([self.whole(path)])
        return [] if kind is None else words_of(self.whole(path), kind, scope)

    def declared(self, path: Path) -> Mapping[Symbol, Word]:
        """Return what a file declares, in its order."""
        return self._once(
            ("declared", path), lambda: {each.symbol: each for each in self.words(path) if each.defines}
        )

    def word_at(self, path: Path, line: int, column: int) -> Word | None:
        """Return the word at a place, line and column counted from 1."""
        return next(
            (
                each
                for each in self.words(path)
                if each.place.line == line
                and each.place.column <= column <= each.place.column + len(each.text)
            ),
            None,
        )

    def definition(self, path: Path, symbol: Symbol) -> Word | None:
        """Return where a thing that a file names is declared."""
        ruleset = self.ruleset_of(path)
        files = [path] if ruleset is None else [path, ruleset, *self.vocabularies(ruleset)]
        others = {"policy": "policy", "tier": "policy", "ruleset": "ruleset"}
        if symbol.kind in others:
            files += self.of_kind(others[symbol.kind])
        return next(
            (found for each in dict.fromkeys(files) if (found := self.declared(each).get(symbol))), None
        )

    def named(self, kind: str, ruleset: Path | None, path: Path) -> list[Word]:
        """Return what of a kind is declared for a file, in the order of the files."""
        files = [path] if ruleset is None else [ruleset, *self.vocabularies(ruleset), path]
        found: dict[Symbol, Word] = {}
        for each in dict.fromkeys(files):
            found |= {symbol: word for symbol, word in self.declared(each).items() if symbol.kind == kind}
        return list(found.values())


def _real(path: Path) -> Path:
    return Path(os.path.realpath(path))
