"""What is missing and what nobody has checked yet: the same few lines on every form, whatever else decides.

A short form never drops a required or conditional gap, or something required or conditional that is not known.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from qa_rules.assessment.assess import Assessment
from qa_rules.errors import QaRulesError
from qa_rules.explain.messages import say
from qa_rules.explain.wording import day, listed
from qa_rules.model.assessments import Answer, Finding
from qa_rules.model.expressions import Reference, walk
from qa_rules.model.values import Verdict
from qa_rules.program.asked import looked_at

ADVICE = "advice"


class Shortfalls:
    """The gaps of one assessment and what is not checked, as far as they weigh."""

    def __init__(self, assessment: Assessment, main: Answer | None) -> None:
        self.assessment = assessment
        self.counting = _counting(assessment)
        has_no_answer = main is not None and main.allows is None and main.possible == (main.outcome,)
        found = () if has_no_answer else assessment.findings
        self.gaps = [each for each in found if each.verdict is Verdict.NOT_MET and self._weighs(each)]
        self.unchecked = [
            each for each in found if each.verdict is Verdict.UNKNOWN and each.asked and self._weighs(each)
        ]

    def _weighs(self, finding: Finding) -> bool:
        if finding.severity is None:
            return finding.requirement in self.counting
        return finding.severity != ADVICE or finding.blocks

    def gap_lines(self) -> tuple[str, ...]:
        """Return every gap that weighs: hard stops, what is needed first, conditions with their days."""
        stops = [each for each in self.gaps if each.hard_stop]
        others = [each for each in self.gaps if each not in stops]
        return (*map(self._stop, stops), *self._by_weight(others))

    def unchecked_lines(self) -> tuple[str, ...]:
        """Return everything that weighs and is not known."""
        return tuple(self._by_weight(self.unchecked))

    def _stop(self, finding: Finding) -> str:
        """In the words of the decision that says what a hard stop means, where there is one."""
        words = _stop_words(self.assessment, finding.requirement)
        if words:
            return say("{words}: {titles}", words=words, titles=finding.title)
        return say("Needed first: {titles}", titles=finding.title)

    def _by_weight(self, found: Iterable[Finding]) -> Iterator[str]:
        first = [each for each in found if each.blocks or each.severity == "required"]
        later = [each for each in found if each not in first and each.severity is not None]
        silent = [each for each in found if each not in first and each.severity is None]
        if first:
            yield say("Needed first: {titles}", titles=self._titles(first))
        if later:
            yield say("Conditions: {titles}", titles=self._titles(later))
        if silent:
            yield self._titles(silent)

    def _titles(self, found: Iterable[Finding]) -> str:
        return listed(map(self._title, found))

    def _title(self, finding: Finding) -> str:
        beside = finding.requirement not in self.counting and finding.about
        title = finding.title
        if beside:
            title = say("{title} ({about})", title=title, about=finding.about.replace("_", " "))
        if finding.due is not None and not finding.blocks:
            return say("{title} (by {day})", title=title, day=day(finding.due))
        return title


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


def _stop_words(assessment: Assessment, requirement: str) -> str:
    """What a decision other than the overall one says of a gap in a hard stop; empty where none looks at it."""
    try:
        ruleset = assessment.work.closed.ruleset
    except QaRulesError:
        return ""
    for decision in ruleset.decisions[1:]:
        for outcome in decision.outcomes:
            names = {str(each.name) for each in walk(outcome.when) if isinstance(each, Reference)}
            if not outcome.allows and requirement in names:
                return outcome.words
    return ""
