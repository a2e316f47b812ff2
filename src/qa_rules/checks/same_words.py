"""Two things that nobody can tell apart by their words: facts of one subject, or requirements."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from qa_rules.checks.protocol import Remark, Subject
from qa_rules.model.facts import FactDeclaration, FactType
from qa_rules.model.rulesets import Requirement

CODE = "same-words"
_HINT = "word them so that a reader can tell them apart"


def find(subject: Subject) -> Iterator[Remark]:
    """Yield facts about one subject with one label, fields of one record with one label, clauses with one title."""
    facts = subject.ruleset.vocabulary.facts
    yield from _labels(facts.values())
    for name, fact in facts.items():
        if fact.type is FactType.COLLECTION:
            yield from _labels(fact.fields.values(), f"{name}.")
    seen: dict[tuple[str, str], Requirement] = {}
    for each in subject.ruleset.requirements:
        first = seen.setdefault((each.about, each.title.casefold()), each)
        if first.clause != each.clause:  # within one clause it is a clause cited twice
            message = f"{first.id} and {each.id} have the same title, “{each.title}”"
            yield Remark(CODE, each.id, message, _HINT, each.place)


def _labels(facts: Iterable[FactDeclaration], inside: str = "") -> Iterator[Remark]:
    seen: dict[tuple[str, str], FactDeclaration] = {}
    for each in facts:
        first = seen.setdefault((each.about, each.label.casefold()), each)
        if first is not each:
            message = f"`{first.name}` and `{each.name}` have the same label, “{each.label}”"
            yield Remark(CODE, f"{inside}{each.name}", message, _HINT, each.place)
