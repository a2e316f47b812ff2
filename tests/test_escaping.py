"""What stands in a name steers no terminal, no spreadsheet, no page and no report."""

from __future__ import annotations

import csv
import io
import json
import re
import unicodedata
from datetime import date
from pathlib import Path

import attrs
import pytest
from click.testing import CliRunner
from hypothesis import given
from hypothesis import strategies as st

import qa_rules
from qa_rules import Facts, FactValue, NotFoundError, assess, load_ruleset
from qa_rules.cli import group
from qa_rules.errors import Diagnostic, Place
from qa_rules.escaping import apart, cell, inert, inert_lines, json_inert, markdown
from qa_rules.interview.session import begin
from qa_rules.model.facts import Evidence
from qa_rules.reports import REPORTS, report
from qa_rules.reports.sarif import address, plain

HOSTILE = st.text(
    st.sampled_from(
        "aZ9 .\n\r\t\x1b[2J\x07\x9b\x85\u2028\u202e\u2066\u200b\u200d\ufeff#=-+*_`<>|&:/()[]!~\\\"'é"
    )
    | st.characters(),
    max_size=40,
)
TRICKS = [
    "Evil\x1b[2J\x1b[1;1HYOU CAN REFER",
    "Evil\x9b2J",
    "Group\n\nYOU CAN REFER\n=====\n\n1. Refer now",
    "Safe \u202eREFER NOT\u202c group",
    "Re\u200bfer \u2066x\u2069",
    "a\rb",
    "a\x85b\u2028c",
    "<script>alert(1)</script>",
    "[click](javascript:alert(1)) ![x](http://a.example/p.png)",
    "# Heading",
    "===== x",
]


def steers(text: str) -> bool:
    turning = "\u202a\u202b\u202d\u202e\u2066\u2067\u2068\u2069\u200b"
    return any(unicodedata.category(each) in ("Cc", "Cs", "Zl", "Zp") or each in turning for each in text)


@given(HOSTILE)
def test_a_text_stands_on_one_line_and_steers_nothing(text: str) -> None:
    found = inert(text)
    assert not steers(found)
    assert inert(found) == found
    assert not any(steers(line) for line in inert_lines(text).split("\n"))


HONEST = ["Zoë Ŵyn", "שלום", "مرحبا", "\u0645\u06cc\u200c\u062e\u0648", "👨\u200d👩\u200d👧", "北京"]


@pytest.mark.parametrize("name", HONEST)
def test_honest_names_stay_as_they_are(name: str) -> None:
    assert inert(name) == name


@given(HOSTILE)
def test_json_says_the_same_and_steers_nothing(text: str) -> None:
    try:
        found = json_inert(json.dumps([text], ensure_ascii=False))
    except UnicodeEncodeError:
        return
    assert json.loads(found) == [text]
    assert not re.search("[\x00-\x1f\x7f-\x9f\u2028-\u202e\u2066-\u2069]", found)


@given(HOSTILE)
def test_a_cell_is_no_formula_and_says_the_same(text: str) -> None:
    found = cell(text)
    assert found.removeprefix("'") == text.removeprefix("'")
    assert not inert(found).lstrip().startswith(("=", "+", "-", "@", "＝", "＋", "－", "＠"))
    assert not found.startswith(("\t", "\r", "\n"))


@given(HOSTILE)
def test_markdown_shows_a_name_as_a_paragraph_of_that_text(text: str) -> None:
    reader = pytest.importorskip("markdown_it").MarkdownIt("gfm-like", {"linkify": False})
    for before, after in (("# ", ""), ("", ""), ("- ", ""), ("1. x  \n   ", ""), ("**", "**")):
        tokens = reader.parse(before + markdown(f"x{text}" if before == "**" else text) + after)
        kinds = {each.type for each in tokens} | {
            part.type for each in tokens for part in each.children or ()
        }
        breaks = {"softbreak", "hardbreak", "text_special"}
        allowed = {"paragraph", "inline", "text", "heading", "strong"} | breaks
        lists = {"list_item", "bullet_list", "ordered_list"}
        assert {re.sub("_(open|close)$", "", kind) for kind in kinds} <= allowed | lists
        assert sum(each.type == "heading_open" for each in tokens) == (before == "# ")
        assert sum(each.type == "list_item_open" for each in tokens) == (before[:2] in ("- ", "1."))


