"""`qa-rules check`."""

from __future__ import annotations

import datetime
from collections.abc import Sequence

import click

from qa_rules.checks import CHECKS, Remark, Subject, run
from qa_rules.cli.exits import Exit
from qa_rules.cli.options import POLICY, RULESET, Day
from qa_rules.cli.printing import echo, hand_over, json_text
from qa_rules.errors import Diagnostic, DocumentError
from qa_rules.language.cases import load_cases
from qa_rules.language.fixing import fixed
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
@click.option(
    "--fix", "mend", is_flag=True, help="Write what a fault says exactly is meant, and nothing else."
)
@click.option("--diff", "only_shown", is_flag=True, help="Show what --fix would write, and write nothing.")
def command(
    rulesets: tuple[str, ...],
    policies: tuple[str, ...],
    on: datetime.date | None,
    form: str,
    mend: bool,
    only_shown: bool,
) -> int:
    """Check RULESETS, their policies and their worked examples; without arguments, everything that is shipped.

    Nothing is assessed and no solver is needed. A remark can be accepted in the file that it is about.
    """
    if mend or only_shown:
        return _mend(rulesets, policies, on, only_shown)
    faults: list[Diagnostic] = []
    remarks: list[Remark] = []
    for name in rulesets or ruleset_ids():
        found, told = _told(name, policies, on)
        faults += found
        remarks += told
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
        number = len(faults) + len(open_)
        problems = "no problems" if not number else "1 problem" if number == 1 else f"{number} problems"
        echo(f"{len(CHECKS)} checks of {looked}: {problems}{accepted}.")
        if on is None and any(each.accepted is not None and each.accepted.until for each in remarks):
            echo("Whether an acceptance has run out was not looked at: say the day with --on.")
    return Exit.FAULT if faults or open_ else Exit.DONE


def _mend(
    rulesets: tuple[str, ...], policies: tuple[str, ...], on: datetime.date | None, only_shown: bool
) -> int:
    """Write, or show, what faults say exactly is meant; then say what is left."""
    if not rulesets:
        raise click.UsageError("name the rulesets to put right: what is shipped is left as it is")
    changed = list(fixed(each for name in rulesets for each in _told(name, policies, on)[0]))
    for each in changed:
        if only_shown:
            echo(each.diff())
            continue
        each.write()
        for edit in each.edits:
            new = f"{edit.new}: {edit.below}" if edit.below else edit.new
            echo(f"{edit.place}: `{edit.old}` is `{new}` now")
    if only_shown:
        number = sum(len(each.edits) for each in changed)
        echo(f"--fix writes this: replacements {number}." if number else "Nothing to write.")
        return Exit.DONE
    left = [fault for name in rulesets for fault in _told(name, policies, on)[0]]
    for fault in left:
        echo(f"\n{fault}")
    echo(f"Faults left: {len(left)}." if left else "No fault is left; `qa-rules check` tells the rest.")
    return Exit.FAULT if left else Exit.DONE


def _told(
    name: str, policies: tuple[str, ...], on: datetime.date | None
) -> tuple[Sequence[Diagnostic], Sequence[Remark]]:
    """The faults of the files of a ruleset, or else the remarks about them."""
    try:
        return (), run(_subject(name, policies, on))
    except DocumentError as error:
        return error.diagnostics, ()


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
