"""`qa-rules horizon`."""

from __future__ import annotations

import datetime
from collections.abc import Iterator, Mapping
from pathlib import Path

import click

from qa_rules.api.analyse import horizon
from qa_rules.cli.options import Day, assessed, assessment_of, form_option
from qa_rules.cli.printing import told
from qa_rules.engines import EngineName
from qa_rules.explain.standing import DECISION, POSSIBLE, Move
from qa_rules.explain.wording import day
from qa_rules.model.rulesets import Ruleset
from qa_rules.timeline.horizon import Horizon


@click.command("horizon")
@assessed
@click.option("--until", type=Day(), help="How far to look; five years by default.")
@form_option
def command(
    ruleset: str,
    facts: tuple[Path, ...],
    on: datetime.date,
    policy: str | None,
    engine: EngineName,
    told_by: str | None,
    until: datetime.date | None,
    form: str,
) -> None:
    """Print how long the answer for the subject of FACTS holds if nothing is renewed, and what comes due."""
    assessment = assessment_of(ruleset, facts, on, policy, engine, told_by)
    found = horizon(assessment, until)
    words = words_of(assessment.work.closed.ruleset)
    told(found.to_dict(), _lines(found, words, assessment.overall), form)


def _lines(found: Horizon, words: Mapping[str, str], overall: str) -> Iterator[str]:
    own = [each for each in found.timeline if any(_is_of(move, overall) for move in each.moves)]
    last = own[0].on - datetime.timedelta(days=1) if own else None
    if overall and found.holds_until is not None and last != found.holds_until:
        until = (
            f"until {day(last)}" if last is not None else f"throughout, as far as looked: {day(found.until)}"
        )
        yield f"The overall answer holds {until}{', if nothing is renewed.' if last is not None else '.'}"
        yield f"What else is answered, such as the tier reached, holds until {day(found.holds_until)}."
    elif found.holds_until is None:
        yield f"The answer holds throughout, as far as looked: {day(found.until)}."
    else:
        yield f"The answer holds until {day(found.holds_until)}, if nothing is renewed."
    for change in found.timeline:
        yield ""
        yield f"From {day(change.on)}{'' if change.is_answer else ' (the answer stays)'}"
        yield from (moved(each, words) for each in change.moves if each.kind != POSSIBLE)
        yield from (f"  because {each.text}" for each in change.causes)
    if found.due:
        turns = {change.on: change.is_answer for change in found.timeline}
        yield ""
        yield "To renew or review, soonest first"
        for each in found.due:
            then = ""
            if each.changes:
                answers = turns.get(each.by + datetime.timedelta(days=1), False)
                then = " (then the answer changes)" if answers else " (then the answer stays)"
            yield f"  by {day(each.by)}: {each.text}{then}"


def _is_of(move: Move, overall: str) -> bool:
    """Whether the overall answer moves."""
    return move.kind == DECISION and move.name == overall


def words_of(ruleset: Ruleset) -> dict[str, str]:
    """Return what outcomes and verdicts are called."""
    found = {"unknown": "not known", "": "none"}
    for each in ruleset.decisions:
        found[each.undecided] = each.undecided_words or "cannot be decided yet"
        found[each.not_applicable] = each.not_applicable_words or "does not apply"
        found.update((outcome.id, outcome.words) for outcome in each.outcomes)
    return found


def moved(move: Move, words: Mapping[str, str]) -> str:
    """Return a line about something that is said differently."""
    mark = "" if move.title.endswith("?") else ":"
    return f"  {move.title}{mark} {_said(move.before, words)}; then: {_said(move.after, words)}"


def _said(word: str, words: Mapping[str, str]) -> str:
    return words.get(word, word.replace("_", " "))
