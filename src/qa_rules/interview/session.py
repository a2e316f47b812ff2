"""A session of an interview: everything that was said so far, as a value that each answer makes anew."""

from __future__ import annotations

import datetime
import hashlib
import os
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import attrs

from qa_rules.assessment.assess import Assessment, assess
from qa_rules.errors import NotFoundError, OutputError
from qa_rules.explain.conversing import Spot, spots_of
from qa_rules.explain.standing import declared
from qa_rules.interview.answers import (
    Draft,
    Kind,
    Reply,
    backed,
    evidence_data,
    replies_of,
    reply_data,
    with_fact,
)
from qa_rules.interview.purpose import GoalWord
from qa_rules.interview.questions import next_questions
from qa_rules.interview.ranking import Question, Questions
from qa_rules.language.facts import evidence_of, facts_of_document
from qa_rules.language.interviews import DecidedDocument, interview_text, read_interview
from qa_rules.language.library import path_of
from qa_rules.language.load import load_policy, load_ruleset, under
from qa_rules.language.policies import shipped_policy
from qa_rules.language.rulesets import shipped_ruleset
from qa_rules.model.calendars import Calendar
from qa_rules.model.facts import Evidence, Facts, FactValue, Records
from qa_rules.model.identity import hash_of, hash_of_facts
from qa_rules.model.lazy import lazy
from qa_rules.model.rulesets import Policy, Ruleset
from qa_rules.model.writing import facts_to_data
from qa_rules.outputs import locked, write_text

_ALL = 1000
"""More questions than there are."""


