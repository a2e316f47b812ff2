"""The ids of nodes: what a node of a closed ruleset is, in one word.

An id is text, so that it can stand wherever a requirement's id does; only this module writes or reads that text.

    R                 a requirement or group is met or does not apply
    R/applies, R/met  what it is made of, where it does not always apply
    R/left_out        beside the nodes: the scope, the policy or the route leaves it out
    R/looked_at       beside the nodes: the overall decision looks at it
    G:required        the members of a group that have a severity
    G:asked           what a tier asks that names a group
    R:required:while  a condition that is asked while it is overdue, or while it is not
    scope, scope/D    the ruleset applies; a decision does
    outcome/D/O       an outcome of a decision
    tier/...          the ladder of a policy: see `Rung`
    value/V           a yes-or-no value of the ruleset holds
    value/V/at least 3   a number that the ruleset defines compares so
    table/O/...       a test of what a decision table gives as O, and what it is made of: see `TableNode`
    policy/P          the test that a policy gives for a parameter
    overdue/R         no node but a fact: a condition is overdue
    given/S           beside the nodes: something is known of a subject
    probe/1           an expression that somebody added
"""

from __future__ import annotations

from enum import StrEnum
from functools import lru_cache
from typing import Final

import attrs

from qa_rules.model.values import Severity


class Part(StrEnum):
    """What of a requirement or group a node says."""

    SATISFIED = ""
    """It is met or does not apply."""
    APPLIES = "applies"
    MET = "met"
    PLAINLY = "plainly"  # without what only explains it
    LEFT_OUT = "left_out"
    """The scope, the policy or the route leaves it out."""
    LOOKED_AT = "looked_at"  # the overall decision looks at it


class Which(StrEnum):
    """How else a node picks from a requirement or group."""

    ALL = ""
    ASKED = "asked"
    """What a tier asks that names the group, whatever the severity."""
    WAITING = "while"
    """A condition, asked while it is overdue, or while it is not."""


class Rung(StrEnum):
    """What a node of the ladder says of a tier, a route or both."""

    ATTAINED = "attained"
    """This tier or a higher one is attained."""
    REQUIRED = "required"
    """This tier or a higher one is required."""
    LOWER = "lower"
    """A tier below this one is enough."""
    USED = "used"
    """The route is in use."""
    NEEDS = "needs"
    """What the route needs at this tier of its own, whatever the strength."""
    WAY = "way"
    """The route is in use and counts, and its needs at this tier and those below are met."""
    BELOW = "below"
    """The tier attained is below the one required."""
    NO_ROUTE = "no_route"
    """No route in use can give the tier required."""


@attrs.frozen
class RuleNode:
    """Of a requirement or group, or of some of its members."""

    rule: str
    severity: Severity | None
    """Of those with this severity."""
    which: Which
    part: Part


@attrs.frozen
class ScopeNode:
    """Whether a decision applies, or, with an empty one, the ruleset."""

    decision: str


@attrs.frozen
class OutcomeNode:
    """An outcome holds."""

    decision: str
    outcome: str


@attrs.frozen
class TierNode:
    """Of the ladder. `route` is empty, and the number, which counts from 1, is 0 where the step has none."""

    rung: Rung
    route: str
    number: int


@attrs.frozen
class SettingNode:
    """The test that a policy gives for a parameter."""

    parameter: str


@attrs.frozen
class ValueNode:
    """A yes-or-no value that the ruleset defines holds; or a number compares as it is asked."""

    value: str
    asked: str = ""
    """Of a number: how it is compared, and with what."""


@attrs.frozen
class TableNode:
    """An output of a decision table is one of some values; or, with a step, what that takes from there on."""

    output: str
    which: str
    """The positions of the values among all that the output can be."""
    side: str = ""
    """`met` or `unmet`, of a step."""
    step: int = 0


@attrs.frozen
class OverdueFact:
    """A fact, no node: the condition is overdue."""

    requirement: str


@attrs.frozen
class SubjectNode:
    """Beside the nodes of a ruleset: something is known of a subject."""

    subject: str


@attrs.frozen
class ProbeNode:
    """An expression that was added to a closed ruleset."""

    number: int


