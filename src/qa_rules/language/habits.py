"""What people write for a structure who know another language, and what to write instead."""

from __future__ import annotations

import re
from typing import Final

from qa_rules.language.instead import Instead

_MONTHS: Final = "January|February|March|April|May|June|July|August|September|October|November|December"
_NO_DATE: Final = ("is not a date", "write year, month and day, such as 2026-03-01")
NO_FIT: Final = "does not fit here"

_ADDED: Final = "numbers are added in a value: write a `sum:` under `values:`, and compare that by its name"
_TAKEN: Final = (
    "numbers are taken apart in a value: write a `difference:` under `values:`, and compare that by its name"
)
_TIMES: Final = (
    "write `2 times name` among the parts of a `sum:` under `values:`, and compare that; no fact times a fact"
)
_PART_OF: Final = (
    "of requirements, write a `share:` under `values:`; 30 percent of one is `0.3 times name` in a `sum:`"
)
_SEARCHED: Final = "text is not searched: ask `is given`; of a choice or a code also `is one of`"

LEAVE_OUT: Final = "leave out `is`"

_ONLY_WHEN: Final = "write `only_when:` with `this:` and `then:`"
_LONG_AGO: Final = "write `not:` over a test with `within {span}`"
_DAYS: Final = (
    "there are no weeks, quarters or years: write days, `not before 2026-10-01`, or `within 3 months`"
)
_ONE_ONLY: Final = "write both under `any_of:` and, beside it, `not:` over `all_of:` of them"
_RECORDS: Final = "write `{how} {{list}}:` as a key, and the test of one record under it"
_LISTED: Final = "this cannot be asked: list the values, each with `is`, under `any_of:`"
_LINEAR: Final = "numbers are added, taken apart, multiplied by a constant and compared, and no more"