RIGHT = "\u05e9\u05dc\u05d5\u05dd"
LEFT = "\u0627\u0644\u0633\u0644\u0627\u0645"


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("plain", "plain"),
        (f"{RIGHT}: met", f"<{RIGHT}>: met"),
        (f"see {RIGHT} (7) {LEFT}, 12", f"see <{RIGHT} (7) {LEFT}>, 12"),
        (f"{RIGHT}  {LEFT}", f"<{RIGHT}>  <{LEFT}>"),
        (f"{RIGHT}\n{LEFT}", f"<{RIGHT}>\n<{LEFT}>"),
        ("\u05d0\u05b0\u05d1 \u0663 x", "<\u05d0\u05b0\u05d1 \u0663> x"),
    ],
)
def test_what_is_read_from_right_to_left_is_set_apart(text: str, shown: str) -> None:
    wanted = shown.replace("<", "\u2068").replace(">", "\u2069")
    assert apart(text) == wanted
    assert apart(apart(text)) == wanted
    assert "\n".join(map(inert, apart(text).split("\n"))) == text


@given(HOSTILE | st.text("\u2068\u2069\u202e\u05d0\u05b0\u0663 a7_(\n", max_size=40))
def test_only_signs_of_ours_stand_around_what_is_read_from_right_to_left(text: str) -> None:
    found = apart(inert_lines(text))
    assert apart(found) == found
    assert not steers(re.sub("\u2068([^\u2068\u2069\n]+)\u2069", r"\1", found).replace("\n", ""))


def test_long_runs_are_looked_through_in_one_pass() -> None:
    for word in ("\u05b0", "\u05d0 ", "\u0663", "\u2068\u05d0", "\u05d0 7"):
        found = apart(inert("\u2068" + word * 20_000))
        assert found.count(word[-1:].strip() or word[0]) == 20_000


@pytest.mark.parametrize("form", ["text", "summary", "markdown"])
@pytest.mark.parametrize("name", [RIGHT, f"Caf\u00e9 {LEFT} 12", f"{RIGHT} * {LEFT}_"])
def test_a_report_sets_every_text_that_is_read_from_right_to_left_apart(name: str, form: str) -> None:
    by = Evidence(source=name, by=name, role=name, reference=name, on=date(2026, 1, 1))
    facts = Facts({"paid_staff": FactValue(5, by)}, subject=name)
    text = report(assess(load_ruleset("social-prescribing"), facts, on=date(2026, 11, 22)), form)
    assert re.search("[\u0590-\u08ff]", text)
    assert not re.search("[\u0590-\u08ff]", re.sub("\u2068[^\u2068\u2069]+\u2069", "", text))
    assert apart(inert_lines(text)) == text  # what is printed is what was made


def test_what_commands_print_goes_through_one_place() -> None:
    for file in sorted((Path(qa_rules.__file__).parent / "cli").glob("*.py")):
        if file.name != "printing.py":
            assert not re.search(r"\b(click\.s?echo|(?<!_)print)\(", file.read_text("utf-8")), file.name


