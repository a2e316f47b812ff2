"""What generated suites lack to catch every slip of the pen that some provider tells apart. Needs z3."""

from __future__ import annotations

from collections.abc import Sequence

import attrs

from qa_rules.testing.generation import Made, Suite
from qa_rules.testing.mutants import mutants
from qa_rules.testing.mutation import Bench, Policies, score
from qa_rules.testing.survivors import settle


def slips(suites: Sequence[Suite], policies: Policies) -> tuple[Made, ...]:
    """Return cases for the mutants that no case of the suites of a ruleset kills, and a provider does.

    They are told apart under the first of the policies, those of the suites among them, under which that can be done.
    """
    first = suites[0]
    bench = Bench(first.ruleset, policies)
    bench.add(each.case for suite in suites for each in suite.cases)
    _, lacking = settle(bench, score(bench, mutants(first.ruleset)), first.on)
    made: list[Made] = []
    names: dict[str, int] = {}
    for case in lacking:
        stem = f"Slip caught: {case.name}"
        names[stem] = names.get(stem, 0) + 1
        name = stem if names[stem] == 1 else f"{stem} ({names[stem]})"
        made.append(Made(attrs.evolve(case, name=name), (f"another verdict when {case.name}",)))
    return tuple(made)
