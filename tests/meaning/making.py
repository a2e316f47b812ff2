"""Rulesets as plain data, made up by chance: every kind of fact, test and structure."""

from __future__ import annotations

import json
from collections.abc import Callable
from random import Random
from typing import Any

from tests.meaning.making_facts import CODES, GROUNDS, STRENGTHS, near, perhaps, vocabulary

_UNITS = ("days", "working days", "months", "years")
SEVERITIES = ("required", "condition", "advice")
_ROUTES = ("checklist", "talk")

Rule = str | dict[str, Any]


PARAMETERS: dict[str, dict[str, Any]] = {
    "months": {"type": "integer"},
    "limit": {"type": "integer"},
    "flag": {"type": "yes_no"},
    "allowed": {"type": "choices", "options": GROUNDS},
    "mark": {"type": "code"},
    "since": {"type": "date"},
    "easy": {"type": "test"},
}


class Making:
    """Makes rules by chance."""

    def __init__(self, chance: Random) -> None:
        self.chance = chance
        self.names: list[str] = []

    # Tests

    def rule(self, depth: int, slot: str = "clause", bare: bool = True, negated: bool = False) -> Rule:
        """A rule for a place: `clause`, `needs` or `outcome`."""
        chance = self.chance
        if self.names and chance.random() < {"clause": 0.2, "needs": 0.6, "outcome": 0.6}[slot]:
            return self._reference(slot, bare, negated)
        if depth == 0 or chance.random() < 0.3:
            return self.leaf()
        several = [1, 2, 2, 3]
        match chance.choice(("all", "all", "any", "at_least", "not", "only_when", "records", "records")):
            case "all":
                return {
                    "all_of": [
                        self.rule(depth - 1, slot, bare, negated) for _ in range(chance.choice(several))
                    ]
                }
            case "any":
                return {
                    "any_of": [
                        self.rule(depth - 1, slot, False, negated) for _ in range(chance.choice(several))
                    ]
                }
            case "at_least":
                of = [self.rule(depth - 1, slot, False, negated) for _ in range(chance.choice((2, 3, 4)))]
                return {"at_least": {"count": chance.randint(1, len(of)), "of": of}}
            case "not":
                return {"not": self.rule(depth - 1, slot, False, True)}
            case "only_when":
                this = self.rule(depth - 1, slot, False, True)
                return {"only_when": {"this": this, "then": self.rule(depth - 1, slot, False, negated)}}
            case _:
                return self.records()

    def _reference(self, slot: str, bare: bool, negated: bool) -> Rule:
        chance, name = self.chance, self.chance.choice(self.names)
        if slot != "clause" and chance.random() < 0.25:
            name = f"{name}:{chance.choice(SEVERITIES)}"
        ways = [f"{name} applies and is met"]
        if bare:
            ways += [name, name]
            ways += [f"{name} at strength {chance.choice(STRENGTHS)}"] if slot != "clause" else []
        if slot == "outcome" and not negated:
            ways += [f"{name} is not met"] * 2
            ways += ["tier is below required", "tier reaches required", "no route reaches required"]
        return chance.choice(ways)

    def leaf(self) -> str:
        """A test of facts that stand by themselves."""
        chance = self.chance
        return chance.choice(
            (
                self._truth,
                self._truth,
                self._truth,
                self._number,
                self._option,
                self._date,
                self._window,
                self._set,
            )
        )()

    def _truth(self) -> str:
        of = (
            "insured",
            "asked",
            "open",
            "acute",
            "well_led",
            "insured is no",
            "open is not no",
            "insured is open",
        )
        more = (
            "plan exists",
            "plan is current",
            "plan covers falls",
            "plan covers falls, heat",
            "motto is given",
        )
        settings = ("policy.flag", "policy.easy")
        given = tuple(
            f"{name} is given" for name in ("ended_on", "scheme", "walkers", "used", "plan.review_due")
        )
        return self.chance.choice((*of, *of, *more, *settings, *given, "scheme is not given"))

    def _number(self) -> str:
        chance = self.chance
        how = chance.choice(("at least", "at most", "more than", "less than", "is", "is not"))
        if chance.random() < 0.2:
            return f"fee {how} {chance.choice(('2', '2.5', '0.01', '9'))}"
        if chance.random() < 0.15:
            some = ", ".join(map(str, chance.sample(range(6), chance.randint(1, 4))))
            return f"walkers {chance.choice(('is one of', 'is not one of'))} {some}"
        others = ("0", "3", "4", "9", "12", "most_walkers", "most_walkers", "policy.limit")
        return f"walkers {how} {chance.choice(others)}"

    def _option(self) -> str:
        chance = self.chance
        how = chance.choice(("at least", "at most", "more than", "less than", "is", "is not"))
        grounds = ", ".join(chance.sample(list(GROUNDS), chance.randint(1, 3)))
        codes = ", ".join(f"'{each}'" for each in chance.sample(CODES, chance.randint(1, 2)))
        one = chance.choice(("is one of", "is not one of"))
        return chance.choice((
            f"pace {how} {chance.choice(('slow', 'steady', 'brisk', 'usual_pace'))}",
            f"terrain {one} {grounds}",
            f"terrain {one} checked",
            f"terrain {one} policy.allowed",
            f"scheme {one} {codes}",
            f"scheme {one} schemes",
            f"scheme {chance.choice(('is', 'is not'))} {chance.choice(('other_scheme', 'policy.mark'))}",
            f"scheme {chance.choice(('is', 'is not'))} 'UK-1'",
        ))  # fmt: skip

    def _amount(self) -> str:
        return self.chance.choice(("0", "1", "2", "10", "12", "30", "span", "span", "policy.months"))

    def _moment(self) -> str:
        chance = self.chance
        day = chance.choice(("started_on", "ended_on", "on", near(chance), "policy.since"))
        if chance.random() < 0.4:
            return f"{day} plus {self._amount()} {chance.choice(_UNITS)}"
        return day

    def _date(self) -> str:
        chance = self.chance
        how = chance.choice(("before", "after", "not before", "not after", "is", "is not"))
        return f"checked_on {how} {self._moment()}"

    def _window(self) -> str:
        chance = self.chance
        unit = chance.choice(_UNITS)
        start = chance.choice(
            ("started_on", "ended_on", f"started_on plus {chance.choice((1, 3))} {chance.choice(_UNITS)}")
        )
        return chance.choice((
            f"checked_on within {self._amount()} {unit}",
            f"checked_on within {self._amount()} {unit} of {start}",
            f"on within {self._amount()} {unit} of {start}",
        ))  # fmt: skip

    def _set(self) -> str:
        chance = self.chance
        items = chance.sample(list(GROUNDS), chance.randint(1, 3))
        how = chance.choice(("includes", "includes all of", "includes any of", "includes only"))
        one, other = chance.sample(("checked", "used"), 2)
        codes = ", ".join(f"'{each}'" for each in chance.sample(CODES, 2))
        return chance.choice((
            f"{one} {how} {', '.join(items)}",
            f"{one} {chance.choice(('includes all of', 'includes any of', 'includes only'))} {other}",
            f"{one} includes at least {chance.randint(1, len(items))} of {', '.join(items)}",
            f"{one} includes only policy.allowed",
            f"{one} {chance.choice(('is empty', 'is not empty'))}",
            f"schemes {how} {codes}",
            f"schemes {chance.choice(('is empty', 'is not empty'))}",
        ))  # fmt: skip

    # Records

    def _field(self) -> str:
        chance, unit = self.chance, self.chance.choice(_UNITS)
        return chance.choice((
            "aider",
            "aider is no",
            "thought_fit",
            f"trained within {self._amount()} {unit}",
            f"trained {chance.choice(('before', 'not before'))} {self._moment()}",
            "trained is given",
            f"role {chance.choice(('is', 'is not'))} 'UK-1'",
            "role is one of schemes",
            "skill is one of road, path",
            "skill is one of used",
            f"leads {chance.choice(('includes', 'includes only', 'includes any of'))} road, hill",
            f"walks at least {chance.choice(('0', '3', 'walkers', 'most_walkers', '12'))}",
            "insured",
            "policy.flag",
        ))  # fmt: skip

    def _of_record(self, of: Callable[[], str]) -> Rule:
        match self.chance.choice(("leaf", "leaf", "all", "any", "not", "only_when")):
            case "all":
                return {"all_of": [of(), of()]}
            case "any":
                return {"any_of": [of(), of()]}
            case "not":
                return {"not": of()}
            case "only_when":
                return {"only_when": {"this": of(), "then": of()}}
            case _:
                return of()

    def _site(self) -> str:
        return self.chance.choice(
            ("safe", "safe is no", "seen_on within 12 months", "seen_on after started_on")
        )

    def records(self) -> Rule:
        """What is asked of the records of a list."""
        chance = self.chance
        name, of = chance.choice((("leaders", self._field), ("leaders", self._field), ("sites", self._site)))
        where = {"where": self._of_record(of)} if chance.random() < 0.4 else {}
        kind = chance.choice(("every", "every", "some", "at least 2", "together"))
        if kind == "together":
            cover = chance.choice((
                "leads includes all of road, hill",
                "leads includes all of checked",
                "skill includes all of road, path",
                "leads includes all of policy.allowed",
                "role includes all of schemes",
            ))  # fmt: skip
            where = {"where": self._of_record(self._field)} if where else {}
            return {"leaders together": {**where, "cover": cover}}
        meets = self._of_record(of)
        if kind == "every":
            empty = {"empty_is_met": True} if chance.random() < 0.4 else {}
            return {f"every {name}": {**where, "meets": meets, **empty}}
        if where and chance.random() < 0.3:
            return {f"{kind} {name}": where}
        return {f"{kind} {name}": {**where, "meets": meets}}


