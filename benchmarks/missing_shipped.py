"""What tables and the compiled engine make of missing facts in the shipped rulesets.

The truth is worked out apart from the engines: each requirement is tried in every way in which the facts that it reads,
and of which nothing is known, can turn out. Left out are requirements that read lists, ask for other requirements or
turn on what a locality decides, and answers with more ways than are tried; how many of these, is told.

`python -m benchmarks.missing_shipped [--subjects 25]`
"""

from __future__ import annotations

import argparse
import itertools
import random
from collections import Counter
from collections.abc import Iterator, Sequence
from typing import Final

import attrs

from qa_rules import Ruleset, assess, load_ruleset
from qa_rules.language.library import ruleset_ids
from qa_rules.model.expressions import (
    Expr,
    Field,
    Parameter,
    Quantified,
    Reference,
    Together,
    facts_of,
    terms,
    walk,
)
from qa_rules.model.facts import Facts
from qa_rules.model.rulesets import Requirement
from qa_rules.semantics.evaluate import evaluate
from qa_rules.semantics.snapshot import Held, Known, believe
from qa_rules.tables import assess_table, table_of
from tests.semantics.completions import could_be
from tests.semantics.test_differential import ON, pool_of, provider

MOST_WAYS: Final = 400
MISSING: Final = 0.4
SAID: Final = {"met": True, "not_applicable": True, "not_met": False, "unknown": None}
"""Of each verdict whether the requirement is satisfied."""


def is_plain(requirement: Requirement) -> bool:
    """Whether all that it asks is asked of single facts."""
    for expr in parts(requirement):
        for inner in walk(expr):
            if isinstance(inner, Quantified | Together | Reference):
                return False
            if any(isinstance(each, Field | Parameter) for each in terms(inner)):
                return False
    return True


def parts(requirement: Requirement) -> Iterator[Expr]:
    """Yield its tests."""
    yield requirement.met_when
    if requirement.applies_when is not None:
        yield requirement.applies_when


def without(facts: Facts, rng: random.Random) -> Facts:
    """Return the facts of a subject of which some are missing."""
    values = {name: each for name, each in facts.values.items() if rng.random() >= MISSING}
    return attrs.evolve(facts, values=values)


def is_satisfied(requirement: Requirement, known: Known) -> bool | None:
    """Return whether a requirement is met or does not apply, as the definition has it."""
    t, f = evaluate(requirement.met_when, known, {})
    if requirement.applies_when is not None:
        applies_t, applies_f = evaluate(requirement.applies_when, known, {})
        t, f = max(t, applies_f), min(f, applies_t)
    return True if t else False if f else None


def truth(ruleset: Ruleset, requirement: Requirement, known: Known) -> tuple[bool, bool | None]:
    """Return whether all ways were tried, and what all of them agree on."""
    reads = sorted(frozenset[str]().union(*map(facts_of, parts(requirement))))
    declared = [ruleset.vocabulary.scalars[each] for each in reads]
    open_ = [each for each in declared if each.name not in known.values]
    held = (known.values[each] for each in reads if each in known.values)
    if any(each.type.is_set or each.may_be_none for each in open_) or any(not each.whole for each in held):
        return False, None
    pool = pool_of(ruleset)
    try:
        ways = [could_be(each, pool) for each in open_]
    except AssertionError:  # a text, of which nobody can name all
        return False, None
    number = 1
    for each in ways:
        number *= len(each)
    if number > MOST_WAYS:
        return False, None
    found = set()
    for way in itertools.product(*ways):
        values = {each.name: Held(value, 3, 3) for each, value in zip(open_, way, strict=True)}
        found.add(is_satisfied(requirement, attrs.evolve(known, values={**known.values, **values})))
    return True, found.pop() if len(found) == 1 else None


def counted(ruleset: Ruleset, subjects: Sequence[Facts]) -> Counter[tuple[str, bool | None, bool | None]]:
    """Return how often each engine says what, of what is so."""
    found: Counter[tuple[str, bool | None, bool | None]] = Counter()
    table = assess_table(ruleset, table_of(ruleset, subjects), on=ON, ignore=["subject"])
    plain = [each for each in ruleset.requirements if is_plain(each)]
    for row, facts in zip(table.table.to_pylist(), subjects, strict=True):
        made = assess(ruleset, facts, on=ON)
        if made.outcome == "not_applicable":
            continue
        known = believe(facts, ruleset.vocabulary, ON)
        for each in plain:
            is_tried, right = truth(ruleset, each, known)
            if not is_tried:
                found["left out", None, None] += 1
                continue
            found["compiled", right, SAID[made.verdicts[each.id].value]] += 1
            found["tables", right, SAID[row[each.id]]] += 1
    return found


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--subjects", type=int, default=25)
    number = parser.parse_args().subjects
    found: Counter[tuple[str, bool | None, bool | None]] = Counter()
    for name in ruleset_ids():
        ruleset, rng = load_ruleset(name), random.Random(name)
        pool = pool_of(ruleset)
        found += counted(ruleset, [without(provider(ruleset, pool, rng), rng) for _ in range(number)])
    print(
        f"{number} made-up subjects of each of {len(ruleset_ids())} shipped rulesets; not tried in all ways:"
    )
    print(f"{found['left out', None, None]:,} answers\n")
    print("| engine | unknown | definite | definite where unknown | definite lost | definite reversed |")
    print("| --- | --: | --: | --: | --: | --: |")
    for engine in ("compiled", "tables"):
        unknown = sum(n for (name, right, _), n in found.items() if name == engine and right is None)
        definite = sum(n for (name, right, _), n in found.items() if name == engine and right is not None)
        invented = found[engine, None, True] + found[engine, None, False]
        lost = found[engine, True, None] + found[engine, False, None]
        turned = found[engine, True, False] + found[engine, False, True]
        print(f"| {engine} | {unknown:,} | {definite:,} | {invented:,} | {lost:,} | {turned:,} |")


if __name__ == "__main__":
    main()
