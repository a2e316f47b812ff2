"""What an answer rests on and what to do about it, in the few words that fit on a first screen."""

from __future__ import annotations

import datetime
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from qa_rules.api.lasting import Lasting
from qa_rules.assessment.assess import Assessment
from qa_rules.explain.messages import count, say
from qa_rules.explain.stand_ins import JUDGE, NOT_ACCEPTED, StandIn, first_steps, last_steps
from qa_rules.explain.tier_needs import lacking_needs, open_between, other_ways
from qa_rules.explain.wording import capital, day
from qa_rules.model.assessments import Answer, Finding, Ground, TierResult, urgent_steps
from qa_rules.model.facts import FactType
from qa_rules.model.values import Verdict
from qa_rules.program.asked import facts_looked_at
from qa_rules.reports import advice
from qa_rules.reports.findings import RANKS
from qa_rules.reports.pictures import Titles, is_awarded, reached_words
from qa_rules.reports.shortfalls import ADVICE, Shortfalls


class Reasoning:
    """The reasons of one assessment, as far as they matter to its overall answer."""

    assessment: Assessment
    main: Answer | None
    open: list[Ground]
    with_advice: bool

    def __init__(self, assessment: Assessment, main: Answer | None, with_advice: bool) -> None:
        self.assessment, self.main, self.with_advice = assessment, main, with_advice
        self.findings: Mapping[str, Finding] = {each.requirement: each for each in assessment.findings}
        self.is_open: bool = main is not None and main.outcome not in main.possible
        self.matter: frozenset[str] | None = None
        """The facts that can still matter; None where nobody has looked."""
        if with_advice and main is not None and not main.settled:
            self.matter = advice.mattering(assessment, main)
        self.shortfalls: Shortfalls = Shortfalls(assessment, main, with_advice)
        grounds = assessment.grounds if main is not None else self._stated()
        self.deciding: list[Ground] = [each for each in grounds if not each.open]
        self.open = sorted((each for each in grounds if each.open and self._matters(each)), key=self._rank)
        if (
            self.is_open and not self.open
        ):  # what keeps it open is told, whether or not it was found to matter
            self.open = sorted((each for each in grounds if each.open), key=self._rank)
        self.stand_ins: tuple[StandIn, ...] = advice.stood_in_by(assessment)
        self.gaps: list[Finding] = self._gaps()

    def _stated(self) -> list[Ground]:
        """Without an overall answer: what is not met or not known, as far as it weighs in the answer to come."""
        open_or_not = (Verdict.NOT_MET, Verdict.UNKNOWN)
        return [
            Ground(each.requirement, each.reason.text, each.verdict is Verdict.UNKNOWN)
            for each in self.assessment.findings
            if each.verdict in open_or_not
            and self.shortfalls.weighs(each)
            and each.requirement in self.shortfalls.counting
            and not self.shortfalls.stands_beside(each)
        ]

    def _matters(self, ground: Ground) -> bool:
        if self.matter is None or not ground.requirement:
            return True
        finding = self.findings[ground.requirement]
        return finding.verdict is not Verdict.UNKNOWN or advice.still_open(finding.missing, self.matter)

    def _rank(self, ground: Ground) -> int:
        """Tests outside any requirement, which are on the activity and the person, come first."""
        return RANKS[self.findings[ground.requirement].severity] if ground.requirement else -1

    def _gaps(self) -> list[Finding]:
        """The findings to mend, what stands in the way first."""
        names = {each.requirement for each in self.deciding}
        found = [each for name, each in self.findings.items() if name in names]
        return sorted(found, key=lambda each: RANKS[each.severity])

    # Why

    def reasons(self) -> tuple[str, ...]:
        """Return what the answer rests on; of one that is not decided, what keeps it open."""
        if self.is_open:
            chosen = self._weighty(self.open or self.deciding)
        else:
            chosen = [*self.deciding, *self._not_known()]
        first, *others = [each.text for each in chosen if not each.requirement] or [""]
        told = [each for each in (first, " ".join(others)) if each]
        told += [self._said(each) for each in chosen if each.requirement]
        if self.main is None and self.assessment.tiers is not None:
            reached = reached_words(self.assessment.tiers, Titles(self.assessment))
            told.insert(0, say("{title}. {text}", title=say("Tier"), text=reached))
        if not told:
            told = [" ".join([self._no_problem(), *self.reached()])]
        return (*told, *self._explained())

    def _explained(self) -> tuple[str, ...]:
        """How much is met by an explanation alone, which is weaker than what is asked."""
        n = sum(each.explained for each in self.assessment.findings)
        if not n:
            return ()
        return (
            count(
                "{n} requirement is met by an explanation alone.",
                "{n} requirements are met by an explanation alone.",
                n,
            ),
        )

    @property
    def is_reached_told(self) -> bool:
        """Whether the reasons say which tier is needed and reached: where they have nothing else to say."""
        return not self.is_open and not self.deciding and not self._not_known()

    def _not_known(self) -> list[Ground]:
        """What could make an answer stricter that stands already, or with nothing that decides could still decide."""
        if self.main is not None and self.main.allows:
            return [each for each in self._weighty(self.open) if each.requirement]
        return [] if self.deciding else self.open

    def _no_problem(self) -> str:
        """That no gap was found, and whether everything that weighs was looked at."""
        if self.shortfalls.gaps or self.shortfalls.beside or self.shortfalls.advised:
            return say("Nothing that decides this answer is missing.")
        if self.shortfalls.unchecked or self.open:
            return say("No problems found in what was checked. Not everything has been checked.")
        return say("No problems found in what was checked.")

    def _weighty(self, grounds: list[Ground]) -> list[Ground]:
        """What a policy requires or sets as a condition; where there is nothing of the kind, all."""
        return [each for each in grounds if self._rank(each) < RANKS["advice"]] or grounds

    def _said(self, ground: Ground) -> str:
        if not ground.requirement:
            return ground.text
        finding = self.findings[ground.requirement]
        words = (self._in_their_words(fact) for fact in finding.reason.facts)
        clause = say("({clause})", clause=finding.clause)
        return " ".join([f"{finding.title}.", ground.text, *filter(None, words), clause])

    def _in_their_words(self, fact: str) -> str:
        """What the evidence of a fact gives as its reason, and who says so; empty when it gives none."""
        name, _, part = fact.partition(".")
        given: Mapping[str, Any] = self.assessment.facts["facts"].get(name, {})
        given = given.get(part, {}) if part else given
        if not given.get("reason"):
            return ""
        return say("{who}: “{words}”.", who=given.get("by") or say("Noted"), words=given["reason"])

    def reached(self) -> tuple[str, ...]:
        """Of an answer that allows: the tier that is needed and the one that is there; while it is open, why it is."""
        tiers, main, titles = self.assessment.tiers, self.main, Titles(self.assessment)
        if tiers is None or main is None or not main.allows:
            return ()
        if is_awarded(tiers):
            return (say("{words}.", words=reached_words(tiers, titles)),)
        needed, reached = titles.of(tiers.required_least), titles.of(tiers.attained)
        if tiers.required_least != tiers.required_greatest:
            span = say("between {least} and {greatest}")
            needed = span.format(least=needed, greatest=titles.of(tiers.required_greatest))
        text = say("Tier needed here: {needed}. Tier reached: {reached}.", needed=needed, reached=reached)
        if tiers.required_least == tiers.required_greatest or not advice.is_live(self.assessment):
            return (text,)
        return (" ".join([text, say("What is not known of it:"), *self._open_between(tiers)]),)

    def _open_between(self, tiers: TierResult) -> tuple[str, ...]:
        """What is not known, such as of the person, and would settle which tier is needed."""
        work = self.assessment.work
        return open_between(work.closed, work.facts, work.known, work.closed.pairs(work.results), tiers)

    # What to do

    def steps(self, questions: Sequence[str], counts_from: datetime.date | None = None) -> tuple[str, ...]:
        """Return what to do: of an answer that is not decided first what to ask, then what to put right.

        `counts_from` is the day from which all counts that is dated after this assessment, and was given.
        """
        main = self.main
        steps = [
            *urgent_steps(each for each in self.assessment.answers if each != main),
            *filter(None, [self._assessed_otherwise()]),
            *first_steps(self._wanted(), advice.judged_by(self.assessment)),
        ]
        if main is None or not main.allows:
            steps += last_steps(self._wanted(), advice.judged_by(self.assessment))
        if self.is_open:
            steps += questions
            if counts_from is not None:
                steps.append(
                    say(
                        "Assess again on {day} or later. Some of the evidence is dated after this assessment.",
                        day=day(counts_from),
                    )
                )
            elif questions:
                steps.append(say("Assess again with what you have found out."))
            else:
                steps += self._to_settle()
        elif main is not None and main.next_step:
            if main.allows and not self.gaps:  # then the condition is to find out
                steps += questions
            steps.append(main.next_step)
        if main is not None and main.allows:
            steps += last_steps(self._wanted(), advice.judged_by(self.assessment))
        about = needed_subject(self.assessment) if main is None else ""
        if about:
            steps.append(say("Find out what is asked about the {subject}, and assess again.", subject=about))
        steps += [self._mended(each) for each in self.gaps if each.fix]
        steps += self._needed_by_tier()
        unchecked = (each for each in self.shortfalls.unchecked if not self.shortfalls.stands_beside(each))
        if main is not None and main.allows and any(unchecked):
            steps.append(say("Check what is listed under “Not checked yet”, and put it right if needed."))
        return tuple(dict.fromkeys(steps))

    def _needed_by_tier(self) -> tuple[str, ...]:
        """What a tier asks outside any requirement, where it is needed here and what it asks is missing."""
        tiers, main = self.assessment.tiers, self.main
        if tiers is None or main is None or main.allows is not False or not advice.is_live(self.assessment):
            return ()
        work = self.assessment.work
        pairs = work.closed.pairs(work.results)
        return lacking_needs(work.closed, work.facts, work.known, pairs, tiers)

    def _assessed_otherwise(self) -> str:
        """Where no way of assessing that is in use counts here: in which others it may be assessed."""
        tiers = self.assessment.tiers
        if tiers is None or self.main is None or self.main.allows is not False:
            return ""
        if not advice.is_live(self.assessment):
            return ""
        work = self.assessment.work
        number = ("", *tiers.ladder).index(tiers.required_least)
        return other_ways(work.closed, work.facts, work.known, work.closed.pairs(work.results), number)

    def _wanted(self) -> Iterator[StandIn]:
        """What may stand in, where that or something for which it could is missing."""
        short = self.shortfalls
        missing = [
            each
            for each in (*short.gaps, *short.beside, *short.unchecked)
            if each.requirement not in short.stood_in
            and not (each.severity == ADVICE and short.stands_beside(each))
        ]
        if (
            self.main is not None
            and self.main.allows is False
            and all(each.requirement for each in self.deciding)
        ):
            missing = self.gaps  # nothing else stands in the way, and nothing else helps
        groups = {name for each in missing for name in each.groups}
        asked = {name.partition(".")[0] for each in missing for name in each.reason.facts}
        needed = [each for each in missing if not short.stands_beside(each)]
        needs = {name.partition(".")[0] for each in needed for name in each.reason.facts}
        for each in self.stand_ins:
            # To be in date again helps only for what it is accepted for already; a judgement may accept it for more.
            if each.step in (JUDGE, NOT_ACCEPTED):
                helps = each.collection in asked or not groups.isdisjoint(each.instead_of)
            else:
                is_needed = each.collection in needs or not groups.isdisjoint(each.useful_for)
                helps = bool(each.useful_for) and is_needed
            if helps:
                yield each

    def _mended(self, finding: Finding) -> str:
        """What puts a gap right, and by when; what a tier asks for today, or time alone ends, has no such day."""
        stays = self.shortfalls.lasting.get(finding.requirement)
        if stays is not None:
            return " ".join([finding.fix, *_lasting_words(stays, finding.due)])
        if finding.due is None:
            return finding.fix
        if finding.blocks:
            return say("{title} is needed first. {fix}", title=finding.title, fix=finding.fix)
        if finding.due < self.assessment.on:
            return say("{fix} This was due by {day}.", fix=finding.fix, day=day(finding.due))
        return say("{fix} By {day}.", fix=finding.fix, day=day(finding.due))

    def _to_settle(self) -> Iterator[str]:
        """What to do about an answer that no question can settle: by what keeps it open."""
        codes = {each.code for each in self.open}
        if "policy_silent" in codes:
            if self.assessment.decided_by["policy"] is None:
                yield say("Ask the commissioner for the local policy, and assess again under it.")
            else:
                yield say("Ask the commissioner to decide what the local policy leaves open.")
        if "is_none" in codes:
            yield say("Ask whoever keeps the rules what follows where the answer is none.")
        if codes - {"policy_silent", "is_none", "no_calendar", "nothing_there"}:
            yield say("Find out what is not known, and assess again.")
        elif "nothing_there" in codes:
            yield say(
                "There is nothing to judge by yet. Check that nothing was left out. "
                "Assess again as soon as there is something."
            )

    def find_out(self) -> tuple[str, ...]:
        """Return, beside an answer that stands already, what is not known and could make it stricter.

        Beside one that forbids also what would settle which tier is needed: whoever looks for another place needs it.
        """
        main, tiers, later = self.main, self.assessment.tiers, self._dated_later()
        if main is None or self.is_open:
            return tuple(later)
        told = [] if main.settled else [each.text for each in self.open if not each.requirement]
        if tiers is not None and main.allows is False and advice.is_live(self.assessment):
            told += self._open_between(tiers)
        return tuple(dict.fromkeys((*told, *later)))

    def _dated_later(self) -> list[str]:
        """The documents at which the answer looks that are dated after the assessment: can they be there yet?"""
        if not advice.is_live(self.assessment):
            return []
        work = self.assessment.work
        vocabulary, values = work.closed.ruleset.vocabulary, work.facts.values
        looked = facts_looked_at(work.closed)
        found: list[str] = []
        for name, declared in vocabulary.facts.items():
            given = values.get(f"{name}.dated") if declared.type is FactType.DOCUMENT else None
            then = None if given is None else given.value
            if isinstance(then, datetime.date) and then > self.assessment.on and f"{name}.exists" in looked:
                label = capital(declared.label)
                found.append(
                    say(
                        "{label}: dated {day}, after this assessment. Is it there yet?",
                        label=label,
                        day=day(then),
                    )
                )
        return found


