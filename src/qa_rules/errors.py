"""What can go wrong, as exceptions, and what is wrong with a file, as diagnostics.

QaRulesError
├─ DocumentError            files or facts at fault; carries every diagnostic at once
│  ├─ RulesetError          a ruleset, vocabulary, policy or cases file
│  │  └─ RecordError        a record that is at fault, was changed, or is not signed
│  └─ FactsError            the facts handed in
├─ ReplayError              a record that comes out otherwise; `what` names the part
├─ NotFoundError            no such ruleset, policy or file; says what there is
├─ ArgumentError            a call with something of another type; a TypeError too
├─ OutputError              a file cannot be written; what was there before still is
└─ EngineError
   ├─ EngineUnavailableError   says what to install, or why it cannot run here
   ├─ UnsupportedRulesetError  raised when preparing, never while assessing
   └─ EngineFailedError        a foreign engine broke; the cause is chained

A shortfall of a provider is a finding, never an exception.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import attrs

from qa_rules.escaping import in_place, inert

MORE = "more-faults"
"""The code of the diagnostic that counts the faults that are not shown."""


@attrs.frozen(order=True)
class Place:
    """Where something stands: a file, and a line and column counted from 1."""

    file: str
    line: int = 1
    column: int = 1

    def __str__(self) -> str:
        return f"{self.file}:{self.line}:{self.column}"


@attrs.frozen
class Edit:
    """What to write in the place of a word of a file, where that is certain."""

    place: Place
    """Where the word begins."""
    old: str
    new: str
    below: str = ""
    """A key that then stands under the new one, on a line of its own."""


@attrs.frozen
class Diagnostic:
    """A statement about a file (never about a provider)."""

    code: str
    """Short and stable, such as `unknown-fact`; one page of the documentation describes each."""
    message: str
    """One line in the words of the domain."""
    place: Place | None = None
    hint: str = ""
    """The next step, or empty."""
    excerpt: str = ""
    """The line at fault, without its end."""
    width: int = 1
    """How many columns the caret underlines."""
    path: tuple[str | int, ...] = attrs.field(default=(), eq=False)
    """The keys and indexes that lead to it, inside the data or file; empty for the whole."""
    edit: Edit | None = attrs.field(default=None, eq=False)
    """What to write instead, where the hint says exactly that."""

    @property
    def pointer(self) -> str:
        """The path as a JSON Pointer (RFC 6901): `/tutors/1/paid`; empty for the whole."""
        return "".join("/" + str(step).replace("~", "~0").replace("/", "~1") for step in self.path)

    def __str__(self) -> str:
        lines = [inert(f"{self.code}: {self.message}")]
        if self.place is not None:
            lines.append(inert(f"  --> {self.place}"))
            if self.excerpt:
                gutter = " " * len(str(self.place.line))
                pad = "".join("\t" if char == "\t" else " " for char in self.excerpt[: self.place.column - 1])
                lines.append(f" {self.place.line} | {in_place(self.excerpt)}")
                lines.append(f" {gutter} | {pad}{'^' * max(1, self.width)}")
        if self.hint:
            lines.append(inert(f"  help: {self.hint}"))
        return "\n".join(lines)

    def to_dict(self) -> dict[str, object]:
        """Return the JSON shape: code, message, file, line, column, hint, and the path as a JSON Pointer."""
        place = self.place
        return {
            "code": self.code,
            "message": self.message,
            "file": place.file if place else None,
            "line": place.line if place else None,
            "column": place.column if place else None,
            "hint": self.hint,
            "path": self.pointer,
        }


def in_order(diagnostics: Iterable[Diagnostic]) -> tuple[Diagnostic, ...]:
    """Sort by place, each diagnostic once; how many more there are stands last."""
    nowhere = Place("")
    unique = dict.fromkeys(diagnostics)

    def key(each: Diagnostic) -> tuple[bool, Place, str, str]:
        return each.code == MORE, each.place or nowhere, each.code, each.message

    return tuple(sorted(unique, key=key))


class QaRulesError(Exception):
    """The root of everything that this library raises on purpose."""


class ArgumentError(QaRulesError, TypeError):
    """A function was called with something that it cannot take: a slip in the program, not in the facts."""


def due(argument: str, given: object, what: type | tuple[type, ...], words: str) -> None:
    """Do nothing when an argument has the type that is due. ArgumentError says what is due otherwise."""
    if not isinstance(given, what):
        raise ArgumentError(f"`{argument}` is {words}, not {type(given).__name__}")


MOST_COUNTED = 1_000_000
"""The most that is asked for at once: plans, questions, threads."""


def due_count(argument: str, given: object) -> None:
    """Do nothing for a whole number from 1 to MOST_COUNTED. ArgumentError says what is due otherwise."""
    due(argument, given, int, "a whole number")
    if isinstance(given, bool) or not isinstance(given, int) or not 1 <= given <= MOST_COUNTED:
        many = (
            str(given) if isinstance(given, int) and given.bit_length() < 100 else "a number of many digits"
        )
        raise ArgumentError(f"`{argument}` is a whole number from 1 to {MOST_COUNTED}, not {many}")


def due_names(argument: str, given: object) -> None:
    """Do nothing for a list, tuple or set of names. ArgumentError says what is due otherwise."""
    due(argument, given, (list, tuple, set, frozenset), "a list of names")
    if isinstance(given, list | tuple | set | frozenset):
        for each in given:
            due(argument, each, str, "a list of names")


def due_known(what: str, given: Iterable[str], known: Iterable[str]) -> None:
    """Do nothing where every name is known. NotFoundError says which is not, and what there is."""
    names = list(known)
    for each in given:
        if each not in names:
            raise NotFoundError(f"there is no {what} `{each}`; there are {', '.join(sorted(names))}")


def due_pair(argument: str, given: Any, words: str) -> tuple[Any, Any]:
    """Return the two of a pair. ArgumentError says what is due otherwise."""
    due(argument, given, (tuple, list), words)
    if len(given) != 2:
        raise ArgumentError(f"`{argument}` is {words}, not {len(given)} things")
    return given[0], given[1]


class DocumentError(QaRulesError):
    """Files or facts are at fault. `diagnostics` holds all that was found, in order of place."""

    def __init__(self, diagnostics: Iterable[Diagnostic]) -> None:
        self.diagnostics: tuple[Diagnostic, ...] = in_order(diagnostics)
        super().__init__("\n\n".join(map(str, self.diagnostics)))

    def __reduce__(self) -> tuple[type[DocumentError], tuple[tuple[Diagnostic, ...]]]:
        return type(self), (self.diagnostics,)


class RulesetError(DocumentError):
    """A ruleset, vocabulary, policy or cases file is at fault."""


class RecordError(RulesetError):
    """A record is at fault: of another shape, at odds with itself, changed since it was made, or not signed."""


class FactsError(DocumentError):
    """The facts handed in do not fit the vocabulary."""


class ReplayError(QaRulesError):
    """What was decided again is not what the record says. `what` names the part that differs."""

    def __init__(self, what: str, message: str) -> None:
        self.what = what
        """`ruleset`, `policy`, `calendar`, `facts`, a key of the record such as `findings`, or `digest`."""
        super().__init__(message)

    def __reduce__(self) -> tuple[type[ReplayError], tuple[str, str]]:
        return type(self), (self.what, str(self))


class NotFoundError(QaRulesError):
    """There is no such ruleset, policy or file."""

    def __init__(self, message: str) -> None:
        super().__init__(inert(message))


class OutputError(QaRulesError):
    """A file cannot be written, or it is a file that is read. What was there before still is."""

    def __init__(self, message: str) -> None:
        super().__init__(inert(message))


class EngineError(QaRulesError):
    """An engine cannot do what was asked."""


class EngineUnavailableError(EngineError):
    """The engine cannot run on this machine; the message says why and what to install."""


class UnsupportedRulesetError(EngineError):
    """The ruleset is beyond the engine's limits; raised when it is prepared."""


class EngineFailedError(EngineError):
    """A foreign engine broke; the cause is chained."""