def ruleset(chance: Random) -> dict[str, Any]:
    """A ruleset with requirements, groups, locks, routes and two decisions."""
    make = Making(chance)
    facts = vocabulary(chance)
    requirements: list[dict[str, Any]] = []
    groups: list[dict[str, Any]] = []
    locks: list[dict[str, Any]] = []
    for at in range(chance.randint(2, 8)):
        if at < 2 or chance.random() < 0.65:
            requirements.append(_requirement(make, f"R-{at}"))
            make.names.append(f"R-{at}")
            continue
        members = chance.sample(make.names, min(len(make.names), chance.randint(1, 3)))
        of: dict[str, Any] = {"id": f"G-{at}", "title": "Together", "members": members}
        is_lock = chance.random() < 0.3
        of |= perhaps(chance, 0.0 if is_lock else 0.25, instead=make.leaf())
        if chance.random() < 0.08:
            of = {"id": f"G-{at}", "title": "Nothing", "not_applicable": "The source asks nothing here."}
        (locks if is_lock else groups).append(of)
        make.names.append(f"G-{at}")
    routes = [
        {
            "id": name,
            "title": "A way",
            "says": "A way.",
            "used_when": make.leaf(),
            **perhaps(chance, 0.3, counts_when=make.rule(1)),
        }
        for name in _ROUTES[: chance.choice((0, 1, 2, 2))]
    ]
    top = {"top_needs": [requirements[0]["id"]], "top_when": make.rule(1)} if routes else {}
    parameters = {}
    for name, each in PARAMETERS.items():
        reading = {"value": set_to(chance, name), "because": "It has to be something."}
        parameters[name] = {**each, "question": "What is it here?", **perhaps(chance, 0.3, reading=reading)}
    return {
        "format": 1,
        "ruleset": "made-up",
        "edition": "1",
        "title": "Made up",
        "source": {"title": "Nowhere"},
        "caveats": ["It is made up."],
        "facts": facts,
        "parameters": parameters,
        "requirements": requirements,
        "groups": groups,
        "locks": locks,
        "routes": routes,
        **perhaps(chance, 0.5 if routes else 0.0, tiers=top),
        **perhaps(chance, 0.2, applies_when=make.leaf()),
        "decisions": [_decision(make, name, bool(routes)) for name in ("overall", "further")],
    }


