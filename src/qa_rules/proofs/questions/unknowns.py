"""Is a verdict left open only where something that could still be learned decides it?"""

from __future__ import annotations

from collections.abc import Iterator

import attrs

from qa_rules.explain.wording import listed
from qa_rules.model.expressions import Count, Expr, Quantified, rebuild
from qa_rules.model.facts import Facts
from qa_rules.model.rulesets import Group, Requirement
from qa_rules.program.gates import TRUE, Lit
from qa_rules.program.graph import Node
from qa_rules.program.severities import requirements_of
from qa_rules.proofs.cegis import completed
from qa_rules.proofs.claims import Claim
from qa_rules.proofs.study import Study
from qa_rules.proofs.symbolic import Cell

CODE = "false-unknown"
SETTLED = "settled-when-known"


def certain(study: Study) -> Iterator[Claim]:
    """Claim of each requirement that it is unknown only while different completions come to different verdicts."""
    made = completed(study)
    for each in study.ruleset.requirements:
        verdicts = (study.met, study.not_met, study.not_applicable)
        reads = sorted(study.reads[each.id] & made.room.keys())
        room = [literal for name in reads for literal in made.room[name]]
        yield Claim(
            code=CODE,
            at=each.id,
            statement=f"{each.id} is left open only where what is not known can turn it either way",
            wanted=False,
            literals=(study.is_first, *(-verdict(each.id) for verdict in verdicts), *room),
            cases=(TRUE,) * 3,
            reads=(each.id,),
            whatever=tuple(verdict(each.id, made.nodes) for verdict in verdicts),
            words=tuple(
                f"whatever else were learned, it would {words}"
                for words in ("be met", "be not met", "not apply")
            ),
            fault=f"{each.id} is left open for this {study.judged.singular} for no reason",
            hint="write the certain case beside it, or ask of that only where it decides",
            place=each.place,
        )


def settled(study: Study) -> Iterator[Claim]:
    """Claim of each requirement that it comes to a verdict for whoever has answered everything that it reads.

    And of each group for which something else counts instead, that it is not left open by that. What is known to
    be none is an answer. That nothing follows from an empty list or set everybody is told (`empty means met`), so it is
    left aside here.
    """
    moved: set[str] = set()
    nodes = [Node(node.name, _of_something(node.expr)) for node in study.closed.nodes]
    made = study.nodes
    for node in nodes:
        if node.expr != study.closed.exprs[node.name] or not moved.isdisjoint(study.closed.refers[node.name]):
            moved.add(node.name)
            made = study.encoder.again([node], made)
    verdicts = (study.met, study.not_met, study.not_applicable)
    rules: list[Requirement | Group] = [*study.ruleset.requirements, *study.ruleset.groups]
    for each in rules:
        members: tuple[str, ...] = ()
        if isinstance(each, Group):
            if each.instead is None:  # then it is its members that are open
                continue
            members = requirements_of(study.ruleset, each.id)
        if study.silent((each.id,)):  # then it is the setting that it waits for
            continue
        known = [literal for name in sorted(study.reads[each.id]) for literal in _answered(study, name)]
        known += [study.make.any(verdict(name, made) for verdict in verdicts) for name in members]
        yield Claim(
            code=SETTLED,
            at=each.id,
            statement=f"{each.id} is settled for whoever has answered all that it asks",
            wanted=False,
            literals=(*known, *(-verdict(each.id, made) for verdict in verdicts)),
            fault=f"{each.id} stays open for this {study.judged.singular}, of which all is known that it asks",
            hint="say what *none* means there: put `is given` beside the test, or `not: ... is given`",
            place=each.place,
            about=(each.id,),
            reads=(each.id,),
        )


def _answered(study: Study, name: str) -> Iterator[Lit]:
    """Everything is known of a fact or list, if only that it is none."""
    if name in study.world.cells:
        cell = study.world.cells[name]
        yield from _known(cell)
        if cell.whole is not None:
            yield study.make.any((cell.none, *cell.items.values()))
        return
    listing = study.world.lists[name]
    yield from (listing.listed[-1], listing.complete)
    for record in listing.records:
        for cell in record.fields.values():
            yield from (study.make.implies(record.there, literal) for literal in _known(cell))


def _known(cell: Cell) -> Iterator[Lit]:
    yield cell.known[-1]
    if cell.whole is not None:
        yield cell.whole[-1]


def _of_something(expr: Expr) -> Expr:
    """A test of every record, holding where there is none."""
    if isinstance(expr, Quantified) and expr.count is Count.EVERY:
        expr = attrs.evolve(expr, empty_is_met=True)
    return rebuild(expr, _of_something)


def waited_for(study: Study, name: str, facts: Facts) -> str:
    """Return what a requirement still waits for: the facts that it reads and that are not known, or not wholly."""
    vocabulary, found = study.ruleset.vocabulary, []
    for each in (fact for fact in study.facts if fact in study.reads[name]):
        if each in vocabulary.collections:
            records = facts.collections.get(each)
            if (
                records is None
                or records.partial
                or any(
                    vocabulary.collections[each].fields.keys() - record.keys() for record in records.records
                )
            ):
                found.append(f"all that may be known of the {vocabulary.collections[each].label}")
        elif each not in facts.values:
            found.append(vocabulary.scalars[each].label)
        elif facts.values[each].partial:
            found.append(f"the rest of the {vocabulary.scalars[each].label}")
    return listed(found)
