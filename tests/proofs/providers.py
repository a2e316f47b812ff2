"""Made-up providers who attack what was proved: of random values, and built from the rules' own tests.

Random lists alone hardly ever hold three kinds of records at once. So a provider is built for a wish, yes or no, about
each test that the rules make: facts and records are given the values that the tests name, or values beside them.
"""

from __future__ import annotations

import datetime
import random
from collections.abc import Iterator, Sequence

import attrs

from qa_rules.model.expressions import (
    AllOf,
    AnyOf,
    AtLeast,
    Compare,
    Count,
    Expr,
    Fact,
    Field,
    Given,
    Includes,
    Literal,
    Not,
    OneOf,
    OnlyWhen,
    Op,
    Quantified,
    Together,
    Within,
    terms,
    walk,
)
from qa_rules.model.facts import Evidence, FactDeclaration, Facts, FactType, FactValue, Record, Records
from qa_rules.model.values import NONE, Strength, Value
from qa_rules.program.bind import ClosedRuleset
from tests.semantics.completions import could_be

Wishes = dict[str, Value | None]


@attrs.define
class Maker:
    """Makes providers of a ruleset, all of whose evidence is verified."""

    closed: ClosedRuleset
    on: datetime.date
    codes: Sequence[str]
    longest: int
    chance: random.Random
    tests: list[Expr] = attrs.field(init=False)
    pool: frozenset[Value] = attrs.field(init=False)
    choices: dict[int, list[Value]] = attrs.field(init=False, factory=dict)
    """By declaration, the values that stand for all that it can be; in one order, so that a provider comes again."""

    def __attrs_post_init__(self) -> None:
        self.tests = [each for node in self.closed.nodes for each in walk(node.expr)]
        named: set[Value] = {self.on, *self.codes}
        for test in self.tests:
            for term in terms(test):
                if isinstance(term, Literal):
                    named |= term.value if isinstance(term.value, frozenset) else {term.value}
        days = (0, 1, 29, 31, 89, 300, 366, 731, 1100)
        named |= {self.on + sign * datetime.timedelta(days=each) for each in days for sign in (-1, 1)}
        self.pool = frozenset(named)

    def providers(self, number: int) -> Iterator[Facts]:
        """Yield so many: a third at random, a third built from the tests, a third close to one of those."""
        before = self.provider({})
        for at in range(number):
            if at % 3 == 2:
                yield self.near(before)
                continue
            before = self.provider(self.wished() if at % 3 else {}, built=at % 3 == 1)
            yield before

    def wished(self) -> Wishes:
        """Values of facts that make some tests hold and others fail."""
        found: Wishes = {}
        for node in self.closed.nodes:
            if self.chance.random() < 0.7:
                found |= self.wish(node.expr, self.chance.random() < 0.8)
        return found

    def provider(self, wishes: Wishes, built: bool = False) -> Facts:
        vocabulary, known = self.closed.ruleset.vocabulary, self.chance.choice((0.5, 0.8, 1))
        values = {
            name: self.value(declared, wishes.get(name))
            for name, declared in vocabulary.scalars.items()
            if name in wishes or self.chance.random() < known
        }
        lists = {
            name: Records(tuple(self.records(declared, built)), SURE, self.chance.random() < 0.2)
            for name, declared in vocabulary.collections.items()
            if built or self.chance.random() < known
        }
        return self.lawful(Facts({k: v for k, v in values.items() if v is not None}, lists))

    def near(self, facts: Facts) -> Facts:
        """One value, field or record otherwise, or left out."""
        vocabulary = self.closed.ruleset.vocabulary
        values, lists = dict(facts.values), dict(facts.collections)
        name = self.chance.choice([*vocabulary.scalars, *vocabulary.collections])
        if name in vocabulary.scalars:
            new = self.value(vocabulary.scalars[name], None)
            values.pop(name, None)
            if new is not None and self.chance.random() < 0.7:
                values[name] = new
        else:
            records = list(lists[name].records) if name in lists else []
            at = self.chance.randrange(len(records) + 1)
            declared = vocabulary.collections[name]
            if at < len(records) and self.chance.random() < 0.5:
                key = self.chance.choice([*declared.fields])
                new = self.value(declared.fields[key], None)
                kept = {each: value for each, value in records[at].items() if each != key}
                records[at] = kept if new is None else {**kept, key: new}
            elif at < len(records):
                del records[at]
            elif len(records) < self.longest:
                records.append(self.record(declared, {}))
            lists[name] = Records(tuple(records), SURE, self.chance.random() < 0.2)
        return self.lawful(Facts(values, lists))

    def lawful(self, facts: Facts) -> Facts:
        """Leave out what another fact excludes."""
        scalars, values = self.closed.ruleset.vocabulary.scalars, dict(facts.values)
        for name in list(values):
            for other in scalars[name].excludes if name in values else ():
                both = [values.get(each) for each in (name, other)]
                if all(each is not None and each.value is True for each in both):
                    del values[other]
        return Facts(values, facts.collections)

    def records(self, declared: FactDeclaration, built: bool) -> Iterator[Record]:
        room = self.longest
        if not built:
            room = self.chance.randrange(room + 1)
            yield from (self.record(declared, {}) for _ in range(room))
            return
        asked = [
            each
            for each in self.tests
            if isinstance(each, Quantified | Together) and each.collection == declared.name
        ]
        for test in dict.fromkeys(asked):
            number = test.number if isinstance(test, Quantified) and test.count is Count.AT_LEAST else 1
            number = max(0, number + self.chance.choice((-1, 0, 0, 0, 1)))
            wanted = self.chance.random() < 0.8
            for _ in range(min(number, room)):
                wishes = {} if test.where is None else self.wish(test.where, True)
                if isinstance(test, Quantified) and test.body is not None:
                    wishes |= self.wish(test.body, wanted)
                room -= 1
                yield self.record(declared, wishes)

    def record(self, declared: FactDeclaration, wishes: Wishes) -> Record:
        found = {key: self.value(each, wishes.get(key)) for key, each in declared.fields.items()}
        sure = self.chance.random() < 0.7
        return {
            key: value
            for key, value in found.items()
            if value is not None and (key in wishes or sure or self.chance.random() < 0.7)
        }

    def value(self, declared: FactDeclaration, wish: Value | None) -> FactValue | None:
        evidence = SURE
        if declared.type is FactType.JUDGEMENT:
            evidence = attrs.evolve(SURE, by="N. Osei", on=self.on)
        if declared.may_be_none and wish is None and self.chance.random() < 0.2:
            return FactValue(NONE, evidence)
        if declared.type is FactType.TEXT:
            return FactValue("some words", evidence)
        choices = self.choices.get(id(declared))
        if choices is None:
            is_code = declared.type in (FactType.CODE, FactType.CODES)
            found = list[Value](self.codes) if is_code else could_be(declared, self.pool)
            choices = self.choices[id(declared)] = sorted(found, key=repr)
        if not declared.type.is_set:
            if wish in choices:
                return FactValue(wish, evidence)
            return FactValue(self.chance.choice(choices), evidence) if choices else None
        share = self.chance.choice((0, 0.4, 1))
        items = frozenset(str(each) for each in choices if self.chance.random() < share)
        if isinstance(wish, frozenset):
            items = frozenset(str(each) for each in wish if each in choices)
        return FactValue(items, evidence, self.chance.random() < 0.2)

    def wish(self, test: Expr, holds: bool) -> Wishes:
        """Values that make a test hold or fail, as far as it names them."""
        pick = self.chance.choice
        match test:
            case Not(operand):
                return self.wish(operand, not holds)
            case AllOf(operands) | AnyOf(operands) | AtLeast(_, operands) if operands:
                if isinstance(test, AnyOf) == holds and not isinstance(test, AtLeast):
                    return self.wish(pick(operands), holds)
                found: Wishes = {}
                for each in operands:
                    found |= self.wish(each, holds)
                return found
            case OnlyWhen(condition, operand):
                return self.wish(condition, True) | self.wish(operand, holds)
            case Compare(Fact(name) | Field(_, name), op, Literal(value), _):
                return {name: self.beside(op, value, holds)}
            case OneOf(Fact(name) | Field(_, name), Literal(value)) if isinstance(value, frozenset) and value:
                return {name: pick(sorted(value))} if holds else {}
            case Includes(Fact(name) | Field(_, name), _, Literal(value)) if isinstance(value, frozenset):
                return {name: value} if holds else {name: frozenset(sorted(value)[1:])}
            case Within(Fact(name) | Field(_, name)) | Within(_, Fact(name) | Field(_, name)):
                days = pick((0, 1, 20)) if holds else pick((-400, 400, 2000))
                return {name: self.on - datetime.timedelta(days=days)}
            case Given(Fact(name) | Field(_, name)):
                return {} if holds else {name: NONE}
            case _:
                return {}

    def beside(self, op: Op, value: Value, holds: bool) -> Value | None:
        """A value for which a comparison holds, or fails, on the edge of it."""
        if op is Op.IS or isinstance(value, bool | str):
            return value if holds else (not value if isinstance(value, bool) else None)
        one: object = datetime.timedelta(days=1) if isinstance(value, datetime.date) else 1
        up = (op in (Op.MORE, Op.AT_LEAST)) == holds
        strict = (op in (Op.MORE, Op.LESS)) == holds
        if not strict:
            return value
        return value + one if up else value - one  # type: ignore[operator]


SURE = Evidence(strength=Strength.VERIFIED)
