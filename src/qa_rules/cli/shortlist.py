"""`qa-rules shortlist`."""

from __future__ import annotations

import csv
import datetime
import io
import sys
from collections.abc import Iterable, Iterator
from functools import partial
from pathlib import Path

import click

from qa_rules.api.analyse import shortlist
from qa_rules.cli.exits import Exit
from qa_rules.cli.naming import named, told_first
from qa_rules.cli.options import (
    PERSON,
    RULESET,
    Day,
    due_teller,
    engine_option,
    on_option,
    policy_option,
    told_by_option,
)
from qa_rules.cli.printing import echo, echo_lines, hand_over, json_text
from qa_rules.engines import EngineName
from qa_rules.errors import NotFoundError
from qa_rules.escaping import cell, inert
from qa_rules.explain.wording import day
from qa_rules.language.library import person_file
from qa_rules.language.load import load_facts, load_policy, load_ruleset, under
from qa_rules.language.providers import files_in, providers_in, providers_of_lines
from qa_rules.model.facts import Evidence, Facts
from qa_rules.model.rulesets import Policy, Ruleset
from qa_rules.model.values import Strength
from qa_rules.shortlist.matching import Fit, Shortlist

TABLES = (".parquet", ".csv", ".ndjson", ".jsonl")
COLUMNS = ("place", "first", "name", "subject", "outcome", "words", "allows", "tier", "effort", "reason")


@click.command("shortlist")
@click.argument("ruleset", type=RULESET)
@click.argument("providers", required=False, type=click.Path(path_type=Path, allow_dash=True))
@click.option(
    "--given",
    "--person",
    "person",
    type=PERSON,
    required=True,
    metavar="NAME|FILE",
    help="Facts that are given with the question, such as about somebody.",
)
@partial(on_option, is_required=False)
@policy_option
@engine_option
@told_by_option
@click.option("--most", type=click.IntRange(1), help="How many to print; all if left out.")
@click.option("--key", default="", help="Of a table: the column that names a row.")
@click.option("--ignore", multiple=True, metavar="COLUMN", help="Of a table: a column that is no fact.")
@click.option(
    "--strength",
    type=click.Choice([each.word for each in Strength]),
    default=Strength.STATED.word,
    help="Of a table: how strong the evidence is of values that have no `@strength` of their own.",
)
@click.option("--as-of", type=Day(), help="Of a table: the date of values that have no `@on`.")
@click.option(
    "--format",
    "form",
    type=click.Choice(["text", "json", "ndjson", "csv"]),
    default="text",
    help="How to print it.",
)
def command(
    ruleset: str,
    providers: Path | None,
    person: str,
    on: datetime.date | None,
    policy: str | None,
    engine: EngineName,
    told_by: str | None,
    most: int | None,
    key: str,
    ignore: tuple[str, ...],
    strength: str,
    as_of: datetime.date | None,
    form: str,
) -> int:
    """Print to which of PROVIDERS this person may be referred, the best fit first, with the reason for each.

    RULESET, the date and the policy may be left out where a facts file, of the person or a provider, names them.

    PROVIDERS is a folder of facts files, a table (Parquet, CSV or NDJSON with a row for each) or `-`: lines of JSON on
    the standard input, each a facts file. Exits with 3 when some could not be read; the others are in the list.
    """
    which: str | None = ruleset
    if providers is None:
        which, providers = None, Path(ruleset)
    is_folder = str(providers) != "-" and providers.suffix.lower() not in TABLES
    files = [each for _, inside in files_in(_folder(providers)) for each in inside] if is_folder else []
    found_in = named(which, [person_file(person)], on, policy, files)
    told_first(found_in.remarks)
    on, policy = found_in.on, found_in.policy
    rules = load_ruleset(found_in.ruleset)
    settings = None if policy is None else load_policy(policy, rules)
    rules = under(rules, settings)
    due_teller(rules, told_by)
    somebody = load_facts(person_file(person), rules)
    if providers.suffix.lower() in TABLES:
        evidence = Evidence(strength=Strength.of(strength), as_of=as_of)
        found = _table(rules, providers, somebody, on, settings, key, ignore, evidence, told_by)
    else:
        stream = (
            providers_of_lines(lines_of_stdin(), "stdin", rules)
            if str(providers) == "-"
            else providers_in(_folder(providers), rules, _left_out)
        )
        found = shortlist(
            somebody, stream, ruleset=rules, on=on, policy=settings, engine=engine, told_by=told_by
        )
    _print(found, somebody, on, form, found.fits[:most])
    if form in ("ndjson", "csv") and not found.fits:  # no row to say it in
        for line in found.first:
            echo(inert(line), err=True)
    for each in found.unread:
        echo(f"{each.name}: could not be read as it stands", err=True)
        for fault in each.diagnostics:
            echo(str(fault), err=True)
    return Exit.FAULT if found.unread else Exit.DONE


