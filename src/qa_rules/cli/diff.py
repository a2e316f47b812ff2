"""`qa-rules diff`."""

from __future__ import annotations

import datetime
import os
from pathlib import Path
from typing import Final

import click

from qa_rules.cli.exits import Exit
from qa_rules.cli.options import POLICY, RULESET, Day, engine_option, keep_option, on_option
from qa_rules.cli.printing import echo, hand_over, json_text
from qa_rules.engines import EngineName
from qa_rules.errors import EngineFailedError
from qa_rules.language.load import load_policy, load_ruleset
from qa_rules.model.rulesets import Policy, Ruleset

_FAILING: Final = {
    "newly-allowed": ("nobody-newly-passes",),
    "no-longer-allowed": ("nobody-loses",),
    "anything-decided-otherwise": ("nobody-newly-passes", "nobody-loses", "same-answer"),
}
"""What a comparison may fail on, by the claims that are refuted then."""


@click.command("diff")
@click.argument("old", type=RULESET)
@click.argument("new", type=RULESET)
@on_option
@click.option("--old-policy", type=POLICY, metavar="NAME|FILE", help="The policy over the old ruleset.")
@click.option("--new-policy", type=POLICY, metavar="NAME|FILE", help="The policy over the new ruleset.")
@click.option(
    "--nobody-loses",
    "--no-provider-loses",
    is_flag=True,
    help="Exit with 1 if somebody who was allowed no longer is.",
)
@click.option(
    "--nobody-newly-passes",
    "--no-provider-newly-passes",
    is_flag=True,
    help="Exit with 1 if somebody is newly allowed.",
)
@click.option(
    "--records",
    type=click.IntRange(1, 20),
    default=2,
    help="The most records in a list, or more where rules need it.",
)
@click.option(
    "--until",
    type=Day(),
    metavar="DATE",
    help="Compare on every day up to this one; else on the day of --on alone.",
)
@click.option(
    "--fail-on",
    "fail_on",
    multiple=True,
    type=click.Choice(list(_FAILING)),
    help="Exit with 1 if this is so; may be repeated.",
)
@keep_option
@click.option("--format", "form", type=click.Choice(["text", "json"]), default="text")
@engine_option
def command(
    old: str,
    new: str,
    on: datetime.date,
    old_policy: str | None,
    new_policy: str | None,
    nobody_loses: bool,
    nobody_newly_passes: bool,
    records: int,
    until: datetime.date | None,
    fail_on: tuple[str, ...],
    keep: Path | None,
    form: str,
    engine: EngineName,
) -> int:
    """Show what the ruleset NEW decides otherwise than OLD, with a provider for each difference.

    To compare policies, name the same ruleset twice. Changes of words are listed apart, and so is what was changed and
    is not compared: with one of the --no-provider options that exits with 4. Where the two ask for different
    strengths, evidence may be of any strength; else it is verified.
    """
    from qa_rules.api.verify import compare
    from qa_rules.proofs.claims import Status
    from qa_rules.proofs.compare import GAINS, LOSES
    from qa_rules.proofs.edition_diff import Kind
    from qa_rules.proofs.symbolic import Limits
    from qa_rules.reports import differences

    if until is not None and until < on:
        raise click.BadParameter(f"{until} lies before {on}, the first day", param_hint="--until")
    try:
        limits = Limits(on, records=records, until=until)
        compared = compare(
            _loaded(old, old_policy),
            _loaded(new, new_policy),
            on=on,
            limits=limits,
            engine=engine,
            jobs=os.cpu_count() or 1,
            keep=keep,
        )
    except EngineFailedError as error:
        echo(f"error: {error}", err=True)
        return Exit.DISAGREE
    if form == "json":
        hand_over(json_text(differences.data(compared)))
    else:
        echo(differences.text(compared))
    gates = {code for each in fail_on for code in _FAILING[each]}
    gates |= {LOSES} if nobody_loses else set()
    gates |= {GAINS} if nobody_newly_passes else set()
    if any(each.status is Status.REFUTED for each in compared.proofs if each.code in gates):
        return Exit.NO
    unseen = gates and compared.changed(Kind.OPEN)
    undecided = any(each.status is Status.UNDECIDED for each in compared.proofs)
    return Exit.UNDECIDED if unseen or undecided else Exit.DONE


def _loaded(name: str, policy: str | None) -> tuple[Ruleset, Policy | None]:
    ruleset = load_ruleset(name)
    return ruleset, None if policy is None else load_policy(policy, ruleset)
