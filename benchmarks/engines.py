"""One decision: the compiled engine beside the best two-valued Python for the same rules, in one run.

Times are processor time, so that other work on the machine does not count.

`python -m benchmarks.engines`
"""

from __future__ import annotations

import datetime
import resource
import statistics
import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from typing import Any

from benchmarks import workload
from qa_rules import assess
from qa_rules.engines import compiled
from qa_rules.model.expressions import (
    AllOf,
    AnyOf,
    AtLeast,
    Compare,
    Constant,
    Expr,
    Fact,
    Literal,
    Not,
    Op,
    Reference,
)
from qa_rules.model.rulesets import Ruleset
from qa_rules.program.bind import close
from qa_rules.semantics.evaluate import evaluate
from qa_rules.semantics.snapshot import believe
from qa_rules.semantics.truth import PAIR

ON = datetime.date(2026, 11, 22)
ROUNDS = 15
SIGNS = {Op.IS: "==", Op.AT_LEAST: ">=", Op.AT_MOST: "<=", Op.MORE: ">", Op.LESS: "<"}


def two_valued(rules: Ruleset, style: str) -> Callable[[tuple[Any, ...]], tuple[bool, ...]]:
    """Return a hand-shaped two-valued function of the same rules over a tuple of known values.

    Styles: `short` uses and/or with short circuits, `bits` uses & and |.
    """
    place = {name: f"f{at}" for at, name in enumerate(workload.names())}
    conjunction, disjunction = (" and ", " or ") if style == "short" else (" & ", " | ")
    nodes = close(rules).nodes
    made = {node.name: f"r{at}" for at, node in enumerate(nodes)}

    def code(expr: Expr) -> str:
        match expr:
            case AllOf(operands):
                return f"({conjunction.join(map(code, operands))})"
            case AnyOf(operands):
                return f"({disjunction.join(map(code, operands))})"
            case AtLeast(count, operands):
                return f"({' + '.join(map(code, operands))} >= {count})"
            case Not(operand):
                return f"(not {code(operand)})"
            case Compare(Fact(name), Op.IS, Literal(bool() as value)):
                return place[name] if value else f"(not {place[name]})"
            case Compare(Fact(name), op, Literal(value)):
                return f"({place[name]} {SIGNS[op]} {value!r})"
            case Reference(name):
                return made[name]
            case Constant(holds):
                return str(bool(holds))
            case _:
                raise AssertionError(expr)

    lines = [f"    {made[node.name]} = {code(node.expr)}" for node in nodes]
    names = ", ".join(place.values())
    source = (
        f"def run(facts):\n    {names}, = facts\n"
        + "\n".join(lines)
        + f"\n    return ({', '.join(made.values())},)"
    )
    scope: dict[str, Any] = {}
    exec(source, scope)
    function: Callable[[tuple[Any, ...]], tuple[bool, ...]] = scope["run"]
    return function


def measured(
    calls: dict[str, Callable[[Any], object]], inputs: dict[str, Sequence[Any]]
) -> dict[str, list[float]]:
    """Return microseconds of processor time a call for each, in rounds that take turns, so that drift hits all."""
    found: dict[str, list[float]] = {name: [] for name in calls}
    for _ in range(ROUNDS):
        for name, call in calls.items():
            items = inputs[name]
            start = time.process_time()
            for item in items:
                call(item)
            found[name].append((time.process_time() - start) / len(items) * 1e6)
    return found


