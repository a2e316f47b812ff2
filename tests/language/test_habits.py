"""What people write who do not know the rule language leads them to what to write, at the first try."""

from __future__ import annotations

from typing import Any

import pytest

from qa_rules import RulesetError, ruleset_from
from tests.standards.building import standard

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
    ("insured is true", "write `yes`"),
    ("insured is False", "write `is no`"),
    ("insured => note is given", "`only_when:`"),
    ("insured implies note is given", "`only_when:`"),
    ("insured xor note is given", "`any_of:` and, beside it, `not:` over `all_of:`"),
    ("insured is known", "leaves a test open by itself"),
    ("insured is missing", "leaves a test open by itself"),
    ("insured is met", "by its name alone"),
    ("at most 1 of A, B", "`not:` over `at_least:"),
    ("exactly 1 of A, B", "`not:` over `at_least:`"),
    ("none of A, B", "`not:` over `any_of:`"),
    ("any of A, B", "under `any_of:`"),
    ("percentage of A at least 80", "`share:` under `values:`"),
    ("A at least 80", "`share:` under `values:`"),
    ("hygiene below 3", "write `less than`"),
    ("hygiene better than 3", "write `more than`"),
    ("hygiene worse than 3", "write `less than`"),
    ("hygiene mod 5 is 0", "list the values"),
    ("hygiene squared at most 10", "multiplied by a constant"),
    ("round(hygiene) at most 3", "multiplied by a constant"),
    ("seen_on in the last 6 months", "write `within 6 months`"),
    ("seen_on less than 6 months ago", "write `within 6 months`"),
    ("seen_on older than 6 months", "`not:` over a test with `within 6 months`"),
    ("seen_on this quarter", "`within 3 months`"),
    ("seen_on since 2020-01-01", "write `not before`"),
    ("seen_on no later than 2020-01-01", "write `not after`"),
    ("seen_on until 2020-01-01", "write `not after`"),
    ("seen_on expired", "write `before on`"),
    ("every visits done", "`every visits:` as a key"),
    ("some visits done", "`some visits:` as a key"),
    ("hygiene is n/a", "`applies_when:`"),
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
    ("none", ["insured"], "`not:` over `any_of:`"),
    ("not_any", ["insured"], "`not:` over `any_of:`"),
    ("xor", ["insured"], "`not:` over `all_of:`"),
    ("else", "insured", "as a test of its own"),
    ("majority", ["insured"], "`at_least:` with a `count`"),
    ("at_least_two", ["insured"], "`at_least:` with a `count`"),
    ("between 2 and 3 visits", "done", "`at least 2 visits:` and `not:` over `at least 4 visits:`"),
    ("only 1 visits", "done", "`not:` over `at least 2 visits:`"),
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


def test_no_hint_names_another_fact_or_word_for_what_is_not_there() -> None:
    """Alike is not meant: `true` is no `structure`, `since` no `includes`, `this` no `is`."""
    for test in (
        "insured is true",
        "seen_on since 2020-01-01",
        "seen_on this quarter",
        "hygiene worse than 3",
    ):
        assert not any("did you mean" in each for each in hints(test)), hints(test)


def test_an_outcome_for_all_others_is_told_the_word() -> None:
    outcomes = [
        {"id": "stop", "words": "No", "allows": False, "when": "insured is no"},
        {"id": "go_on", "words": "Yes", "allows": True, "when": "else"},
    ]
    clause = {"id": "A", "title": "a", "says": "a.", "source": {"c": 1}, "met_when": "insured"}
    with pytest.raises(RulesetError) as caught:
        standard(
            {"insured": FACTS["insured"]}, {"A": clause}, [{"id": "go", "title": "Go?", "outcomes": outcomes}]
        )
    assert ["the last outcome may say `otherwise`" in each.hint for each in caught.value.diagnostics] == [
        True
    ]