def _lasting_words(stays: Lasting, due: datetime.date | None) -> Iterator[str]:
    """That a step is not enough, why, and until when."""
    what = "; ".join(say("{label}: {value}", label=each.label, value=each.value) for each in stays.in_the_way)
    yield say("That alone does not close this gap, for what is past stays: {past}.", past=what)
    if stays.until is not None:
        yield say("It counts until {day}.", day=day(stays.until))
    if due is not None and (stays.until is None or due <= stays.until):
        yield say("So it cannot be met by {day}, the day by which it is due.", day=day(due))


def needed_subject(assessment: Assessment) -> str:
    """Of whom something would have to be known for the overall decision; empty where that is not known here."""
    if not advice.is_live(assessment) or not assessment.work.closed.ruleset.decisions:
        return ""
    return assessment.work.closed.ruleset.decisions[0].needs.replace("_", " ")


def policy_words(policy: Mapping[str, Any] | None) -> str:
    """Name the policy, and say when nobody has agreed it."""
    if policy is None:
        return say("No local policy was used, so points left to local decision are shown as not known.")
    if policy["illustrative"]:
        return say("Policy: {title} (EXAMPLE POLICY, not adopted by any area)", title=policy["title"])
    return say("Policy: {title} ({name})", title=policy["title"], name=policy["name"])
