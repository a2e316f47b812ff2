"""Standards with values, decision tables, levels, ratings and categories, made up by chance as plain data."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from itertools import combinations_with_replacement, product
from random import Random
from typing import Any

from tests.meaning.making_facts import STRENGTHS, perhaps

KINDS = {"club": "Club", "charity": "Charity", "firm": "Firm"}
SIZES = {"small": "Small", "middle": "Middle", "large": "Large"}
_OPS = ("at least", "at most", "more than", "less than", "is", "is not")
Rule = str | dict[str, Any]


class Making:
    """Makes the rules of one standard by chance."""

    def __init__(self, chance: Random) -> None:
        self.chance = chance
        self.numbers: list[str] = []
        self.leaves: list[str] = []
        self.names: list[str] = []

    def facts(self) -> dict[str, Any]:
        """Facts of few values, so that everybody can be tried."""
        chance = self.chance

        def declared(kind: str, **more: Any) -> dict[str, Any]:
            return {"type": kind, "label": "something", "question": "What is it?", **more}

        found = {
            "a": declared("integer", least=0, most=2),
            "b": declared("integer", least=-1, most=1),
            "n": declared("integer", least=0, most=1, **perhaps(chance, 0.4, may_be_none=True)),
            "safe": declared("yes_no", **perhaps(chance, 0.2, needs_no_evidence=True)),
            "kind": declared("choice", options=KINDS),
            "size": declared("choice", options=SIZES, ordered=True),
            **perhaps(chance, 0.15, fee=declared("decimal", least=0)),
        }
        if chance.random() < 0.3:
            ok = declared("yes_no")
            found["halls"] = declared("collection", record="hall", fields={"ok": ok})
        self.numbers = ["a", "b", "n", *(["fee"] if "fee" in found else [])]
        self.leaves = [
            "safe",
            "safe is no",
            "kind is club",
            "kind is one of club, firm",
            "size at least middle",
        ]
        self.leaves += ["size is small", "n is given"] + (["HALLS"] * 2 if "halls" in found else [])
        return found

    # Numbers

    def number(self, depth: int = 2) -> dict[str, Any]:
        """A number, by one of the keys that make one."""
        chance = self.chance
        match chance.choice(("sum", "sum", "sum", "difference", "least", "greatest")):
            case "sum":
                return {"sum": [self._part(depth) for _ in range(chance.choice((2, 2, 3)))]}
            case "difference":
                return {"difference": [self._part(depth) for _ in range(chance.choice((2, 2, 3)))]}
            case kind:
                return {kind: [self._part(depth) for _ in range(chance.choice((2, 3)))]}

    def _part(self, depth: int) -> Any:
        chance = self.chance
        name = chance.choice(self.numbers)
        match chance.choice(("name", "name", "times", "add", "add", "constant", "setting", "inside")):
            case "times":
                factor = chance.choice(("2", "-1", "0.5", "-2", "3", "policy.weight"))
                return f"{factor} times {name}"
            case "add":
                return {"add": chance.choice((1, 2, 3, -1)), "when": self.leaf()}
            case "constant":
                return chance.choice((1, 2, -1, "0.5"))
            case "setting":
                return "policy.limit"
            case "inside" if depth:
                return self.number(depth - 1)
            case _:
                return name

    def leaf(self) -> Any:
        """A test that may stand in a value as well."""
        chance = self.chance
        if chance.random() < 0.45:
            name, op = chance.choice(self.numbers), chance.choice(_OPS)
            others = [each for each in self.numbers if each != name]
            return f"{name} {op} {chance.choice((*('-1', '0', '1', '2', '3') * 2, *others, 'policy.limit'))}"
        found = chance.choice(self.leaves)
        if found == "HALLS":
            return chance.choice(({"some halls": "ok"}, {"every halls": "ok"}, {"at least 2 halls": "ok"}))
        return found

    def rule(self, depth: int, bare: bool = True) -> Any:
        """A rule over all that there is so far."""
        chance = self.chance
        if self.names and chance.random() < 0.35:
            name = chance.choice(self.names)
            return chance.choice(
                (name, f"{name} applies and is met") if bare else (f"{name} applies and is met",)
            )
        if not depth or chance.random() < 0.35:
            return self.leaf()
        several = chance.choice((2, 2, 3))
        match chance.choice(("all", "any", "not", "only_when", "at_least")):
            case "all":
                return {"all_of": [self.rule(depth - 1, bare) for _ in range(several)]}
            case "any":
                return {"any_of": [self.rule(depth - 1, False) for _ in range(several)]}
            case "not":
                return {"not": self.rule(depth - 1, False)}
            case "only_when":
                return {
                    "only_when": {"this": self.rule(depth - 1, False), "then": self.rule(depth - 1, False)}
                }
            case _:
                of = [self.rule(depth - 1, False) for _ in range(3)]
                return {"at_least": {"count": chance.randint(1, 3), "of": of}}

    # Tables

    def table(self, name: str, inputs: list[Any], facts: dict[str, Any]) -> dict[str, Any]:
        """A table that gives a number, and perhaps a choice or a yes or no."""
        chance = self.chance
        policy = chance.choice(("unique", "first", "first", "collect"))
        outputs: dict[str, Any] = {f"{name}_load": {"type": "decimal", "label": "load"}}
        if policy != "collect" and chance.random() < 0.6:
            outputs[f"{name}_mark"] = {"type": "choice", "label": "mark", "ordered": True, "options": SIZES}
            outputs[f"{name}_ok"] = {"type": "yes_no", "label": "it is fine"}
        rows = [
            [*(self._cell(each, facts) for each in inputs), *self._given(outputs)]
            for _ in range(chance.randint(1, 4))
        ]
        return {
            "id": name,
            "title": "A table",
            "inputs": inputs,
            "outputs": outputs,
            "hit_policy": policy,
            **(
                {"aggregation": chance.choice(("sum", "count", "least", "greatest"))}
                if policy == "collect"
                else {}
            ),
            "rows": rows,
            **perhaps(chance, 0.6, otherwise=self._given(outputs)),
        }

    def _given(self, outputs: dict[str, Any]) -> list[Any]:
        of = {"decimal": (0, 1, 2, "2.5"), "choice": tuple(SIZES), "yes_no": ("yes", "no")}
        return [self.chance.choice(of[each["type"]]) for each in outputs.values()]

    def _cell(self, asked: Any, facts: dict[str, Any]) -> Any:
        chance = self.chance
        if chance.random() < 0.35:
            return "any"
        declared = facts.get(asked) if isinstance(asked, str) else {"type": "yes_no"}
        if declared is None and asked == "fits":
            declared = {"type": "yes_no"}
        if declared is None or declared["type"] == "integer":
            given = ("given", "not given") if declared is not None and declared.get("may_be_none") else ()
            return chance.choice(
                (
                    *given,
                    "0",
                    "1",
                    "at least 1",
                    "less than 1",
                    "0 or 1",
                    "at least 0 and less than 2",
                    "not 1",
                )
            )
        if declared["type"] == "yes_no":
            return chance.choice(("yes", "no"))
        options = list(declared["options"])
        one, other = chance.sample(options, 2)
        return chance.choice((one, f"{one} or {other}", f"not {one}"))


def standard(chance: Random) -> dict[str, Any]:
    """A standard."""
    make = Making(chance)
    facts = make.facts()
    values: dict[str, Any] = {}
    for name in ("score", "other", "third")[: chance.randint(1, 3)]:
        bounded = perhaps(
            chance, 0.2, bounded=chance.choice(({"least": 0, "most": 3}, {"least": 0}, {"most": 2}))
        )
        values[name] = {"type": "number", "label": name, **make.number(), **bounded}
        make.numbers += [name]
    values["fits"] = {"type": "yes_no", "label": "it fits", "when": make.rule(1)}
    make.leaves += ["fits", "fits is no"]
    if "halls" in facts:
        values["fine"] = {"type": "number", "label": "fine", "count": {"records": "halls", "where": "ok"}}
        make.leaves += [f"fine {op} {number}" for op in _OPS for number in (0, 1, 2)][
            :: chance.choice((5, 7))
        ]
    tables = [make.table("first", [*chance.sample(("a", "n", "safe", "kind", "fits"), 2)], facts)]
    if chance.random() < 0.5:
        inputs = [chance.choice((next(iter(tables[0]["outputs"])), "score")), chance.choice(("b", "safe"))]
        if chance.random() < 0.3:
            inputs.append({"name": "local", "test": make.rule(1)})
        tables.append(make.table("second", inputs, facts))
    for each in tables:
        make.leaves += [test for name in each["outputs"] for test in _tests_of(name, each, chance)]
    requirements, groups = _rules(make)
    counted = [each["id"] for each in (*requirements, *groups)]
    values["done"] = {
        "type": "number",
        "label": "done",
        "count": chance.sample(counted, min(2, len(counted))),
    }
    values["part"] = {
        "type": "number",
        "label": "part",
        "share": chance.sample(counted, min(3, len(counted))),
    }
    make.leaves += [f"done {chance.choice(_OPS)} {chance.randint(0, 3)}" for _ in range(2)]
    make.leaves += [f"part {chance.choice(_OPS)} {chance.choice((0, 33, 50, 100))}" for _ in range(2)]
    weights = {"type": "integer", "question": "How much?"}
    levels = _levels(make) if chance.random() < 0.5 else {}
    return {
        "format": 1,
        "ruleset": "made-up",
        "edition": "1",
        "title": "Made up",
        "source": {"title": "Nowhere"},
        "caveats": ["It is made up."],
        "facts": facts,
        "parameters": {
            "weight": {
                **weights,
                "reading": {"value": chance.choice((0, 1, 2)), "because": "It has to be something."},
            },
            "limit": {
                **weights,
                **perhaps(chance, 0.9, reading={"value": chance.randint(0, 2), "because": "So."}),
            },
        },
        "values": values,
        "tables": tables,
        "requirements": requirements,
        "groups": groups,
        **levels,
        **perhaps(chance, 0.15, applies_when=make.leaf()),
        "decisions": [_decision(make, name) for name in ("overall", "further")],
    }


def _tests_of(name: str, table: dict[str, Any], chance: Random) -> list[str]:
    match table["outputs"][name]["type"]:
        case "decimal":
            others = ("0", "1", "2", "2.5", "b", "score")
            return [f"{name} {chance.choice(_OPS)} {chance.choice(others)}" for _ in range(3)]
        case "choice":
            return [f"{name} is middle", f"{name} at least middle"]
        case _:
            return [name, f"{name} is no"]


def _rules(make: Making) -> tuple[list[dict[str, Any]], list[dict[str, Any]]]:
    chance = make.chance
    requirements: list[dict[str, Any]] = []
    groups: list[dict[str, Any]] = []
    for at in range(chance.randint(2, 5)):
        if at < 2 or chance.random() < 0.7:
            said = {"id": f"R-{at}", "title": "Something", "says": "So.", "source": {"clause": f"{at}"}}
            applies = perhaps(chance, 0.4, applies_when=make.rule(1, False))
            requirements.append({**said, "met_when": make.rule(2), **applies, "fix": "Do."})
            make.names.append(f"R-{at}")
        else:
            members = chance.sample(make.names, min(len(make.names), chance.randint(1, 3)))
            groups.append({"id": f"G-{at}", "title": "Together", "members": members})
            make.names.append(f"G-{at}")
    return requirements, groups


def _levels(make: Making) -> dict[str, Any]:
    chance = make.chance
    found: list[dict[str, Any]] = [{"id": "nothing", "title": "Nothing"}] if chance.random() < 0.5 else []
    for name in ("bronze", "silver", "gold")[: chance.randint(1, 3)]:
        needs = [make.rule(1) for _ in range(chance.choice((1, 1, 2)))]
        strength = perhaps(chance, 0.4, strength=chance.choice(STRENGTHS))
        found.append({"id": name, "title": name, "needs": needs, **strength})
    return {"levels": found}


def _decision(make: Making, name: str) -> dict[str, Any]:
    chance = make.chance
    kind = chance.choice(("permission", "rating", "rating", "category"))
    if chance.random() < 0.5:
        some = chance.sample(make.names, min(len(make.names), 2))
        whens: list[Any] = [f"{each} is not met" for each in some]
        whens.append({"all_of": list(some)})
    else:
        whens = [make.rule(1) for _ in range(chance.randint(2, 4))]
        if chance.random() < 0.4:
            test = make.leaf()
            whens = [{"not": test}, test]
    if chance.random() < 0.3:
        whens[-1] = "otherwise"
    forbidding = chance.randint(0, len(whens))
    outcomes = [
        {
            "id": f"outcome_{at}",
            "words": "So it is",
            "when": when,
            **({"allows": at >= forbidding} if kind == "permission" else {}),
        }
        for at, when in enumerate(whens)
    ]
    said = {
        "id": name,
        "title": "What is it?",
        "outcomes": outcomes,
        **perhaps(chance, 0.15, applies_when=make.leaf()),
    }
    return said if kind == "permission" else {**said, "kind": kind}


def policy(chance: Random) -> dict[str, Any]:
    """A policy for a standard."""
    return {
        "format": 1,
        "policy": "made-up-policy",
        "for": "made-up@1",
        "title": "A policy",
        "settings": {name: chance.randint(0, 2) for name in ("weight", "limit") if chance.random() < 0.5},
        "strength": chance.choice(("stated", *STRENGTHS)),
    }


def subject(chance: Random, declared: dict[str, Any]) -> dict[str, Any]:
    """A file of facts, some of them not known, some weaker than others."""
    known = chance.choice((0.3, 0.6, 0.8, 1, 1))
    found: dict[str, Any] = {}
    for name, each in declared.items():
        if chance.random() >= known:
            continue
        strength = perhaps(chance, 0.5, strength=chance.choice(STRENGTHS))
        if each["type"] == "collection":
            records = [
                {"ok": chance.random() < 0.6} if chance.random() < 0.8 else {}
                for _ in range(chance.randint(0, 3))
            ]
            evidence = {"evidence": strength} if strength else {}
            found[name] = {"records": records, **perhaps(chance, 0.3, partial=True), **evidence}
        else:
            found[name] = {"value": chance.choice(_every(each)), **strength}
    return {"format": 1, "facts": found, "evidence": {"strength": chance.choice(STRENGTHS)}}


def _every(declared: dict[str, Any]) -> list[Any]:
    match declared["type"]:
        case "yes_no":
            return [True, False]
        case "choice":
            return list(declared["options"])
        case "decimal":
            return [0, 1, "2.5"]
        case _:
            none = ["none"] if declared.get("may_be_none") else []
            return [*range(declared["least"], declared["most"] + 1), *none]


def every_subject(rules: Mapping[str, Any]) -> Iterator[dict[str, Any] | None]:
    """Everybody of whom all is known that the rules look at; None where there are too many."""
    text = json.dumps({key: each for key, each in rules.items() if key != "facts"})
    asked = {name: each for name, each in rules["facts"].items() if re.search(rf"\b{name}\b", text)}
    if "fee" in asked:
        yield None
        return
    ways: list[list[Any]] = []
    for each in asked.values():
        if each["type"] == "collection":
            ways.append(
                [
                    [{"ok": ok} for ok in some]
                    for size in range(3)
                    for some in combinations_with_replacement((True, False), size)
                ]
            )
        else:
            ways.append([{"value": value} for value in _every(each)])
    for chosen in product(*ways):
        yield {"facts": dict(zip(asked, chosen, strict=True)), "evidence": {"strength": "verified"}}
