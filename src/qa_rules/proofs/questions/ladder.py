"""Are tiers nested and reachable, and is the required tier always known and never lower for more risk?"""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial
from itertools import combinations

from qa_rules.errors import Place
from qa_rules.model.expressions import AnyOf, facts_of, is_test
from qa_rules.model.facts import FactDeclaration, FactType
from qa_rules.model.nodes import BELOW, NodeId
from qa_rules.model.rulesets import Decision
from qa_rules.program import levels
from qa_rules.program.gates import FALSE, Lit
from qa_rules.program.graph import outcomes_of
from qa_rules.proofs.claims import Claim, Part
from qa_rules.proofs.questions.requirements import together
from qa_rules.proofs.study import Study
from qa_rules.proofs.symbolic import YES, Cell
from qa_rules.proofs.wider import nobody
from qa_rules.proofs.words import words_of
from qa_rules.semantics.written import walk_written

NESTED = "tier-nested"
REACHED = "tier-reachable"
TABLE = "tier-table"
RISES = "tier-rises"
RISK = "risk-reachable"


def nested(study: Study) -> Iterator[Claim]:
    """Claim that whoever attains a tier attains the one below, and whoever misses one misses the one above."""
    for number, tier, place in _ladder(study):
        if number == 1:
            continue
        lower, upper = study.nodes[NodeId.attained(number - 1)], study.nodes[NodeId.attained(number)]
        make = study.make
        breaks = make.any((make.all((upper.t[0], -lower.t[0])), make.all((lower.f[0], -upper.f[0]))))
        yield Claim(
            code=NESTED,
            at=tier,
            statement=f"whoever attains `{tier}` attains the tier below",
            wanted=False,
            literals=(breaks,),
            fault=f"this {study.judged.singular} attains `{tier}` and not the tier below",
            hint="ask at the higher tier all that the lower one asks",
            place=place,
            reads=(NodeId.attained(number - 1), NodeId.attained(number)),
        )
        if NodeId.required(number) not in study.nodes:
            continue
        lower, upper = study.nodes[NodeId.required(number - 1)], study.nodes[NodeId.required(number)]
        breaks = make.any((make.all((upper.t[0], -lower.t[0])), make.all((lower.f[0], -upper.f[0]))))
        yield Claim(
            code=NESTED,
            at=tier,
            statement=f"whoever needs `{tier}` needs at least the tier below, so one tier is needed",
            wanted=False,
            literals=(breaks,),
            fault=f"this {study.judged.singular} needs `{tier}` and not the tier below",
            hint="this is a fault of the library; please report it",
            place=place,
            reads=(NodeId.required(number - 1), NodeId.required(number)),
        )


def reached(study: Study) -> Iterator[Claim]:
    """Claim that each tier can be attained, and that each row of the table decides for somebody."""
    policy = study.closed.policy
    for number, tier, place in _ladder(study):
        if study.passes_over(place) and study.passes_over(None if policy is None else policy.place):
            continue
        is_highest = NodeId.attained(number + 1) not in study.nodes
        ways = _ways(study, number)
        yield Claim(
            code=REACHED,
            at=tier,
            statement=f"{study.judged.one} can attain `{tier}` and no higher tier",
            wanted=True,
            literals=study.attaining(number),
            fault=f"no {study.judged.singular} attains `{tier}`"
            + ("" if is_highest else " without attaining the tier above"),
            hint="what it needs cannot all be met, or the tier above asks nothing more",
            place=place,
            about=(NodeId.attained(number),),
            parts=tuple(part for route in ways for part in _needs(study, route, number, place))
            if len(ways) == 1
            else (),  # with more routes no single thing is to blame
        )
        below = _ways(study, number - 1) if number > 1 else {}
        for route, way in ways.items() if len(ways) > 1 else ():
            if route in below and nobody(study, partial(_way, route=route, number=number - 1)):
                continue  # so it is said of the tier below
            yield Claim(
                code=REACHED,
                at=f"{tier}.{route}",
                statement=f"{study.judged.one} can attain `{tier}` on the route `{route}`",
                wanted=True,
                literals=(way,),
                fault=f"no {study.judged.singular} attains `{tier}` on the route `{route}`",
                hint="what it needs cannot all be met, or the route can never be in use or is not agreed to",
                place=place,
                about=(NodeId.attained(number),),
                parts=tuple(_needs(study, route, number, place)),
            )
        if NodeId.required(number) not in study.nodes:
            continue
        yield Claim(
            code=REACHED,
            at=tier,
            statement=f"somebody needs `{tier}` and no higher tier",
            wanted=True,
            literals=study.exactly(NodeId.required, number),
            fault=f"nobody ever needs exactly `{tier}`",
            hint="a stricter row of the table takes everybody, or no row names it",
            place=policy.place if policy is not None else place,
            about=(NodeId.required(number),),
        )
    if list(_ladder(study)):
        yield from _apart(study)


