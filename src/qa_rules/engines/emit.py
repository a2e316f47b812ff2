"""The source of the function that the compiled engine runs."""

from __future__ import annotations

from collections.abc import Sequence
from functools import reduce
from typing import Any, Final, assert_never

from qa_rules.engines.arguments import Layout, Part, Slot
from qa_rules.engines.common_subexpressions import merged, repeated
from qa_rules.engines.lanes import Ranks, lanes, settler, summer, together, totaller
from qa_rules.engines.loops import INDENT, Loop
from qa_rules.model import expressions as ex
from qa_rules.model.expressions import terms, walk
from qa_rules.model.facts import FactDeclaration
from qa_rules.program.bind import ClosedRuleset
from qa_rules.semantics.dates import later
from qa_rules.semantics.linear import EXACT
from qa_rules.semantics.snapshot import Held
from qa_rules.semantics.truth import AT_STRENGTH, FAILS, HOLDS, MET, NEGATED, NOT_MET, PAIR, UNKNOWN

_HIGH: Final = 0b111000
_LOW: Final = 0b000111
_CHUNK: Final = 40
_RECORD_LANE: Final = 20
_SIGNS: Final = {ex.Op.IS: "==", ex.Op.AT_LEAST: ">=", ex.Op.AT_MOST: "<=", ex.Op.MORE: ">", ex.Op.LESS: "<"}

Unused = ex.Parameter | ex.Unset


def generate(closed: ClosedRuleset) -> tuple[str, dict[str, Any], Layout]:
    """Return the source of `run(facts, rows, on, calendar)`, the values that its names are bound to, and the
    layout of its arguments.
    """
    return _Generator(closed).whole()


