"""What is missing and what nobody has checked yet: the same few lines on every form, whatever else decides.

A short form never drops a required or conditional gap, or something required or conditional that is not known.
"""

from __future__ import annotations

import datetime
from collections.abc import Iterable, Iterator, Mapping
from itertools import chain

from qa_rules.api.lasting import Lasting, lasting
from qa_rules.assessment.assess import Assessment
from qa_rules.assessment.needed import asked_in_vain, too_weak
from qa_rules.errors import QaRulesError
from qa_rules.explain.messages import say
from qa_rules.explain.tier_needs import weak_needs
from qa_rules.explain.wording import listed
from qa_rules.model.assessments import Answer, Finding
from qa_rules.model.expressions import Reference, facts_of, walk
from qa_rules.model.lazy import lazy
from qa_rules.model.values import Strength, Verdict
from qa_rules.program.asked import asked_by_tiers_only, asked_of_routes, looked_at, stood_in_for
from qa_rules.program.severities import requirements_of
from qa_rules.reports.findings import due_words

ADVICE = "advice"


class Shortfalls:
    """The gaps of one assessment and what is not checked, as far as they weigh."""

    gaps: list[Finding]
    beside: list[Finding]
    """What falls short, at which this answer does not look: told, as advice is, but once unknown nobody asks for it."""
    advised: list[Finding]
    """What is advice and known to fall short: it changes nothing, and whoever reads a short form only is told of it."""

    def __init__(self, assessment: Assessment, main: Answer | None, with_advice: bool = False) -> None:
        self.assessment = assessment
        self.with_advice: bool = with_advice
        """Whether to look what cannot be put right, which takes longer; of a record nobody can."""
        self.counting: frozenset[str] = _counting(assessment)
        self.elsewhere: frozenset[str] = _asked_by_tiers_only(assessment)
        self.is_put: bool = main is None or not main.is_outside
        """Whether the overall question is one that applies here, or at least may apply."""
        found = assessment.findings
        self.added: frozenset[str] = _added_by_policy(assessment)
        """What counts because the policy says so: mostly about others, such as the link worker."""
        self.in_vain: frozenset[str]
        self.stood_in: Mapping[str, str]
        self.in_vain, self.stood_in = _beside_the_answer(assessment)
        ways = _asked_of_routes(assessment)
        short = [
            each
            for each in found
            if each.verdict is Verdict.NOT_MET
            and (self.weighs(each) or (each.requirement in ways and self.stands_beside(each)))
        ]
        self.gaps = [each for each in short if each.hard_stop or self._counts(each)]
        self.beside = [each for each in short if not (each.hard_stop or self._counts(each))]
        self.advised = [
            each
            for each in found
            if each.verdict is Verdict.NOT_MET
            and each.asked
            and each.severity == ADVICE
            and not self.weighs(each)
            and each.requirement not in self.elsewhere
        ]
        self.too_weak: Mapping[str, Strength] = _too_weak(assessment)
        """What is met, but less strongly than a tier asks that is or may be needed, and how strongly it asks."""
        is_all_advice = all(each.severity == ADVICE and not each.blocks for each in found)
        self.unchecked: list[Finding] = [
            each
            for each in found
            if each.verdict is Verdict.UNKNOWN
            and each.asked
            and (self.weighs(each) or (is_all_advice and each.requirement in self.counting))
        ]
        """What is not known, of a standard that only gives advice all of it: the answer rests on nothing else."""

    def weighs(self, finding: Finding) -> bool:
        """Whether a gap in it does something to an answer: not what the policy calls advice and no tier asks."""
        if finding.severity is None:
            return finding.requirement in self.counting
        return finding.severity != ADVICE or finding.blocks or finding.requirement in self.in_vain

    def _counts(self, finding: Finding) -> bool:
        """Whether the overall decision looks at it, or a tier or route does."""
        return finding.requirement in self.counting or finding.requirement in self.elsewhere

    @property
    def next_due(self) -> datetime.date | None:
        """The first day to come by which a gap has to be closed; None where none has a day."""
        days = [
            each.due
            for each in self.gaps
            if each.due is not None
            and not each.blocks
            and each.requirement in self.counting
            and not self.stands_beside(each)
            and each.requirement not in self.stood_in
            and self.is_put
        ]
        return min((each for each in days if each >= self.assessment.on), default=None)

    @lazy
    def lasting(self) -> Mapping[str, Lasting]:
        """The gaps that cannot be put right because of what has happened; none where nobody asked for advice."""
        if not self.with_advice:
            return {}
        found = {
            each.requirement: lasting(self.assessment, each.requirement)
            for each in (*self.gaps, *self.beside)
        }
        return {name: each for name, each in found.items() if each is not None}

    def stands_beside(self, finding: Finding) -> bool:
        """Whether only a tier or route asks for it that is not needed here: it does nothing to this answer."""
        return finding.requirement in self.elsewhere and not finding.blocks and not finding.hard_stop

    def gap_lines(self) -> tuple[str, ...]:
        """Return every gap that weighs: hard stops, what is needed first, conditions with their days."""
        if not self.is_put:
            return self._all_the_same([*self.gaps, *self.beside])
        stops = [each for each in self.gaps if each.hard_stop]
        others = [each for each in self.gaps if each not in stops]
        return (*map(self._stop, stops), *self._by_weight([*others, *self.beside]), *self._advice())

    def _advice(self) -> Iterator[str]:
        if self.advised:
            titles = listed(each.title for each in self.advised)
            yield say("Advice, which changes nothing here: {titles}", titles=titles)

    def unchecked_lines(self) -> tuple[str, ...]:
        """Return everything that weighs and is not known."""
        if not self.is_put:
            return self._all_the_same(self.unchecked)
        return (*self._by_weight(self.unchecked), *self._to_be_backed())

    def _to_be_backed(self) -> Iterator[str]:
        needs = _weak_needs(self.assessment)
        for strength in sorted({*self.too_weak.values(), *needs.values()}, reverse=True):
            names = [each for each in self.weak if self.too_weak[each.requirement] == strength]
            plain = [each for each, asked in needs.items() if asked == strength]
            titles = listed([*map(self._title, names), *plain])
            if titles and strength is Strength.VERIFIED:
                yield say("Has to be checked first by somebody independent: {titles}", titles=titles)
            elif titles:
                yield say("Somebody has to see this first: {titles}", titles=titles)

    @property
    def weak(self) -> list[Finding]:
        """The findings that are met, and have to be backed better before a tier that is needed is reached."""
        fine = (Verdict.MET, Verdict.NOT_APPLICABLE)
        return [
            each
            for each in self.assessment.findings
            if each.requirement in self.too_weak and each.verdict in fine
        ]

    def _all_the_same(self, found: list[Finding]) -> tuple[str, ...]:
        """What the standard asks, beside a question that does not apply: nothing is to be done first, or by a day."""
        titles = listed(each.title for each in found)
        return (
            (say("Asked by the standard, though this question does not apply: {titles}", titles=titles),)
            if found
            else ()
        )

    def _stop(self, finding: Finding) -> str:
        """In the words of the decision that says what a hard stop means, where there is one."""
        words = _stop_words(self.assessment, finding.requirement)
        if words:
            return say("{words}: {titles}", words=words, titles=finding.title)
        return say("Needed first: {titles}", titles=finding.title)

    def _by_weight(self, found: Iterable[Finding]) -> Iterator[str]:
        found = list(found)
        beside = [each for each in found if self.stands_beside(each)]
        others = [each for each in found if each.requirement not in self.counting]
        here = [each for each in found if each not in beside and each not in others]
        stood_in = [each for each in here if each.requirement in self.stood_in]
        here = [each for each in here if each not in stood_in]
        first = [each for each in here if each.blocks or each.severity == "required"]
        later = [each for each in here if each not in first and each.severity == "condition"]
        silent = [each for each in here if each not in first and each not in later]
        if first:
            yield say("Needed first: {titles}", titles=self._titles(first))
        if later:
            yield say("Conditions: {titles}", titles=self._titles(later))
        if silent:
            yield self._titles(silent)
        for what in dict.fromkeys(self.stood_in[each.requirement] for each in stood_in):
            titles = self._titles(each for each in stood_in if self.stood_in[each.requirement] == what)
            yield say("Made up for by {what}: {titles}", what=what, titles=titles)
        if beside:
            yield say("Asked only by tiers or routes not needed here: {titles}", titles=self._titles(beside))
        if others:
            yield say(
                "Asked by the standard, but not part of this answer: {titles}", titles=self._titles(others)
            )

    def _titles(self, found: Iterable[Finding]) -> str:
        return listed(map(self._title, found))

    def _title(self, finding: Finding) -> str:
        is_other = finding.requirement not in self.counting or finding.requirement in self.added
        title = finding.title
        if is_other and finding.about:
            title = say("{title} ({about})", title=title, about=finding.about.replace("_", " "))
        if (
            finding.requirement not in self.counting
            or self.stands_beside(finding)
            or finding.requirement in self.stood_in
        ):
            return title
        due = due_words(finding, self.assessment.on, self.lasting.get(finding.requirement))
        return say("{title} ({due})", title=title, due=due) if due else title


