"""Every kind of slip has its mutants, each changes one thing, and each says what and where."""

from __future__ import annotations

from pathlib import Path

import pytest

from qa_rules import load_policy, load_ruleset
from qa_rules.language.load import ruleset_ids
from qa_rules.language.policies import shipped_policies
from qa_rules.program.bind import close
from qa_rules.testing.mutants import Mutant, mutants, policy_mutants
from qa_rules.testing.operators import Kind

RULESET = """\
format: 1
ruleset: clubs
edition: "1"
title: Clubs
source: {title: Made up}
caveats: []
facts:
  open: {type: yes_no, label: open, question: "Open?"}
  warm: {type: yes_no, label: warm, question: "Warm?"}
  leaders: {type: integer, label: leaders, question: "How many?", least: 0, most: 50}
  since: {type: date, label: since, question: "Since when?"}
  size: {type: choice, ordered: yes, options: {low: L, middle: M, high: H}, label: size, question: "Size?"}
  tags: {type: choices, options: {x: X, y: Y, z: Z}, label: tags, question: "Tags?"}
  rooms:
    type: collection
    record: room
    label: rooms
    question: "Rooms?"
    fields: {safe: {type: yes_no, label: safe, question: "Safe?"}, dry: {type: yes_no, label: dry, question: "Dry?"}}
parameters:
  least: {type: integer, question: "How many?", reading: {value: 3, because: so}}
requirements:
  - {id: C-1, title: A, says: A., source: {c: 1}, met_when: {all_of: [open, not: warm]}, severity: required}
  - {id: C-2, title: B, says: B., source: {c: 2}, applies_when: open, met_when: leaders at least 2}
  - {id: C-3, title: C, says: C., source: {c: 3}, met_when: {any_of: [since within 6 months, since before 2020-01-31]}}
  - {id: C-4, title: D, says: D., source: {c: 4}, met_when: {at_least: {count: 2, of: [open, warm, size is middle]}}}
  - {id: C-5, title: E, says: E., source: {c: 5}, met_when: "tags includes at least 2 of x, y, z"}
  - {id: C-6, title: F, says: F., source: {c: 6}, met_when: {every rooms: {where: safe, meets: dry}}}
  - {id: C-7, title: G, says: G., source: {c: 7}, met_when: {at least 2 rooms: {meets: dry}}}
  - {id: C-8, title: H, says: H., source: {c: 8}, met_when: {only_when: {this: warm, then: size at least middle}}}
groups:
  - {id: All, title: All, members: [C-1, C-2, C-3, C-4, C-5, C-6, C-7, C-8]}
decisions:
  - id: overall
    title: What?
    outcomes:
      - {id: stops, words: No, allows: no, when: All is not met}
      - {id: starts, words: Yes, allows: yes, when: {all_of: [All, leaders at least policy.least]}}
"""


@pytest.fixture(scope="module")
def every(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Mutant]:
    path = tmp_path_factory.mktemp("clubs") / "ruleset.yaml"
    path.write_text(RULESET)
    found = list(mutants(load_ruleset(path)))
    assert len({each.id for each in found}) == len(found)
    return {str(each): each for each in found}


