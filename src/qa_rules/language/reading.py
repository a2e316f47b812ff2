"""From the text of a YAML or JSON file to plain data that remembers where it stood.

YAML is read as a strict subset: no anchors, aliases, tags, duplicate keys or second documents. A plain scalar
stays text (`Plain`) until the type that is due reads it, so `NO`, `1.10` and `12:30` never surprise.
"""

from __future__ import annotations

import json
import os
import stat
from collections.abc import Callable, Hashable, Iterator, Mapping
from pathlib import Path
from typing import Any, NoReturn, TypeVar

import yaml

from qa_rules.errors import NotFoundError
from qa_rules.language.breaks import break_of
from qa_rules.language.encoding import AS_TEXT, no_text, wide_encoding
from qa_rules.language.json_numbers import NUMBERS
from qa_rules.language.opened import open_text
from qa_rules.language.plain_data import is_too_deep, odd_keys
from qa_rules.language.remembered import looked_at, unless_changed
from qa_rules.language.source import MOST_FAULTS as MOST_FAULTS
from qa_rules.language.source import Plain as Plain
from qa_rules.language.source import Raw as Raw
from qa_rules.language.source import Source as Source
from qa_rules.language.source import Span as Span
from qa_rules.language.source import Trail as Trail
from qa_rules.language.source import one_line
from qa_rules.model.frozen import thaw

MOST_BYTES = 8 * 2**20
MOST_NODES = 400_000
MOST_DEPTH = 80
T = TypeVar("T")


def read_file(path: Path) -> Source:
    """Read a YAML or JSON file. NotFoundError when there is none; faults of the text are in `diagnostics`."""
    text, source = text_of(path)
    return source if text is None else read_text(text, str(path))


def kept_until_changed(kind: str, file: Path, read: Callable[[], T], *of: Hashable) -> T:
    """Return what `read` makes of a file and of what that names, the same object until one of them holds other text.

    `of` is what else it is made of.
    """
    return unless_changed((kind, str(file), *of), lambda path: _text_of(path)[0], read)


def text_of(path: Path) -> tuple[str | None, Source]:
    """Return the text of a file, or None with a source that says why. NotFoundError when there is no file."""
    text, source = _text_of(path)
    looked_at(path, text)
    return text, source


def _text_of(path: Path) -> tuple[str | None, Source]:
    if (text := open_text(path)) is not None:
        return text.removeprefix("\ufeff"), Source(str(path))
    try:
        # A named pipe would be waited for without an end. What a shell puts in place of a file has a writer.
        if stat.S_ISFIFO(path.stat().st_mode) and not os.path.realpath(path).startswith(("/dev/", "/proc/")):
            raise NotFoundError(f"cannot read {path}: it is a named pipe; name a file")
        with path.open("rb") as file:
            content = file.read(MOST_BYTES + 1)
    except ValueError as error:  # a name with a NUL in it
        raise NotFoundError(f"cannot read {one_line(str(path))}: {error}") from None
    except OSError as error:
        raise NotFoundError(f"cannot read {one_line(str(path))}: {error.strerror or error}") from error
    source = Source(str(path))
    if len(content) > MOST_BYTES:
        source.fault("too-large", f"{path} is larger than {MOST_BYTES // 2**20} MiB", (), "split the file")
        return None, source
    return _decoded(content, source), source


def _decoded(content: bytes, source: Source) -> str | None:
    if kind := no_text(content):
        source.fault("not-utf-8", f"this is {kind}, and no text", (), AS_TEXT)
        return None
    if wide := wide_encoding(content):
        source.fault("not-utf-8", f"this is in {wide}", (), "save the file as UTF-8")
        return None
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        source.fault("not-utf-8", f"byte {error.start + 1} is not UTF-8 text", (), "save the file as UTF-8")
        return None


def read_json(content: bytes | str, name: str) -> Source:
    """Read JSON that somebody handed in; faults are in `diagnostics`."""
    source = Source(name)
    if len(content) > MOST_BYTES:
        source.fault("too-large", f"this is larger than {MOST_BYTES // 2**20} MiB", (), "split it")
        return source
    if isinstance(content, str):
        # Half a character is no text; it is told where it stands.
        content = content.removeprefix("\ufeff").encode("utf-8", "surrogatepass")
    text = _decoded(content, source)
    if text is not None:
        source.lines = text.splitlines()
        _read_json(text, source)
    return source


def read_text(text: str, name: str) -> Source:
    """Read YAML, or JSON when the name ends in `.json`."""
    source = Source(name, lines=text.splitlines())
    if name.endswith(".json"):
        _read_json(text, source)
    else:
        _yaml(text, source)
    return source


def _read_json(text: str, source: Source) -> None:
    if _json(text, source):
        places = Source(source.name, lines=source.lines)
        _yaml(text, places)
        if places.data is None:  # not all JSON is YAML, and then the place of the whole is that of the break
            places.values.pop((), None)
        source.values, source.keys = places.values, places.keys
        placed = [each for each in places.diagnostics if each.code == "duplicate-key"]
        source.diagnostics = placed or source.diagnostics


def read_data(data: object, name: str, base: int = 0) -> Source:
    """Take data that was made in Python; its diagnostics name the path inside it.

    `base` is how many steps of a trail lead to the data that was handed in, for want of what stands around it.
    """
    source = Source(name, data, base=base)
    if is_too_deep(data, MOST_DEPTH, MOST_NODES):
        source.fault(
            "too-deep", "the data is nested too deeply, or holds itself", (), f"keep to {MOST_DEPTH} levels"
        )
        source.data = None
        return source
    for trail, key in odd_keys(data, ()):
        message = f"a key here is text, not {type(key).__name__}"
        source.fault("key", message, trail, "give the name as text")
    if source.diagnostics:
        source.data = None
    return source


