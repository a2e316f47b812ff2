"""`qa-rules verify`."""

from __future__ import annotations

import datetime
import os
from collections.abc import Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import click

from qa_rules.cli.exits import Exit
from qa_rules.cli.options import POLICY, RULESET, Day, engine_option, keep_option, on_option
from qa_rules.cli.printing import echo, hand_over, json_text
from qa_rules.engines import EngineName
from qa_rules.errors import EngineFailedError
from qa_rules.language.load import load_policy, load_ruleset, ruleset_ids
from qa_rules.language.policies import shipped_policies
from qa_rules.model.rulesets import Policy, Ruleset


@click.command("verify")
@click.argument("rulesets", nargs=-1, type=RULESET)
@on_option
@click.option(
    "--until",
    type=Day(),
    metavar="DATE",
    help="Prove it for every day up to this one (slower); else for the day of --on alone.",
)
@click.option(
    "--policy",
    "policies",
    type=POLICY,
    multiple=True,
    metavar="NAME|FILE",
    help="Under these policies; else the shipped ones.",
)
@click.option("--question", "questions", multiple=True, metavar="CODE", help="Only these questions.")
@click.option("--records", type=click.IntRange(1, 20), default=2, help="The most records in a collection.")
@click.option(
    "--strengths", is_flag=True, help="Let evidence be of any strength (slower); else it is verified."
)
@click.option("--seconds", type=float, default=20, help="The longest that one claim may take.")
@click.option("--jobs", type=click.IntRange(1, 64), help="How many processes at once; else one a core.")
@keep_option
@click.option("--format", "form", type=click.Choice(["text", "json", "sarif"]), default="text")
@click.option("--all", "everything", is_flag=True, help="Name what was proved, too.")
@engine_option
def command(
    rulesets: tuple[str, ...],
    on: datetime.date,
    until: datetime.date | None,
    policies: tuple[str, ...],
    questions: tuple[str, ...],
    records: int,
    strengths: bool,
    seconds: float,
    jobs: int | None,
    keep: Path | None,
    form: str,
    everything: bool,
    engine: EngineName,
) -> int:
    """Prove that RULESETS and their policies are sound, or show a provider for whom they are not.

    Without arguments, everything that is shipped. What is refuted exits with 1, what is undecided with 4. A finding
    can be accepted in the file that it is about, with a reason.
    """
    from qa_rules.api.verify import Verified, verify
    from qa_rules.proofs.claims import Status
    from qa_rules.proofs.questions import QUESTIONS
    from qa_rules.proofs.symbolic import Limits
    from qa_rules.reports import proofs

    known = [each.code for each in QUESTIONS]
    for code in questions:
        if code not in known:
            raise click.BadParameter(f"{code!r} is no question; there are {', '.join(known)}")
    if until is not None and until < on:
        raise click.BadParameter(f"{until} lies before {on}, the first day", param_hint="--until")
    limits = Limits(on, records=records, levels=3 if strengths else 1, until=until)
    every: list[Verified] = []

    at_once = jobs or os.cpu_count() or 1
    subjects = list(_subjects(rulesets or ruleset_ids(), policies))
    each_has = max(1, at_once // len(subjects))

    def prove(subject: tuple[Ruleset, Policy | None]) -> Verified:
        return verify(
            *subject,
            on=on,
            limits=limits,
            questions=questions or None,
            engine=engine,
            seconds=seconds,
            jobs=each_has,
            keep=keep,
        )

    try:
        with ThreadPoolExecutor(at_once) as pool:  # each thread waits for processes of its own
            for verified in pool.map(prove, subjects):
                every.append(verified)
                if form == "text":
                    echo(proofs.text(verified, everything) + "\n")
    except EngineFailedError as error:
        echo(f"error: {error}", err=True)
        return Exit.DISAGREE
    if form == "sarif":
        hand_over(json_text(proofs.sarif(every)))
    elif form == "json":
        hand_over(json_text([proofs.data(each) for each in every]))
    if any(each.open(Status.REFUTED) for each in every):
        return Exit.NO
    return Exit.UNDECIDED if any(each.open(Status.UNDECIDED) for each in every) else Exit.DONE


def _subjects(names: Iterable[str], policies: tuple[str, ...]) -> Iterator[tuple[Ruleset, Policy | None]]:
    for name in names:
        ruleset = load_ruleset(name)
        chosen: list[Policy | None] = [load_policy(each, ruleset) for each in policies]
        chosen = chosen or [*shipped_policies(ruleset)]
        for policy in chosen or [None]:
            yield ruleset, policy
