"""What commands print. Everything that goes to a terminal goes through here.

Text for people is in the encoding of the stream, with `?` for what that cannot show, and can steer no terminal; what is
read from right to left is set apart. What
machines read (JSON, NDJSON, SARIF, CSV) is UTF-8 on every stream, as those forms ask.
"""

from __future__ import annotations

import json
import shutil
import sys
from collections.abc import Iterable, Mapping
from typing import Any, TextIO

import click

from qa_rules.escaping import apart, inert, inert_lines, json_inert


def echo(text: str = "", *, err: bool = False) -> None:
    """Print text for people; the line ends in it are meant."""
    click.echo(apart(inert_lines(text)), err=err)


def columns() -> int | None:
    """Return how wide the terminal is; None where what is printed goes elsewhere."""
    return shutil.get_terminal_size().columns if _is_terminal(sys.stdout) else None


def paged(text: str) -> None:
    """Print text for people, a screen at a time where it is longer than the terminal is high."""
    is_read = _is_terminal(sys.stdin) and _is_terminal(sys.stdout)
    if is_read and text.count("\n") >= shutil.get_terminal_size().lines:
        click.echo_via_pager(apart(inert_lines(text)) + "\n")
    else:
        echo(text)


def _is_terminal(stream: TextIO | None) -> bool:
    """Whether somebody sits there. Whoever started this may have closed the stream."""
    return stream is not None and stream.isatty()


def echo_lines(lines: Iterable[str]) -> None:
    """Print lines for people. A line end inside of one, such as in a name, is none."""
    click.echo(apart("\n".join(map(inert, lines))))


def hand_over(text: str) -> None:
    """Print what machines read, as it is."""
    # A stream without bytes, such as one that keeps what is printed, takes the text.
    if sys.stdout.isatty() or not hasattr(sys.stdout, "buffer"):
        click.echo(text, nl=False)
    else:
        click.echo(text.encode("utf-8", "replace"), nl=False)


def json_text(data: Any, indent: int | None = 2) -> str:
    """Return JSON with a line end behind it. What could steer a terminal is escaped as JSON escapes it."""
    return json_inert(json.dumps(data, indent=indent, ensure_ascii=False)) + "\n"


def told(data: Mapping[str, Any], lines: Iterable[str], form: str) -> None:
    """Print the same as JSON or as lines of text."""
    if form == "json":
        hand_over(json_text(data))
    else:
        echo_lines(lines)
