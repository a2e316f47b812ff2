"""Small rulesets, and everybody whom they could be asked about."""

from __future__ import annotations

import datetime
from collections.abc import Mapping
from itertools import product

from hypothesis import strategies as st

from qa_rules import Ruleset, ruleset_from
from qa_rules.model.facts import Evidence, Facts, FactValue, Records
from qa_rules.model.values import Value

ON = datetime.date(2026, 11, 25)
DAY = datetime.timedelta(days=1)

DECLARED: Mapping[str, Mapping[str, object]] = {
    "a": {"type": "yes_no", "label": "a", "question": "A?"},
    "n": {"type": "integer", "least": 0, "most": 3, "label": "n", "question": "N?", "may_be_none": True},
    "fee": {"type": "decimal", "least": 0, "most": 2, "label": "fee", "question": "Fee?"},
    "day": {"type": "date", "label": "day", "question": "Day?"},
    "kind": {
        "type": "choice",
        "ordered": True,
        "label": "kind",
        "question": "Kind?",
        "options": {"low": "Low", "middle": "Middle", "high": "High"},
    },
    "helps": {
        "type": "choices",
        "label": "help",
        "question": "Help?",
        "options": {"walks": "Walks", "talks": "Talks"},
    },
    "rooms": {
        "type": "collection",
        "record": "room",
        "label": "rooms",
        "question": "Rooms?",
        "fields": {"safe": {"type": "yes_no", "label": "safe", "question": "Safe?"}},
    },
}
VALUES: Mapping[str, list[Value]] = {
    "a": [True, False],
    "n": [0, 1, 2, 3],
    "fee": [],
    "day": [ON - DAY, ON, ON + DAY],
    "kind": ["low", "middle", "high"],
    "helps": [frozenset(), frozenset({"walks"}), frozenset({"talks"}), frozenset({"walks", "talks"})],
}
"""What is tried of each fact; a part of what there is."""
LEAVES = {
    "a": ("a", "a is no"),
    "n": ("n at least 1", "n at most 2", "n more than 3", "n is 2", "n is given"),
    "day": ("day before on", "day not after on", "day within 1 days"),
    "kind": ("kind at least middle", "kind is one of low, high", "kind is high"),
    "helps": ("helps includes walks", "helps includes any of walks, talks", "helps is empty"),
    "rooms": ("every", "some", "at least 2"),
}


def leaf(about: str, words: str) -> object:
    """A test as a ruleset writes it."""
    return {f"{words} rooms": "safe"} if about == "rooms" else words


def ruleset_of(requirements: Mapping[str, Mapping[str, object]], **more: object) -> Ruleset:
    """A ruleset of these requirements, with one group and one decision over all of them."""
    names = list(requirements)
    decision = {
        "id": "overall",
        "title": "Overall?",
        "outcomes": [
            {"id": "stops", "words": "No", "allows": False, "when": "Everything is not met"},
            {"id": "starts", "words": "Yes", "allows": True, "when": "Everything"},
        ],
    }
    return ruleset_from(
        {
            "format": 1,
            "ruleset": "small",
            "edition": "1",
            "title": "Small",
            "source": {"title": "Small"},
            "caveats": ["For tests."],
            "facts": {name: dict(each) for name, each in DECLARED.items()},
            "requirements": [
                {"id": name, "title": name, "says": name, "source": {"clause": name}, **each}
                for name, each in requirements.items()
            ],
            "groups": [{"id": "Everything", "title": "Everything", "members": names}],
            "decisions": [decision],
            **more,
        }
    )


@st.composite
def rulesets(draw: st.DrawFn) -> tuple[Ruleset, tuple[str, ...]]:
    """A ruleset of two requirements over three facts, and the names of those facts."""
    names = tuple(draw(st.lists(st.sampled_from(sorted(LEAVES)), min_size=3, max_size=3, unique=True)))
    tests = [leaf(name, words) for name in names for words in LEAVES[name]]
    leaves: st.SearchStrategy[object] = st.sampled_from(tests)
    rules = st.recursive(
        leaves,
        lambda inner: st.one_of(
            st.builds(lambda each: {"all_of": each}, st.lists(inner, min_size=2, max_size=3)),
            st.builds(lambda each: {"any_of": each}, st.lists(inner, min_size=2, max_size=3)),
            st.builds(lambda each: {"not": each}, inner),
            st.builds(
                lambda each: {"at_least": {"count": 2, "of": each}}, st.lists(inner, min_size=3, max_size=3)
            ),
        ),
        max_leaves=4,
    )
    requirements: dict[str, dict[str, object]] = {
        "R1": {"met_when": draw(rules), "applies_when": draw(rules)},
        "R2": {"met_when": draw(rules)},
    }
    return ruleset_of(requirements), names


def providers(names: tuple[str, ...]) -> list[Facts]:
    """Everybody whom these facts can tell apart, and some of those whom they cannot."""
    ways: list[list[object]] = []
    for name in names:
        if name == "rooms":
            fields = [{}, {"safe": FactValue(True)}, {"safe": FactValue(False)}]
            lists = [records for count in range(3) for records in product(fields, repeat=count)]
            ways.append(
                [None, *(Records(each, Evidence(), partial) for each in lists for partial in (False, True))]
            )
            continue
        found: list[object] = [None, *(FactValue(value) for value in VALUES[name])]
        if name == "helps":
            found += [FactValue(value, partial=True) for value in VALUES[name]]
        ways.append(found)
    everybody = []
    for chosen in product(*ways):
        pairs = dict(zip(names, chosen, strict=True))
        everybody.append(
            Facts(
                {name: each for name, each in pairs.items() if isinstance(each, FactValue)},
                {name: each for name, each in pairs.items() if isinstance(each, Records)},
            )
        )
    return everybody
