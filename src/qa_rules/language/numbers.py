"""From what `values:` says of a number to the model: parts that are names, constants, products or mappings."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from decimal import Decimal
from typing import Final

import attrs

from qa_rules.language.expressions import ExpressionReader
from qa_rules.language.reading import Raw, Trail
from qa_rules.language.schema import GroupDocument, RequirementDocument, ValueDocument
from qa_rules.language.values import near
from qa_rules.model import expressions as ex
from qa_rules.model import numbers as nu
from qa_rules.model.facts import FactDeclaration
from qa_rules.model.nodes import NodeId

KEYS: Final = ("sum", "difference", "least", "greatest", "count", "share")
_DIGITS: Final = r"-?\d+(?:\.\d+)?"
_PART: Final = re.compile(rf"(?:(?P<factor>{_DIGITS}|policy\.[a-z]\w*) times )?(?P<of>{_DIGITS}|[a-z][\w.]*)")
_FAULT: Final = ex.Literal(Decimal(0))
_FORMS: Final = "write a name, a number, `2 times` and a name, or `{add: 10, when: ...}`"


@attrs.frozen
class NumberReader:
    """Reads numbers of one file; faults go to its source, and 0 stands where one was."""

    reader: ExpressionReader
    requirements: Mapping[str, RequirementDocument]
    groups: Mapping[str, GroupDocument]
    values: Mapping[str, ValueDocument]

    def read(self, key: str, raw: Raw, trail: Trail) -> nu.Number:
        """Return what stands under one of `KEYS`."""
        match key:
            case "sum" if isinstance(raw, Mapping):
                return self._records(raw, trail, ("records", "of"), ("where",))
            case "sum":
                return nu.Sum(self._parts(raw, trail))
            case "difference":
                first, *rest = self._parts(raw, trail)
                less = tuple(nu.Product(ex.Literal(Decimal(-1)), each) for each in rest)
                return nu.Sum((first, *less))
            case "least":
                return nu.Least(self._parts(raw, trail))
            case "greatest":
                return nu.Greatest(self._parts(raw, trail))
            case "count":
                return self._count(raw, trail)
            case _ if isinstance(raw, Mapping):
                return self._records(raw, trail, ("records", "meets"), ("where",))
            case _:
                return nu.Share(tuple(self._asked(raw, trail)))

    def limit(self, raw: str, trail: Trail) -> nu.Number:
        """Return an end of `bounded`: a number, or a setting."""
        found = self._term(raw, trail)
        if not isinstance(found, ex.Literal | ex.Parameter):
            return self._fault(
                "value", "a limit is a number or a setting", trail, "write digits, or `policy.name`"
            )
        return found

    def _fault(self, code: str, message: str, trail: Trail, hint: str, key: bool = False) -> ex.Literal:
        self.reader.source.fault(code, message, trail, hint, key=key)
        return _FAULT

    def _parts(self, raw: Raw, trail: Trail) -> tuple[nu.Number, ...]:
        if not isinstance(raw, list) or len(raw) < 2:
            return (
                self._fault("number", "here two parts or more are due", trail, "write each behind a dash"),
            )
        return tuple(self._part(each, (*trail, at)) for at, each in enumerate(raw))

    def _part(self, raw: Raw, trail: Trail) -> nu.Number:
        if isinstance(raw, int | Decimal) and not isinstance(raw, bool):
            return ex.Literal(Decimal(raw))
        if isinstance(raw, str):
            return self._text(raw, trail)
        if isinstance(raw, Mapping) and set(raw) == {"add", "when"}:
            return self._added(raw, trail)
        if isinstance(raw, Mapping) and len(raw) == 1 and next(iter(raw)) in KEYS[:5]:
            ((key, inner),) = raw.items()
            return self.read(key, inner, (*trail, key))
        return self._fault("number", "this is no part of a number", trail, _FORMS)

    def _added(self, raw: Mapping[str, Raw], trail: Trail) -> nu.Number:
        """So much where a test holds, and nothing elsewhere."""
        worth = self._part(raw["add"], (*trail, "add"))
        if not isinstance(worth, ex.Literal | ex.Parameter):
            return self._fault(
                "number",
                "what is added is a number or a setting",
                (*trail, "add"),
                "write digits, or `policy.name`",
            )
        return nu.Product(worth, nu.Indicator(self.reader.value_test(raw["when"], (*trail, "when"))))

    def _text(self, raw: str, trail: Trail) -> nu.Number:
        found = _PART.fullmatch(raw.strip())
        if found is None:
            return self._fault("number", f"`{raw.strip()}` is no part of a number", trail, _FORMS)
        of = self._term(found["of"], trail)
        if found["factor"] is None:
            return of
        factor = self._term(found["factor"], trail)
        assert isinstance(factor, ex.Literal | ex.Parameter)
        return nu.Product(factor, of)

    def _term(self, word: str, trail: Trail) -> ex.Literal | ex.Parameter | ex.Fact | ex.Named:
        """A constant, a setting, a fact or another value, each of them a number."""
        scope = self.reader.scope
        if re.fullmatch(_DIGITS, word):
            return ex.Literal(Decimal(word))
        name = word.removeprefix("policy.")
        if name != word:
            setting = scope.parameters.get(name)
            if setting is None or setting.type is None or not setting.type.is_number:
                hint = (
                    near(self.reader.source, name, scope.parameters) or "declare a number under `parameters`"
                )
                return self._fault("unknown-parameter", f"there is no number `{word}`", trail, hint)
            return ex.Parameter(name)
        declared: FactDeclaration | None = scope.values.get(word) or scope.vocabulary.scalars.get(word)
        if declared is None:
            known = {*scope.values, *scope.vocabulary.scalars}
            hint = near(self.reader.source, word, known) or "declare it under `facts` or `values`"
            return self._fault("unknown-fact", f"there is no fact or value `{word}`", trail, hint)
        if word in self.values and self.values[word].share is not None:
            hint = "compare it, or count a test of it: `{add: 1, when: ...}`"
            return self._fault("type", f"`{word}` is a share, and cannot be added", trail, hint)
        if not declared.type.is_number:
            counted = word in scope.values or declared.type.value == "yes_no"
            hint = f"write `{{add: 1, when: {word}}}` to count it" if counted else "add integers and decimals"
            return self._fault("type", f"`{word}` is {declared.type.words}, and cannot be added", trail, hint)
        return ex.Named(word) if word in scope.values else ex.Fact(word)

    # Counting

    def _count(self, raw: Raw, trail: Trail) -> nu.Number:
        if isinstance(raw, list):
            return nu.Sum(
                tuple(nu.Indicator(holds, name) for name, _, holds in self._requirements(raw, trail))
            )
        if not isinstance(raw, Mapping):
            hint = "write ids of requirements and groups in a list, or `{records: visits, where: ...}`"
            return self._fault("number", "this does not say what is counted", trail, hint)
        return self._records(raw, trail, ("records",), ("where",))

    def _records(
        self, raw: Mapping[str, Raw], trail: Trail, needed: tuple[str, ...], allowed: tuple[str, ...]
    ) -> nu.Number:
        """What is made of the records of a collection: how many there are, a sum of a number in them, a share."""
        if not set(needed) <= set(raw) <= {*needed, *allowed}:
            keys = ", ".join(f"`{each}:`" for each in needed)
            hint = f"write {keys} and, where not every record counts, `where:`"
            return self._fault("number", "this does not say what of the records is meant", trail, hint)
        name = raw["records"]
        collections = self.reader.scope.vocabulary.collections
        if not isinstance(name, str) or name not in collections:
            hint = near(self.reader.source, str(name), collections) or "records are those of a collection"
            return self._fault("unknown-fact", f"there is no collection `{name}`", (*trail, "records"), hint)
        where, holds = (
            self.reader.value_test(raw[key], (*trail, key), collections[name]) if key in raw else None
            for key in ("where", "meets")
        )
        if holds is not None:
            return nu.ShareOfRecords(name, where, holds)
        return nu.Counted(name, where, self._amount(raw, trail, collections[name]) if "of" in raw else None)

    def _amount(self, raw: Mapping[str, Raw], trail: Trail, collection: FactDeclaration) -> ex.Field | None:
        """The number in each record that is added up."""
        field, fields = str(raw["of"]), collection.fields
        numbers = [name for name, each in fields.items() if each.type.is_number]
        if field in numbers:
            return ex.Field(collection.name, field)
        what = f"is {fields[field].type.words}" if field in fields else "is no field of its records"
        hint = near(self.reader.source, field, numbers) or "add a field that is an integer or a decimal"
        self._fault("type", f"`{field}` {what}, and cannot be added", (*trail, "of"), hint)
        return None

    def _asked(self, raw: Raw, trail: Trail) -> Iterator[tuple[ex.Expr | None, ex.Expr]]:
        if not isinstance(raw, list):
            hint = "write ids of requirements and groups in a list"
            self._fault("number", "this does not say of what it is a share", trail, hint)
            return
        # Whether one applies is a question of its own: one that is met in any case takes nothing from the share.
        for name, when, _ in self._requirements(raw, trail):
            met = NodeId(name) if when is None else NodeId.met(name)
            yield when, ex.Reference(met, place=self.reader.source.place(trail))

    def _requirements(
        self, raw: Sequence[Raw], trail: Trail
    ) -> Iterator[tuple[str, ex.Expr | None, ex.Expr]]:
        """Each requirement once, those of groups among them, with when it applies and that it is met."""
        found: dict[str, None] = {}
        for at, each in enumerate(raw):
            if not isinstance(each, str) or not (each in self.requirements or each in self.groups):
                known = (*self.requirements, *self.groups)
                hint = (
                    near(self.reader.source, str(each), known)
                    or "the ids are those of requirements and groups"
                )
                self._fault(
                    "unknown-reference", f"there is no requirement or group `{each}`", (*trail, at), hint
                )
            else:
                found |= dict.fromkeys(self._inside(each, set()))
        place = self.reader.source.place(trail)
        for name in found:
            always = self.requirements[name].applies_when is None
            when = None if always else ex.Reference(NodeId.applies(name), place=place)
            yield name, when, ex.Reference(NodeId(name), ex.Aspect.MET, place=place)

    def _inside(self, name: str, seen: set[str]) -> Iterator[str]:
        if name in seen:
            return
        seen.add(name)
        if name in self.requirements:
            yield name
        elif name in self.groups:
            for member in self.groups[name].members:
                yield from self._inside(member, seen)
