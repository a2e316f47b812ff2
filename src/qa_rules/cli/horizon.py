"""`qa-rules horizon`."""

from __future__ import annotations

import datetime
from collections.abc import Iterator
from pathlib import Path

import click

from qa_rules.api.analyse import horizon
from qa_rules.cli.options import Day, assessed, assessment_of, form_option
from qa_rules.cli.printing import told
from qa_rules.engines import EngineName
from qa_rules.explain.standing import DECISION, POSSIBLE, TIER, Move
from qa_rules.explain.wording import day
from qa_rules.program.bind import ClosedRuleset
from qa_rules.timeline.horizon import Due, Horizon


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
    said = Said(assessment.work.closed)
    told(found.to_dict(), _lines(found, said, assessment.overall), form)


def _lines(found: Horizon, said: Said, overall: str) -> Iterator[str]:
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
        yield from (moved(each, said) for each in change.moves if each.kind != POSSIBLE)
        yield from (f"  because {each.text}" for each in change.causes)
        yield from (
            f"  beside it, and not the cause of another answer: {each.text}" for each in change.beside
        )
    if found.due:
        yield ""
        yield "To renew or review, soonest first"
        yield from (f"  by {day(each.by)}: {each.text}{_then(each, overall)}" for each in found.due)


def _then(due: Due, overall: str) -> str:
    """What else is answered on the day after because of it, told by the weightiest of it."""
    if not due.moves:
        return ""
    if any(_is_of(each, overall) for each in due.moves):
        return " (then the answer changes)"
    if any(each.kind == DECISION for each in due.moves):
        return " (then another answer changes)"
    if any(each.kind == TIER for each in due.moves):
        return " (then the tier changes)"
    return " (then the answer stays)"


def _is_of(move: Move, overall: str) -> bool:
    """Whether the overall answer moves."""
    return move.kind == DECISION and move.name == overall


class Said:
    """What is said for the ids that a standing holds, under one policy or, where it changes, two."""

    def __init__(self, *closed: ClosedRuleset) -> None:
        self.decisions: dict[str, dict[str, str]] = {}
        self.tiers: dict[str, str] = {"": "none"}
        for one in closed:
            for each in one.ruleset.decisions:
                words = self.decisions.setdefault(each.id, {})
                words[each.undecided] = each.undecided_words or "cannot be decided yet"
                words[each.not_applicable] = each.not_applicable_words or "does not apply"
                words.update((outcome.id, outcome.words) for outcome in each.outcomes)
            self.tiers.update((each.id, each.title) for each in one.ruleset.routes)
            self.tiers.update((each.id, each.title) for each in one.ladder)

    def of(self, move: Move, word: str) -> str:
        """Return what is said for one side of a move."""
        if move.kind == DECISION and word:
            return self.decisions[move.name][word]
        if move.kind == TIER:
            return ", ".join(self.tiers.get(each, each) for each in word.split(", "))
        return {"unknown": "not known", "": "none"}.get(word, word.replace("_", " "))


def moved(move: Move, said: Said) -> str:
    """Return a line about something that is said differently."""
    mark = "" if move.title.endswith("?") else ":"
    return f"  {move.title}{mark} {said.of(move, move.before)}; then: {said.of(move, move.after)}"
