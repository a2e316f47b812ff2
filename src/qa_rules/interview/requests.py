"""The next questions without a session: all answers go in, the next questions come out, and nothing is kept.

This is the shape of the `$next-question` operation of FHIR's Structured Data Capture, so that a web page
can stand on it.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from functools import lru_cache
from typing import Any, TypeVar

from qa_rules.assessment.assess import Assessment, assess
from qa_rules.errors import Diagnostic, FactsError, NotFoundError, Place, due
from qa_rules.escaping import in_place
from qa_rules.interview.questions import next_questions
from qa_rules.interview.ranking import Questions
from qa_rules.language.facts import facts_of_document
from qa_rules.language.library import MOST_NAMED
from qa_rules.language.policies import shipped_policy
from qa_rules.language.questions import read_request
from qa_rules.language.reading import read_data
from qa_rules.language.rulesets import shipped_ruleset
from qa_rules.model.rulesets import Policy, Ruleset
from qa_rules.model.writing import FORMAT
from qa_rules.program.joint import under

T = TypeVar("T")


def _fault(code: str, said: str, hint: str, *path: str | int) -> Diagnostic:
    """What is wrong with a name in a request, and where it stands in it."""
    return Diagnostic(code, in_place(f"{said} (at {path[0]})"), Place("<request>", 1, 1), hint, path=path)


def _listed(argument: str, given: Iterable[T], kind: type[T]) -> list[T]:
    """What was handed in as a list. ArgumentError says what is due otherwise."""
    words = f"a list of {argument}, or None"
    due(argument, given, Iterable, words)
    found = list(given)
    for each in found:
        due(argument, each, kind, words)
    return found


def respond(
    request: Mapping[str, Any],
    *,
    rulesets: Iterable[Ruleset] | None = None,
    policies: Iterable[Policy] | None = None,
    told_by: str | None = None,
) -> dict[str, Any]:
    """Return the next questions for a request, both as data that JSON can hold.

    Args:
        request: what is known and what the questions are for. The ruleset and the policy in it are ids: no path is
            followed and no file is read for them.
        rulesets: the only ones that a request may name; the shipped ones if left out, each loaded once.
        policies: the only ones that a request may name; the shipped ones if left out.
        told_by: who sends the request, as for `assess`. The page says so that knows who is signed in; a request cannot.

    Raises:
        FactsError: the request has another shape, or its facts do not fit the vocabulary; carries every diagnostic.
        NotFoundError: there is no such ruleset or policy.

    """
    rulesets = None if rulesets is None else _listed("rulesets", rulesets, Ruleset)
    policies = None if policies is None else _listed("policies", policies, Policy)
    document = read_request(request)
    ruleset = _ruleset(document.ruleset, rulesets)
    policy = None if document.policy is None else _policy(document.policy, ruleset, policies)
    told = ("subject", "as_of", "evidence", "facts")
    data = {key: request[key] for key in told if request.get(key) is not None}
    source = read_data({"format": FORMAT, "facts": {}, **data}, "<request>")
    ruleset = under(ruleset, policy)
    facts = facts_of_document(source, ruleset.vocabulary)
    known = {*ruleset.vocabulary.scalars, *ruleset.vocabulary.collections}
    subjects = {each.about for each in ruleset.vocabulary.facts.values()}
    asked: list[tuple[str, tuple[str | int, ...]]] = [(document.last, ("last",))] if document.last else []
    asked += [(name, ("closed_to", at)) for at, name in enumerate(document.closed_to)]
    faults = [
        _fault("unknown-fact", f"there is no fact `{name}`", "send the linkId of a question", *path)
        for name, path in asked
        if name not in known
    ]
    faults += [
        _fault(
            "unknown-subject",
            f"no fact is about `{name}`",
            f"there are {', '.join(sorted(subjects))}",
            "about",
            at,
        )
        for at, name in enumerate(document.about or ())
        if name not in subjects
    ]
    if faults:
        raise FactsError(faults)
    assessment = assess(ruleset, facts, on=document.on, policy=policy, told_by=told_by)
    found = next_questions(
        assessment,
        document.goal,
        document.number,
        last=document.last,
        closed_to=document.closed_to,
        about=document.about,
    )
    return response(assessment, found)


def _ruleset(name: str, given: Iterable[Ruleset] | None) -> Ruleset:
    if given is None:
        return _shipped_ruleset(name)
    at_hand = list(given)
    for each in at_hand:
        due("rulesets", each, Ruleset, "a list of rulesets, or None")
    # An edition may be left out where there is one only, as for those that are shipped.
    found = [each for each in at_hand if each.id == name] or [each for each in at_hand if each.name == name]
    if len(found) == 1:
        return found[0]
    raise NotFoundError(_nothing("ruleset", name, [each.id for each in found or at_hand]))


def _policy(name: str, ruleset: Ruleset, given: Iterable[Policy] | None) -> Policy:
    if given is None:
        return _shipped_policy(name, ruleset)
    every = list(given)
    for each in every:
        due("policies", each, Policy, "a list of policies, or None")
    at_hand = [each for each in every if each.ruleset == ruleset.id]
    found = next((each for each in at_hand if each.name == name), None)
    if found is None:
        raise NotFoundError(_nothing("policy", name, [each.name for each in at_hand]))
    return found


def _nothing(what: str, name: str, known: Sequence[str]) -> str:
    return f"no {what} is called `{name[:MOST_NAMED]}`; there {'are' if known else 'is'} {', '.join(known) or 'none'}"


@lru_cache(maxsize=64)
def _shipped_ruleset(name: str) -> Ruleset:
    return shipped_ruleset(name)


@lru_cache(maxsize=64)
def _shipped_policy(name: str, ruleset: Ruleset) -> Policy:
    return shipped_policy(name, ruleset)


def response(assessment: Assessment, found: Questions) -> dict[str, Any]:
    """Return questions with what they were asked under and the answer so far."""
    by = assessment.decided_by
    answer = next((each for each in assessment.answers if each.decision == assessment.overall), None)
    return {
        "format": FORMAT,
        "ruleset": {"id": by["ruleset"]["id"], "hash": by["ruleset"]["hash"]},
        "policy": None
        if by["policy"] is None
        else {"id": by["policy"]["name"], "hash": by["policy"]["hash"]},
        "on": assessment.on.isoformat(),
        **found.to_dict(),
        "answer": None
        if answer is None
        else {
            "decision": answer.decision,
            "outcome": answer.outcome,
            "words": answer.words,
            "possible": list(answer.possible),
            "allows": answer.allows,
            "settled": answer.settled,
        },
    }