def _apart(study: Study) -> Iterator[Claim]:
    """Claim of each two routes that somebody is known to be on one and not known to be on the other."""
    for one, other in combinations(study.ruleset.routes, 2):
        first, second = (study.nodes[NodeId.used(each.id)] for each in (one, other))
        yield Claim(
            code=REACHED,
            at=other.id,
            statement=f"the routes `{one.id}` and `{other.id}` are not always in use together",
            wanted=True,
            literals=(study.differ((first.t[0], first.f[0]), (second.t[0], second.f[0])),),
            fault=f"whoever is on the route `{one.id}` is on the route `{other.id}` too, and the other way round",
            hint="one of them has the other's `used_when`: correct it, or take one of them out",
            place=other.used_when.place,
            about=(NodeId.used(one.id), NodeId.used(other.id)),
        )


def _ways(study: Study, number: int) -> dict[str, Lit]:
    """For each route that may give a tier: it does."""
    expr = study.closed.exprs[NodeId.attained(number)]
    routes = [
        each for each in levels.ways_of(study.ruleset) if levels.reach(study.closed.ladder, each) >= number
    ]
    operands = expr.operands if isinstance(expr, AnyOf) else ()
    return {
        route: study.encoder.of(way, study.nodes).t[0] for route, way in zip(routes, operands, strict=True)
    }


def _needs(study: Study, route: str, number: int, place: Place | None) -> Iterator[Part]:
    """What a tier needs on a route, with what those below it need."""
    for at in range(1, number + 1):
        for each in together(study.closed.exprs[NodeId.needs(route, at)]):
            words = words_of(each, study.ruleset.vocabulary)
            yield Part(words, study.encoder.of(each, study.nodes).t[0], each.place or place)


def for_each_risk(study: Study) -> Iterator[Claim]:
    """Claim that whoever needs a tier can attain each tier, and can get each answer that turns on the tiers."""
    ladder = _required(study)
    for number, needed, place in ladder:
        exactly = study.exactly(NodeId.required, number)
        if nobody(study, partial(_exactly, number=number)):  # as `reached` says
            continue
        for at, tier, _ in ladder:
            yield Claim(
                code=RISK,
                at=f"{needed}.{tier}",
                statement=f"whoever needs `{needed}` can attain `{tier}`",
                wanted=True,
                literals=(*exactly, *study.attaining(at)),
                fault=f"whoever needs `{needed}` can never attain just `{tier}`",
                hint="what the tier needs turns on what the table of required tiers reads",
                place=place,
                about=(NodeId.required(number), NodeId.attained(at)),
            )
        for decision in _turning(study):
            words = study.answers(decision)
            for outcome in decision.outcomes:
                if nobody(study, partial(_answer, decision=decision, word=outcome.id)):
                    continue  # as `outcome-reachable` says
                best = outcome == decision.outcomes[-1]
                yield Claim(
                    code=RISK,
                    at=f"{needed}.{outcome.id}",
                    statement=f"whoever needs `{needed}` can get the answer `{outcome.id}` of `{decision.id}`",
                    wanted=True,
                    literals=(*exactly, words[outcome.id]),
                    fault=f"nobody who needs `{needed}` ever gets the answer `{outcome.id}` of `{decision.id}`",
                    hint="a stricter outcome takes them all, or nothing they can do leads there",
                    place=place if best else outcome.place,  # who needs a tier is the policy's to say
                    about=(NodeId.outcome(decision.id, outcome.id), NodeId.required(number)),
                )
        yield from _of_each_value(study, number, needed, place)


