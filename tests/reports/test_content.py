"""One content for every form: in order, of use, and worked out only when somebody asks."""

from __future__ import annotations

import datetime
import re
import subprocess
import sys
from collections.abc import Iterator
from itertools import takewhile

import attrs
import pytest

from qa_rules import Assessment, assess, load_ruleset
from qa_rules.errors import NotFoundError
from qa_rules.model.values import Verdict
from qa_rules.reports import REPORTS, report
from qa_rules.reports.blocks import Block, Findings, Grid, Items, Timeline, Tree, Words
from qa_rules.reports.content import Content, content_of
from qa_rules.reports.reasons import Reasoning
from tests.reports.examples import EVERY, example

FULL = ("text", "markdown", "html")


def sentences(block: Block) -> Iterator[str]:
    """All that a block says."""
    match block:
        case Words(paragraphs):
            yield from paragraphs
        case Items():
            yield from block.shown(on_card=False)
        case Grid(_, columns, rows):
            yield from columns[1:]  # the first names what begins each row
            for row in rows:
                for cell in row:
                    yield cell.words
                    yield cell.note
        case Timeline(points):
            for point in points:
                yield from (point.when, point.words, *point.notes)
        case Tree(root):
            for _, line in root.lines():
                yield line
        case Findings(title, told):
            yield title
            for each in told:
                yield from (each.title, each.clause, *each.marks, *each.lines)


def plain(text: str, form: str) -> str:
    """The words of a report without the marks of its form."""
    if form == "html":
        from tests.reports.test_html import Page

        text = Page(text).said
    if form == "markdown":
        text = re.sub(r"\\([\\`*_\[\]<>#|~])", r"\1", text)
    return "".join(text.split())


def section(content: Content, name: str) -> list[str]:
    """What a section says; nothing when it is left out."""
    found = [each for each in content.sections if each.name == name]
    return [text for each in found for block in each.blocks for text in sentences(block)]


@pytest.mark.parametrize("form", FULL)
@pytest.mark.parametrize("name", ["company", "chest-pains", "visits", "half-known", "nobody"])
def test_every_form_says_all_of_the_content_in_its_order(name: str, form: str) -> None:
    content = content_of(example(name))
    said = plain(report(example(name), form), form)
    at = 0
    for each in content.sections:
        for block in each.blocks:
            for text in filter(None, sentences(block)):
                words = "".join(text.split())
                assert words in said, text
            if each.title:
                found = said.find("".join(each.title.split()), at)
                assert found >= 0, each.title
                at = found
    assert "".join(content.headline.split()).lower() in said.lower()


@pytest.mark.parametrize("name", EVERY)
def test_a_card_says_what_to_do_before_why_and_fits_a_sheet(name: str) -> None:
    lines = report(example(name), "summary").splitlines()
    assert lines[0].isupper() or name == "nobody"
    assert all(len(line) <= 88 for line in lines)
    assert len(lines) <= 60
    if "What to do next" in lines:
        assert lines.index("What to do next") < lines.index("Why")
    why = lines[lines.index("Why") + 1 :]
    reasons = list(takewhile(lambda line: line not in ("", "Gaps", "Not checked yet"), why))
    assert 1 <= sum(line.startswith("  - ") for line in reasons) <= 3


def test_an_answer_that_is_open_asks_for_what_can_settle_it_and_for_nothing_else() -> None:
    content = content_of(example("chest-pains"))
    assert section(content, "next")[:2] == [
        "Is there an acute risk to the person's health or life? (ask: referrer or link worker)",
        "In your judgement, can this provider well support what this person needs? (ask: link worker)",
    ]
    assert len(section(content, "questions")) == 3
    reasons = " ".join(section(content, "why"))
    assert "Acute risk to health or life: not known." in reasons
    # Needs of the top tier, which no route in use can give: they cannot change the answer.
    for beyond in (
        "Condition in the risk assessment",
        "more, listed below",
        "Emergency plan tested",
        "Clinical advice",
        "A competent person at each session",
    ):
        assert beyond not in reasons
    assert section(content, "fixes") == []
    assessment = example("chest-pains")
    main = assessment.answers[0]
    assert [each.requirement for each in Reasoning(assessment, main, True).open] == ["", "SP-34"]
    assert "SP-63.es" in [each.requirement for each in Reasoning(assessment, main, False).open]


