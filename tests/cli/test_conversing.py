"""The interview holds the structured conversation: its order, its words, notes as reasons, the judgement last."""

from __future__ import annotations

import datetime
import re
from pathlib import Path
from typing import Any, Final, cast

import attrs
import pytest
import yaml
from click.testing import CliRunner, Result

from qa_rules import Evidence, Strength, load_facts, load_ruleset
from qa_rules.cli import group
from qa_rules.explain.conversing import Part, spots_of
from qa_rules.interview.dialogue import Awaits, Dialogue
from qa_rules.interview.leading import several, together
from qa_rules.interview.prompts import Manner, Prompt, Told, conversation
from qa_rules.interview.replies import value_of, with_reason
from qa_rules.interview.session import Kind, Session, begin, resume
from qa_rules.language.values import ValueFault
from qa_rules.model.facts import FactDeclaration, Records
from tests.cli.test_interview import SEEN

ON: Final = datetime.date(2026, 11, 30)
RULESET: Final = load_ruleset("social-prescribing")
EVERYBODY: Final = tuple(sorted({each.about for each in RULESET.vocabulary.facts.values()}))
SESSIONS: Final[list[dict[str, Any]]] = yaml.safe_load(
    (Path(__file__).parent / "conversations.yaml").read_text("utf-8")
)


@attrs.define
class Linkworker:
    """Types for each fact the line, or the lines, that stand beside it; of anything else nothing is known."""

    answers: dict[str, Any]
    session: Session
    dialogue: Dialogue = attrs.field(init=False)
    said: list[str] = attrs.field(factory=list)
    typed: list[str] = attrs.field(factory=list)
    waiting: list[str] = attrs.field(factory=list)

    def talk(self) -> Session:
        """Hold the whole conversation and return how it ended."""
        self.dialogue = Dialogue(self.session, self.line, self.said.append, lambda session: None)
        self.dialogue.run()
        return self.dialogue.session

    def line(self) -> str:
        """Return the next line."""
        if self.dialogue.awaits is not Awaits.ANSWER:
            return {Awaits.NOTE: "they told me so", Awaits.CONFIRMATION: "yes"}[self.dialogue.awaits]
        if not self.waiting:
            question = self.dialogue.next()
            if question is None:
                return ""
            group = together(self.dialogue.session, question)
            lines = [self.answers.get(each.fact, "dunno") for each in group]
            self.waiting = lines[0] if isinstance(lines[0], list) else [", ".join(map(str, lines))]
            self.typed.append(question.fact)
        line, *self.waiting = self.waiting
        return str(line)


def begun(**more: Any) -> Session:
    evidence = Evidence(by="N. Osei", role="link worker", on=ON, strength=Strength.STATED)
    named = {"policy": "illustrative-three-tiers", "about": EVERYBODY, "evidence": evidence, **more}
    return begin(RULESET, ON, told_by="link_worker", **named)


@pytest.mark.parametrize("which", SESSIONS, ids=lambda each: each["title"])
def test_a_group_comes_to_its_answer_in_the_order_of_the_conversation_in_at_most_twenty_questions(
    which: dict[str, Any],
) -> None:
    somebody = Linkworker(SESSIONS[0]["answers"] | which["answers"], begun())
    end = somebody.talk()
    assert end.assessment.outcome == which["comes_to"]
    spots = [end.spot(each.fact) for each in end.replies]
    parts = [each.part for each in spots]
    assert parts == sorted(parts)
    asked = [each.prompt for each in spots if each.part is Part.JUDGED]
    assert asked == sorted(asked)
    assert len(somebody.typed) <= 20
    assert set(which.get("asked", ())) <= {each.fact for each in end.replies}
    said = " ".join(" ".join(somebody.said).split())
    for each in which.get("said", ()):
        assert each in said


