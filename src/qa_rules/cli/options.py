"""Arguments and options that several commands share."""

from __future__ import annotations

import datetime
import os
from collections.abc import Callable
from functools import wraps
from pathlib import Path
from typing import Any, TypeVar, cast

import click

from qa_rules.assessment.assess import Assessment, assess
from qa_rules.cli.naming import named, told_first
from qa_rules.engines import DEFAULT_ENGINE, ENGINES, EngineName
from qa_rules.errors import OutputError, RulesetError
from qa_rules.interview.days import date_of
from qa_rules.language.library import (
    shipped_person_file,
    shipped_policy_file,
    shipped_ruleset_file,
    typed,
)
from qa_rules.language.load import load_facts, load_policy, load_ruleset, merge, under
from qa_rules.language.reading import mapping, read_file
from qa_rules.model.rulesets import Ruleset

F = TypeVar("F", bound=Callable[..., Any])


class Day(click.ParamType[datetime.date]):
    """A date, as people write it."""

    name = "date"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> datetime.date:
        """Return the date, or fail with the form that is due."""
        if isinstance(value, datetime.date):
            return value
        try:
            return date_of(value)
        except ValueError as fault:
            self.fail(str(fault), param, ctx)


class Named(click.ParamType[str]):
    """The id of something shipped, or else a file or folder."""

    name: str
    shipped_file: Callable[[str], Path]

    def __init__(self, name: str, shipped_file: Callable[[str], Path]) -> None:
        self.name, self.shipped_file = name, shipped_file

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> str:
        """Return the id, or the path with a separator in it."""
        return typed(value, self.shipped_file)


class OutputPath(click.Path):
    """A file to write. A name that ends like that of a folder is none."""

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Any:
        """Return the path, or fail."""
        if os.fspath(value).endswith(("/", os.sep)) and not os.path.isdir(value):  # noqa: PTH112  # which is told later
            self.fail(f"{str(value)!r} is the name of a folder; name a file", param, ctx)
        return super().convert(value, param, ctx)


OUTPUT = OutputPath(path_type=Path)
RULESET = Named("ruleset", shipped_ruleset_file)
POLICY = Named("policy", shipped_policy_file)
PERSON = Named("person", shipped_person_file)


def on_option(command: F, is_required: bool = True) -> F:
    """Add `--on`, which has no default: nothing here reads a clock."""
    text = "The date of the assessment, such as 2026-11-22."
    if not is_required:
        text += " Left out, the one that a facts file names."
    return click.option("--on", type=Day(), required=is_required, help=text)(command)


def policy_option(command: F) -> F:
    """Add `--policy`."""
    return click.option("--policy", type=POLICY, metavar="NAME|FILE", help="The policy; none by default.")(
        command
    )


def engine_option(command: F) -> F:
    """Add `--engine`."""
    choice = click.Choice(list(ENGINES))
    return click.option("--engine", type=choice, default=DEFAULT_ENGINE, help="All engines agree.")(command)


def told_by_option(command: F) -> F:
    """Add `--told-by`: whose word counts, no file can say."""
    return click.option(
        "--told-by",
        metavar="WHO",
        help="Who hands the facts in: one of those whose own word, with name and date, counts as seen.",
    )(command)


def due_teller(rules: Ruleset, told_by: str | None) -> None:
    """Do nothing where the ruleset says that their own word counts; a wrong option otherwise."""
    named = rules.people.own_word_seen
    if told_by is not None and told_by not in named:
        hint = (
            f"is one of {', '.join(named)}"
            if named
            else "is for rulesets with `people:`, who are named there"
        )
        raise click.BadParameter(f"{rules.id}: this {hint}, not {told_by!r}", param_hint="'--told-by'")


def assessed(command: F) -> F:
    """Add the arguments and options from which `assessment_of` makes an assessment.

    A facts file may name its ruleset, policy and date; where the command line names others, that is said first.
    """

    @wraps(command)
    def run(
        ruleset: str, facts: tuple[Path, ...], on: datetime.date | None, policy: str | None, **rest: Any
    ) -> Any:
        found = named(ruleset, facts, on, policy)
        if not found.facts:
            raise click.MissingParameter(param_hint="'FACTS...'", param_type="argument")
        told_first(found.remarks)
        return command(ruleset=found.ruleset, facts=found.facts, on=found.on, policy=found.policy, **rest)

    given = click.argument("facts", nargs=-1, type=click.Path(path_type=Path))
    dated = on_option(policy_option(engine_option(told_by_option(run))), is_required=False)
    return cast(F, click.argument("ruleset", type=RULESET)(given(dated)))


def assessment_of(
    ruleset: str,
    facts: tuple[Path, ...],
    on: datetime.date,
    policy: str | None,
    engine: EngineName,
    told_by: str | None,
    earlier: Path | None = None,
) -> Assessment:
    """Return the assessment of the subject of one or more facts files, which are read as one."""
    rules = load_ruleset(ruleset)
    settings = None if policy is None else load_policy(policy, rules)
    rules = under(rules, settings)
    due_teller(rules, told_by)
    given = merge(*(load_facts(path, rules) for path in facts))
    before = None if earlier is None else _recorded(earlier)
    return assess(rules, given, on=on, policy=settings, engine=engine, earlier=before, told_by=told_by)


def _recorded(path: Path) -> Assessment:
    source = read_file(path)
    if source.diagnostics:
        raise RulesetError(source.diagnostics)
    return Assessment.from_dict(mapping(source.data))


def form_option(command: F) -> F:
    """Add `--format`, text or JSON."""
    return click.option("--format", "form", type=click.Choice(["text", "json"]), default="text")(command)


def _folder(context: click.Context, param: click.Parameter, folder: Path | None) -> Path | None:
    """Make the folder now: a worker that cannot would end without an answer."""
    if folder is not None:
        try:
            folder.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise OutputError(f"cannot write {folder}: {error.strerror or error}") from error
    return folder


def keep_option(command: F) -> F:
    """Add `--keep`, a folder for the solver's answers."""
    return click.option(
        "--keep",
        type=click.Path(file_okay=False, path_type=Path),
        callback=_folder,
        metavar="FOLDER",
        help="Keep the solver's answers there: after a change only what it touches is asked again.",
    )(command)