@attrs.frozen(slots=False)
class Session:
    """An interview. Nothing is changed in place: each answer makes a new session."""

    ruleset: Ruleset
    on: datetime.date
    policy: Policy | None = None
    goal: GoalWord = "tier"
    about: tuple[str, ...] | None = None
    """The subjects that may be asked about, as for `next_questions`. No file keeps it: it would narrow the next run."""
    evidence: Evidence = Evidence()
    """Where answers come from unless more is said."""
    facts: Facts = Facts()
    replies: tuple[Reply, ...] = ()
    draft: Draft | None = None
    notes: Mapping[str, str] = attrs.field(factory=dict)
    """What was noted of each question of the conversation, by its id; empty text where nothing was."""
    names: tuple[str, str] = ("", "")
    """The ruleset and policy as they were given: an id, or a path that is shown and never followed."""
    calendar: Calendar | None = None
    facts_given: str = ""
    """The hash of the facts before the first question."""
    told_by: str | None = None
    """Who answers, as for `assess`. The caller says so each time: no file is asked, and none keeps it."""
    seen: dict[str, str | None] = attrs.field(factory=dict, eq=False, repr=False)
    """What files of this interview held when it last read or wrote them; one for all that come from one session."""

    @lazy
    def assessment(self) -> Assessment:
        """How things stand with the answers so far."""
        days, told_by = self.calendar, self.told_by
        return assess(
            self.ruleset, self.facts, on=self.on, policy=self.policy, calendar=days, told_by=told_by
        )

    def questions(self, number: int = 1, again: bool = False) -> Questions:
        """Return the next questions. With `again`, those too that were asked and could not be answered."""
        last = self.replies[-1].fact if self.replies else None
        asked = () if again else [each.fact for each in self.replies]
        found = next_questions(
            self.assessment,
            self.goal,
            _ALL if self.spots else number,
            last=last,
            closed_to=asked,
            about=self.about,
        )
        if not self.spots:
            return found
        # Only what can still matter, as ever, and that in the order of the conversation.
        ordered = sorted(found.questions, key=lambda each: self.spot(each.fact))
        return attrs.evolve(found, questions=tuple(ordered[:number]))

    @lazy
    def spots(self) -> Mapping[str, Spot]:
        """Where in the conversation each fact is asked about; empty for a ruleset that has none."""
        return spots_of(self.ruleset) if self.ruleset.conversation else {}

    def spot(self, fact: str) -> Spot:
        """Return where in the conversation a fact or document part is asked about."""
        return self.spots[fact.partition(".")[0]]

    @lazy
    def best(self) -> Questions:
        """The best next question."""
        if not self.spots:
            return self.questions()
        return attrs.evolve(self.in_order, questions=self.in_order.questions[:1])

    @lazy
    def in_order(self) -> Questions:
        """All questions that may still have to be asked, in their order."""
        return self.questions(_ALL)

    @property
    def every(self) -> tuple[Question, ...]:
        """Each question that may still have to be asked, in their order."""
        return self.in_order.questions

    @property
    def is_refused(self) -> bool:
        """Whether no outcome of the overall answer that allows anything is possible any more."""
        answer = next(iter(self.assessment.answers), None)
        if answer is None:
            return False
        decision = next(each for each in self.ruleset.decisions if each.id == answer.decision)
        return not any(each.id in answer.possible and each.allows for each in decision.outcomes)

    def reopened(self) -> Session:
        """Return the session in which what was not known, or is to follow, may be asked once more."""
        replies = tuple(each for each in self.replies if each.kind is Kind.ANSWERED)
        return attrs.evolve(self, replies=replies, draft=None)

    def known(self, fact: str) -> FactValue | Records | None:
        """Return what is known of a fact, a document part or a collection."""
        return self.facts.collections.get(fact) or self.facts.values.get(fact)

    def with_reply(
        self, fact: str, kind: Kind, value: FactValue | Records | None, by: str = "", note: str = ""
    ) -> Session:
        """Return the session after an answer. What was known stays where there is no value."""
        before = self.known(fact)
        facts = self.facts if value is None else with_fact(self.facts, fact, value)
        reply = Reply(fact, kind, by, note, before)
        return attrs.evolve(self, facts=facts, replies=(*self.replies, reply), draft=None)

    def without(self, number: int) -> Session:
        """Return the session as if the answer of a number, from 1, had not been given."""
        reply = self.replies[number - 1]
        facts = with_fact(self.facts, reply.fact, reply.replaced)
        replies = (*self.replies[: number - 1], *self.replies[number:])
        return attrs.evolve(self, facts=facts, replies=replies, draft=None)

    def changed(self, number: int, told: Session) -> Session:
        """Return the session `told`, which was answered last, with that answer in the place of a number."""
        *others, reply = told.replies
        replies = (*others[: number - 1], reply, *others[number - 1 :])
        return attrs.evolve(told, replies=replies)

    def with_evidence(self, fact: str, evidence: Evidence) -> Session:
        """Return the session with another evidence of what is known of a fact."""
        known = self.known(fact)
        if known is None:
            return self
        if isinstance(known, Records):
            return attrs.evolve(self, facts=with_fact(self.facts, fact, backed(known, evidence)))
        return attrs.evolve(self, facts=with_fact(self.facts, fact, attrs.evolve(known, evidence=evidence)))

    def question_about(self, fact: str) -> Question:
        """Return a question about a fact even if it can no longer matter."""
        found = next_questions(self.assessment, self.goal, _ALL, about=self.about).questions
        plain = Question(fact, declared(self.ruleset.vocabulary, fact), "missing", (), ())
        return next((each for each in found if each.fact == fact), plain)

    # The file

    def to_data(self) -> dict[str, Any]:
        """Return the file of the interview as data: a facts file that says how far the interview got."""
        data = facts_to_data(self.facts)
        interview: dict[str, Any] = {
            "ruleset": _decided(self.names[0], self.ruleset.id, self.ruleset),
            "policy": None if self.policy is None else _decided(self.names[1], self.policy.name, self.policy),
            "on": self.on.isoformat(),
            "goal": self.goal,
            "evidence": evidence_data(self.evidence),
            "facts_given": self.facts_given,
            "replies": [reply_data(each) for each in self.replies],
        }
        if self.notes:
            interview["notes"] = dict(self.notes)
        if self.draft is not None:
            interview["draft"] = {"fact": self.draft.fact, "lines": list(self.draft.lines)}
            if self.draft.change is not None:
                interview["draft"]["change"] = self.draft.change
        return {**data, "interview": interview}

    def save(self, path: Path) -> None:
        """Write the file whole or not at all: what was there before stays until the new one is complete.

        OutputError when it cannot be written, or when it holds what this interview has neither read nor written:
        another interview on the same file has gone on meanwhile, and its answers are not written over.
        """
        with locked(path):
            there = _digest(path)
            if there is not None and there != self.seen.get(os.path.realpath(path)):
                raise OutputError(
                    f"{path} holds what this interview has not read: "
                    "another one has written it, or it was changed by hand; nothing was written over"
                )
            write_text(path, interview_text(self.to_data(), path.name))
            self.seen[os.path.realpath(path)] = _digest(path)


def _digest(path: Path) -> str | None:
    """What a file holds, as a hash; None when there is none or it is no plain file."""
    return hashlib.sha256(path.read_bytes()).hexdigest() if path.is_file() else None


