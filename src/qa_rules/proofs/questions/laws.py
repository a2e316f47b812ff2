"""The law: learning settles and never unsettles. Held node by node, then for the answers made of them."""

from __future__ import annotations

from collections.abc import Iterator

import attrs

from qa_rules.model.nodes import NodeId
from qa_rules.model.values import DecisionKind
from qa_rules.program.algebra import Pair
from qa_rules.program.gates import Lit
from qa_rules.program.graph import outcomes_of
from qa_rules.proofs.claims import Claim
from qa_rules.proofs.encode import Encoder
from qa_rules.proofs.study import Study
from qa_rules.proofs.symbolic import Cell, ListCell, RecordCell, World

LEARNING = "learning-settles"
HIDING = "hiding-never-helps"


def learning(study: Study) -> Iterator[Claim]:
    """Claim of each node that it stays settled when more is known, whatever the nodes that it refers to are.

    By induction over the nodes it then holds of the whole ruleset. Nodes of one shape are asked once.
    """
    grown = _Growing(study)
    unsettled: dict[Lit, None] = {}
    seen = set()
    for node in study.closed.nodes:
        if node.expr in seen:
            continue
        seen.add(node.expr)
        names = study.closed.refers[node.name]
        before: dict[str, Pair] = {name: grown.pair(f"before {name}") for name in names}
        after: dict[str, Pair] = {name: grown.later(before[name], f"after {name}") for name in names}
        one = study.encoder.of(node.expr, before)
        other = Encoder(study.make, study.limits.levels, grown.world).of(node.expr, after)
        both = zip((*one.t, *one.f), (*other.t, *other.f), strict=True)
        unsettled.setdefault(study.make.any(study.make.all((a, -b)) for a, b in both))
    grown.tell()
    yield Claim(
        code=LEARNING,
        at=study.ruleset.id,
        statement="learning more never unsettles a verdict, a tier or an outcome",
        wanted=False,
        literals=(),
        cases=tuple(unsettled),
        node_by_node=True,
        fault="a verdict that was settled is open again after something was learned",
        hint="this is a fault of the library; please report it",
        place=study.ruleset.place,
    )


def hiding(study: Study) -> Iterator[Claim]:
    """Claim that hiding something never gives an allowing answer to whoever had another.

    Given that learning settles, and that some outcome is always left, this is about the outcomes alone.
    """
    make = study.make
    for decision in study.ruleset.decisions:
        grown = _Growing(study)
        names = [name for name in study.nodes if name in ("scope", NodeId.scope(decision.id))]
        names += outcomes_of(decision)
        names += [NodeId.subject(decision.needs)] if decision.needs else []
        hidden: dict[str, Pair] = {name: grown.pair(f"hidden {name}") for name in names}
        shown: dict[str, Pair] = {name: grown.later(hidden[name], f"shown {name}") for name in names}
        grown.tell()
        left = make.any(study.possible(decision, shown))
        statement = f"hiding something never turns another answer of `{decision.id}` into one that allows"
        fault = f"`{decision.id}` allows only as long as something is not known"
        literals: tuple[Lit, ...] = (left, study.allowing(decision, hidden), -study.allowing(decision, shown))
        if decision.kind is not DecisionKind.PERMISSION:
            statement = f"hiding something never gives `{decision.id}` an answer that it has not got with it"
            fault = f"`{decision.id}` has this answer only as long as something is not known"
            one, other = study.answers(decision, hidden), study.answers(decision, shown)
            changes = (make.all((one[each.id], -other[each.id])) for each in decision.outcomes)
            literals = (left, make.any(changes))
        yield Claim(
            code=HIDING,
            at=decision.id,
            statement=statement,
            wanted=False,
            literals=literals,
            node_by_node=True,
            fault=fault,
            hint="this is a fault of the library; please report it",
            place=decision.place,
        )
    yield from _hiding_tiers(study)


