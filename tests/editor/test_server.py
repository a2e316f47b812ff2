"""The language server as an editor sees it: a process, spoken with over its standard input and output."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.editor.client import Editor

VOCABULARY = """\
format: 1
vocabulary: walking
title: Walks
facts:
  insured: {type: yes_no, label: insurance, question: "Is there insurance 🚶 pojištění?", answered_by: [the club]}
  walkers: {type: integer, unit: people, least: 1, label: walkers, question: "How many walk?"}
  pace: {type: choice, ordered: yes, options: {slow: Slow, brisk: Brisk}, label: pace, question: "How fast?"}
  leaders:
    type: collection
    record: leader
    label: leaders
    question: Who leads?
    fields:
      trained: {type: yes_no, label: training, question: "Are they trained?"}
      badge: {type: choice, options: {red: Red, blue: Blue}, label: badge, question: "Which badge?"}
"""
RULESET = """\
format: 1
ruleset: walks
edition: "1"
title: Led walks
source: {title: Written for these tests}
caveats: [An example and nothing else.]
vocabularies: [walking]
parameters:
  most:
    type: integer
    unit: people
    question: How many may walk?
    reading: {value: 30, because: The standard gives no number.}
requirements:
  - id: W-1
    title: Insurance
    says: There is insurance.
    source: {clause: 1}
    met_when:
      any_of: [insured, pace is slow]
    fix: Insure the walk.
    severity: required
    reading:
      - {about: O1, choice: A slow walk needs no insurance.}
  - id: W-2
    title: Leaders
    says: One leader is trained, and the walk is not too large.
    source: {clause: 2}
    fix: Train a leader.
    met_when:
      all_of:
        - some leaders:
            all_of: [trained, badge is red]
        - walkers at most policy.most
groups:
  - {id: All, title: Everything, members: [W-1, W-2]}
decisions:
  - id: overall
    title: Is the walk in order?
    outcomes:
      - {id: wrong, words: Not in order, allows: no, when: All is not met}
      - {id: right, words: In order, allows: yes, when: All}
"""
POLICY = """\
format: 1
policy: ours
for: walks@1
title: Ours
settings:
  most: 20
severity:
  W-2: advice
"""
CASES = """\
format: 1
ruleset: walks@1
on: 2026-11-30
cases:
  - name: a slow walk
    facts:
      pace: slow
      insured: no
      leaders:
        - {trained: yes, badge: red}
    expect: {W-1: met, overall: undecided}
