"""`qa-rules assess`."""

from __future__ import annotations

import datetime
from pathlib import Path

import click

from qa_rules.cli.exits import Exit
from qa_rules.cli.options import OUTPUT, assessed, assessment_of
from qa_rules.cli.printing import columns, hand_over, json_text, paged
from qa_rules.engines import EngineName
from qa_rules.language.library import policy_file, ruleset_file
from qa_rules.model.assessments import Answer
from qa_rules.outputs import refuse, write_text
from qa_rules.reports import REPORTS, fitted, report

FOR_PEOPLE = ("text", "summary")
"""What is read where it is printed; every other form is UTF-8, for a file or a program."""


@click.command("assess")
@assessed
@click.option(
    "--format",
    "form",
    type=click.Choice(["text", "json", *(name for name in REPORTS if name != "text")]),
    default="text",
    help="How to print it.",
)
@click.option(
    "--advice/--no-advice",
    default=True,
    help="Whether a report says what would change the answer, what to ask and how long it holds.",
)
@click.option(
    "--require",
    metavar="OUTCOME",
    multiple=True,
    help="Exit with 1 unless the answer is this (4 if undecided).",
)
@click.option(
    "--earlier",
    metavar="FILE",
    type=click.Path(path_type=Path),
    help="The assessment before this one, as JSON: gaps keep the day that they had.",
)
@click.option("--output", type=OUTPUT, help="Write to a file instead.")
def command(
    ruleset: str,
    facts: tuple[Path, ...],
    on: datetime.date,
    policy: str | None,
    engine: EngineName,
    told_by: str | None,
    form: str,
    advice: bool,
    require: tuple[str, ...],
    earlier: Path | None,
    output: Path | None,
) -> int:
    """Assess the subject of one or more FACTS files against RULESET.

    Several files are read as one: a provider, its activity, a person.
    """
    if output is not None:
        refuse(
            [output],
            [
                *facts,
                *([] if earlier is None else [earlier]),
                ruleset_file(ruleset),
                *([] if policy is None else [policy_file(policy)]),
            ],
        )
    assessment = assessment_of(ruleset, facts, on, policy, engine, told_by, earlier)
    decisions = assessment.work.closed.ruleset.decisions
    words = {word for each in decisions for word in [each.undecided, each.not_applicable]}
    words |= {outcome.id for each in decisions for outcome in each.outcomes}
    for word in require:
        if word not in words:
            raise click.BadParameter(f"{word!r} is no answer; there are {', '.join(sorted(words))}")
    if form == "json":
        text = json_text(assessment.to_dict())
    else:
        with fitted(columns() if output is None and form in FOR_PEOPLE else None):
            text = report(assessment, form, advice=advice)
    text += "" if text.endswith("\n") else "\n"
    if output is not None:
        write_text(output, text)
    elif form in FOR_PEOPLE:
        paged(text.removesuffix("\n"))
    else:
        hand_over(text)
    return _exit(assessment.answers, require)


def _exit(answers: tuple[Answer, ...], required: tuple[str, ...]) -> int:
    """Whether one of the decisions came to each word that is required."""
    missing = [word for word in required if word not in [answer.outcome for answer in answers]]
    if not missing:
        return Exit.DONE
    still_open = {
        word for answer in answers if answer.outcome not in answer.possible for word in answer.possible
    }
    return Exit.UNDECIDED if all(word in still_open for word in missing) else Exit.NO
