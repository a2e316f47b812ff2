"""What is said of nobody is so: small rulesets with numbers, tables and options, every provider tried.

Who is found is replayed before he is shown. That there is nobody, that a test changes nothing, that a threshold is out
of reach, has nothing to show; so here each test is taken out of the ruleset itself, before anything is bound.
"""

from __future__ import annotations

import datetime
import json
from collections.abc import Callable, Iterator
from itertools import product
from pathlib import Path
from random import Random
from typing import Any

import attrs
import pytest

from qa_rules import load_ruleset
from qa_rules.api.verify import verify
from qa_rules.engines.reference import prepare
from qa_rules.errors import Place
from qa_rules.model import expressions as ex
from qa_rules.model.facts import Evidence, Facts, FactValue
from qa_rules.model.rulesets import Requirement, Ruleset
from qa_rules.model.values import Strength, Value
from qa_rules.program.answers import answer_of, verdict_of
from qa_rules.program.bind import close
from qa_rules.proofs.claims import Proof, Status
from qa_rules.semantics.snapshot import believe

ON = datetime.date(2026, 11, 22)
SURE = Evidence(strength=Strength.VERIFIED)
VALUES: dict[str, tuple[Value, ...]] = {
    "a": (0, 1, 2),
    "b": (0, 1, 2),
    "safe": (True, False),
    "size": ("small", "middle", "large"),
}
SIZES = {
    "type": "choice",
    "ordered": True,
    "options": {"small": "Small", "middle": "Middle", "large": "Large"},
}
FACTS: dict[str, dict[str, Any]] = {
    "a": {"type": "integer", "least": 0, "most": 2},
    "b": {"type": "integer", "least": 0, "most": 2},
    "safe": {"type": "yes_no"},
    "size": SIZES,
}
NUMBERS: tuple[dict[str, Any], ...] = (
    {"sum": ["a", "b"]},
    {"sum": [-1.5, "a", {"add": 2, "when": "safe"}]},
    {"sum": ["a", "-2 times b"]},
    {"difference": ["a", "b"]},
    {"least": ["a", "b"]},
    {"greatest": ["a", {"sum": ["b", -1]}]},
    {
        "sum": [
            {"add": 1, "when": "a more than b"},
            {"add": 1, "when": "safe"},
            {"add": 2, "when": "size is large"},
        ]
    },
    {"sum": ["a", "a", "b"], "bounded": {"least": 1, "most": 4}},
)
TABLES: tuple[dict[str, Any], ...] = (
    {"hit_policy": "first", "rows": [["at least 1", "yes", 2], ["any", "any", 1]]},
    {"hit_policy": "unique", "rows": [["at least 1", "any", 2], ["less than 1", "yes", 1]]},
    {
        "hit_policy": "collect",
        "aggregation": "sum",
        "rows": [["at least 1", "any", 1], ["any", "yes", 1.5]],
        "otherwise": [0],
    },
    {
        "hit_policy": "collect",
        "aggregation": "greatest",
        "rows": [["at least 1", "any", 2], ["any", "no", 1]],
    },
)
OPS = ("at least", "at most", "more than", "less than", "is")


def a_test(random: Random) -> Any:
    op, number = random.choice(OPS), random.choice((0, 1, 2, 3))
    return random.choice(
        (
            f"a {op} {min(number, 2)}",
            f"a {op} b",
            f"b {op} a",
            "safe",
            f"size {random.choice(OPS[:2])} {random.choice(VALUES['size'])}",
            "size is one of small, large",
            f"score {op} {number - 1}",
            f"score {op} a",
            f"other {op} {number}",
            "score more than other",
            f"load {op} {number}",
            f"load {op} b",
            "fits",
        )
    )


def a_rule(random: Random, depth: int = 2) -> Any:
    if not depth or random.random() < 0.4:
        return a_test(random)
    parts = [a_rule(random, depth - 1) for _ in range(random.choice((2, 2, 3)))]
    return random.choice(
        ({"all_of": parts}, {"any_of": parts}, {"not": parts[0]}, {"at_least": {"count": 2, "of": parts}})
    )


