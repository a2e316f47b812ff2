"""A policy's own decision tables: they decide as its rows of tests did, and what is wrong with them is told."""

from __future__ import annotations

import copy
import datetime
import random
from pathlib import Path
from typing import Any, Final

import attrs
import pytest

from qa_rules import (
    Policy,
    RulesetError,
    assess,
    load_facts,
    load_policy,
    load_ruleset,
    merge,
)
from qa_rules.api import why
from qa_rules.api.verify import verify
from qa_rules.checks import Subject, run
from qa_rules.engines import ENGINES, EngineName
from qa_rules.interview.questions import next_questions
from qa_rules.language.policies import policy_from
from qa_rules.model.values import NONE, Value
from qa_rules.program.bind import ClosedRuleset, close
from qa_rules.program.graph import Node
from qa_rules.proofs.claims import Status
from qa_rules.proofs.edition_diff import changes
from qa_rules.semantics.evaluate import evaluate
from qa_rules.semantics.snapshot import Held, Known
from qa_rules.semantics.truth import Pair
from qa_rules.testing.mutants import policy_mutants

ON = datetime.date(2026, 11, 30)
RULESET = load_ruleset("social-prescribing@3.5")
CRAFTS = Path(__file__).resolve().parents[2] / "examples" / "social-prescribing" / "craft-group"
NAMES: Final = ("illustrative-three-tiers", "illustrative-two-tiers")
_MANY = "outcome_data, independent_assessment, published_research"
_GOOD = [
    "evidence_amount at least medium",
    f"evidence_types includes any of {_MANY}",
    "outcomes_reported_on is given",
    "outcomes_reported_on within 6 months",
]


def _any_is(word: str, *more: str) -> dict[str, Any]:
    whose = ("activity_intervention_complexity", "person_condition_complexity", *more)
    return {"any_of": [f"{each} is {word}" for each in whose]}


def _when(this: Any, then: Any) -> dict[str, Any]:
    return {"only_when": {"this": this, "then": {"all_of": then} if isinstance(then, list) else then}}


_LISTS: Final[dict[str, dict[str, Any]]] = {
    NAMES[0]: {
        "required_tier": [
            {
                "tier": "enhanced",
                "when": {
                    "any_of": ["person_acute_risk", *_any_is("high", "activity_harm_potential")["any_of"]]
                },
            },
            {"tier": "standard", "when": _any_is("medium", "activity_harm_potential")},
            {"tier": "basic"},
        ],
        "evidence_threshold": {
            "all_of": [
                _when(
                    _any_is("medium"),
                    [
                        "evidence_amount at least low",
                        f"evidence_types includes any of link_worker_check, documents, references, {_MANY}",
                        "outcomes_reported_on is given",
                        "outcomes_reported_on within 12 months",
                    ],
                ),
                _when(_any_is("high"), _GOOD),
                _when(
                    {"all_of": _any_is("high")["any_of"]},
                    [
                        "evidence_amount at least high",
                        f"evidence_types includes at least 2 of {_MANY}",
                        "outcomes_reported_on within 3 months",
                    ],
                ),
            ]
        },
    },
    NAMES[1]: {
        "required_tier": [
            {
                "tier": "enhanced",
                "when": {
                    "any_of": [
                        "person_acute_risk",
                        "person_condition_complexity is high",
                        "activity_intervention_complexity at least medium",
                        "activity_harm_potential at least medium",
                    ]
                },
            },
            {"tier": "core"},
        ],
        "evidence_threshold": {
            "all_of": [
                _when(_any_is("medium"), "evidence_amount at least low"),
                _when(_any_is("high"), _GOOD),
            ]
        },
    },
}
"""The same policies with rows of tests in the place of tables, by hand."""
_LEVELS: Final[list[Value]] = ["low", "medium", "high"]
_VALUES: Final[dict[str, list[Value]]] = {
    "person_acute_risk": [True, False],
    "person_condition_complexity": _LEVELS,
    "activity_intervention_complexity": _LEVELS,
    "activity_harm_potential": _LEVELS,
    "evidence_amount": list(RULESET.vocabulary.scalars["evidence_amount"].options),
    "evidence_types": [
        frozenset(each)
        for each in ((), ("documents",), ("outcome_data",), ("outcome_data", "independent_assessment"))
    ],
    "outcomes_reported_on": [
        *(datetime.date(2026, month, 1) for month in (1, 8, 10)),
        datetime.date(2020, 1, 1),
        NONE,
    ],
}


def shipped(name: str, **changed: Any) -> Policy:
    """A shipped policy, with some keys of it otherwise."""
    written = load_policy(name, RULESET).written
    assert written is not None
    data = {**copy.deepcopy(dict(written)), **changed}
    return policy_from({key: each for key, each in data.items() if each is not None}, RULESET)


