"""What the words of files name: nothing is missed, nothing is found that is not written, and tests are read exactly."""

from __future__ import annotations

from pathlib import Path

import pytest

from qa_rules.language.kinds import kind_of, room
from qa_rules.language.library import policy_file, policy_names, ruleset_file, ruleset_ids, vocabulary_file
from qa_rules.language.reading import Source, read_file, read_text
from qa_rules.language.words import Scope, Symbol, Word, scope_of, words_in_test, words_of

NOT_DECLARED = {Symbol("policy", "none"), Symbol("tier", "none")}
"""Words that stand for nothing that a file declares."""


def family(name: str) -> list[Source]:
    file = ruleset_file(name)
    ruleset = read_file(file)
    vocabularies = [vocabulary_file(each, file.parent) for each in ruleset.data.get("vocabularies", ())]
    policies = [read_file(policy_file(each)) for each in policy_names()]
    return [
        ruleset,
        *(read_file(each) for each in vocabularies if each is not None),
        read_file(file.parent / "cases.yaml"),
        *(each for each in policies if each.data["for"] == name),
    ]


def found(sources: list[Source]) -> list[Word]:
    scope = scope_of(sources)
    return [word for each in sources for word in words_of(each, kind_of(each) or "", scope)]


@pytest.mark.parametrize("name", ruleset_ids())
def test_every_word_that_is_used_is_declared_and_stands_where_it_is_said_to(name: str) -> None:
    sources = family(name)
    lines = {each.name: each.lines for each in sources}
    words = found(sources)
    for each in words:
        line = lines[each.place.file][each.place.line - 1]
        assert line[each.place.column - 1 : each.place.column - 1 + len(each.text)] == each.text
    declared = {each.symbol for each in words if each.defines}
    lost = {each.symbol for each in words} - declared - NOT_DECLARED
    assert {each for each in lost if not each.name.endswith(".not_applicable")} == set()
    requirements = {each["id"] for each in sources[0].data["requirements"]}
    assert requirements <= {each.name for each in declared if each.kind == "rule"}


SCOPE = Scope(
    facts={
        "pace": {"type": "choice", "options": {"slow": "Slow", "walkers": "Walkers"}},
        "walkers": {"type": "integer"},
        "plan": {"type": "document", "covers": {"falls": "Falls"}},
        "leaders": {"type": "collection", "fields": {"trained": {"type": "yes_no"}}},
    },
    values={"score": {"type": "number"}},
    parameters={"most": {"type": "integer"}},
)


@pytest.mark.parametrize(
    ("text", "collection", "named"),
    [
        ("pace is walkers", "", ["fact pace", "option fact pace.walkers"]),
        ("walkers at most policy.most", "", ["fact walkers", "parameter most"]),
        ("score at least walkers", "", ["value score", "fact walkers"]),
        ("plan.dated within 3 months", "", ["fact plan"]),
        ("plan covers falls", "", ["fact plan", "option fact plan.falls"]),
        ("trained", "leaders", ["field leaders.trained"]),
        ("trained", "", []),
        ("W-1 applies and is met", "", ["rule W-1"]),
        ("All:required", "", ["rule All"]),
        ("W-1 at strength seen", "", ["rule W-1"]),
        ("walkers at", "", ["fact walkers"]),  # not written to its end
        ("pace is slow or walkers >= policy.most", "", ["fact pace", "fact walkers", "parameter most"]),
    ],
)
def test_a_word_of_a_test_names_what_the_reader_takes_it_for(
    text: str, collection: str, named: list[str]
) -> None:
    words = [*words_in_test(text, SCOPE, collection)]
    assert [f"{symbol.kind} {symbol.name}" for _, _, symbol in words] == named
    assert [text[at : at + len(word)] for at, word, _ in words] == [word for _, word, _ in words]


def test_words_of_a_test_are_found_over_several_lines_and_inside_quotes() -> None:
    text = (
        'format: 1\nruleset: r\nedition: "1"\nfacts:\n  pace: {type: choice, options: {slow: S, fast: F}}\n'
        "requirements:\n  - id: R\n    met_when:\n      any_of:\n        - pace is one of slow,\n            fast\n"
        '        - "pace is slow"\n'
    )
    source = read_text(text, "r.yaml")
    uses = [(each.text, each.place.line, each.place.column) for each in found([source]) if not each.defines]
    assert uses == [("pace", 10, 11), ("slow", 10, 26), ("fast", 11, 13), ("pace", 12, 12), ("slow", 12, 20)]


@pytest.mark.parametrize(
    ("kind", "trail", "keys", "words", "is_rule"),
    [
        ("ruleset", (), "requirements", (), False),
        ("ruleset", ("requirements", 0), "met_when", (), False),
        ("ruleset", ("requirements", 0, "severity"), "", ("required", "condition", "advice"), False),
        ("ruleset", ("requirements", 0, "hard_stop"), "", ("yes", "no"), False),
        ("ruleset", ("requirements", 0, "met_when", "all_of", 0), "", (), True),
        ("ruleset", ("parameters",), "", (), False),
        ("ruleset", ("parameters", "most", "reading"), "because", (), False),
        ("ruleset", ("facts", "x", "fields", "y"), "question", (), False),
        ("ruleset", ("tables", 0, "inputs", 0), "test", (), False),
        ("ruleset", ("levels", 0, "needs"), "", (), True),
        ("policy", ("tiers", 0, "routes", "by_post"), "", (), True),
        ("cases", ("cases", 0, "nothing"), "", (), False),
    ],
)
def test_what_may_stand_at_a_place_follows_from_the_shape_of_the_file(
    kind: str, trail: tuple[str | int, ...], keys: str, words: tuple[str, ...], is_rule: bool
) -> None:
    here = room(kind, trail)
    assert (here.words, here.is_rule) == (words, is_rule)
    assert keys in here.keys if keys else not here.keys


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("policy: p\nfor: r@1\n", "policy"),
        ("ruleset: r@1\ncases: [\n", "cases"),
        ("format: 1\nvocabulary: v\nfacts:\n  a: {", "vocabulary"),
        ("ruleset: r\nedition: 1\n", "ruleset"),
        ("format: 1\nfacts: {}\n", "facts"),
        ("facts: {}\n", None),
        ("on: push\njobs: {}\n", None),
    ],
)
def test_a_file_is_known_by_its_keys_also_where_it_breaks_off(text: str, kind: str | None) -> None:
    assert kind_of(read_text(text, "some.yaml")) == kind


def test_a_place_in_a_shipped_file_is_that_of_its_text() -> None:
    source = read_file(Path(ruleset_file("ss2q@2017")))
    (word,) = [
        each
        for each in words_of(source, "ruleset", scope_of([source]))
        if each.defines and each.symbol == Symbol("rule", "SS2Q-1.1")
    ]
    assert source.lines[word.place.line - 1].strip() == "- id: SS2Q-1.1"