def made(seed: int) -> dict[str, Any]:
    random = Random(seed)
    table = random.choice(TABLES)

    def requirement(name: str) -> dict[str, Any]:
        applies = {"applies_when": a_test(random)} if random.random() < 0.4 else {}
        said = {"id": name, "title": name, "says": name, "source": {"clause": name}, "fix": "Mend."}
        return {**said, **applies, "met_when": a_rule(random)}

    kind = random.choice(("permission", "rating", "category"))
    allows = ({"allows": False}, {"allows": True}, {"allows": True}) if kind == "permission" else ({}, {}, {})
    whens = ({"any_of": ["R1 is not met", a_test(random)]}, a_rule(random), {"all_of": ["R1", "R2"]})
    outcomes = [
        {"id": name, "words": name, "when": when, **more}
        for name, when, more in zip(("low", "middling", "high"), whens, allows, strict=True)
    ]
    return {
        "format": 1,
        "ruleset": "small",
        "edition": "1",
        "title": "Small",
        "source": {"title": "Made up"},
        "caveats": ["For tests."],
        "facts": {name: {"label": name, "question": f"{name}?", **more} for name, more in FACTS.items()},
        "values": {
            "score": {"type": "number", "label": "score", **random.choice(NUMBERS)},
            "other": {"type": "number", "label": "other", **random.choice(NUMBERS)},
            "fits": {
                "type": "yes_no",
                "label": "it fits",
                "when": {"any_of": ["a less than b", "size is small"]},
            },
        },
        "tables": [
            {
                "id": "loads",
                "title": "Loads",
                "inputs": ["a", "safe"],
                "outputs": {"load": {"type": "decimal", "label": "load"}},
                **table,
            }
        ],
        "requirements": [requirement("R1"), requirement("R2")],
        "claims": [{"id": f"never_{at}", "never": a_rule(random, 1)} for at in range(2)],
        "decisions": [{"id": "overall", "title": "Overall", "kind": kind, "outcomes": outcomes}],
    }


def written(seed: int, folder: Path) -> Ruleset:
    file = folder / "ruleset.yaml"
    file.write_text(json.dumps(made(seed), indent=1), encoding="utf-8")
    return load_ruleset(file)


def providers() -> list[Facts]:
    ways = [[None, *(FactValue(value, SURE) for value in values)] for values in VALUES.values()]
    return [
        Facts({name: value for name, value in zip(VALUES, chosen, strict=True) if value is not None})
        for chosen in product(*ways)
    ]


PROVIDERS = providers()
Told = dict[str, list[tuple[str, ...]]]
"""By requirement the verdict on each provider; under the decision the answers, each with what is possible."""


def told_of(ruleset: Ruleset) -> Told:
    closed, decision = close(ruleset), ruleset.decisions[0]
    prepared = prepare(closed)
    found: Told = {name: [] for name in (*ruleset.requirement, decision.id)}
    for facts in PROVIDERS:
        results = prepared.run(believe(facts, ruleset.vocabulary, ON))
        for name in ruleset.requirement:
            found[name].append((verdict_of(closed, results, name)[0].value,))
        answer = answer_of(closed, results, decision, facts)
        assert answer is not None
        found[decision.id].append((answer.outcome, *answer.possible))
    return found


def taking(expr: ex.Expr, place: Place, holds: bool) -> ex.Expr:
    """The test that stands there taken as held or failed, as if its author had written that."""
    if ex.is_test(expr) and expr.place == place:
        return ex.Constant(holds)
    return ex.rebuild(expr, lambda inner: taking(inner, place, holds))


def with_requirements(ruleset: Ruleset, change: Callable[[Requirement], Requirement]) -> Ruleset:
    return attrs.evolve(ruleset, requirements=tuple(map(change, ruleset.requirements)))


def without(ruleset: Ruleset, place: Place, holds: bool) -> Ruleset:
    def change(each: Requirement) -> Requirement:
        applies = None if each.applies_when is None else taking(each.applies_when, place, holds)
        return attrs.evolve(each, applies_when=applies, met_when=taking(each.met_when, place, holds))

    decision = ruleset.decisions[0]
    outcomes = tuple(attrs.evolve(one, when=taking(one.when, place, holds)) for one in decision.outcomes)
    changed = with_requirements(ruleset, change)
    return attrs.evolve(changed, decisions=(attrs.evolve(decision, outcomes=outcomes),))


