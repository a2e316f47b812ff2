"""Decision tables written as DMN are read back to the same tables; what DMN cannot say is refused by name and place."""

from __future__ import annotations

from itertools import product
from pathlib import Path

import pytest
from click.testing import CliRunner
from hypothesis import assume, given

from qa_rules import RulesetError, load_policy, load_ruleset, ruleset_from
from qa_rules.adapters.dmn import read
from qa_rules.adapters.dmn_writing import write
from qa_rules.cli import group
from qa_rules.language.plain_yaml import yaml_text
from qa_rules.language.reading import read_text
from qa_rules.model.decision_tables import DecisionTable, HitPolicy
from qa_rules.model.facts import Vocabulary
from qa_rules.model.rulesets import Policy, Ruleset
from qa_rules.program.decision_diagram import Overlap
from qa_rules.reports.table_pairs import beside, grids
from tests.decision_tables.lending import lending
from tests.decision_tables.test_overlaps import fees
from tests.program.test_decision_diagram import FACTS, VALUES, by_rows, drawn, tables

EXAMPLES = Path(__file__).resolve().parents[2] / "examples"


def again(ruleset: Ruleset, policy: Policy | None = None) -> Ruleset:
    """A ruleset of the tables that come back."""
    found = read_text(yaml_text(read(write(ruleset, policy).encode(), "again.dmn")), "again.yaml").data
    rule = {
        "id": "R",
        "title": "R",
        "says": "R.",
        "source": {"c": 1},
        "met_when": f"{next(iter(found['facts']))} is given",
    }
    rest = {
        "format": 1,
        "ruleset": "again",
        "edition": "1",
        "source": {"title": "A"},
        "caveats": [],
        "requirements": [rule],
        "decisions": [],
    }
    return ruleset_from({**found, **rest})


def test_the_tables_of_the_example_come_back_as_they_were() -> None:
    ruleset = load_ruleset(EXAMPLES / "lending")
    back = again(ruleset)
    assert [each.id for each in back.tables] == [each.id for each in ruleset.tables]
    words = [
        (each.title, each.old.how, each.new.how)
        for each in beside(grids(ruleset), grids(back))
        if each.old and each.new
    ]
    assert words == [(each.title, each.how, each.how) for each in grids(ruleset)]


def test_the_tables_of_a_policy_come_back_cell_for_cell() -> None:
    ruleset = load_ruleset("social-prescribing@3.5")
    policy = load_policy("illustrative-three-tiers", ruleset)
    back = again(ruleset, policy)
    assert [each.rows for each in back.tables] == [each.rows for each in policy.tables]
    assert [each.outputs[0].ordered for each in back.tables] == [True, True]


@given(tables())
def test_a_table_that_comes_back_gives_the_same_for_everybody(table: DecisionTable) -> None:
    assume(table.hit_policy is not HitPolicy.UNIQUE or Overlap not in map(type, drawn(table).leaves.values()))
    ruleset = Ruleset("r", "1", "R", Vocabulary({each.name: each for each in FACTS}), (), tables=(table,))
    try:
        (back,) = again(ruleset).tables
    except RulesetError as fault:
        # A row that nothing matches, and none beside all but some codes, are what DMN has no cell for.
        if all(each.message.startswith("row ") for each in fault.diagnostics):
            return
        raise
    assert (back.hit_policy, back.aggregation) == (table.hit_policy, table.aggregation)
    for values in product(VALUES[0][::3], VALUES[1][::4], VALUES[2], VALUES[3]):
        one, other = by_rows(table, values), by_rows(back, values)
        assert one == other, (values, table, back)


def refused(ruleset: Ruleset) -> list[str]:
    with pytest.raises(RulesetError) as fault:
        write(ruleset)
    return [each.message for each in fault.value.diagnostics]


def test_what_dmn_cannot_say_is_refused_all_at_once_by_name() -> None:
    said = refused(lending())
    assert said == ["the column `affordable` of `routing_table` is a test, which DMN's tables cannot say"]


def test_a_cell_that_waits_for_a_policy_is_refused_with_its_row() -> None:
    data = fees([["less than 18", "any", 2], ["at least policy.grown_up", "any", 5]])
    assert refused(ruleset_from(data)) == ["row 2 of `fee_table` goes by the local setting `grown_up`"]


def test_a_value_that_the_ruleset_works_out_is_refused() -> None:
    data = fees([["at least 18", "any", 2]], ("twice", "member"))
    data["values"] = {"twice": {"type": "number", "label": "twice", "sum": ["age", "age"]}}
    assert refused(ruleset_from(data)) == [
        "the column `twice` of `fee_table` is a value that the ruleset works out, which DMN's tables cannot say"
    ]


def test_a_ruleset_without_tables_says_so() -> None:
    assert refused(load_ruleset("ss2q@2017")) == ["there is no decision table here"]


def test_the_command_writes_what_the_command_reads(tmp_path: Path) -> None:
    target = tmp_path / "out.dmn"
    call = ["convert", "dmn", "--from", str(EXAMPLES / "lending"), "--to", str(target)]
    assert CliRunner().invoke(group, call).exit_code == 0
    printed = CliRunner().invoke(group, ["convert", "dmn", str(target)]).output
    assert "id: points_table" in printed
    assert "aggregation: sum" in printed
    both = CliRunner().invoke(group, ["convert", "dmn", str(target), "--from", "ss2q"])
    assert both.exit_code == 2