def _too_weak(assessment: Assessment) -> Mapping[str, Strength]:
    """Of a record, which does not say how strongly, what keeps the answer open though it is met."""
    try:
        work = assessment.work
    except QaRulesError:
        opened = {each.requirement for each in assessment.grounds if each.open}
        return dict.fromkeys(opened, Strength.SEEN)
    return too_weak(work)


def _weak_needs(assessment: Assessment) -> Mapping[str, Strength]:
    """What a tier asks outside any requirement more strongly than it is known; nothing of a record."""
    tiers = assessment.tiers
    if tiers is None or assessment.is_record:
        return {}
    work = assessment.work
    return weak_needs(work.closed, work.facts, work.known, work.closed.pairs(work.results), tiers)


def _beside_the_answer(assessment: Assessment) -> tuple[frozenset[str], Mapping[str, str]]:
    """What only a route asks that is ruled out anyway; and that for which something stands in, with what does.

    Of a record, which does not say, nothing.
    """
    try:
        work = assessment.work
    except QaRulesError:
        return frozenset(), {}
    vocabulary = work.closed.ruleset.vocabulary
    found: dict[str, str] = {}
    for name, group in stood_in_for(work.closed, work.known, work.pairs).items():
        assert group.instead is not None
        lists = [each for each in sorted(facts_of(group.instead)) if each in vocabulary.collections]
        found[name] = vocabulary.facts[lists[0]].label if lists else say("something else")
    return asked_in_vain(work), found


