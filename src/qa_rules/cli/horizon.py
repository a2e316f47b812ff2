"""`qa-rules horizon`."""

from __future__ import annotations

import datetime
from collections.abc import Iterator
from pathlib import Path

import click

from qa_rules.answering import horizon
from qa_rules.cli.options import Day, assessed, assessment_of, form_option, told
from qa_rules.meaning.wording import day
from qa_rules.planning.horizon import Horizon
from qa_rules.planning.standing import Move


@click.command("horizon")
@assessed
@click.option("--until", type=Day(), help="How far to look; five years by default.")
@form_option
def command(
    ruleset: str,
    facts: tuple[Path, ...],
    on: datetime.date,
    policy: str | None,
    engine: str,
    until: datetime.date | None,
    form: str,
) -> None:
    """Print how long the answer for the subject of FACTS holds if nothing is renewed, and what comes due."""
    found = horizon(assessment_of(ruleset, facts, on, policy, engine), until)
    told(found.to_dict(), _lines(found), form)


def _lines(found: Horizon) -> Iterator[str]:
    if found.holds_until is None:
        yield f"The answer holds throughout, as far as looked: {day(found.until)}."
    else:
        yield f"The answer holds until {day(found.holds_until)}, if nothing is renewed."
    for change in found.timeline:
        if change.is_answer:
            yield f"\nFrom {day(change.on)}"
            yield from (
                f"  {each.title}: {_said(each.before)}, then {_said(each.after)}" for each in change.moves
            )
            yield from (f"  because {each.text}" for each in change.causes)
    if found.due:
        yield "\nTo renew or review, soonest first"
        for each in found.due:
            yield f"  by {day(each.by)}: {each.text}{' (changes the answer)' if each.changes else ''}"


def _moved(move: Move) -> str:
    mark = "" if move.title.endswith("?") else ":"
    return f"  {move.title}{mark} {_said(move.before)}, then {_said(move.after)}"


def _said(words: str) -> str:
    return words.replace("_", " ") or "nothing"