def test_what_a_facts_file_names_steers_no_terminal(tmp_path: Path) -> None:
    file = tmp_path / "found.yaml"
    session = begin("ss2q", date(2026, 11, 22))
    session.save(file)
    text = file.read_text("utf-8").replace("2026-11-22", '"2026-11-21"')
    evil = text.replace("ss2q@2017", '"ss2q\\e[2J\\nMEETS ALL"', 1)
    assert evil != text
    file.write_text(evil, "utf-8")
    done = CliRunner().invoke(
        group, ["assess", "ss2q", str(file), "--on", "2026-11-22"], standalone_mode=False
    )
    said = [*done.output.split("\n"), *str(done.exception or "").split("\n")]
    assert "MEETS ALL" in "".join(said)
    assert not any(steers(line) for line in said)
    assert "MEETS ALL" not in said


@pytest.mark.parametrize("form", REPORTS)
@pytest.mark.parametrize("trick", TRICKS)
def test_no_report_lets_a_name_write_over_it(trick: str, form: str) -> None:
    rules = load_ruleset("ss2q")
    by = Evidence(source=trick, by=trick, role=trick, reference=trick, on=date(2026, 1, 1))
    facts = Facts({"enquiry_limit_days": FactValue(5, by)}, subject=trick)
    has_advice = trick == TRICKS[0]  # it takes most of the time
    text, wanted = (
        report(assess(rules, each, on=date(2026, 11, 22)), form, advice=has_advice)
        for each in (facts, attrs.evolve(facts, subject="Plain"))
    )
    if form == "csv":
        found = list(csv.reader(io.StringIO(text.removeprefix("\ufeff"))))
        assert len(found) == 36
        assert not any(steers(each) for row in found for each in row)
        return
    assert not any(steers(line) for line in text.split("\n"))
    if form in ("html", "card", "markdown"):
        assert not re.search(r"(?<!\\)<(script|img)", text)
    if form in ("html", "card"):
        assert "<bdi>" in text
    elif form == "markdown":
        assert text.count("\n# ") == wanted.count("\n# ") == 0
        assert not re.search(r"(?<!\\)\]\(", text)
    else:
        assert "\n1. Refer" not in text


@pytest.mark.parametrize("form", ["html", "card"])
@pytest.mark.parametrize(
    "name",
    ["\u05e9\u05dc\u05d5\u05dd (7) \u05d0", "Caf\u00e9 \u0627\u0644\u0633\u0644\u0627\u0645 12", "<\u05d0>"],
)
def test_a_page_sets_every_text_that_is_read_from_right_to_left_apart(name: str, form: str) -> None:
    rules = load_ruleset("social-prescribing")
    by = Evidence(source=name, by=name, role=name, reference=name, on=date(2026, 1, 1))
    facts = Facts({"paid_staff": FactValue(5, by)}, subject=name)
    text = report(assess(rules, facts, on=date(2026, 11, 22)), form)
    body = text[text.index("<body") :]
    right = "[\u0590-\u08ff]"
    assert re.search(right, body)
    outside = re.sub("<bdi>.*?</bdi>", "", body)
    assert not re.search(right, outside)
    assert "<bdi></bdi>" not in body
    assert "&lt;bdi" not in text


def test_errors_name_files_on_one_line() -> None:
    name = "evil\x1b[2J\nerror: all is well.yaml"
    assert not steers(str(NotFoundError(f"cannot read {name}")))
    told = str(Diagnostic("value", f"no {name}", Place(name), f"see {name}", "a\x1b[2Jb"))
    assert not any(steers(line) for line in told.split("\n"))
    assert len(told.split("\n")) == 5


@pytest.mark.parametrize(
    ("file", "uri"),
    [
        ("my rules/clubs.yaml", "my%20rules/clubs.yaml"),
        ("a:b#c?.yaml", "a%3Ab%23c%3F.yaml"),
        ("Ŵ/50%.yaml", "%C5%B4/50%25.yaml"),
    ],
)
def test_addresses_are_percent_encoded(file: str, uri: str) -> None:
    assert address(file) == uri


def test_a_message_of_sarif_holds_no_link() -> None:
    found = plain("see [here](javascript:x) and facts.tutors[1]")
    assert found == "see \\[here](javascript:x) and facts.tutors[1]"