IN_TESTS: Final = (
    (r"=>|->|\bimplies\b", NO_FIT, _ONLY_WHEN),
    (r"\b(is )?(with)?in the (last|past) (?P<span>\d+ (days|months))", NO_FIT, "write `within {span}`"),
    (r"\bless than (?P<span>\d+ (days|months)) ago\b", NO_FIT, "write `within {span}`"),
    (r"\b(older|more|longer) than (?P<span>\d+ (days|months))( ago)?\b", NO_FIT, _LONG_AGO),
    (r"\b(in )?(this|the last|last|the current|next) (week|month|quarter|year)\b", NO_FIT, _DAYS),
    (r"\b(since|not? earlier than|from)\b", NO_FIT, "write `not before`"),
    (r"\b(not? later than|until|up to|by)\b", NO_FIT, "write `not after`"),
    (r"\b(is )?(expired|overdue|lapsed|out of date|in the past)$", NO_FIT, "write `before on`"),
    (r"\b(is )?(better than)\b", NO_FIT, "write `more than`"),
    (r"\b(is )?(worse than|below|under)\b", NO_FIT, "write `less than`"),
    (r"\bxor\b", NO_FIT, _ONE_ONLY),
    (
        r"^at most \d+ of\b",
        NO_FIT,
        "write `not:` over `at_least: {{count: 2, of: [...]}}`, the count one more",
    ),
    (
        r"^exactly \d+ of\b",
        NO_FIT,
        "write `at_least:` and `not:` over `at_least:` with one more, under `all_of:`",
    ),
    (r"^(none|neither) of\b", NO_FIT, "write `not:` over `any_of:`"),
    (r"^(any|one) of\b", NO_FIT, "write the tests under `any_of:`"),
    (r"^(all|both) of\b", NO_FIT, "write the tests under `all_of:`"),
    (r"^(most|half|percentage|proportion|share) of\b", NO_FIT, _PART_OF),
    (r"^[A-Z]\S* (at least|at most|more than|less than) \d+.*", NO_FIT, _PART_OF),
    (r"^(every|each|all) (?P<list>[a-z]\w+) .*", NO_FIT, _RECORDS.format(how="every")),
    (r"^(some|any) (?P<list>[a-z]\w+) .*", NO_FIT, _RECORDS.format(how="some")),
    (r"\b(is )(true|True|TRUE)\b", NO_FIT, "write `is yes`"),
    (r"\b(is )(false|False|FALSE)\b", NO_FIT, "write `is no`"),
    (r"\b(mod|modulo)\b", NO_FIT, _LISTED),
    (r"\b(squared|cubed|to the power of|round(ed)?|log|sqrt)\b|\^", NO_FIT, _LINEAR),
    (
        r"\bis (n/a|not applicable)\b",
        NO_FIT,
        "what does not apply is no answer: write when it applies under `applies_when:`",
    ),
    (r"\b(sum|total)( of\b| ?\()", NO_FIT, _ADDED),
    (
        r"\b(average|avg|mean)( of\b| ?\()",
        NO_FIT,
        "compare a `sum:` under `values:` with so many times the limit",
    ),
    (
        r"\b(least|lowest|minimum|min)( of\b| ?\()",
        NO_FIT,
        "write a `least:` under `values:`, and compare that by its name",
    ),
    (
        r"\b(greatest|highest|maximum|max)( of\b| ?\()",
        NO_FIT,
        "write a `greatest:` under `values:`, and compare that",
    ),
    (
        r"\b(count|number)( of\b| ?\()",
        NO_FIT,
        "write a `count:` under `values:`, and compare that by its name",
    ),
    (r"^[a-z][\w.]* (plus|and) [a-z][\w.]* (?=at |more |less |is )", NO_FIT, _ADDED),
    (r"^[a-z][\w.]* \+", NO_FIT, _ADDED),
    (r"^[a-z][\w.]* (minus\b|- )", NO_FIT, _TAKEN),
    (r"\b[\w.]+ (times|multiplied by|\*)", NO_FIT, _TIMES),
    (r"\b[\w.]+ (divided by|/)", NO_FIT, "multiply the other side instead: " + _TIMES),
    (r"\d+(\.\d+)? ?(%|percent|per cent)( of)?", NO_FIT, _PART_OF),
    (r"\b(contains|starts with|ends with|begins with|matches|like|has)\b", NO_FIT, _SEARCHED),
    (r"\blength( of\b| ?\()", NO_FIT, _SEARCHED),
    (
        r"\b(is )?(a )?multiple of\b",
        NO_FIT,
        _LISTED,
    ),
    (r"(?P<n>\b\d+) weeks?\b", NO_FIT, "write `{days} days`"),
    (r"(?P<n>\b\d+) fortnights?\b", NO_FIT, "write `{days} days`"),
    (r"(?P<n>\b\d+) quarters?\b", NO_FIT, "write `{months} months`"),
    (r"^if\b", NO_FIT, _ONLY_WHEN),
    (r"\b(is )?not in\b", NO_FIT, "write `is not one of`"),
    (r"\b(is )?in\b", NO_FIT, "write `is one of`"),
    (r"\bunless\b", NO_FIT, _ONLY_WHEN),
    (
        r"^(latest|last|first|newest) ",
        NO_FIT,
        "ask `some` or `every` of the records, each with its own test",
    ),
    (r"^at least \d+ ?(%|percent|per cent).*", NO_FIT, _PART_OF),
    (r"^at least \d+ of\b", NO_FIT, "write `at_least: {{count: 2, of: [...]}}`"),
    (r">=", NO_FIT, "write `at least`"),
    (r"<=", NO_FIT, "write `at most`"),
    (r">(?!=)", NO_FIT, "write `more than`"),
    (r"<(?![=>])", NO_FIT, "write `less than`"),
    (r"!=|<>", NO_FIT, "write `is not`"),
    (r"(?<![<>!])==?", NO_FIT, "write `is`"),
    (r"\d+([/.]\d+[/.]|-\d{1,2}-)\d+", *_NO_DATE),
    (rf"\d{{1,2}} ({_MONTHS}) \d{{4}}", *_NO_DATE),
    (r"\d{1,3}([, ]\d{3})+", NO_FIT, "write numbers without commas or spaces: {plain}"),
    (r"\b(is )?between\b", NO_FIT, "write `at least` and `at most`, each a test of its own under `all_of:`"),
    (r"\b(within|plus|least|most|than) one\b", NO_FIT, "write the number in digits: 1"),
    (r"\b(is )?((greater|higher|larger|bigger) than|exceeds?|above|over)\b", NO_FIT, "write `more than`"),
    (r"\b(is )?(fewer|lower|smaller) than\b", NO_FIT, "write `less than`"),
    (r"\bis (at (least|most)|(more|less) than|before|after|within)\b", NO_FIT, LEAVE_OUT),
    (r"\b(is )?(equals?|equal to)\b", NO_FIT, "write `is`"),
    (r"^(?P<id>[A-Z]\S*) (is )?met$", NO_FIT, "write `{id} applies and is met`"),
    (r"^(?P<id>[A-Z]\S*) not met$", NO_FIT, "write `{id} is not met`"),
    (r"\band\b", NO_FIT, "write one test to a line under `all_of:`"),
    (r"\bor\b", NO_FIT, "write one test to a line under `any_of:`"),
    (r"^not\b", NO_FIT, "write `not:` as a key, and the test behind it"),
)
"""What people write who know another language, what is wrong with it, and what to write instead."""

