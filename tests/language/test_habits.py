"""What people write who do not know the rule language leads them to what to write, at the first try."""

from __future__ import annotations

from typing import Any

import pytest

from qa_rules import RulesetError, ruleset_from

FACTS: dict[str, Any] = {
    "hygiene": {"type": "integer", "label": "hygiene", "question": "How much?"},
    "structure": {"type": "integer", "label": "structure", "question": "How much?"},
    "spend": {"type": "decimal", "label": "spend", "question": "How much?"},
    "turnover": {"type": "decimal", "label": "turnover", "question": "How much?"},
    "insured": {"type": "yes_no", "label": "insured", "question": "Is it?"},
    "note": {"type": "text", "label": "note", "question": "What?"},
    "seen_on": {"type": "date", "label": "day", "question": "When?"},
    "visits": {
        "type": "collection",
        "label": "visits",
        "question": "Which?",
        "fields": {"done": {"type": "yes_no", "label": "done", "question": "Was it?"}},
    },
}
TESTS = [
    ("hygiene plus structure at most 15", "`sum:` under `values:`"),
    ("hygiene + structure at most 15", "`sum:` under `values:`"),
    ("hygiene minus structure at least 2", "`difference:` under `values:`"),
    ("sum of hygiene, structure at most 20", "`sum:` under `values:`"),
    ("total of hygiene, structure at most 20", "`sum:` under `values:`"),
    ("average of hygiene, structure at most 20", "so many times the limit"),
    ("hygiene times structure at most 20", "no fact times a fact"),
    ("spend at most 0.3 times turnover", "`2 times name`"),
    ("spend at most 30 percent of turnover", "`0.3 times name`"),
    ("spend at most 30% of turnover", "`0.3 times name`"),
    ("at least 80 percent of A", "`share:` under `values:`"),
    ("at least 2 of A, B", "`at_least: {count: 2, of: [...]}`"),
    ("greatest of hygiene, structure at most 10", "`greatest:` under `values:`"),
    ("number of visits at least 2", "`count:` under `values:`"),
    ("note contains 'http'", "text is not searched"),
    ("note starts with 'BT'", "text is not searched"),
    ("note matches 'BT.*'", "text is not searched"),
    ("seen_on within 6 weeks", "write `42 days`"),
    ("seen_on within 2 fortnights", "write `28 days`"),
    ("seen_on within 2 quarters", "write `6 months`"),
    ("max(hygiene, structure) at most 10", "`greatest:` under `values:`"),
    ("count(visits) at most 3", "`count:` under `values:`"),
    ("note has 'x'", "text is not searched"),
    ("length of note at least 5", "text is not searched"),
    ("hygiene is a multiple of 5", "list the values"),
    ("if insured then note is given", "`only_when:`"),
    ("hygiene is in 1, 2", "write `is one of`"),
    ("hygiene in 1, 2", "write `is one of`"),
    ("hygiene not in 1, 2", "write `is not one of`"),
    ("latest visits seen_on within 3 months", "`some` or `every`"),
    ("insured unless hygiene at least 2", "`only_when:`"),
    ("insured = yes", "write `is`"),
]
KEYS: list[tuple[str, Any, str]] = [
    ("none_of", ["insured"], "`not:` over `any_of:`"),
    ("at_most", {"count": 1, "of": ["insured"]}, "`not:` over `at_least:`"),
    ("at_most_one", ["insured"], "`not:` over `at_least:` with `count: 2`"),
    ("most visits", "done", "`share:` under `values:`"),
    ("at least half visits", "done", "`share:` under `values:`"),
    ("at most 3 visits", "done", "`not:` over `at least 4 visits:`"),
    ("exactly 2 visits", "done", "`not:` over `at least 3 visits:`"),
    ("more than 2 visits", "done", "`at least 3 visits:`"),
    ("fewer than 2 visits", "done", "`not:` over `at least 2 visits:`"),
    ("no visits", "done", "`not:` over `some visits:`"),
    ("all visits", "done", "`every visits:`"),
    ("any visits", "done", "`some visits:`"),
    ("at least policy.few visits", "done", "the number has to be written out"),
    ("at least 80 percent of All", "done", "`share:` under `values:`"),
    ("if", {"this": "insured", "then": "insured"}, "`only_when:`"),
]


def hints(met_when: Any) -> list[str]:
    clause = {"id": "A", "title": "a", "says": "a.", "source": {"c": 1}, "met_when": met_when}
    outcome = {"id": "a", "words": "a", "allows": True, "when": "insured"}
    data = {
        "format": 1,
        "ruleset": "habits",
        "edition": "1",
        "title": "Habits",
        "source": {"t": "s"},
        "caveats": [],
        "facts": FACTS,
        "requirements": [clause],
        "decisions": [{"id": "go", "title": "Go?", "outcomes": [outcome]}],
    }
    with pytest.raises(RulesetError) as caught:
        ruleset_from(data)
    return [each.hint for each in caught.value.diagnostics]


@pytest.mark.parametrize(("test", "says"), TESTS)
def test_a_test_in_other_words_is_told_what_to_write(test: str, says: str) -> None:
    assert any(says in each for each in hints(test)), hints(test)


@pytest.mark.parametrize(("key", "inner", "says"), KEYS)
def test_a_structure_in_other_words_is_told_what_to_write(key: str, inner: Any, says: str) -> None:
    assert any(says in each for each in hints({key: inner})), hints({key: inner})


def test_a_rule_in_if_and_then_is_told_what_to_write() -> None:
    assert any("`only_when:`" in each for each in hints({"if": "insured", "then": "note is given"}))


def test_an_outcome_that_asks_nothing_is_told_of_otherwise() -> None:
    outcomes = [
        {"id": "stop", "words": "No", "allows": False, "when": "insured is no"},
        {"id": "go_on", "words": "Yes", "allows": True, "when": {"all_of": []}},
    ]
    data = {
        "format": 1,
        "ruleset": "habits",
        "edition": "1",
        "title": "Habits",
        "source": {"t": "s"},
        "caveats": [],
        "facts": FACTS,
        "requirements": [{"id": "A", "title": "a", "says": "a.", "source": {"c": 1}, "met_when": "insured"}],
        "decisions": [{"id": "go", "title": "Go?", "outcomes": outcomes}],
    }
    with pytest.raises(RulesetError, match="`when: otherwise`"):
        ruleset_from(data)
