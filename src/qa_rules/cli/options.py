"""Arguments and options that several commands share."""

from __future__ import annotations

import datetime
from collections.abc import Callable
from typing import Any, TypeVar

import click

from qa_rules.engines import DEFAULT_ENGINE, ENGINES

F = TypeVar("F", bound=Callable[..., Any])


class Day(click.ParamType[datetime.date]):
    """A date as year-month-day."""

    name = "date"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> datetime.date:
        """Return the date, or fail with the form that is due."""
        if isinstance(value, datetime.date):
            return value
        try:
            return datetime.date.fromisoformat(value)
        except ValueError:
            self.fail(f"{value!r} is not a date; write year-month-day, such as 2026-11-22", param, ctx)


def on_option(command: F) -> F:
    """Add `--on`, which has no default: nothing here reads a clock."""
    return click.option(
        "--on", type=Day(), required=True, help="The date of the assessment, such as 2026-11-22."
    )(command)


def policy_option(command: F) -> F:
    """Add `--policy`."""
    return click.option("--policy", metavar="NAME|FILE", help="The locality's policy; none by default.")(
        command
    )


def engine_option(command: F) -> F:
    """Add `--engine`."""
    choice = click.Choice(list(ENGINES))
    return click.option("--engine", type=choice, default=DEFAULT_ENGINE, help="All engines agree.")(command)
