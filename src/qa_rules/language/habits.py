"""What people write for a structure who know another language, and what to write instead."""

from __future__ import annotations

import re
from typing import Final

from qa_rules.language.instead import Instead

_HABITS: Final = (
    (r"none_of|no_of|neither", "write `not:` over `any_of:`"),
    (r"at_most_one", "write `not:` over `at_least:` with `count: 2`"),
    (r"at_most", "write `not:` over `at_least:` with a `count` of one more"),
    (
        r"exactly",
        "write two under `all_of:`, `at_least:` and `not:` over `at_least:` with a `count` of one more",
    ),
    (r"one_of|either|or", "write `any_of:`"),
    (r"both|and", "write `all_of:`"),
    (r"if|when|unless|implies", "write `only_when:` with `this:` and `then:`"),
    (r"at most (?P<n>\d+) (?P<list>\w+)", "write `not:` over `at least {more} {list}:`"),
    (
        r"exactly (?P<n>\d+) (?P<list>\w+)",
        "write two under `all_of:`, `at least {n} {list}:` and `not:` over `at least {more} {list}:`",
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
