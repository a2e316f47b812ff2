"""An interview asks one question at a time, loses nothing, and ends with what all the facts would have said."""

from __future__ import annotations

import datetime
import json
from decimal import Decimal
from pathlib import Path
from typing import Any

import attrs
import pytest
from click.testing import CliRunner, Result

from qa_rules import Evidence, Facts, Strength, assess, load_facts, load_policy, load_ruleset, merge
from qa_rules.cli import group
from qa_rules.errors import FactsError, NotFoundError, OutputError
from qa_rules.interview.purpose import GoalWord
from qa_rules.interview.replies import evidence_from, number_of, value_of
from qa_rules.interview.session import Kind, Session, begin, resume
from qa_rules.language.values import ValueFault
from qa_rules.model.facts import FactDeclaration, FactType, FactValue, Records
from qa_rules.model.values import NONE
from qa_rules.model.writing import facts_to_data
from tests.cli.interviewee import Interviewee

ROOT = Path(__file__).parents[2]
ON = datetime.date(2026, 11, 22)
WALK = ROOT / "examples" / "social-prescribing" / "walking-group"
SS2Q = ROOT / "examples" / "ss2q"
SEEN = Evidence(by="N. Osei", role="link worker", on=ON, strength=Strength.SEEN)


def files(which: str) -> list[Path]:
    return (
        [SS2Q / "compliant.yaml"]
        if which == "ss2q"
        else [WALK / "group.yaml", WALK / "walk.yaml", WALK / "persons" / "company.yaml"]
    )


def begun(which: str, goal: GoalWord = "tier") -> tuple[Session, Facts]:
    rules = load_ruleset(which)
    facts = merge(*(load_facts(path, rules) for path in files(which)))
    policy = None if which == "ss2q" else "illustrative-three-tiers"
    subjects = tuple({each.about for each in rules.vocabulary.facts.values()})
    return begin(which, ON, policy=policy, goal=goal, about=subjects, evidence=SEEN), facts


@pytest.mark.parametrize("which", ["ss2q", "social-prescribing"])
def test_an_interview_ends_with_what_the_whole_file_says_and_is_read_again(
    which: str, tmp_path: Path
) -> None:
    session, facts = begun(which)
    somebody = Interviewee(facts)
    end = somebody.interview(session)
    whole = assess(session.ruleset, facts, on=ON, policy=session.policy)
    assert end.assessment.outcome == whole.outcome
    assert len(set(somebody.asked)) == len(somebody.asked) == len(end.replies)
    assert [each.fact for each in end.replies] == somebody.asked
    assert len(end.replies) < 0.95 * len(session.ruleset.vocabulary.scalars)
    file = tmp_path / "found.yaml"
    end.save(file)
    assert load_facts(file, session.ruleset) == end.facts
    again = resume(file)
    for field in ("on", "goal", "notes", "evidence", "facts", "replies", "draft", "names", "facts_given"):
        assert getattr(again, field) == getattr(end, field)
    assert again.assessment.outcome == whole.outcome
    end.save(tmp_path / "found.json")
    assert resume(tmp_path / "found.json").facts == end.facts


def test_what_is_known_already_is_not_asked() -> None:
    session, facts = begun("ss2q")
    some = Facts(dict(list(facts.values.items())[::2]), {}, "Half")
    somebody = Interviewee(facts)
    end = somebody.interview(attrs.evolve(session, facts=some))
    assert not set(somebody.asked) & some.values.keys()
    assert end.assessment.outcome == "meets_all"


HELD_BACK = (
    "programme_types_delivered",
    "enquiry_limit_days",
    "coordinator_appointed",
    "framework_compliant",
    "venues",
)


@pytest.fixture
def some(tmp_path: Path) -> str:
    """All facts of the example but five, as a file."""
    facts = load_facts(SS2Q / "compliant.yaml", load_ruleset("ss2q"))
    values = {name: each for name, each in facts.values.items() if name not in HELD_BACK}
    lists = {name: each for name, each in facts.collections.items() if name not in HELD_BACK}
    file = tmp_path / "some.yaml"
    file.write_text(json.dumps(facts_to_data(Facts(values, lists, "Harbour Lights"))))
    return str(file)


