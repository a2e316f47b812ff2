"""`qa-rules conversation`."""

from __future__ import annotations

import click

from qa_rules.cli.options import RULESET
from qa_rules.cli.printing import echo, hand_over
from qa_rules.language.load import load_ruleset


@click.command("conversation")
@click.argument("ruleset", type=RULESET)
@click.option(
    "--format",
    "form",
    type=click.Choice(["text", "html"]),
    default="text",
    help="html prints on one side of A4.",
)
def command(ruleset: str, form: str) -> None:
    """Print the questions of the structured conversation of RULESET on one sheet, with room for notes."""
    from qa_rules.reports.conversation import as_html, as_text, sheet_of

    sheet = sheet_of(load_ruleset(ruleset))
    if form == "html":
        hand_over(as_html(sheet))
    else:
        echo(as_text(sheet).rstrip())
