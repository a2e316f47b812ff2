"""XML of somebody else, read safely: no document type, no entities, and only so much of it. Elements have places.

The parser of the standard library (expat) is stopped at the first declaration from which anything could be expanded
or fetched.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final
from xml.parsers import expat

import attrs

from qa_rules.errors import Diagnostic, Place, RulesetError

MOST_BYTES: Final = 8 * 2**20
MOST_ELEMENTS: Final = 200_000
MOST_DEPTH: Final = 60
_GAP: Final = " "


@attrs.define(eq=False)
class Element:
    """An element with its namespace, its name, what is inside, and where it begins."""

    namespace: str
    name: str
    attributes: dict[str, str]
    place: Place
    children: list[Element] = attrs.field(factory=list)
    text: str = ""

    def all(self, name: str) -> Iterator[Element]:
        """Yield the elements of a name directly inside, in the same namespace."""
        return (each for each in self.children if each.name == name and each.namespace == self.namespace)

    def first(self, name: str) -> Element | None:
        """Return the first element of a name directly inside."""
        return next(self.all(name), None)

    def said(self, *names: str) -> str:
        """Return the text inside the elements that the names lead to; empty where one is missing."""
        found: Element | None = self
        for name in names:
            found = None if found is None else found.first(name)
        return "" if found is None else found.text.strip()


class _Refused(Exception):
    def __init__(self, message: str, hint: str, line: int, column: int) -> None:
        super().__init__(message)
        self.message, self.hint, self.line, self.column = message, hint, line, column


def read_xml(content: bytes, name: str) -> Element:
    """Return the root of an XML document. RulesetError, with the place, for what is none or is refused."""
    try:
        return _Reading(name).root(content)
    except expat.ExpatError as error:
        message = f"this is not XML: {expat.errors.messages[error.code]}"
        fault = Diagnostic("xml", message, Place(name, error.lineno, error.offset + 1), "save it again")
    except _Refused as refused:
        fault = Diagnostic("xml", refused.message, Place(name, refused.line, refused.column), refused.hint)
    raise RulesetError([fault])


class _Reading:
    def __init__(self, name: str) -> None:
        self.name, self.elements = name, 0
        self.found: Element | None = None
        self.open: list[Element] = []
        self.parser = expat.ParserCreate(namespace_separator=_GAP)
        self.parser.buffer_text = True
        self.parser.StartElementHandler = self.start
        self.parser.EndElementHandler = self.end
        self.parser.CharacterDataHandler = self.data
        self.parser.StartDoctypeDeclHandler = self.doctype

    def root(self, content: bytes) -> Element:
        if len(content) > MOST_BYTES:
            raise _Refused(f"this is larger than {MOST_BYTES // 2**20} MiB", "split it", 1, 1)
        self.parser.Parse(content, True)
        assert self.found is not None
        return self.found

    def refuse(self, message: str, hint: str) -> None:
        raise _Refused(message, hint, self.parser.CurrentLineNumber, self.parser.CurrentColumnNumber + 1)

    def start(self, name: str, attributes: dict[str, str]) -> None:
        self.elements += 1
        if self.elements > MOST_ELEMENTS or len(self.open) >= MOST_DEPTH:
            self.refuse("there are too many elements, or they are nested too deeply", "split it")
        namespace, _, local = name.rpartition(_GAP)
        place = Place(self.name, self.parser.CurrentLineNumber, self.parser.CurrentColumnNumber + 1)
        made = Element(namespace, local, attributes, place)
        if self.open:
            self.open[-1].children.append(made)
        else:
            self.found = made
        self.open.append(made)

    def end(self, name: str) -> None:
        self.open.pop()

    def data(self, text: str) -> None:
        self.open[-1].text += text

    def doctype(self, name: str, system: str | None, public: str | None, internal: bool) -> None:
        self.refuse("a document type could bring in anything", "delete the line that begins with <!DOCTYPE")
