"""A provider of whom a given thing is decided, made by the solver. Needs z3."""

from __future__ import annotations

import datetime
from collections.abc import Iterable, Iterator

from qa_rules.assessment.assess import assess
from qa_rules.language.load import calendar_for
from qa_rules.model.facts import Facts
from qa_rules.model.nodes import NodeId
from qa_rules.model.rulesets import Policy, Ruleset
from qa_rules.program.bind import close
from qa_rules.program.gates import Lit
from qa_rules.proofs.bounds import sufficient
from qa_rules.proofs.solver import Found
from qa_rules.proofs.study import Study
from qa_rules.proofs.symbolic import Limits
from qa_rules.proofs.witnesses import shrink
from qa_rules.testing.seeds import TIER, Aim, came_to
from qa_rules.testing.survivors import made, provider_of


def provider_for(
    ruleset: Ruleset, policy: Policy | None, on: datetime.date, wanted: Iterable[Aim]
) -> Iterator[tuple[Aim, Facts]]:
    """Yield a provider for each aim for which the solver finds one and an engine agrees."""
    closed = close(ruleset, policy)
    study = Study(closed, sufficient(Limits(on, levels=3), closed), calendar_for(None, closed))
    for aim in wanted:
        literal = _literal(study, aim)
        answer = study.ask([literal])
        if not isinstance(answer, Found):
            continue
        facts = provider_of(study, shrink(study, [literal], answer.assignment, {}, study.ask))
        if aim in came_to(assess(ruleset, facts, on=on, policy=policy)):
            yield aim, facts


def _literal(study: Study, aim: Aim) -> Lit:
    make = study.make
    if aim.of == TIER:
        names = [each.id for each in study.closed.ladder]
        number = 0 if aim.word == "none" else names.index(aim.word) + 1
        attained = study.nodes[NodeId.attained(number)].t[0] if number else make.all(())
        beyond = [study.nodes[NodeId.attained(number + 1)].t[0]] if number < len(names) else []
        return make.all((attained, *(-each for each in beyond)))
    decision = next(each for each in study.ruleset.decisions if each.id == aim.of)
    return make.all((study.answers(decision)[aim.word], made(study, decision.needs)))
