"""What cases show, without a solver."""

from __future__ import annotations

import subprocess
import sys

from hypothesis import given, settings

from qa_rules import Ruleset, facts_from
from qa_rules.language.cases import Case
from qa_rules.program.bind import close
from qa_rules.semantics.truth import PAIR
from qa_rules.testing.coverage import Meeting, coverage
from qa_rules.testing.obligations import Kind, owed
from tests.strategies import Case as Example
from tests.strategies import cases as examples
from tests.testing.small import ON, ruleset_of


def case(ruleset: Ruleset, name: str, **facts: object) -> Case:
    return Case(name, facts_from(facts, ruleset), ON, "none", {"R1": "met"})


def met(ruleset: Ruleset, *cases: Case) -> set[str]:
    return {each.obligation.sentence for each in coverage(ruleset, None, cases).entries if each.by}


BOTH = {"R1": {"met_when": {"all_of": ["a", "n at least 1"]}}}
EITHER = {"R1": {"met_when": {"any_of": ["a", "n at least 1"]}}}


def test_a_test_decides_only_when_turning_it_alone_turns_the_verdict() -> None:
    ruleset = ruleset_of(BOTH)
    shown = met(ruleset, case(ruleset, "both", a=True, n=1))
    assert {
        "R1: “a: yes” decides by holding",
        "R1: “n: at least 1” decides by holding",
    } <= shown
    shown = met(ruleset, case(ruleset, "neither", a=False, n=0))
    assert "R1: “a: yes” fails" in shown
    assert "R1: “a: yes” decides by failing" not in shown
    assert "R1: “a: yes” decides by failing" in met(ruleset, case(ruleset, "one", a=False, n=1))


def test_in_a_requirement_the_other_verdict_has_to_be_settled_too() -> None:
    ruleset = ruleset_of(EITHER)
    assert "R1: “a: yes” decides by holding" not in met(ruleset, case(ruleset, "alone", a=True))
    assert "R1: “a: yes” decides by holding" in met(ruleset, case(ruleset, "two", a=True, n=0))


def test_what_is_not_known_decides_where_knowing_it_would_settle_the_verdict() -> None:
    ruleset = ruleset_of(BOTH)
    words = "R1: “a: yes” is not known and keeps it open"
    assert words in met(ruleset, case(ruleset, "open", n=1))
    assert words not in met(ruleset, case(ruleset, "settled", n=0))


def test_a_condition_shows_only_where_the_rest_is_settled_and_the_rest_only_where_it_applies() -> None:
    ruleset = ruleset_of({"R1": {"applies_when": "a", "met_when": "n at least 1"}})
    assert "R1: “a: yes” decides by failing" in met(ruleset, case(ruleset, "out", a=False, n=1))
    assert "R1: “a: yes” decides by failing" not in met(ruleset, case(ruleset, "out", a=False))
    assert "R1: “n: at least 1” decides by failing" in met(ruleset, case(ruleset, "in", a=True, n=0))
    assert "R1: “n: at least 1” decides by failing" not in met(ruleset, case(ruleset, "in", n=0))


def test_cases_under_another_policy_do_not_count() -> None:
    ruleset = ruleset_of(BOTH)
    other = Case("other", facts_from({"a": True, "n": 1}, ruleset), ON, "other", {})
    assert met(ruleset, other) == set()


def test_the_ratio_leaves_out_what_is_proved_out_of_reach() -> None:
    ruleset = ruleset_of(BOTH)
    found = coverage(ruleset, None, [case(ruleset, "both", a=True, n=1)])
    assert 0 < found.ratio < 1
    beyond = {each.obligation: "for the test" for each in found.open}
    found = coverage(ruleset, None, [case(ruleset, "both", a=True, n=1)], infeasible=beyond)
    assert (found.ratio, found.open) == (1, ())
    assert len(found.infeasible) == len(beyond)
    assert str(found.infeasible[0]).endswith("cannot be met (for the test)")
    assert found.ratios()[Kind.REQUIREMENT] == 1


def test_every_requirement_group_outcome_and_test_is_owed_each_way() -> None:
    found = {each.sentence for each in owed(close(ruleset_of(BOTH))).obligations}
    for word in ("is met", "is not met", "is unknown"):
        assert {f"R1: {word}", f"Everything: {word}"} <= found
    for word in ("holds", "does not hold", "stays open"):
        assert {f"overall.stops: {word}", f"overall.starts: {word}"} <= found
    for word in ("holds", "fails", "is not known"):
        assert {f"R1: “a: yes” {word}", f"Everything: `R1` {word}"} <= found


@settings(max_examples=10)
@given(examples())
def test_probes_leave_the_nodes_as_they_are_and_every_engine_agrees_on_them(example: Example) -> None:
    found = owed(example.closed)
    here, there = (Meeting(found, example.on, engine) for engine in ("compiled", "reference"))
    here.calendar = there.calendar = example.calendar
    known = here.known(example.facts, example.on)
    results = here.run(known)
    assert results == there.run(known)
    plain = Meeting(owed(example.closed), example.on, "reference")
    assert len(results) >= len(example.closed.nodes)
    assert [node.name for node in found.closed.nodes[: len(example.closed.nodes)]] == [
        node.name for node in example.closed.nodes
    ]
    assert all(PAIR[code] for code in results)
    assert plain.found.obligations == found.obligations


def test_coverage_needs_no_solver_and_making_a_suite_says_what_to_install() -> None:
    script = """
import sys
sys.modules["z3"] = None
import importlib.util
spec = importlib.util.find_spec
importlib.util.find_spec = lambda name, *rest: None if name == "z3" else spec(name, *rest)
from tests.testing.small import ON, ruleset_of
from qa_rules.testing.coverage import coverage
from qa_rules.errors import EngineUnavailableError
from qa_rules.testing.generation import generate
ruleset = ruleset_of({"R1": {"met_when": "a"}})
assert coverage(ruleset, None, []).ratio == 0
try:
    generate(ruleset, on=ON)
except EngineUnavailableError as error:
    print(error)
"""
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    assert done.stdout == "making a suite needs z3; install qa-rules[verify]\n"