LINES = [
    "CDSMP, CPSMP, perhaps more",
    "don't know",
    "back",
    "yes",
    "to follow",
    "the letter, from Sam",
    "yes",
    "7",
    "yes",
    "Town Hall",
    "1/2/2026",
    "back",
    "2/2/2026",
    "change 2",
    "2/2/2026",
    "yes",
]


def flat(text: str) -> str:
    """The text as one line: where it is folded does not matter."""
    return " ".join(text.split())


def run(file: Path, lines: list[str], *more: str) -> Result:
    text = "".join(f"{line}\n" for line in lines)
    return CliRunner().invoke(
        group, ["interview", *more, "--to", str(file)], input=text, standalone_mode=False
    )


WHO = ("--by", "J. Example", "--role", "co-ordinator", "--strength", "seen")
NEW = ("ss2q", "--on", "2026-11-22", "--goal", "everything")


def test_stopped_after_any_line_it_goes_on_where_it_was(tmp_path: Path, some: str) -> None:
    whole = tmp_path / "whole.yaml"
    done = run(whole, LINES, *NEW, some, *WHO)
    assert done.exception is None
    assert done.return_value == 4
    expected = whole.read_text()
    session = resume(whole)
    assert len(session.replies) == 4
    assert session.draft is not None
    assert session.draft.lines == ("yes", "Town Hall", "2/2/2026", "2/2/2026", "yes")
    # In the middle of a step back, of what is to follow, of a record, and of a judgement in it.
    for at in (2, 5, 9, 11, 13):
        parted = tmp_path / f"parted{at}.yaml"
        run(parted, LINES[:at], *NEW, some, *WHO)
        done = run(parted, LINES[at:])
        assert done.exception is None
        assert parted.read_text() == expected, LINES[at]


def test_the_file_holds_who_said_what_and_what_is_to_follow(tmp_path: Path, some: str) -> None:
    file = tmp_path / "found.yaml"
    lines = [
        *LINES[:7],
        "evidence",
        "verified by A. Judge as assessor on 1 May 2026 until 1/5/2027 ref minutes 3",
    ]
    done = run(file, lines, *NEW, some, *WHO)
    session = resume(file)
    facts = session.facts
    assert facts.subject == "Harbour Lights"
    usual = Evidence(by="J. Example", role="co-ordinator", on=ON, strength=Strength.SEEN)
    assert session.evidence == usual
    first, second, third = session.replies
    assert (first.kind, second.kind, third.kind) == (Kind.ANSWERED, Kind.ANSWERED, Kind.TO_FOLLOW)
    assert third.note == "the letter, from Sam"
    assert facts.values[first.fact] == FactValue(frozenset({"CDSMP", "CPSMP"}), usual, partial=True)
    assert facts.values[second.fact] == FactValue(True, usual)
    given = facts.values[third.fact]
    assert given.value is True
    assert given.evidence == Evidence(
        by="A. Judge",
        role="assessor",
        on=datetime.date(2026, 5, 1),
        valid_until=datetime.date(2027, 5, 1),
        reference="minutes 3",
        strength=Strength.VERIFIED,
    )
    for text in ("To follow:", "the letter, from Sam", f"qa-rules interview --to {file}"):
        assert text in flat(done.output)
    assert "\x1b" not in done.output


def test_what_is_to_follow_counts_as_stated_only(tmp_path: Path, some: str) -> None:
    file = tmp_path / "found.yaml"
    run(file, LINES[:7], *NEW, some, *WHO)
    session = resume(file)
    known = session.known(session.replies[-1].fact)
    assert known is not None
    assert known.evidence.strength is Strength.STATED


