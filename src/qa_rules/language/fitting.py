"""Whether facts that were made in Python fit a vocabulary: what a reader sees to where facts come from a file."""

from __future__ import annotations

import datetime
from collections.abc import Mapping
from decimal import Decimal
from types import NoneType
from typing import Any

import attrs

from qa_rules.errors import FactsError
from qa_rules.language.facts_reader import DATES, TEXTS, report_since
from qa_rules.language.reading import Source, Trail
from qa_rules.language.values import (
    ValueFault,
    did_you_mean,
    parse_date,
    parse_judge,
    parse_text,
    parse_value,
)
from qa_rules.model.facts import Evidence, FactDeclaration, Facts, FactType, FactValue, Records, Vocabulary
from qa_rules.model.values import NoneGiven, Strength

_PYTHON: Mapping[FactType, tuple[tuple[type, ...], str]] = {
    FactType.YES_NO: ((bool,), "give True or False"),
    FactType.JUDGEMENT: ((bool,), "give True or False"),
    FactType.INTEGER: ((int,), "give an int"),
    FactType.DECIMAL: ((Decimal, int), "give a Decimal"),
    FactType.DATE: ((datetime.date,), "give a datetime.date"),
    FactType.CHOICE: ((str,), "give the key of an option"),
    FactType.CHOICES: ((frozenset, set, list, tuple), "give a frozenset of keys"),
    FactType.CODE: ((str,), "give text"),
    FactType.CODES: ((frozenset, set, list, tuple), "give a frozenset of text"),
    FactType.TEXT: ((str,), "give text"),
}


def fitting(facts: Facts, vocabulary: Vocabulary) -> Facts:
    """Return facts that fit a vocabulary, without values of which nothing is known. FactsError with every diagnostic.

    Facts that were looked at before, or that were read from a file or mapping, are not looked at again.
    """
    if facts.fits(vocabulary):
        return facts
    source = Source("<facts>")
    checker = _Checker(source)
    values = checker.values(facts.values, vocabulary)
    collections = checker.collections(facts.collections, vocabulary)
    checker.subject(facts.subject)
    if source.diagnostics:
        raise FactsError(source.diagnostics)
    if _unchanged(values, facts.values) and _unchanged(collections, facts.collections):
        facts.found_to_fit(vocabulary)
        return facts
    found = Facts(values, collections, facts.subject)
    found.found_to_fit(vocabulary)
    return found


def _unchanged(found: Mapping[str, object], given: object) -> bool:
    """Whether these are the very things that were given: a set of Python is equal to a frozen one."""
    return (
        isinstance(given, Mapping)
        and found.keys() == given.keys()
        and all(found[name] is given[name] for name in found)
    )


