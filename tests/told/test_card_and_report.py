"""Whoever reads only the card, or the one side, is not surprised by the full report.

What has to stand there is worked out from the findings and answers themselves, not by what the short forms are made of.
"""

from __future__ import annotations

import html
import re
from collections.abc import Iterator

import pytest
from hypothesis import given
from hypothesis import strategies as st

from qa_rules import Assessment, Finding, assess
from qa_rules.model.values import Severity, Verdict
from qa_rules.reports import report
from tests.strategies import LIGHT
from tests.told.providers import RULESETS, Situation, made_up, situations

SHORT = ("summary", "card")
WEIGHTS = (Severity.REQUIRED.value, Severity.CONDITION.value)


def words(text: str) -> str:
    """The words that a reader sees, in one line."""
    return " ".join(html.unescape(re.sub(r"<[^>]*>", " ", text)).split())


def part(text: str, heading: str, *later: str) -> str:
    """What stands under a heading, up to the next that follows."""
    inside = text.partition(f" {heading} ")[2]
    for each in later:
        inside = inside.partition(f" {each} ")[0]
    return inside


def has_weight(each: Finding) -> bool:
    return each.hard_stop or each.blocks or each.severity in WEIGHTS


def expected(made: Assessment, verdict: Verdict) -> Iterator[str]:
    """The titles of what is required or a condition and has a verdict, as the full report lists it."""
    for each in made.findings:
        if each.verdict is verdict and each.asked and has_weight(each):
            yield " ".join(each.title.split())


def assessed(each: Situation) -> Assessment:
    return assess(each.ruleset, each.facts, on=each.on, policy=each.policy)


@pytest.mark.parametrize("name", RULESETS)
def test_what_the_full_report_finds_missing_or_not_known_stands_on_card_and_summary(name: str) -> None:
    @LIGHT
    @given(st.data())
    def surprises_nobody(data: st.DataObject) -> None:
        made = assessed(data.draw(st.one_of(situations(name), made_up(name))))
        full = words(report(made, "text", advice=False))
        for form in SHORT:
            short = words(report(made, form))
            gaps = part(short, "Gaps", "Not checked yet", "Please note:")
            unchecked = part(short, "Not checked yet", "Please note:")
            for title in expected(made, Verdict.NOT_MET):
                assert title in gaps, (form, title)
                assert title in full
            opened = {each.requirement for each in made.grounds if each.open and each.requirement}
            for title in (made.finding(each).title for each in opened):
                assert " ".join(title.split()) in short, (form, title)
            for title in expected(made, Verdict.UNKNOWN):
                assert title in unchecked, (form, title)
                assert title in full

    surprises_nobody()


@pytest.mark.parametrize("name", RULESETS)
def test_every_form_begins_with_the_same_answer_and_the_same_span(name: str) -> None:
    @LIGHT
    @given(st.data())
    def agree(data: st.DataObject) -> None:
        made = assessed(data.draw(st.one_of(situations(name), made_up(name))))
        full = words(report(made, "text", advice=False))
        answer = next((each.words for each in made.answers if each.decision == made.overall), "")
        span = re.search("Not settled yet: between “[^”]*” and “[^”]*”", full)
        for form in SHORT:
            short = words(report(made, form))
            assert answer.lower() in short.lower()
            assert span is None or span[0] in short

    agree()
