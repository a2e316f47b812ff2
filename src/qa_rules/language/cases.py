"""Worked examples: facts with the verdicts that a careful reader expects."""

from __future__ import annotations

import datetime
from collections.abc import Mapping
from pathlib import Path
from typing import Final

import attrs

from qa_rules.errors import Place, RulesetError
from qa_rules.language.case_schema import CaseBase, CaseDocument, CasesDocument
from qa_rules.language.checking import check
from qa_rules.language.facts import evidence_of, read_facts
from qa_rules.language.facts_reader import around
from qa_rules.language.reading import Source, Trail, read_file
from qa_rules.language.values import near
from qa_rules.model.facts import Evidence, Facts
from qa_rules.model.rulesets import Ruleset
from qa_rules.model.values import EXPLAINED, Verdict

OF_TIERS: Final = ("tier", "at_most", "required")
"""What cases may expect of the ladder: the tier attained, the highest that could be, and the one required."""


@attrs.frozen
class Case:
    """One worked example."""

    name: str
    facts: Facts
    on: datetime.date
    policy: str
    """A policy's name, or `none`."""
    expect: Mapping[str, str] = attrs.field(hash=False)
    """Requirement or group to verdict, decision to answer, `tier` or `required` to tiers."""
    place: Place | None = attrs.field(default=None, eq=False)
    expected_at: Mapping[str, Place] = attrs.field(factory=dict, eq=False, repr=False)
    """Where each expectation stands, for cases from a file."""


def load_cases(path: str | Path, ruleset: Ruleset) -> tuple[Case, ...]:
    """Return the cases of a file. RulesetError with every diagnostic when it is at fault."""
    source = read_file(Path(path))
    document = check(CasesDocument, source)
    cases: list[Case] = []
    if document is not None:
        if document.ruleset != ruleset.id:
            source.fault(
                "other-ruleset", f"these cases are for {document.ruleset}, not {ruleset.id}", ("ruleset",)
            )
        bases = {name: _base(name, base, source, ruleset) for name, base in document.base.items()}
        seen: set[str] = set()
        for at, each in enumerate(document.cases):
            if each.name in seen:
                source.fault(
                    "duplicate-id", "two cases have this name", ("cases", at, "name"), "rename one of them"
                )
            seen.add(each.name)
            cases.append(_case(at, each, document, bases, source, ruleset))
    if source.diagnostics:
        raise RulesetError(source.diagnostics)
    return tuple(cases)


def _base(name: str, base: CaseBase, source: Source, ruleset: Ruleset) -> tuple[Facts, Evidence]:
    inherited = around(evidence_of(base.evidence, base.as_of))
    trail: Trail = ("base", name, "facts")
    return read_facts(base.facts, source, trail, ruleset.vocabulary, inherited), inherited


def _case(
    at: int,
    document: CaseDocument,
    whole: CasesDocument,
    bases: Mapping[str, tuple[Facts, Evidence]],
    source: Source,
    ruleset: Ruleset,
) -> Case:
    trail: Trail = ("cases", at)
    facts, inherited = Facts(), Evidence()
    if document.from_ is not None:
        if document.from_ not in bases:
            hint = near(source, document.from_, bases) or f"the bases are {', '.join(bases)}"
            source.fault("unknown-base", f"there is no base `{document.from_}`", (*trail, "from"), hint)
        facts, inherited = bases.get(document.from_, (facts, inherited))
    if document.evidence is not None:
        inherited = around(evidence_of(document.evidence, inherited.as_of))
    laid_over = read_facts(document.facts, source, (*trail, "facts"), ruleset.vocabulary, inherited)
    for index, name in enumerate(document.without):
        if name not in ruleset.vocabulary.facts:
            hint = near(source, name, ruleset.vocabulary.facts)
            source.fault("unknown-fact", f"there is no fact `{name}`", (*trail, "without", index), hint)
    facts = _without(facts, {*document.facts, *document.without})
    facts = Facts(
        dict(facts.values) | dict(laid_over.values), dict(facts.collections) | dict(laid_over.collections)
    )
    _check_expected(document.expect, source, (*trail, "expect"), ruleset)
    return Case(
        name=document.name,
        facts=facts,
        on=document.on or whole.on,
        policy=document.policy or whole.policy,
        expect=document.expect,
        place=source.place((*trail, "name")),
        expected_at={
            about: place
            for about in document.expect
            if (place := source.place((*trail, "expect", about), key=True)) is not None
        },
    )


def _check_expected(expect: Mapping[str, str], source: Source, trail: Trail, ruleset: Ruleset) -> None:
    """What is expected has a name, and could come out so. Tiers are the policy's, which may not be at hand yet."""
    verdicts = [each.value for each in Verdict]
    can_be = dict.fromkeys([*ruleset.requirement, *ruleset.group], verdicts) | {
        each.id: [*(outcome.id for outcome in each.outcomes), each.undecided, each.not_applicable, "none"]
        for each in ruleset.decisions
    }
    can_be |= {each.id: [*verdicts, EXPLAINED] for each in ruleset.requirements if each.plainly is not None}
    for about, word in expect.items():
        if about in OF_TIERS:
            continue
        if about not in can_be:
            hint = near(source, about, {*can_be, *OF_TIERS}) or (
                "expect something of a requirement, group or decision, or of tier, at_most or required"
            )
            message = f"there is no requirement, group or decision `{about}`"
            source.fault("unknown-reference", message, (*trail, about), hint, key=True)
        elif word not in can_be[about]:
            hint = near(source, word, can_be[about]) or f"write one of {', '.join(can_be[about])}"
            source.fault("expectation", f"`{about}` cannot come out as `{word}`", (*trail, about), hint)


def _without(facts: Facts, names: set[str]) -> Facts:
    values = {name: value for name, value in facts.values.items() if name.partition(".")[0] not in names}
    return Facts(values, {name: records for name, records in facts.collections.items() if name not in names})
