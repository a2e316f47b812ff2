"""`qa-rules rulesets`."""

from __future__ import annotations

import click

from qa_rules.cli.options import RULESET
from qa_rules.cli.printing import echo
from qa_rules.language.load import load_ruleset, ruleset_ids
from qa_rules.reports.showing import show_ruleset


@click.command("rulesets")
@click.argument("ruleset", required=False, type=RULESET)
def command(ruleset: str | None) -> None:
    """List the shipped rulesets, or show one RULESET (id, folder or file) as readable text."""
    if ruleset is not None:
        echo(show_ruleset(load_ruleset(ruleset)))
        return
    for name in ruleset_ids():
        found = load_ruleset(name)
        echo(f"{name:28} {len(found.requirements):3} requirements   {found.title}")
