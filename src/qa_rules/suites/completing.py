"""A generated suite that kills, by itself, every mutant that some provider tells apart. Needs z3."""

from __future__ import annotations

import datetime
from collections.abc import Iterable, Sequence

import attrs

from qa_rules.documents.cases import Case
from qa_rules.engines import DEFAULT_ENGINE
from qa_rules.model.facts import Facts
from qa_rules.model.rulesets import Policy, Ruleset
from qa_rules.suites.generating import Made, Suite, generate
from qa_rules.suites.killing import Bench, score
from qa_rules.suites.mutants import mutants
from qa_rules.suites.survivors import settle


def complete_suite(
    ruleset: Ruleset,
    policy: Policy | None = None,
    *,
    on: datetime.date,
    seeds: Iterable[Facts] = (),
    engine: str = DEFAULT_ENGINE,
    seconds: float | None = 60,
) -> Suite:
    """Make a suite as `generate` does, and add a case for each mutant that it does not kill and a provider does.

    Arguments and errors as for `generate`.
    """
    suite = generate(ruleset, policy, on=on, seeds=seeds, engine=engine, seconds=seconds)
    bench = Bench(ruleset, {"none" if policy is None else policy.name: policy})
    bench.add(each.case for each in suite.cases)
    scored, lacking = settle(bench, score(bench, mutants(ruleset)), on)
    added = _named(lacking, {each.case.name for each in suite.cases})
    return attrs.evolve(suite, cases=(*suite.cases, *added), seconds=suite.seconds + scored.seconds)


def told_apart(suites: Sequence[Suite]) -> list[Suite]:
    """Return suites of one file with no name twice: what another suite is called too says its policy."""
    taken: set[str] = set()
    found: list[Suite] = []
    for suite in suites:
        under = "no policy" if suite.policy is None else suite.policy.name
        cases = [
            attrs.evolve(each, case=attrs.evolve(each.case, name=f"{each.case.name} (under {under})"))
            if each.case.name in taken
            else each
            for each in suite.cases
        ]
        taken |= {each.case.name for each in cases}
        found.append(attrs.evolve(suite, cases=tuple(cases)))
    return found


def _named(cases: tuple[Case, ...], taken: set[str]) -> list[Made]:
    """Each case under a name of its own, there for the slip that it catches."""
    made: list[Made] = []
    for case in cases:
        name, number = f"Slip caught: {case.name}", 1
        while name in taken:
            number += 1
            name = f"Slip caught: {case.name} ({number})"
        taken.add(name)
        made.append(Made(attrs.evolve(case, name=name), (f"another verdict when {case.name}",)))
    return made
