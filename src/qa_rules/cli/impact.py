"""`qa-rules impact`."""

from __future__ import annotations

import datetime
from collections.abc import Iterator, Sequence
from functools import partial
from pathlib import Path

import click

from qa_rules.cli.exits import Exit
from qa_rules.cli.naming import named, told_first
from qa_rules.cli.options import OUTPUT, PERSON, POLICY, RULESET, form_option, on_option
from qa_rules.cli.printing import told
from qa_rules.cli.reading import child_files, children_of, files_among, persons_of, tell_faults
from qa_rules.language.library import person_file
from qa_rules.language.load import load_policy, load_ruleset, under
from qa_rules.outputs import refuse, write_text


@click.command("impact")
@click.argument("source", metavar="TABLE", type=click.Path(path_type=Path))
@click.option(
    "--ruleset",
    "rulesets",
    type=RULESET,
    multiple=True,
    required=True,
    metavar="ID|FILE",
    help="Once, or before and after.",
)
@click.option(
    "--policy",
    "policies",
    type=POLICY,
    multiple=True,
    metavar="NAME|FILE",
    help="Once for both, or before and after.",
)
@partial(on_option, is_required=False)
@click.option(
    "--given",
    "--person",
    "persons",
    type=PERSON,
    multiple=True,
    metavar="NAME|FILE",
    help="Facts that are given with the question, such as about somebody.",
)
@click.option("--key", default="", help="The column that names a row.")
@click.option("--ignore", multiple=True, metavar="COLUMN", help="A column that is no fact.")
@click.option(
    "--child",
    "children",
    multiple=True,
    metavar="COLLECTION=FILE",
    help="A collection as a table of its own.",
)
@click.option("--csv", "counts", type=OUTPUT, help="Write the counts of moves here.")
@click.option("--moved", type=OUTPUT, help="Write every subject that moves here.")
@click.option("--picture", type=OUTPUT, help="Write a picture (SVG) of the moves here.")
@form_option
def command(
    source: Path,
    rulesets: tuple[str, ...],
    policies: tuple[str, ...],
    on: datetime.date | None,
    persons: tuple[str, ...],
    key: str,
    ignore: tuple[str, ...],
    children: tuple[str, ...],
    counts: Path | None,
    moved: Path | None,
    picture: Path | None,
    form: str,
) -> int:
    """Who moves from which outcome and tier to which, over TABLE, when a policy or a ruleset changes.

    Give two policies for one ruleset, two editions of a ruleset, or two of both; the first stands before the second.
    Exits with 3 when something of TABLE was not used: a value that does not fit, a line that cannot be read, a record
    that finds no row. It is told on the standard error.
    """
    from qa_rules.tables import TableTask, impact
    from qa_rules.tables.files import open_table
    from qa_rules.tables.picture import picture_of
    from qa_rules.tables.saving import check_suffix, save

    if (
        len(rulesets) > 2
        or len(policies) > 2
        or len(rulesets) + len(policies) < 2
        or len(set(policies + rulesets)) < 2
    ):
        raise click.UsageError(
            "give two policies or two editions of a ruleset: the one before, then the one after"
        )
    files = child_files(children)
    read = [source, *files_among(*rulesets, *policies, *persons, *files.values())]
    for table_file in filter(None, (counts, moved)):
        check_suffix(table_file)
    refuse(filter(None, (counts, moved, picture)), read)
    asked = [person_file(each) for each in persons]
    found_in = [named(rulesets[at], asked, on, policies[at] if policies else None) for at in (0, -1)]
    told_first(_differing(*(each.remarks for each in found_in)))
    tasks = []
    for each in found_in:
        rules = load_ruleset(each.ruleset)
        policy = None if each.policy is None else load_policy(each.policy, rules)
        rules = under(rules, policy)
        tasks.append(
            TableTask(
                ruleset=rules,
                on=each.on,
                policy=policy,
                persons=persons_of(persons, rules),
                key=key,
                ignore=ignore,
                children=children_of(files, rules),
            )
        )
    file = open_table(source, tasks[0].ruleset.vocabulary)
    found = impact(file, *tasks)
    for path, table in ((counts, found.to_arrow()), (moved, found.moved)):
        if path is not None:
            save(table, path, read)
    if picture is not None:
        write_text(picture, picture_of(found), inputs=read)
    told(found.to_dict(), found.text().split("\n"), form)
    tell_faults(found.faults)
    return Exit.FAULT if found.faults.num_rows else Exit.DONE


def _differing(before: Sequence[str], after: Sequence[str]) -> Iterator[str]:
    """Where the facts files differ from what is compared: from both of it, since one of the two is another anyway."""
    yield from (each for each in before if each in after)
    own = [[each for each in one if each not in other] for one, other in ((before, after), (after, before))]
    if all(own):
        yield from (each for one in own for each in one)
