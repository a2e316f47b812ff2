"""The next questions without a session: all answers go in, the next questions come out, and nothing is kept.

This is the shape of the `$next-question` operation of FHIR's Structured Data Capture, so that a web page
can stand on it.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from qa_rules.answering import next_questions
from qa_rules.assessing import Assessment, assess
from qa_rules.documents.facts import facts_of_document
from qa_rules.documents.questions import read_request
from qa_rules.documents.reading import read_data
from qa_rules.documents.shapes import FORMAT
from qa_rules.errors import Diagnostic, FactsError
from qa_rules.loading import load_policy, load_ruleset
from qa_rules.planning.asking import Questions


def respond(request: Mapping[str, Any]) -> dict[str, Any]:
    """Return the next questions for a request, both as data that JSON can hold.

    Raises:
        FactsError: the request has another shape, or its facts do not fit the vocabulary; carries every diagnostic.
        NotFoundError: there is no such ruleset or policy.

    """
    document = read_request(request)
    ruleset = load_ruleset(document.ruleset)
    policy = None if document.policy is None else load_policy(document.policy, ruleset)
    told = ("subject", "as_of", "evidence", "facts")
    data = {key: request[key] for key in told if request.get(key) is not None}
    source = read_data({"format": FORMAT, "facts": {}, **data}, "<request>")
    facts = facts_of_document(source, ruleset.vocabulary)
    known = {*ruleset.vocabulary.scalars, *ruleset.vocabulary.collections}
    subjects = {each.about for each in ruleset.vocabulary.facts.values()}
    faults = [
        Diagnostic(
            "unknown-fact", f"there is no fact `{name}` (at {key})", hint="send the linkId of a question"
        )
        for key, names in (
            ("last", [document.last] if document.last else []),
            ("closed_to", document.closed_to),
        )
        for name in names
        if name not in known
    ]
    faults += [
        Diagnostic(
            "unknown-subject", f"no fact is about `{name}`", hint=f"there are {', '.join(sorted(subjects))}"
        )
        for name in document.about or ()
        if name not in subjects
    ]
    if faults:
        raise FactsError(faults)
    assessment = assess(ruleset, facts, on=document.on, policy=policy)
    found = next_questions(
        assessment,
        document.goal,
        document.number,
        last=document.last,
        closed_to=document.closed_to,
        about=document.about,
    )
    return response(assessment, found)


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
