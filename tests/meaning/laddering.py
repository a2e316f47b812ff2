"""Tiers: attained by the best route in use, required by the table, and how they compare."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial
from typing import Any, NamedTuple

from tests.meaning.believing import STRENGTHS, Plain
from tests.meaning.judging import Judging, Node, Worth, at_strength, every, opposite, some
from tests.meaning.testing_facts import Truth


class Tiers(NamedTuple):
    """What an assessment shows of tiers; "" is none."""

    attained: str
    at_most: str
    reaches: str
    required_least: str
    required_greatest: str
    routes: tuple[str, ...]


def ladder(judging: Judging, shown: bool = True) -> Tiers | None:
    """Work out the tiers, and tell `judging` what outcomes ask of them. None where there are none to be shown."""
    routes, tiers = judging.ruleset.get("routes", []), judging.policy.get("tiers", [])
    if routes and not tiers:

        def left_open(_: int) -> Truth:
            return judging.asked.open("tiers")

        judging.tiers |= {"tier is below required": left_open, "no route reaches required": left_open}
        judging.tiers["tier reaches required"] = lambda _: opposite(judging.asked.open("tiers"))
    if not routes or not tiers:
        return None
    found = _Ladder(judging, routes, tiers)
    judging.tiers["tier is below required"] = found.below
    judging.tiers["tier reaches required"] = lambda strength: opposite(found.below(strength))
    judging.tiers["no route reaches required"] = found.beyond
    return found.shown() if shown else None


def climb(judging: Judging) -> list[Plain]:
    """Work out the levels of a standard, and return the rating that says which is reached; none where it has none."""
    written = judging.ruleset.get("levels", [])
    levels = [{**each, "routes": {"": {"all_of": each["needs"]}}} for each in written if "needs" in each]
    if not levels:
        return []
    found = _Ladder(judging, [{"id": ""}], levels)
    below = {"id": "no_level"} if "needs" in written[0] else written[0]
    outcomes = []
    for number, each in enumerate([below, *levels[:-1]], 1):
        judging.tiers[f"level {number} is missed"] = partial(_missed, found.attained(number))
        outcomes.append({"id": each["id"], "when": f"level {number} is missed"})
    judging.tiers["level is the highest"] = found.attained(len(levels))
    outcomes.append({"id": levels[-1]["id"], "when": "level is the highest"})
    return [{"id": "level", "kind": "rating", "outcomes": outcomes}]


def _missed(attained: Worth, strength: int) -> Truth:
    return opposite(attained(strength))


class _Ladder:
    def __init__(self, judging: Judging, routes: Sequence[Plain], tiers: Sequence[Plain]) -> None:
        self.judging, self.policy, self.tiers = judging, judging.policy, tiers
        self.routes = {each["id"]: each for each in routes}
        self.top = judging.ruleset.get("tiers")
        self.asked = _strength(self.policy.get("strength"))

    def reach(self, route: str) -> int:
        """The number of the highest tier that a route can give."""
        number = 0
        for tier in self.tiers:
            if route not in tier["routes"]:
                break
            number += 1
        return number

    def used(self, route: str) -> Worth:
        """Whether a route is in use: no strength is asked for that."""

        def when(strength: int) -> Truth:
            if not route:
                return True  # levels have no routes
            return self.judging.worth(self.routes[route]["used_when"], strength)

        return lambda strength: at_strength(when, 1, strength)

    def way(self, route: str, number: int, strength: int) -> Truth:
        """Whether a route gives a tier or a higher one."""
        parts = [self.used(route)(strength)]
        if "counts_when" in self.routes[route]:
            parts.append(self.judging.worth(self.routes[route]["counts_when"], strength))
        applying: list[Worth] = []
        met: list[Worth] = []
        is_something = False
        for at in range(1, number + 1):
            own = _strength(self.tiers[at - 1].get("strength"))
            parts.append(at_strength(self.needs(route, at), own, strength))
            for need in _conjuncts(self.tiers[at - 1]["routes"][route]):
                is_something |= not self._takes(need, self.judging.named, own, applying, met)
            for need in self._top(at):
                is_something |= not self._takes(need, self.judging.node, own, applying, met)
        here = every(parts)
        if is_something:
            return here
        applies = some(each(strength) for each in applying)
        shown = True if some(each(strength) for each in met) else None
        here = every([here, applies, shown])
        if number < self.reach(route):
            here = some([here, self.way(route, number + 1, strength)])
        return here

    def _top(self, number: int) -> list[str]:
        """What the standard itself asks of the top tier."""
        return list(self.top["top_needs"]) if self.top and number == len(self.tiers) else []

    def needs(self, route: str, number: int) -> Worth:
        """What a tier asks on a route, without those below."""

        def worth(strength: int) -> Truth:
            own = self.judging.worth(self.tiers[number - 1]["routes"][route], strength, self.judging.named)
            return every([own, *(self.judging.node(each).satisfied(strength) for each in self._top(number))])

        return worth

    @staticmethod
    def _takes(
        need: Any, find: Callable[[str], Node], own: int, applying: list[Worth], met: list[Worth]
    ) -> bool:
        """Take down a need that may not apply to somebody; False for one that always does."""
        if not isinstance(need, str) or not need[:1].isupper() or need.endswith(("met",)):
            return False
        name, _, graded = need.partition(" at strength ")
        node, least = find(name), _strength(graded) if graded else own
        applying.append(node.applies)
        met.append(
            lambda strength: every(
                [at_strength(node.applies, least, strength), at_strength(node.met, least, strength)]
            )
        )
        return True

    def attained(self, number: int) -> Worth:
        """Whether a tier or a higher one is attained, at the strength that the policy asks."""
        routes = [route for route in self.routes if self.reach(route) >= number]

        def worth(strength: int) -> Truth:
            ways = (partial(self.way, route, number) for route in routes)
            return some(at_strength(each, self.asked, strength) for each in ways)

        return worth

    def required(self, number: int) -> Worth:
        """Whether a tier or a higher one is required: that none is counts only as strongly as the policy asks."""
        order = [tier["id"] for tier in self.tiers]
        rows = self.policy.get("required_tier", [])

        def holds(strength: int) -> Truth:
            worths = [self.judging.worth(row["when"], strength) if "when" in row else True for row in rows]
            found = [
                each for row, each in zip(rows, worths, strict=True) if order.index(row["tier"]) + 1 >= number
            ]
            if self.top:
                found.append(self.judging.worth(self.top["top_when"], strength))
            if number == 1:
                found.append(True)
            if all("when" in row for row in rows):
                # Where no row holds the policy is silent.
                found.append(every([*map(opposite, worths), self.judging.asked.open("required_tier")]))
            return some(found)

        asked = _strength(self.policy.get("activity_strength"))
        return lambda strength: True if holds(strength) else False if holds(asked) is False else None

    def below(self, strength: int) -> Truth:
        """The tier attained is below the one required."""
        return some(
            every([self.required(at)(strength), opposite(self.attained(at)(strength))])
            for at in range(1, len(self.tiers) + 1)
        )

    def counted(self, route: str, strength: int) -> Truth:
        """Whether a route is in use, and counts for such as it is."""
        counts = self.routes[route].get("counts_when")
        return every(
            [self.used(route)(strength), True if counts is None else self.judging.worth(counts, strength)]
        )

    def beyond(self, strength: int) -> Truth:
        """A route is in use, and none of those that count can give the tier required; or none, if none counts."""
        in_use = some(self.judging.worth(each["used_when"], strength) for each in self.routes.values())
        nothing_counts = opposite(some(self.counted(route, strength) for route in self.routes))
        short = []
        for at in range(1, len(self.tiers) + 1):
            reaching = [route for route in self.routes if self.reach(route) >= at]
            counting = some(self.counted(route, strength) for route in reaching)
            using = some(self.used(route)(strength) for route in reaching)
            reached = some([counting, every([nothing_counts, using])])
            short.append(every([self.required(at)(strength), opposite(reached)]))
        return every([in_use, some(short)])

    def shown(self) -> Tiers:
        """What an assessment shows."""
        names: list[str] = ["", *(tier["id"] for tier in self.tiers)]
        numbers = range(1, len(names))
        used = [route for route in self.routes if self.used(route)(1)]

        def highest(worth: Callable[[int], Worth], at_most: bool) -> str:
            return names[
                max(
                    (at for at in numbers if (worth(at)(1) is not False if at_most else worth(at)(1))),
                    default=0,
                )
            ]

        return Tiers(
            highest(self.attained, False),
            highest(self.attained, True),
            names[max(map(self.reach, used), default=0)],
            highest(self.required, False),
            highest(self.required, True),
            tuple(used),
        )


def _strength(word: str | None) -> int:
    return STRENGTHS.index(word or "stated") + 1


def _conjuncts(need: Any) -> list[Any]:
    if isinstance(need, dict) and "all_of" in need:
        return [each for inner in need["all_of"] for each in _conjuncts(inner)]
    return [need]
