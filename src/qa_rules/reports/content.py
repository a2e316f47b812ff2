"""What every report says, in one place and in order: the answer first, what to do, why, and then the rest."""

from __future__ import annotations

from collections.abc import Mapping

import attrs

from qa_rules.assessment.assess import Assessment
from qa_rules.escaping import all_inert, inert
from qa_rules.explain.messages import language, say
from qa_rules.explain.span import span_words
from qa_rules.explain.wording import capital, day
from qa_rules.interview.ranking import Questions
from qa_rules.model.assessments import Answer, urgent_steps
from qa_rules.model.lazy import lazy
from qa_rules.reports import advice, findings, pictures, trees
from qa_rules.reports.blocks import NO, OPEN, YES, Block, Items, Section, Told, Words
from qa_rules.reports.reasons import Reasoning, needed_subject, policy_words
from qa_rules.reports.shortfalls import Shortfalls, is_outside

MOST, MOST_STEPS, MOST_STAND_INS = 3, 5, 4
"""How many reasons and questions stand on the first screen, how many steps, and how many marks on a card."""


@attrs.frozen
class Content:
    """A report before it has a form."""

    language: str
    subject: str
    question: str
    headline: str
    """The answer in words."""
    span: str
    """Between which answers it lies, while it is not settled; empty otherwise."""
    stands: str
    """`yes` where the answer allows, `no` where it does not, `open` where there is none yet."""
    first: tuple[str, ...]
    """What is urgent, and comes first whatever the answer is."""
    sections: tuple[Section, ...]
    """All of the report below the headline, in order."""
    policy: str
    caveats: tuple[str, ...]
    source: Mapping[str, str]
    """Subject, day, ruleset and policy, for forms that name them in each row."""
    assessment: Assessment = attrs.field(eq=False, repr=False)

    @property
    def told(self) -> tuple[Told, ...]:
        """Every finding in words, for forms that have a row for each."""
        return all_inert(findings.told(self.assessment))

    @property
    def reasons(self) -> tuple[str, ...]:
        """Why, as it stands on a card."""
        return tuple(
            item
            for section in self.sections
            if section.name == "why"
            for block in section.blocks
            if isinstance(block, Items)
            for item in block.shown(on_card=True)
        )


def content_of(assessment: Assessment, with_advice: bool = True) -> Content:
    """Return what a report of an assessment says.

    With advice: what to ask, what to put right and how long the answer holds, which takes longer to work out than
    the decision. An assessment that was read from a record has none.
    """
    main = next((each for each in assessment.answers if each.decision == assessment.overall), None)
    by = assessment.decided_by
    judged = advice.judged_by(assessment).singular
    made = _Made(assessment, main, with_advice and advice.is_live(assessment))
    return Content(
        language=language(),
        subject=inert(assessment.subject).strip() or say("The {subject}", subject=judged),
        question="" if main is None else inert(main.title),
        headline=_unanswered(assessment) if main is None else inert(main.words),
        span="" if main is None else inert(_span(assessment, main)),
        stands=OPEN if main is None or main.allows is None else YES if main.allows else NO,
        first=all_inert(urgent_steps(assessment.answers)),
        sections=made.sections(),
        policy=inert(policy_words(by["policy"])),
        caveats=all_inert(_caveats(assessment)),
        source={
            "subject": inert(assessment.subject),
            "on": assessment.on.isoformat(),
            "ruleset": by["ruleset"]["id"],
            "policy": "" if by["policy"] is None else by["policy"]["name"],
        },
        assessment=assessment,
    )


def _caveats(assessment: Assessment) -> tuple[str, ...]:
    """What every report must carry, and of a record that nobody decided again, that it is one."""
    if not assessment.is_record:
        return assessment.caveats
    read = say("This was read from a record, and was not decided again.")
    if not assessment.is_sealed:
        read = say("This was read from a record, and was not checked: anybody may have changed it.")
    return (read, *assessment.caveats)