def lines_of_stdin() -> Iterator[str]:
    """Lines of JSON are UTF-8, whatever the encoding of the terminal is; a byte order mark is none of them."""
    lines: Iterable[bytes] = getattr(sys.stdin, "buffer", None) or (each.encode() for each in sys.stdin)
    for at, line in enumerate(lines):
        yield line.decode("utf-8", "replace").removeprefix("" if at else "\ufeff")


def _folder(path: Path) -> Path:
    if not path.is_dir():
        raise NotFoundError(
            f"{path} is no folder and no table; there are {', '.join(TABLES)}, and - for lines"
        )
    return path


def _left_out(file: Path) -> None:
    echo(f"left out: {file} holds no fact of this ruleset about who is judged", err=True)


def _table(
    rules: Ruleset,
    path: Path,
    person: Facts,
    on: datetime.date,
    policy: Policy | None,
    key: str,
    ignore: tuple[str, ...],
    evidence: Evidence,
    told_by: str | None,
) -> Shortlist:
    from qa_rules.tables.files import read_table
    from qa_rules.tables.shortlist import shortlist_table

    table = read_table(path, rules.vocabulary)
    return shortlist_table(
        person,
        table,
        ruleset=rules,
        on=on,
        policy=policy,
        key=key,
        ignore=ignore,
        evidence=evidence,
        told_by=told_by,
    )


def _print(found: Shortlist, person: Facts, on: datetime.date, form: str, fits: tuple[Fit, ...]) -> None:
    if form == "json":
        data = found.to_dict() | {"fits": [each.to_dict() for each in fits]}
        hand_over(json_text(data))
    elif form == "ndjson":
        for each in fits:
            hand_over(json_text({"first": list(found.first)} | each.to_dict(), None))
    elif form == "csv":
        hand_over(_csv(fits, found.first))
    else:
        echo_lines(_lines(found, person, on, fits))


def _csv(fits: tuple[Fit, ...], first: tuple[str, ...]) -> str:
    """Every row says what comes first: however they are sorted, filtered or cut, nobody reads on without it."""
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(COLUMNS)
    for place, each in enumerate(fits, 1):
        allows = {True: "yes", False: "no", None: ""}[each.allows]
        row = each.to_dict() | {"place": place, "first": " ".join(first), "allows": allows}
        writer.writerow([cell(inert(str(row[column]))) for column in COLUMNS])
    return text.getvalue()


def _lines(found: Shortlist, person: Facts, on: datetime.date, fits: tuple[Fit, ...]) -> Iterator[str]:
    who, count = person.subject or "this question", f"{len(found.may_refer)} of {len(found.fits)}"
    yield f"For {who}, on {day(on)}: {count} may be chosen."
    yield from found.first
    for place, each in enumerate(fits, 1):
        called = f"{each.subject} ({each.name})" if each.subject and each.subject != each.name else each.name
        yield f"{place}. {called}"
        yield f"   {each.words}."
        if each.span:
            yield f"   {each.span}"
        if each.reason != f"{each.words}.":
            yield f"   {each.reason}"
    if len(fits) < len(found.fits):
        yield f"... and {len(found.fits) - len(fits)} more"
    if found.unread:
        yield f"Could not be read: {', '.join(each.name for each in found.unread)}"