def test_an_answer_is_changed_in_its_place_and_what_was_known_comes_back(tmp_path: Path, some: str) -> None:
    file = tmp_path / "found.yaml"
    run(file, [*LINES[:4], "change 1", "CDSMP", "answers", "back"], *NEW, some, *WHO)
    session = resume(file)
    assert [each.fact for each in session.replies] == ["programme_types_delivered"]
    assert session.facts.values["programme_types_delivered"].value == frozenset({"CDSMP"})
    assert "coordinator_appointed" not in session.facts.values
    assert session.draft is not None
    expired = attrs.evolve(SEEN, valid_until=datetime.date(2026, 1, 1))
    facts = Facts({"enquiry_limit_days": FactValue(9, expired)})
    asked = attrs.evolve(session, facts=facts, replies=(), draft=None)
    told = asked.with_reply("enquiry_limit_days", Kind.ANSWERED, FactValue(5, SEEN))
    assert told.facts.values["enquiry_limit_days"].value == 5
    told.save(file)
    assert resume(file).without(1).facts == facts


def test_at_the_end_an_answer_can_still_be_changed(tmp_path: Path, some: str) -> None:
    file = tmp_path / "found.yaml"
    lines = ["CDSMP, CPSMP", "yes", "yes", "7", "none", "hm", "why", "change 4", "5", ""]
    done = run(file, lines, *NEW, some, *WHO)
    assert done.return_value == 0
    assert resume(file).facts.values["enquiry_limit_days"].value == 5
    assert "Nothing more is asked; press Enter to finish." in done.output
    assert done.output.count("You have answered everything") == 2
    again = run(file, ["back", "don't know", ""])
    assert "Going on: 5 answered so far." in again.output


def test_a_list_of_records_is_asked_field_by_field_and_only_what_a_record_still_needs(tmp_path: Path) -> None:
    session, facts = begun("ss2q")
    somebody = Interviewee(facts)
    end = somebody.interview(session)
    said = "\n".join(somebody.said)
    # The two dates of the first venue differ, those of the second are the same. Each is asked about by its name.
    first, second = (str(each["name"].value) for each in facts.collections["venues"].records)
    asked = "If the check and the first session"
    assert f"{first}. {asked}" not in said
    assert f"{second}. {asked}" in said
    assert "Venue 2. What is the venue called?" in said
    found, known = end.facts.collections["venues"], facts.collections["venues"]
    assert [each["assessed_on"].value for each in found.records] == [
        each["assessed_on"].value for each in known.records
    ]
    assert found.evidence == SEEN
    assert not found.partial


def test_nobody_is_asked_twice_and_what_nobody_knows_is_named_at_the_end(tmp_path: Path) -> None:
    file = tmp_path / "found.yaml"
    done = run(file, ["Name", "Who", "3", "1", *["don't know"] * 200], *NEW)
    assert done.return_value == 0
    session = resume(file)
    asked = [each.fact for each in session.replies]
    assert len(asked) == len(set(asked)) > 5
    assert not session.facts.values
    assert "CANNOT BE DECIDED YET" in done.output
    assert "This could still change if somebody found out about:" in done.output


def test_a_judgement_counts_only_with_a_name(tmp_path: Path) -> None:
    rules = load_ruleset("ss2q")
    judged = rules.vocabulary.facts["framework_compliant"]
    facts = load_facts(SS2Q / "compliant.yaml", rules)
    values = {name: each for name, each in facts.values.items() if name != judged.name}
    session = begin("ss2q", ON, facts=attrs.evolve(facts, values=values))
    lines = ["yes", "", "R. Reader, assessor"]
    somebody = Interviewee(facts, waiting=lines)
    end = somebody.interview(session)
    evidence = end.facts.values[judged.name].evidence
    assert (evidence.by, evidence.role, evidence.on) == ("R. Reader", "assessor", ON)
    said = flat("\n".join(somebody.said))
    assert "A judgement counts only with a name; type a name; or go back, and type: don't know." in said
    assert end.assessment.outcome == "meets_all"


def test_commands_are_told_and_refuse_what_there_is_not(tmp_path: Path) -> None:
    lines = [
        "",
        "",
        "1",
        "help",
        "back",
        "evidence",
        "change 9",
        "why",
        "answers",
        "yes",
        "change",
        "",
        "answers",
    ]
    done = run(tmp_path / "found.yaml", [*lines, "change 9", "change", "x", "stop"], *NEW)
    assert done.return_value == 4
    for text in (
        "stop here; everything is kept",
        "This is the first question.",
        "There is no answer yet.",
        "Best answered by:",
        ": yes",
        "There is no answer 9; there are 1 to 1.",
        "There is no answer x; there are 1 to 1.",
        "Stopped after question 1. Up to",
    ):
        assert text in flat(done.output)
    assert done.output.count("Question 1 (up to ") == 1