def _of_each_value(study: Study, number: int, needed: str, place: Place | None) -> Iterator[Claim]:
    """Claim that whoever needs a tier can attain it and be allowed, whatever makes them need it.

    That is asked for each value of each fact that the table reads, where somebody who has it needs just that tier.
    """
    exactly = study.exactly(NodeId.required, number)
    reached = study.nodes[NodeId.attained(number)].t[0]
    for decision in _turning(study):
        outcomes = outcomes_of(decision)
        allowed = (reached, study.allowing(decision))
        if nobody(study, partial(_allowed, number=number, decision=decision)):  # then no value is to blame
            continue
        for fact, words, value in _values(study, number):
            if nobody(study, partial(_has_value, number=number, words=words)):
                continue
            whoever = f"who needs `{needed}`, where {words},"
            yield Claim(
                code=RISK,
                at=f"{needed}.{fact}",
                statement=f"somebody {whoever} can attain it and be allowed by `{decision.id}`",
                wanted=True,
                literals=(*exactly, value, *allowed),
                fault=f"nobody {whoever} ever attains it and is allowed by `{decision.id}`",
                hint="what the tier needs on every route, or an outcome that forbids, turns on that very fact",
                place=place,
                about=(NodeId.required(number), NodeId.attained(number), *outcomes),
            )


def _exactly(study: Study, number: int) -> tuple[Lit, ...]:
    return study.exactly(NodeId.required, number)


def _way(study: Study, route: str, number: int) -> tuple[Lit, ...]:
    return (_ways(study, number)[route],)


def _answer(study: Study, decision: Decision, word: str) -> tuple[Lit, ...]:
    return (study.answers(decision)[word],)


def _allowed(study: Study, number: int, decision: Decision) -> tuple[Lit, ...]:
    reached = study.nodes[NodeId.attained(number)].t[0]
    return (*_exactly(study, number), reached, study.allowing(decision))


def _has_value(study: Study, number: int, words: str) -> tuple[Lit, ...]:
    return (*_exactly(study, number), *(value for _, told, value in _values(study, number) if told == words))


def _turning(study: Study) -> Iterator[Decision]:
    """The decisions that turn on the tiers, and that anybody can be given an answer of."""
    for decision in study.ruleset.decisions:
        behind = study.closed.behind(outcomes_of(decision))
        if BELOW in behind and study.is_made(decision) != FALSE:
            yield decision


def _values(study: Study, number: int) -> Iterator[tuple[str, str, Lit]]:
    """The values of the facts that the table reads, in words: each option, or where there are none what a row tests."""
    vocabulary, name = study.ruleset.vocabulary, NodeId.lower_than(number)
    for fact in sorted(study.reads[name] & study.world.cells.keys() & set(study.facts)):
        declared, cell = vocabulary.scalars[fact], study.world.cells[fact]
        known = study.make.all((cell.known[-1], -cell.none))
        if declared.type is FactType.CHOICE:
            for option, title in declared.options.items():
                yield fact, f"{declared.label} is “{title}”", study.make.all((known, cell.has(option)))
        elif declared.type in (FactType.YES_NO, FactType.JUDGEMENT):
            yield fact, f"{declared.label} is yes", study.make.all((known, cell.has(YES)))
            yield fact, f"{declared.label} is no", study.make.all((known, -cell.has(YES)))
        else:
            for test in walk_written(study.closed.exprs[name], vocabulary):
                if is_test(test) and facts_of(test) == frozenset({fact}):
                    words, pair = words_of(test, vocabulary), study.encoder.of(test, study.nodes)
                    yield fact, words, study.make.all((known, pair.t[0]))
                    yield fact, f"it is not so that {words}", study.make.all((known, pair.f[0]))