def test_notes_are_the_reasons_of_the_answers_and_a_judgement_has_one_of_its_own() -> None:
    end = Linkworker(SESSIONS[0]["answers"], begun()).talk()
    values = end.facts.values
    assert end.notes["Q3"] == "they told me so"
    assert values["escalation_procedure"].evidence.reason == "they told me so"
    assert not values["person_acute_risk"].evidence.reason
    assert values["conversation_safe_to_refer"].evidence.reason == "I went on two walks"
    assert values["match_within_competence"].evidence.reason == "they know her needs"


def interview(file: Path, lines: list[str], *more: str) -> Result:
    text = "".join(f"{line}\n" for line in lines)
    return CliRunner().invoke(
        group, ["interview", *more, "--to", str(file)], input=text, standalone_mode=False
    )


NEW = ("social-prescribing", "--on", "2026-11-30", "--policy", "illustrative-three-tiers")


def test_nobody_is_asked_for_a_name_and_evidence_is_chosen_never_left_to_enter(tmp_path: Path) -> None:
    file = tmp_path / "group.yaml"
    lines = ["Mrs Jones", "Wensdale cafe", "Sioned, social prescriber", "", "1", "", "I have seen it", "stop"]
    done = interview(file, lines, *NEW)
    output = " ".join(done.output.split())
    assert "That looks like the name of a person." in output
    assert "Jones" not in file.read_text()
    assert output.count("Type one of the numbers 1 to 3.") == 2
    found = resume(file)
    assert (found.facts.subject, found.evidence.strength) == ("Wensdale cafe", Strength.SEEN)
    # Whose word it is stands in no file: the command that goes on says it.
    assert found.told_by is None
    assert "--role 'link worker'" in done.output


def test_to_stop_is_no_name_of_a_group(tmp_path: Path) -> None:
    done = interview(tmp_path / "group.yaml", ["stop"], *NEW)
    assert "Stopped before the first question." in done.output
    assert not resume(tmp_path / "group.yaml").facts.subject


def test_nothing_is_stored_that_narrows_the_next_run(tmp_path: Path) -> None:
    file = tmp_path / "group.yaml"
    who = ("--by", "N. Osei", "--role", "link worker", "--strength", "stated")
    interview(file, ["Strollers", "stop"], *NEW, *who, "--about", "person")
    assert "about" not in yaml.safe_load(file.read_text())["interview"]
    done = interview(file, ["dunno", "stop"], "--strength", "stated")
    assert "How is this provider being checked?" in done.output
    # What was not known is not gone for good either.
    again = interview(file, ["again", "conversation", "stop"])
    assert "To be asked about these once more, type: again" in again.output
    assert resume(file).replies[0].kind is Kind.ANSWERED


def test_what_would_end_everything_is_read_back_and_can_be_put_right(tmp_path: Path) -> None:
    session = Linkworker(SESSIONS[0]["answers"], begun()).talk()
    changed = len(session.replies)
    file = tmp_path / "group.yaml"
    session.without(changed).without(changed - 1).save(file)
    number = [each.fact for each in session.replies].index("escalation_procedure") + 1
    lines = [f"change {number}", "no way agreed", "no", "written", "stop"]
    done = interview(file, lines, "--role", "link worker")
    output = " ".join(done.output.split())
    assert "You said: Way to act when something goes wrong: No way agreed." in output
    assert "With this answer the result is: Not suitable for this person or Do not refer yet." in output
    assert "You could ask first: Can we agree a plan now" in output
    assert resume(file).facts.values["escalation_procedure"].value == "written"


def test_after_the_answer_the_card_and_the_page_are_written_beside_the_file(tmp_path: Path) -> None:
    file = tmp_path / "group.yaml"
    Linkworker(SESSIONS[0]["answers"], begun()).talk().save(file)
    done = interview(file, ["card", "page", ""], "--role", "link worker")
    assert done.return_value == 0
    for name in ("group-card.html", "group-page.html"):
        assert f"Written: {tmp_path / name}" in " ".join(done.output.split())
        assert "You can refer" in (tmp_path / name).read_text("utf-8")
    assert load_facts(file, RULESET).subject == ""


