"""Which of many providers may take this person: best fit first, by outcome and then by what is left to do."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from decimal import Decimal

import attrs

from qa_rules.errors import Diagnostic
from qa_rules.explain.span import span_words
from qa_rules.model.assessments import Answer, TierResult
from qa_rules.model.facts import Facts, FactType, Vocabulary
from qa_rules.model.kept import once_for_each
from qa_rules.model.nodes import NodeId
from qa_rules.model.results import KEY, Result
from qa_rules.model.rulesets import Decision, Requirement
from qa_rules.model.values import Severity
from qa_rules.program.answers import Results
from qa_rules.program.asked import asked_by_tiers_only, rules_behind
from qa_rules.program.bind import ClosedRuleset
from qa_rules.program.levels import reach
from qa_rules.semantics.truth import PAIR

_SHOWN = 3
"""How many requirements a reason names."""


@attrs.frozen(repr=False)
class Fit(Result):
    """How one provider fits."""

    name: str
    """By which it was handed in."""
    subject: str
    """What its facts call it; may be empty."""
    outcome: str
    """What the decision came to."""
    words: str
    """The same as a sentence."""
    allows: bool | None
    """None when it is not decided, or does not apply."""
    possible: tuple[str, ...]
    """The outcomes that are not ruled out, strictest first."""
    tier: str
    """Attained; empty for none, or where there are no tiers."""
    gaps: tuple[str, ...]
    """Requirements that the decision turns on and that are not met, what stands most in the way first."""
    open: tuple[str, ...]
    """Those that are not known."""
    effort: Decimal
    """Of putting the gaps right, and of what is open as if it were a gap."""
    reason: str
    """Why it stands where it stands, in one line."""
    stops: bool = False
    """Whether something stands in the way that nothing else can make good: a hard stop."""
    span: str = ""
    """Between which answers this one lies, as a sentence, while it is not settled."""


@attrs.frozen(repr=False)
class Unread(Result):
    """A provider whose facts could not be read."""

    name: str
    """By which it was handed in."""
    diagnostics: tuple[Diagnostic, ...] = attrs.field(metadata={KEY: "faults"})
    """All that is wrong with its facts."""


@attrs.frozen(repr=False)
class Shortlist(Result):
    """Providers, the best fit first."""

    decision: str
    """The id of the decision that was made for each."""
    fits: tuple[Fit, ...]
    """Every provider that could be read."""
    unread: tuple[Unread, ...] = ()
    """Providers that are not in the list, because their facts are at fault."""
    first: tuple[str, ...] = ()
    """What is to be done for the person before anybody is chosen: the next step of each answer that is urgent."""

    @property
    def may_refer(self) -> tuple[Fit, ...]:
        """Those to whom the decision allows to refer."""
        return tuple(each for each in self.fits if each.allows)


def fit(
    name: str,
    subject: str,
    closed: ClosedRuleset,
    results: Results,
    answer: Answer,
    tiers: TierResult | None,
    overdue: frozenset[str] = frozenset(),
) -> Fit:
    """Return how a provider fits, from the results of an engine. `overdue` are conditions that are required by now."""
    asked = int(closed.strength)
    gaps: list[str] = []
    open_: list[str] = []
    for requirement, at in turned_on(closed, answer.decision, overdue):
        t, f = PAIR[results[at]]
        if f:
            gaps.append(requirement)
        elif t < asked:
            open_.append(requirement)
    return fitted(name, subject, closed, answer, tiers, gaps, open_)


def fitted(
    name: str,
    subject: str,
    closed: ClosedRuleset,
    answer: Answer,
    tiers: TierResult | None,
    gaps: Sequence[str],
    open_: Sequence[str],
) -> Fit:
    """Return how a provider fits, from the requirements that are not met and not known, most pressing first."""
    about = closed.ruleset.requirement
    elsewhere = frozenset[str]() if tiers is None else _asked_elsewhere(closed, _needed(tiers))
    gaps, open_ = ([each for each in names if each not in elsewhere] for names in (gaps, open_))
    effort = sum((about[each].effort for each in (*gaps, *open_)), Decimal(0))
    return Fit(
        name,
        subject,
        answer.outcome,
        answer.words,
        answer.allows,
        answer.possible,
        "" if tiers is None else tiers.attained,
        tuple(gaps),
        tuple(open_),
        effort,
        _reason(closed, answer, tiers, gaps, open_),
        answer.allows is False and any(about[each].hard_stop for each in gaps),
        span_words(answer, next(each for each in closed.ruleset.decisions if each.id == answer.decision)),
    )


def _reason(
    closed: ClosedRuleset,
    answer: Answer,
    tiers: TierResult | None,
    gaps: Sequence[str],
    open_: Sequence[str],
) -> str:
    if answer.is_outside:
        return f"{answer.words}."
    parts = []
    pressing = [each for each in gaps if closed.severities[each] is not Severity.ADVICE or not answer.allows]
    if pressing and answer.allows is not None:
        parts.append(f"Not met: {_titles(closed, pressing)}.")
    short = "" if tiers is None or answer.allows else _short(closed, tiers, answer.allows is None)
    if short:
        stops = any(closed.ruleset.requirement[each].hard_stop for each in gaps)
        parts.insert(len(parts) if stops else 0, short)
    asked = frozenset[str]() if tiers is None else _asked_by_tier(closed, _needed(tiers))
    unknown = [each for each in open_ if closed.severities[each] is not Severity.ADVICE or each in asked]
    if unknown and (answer.allows is None or not parts):
        parts.append(f"Not known: {_titles(closed, unknown)}.")
    if answer.allows is None and pressing:
        parts.append(f"Not met: {_titles(closed, pressing)}.")
    if not parts:
        return "Nothing stands in the way." if answer.allows else f"{answer.words}."
    return " ".join(parts)


def _needed(tiers: TierResult) -> int:
    """The number of the highest tier that is or may be needed and is not known to be reached; 0 for none."""
    ladder = ("", *tiers.ladder)
    needed = ladder.index(tiers.required_greatest)
    return needed if ladder.index(tiers.attained) < needed else 0


@once_for_each
def _asked_elsewhere(closed: ClosedRuleset, needed: int) -> frozenset[str]:
    """Return what only tiers or routes ask for, less what the tier of a number asks for."""
    return asked_by_tiers_only(closed) - _asked_by_tier(closed, needed)


@once_for_each
def _asked_by_tier(closed: ClosedRuleset, needed: int) -> frozenset[str]:
    """Return what the tier of a number asks for, by any route."""
    policy = closed.policy
    if policy is None or not needed:
        return frozenset()
    routes = [each.id for each in closed.ruleset.routes]
    ways = tuple(NodeId.way(each, min(needed, reach(closed.ladder, each))) for each in routes)
    return rules_behind(closed, ways)


def _short(closed: ClosedRuleset, tiers: TierResult, is_open: bool) -> str:
    """In how far the tier is, or may be, below the one that is needed; empty when it is not."""
    ladder = ("", *tiers.ladder)
    titles = {each.id: each.title for each in closed.ladder}
    least, greatest = ladder.index(tiers.required_least), ladder.index(tiers.required_greatest)
    needed = titles.get(tiers.required_least, "")
    at_least = needed if least == greatest else f"at least {needed}"
    # More may be reached than by the routes that are known: then it is not known how it is assessed.
    if ladder.index(tiers.reaches) < least and ladder.index(tiers.at_most) <= ladder.index(tiers.reaches):
        reached = f"{titles[tiers.reaches]} at most" if tiers.reaches else "no tier"
        return f"Tier needed: {at_least}; the way in which it is assessed reaches {reached}."
    if ladder.index(tiers.at_most) < least:
        reached = f"{titles[tiers.at_most]} at most" if tiers.at_most else "none yet"
        return f"Tier needed: {at_least}; reached: {reached}."
    if is_open and ladder.index(tiers.attained) < greatest:
        span = needed if least == greatest else f"{needed or 'none'} to {titles[tiers.required_greatest]}"
        return f"Tier needed: {span}; known to be reached: {titles.get(tiers.attained, 'none yet')}."
    return ""


def _titles(closed: ClosedRuleset, names: Sequence[str]) -> str:
    titles = list(dict.fromkeys(closed.ruleset.requirement[each].title for each in names))
    more = len(titles) - _SHOWN
    return "; ".join(titles[:_SHOWN]) + (f"; and {more} more" if more > 0 else "")


def shortlisted(
    decision: Decision, fits: Iterable[Fit], unread: Iterable[Unread] = (), first: tuple[str, ...] = ()
) -> Shortlist:
    """Return fits in order: those that may be referred to, those not decided, those that may not, those out of scope.

    Last of all come those at which a hard stop stands in the way. Within each the mildest outcome comes first, then
    the least effort, the fewest gaps, the fewest open questions, and the name.
    """
    places = {each.id: at for at, each in enumerate(decision.outcomes)}

    def rank(each: Fit) -> tuple[int, int, int, Decimal, int, int, str]:
        possible = [places[name] for name in each.possible if name in places]
        kind = 0 if each.allows else 2 if each.allows is False else 1
        if each.outcome == decision.not_applicable and each.outcome != decision.undecided:
            kind = 3
        if each.stops:
            kind = 4
        mildest, strictest = max(possible, default=-1), min(possible, default=-1)
        if each.outcome in places:
            mildest = strictest = places[each.outcome]
        return kind, -strictest, -mildest, each.effort, len(each.gaps), len(each.open), each.name

    return Shortlist(decision.id, tuple(sorted(fits, key=rank)), tuple(unread), first)


def together(provider: Facts, person: Facts, about: Mapping[str, str], whom: str) -> Facts:
    """Return the facts of a provider with those of the person, which stand where both say something.

    Facts about the person (`whom`; `about` says what each fact is about) count only from the person: those that stand
    with a provider were about somebody else.
    """
    values = {name: each for name, each in provider.values.items() if not whom or about[name] != whom}
    lists = {name: each for name, each in provider.collections.items() if not whom or about[name] != whom}
    return Facts({**values, **person.values}, {**lists, **person.collections}, provider.subject)


def subjects_by_fact(vocabulary: Vocabulary) -> dict[str, str]:
    """Return what each fact, document part and collection is about."""
    found = {name: each.about for name, each in vocabulary.scalars.items()}
    for each in vocabulary.facts.values():
        found[each.name] = each.about
        found.update(
            (part.name, each.about) for part in each.fields.values() if each.type is FactType.DOCUMENT
        )
    return found


_PRESSING = (Severity.REQUIRED, None, Severity.CONDITION, Severity.ADVICE)


@once_for_each
def _turned_on(
    closed: ClosedRuleset, decision: str
) -> tuple[frozenset[str], Mapping[NodeId, frozenset[str]]]:
    """The rules that a decision turns on whatever is overdue, and those behind each condition that may be asked."""
    return closed.behind_whatever_is_overdue(closed.of_decision(decision))


def turned_on(
    closed: ClosedRuleset, decision: str, overdue: frozenset[str] = frozenset()
) -> list[tuple[str, int]]:
    """Return the requirements that a decision turns on, hard stops first, with the place of each."""
    return _ordered(closed, decision, overdue) if overdue else _in_time(closed, decision)


@once_for_each
def _in_time(closed: ClosedRuleset, decision: str) -> list[tuple[str, int]]:
    return _ordered(closed, decision, frozenset())


def _ordered(closed: ClosedRuleset, decision: str, overdue: frozenset[str]) -> list[tuple[str, int]]:
    names: Mapping[str, int] = closed.index
    sure, waiting = _turned_on(closed, decision)
    seen = set(sure)
    for node, rules in waiting.items():
        if (node.severity is Severity.REQUIRED) is (node.rule in overdue):
            seen |= rules

    def order(each: Requirement) -> tuple[bool, int]:
        severity = Severity.REQUIRED if each.id in overdue else closed.severities[each.id]
        return not each.hard_stop, _PRESSING.index(severity)

    found = sorted((each for each in closed.ruleset.requirements if each.id in seen), key=order)
    return [(each.id, names[each.id]) for each in found]