def _hiding_tiers(study: Study) -> Iterator[Claim]:
    """Claim of each tier that whoever attains it while something is hidden attains it when that is known.

    Step by step, as for learning: what the tier refers to may only become more settled.
    """
    for number, tier in enumerate(study.closed.ladder, 1):
        grown = _Growing(study)
        raised: list[Lit] = []
        inner = study.closed.behind([NodeId.attained(number)])
        for node in study.closed.nodes:
            if node.name not in inner:
                continue
            names = study.closed.refers[node.name]
            hidden: dict[str, Pair] = {name: grown.pair(f"hidden {number} {name}") for name in names}
            shown: dict[str, Pair] = {
                name: grown.later(hidden[name], f"shown {number} {name}") for name in names
            }
            one = study.encoder.of(node.expr, hidden)
            other = Encoder(study.make, study.limits.levels, grown.world).of(node.expr, shown)
            raised += [
                study.make.all((a, -b)) for a, b in zip((*one.t, *one.f), (*other.t, *other.f), strict=True)
            ]
        grown.tell()
        yield Claim(
            code=HIDING,
            at=tier.id,
            statement=f"hiding something never raises the attained tier to `{tier.id}`",
            wanted=False,
            literals=(study.make.any(raised),),
            node_by_node=True,
            fault=f"this {study.judged.singular} attains `{tier.id}` only as long as something is not known",
            hint="this is a fault of the library; please report it",
            place=tier.place,
        )


class _Growing:
    """A second world in which at least as much is known, and pairs that only grow."""

    def __init__(self, study: Study) -> None:
        self.study, self.made = study, 0
        self.first, self.since = len(study.maker.laws), len(study.make.gates)
        cells = {name: self.cell(cell, f"grown {name}") for name, cell in study.world.cells.items()}
        lists = {
            name: self.listing(cells_of, f"grown {name}") for name, cells_of in study.world.lists.items()
        }
        self.world = World(cells, lists, study.world.on)

    def tell(self) -> None:
        """Lay down the laws of what was made."""
        self.study.laws.also(self.study.maker.laws[self.first :], self.since)

    def law(self, literal: Lit) -> None:
        self.study.maker.laws.append(literal)

    def grows(self, literals: tuple[Lit, ...], name: str) -> tuple[Lit, ...]:
        """Fresh levels, each at least as the one it grows from."""
        make = self.study.make
        fresh = self.study.maker.levels(f"{name}?")
        for old, new in zip(literals, fresh, strict=True):
            self.law(make.implies(old, new))
        return fresh

    def cell(self, cell: Cell, name: str) -> Cell:
        make = self.study.make
        known = self.grows(cell.known, name)
        if cell.whole is None:
            return attrs.evolve(cell, known=known)
        whole = self.grows(cell.whole, f"{name} whole ")
        items = {}
        for item, literal in cell.items.items():
            items[item] = make.var(f"{name}+{item}")
            self.law(make.implies(make.all((cell.known[0], literal)), items[item]))
            self.law(make.implies(make.all((cell.whole[0], items[item])), literal))
        for at, literal in enumerate(whole):
            self.law(make.implies(literal, known[at]))
        return attrs.evolve(cell, known=known, whole=whole, items=items)

    def listing(self, listing: ListCell, name: str) -> ListCell:
        make = self.study.make
        listed = self.grows(listing.listed, name)
        complete = make.var(f"{name}!")
        sure = make.all((listing.listed[0], listing.complete))
        self.law(make.implies(sure, complete))
        records = []
        for at, record in enumerate(listing.records):
            there = make.var(f"{name}[{at}]")
            self.law(make.implies(record.there, there))
            self.law(make.implies(make.all((sure, there)), record.there))
            fields = {key: self.cell(each, f"{name}[{at}].{key}") for key, each in record.fields.items()}
            records.append(RecordCell(there, fields))
        return ListCell(listed, complete, tuple(records))

    def pair(self, name: str) -> Pair:
        """Any pair: never met and not met at once, and stronger claims are claims."""
        make = self.study.make
        t, f = self.study.maker.levels(f"{name} t"), self.study.maker.levels(f"{name} f")
        self.law(-make.all((t[0], f[0])))
        return Pair(t, f)

    def later(self, pair: Pair, name: str) -> Pair:
        """A pair that is at least as settled."""
        t, f = self.grows(pair.t, f"{name} t"), self.grows(pair.f, f"{name} f")
        self.law(-self.study.make.all((t[0], f[0])))
        return Pair(t, f)
