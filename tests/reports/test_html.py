"""The page stands alone: no scripts, no outside requests, everything said, nothing run."""

from __future__ import annotations

import datetime
import html
import re
from html.parser import HTMLParser
from itertools import pairwise
from typing import Any

import attrs
import pytest

from qa_rules import assess, load_facts, load_ruleset, ruleset_from
from qa_rules.assessment.assess import Assessment
from qa_rules.reports import report
from tests.reports.examples import EVERY, ON, ROOT, example

VOID = {"meta", "link", "br", "hr", "img", "input"}
LANDMARKS = {"header", "main", "footer"}


class Page(HTMLParser):
    """Collects the text, the tags and the attributes, and fails on tags that do not nest."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.open: list[str] = []
        self.tags: list[str] = []
        self.headings: list[tuple[int, str]] = []
        self.found: list[tuple[str, str | None]] = []
        self.text: list[str] = []
        self.feed(text)
        assert self.open == []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        self.found += attrs
        if re.fullmatch(r"h\d", tag):
            self.headings.append((int(tag[1]), ""))
        if tag not in VOID:
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        self.text.append(data)
        if any(re.fullmatch(r"h\d", tag) for tag in self.open):
            level, text = self.headings[-1]
            self.headings[-1] = (level, text + data.strip())

    @property
    def said(self) -> str:
        return " ".join(" ".join(self.text).split())


@pytest.mark.parametrize("form", ["html", "card"])
@pytest.mark.parametrize("name", EVERY)
def test_the_page_needs_nothing_but_itself(name: str, form: str) -> None:
    text = report(example(name), form, advice=name != "lapsed")
    page = Page(text)
    assert not {"script", "link", "img", "iframe", "form"} & set(page.tags)
    assert not [name for name, _ in page.found if name in ("src", "href", "style") or name.startswith("on")]
    assert "url(" not in text
    assert "@import" not in text
    assert len(text.encode()) < 60_000


@pytest.mark.parametrize("name", EVERY)
def test_without_styles_the_headings_and_landmarks_are_in_order(name: str) -> None:
    page = Page(report(example(name), "html", advice=name != "lapsed"))
    assert [tag for tag in page.tags if tag in LANDMARKS] == ["header", "main", "footer"]
    levels = [level for level, _ in page.headings]
    assert levels[0] == 1
    assert levels.count(1) == 1
    assert all(after - before <= 1 for before, after in pairwise(levels))
    titles = [title for level, title in page.headings if level == 2]
    assert titles[0] in ("What to do next", "Why")
    assert titles[-2:] == ["Please note", "About this assessment"]
    assert len(set(titles)) == len(titles)


def test_the_page_says_the_answer_first_then_what_to_do_then_why_then_every_finding() -> None:
    assessment = example("angina")
    said = Page(report(assessment, "html")).said
    order = [
        "Not suitable for this person",
        "What to do next",
        "life is at risk, call 999",
        "Why",
        "The three locks",
        "Tiers",
        "Everything that was asked",
    ]
    places = [said.index(each) for each in order]
    assert places == sorted(places)
    for finding in assessment.findings:
        assert finding.title in said
        assert finding.reason.text in said
    for caveat in assessment.caveats:
        assert caveat in said
    assert "EXAMPLE POLICY" in said


def test_every_finding_shows_the_evidence_behind_it() -> None:
    page = report(example("company"), "html")
    found = re.search(r"<details><summary>Handling personal information<small>.*?</details>", page, re.DOTALL)
    assert found is not None
    assert "Evidence: seen, conversation, by Nadia Osei, link worker, 4 November 2026" in found[0]
    assert "Our reading: Consent is one lawful ground of several." in found[0]
    assert "To put right: Keep only the personal information that is needed" in found[0]


def test_the_ladder_shows_what_is_needed_what_is_reached_and_what_the_route_can_give() -> None:
    page = report(example("angina"), "html")
    table = page.partition('id="tiers"')[2].partition("</table>")[0]
    rows = [
        re.sub(r"<[^>]*>", " ", row).split()
        for row in re.findall(r"<tr role=\"row\">.*?</tr>", table, re.DOTALL)
    ]
    assert re.findall(r'class="(\w+)">(\w+)</b>', table) == [("no", "no"), ("yes", "yes"), ("yes", "yes")]
    assert rows == [
        ["Enhanced", "yes", "no", "no"],
        ["Standard", "yes", "yes", "yes"],
        ["Basic", "yes", "yes", "yes"],
    ]


def test_the_locks_show_required_members_and_count_the_others_beside() -> None:
    page = report(example("company"), "html")
    table = page.partition('id="locks"')[2].partition("</table>")[0]
    rows = [" ".join(re.sub(r"<[^>]*>", " ", row).split()) for row in table.split("<tr")[2:]]
    assert len(rows) == 3
    referrer = rows[2].partition("> ")[2]
    assert referrer.startswith("Protect the referrer Met Nothing required not required: 10 not known, 1 met")
    assert "Met 4 met, 3 do not apply; not required: 1 not met, 1 met, 8 do not apply" in referrer


def test_hostile_words_of_a_file_stay_words() -> None:
    hostile = '<script>alert(1)</script> {{ 7*7 }} & "quoted" \''
    rules = load_ruleset("ss2q@2017")
    facts = load_facts(ROOT / "examples" / "ss2q" / "compliant.yaml", rules)
    assessment = assess(rules, attrs.evolve(facts, subject=hostile), on=ON)
    for form in ("html", "card"):
        text = report(assessment, form)
        assert "<script" not in text
        assert "49" not in Page(text).text[0]
        assert html.escape("{{ 7*7 }}") in text


NUMBER = 120
SENTENCE = "Whoever leads a session has been told whom to ring, and what to do until somebody comes to help."


def many() -> Assessment:
    """120 findings about 120 facts in 12 groups and three locks, with evidence, fixes and readings."""
    numbers = range(NUMBER)
    asked = {"type": "yes_no", "answered_by": ["provider"], "about": "provider"}
    facts: dict[str, Any] = {
        f"fact_{at}": {
            **asked,
            "label": f"thing number {at} that was agreed",
            "question": f"Is thing {at} so?",
            "topic": f"topic {at % 9}",
        }
        for at in numbers
    }
    requirements = [
        {
            "id": f"R-{at}",
            "title": f"Requirement with a title of its own, {at}",
            "says": SENTENCE,
            "about": ("group", "worker")[at % 2],
            "source": {"section": f"{at // 10}.{at % 10}", "row": at},
            "met_when": f"fact_{at}",
            "fix": SENTENCE,
            "severity": "required",
            "reading": [{"about": "A1", "choice": SENTENCE}] if at % 3 == 0 else [],
        }
        for at in numbers
    ]
    ids = [each["id"] for each in requirements]
    ruleset = ruleset_from(
        {
            "format": 1,
            "ruleset": "many",
            "edition": "1",
            "title": "Many requirements",
            "source": {"title": "Made up"},
            "caveats": [SENTENCE, SENTENCE],
            "facts": facts,
            "requirements": requirements,
            "groups": [
                {"id": f"G-{at}", "title": f"Group {at}", "kind": "measure", "members": ids[at::12]}
                for at in range(12)
            ],
            "locks": [{"id": f"Lock.{at}", "title": f"Lock {at}", "members": ids[at::3]} for at in range(3)],
            "decisions": [
                {
                    "id": "overall",
                    "title": "Are all met?",
                    "outcomes": [
                        {"id": "fails", "words": "No", "allows": "no", "when": "Lock.0 is not met"},
                        {"id": "passes", "words": "Yes", "allows": "yes", "when": "Lock.0"},
                    ],
                }
            ],
        }
    )
    evidence = {"strength": "seen", "source": "visit", "role": "link worker", "reference": "minutes, page 3"}
    given = {
        f"fact_{at}": {"value": at % 4 > 0, "by": f"Assessor {at % 5}", "on": "2026-11-01", **evidence}
        for at in numbers
        if at % 5
    }
    return assess(ruleset, given, on=datetime.date(2026, 11, 22))


def test_a_page_of_120_findings_stays_below_60_kilobytes() -> None:
    assessment = many()
    assert len(assessment.findings) == NUMBER
    text = report(assessment, "html")
    assert "What would change the answer" in text
    assert text.count("<details>") == NUMBER
    assert text.count("Evidence: ") == NUMBER * 4 // 5
    assert 30_000 < len(text.encode()) < 60_000
