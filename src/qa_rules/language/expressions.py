"""From structure and tests to expressions of the model, every name and type checked."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping
from enum import Enum

import attrs

from qa_rules.language.habits import UNKNOWN_WORDS, certain, meant_by
from qa_rules.language.instead import Instead
from qa_rules.language.leaves import LeafReader
from qa_rules.language.parsing import SyntaxFault, parse
from qa_rules.language.reading import Raw, Source, Span, Trail
from qa_rules.language.shapes import MISSING
from qa_rules.language.values import ValueFault, near, parse_integer, parse_yes_no
from qa_rules.model import expressions as ex
from qa_rules.model.facts import FactDeclaration, Vocabulary
from qa_rules.model.nodes import NodeId
from qa_rules.model.rulesets import ParameterDeclaration
from qa_rules.model.values import Severity

MOST_DEPTH = 32
MOST_OPERANDS = 2_000
_NO_LIST = (ex.Constant(None, "fault"),)
"""In place of a list of operands that cannot be read: nothing more can be said of it."""
_STRUCTURES = "all_of, any_of, at_least, not, only_when, `every <collection>`, `some <collection>`"


_ALWAYS = frozenset({"always", "default", "else", "everybody", "otherwise", "true", "yes"})
"""What people write where no test is meant."""


class Slot(Enum):
    """Where an expression stands decides which references it may hold."""

    CLAUSE = "clause"
    """applies_when, met_when, tests of a policy: bare references in all_of only, nothing graded."""
    VALUE = "value"
    """What a named value is made of: as in a clause, but no bare reference, for what uses the value is not guarded."""
    NEEDS = "needs"
    """Tiers, routes, locks: also `at strength`."""
    OUTCOME = "outcome"
    """Outcomes: also `is not met` and the tier tests."""


_OF_RULES = (Slot.CLAUSE, Slot.VALUE)


@attrs.frozen
class Scope:
    """What the expressions of a ruleset may name."""

    vocabulary: Vocabulary
    parameters: Mapping[str, ParameterDeclaration]
    references: Collection[str] = ()
    """Ids of requirements and groups."""
    values: Mapping[str, FactDeclaration] = {}
    """Values that the ruleset defines, as facts of their types."""


@attrs.frozen
class _Here:
    """Where the reader is: the record in hand, whether a bare reference may stand, and how deep."""

    slot: Slot
    bare: bool
    collection: FactDeclaration | None = None
    depth: int = 0
    negated: bool = False
    """Under a not, where `is not met` would say *satisfied* and slip past what keeps that out of there."""
    covering: bool = False


@attrs.frozen
class ExpressionReader:
    """Reads expressions of one file; faults go to its source, and unknown stands where one was."""

    source: Source
    scope: Scope

    def read(self, raw: Raw, trail: Trail, slot: Slot = Slot.CLAUSE, left_out: str = "") -> ex.Expr:
        """Return the expression at `trail`. `left_out`: where it need not be there, what happens without it."""
        if raw is MISSING:
            return ex.Constant(None, "fault")
        word = raw.strip().lower() if isinstance(raw, str) else ""
        if word in _ALWAYS and word not in self.scope.vocabulary.facts:
            hint = (
                f"leave `{trail[-1]}` out: {left_out}"
                if left_out
                else "write when it holds, as a test of facts; the last outcome may say `otherwise`"
                if slot is Slot.OUTCOME
                else "write when it holds, as a test of facts"
            )
            return self._fault("syntax", f"`{raw.strip()}` is no test", trail, hint)
        return self._read(raw, trail, _Here(slot, bare=slot is not Slot.VALUE))

    def value_test(self, raw: Raw, trail: Trail, collection: FactDeclaration | None = None) -> ex.Expr:
        """Return the test at `trail` inside a value, or of which records of a collection it speaks."""
        return self._read(raw, trail, _Here(Slot.VALUE, bare=False, collection=collection, depth=1))

    def subject(self, name: str, trail: Trail) -> tuple[ex.Term, FactDeclaration] | None:
        """Return the fact or value of a name, with what is known of it; None after recording a fault."""
        known = {**self.scope.vocabulary.scalars, **self.scope.values}
        if name not in known:
            hint = near(self.source, name, known) or "name a fact or a value, or give a `test:` with a name"
            self.source.fault("unknown-fact", f"there is no fact or value `{name}`", trail, hint)
            return None
        is_value = name in self.scope.values
        return (ex.Named(name) if is_value else ex.Fact(name)), known[name]

    def part(self, text: str, trail: Trail, shift: int, width: int) -> ex.Expr:
        """Return the test of a text that stands in part at `trail`: its faults are moved by `shift` and cut to fit."""
        inner = Source(self.source.name, values={(): Span(1, 1, 1)})
        found = attrs.evolve(self, source=inner)._leaf(text, trail, _Here(Slot.VALUE, bare=False))
        for each in inner.diagnostics:
            self.source.fault(each.code, each.message, trail, each.hint, offset=max(0, shift), width=width)
        return found

    def _fault(self, code: str, message: str, trail: Trail, hint: str, key: bool = False) -> ex.Expr:
        self.source.fault(code, message, trail, hint, key=key)
        return ex.Constant(None, "fault")

    def _read(self, raw: Raw, trail: Trail, here: _Here) -> ex.Expr:
        if here.depth > MOST_DEPTH:
            return self._fault("too-deep", "this expression is nested too deeply", trail, "name a part of it")
        if isinstance(raw, str):
            return self._leaf(raw, trail, here)
        if raw is None:
            hint = "write a test, such as `insured`, or leave this line out"
            return self._fault("expression", "no test is written here", trail, hint)
        if not isinstance(raw, Mapping) or len(raw) != 1:
            hint = f"write a test, or a mapping with one of {_STRUCTURES}"
            if isinstance(raw, Mapping) and {"if", "then"} <= {*raw}:
                hint = "write `only_when:` with `this:` and `then:`"
            what = "an expression has one key" if isinstance(raw, Mapping) else "this is not an expression"
            return self._fault("expression", what, trail, hint)
        ((key, inner),) = raw.items()
        words, below = key.split(), (*trail, key)
        place = self.source.place(below, key=True)
        match words:
            case ["all_of"]:
                return ex.AllOf(self._operands(inner, below, here, here.bare), place=place)
            case ["any_of"]:
                return ex.AnyOf(self._operands(inner, below, here, bare=False), place=place)
            case ["at_least"]:
                return self._at_least(inner, below, here)
            case ["not"]:
                return ex.Not(self._inside(inner, below, attrs.evolve(here, negated=True)), place=place)
            case ["only_when"]:
                return self._only_when(inner, below, here)
            case ["every", name]:
                return self._quantified(ex.Count.EVERY, 0, name, inner, below, here)
            case ["some", name]:
                return self._quantified(ex.Count.SOME, 0, name, inner, below, here)
            case ["at", "least", number, name] if number.isascii() and number.isdecimal() and len(number) < 6:
                return self._quantified(ex.Count.AT_LEAST, int(number), name, inner, below, here)
            case [name, "together"]:
                return self._together(name, inner, below, here)
            case _:
                known = ("all_of", "any_of", "at_least", "not", "only_when", "every", "some")
                hint = (
                    meant_by(key)
                    or near(self.source, words[0] if words else "", known)
                    or f"use one of {_STRUCTURES}"
                )
                return self._fault("expression", f"`{key}` is not a structure", below, hint, key=True)

    def _inside(
        self, raw: Raw, trail: Trail, here: _Here, collection: FactDeclaration | None = None
    ) -> ex.Expr:
        inner = attrs.evolve(here, bare=False, depth=here.depth + 1, collection=collection or here.collection)
        return self._read(raw, trail, inner)

    def _operands(self, raw: Raw, trail: Trail, here: _Here, bare: bool) -> tuple[ex.Expr, ...]:
        if not isinstance(raw, list) or not raw:
            hint = "write each behind a dash"
            if raw == [] and here.slot is Slot.OUTCOME:
                hint = f"{hint}; the last outcome, for all others, may say `when: otherwise`"
            self._fault("expression", "here a list of expressions is due", trail, hint)
            return _NO_LIST
        if len(raw) > MOST_OPERANDS:
            self._fault(
                "too-large", f"more than {MOST_OPERANDS} expressions in one list", trail, "split the list"
            )
            return _NO_LIST
        inner = attrs.evolve(here, bare=bare, depth=here.depth + 1)
        return tuple(self._read(each, (*trail, at), inner) for at, each in enumerate(raw))

    def _keys(self, raw: Raw, trail: Trail, needed: Collection[str], allowed: Collection[str]) -> bool:
        if not isinstance(raw, Mapping):
            self._fault("expression", f"here the keys {_listed(allowed)} are due", trail, "write a mapping")
            return False
        for key in raw:
            if key not in allowed:
                hint = near(self.source, key, allowed) or f"the keys are {_listed(allowed)}"
                self._fault("unknown-key", f"unknown key `{key}`", (*trail, key), hint, key=True)
        missing = [key for key in needed if key not in raw]
        for key in missing:
            self._fault(
                "missing-key", f"`{key}` is missing", trail, f"the keys are {_listed(allowed)}", key=True
            )
        return not missing and all(key in allowed for key in raw)

    def _at_least(self, raw: Raw, trail: Trail, here: _Here) -> ex.Expr:
        if not self._keys(raw, trail, ("count", "of"), ("count", "of")):
            return ex.Constant(None, "fault")
        operands = self._operands(raw["of"], (*trail, "of"), here, bare=False)
        try:
            count = parse_integer(raw["count"])
        except ValueFault as fault:
            return self._fault("value", fault.message, (*trail, "count"), fault.hint)
        if operands is _NO_LIST:
            return operands[0]
        if not 1 <= count <= len(operands):
            hint = f"choose from 1 to {len(operands)}"
            return self._fault("count", f"{count} of {len(operands)} cannot be", (*trail, "count"), hint)
        return ex.AtLeast(count, operands, place=self.source.place(trail, key=True))

    def _only_when(self, raw: Raw, trail: Trail, here: _Here) -> ex.Expr:
        if not self._keys(raw, trail, ("this", "then"), ("this", "then")):
            return ex.Constant(None, "fault")
        condition = self._inside(raw["this"], (*trail, "this"), attrs.evolve(here, negated=True))
        operand = self._inside(raw["then"], (*trail, "then"), here)
        return ex.OnlyWhen(condition, operand, place=self.source.place(trail, key=True))

    def _collection(self, name: str, trail: Trail, here: _Here) -> FactDeclaration | None:
        collections = self.scope.vocabulary.collections
        if here.collection is not None:
            hint = "ask about the other records outside, beside this one"
            self._fault("quantifier", "a quantifier may not stand inside another", trail, hint, key=True)
            return None
        if name not in collections:
            hint = near(self.source, name, collections)
            if not hint and name in self.scope.vocabulary.facts:
                hint = f"`{name}` is not a collection of records"
            self._fault("unknown-fact", f"there is no collection `{name}`", trail, hint, key=True)
            return None
        return collections[name]

    def _quantified(
        self, count: ex.Count, number: int, name: str, raw: Raw, trail: Trail, here: _Here
    ) -> ex.Expr:
        declared = self._collection(name, trail, here)
        if declared is None:
            return ex.Constant(None, "fault")
        place = self.source.place(trail, key=True)
        if count is ex.Count.AT_LEAST and number < 1:
            return self._fault(
                "count", "at least 0 records always holds", trail, "ask for 1 or more", key=True
            )
        plain = not (isinstance(raw, Mapping) and {"where", "meets", "empty_is_met"} & set(raw))
        if plain:
            body = self._inside(raw, trail, here, declared)
            return ex.Quantified(count, number, name, None, body, place=place)
        needed = ("meets",) if count is ex.Count.EVERY else ()
        allowed = ("where", "meets", "empty_is_met") if count is ex.Count.EVERY else ("where", "meets")
        if not self._keys(raw, trail, needed, allowed):
            return ex.Constant(None, "fault")
        where = self._part(raw, "where", trail, attrs.evolve(here, negated=True), declared)
        meets = self._part(raw, "meets", trail, here, declared)
        try:
            empty_is_met = "empty_is_met" in raw and parse_yes_no(raw["empty_is_met"])
        except ValueFault as fault:
            return self._fault("value", fault.message, (*trail, "empty_is_met"), fault.hint)
        return ex.Quantified(count, number, name, where, meets, empty_is_met, place=place)

    def _part(
        self, raw: Raw, key: str, trail: Trail, here: _Here, declared: FactDeclaration
    ) -> ex.Expr | None:
        return self._inside(raw[key], (*trail, key), here, declared) if key in raw else None

    def _together(self, name: str, raw: Raw, trail: Trail, here: _Here) -> ex.Expr:
        declared = self._collection(name, trail, here)
        if declared is None or not self._keys(raw, trail, ("cover",), ("where", "cover")):
            return ex.Constant(None, "fault")
        where = self._part(raw, "where", trail, here, declared)
        covering = attrs.evolve(here, covering=True)
        cover = self._inside(raw["cover"], (*trail, "cover"), covering, declared)
        match cover:
            case ex.Includes(ex.Field(_, field), ex.Inclusion.ALL, target) if not isinstance(
                target, ex.Field
            ):
                return ex.Together(name, where, field, target, place=self.source.place(trail, key=True))
            case ex.Constant():
                return cover
            case _:
                hint = "write `<field of the records> includes all of <what must be covered>`"
                return self._fault("cover", "this does not say what is covered", (*trail, "cover"), hint)

    def _leaf(self, text: str, trail: Trail, here: _Here) -> ex.Expr:
        place = self.source.place(trail)
        try:
            tree = parse(str(text))
        except SyntaxFault as fault:
            word = (re.match(r"[\w.-]*", text) or [""])[0]
            meant = self._meant(word)
            told = SyntaxFault(f"`{word}` does not fit here", 0, len(word), meant) if meant else fault
            told = self._option_meant(word, text, told)
            self.source.fault("syntax", told.message, trail, told.hint, offset=told.offset, width=told.width)
            return ex.Constant(None, "fault")

        def report(code: str, message: str, hint: str, offset: int, width: int) -> None:
            meant = self._meant(text[offset : offset + width]) if code == "unknown-fact" else ""
            self.source.fault(code, message, trail, meant or hint, offset=offset, width=width)

        scope = self.scope
        reader = LeafReader(
            scope.vocabulary, scope.parameters, here.collection, scope.values, report, place, here.covering
        )
        expr = reader.read(tree)
        for name, what in reader.referred:
            self._check_reference(name, what, trail, here)
        return expr

    def _meant(self, word: str) -> str:
        """A hint where a word is the id of a requirement or group but for its capitals, or empty."""
        ids = self.scope.references
        if word in UNKNOWN_WORDS:
            return certain(UNKNOWN_WORDS[word], word)
        meant = (
            []
            if word in ids or word in self.scope.vocabulary.facts
            else [each for each in ids if each.lower() == word.lower()]
        )
        if not meant:
            return ""
        hint = f"ids begin with a capital: did you mean `{min(meant)}`?"
        return Instead(hint, word, meant[0]) if len(meant) == 1 else hint

    def _option_meant(self, fact: str, text: str, fault: SyntaxFault) -> SyntaxFault:
        """The fault with a better hint where what does not fit is an option of the fact but for its capitals."""
        declared = self.scope.vocabulary.scalars.get(fact)
        word = text[fault.offset : fault.offset + fault.width]
        if declared is None or word == word.lower() or word.lower() not in declared.options:
            return fault
        said = f"options are written in lower case: did you mean `{word.lower()}`?"
        hint = Instead(said, word, word.lower())
        return SyntaxFault(fault.message, fault.offset, fault.width, hint)

    def _check_reference(self, name: NodeId, what: str, trail: Trail, here: _Here) -> None:
        base = name.rule
        if what == "tier":
            if here.slot is not Slot.OUTCOME:
                self._fault("reference", "tiers are asked in outcomes only", trail, "move this to an outcome")
            return
        if base not in self.scope.references:
            hint = (
                near(self.source, base, self.scope.references)
                or "the ids are those of requirements and groups"
            )
            self._fault("unknown-reference", f"there is no requirement or group `{base}`", trail, hint)
        elif base != name and here.slot in _OF_RULES:
            self._fault(
                "reference", "severities are asked in tiers and outcomes only", trail, f"write `{base}`"
            )
        elif base != name and name.severity is None:
            required, condition, advice = (NodeId.at(base, each) for each in Severity)
            hint = f"write {required}, {condition} or {advice}"
            self._fault("reference", f"`{name.severity_word}` is no severity", trail, hint)
        elif what == "gap" and here.slot is not Slot.OUTCOME:
            self._fault(
                "reference",
                "`is not met` may stand in outcomes only",
                trail,
                f"write `not: {name} applies and is met`",
            )
        elif what == "gap" and here.negated:
            hint = f"write `{name} applies and is met`, or ask it without the not"
            self._fault("reference", "`is not met` may not stand under a not", trail, hint)
        elif what == "graded" and (here.slot in _OF_RULES or not here.bare):
            self._fault(
                "reference", "a strength is asked in tiers and outcomes only, never under a not", trail, ""
            )
        elif what == "bare" and not here.bare:
            hint = f"write `{name} applies and is met`"
            self._fault("reference", f"`{name}` alone may stand only in all_of", trail, hint)


def _listed(words: Collection[str]) -> str:
    return ", ".join(f"`{word}`" for word in words)
