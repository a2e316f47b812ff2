"""An answer that is not settled says between which answers it lies: a rating is never read as better than it may be."""

from __future__ import annotations

import datetime
import html
from pathlib import Path

import pytest
from click.testing import CliRunner
from hypothesis import given
from hypothesis import strategies as st

from qa_rules import Assessment, assess, ruleset_from
from qa_rules.api.analyse import shortlist, why
from qa_rules.cli import group
from qa_rules.language.load import facts_from
from qa_rules.reports import REPORTS, report
from tests.strategies import LIGHT
from tests.told.providers import RULESETS, situations

ON = datetime.date(2026, 11, 30)
RATED = {
    "format": 1,
    "ruleset": "homes",
    "edition": "1",
    "title": "Homes",
    "source": {"title": "Made up"},
    "caveats": [],
    "facts": {
        name: {"type": "yes_no", "label": name, "question": f"Is it {name}?"} for name in ("safe", "kind")
    },
    "requirements": [
        {"id": "R-1", "title": "Safe", "says": "It is safe.", "source": {"clause": "1"}, "met_when": "safe"},
        {"id": "R-2", "title": "Kind", "says": "It is kind.", "source": {"clause": "2"}, "met_when": "kind"},
    ],
    "groups": [{"id": "All", "title": "All", "members": ["R-1", "R-2"]}],
    "decisions": [
        {
            "id": "rating",
            "title": "How good is it?",
            "undecided": "unrated",
            "outcomes": [
                {"id": "inadequate", "words": "Inadequate", "when": "R-1 is not met", "allows": "no"},
                {"id": "improve", "words": "Requires improvement", "when": "R-2 is not met", "allows": "no"},
                {"id": "good", "words": "Good", "when": "All", "allows": "yes"},
            ],
        }
    ],
}
SPAN = "between “Inadequate” and “Requires improvement”"


def home(**facts: str) -> Assessment:
    ruleset = ruleset_from(RATED)
    return assess(ruleset, facts_from(facts, ruleset), on=ON)


@pytest.mark.parametrize("form", sorted(REPORTS))
def test_a_rating_that_may_be_worse_is_told_as_a_span_in_every_form(form: str) -> None:
    made = home(kind="no")
    assert (made.outcome, made.possible) == ("improve", ("inadequate", "improve"))
    text = " ".join(html.unescape(report(made, form)).split())
    assert SPAN in text
    assert text.index(SPAN) < (text.find("What to do next") if "What to do next" in text else len(text))


def test_a_rating_that_is_settled_is_told_as_it_is() -> None:
    text = report(home(kind="no", safe="yes"), "summary")
    assert text.startswith("REQUIRES IMPROVEMENT")
    assert "between" not in text


def test_what_may_allow_and_forbid_is_told_from_end_to_end() -> None:
    assert "between “Inadequate” and “Good”" in report(home(), "summary")


def test_why_a_shortlist_and_the_command_line_say_the_span_too(tmp_path: Path) -> None:
    made = home(kind="no")
    assert SPAN in why(made).span
    work = made.work
    found = shortlist(work.facts, {"a": work.facts}, ruleset=work.closed.ruleset, on=ON)
    assert SPAN in found.fits[0].span
    ruleset, facts = tmp_path / "homes.yaml", tmp_path / "facts.yaml"
    ruleset.write_text(str(RATED), "utf-8")
    facts.write_text("format: 1\nfacts: {kind: no}\n", "utf-8")
    done = CliRunner().invoke(group, ["why", str(ruleset), str(facts), "--on", "2026-11-30"])
    assert done.output.splitlines()[0] == "How good is it? Requires improvement"
    assert SPAN in done.output.splitlines()[1]


@pytest.mark.parametrize("name", RULESETS)
def test_every_shipped_answer_names_the_span_exactly_where_it_is_not_settled(name: str) -> None:
    @LIGHT
    @given(st.data())
    def told(data: st.DataObject) -> None:
        each = data.draw(situations(name))
        made = assess(each.ruleset, each.facts, on=each.on, policy=each.policy)
        text = " ".join(report(made, "summary", advice=False).split())
        main = made.answers[0] if made.answers and made.answers[0].decision == made.overall else None
        is_span = main is not None and not main.settled and len(main.possible) > 1
        assert ("Not settled yet: between “" in text) is is_span

    told()
