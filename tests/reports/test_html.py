"""The page stands alone: no scripts, no outside requests, everything said, nothing run."""

from __future__ import annotations

import datetime
import html
import re
from html.parser import HTMLParser
from pathlib import Path

import pytest

from qa_rules import Assessment, assess, load_facts, load_policy, load_ruleset, merge
from qa_rules.reports import report

EXAMPLES = Path(__file__).parents[2] / "examples"
ON = datetime.date(2026, 11, 22)
VOID = {"meta", "link", "br", "hr", "img", "input"}


def walking_group(person: str) -> Assessment:
    rules = load_ruleset("social-prescribing@3.5")
    folder = EXAMPLES / "social-prescribing" / "walking-group"
    files = (folder / "group.yaml", folder / "walk.yaml", folder / "persons" / f"{person}.yaml")
    facts = merge(*(load_facts(file, rules) for file in files))
    return assess(rules, facts, on=ON, policy=load_policy("illustrative-three-tiers", rules))


class Page(HTMLParser):
    """Collects the text, the tags and the attributes, and fails on tags that do not nest."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.open: list[str] = []
        self.tags: list[str] = []
        self.found: list[tuple[str, str | None]] = []
        self.text: list[str] = []
        self.feed(text)
        assert self.open == []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        self.found += attrs
        if tag not in VOID:
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        self.text.append(data)


@pytest.mark.parametrize("person", ["company", "angina"])
def test_the_page_needs_nothing_but_itself(person: str) -> None:
    text = report(walking_group(person), "html")
    page = Page(text)
    assert not {"script", "link", "img", "iframe", "form"} & set(page.tags)
    assert not [name for name, _ in page.found if name in ("src", "href", "style") or name.startswith("on")]
    assert "url(" not in text
    assert "@import" not in text
    assert len(text.encode()) < 60_000


def test_the_page_says_the_answer_first_and_every_finding() -> None:
    assessment = walking_group("angina")
    page = Page(report(assessment, "html"))
    said = " ".join(" ".join(page.text).split())
    assert said.index("Not for this person") < said.index("Why") < said.index("What to do next")
    for finding in assessment.findings:
        assert finding.title in said
    for caveat in assessment.caveats:
        assert caveat in said
    assert "ILLUSTRATIVE" in said


def test_the_ladder_shows_what_is_needed_and_what_is_reached() -> None:
    page = report(walking_group("angina"), "html")
    rows = re.findall(r'<tr><th scope="row">(\w+)</th><td>(\w+)</td><td>(\w+)</td></tr>', page)
    assert rows == [("Enhanced", "yes", "no"), ("Standard", "yes", "yes"), ("Basic", "yes", "yes")]


def test_hostile_words_of_a_file_stay_words() -> None:
    hostile = '<script>alert(1)</script> {{ 7*7 }} & "quoted" \''
    rules = load_ruleset("ss2q@2017")
    facts = load_facts(EXAMPLES / "ss2q" / "compliant.yaml", rules)
    import attrs

    text = report(assess(rules, attrs.evolve(facts, subject=hostile), on=ON), "html")
    assert "<script" not in text
    assert "49" not in Page(text).text[0]
    assert html.escape("{{ 7*7 }}") in text


def test_a_report_of_a_record_reads_like_the_one_of_the_assessment() -> None:
    assessment = walking_group("company")
    recorded = Assessment.from_dict(assessment.to_dict())
    for form in ("text", "markdown", "html"):
        lines = set(report(assessment, form).splitlines())
        missing = [line for line in report(recorded, form).splitlines() if line not in lines]
        assert missing == []
