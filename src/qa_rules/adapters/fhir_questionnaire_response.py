"""FHIR QuestionnaireResponse (R4): answers whose `linkId` is a fact, in and out, evidence and all."""

from __future__ import annotations

import datetime
from collections.abc import Iterable, Mapping
from decimal import Decimal
from typing import Any, Final

import attrs

from qa_rules.adapters.entry import Entry, Looked
from qa_rules.adapters.fhir import (
    PARTIAL,
    evidence_in,
    evidence_out,
    partial_in,
    policy_in,
    policy_out,
    reference_out,
    resources,
    who,
)
from qa_rules.adapters.fhir_questionnaire import EMPTY, canonical, number_out
from qa_rules.adapters.fhir_questionnaire import NONE as NONE_OF
from qa_rules.adapters.node import Node, is_unread, quoted
from qa_rules.adapters.reading import NoteKind, Reading
from qa_rules.adapters.taxonomy import BASE
from qa_rules.assessment.arguments import due_day
from qa_rules.assessment.assess import Assessment
from qa_rules.errors import ArgumentError, due
from qa_rules.explain.messages import say
from qa_rules.language.values import ValueFault, parse_value
from qa_rules.model.facts import Evidence, FactDeclaration, Facts, FactType, FactValue, Record, Records
from qa_rules.model.rulesets import Policy, Ruleset
from qa_rules.model.values import NONE, Strength

KIND: Final = "QuestionnaireResponse"
SOURCE: Final = f"FHIR {KIND}"
DONE: Final = ("completed", "amended")
DEEPEST: Final = 20


def read(
    data: Any, ruleset: Ruleset, *, fetched_on: datetime.date, published_on: datetime.date | None = None
) -> Reading:
    """Return the answers of a response, or of each of a list or Bundle, as facts.

    An answer is stated by the author on the day `authored`, unless evidence stands on it as `write` writes it. A
    response that is not finished is told and not read.
    """
    looked = Looked(ruleset, fetched_on, published_on)
    return resources(data, KIND, lambda row: _response(row, looked))


def _response(row: Node, looked: Looked) -> Reading:
    entry = Entry(looked, SOURCE, row)
    subject, author = who(row["subject"]), who(row["author"])
    entry.subject = subject.name
    entry.reference = f"{KIND}/{row['id'].text()}" if row["id"].text() else ""
    entry.identifier("FHIR", subject.reference)
    title, standing = policy_in(row)
    if title:
        text = say(
            "It was answered under {title}, {standing}.", title=quoted(title), standing=standing or "?"
        )
        entry.note(NoteKind.TOLD, text, row["extension"])
    asked = row["questionnaire"].text().partition("|")[0]
    if asked.startswith(f"{BASE}:") and asked != canonical(looked.ruleset):
        text = say(
            "It answers {questions}, not the questions of {ruleset}.",
            questions=quoted(asked),
            ruleset=looked.ruleset.id,
        )
        entry.note(NoteKind.ASK, text, row["questionnaire"])
    status = row["status"].text()
    if status not in DONE:
        text = say("Its status is {status}, so its answers are not taken.", status=quoted(status or "-"))
        entry.note(NoteKind.ASK, text, row["status"])
        return entry.reading()
    on = row["authored"].day(in_part=True)
    if not is_unread(row["authored"], on):
        on = on or row["meta"]["lastUpdated"].day() or looked.published_on
    if not entry.is_before_fetching(on, row["authored"]):
        return entry.reading()
    by = author.name if author.is_person else ""
    around = Evidence(
        SOURCE, Strength.STATED, by=by, on=on, reference=entry.reference, inherited=bool(by and on)
    )
    reader = _Answers(entry, around)
    reader.items(row["item"], 0)
    found = entry.reading()
    # Where something could not be read, an item of a set or a record may be among it: no list is whole then.
    lost = bool(found.diagnostics)
    vocabulary = looked.ruleset.vocabulary
    values = {
        name: attrs.evolve(each, partial=each.partial or (lost and vocabulary.scalars[name].type.is_set))
        for name, each in reader.values.items()
        if name not in reader.contradicted
    }
    lists = {
        name: attrs.evolve(each, partial=each.partial or lost)
        for name, each in reader.lists.items()
        if name not in reader.contradicted
    }
    return attrs.evolve(found, facts=Facts(values, lists, entry.subject))