class _Generator:
    def __init__(self, closed: ClosedRuleset) -> None:
        self.closed = closed
        self.vocabulary = closed.ruleset.vocabulary
        self.lines: list[str] = []
        self.depth = 1
        self.bound: dict[str, Any] = {
            "N": NEGATED,
            "H": HOLDS,
            "F": FAILS,
            "later": later,
            "together": together,
            "P": PAIR,
        }
        self.constants: dict[tuple[type, Any], str] = {}
        self.slots: dict[Slot, str] = {}
        self.fields: dict[str, dict[Slot, str]] = {}
        self.rows: dict[str, str] = {}
        self.known: dict[ex.Expr, str] = {}
        self.temporaries = 0
        self.inside = False
        self.shared = repeated(node.expr for node in closed.nodes)
        for node in closed.nodes:
            for inner in walk(node.expr):
                for collection in ex.collections_of(inner):
                    self.rows.setdefault(collection, f"c{len(self.rows)}")
                    self.fields.setdefault(collection, {})

    def whole(self) -> tuple[str, dict[str, Any], Layout]:
        for at, node in enumerate(self.closed.nodes):
            self.emit(f"r{at} = {self.of(node.expr)}")
        results = "".join(f"r{at}, " for at in range(len(self.closed.nodes)))
        head = ["def run(facts, rows, on, calendar):"]
        if self.slots:
            head.append(f"{INDENT}{', '.join(self.slots.values())}, = facts")
        if self.rows:
            pairs = ", ".join(f"({row}, w{row})" for row in self.rows.values())
            head.append(f"{INDENT}{pairs}, = rows")
        body = [line.head(self.rows, self.fields) if isinstance(line, Loop) else line for line in self.lines]
        source = "\n".join([*head, *body, f"{INDENT}return ({results})"])
        collections = tuple((name, tuple(self.fields[name])) for name in self.rows)
        return source, self.bound, Layout(tuple(self.slots), collections)

    # Names

    def emit(self, line: str) -> None:
        self.lines.append(INDENT * self.depth + line)

    def temporary(self) -> str:
        self.temporaries += 1
        return f"t{self.temporaries}"

    def bind(self, value: Any) -> str:
        key = (type(value), value)
        if key not in self.constants:
            self.constants[key] = f"k{len(self.constants)}"
            self.bound[self.constants[key]] = value
        return self.constants[key]

    def table(self, name: str, value: Any) -> str:
        self.bound[name] = value
        return name

    def part(self, term: ex.Fact | ex.Field, part: Part) -> str:
        slot = Slot.of(self.declared(term), part)
        if isinstance(term, ex.Fact):
            return self.slots.setdefault(slot, f"f{len(self.slots)}")
        fields = self.fields[term.collection]
        return fields.setdefault(slot, f"x{len(fields)}")

    def declared(self, term: ex.Fact | ex.Field) -> FactDeclaration:
        if isinstance(term, ex.Fact):
            return self.vocabulary.scalars[term.name]
        return self.vocabulary.collections[term.collection].fields[term.name]

    # Expressions

    def of(self, expr: ex.Expr) -> str:
        if expr in self.known:
            return self.known[expr]
        code = self.made(expr)
        if expr in self.shared and not self.inside and not code.isidentifier():
            name = self.temporary()
            self.emit(f"{name} = {code}")
            self.known[expr] = code = name
        return code

    def made(self, expr: ex.Expr) -> str:
        match expr:
            case ex.AllOf(operands):
                return self.chain("&", operands)
            case ex.AnyOf(operands):
                return self.chain("|", merged(operands))
            case ex.AtLeast(count, operands):
                spread, bias, top, back = self.lanes(len(operands).bit_length() + 1, count)
                total = " + ".join(f"{spread}[{self.of(operand)}]" for operand in operands)
                return f"{back}[({total} + {bias}) & {top}]"
            case ex.Not(operand):
                return f"N[{self.of(operand)}]"
            case ex.OnlyWhen(condition, operand):
                return f"(N[{self.of(condition)}] | {self.of(operand)})"
            case ex.Constant(holds):
                return str(UNKNOWN if holds is None else MET if holds else NOT_MET)
            case ex.Reference(name, _, strength):
                node = f"r{self.closed.index[name]}"
                return (
                    node
                    if strength is None
                    else f"{self.table(f'A{strength:d}', AT_STRENGTH[strength])}[{node}]"
                )
            case ex.Sided(_, met, unmet):
                return f"({self.of(met)} & {_LOW} | N[{self.of(unmet)}] & {_HIGH})"
            case ex.Quantified():
                return self.quantified(expr)
            case ex.Together():
                return self.together(expr)
            case ex.Total():
                return self.total(expr)
            case _:
                return self.leaf(expr)

    def chain(self, sign: str, operands: Sequence[ex.Expr]) -> str:
        codes = [self.of(operand) for operand in operands] or [str(MET if sign == "&" else NOT_MET)]
        while len(codes) > _CHUNK:
            short = []
            for at in range(0, len(codes), _CHUNK):
                name = self.temporary()
                self.emit(f"{name} = {f' {sign} '.join(codes[at : at + _CHUNK])}")
                short.append(name)
            codes = short
        return codes[0] if len(codes) == 1 else f"({f' {sign} '.join(codes)})"

    def lanes(self, width: int, count: int) -> tuple[str, int, int, str]:
        spread, bias, top, back = lanes(width, count)
        return self.table(f"S{width}", spread), bias, top, self.table(f"B{width}", back)

    # Records

    def loop(self, expr: ex.Quantified | ex.Together | ex.OfRecords) -> str:
        """Open a loop over the records and return the bits of *this one is selected*."""
        self.lines.append(Loop(expr.collection, self.depth))
        self.inside, self.depth = True, self.depth + 1
        return "there" if expr.where is None else f"({self.of(expr.where)} & there)"

    def close(self) -> None:
        self.inside, self.depth = False, self.depth - 1

    def quantified(self, expr: ex.Quantified) -> str:
        result, some, whole = self.temporary(), self.temporary(), f"w{self.rows[expr.collection]}"
        match expr.count:
            case ex.Count.EVERY:
                self.emit(f"{result}, {some} = {MET}, 0")
                selected = self.loop(expr)
                self.emit(f"selected = {selected}")
                body = MET if expr.body is None else self.of(expr.body)
                self.emit(f"{result} &= N[selected] | {body}")
                self.emit(f"{some} |= selected")
                self.close()
                something = "" if expr.empty_is_met else f" & ({some} | {_HIGH})"
                return f"({result} & H[{whole}]{something})"
            case ex.Count.SOME:
                self.emit(f"{result} = {NOT_MET}")
                self.emit_body(expr, f"{result} |= ", "")
                return f"({result} | F[{whole}])"
            case ex.Count.AT_LEAST:
                spread, bias, top, back = self.lanes(_RECORD_LANE, expr.number)
                self.emit(f"{result} = {bias}")
                self.emit_body(expr, f"{result} += {spread}[", "]")
                return f"({back}[{result} & {top}] | F[{whole}])"
            case _:
                assert_never(expr.count)

    def emit_body(self, expr: ex.Quantified, before: str, after: str) -> None:
        selected = self.loop(expr)
        body = "" if expr.body is None else f" & {self.of(expr.body)}"
        self.emit(f"{before}{selected}{body}{after}")
        self.close()

    def together(self, expr: ex.Together) -> str:
        chosen = self.temporary()
        self.emit(f"{chosen} = []")
        selected = self.loop(expr)
        field = self.part(ex.Field(expr.collection, expr.field), Part.HELD)
        self.emit(f"{chosen}.append(({selected}, {field}))")
        self.close()
        return f"together({self.held(expr.target)}, {chosen}, w{self.rows[expr.collection]})"

    def total(self, expr: ex.Total) -> str:
        """Which records add, and what, is gathered here; the sum is for the shared code."""
        listed = ""
        for part in expr.records:
            chosen = self.temporary()
            self.emit(f"{chosen} = []")
            selected = self.loop(part)
            held = "None" if part.amount is None else self.part(part.amount.term, Part.HELD)
            self.emit(f"{chosen}.append((P[{selected}], {held}))")
            self.close()
            listed += f"({chosen}, w{self.rows[part.collection]}), "
        name = self.temporary()
        self.bound[f"{name}_"] = totaller(expr)
        return (
            f"{name}_({', '.join([f'({listed})', *(self.part(each.term, Part.HELD) for each in expr.sum)])})"
        )

    # Leaves

    def leaf(self, leaf: ex.Leaf) -> str:
        if any(isinstance(term, Unused) for term in terms(leaf)) and not isinstance(leaf, ex.Within):
            return str(UNKNOWN)
        match leaf:
            case ex.Given(term):
                return self.part(term, Part.GIVEN)
            case ex.Compare(left, op, right, ranks):
                return self.compared(left, op, right, ranks)
            case ex.Within():
                return self.within(leaf)
            case ex.OneOf(item, ex.Literal(options)):
                return self.graded(f"{self.value(item)} in {self.bind(options)}", item)
            case ex.OneOf(item, ex.Fact() | ex.Field() as options):
                inside, outside = self.part(options, Part.HOLDS), self.part(options, Part.WHOLE_FAILS)
                test = f"{self.value(item)} in {self.part(options, Part.VALUE)}"
                return self.graded(test, item, holds=(inside,), fails=(outside,))
            case ex.Empty(ex.Fact() | ex.Field() as whole):
                value, fails = self.part(whole, Part.VALUE), self.part(whole, Part.FAILS)
                return f"({fails} if {value} else {self.part(whole, Part.WHOLE_HOLDS)})"
            # A policy may give no items, or fewer than are asked for; then the shared code is called.
            case ex.Includes(
                ex.Fact() | ex.Field() as whole, how, ex.Literal(frozenset() as items), count
            ) if max(count, 1) <= len(items):
                return self.includes(whole, how, self.bind(items), count)
            case ex.Linear():
                return self.linear(leaf)
            case ex.OneOf() | ex.Includes() | ex.Empty():
                return self.settled(leaf)
            case _:
                assert_never(leaf)

    def includes(self, whole: ex.Fact | ex.Field, how: ex.Inclusion, items: str, count: int) -> str:
        value, holds, fails = (
            self.part(whole, Part.VALUE),
            self.part(whole, Part.HOLDS),
            self.part(whole, Part.WHOLE_FAILS),
        )
        match how:
            case ex.Inclusion.ALL:
                return f"({holds} if {items} <= {value} else {fails})"
            case ex.Inclusion.ANY:
                return f"({fails} if {items}.isdisjoint({value}) else {holds})"
            case ex.Inclusion.AT_LEAST:
                return f"({holds} if len({items} & {value}) >= {count:d} else {fails})"
            case ex.Inclusion.ONLY:
                whole_holds, outside = self.part(whole, Part.WHOLE_HOLDS), self.part(whole, Part.FAILS)
                return f"({UNKNOWN} if not {value} else {whole_holds} if {value} <= {items} else {outside})"
            case _:
                assert_never(how)

    def settled(self, leaf: ex.Leaf) -> str:
        """Call the shared code for a leaf that is too rare to write out."""
        found = [term for term in dict.fromkeys(terms(leaf)) if isinstance(term, ex.Fact | ex.Field)]
        if not found:
            return str(settler(leaf, found)())
        name = self.temporary()
        self.bound[f"{name}_"] = settler(leaf, found)
        return f"{name}_({', '.join(self.part(term, Part.HELD) for term in found)})"

    def linear(self, leaf: ex.Linear) -> str:
        """What bounds settle, at any strength; one comparison where all is known equally well; or the shared code."""
        found = [each.term for each in leaf.sum]
        if (by_bounds := settler(leaf, found)(*(None for _ in found))) != UNKNOWN:
            return str(by_bounds)
        parts = [(each, self.part(each.term, Part.VALUE)) for each in leaf.sum]
        holds = [self.part(each, Part.HOLDS) for each in found]
        times, plus = "{} * {}", "{} + {}"  # of decimals they would round to 28 digits
        if not all(each.whole and type(each.factor) is int for each in leaf.sum):
            times, plus = (f"{self.bind(each)}({{}}, {{}})" for each in (EXACT.multiply, EXACT.add))
        scaled = [v if each.factor == 1 else times.format(self.bind(each.factor), v) for each, v in parts]
        test = f"{reduce(plus.format, scaled)} {'>' if leaf.strictly else '>='} {self.bind(leaf.least)}"
        known = f"({holds[0]} if {test} else {self.part(leaf.sum[0].term, Part.FAILS)})"
        name = self.temporary()
        self.bound[f"{name}_"] = summer(leaf)
        rest = f"{name}_({', '.join(self.part(term, Part.HELD) for term in found)})"
        return f"({known} if {' == '.join(holds)} != {UNKNOWN} else {rest})"

    def compared(self, left: ex.Term, op: ex.Op, right: ex.Term, ranks: tuple[str, ...]) -> str:
        if (
            op is ex.Op.IS
            and isinstance(left, ex.Fact | ex.Field)
            and isinstance(right, ex.Literal)
            and isinstance(right.value, bool)
        ):
            truth = self.part(left, Part.TRUTH)
            return truth if right.value else f"N[{truth}]"
        if ranks:
            order = self.bind(Ranks(ranks))
            test = f"{order}[{self.value(left)}] {_SIGNS[op]} {order}[{self.value(right)}]"
            return self.graded(test, left, right)
        if isinstance(right, ex.Later):
            name = self.temporary()
            moment = f"({name} := {self.value(right)})"
            test = self.graded(f"{self.value(left)} {_SIGNS[op]} {name}", left, right)
            return f"({UNKNOWN} if {moment} is None else {test})"
        return self.graded(f"{self.value(left)} {_SIGNS[op]} {self.value(right)}", left, right)

    def within(self, leaf: ex.Within) -> str:
        moment, start, amount, unit = leaf.moment, leaf.start, leaf.amount, leaf.unit
        ends = (moment, *((start.start, start.amount) if isinstance(start, ex.Later) else (start,)))
        if any(isinstance(term, Unused) for term in ends):
            return str(UNKNOWN)
        early = " | ".join(self.codes((moment, start), Part.FAILS)) or str(NOT_MET)
        value, first, reached = self.value(moment), self.value(start), ""
        if isinstance(start, ex.Later):
            begun = self.temporary()
            reached, first = f"{UNKNOWN} if ({begun} := {first}) is None else ", begun
        if isinstance(amount, Unused):
            return f"({reached}{early} if {value} < {first} else {UNKNOWN})"
        name = self.temporary()
        last = f"({name} := later({first}, {self.value(amount)}, {self.bind(unit)}, calendar))"
        test = self.graded(f"{value} <= {name}", moment, start, amount)
        return f"({reached}{early} if {value} < {first} else {UNKNOWN} if {last} is None else {test})"

    def graded(
        self, test: str, *found: ex.Term, holds: tuple[str, ...] = (), fails: tuple[str, ...] = ()
    ) -> str:
        """The bits of a test of known values: as strong as the weakest fact that it looks at."""
        when_true = " & ".join([*self.codes(found, Part.HOLDS), *holds]) or str(MET)
        when_false = " | ".join([*self.codes(found, Part.FAILS), *fails]) or str(NOT_MET)
        return f"({when_true} if {test} else {when_false})"

    def codes(self, found: Sequence[ex.Term], part: Part) -> list[str]:
        opened: list[ex.Term] = []
        for term in found:
            opened.extend((term.start, term.amount) if isinstance(term, ex.Later) else (term,))
        return list(
            dict.fromkeys(self.part(term, part) for term in opened if isinstance(term, ex.Fact | ex.Field))
        )

    def value(self, term: ex.Term) -> str:
        match term:
            case ex.Fact() | ex.Field():
                return self.part(term, Part.VALUE)
            case ex.Literal(value):
                return self.bind(value)
            case ex.On():
                return "on"
            case ex.Later(start, amount, unit):
                return f"later({self.value(start)}, {self.value(amount)}, {self.bind(unit)}, calendar)"
            case ex.Parameter() | ex.Unset() | ex.Named():
                raise AssertionError("a parameter that no policy sets is never compared")
            case _:
                assert_never(term)

    def held(self, term: ex.Term) -> str:
        match term:
            case ex.Fact() | ex.Field():
                return self.part(term, Part.HELD)
            case ex.Literal(value):
                return self.bind(Held(value, 3, 3))
            case _:
                return "None"