def listed(name: str) -> Policy:
    """A shipped policy without tables."""
    written = load_policy(name, RULESET).written
    assert written is not None
    rows = _LISTS[name]
    settings = {**written["settings"], "evidence_threshold": rows["evidence_threshold"]}
    return shipped(name, tables=None, required_tier=rows["required_tier"], settings=settings)


def looked_at(closed: ClosedRuleset) -> tuple[list[str], list[Node]]:
    """The nodes of the tier required and of the evidence threshold, and those behind them in their order."""
    wanted = [
        str(each.name)
        for each in closed.nodes
        if each.name == "policy/evidence_threshold" or each.name.startswith(("tier/required", "tier/lower"))
    ]
    behind = closed.behind(wanted)
    return wanted, [each for each in closed.nodes if each.name in behind]


@pytest.mark.parametrize("name", NAMES)
def test_tables_decide_as_the_rows_of_tests_did_whatever_is_known_and_how_well(name: str) -> None:
    with_tables, with_rows = looked_at(close(RULESET, shipped(name))), looked_at(close(RULESET, listed(name)))
    assert with_tables[0] == with_rows[0]
    assert len(with_tables[0]) > 4
    assert len(with_tables[1]) > len(with_rows[1])
    made = random.Random(7)
    for _ in range(150):
        held = {}
        for fact, values in _VALUES.items():
            if made.random() < 0.75:
                strength = made.choice((1, 2, 3))
                whole = strength if made.random() < 0.8 else 0
                held[fact] = Held(made.choice(values), strength, whole)
        known = Known(held, {}, ON)
        found: list[dict[str, Pair]] = []
        for _, nodes in (with_tables, with_rows):
            pairs: dict[str, Pair] = {}
            for node in nodes:
                pairs[node.name] = evaluate(node.expr, known, pairs)
            found.append({each: pairs[each] for each in with_tables[0]})
        assert found[0] == found[1], held


GRID: Final[dict[str, Any]] = {
    "id": "grid",
    "title": "Which tier",
    "inputs": ["person_condition_complexity", "activity_harm_potential"],
    "outputs": {
        "needed": {
            "type": "choice",
            "label": "tier needed",
            "options": {each: each.title() for each in ("basic", "standard", "enhanced")},
        }
    },
    "hit_policy": "unique",
    "rows": [
        ["low", "low", "basic"],
        ["low", "medium", "standard"],
        ["low", "high", "enhanced"],
        ["medium", "low or medium", "standard"],
        ["medium", "high", "enhanced"],
        ["high", "any", "enhanced"],
    ],
}


def gridded(**changed: Any) -> Policy:
    """A policy whose tier follows from a grid."""
    written = load_policy(NAMES[0], RULESET).written
    assert written is not None
    kept = [each for each in written["tables"] if each["id"] != "tier_table"]
    table = {**copy.deepcopy(GRID), **changed}
    return shipped(
        NAMES[0], tables=[*kept, table], required_tier="needed", activity_strength="stated", strength="stated"
    )


@pytest.mark.parametrize("engine", ENGINES)
def test_what_all_rows_that_may_match_agree_on_is_certain(engine: EngineName) -> None:
    def required(**facts: Any) -> tuple[str, str]:
        found = assess(RULESET, {"person_acute_risk": False, **facts}, on=ON, policy=gridded(), engine=engine)
        assert found.tiers is not None
        return found.tiers.required_least, found.tiers.required_greatest

    assert required(activity_harm_potential="high") == ("enhanced", "enhanced")
    assert required(person_condition_complexity="high") == ("enhanced", "enhanced")
    assert required(activity_harm_potential="medium") == ("standard", "enhanced")
    assert required(person_condition_complexity="medium") == ("standard", "enhanced")
    assert required(activity_harm_potential="low") == ("basic", "enhanced")


@pytest.mark.parametrize("engine", ENGINES)
def test_where_the_table_has_no_row_the_tier_stays_open(engine: EngineName) -> None:
    policy = gridded(rows=GRID["rows"][1:])
    facts = {
        "person_acute_risk": False,
        "person_condition_complexity": "low",
        "activity_harm_potential": "low",
    }
    found = assess(RULESET, facts, on=ON, policy=policy, engine=engine)
    assert found.tiers is not None
    assert (found.tiers.required_least, found.tiers.required_greatest) == ("basic", "enhanced")
    (hole,) = (each for each in run(Subject(RULESET, (policy,))) if each.code == "table-hole")
    assert "`grid` has no row for" in hole.message
    proofs = verify(RULESET, policy, on=ON, questions=["table-decides"], seconds=None).proofs
    assert [each.status for each in proofs if each.at == "grid"] == [Status.REFUTED]