def test_what_could_make_an_answer_stricter_is_told_beside_it() -> None:
    visits = assess_with_chest_pains()
    assert "Acute risk to health or life: not known." in section(content_of(visits), "find-out")
    assert section(content_of(example("visits")), "find-out") == []


def assess_with_chest_pains() -> Assessment:
    from qa_rules import load_facts, load_policy, merge
    from tests.reports.examples import ON, ROOT

    guide = load_ruleset("social-prescribing@3.5")
    folder = ROOT / "examples" / "social-prescribing" / "craft-group"
    files = ("group", "home-visits", "persons/chest-pains")
    facts = merge(*(load_facts(folder / f"{file}.yaml", guide) for file in files))
    return assess(guide, facts, on=ON, policy=load_policy("illustrative-three-tiers", guide))


@pytest.mark.parametrize("name", EVERY)
def test_tiers_and_routes_are_called_by_their_titles(name: str) -> None:
    assessment = example(name)
    if assessment.tiers is None:
        return
    text = report(assessment, "text", advice=False)
    assert not re.search(r"(?:[Rr]eached|[Nn]eeded here|can give): (?:basic|standard|enhanced)\b", text)
    assert "Routes in use: " in text
    titles = ("Conversation with a link worker", "Covered by an umbrella body", "Policy checklist")
    assert any(f"Routes in use: {title}" in text for title in titles)


def test_a_tier_has_the_title_that_the_policy_gives_it() -> None:
    assessment = example("company")
    policy = assessment.work.policy
    assert policy is not None
    named = {"basic": "Bronze", "standard": "Silver", "enhanced": "Gold"}
    tiers = tuple(attrs.evolve(each, title=named[each.id]) for each in policy.tiers)
    renamed = attrs.evolve(policy, tiers=tiers)
    again = assess(assessment.work.closed.ruleset, assessment.work.facts, on=assessment.on, policy=renamed)
    for form in FULL:
        text = report(again, form)
        assert "Needed here: Bronze" in text
        assert "Tier reached: Bronze, before Silver" in text
        assert not re.search(r"\b(?:Basic|Standard|Enhanced|basic|enhanced)\b", text)


def test_an_answer_that_allows_or_a_tier_alone_names_its_last_day_and_any_other_says_that_no_day_is_set() -> (
    None
):
    for name in EVERY:
        review = section(content_of(example(name)), "review")
        dated = bool(re.fullmatch(r"Review by \d+ \w+ \d{4} \(.*\)", review[0]))
        made = example(name)
        assert dated is bool(made.outcome is None or made.answers[0].allows)
        if name == "company":
            assert review[0].startswith(
                "Review by 2 February 2027 (Handling personal information: the condition is"
            )
        due = re.fullmatch(r"Review by \d+ \w+ \d{4}, or as soon as something has changed\.", review[0])
        assert bool(due) is (name == "chest-pains")  # not decided, and a gap has a day
        turn = re.fullmatch(r"From \d+ \w+ \d{4}, if nothing else changes: .+\.", review[0])
        assert bool(turn) is (name == "half-known")
        assert dated or due or turn or review == ["No review date. Review this if anything changes."]


def test_the_timeline_begins_today_and_tells_what_comes_and_why() -> None:
    timeline = section(content_of(example("company")), "horizon")
    assert timeline[:2] == ["22 November 2026", "You can refer, with actions to complete"]
    assert timeline[2:5] == [
        "3 February 2027",
        "Do not refer yet",
        "because Handling personal information: the condition is overdue",
    ]
    assert "1 April 2027" in timeline
    assert "By 31 March 2027: Public liability, last day of cover: 31 March 2027" in timeline


def test_long_lists_say_how_much_is_left_out() -> None:
    questions = section(content_of(example("half-known")), "questions")
    assert len(questions) == 12
    left = re.fullmatch(r"And (\d+) more\.", questions[-1])
    assert left is not None
    assert questions[0] == f"At most {int(left[1]) + 10} questions are left."
    reasons = section(content_of(example("half-known")), "why")
    assert len(reasons) == 3
    assert re.search(r"And \d+ more, listed below\.$", reasons[-1])


