"""Of a rule over records only that is asked which some way of completing the facts lets change the answer.

The completions are gone through one by one, with an evaluator of two lines.
"""

from __future__ import annotations

import datetime
from collections.abc import Iterator, Mapping
from itertools import product
from typing import Any

import attrs
from hypothesis import given
from hypothesis import strategies as st

from qa_rules import assess, facts_from, load_policy, load_ruleset, ruleset_from
from qa_rules.api.analyse import next_questions
from qa_rules.model.values import Severity
from tests.strategies import LIGHT
from tests.told.test_never_shorter import CAFE, SEEN

ON = datetime.date(2026, 12, 1)
SCALARS = ("a", "b", "c")
FIELDS = ("x", "y")
Tree = str | tuple[str, tuple["Tree", ...]]


def rules(body: Tree, outer: str) -> Any:
    """A ruleset: for every item of kind x the body, and besides c."""
    yes_no = {"type": "yes_no", "label": "thing", "question": "Is it?"}
    row = {"title": "T", "says": "S", "source": {"clause": 1}, "fix": "Do it."}
    every = {"every items": {"where": "x", "meets": written(body), "empty_is_met": True}}
    return ruleset_from(
        {
            "format": 1,
            "ruleset": "small",
            "edition": "1",
            "title": "Small",
            "source": {"title": "Small"},
            "caveats": ["For tests."],
            "subject": {"singular": "group", "plural": "groups"},
            "facts": {
                **{name: {**yes_no, "about": "provider"} for name in SCALARS},
                "items": {
                    "type": "collection",
                    "record": "item",
                    "label": "items",
                    "question": "Which items?",
                    "about": "provider",
                    "fields": dict.fromkeys(FIELDS, yes_no),
                },
            },
            "requirements": [{"id": "R", **row, "met_when": {outer: ["c", every]}}],
            "decisions": [
                {
                    "id": "d",
                    "title": "May it?",
                    "outcomes": [
                        {"id": "waits", "words": "No", "allows": "no", "when": "R is not met"},
                        {"id": "starts", "words": "Yes", "allows": "yes", "when": "R"},
                    ],
                }
            ],
        }
    )


def written(tree: Tree) -> Any:
    if isinstance(tree, str):
        return tree.removeprefix("-") if not tree.startswith("-") else {"not": tree[1:]}
    return {tree[0]: [written(each) for each in tree[1]]}


def holds(tree: Tree, facts: Mapping[str, bool]) -> bool:
    if isinstance(tree, str):
        return facts[tree.removeprefix("-")] is not tree.startswith("-")
    return (all if tree[0] == "all_of" else any)(holds(each, facts) for each in tree[1])


@st.composite
def trees(draw: st.DrawFn) -> Tree:
    """Some of a, b and y, each once, some of them denied."""
    names = draw(st.permutations(("a", "b", "y")))
    signed = [draw(st.sampled_from(("", "-"))) + each for each in names]
    ops = [draw(st.sampled_from(("all_of", "any_of"))) for _ in range(2)]
    return ops[0], (signed[0], (ops[1], tuple(signed[1:])))


@LIGHT
@given(
    trees(),
    st.sampled_from(("all_of", "any_of")),
    st.fixed_dictionaries({name: st.sampled_from((None, True, False)) for name in (*SCALARS, *FIELDS)}),
    st.sampled_from(("whole", "none yet", "unknown")),
)
def test_what_is_asked_can_change_the_answer_and_nothing_else_can(
    body: Tree, outer: str, known: dict[str, bool | None], listed: str
) -> None:
    given_: dict[str, object] = {name: known[name] for name in SCALARS if known[name] is not None}
    if listed == "whole":
        given_["items"] = [{name: known[name] for name in FIELDS if known[name] is not None}]
    elif listed == "none yet":
        given_["items"] = {"records": [], "partial": True}
    ruleset = rules(body, outer)
    made = assess(ruleset, facts_from(given_, ruleset), on=ON)
    asked = {each.fact for each in next_questions(made, "tier", n=9).questions}
    fixed = {name: each for name, each in known.items() if name in SCALARS or listed == "whole"}
    matter = {*changing(body, outer, fixed)}
    assert asked - {"items"} == matter - {"items"}
    # Of a list of which nothing is known it stays open what each record of it would come to.
    assert listed != "whole" or ("items" in asked) == ("items" in matter)


def changing(body: Tree, outer: str, known: Mapping[str, bool | None]) -> Iterator[str]:
    """Whatever can be the one thing by which two completions differ that answer differently."""
    names: tuple[str, ...] = (*SCALARS, *FIELDS)
    every: list[dict[str, bool]] = [
        dict(zip(names, values, strict=True))
        for values in product((True, False), repeat=len(names))
        if all(known.get(name) in (None, value) for name, value in zip(names, values, strict=True))
    ]

    def answer(facts: Mapping[str, bool]) -> bool:
        of_items = not facts["x"] or holds(body, facts)
        return (all if outer == "all_of" else any)((facts["c"], of_items))

    for name in (*SCALARS, "items"):
        own = FIELDS if name == "items" else (name,)
        answers: dict[tuple[bool, ...], set[bool]] = {}
        for each in every:
            rest = tuple(value for other, value in each.items() if other not in own)
            answers.setdefault(rest, set()).add(answer(each))
        if any(len(each) > 1 for each in answers.values()):
            yield name


def test_the_date_of_a_way_of_assessing_that_is_not_in_use_is_not_asked() -> None:
    ruleset = load_ruleset("social-prescribing")
    policy = load_policy("illustrative-three-tiers", ruleset)
    facts = {name: {"value": each, **SEEN} for name, each in CAFE.items() if name != "changes"}
    change = {
        "what_changed": {"value": "Moved to a pub", **SEEN},
        "changed_on": {"value": "2026-11-29", **SEEN},
    }
    given_ = {**facts, "changes": [change]}
    policy = attrs.evolve(policy, severities={**policy.severities, "SP-25": Severity.REQUIRED})
    made = assess(ruleset, facts_from(given_, ruleset), on=ON, policy=policy)
    asked = {each.fact for each in next_questions(made, "tier", n=99).questions}
    assert "changes" in asked
    assert "assessment_date" not in asked
