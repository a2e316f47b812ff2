"""Tables that are made up come out alike in every engine, and as their rows say, whatever is not known."""

from __future__ import annotations

import datetime
from itertools import product
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from qa_rules import assess
from qa_rules.engines import ENGINES
from qa_rules.model import expressions as ex
from qa_rules.model.decision_tables import DecisionTable
from qa_rules.model.facts import Evidence, Facts, FactValue, Vocabulary
from qa_rules.model.rulesets import Requirement, Ruleset
from qa_rules.model.values import Strength, Verdict
from qa_rules.program.decision_diagram import Given
from tests.program.test_decision_diagram import FACTS, VALUES, by_rows, tables

ON = datetime.date(2026, 11, 30)
POINTS = ex.Named("points")
TESTS = [
    ex.Compare(POINTS, ex.Op.IS, ex.Literal(2)),
    ex.Compare(POINTS, ex.Op.AT_LEAST, ex.Literal(3)),
    ex.Compare(POINTS, ex.Op.LESS, ex.Fact("score")),
]


def holds(at: int, points: Any, score: Any) -> bool:
    """Whether a value has what a test asks of it."""
    return bool((points == 2, points >= 3, points < score)[at])


def ruleset(table: DecisionTable) -> Ruleset:
    """A requirement for each of some tests of what a table gives."""
    return Ruleset(
        "made",
        "1",
        "Made",
        Vocabulary({each.name: each for each in FACTS}),
        tuple(Requirement(f"R{at}", "R", "R", {"clause": "1"}, test) for at, test in enumerate(TESTS)),
        tables=(table,),
    )


@given(tables(), st.data())
def test_every_engine_gives_what_the_rows_can_still_give(table: DecisionTable, data: st.DataObject) -> None:
    rules = ruleset(table)
    known = data.draw(st.frozensets(st.sampled_from(range(len(FACTS)))), "known")
    values = {at: data.draw(st.sampled_from(VALUES[at])) for at in sorted(known)}
    strength = data.draw(st.sampled_from(Strength))
    facts = Facts(
        {FACTS[at].name: FactValue(value, Evidence(strength=strength)) for at, value in values.items()}
    )
    every = [[values[at]] if at in known else VALUES[at] for at in range(len(FACTS))]
    found = [set[bool | None]() for _ in TESTS]
    for completed in product(*every):
        leaf = by_rows(table, completed)
        for at in range(len(TESTS)):
            found[at].add(holds(at, leaf.outputs[0], completed[0]) if isinstance(leaf, Given) else None)
    wanted = [_verdict(truths) for truths in found]
    for engine in ENGINES:
        verdicts = assess(rules, facts, on=ON, engine=engine).verdicts
        assert [verdicts["R0"], verdicts["R1"]] == wanted[:2], engine
        # What is compared with an input of the table hangs together with it: it may stay open, and is never wrong.
        assert verdicts["R2"] in (Verdict.UNKNOWN, wanted[2]), engine


def _verdict(truths: set[bool | None]) -> Verdict:
    return Verdict.MET if truths == {True} else Verdict.NOT_MET if truths == {False} else Verdict.UNKNOWN