def table(study: Study) -> Iterator[Claim]:
    """Claim that the required tier is settled once everything that the table reads is known."""
    make = study.make
    names = {name for number, _, _ in _required(study) for name in study.reads[NodeId.required(number)]}
    known: list[Lit] = []
    for name in sorted(names):
        if name in study.world.cells:
            known += _fully_known(study.world.cells[name])
        else:
            listing = study.world.lists[name]
            known += [listing.listed[-1], listing.complete]
            known += [
                make.implies(record.there, literal)
                for record in listing.records
                for cell in record.fields.values()
                for literal in _fully_known(cell)
            ]
    for number, tier, place in _required(study):
        pair = study.nodes[NodeId.required(number)]
        yield Claim(
            code=TABLE,
            at=tier,
            statement=f"with all that the table reads fully known it is settled whether `{tier}` is required",
            wanted=False,
            literals=(*known, -pair.t[0], -pair.f[0]),
            fault=f"everything is known, and whether `{tier}` is required stays open: no row of the table holds",
            hint="give those whom no row takes a row of their own, or end the table with a row without `when`",
            place=_table_of(study) or place,
            about=(NodeId.required(number),),
            reads=(NodeId.required(number),),
        )


def _table_of(study: Study) -> Place | None:
    """Where the table of required tiers begins."""
    policy = study.closed.policy
    return policy.required_tier[0].place if policy is not None and policy.required_tier else None


def _fully_known(cell: Cell) -> list[Lit]:
    return [cell.known[-1], -cell.none, *(() if cell.whole is None else (cell.whole[-1],))]


def rises(study: Study) -> Iterator[Claim]:
    """Claim that the required tier never falls when a fact of the activity or person gets worse."""
    ladder = _required(study)
    names = {name for number, _, _ in ladder for name in study.reads[NodeId.required(number)]}
    for name in sorted(names & set(study.world.cells) & set(study.facts)):
        declared = study.ruleset.vocabulary.scalars[name]
        cell = study.world.cells[name]
        prefix = "worse "
        other = study.another(name, prefix) if worse_is_ordered(declared) else None
        if not isinstance(other, Cell):
            continue
        nodes = study.copy({name: other})
        falls = study.make.any(
            study.make.all((study.nodes[NodeId.required(at)].t[0], -nodes[NodeId.required(at)].t[0]))
            for at, _, _ in ladder
        )
        more = declared.direction != "more_is_better"
        yield Claim(
            code=RISES,
            at=name,
            statement=f"the required tier never falls as `{name}` gets worse",
            wanted=False,
            literals=(better(study, declared, cell, other, more), falls),
            fault=f"the required tier falls when `{name}` gets worse",
            hint="a row of the table has its options the wrong way round, or stands in the wrong place",
            place=_table_of(study) or ladder[-1][2],
            reads=tuple(NodeId.required(at) for at, _, _ in ladder),
            changed={name: prefix},
        )


def worse_is_ordered(declared: FactDeclaration) -> bool:
    """Whether the vocabulary says which values are worse."""
    return declared.ordered or bool(declared.direction)


def better(study: Study, declared: FactDeclaration, cell: Cell, other: Cell, more: bool) -> Lit:
    """Return: both are known alike, and the other is higher (`more`) or lower, an option or a number."""
    make = study.make
    alike = [make.same(a, b) for a, b in zip(cell.known, other.known, strict=True)]
    alike += [cell.known[0], -cell.none, -other.none]
    if cell.whole is not None and other.whole is not None:
        alike += [make.same(a, b) for a, b in zip(cell.whole, other.whole, strict=True)]
    low, high = (cell, other) if more else (other, cell)
    if low.number is not None and high.number is not None:
        return make.all((*alike, make.less(low.number, high.number)))
    if declared.type is FactType.CHOICE:
        keys = list(low.items)
        pairs = [(a, b) for at, a in enumerate(keys) for b in keys[at + 1 :]]
        return make.all((*alike, make.any(make.all((low.has(a), high.has(b))) for a, b in pairs)))
    if declared.type.is_set:
        # Of a set with perhaps more in it, to take an item away is to know less, and not to have less.
        sure = () if more or other.whole is None else (other.whole[0],)
        return make.all((*alike, *sure, *(make.implies(low.has(item), high.has(item)) for item in low.items)))
    return make.all((*alike, -low.has(YES), high.has(YES)))


def _ladder(study: Study) -> Iterator[tuple[int, str, Place | None]]:
    for number, tier in enumerate(study.closed.ladder, 1):
        yield number, tier.id, tier.place


def _required(study: Study) -> list[tuple[int, str, Place | None]]:
    """The ladder where one of it is required; levels that are only awarded nobody needs."""
    return list(_ladder(study)) if NodeId.required(1) in study.nodes else []
