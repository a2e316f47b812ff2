"""Small things at the command line that people met, each said as they would expect it."""

from __future__ import annotations

import io
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from qa_rules import load_facts, load_policy, load_ruleset
from qa_rules.cli import group, printing
from qa_rules.errors import FactsError, RulesetError
from qa_rules.reports import fitted, report
from qa_rules.reports.showing import blank_form, show_ruleset
from tests.cli.test_interview import ON, WALK, files

ROOT = Path(__file__).parents[2]
POLICY = ROOT / "rulesets" / "policies" / "illustrative-three-tiers.yaml"


def run(*arguments: str) -> Result:
    return CliRunner().invoke(group, list(arguments))


@pytest.mark.parametrize("day", ["22/11/2026", "22 Nov 2026", "2026-11-22"])
def test_a_date_on_the_command_line_is_read_as_people_write_it(day: str) -> None:
    done = run(
        "assess", "ss2q", str(ROOT / "examples/ss2q/compliant.yaml"), "--on", day, "--format", "summary"
    )
    assert "MEETS ALL 35 REQUIREMENTS" in done.output


@pytest.mark.parametrize("day", ["22 Nov", "today", "31/2/2026", "soon"])
def test_what_is_no_date_or_turns_on_the_clock_is_refused_with_what_to_write(day: str) -> None:
    done = run("assess", "ss2q", str(ROOT / "examples/ss2q/compliant.yaml"), "--on", day)
    assert done.exit_code == 2
    assert "'--on'" in done.output


def test_a_unit_is_said_once() -> None:
    text = " ".join(show_ruleset(load_ruleset("social-prescribing")).split())
    assert "the local setting ux months" in text
    assert "the local setting response working days" in text
    assert not [each for each in ("months months", "days days", "days working days") if each in text]


def test_a_form_takes_yes_for_a_document_and_its_parts_too(tmp_path: Path) -> None:
    rules = load_ruleset("ss2q")
    form = blank_form(rules)
    file = tmp_path / "form.yaml"
    file.write_text(form.replace("  tutor_role_description:\n", "  tutor_role_description: yes\n"))
    assert load_facts(file, rules).values["tutor_role_description.exists"].value is True
    before, behind = form.split("  tutor_role_description:\n")
    behind = behind.replace("    # exists:", "    exists: no", 1).replace(
        "    # dated:", "    dated: 2026-01-31", 1
    )
    file.write_text(f"{before}  tutor_role_description:\n{behind}")
    assert load_facts(file, rules).values["tutor_role_description.exists"].value is False
    assert load_facts(file, rules).values["tutor_role_description.dated"].value.year == 2026  # type: ignore[union-attr]


def test_a_form_says_what_its_words_mean_and_asks_for_no_name_of_a_person() -> None:
    form = blank_form(load_ruleset("social-prescribing"))
    assert "low (Simple), medium (Moderate) or high (Complex)" in form
    assert "policy_checklist, link_worker_conversation (Conversation with a link worker)" in form
    assert (
        "subject:            # what the group, activity or provider is called; not the name of a person"
        in form
    )


def test_a_file_for_another_ruleset_is_told_once_and_where_it_belongs(tmp_path: Path) -> None:
    with pytest.raises(FactsError) as found:
        load_facts(WALK / "group.yaml", load_ruleset("ss2q"))
    (fault,) = found.value.diagnostics
    assert (
        "there are no facts `receives_formal_referrals`, `provider_type`, `provider_size` and "
        in fault.message
    )
    assert "they belong to social-prescribing@3.5" in fault.hint
    # A slip of the pen is told by itself, beside them.
    file = tmp_path / "facts.yaml"
    file.write_text("format: 1\nfacts: {a1: 1, b2: 1, c3: 1, d4: 1, coordinator_apointed: yes}\n")
    with pytest.raises(FactsError) as found:
        load_facts(file, load_ruleset("ss2q"))
    assert [each.hint for each in found.value.diagnostics] == [
        "the vocabulary of the ruleset does not know them",
        "did you mean `coordinator_appointed`?",
    ]