def begin(
    ruleset: str | Path | Ruleset,
    on: datetime.date,
    *,
    policy: str | Path | Policy | None = None,
    facts: Facts | None = None,
    goal: GoalWord = "tier",
    about: tuple[str, ...] | None = None,
    evidence: Evidence | None = None,
    told_by: str | None = None,
) -> Session:
    """Return a new session. NotFoundError and RulesetError as for `load_ruleset` and `load_policy`."""
    rules = _loaded_ruleset(ruleset)
    settings = None if policy is None else _loaded_policy(policy, rules)
    return Session(
        under(rules, settings),
        on,
        settings,
        goal,
        about,
        evidence or Evidence(on=on),
        facts or Facts(),
        names=(_name(ruleset), "" if policy is None else _name(policy)),
        facts_given=hash_of_facts(facts or Facts()),
        told_by=told_by,
    )


def resume(
    path: Path,
    *,
    ruleset: str | Path | Ruleset | None = None,
    policy: str | Path | Policy | None = None,
    changed_rules: bool = False,
    told_by: str | None = None,
    about: tuple[str, ...] | None = None,
) -> Session:
    """Return the session that a file holds.

    Args:
        path: the file that `save` wrote.
        ruleset: the ruleset that it was begun with. By default the shipped one of the id in the file; a path that
            stands in the file is never followed.
        policy: the policy that it was begun with, in the same way.
        told_by: who answers, as for `assess`.
        about: the subjects that may be asked about, as for `next_questions`.
        changed_rules: keep the answers and go on even if the ruleset or the policy is another one than before.

    Raises:
        NotFoundError: there is no such file, or no interview in it; or the ruleset or policy is not there any more,
            is another one, or has changed; or it was begun with a file of its own, and that was not handed in.
        FactsError: the file does not fit the vocabulary.

    """
    held = _digest(path)
    source, document = read_interview(path)
    rules = _loaded_ruleset(ruleset or shipped_ruleset(_id(path, "ruleset", document.ruleset)))
    settings = None
    if policy is not None or document.policy is not None:
        settings = _loaded_policy(
            policy or shipped_policy(_id(path, "policy", document.policy), rules), rules
        )
    if rules.id != document.ruleset.name:
        raise NotFoundError(_other(path, "ruleset", document.ruleset.given, rules.id))
    before = "" if document.policy is None else document.policy.given
    if (None if settings is None else settings.name) != (document.policy and document.policy.name):
        raise NotFoundError(_other(path, "policy", before or "none", settings.name if settings else "none"))
    if not changed_rules:
        _same("ruleset", document.ruleset.name, document.ruleset.hash, hash_of(rules))
        if document.policy is not None and settings is not None:
            _same("policy", document.policy.name, document.policy.hash, hash_of(settings))
    began = document.ruleset.given if ruleset is None else _name(ruleset)
    rules = under(rules, settings)
    facts = facts_of_document(source, rules.vocabulary)
    draft = document.draft
    return Session(
        rules,
        document.on,
        settings,
        document.goal,
        about,
        evidence_of(document.evidence, None),
        facts,
        tuple(replies_of(document, rules)),
        None if draft is None else Draft(draft.fact, tuple(draft.lines), draft.change),
        document.notes,
        (began, before if policy is None else _name(policy)),
        facts_given=document.facts_given,
        seen={os.path.realpath(path): held},
        told_by=told_by,
    )


def _loaded_ruleset(which: str | Path | Ruleset) -> Ruleset:
    return which if isinstance(which, Ruleset) else load_ruleset(which)


def _loaded_policy(which: str | Path | Policy, ruleset: Ruleset) -> Policy:
    return which if isinstance(which, Policy) else load_policy(which, ruleset)


def _name(which: str | Path | Ruleset | Policy) -> str:
    """How something was given, to be shown."""
    match which:
        case Ruleset():
            return which.id
        case Policy():
            return which.name
        case _:
            return str(which)


def _id(path: Path, what: str, document: DecidedDocument | None) -> str:
    """The id that stands in a file; NotFoundError where it is a path, since that is not followed."""
    given = "" if document is None else document.given
    if document is not None and path_of(given) is not None:
        raise NotFoundError(
            f"{path} was begun with a {what} of its own, {document.name} in {given}; "
            "name that file again to go on"
        )
    return given


def _other(path: Path, what: str, before: str, now: str) -> str:
    return (
        f"{path} is an interview with the {what} {before}, not {now}; "
        "leave it out to go on, or give the interview another file"
    )


def _same(what: str, name: str, before: str, now: str) -> None:
    if before != now:
        raise NotFoundError(
            f"the {what} {name} has changed since this interview began; "
            "to keep the answers and go on with the one at hand, add --changed-rules"
        )


def _decided(given: str, name: str, thing: Ruleset | Policy) -> Mapping[str, str]:
    return {"given": given, "name": name, "hash": hash_of(thing)}


__all__ = ["Draft", "Kind", "Reply", "Session", "backed", "begin", "resume"]
