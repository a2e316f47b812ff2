"""What each word of a file names, and where: what is declared there, and what is used."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from typing import Final

import attrs

from qa_rules.language.cases import OF_TIERS
from qa_rules.language.numbers import KEYS as NUMBERS
from qa_rules.language.reading import Raw, Source, Trail, mapping
from qa_rules.language.word_reader import Word, WordReader, items
from qa_rules.language.words_of_tests import Scope, Symbol, words_in_test
from qa_rules.program.levels import LEVEL

_TIMES: Final = re.compile(r"(?:(?P<factor>\S+) times )?(?P<of>\S+)")


def scope_of(sources: Iterable[Source]) -> Scope:
    """Return what the files of a ruleset, and its vocabularies, declare for tests."""
    facts: dict[str, Raw] = {}
    values: dict[str, Raw] = {}
    parameters: dict[str, Raw] = {}
    for each in sources:
        data = mapping(each.data)
        facts |= {name: raw for name, raw in mapping(data.get("facts")).items() if isinstance(raw, Mapping)}
        values |= mapping(data.get("values"))
        parameters |= mapping(data.get("parameters"))
        for table in items(data.get("tables")):
            values |= mapping(mapping(table).get("outputs"))
    return Scope(facts, values, parameters)


def words_of(source: Source, kind: str, scope: Scope) -> list[Word]:
    """Return the words of a file of a kind that name something, in the order in which they are met."""
    return list(_Walk(source, scope).of(kind))


@attrs.frozen
class _Walk(WordReader):
    """Finds the words of a whole file."""

    def of(self, kind: str) -> Iterator[Word]:
        data = mapping(self.source.data)
        match kind:
            case "ruleset":
                yield from self._ruleset(data)
            case "vocabulary":
                yield from self._value("vocabulary", data.get("vocabulary"), ("vocabulary",), True)
                yield from self._declared(data.get("facts"), ("facts",))
            case "policy":
                yield from self._policy(data)
            case "cases":
                yield from self._cases(data)
            case _:
                yield from self._facts(data.get("facts"), ("facts",))

    def _ruleset(self, data: Mapping[str, Raw]) -> Iterator[Word]:
        name, edition = data.get("ruleset"), data.get("edition")
        if isinstance(name, str):
            symbol = Symbol("ruleset", f"{name}@{edition}")
            yield from self._word(symbol, self.source.values.get(("ruleset",)), name, True, ())
        for at, name in enumerate(items(data.get("vocabularies"))):
            yield from self._value("vocabulary", name, ("vocabularies", at))
        yield from self._declared(data.get("facts"), ("facts",))
        yield from self._test(data.get("applies_when"), ("applies_when",))
        for name, each in mapping(data.get("parameters")).items():
            here: Trail = ("parameters", name)
            yield from self._key(Symbol("parameter", name), here, True)
            yield from self._options(
                Symbol("parameter", name), mapping(each).get("options"), (*here, "options")
            )
            setting = mapping(mapping(each).get("reading")).get("value")
            yield from self._setting(name, setting, (*here, "reading", "value"))
        for name, each in mapping(data.get("values")).items():
            yield from self._key(Symbol("value", name), ("values", name), True)
            yield from self._test(mapping(each).get("when"), ("values", name, "when"))
            for key in NUMBERS:
                yield from self._number(mapping(each).get(key), ("values", name, key))
        yield from self._tables(data.get("tables"))
        yield from self._rules(data)
        yield from self._rest(data)

    def _rules(self, data: Mapping[str, Raw]) -> Iterator[Word]:
        for key in ("requirements", "groups", "locks"):
            for at, each in enumerate(items(data.get(key))):
                here, inner = (key, at), mapping(each)
                yield from self._value("rule", inner.get("id"), (*here, "id"), True)
                for name in ("applies_when", "met_when", "instead"):
                    yield from self._test(inner.get(name), (*here, name))
                yield from self._ids(inner.get("members"), (*here, "members"))
        top = mapping(data.get("tiers"))
        yield from self._ids(top.get("top_needs"), ("tiers", "top_needs"))
        yield from self._test(top.get("top_when"), ("tiers", "top_when"))

    def _ids(self, raw: Raw, trail: Trail) -> Iterator[Word]:
        for at, each in enumerate(items(raw)):
            yield from self._value("rule", each, (*trail, at))

    def _rest(self, data: Mapping[str, Raw]) -> Iterator[Word]:
        for key, kind, tests in (
            ("routes", "route", ("used_when", "counts_when")),
            ("levels", "tier", ("needs",)),
            ("claims", "claim", ("never", "always", "whoever")),
            ("conversation", "question", ()),
            ("decisions", "decision", ("applies_when",)),
        ):
            for at, each in enumerate(items(data.get(key))):
                here, inner = (key, at), mapping(each)
                yield from self._value(kind, inner.get("id"), (*here, "id"), True)
                for name in tests:
                    yield from self._test(inner.get(name), (*here, name))
                yield from self._asking(inner, here)
                for index, outcome in enumerate(items(inner.get("outcomes"))):
                    where = (*here, "outcomes", index)
                    found = mapping(outcome)
                    yield from self._value(
                        "outcome", found.get("id"), (*where, "id"), True, str(inner.get("id"))
                    )
                    if found.get("when") != "otherwise":
                        yield from self._test(found.get("when"), (*where, "when"))
                for word in ("undecided", "not_applicable"):
                    yield from self._value(
                        "outcome", inner.get(word), (*here, word), True, str(inner.get("id"))
                    )
                yield from self._answers(inner.get("gets"), (*here, "gets"))
        yield from self._accepted(data)

    def _asking(self, raw: Mapping[str, Raw], trail: Trail) -> Iterator[Word]:
        for at, name in enumerate(items(raw.get("fills"))):
            yield from self._subject(name, (*trail, "fills", at))
        for at, each in enumerate(items(raw.get("follow_up"))):
            here = (*trail, "follow_up", at)
            yield from self._test(mapping(each).get("when"), (*here, "when"))
            yield from self._asking(mapping(each), here)

    def _answers(self, raw: Raw, trail: Trail) -> Iterator[Word]:
        """Decisions, requirements and groups as keys, with what is expected of each."""
        for name, each in mapping(raw).items():
            here = (*trail, name)
            if name in (*OF_TIERS, LEVEL):
                yield from self._value("tier", each, here)
                for at, word in enumerate(items(each)):
                    yield from self._value("tier", word, (*here, at))
                continue
            is_rule = name[:1].isupper()
            yield from self._key(Symbol("rule" if is_rule else "decision", name), here)
            if not is_rule:
                yield from self._value("outcome", each, here, owner=name)
                for at, word in enumerate(items(each)):
                    yield from self._value("outcome", word, (*here, at), owner=name)

    def _accepted(self, data: Mapping[str, Raw]) -> Iterator[Word]:
        for at, each in enumerate(items(data.get("accept"))):
            trail: Trail = ("accept", at, "at")
            about = mapping(each).get("at")
            if isinstance(about, str) and about[:1].isupper():
                yield from self._value("rule", about, trail)
            elif isinstance(about, str) and about in self.scope.parameters:
                yield from self._value("parameter", about, trail)
            else:
                yield from self._subject(about, trail)

    def _tables(self, raw: Raw) -> Iterator[Word]:
        for at, each in enumerate(items(raw)):
            here: Trail = ("tables", at)
            inner = mapping(each)
            yield from self._value("table", inner.get("id"), (*here, "id"), True)
            for index, asked in enumerate(items(inner.get("inputs"))):
                where = (*here, "inputs", index)
                test, place = (
                    (asked, where)
                    if isinstance(asked, str)
                    else (mapping(asked).get("test"), (*where, "test"))
                )
                yield from self._test(test, place)
            for name, output in mapping(inner.get("outputs")).items():
                yield from self._key(Symbol("value", name), (*here, "outputs", name), True)
                options = mapping(output).get("options")
                yield from self._options(Symbol("value", name), options, (*here, "outputs", name, "options"))
            for index, column in enumerate(items(inner.get("header"))):
                yield from self._subject(column, (*here, "header", index))

    def _number(self, raw: Raw, trail: Trail) -> Iterator[Word]:
        """What a number is made of."""
        for at, each in enumerate(items(raw)):
            yield from self._number(each, (*trail, at))
        if isinstance(raw, str):
            yield from self._product(raw, trail)
        inner = mapping(raw)
        collection = str(inner.get("records") or "")
        if collection:
            yield from self._subject(collection, (*trail, "records"))
            yield from self._value("field", inner.get("of"), (*trail, "of"), owner=collection)
        for key in ("when", "where", "meets"):
            yield from self._test(inner.get(key), (*trail, key), collection)
        for key in ("add", *NUMBERS):
            yield from self._number(inner.get(key), (*trail, key))

    def _product(self, raw: str, trail: Trail) -> Iterator[Word]:
        found, span = _TIMES.fullmatch(raw), self.source.values.get(trail)
        if found is None or span is None:
            return
        for part in ("factor", "of"):
            word = found[part] or ""
            name = word.removeprefix("policy.")
            moved = attrs.evolve(span, column=span.column + found.start(part) + len(word) - len(name))
            known = self.scope.subject(word, "")
            if name != word:
                yield from self._word(Symbol("parameter", name), moved, name, False, trail)
            elif word[:1].isupper():
                yield from self._word(Symbol("rule", word), moved, word, False, trail)
            elif known is not None:
                yield from self._word(known[0], moved, word, False, trail)

    def _setting(self, name: str, raw: Raw, trail: Trail) -> Iterator[Word]:
        declared = mapping(self.scope.parameters.get(name))
        if declared.get("type") == "test":
            yield from self._test(raw, trail)
            return
        owner = f"parameter {name}"
        yield from self._chosen(raw, trail, owner, mapping(declared.get("options")))

    def _policy(self, data: Mapping[str, Raw]) -> Iterator[Word]:
        yield from self._value("policy", data.get("policy"), ("policy",), True)
        yield from self._value("ruleset", data.get("for"), ("for",))
        for name, raw in mapping(data.get("settings")).items():
            yield from self._key(Symbol("parameter", name), ("settings", name))
            yield from self._setting(name, raw, ("settings", name))
        for name in (each for each in mapping(data.get("severity")) if each[:1].isupper()):
            yield from self._key(Symbol("rule", name), ("severity", name))
        yield from self._tables(data.get("tables"))
        for at, each in enumerate(items(data.get("tiers"))):
            here, inner = ("tiers", at), mapping(each)
            yield from self._value("tier", inner.get("id"), (*here, "id"), True)
            yield from self._test(inner.get("needs"), (*here, "needs"))
            for route, needs in mapping(inner.get("routes")).items():
                yield from self._key(Symbol("route", route), (*here, "routes", route))
                yield from self._test(needs, (*here, "routes", route))
        for at, row in enumerate(items(data.get("required_tier"))):
            yield from self._value("tier", mapping(row).get("tier"), ("required_tier", at, "tier"))
            yield from self._test(mapping(row).get("when"), ("required_tier", at, "when"))
        for decision, ids in mapping(data.get("counts")).items():
            yield from self._key(Symbol("decision", decision), ("counts", decision))
            yield from self._ids(ids, ("counts", decision))
        for at, each in enumerate(items(data.get("asks"))):
            yield from self._test(mapping(each).get("when"), ("asks", at, "when"))
        yield from self._accepted(data)

    def _cases(self, data: Mapping[str, Raw]) -> Iterator[Word]:
        yield from self._value("ruleset", data.get("ruleset"), ("ruleset",))
        yield from self._value("policy", data.get("policy"), ("policy",))
        for name, base in mapping(data.get("base")).items():
            yield from self._key(Symbol("base", name), ("base", name), True)
            yield from self._facts(mapping(base).get("facts"), ("base", name, "facts"))
        for at, each in enumerate(items(data.get("cases"))):
            here, inner = ("cases", at), mapping(each)
            yield from self._value("base", inner.get("from"), (*here, "from"))
            yield from self._value("policy", inner.get("policy"), (*here, "policy"))
            yield from self._facts(inner.get("facts"), (*here, "facts"))
            for index, name in enumerate(items(inner.get("without"))):
                yield from self._subject(name, (*here, "without", index))
            yield from self._answers(inner.get("expect"), (*here, "expect"))


__all__ = ["Scope", "Symbol", "Word", "scope_of", "words_in_test", "words_of"]
