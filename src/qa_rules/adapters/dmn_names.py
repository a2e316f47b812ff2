"""What the names of a DMN model are called here, and what is known of their values."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from typing import Any

import attrs

from qa_rules.adapters.dmn_tests import NotSimple, Value
from qa_rules.language.parsing import RESERVED


@attrs.define(eq=False)
class Type:
    """What is known of the values of a name."""

    kind: str = ""
    allowed: list[Value] = attrs.field(factory=list)
    least: str = ""
    most: str = ""
    may_be_none: bool = False
    parts: dict[str, Type] = attrs.field(factory=dict)
    whole: bool = False
    """Of a number: whether the file says that it is a whole one, which DMN has no word for."""


@attrs.define(eq=False)
class Name:
    """A fact, or an output of a table: what it is called there and here, and the options it has."""

    said: str
    name: str
    of: Type
    options: dict[str, str] = attrs.field(factory=dict)
    """By the text of DMN."""
    open: bool = False
    """Whether any text can be its value."""
    label: str = ""
    unit: str = ""
    ordered: bool = False

    def option(self, text: str) -> str:
        """The option for a text."""
        if text not in self.options:
            self.options[text] = free(slug(text) or "option", self.options.values())
        return self.options[text]


def word_of(value: Value, named: Name) -> str:
    """A value as a cell of ours says it. NotSimple where it is of another type than its column."""
    kinds = {"integer": "number", "decimal": "number"}
    if value.kind != kinds.get(named.of.kind, named.of.kind):
        raise NotSimple(value.said)
    if value.kind == "truth":
        return "yes" if value.said == "true" else "no"
    if value.kind != "text":
        return value.said
    if named.open:
        if "'" in value.said:
            raise NotSimple(value.said)
        return f"'{value.said}'"
    if value.said not in named.options:
        raise NotSimple(value.said)
    return named.options[value.said]


def fact_of(named: Name) -> dict[str, Any]:
    """Return an input as a fact is declared."""
    of, label = named.of, _spoken(named.said)
    kinds = {"number": "integer" if of.whole else "decimal", "truth": "yes_no", "date": "date"}
    kind = kinds.get(of.kind) or ("code" if named.open or not named.options else "choice")
    made: dict[str, Any] = {"type": kind, "label": label, "question": f"What is the {label}?"}
    if kind == "yes_no":
        made["question"] = f"{label[:1].upper()}{label[1:]}: yes or no?"
    if kind == "choice":
        made["options"] = {name: text for text, name in named.options.items()}
    if of.least:
        made["least"], made["most"] = of.least, of.most
    if of.may_be_none:
        made["may_be_none"] = "yes"
    return made


def output_of(named: Name) -> dict[str, Any]:
    """Return an output as a table declares it."""
    kinds = {"truth": "yes_no", "text": "choice"}
    made: dict[str, Any] = {
        "type": kinds.get(named.of.kind, named.of.kind),
        "label": named.label or _spoken(named.said),
    }
    if made["type"] == "choice":
        made["options"] = {name: text for text, name in named.options.items()}
    if named.unit:
        made["unit"] = named.unit
    if named.ordered:
        made["ordered"] = "yes"
    return made


def _parts(text: str) -> Iterator[str]:
    for word in re.split(r"[^A-Za-z0-9]+", text):
        yield from (each.lower() for each in re.findall(r"[A-Z]+(?![a-z])|[A-Z]?[a-z]+|\d+", word))


def slug(text: str) -> str:
    """A name of ours for a name of theirs: `RiskCategory` is risk_category."""
    found = text if re.fullmatch(r"[a-z][a-z0-9_]*", text) else "_".join(_parts(text))
    found = found if re.match(r"[a-z]", found) else f"n_{found}" if found else ""
    return f"{found}_" if found in RESERVED or found in ("yes", "no", "given") else found


def _spoken(text: str) -> str:
    return " ".join(_parts(text)) or "value"


def free(name: str, taken: Iterable[str]) -> str:
    """Return a name, with a number where it is taken."""
    names = set(taken)
    number = 2
    found = name
    while found in names:
        found, number = f"{name}_{number}", number + 1
    return found