def is_met_by_some(ruleset: Ruleset, test: ex.Expr) -> bool:
    asked = with_requirements(ruleset, lambda each: attrs.evolve(each, applies_when=None, met_when=test))
    return ("met",) in told_of(asked)["R1"]


def written_tests(ruleset: Ruleset) -> Iterator[ex.Expr]:
    decision = ruleset.decisions[0]
    asked = [one for each in ruleset.requirements for one in (each.applies_when, each.met_when)]
    for expr in (*asked, *(one.when for one in decision.outcomes)):
        yield from () if expr is None else ex.walk(expr)


class Trying:
    """What trying every provider says of a claim; None where it says nothing."""

    def __init__(self, ruleset: Ruleset) -> None:
        self.ruleset, self.told = ruleset, told_of(ruleset)
        self.tests = {each.place: each for each in written_tests(ruleset) if ex.is_test(each)}

    def holds(self, claim: Proof) -> bool | None:
        match claim.code:
            case "requirement-live":
                words = claim.statement.partition(" can be ")[2] or "applies"
                seen = [verdict for (verdict,) in self.told[claim.at]]
                return (
                    bool({*seen} - {"not_applicable"})
                    if words == "applies"
                    else words.replace(" ", "_") in seen
                )
            case "outcome-reachable":
                return self.reached(claim)
            case "dead-test":
                return self.turns_on(claim)
            case "requirement-decides":
                sure = with_requirements(self.ruleset, lambda each: self.sure(each, claim.at))
                return told_of(sure)["overall"] != self.told["overall"]
            case "threshold-attainable" if claim.place in self.tests:
                return is_met_by_some(self.ruleset, self.tests[claim.place])
            case "author-claim":
                (stated,) = (each for each in self.ruleset.claims if each.id == claim.at)
                return not is_met_by_some(self.ruleset, stated.when)
            case _:
                return None

    def sure(self, each: Requirement, name: str) -> Requirement:
        return each if each.id != name else attrs.evolve(each, applies_when=None, met_when=ex.Constant(True))

    def reached(self, claim: Proof) -> bool | None:
        _, _, outcome = claim.at.partition(".")
        return any(told[0] == outcome for told in self.told["overall"]) if outcome else None

    def turns_on(self, claim: Proof) -> bool | None:
        assert claim.place is not None
        changed = told_of(without(self.ruleset, claim.place, not claim.statement.endswith(" may hold")))
        if claim.at in self.ruleset.requirement:
            return changed[claim.at] != self.told[claim.at]
        # An outcome may turn on a test though no answer does: then nothing is said.
        return changed["overall"] != self.told["overall"] or None


KINDS = {
    "requirement-live",
    "outcome-reachable",
    "dead-test",
    "requirement-decides",
    "threshold-attainable",
    "author-claim",
}


def said_of(seed: int, folder: Path) -> dict[str, int]:
    """Hold all that is said of a ruleset against every provider, and count by kind what could be held."""
    ruleset = written(seed, folder)
    trying, counts = Trying(ruleset), dict.fromkeys(KINDS, 0)
    for claim in verify(ruleset, on=ON, questions=sorted(KINDS), seconds=None, jobs=1).proofs:
        assert claim.status in (Status.PROVED, Status.REFUTED), claim
        holds = trying.holds(claim)
        if holds is not None:
            assert holds is (claim.status is Status.PROVED), (seed, claim.statement, str(claim.place))
            counts[claim.code] += 1
    return counts


def test_nobody_is_nobody(tmp_path: Path) -> None:
    counts = said_of(4, tmp_path)
    assert all(counts.values())


@pytest.mark.deep
@pytest.mark.parametrize("part", range(10))
def test_nobody_is_nobody_in_many_rulesets(part: int, tmp_path: Path) -> None:
    for seed in range(100 + 20 * part, 120 + 20 * part):
        said_of(seed, tmp_path)
