"""`qa-rules fix`."""

from __future__ import annotations

import datetime
import textwrap
from collections.abc import Iterator
from pathlib import Path

import click

from qa_rules.api.analyse import fixes
from qa_rules.cli.options import assessed, assessment_of, form_option
from qa_rules.cli.printing import told
from qa_rules.engines import EngineName
from qa_rules.explain.wording import day
from qa_rules.model.judged import UNNAMED, Judged
from qa_rules.repair.plans import MOST_NEW, Fixes, FixStep, Plan
from qa_rules.reports.shortfalls import is_outside

WIDTH = 100
LEADS = {
    "fix": "Put right",
    "find_out": "Find out, and put right if need be",
    "show": "Get this checked",
}


@click.command("fix")
@assessed
@click.option(
    "--to",
    metavar="TARGET",
    help="An outcome, a tier, `tier` for the next one, a requirement or a group.",
)
@click.option(
    "--most", type=click.IntRange(min=1), default=3, show_default=True, help="How many plans to print."
)
@click.option(
    "--fixed", multiple=True, metavar="FACT", help="A fact that cannot be changed; may be repeated."
)
@form_option
def command(
    ruleset: str,
    facts: tuple[Path, ...],
    on: datetime.date,
    policy: str | None,
    engine: EngineName,
    told_by: str | None,
    to: str | None,
    most: int,
    fixed: tuple[str, ...],
    form: str,
) -> None:
    """Print what to do so that the subject of FACTS reaches a better answer under RULESET: the least effort first.

    Without --to, the first answer that allows, or the next better one; where that needs more to be known the next tier.
    """
    assessment = assessment_of(ruleset, facts, on, policy, engine, told_by)
    found = fixes(assessment, to, most, fixed=fixed)
    judged = assessment.work.closed.ruleset.subject
    told(
        found.to_dict(),
        _outside() if is_outside(assessment) else lines(found, to is not None, judged),
        form,
    )


def _outside() -> Iterator[str]:
    """Yield what is said where the ruleset does not apply to the subject at all."""
    yield "This does not apply here. There is nothing to do."


def lines(found: Fixes, is_named: bool = False, judged: Judged = UNNAMED) -> Iterator[str]:
    """Yield what to fix as text. A goal that was named with --to is not told of as a way to see more."""
    yield f"To reach: {found.words}"
    yield ""
    if found.is_reached:
        yield "This is reached already. There is nothing to do."
    elif found.plans:
        for number, plan in enumerate(found.plans, 1):
            yield from _plan(number, plan, found.plans)
        yield _proof(found)
    elif found.can_be_reached is False:
        yield f"This {judged.singular} cannot reach it by putting things right."
        if found.in_the_way:
            yield "What stands in the way:"
            for each in found.in_the_way:
                yield from _wrapped(f"- {each.text}", 2, 4)
            if not is_named:
                yield "With --to and a requirement, group or tier you can see what can be put right all the same."
        else:
            yield "No change to the facts would: the rules, or what is left open locally, do not allow it."
    elif found.in_the_way:
        yield "Whether this can be reached turns on what is not known. Find out first, and ask again:"
        for each in found.in_the_way:
            yield from _wrapped(f"- {each.text}", 2, 4)
    elif found.short_of:
        lists = ", ".join(found.short_of)
        yield f"No plan was found with up to {MOST_NEW} new records in: {lists}. More of them are not tried,"
        yield "so whether that would reach it, and how many it takes, is not said here."
    else:
        yield "It could not be settled in reasonable time whether this can be reached."


def _plan(number: int, plan: Plan, plans: tuple[Plan, ...]) -> Iterator[str]:
    steps = f"{len(plan.steps)} step{'' if len(plan.steps) == 1 else 's'}"
    name = f"Plan {number}" if plans[1:] else "Plan"
    yield f"{name}: {steps}, effort {plan.effort.normalize():f}"
    shown = plan.steps
    if number > 1:
        without, own = plan.beside(plans[0])
        if len(own) < len(shown):
            left_out = "; ".join(each.title for each in without)
            yield from _wrapped(f"As plan 1, but without: {left_out}. Instead:", 2, 2)
            shown = own
    at = 0
    for kind, lead in LEADS.items():
        some = [step for step in shown if step.kind == kind]
        if some:
            yield f"  {lead}"
        for step in some:
            at += 1
            yield from _step(at, step)
    yield ""


def _step(number: int, step: FixStep) -> Iterator[str]:
    hanging = 4 + len(f"{number}. ")
    yield from _wrapped(f"{number}. {step.title}: {step.text}", 4, hanging)
    if step.why:
        yield from _wrapped(f"Now: {step.why}", hanging, hanging)
    details = []
    if step.requirement:
        details.append(f"{step.requirement}, {step.clause}")
    details.append(f"effort {step.effort.normalize():f}")
    if step.strength not in ("", "stated"):
        details.append(f"has to be {step.strength}")
    if step.until is not None:
        details.append(f"would hold until {day(step.until)}")
    yield from _wrapped(f"({'; '.join(details)})", hanging, hanging)


def _proof(found: Fixes) -> str:
    if not found.is_cheapest:
        return (
            "It was not proved that nothing takes less effort: there are too many ways to look at them all."
        )
    if len(found.plans) == 1:
        return "Nothing that takes less effort reaches it, and no step can be left out."
    return "Nothing takes less effort than the first plan, and no step of a plan can be left out."


def _wrapped(text: str, indent: int, hanging: int) -> Iterator[str]:
    first, rest = " " * indent, " " * hanging
    yield from textwrap.wrap(
        text, WIDTH, initial_indent=first, subsequent_indent=rest, break_on_hyphens=False
    )
