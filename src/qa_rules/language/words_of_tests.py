"""What the words of one test name: facts and fields, values, settings, requirements and options."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Final

import attrs
from lark import Token, Tree

from qa_rules.language.parsing import SyntaxFault, parse
from qa_rules.language.reading import Raw, mapping
from qa_rules.model.nodes import NodeId

_PARTS: Final = ("exists", "dated", "review_due", "covers")


@attrs.frozen(order=True)
class Symbol:
    """What a word stands for: a kind of thing, and its name with those of what it belongs to before it."""

    kind: str
    name: str


@attrs.frozen
class Scope:
    """What names may be used for, as the files of a ruleset declare it: data as it was read, by name."""

    facts: Mapping[str, Raw] = attrs.field(factory=dict)
    values: Mapping[str, Raw] = attrs.field(factory=dict)
    parameters: Mapping[str, Raw] = attrs.field(factory=dict)

    def subject(self, name: str, collection: str) -> tuple[Symbol, Mapping[str, Raw]] | None:
        """Return what a name is that a test asks of, and how it is declared; None where nothing is called so."""
        fields = mapping(mapping(self.facts.get(collection)).get("fields"))
        if name in fields:
            return Symbol("field", f"{collection}.{name}"), mapping(fields[name])
        if name in self.values:
            return Symbol("value", name), mapping(self.values[name])
        base, _, part = name.partition(".")
        if base in self.facts and part in ("", *_PARTS):
            declared = mapping(self.facts[base])
            return Symbol("fact", base), {"options": declared.get("covers")} if part == "covers" else declared
        return None

    def options(self, symbol: Symbol) -> tuple[str, Mapping[str, Raw]]:
        """Return the owner under which options are called, and the options with their words."""
        declared = {
            "fact": lambda: mapping(self.facts.get(symbol.name)),
            "field": lambda: mapping(
                mapping(mapping(self.facts.get(symbol.name.partition(".")[0])).get("fields")).get(
                    symbol.name.partition(".")[2]
                )
            ),
            "value": lambda: mapping(self.values.get(symbol.name)),
            "parameter": lambda: mapping(self.parameters.get(symbol.name)),
        }.get(symbol.kind, dict)()
        return f"{symbol.kind} {symbol.name}", mapping(declared.get("options") or declared.get("covers"))


def words_in_test(text: str, scope: Scope, collection: str = "") -> Iterator[tuple[int, str, Symbol]]:
    """Yield where in a test a word stands, the word, and what it names, from left to right.

    A test that cannot be read to its end, such as one that is being written, gives what its words may name.
    """
    try:
        tree = parse(text)
    except SyntaxFault:
        yield from _loosely(text, scope, collection)
        return
    owner: Symbol | None = None
    for token, is_subject in sorted(_tokens(tree), key=lambda each: each[0].start_pos or 0):
        at, word = token.start_pos or 0, str(token)
        if token.type == "REFERENCE":
            name = NodeId(word).rule
            yield at, name, Symbol("rule", name)
        elif token.type == "PARAMETER":
            name = word.removeprefix("policy.")
            owner = Symbol("parameter", name) if is_subject else owner
            yield at + len("policy."), name, Symbol("parameter", name)
        elif is_subject or owner is None or word not in scope.options(owner)[1]:
            found = scope.subject(word, collection)
            if found is not None:
                owner = found[0] if is_subject else owner
                yield at, word.partition(".")[0], found[0]
        else:
            yield at, word, Symbol("option", f"{scope.options(owner)[0]}.{word}")


def _tokens(tree: Tree[Token]) -> Iterator[tuple[Token, bool]]:
    """The names of a test, and whether each is what the test asks of."""
    for at, each in enumerate(tree.children):
        if isinstance(each, Token):
            if each.type == "REFERENCE" and at == 0 and tree.data != "measure":
                yield each, False
            elif each.type in ("NAME", "PARAMETER") and tree.data in ("fact", "value", "amount"):
                yield each, tree.data == "fact"
        elif each.data != "measure":
            yield from _tokens(each)


def _loosely(text: str, scope: Scope, collection: str) -> Iterator[tuple[int, str, Symbol]]:
    for found in re.finditer(r"(policy\.)?([A-Za-z][\w-]*(?:\.[\w-]+)*)", text):
        word = found[2]
        if found[1]:
            yield found.start(2), word, Symbol("parameter", word)
        elif word[0].isupper():
            yield found.start(2), word, Symbol("rule", word)
        elif known := scope.subject(word, collection):
            yield found.start(2), word.partition(".")[0], known[0]