def test_a_wrong_line_is_refused_in_one_line_that_says_what_is_expected(tmp_path: Path) -> None:
    done = run(
        tmp_path / "found.yaml",
        ["", "", "4", "", "told", "", "n/a", "yes, but not always", "yes", "7", "stop"],
        *NEW,
    )
    for text in (
        "Type one of the numbers 1 to 3.",
        "There is no number 7 in this list; answer with one number or word; or, if it is not known: don't know.",
        "`yes, but not always` is neither yes nor no; answer yes or no; or, if it is not known: don't know.",
        "Nothing was typed; type an answer, or: don't know, to follow, back, stop, help.",
        "This always has an answer; if it is not known, type: don't know.",
    ):
        assert text in flat(done.output)


def test_a_file_is_never_overwritten_that_holds_something_else(tmp_path: Path) -> None:
    file = tmp_path / "facts.yaml"
    file.write_text("format: 1\nfacts: {}\n")
    done = run(file, [], *NEW)
    assert isinstance(done.exception, NotFoundError)
    assert "holds no interview" in str(done.exception)
    assert file.read_text() == "format: 1\nfacts: {}\n"
    file.write_text("format: 1\nfacts: {}\ninterview: {goal: tier}\n")
    assert isinstance(run(file, [], *NEW).exception, FactsError)


def test_going_on_under_other_rules_is_refused_unless_that_is_wanted(tmp_path: Path) -> None:
    file = tmp_path / "found.yaml"
    run(file, ["", "", "1", "1"], *NEW)
    text = file.read_text()
    file.write_text(text.replace("sha256:", "sha256:0", 1))
    refused = run(file, [])
    assert "the ruleset ss2q@2017 has changed since this interview began" in str(refused.exception)
    assert run(file, [], "--changed-rules").return_value == 4
    file.write_text(text)
    other = run(file, [], "social-prescribing")
    assert "is an interview with the ruleset ss2q, not social-prescribing" in str(other.exception)
    more = run(file, [], "ss2q", str(SS2Q / "compliant.yaml"))
    assert "says something else than when" in str(more.exception)
    assert run(file, [], "ss2q@2017").return_value == 4


def test_a_new_interview_needs_rules_a_date_and_a_place(tmp_path: Path) -> None:
    assert "needs a RULESET and --on DATE" in str(run(tmp_path / "new.yaml", []).exception)
    assert "cannot write" in str(run(tmp_path / "no" / "new.yaml", [], *NEW).exception)
    assert "no fact is about 'nobody'" in str(
        run(tmp_path / "a.yaml", [], *NEW, "--about", "nobody").exception
    )


def test_options_set_what_every_answer_shares_and_evidence_can_be_asked_for_each(tmp_path: Path) -> None:
    file = tmp_path / "found.yaml"
    options = ["--subject", "X", "--by", "B", "--role", "R", "--source", "visit", "--strength", "seen"]
    options += ["--dated", "2026-11-01", "--valid-until", "2027-11-01", "--evidence", "each"]
    run(file, ["yes", "verified", "stanford", "maybe", ""], *NEW, *options)
    session = resume(file)
    first, second = (each.evidence for each in session.facts.values.values())
    usual = Evidence("visit", Strength.SEEN, "B", "R", datetime.date(2026, 11, 1), datetime.date(2027, 11, 1))
    assert first == attrs.evolve(usual, strength=Strength.VERIFIED)
    assert second == usual


def declared(kind: FactType, **more: Any) -> FactDeclaration:
    return FactDeclaration("f", kind, "label", "?", **more)


OPTIONS = {"low": "Simple", "medium": "In between", "high": "Complex", "no_limit": "No limit"}