@attrs.define(eq=False)
class _Answers:
    """Reads items one after the other."""

    entry: Entry
    around: Evidence
    values: dict[str, FactValue] = attrs.field(factory=dict)
    lists: dict[str, Records] = attrs.field(factory=dict)
    contradicted: set[str] = attrs.field(factory=set)

    def items(self, place: Node, depth: int) -> None:
        vocabulary = self.entry.looked.ruleset.vocabulary
        groups: dict[str, list[Node]] = {}
        for item in place.objects():
            link = item["linkId"].text()
            name = link.removesuffix(NONE_OF).removesuffix(EMPTY)
            if name in vocabulary.collections:
                if link == name:
                    groups.setdefault(name, []).append(item)
                elif self._says_none(item):
                    self._keep(name, Records((), self.evidence(self._first(item))), item)
                continue
            declared = vocabulary.scalars.get(name)
            if declared is not None:
                value = self.value(item, declared)
                if value is not None:
                    self._take(name, value, item)
            elif item["answer"].given is not None:
                text = say(
                    "The answer to {link} is none of the facts of {ruleset}.",
                    link=quoted(link or "?"),
                    ruleset=self.entry.looked.ruleset.id,
                )
                self.entry.note(NoteKind.TOLD, text, item)
            if depth < DEEPEST:
                self.items(item["item"], depth + 1)
                for answer in item["answer"].objects():
                    self.items(answer["item"], depth + 1)
            elif item["item"].given is not None:
                item.fault("this is nested too deeply", "write items beside each other", "too-deep")
        for name, given in groups.items():
            self._list(name, given, vocabulary.collections[name])

    def _take(self, name: str, value: FactValue, at: Node) -> None:
        before = self.values.get(name)
        if before is not None and before.value != value.value:
            self.contradicted.add(name)
            self.entry.note(NoteKind.CONFLICT, say("{name} is answered in two ways.", name=name), at, name)
        self.values[name] = value

    def evidence(self, at: Node) -> Evidence:
        return evidence_in(at, self.around)

    def _first(self, item: Node) -> Node:
        return next(item["answer"].objects(), item)

    def _says_none(self, item: Node) -> bool:
        return _given(self._first(item)) is True

    def value(self, item: Node, declared: FactDeclaration) -> FactValue | None:
        """Return the value of an item; None where nothing is answered, or the answer does not fit."""
        answers = [each for each in item["answer"].objects() if _given(each, declared) is not None]
        if not answers:
            return None
        first = answers[0]
        raw: Any = _given(first, declared)
        link = item["linkId"].text()
        if link.endswith((NONE_OF, EMPTY)):
            raw = None if raw is not True else NONE if link.endswith(NONE_OF) else []
        elif declared.type.is_set:
            raw = [one for each in answers for one in _many(_given(each, declared))]
        elif any(_given(each, declared) != raw for each in answers[1:]):
            text = say("{name} is answered in two ways.", name=declared.name)
            self.entry.note(NoteKind.CONFLICT, text, item, declared.name)
            return None
        try:
            value = parse_value(raw, declared)
        except ValueFault as fault:
            first.fault(f"{declared.name}: {fault.message}", fault.hint)
            return None
        evidence = self.evidence(first)
        if value is None:
            return None
        if evidence.dated is None:
            first.fault("nothing says on which day this was answered", "give `authored`", "date")
            return None
        if not self.entry.is_before_fetching(evidence.dated, first):
            return None
        return FactValue(value, evidence, declared.type.is_set and partial_in(item))

    def _list(self, name: str, groups: Iterable[Node], declared: FactDeclaration) -> None:
        groups = list(groups)
        records: list[Record] = []
        known = {each.name: each for each in declared.fields.values()}
        for group in groups:
            record: dict[str, FactValue] = {}
            for item in group["item"].objects():
                link = item["linkId"].text()
                field = known.get(link.removesuffix(NONE_OF).removesuffix(EMPTY).removeprefix(f"{name}."))
                value = None if field is None else self.value(item, field)
                if field is not None and value is not None:
                    record[field.name] = value
            records.append(record)
        evidence = self.evidence(groups[0])
        if evidence.dated is not None and self.entry.is_before_fetching(evidence.dated, groups[0]):
            self._keep(name, Records(tuple(records), evidence, any(map(partial_in, groups))), groups[0])

    def _keep(self, name: str, found: Records, at: Node) -> None:
        if name in self.lists:
            self.contradicted.add(name)
            self.entry.note(NoteKind.CONFLICT, say("{name} is answered in two ways.", name=name), at, name)
        self.lists[name] = found


def _given(answer: Node, declared: FactDeclaration | None = None) -> Any:
    """What an answer holds: the code of a coding, the number of a quantity, else the value as it is."""
    held = [
        key
        for key, value in answer.given.items()
        if isinstance(key, str) and key.startswith("value") and value is not None
    ]
    if len(held) > 1:
        answer.fault(
            f"this answer holds {' and '.join(f'`{each}`' for each in held[:3])}", "keep one of them"
        )
    if len(held) != 1:
        return None
    given = answer[held[0]]
    match held[0], given.given:
        case "valueCoding", Mapping():
            if given["code"].given is None:
                given.fault("this answer has no code", "give the `code` of the option")
            return given["code"].given
        case "valueQuantity", Mapping():
            return given["value"].given if _is_of_unit(given, declared) else None
        case _, Mapping():
            given.fault("this is no kind of answer that a fact takes", "give a code, text, number or date")
            return None
        case "valueDateTime", _:
            return given.day()
        case _:
            return given.given


