"""`qa-rules check`."""

from __future__ import annotations

import datetime

import click

from qa_rules.checks import CHECKS, Remark, Subject, run
from qa_rules.cli.exits import Exit
from qa_rules.cli.options import POLICY, RULESET, Day
from qa_rules.cli.printing import echo, hand_over, json_text
from qa_rules.errors import Diagnostic, DocumentError
from qa_rules.language.cases import load_cases
from qa_rules.language.library import ruleset_file
from qa_rules.language.load import load_policy, load_ruleset, ruleset_ids
from qa_rules.language.policies import shipped_policies
from qa_rules.reports.sarif import sarif


@click.command("check")
@click.argument("rulesets", nargs=-1, type=RULESET)
@click.option(
    "--policy",
    "policies",
    type=POLICY,
    multiple=True,
    metavar="NAME|FILE",
    help="Policies to check with it; else the shipped ones.",
)
@click.option("--on", type=Day(), help="The day by which acceptances are judged.")
@click.option("--format", "form", type=click.Choice(["text", "json", "sarif"]), default="text")
def command(rulesets: tuple[str, ...], policies: tuple[str, ...], on: datetime.date | None, form: str) -> int:
    """Check RULESETS, their policies and their worked examples; without arguments, everything that is shipped.

    Nothing is assessed and no solver is needed. A remark can be accepted in the file that it is about.
    """
    faults: list[Diagnostic] = []
    remarks: list[Remark] = []
    for name in rulesets or ruleset_ids():
        try:
            remarks += run(_subject(name, policies, on))
        except DocumentError as error:
            faults += error.diagnostics
    open_ = [each for each in remarks if each.accepted is None]
    if form == "sarif":
        hand_over(json_text(sarif(faults, remarks, {check.code: check.title for check in CHECKS})))
    elif form == "json":
        data = [
            {**_diagnostic(each).to_dict(), "at": each.at, "accepted": _accepted(each)} for each in remarks
        ]
        hand_over(json_text([*(each.to_dict() for each in faults), *data]))
    else:
        for shown in [*faults, *map(_diagnostic, open_)]:
            echo(f"{shown}\n")
        looked = ", ".join(rulesets or ruleset_ids())
        accepted = f", {len(remarks) - len(open_)} accepted" if len(remarks) > len(open_) else ""
        found = len(faults) + len(open_)
        problems = "no problems" if not found else "1 problem" if found == 1 else f"{found} problems"
        echo(f"{len(CHECKS)} checks of {looked}: {problems}{accepted}.")
        if on is None and any(each.accepted is not None and each.accepted.until for each in remarks):
            echo("Whether an acceptance has run out was not looked at: say the day with --on.")
    return Exit.FAULT if faults or open_ else Exit.DONE


def _subject(name: str, policies: tuple[str, ...], on: datetime.date | None) -> Subject:
    ruleset = load_ruleset(name)
    beside = ruleset_file(name).parent / "cases.yaml"
    cases = load_cases(beside, ruleset) if beside.is_file() else None
    chosen = tuple(load_policy(each, ruleset) for each in policies) or shipped_policies(ruleset)
    return Subject(ruleset, chosen, cases, on)


def _diagnostic(remark: Remark) -> Diagnostic:
    return Diagnostic(remark.code, remark.message, remark.place, remark.hint)


def _accepted(remark: Remark) -> str | None:
    return None if remark.accepted is None else remark.accepted.reason
