"""The structured conversation on one side of A4: its questions with room for notes, the judgement last."""

from __future__ import annotations

from collections.abc import Iterator

import attrs

from qa_rules.errors import NotFoundError
from qa_rules.explain.conversing import is_own_judgement
from qa_rules.explain.messages import language, say
from qa_rules.explain.wording import capital, question_of
from qa_rules.model.conversation import Prompt
from qa_rules.model.rulesets import Ruleset
from qa_rules.reports.html import template
from qa_rules.reports.showing import facts_read
from qa_rules.reports.text import wrapped
from qa_rules.reports.width import fitted, width

_COLUMNS = 76
"""So many letters of one width stand on a line of A4."""


@attrs.frozen
class Sheet:
    """What stands on the sheet."""

    title: str
    language: str
    fields: tuple[str, ...]
    """What is filled in first."""
    questions: tuple[Prompt, ...]
    follow_up: str
    """What stands before a question that is asked only where an answer calls for it."""
    stop: str
    """What stands under a question without a good answer to which nobody is referred."""
    judgement: str
    judgements: tuple[str, ...]
    """The questions that whoever holds the conversation answers alone, each with yes or no and a reason."""
    yes_or_no: str
    reason: str
    signing: tuple[str, ...]
    about: str


def sheet_of(ruleset: Ruleset) -> Sheet:
    """Return the sheet of the conversation of a ruleset. NotFoundError for a ruleset that has none."""
    if not ruleset.conversation:
        form = f"`qa-rules facts {ruleset.id}` prints a form of all that it asks"
        raise NotFoundError(f"{ruleset.id} has no structured conversation; {form}")
    judgements = [
        question_of(each, ruleset.vocabulary)
        for each in facts_read(ruleset)
        if is_own_judgement(each, ruleset)
    ]
    return Sheet(
        say("Structured conversation"),
        language(),
        (
            say("{subject} (no names of people)", subject=capital(ruleset.subject.name_of)),
            say("With whom"),
            say("Date"),
        ),
        ruleset.conversation,
        say("If it applies:"),
        say("No good answer? Do not refer anyone here until this is put right."),
        say("Your own judgement, last"),
        tuple(judgements),
        say("Yes / No"),
        say("Reason"),
        (say("Name and job title"), say("Signature"), say("Review date")),
        say("{title}. Record the answers: qa-rules interview {id}", title=ruleset.title, id=ruleset.id),
    )


def as_html(sheet: Sheet) -> str:
    """Return the sheet as a page that prints on one side of A4."""
    return template("conversation.html.jinja").render(sheet=sheet)


def as_text(sheet: Sheet) -> str:
    """Return the sheet as text."""
    with fitted(_COLUMNS):
        return "\n".join(_lines(sheet)) + "\n"


def _lines(sheet: Sheet) -> Iterator[str]:
    yield sheet.title.upper()
    yield from map(_to_fill_in, sheet.fields)
    for number, each in enumerate(sheet.questions, 1):
        yield ""
        yield from wrapped(f"{number}. {each.ask}")
        for further in each.follow_ups:
            yield from wrapped(f"{sheet.follow_up} {further.ask}", "   ")
        if each.stop:
            yield from wrapped(sheet.stop, "   ")
        yield _to_fill_in("  ")
    yield from ("", sheet.judgement)
    for question in sheet.judgements:
        yield from wrapped(f"{question} {sheet.yes_or_no}", "   ")
        yield _to_fill_in(f"   {sheet.reason}")
    yield ""
    yield from map(_to_fill_in, sheet.signing)
    yield from wrapped(sheet.about)


def _to_fill_in(label: str) -> str:
    return f"{label} ".ljust(width(), "_")