def _is_of_unit(quantity: Node, declared: FactDeclaration | None) -> bool:
    """Whether a quantity is of the unit of the fact, or says none: nothing is worked out from one to another."""
    due = "" if declared is None else declared.unit
    said = [text for key in ("unit", "code") if (text := quantity[key].text())]
    if not said or any(each.casefold() == due.casefold() for each in said):
        return True
    hint = f"give the number in {due}" if due else "give the number alone"
    quantity.fault(f"this is in {quoted(said[0], 60)}, which is not the unit of the fact", hint)
    return False


def _many(raw: Any) -> list[Any]:
    return list(raw) if isinstance(raw, list | tuple) else [raw]


def write(
    of: Facts | Assessment,
    ruleset: Ruleset,
    policy: Policy | None = None,
    *,
    author: str,
    authored: datetime.date,
) -> dict[str, Any]:
    """Return facts as a response; `read` gives the same facts back, with the evidence of each.

    Args:
        of: facts, or the assessment whose facts are meant.
        ruleset: whose facts they are.
        policy: under which they were asked, named with its standing.
        author: who hands them in, as a reference or a name.
        authored: on which day.

    """
    due("of", of, (Facts, Assessment), "Facts, or an Assessment")
    due("ruleset", ruleset, Ruleset, "a Ruleset, as load_ruleset returns it")
    due("author", author, str, "a reference, or a name")
    due_day("authored", authored)
    if not author.strip():
        raise ArgumentError("`author` is empty")
    facts = of.work.given if isinstance(of, Assessment) else of
    vocabulary = ruleset.vocabulary
    items: list[dict[str, Any]] = []
    for name, declared in vocabulary.scalars.items():
        if name in facts.values:
            items.append(_item_out(name, facts.values[name], declared))
    for name, declared in vocabulary.collections.items():
        if name in facts.collections:
            items += _list_out(name, facts.collections[name], declared)
    subject = {"subject": {"display": facts.subject}} if facts.subject else {}
    return {
        "resourceType": KIND,
        "extension": policy_out(ruleset.base or ruleset, policy),
        "questionnaire": canonical(ruleset),
        "status": "completed",
        **subject,
        "authored": authored.isoformat(),
        "author": reference_out(author),
        **({"item": items} if items else {}),
    }


def _item_out(name: str, given: FactValue, declared: FactDeclaration) -> dict[str, Any]:
    told = {"extension": [evidence_out(given.evidence)]}
    more = {"extension": [{"url": PARTIAL, "valueBoolean": True}]} if given.partial else {}
    if given.value is NONE:
        return {**more, "linkId": f"{name}{NONE_OF}", "answer": [{**told, "valueBoolean": True}]}
    if given.value == frozenset():
        return {**more, "linkId": f"{name}{EMPTY}", "answer": [{**told, "valueBoolean": True}]}
    many = sorted(given.value) if isinstance(given.value, frozenset) else [given.value]
    answers = [{**told, **_answer(each, declared)} for each in many]
    return {**more, "linkId": name, "answer": answers}


def _answer(value: Any, declared: FactDeclaration) -> dict[str, Any]:
    if declared.type in (FactType.CHOICE, FactType.CHOICES):
        return {"valueCoding": {"code": value, "display": declared.options[value]}}
    if isinstance(value, bool):
        return {"valueBoolean": value}
    if isinstance(value, datetime.date):
        return {"valueDate": value.isoformat()}
    if declared.type is FactType.INTEGER:
        return {"valueInteger": int(value)}
    if isinstance(value, int | Decimal):
        number = number_out(value)
        exact = Decimal(repr(number)) == value
        return {"valueDecimal": number} if exact else {"valueString": format(Decimal(value), "f")}
    return {"valueString": value}


def _list_out(name: str, given: Records, declared: FactDeclaration) -> list[dict[str, Any]]:
    told = [evidence_out(given.evidence)] + (
        [{"url": PARTIAL, "valueBoolean": True}] if given.partial else []
    )
    groups: list[dict[str, Any]] = []
    for record in given.records:
        inside = [
            _item_out(f"{name}.{field}", record[field], each)
            for field, each in declared.fields.items()
            if field in record
        ]
        groups.append({"extension": told, "linkId": name, **({"item": inside} if inside else {})})
    if not groups and not given.partial:
        groups.append({"linkId": f"{name}{EMPTY}", "answer": [{"extension": told, "valueBoolean": True}]})
    return groups


__all__ = ["read", "write"]
