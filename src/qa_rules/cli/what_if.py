"""`qa-rules what-if`."""

from __future__ import annotations

import datetime
from collections.abc import Iterator
from pathlib import Path

import click

from qa_rules.api.analyse import difference, what_if
from qa_rules.assessment.assess import assess
from qa_rules.cli.horizon import Said, moved
from qa_rules.cli.options import POLICY, Day, assessed, assessment_of, form_option
from qa_rules.cli.printing import told
from qa_rules.engines import EngineName
from qa_rules.errors import FactsError
from qa_rules.explain.standing import DECISION, POSSIBLE, TIER
from qa_rules.language.load import load_facts, load_policy, merge, under
from qa_rules.language.reading import Plain, read_text
from qa_rules.model.facts import FactType, Vocabulary
from qa_rules.timeline.difference import Difference


@click.command("what-if")
@assessed
@click.option(
    "--set",
    "changes",
    multiple=True,
    metavar="FACT=VALUE",
    help="A fact as it would be; FACT= for unknown, FACT=[a, b] for a list.",
)
@click.option(
    "--then", "files", multiple=True, type=click.Path(path_type=Path), help="The facts later, in files."
)
@click.option("--then-on", "later", type=Day(), help="The date of the second assessment.")
@click.option(
    "--then-policy", "other", type=POLICY, metavar="NAME|FILE", help="The policy of the second assessment."
)
@form_option
def command(
    ruleset: str,
    facts: tuple[Path, ...],
    on: datetime.date,
    policy: str | None,
    engine: EngineName,
    told_by: str | None,
    changes: tuple[str, ...],
    files: tuple[Path, ...],
    later: datetime.date | None,
    other: str | None,
    form: str,
) -> None:
    """Print what would be said otherwise of the subject of FACTS if something changed, and what brings it about."""
    before = assessment_of(ruleset, facts, on, policy, engine, told_by)
    rules = before.work.closed.ruleset
    settings = before.work.policy if other is None else load_policy(other, rules)
    rules = under(rules, settings)
    after = before
    if files:
        given = merge(*(load_facts(path, rules) for path in files))
        after = assess(rules, given, on=on, policy=settings, engine=engine, told_by=told_by)
    after = what_if(after, _set(changes, rules.vocabulary), on=later or on, policy=settings)
    found = difference(before, after)
    told(found.to_dict(), _lines(found, Said(before.work.closed, after.work.closed)), form)


_SINGLE = (FactType.TEXT, FactType.CODE, FactType.CHOICE)
"""What a bracket is just a sign in."""


def _set(changes: tuple[str, ...], vocabulary: Vocabulary) -> dict[str, object]:
    """Values by fact, written as in a facts file: what begins with a bracket is a list or mapping."""
    found: dict[str, object] = {}
    for each in changes:
        name, sign, value = each.partition("=")
        if not sign:
            raise click.BadParameter(f"{each!r} has no `=`; write a fact and its value, such as insured=yes")
        declared = vocabulary.facts.get(name)
        if declared is None or declared.type in _SINGLE or not value:
            found[name] = value or None
        elif value.startswith(("[", "{")):
            source = read_text(value, f"--set {name}")
            if source.diagnostics:
                raise FactsError(source.diagnostics)
            found[name] = source.data
        else:
            found[name] = Plain(value)
    return found


def _lines(found: Difference, said: Said) -> Iterator[str]:
    if not found.facts and not found.others:
        yield "Nothing is changed."
        return
    yield "Changed"
    yield from (
        f"  {each.label}: {each.before or 'not known'}; then: {each.after or 'not known'}"
        for each in found.facts
    )
    yield from (f"  {_OTHERS[each]}" for each in found.others)
    told = [
        (move, causes)
        for move, causes in zip(found.moves, found.because, strict=True)
        if move.kind != POSSIBLE
    ]
    yield ""
    yield "Said otherwise" if told else "No change."
    if not any(move.kind in (DECISION, TIER) for move, _ in told):
        yield "  The answer stays."
    labels = {each.fact: each.label for each in found.facts} | _OTHERS
    for move, causes in told:
        yield moved(move, said)
        yield f"    because of {', '.join(labels[each] for each in causes)}"


_OTHERS = {"on": "the date", "policy": "the policy", "ruleset": "the ruleset", "calendar": "the working days"}