"""
FILES = {"ruleset.yaml": RULESET, "walking.yaml": VOCABULARY, "ours.yaml": POLICY, "cases.yaml": CASES}


def laid(folder: Path) -> Path:
    for name, text in FILES.items():
        (folder / name).write_text(text, "utf-8")
    return folder


@pytest.fixture(scope="module")
def editor(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Editor]:
    with Editor(laid(tmp_path_factory.mktemp("rules"))) as found:
        for name in FILES:
            found.open(name)
        found.faults("cases.yaml")
        yield found


@pytest.fixture(autouse=True)
def as_it_was(editor: Editor) -> Iterator[None]:
    yield
    for name, text in FILES.items():
        if editor.texts[name] != text:
            editor.write(name, text)


def labels(editor: Editor, name: str, before: str) -> list[str]:
    found = editor.ask("textDocument/completion", **editor.at(name, before))
    return [each["label"] for each in found["items"]]


def text_at(editor: Editor, name: str, span: dict[str, Any]) -> str:
    line = editor.texts[name].split("\n")[span["start"]["line"]].encode("utf-16-le")
    return str(line[2 * span["start"]["character"] : 2 * span["end"]["character"]], "utf-16-le")


def test_a_fault_is_told_as_it_is_typed_with_its_hint_and_goes_when_it_is_put_right(editor: Editor) -> None:
    editor.write("ruleset.yaml", RULESET.replace("[insured,", "[insurd,"))
    (fault,) = editor.faults("ruleset.yaml")
    assert (fault["code"], fault["severity"], fault["source"]) == ("unknown-fact", 1, "qa-rules")
    assert fault["message"] == "there is no fact `insurd`\nhelp: did you mean `insured`?"
    assert text_at(editor, "ruleset.yaml", fault["range"]) == "insurd"
    editor.write("ruleset.yaml", RULESET)
    assert all(each["severity"] == 2 for each in editor.faults("ruleset.yaml"))


def test_a_remark_of_a_check_is_a_warning(editor: Editor) -> None:
    editor.write("ruleset.yaml", RULESET.replace("members: [W-1, W-2]", "members: [W-1]"))
    found = {each["code"]: each["severity"] for each in editor.faults("ruleset.yaml")}
    assert found["ungrouped-requirement"] == 2


def test_a_file_that_is_no_whole_file_is_told_at_its_break(editor: Editor) -> None:
    editor.write("cases.yaml", CASES + "  - [\n")
    (fault,) = editor.faults("cases.yaml")
    assert fault["code"] == "not-yaml"


def test_a_change_in_a_vocabulary_is_told_where_the_name_is_used(editor: Editor) -> None:
    editor.write("walking.yaml", VOCABULARY.replace("  walkers:", "  strollers:"))
    (fault,) = editor.faults("ruleset.yaml")
    assert text_at(editor, "ruleset.yaml", fault["range"]) == "walkers"


def test_policies_and_cases_are_read_against_the_ruleset_as_it_stands_unsaved(editor: Editor) -> None:
    editor.write("ruleset.yaml", RULESET.replace("W-2", "W-3"))
    (of_policy,) = editor.faults("ours.yaml")
    assert (of_policy["code"], text_at(editor, "ours.yaml", of_policy["range"])) == (
        "unknown-reference",
        "W-2",
    )
    editor.write("cases.yaml", CASES.replace("pace: slow", "pace: slo"))
    (of_case,) = editor.faults("cases.yaml")
    assert text_at(editor, "cases.yaml", of_case["range"]) == "slo"


def test_a_file_that_is_not_of_ours_is_left_alone(editor: Editor) -> None:
    editor.open("other.yaml", "services: {web: {image: nginx}}\nfacts: [1\n")
    assert editor.ask("textDocument/completion", **editor.at("other.yaml", "facts: "))["items"] == []
    assert not editor.told.get(editor.uri("other.yaml"))
    editor.close("other.yaml")


@pytest.mark.parametrize(
    ("name", "old", "new", "offered", "not_offered"),
    [
        ("ruleset.yaml", "[insured,", "[in", ["insured", "walkers", "W-1", "policy."], ["trained", "leaders"]),
        ("ruleset.yaml", "[trained,", "[tr", ["trained", "badge", "insured"], []),
        ("ruleset.yaml", "pace is slow", "pace is ", ["slow", "brisk", "not"], ["red", "insured"]),
        ("ruleset.yaml", "badge is red", "badge is r", ["red", "blue"], ["slow"]),
        ("ruleset.yaml", "policy.most\n", "policy.", ["most"], ["insured"]),
        ("ruleset.yaml", "walkers at most policy.most", "walkers a", ["at least", "at most"], ["before"]),
        ("ruleset.yaml", "members: [W-1, W-2", "members: [W-1, ", ["W-1", "W-2", "All"], ["insured"]),
        ("ruleset.yaml", "    fix: Insure the walk.", "    fi", ["fix", "about", "hard_stop"], ["members"]),
        ("ruleset.yaml", "the walk.\n    severity: required", "the walk.\n    severity: ", ["advice"], ["fix"]),
        ("ruleset.yaml", "    type: integer", "    type: ", ["yes_no", "test"], ["integer at"]),
        ("ruleset.yaml", "      any_of: [insured, pace is slow]", "      a", ["all_of", "some leaders", "insured"], []),
        ("ruleset.yaml", "vocabularies: [walking", "vocabularies: [", ["walking"], ["walks"]),
        ("walking.yaml", "  walkers: {type: integer", "  walkers: {type: ", ["date", "collection"], ["test"]),
        ("ours.yaml", "  most: 20", "  m", ["most"], ["W-1"]),
        ("ours.yaml", "  W-2: advice", "  W-2: ", ["condition"], ["W-1"]),
        ("ours.yaml", "  W-2: advice", "  W", ["W-1", "All"], ["most"]),
        ("ours.yaml", "for: walks@1", "for: ", ["walks@1"], []),
        ("cases.yaml", "      insured: no", "      in", ["insured", "leaders"], ["trained", "W-1"]),
        ("cases.yaml", "insured: no", "insured: ", ["yes", "no"], ["slow"]),
        ("cases.yaml", "pace: slow", "pace: ", ["slow", "brisk"], ["yes"]),
        ("cases.yaml", "{trained: yes, badge: red", "{trained: yes, ba", ["badge", "trained"], ["insured"]),
        ("cases.yaml", "badge: red", "badge: ", ["red", "blue"], ["slow"]),
        ("cases.yaml", "{W-1: met,", "{W-1: ", ["met", "not_met", "unknown"], ["right"]),
        ("cases.yaml", "overall: undecided", "overall: ", ["wrong", "right"], ["met"]),
        ("cases.yaml", "    expect: ", "    ex", ["expect", "without", "facts"], ["insured"]),
    ],
)  # fmt: skip
def test_what_fits_is_offered_while_it_is_typed(
    editor: Editor, name: str, old: str, new: str, offered: list[str], not_offered: list[str]
) -> None:
    text = FILES[name]
    assert text.count(old) == 1
    editor.ask("textDocument/hover", **editor.at(name, text[:8]))
    # What stands behind the cursor is not written yet: most such files can be read to no end.
    editor.write(name, text[: text.index(old)] + new)
    editor.texts[name] += "\0"
    place = editor.at(name, new + "\0")
    place["position"]["character"] -= 1
    found = [each["label"] for each in editor.ask("textDocument/completion", **place)["items"]]
    assert [each for each in offered if each not in found] == []
    assert [each for each in not_offered if each in found] == []


def test_what_is_offered_takes_the_place_of_what_was_begun_and_says_what_it_is(editor: Editor) -> None:
    editor.write("ruleset.yaml", RULESET.replace("[insured,", "[insu,"))
    found = editor.ask("textDocument/completion", **editor.at("ruleset.yaml", "[insu"))["items"]
    (item,) = [each for each in found if each["label"] == "insured"]
    assert (item["textEdit"]["newText"], item["detail"]) == ("insured", "insurance")
    assert text_at(editor, "ruleset.yaml", item["textEdit"]["range"]) == "insu"
    said = editor.ask("completionItem/resolve", **item)["documentation"]["value"]
    assert "Is there insurance" in said


@pytest.mark.parametrize(
    ("name", "before", "said"),
    [
        ("ruleset.yaml", "[insur", ["insurance", "Is there insurance", "yes no", "answered by the club"]),
        ("ruleset.yaml", "pace is sl", ["Slow", "option"]),
        ("ruleset.yaml", "[train", ["Are they trained?"]),
        ("ruleset.yaml", "policy.mo", ["How many may walk?", "The standard gives no number", "30"]),
        (
            "ruleset.yaml",
            "members: [W-",
            ["There is insurance", "clause 1", "A slow walk needs no insurance"],
        ),
        ("ours.yaml", "  W-", ["Leaders", "requirement"]),
        ("cases.yaml", "pace", ["How fast?", "brisk"]),
        ("cases.yaml", "overall: undeci", []),
    ],
)
def test_over_a_name_its_question_and_readings_are_said(
    editor: Editor, name: str, before: str, said: list[str]
) -> None:
    found = editor.ask("textDocument/hover", **editor.at(name, before))
    assert (found is None) == (not said)
    assert [each for each in said if each not in found["contents"]["value"]] == []


@pytest.mark.parametrize(
    ("name", "before", "there", "text"),
    [
        ("ruleset.yaml", "[insur", "walking.yaml", "insured"),
        ("ruleset.yaml", "pace is sl", "walking.yaml", "slow"),
        ("ruleset.yaml", "badge is r", "walking.yaml", "red"),
        ("ruleset.yaml", "some lead", "walking.yaml", "leaders"),
        ("ruleset.yaml", "policy.mo", "ruleset.yaml", "most"),
        ("ruleset.yaml", "members: [W-1, W", "ruleset.yaml", "W-2"),
        ("ruleset.yaml", "[walk", "walking.yaml", ""),
        ("ours.yaml", "for: wal", "ruleset.yaml", "walks"),
        ("ours.yaml", "  mo", "ruleset.yaml", "most"),
        ("cases.yaml", "{trai", "walking.yaml", "trained"),
        ("cases.yaml", "{W-", "ruleset.yaml", "W-1"),
    ],
)
def test_a_name_leads_to_its_declaration(
    editor: Editor, name: str, before: str, there: str, text: str
) -> None:
    found = editor.ask("textDocument/definition", **editor.at(name, before))
    assert found["uri"] == editor.uri(there)
    assert text_at(editor, there, found["range"]) == text


def test_a_declaration_leads_to_all_its_places(editor: Editor) -> None:
    found = editor.ask(
        "textDocument/references", **editor.at("walking.yaml", "  pac"), context={"includeDeclaration": True}
    )
    assert {Path(each["uri"]).name for each in found} == {"walking.yaml", "ruleset.yaml", "cases.yaml"}


def actions(editor: Editor, name: str, before: str, **context: Any) -> list[dict[str, Any]]:
    place = editor.at(name, before)
    span = {"start": place["position"], "end": place["position"]}
    asked = {"diagnostics": [], **context}
    found: list[dict[str, Any]] = editor.ask(
        "textDocument/codeAction", textDocument=place["textDocument"], range=span, context=asked
    )
    return found


def made(text: str, edits: list[dict[str, Any]]) -> str:
    """The text with edits made, as an editor makes them."""
    lines = text.split("\n")
    for each in sorted(edits, key=lambda edit: str(sorted(edit["range"]["start"].items())), reverse=True):
        start, end = each["range"]["start"], each["range"]["end"]
        assert start["line"] == end["line"]
        line = lines[start["line"]].encode("utf-16-le")
        lines[start["line"]] = (
            line[: 2 * start["character"]]
            + each["newText"].encode("utf-16-le")
            + line[2 * end["character"] :]
        ).decode("utf-16-le")
    return "\n".join(lines)


def test_what_a_fault_says_exactly_is_meant_is_a_fix_and_all_of_them_are_one(editor: Editor) -> None:
    slips = RULESET.replace("[insured,", "[insurd,").replace("at most policy", "<= policy")
    editor.write("ruleset.yaml", slips)
    assert len(editor.faults("ruleset.yaml")) == 2
    one, every = actions(editor, "ruleset.yaml", "[insu")
    assert (one["title"], one["kind"]) == ("Write `insured` for `insurd`", "quickfix")
    changed = made(slips, one["edit"]["changes"][editor.uri("ruleset.yaml")])
    assert changed == slips.replace("[insurd,", "[insured,")
    assert made(slips, every["edit"]["changes"][editor.uri("ruleset.yaml")]) == RULESET
    only = actions(editor, "ruleset.yaml", "[insu", only=["source.fixAll"])
    assert [each["kind"] for each in only] == ["source.fixAll.qa-rules"]


def test_a_hint_that_is_not_certain_is_no_fix(editor: Editor) -> None:
    editor.write("ruleset.yaml", RULESET.replace("[insured,", "[assured,"))
    assert editor.faults("ruleset.yaml")
    assert actions(editor, "ruleset.yaml", "[assu") == []


def renamed(editor: Editor, name: str, before: str, new: str) -> dict[str, str]:
    changes = editor.ask("textDocument/rename", **editor.at(name, before), newName=new)["changes"]
    return {Path(uri).name: made(FILES[Path(uri).name], edits) for uri, edits in changes.items()}


@pytest.mark.parametrize(
    ("name", "before", "new", "old", "spared"),
    [
        ("ruleset.yaml", "[insur", "covered", "insured", ()),
        ("cases.yaml", "{trai", "taught", "trained", ("is trained", "they trained")),
        ("ruleset.yaml", "members: [W-1, W", "W-2.b", "W-2", ()),
        ("ours.yaml", "  mo", "limit", "most", ("at most",)),
        ("walking.yaml", "{slo", "leisurely", "slow", ("a slow", "A slow")),
        ("walking.yaml", "  leade", "guides", "leaders", ("label: leaders",)),
        ("cases.yaml", "overal", "whole", "overall", ()),
    ],
)
def test_a_name_is_written_anew_in_every_file_and_nowhere_else(
    editor: Editor, name: str, before: str, new: str, old: str, spared: tuple[str, ...]
) -> None:
    found = renamed(editor, name, before, new)
    for file, text in FILES.items():
        kept = text
        for at, each in enumerate(spared):
            kept = kept.replace(each, f"<{at}>")
        kept = kept.replace(old, new)
        for at, each in enumerate(spared):
            kept = kept.replace(f"<{at}>", each)
        assert found.get(file, text) == kept


@pytest.mark.parametrize(
    ("name", "before", "new", "why"),
    [
        ("ruleset.yaml", "[insur", "pace", "is given twice"),
        ("ruleset.yaml", "[insur", "given", "is a word of the rule language"),
        ("ruleset.yaml", "[insur", "trained", "the name of a fact"),
        ("ruleset.yaml", "members: [W-1, W", "W-1", "used twice"),
        ("ruleset.yaml", "members: [W-1, W", "w-2", "begin with a capital"),
        ("ruleset.yaml", "format", "formed", "there is no name here"),
    ],
)
def test_a_name_that_cannot_be_given_is_refused_and_nothing_changes(
    editor: Editor, name: str, before: str, new: str, why: str
) -> None:
    answer = editor.answer("textDocument/rename", **editor.at(name, before), newName=new)
    assert why in answer["error"]["message"]


def test_nothing_is_renamed_while_a_place_could_be_missed(editor: Editor) -> None:
    editor.write("cases.yaml", CASES.replace("insured: no", "insurd: no"))
    answer = editor.answer("textDocument/rename", **editor.at("ruleset.yaml", "[insur"), newName="covered")
    assert answer["error"]["message"].startswith("put right first what is wrong in cases.yaml")


def test_what_is_shipped_is_not_renamed(editor: Editor) -> None:
    editor.open(
        "theirs.yaml",
        "format: 1\npolicy: theirs\nfor: ss2q@2017\ntitle: Theirs\nsettings:\n  min_deliveries: 2\n",
    )
    answer = editor.answer("textDocument/rename", **editor.at("theirs.yaml", "  min"), newName="fewest")
    assert "outside of the folders that are open" in answer["error"]["message"]
    there = editor.ask("textDocument/definition", **editor.at("theirs.yaml", "  min"))
    assert there["uri"].endswith("ss2q/2017/ruleset.yaml")
    editor.close("theirs.yaml")


def test_columns_are_counted_as_the_editor_counts_them(tmp_path: Path) -> None:
    """Behind a sign of two units and one of several bytes."""
    text = RULESET.replace("title: Led walks", "title: Led walks").replace(
        "    fix: Insure the walk.", "    fix: {🚶: č, wrong: x}"
    )
    columns = {}
    for unit in ("utf-8", "utf-16", "utf-32"):
        with Editor(laid(tmp_path), (unit,)) as one:
            one.open("ruleset.yaml", text.replace("fix: {🚶: č, wrong: x}", "'🚶č' : x"))
            (fault,) = one.faults("ruleset.yaml")
            columns[unit] = fault["range"]["end"]["character"] - fault["range"]["start"]["character"]
            assert one.end() == 0
    assert columns == {"utf-8": 8, "utf-16": 5, "utf-32": 4}
