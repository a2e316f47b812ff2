"""`qa-rules tables`."""

from __future__ import annotations

from collections.abc import Sequence

import click

from qa_rules.cli.options import POLICY, RULESET
from qa_rules.cli.printing import echo, hand_over
from qa_rules.errors import NotFoundError
from qa_rules.language.load import load_policy, load_ruleset
from qa_rules.reports.decision_tables import Grid


@click.command("tables")
@click.argument("ruleset", type=RULESET)
@click.argument("beside", type=RULESET, required=False)
@click.option("--policy", type=POLICY, metavar="NAME|FILE", help="A policy for RULESET: its tables too.")
@click.option(
    "--beside-policy", type=POLICY, metavar="NAME|FILE", help="A policy for BESIDE, or another for RULESET."
)
@click.option(
    "--table",
    "chosen",
    multiple=True,
    metavar="ID",
    help="Only this table; given twice, the second one beside the first.",
)
@click.option("--format", "form", type=click.Choice(["text", "html"]), default="text")
def command(
    ruleset: str,
    beside: str | None,
    policy: str | None,
    beside_policy: str | None,
    chosen: tuple[str, ...],
    form: str,
) -> None:
    """Show the decision tables of RULESET and of a policy, with holes, overlaps and rows that decide nothing marked.

    With BESIDE (another edition), another policy, or two tables, they stand side by side, and the cells that changed
    are marked.
    """
    from qa_rules.reports import table_pairs

    if len(chosen) > 2:
        raise click.BadParameter("name one table, or two", param_hint="--table")
    old, name = _grids(ruleset, policy)
    found: Sequence[table_pairs.Beside]
    if beside is None and beside_policy is None:
        picked = [_named(old, each) for each in chosen] or list(old)
        if len(picked) == 2 and len(chosen) == 2:
            found, names = [table_pairs.paired(*picked)], (picked[0].id, picked[1].id)
        elif form == "text":
            echo(table_pairs.alone_as_text(picked) or "There is no decision table here.")
            return
        else:
            found, names = [table_pairs.paired(each, None) for each in picked], (name, "")
    else:
        new, other = _grids(beside or ruleset, beside_policy)
        names = (name, other)
        if chosen:
            found = [table_pairs.paired(_named(old, chosen[0]), _named(new, chosen[-1]))]
        else:
            found = table_pairs.beside(old, new)
    if form == "html":
        hand_over(table_pairs.as_page(found, names, " / ".join(each for each in names if each)))
    else:
        echo(table_pairs.as_text(found, names) or "There is no decision table here.")


def _grids(name: str, policy: str | None) -> tuple[tuple[Grid, ...], str]:
    """The tables of a ruleset under a policy, and what the two are called."""
    from qa_rules.reports.table_pairs import grids

    ruleset = load_ruleset(name)
    under = None if policy is None else load_policy(policy, ruleset)
    return grids(ruleset, under), ruleset.id if under is None else under.name


def _named(found: Sequence[Grid], name: str) -> Grid:
    for each in found:
        if each.id == name:
            return each
    names = ", ".join(each.id for each in found) or "none"
    raise NotFoundError(f"there is no table {name!r} here; there are {names}")