Parts = (
    RuleNode
    | ScopeNode
    | OutcomeNode
    | TierNode
    | ValueNode
    | TableNode
    | SettingNode
    | OverdueFact
    | SubjectNode
    | ProbeNode
)


class NodeId(str):
    """The id of a node. That of a requirement or group is its own id, and says that it is satisfied."""

    __slots__ = ()

    @property
    def parts(self) -> Parts:
        """What the node is."""
        return _parts(self)

    @property
    def rule(self) -> str:
        """The requirement or group that the node belongs to, whatever the severity; empty for none."""
        parts = _parts(self)
        return parts.rule if isinstance(parts, RuleNode) else ""

    @property
    def severity(self) -> Severity | None:
        """The severity of the members that it is about, if any."""
        parts = _parts(self)
        return parts.severity if isinstance(parts, RuleNode) else None

    @property
    def severity_word(self) -> str:
        """What is written for a severity, be it one or not; empty for none."""
        return self.whole.partition(":")[2].partition(":")[0]

    @property
    def whole(self) -> NodeId:
        """Of a part, the node that it is a part of; of any other node, itself."""
        parts = _parts(self)
        is_part = isinstance(parts, RuleNode) and parts.part is not Part.SATISFIED
        return NodeId(self.rpartition("/")[0]) if is_part else self

    @property
    def is_applies(self) -> bool:
        """Whether it says that something applies."""
        parts = _parts(self)
        return isinstance(parts, RuleNode) and parts.part is Part.APPLIES

    @property
    def is_waiting(self) -> bool:
        """Whether it is a condition that is asked while it is overdue, or while it is not."""
        parts = _parts(self)
        return isinstance(parts, RuleNode) and parts.which is Which.WAITING

    @property
    def is_tier(self) -> bool:
        """Whether it belongs to the ladder."""
        return isinstance(_parts(self), TierNode)

    @property
    def is_named_test(self) -> bool:
        """Whether it is a test that has a name and no verdict: a value of the ruleset, or what a policy sets."""
        return isinstance(_parts(self), ValueNode | TableNode | SettingNode)

    # Making

    @classmethod
    def applies(cls, name: str) -> NodeId:
        """Return: a requirement or group applies."""
        return cls(f"{name}/{Part.APPLIES}")

    @classmethod
    def met(cls, name: str) -> NodeId:
        """Return: a requirement or group is met, where it applies."""
        return cls(f"{name}/{Part.MET}")

    @classmethod
    def plainly(cls, name: str) -> NodeId:
        """Return: a requirement is met without an explanation."""
        return cls(f"{name}/{Part.PLAINLY}")

    @classmethod
    def left_out(cls, name: str) -> NodeId:
        """Return: the scope, the policy or the route leaves a requirement or group out."""
        return cls(f"{name}/{Part.LEFT_OUT}")

    @classmethod
    def looked_at(cls, name: str) -> NodeId:
        """Return: the overall decision looks at a requirement or group."""
        return cls(f"{name}/{Part.LOOKED_AT}")

    @classmethod
    def at(cls, group: str, severity: Severity) -> NodeId:
        """Return: the members of a group that have a severity are satisfied."""
        return cls(f"{group}:{severity}")

    @classmethod
    def waiting(cls, requirement: str, severity: Severity) -> NodeId:
        """Return: a condition is satisfied, or just now not of this severity."""
        return cls(f"{requirement}:{severity}:{Which.WAITING}")

    @classmethod
    def asked(cls, group: str) -> NodeId:
        """Return: what a tier asks that names a group is satisfied."""
        return cls(f"{group}:{Which.ASKED}")

    @classmethod
    def scope(cls, decision: str = "") -> NodeId:
        """Return: a decision applies, or the ruleset."""
        return cls(f"scope/{decision}" if decision else "scope")

    @classmethod
    def outcome(cls, decision: str, outcome: str) -> NodeId:
        """Return: an outcome holds."""
        return cls(f"outcome/{decision}/{outcome}")

    @classmethod
    def attained(cls, number: int) -> NodeId:
        """Return: tier `number` or a higher one is attained."""
        return cls(f"tier/{Rung.ATTAINED}/{number}")

    @classmethod
    def required(cls, number: int) -> NodeId:
        """Return: tier `number` or a higher one is required."""
        return cls(f"tier/{Rung.REQUIRED}/{number}")

    @classmethod
    def lower_than(cls, number: int) -> NodeId:
        """Return: a tier below `number` is enough."""
        return cls(f"tier/{Rung.LOWER}/{number}")

    @classmethod
    def used(cls, route: str) -> NodeId:
        """Return: a route is in use."""
        return cls(f"tier/{Rung.USED}/{route}")

    @classmethod
    def needs(cls, route: str, number: int) -> NodeId:
        """Return: what a route needs at a tier of its own, whatever the strength."""
        return cls(f"tier/{Rung.NEEDS}/{route}/{number}")

    @classmethod
    def way(cls, route: str, number: int) -> NodeId:
        """Return: a route is in use and counts, and its needs at a tier and those below are met."""
        return cls(f"tier/{Rung.WAY}/{route}/{number}")

    @classmethod
    def value(cls, value: str, asked: str = "") -> NodeId:
        """Return: a yes-or-no value of the ruleset holds, or a number compares as it is asked."""
        return cls(f"value/{value}/{asked}" if asked else f"value/{value}")

    @classmethod
    def table(cls, output: str, which: str) -> NodeId:
        """Return: an output of a decision table is one of some values."""
        return cls(f"table/{output}/{which}")

    @classmethod
    def table_part(cls, test: NodeId, side: str, step: int) -> NodeId:
        """Return: what one side of a test of an output takes from a step of its diagram on."""
        return cls(f"{test}/{side}/{step}")

    @classmethod
    def setting(cls, parameter: str) -> NodeId:
        """Return: the test that a policy gives for a parameter."""
        return cls(f"policy/{parameter}")

    @classmethod
    def overdue(cls, requirement: str) -> str:
        """Return the name of the fact: a condition is overdue."""
        return f"overdue/{requirement}"

    @classmethod
    def subject(cls, subject: str) -> NodeId:
        """Return: something is known of a subject."""
        return cls(f"given/{subject}")

    @classmethod
    def probe(cls, number: int) -> NodeId:
        """Return the name of an expression that is added."""
        return cls(f"probe/{number}")


