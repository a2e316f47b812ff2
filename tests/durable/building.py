"""Closed rulesets of bare expressions, and runs in a process of their own for what once crashed or hung."""

from __future__ import annotations

import datetime
import subprocess
import sys
from collections.abc import Iterable, Mapping
from pathlib import Path

import pytest

from qa_rules.engines import reference
from qa_rules.model.expressions import Compare, Expr, Fact, Literal, Op, Reference
from qa_rules.model.facts import Vocabulary
from qa_rules.model.rulesets import Ruleset
from qa_rules.model.values import Value
from qa_rules.program.bind import ClosedRuleset
from qa_rules.program.graph import Node
from qa_rules.semantics.snapshot import Held, Known

ROOT = Path(__file__).parents[2]
EMPTY = Ruleset("bare", "1", "Bare expressions", Vocabulary({}), ())


def closed_of(expressions: Mapping[str, Expr] | Iterable[Expr]) -> ClosedRuleset:
    """Name the expressions, by number where they have no names."""
    if not isinstance(expressions, Mapping):
        expressions = {f"n{at}": expr for at, expr in enumerate(expressions)}
    return ClosedRuleset(EMPTY, None, tuple(Node(name, expr) for name, expr in expressions.items()))


def yes(name: str) -> Expr:
    return Compare(Fact(name), Op.IS, Literal(True))


def node(at: int) -> Expr:
    return Reference(f"n{at}")


def known(values: Mapping[str, Value], strength: int = 3) -> Known:
    held = {name: Held(value, strength, strength) for name, value in values.items()}
    return Known(held, {}, datetime.date(2026, 11, 22))


def assert_agrees(closed: ClosedRuleset, *subjects: Known) -> None:
    pytest.importorskip("durable_rules_engine", exc_type=ImportError)
    from qa_rules.engines import durable

    prepared, definition = durable.prepare(closed), reference.prepare(closed)
    for subject in subjects:
        assert prepared.run(subject) == definition.run(subject)


def run_apart(source: str, *, timeout: float = 120) -> str:
    """Return what a program prints. A crash or a hang of it fails the test and not the run."""
    command = [sys.executable, "-W", "error", "-c", source]
    done = subprocess.run(command, capture_output=True, text=True, timeout=timeout, cwd=ROOT, check=False)
    assert done.returncode == 0, f"ended with {done.returncode}: {done.stderr[-2000:]}"
    return done.stdout.strip()
