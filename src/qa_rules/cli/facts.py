"""`qa-rules facts`."""

from __future__ import annotations

import click

from qa_rules.cli.options import RULESET, policy_option
from qa_rules.cli.printing import hand_over
from qa_rules.escaping import inert_lines
from qa_rules.language.load import load_policy, load_ruleset, under
from qa_rules.reports.showing import blank_form


@click.command("facts")
@click.argument("ruleset", type=RULESET)
@click.option("--about", help="Only facts about this (`about`).")
@policy_option
def command(ruleset: str, about: str | None, policy: str | None) -> None:
    """Print every fact that RULESET reads as a blank form: a YAML file to fill in.

    A policy's own tests may read more facts than the ruleset does.
    Leave out or leave empty what is not known: it stays unknown, never a pass.
    """
    rules = load_ruleset(ruleset)
    settings = None if policy is None else load_policy(policy, rules)
    rules = under(rules, settings)
    known = {fact.about for fact in rules.vocabulary.facts.values()}
    if about is not None and about not in known:
        raise click.BadParameter(f"no fact is about {about!r}; there are {', '.join(sorted(known))}")
    hand_over(inert_lines(blank_form(rules, about, settings)) + "\n")
