"""Which rows of a table may take a person: the shortlist of a whole directory, by the columns engine."""

from __future__ import annotations

import datetime
from collections.abc import Sequence
from typing import Any

import pyarrow as pa

from qa_rules.assessment.evaluation import answers, judge
from qa_rules.assessment.ready import closed_under, ready
from qa_rules.engines import DEFAULT_ENGINE
from qa_rules.errors import Diagnostic, FactsError, NotFoundError
from qa_rules.explain.span import words_of
from qa_rules.model.assessments import Answer, TierResult, urgent_steps
from qa_rules.model.facts import Evidence, Facts
from qa_rules.model.rulesets import Decision, Policy, Ruleset
from qa_rules.program.answers import undecided_words
from qa_rules.program.joint import under
from qa_rules.shortlist.matching import (
    Fit,
    Shortlist,
    Unread,
    fitted,
    shortlisted,
    subjects_by_fact,
    turned_on,
)
from qa_rules.tables.frames import spoken
from qa_rules.tables.streams import WholeTable, as_table, repeatable, unread_of
from qa_rules.tables.task import TableTask

WHO = "person"
"""What the person is called inside."""


def shortlist_table(
    person: Facts,
    table: Any,
    *,
    ruleset: Ruleset,
    on: datetime.date,
    policy: Policy | None = None,
    key: str = "",
    ignore: Sequence[str] = (),
    evidence: Evidence | None = None,
    told_by: str | None = None,
) -> Shortlist:
    """Return which rows of a table this person may be referred to, as `answering.shortlist` does for facts.

    Args:
        person: what is known of the person and the referral. Columns about the person are left out.
        table: anything that speaks Arrow; see `assess_table`. A row is a provider with one of its activities.
        ruleset: what is asked; its overall decision is the one that is made.
        on: the date of the assessment.
        policy: the locality's decisions.
        key: the column that names a row; its number without one.
        ignore: other columns that are no facts.
        evidence: where all values come from, as far as no column says otherwise.
        told_by: who hands the facts in, as for `assess_table`.

    A value that does not fit is named in `unread`; the fact is unknown in its row, and the row is in the list. So it is
    with a line that cannot be read.
    Raises what `assess_table` and `answering.shortlist` raise.

    """
    if not ruleset.decisions:
        raise NotFoundError(f"{ruleset.id} makes no decision, so there is nothing to choose by")
    ruleset = under(ruleset, policy)
    decision = ruleset.decisions[0]
    about = subjects_by_fact(ruleset.vocabulary)
    vocabulary = ruleset.vocabulary
    table = repeatable(spoken(table, {**vocabulary.facts, **vocabulary.scalars}))
    given = as_table(table)
    if decision.needs and not any(
        about[name] == decision.needs for name in (*person.values, *person.collections)
    ):
        message = f"nothing is known of the {decision.needs}, and `{decision.id}` needs it"
        raise FactsError(
            [Diagnostic("nothing-given", message, hint=f"give a fact about the {decision.needs}")]
        )
    told = {*person.values, *person.collections}
    theirs = [
        name
        for name in given.column_names
        if (base := name.partition("@")[0]) in told
        or (decision.needs and about.get(base.partition(".")[0], "") == decision.needs)
    ]
    task = TableTask(
        ruleset=ruleset,
        on=on,
        policy=policy,
        persons={WHO: person},
        evidence=evidence or Evidence(),
        key=key,
        ignore=ignore,
        outputs=("outcomes", "tiers", "verdicts"),
        told_by=told_by,
    )
    kept = given.drop_columns([name for name in theirs if name != key])
    found = task.assess(WholeTable(kept, unread_of(table)))
    closed = closed_under(ruleset, policy)
    unread: dict[str, list[Diagnostic]] = {}
    for each in found.faults.to_pylist():
        name = str(each["key"] or f"row {each['row']}")
        column = f", column {each['column']}" if each["column"] else ""
        message = f"row {each['row']}{column}: {each['problem']}"
        unread.setdefault(name, []).append(Diagnostic("value", message, hint=each["hint"] or ""))
    names = [name for name, _ in turned_on(closed, decision.id)]
    fits = _fits(found.table, decision, names, task.named_by(kept.schema), closed)
    alone = judge(ready(ruleset, policy, DEFAULT_ENGINE, None), person, on, told_by=told_by or "")
    first = urgent_steps(answers(alone))
    unread_rows = (Unread(name, tuple(faults)) for name, faults in unread.items())
    return shortlisted(decision, fits, unread_rows, first)


def _fits(table: pa.Table, decision: Decision, names: Sequence[str], key: str, closed: Any) -> list[Fit]:
    rows = table.num_rows

    def column(name: str) -> list[Any]:
        for each in (f"{name}@{WHO}", name):
            if each in table.column_names:
                found: list[Any] = table.column(each).to_pylist()
                return found
        return [None] * rows

    gaps: list[list[str]] = [[] for _ in range(rows)]
    open_: list[list[str]] = [[] for _ in range(rows)]
    for name in names:
        for at, verdict in enumerate(column(name)):
            if verdict == "not_met":
                gaps[at].append(name)
            elif verdict == "unknown":
                open_[at].append(name)
    titles = column(key) if key else [None] * rows
    tiers = [
        column(f"tier.{field}")
        for field in ("attained", "at_most", "reaches", "required_least", "required_greatest")
    ]
    ladder = tuple(tier.id for tier in closed.ladder)
    outcomes, possible = column(f"outcome.{decision.id}"), column(f"possible.{decision.id}")
    fits = []
    for at in range(rows):
        answer = _answer(decision, outcomes[at], tuple(str(possible[at]).split()))
        tier = None
        if ladder:
            attained, at_most, reaches, least, greatest = (str(each[at] or "") for each in tiers)
            tier = TierResult(attained, at_most, reaches, least, greatest, (), ladder)
        name = str(titles[at]) if titles[at] is not None else f"row {at + 1}"
        fits.append(fitted(name, "", closed, answer, tier, gaps[at], open_[at]))
    return fits


def _answer(decision: Decision, word: str, possible: tuple[str, ...]) -> Answer:
    outcome = next((each for each in decision.outcomes if each.id == word), None)
    words = undecided_words(decision, possible) if word == decision.undecided else words_of(decision)[word]
    allows = None if outcome is None else outcome.allows
    settled = possible == (word,)
    return Answer(decision.id, decision.title, word, words, possible, allows, settled, kind=decision.kind)
