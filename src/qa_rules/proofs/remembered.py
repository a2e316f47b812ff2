"""Answers of the solver that are kept from one run to the next, by what was asked.

What is asked is known by its content: the formula, gate by gate down to its variables, with the laws and bounds that
it turns on, the calendar and the versions that answer. So after a change of a ruleset only what the change touches is
asked again, and what two policies share is asked once. Whoever can write into the folder can have anything proved: it
is as much to be trusted as the rulesets are. Who was found is tried on the formula again; what was not found out is not
kept.
"""

from __future__ import annotations

import json
import os
from collections.abc import Iterable, Mapping
from contextlib import suppress
from decimal import Decimal, InvalidOperation
from hashlib import sha256
from pathlib import Path
from typing import Final

from qa_rules.program.gates import And, AtLeast, AtMost, Gate, Lit, Number, Reached, SumAtLeast, Var
from qa_rules.program.store import Store
from qa_rules.proofs.assumptions import Laws
from qa_rules.proofs.solver import Answer, Found, NoneExists, Solver
from qa_rules.proofs.translation import z3
from qa_rules.version import VERSION

_NONE: Final = "none"


class Answers:
    """Answers by the digest of what was asked, in the files of a folder: each process writes one of its own."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.found: dict[str, Answer] = {}
        folder.mkdir(parents=True, exist_ok=True)
        for file in sorted(folder.glob("answers-*.jsonl")):
            for line in file.read_text(encoding="utf-8", errors="replace").splitlines():
                key, answer = _read(line)
                if answer is not None:
                    self.found[key] = answer

    def keep(self, key: str, answer: Answer) -> None:
        """Keep an answer, here and in the folder. What is not written to its end is asked again another time."""
        self.found[key] = answer
        if isinstance(answer, Found):
            data: object = {
                name: value if isinstance(value, bool | int) else str(value)
                for name, value in answer.assignment.items()
            }
        else:
            data = _NONE
        line = json.dumps([key, data], separators=(",", ":"))
        file = self.folder / f"answers-{os.getpid()}.jsonl"
        # A full disk costs what would have been kept, and not the proof.
        with suppress(OSError), file.open("a", encoding="utf-8") as writing:
            writing.write(f"{line}\n")


def _read(line: str) -> tuple[str, Answer | None]:
    """The key and the answer of a line; no answer where it is not one of ours, or was not written to its end."""
    try:
        key, data = json.loads(line)
        if data == _NONE:
            return str(key), NoneExists()
        return str(key), Found({str(name): _number(value) for name, value in data.items()})
    except (ValueError, TypeError, AttributeError, InvalidOperation):
        return "", None


def _number(value: object) -> bool | Number:
    if isinstance(value, bool | int):
        return value
    if isinstance(value, str):
        return Decimal(value)
    raise ValueError(value)


def solver_of(formulas: Store, laws: Laws, span: tuple[int, int], answers: Answers | None) -> Solver:
    """Return a solver, one that remembers where there is something to remember by."""
    if answers is None:
        return Solver(formulas, laws, span)
    return RememberingSolver(formulas, laws, span, answers)


class RememberingSolver(Solver):
    """A solver that asks only what was not asked before."""

    def __init__(self, formulas: Store, laws: Laws, span: tuple[int, int], answers: Answers) -> None:
        super().__init__(formulas, laws, span)
        self.answers = answers
        self.digests: dict[int, bytes] = {}
        calendar = formulas.calendar
        days = () if calendar is None else (calendar.first, calendar.last, *calendar.days_off)
        versions = (VERSION, z3.get_version_string(), span)
        self.around: bytes = sha256(repr((days, versions)).encode()).digest()

    def solve(
        self,
        literals: Iterable[Lit],
        also: Iterable[str] = (),
        effort: int | None = None,
        read: bool = True,
    ) -> Answer:
        """See `Solver.solve`."""
        asked, named = tuple(dict.fromkeys(literals)), tuple(also)
        key = self._key(asked, named, f"{effort or self.effort} {read}")
        kept = self.answers.found.get(key)
        if isinstance(kept, NoneExists) or (isinstance(kept, Found) and self._holds(kept, asked, read)):
            return kept
        answer = super().solve(asked, named, effort, read)
        if isinstance(answer, Found | NoneExists):
            self.answers.keep(key, answer)
        return answer

    def _holds(self, kept: Found, asked: tuple[Lit, ...], read: bool) -> bool:
        """Whether an assignment that was kept is one. Where it was not read there is none to try."""
        return not read or all(self.formulas.evaluate(kept.assignment, asked))

    def _key(self, asked: Iterable[Lit], named: Iterable[str], how: str) -> str:
        needs = self.laws.needs(asked) | self.laws.behind(named)
        made = sha256(self.around + how.encode())
        for lits in (asked, needs.laws):
            for digest in sorted(map(self._digest, lits)):
                made.update(digest)
            made.update(b"|")
        made.update("\0".join(sorted(needs.names)).encode())
        return made.hexdigest()

    def _digest(self, literal: Lit) -> bytes:
        number = abs(literal)
        if number not in self.digests:
            for inner, gate in self.formulas.cone([number], self.digests):
                self.digests[inner] = _digest_of(gate, self.digests)
        return _signed(literal, self.digests)


def _digest_of(gate: Gate, inner: Mapping[int, bytes]) -> bytes:
    """The content of a gate: its kind, and what it is made of down to the variables."""
    match gate:
        case Var(name):
            return sha256(f"truth {name}".encode()).digest()
        case And(of):
            return sha256(b"all " + b"".join(sorted(_signed(each, inner) for each in of))).digest()
        case AtLeast(count, of):
            parts = b"".join(sorted(_signed(each, inner) for each in of))
            return sha256(f"at least {count} ".encode() + parts).digest()
        case SumAtLeast(least, parts):
            told = sorted(
                f"{each.factor} {each.number!r} ".encode() + _signed(each.when, inner) for each in parts
            )
            return sha256(f"sum {least} ".encode() + b"|".join(told)).digest()
        case AtMost() | Reached():
            return sha256(repr(gate).encode()).digest()


def _signed(literal: Lit, inner: Mapping[int, bytes]) -> bytes:
    return (b"+" if literal > 0 else b"-") + inner[abs(literal)]
