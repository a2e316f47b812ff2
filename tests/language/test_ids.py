"""An id is an id: what a request, a record or a session names is never followed to a file."""

from __future__ import annotations

import datetime
import json
import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner
from hypothesis import given
from hypothesis import strategies as st

from qa_rules import NotFoundError, QaRulesError, RulesetError, assess, load_policy, load_ruleset, replay
from qa_rules.cli import group
from qa_rules.interview.requests import respond
from qa_rules.interview.session import begin, resume
from qa_rules.language.library import person_file, policy_file, ruleset_file, typed
from qa_rules.language.library import shipped_policy_file as policies
from qa_rules.language.library import shipped_ruleset_file as rulesets
from qa_rules.language.load import ruleset_from
from qa_rules.testing.cases import Policies

SECRET = "root:x:0:0:a secret line"
ON = datetime.date(2026, 11, 22)
SOUND = Path(__file__).parent / "bad" / "sound"
REQUEST = {"format": 1, "ruleset": "ss2q@2017", "on": "2026-11-22"}
GUIDE = load_ruleset("social-prescribing")
ILLUSTRATIVE = load_policy("illustrative-three-tiers", GUIDE)
ENTICING = Path(__file__).parents[2] / "rulesets" / "ss2q" / "2017" / "ruleset.yaml"