def _span(assessment: Assessment, main: Answer) -> str:
    """Between which answers the overall one lies. A rating that may be worse is never read as that rating."""
    decisions = assessment.work.closed.ruleset.decisions if advice.is_live(assessment) else ()
    return span_words(main, next((each for each in decisions if each.id == main.decision), None))


def _unanswered(assessment: Assessment) -> str:
    """What stands in place of an answer to a question that was not put."""
    if not assessment.overall:
        return say("No overall answer: the ruleset makes no decision")
    about = needed_subject(assessment)
    if about:
        return say("No answer yet: nothing is known of the {subject}", subject=about)
    return say("No answer yet: nothing is known about this subject")


class _Made:
    """The sections of a report, each worked out when it is asked for."""

    def __init__(self, assessment: Assessment, main: Answer | None, with_advice: bool) -> None:
        self.assessment, self.main, self.with_advice = assessment, main, with_advice

    def sections(self) -> tuple[Section, ...]:
        assessment = self.assessment
        if is_outside(assessment):
            return (*self._first()[:3], *self._last()[-2:])
        return (*self._first(), *self._advice(), *self._last())

    def _first(self) -> tuple[Section, ...]:
        assessment = self.assessment
        return (
            Section("next", say("What to do next"), self._next, on_card=True),
            Section("review", "", self._review, on_card=True),
            Section("why", say("Why"), self._why, on_card=True),
            Section("gaps", say("Gaps"), lambda: _all(self.shortfalls.gap_lines()), on_card=True),
            Section(
                "unchecked",
                say("Not checked yet"),
                lambda: _all(self.shortfalls.unchecked_lines()),
                on_card=True,
            ),
            Section(
                "stand-ins",
                self._stand_ins_title(),
                self._stand_ins,
                on_card=True,
            ),
            Section(
                "find-out",
                say("Find out as well"),
                lambda: _short(self.reasoning.find_out()),
                on_card=True,
            ),
            Section(
                "locks",
                say("The three locks"),
                lambda: pictures.locks(assessment, self.shortfalls.stands_beside),
            ),
            Section("tiers", pictures.ladder_title(assessment), lambda: pictures.ladder(assessment)),
        )

    def _last(self) -> tuple[Section, ...]:
        assessment = self.assessment
        return (
            Section("answers", say("Other answers"), self._others),
            Section(
                "groups", say("Groups of requirements"), lambda: pictures.groups(assessment), is_folded=True
            ),
            Section(
                "findings",
                say("Everything that was asked"),
                lambda: findings.by_verdict(findings.told(assessment, self.shortfalls.lasting)),
            ),
            Section("caveats", say("Please note"), lambda: (Items(_caveats(assessment)),)),
            Section("made", say("About this assessment"), lambda: (Words(_made_by(assessment)),)),
        )

    def _advice(self) -> tuple[Section, ...]:
        assessment, main = self.assessment, self.main
        if main is None or not self.with_advice:
            return ()
        return (
            Section("fixes", say("What would change the answer"), lambda: advice.plans(assessment, main)),
            Section("questions", say("Questions left"), self._questions),
            Section("horizon", say("How long this holds"), self._horizon),
            Section("tree", say("Why, step by step"), lambda: trees.tree(assessment), is_folded=True),
        )

    @lazy
    def reasoning(self) -> Reasoning:
        return Reasoning(self.assessment, self.main, self.with_advice)

    @property
    def shortfalls(self) -> Shortfalls:
        return self.reasoning.shortfalls

    @lazy
    def asked(self) -> Questions | None:
        matter = self.reasoning.matter
        return advice.asked(self.assessment, matter) if matter else None

    @lazy
    def future(self) -> advice.Future | None:
        if not self.with_advice:
            return None
        return advice.Future(self.assessment, self.main, self.shortfalls)

    def _stand_ins(self) -> tuple[Block, ...]:
        """What may stand in, what counts first. A card names a few: what to do about all of them comes first anyway."""
        counting_first = sorted(self.reasoning.stand_ins, key=lambda each: not each.counts_for)
        items = tuple(each.text for each in counting_first)
        return (Items(items, most=MOST_STAND_INS),) if items else ()

    def _stand_ins_title(self) -> str:
        """What the list is called of what may stand in, such as the marks that are held."""
        return capital(self.reasoning.stand_ins[0].label) if self.reasoning.stand_ins else ""

    def _next(self) -> tuple[Block, ...]:
        asked = () if self.asked is None else self.asked.questions
        to_come = [advice.counts_from(each, self.assessment) for each in asked if each.because == "not_yet"]
        first = [each for each in asked if each.because != "not_yet"][:MOST]
        questions = tuple(advice.question_words(each, self.assessment) for each in first)
        steps = self.reasoning.steps(questions, max(to_come, default=None))
        return (Items(steps, is_numbered=True, most=MOST_STEPS, is_short=True),) if steps else ()

    def _why(self) -> tuple[Block, ...]:
        """The reasons, and of an answer that allows which tier is needed and reached, whatever else is said."""
        beside = () if self.reasoning.is_reached_told else self.reasoning.reached()
        return (*_short(self.reasoning.reasons()), *((Words(beside),) if beside else ()))

    def _review(self) -> tuple[Block, ...]:
        """When to look again: before an answer that allows ends, or the tier that is reached; otherwise no day."""
        if self.future is None:
            return self._not_looked()
        if self.future.review and (self.main is None or self.main.allows):
            return (Words((say("Review by {day}", day=self.future.review),)),)
        due, turn = self.shortfalls.next_due, self.future.next_turn
        is_open = self.main is not None and self.main.allows is None
        if is_open and due is not None and (turn is None or turn[0] > due):
            again = say("Review by {day}, or as soon as something has changed.", day=day(due))
            return (Words((again,)),)
        if turn is not None:
            return (Words((turn[1],)),)
        return (Words((say("No review date. Review this if anything changes."),)),)

    def _not_looked(self) -> tuple[Block, ...]:
        """No day where nobody has looked: that of a condition is told with it, and may not be the first."""
        if advice.is_live(self.assessment):
            return ()
        again = say("How long this holds was not worked out again. Review it if anything changes.")
        return (Words((again,)),)

    def _questions(self) -> tuple[Block, ...]:
        return advice.questions(self.asked, self.assessment)

    def _horizon(self) -> tuple[Block, ...]:
        return () if self.future is None else self.future.blocks()

    def _others(self) -> tuple[Block, ...]:
        others = (each for each in self.assessment.answers if each is not self.main)
        items = tuple(say("{question} {answer}", question=each.title, answer=each.words) for each in others)
        return (Items(items),) if items else ()