def decision() -> None:
    rules = workload.ruleset()
    providers = workload.plain(300, 0.4)
    complete = workload.plain(300, 0.0)
    closed = close(rules)
    prepared = compiled.prepare(closed)
    given = workload.facts(rules, providers)
    known = [believe(each, rules.vocabulary, ON) for each in given]
    encoded = [prepared.layout.encode(each) for each in known]
    stand_in = {
        name: False if name.startswith("flag") else 0 if name.startswith("count") else ""
        for name in workload.names()
    }
    values = [tuple((stand_in | one).values()) for one in complete]

    def walk(one: Any) -> object:
        pairs: dict[str, tuple[int, int]] = {}
        for node in closed.nodes:
            pairs[node.name] = evaluate(node.expr, one, pairs)
        return pairs

    calls: dict[str, Callable[[Any], object]] = {
        "two-valued, and/or": two_valued(rules, "short"),
        "two-valued, & and |": two_valued(rules, "bits"),
        "compiled, graded, from prepared facts": lambda one: prepared.function(one[0], one[1], ON, None),
        "compiled, with encoding": prepared.run,
        "assess() from validated facts": lambda one: assess(rules, one, on=ON).verdicts,
        "assess() from a plain dict": lambda one: assess(rules, one, on=ON).verdicts,
        "reference, walking": walk,
    }
    inputs: dict[str, Sequence[Any]] = {
        "two-valued, and/or": values,
        "two-valued, & and |": values,
        "compiled, graded, from prepared facts": encoded,
        "compiled, with encoding": known,
        "assess() from validated facts": given,
        "assess() from a plain dict": providers[:40],
        "reference, walking": known[:15],
    }
    found = measured(calls, inputs)
    medians = {name: statistics.median(times) for name, times in found.items()}
    best = min(medians["two-valued, and/or"], medians["two-valued, & and |"])
    graded = medians["compiled, graded, from prepared facts"]
    print("One decision: 120 facts (40 % unknown), 120 requirements, 12 groups")
    print(f"{'':40} {'us':>8} {'spread':>15} {'x two-valued':>13} {'x compiled':>11}")
    for name, times in found.items():
        spread = f"{min(times):.1f} - {max(times):.1f}"
        print(
            f"{name:40} {medians[name]:8.1f} {spread:>15} {medians[name] / best:13.2f} {medians[name] / graded:11.2f}"
        )
    missing(closed.nodes, prepared, encoded, known)


def missing(nodes: Any, prepared: Any, encoded: Any, known: Any) -> None:
    """Count unknown verdicts that came out definite, and definite ones that were lost, against the definition."""
    wrong = lost = unknown = definite = 0
    for one, facts in list(zip(encoded, known, strict=True))[:20]:
        pairs: dict[str, tuple[int, int]] = {}
        for node in nodes:
            pairs[node.name] = evaluate(node.expr, facts, pairs)
        for pair, code in zip(pairs.values(), prepared.function(*one, ON, None), strict=True):
            open_, open_here = pair == (0, 0), PAIR[code] == (0, 0)
            unknown, definite = unknown + open_, definite + (not open_)
            wrong, lost = wrong + (open_ and not open_here), lost + (not open_ and open_here)
    print(
        f"definite where the definition is unknown: {wrong} of {unknown}; definite answers lost: {lost} of {definite}"
    )


def start_up() -> None:
    def process(code: str) -> float:
        times = []
        for _ in range(7):
            start = resource.getrusage(resource.RUSAGE_CHILDREN)
            subprocess.run([sys.executable, "-c", code], check=True)
            end = resource.getrusage(resource.RUSAGE_CHILDREN)
            times.append((end.ru_utime + end.ru_stime - start.ru_utime - start.ru_stime) * 1000)
        return statistics.median(times)

    bare = process("pass")
    print(
        f"\nimport qa_rules: {process('import qa_rules') - bare:.0f} ms more than bare Python ({bare:.0f} ms)"
    )
    modules = ("language.rulesets", "language.facts", "assessment.evaluation", "engines.compiled")
    ready = "import datetime, qa_rules, " + ", ".join(f"qa_rules.{each}" for each in modules)
    work = "; qa_rules.assess(qa_rules.load_ruleset('ss2q@2017'), {}, on=datetime.date(2026, 11, 22))"
    print(
        f"SS2Q read, prepared and assessed once, libraries imported: {process(ready + work) - process(ready):.0f} ms"
    )
    print(f"the same cold, whole process: {process('import qa_rules, datetime' + work):.0f} ms")


if __name__ == "__main__":
    decision()
    start_up()
