"""`qa-rules why`."""

from __future__ import annotations

import datetime
from collections.abc import Iterable, Iterator
from pathlib import Path

import click

from qa_rules.api.analyse import why
from qa_rules.cli.options import assessed, assessment_of, form_option
from qa_rules.cli.printing import told
from qa_rules.engines import EngineName
from qa_rules.explain.standing import label
from qa_rules.explain.why import Why
from qa_rules.model.facts import Vocabulary


@click.command("why")
@assessed
@click.option(
    "--about", "target", metavar="TARGET", help="A requirement, group, decision, outcome, or `tier`."
)
@form_option
def command(
    ruleset: str,
    facts: tuple[Path, ...],
    on: datetime.date,
    policy: str | None,
    engine: EngineName,
    told_by: str | None,
    target: str | None,
    form: str,
) -> None:
    """Print why RULESET says what it says of the subject of FACTS: the fewest facts that alone settle it.

    Without --about, why the overall answer is what it is; while it is open, which facts it still turns on.
    """
    assessment = assessment_of(ruleset, facts, on, policy, engine, told_by)
    found = why(assessment, target)
    told(found.to_dict(), _lines(found, assessment.work.closed.ruleset.vocabulary), form)


def _lines(found: Why, vocabulary: Vocabulary) -> Iterator[str]:
    def called(names: Iterable[str]) -> str:
        return "; ".join(label(vocabulary, each) for each in names)

    yield found.tree.text
    yield from filter(None, [found.span])
    yield ""
    yield from found.tree.lines()
    yield from (each.text for each in found.stand_ins)
    yield ""
    if found.is_open:
        kind = "Each of these facts" if found.exact else "Some of these facts"
        yield f"It is open. {kind} can help to settle it: {called(found.missing)}"
    else:
        kind = "No smaller set would do." if found.smallest else "None of them can be left out."
        lead = "settle it, whatever the others are" if found.final else "are enough for this"
        yield f"These facts {lead}: {called(found.facts) or 'none'}. {kind}"
        if not found.final:
            yield _still_open(found)


def _still_open(found: Why) -> str:
    if found.kind == "decision":
        return "What is not among them could still lead to another answer of the same kind, never to the opposite."
    return "What is not among them could still show that it does not apply, never that it is not met."
