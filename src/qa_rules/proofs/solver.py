"""Is there an assignment under which these literals hold? z3 is asked; `translation` tells it what they mean.

Every answer is checked by its reader: an assignment is evaluated again by `Store` and replayed in an engine. What
z3 cannot be told exactly is a free truth to it. Then *there is none* still stands, and an assignment that turns out
false is reported as undecided.
"""

from __future__ import annotations

from collections.abc import Iterable
from collections.abc import Set as AbstractSet
from decimal import Context, Decimal
from typing import Any, Final

import attrs

from qa_rules.errors import EngineFailedError
from qa_rules.program.gates import Lit, Number
from qa_rules.program.store import Store
from qa_rules.proofs.assumptions import NOTHING, Laws, Needs
from qa_rules.proofs.translation import Translation, z3

EFFORT: Final = 40_000_000
"""z3's own measure of work for a query: the same query ends the same way on every machine."""
ROOM: Final = 200
"""How much may have been told to the solver that a question does not turn on, before it starts anew."""
_divide = Context(prec=200).divide  # a rule may hold a number against one of thirty digits


@attrs.frozen
class Found:
    """An assignment under which the literals hold."""

    assignment: dict[str, bool | Number]


@attrs.frozen
class NoneExists:
    """There is none."""


@attrs.frozen
class Undecided:
    """It was not found out."""

    reason: str


Answer = Found | NoneExists | Undecided


class Solver:
    """Answers questions about literals of one store, within the laws of a world."""

    formulas: Store
    laws: Laws
    span: tuple[int, int]
    effort: int

    def __init__(self, formulas: Store, laws: Laws, span: tuple[int, int], effort: int = EFFORT) -> None:
        self.formulas, self.laws, self.span, self.effort = formulas, laws, span, effort
        self.told: Translation = Translation(formulas, span)
        self.asked: list[Lit] = []
        self.standing: list[Lit] = []
        """What is told of the last question."""
        self.needs: Needs = NOTHING
        """The laws and variables that it turns on."""
        self._start()

    def _start(self) -> None:
        self.solver: Any = z3.Solver(ctx=self.told.context)
        self.solver.set("random_seed", 1)
        self.held: set[Lit | str] = set()
        """The laws that the solver has been told, and the names of the numbers whose bounds it has."""
        self.stands: int | None = None
        """How many laws there were when it was told of the question that stands; None where none does."""
        self.beside: set[Lit | str] = set()
        """What it has been told for that question alone."""

    def solve(
        self,
        literals: Iterable[Lit],
        also: Iterable[str] = (),
        effort: int | None = None,
        read: bool = True,
    ) -> Answer:
        """Return an assignment under which every literal holds, that there is none, or why it is undecided.

        The assignment gives the variables of the literals, those that their laws mention, and those named in `also`.
        Where it does not matter, `read` false leaves it empty.
        """
        asked = [each for each in dict.fromkeys(literals) if each != 1]
        if -1 in asked:
            return NoneExists()
        last = self._tell(asked, also)
        self.solver.set("rlimit", effort or self.effort)
        answer = self.solver.check() if last is None else self._check_assuming(last)
        if answer == z3.unsat:
            return NoneExists()
        if answer == z3.unknown:
            return Undecided(f"the solver gave up: {self.solver.reason_unknown()}")
        if not read and not self.told.free:
            return Found({})
        assignment = self._read(self.solver.model(), self.needs.names)
        if not all(self.formulas.evaluate(assignment, asked)):
            if self.told.free:
                return Undecided("unsupported: it turns on a span of time that is not known in advance")
            raise EngineFailedError("the solver's answer does not satisfy the formula that it was given")
        return Found(assignment)

    def _tell(self, asked: list[Lit], also: Iterable[str]) -> Any | None:
        """Tell the solver what is asked, but for what is to be assumed of this question alone, which is returned.

        A question that says all that stands and more is asked beside it, so that what z3 has found out stays: a
        witness is made small by hundreds of those.
        """
        told = [self.told.literal(each) for each in asked]  # before the laws: numbers in it may have bounds
        stand, alike = len(self.standing), len(asked) > 1 and asked[:-1] == self.asked[:-1]
        self.asked = asked
        laws = len(self.laws.mentioned)
        if (self.stands, asked[:stand]) != (laws, self.standing) or len(asked) == stand:
            if self.stands is not None:
                self.solver.pop()
            self.needs, self.standing, stand = self.laws.needs(asked) | self.laws.behind(also), [], 0
            self._hold(self.needs)
            self.solver.push()
            self.stands, self.beside = laws, set[Lit | str]()
            if not alike:
                self.standing = asked
                self.solver.add(*told)
                return None
        else:
            more = self.laws.needs(asked[stand:]) | self.laws.behind(also)
            new = self._telling(more, self.held | self.beside)
            self.beside.update(new)
            self.solver.add(*(part for parts in new.values() for part in parts))
            self.needs |= more
        self.solver.add(*told[stand:-1])
        self.standing = asked[:-1]
        return told[-1]

    def _check_assuming(self, truth: Any) -> Any:
        """Ask whether this can hold beside what stands; where it cannot, that is told the solver, too."""
        assumed = z3.FreshBool("assumed", self.told.context)
        self.solver.add(z3.Implies(assumed, truth))
        answer = self.solver.check(assumed)
        if answer == z3.unsat:
            self.solver.add(z3.Not(truth))
        return answer

    def _hold(self, needs: Needs) -> None:
        """Tell the solver what a question turns on; start anew where that is little of what it has been told.

        It has to satisfy all that it has been told, so that much of it slows every question.
        """
        wanted = self._telling(needs)
        if len(self.held) > ROOM + 4 * len(wanted):
            self._start()
        new = [each for each in wanted if each not in self.held]
        self.held.update(new)
        self.solver.add(*(part for each in new for part in wanted[each]))

    def _telling(
        self, needs: Needs, known: AbstractSet[Lit | str] = frozenset()
    ) -> dict[Lit | str, list[Any]]:
        """What is told of each law, and of each number that has bounds, but for those that are known."""
        wanted: dict[Lit | str, list[Any]] = {
            law: [self.told.literal(law)] for law in sorted(needs.laws - known)
        }
        bounds = self.told.bounds
        return wanted | {name: bounds[name] for name in sorted((needs.names & bounds.keys()) - known)}

    def _read(self, model: Any, names: Iterable[str]) -> dict[str, bool | Number]:
        found: dict[str, bool | Number] = {}
        context, value_of, is_so = self.told.context.ref(), (z3.Ast * 1)(), z3.Z3_L_TRUE
        for name in sorted(names):
            if name in self.told.truths:  # there are thousands, so z3's objects for each are passed by
                z3.Z3_model_eval(context, model.model, self.told.truths[name].as_ast(), True, value_of)
                found[name] = z3.Z3_get_bool_value(context, value_of[0]) == is_so
            elif name in self.told.numbers:
                value = model.eval(self.told.numbers[name], model_completion=True)
                if z3.is_int_value(value):
                    found[name] = value.as_long()
                else:
                    parts = (value.numerator_as_long(), value.denominator_as_long())
                    found[name] = _divide(*map(Decimal, parts))
        return found