def test_the_tables_of_the_shipped_policies_give_one_value_to_everybody() -> None:
    for name in NAMES:
        found = run(Subject(RULESET, (load_policy(name, RULESET),)))
        assert not [each for each in found if each.code in ("table-hole", "table-overlap", "dead-row")]


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        ({"required_tier": "tier_neded"}, "no table of this policy gives `tier_neded`"),
        ({"required_tier": "evidence_needed"}, "gives `route_record`, and there is no such tier"),
        ({"tables": None}, "no table of this policy gives `tier_needed`"),
        ({"tiers": []}, "there is no such tier"),
    ],
)
def test_a_name_that_gives_no_tier_is_a_fault(changed: dict[str, Any], said: str) -> None:
    with pytest.raises(RulesetError) as fault:
        shipped(NAMES[0], **changed)
    assert said in str(fault.value)


def test_a_table_that_asks_what_its_own_output_decides_is_a_fault() -> None:
    circular = {
        **copy.deepcopy(GRID),
        "inputs": ["person_condition_complexity", {"name": "enough", "test": "policy.small_group"}],
        "rows": [["any", "yes", "basic"], ["any", "no", "enhanced"]],
    }
    written = load_policy(NAMES[0], RULESET).written
    assert written is not None
    settings = {**written["settings"], "small_group": "needed is basic"}
    with pytest.raises(RulesetError) as fault:
        shipped(NAMES[0], tables=[*written["tables"], circular], settings=settings)
    assert "depends on itself" in str(fault.value)


def test_rows_may_stand_in_a_file_beside_the_policy(tmp_path: Path) -> None:
    head = "person_condition_complexity,activity_harm_potential,needed"
    lines = [",".join(each) for each in GRID["rows"]]
    (tmp_path / "grid.csv").write_text("\n".join([head, *lines]), encoding="utf-8")
    (tmp_path / "ours.yaml").write_text(
        """format: 1
policy: ours
for: social-prescribing@3.5
title: Ours
tiers:
  - {id: basic, title: Basic, routes: {policy_checklist: M02.V}}
  - {id: standard, title: Standard, routes: {policy_checklist: M03.V}}
  - {id: enhanced, title: Enhanced, routes: {policy_checklist: M04.V}}
tables:
  - id: grid
    title: Which tier
    inputs: [person_condition_complexity, activity_harm_potential]
    outputs:
      needed: {type: choice, label: needed, options: {basic: Basic, standard: Standard, enhanced: Enhanced}}
    hit_policy: unique
    csv: grid.csv
required_tier: needed
""",
        encoding="utf-8",
    )
    (table,) = load_policy(tmp_path / "ours.yaml", RULESET).tables
    assert [each.outputs for each in table.rows] == [each.outputs for each in gridded().tables[-1].rows]
    (tmp_path / "grid.csv").write_text("\n".join([head, "low,lo,basic"]), encoding="utf-8")
    with pytest.raises(RulesetError) as fault:
        load_policy(tmp_path / "ours.yaml", RULESET)
    assert "grid.csv:2:5" in str(fault.value)


def test_each_kind_of_slip_in_a_policys_table_is_a_mutant() -> None:
    policy = load_policy(NAMES[0], RULESET)
    said = [each.change for each in policy_mutants(policy, RULESET) if each.at == "tier_table"]
    assert "`tier_needed` in row 7 became `basic`" in said
    assert any(each.startswith("row 2:") for each in said)


def test_a_comparison_of_two_policies_names_the_tables_as_what_changed() -> None:
    policy = load_policy(NAMES[0], RULESET)
    tables = (policy.tables[0], attrs.evolve(policy.tables[1], rows=policy.tables[1].rows[1:]))
    found = list(changes((RULESET, policy), (RULESET, attrs.evolve(policy, tables=tables))))
    assert any("tables" in each.words for each in found)


def test_why_a_tier_is_needed_is_told_by_what_its_row_goes_by() -> None:
    facts = {
        "person_acute_risk": False,
        "person_condition_complexity": "medium",
        "activity_harm_potential": "low",
    }
    found = assess(RULESET, facts, on=ON, policy=shipped(NAMES[0], activity_strength="stated"))
    told = str(why(found, "required_tier").to_dict()["tree"])
    assert "Complexity of the person's condition: Moderate" in told
    assert "Harm that the activity could do: Low" not in told


def test_the_last_questions_of_an_interview_may_be_about_a_table() -> None:
    files = [CRAFTS / name for name in ("group.yaml", "craft-mornings.yaml", "persons/chest-pains.yaml")]
    facts = merge(*(load_facts(file, RULESET) for file in files))
    found = assess(RULESET, facts, on=datetime.date(2026, 11, 22), policy=load_policy(NAMES[0], RULESET))
    asked = next_questions(found, n=3)
    assert asked.questions


def test_of_the_lowest_tier_nothing_is_told_as_what_it_is_needed_for() -> None:
    facts = {"person_acute_risk": False, "receives_formal_referrals": True, "escalation_procedure": "none"}
    found = assess(RULESET, facts, on=ON, policy=load_policy(NAMES[0], RULESET))
    told = [each.text for each in found.grounds]
    assert any("Tier needed here: at least Basic." in each for each in told)
    assert not any("Basic is needed because" in each for each in told)