def _requirement(make: Making, name: str) -> dict[str, Any]:
    chance = make.chance
    weight: dict[str, Any] = {}
    if chance.random() < 0.15:
        weight = {"hard_stop": True}
    elif chance.random() < 0.25:
        weight = {"severity": chance.choice(SEVERITIES)}
    return {
        "id": name,
        "title": "Something",
        "says": "There is something.",
        "source": {"clause": name},
        "met_when": make.rule(2),
        **perhaps(chance, 0.35, applies_when=make.rule(1)),
        **weight,
    }


def _decision(make: Making, name: str, routed: bool) -> dict[str, Any]:
    chance = make.chance
    whens: list[Rule] = []
    if chance.random() < 0.5:
        some = chance.sample(make.names, min(len(make.names), chance.randint(1, 2)))
        gaps = [f"{each} is not met" for each in some]
        whens = [{"any_of": gaps}] if chance.random() < 0.5 else list(gaps)
        whens.append({"all_of": list(some)})
    else:
        whens = [make.rule(1, "outcome") for _ in range(chance.randint(1, 4))]
    if not routed:
        whens = [make.leaf() if "tier" in str(each) or "route" in str(each) else each for each in whens]
    forbidding = chance.randint(0, len(whens))
    mixed = chance.random() < 0.15
    outcomes = [
        {
            "id": f"outcome_{at}",
            "words": "So it is",
            "allows": chance.random() < 0.5 if mixed else at >= forbidding,
            "when": when,
        }
        for at, when in enumerate(whens)
    ]
    return {
        "id": name,
        "title": "What is it?",
        "outcomes": outcomes,
        **perhaps(chance, 0.2, needs="person"),
        **perhaps(chance, 0.3, applies_when=make.leaf()),
    }


def set_to(chance: Random, name: str) -> Any:
    """Return a value, or a test, for a parameter."""
    match name:
        case "months":
            return chance.choice((0, 1, 3, 12))
        case "limit":
            return chance.choice((0, 3, 9))
        case "flag":
            return chance.random() < 0.5
        case "allowed":
            return chance.sample(list(GROUNDS), chance.randint(1, 2))
        case "mark":
            return chance.choice(CODES)
        case "since":
            return near(chance)
        case _:
            return json.loads(json.dumps(Making(chance).rule(1)).replace("policy.easy", "policy.flag"))