def test_stopped_in_the_middle_of_notes_it_goes_on_there(tmp_path: Path) -> None:
    file = tmp_path / "group.yaml"
    opening = ["conversation", "yes yes yes", "unconstituted", "27 Nov"]
    who = ("--by", "N. Osei", "--role", "link worker", "--strength", "stated")
    interview(file, ["Strollers", *opening], *NEW, *who)
    assert not resume(file).notes
    interview(file, ["a walk by the river", "none of these"], "--role", "link worker")
    found = resume(file)
    assert found.notes == {"Q1": "a walk by the river"}
    assert found.facts.values["activity_hazards"].evidence.reason == "a walk by the river"


def test_how_much_there_is_to_ask_is_told_part_by_part_and_adds_up_to_the_count_of_questions(
    tmp_path: Path,
) -> None:
    who = ("--by", "N. Osei", "--role", "link worker", "--strength", "stated")
    lines = ["Strollers", "conversation", "yes yes yes", "unconstituted", "27 Nov", "a walk", "stop"]
    output = interview(tmp_path / "group.yaml", lines, *NEW, *who).output
    listed = [
        int(each.rsplit(" ", 1)[1]) for each in output.splitlines() if re.match("  .*: up to \\d+$", each)
    ]
    assert len(listed) == len(Part)
    counted = re.search(r"Question 5 \(up to (\d+)\)", output)
    assert counted
    assert sum(listed) + 4 == int(counted[1])


def test_every_fact_has_its_place_and_what_the_person_decides_comes_after_the_person() -> None:
    spots = spots_of(RULESET)
    assert spots.keys() == RULESET.vocabulary.facts.keys()
    assert spots["routes_in_use"] < spots["receives_formal_referrals"] < spots["activity_hazards"]
    assert spots["person_acute_risk"].part is Part.REFERRED
    assert spots["referral_relevant_info_passed"].part is Part.REFERRED
    assert spots["medical_need_skills"].part is Part.NEEDED
    judged = [name for name, each in spots.items() if each.part is Part.JUDGEMENT]
    assert judged == ["match_within_competence", "conversation_safe_to_refer"]


@pytest.mark.parametrize(
    ("line", "number", "answers"),
    [
        ("yes no ?", 3, ("yes", "no", "don't know")),
        ("y, n, dunno", 3, ("y", "n", "dunno")),
        ("all yes", 2, ("yes", "yes")),
        ("no to all", 2, ("no", "no")),
        ("yes", 2, ()),
        ("yes no", 3, ()),
        ("yes, they do", 2, ()),
        ("yes no", 1, ()),
    ],
)
def test_several_questions_are_answered_in_one_line(line: str, number: int, answers: tuple[str, ...]) -> None:
    assert several(line, number) == answers


def test_one_yes_to_several_questions_answers_the_first_which_is_named_and_the_next_stood_beside_it(
    tmp_path: Path,
) -> None:
    done = interview(
        tmp_path / "a.yaml", ["", "N. Osei, link worker", "2", "conversation", "yes", "stop"], *NEW
    )
    shown = done.output.partition("Or all in one line")[2].partition("Noted: ")[2]
    assert shown.startswith("Referrals from a social prescribing scheme: yes.")
    assert shown.splitlines()[2] == "Is the group led by volunteers or by its own members?"


FORMS: Final = RULESET.vocabulary.facts["provider_type"]
PLAN: Final = RULESET.vocabulary.facts["escalation_procedure"]
HELD: Final = RULESET.vocabulary.facts["conversation_date"]
STAFF: Final = RULESET.vocabulary.facts["paid_staff"]
ASKED: Final = RULESET.vocabulary.facts["volunteer_led"]