SCOPE: Final = NodeId.scope()
BELOW: Final = NodeId(f"tier/{Rung.BELOW}")
NO_ROUTE: Final = NodeId(f"tier/{Rung.NO_ROUTE}")


def overdue_of(fact: str) -> str:
    """Return the condition that a fact says to be overdue; empty for any other fact."""
    parts = _parts(fact)
    return parts.requirement if isinstance(parts, OverdueFact) else ""


@lru_cache(maxsize=16_384)
def _parts(name: str) -> Parts:
    """Read an id. What says no kind, and what is no severity, belongs to a rule: their ids begin with a capital."""
    match name.split("/"):
        case ["scope"]:
            return ScopeNode("")
        case ["scope", decision]:
            return ScopeNode(decision)
        case ["outcome", decision, outcome]:
            return OutcomeNode(decision, outcome)
        case ["tier", Rung.BELOW | Rung.NO_ROUTE as rung]:
            return TierNode(Rung(rung), "", 0)
        case ["tier", Rung.USED, route]:
            return TierNode(Rung.USED, route, 0)
        case ["tier", rung, number]:
            return TierNode(Rung(rung), "", int(number))
        case ["tier", rung, route, number]:
            return TierNode(Rung(rung), route, int(number))
        case ["table", output, which]:
            return TableNode(output, which)
        case ["table", output, which, side, step]:
            return TableNode(output, which, side, int(step))
        case ["value", value, *asked]:
            return ValueNode(value, "".join(asked))
        case ["policy", parameter]:
            return SettingNode(parameter)
        case ["overdue", requirement]:
            return OverdueFact(requirement)
        case ["given", subject]:
            return SubjectNode(subject)
        case ["probe", number]:
            return ProbeNode(int(number))
        case [base, *part]:
            rule, *words = base.split(":")
            severity = next((each for each in Severity if each in words), None)
            which = next((each for each in (Which.ASKED, Which.WAITING) if each in words), Which.ALL)
            return RuleNode(rule, severity, which, Part("".join(part)))
        case _:
            raise AssertionError(name)
