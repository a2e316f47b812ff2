"""Are tiers nested and reachable, and is the required tier always known and never lower for more risk?"""

from __future__ import annotations

from collections.abc import Iterator

from qa_rules.errors import Place
from qa_rules.meaning import tiers
from qa_rules.model.expressions import AllOf
from qa_rules.model.facts import FactDeclaration, FactType
from qa_rules.verifier.cells import YES, Cell
from qa_rules.verifier.claims import Claim, Part
from qa_rules.verifier.gates import Lit
from qa_rules.verifier.study import Study
from qa_rules.verifier.words import words_of

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
        lower, upper = study.nodes[tiers.attained(number - 1)], study.nodes[tiers.attained(number)]
        make = study.make
        breaks = make.any((make.all((upper.t[0], -lower.t[0])), make.all((lower.f[0], -upper.f[0]))))
        yield Claim(
            code=NESTED,
            at=tier,
            statement=f"whoever attains `{tier}` attains the tier below",
            wanted=False,
            literals=(breaks,),
            fault=f"this provider attains `{tier}` and not the tier below",
            hint="ask at the higher tier all that the lower one asks",
            place=place,
        )
        lower, upper = study.nodes[tiers.required(number - 1)], study.nodes[tiers.required(number)]
        breaks = make.any((make.all((upper.t[0], -lower.t[0])), make.all((lower.f[0], -upper.f[0]))))
        yield Claim(
            code=NESTED,
            at=tier,
            statement=f"whoever needs `{tier}` needs at least the tier below, so one tier is needed",
            wanted=False,
            literals=(breaks,),
            fault=f"this provider needs `{tier}` and not the tier below",
            hint="this is a fault of the library; please report it",
            place=place,
        )


def reached(study: Study) -> Iterator[Claim]:
    """Claim that each tier can be attained, and that each row of the table decides for somebody."""
    policy = study.closed.policy
    for number, tier, place in _ladder(study):
        above = study.nodes.get(tiers.attained(number + 1))
        exactly = [study.nodes[tiers.attained(number)].t[0]] + ([] if above is None else [above.f[0]])
        yield Claim(
            code=REACHED,
            at=tier,
            statement=f"a provider can attain `{tier}` and no higher tier",
            wanted=True,
            literals=tuple(exactly),
            fault=f"no provider attains `{tier}` without attaining the tier above"
            if above is not None
            else f"no provider attains `{tier}`",
            hint="what it needs cannot all be met, or the tier above asks nothing more",
            place=place,
            about=(tiers.attained(number),),
            parts=tuple(_needs(study, number, place)),
        )
        needed = study.nodes[tiers.required(number)].t[0]
        more = study.nodes.get(tiers.required(number + 1))
        yield Claim(
            code=REACHED,
            at=tier,
            statement=f"somebody needs `{tier}` and no higher tier",
            wanted=True,
            literals=(needed,) if more is None else (needed, more.f[0]),
            fault=f"nobody ever needs exactly `{tier}`",
            hint="a stricter row of the table takes everybody, or no row names it",
            place=policy.place if policy is not None else place,
            about=(tiers.required(number),),
        )


def _needs(study: Study, number: int, place: Place | None) -> Iterator[Part]:
    """What a tier needs on the one route that reaches it; with more routes no single thing is to blame."""
    policy, ruleset = study.closed.policy, study.ruleset
    routes = [
        each.id for each in ruleset.routes if policy is not None and tiers.reach(policy, each.id) >= number
    ]
    for at in range(1, number + 1) if len(routes) == 1 else ():
        expr = study.closed.nodes[study.closed.index[tiers.needs(routes[0], at)]].expr
        for each in expr.operands if isinstance(expr, AllOf) else (expr,):
            words = words_of(each, ruleset.vocabulary)
            yield Part(words, study.encoder.of(each, study.nodes).t[0], each.place or place)