@pytest.fixture
def secret(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A file of somebody else, in the current folder."""
    monkeypatch.chdir(tmp_path)
    file = tmp_path / "passwd"
    file.write_text(SECRET)
    return file


def ways_to(file: Path) -> list[str]:
    return [
        str(file),
        file.name,
        f"./{file.name}",
        f"../{file.parent.name}/{file.name}",
        f"{file}\0",
        "",
        ".",
    ]


def _request(way: str) -> object:
    return respond({**REQUEST, "ruleset": way})


def _request_policy(way: str) -> object:
    return respond({**REQUEST, "policy": way})


def _record(way: str) -> object:
    record = json.loads(json.dumps(assess(load_ruleset("ss2q"), {}, on=ON).to_dict()))
    record["decided_by"]["ruleset"]["id"] = way
    return replay(record)


def _record_policy(way: str) -> object:
    record = json.loads(json.dumps(assess(GUIDE, {}, on=ON, policy=ILLUSTRATIVE).to_dict()))
    record["decided_by"]["policy"]["name"] = way
    return replay(record)


def _session(way: str) -> object:
    return _resumed(way, "ruleset")


def _session_policy(way: str) -> object:
    return _resumed(way, "policy")


def _resumed(way: str, what: str) -> object:
    file = Path("session.json")
    begin("social-prescribing", ON, policy="illustrative-three-tiers").save(file)
    data = json.loads(file.read_text())
    data["interview"][what]["given"] = way
    file.write_text(json.dumps(data))
    return resume(file, changed_rules=True)


def _case(way: str) -> object:
    return Policies(GUIDE)[way]


DOORS: list[Callable[[str], object]] = [
    _request,
    _request_policy,
    _record,
    _record_policy,
    _session,
    _session_policy,
    _case,
]


@pytest.mark.parametrize("door", DOORS)
def test_no_door_shows_a_line_of_a_file(door: Callable[[str], object], secret: Path) -> None:
    for way in ways_to(secret):
        with pytest.raises(QaRulesError) as caught:
            door(way)
        assert "secret line" not in str(caught.value)
        assert "unknown-key" not in str(caught.value)


@pytest.mark.parametrize("door", DOORS)
def test_no_door_opens_what_a_path_names(
    door: Callable[[str], object], secret: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Not even a file that would be right: the door does not look."""
    opened: list[str] = []
    of = Path.open

    def watched(path: Path, *args: Any, **options: Any) -> Any:
        opened.append(os.path.realpath(path))
        return of(path, *args, **options)

    monkeypatch.setattr(Path, "open", watched)
    for way in ways_to(secret):
        with pytest.raises(QaRulesError):
            door(way)
    assert str(secret) not in opened


def test_what_is_handed_in_is_the_only_thing_that_a_request_may_name() -> None:
    own, ours = load_ruleset(SOUND / "ruleset.yaml"), ILLUSTRATIVE
    request = {**REQUEST, "ruleset": own.id}
    assert respond(request, rulesets=[own])["ruleset"]["id"] == own.id
    assert respond({**request, "ruleset": own.name}, rulesets=[own])["ruleset"]["id"] == own.id
    with pytest.raises(NotFoundError, match=f"there are {own.id}"):
        respond(REQUEST, rulesets=[own])
    with pytest.raises(NotFoundError, match="there is none"):
        respond({**request, "policy": ours.name}, rulesets=[own], policies=[ours])
    named = {**REQUEST, "ruleset": GUIDE.id, "policy": ours.name}
    assert respond(named, rulesets=[GUIDE], policies=[ours])["policy"]["id"] == ours.name


def test_a_request_over_what_is_handed_in_reads_no_file(monkeypatch: pytest.MonkeyPatch) -> None:
    wanted = respond({**REQUEST, "ruleset": GUIDE.id, "policy": ILLUSTRATIVE.name})

    def refused(*args: object, **options: object) -> None:
        raise AssertionError("a file was opened")

    monkeypatch.setattr(Path, "open", refused)
    monkeypatch.setattr(Path, "read_text", refused)
    named = {**REQUEST, "ruleset": GUIDE.id, "policy": ILLUSTRATIVE.name}
    assert respond(named, rulesets=[GUIDE], policies=[ILLUSTRATIVE]) == wanted
    assert respond(named) == wanted  # what is shipped is loaded once


@pytest.mark.parametrize("name", ["ss2q", "ss2q@2017", "illustrative-three-tiers", "complex"])
@pytest.mark.parametrize("what", ["a file", "a folder", "a folder with a ruleset"])
def test_the_current_folder_never_beats_the_package(
    name: str, what: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    if what == "a file":
        Path(name).write_text("")
    else:
        Path(name).mkdir()
        if what != "a folder":
            (Path(name) / "ruleset.yaml").write_text("")
    find, on_command_line = {
        "illustrative-three-tiers": (policy_file, policies),
        "complex": (person_file, person_file),
    }.get(name, (ruleset_file, rulesets))
    assert find(typed(name, on_command_line)).is_relative_to(Path(rulesets("ss2q")).parents[2])
    assert find(name) == find(typed(name, on_command_line))


def test_in_python_a_path_has_a_separator_or_is_a_path(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    Path("walks").symlink_to(SOUND)
    wanted = load_ruleset(SOUND).id
    assert load_ruleset(Path("walks")).id == load_ruleset("./walks").id == wanted
    assert load_ruleset("walks/ruleset.yaml").id == wanted
    with pytest.raises(NotFoundError, match=r"for the file or folder of that name, write \./walks"):
        load_ruleset("walks")


def test_on_the_command_line_a_bare_name_is_a_file_where_nothing_shipped_has_that_name(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    Path("walks").symlink_to(SOUND)
    done = CliRunner().invoke(group, ["rulesets", "walks"], standalone_mode=False)
    assert done.exception is None
    assert load_ruleset(SOUND).title in done.output


def test_vocabularies_come_from_the_folder_of_the_ruleset_and_the_package_only(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    rule = "{id: W-1, title: One, says: One., source: {clause: 1}, met_when: mine}"
    head = "format: 1\nruleset: w\nedition: '1'\ntitle: W\nsource: {title: Made up}\ncaveats: []\n"
    outcomes = (
        "{id: n, words: N, allows: no, when: W-1 is not met}, {id: y, words: Y, allows: yes, when: W-1}"
    )
    decision = f"{{id: d, title: D, outcomes: [{outcomes}]}}"
    text = f"{head}vocabularies: [own]\nrequirements: [{rule}]\ndecisions: [{decision}]\n"
    fact = "mine: {type: yes_no, label: mine, question: 'Mine?'}"
    own = f"format: 1\nvocabulary: own\ntitle: Own\nfacts: {{{fact}}}\n"
    folder = tmp_path / "a" / "b"
    (folder / "vocabulary").mkdir(parents=True)
    (folder / "ruleset.yaml").write_text(text)
    for above in (tmp_path / "vocabulary", tmp_path / "a" / "vocabulary"):
        above.mkdir()
        (above / "own.yaml").write_text(own)
    monkeypatch.chdir(tmp_path / "a" / "vocabulary")
    with pytest.raises(RulesetError, match="there is no vocabulary `own`"):
        load_ruleset(folder)
    (folder / "vocabulary" / "own.yaml").write_text(own)
    assert "mine" in load_ruleset(folder).vocabulary.facts


def test_a_ruleset_from_python_takes_no_vocabulary_of_the_current_folder(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from qa_rules.language.reading import mapping, read_file

    monkeypatch.chdir(tmp_path)
    Path("practice.yaml").write_text("format: 1\nvocabulary: practice\ntitle: Evil\nfacts: {}\n")
    made = ruleset_from(mapping(read_file(ENTICING).data))
    assert made.vocabulary.facts.keys() == load_ruleset("ss2q").vocabulary.facts.keys()


@given(st.text(max_size=40) | st.sampled_from(["a" * 5000, "\ud800", "../" * 2000, "ss2q/", "ss2q\0"]))
def test_whatever_is_asked_for_is_found_or_not_found(name: str) -> None:
    for find in (ruleset_file, policy_file, person_file):
        try:
            found = find(typed(name, rulesets))
        except NotFoundError:
            continue
        assert found.exists()