def test_evidence_of_several_sources_says_what_each_is_of() -> None:
    told = {each.requirement: each for each in content_of(example("company")).told}
    several = [each for each in told.values() if len(each.evidence) > 1]
    assert several
    assert all(": " in evidence for each in several for evidence in each.evidence)
    single = [each for each in told.values() if len(each.evidence) == 1]
    assert all(each.evidence[0].startswith(("stated, ", "seen, ", "verified, ")) for each in single)
    unknown = [each.requirement for each in example("company").findings if each.verdict is Verdict.UNKNOWN]
    assert any(not told[name].evidence for name in unknown)


def test_a_record_says_what_was_decided_and_gives_no_advice() -> None:
    for name in ("company", "chest-pains", "compliant", "nobody"):
        assessment = example(name)
        recorded = content_of(Assessment.from_dict(assessment.to_dict()))
        live = content_of(assessment)
        for same in ("locks", "answers", "groups", "made", "gaps", "unchecked"):
            if same not in (
                "gaps",
                "unchecked",
            ):  # a record does not say which are beside the overall decision
                assert section(recorded, same) == section(live, same)
            assert bool(section(recorded, same)) == bool(section(live, same))
        told = section(recorded, "caveats")
        assert told == ["This was read from a record, and was not decided again.", *section(live, "caveats")]
        assert [(each.name, each.reason, each.fix) for each in recorded.told] == [
            (each.name, each.reason, each.fix) for each in live.told
        ]
        if name == "nobody":
            # A record does not hold whom its decisions need.
            assert recorded.headline == "No answer yet: nothing is known about this subject"
            assert live.headline == "No answer yet: nothing is known of the person"
        else:
            assert recorded.headline == live.headline
        names = {each.name for each in recorded.sections}
        assert not names & {"fixes", "questions", "horizon", "tree"}
        for form in REPORTS:
            assert report(Assessment.from_dict(assessment.to_dict()), form)


def test_without_advice_nothing_is_worked_out(monkeypatch: pytest.MonkeyPatch) -> None:
    calls: list[str] = []
    for name in ("why", "fixes", "next_questions", "horizon"):
        monkeypatch.setattr(f"qa_rules.api.analyse.{name}", lambda *_, name=name, **__: calls.append(name))
    for form in REPORTS:
        report(example("visits"), form, advice=False)
    report(example("visits"), "csv")
    assert calls == []


def test_a_card_never_looks_for_ways_to_a_better_answer(monkeypatch: pytest.MonkeyPatch) -> None:
    def called(*_: object, **__: object) -> None:
        raise AssertionError

    monkeypatch.setattr("qa_rules.api.analyse.fixes", called)
    for form in ("summary", "card"):
        assert report(example("visits"), form)
    with pytest.raises(AssertionError):
        report(example("visits"), "text")


def test_reasons_cost_nothing_when_nobody_asks() -> None:
    code = """
import datetime, sys
from qa_rules import assess, load_ruleset
made = assess(load_ruleset("ss2q@2017"), {}, on=datetime.date(2026, 11, 22))
assert made.outcome == "undetermined", made.outcome
late = ("qa_rules.explain.why", "qa_rules.reports", "qa_rules.api.analyse", "qa_rules.explain.findings",
        "qa_rules.explain.grounds", "qa_rules.explain.wording", "gettext", "jinja2")
assert not [name for name in sys.modules if name.startswith(late)], [n for n in sys.modules if n.startswith(late)]
made.findings
assert "qa_rules.explain.findings" in sys.modules
assert not [name for name in sys.modules if name.startswith(late[:3])]
"""
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr


def test_there_is_no_other_report() -> None:
    made = assess(load_ruleset("ss2q@2017"), {}, on=datetime.date(2026, 11, 22))
    with pytest.raises(NotFoundError, match=r"there is no report `pdf`; there are text, markdown, html"):
        report(made, "pdf")
