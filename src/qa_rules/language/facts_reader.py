"""One fact as a file or a caller gives it, with its evidence: read with care, and with a word for every fault."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from contextlib import suppress
from typing import Any

import attrs

from qa_rules.language.reading import Raw, Source, Trail
from qa_rules.language.values import (
    ValueFault,
    as_python,
    did_you_mean,
    near,
    parse_date,
    parse_judge,
    parse_text,
    parse_value,
    parse_yes_no,
)
from qa_rules.model.facts import Evidence, FactDeclaration, FactValue, Records
from qa_rules.model.values import Strength

DATES = ("on", "since", "valid_until", "as_of")
TEXTS = ("source", "by", "role", "reference", "reason")
_EVIDENCE = (*TEXTS, *DATES, "strength", "inherited")
_OF_LISTS = ("records", "partial", "evidence", "list_evidence")
"""`evidence` is that of the list and of all its records, for want of their own; `list_evidence` of the list alone."""
MOST_RECORDS = 20_000


def around(evidence: Evidence) -> Evidence:
    """Return evidence as values inherit it: who said it, and when, do not stand on the value itself."""
    return attrs.evolve(evidence, inherited=bool(evidence.by and evidence.on))


def report_since(source: Source, evidence: Evidence, trail: Trail) -> None:
    """Report a value that is so since a day after that of its evidence."""
    if evidence.since is not None and evidence.dated is not None and evidence.since > evidence.dated:
        message = f"it is so since {evidence.since}, and its evidence is of {evidence.dated}"
        hint = "`since` is no later than the day of the evidence: put one of the two right"
        source.fault("since", message, trail, hint)


@attrs.frozen
class FactsReader:
    """Reads the facts of one source; faults go to it."""

    source: Source
    seen: dict[tuple[object, ...], tuple[Evidence, Evidence]] = attrs.field(factory=dict)
    """Evidence that was read before: what it inherited, and what it is. Many facts share one."""

    def near(self, word: str, known: Iterable[str]) -> str:
        """Return a hint that names the nearest known word, or empty; none is looked for where it is not told."""
        return near(self.source, word, known)

    def items(self, raw: Mapping[str, Raw], trail: Trail) -> Iterable[tuple[str, Raw]]:
        """Yield names and values; a mapping of somebody else's may hold a key twice, and that is a fault."""
        if type(raw) is dict:
            return raw.items()
        found: dict[str, Raw] = {}
        for key, given in raw.items():
            if key in found:
                self.source.fault(
                    "duplicate-key", f"the key `{key}` is given twice", (*trail, key), "keep one", key=True
                )
            found[key] = given
        return found.items()

    def evidence(self, raw: Raw, trail: Trail, inherited: Evidence, *, on_value: bool = False) -> Evidence:
        """Return the evidence with what is given here, around values or on one, laid over what is inherited."""
        if not isinstance(raw, Mapping):
            self.source.fault(
                "evidence", "evidence is a mapping", trail, f"its keys are {', '.join(_EVIDENCE)}"
            )
            return inherited
        if not raw:
            return inherited
        told = (id(inherited), on_value, *raw.items())
        with suppress(TypeError):  # what cannot be hashed is at fault, and that is said below
            if told in self.seen:
                return self.seen[told][1]
        before = len(self.source.diagnostics)
        evidence = self._evidence(raw, trail, inherited, on_value)
        if len(self.source.diagnostics) == before:
            self.seen[told] = (inherited, evidence)
        return evidence

    def _evidence(
        self, raw: Mapping[str, Raw], trail: Trail, inherited: Evidence, on_value: bool
    ) -> Evidence:
        found: dict[str, Any] = {}
        for key, given in self.items(raw, trail):
            if key not in _EVIDENCE:
                hint = self.near(str(key), _EVIDENCE) or f"its keys are {', '.join(_EVIDENCE)}"
                self.source.fault(
                    "unknown-key", f"unknown key `{key}` in evidence", (*trail, key), hint, key=True
                )
                continue
            if given is None:
                continue
            try:
                found[key] = self._one(key, given)
            except ValueFault as fault:
                self.source.fault("value", fault.message, (*trail, key), fault.hint)
        if not found:
            return inherited
        if "on" in found and "since" not in found:
            # Since when something is so belongs to the evidence beside it: a day of its own has none.
            found["since"] = None
        evidence = attrs.evolve(inherited, **found)
        if "inherited" not in found:
            stands_here = on_value and "by" in found and "on" in found
            evidence = attrs.evolve(evidence, inherited=False) if stands_here else around(evidence)
        report_since(self.source, evidence, (*trail, "since" if "since" in found else "on"))
        return evidence

    @staticmethod
    def _one(key: str, given: Raw) -> object:
        given = as_python(given)
        if key in DATES:
            return parse_date(given)
        if key == "inherited":
            return parse_yes_no(given)
        word = parse_judge(given) if key == "by" else parse_text(given)
        if key != "strength":
            return word
        words = [each.word for each in Strength]
        if word not in words:
            raise ValueFault(
                f"`{word}` is no strength", did_you_mean(word, words) or f"one of {', '.join(words)}"
            )
        return Strength.of(word)

    def value(
        self, raw: Raw, declared: FactDeclaration, trail: Trail, inherited: Evidence
    ) -> FactValue | None:
        """Return a value, bare or with its evidence; None when unknown or at fault."""
        partial, evidence, at = False, inherited, trail
        if not isinstance(raw, str | int) and isinstance(raw, Mapping):
            if "value" not in raw:
                hint = "write `value:` beside the evidence"
                self.source.fault("value", f"`{declared.name}` has no value here", trail, hint)
                return None
            partial = self._flag(raw, "partial", trail)
            if partial and not declared.type.is_set:
                self.source.fault(
                    "value", "only a set can be partial", (*trail, "partial"), "delete `partial`"
                )
            rest = {key: each for key, each in raw.items() if key not in ("value", "partial")}
            evidence = self.evidence(rest, trail, inherited, on_value=True)
            at, raw = (*trail, "value"), raw["value"]
        try:
            value = parse_value(raw, declared)
        except ValueFault as fault:
            self.source.fault("value", f"{declared.name}: {fault.message}", at, fault.hint)
            return None
        return None if value is None else FactValue(value, evidence, partial)

    def _flag(self, raw: Mapping[str, Raw], key: str, trail: Trail) -> bool:
        try:
            # As everywhere, null is as if it were left out.
            return raw.get(key) is not None and parse_yes_no(as_python(raw[key]))
        except ValueFault as fault:
            self.source.fault("value", fault.message, (*trail, key), fault.hint)
            return False

    def document(
        self, raw: Raw, declared: FactDeclaration, trail: Trail, inherited: Evidence
    ) -> dict[str, FactValue]:
        """Return the parts of a document that are known."""
        of_document = None
        if not isinstance(raw, Mapping):
            raw = {"exists": raw}
        elif "value" in raw:
            if isinstance(raw["value"], Mapping):
                self.value({"value": raw["value"]}, declared.fields["exists"], trail, inherited)
                return {}
            rest = {
                key: each for key, each in raw.items() if key not in ("value", *declared.fields, "evidence")
            }
            if "exists" in raw:
                message = f"`{declared.name}` is said to be there twice, by `value` and by `exists`"
                self.source.fault("duplicate-key", message, (*trail, "exists"), "keep one of them", key=True)
            of_document = self.evidence(rest, trail, inherited, on_value=True)
            inherited = self.evidence(rest, trail, inherited)
            raw = {"exists": raw["value"]} | {
                key: each for key, each in raw.items() if key in (*declared.fields, "evidence")
            }
        allowed = [*declared.fields, "evidence"]
        evidence = (
            self.evidence(raw["evidence"], (*trail, "evidence"), inherited)
            if raw.get("evidence") is not None
            else inherited
        )
        found = {}
        for key, given in self.items(raw, trail):
            if key not in allowed:
                hint = self.near(str(key), allowed) or f"its parts are {', '.join(allowed)}"
                self.source.fault(
                    "unknown-fact", f"`{declared.name}` has no part `{key}`", (*trail, key), hint, key=True
                )
            elif key != "evidence" and given is not None:
                part = declared.fields[key]
                around_it = of_document if of_document is not None and key == "exists" else evidence
                value = self.value(given, part, (*trail, key), around_it)
                if value is not None:
                    found[part.name] = value
        return found

    def collection(
        self, raw: Raw, declared: FactDeclaration, trail: Trail, inherited: Evidence
    ) -> Records | None:
        """Return the records of a collection."""
        partial, evidence, of_list, at = False, inherited, inherited, trail
        if isinstance(raw, Mapping):
            for key in raw:
                if key not in _OF_LISTS:
                    hint = self.near(str(key), _OF_LISTS)
                    message = f"a collection has no key `{key}`"
                    self.source.fault(
                        "unknown-key", message, (*trail, key), hint or "write a list of records", key=True
                    )
            partial = self._flag(raw, "partial", trail)
            if raw.get("evidence") is not None:
                own = raw["evidence"], (*trail, "evidence"), inherited
                evidence, of_list = self.evidence(*own), self.evidence(*own, on_value=True)
            if raw.get("list_evidence") is not None:
                own = raw["list_evidence"], (*trail, "list_evidence"), of_list
                of_list = self.evidence(*own, on_value=True)
            at, raw = (*trail, "records"), raw.get("records")
        with suppress(ValueFault):  # what is no list is told below
            raw = as_python(raw)
        if not isinstance(raw, list | tuple):
            hint = f"write each {declared.record or 'record'} behind a dash; [] when there are none"
            self.source.fault("value", f"`{declared.name}` is a list of records", at, hint)
            return None
        if len(raw) > MOST_RECORDS:
            self.source.fault(
                "too-large", f"`{declared.name}` has more than {MOST_RECORDS} records", at, "split them"
            )
            return None
        records = [self._record(each, declared, (*at, index), evidence) for index, each in enumerate(raw)]
        return Records(tuple(records), of_list, partial)

    def _record(
        self, raw: Raw, declared: FactDeclaration, trail: Trail, inherited: Evidence
    ) -> dict[str, FactValue]:
        if not isinstance(raw, Mapping):
            fields = ", ".join(declared.fields)
            self.source.fault("value", f"{declared.a_record} is a mapping", trail, f"its fields are {fields}")
            return {}
        evidence = (
            self.evidence(raw["evidence"], (*trail, "evidence"), inherited)
            if raw.get("evidence") is not None
            else inherited
        )
        found = {}
        for key, given in self.items(raw, trail):
            if key == "evidence":
                continue
            if key not in declared.fields:
                hint = self.near(str(key), declared.fields) or f"its fields are {', '.join(declared.fields)}"
                message = f"{declared.a_record} has no field `{key}`"
                self.source.fault("unknown-fact", message, (*trail, key), hint, key=True)
                continue
            value = (
                None if given is None else self.value(given, declared.fields[key], (*trail, key), evidence)
            )
            if value is not None:
                found[key] = value
        return found
