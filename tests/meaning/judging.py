"""Requirements, groups, locks and severities of a ruleset under a policy, and what each is worth."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any, NamedTuple

from tests.meaning.believing import STRENGTHS, Plain
from tests.meaning.testing_facts import Truth

Worth = Callable[[int], Truth]
"""What something is worth when all that is weaker than a strength is taken as not known."""
_REFERENCE = re.compile(
    r"([A-Z][\w.\-]*(?::[a-z]+)?)(?: at strength (\w+)| (applies and is met)| (is not met))?"
)


def every(truths: Iterable[Truth]) -> Truth:
    """Any no wins, then not known, then yes."""
    found = list(truths)
    return False if False in found else None if None in found else True


def opposite(truth: Truth) -> Truth:
    """Not."""
    return None if truth is None else not truth


def some(truths: Iterable[Truth]) -> Truth:
    """The mirror of every."""
    return opposite(every([opposite(each) for each in truths]))


class Node(NamedTuple):
    """Something that may apply, and may be met."""

    applies: Worth
    met: Worth

    def satisfied(self, strength: int) -> Truth:
        """Met, or known not to apply."""
        return some([opposite(self.applies(strength)), self.met(strength)])

    def asked_and_met(self, strength: int) -> Truth:
        """It applies, and is met."""
        return every([self.applies(strength), self.met(strength)])


NOTHING = Node(lambda _: False, lambda _: None)
"""Asks nothing of anybody."""


class Asked(NamedTuple):
    """Who answers what the rules ask of facts."""

    test: Callable[[str, int], Truth]
    """A test, at a strength."""
    records: Callable[[str, Any, int, Callable[[str, int], Any]], Truth]
    """What is asked of the records of a list, at a strength."""
    open: Callable[[str], Truth]
    """What the policy leaves open, by a name for it."""


class Judging:
    """A ruleset under a policy, with some conditions overdue."""

    def __init__(self, ruleset: Plain, policy: Plain, asked: Asked, overdue: Iterable[str] = ()) -> None:
        self.ruleset, self.policy, self.asked, self.overdue = ruleset, policy, asked, frozenset(overdue)
        self.requirements = {each["id"]: each for each in ruleset["requirements"]}
        locks = [{**each, "kind": "lock"} for each in ruleset.get("locks", [])]
        self.groups = {each["id"]: each for each in [*ruleset.get("groups", []), *locks]}
        self.severities = {name: self._severity(name) for name in self.requirements}
        self._nodes: dict[tuple[str, ...], Node] = {}
        self.tiers: dict[str, Worth] = {}
        """What is asked of tiers in outcomes, once it is worked out."""
        self.makes: Callable[[str, int], Any] = lambda text, strength: ...
        """What a test of a value or of an output of a table comes to; `...` of any other."""

    # Severities

    def inside(self, name: str) -> list[str]:
        """The requirements of a group, or the requirement itself."""
        if name in self.requirements:
            return [name]
        members = self.groups[name].get("members", [])
        return list(dict.fromkeys(inner for each in members for inner in self.inside(each)))

    def _severity(self, name: str) -> str | None:
        requirement, given = self.requirements[name], self.policy.get("severity", {})
        if requirement.get("hard_stop"):
            return "required"
        if requirement.get("severity"):
            return str(requirement["severity"])
        if name in given:
            return str(given[name])
        around = [each for each in self.groups if each in given and name in self.inside(each)]
        narrowest = min(around, key=lambda each: len(self.inside(each)), default="default")
        word: str | None = given.get(narrowest)
        return word

    # Nodes

    def node(self, name: str) -> Node:
        """Return a requirement, a group or lock, or what of it has a severity (`G:required`)."""
        base, _, severity = name.partition(":")
        if severity or self.groups.get(base, {}).get("kind") == "lock":
            return self._kept(
                ("of", base, severity or "required"), self._of_severity(base, severity or "required")
            )
        if base in self.requirements:
            return self._kept(("requirement", base), lambda: self._requirement(base))
        group = self.groups[base]
        if group.get("not_applicable"):
            return NOTHING
        members = group["members"]
        return self._kept(
            ("group", base), lambda: self._together(group, [self.node(each) for each in members])
        )

    def _kept(self, key: tuple[str, ...], make: Callable[[], Node]) -> Node:
        if key not in self._nodes:
            applies, met = make()
            self._nodes[key] = Node(_once(applies), _once(met))
        return self._nodes[key]

    def _requirement(self, name: str) -> Node:
        written = self.requirements[name]
        applies = written.get("applies_when")
        return Node(
            lambda strength: True if applies is None else self.worth(applies, strength),
            lambda strength: self.worth(written["met_when"], strength),
        )

    def _together(self, group: Plain, members: Sequence[Node]) -> Node:
        """Members taken together: never met where nothing that they ask applies and is met."""
        stops = [each for each in self.inside(group["id"]) if self.requirements[each].get("hard_stop")]

        def met(strength: int) -> Truth:
            found = every(each.satisfied(strength) for each in members)
            if found and not any(each.asked_and_met(strength) for each in members):
                found = None
            if "instead" not in group:
                return found
            beside = [self.worth(group["instead"], strength)]
            beside += [self.node(each).satisfied(strength) for each in stops]
            return some([found, every(beside)])

        return Node(lambda strength: some(each.applies(strength) for each in members), met)

    def _of_severity(self, name: str, severity: str) -> Callable[[], Node]:
        def make() -> Node:
            group = self.groups.get(name, {"id": name, "members": [name]})
            members = []
            for each in group.get("members", []):
                if each in self.groups:
                    members.append(self.node(f"{each}:{severity}"))
                elif each in self.overdue and self.severities[each] == "condition":
                    members += [self.node(each)] * (severity == "required")
                elif self.severities[each] == severity:
                    members.append(self.node(each))
                elif self.severities[each] is None:
                    members.append(self._weighed(each))
            return self._together(group, members) if members else NOTHING

        return make

    def _weighed(self, name: str) -> Node:
        """A requirement on whose severity the policy is silent: a gap in it may count or not."""
        node = self.node(name)
        return node._replace(
            met=lambda strength: some([node.met(strength), self.asked.open(f"severity {name}")])
        )

    def named(self, name: str) -> Node:
        """What a tier asks that names this: all of a group or lock, but for what is advice by the standard."""
        group = self.groups.get(name)
        if group is None or group.get("not_applicable"):
            return self.node(name)
        members = [
            self.named(each)
            for each in group["members"]
            if each in self.groups or self.requirements[each].get("severity") != "advice"
        ]
        return self._kept(("named", name), lambda: self._together(group, members) if members else NOTHING)

    # Expressions

    def worth(self, rule: Any, strength: int, find: Callable[[str], Node] | None = None) -> Truth:
        """Return what a rule is worth. `find` finds the nodes that it names; by default `node` does."""
        if isinstance(rule, str):
            return self._test(rule, strength, find or self.node)
        ((key, inner),) = rule.items()

        def of(each: Any) -> Truth:
            return self.worth(each, strength, find)

        match key.split():
            case ["all_of"]:
                return every(map(of, inner))
            case ["any_of"]:
                return some(map(of, inner))
            case ["at_least"]:
                return enough(inner["count"], [of(each) for each in inner["of"]])
            case ["not"]:
                return opposite(of(inner))
            case ["only_when"]:
                return some([opposite(of(inner["this"])), of(inner["then"])])
            case _:
                return self.asked.records(key, inner, strength, self._outside)

    def outcome(self, rule: Any, strength: int) -> Truth:
        """Return what an outcome is worth: it never holds where nothing that it asks for applies and is met."""
        found = self.worth(rule, strength)
        asked = [each for each in self.references(rule) if not each[2] and not each[3]]
        if not found or not asked:
            return found
        return True if any(self._shown(name, graded, strength) for name, graded, _, _ in asked) else None

    def _shown(self, name: str, graded: str | None, strength: int) -> Truth:
        """It applies and is met, both at the strength that is asked of it."""
        node = self.node(name)
        if not graded:
            return node.asked_and_met(strength)
        least = STRENGTHS.index(graded) + 1
        return every(at_strength(each, least, strength) for each in (node.applies, node.met))

    def _outside(self, text: str, strength: int) -> Any:
        """What a test inside a record comes to that is not about facts."""
        return self._test(text, strength, self.node) if self._is_ours(text) else ...

    def _is_ours(self, text: str) -> bool:
        return text[:1].isupper() or text.split()[0] in ("tier", "no") or self._is_setting(text)

    def _is_setting(self, text: str) -> bool:
        name = text.removeprefix("policy.")
        parameters = self.ruleset.get("parameters", {})
        return text.startswith("policy.") and parameters.get(name, {}).get("type") in ("test", "yes_no")

    def _test(self, text: str, strength: int, find: Callable[[str], Node]) -> Truth:
        if text in self.tiers:
            return self.tiers[text](strength)
        if self._is_setting(text):
            return self._setting(text, strength)
        found = _REFERENCE.fullmatch(text)
        if found is None:
            made = self.makes(text, strength)
            return self.asked.test(text, strength) if made is ... else made
        name, graded, met, gap = found.groups()
        node = find(name)
        if met:
            return node.asked_and_met(strength)
        if gap:
            return opposite(node.satisfied(strength))
        return (
            at_strength(node.satisfied, STRENGTHS.index(graded) + 1, strength)
            if graded
            else node.satisfied(strength)
        )

    def references(self, rule: Any) -> list[tuple[str, ...]]:
        """The requirements and groups that a rule names, each with how it is asked."""
        if isinstance(rule, str):
            found = _REFERENCE.fullmatch(rule)
            return [] if found is None else [found.groups()]
        if isinstance(rule, list):
            return [each for inner in rule for each in self.references(inner)]
        return self.references(list(rule.values())) if isinstance(rule, dict) else []

    def tests_behind(self, rule: Any) -> list[str]:
        """The tests, and the words for records, that a rule stands on, through all that it names."""
        if isinstance(rule, list):
            return [text for each in rule for text in self.tests_behind(each)]
        if isinstance(rule, dict):
            return [*rule, *(text for each in rule.values() for text in self.tests_behind(each))]
        if not isinstance(rule, str):
            return []
        found = _REFERENCE.fullmatch(rule)
        if found is not None:
            name, _, severity = found[1].partition(":")
            of = self.requirements.get(name) or self.groups[name]
            if not severity and of.get("kind") == "lock":
                severity = "required"
            members = of.get("members", [])
            if severity:  # what has another counts for nothing here
                counted = (severity, None)
                members = [f"{each}:{severity}" for each in members if each in self.groups] + [
                    each for each in members if self.severities.get(each, "") in counted
                ]
            parts = [*(of.get(key) for key in ("met_when", "applies_when", "instead")), members]
            return [text for part in parts for text in self.tests_behind(part)]
        if self._is_setting(rule):
            return self.tests_behind(setting(self.ruleset, self.policy, rule.removeprefix("policy.")))
        return [rule]

    def _setting(self, text: str, strength: int) -> Truth:
        found = setting(self.ruleset, self.policy, text.removeprefix("policy."))
        if found is None:
            return self.asked.open(text)
        return found if isinstance(found, bool) else self.worth(found, strength)


def setting(ruleset: Plain, policy: Plain, name: str) -> Any:
    """Return what a policy sets, else what the ruleset takes when the policy is silent, else None."""
    given = policy.get("settings", {})
    reading: Mapping[str, Any] = ruleset["parameters"][name].get("reading", {})
    return given[name] if name in given else reading.get("value")


def enough(count: int, truths: Sequence[Truth]) -> Truth:
    """At least so many hold."""
    if truths.count(True) >= count:
        return True
    return None if len(truths) - truths.count(False) >= count else False


def at_strength(worth: Worth, least: int, strength: int) -> Truth:
    """What is claimed on less than a strength is taken as not known; what falls short does so as it is."""
    return True if worth(least) else False if worth(strength) is False else None


def _once(worth: Worth) -> Worth:
    kept: dict[int, Truth] = {}

    def of(strength: int) -> Truth:
        if strength not in kept:
            kept[strength] = worth(strength)
        return kept[strength]

    return of
