"""Decision tables of DMN 1.3 and later, as facts and tables of ours.

What is read are decisions that are decision tables, or that call such a table by its name with plain names handed over,
with simple unary tests. Everything else is refused by its name and place: nothing is left out in silence.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any, Final

import attrs

from qa_rules.adapters.dmn_names import Name, Type, fact_of, free, output_of, slug, word_of
from qa_rules.adapters.dmn_tests import NotSimple, Value, cell, is_any, value_of, values_in, values_of
from qa_rules.adapters.dmn_writing import OURS
from qa_rules.adapters.xml import Element, read_xml
from qa_rules.errors import Diagnostic, RulesetError

VERSIONS: Final[Mapping[str, str]] = {
    "https://www.omg.org/spec/DMN/20191111/MODEL/": "1.3",
    "https://www.omg.org/spec/DMN/20211108/MODEL/": "1.4",
    "https://www.omg.org/spec/DMN/20230324/MODEL/": "1.5",
    "https://www.omg.org/spec/DMN/20240513/MODEL/": "1.6",
}
_TYPES: Final = {"string": "text", "number": "number", "boolean": "truth", "date": "date"}
_AGGREGATIONS: Final = {"SUM": "sum", "COUNT": "count", "MIN": "least", "MAX": "greatest"}
_WORD: Final = r"[^\s.()\[\],\"'<>=+*/]+"
_NAME: Final = re.compile(rf"{_WORD}(?: {_WORD})*(?:\.{_WORD}(?: {_WORD})*)*")


def read(content: bytes, name: str) -> dict[str, Any]:
    """Return `facts` and `tables` as a ruleset's file holds them, and the `title` of the model.

    RulesetError with every fault at once: what is no DMN, or says more than tables of ours can.
    """
    root = read_xml(content, name)
    reading = _Reading(root)
    found = reading.whole()
    if reading.faults:
        raise RulesetError(reading.faults)
    return found


class _Reading:
    def __init__(self, root: Element) -> None:
        self.root, self.faults = root, list[Diagnostic]()
        self.types: dict[str, Type] = {}
        self.inputs: dict[str, Type] = {}
        self.facts: dict[str, Name] = {}
        self.outputs: dict[str, Name] = {}
        self.names: set[str] = set()

    def fault(self, message: str, at: Element, hint: str = "") -> None:
        self.faults.append(Diagnostic("dmn", message, at.place, hint))

    def whole(self) -> dict[str, Any]:
        root = self.root
        if root.name != "definitions" or root.namespace not in VERSIONS:
            known = ", ".join(VERSIONS.values())
            hint = f"the versions read are {known}; save it again in one of them"
            self.fault("this is not DMN of a version that is read", root, hint)
            return {}
        for each in root.all("itemDefinition"):
            self.types[each.attributes.get("name", "")] = self.type_of(each)
        for each in root.all("inputData"):
            of = self.variable(each)
            if _ours(each, "type") == "integer":
                of = attrs.evolve(of, allowed=list(of.allowed), whole=True)
            self.inputs[each.attributes.get("name", "")] = of
        for each in root.children:
            if each.namespace == root.namespace and each.name in ("decisionService", "import"):
                message = f"`{each.attributes.get('name', '')}` is a {each.name}, which is not read"
                self.fault(message, each, "write its decisions into one file, as tables")
        decisions = {each.attributes.get("name", ""): each for each in root.all("decision")}
        found_of = [(name, each, self.table(name, each)) for name, each in decisions.items()]
        ready = [(name, each, *table) for name, each, table in found_of if table is not None]
        for name, decision, table, _ in ready:
            self.declare(name, decision, table)
        made = [found for one in ready if (found := self.converted(*one)) is not None]
        return {
            "title": root.attributes.get("name", "decisions"),
            "facts": {each.name: fact_of(each) for each in self.facts.values()},
            "tables": made,
        }

    # Types

    def type_of(self, element: Element) -> Type:
        found = self.named_type(element.said("typeRef"))
        made = attrs.evolve(found, allowed=list(found.allowed), parts=dict(found.parts))
        self.allow(made, element.said("allowedValues", "text"))
        for each in element.all("itemComponent"):
            made.parts[each.attributes.get("name", "")] = self.type_of(each)
        if element.attributes.get("isCollection") == "true":
            made.kind = "list"
        return made

    def named_type(self, name: str) -> Type:
        plain = name.rpartition(":")[2]
        return self.types.get(plain) or Type(_TYPES.get(plain, "" if plain in ("", "Any") else plain))

    def variable(self, element: Element) -> Type:
        inner = element.first("variable")
        return self.named_type("" if inner is None else inner.attributes.get("typeRef", ""))

    @staticmethod
    def allow(of: Type, text: str) -> None:
        """Take over the values that are allowed, where they are values or one span of numbers."""
        if not text:
            return
        ends = re.match(r"\s*\[\s*([\d.+-]+)\s*\.\.\s*([\d.+-]+)\s*\]", text)
        of.may_be_none = of.may_be_none or bool(re.search(r"\bnull\b", text))
        if ends is not None:
            of.least, of.most = ends[1], ends[2]
            return
        try:
            of.allowed = [each for each in values_of(text) if each.kind != "none"]
        except NotSimple:
            return

    # Tables

    def table(self, name: str, decision: Element) -> tuple[Element, dict[str, str]] | None:
        """The table of a decision, and what the names in it stand for outside."""
        logic = next((each for each in decision.children if each.name in _LOGIC), None)
        if logic is None:
            self.fault(f"the decision `{name}` says nothing", decision, "give it a decision table")
            return None
        if logic.name == "decisionTable":
            return logic, {}
        if logic.name == "invocation":
            return self.invoked(name, logic)
        hint = "make a table of it, or hand its result over as input data"
        self.fault(f"the decision `{name}` is a {logic.name}, not a decision table", logic, hint)
        return None

    def invoked(self, name: str, logic: Element) -> tuple[Element, dict[str, str]] | None:
        called = logic.said("literalExpression", "text")
        models = {each.attributes.get("name", ""): each for each in self.root.all("businessKnowledgeModel")}
        inside = models[called].first("encapsulatedLogic") if called in models else None
        table = None if inside is None else inside.first("decisionTable")
        if inside is None or table is None:
            message = f"the decision `{name}` calls `{called}`, which is no decision table"
            self.fault(message, logic, "make a table of it, or hand its result over as input data")
            return None
        handed: dict[str, str] = {}
        for each in logic.all("binding"):
            parameter = each.first("parameter")
            if parameter is not None:
                handed[parameter.attributes.get("name", "")] = each.said("literalExpression", "text")
        return table, handed

    def declare(self, name: str, decision: Element, table: Element) -> None:
        """Note what a table gives, before any table is converted that asks for it."""
        outputs = list(table.all("output"))
        for at, each in enumerate(outputs):
            said = name if len(outputs) == 1 else f"{name}.{each.attributes.get('name', '')}"
            of = self.named_type(each.attributes.get("typeRef", ""))
            if len(outputs) == 1 and not of.allowed:
                of = self.variable(decision)
            of = attrs.evolve(of, allowed=list(of.allowed))
            self.allow(of, each.said("outputValues", "text"))
            entries = [list(rule.all("outputEntry"))[at : at + 1] for rule in table.all("rule")]
            given = [value for (entry,) in filter(None, entries) if (value := self.output(entry)) is not None]
            of.kind = next((value.kind for value in given), of.kind)
            if of.kind == "number":
                of.kind = "decimal" if any("." in value.said for value in given) else "integer"
                of.kind = _ours(each, "type") or of.kind
            named = self.outputs[said] = Name(
                said,
                self.fresh(_ours(each, "name") or said),
                of,
                label=_ours(each, "label"),
                unit=_ours(each, "unit"),
                ordered=_ours(each, "ordered") == "yes",
            )
            for value in (*of.allowed, *given):
                if value.kind == "text":
                    named.option(value.said)

    def output(self, entry: Element) -> Value | None:
        text = entry.said("text")
        try:
            value = value_of(text)
        except NotSimple:
            value = Value("none", text)
        if value.kind in ("none", "date"):
            self.fault(
                f"`{text}` is no value that a table of ours gives",
                entry,
                "write text, a number, true or false",
            )
            return None
        return value

    def fresh(self, said: str) -> str:
        name = free(slug(said) or "value", self.names)
        self.names.add(name)
        return name

    def converted(
        self, name: str, decision: Element, table: Element, handed: Mapping[str, str]
    ) -> dict[str, Any] | None:
        policy = table.attributes.get("hitPolicy", "UNIQUE")
        aggregation = table.attributes.get("aggregation", "")
        if policy not in ("UNIQUE", "FIRST", "ANY", "PRIORITY") and not (policy == "COLLECT" and aggregation):
            what = "COLLECT without an aggregation" if policy == "COLLECT" else policy
            self.fault(
                f"the decision `{name}` has the hit policy {what}, which is not read", table, _POLICIES
            )
            return None
        inputs = [self.input(each, table, at, handed) for at, each in enumerate(table.all("input"))]
        outputs = [
            found for said, found in self.outputs.items() if said == name or said.startswith(f"{name}.")
        ]
        if any(each is None for each in inputs) or self.faults:
            return None
        asked = [each for each in inputs if each is not None]
        rules = list(table.all("rule"))
        if policy == "PRIORITY":
            rules = self.by_priority(rules, outputs, table)
        rows = [self.row(rule, asked, outputs) for rule in rules]
        made: dict[str, Any] = {
            "id": _ours(table, "id") or free(slug(name) + "_table", self.names),
            "title": _ours(table, "title") or name,
            "inputs": [each.name for each in asked],
            "outputs": {each.name: output_of(each) for each in outputs},
            "hit_policy": {"UNIQUE": "unique", "COLLECT": "collect"}.get(policy, "first"),
        }
        if policy == "COLLECT":
            made["aggregation"] = _AGGREGATIONS[aggregation]
        made["rows"] = rows
        defaults = [each.first("defaultOutputEntry") for each in table.all("output")]
        if any(each is not None for each in defaults):
            made["otherwise"] = [
                self.word_of(entry, named)
                for entry, named in zip(defaults, outputs, strict=True)
                if entry is not None
            ]
        if said := _ours(table, "says"):
            made["says"] = said
        if policy == "ANY":
            made["says"] = "Rows that match together give the same: the first of them is taken."
        elif policy == "PRIORITY":
            made["says"] = "The rows stand in the order of priority of what they give."
        return made

    def by_priority(self, rules: list[Element], outputs: Sequence[Name], table: Element) -> list[Element]:
        """The rules, those first whose outputs stand first among the allowed values."""
        if any(not each.of.allowed for each in outputs):
            self.fault(
                "a table by priority says which of its values comes first", table, "list its output values"
            )
            return rules

        def rank(rule: Element) -> list[int]:
            said = [value_of(each.said("text")).said for each in rule.all("outputEntry")]
            orders = [[value.said for value in each.of.allowed] for each in outputs]
            return [
                order.index(each) if each in order else len(order)
                for each, order in zip(said, orders, strict=True)
            ]

        return sorted(rules, key=rank)

    def row(self, rule: Element, inputs: Sequence[Name], outputs: Sequence[Name]) -> list[str]:
        tests = [
            self.cell_of(each, named) for each, named in zip(rule.all("inputEntry"), inputs, strict=True)
        ]
        return tests + [
            self.word_of(each, named) for each, named in zip(rule.all("outputEntry"), outputs, strict=True)
        ]

    def cell_of(self, entry: Element, named: Name) -> str:
        text = entry.said("text")
        try:
            return cell(text, lambda value: word_of(value, named))
        except NotSimple:
            hint = "simple tests are values, lists of values, comparisons with a value, spans, and not() of these"
            self.fault(f"`{text}` is no simple unary test", entry, hint)
            return "any"

    def word_of(self, entry: Element, named: Name) -> str:
        value = self.output(entry)
        return "" if value is None else word_of(value, named)

    # Inputs

    def input(self, element: Element, table: Element, at: int, handed: Mapping[str, str]) -> Name | None:
        text = element.said("inputExpression", "text")
        written = handed.get(text, text)
        if not _NAME.fullmatch(written):
            hint = "make it input data, or a decision of its own"
            self.fault(f"`{written}` is more than a name", element, hint)
            return None
        if written in self.outputs:
            return self.outputs[written]
        if written not in self.facts:
            of = self.declared(written, element)
            if of is None:
                return None
            self.facts[written] = Name(written, self.fresh(written), of)
        found = self.facts[written]
        if not found.of.allowed and not found.of.least:
            self.allow(found.of, element.said("inputValues", "text"))
        self.look(found, table, at)
        return found

    def declared(self, written: str, element: Element) -> Type | None:
        head, *path = written.split(".")
        of: Type | None = self.inputs.get(head)
        for step in path:
            of = None if of is None else of.parts.get(step)
        if of is None:
            hint = "inputs are input data, their components, and decisions of this file that are tables"
            self.fault(f"there is no `{written}`", element, hint)
            return None
        if of.kind not in ("", *_TYPES.values()) or of.parts:
            self.fault(
                f"`{written}` is a {of.kind or 'structure'}, which no table of ours tests",
                element,
                "name a part of it",
            )
            return None
        return attrs.evolve(of, allowed=list(of.allowed))

    def look(self, found: Name, table: Element, at: int) -> None:
        """Note what the cells of a column name."""
        for rule in table.all("rule"):
            for entry in list(rule.all("inputEntry"))[at : at + 1]:
                text = entry.said("text")
                if is_any(text):
                    continue
                try:
                    named = values_in(text)
                except NotSimple:
                    continue
                found.of.may_be_none = found.of.may_be_none or any(each.kind == "none" for each in named)
                kinds = [each.kind for each in named if each.kind not in ("none", "word")]
                found.of.kind = found.of.kind or next(iter(kinds), "")
        if found.of.kind == "text":
            found.open = not found.of.allowed
            for value in found.of.allowed:
                found.option(value.said)


def _ours(element: Element, key: str) -> str:
    """What this library wrote beside what DMN has a word for; empty where it did not."""
    return element.attributes.get(f"{OURS} {key}", "")


_LOGIC: Final = (
    "decisionTable",
    "literalExpression",
    "invocation",
    "context",
    "list",
    "relation",
    "functionDefinition",
    "conditional",
    "filter",
    "for",
    "every",
    "some",
)
_POLICIES: Final = "read are UNIQUE, FIRST, ANY, PRIORITY, and COLLECT with SUM, COUNT, MIN or MAX"