@pytest.mark.parametrize(
    ("line", "fact", "value"),
    [
        ("unincorporated association", FORMS, "unincorporated"),
        ("charity", FORMS, "charity"),
        ("community interest", FORMS, "cic"),
        ("public body", FORMS, "public_body"),
        ("group without a constitution", FORMS, "unconstituted"),
        ("no", PLAN, "none"),
        ("nothing", PLAN, "none"),
        ("written procedure", PLAN, "written"),
        ("today", HELD, ON),
        ("yesterday", HELD, datetime.date(2026, 11, 29)),
        ("27 Nov", HELD, datetime.date(2026, 11, 27)),
        ("27th of November", HELD, datetime.date(2026, 11, 27)),
        ("3 Jan.", HELD, datetime.date(2027, 1, 3)),
        ("27/11", HELD, datetime.date(2026, 11, 27)),
        ("27/11/26", HELD, datetime.date(2026, 11, 27)),
        ("about 3", STAFF, 3),
        ("two", STAFF, 2),
        ("nobody", STAFF, 0),
        ("yeah", ASKED, True),
        ("nope", ASKED, False),
    ],
)
def test_what_can_mean_one_thing_only_is_taken(line: str, fact: FactDeclaration, value: object) -> None:
    assert value_of(line, fact, ON) == (value, False)


@pytest.mark.parametrize(
    ("line", "fact", "message"),
    [
        # What stands in an option behind *without* or *not* means the contrary of it.
        ("constitution", FORMS, "is not in this list"),
        ("written down", PLAN, "is not in this list"),
        ("charit", FORMS, "could be A charity or A charitable incorporated organisation"),
        ("30 June", HELD, "has no year"),
        ("29/2", HELD, "has no year"),
        ("yes and no", ASKED, "is neither yes nor no; answer yes or no; or, if it is not known: don't know"),
    ],
)
def test_what_can_mean_several_things_is_not(line: str, fact: FactDeclaration, message: str) -> None:
    with pytest.raises(ValueFault, match=message):
        value_of(line, fact, ON)


TAKEN_BACK: Final = (
    "yes, but not on Sundays",
    "yes, no",
    "yes, not always",
    "yes - only some of them",
    "yes, partly",
    "yes: as far as I know",
    "yes, once they are insured",
    "no, I think",
)


@pytest.mark.parametrize("line", TAKEN_BACK)
def test_a_yes_that_is_taken_back_is_none(line: str) -> None:
    talk = conversation(
        begun().question_about("volunteer_led"), Manner(Evidence(), ON), lambda name, record: True
    )
    next(talk)
    refused = talk.send(line)
    assert isinstance(refused, Prompt)
    assert "is neither yes nor no" in refused.fault


@pytest.mark.parametrize(
    ("line", "answer", "reason"),
    [
        ("yes, because they ring me", "yes", "they ring me"),
        ("No; because they are full", "No", "they are full"),
        ("yes because she asked", "yes", "she asked"),
        *((line, line, "") for line in TAKEN_BACK),
        ("the parish hall, upstairs", "the parish hall, upstairs", ""),
    ],
)
def test_a_reason_may_stand_behind_an_answer_but_nothing_that_takes_it_back(
    line: str, answer: str, reason: str
) -> None:
    assert with_reason(line) == (answer, reason)


def test_none_and_not_to_hand_are_two_answers_and_a_mere_no_is_neither() -> None:
    question = begun().question_about("insurance_policies")

    def told(*lines: str) -> Told | Prompt:
        talk = conversation(question, Manner(SEEN, ON), lambda name, record: True)
        next(talk)
        found: Told | Prompt = Prompt(())
        for line in lines:
            try:
                found = talk.send(line)
            except StopIteration as end:
                return cast(Told, end.value)
        return found

    none = told("none")
    assert isinstance(none, Told)
    assert isinstance(none.value, Records)
    assert (none.kind, none.value.records, none.value.partial) == (Kind.ANSWERED, (), False)
    for lines in (("not to hand", "the treasurer"), ("3", "")):
        later = told(*lines)
        assert isinstance(later, Told)
        assert (later.kind, later.value) == (Kind.TO_FOLLOW, None)
    again = told("no")
    assert isinstance(again, Prompt)
    assert again.fault == "`no` can mean two things; type: none, if there is none; or: not to hand"
