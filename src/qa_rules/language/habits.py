"""What people write for a structure who know another language, and what to write instead."""

from __future__ import annotations

import re
from typing import Final

_ONLY_WHEN: Final = "write `only_when:` with `this:`, the condition, and `then:`"
_STRUCTURES: Final = (
    (r"none_of|neither|nor|no_of", "write `not:` and below it `any_of:` with the list"),
    (r"at_most|no_more_than|max(imum)?", "write `not:` over `at_least:`, with a `count` of one more"),
    (
        r"exactly",
        "write `all_of:` with `at_least:` and with `not:` over `at_least:`, which has a `count` of one more",
    ),
    (r"one_of|or|either|any|some_of", "write `any_of:` and the list"),
    (r"and|all|both|every_of", "write `all_of:` and the list"),
    (r"unless( .*)?", "write `only_when:` with `this:`, a `not:` over the condition, and `then:`"),
    (r"(if|when|implies|provided)( .*)?", _ONLY_WHEN),
    (
        r"(?:at most|no more than|up to) (?P<more>\d+) (?P<name>[a-z]\w*)",
        "write `not:` and below it `at least {more} {name}:`",
    ),
    (
        r"exactly (?P<number>\d+) (?P<name>[a-z]\w*)",
        "write `all_of:` with `at least {number} {name}:` and with `not:` over `at least {next} {name}:`",
    ),
    (r"(?:more than|over) (?P<more>\d+) (?P<name>[a-z]\w*)", "write `at least {more} {name}:`"),
    (
        r"(?:less|fewer) than (?P<number>\d+) (?P<name>[a-z]\w*)",
        "write `not:` and below it `at least {number} {name}:`",
    ),
    (r"(?:no|none of|not any) (?P<name>[a-z]\w*)", "write `not:` and below it `some {name}:`"),
    (r"any (?P<name>[a-z]\w*)", "write `some {name}:`"),
    (r"(?:all|each) (?P<name>[a-z]\w*)", "write `every {name}:`"),
    (
        r"(?:latest|newest|last|first) (?P<name>[a-z]\w*)",
        "records have no order: write `some {name}:` with a test of its date",
    ),
    (
        r"at least policy\.\w+ (?P<name>[a-z]\w*)",
        "write the number out, as in `at least 2 {name}:`: a setting cannot say how many records",
    ),
)


def structure_hint(key: str) -> str:
    """Return what to write in place of a key that is no structure; empty where that is not known."""
    for pattern, instead in _STRUCTURES:
        found = re.fullmatch(pattern, key.strip())
        if found is not None:
            words = {name: word or "" for name, word in found.groupdict().items()}
            if "more" in words:
                words["more"] = str(int(words["more"]) + 1)
            if "number" in words:
                words["next"] = str(int(words["number"]) + 1)
            return instead.format(**words)
    return ""
