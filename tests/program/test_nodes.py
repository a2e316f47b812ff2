"""Ids of nodes say what they are, and nobody else writes or reads their text."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import given

from qa_rules.model.expressions import facts_of
from qa_rules.model.nodes import (
    BELOW,
    NO_ROUTE,
    SCOPE,
    NodeId,
    OutcomeNode,
    OverdueFact,
    Part,
    ProbeNode,
    RuleNode,
    Rung,
    ScopeNode,
    SettingNode,
    SubjectNode,
    TierNode,
    Which,
    overdue_of,
)
from qa_rules.model.values import Severity
from qa_rules.program.bind import ClosedRuleset
from qa_rules.program.graph import referred
from tests.strategies import closed_rulesets

SOURCE = Path(__file__).parents[2] / "src" / "qa_rules"
REQUIRED, CONDITION = Severity.REQUIRED, Severity.CONDITION


@pytest.mark.parametrize(
    ("node", "parts"),
    [
        (NodeId("R1"), RuleNode("R1", None, Which.ALL, Part.SATISFIED)),
        (NodeId.applies("R1"), RuleNode("R1", None, Which.ALL, Part.APPLIES)),
        (NodeId.met("SS2Q-3.8"), RuleNode("SS2Q-3.8", None, Which.ALL, Part.MET)),
        (NodeId.at("G", REQUIRED), RuleNode("G", REQUIRED, Which.ALL, Part.SATISFIED)),
        (NodeId.applies(NodeId.at("G", CONDITION)), RuleNode("G", CONDITION, Which.ALL, Part.APPLIES)),
        (NodeId.waiting("R1", REQUIRED), RuleNode("R1", REQUIRED, Which.WAITING, Part.SATISFIED)),
        (NodeId.met(NodeId.waiting("R1", REQUIRED)), RuleNode("R1", REQUIRED, Which.WAITING, Part.MET)),
        (SCOPE, ScopeNode("")),
        (NodeId.scope("overall"), ScopeNode("overall")),
        (NodeId.outcome("overall", "refer"), OutcomeNode("overall", "refer")),
        (NodeId.attained(2), TierNode(Rung.ATTAINED, "", 2)),
        (NodeId.required(1), TierNode(Rung.REQUIRED, "", 1)),
        (NodeId.lower_than(3), TierNode(Rung.LOWER, "", 3)),
        (NodeId.used("mark"), TierNode(Rung.USED, "mark", 0)),
        (NodeId.needs("mark", 2), TierNode(Rung.NEEDS, "mark", 2)),
        (NodeId.way("mark", 2), TierNode(Rung.WAY, "mark", 2)),
        (NodeId.asked("G"), RuleNode("G", None, Which.ASKED, Part.SATISFIED)),
        (BELOW, TierNode(Rung.BELOW, "", 0)),
        (NO_ROUTE, TierNode(Rung.NO_ROUTE, "", 0)),
        (NodeId.setting("small_group"), SettingNode("small_group")),
        (NodeId.subject("person"), SubjectNode("person")),
        (NodeId.probe(7), ProbeNode(7)),
    ],
    ids=str,
)
def test_an_id_says_what_it_was_made_of(node: NodeId, parts: object) -> None:
    assert node.parts == parts


def test_a_part_belongs_to_the_whole_that_it_is_a_part_of() -> None:
    group = NodeId.at("G", REQUIRED)
    assert NodeId.applies(group).whole == NodeId.met(group).whole == group == group.whole
    assert NodeId.met(group).rule == "G"
    assert NodeId.met(group).severity is REQUIRED
    assert NodeId.outcome("d", "o").whole == NodeId.outcome("d", "o")
    assert NodeId.outcome("d", "o").rule == ""


def test_a_severity_that_there_is_not_is_still_what_was_written() -> None:
    assert NodeId("G:urgent").severity is None
    assert NodeId("G:urgent").severity_word == "urgent"
    assert NodeId("G").severity_word == ""


def test_a_fact_may_say_that_a_condition_is_overdue() -> None:
    assert overdue_of(NodeId.overdue("R1")) == "R1"
    assert NodeId(NodeId.overdue("R1")).parts == OverdueFact("R1")
    assert overdue_of("insurance.document") == ""


@given(closed=closed_rulesets())
def test_what_stands_behind_and_above_is_what_references_lead_to(closed: ClosedRuleset) -> None:
    names = [node.name for node in closed.nodes]
    behind = {name: {name} for name in names}
    for node in closed.nodes:
        for name in referred(node.expr):
            behind[node.name] |= behind[name]
    for name in names:
        assert closed.behind([name]) == behind[name]
        assert closed.above([name]) == {other for other in names if name in behind[other]}
        inside = (closed.exprs[other] for other in behind[name])
        assert closed.reads[name] == frozenset().union(*map(facts_of, inside))
        assert closed.read_by(closed.exprs[name]) == closed.reads[name]


# Nobody else writes or reads the text

_PROTOCOL = re.compile(
    r"^(outcome|tier|scope|policy|overdue|given|probe)/|/(applies|met)$|^/(applies|met)|^:(required|condition|advice|while)\b"
)
_READERS = {
    "partition",
    "rpartition",
    "split",
    "rsplit",
    "removesuffix",
    "removeprefix",
    "startswith",
    "endswith",
}


def texts(tree: ast.AST) -> Iterator[tuple[int, str]]:
    """Yield what looks like the text of an id, with its line."""
    documentation = {
        id(node.body[0].value)
        for node in ast.walk(tree)
        if isinstance(node, ast.Module | ast.ClassDef | ast.FunctionDef)
        and isinstance(node.body[0], ast.Expr)
    }
    for node in ast.walk(tree):
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in documentation:
            if _PROTOCOL.search(node.value):
                yield node.lineno, node.value
        elif isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.args:
            first = node.args[0]
            if node.func.attr in _READERS and isinstance(first, ast.Constant) and first.value in ("/", ":"):
                yield node.lineno, f".{node.func.attr}({first.value!r})"


def test_nobody_else_writes_or_reads_the_text_of_an_id() -> None:
    found = [
        f"{file.relative_to(SOURCE)}:{line} {text}"
        for file in sorted(SOURCE.rglob("*.py"))
        # Adapters read addresses and references of others, which have strokes and colons of their own.
        if file != SOURCE / "model" / "nodes.py" and not file.is_relative_to(SOURCE / "adapters")
        for line, text in texts(ast.parse(file.read_text("utf-8")))
    ]
    assert found == []
