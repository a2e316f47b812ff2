"""Reasons are kept by all that they look at: what is said of the same values was said before.

A reason looks at what is believed of the facts that its requirement reads, at why others are not believed, at the
records of lists, and, where a test is dated, at the day. Whoever reads it in another language is told anew.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final

import attrs

from qa_rules.explain.findings import Explainer
from qa_rules.explain.messages import in_force
from qa_rules.model.assessments import Finding, Reason
from qa_rules.model.expressions import Later, On, Within, terms, walk
from qa_rules.model.facts import FactType
from qa_rules.model.kept import once_for_each
from qa_rules.model.nodes import SCOPE, NodeId, overdue_of
from qa_rules.model.values import Verdict
from qa_rules.program.asked import Asking
from qa_rules.program.bind import ClosedRuleset
from qa_rules.semantics.snapshot import disbelief

MOST_KEPT: Final = 20_000
"""How many reasons of one ruleset under a policy are kept before they are forgotten."""
_DEEPEST: Final = 12
"""From reference to reference; what a longer chain comes to is told anew, for it may be cut short."""


@attrs.frozen
class _Look:
    """What the reason of one requirement looks at."""

    values: tuple[str, ...]
    lists: tuple[str, ...]
    exact: frozenset[str]
    """Those of them that are decimal numbers: equal ones may be written otherwise."""
    is_dated: bool


_MOST_FINDINGS: Final = 16
"""How many findings are kept of one reason: they differ in little but the day on which a gap is due."""


@attrs.frozen(eq=False)
class Told:
    """Why a requirement has its verdict."""

    reason: Reason
    is_left_out: bool
    """Whether scope, policy, tier or route leave out one that does not apply."""
    findings: dict[tuple[object, ...], Finding] = attrs.field(factory=dict)
    """What was made of it before, by all else that they say."""

    def keep(self, key: tuple[object, ...], finding: Finding) -> Finding:
        """Keep a finding, and return it."""
        if len(self.findings) >= _MOST_FINDINGS:
            self.findings.clear()
        self.findings[key] = finding
        return finding


def teller(explainer: Explainer, asking: Asking) -> Callable[[str, Verdict], Told]:
    """Return how to tell why a requirement has its verdict, as it was told before where all is the same."""
    closed, facts, known = explainer.closed, explainer.facts, explainer.known
    looks, kept, words, scalars = (
        _looks(closed),
        _reasons(closed),
        in_force(),
        closed.ruleset.vocabulary.scalars,
    )
    believed, given, lists = known.values.get, facts.values.get, facts.collections.get

    def told(name: str, verdict: Verdict) -> Told:
        look = looks.get(name)
        if look is None:
            return _told(explainer, asking, name, verdict)
        seen: list[Any] = [name, verdict, words]
        if look.is_dated:
            seen += (known.on, known.calendar)
        for fact in look.values:
            held = believed(fact)
            if held is not None:
                seen += (held.value, held.strength, held.whole)
                if fact in look.exact:
                    seen.append(str(held.value))
                continue
            value = given(fact)
            seen.append(None if value is None else disbelief(value, scalars[fact], known.on))
        if look.lists:
            seen += [lists(each) for each in look.lists]
        key = tuple(seen)
        found = kept.get(key)
        if found is None:
            if len(kept) >= MOST_KEPT:
                kept.clear()
            found = kept[key] = _told(explainer, asking, name, verdict)
        return found

    return told


def _told(explainer: Explainer, asking: Asking, name: str, verdict: Verdict) -> Told:
    is_left_out = verdict is Verdict.NOT_APPLICABLE and asking.left_out(name) is not None
    return Told(explainer.reason(name, verdict), is_left_out)


@once_for_each
def _reasons(closed: ClosedRuleset) -> dict[tuple[Any, ...], Told]:
    return {}


@once_for_each
def _looks(closed: ClosedRuleset) -> dict[str, _Look]:
    """What each reason looks at; those that cannot be kept are left out."""
    vocabulary, scope = closed.ruleset.vocabulary, [SCOPE] if SCOPE in closed.index else []
    depths: dict[str, int] = {}
    for node in closed.nodes:
        depths[node.name] = 1 + max((depths[each] for each in closed.refers[node.name]), default=0)
    found: dict[str, _Look] = {}
    for name in closed.ruleset.requirement:
        behind = closed.behind([name, NodeId.applies(name), NodeId.met(name), *scope])
        reads = frozenset[str]().union(*(closed.reads_itself[each] for each in behind))
        values = tuple(sorted(each for each in reads if each in vocabulary.scalars))
        lists = tuple(sorted(each for each in reads if each in vocabulary.collections))
        exact = [each for each in values if vocabulary.scalars[each].type is FactType.DECIMAL]
        is_exact_list = any(
            field.type is FactType.DECIMAL
            for each in lists
            for field in vocabulary.collections[each].fields.values()
        )
        is_open = any(overdue_of(each) for each in reads)
        # A figure is told as what it may still come to, also where its test is settled without what it is made of.
        is_figure = any(each in closed.compared for each in behind)
        is_deep = max((depths[each] for each in behind), default=0) > _DEEPEST
        if is_deep or is_exact_list or is_open or is_figure:
            continue
        exprs = [inner for each in behind for inner in walk(closed.exprs[each])]
        is_dated = bool(lists) or any(
            isinstance(inner, Within) or any(isinstance(term, On | Later) for term in terms(inner))
            for inner in exprs
        )
        found[name] = _Look(values, lists, frozenset(exact), is_dated)
    return found
