"""FHIR Questionnaire (R4): the facts of a ruleset, or the next questions, as items whose `linkId` is the fact."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal
from typing import Any, Final, assert_never

from qa_rules.adapters.fhir import policy_out
from qa_rules.adapters.taxonomy import standing_words
from qa_rules.errors import ArgumentError, due
from qa_rules.explain.messages import say
from qa_rules.interview.ranking import Questions
from qa_rules.model.facts import FactDeclaration, FactType
from qa_rules.model.rulesets import Policy, Ruleset

NONE: Final = "#none"
"""Behind the `linkId` of a fact: whether its value is known to be none."""
EMPTY: Final = "#empty"
"""Behind the `linkId` of a set or list: whether it is known that nothing is in it."""
STRUCTURE: Final = "http://hl7.org/fhir/StructureDefinition/"


def write(
    ruleset: Ruleset, policy: Policy | None = None, *, questions: Questions | None = None
) -> dict[str, Any]:
    """Return a questionnaire of the next questions, or else of every fact that the ruleset knows.

    Title and description name the ruleset and the policy, and whether the policy is adopted or an example.
    """
    due("ruleset", ruleset, Ruleset, "a Ruleset, as load_ruleset returns it")
    if questions is not None and not isinstance(questions, Questions):
        raise ArgumentError("`questions` is what next_questions returns, or None")
    under = say("no policy") if policy is None else standing_words(policy)
    asked = (
        list(ruleset.vocabulary.facts) if questions is None else [each.fact for each in questions.questions]
    )
    items = [item for name in asked for item in _items(ruleset, name)]
    return {
        "resourceType": "Questionnaire",
        "extension": policy_out(ruleset.base or ruleset, policy),
        "url": canonical(ruleset),
        "title": ruleset.title,
        "description": say("What {ruleset} asks, under {policy}.", ruleset=ruleset.title, policy=under),
        "status": "active",
        "subjectType": ["HealthcareService", "Organization"],
        **({"item": items} if items else {}),
    }


def canonical(ruleset: Ruleset) -> str:
    """Return the address by which a response names the questionnaire of a ruleset."""
    return f"urn:qa-rules:{(ruleset.base or ruleset).id}:facts"


def _items(ruleset: Ruleset, name: str) -> Iterator[dict[str, Any]]:
    vocabulary = ruleset.vocabulary
    declared = vocabulary.scalars.get(name) or vocabulary.facts[name]
    if declared.type is FactType.DOCUMENT:
        for part in declared.fields.values():
            yield from _item(part.name, part)
    else:
        yield from _item(name, declared)


def _item(name: str, declared: FactDeclaration) -> Iterator[dict[str, Any]]:
    item: dict[str, Any] = {"linkId": name, "text": declared.question, "type": _type(declared.type)}
    told: list[dict[str, Any]] = [
        {"url": f"{STRUCTURE}{end}Value", key: value} for end, key, value in _bounds(declared)
    ]
    if declared.unit:
        told.append({"url": f"{STRUCTURE}questionnaire-unit", "valueCoding": {"display": declared.unit}})
    if told:
        item = {"extension": told, **item}
    if declared.type.is_set or declared.type is FactType.COLLECTION:
        item["repeats"] = True
    if declared.options:
        item["answerOption"] = [
            {"valueCoding": {"code": key, "display": words}} for key, words in declared.options.items()
        ]
    if declared.type is FactType.COLLECTION:
        item["item"] = [
            inside for field, each in declared.fields.items() for inside in _item(f"{name}.{field}", each)
        ]
    yield item
    text = say("{question} There is none.", question=declared.question)
    if declared.may_be_none:
        yield {"linkId": f"{name}{NONE}", "text": text, "type": "boolean"}
    if declared.type.is_set or declared.type is FactType.COLLECTION:
        yield {"linkId": f"{name}{EMPTY}", "text": text, "type": "boolean"}


def _bounds(declared: FactDeclaration) -> Iterator[tuple[str, str, int | float]]:
    for end, bound in (("min", declared.least), ("max", declared.most)):
        if bound is not None:
            whole = declared.type is FactType.INTEGER
            yield end, "valueInteger" if whole else "valueDecimal", int(bound) if whole else number_out(bound)


def number_out(number: Decimal | int) -> int | float:
    """Return a number as JSON has it."""
    return int(number) if number == int(number) else float(number)


def _type(kind: FactType) -> str:
    match kind:
        case FactType.YES_NO | FactType.JUDGEMENT:
            return "boolean"
        case FactType.INTEGER:
            return "integer"
        case FactType.DECIMAL:
            return "decimal"
        case FactType.DATE:
            return "date"
        case FactType.CHOICE | FactType.CHOICES:
            return "choice"
        case FactType.CODE | FactType.CODES:
            return "string"
        case FactType.TEXT:
            return "text"
        case FactType.COLLECTION | FactType.DOCUMENT:
            return "group"
        case _:
            assert_never(kind)


__all__ = ["canonical", "write"]
