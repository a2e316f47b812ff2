"""`qa-rules questions`."""

from __future__ import annotations

import datetime
from collections.abc import Iterator
from pathlib import Path

import click

from qa_rules.api.analyse import next_questions
from qa_rules.cli.options import assessed, assessment_of, form_option
from qa_rules.cli.printing import told
from qa_rules.engines import EngineName
from qa_rules.interview.purpose import For, GoalWord
from qa_rules.interview.ranking import Questions
from qa_rules.interview.requests import response


@click.command("questions")
@assessed
@click.option("--goal", type=click.Choice([str(each) for each in For]), default=str(For.TIER))
@click.option("--most", type=click.IntRange(1, 100), default=5, help="How many to print.")
@click.option("--cannot-tell", multiple=True, metavar="FACT", help="Asked already, and nobody can tell.")
@click.option("--last", metavar="FACT", help="Asked about last; its topic is stayed with.")
@click.option(
    "--about",
    multiple=True,
    metavar="SUBJECT",
    help="Ask only about these (`about`).",
)
@form_option
def command(
    ruleset: str,
    facts: tuple[Path, ...],
    on: datetime.date,
    policy: str | None,
    engine: EngineName,
    told_by: str | None,
    goal: GoalWord,
    most: int,
    cannot_tell: tuple[str, ...],
    last: str | None,
    about: tuple[str, ...],
    form: str,
) -> None:
    """Print what to ask next about the subject of FACTS: the questions whose answers can still change the goal."""
    assessment = assessment_of(ruleset, facts, on, policy, engine, told_by)
    rules = assessment.work.closed.ruleset
    known = {*rules.vocabulary.scalars, *rules.vocabulary.collections}
    for name in (*cannot_tell, *([last] if last else [])):
        if name not in known:
            raise click.BadParameter(f"there is no fact {name!r} in {rules.id}")
    subjects = {each.about for each in rules.vocabulary.facts.values()}
    for name in about:
        if name not in subjects:
            raise click.BadParameter(f"no fact is about {name!r}; there are {', '.join(sorted(subjects))}")
    found = next_questions(assessment, goal, most, last=last, closed_to=cannot_tell, about=about or None)
    left = 0
    if found.is_done and goal == "tier":
        left = next_questions(assessment, "fixes", 1, closed_to=cannot_tell, about=about or None).at_most
    told(response(assessment, found), _lines(found, left), form)


def _lines(found: Questions, left: int) -> Iterator[str]:
    if found.is_done:
        yield "Nothing more needs to be asked."
    if left:
        yield f"That is for the answer alone. With --goal fixes, for all that there is to put right, up to {left} more."
    for number, each in enumerate(found.questions, 1):
        yield f"{number}. {each.declared.question}"
        if each.declared.meaning:
            yield f"   {each.declared.meaning}"
        yield f"   {each.why} {each.changes} (fact {each.fact})"
    yield f"({found.progress})"
