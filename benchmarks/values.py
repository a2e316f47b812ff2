"""What values and tables cost: one decision of 120 requirements, and the same with ten sums and three tables in it.

Both are timed in turns in one run, in processor time, so that other work on the machine does not count; the middle of
the ratios is printed. Ten requirements ask a sum of three numbers besides, three what a table of six rows gives.

`python -m benchmarks.values`
"""

from __future__ import annotations

import random
import statistics
import time
from collections.abc import Callable
from functools import partial
from typing import Final

import attrs

from benchmarks import workload
from benchmarks.workload import ON, OPTIONS, SEED
from qa_rules import Policy, Prepared, Ruleset, prepare
from qa_rules.model.decision_tables import DecisionTable, HitPolicy, TableInput, TableRow
from qa_rules.model.expressions import AllOf, Compare, Expr, Fact, Literal, Named, Op
from qa_rules.model.facts import FactDeclaration, FactType
from qa_rules.model.named_values import NamedValue
from qa_rules.model.numbers import Sum

SUMS, TABLES, PARTS = 10, 3, 3
PROVIDERS, ROUNDS = 400, 9
BANDS: Final = {"low": "Low", "middle": "Middle", "high": "High"}
LIMIT: Final = 1.3
"""What the ratio should not be above."""


def values() -> tuple[NamedValue, ...]:
    """Return ten sums of three whole numbers each."""
    rng = random.Random(SEED)
    numbers = [name for name, each in workload.vocabulary().facts.items() if each.type is FactType.INTEGER]
    return tuple(
        NamedValue(
            f"sum_{at}", FactType.DECIMAL, f"sum {at}", Sum(tuple(map(Fact, rng.sample(numbers, PARTS))))
        )
        for at in range(SUMS)
    )


def tables() -> tuple[DecisionTable, ...]:
    """Return three tables of six rows over a choice, a yes-or-no fact and a whole number."""
    found = []
    for at in range(TABLES):
        level, flag, number = (Fact(f"{kind}_{at + 1:02}") for kind in ("level", "flag", "count"))
        inputs = tuple(
            TableInput(each.name, each.name.replace("_", " "), each) for each in (level, flag, number)
        )
        poor, much = (
            Compare(level, Op.IS, Literal(OPTIONS[0])),
            Compare(level, Op.AT_LEAST, Literal(OPTIONS[3]), OPTIONS),
        )
        good, few = Compare(flag, Op.IS, Literal(True)), Compare(number, Op.LESS, Literal(20))
        rows: list[tuple[Expr | None, Expr | None, Expr | None, str]] = [
            (poor, None, few, "high"),
            (poor, good, None, "middle"),
            (poor, None, None, "high"),
            (much, good, None, "low"),
            (much, None, few, "middle"),
            (None, None, None, "middle"),
        ]
        output = FactDeclaration(f"band_{at}", FactType.CHOICE, f"band {at}", "", options=BANDS)
        made = tuple(TableRow((one, two, three), (band,)) for one, two, three, band in rows)
        found.append(DecisionTable(f"table_{at}", f"Table {at}", HitPolicy.FIRST, inputs, (output,), made))
    return tuple(found)


def with_values() -> Ruleset:
    """Return the workload in which thirteen requirements also ask a sum, or what a table gives."""
    plain = workload.ruleset()
    asked: list[Expr] = [Compare(Named(f"sum_{at}"), Op.AT_LEAST, Literal(60 + 5 * at)) for at in range(SUMS)]
    asked += [Compare(Named(f"band_{at}"), Op.IS, Literal("low")) for at in range(TABLES)]
    requirements = list(plain.requirements)
    for at, test in enumerate(asked):
        each = requirements[at * 9]
        requirements[at * 9] = attrs.evolve(each, met_when=AllOf((each.met_when, test)))
    return attrs.evolve(plain, requirements=tuple(requirements), values=values(), tables=tables())


def under(rules: Ruleset) -> Prepared:
    """Return the ruleset prepared under the policy of the workload."""
    policy: Policy = attrs.evolve(workload.policy(), ruleset=rules.id)
    return prepare(rules, policy)


def seconds(run: Callable[[], object]) -> float:
    """Return the processor time of one run."""
    began = time.process_time()
    run()
    return time.process_time() - began


def ratios(providers: int = PROVIDERS, rounds: int = ROUNDS) -> dict[str, tuple[float, float]]:
    """Return for each door how many times as long a decision takes with values, and its microseconds."""
    rows = workload.plain(providers)
    both = [under(rules) for rules in (workload.ruleset(), with_values())]
    given: dict[str, list[object]] = {
        "from a mapping": list(rows),
        "from Facts": list(workload.facts(workload.ruleset(), rows)),
    }
    return {door: _of(both, each, rounds) for door, each in given.items()}


def _of(both: list[Prepared], given: list[object], rounds: int) -> tuple[float, float]:
    def decided(prepared: Prepared) -> None:
        for each in given:
            found = prepared.assess(each, on=ON)  # type: ignore[arg-type]
            found.outcome, found.verdicts  # noqa: B018  # what is asked for is worked out

    for prepared in both:
        decided(prepared)
    pairs = [tuple(seconds(partial(decided, each)) for each in both) for _ in range(rounds)]
    _, with_ = zip(*pairs, strict=True)
    ratio = statistics.median(two / one for one, two in pairs)
    return ratio, statistics.median(with_) / len(given) * 1e6


def main() -> None:
    """Print the ratios."""
    print(__doc__.splitlines()[0])
    for door, (ratio, took) in ratios().items():
        verdict = "within" if ratio <= LIMIT else "ABOVE"
        print(f"{door:16} {ratio:5.2f} times ({took:,.0f} microseconds with them), {verdict} {LIMIT} times")


if __name__ == "__main__":
    main()