def _all(items: tuple[str, ...]) -> tuple[Block, ...]:
    return (Items(items),) if items else ()


def _short(items: tuple[str, ...]) -> tuple[Block, ...]:
    return (Items(items, most=MOST, is_short=True),) if items else ()


def _made_by(assessment: Assessment) -> tuple[str, ...]:
    """Versions and hashes of all that decided."""
    by = assessment.decided_by
    ruleset, policy, calendar = by["ruleset"], by["policy"], by["calendar"]
    on, title = day(assessment.on), ruleset["title"]
    lines = [
        say("Assessed for {day} against {ruleset}: {title}", day=on, ruleset=ruleset["id"], title=title),
        policy_words(policy),
    ]
    for other in by.get("asks", ()):
        lines.append(say("The policy asks {ruleset} too: {title}", ruleset=other["id"], title=other["title"]))
    if calendar is not None:
        name, version = calendar["name"], calendar["version"]
        lines.append(say("Working days: {name} ({version})", name=name, version=version))
    hashes = [(say("ruleset"), ruleset["hash"]), (say("facts"), by["facts"])]
    if policy is not None:
        hashes.insert(1, (say("policy"), policy["hash"]))
    hashes += [(each["id"], each["hash"]) for each in by.get("asks", ())]
    shown = ", ".join(f"{name} {value.removeprefix('sha256:')[:12]}" for name, value in hashes)
    lines.append(say("Hashes: {hashes}; qa-rules {version}", hashes=shown, version=by["qa_rules"]))
    return tuple(lines)