@pytest.mark.parametrize(
    ("line", "kind", "more", "value"),
    [
        ("Yes.", FactType.YES_NO, {}, True),
        ("n", FactType.JUDGEMENT, {}, False),
        ("1,250 courses", FactType.INTEGER, {"unit": "courses"}, 1250),
        ("£85.50", FactType.DECIMAL, {"unit": "GBP"}, Decimal("85.50")),
        ("2026-03-31", FactType.DATE, {}, datetime.date(2026, 3, 31)),
        ("31/3/2026", FactType.DATE, {}, datetime.date(2026, 3, 31)),
        ("1st Feb 2026", FactType.DATE, {}, datetime.date(2026, 2, 1)),
        ("n/a", FactType.DATE, {"may_be_none": True}, NONE),
        ("2", FactType.CHOICE, {"options": OPTIONS}, "medium"),
        ("in BETWEEN", FactType.CHOICE, {"options": OPTIONS}, "medium"),
        ("comp", FactType.CHOICE, {"options": OPTIONS}, "high"),
        ("none", FactType.CHOICE, {"options": {"none": "No way", "some": "A way"}}, "none"),
        ("1, complex", FactType.CHOICES, {"options": OPTIONS}, frozenset({"low", "high"})),
        ("none of these", FactType.CHOICES, {"options": OPTIONS}, frozenset()),
        ("a; b c", FactType.CODES, {}, frozenset({"a", "b c"})),
        ('"back"', FactType.TEXT, {}, "back"),
        ("2017", FactType.CODE, {}, "2017"),
    ],
)
def test_a_line_is_read_as_people_write(
    line: str, kind: FactType, more: dict[str, Any], value: object
) -> None:
    assert value_of(line, declared(kind, **more)) == (value, False)


@pytest.mark.parametrize(
    ("line", "kind", "more", "message"),
    [
        ("perhaps", FactType.YES_NO, {}, "answer yes or no"),
        ("1.5", FactType.INTEGER, {"unit": "days"}, "answer with a whole number of days"),
        ("-1", FactType.INTEGER, {"least": Decimal(0)}, "below the least"),
        ("31/2/2026", FactType.DATE, {}, "there is no day 31/2/2026"),
        ("next week", FactType.DATE, {}, "answer with a date, such as 31 March 2026"),
        ("3/4/026", FactType.DATE, {}, "is not a date"),
        ("no", FactType.CHOICE, {"options": OPTIONS}, "`no` is not in this list"),
        ("9", FactType.CHOICE, {"options": OPTIONS}, "there is no number 9"),
        ("9" * 5_000, FactType.CHOICE, {"options": OPTIONS}, "there is no number 99999"),
        ("not applicable", FactType.DATE, {}, "this always has an answer"),
        ("blue, 1", FactType.CHOICES, {"options": OPTIONS}, "`blue` is not in this list"),
        (
            "one a",
            FactType.CHOICE,
            {"options": {"a": "One apple", "b": "One angle"}},
            "could be One apple or One",
        ),
    ],
)
def test_a_line_that_says_no_value_is_refused(
    line: str, kind: FactType, more: dict[str, Any], message: str
) -> None:
    with pytest.raises(ValueFault, match=message.replace("?", r"\?")):
        value_of(line, declared(kind, **more))


@pytest.mark.parametrize("line", ["strong by X", "seen on someday", "seen by ", "seen until 3/4"])
def test_evidence_that_cannot_be_read_is_refused(line: str) -> None:
    with pytest.raises(ValueFault):
        evidence_from(line, SEEN)


def test_partial_lists_and_records_stay_partial() -> None:
    assert value_of("a, b, perhaps more", declared(FactType.CODES)) == (frozenset({"a", "b"}), True)
    session, facts = begun("ss2q")
    venues = attrs.evolve(facts.collections["venues"], partial=True)
    told = Facts(facts.values, {**facts.collections, "venues": venues})
    end = Interviewee(told).interview(session)
    found = end.facts.collections["venues"]
    assert isinstance(found, Records)
    assert found.partial
    assert end.assessment.outcome == "undetermined"