def test_a_policy_without_for_has_one_fault_and_each_wrong_option_is_named(tmp_path: Path) -> None:
    rules = load_ruleset("social-prescribing")
    file = tmp_path / "mine.yaml"
    text = POLICY.read_text("utf-8")
    file.write_text(text.replace("for: social-prescribing@3.5\n", ""))
    with pytest.raises(RulesetError) as found:
        load_policy(file, rules)
    assert [each.code for each in found.value.diagnostics] == ["missing-key"]
    file.write_text(
        text.replace("    - umbrella\n", "    - umbrela\n").replace("    - existing_mark\n", "    - marks\n")
    )
    with pytest.raises(RulesetError) as found:
        load_policy(file, rules)
    (fault,) = found.value.diagnostics
    assert fault.message == "`umbrela`, `marks` are not among the options"
    assert "did you mean `umbrella`?" in fault.hint


def test_a_person_who_lies_among_providers_is_left_out_and_that_is_said(tmp_path: Path) -> None:
    for file in (WALK / "group.yaml", *(WALK / "persons").iterdir()):
        (tmp_path / file.name).write_text(file.read_text("utf-8"))
    person = str(WALK / "persons" / "company.yaml")
    done = run("shortlist", "social-prescribing", str(tmp_path), "--person", person, "--on", "2026-11-22")
    assert "of 1 may be chosen" in done.stdout
    assert done.stderr.count("left out: ") == 2


def test_what_changes_no_answer_says_that_the_answer_stays() -> None:
    given = [str(each) for each in files("social-prescribing")]
    asked = ("what-if", "social-prescribing", *given, "--on", "2026-11-22", "--policy", POLICY.stem, "--set")
    assert "The answer stays." in run(*asked, "outcomes_reported=no").output
    assert "The answer stays." not in run(*asked, "escalation_procedure=none").output


def test_text_is_as_wide_as_the_terminal_and_no_wider_than_a_page(monkeypatch: pytest.MonkeyPatch) -> None:
    from qa_rules import assess, merge

    rules = load_ruleset("social-prescribing")
    found = assess(rules, merge(*(load_facts(each, rules) for each in files("social-prescribing"))), on=ON)
    for columns, widest in ((60, 60), (200, 88), (None, 88)):
        with fitted(columns):
            text = report(found, "summary")
        assert widest - 12 < max(map(len, text.splitlines())) <= widest
    shown: list[str] = []
    monkeypatch.setattr(printing, "_is_terminal", lambda stream: True)
    monkeypatch.setattr("click.echo_via_pager", shown.append)
    monkeypatch.setenv("LINES", "24")
    monkeypatch.setenv("COLUMNS", "80")
    monkeypatch.setattr("sys.stdout", io.StringIO())
    printing.paged("a line\n" * 30)
    printing.paged("a line")
    assert len(shown) == 1
    assert printing.columns() == 80


@pytest.mark.parametrize(
    ("written", "instead", "hint"),
    [
        ("at most 10000 GBP", "at most £10,000", "write the amount and then GBP, with no comma: `8000 GBP`"),
        ("paid_staff at most 0", "paid_staff \u2013 0", "this is a dash that a word processor sets"),
        ("volunteer_led\n", "\u201cvolunteer_led\u201d\n", "quotation marks that a word processor sets"),
        ("        all_of: [SP-35.um, SP-T.M02.V.c, SP-41.sg, SP-41.db]\n", "", "or leave this line out"),
    ],
)
def test_what_a_word_processor_makes_of_a_policy_is_told_with_what_to_write(
    written: str, instead: str, hint: str, tmp_path: Path
) -> None:
    text = POLICY.read_text("utf-8")
    assert written in text
    file = tmp_path / "mine.yaml"
    file.write_text(text.replace(written, instead, 1), "utf-8")
    with pytest.raises(RulesetError, match=hint):
        load_policy(file, load_ruleset("social-prescribing"))


def test_a_word_document_is_said_to_be_one(tmp_path: Path) -> None:
    file = tmp_path / "policy.docx"
    file.write_bytes(b"PK\x03\x04\x14\0")
    with pytest.raises(RulesetError, match="this is a Word document, a workbook or another zip archive"):
        load_policy(file, load_ruleset("social-prescribing"))


def test_where_the_answer_is_settled_it_is_said_how_much_there_is_to_ask_for_all_that_is_to_put_right() -> (
    None
):
    asked = ("questions", "ss2q", str(ROOT / "examples/ss2q/lapsed.yaml"), "--on", "2026-11-22")
    done = run(*asked).output
    assert "Nothing more needs to be asked." in done
    assert "With --goal fixes, for all that there is to put right, up to " in done
    assert "--goal fixes" not in run(*asked, "--goal", "everything").output