def is_outside(assessment: Assessment) -> bool:
    """Whether the ruleset as a whole does not apply: then there is nothing else to say."""
    every = [(each.verdict, each.asked) for each in assessment.findings]
    return bool(every) and set(every) == {(Verdict.NOT_APPLICABLE, False)}


def _counting(assessment: Assessment) -> frozenset[str]:
    """The requirements at which the overall decision looks; of a record, which does not say, all."""
    try:
        closed = assessment.work.closed
    except QaRulesError:
        return frozenset(assessment.verdicts)
    return looked_at(closed) if closed.ruleset.decisions else frozenset(assessment.verdicts)


def _asked_of_routes(assessment: Assessment) -> frozenset[str]:
    """What is asked because a route is in use: that one has run out is told where another is enough."""
    try:
        return asked_of_routes(assessment.work.closed)
    except QaRulesError:
        return frozenset()


def _added_by_policy(assessment: Assessment) -> frozenset[str]:
    """The requirements that a policy lets count beyond what the ruleset does; of a record, which does not say, none."""
    try:
        closed = assessment.work.closed
    except QaRulesError:
        return frozenset()
    named = [] if closed.policy is None else [name for each in closed.policy.counts.values() for name in each]
    return frozenset(inside for name in named for inside in requirements_of(closed.ruleset, name))


def _asked_by_tiers_only(assessment: Assessment) -> frozenset[str]:
    """What only a tier or route asks for; of a record, which does not say, nothing."""
    try:
        return asked_by_tiers_only(assessment.work.closed)
    except QaRulesError:
        return frozenset()


def _stop_words(assessment: Assessment, requirement: str) -> str:
    """What a decision says of a gap in a hard stop; empty where none does.

    Of the overall one only where the gap is in what is given, such as about the person: no provider can put that right.
    """
    try:
        ruleset = assessment.work.closed.ruleset
    except QaRulesError:
        return ""
    asked = ruleset.requirement[requirement].met_when
    read = {ruleset.vocabulary.facts[each.partition(".")[0]].about for each in facts_of(asked)}
    decisions = (*ruleset.decisions[1:], *(ruleset.decisions[:1] if read and read <= ruleset.given else ()))
    for outcome in chain.from_iterable(each.outcomes for each in decisions):
        names = {str(each.name) for each in walk(outcome.when) if isinstance(each, Reference)}
        if outcome.allows is False and requirement in names:
            return outcome.words
    return ""