UNKNOWN_WORDS: Final = {
    **dict.fromkeys(("true", "TRUE"), "write `yes`"),
    **dict.fromkeys(("false", "FALSE"), "write `no`"),
    **dict.fromkeys(
        ("known", "unknown", "missing", "answered", "null"),
        "what is not known leaves a test open by itself; of what may be none ask `is given`",
    ),
    **dict.fromkeys(
        ("met", "satisfied"),
        "a fact is asked by its name alone, a requirement by its id, which begins with a capital",
    ),
}
"""Words that name no fact: what to write, or that there is no such thing."""

_HABITS: Final = (
    (r"none_of|no_of|neither|none|not_any|nor", "write `not:` over `any_of:`"),
    (r"xor|exactly_one", _ONE_ONLY),
    (r"at_least_(two|three|four)|majority|most", "write `at_least:` with a `count` and the tests under `of`"),
    (r"else|otherwise", "there is no second half: write what holds then as a test of its own"),
    (r"at_most_one", "write `not:` over `at_least:` with `count: 2`"),
    (r"at_most", "write `not:` over `at_least:` with a `count` of one more"),
    (
        r"exactly",
        "write two under `all_of:`, `at_least:` and `not:` over `at_least:` with a `count` of one more",
    ),
    (r"one_of|either|or", "write `any_of:`"),
    (r"both|and", "write `all_of:`"),
    (r"if|when|unless|implies", _ONLY_WHEN),
    (r"at most (?P<n>\d+) (?P<list>\w+)", "write `not:` over `at least {more} {list}:`"),
    (
        r"(exactly|only|just) (?P<n>\d+) (?P<list>\w+)",
        "write two under `all_of:`, `at least {n} {list}:` and `not:` over `at least {more} {list}:`",
    ),
    (
        r"between (?P<few>\d+) and (?P<n>\d+) (?P<list>\w+)",
        "write two under `all_of:`, `at least {few} {list}:` and `not:` over `at least {more} {list}:`",
    ),
    (r"(more than|over) (?P<n>\d+) (?P<list>\w+)", "write `at least {more} {list}:`"),
    (r"(less|fewer) than (?P<n>\d+) (?P<list>\w+)", "write `not:` over `at least {n} {list}:`"),
    (r"(no|none) (of )?(?P<list>\w+)", "write `not:` over `some {list}:`"),
    (
        r"(most|half|at least half)( of)?( the)? \w+",
        "write a `share:` under `values:`, and compare that by its name",
    ),
    (r"(all|each) (of )?(?P<list>\w+)", "write `every {list}:`"),
    (r"(any|an?|exists) (of )?(?P<list>\w+)", "write `some {list}:`"),
    (
        r"at least \S*policy\.\S+ (?P<list>\w+)",
        "the number has to be written out: `at least 2 {list}:`; \
or compare a `count:` under `values:` with the setting",
    ),
    (r"at least .*(percent|%).*", "write a `share:` under `values:`, and compare that by its name"),
    (r"(sum|total|average|count|number)\b.*", "write it under `values:`, and compare that by its name"),
)
_EXACT: Final = re.compile(
    r"write `(?P<over>not):` over `(?P<inner>any_of|some \w+|at least \d+ \w+):`|write `(?P<key>[^`:]+):`"
)
"""Hints that say all that is to be written in the place of a key: another, or one that stands over another."""


def meant_by(key: str) -> str:
    """Return what to write instead of a key that is no structure, or empty."""
    for pattern, instead in _HABITS:
        found = re.fullmatch(pattern, key.strip())
        if found is not None:
            groups = found.groupdict()
            hint = instead.format(**groups, more=int(groups.get("n") or 0) + 1)
            exact = _EXACT.fullmatch(hint)
            if exact is None:
                return hint
            new, below = exact.group("over", "inner")
            return Instead(hint, key, new or exact["key"], below or "")
    return ""


def certain(hint: str, word: str) -> str:
    """Return a hint about a word, with the replacement where it says nothing but what to write."""
    found = re.fullmatch(r"write `([^`:]+)`", hint)
    return hint if found is None else Instead(hint, word, found[1])
