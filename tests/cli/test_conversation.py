"""`qa-rules conversation`: everything that is to be asked stands on the sheet, the judgement last."""

from __future__ import annotations

import html

import pytest
from click.testing import CliRunner

from qa_rules import load_ruleset
from qa_rules.cli.conversation import command
from qa_rules.errors import NotFoundError

RULESET = load_ruleset("social-prescribing")


def printed(*arguments: str) -> str:
    found = CliRunner().invoke(command, ["social-prescribing", *arguments], catch_exceptions=False)
    assert found.exit_code == 0
    return " ".join(html.unescape(found.output).split())


@pytest.mark.parametrize("form", ["text", "html"])
def test_every_question_and_follow_up_is_on_the_sheet_in_order_and_the_judgement_comes_last(
    form: str,
) -> None:
    sheet = printed("--format", form)
    asked = [
        ask for each in RULESET.conversation for ask in (each.ask, *(more.ask for more in each.follow_ups))
    ]
    judged = RULESET.vocabulary.facts["conversation_safe_to_refer"].question
    places = [sheet.index(each) for each in (*asked, judged, "Signature")]
    assert len(asked) == 15
    assert places == sorted(places)


def test_whom_nobody_may_be_referred_to_is_said_under_the_questions_that_stop() -> None:
    stops = sum(each.stop for each in RULESET.conversation)
    assert stops == 2 == printed().count("No good answer? Do not refer anyone here until this is put right.")


def test_a_ruleset_without_a_conversation_says_what_there_is_instead() -> None:
    with pytest.raises(NotFoundError, match="ss2q@2017 has no structured conversation; `qa-rules facts"):
        CliRunner().invoke(command, ["ss2q"], catch_exceptions=False)


def test_the_text_fits_on_one_side_of_a4() -> None:
    lines = CliRunner().invoke(command, ["social-prescribing"], catch_exceptions=False).output.splitlines()
    assert len(lines) <= 66
    assert max(map(len, lines)) <= 76
