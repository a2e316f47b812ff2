"""`qa-rules batch`."""

from __future__ import annotations

import datetime
import sys
from functools import partial
from io import StringIO
from pathlib import Path
from typing import TYPE_CHECKING, TextIO

import click

from qa_rules.cli.exits import Exit
from qa_rules.cli.naming import named, told_first
from qa_rules.cli.options import (
    OUTPUT,
    PERSON,
    RULESET,
    due_teller,
    form_option,
    on_option,
    policy_option,
    told_by_option,
)
from qa_rules.cli.printing import told
from qa_rules.cli.reading import child_files, children_of, files_among, persons_of
from qa_rules.errors import OutputError
from qa_rules.language.library import person_file
from qa_rules.language.load import load_policy, load_ruleset, under
from qa_rules.model.facts import Evidence
from qa_rules.model.values import Strength
from qa_rules.outputs import refuse

if TYPE_CHECKING:
    from qa_rules.tables.streams import TableFile

WHAT = ("outcomes", "tiers", "groups", "verdicts", "strengths", "asked", "values")


@click.command("batch")
@click.argument("ruleset", type=RULESET)
@click.argument("source", metavar="IN", type=click.Path(path_type=Path))
@click.argument("target", metavar="OUT", type=OUTPUT)
@partial(on_option, is_required=False)
@policy_option
@click.option(
    "--given",
    "--person",
    "persons",
    type=PERSON,
    multiple=True,
    metavar="NAME|FILE",
    help="Facts that are given with the question, such as about somebody; outcomes and tiers then stand once for each.",
)
@click.option("--key", default="", help="The column that names a row; it is kept.")
@click.option("--keep", multiple=True, metavar="COLUMN", help="Another column to keep that is no fact.")
@click.option("--ignore", multiple=True, metavar="COLUMN", help="A column that is no fact, to leave out.")
@click.option(
    "--child",
    "children",
    multiple=True,
    metavar="COLLECTION=FILE",
    help="A collection as a table of its own, one record a row, found by the key.",
)
@click.option(
    "--what", multiple=True, type=click.Choice(WHAT), help="What to work out; all of it by default."
)
@click.option(
    "--strength",
    type=click.Choice([each.word for each in Strength]),
    default=Strength.STATED.word,
    help="How strong the evidence of all values is that have no `@strength` of their own.",
)
@click.option("--as-of", type=click.DateTime(["%Y-%m-%d"]), help="The date of values that have no `@on`.")
@click.option("--errors", type=OUTPUT, help="Where all that was not used goes; OUT.errors.csv.")
@click.option(
    "--resume",
    type=click.Path(path_type=Path),
    metavar="FOLDER",
    help="Keep finished parts here; after a stop, the same command goes on behind them.",
)
@told_by_option
@click.option("--threads", type=click.IntRange(1), default=1, help="How many batches to work at once.")
@form_option
@click.option("--quiet", is_flag=True, help="No progress bar.")
def command(
    ruleset: str,
    source: Path,
    target: Path,
    on: datetime.date | None,
    policy: str | None,
    persons: tuple[str, ...],
    key: str,
    keep: tuple[str, ...],
    ignore: tuple[str, ...],
    children: tuple[str, ...],
    what: tuple[str, ...],
    strength: str,
    as_of: datetime.datetime | None,
    errors: Path | None,
    resume: Path | None,
    told_by: str | None,
    threads: int,
    form: str,
    quiet: bool,
) -> int:
    """Assess every row of a table against RULESET: Parquet, CSV or NDJSON in, one of them out.

    A column has the name of its fact. What does not fit the vocabulary goes to the errors file with its row; the fact
    is unknown there, and the rest of the row counts. So do lines that cannot be read and records that find no row.
    Exits with 3 when there is any of these. OUT takes the place of what was there when all is done.
    """
    from qa_rules.tables import TableTask
    from qa_rules.tables.faults import is_errors_file
    from qa_rules.tables.files import open_table
    from qa_rules.tables.run import run_file
    from qa_rules.tables.saving import check_suffix

    files = child_files(children)
    faults = errors or target.parent / f"{target.stem}.errors.csv"
    others = files_among(ruleset, policy, *persons, *files.values())
    for each in (target, faults):
        check_suffix(each)
    refuse([target, faults], [source, *others])
    if errors is None and faults.is_file() and not is_errors_file(faults):
        raise OutputError(
            f"cannot write {faults}: it holds something else than the errors of an earlier run; "
            "name another file with --errors"
        )
    found = named(ruleset, [person_file(each) for each in persons], on, policy)
    told_first(found.remarks)
    policy = found.policy
    rules = load_ruleset(found.ruleset)
    settings = None if policy is None else load_policy(policy, rules)
    rules = under(rules, settings)
    due_teller(rules, told_by)
    task = TableTask(
        ruleset=rules,
        on=found.on,
        policy=settings,
        persons=persons_of(persons, rules),
        evidence=Evidence(strength=Strength.of(strength), as_of=None if as_of is None else as_of.date()),
        key=key,
        keep=keep,
        ignore=ignore,
        children=children_of(files, rules),
        outputs=what or WHAT,
        threads=threads,
        told_by=told_by,
    )
    file = open_table(source, rules.vocabulary)
    with click.progressbar(length=max(file.size, 1), label="assessing", file=_bar(quiet)) as bar:
        summary = run_file(
            task,
            file,
            target,
            faults,
            lambda rows: bar.update(_step(file, bar.pos, rows)),
            inputs=others,
            resume=resume,
        )
    lines = summary.text(each.id for each in rules.requirements).split("\n")
    lines.append(f"written to {target}" + (f"; what was not used to {faults}" if summary.faults else ""))
    told(summary.to_dict(), lines, form)
    return Exit.FAULT if summary.faults else Exit.DONE


def _step(file: TableFile, before: int, rows: int) -> int:
    """How far the bar moves: by rows where they are known, else by bytes."""
    return rows if file.done is None else max(0, file.done() - before)


def _bar(quiet: bool) -> TextIO:
    """The bar goes beside the summary, so that the summary can be read by machines."""
    return StringIO() if quiet else sys.stderr