def for_each_risk(study: Study) -> Iterator[Claim]:
    """Claim that whoever needs a tier can attain each tier, and can get each answer that turns on the tiers."""
    ladder = list(_ladder(study))
    for number, needed, place in ladder:
        above = study.nodes.get(tiers.required(number + 1))
        exactly = [study.nodes[tiers.required(number)].t[0]] + ([] if above is None else [above.f[0]])
        for at, tier, _ in ladder:
            beyond = study.nodes.get(tiers.attained(at + 1))
            attains = [study.nodes[tiers.attained(at)].t[0]] + ([] if beyond is None else [beyond.f[0]])
            yield Claim(
                code=RISK,
                at=f"{needed}.{tier}",
                statement=f"whoever needs `{needed}` can attain `{tier}`",
                wanted=True,
                literals=(*exactly, *attains),
                fault=f"whoever needs `{needed}` can never attain just `{tier}`",
                hint="what the tier needs turns on what the table of required tiers reads",
                place=place,
                about=(tiers.required(number), tiers.attained(at)),
            )
        for decision in study.ruleset.decisions:
            behind = study.behind(f"outcome/{decision.id}/{outcome.id}" for outcome in decision.outcomes)
            words = study.answers(decision) if tiers.BELOW in behind else {}
            for outcome in decision.outcomes if words else ():
                yield Claim(
                    code=RISK,
                    at=f"{needed}.{outcome.id}",
                    statement=f"whoever needs `{needed}` can get the answer `{outcome.id}` of `{decision.id}`",
                    wanted=True,
                    literals=(*exactly, words[outcome.id]),
                    fault=f"nobody who needs `{needed}` ever gets the answer `{outcome.id}` of `{decision.id}`",
                    hint="a stricter outcome takes them all, or nothing they can do leads there",
                    place=outcome.place,
                    about=(f"outcome/{decision.id}/{outcome.id}", tiers.required(number)),
                )


def table(study: Study) -> Iterator[Claim]:
    """Claim that the required tier is settled once everything that the table reads is known."""
    make = study.make
    names = {name for number, _, _ in _ladder(study) for name in study.reads[tiers.required(number)]}
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
    for number, tier, place in _ladder(study):
        pair = study.nodes[tiers.required(number)]
        yield Claim(
            code=TABLE,
            at=tier,
            statement=f"with activity and person fully known it is settled whether `{tier}` is required",
            wanted=False,
            literals=(*known, -pair.t[0], -pair.f[0]),
            fault=f"everything is known, and whether `{tier}` is required stays open: no row of the table holds",
            hint="end the table with a row without `when`",
            place=place,
            about=(tiers.required(number),),
        )


def _fully_known(cell: Cell) -> list[Lit]:
    return [cell.known[-1], -cell.none, *(() if cell.whole is None else (cell.whole[-1],))]


def rises(study: Study) -> Iterator[Claim]:
    """Claim that the required tier never falls when a fact of the activity or person gets worse."""
    ladder = list(_ladder(study))
    names = {name for number, _, _ in ladder for name in study.reads[tiers.required(number)]}
    for name in sorted(names & set(study.world.cells) & set(study.facts)):
        declared = study.ruleset.vocabulary.scalars[name]
        cell = study.world.cells[name]
        prefix = "worse "
        other = study.another(name, prefix) if worse_is_ordered(declared) else None
        if not isinstance(other, Cell):
            continue
        nodes = study.copy({name: other})
        falls = study.make.any(
            study.make.all((study.nodes[tiers.required(at)].t[0], -nodes[tiers.required(at)].t[0]))
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
            place=ladder[-1][2],
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
        return make.all((*alike, *(make.implies(low.has(item), high.has(item)) for item in low.items)))
    return make.all((*alike, -low.has(YES), high.has(YES)))


def _ladder(study: Study) -> Iterator[tuple[int, str, Place | None]]:
    policy = study.closed.policy
    if policy is not None and tiers.attained(1) in study.nodes:
        for number, tier in enumerate(policy.tiers, 1):
            yield number, tier.id, tier.place