@pytest.mark.parametrize(
    ("kind", "line", "words"),
    [
        (Kind.QUANTIFIER, 23, "C-1: `all_of` became `any_of`"),
        (Kind.LEFT_OUT, 23, "C-1: `open` left out"),
        (Kind.NEGATION, 23, "C-1: `not` left out before `warm`"),
        (Kind.NEGATION, 23, "C-1: `open` negated"),
        (Kind.FACT, 23, "C-1: `open` became `warm`"),
        (Kind.SEVERITY, 23, "C-1: severity `required` became `advice`"),
        (Kind.APPLICABILITY, 24, "C-2: `applies_when: open` left out"),
        (Kind.APPLICABILITY, 24, "C-2: `open` negated"),
        (Kind.OPERATOR, 24, "C-2: `leaders at least 2` became `leaders more than 2`"),
        (Kind.OPERATOR, 24, "C-2: `leaders at least 2` became `leaders at most 2`"),
        (Kind.CONSTANT, 24, "C-2: `leaders at least 2` became `leaders at least 3`"),
        (Kind.CONSTANT, 24, "C-2: `leaders at least 2` became `leaders at least 1`"),
        (Kind.CONSTANT, 25, "C-3: `since within 6 months` became `since within 7 months`"),
        (Kind.OPERATOR, 25, "C-3: `since within 6 months` became `on not after since plus 6 months`"),
        (Kind.CONSTANT, 25, "C-3: `since before 2020-01-31` became `since before 2020-02-01`"),
        (Kind.OPERATOR, 25, "C-3: `since before 2020-01-31` became `since not after 2020-01-31`"),
        (Kind.QUANTIFIER, 26, "C-4: `at_least 2 of 3` became `at_least 1 of 3`"),
        (Kind.CONSTANT, 26, "C-4: `size is middle` became `size is high`"),
        (
            Kind.QUANTIFIER,
            27,
            "C-5: `tags includes at least 2 of x, y, z` became `tags includes at least 3 of x, y, z`",
        ),
        (Kind.LEFT_OUT, 27, "C-5: `x` left out of `tags includes at least 2 of x, y, z`"),
        (Kind.QUANTIFIER, 28, "C-6: `every rooms` became `some rooms`"),
        (Kind.LEFT_OUT, 28, "C-6: `where` left out"),
        (Kind.QUANTIFIER, 28, "C-6: `empty_is_met` added"),
        (Kind.FACT, 28, "C-6: `dry` became `safe`"),
        (Kind.QUANTIFIER, 29, "C-7: `at least 2 rooms` became `at least 1 rooms`"),
        (Kind.APPLICABILITY, 30, "C-8: asked always, not only when `warm`"),
        (Kind.MEMBER, 32, "All: member C-3 left out"),
        (Kind.CONSTANT, 21, "least: reading `3` became `4`"),
        (Kind.NEGATION, 37, "overall.stops: `All is not met` became `All`"),
        (Kind.OUTCOME, 37, "overall.stops: the outcome left out"),
        (Kind.OUTCOME, 37, "overall.stops: put after `starts`"),
        (Kind.OUTCOME, 38, "overall.starts: allows: yes became no"),
        (Kind.LEFT_OUT, 38, "overall.starts: `leaders at least policy.least` left out"),
    ],
)
def test_each_slip_is_there_with_its_line(
    every: dict[str, Mutant], kind: Kind, line: int, words: str
) -> None:
    assert words in every, [each for each in every if each.startswith(words[:4])]
    assert every[words].kind is kind
    place = every[words].place
    assert place is not None
    assert place.line == line


def test_a_mutant_changes_one_requirement_and_shares_the_rest(every: dict[str, Mutant]) -> None:
    mutant = every["C-2: `leaders at least 2` became `leaders at least 3`"]
    original = every["C-2: `leaders at least 2` became `leaders at least 1`"]
    changed = [
        one.id
        for one, other in zip(mutant.ruleset.requirements, original.ruleset.requirements, strict=True)
        if one is not other
    ]
    assert changed == ["C-2"]


@pytest.mark.parametrize("one_in", [30, pytest.param(1, marks=pytest.mark.deep)])
@pytest.mark.parametrize("which", ruleset_ids())
def test_mutants_of_what_is_shipped_can_be_closed(which: str, one_in: int) -> None:
    ruleset = load_ruleset(which)
    policies = shipped_policies(ruleset)
    found = list(mutants(ruleset))
    assert len(found) > 30
    for each in found[::one_in]:
        close(each.ruleset)
    for policy in policies:
        for each in [*policy_mutants(policy, ruleset)][::one_in]:
            close(each.ruleset, each.policy)


def test_a_policy_has_mutants_of_settings_severities_strengths_tiers_and_rows() -> None:
    ruleset = load_ruleset("social-prescribing")
    policy = load_policy("illustrative-three-tiers", ruleset)
    kinds = {each.kind for each in policy_mutants(policy, ruleset)}
    assert {Kind.CONSTANT, Kind.SEVERITY, Kind.STRENGTH, Kind.TIER, Kind.LEFT_OUT, Kind.REFERENCE} <= kinds
    assert all(each.policy is not policy for each in policy_mutants(policy, ruleset))


def test_mutants_come_in_the_same_order_each_time() -> None:
    ruleset = load_ruleset(Path(__file__).parents[2] / "rulesets" / "smrc-licence" / "2018")
    assert [each.id for each in mutants(ruleset)] == [each.id for each in mutants(ruleset)]
