"""A ruleset or policy is the same object for as long as its files hold the same text, and never a stale one."""

from __future__ import annotations

import os
import shutil
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from threading import Barrier

import pytest

from qa_rules import RulesetError, load_policy, load_ruleset
from qa_rules.language.facts_schema import facts_model
from qa_rules.language.library import ruleset_file
from qa_rules.language.remembered import looked_at, unless_changed

EXAMPLES = Path(__file__).parents[2] / "examples"
LENDING = EXAMPLES / "lending"
LICENSED = EXAMPLES / "licensed-course" / "licensed.yaml"

RULES = """\
format: 1
ruleset: small
edition: "1"
title: Small
source: {title: A source}
caveats: []
vocabularies: [words]
requirements:
- {id: R, title: Clean, says: It is clean., source: {clause: 1}, met_when: clean}
decisions: []
"""
WORDS = "vocabulary: words\ntitle: Words\nformat: 1\nfacts:\n  clean: {type: yes_no, label: clean, question: Clean?}\n"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "ruleset.yaml").write_text(RULES)
    (tmp_path / "vocabulary").mkdir()
    (tmp_path / "vocabulary" / "words.yaml").write_text(WORDS)
    return tmp_path


def saved(path: Path, text: str) -> None:
    """Write a file that is as long as before, at the same moment: only its text is another."""
    before = path.stat()
    path.write_text(text)
    os.utime(path, ns=(before.st_atime_ns, before.st_mtime_ns))


def test_what_nobody_changed_is_the_same_object(folder: Path) -> None:
    assert load_ruleset(folder) is load_ruleset(folder / "ruleset.yaml")
    rules = load_ruleset("social-prescribing")
    assert load_ruleset("social-prescribing@3.5") is rules
    assert load_policy("illustrative-two-tiers", rules) is load_policy("illustrative-two-tiers", rules)


def test_a_ruleset_that_was_saved_anew_is_read_anew_and_back_again(folder: Path) -> None:
    file = folder / "ruleset.yaml"
    text = file.read_text()
    assert load_ruleset(folder).title == "Small"
    saved(file, text.replace("title: Small", "title: Large"))
    assert load_ruleset(folder).title == "Large"
    saved(file, text)
    assert load_ruleset(folder).title == "Small"


def test_a_vocabulary_that_was_saved_anew_is_seen(folder: Path) -> None:
    before = load_ruleset(folder)
    saved(folder / "vocabulary" / "words.yaml", WORDS.replace("Clean?", "Tidy?"))
    assert load_ruleset(folder).vocabulary.facts["clean"].question == "Tidy?"
    assert before.vocabulary.facts["clean"].question == "Clean?"


def test_a_vocabulary_that_comes_to_stand_nearer_is_seen(folder: Path) -> None:
    load_ruleset(folder)
    (folder / "words.yaml").write_text(WORDS.replace("Clean?", "Tidy?"))
    assert load_ruleset(folder).vocabulary.facts["clean"].question == "Tidy?"
    (folder / "words.yaml").unlink()
    assert load_ruleset(folder).vocabulary.facts["clean"].question == "Clean?"


def test_a_file_that_is_gone_or_at_fault_is_not_taken_for_what_it_was(folder: Path) -> None:
    load_ruleset(folder)
    saved(folder / "ruleset.yaml", "format: 1\n")
    for _ in range(2):
        with pytest.raises(RulesetError):
            load_ruleset(folder)
    (folder / "ruleset.yaml").write_text(RULES)
    (folder / "vocabulary" / "words.yaml").write_bytes(b"\xff\xfe\xff")
    with pytest.raises(RulesetError, match="UTF"):
        load_ruleset(folder)
    (folder / "vocabulary" / "words.yaml").unlink()
    with pytest.raises(RulesetError, match="there is no vocabulary `words`"):
        load_ruleset(folder)


def test_rows_that_stand_in_a_file_of_their_own_are_seen(tmp_path: Path) -> None:
    folder = shutil.copytree(LENDING, tmp_path / "lending")
    (rows,) = folder.glob("*.csv")
    before = load_ruleset(folder)
    lines = rows.read_text().splitlines()
    saved(rows, "\n".join([lines[0], *lines[:0:-1]]) + "\n")
    after = load_ruleset(folder)
    assert [each.rows for each in after.tables] != [each.rows for each in before.tables]
    assert load_ruleset(folder) is after


def test_a_policy_is_read_anew_when_a_ruleset_that_it_asks_has_changed(tmp_path: Path) -> None:
    licence = shutil.copytree(ruleset_file("smrc-licence").parent, tmp_path / "licence") / "ruleset.yaml"
    policy = tmp_path / "policy.yaml"
    policy.write_text(LICENSED.read_text().replace("ruleset: smrc-licence@2018", "ruleset: ./licence"))
    rules = load_ruleset("social-prescribing")
    before = load_policy(policy, rules)
    assert load_policy(policy, rules) is before
    saved(licence, licence.read_text() + "# looked through\n")
    assert load_policy(policy, rules) is not before


def test_two_that_read_the_same_at_once_have_one_object(folder: Path) -> None:
    file, inner = folder / "ruleset.yaml", []

    def text(path: Path) -> str:
        return path.read_text()

    def read() -> object:
        looked_at(file, text(file))
        return object()

    def while_another_reads() -> object:
        inner.append(unless_changed(("two", str(file)), text, read))
        return read()

    assert unless_changed(("two", str(file)), text, while_another_reads) is inner[0]


def test_threads_that_ask_for_a_model_at_once_have_one(folder: Path) -> None:
    rules, ready = load_ruleset(folder), Barrier(8)

    def asked(_: int) -> type:
        ready.wait()
        return facts_model(rules)

    with ThreadPoolExecutor(8) as threads:
        assert len(set(threads.map(asked, range(8)))) == 1
