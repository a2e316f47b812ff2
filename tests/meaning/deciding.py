"""From facts to verdicts, tiers, answers and overdue conditions."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from functools import partial
from typing import Any, NamedTuple

from tests.meaning.believing import STRENGTHS, Believed, Declared, Plain, Value, read_value
from tests.meaning.days import DAY, Working
from tests.meaning.exhausting import leaves_nobody_out
from tests.meaning.judging import Asked, Judging, Node, every, opposite, setting
from tests.meaning.laddering import Tiers, climb, ladder
from tests.meaning.making_standards import every_subject
from tests.meaning.records import of_records
from tests.meaning.scoring import Makes
from tests.meaning.testing_facts import Sight, Truth, leaf

WORKLESS = Working(date(2026, 1, 1), date(2026, 1, 1), frozenset())
ALWAYS = Node(lambda _: True, lambda _: True)

_PARTS = {"exists": ["exists"], "is current": ["exists", "review_due"], "covers": ["covers"]}
"""What a test of a document reads of it."""


class Answer(NamedTuple):
    """What a decision comes to."""

    outcome: str
    possible: tuple[str, ...]
    allows: bool | None


class Found(NamedTuple):
    """All that a subject comes to on a day."""

    verdicts: Mapping[str, str]
    tiers: Tiers | None
    answers: Mapping[str, Answer]
    """Of each decision that is made; without those that turn on what was not worked out."""
    due: Mapping[str, date]
    overdue: frozenset[str]
    not_told: frozenset[str]
    """Decisions of which too many readings would have to be tried."""


class Subject(NamedTuple):
    """What is decided about: facts under a ruleset and a policy, on a day."""

    ruleset: Plain
    policy: Plain
    believed: Believed

    def sight(self, strength: int, by: date | None = None, from_since: bool | None = None) -> Sight:
        """What is seen at a strength, of what counts by a day."""
        parameters = self.ruleset.get("parameters", {})
        settings = {
            name: read_value(each, setting(self.ruleset, self.policy, name))
            for name, each in parameters.items()
            if each["type"] not in ("test", "yes_no")
        }
        is_noted = self.policy.get("condition_days_from") == "noted"

        def counts(value: Value) -> bool:
            if by is None:
                return True
            if from_since:
                return is_noted or value.since is None or value.since <= by
            return (value.noted if is_noted else value.counts) <= by

        on = self.believed.on if by is None or from_since else by
        return Sight(self.believed, strength, on, counts, settings, parameters)

    def judging(self, overdue: Sequence[str] = (), **seen: Any) -> Judging:
        """The rules, asked of these facts."""
        sights = {strength: self.sight(strength, **seen) for strength in (1, 2, 3)}
        asked = Asked(
            lambda text, strength: leaf(text, sights[strength], {}, None),
            lambda key, inner, strength, outside: of_records(key, inner, sights[strength], outside),
            lambda _: None,
        )
        judging = Judging(self.ruleset, self.policy, asked, overdue)
        judging.makes = Makes(judging, sights).test
        return judging


def decide(
    ruleset: Plain,
    policy: Plain | None,
    facts: Plain,
    on: date,
    working: Working,
    kept: dict[str, bool | None] | None = None,
) -> Found:
    """Return all that a subject comes to. Rules, policy and facts as plain data.

    `kept` keeps from one subject to the next of which decisions the outcomes leave nobody out.
    """
    believed = Believed(Declared(ruleset["facts"]), facts, on, working)
    subject = Subject(ruleset, policy or {}, believed)
    first = subject.judging()
    gaps = _gaps(subject, first)
    days = (policy or {}).get("condition_days")
    due = {} if days is None else {name: began + timedelta(days=days) for name, began in gaps.items()}
    overdue = frozenset(name for name, day in due.items() if day < on)
    judging = subject.judging(tuple(overdue)) if overdue else first
    tiers = ladder(judging)
    levels = climb(judging)
    answers: dict[str, Answer] = {}
    not_told = set()
    for decision in [*levels, *ruleset.get("decisions", [])]:
        if decision.get("needs") and decision["needs"] not in believed.given_about:
            continue
        found = _answer(judging, decision, {} if kept is None else kept)
        if found is None:
            not_told.add(decision["id"])
        else:
            answers[decision["id"]] = found
    names = [*judging.requirements, *judging.groups]
    return Found(
        {name: _verdict(judging, judging.node(name)) for name in names},
        tiers,
        answers,
        due,
        overdue,
        frozenset(not_told),
    )


def _asked(judging: Judging) -> int:
    return STRENGTHS.index(judging.policy.get("strength", "stated")) + 1


def _scope(judging: Judging, rule: Any, strength: int) -> Any:
    return True if rule is None else judging.worth(rule, strength)


def _verdict(judging: Judging, node: Node) -> str:
    asked, scope = _asked(judging), judging.ruleset.get("applies_when")
    if node.applies(asked) is False or _scope(judging, scope, asked) is False:
        return "not_applicable"
    if node.satisfied(1) is False:
        return "not_met"
    return "met" if node.satisfied(asked) else "unknown"


# Conditions


def _gaps(subject: Subject, judging: Judging) -> dict[str, date]:
    """The day of the gap of each condition that has one."""
    if subject.policy.get("condition_days") is None:
        return {}
    asked, found = _asked(judging), {}
    for name, severity in judging.severities.items():
        node = judging.node(name)
        is_settled = node.satisfied(1) is not False and node.satisfied(asked) and node.applies(asked)
        if severity != "condition" or node.applies(asked) is False or is_settled or node.met(1) is not False:
            continue
        found[name] = _began(subject, judging, name)
    return found


def _began(subject: Subject, judging: Judging, name: str) -> date:
    """The first of the unbroken run of days up to today on which it is not met, looked for day by day."""
    on = subject.believed.on
    does_apply = judging.node(name).applies(1) is True
    first = min(_days(subject, judging, name), default=on)
    day = on
    while day > first:
        before = day - DAY
        then = subject.judging(by=before).node(name)
        since = subject.judging(by=before, from_since=True).node(name)
        if then.met(1) is not False or (does_apply and since.applies(1) is not True):
            break
        day = before
    return day


def _days(subject: Subject, judging: Judging, name: str) -> list[date]:
    """The days from which something counts that meets a requirement: before all of them nothing shows a gap."""
    texts = judging.tests_behind(judging.requirements[name]["met_when"])
    words = {word for text in texts for word in re.findall(r"[a-z_]+(?:\.[a-z_]+)?", text)}
    words |= {
        f"{text.split()[0]}.{part}"
        for text in texts
        for asked, parts in _PARTS.items()
        if f" {asked}" in text
        for part in parts
    }
    at = 1 if subject.policy.get("condition_days_from") == "noted" else 0
    return [days[at] for word in words for days in subject.believed.days.get(word, ())]


# Answers


def _answer(judging: Judging, decision: Plain, kept: dict[str, bool | None]) -> Answer | None:
    """What a decision comes to, None where that turns on readings of which there are too many to try."""
    asked = _asked(judging)
    no, word = decision.get("not_applicable", "not_applicable"), decision.get("undecided", "undecided")
    scopes = [judging.ruleset.get("applies_when"), decision.get("applies_when")]
    scope = every(_scope(judging, each, asked) for each in scopes)
    if scope is False:
        return Answer(no, (no,), None)
    possible, held = _possible(judging, decision, asked)
    words = tuple(each["id"] for each in possible)
    if scope is None:
        return Answer(word, (no, *words), None)
    sides = {each.get("allows", each["id"]) for each in possible}
    if len(sides) != 1:
        return Answer(word, words, None)
    (side,) = sides
    stands = held is not None
    if side is True and held is not None:
        stands = any(
            each["allows"] and outcome_worth(judging, decision, each, asked) for each in decision["outcomes"]
        )
    if not stands:
        left = _is_left_over(judging, decision, asked, kept)
        if left is None:
            return None
        if not left:
            return Answer(word, words, None)
    return Answer(words[0] if side is True else words[-1], words, side if isinstance(side, bool) else None)


def _possible(judging: Judging, decision: Plain, asked: int) -> tuple[list[Plain], Plain | None]:
    """The outcomes that are not ruled out, down to the first that holds; and that one."""
    outcomes: list[Plain] = decision["outcomes"]
    found: list[Plain] = []
    kind = decision.get("kind", "permission")
    for at, outcome in enumerate(outcomes):
        after = outcomes[at + 1 :]
        is_favourable = not after and (kind == "rating" or outcome.get("allows"))
        keeps_out = outcome.get("allows") and any(not each.get("allows") for each in after)
        both = kind == "category" or (outcome["when"] == "otherwise" and not is_favourable)
        worth = partial(outcome_worth, judging, decision, outcome)
        if worth(asked if is_favourable or keeps_out or both else 1):
            return [*found, outcome], outcome
        if worth(1 if is_favourable and not both else asked) is not False:
            found.append(outcome)
    return found, None


def outcome_worth(judging: Judging, decision: Plain, outcome: Plain, strength: int) -> Truth:
    """Return what an outcome is worth; what holds otherwise is for those whom no outcome before it is for."""
    if outcome["when"] != "otherwise":
        return judging.outcome(outcome["when"], strength)
    before = [each for each in decision["outcomes"] if each is not outcome]
    ruled_out = [opposite(judging.outcome(each["when"], strength)) for each in before]
    shown = _asks_everybody(judging, decision) or any(
        judging.node(name).asked_and_met(strength) for name in _names(judging, decision)
    )
    return every([*ruled_out, True if shown else None])


def _names(judging: Judging, decision: Plain) -> set[str]:
    whens = [each["when"] for each in decision["outcomes"] if each["when"] != "otherwise"]
    return {name for name, *_ in judging.references(whens)}


def _asks_everybody(judging: Judging, decision: Plain) -> bool:
    """Whether an outcome looks at facts, or at what always applies."""
    whens = [each["when"] for each in decision["outcomes"] if each["when"] != "otherwise"]
    return _tests_facts(judging, whens) or any(
        _always_applies(judging, name) for name in _names(judging, decision)
    )


def _tests_facts(judging: Judging, whens: list[Any]) -> bool:
    """Whether an outcome itself tests facts, or a level."""
    plain = [text for text in _leaves(whens) if not judging.references(text)]
    return any(text not in judging.tiers or text.startswith("level") for text in plain)


def _always_applies(judging: Judging, name: str) -> bool:
    base, _, severity = name.partition(":")
    if base in judging.requirements and not severity:
        return "applies_when" not in judging.requirements[base]
    members = judging.groups.get(base, {}).get("members", ())
    return not severity and any(_always_applies(judging, each) for each in members)


def _leaves(rule: Any) -> list[str]:
    """The tests and references in a rule; of what is asked of records, the words for it."""
    if isinstance(rule, str):
        return [rule]
    if isinstance(rule, list):
        return [text for each in rule for text in _leaves(each)]
    found = []
    for key, inner in rule.items() if isinstance(rule, dict) else ():
        if key in ("all_of", "any_of", "not", "only_when", "this", "then", "of"):
            found += _leaves(inner)
        elif key == "at_least":
            found += _leaves(inner["of"])
        else:
            found.append(key)
    return found


def _is_left_over(judging: Judging, decision: Plain, asked: int, kept: dict[str, bool | None]) -> bool | None:
    """Whether what is merely not ruled out is an answer."""
    if decision.get("kind", "permission") == "permission":
        asks = all(each["allows"] for each in decision["outcomes"])
    else:
        asks = _tests_facts(judging, [each["when"] for each in decision["outcomes"]])
    names = _names(judging, decision)
    if not asks and not any(judging.node(name).asked_and_met(asked) for name in names):
        return False
    if decision["id"] not in kept:
        kept[decision["id"]] = (
            _is_for_all(judging, decision)
            if "values" in judging.ruleset
            else leaves_nobody_out(judging, decision)
        )
    return kept[decision["id"]]


def _is_for_all(judging: Judging, decision: Plain) -> bool | None:
    """Whether the outcomes leave nobody out, by trying every subject of whom all is known.

    None where that cannot be tried, or turns on how a test is read that stays open.
    """
    if any(text in judging.tiers for each in decision["outcomes"] for text in _leaves(each["when"])):
        return True  # of levels each has its own
    told: bool | None = True
    for file in every_subject(judging.ruleset):
        if file is None:
            return None
        believed = Believed(Declared(judging.ruleset["facts"]), file, date(2026, 1, 1), WORKLESS)
        each = Subject(judging.ruleset, judging.policy, believed).judging()
        scopes = [judging.ruleset.get("applies_when"), decision.get("applies_when")]
        if every(_scope(each, rule, 3) for rule in scopes) is False:
            continue
        worths = [outcome_worth(each, decision, outcome, 3) for outcome in decision["outcomes"]]
        if True not in worths and None not in worths:
            return False
        told = told if True in worths else None
    return told