def read_copy(data: object, name: str) -> Source:
    """Take data as `read_data` does, as a copy that its owner cannot change, with a list for each tuple."""
    source = read_data(data, name)
    source.data = thaw(source.data)
    return source


class _Stop(Exception):
    """Reading cannot go on; the diagnostic is recorded."""


def _json(text: str, source: Source) -> bool:
    def pairs(items: list[tuple[str, Raw]]) -> dict[str, Raw]:
        for name in _repeated(name for name, _ in items):
            source.fault("duplicate-key", f"the key `{name}` is given twice", (), "keep one of them")
        return dict(items)

    try:
        source.data = json.loads(text, object_pairs_hook=pairs, **NUMBERS)
    except json.JSONDecodeError as error:
        source.values[()] = Span(error.lineno, error.colno, 1)
        source.fault(
            "not-json", f"this is not JSON: {error.msg.lower()}", (), "see what stands before the caret"
        )
        return False
    except RecursionError:
        source.fault("too-deep", "the data is nested too deeply", (), f"keep to {MOST_DEPTH} levels")
        return False
    return True


def _repeated(names: Iterator[str]) -> list[str]:
    seen: set[str] = set()
    return [name for name in names if name in seen or seen.add(name)]  # type: ignore[func-returns-value]


def _yaml(text: str, source: Source) -> None:
    try:
        events = _Events(source, text)
        source.data = events.document()
    except _Stop:
        source.data = None
    except yaml.YAMLError as error:
        found = break_of(error, source.lines)
        source.values[()] = Span(found.line, found.column, 1)
        source.fault("not-yaml", found.message, (), found.hint)
        source.data = None


class _Events:
    """The parser's events, gathered into data with spans."""

    def __init__(self, source: Source, text: str) -> None:
        loader = getattr(yaml, "CBaseLoader", yaml.BaseLoader)
        self.source, self.nodes = source, 0
        self.events: Iterator[Any] = iter(yaml.parse(text, Loader=loader))

    def document(self) -> Raw:
        data, seen = None, False
        for event in self.events:
            if isinstance(event, yaml.DocumentStartEvent):
                if seen:
                    self._stop("second-document", "a file holds one document", event, "delete the `---` line")
                seen = True
                data = self._value(next(self.events), (), 0)
        return data

    def _stop(self, code: str, message: str, event: Any, hint: str) -> NoReturn:
        self.source.values[()] = self._span(event)
        self.source.fault(code, message, (), hint)
        raise _Stop

    def _span(self, event: Any) -> Span:
        start, end = event.start_mark, event.end_mark
        width = end.column - start.column if end.line == start.line else 1
        quoted = getattr(event, "style", None) in ("'", '"')
        return Span(start.line + 1, start.column + 1, max(1, width), quoted)

    def _value(self, event: Any, trail: Trail, depth: int) -> Raw:
        self.nodes += 1
        if self.nodes > MOST_NODES:
            self._stop("too-large", f"more than {MOST_NODES} values", event, "split the file")
        if depth > MOST_DEPTH:
            self._stop("too-deep", "the data is nested too deeply", event, f"keep to {MOST_DEPTH} levels")
        if isinstance(event, yaml.AliasEvent) or event.anchor is not None:
            self._stop(
                "anchor", "anchors and aliases are not allowed", event, "write the value out where it is due"
            )
        if event.tag is not None:
            self._stop("tag", f"tags such as `{event.tag}` are not allowed", event, "delete the tag")
        self.source.values[trail] = self._span(event)
        if isinstance(event, yaml.ScalarEvent):
            if event.style is None or event.style == "":
                return None if event.value in ("", "~", "null") else Plain(event.value)
            return str(event.value)
        if isinstance(event, yaml.SequenceStartEvent):
            items: list[Raw] = []
            while not isinstance(event := next(self.events), yaml.SequenceEndEvent):
                item = self._value(event, (*trail, len(items)), depth + 1)
                items += item if isinstance(item, _Entries) else [item]
            return items
        entries = self._entries(trail, depth, may_split=not event.flow_style)
        return entries[0] if len(entries) == 1 else entries

    def _entries(self, trail: Trail, depth: int, may_split: bool) -> _Entries:
        """The mapping that begins here, and those behind it of which the dashes were forgotten."""
        entries, first = _Entries([{}]), ""
        while not isinstance(event := next(self.events), yaml.MappingEndEvent):
            if not isinstance(event, yaml.ScalarEvent):
                self._stop("key", "a key is a word, not a list or mapping", event, "write the key as text")
            key, found, span = str(event.value), entries[-1], self._span(event)
            at = trail[-1] if trail and may_split else None
            if isinstance(at, int) and key == first and len(found) > 1:
                trail, found = (*trail[:-1], at + 1), {}
                entries.append(found)
                self.source.values[trail] = self.source.keys[(*trail, key)] = span
                message, hint = f"a dash is missing before `{key}`", f"write `- {key}:`"
                self.source.fault("duplicate-key", message, (*trail, key), hint, key=True)
            inner = (*trail, key)
            self.source.keys[inner] = span
            if key in found:
                self.source.fault(
                    "duplicate-key", f"the key `{key}` is given twice", inner, "keep one", key=True
                )
            first = first or key
            found[key] = self._value(next(self.events), inner, depth + 1)
        return entries


class _Entries(list[Raw]):
    """Mappings of a list, of which all but the first stand without their dashes."""


def mapping(raw: Raw) -> Mapping[str, Raw]:
    """Return the raw value if it is a mapping, else an empty one (the fault is recorded elsewhere)."""
    return raw if isinstance(raw, Mapping) else {}