@attrs.frozen
class _Checker:
    source: Source
    sound: dict[int, Evidence] = attrs.field(factory=dict)
    """Evidence that was looked at before, by identity: many values share one."""

    def subject(self, given: object) -> None:
        try:
            if given != "":
                parse_text(given)
        except ValueFault as fault:
            self.source.fault(
                "value", f"the subject: {fault.message}", ("subject",), "give the name of who is assessed"
            )

    def values(self, given: object, vocabulary: Vocabulary) -> dict[str, FactValue]:
        found: dict[str, FactValue] = {}
        for name, each in self._named(given, "values"):
            declared = vocabulary.scalars.get(name)
            if declared is None:
                self._unknown(name, vocabulary)
            elif (value := self.value(each, declared, ("facts", name))) is not None:
                found[name] = value
        return found

    def _named(self, given: object, what: str) -> list[tuple[str, Any]]:
        if not isinstance(given, Mapping):
            self.source.fault("value", f"the {what} of facts are a mapping", (what,), "give names and values")
            return []
        named = []
        for name, each in given.items():
            if isinstance(name, str):
                named.append((name, each))
            else:
                self.source.fault(
                    "unknown-fact", "the name of a fact is text", (what,), "give text as the key"
                )
        return named

    def _unknown(self, name: str, vocabulary: Vocabulary) -> None:
        hint = "the vocabulary of the ruleset does not know it"
        if name in vocabulary.collections:
            message, hint = f"`{name}` is a list of records", "give Records, under `collections`"
        elif name in vocabulary.facts:
            parts = ", ".join(f"`{part.name}`" for part in vocabulary.facts[name].fields.values())
            message, hint = f"`{name}` is a document, of which the parts are given", f"its parts are {parts}"
        elif name in vocabulary.scalars:
            message, hint = f"`{name}` is no list of records", "give a FactValue, under `values`"
        else:
            message = f"there is no fact `{name}`"
            hint = did_you_mean(name, [*vocabulary.scalars, *vocabulary.collections]) or hint
        self.source.fault("unknown-fact", message, ("facts", name), hint, key=True)

    def value(self, given: object, declared: FactDeclaration, trail: Trail) -> FactValue | None:
        if given is None:
            return None
        if not isinstance(given, FactValue):
            message = f"{declared.name}: this is not a FactValue"
            self.source.fault("value", message, trail, "give FactValue(value, evidence)")
            return None
        self.evidence(given.evidence, trail)
        if not isinstance(given.partial, bool):
            self.source.fault(
                "value", "`partial` is True or False", (*trail, "partial"), "give True or False"
            )
        elif given.partial and not declared.type.is_set:
            self.source.fault("value", "only a set can be partial", (*trail, "partial"), "leave it out")
        raw = given.value
        if isinstance(raw, NoneType):  # made by hand, whatever its type says
            return None
        if (raw is True or raw is False) and declared.type in (FactType.YES_NO, FactType.JUDGEMENT):
            return given
        try:
            value = self._typed(raw, declared)
        except ValueFault as fault:
            self.source.fault("value", f"{declared.name}: {fault.message}", trail, fault.hint)
            return None
        same = value == raw and type(value) is type(raw)
        return given if same else attrs.evolve(given, value=value)

    @staticmethod
    def _typed(raw: Any, declared: FactDeclaration) -> Any:
        types, hint = _PYTHON[declared.type]
        number = isinstance(raw, bool) and bool not in types
        if not isinstance(raw, NoneGiven) and (number or not isinstance(raw, types)):
            try:
                parse_value(raw, declared)
            except ValueFault as fault:
                raise ValueFault(fault.message, hint) from None
            kind = f"{type(raw).__module__}.{type(raw).__name__}".removeprefix("builtins.")
            raise ValueFault(f"a value made in Python has Python's type, not {kind}", hint)
        # Read as it is: what is between the blanks, and digits as digits.
        return parse_value(raw, declared)

    def evidence(self, given: object, trail: Trail) -> None:
        if not isinstance(given, Evidence):
            self.source.fault("evidence", "the evidence is not an Evidence", trail, "give Evidence(...)")
            return
        if self.sound.get(id(given)) is given:
            return
        before = len(self.source.diagnostics)
        if type(given.strength) is not Strength:
            hint = f"one of {', '.join(f'Strength.{each.name}' for each in Strength)}"
            self.source.fault("value", "this is no strength", (*trail, "strength"), hint)
        if not isinstance(given.inherited, bool):
            self.source.fault(
                "value", "`inherited` is True or False", (*trail, "inherited"), "give True or False"
            )
        for key in DATES:
            self._part(getattr(given, key), key, trail, datetime.date)
        for key in TEXTS:
            self._part(getattr(given, key), key, trail, str)
        if len(self.source.diagnostics) == before:
            report_since(self.source, given, (*trail, "since"))
        if len(self.source.diagnostics) == before:
            self.sound[id(given)] = given

    def _part(self, part: object, key: str, trail: Trail, kind: type) -> None:
        if part is None or (part == "" and kind is str):
            return
        try:
            if kind is datetime.date and isinstance(part, str):
                raise ValueFault(f"`{key}` is text, where a date is due", "give a datetime.date")
            (parse_date if kind is datetime.date else parse_judge if key == "by" else parse_text)(part)
        except ValueFault as fault:
            self.source.fault("value", f"{key}: {fault.message}", (*trail, key), fault.hint)

    def collections(self, given: object, vocabulary: Vocabulary) -> dict[str, Records]:
        found: dict[str, Records] = {}
        for name, each in self._named(given, "collections"):
            declared = vocabulary.collections.get(name)
            if declared is None:
                self._unknown(name, vocabulary)
            elif each is not None and (records := self._records(each, declared, ("facts", name))) is not None:
                found[name] = records
        return found

    def _records(self, given: object, declared: FactDeclaration, trail: Trail) -> Records | None:
        if not isinstance(given, Records):
            message = f"`{declared.name}` is a list of records"
            self.source.fault("value", message, trail, "give Records((...), evidence)")
            return None
        self.evidence(given.evidence, trail)
        if not isinstance(given.partial, bool):
            self.source.fault(
                "value", "`partial` is True or False", (*trail, "partial"), "give True or False"
            )
        if isinstance(given.records, str) or not isinstance(given.records, tuple | list):
            self.source.fault("value", "the records are a tuple", trail, "give a tuple of mappings")
            return None
        records = tuple(self._record(each, declared, (*trail, at)) for at, each in enumerate(given.records))
        unchanged = len(records) == len(given.records) and all(map(_unchanged, records, given.records))
        return given if unchanged else attrs.evolve(given, records=records)

    def _record(self, given: object, declared: FactDeclaration, trail: Trail) -> Mapping[str, FactValue]:
        if not isinstance(given, Mapping):
            message = f"{declared.a_record} is a mapping"
            self.source.fault("value", message, trail, f"its fields are {', '.join(declared.fields)}")
            return {}
        found: dict[str, FactValue] = {}
        for key, each in given.items():
            field = declared.fields.get(key) if isinstance(key, str) else None
            if field is None:
                hint = did_you_mean(str(key), declared.fields)
                message = f"{declared.a_record} has no field `{key}`"
                hint = hint or f"its fields are {', '.join(declared.fields)}"
                self.source.fault("unknown-fact", message, (*trail, str(key)), hint, key=True)
            elif (value := self.value(each, field, (*trail, key))) is not None:
                found[key] = value
        return found
