"""Does every fact decide something, and does what is better never make an answer worse?"""

from __future__ import annotations

from collections.abc import Iterator

import attrs

from qa_rules.errors import Place
from qa_rules.model.expressions import Fact, Field, Unset, terms, walk
from qa_rules.model.facts import FactDeclaration
from qa_rules.model.nodes import NodeId
from qa_rules.program.decide import Nodes
from qa_rules.program.gates import Lit
from qa_rules.proofs.claims import Claim, Turn
from qa_rules.proofs.encode import SPEAKS
from qa_rules.proofs.questions.ladder import better
from qa_rules.proofs.study import Study, is_result
from qa_rules.proofs.symbolic import Cell, ListCell

DECIDES = "fact-decides"
IMPROVES = "better-never-lowers"


def decides(study: Study) -> Iterator[Claim]:
    """Claim of each fact that is read that some verdict or answer turns on it."""
    waiting = _waiting_for_settings(study)
    for name in study.facts:
        declared = study.ruleset.vocabulary.facts[name.partition(".")[0]]
        if study.passes_over(declared.place):
            continue
        other = {name: study.another(name, "other ")}
        cases = []
        moved = [node.name for node in study.reading((name,)) if _is_result(study, node.name)]
        if moved:
            nodes = study.copy(other)
            requirements = [key for key in moved if key in study.ruleset.requirement]
            cases += [_differs(study, key, study.nodes, nodes) for key in requirements]
            cases += study.differences(nodes)
        alone = [key for key in study.ruleset.requirement if name in study.unbound.reads.get(key, ())]
        if alone:
            nodes = study.open_copy(other)
            cases += [_differs(study, key, study.open_nodes, nodes) for key in alone]
        if name in waiting:
            cases.append(study.make.var(SPEAKS))
        yield Claim(
            code=DECIDES,
            at=name,
            statement=f"some verdict or answer turns on `{name}`",
            wanted=True,
            literals=(),
            cases=tuple(cases),
            fault=f"the rules read `{name}`, and no verdict or answer ever turns on it",
            hint="take it out of the rules, or correct what shadows it",
            place=declared.place,
            about=tuple(moved),
            worlds=2,
        )


def _waiting_for_settings(study: Study) -> frozenset[str]:
    """The facts compared with a setting that nobody made; they may well decide once it is made."""
    found: set[str] = set()
    for node in study.closed.nodes:
        for inner in walk(node.expr):
            together = terms(inner)
            if any(isinstance(each, Unset) for each in together):
                found.update(each.name for each in together if isinstance(each, Fact))
                found.update(each.collection for each in together if isinstance(each, Field))
    return frozenset(found)


def _differs(study: Study, name: str, one: Nodes, other: Nodes) -> Lit:
    """Whether the verdict of a requirement, or how strongly it stands, is not the same."""
    told = ((*nodes[name].t, *nodes[name].f, study.not_applicable(name, nodes)) for nodes in (one, other))
    return study.differ(*told)


def _is_result(study: Study, key: str) -> bool:
    return key in study.ruleset.requirement or is_result(NodeId(key))


def improves(study: Study) -> Iterator[Claim]:
    """Claim that improving a fact never turns a met requirement, an attained tier or an answer into less."""
    for name, declared, field in _directed(study):
        prefix = f"better {declared.name} "
        cell = study.world.cells[name] if field is None else study.world.lists[name].records[0].fields[field]
        other = _fresh(study, declared, f"{prefix}{name}" if field is None else f"{prefix}{name}[0].{field}")
        stem = name if field is None else f"{name}[0].{field}"
        study.copies[prefix, stem] = other
        changed = {name: other if field is None else _with_field(study.world.lists[name], field, other)}
        lowered = list(_lowered(study, study.nodes, study.copy(changed)))
        looser = [literal for literal, _, _ in _lowered(study, *study.loose(changed))]
        upward = better(study, declared, cell, other, declared.direction == "more_is_better")
        shown = f"`{name}`" if field is None else f"`{field}` of {name}"
        yield Claim(
            code=IMPROVES,
            at=name if field is None else f"{name}.{field}",
            statement=f"improving {shown} never lowers a verdict, tier or answer",
            wanted=False,
            literals=(upward,),
            cases=tuple(literal for literal, _, _ in lowered),
            looser=tuple((upward, literal) for literal in looser),
            words=tuple(words for _, words, _ in lowered),
            places=tuple(place for _, _, place in lowered),
            fault=f"improving {shown} makes things worse for this {study.judged.singular}",
            hint="a comparison is the wrong way round, or the fact's direction is",
            place=declared.place,
            changed={stem: prefix},
            turns=Turn.REQUIREMENT,
        )


def _lowered(study: Study, one: Nodes, other: Nodes) -> Iterator[tuple[Lit, str, Place | None]]:
    make = study.make
    for each in study.ruleset.requirements:
        if one[each.id] != other[each.id]:
            worse = make.all((study.met(each.id, one), study.not_met(each.id, other)))
            yield worse, f"{each.id} is no longer met", each.place
    for number, tier in enumerate(study.closed.ladder, 1):
        key = NodeId.attained(number)
        worse = make.all((one[key].t[0], -other[key].t[0]))
        what = "tier" if study.ruleset.routes else "level"
        yield worse, f"the {what} `{tier.id}` is no longer attained", tier.place
    for decision in study.ruleset.decisions:
        before, after = study.answers(decision, one), study.answers(decision, other)
        words = [each.id for each in decision.outcomes]
        for at, word in enumerate(words):
            stricter = make.any(after[each] for each in words[:at])
            worse = make.all((before[word], stricter))
            yield worse, f"`{decision.id}` was `{word}` and is stricter now", decision.outcomes[at].place


def _directed(study: Study) -> Iterator[tuple[str, FactDeclaration, str | None]]:
    for name in (each for each in study.facts if each in study.world.cells):
        declared = study.ruleset.vocabulary.scalars[name]
        if declared.direction and "." not in name:
            yield name, declared, None
    for name in study.world.lists:
        for field, declared in study.ruleset.vocabulary.collections[name].fields.items():
            if declared.direction:
                yield name, declared, field


def _fresh(study: Study, declared: FactDeclaration, name: str) -> Cell:
    before = len(study.maker.laws)
    made = study.maker.cell(declared, name)
    study.laws.also(study.maker.laws[before:])
    return made


def _with_field(listing: ListCell, field: str, cell: Cell) -> ListCell:
    first = attrs.evolve(listing.records[0], fields={**listing.records[0].fields, field: cell})
    return attrs.evolve(listing, records=(first, *listing.records[1:]))