def test_the_interview_goes_on_under_a_shipped_policy(tmp_path: Path) -> None:
    rules = load_ruleset("social-prescribing")
    policy = load_policy("illustrative-three-tiers", rules)
    file = tmp_path / "walk.yaml"
    person = str(WALK / "persons" / "company.yaml")
    more = ("social-prescribing", person, "--on", "2026-11-22", "--policy", policy.name)
    run(file, ["", "", "yes", "no"], *more, "--by", "X")
    session = resume(file)
    assert session.policy is not None
    assert session.policy.name == policy.name
    assert session.assessment.overall == "referral"
    assert run(file, ["stop"], *more).return_value == 4


def test_two_interviews_on_one_file_lose_no_answer(tmp_path: Path) -> None:
    file = tmp_path / "found.yaml"
    begin("ss2q", ON).save(file)
    mine, yours = resume(file), resume(file)
    mine = mine.with_reply("enquiry_limit_days", Kind.ANSWERED, FactValue(5, SEEN))
    mine.save(file)
    yours = yours.with_reply("coordinator_appointed", Kind.ANSWERED, FactValue(True, SEEN))
    with pytest.raises(OutputError, match="another one has written it"):
        yours.save(file)
    assert resume(file).facts == mine.facts
    mine.with_reply("coordinator_appointed", Kind.CANNOT_TELL, None).save(file)
    with pytest.raises(OutputError, match="has not read"):
        begin("ss2q", ON).save(file)


def test_at_the_terminal_what_the_file_cannot_take_goes_beside_it(
    tmp_path: Path, some: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = tmp_path / "found.yaml"
    run(file, LINES[:1], *NEW, some, *WHO)
    before = file.read_bytes()
    kept = Session.save

    def meanwhile(session: Session, path: Path) -> None:
        if path == file and len(session.replies) == 2:
            file.write_bytes(before + b"# by hand\n")
        kept(session, path)

    monkeypatch.setattr(Session, "save", meanwhile)
    done = run(file, LINES[1:2])
    assert isinstance(done.exception, OutputError)
    assert str(tmp_path / "found-2.yaml") in str(done.exception)
    assert file.read_bytes() == before + b"# by hand\n"
    assert len(resume(tmp_path / "found-2.yaml").replies) == 2


def test_the_file_stays_as_private_as_it_was_and_a_link_stays_one(tmp_path: Path, some: str) -> None:
    file, link = tmp_path / "found.yaml", tmp_path / "link.yaml"
    run(file, LINES[:1], *NEW, some, *WHO)
    file.chmod(0o600)
    link.symlink_to(file)
    run(link, LINES[1:2])
    assert file.stat().st_mode & 0o777 == 0o600
    assert link.is_symlink()
    assert len(resume(file).replies) == 2
    assert sorted(each.name for each in tmp_path.iterdir() if each.name.startswith(("found", "link"))) == [
        "found.yaml",
        "link.yaml",
    ]


def test_what_was_typed_before_the_first_question_is_kept_when_the_input_ends(tmp_path: Path) -> None:
    file = tmp_path / "found.yaml"
    assert run(file, ["Harbour Lights"], *NEW).return_value == 4
    assert resume(file).facts.subject == "Harbour Lights"
    assert run(file, ["Sam, chair"]).return_value == 4
    assert resume(file).evidence.by == "Sam"


@pytest.mark.parametrize("text", ["9" * 5_000, "\u00b2", "0", "", "4", "-1", "1.0", "0" * 5_000])
def test_what_is_no_number_of_a_list_is_none_however_long_it_is(text: str) -> None:
    assert number_of(text, 3) is None
    with pytest.raises(ValueFault):
        evidence_from(text or "4", Evidence())


@pytest.mark.parametrize(("text", "number"), [("1", 1), ("3", 3), ("003", 3), (" 2 ", 2), ("\u0663", 3)])
def test_a_number_of_a_list_is_read(text: str, number: int) -> None:
    assert number_of(text, 3) == number


def test_who_stops_at_once_is_told_so_and_nobody_is_asked_for_the_name_of_a_person(tmp_path: Path) -> None:
    done = CliRunner().invoke(
        group, ["interview", "ss2q", "--to", str(tmp_path / "a.yaml"), "--on", "2026-11-30"]
    )
    assert "Stopped before the first question." in flat(done.output)
    assert "Do not enter the name of a person." in flat(done.output)
