"""`qa-rules facts`."""

from __future__ import annotations

import click

from qa_rules.loading import load_ruleset
from qa_rules.reports.showing import blank_form


@click.command("facts")
@click.argument("ruleset")
@click.option("--about", help="Only facts about this subject: provider, activity, person, ...")
def command(ruleset: str, about: str | None) -> None:
    """Print every fact that RULESET reads as a blank form: a YAML file to fill in.

    Leave out or leave empty what is not known: it stays unknown, never a pass.
    """
    rules = load_ruleset(ruleset)
    known = {fact.about for fact in rules.vocabulary.facts.values()}
    if about is not None and about not in known:
        raise click.BadParameter(f"no fact is about {about!r}; there are {', '.join(sorted(known))}")
    click.echo(blank_form(rules, about))
