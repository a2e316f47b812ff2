"""What breaks a YAML file, in the words of somebody who writes one, and the place of the slip."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

import attrs
import yaml


@attrs.frozen
class Break:
    """Where YAML stops making sense: line and column from 1, what is wrong, and the next step."""

    line: int
    column: int
    message: str
    hint: str


_KINDS: Final = (
    # what the parser was at, what it says, what is wrong, what to do, and whether the slip is where it began
    (
        "",
        "nesting depth",
        "the data is nested too deeply",
        "keep what belongs together in fewer levels",
        False,
    ),
    ("", "escape character", "a backslash has a meaning of its own here", "use single quotes", False),
    (
        "quoted scalar",
        "",
        "the quotation that opens here has no end",
        "close it, or take the quote away",
        True,
    ),
    ("simple key", "':'", "this line has no colon", "write `key: value`", True),
    ("", r"'\t'", "a tab stands here", "indent with spaces", False),
    ("", "cannot start any token", "text cannot begin with this sign", "put the text in quotes", False),
    ("alias", "", "text cannot begin with this sign", "put the text in quotes", True),
    ("anchor", "", "text cannot begin with this sign", "put the text in quotes", True),
    (
        "",
        "mapping values",
        "a colon and a space stand where text is",
        "put text that holds `: ` in quotes, or correct the indentation of this line",
        False,
    ),
    (
        "flow mapping",
        "",
        "the `{` that opens here has no end, or a comma is missing behind it",
        "close it with `}`, and put a comma between what stands in it",
        True,
    ),
    (
        "flow sequence",
        "",
        "the `[` that opens here has no end, or a comma is missing behind it",
        "close it with `]`, and put a comma between what stands in it",
        True,
    ),
    (
        "block",
        "",
        "this line does not go with those above it",
        "indent it as they are, and see that quotes and brackets above it are closed",
        False,
    ),
)


def break_of(error: yaml.YAMLError, lines: Sequence[str]) -> Break:
    """Return what a parser's error in a text of these lines means."""
    at, began = getattr(error, "problem_mark", None), getattr(error, "context_mark", None)
    doing, problem = getattr(error, "context", None) or "", getattr(error, "problem", None) or ""
    said = problem
    if at is not None and at.line < len(lines):
        said += f" {lines[at.line][at.column : at.column + 1]!r}"
    for was_at, says, message, hint, is_where_it_began in _KINDS:
        if was_at in doing and says in said:
            return _placed(began if is_where_it_began and began is not None else at, message, hint)
    hint = "check the indentation and quote text that holds `: ` or begins with a sign"
    return _placed(at, f"this is not YAML: {problem or str(error).splitlines()[0]}", hint)


def _placed(mark: yaml.Mark | None, message: str, hint: str) -> Break:
    return (
        Break(1, 1, message, hint) if mark is None else Break(mark.line + 1, mark.column + 1, message, hint)
    )
