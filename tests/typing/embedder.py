"""What an embedder writes: every public type in an annotation, under `mypy --strict` and basedpyright.

It is never run. The types are checked with the rest of the tests, and by `test_embedder.py` with the second reader.
"""

from __future__ import annotations

import datetime
from collections.abc import Mapping
from typing import Any, Literal, assert_type

import qa_rules
from qa_rules import api
from qa_rules.api import difference, fixes, horizon, next_questions, shortlist, what_if, why

ON = datetime.date(2026, 11, 22)


class Service:
    """A service with a ruleset and many policies."""

    def __init__(self, ruleset: qa_rules.Ruleset, policies: Mapping[str, qa_rules.Policy]) -> None:
        self.ruleset, self.policies = ruleset, policies
        self.entries: list[qa_rules.Decided] = []
        self.listening: qa_rules.Listening = qa_rules.on_decision(self.entries.append)

    def decide(
        self,
        facts: qa_rules.Facts | Mapping[str, object],
        policy: str,
        engine: qa_rules.EngineName = "compiled",
    ) -> qa_rules.Assessment:
        return qa_rules.assess(self.ruleset, facts, on=ON, policy=self.policies.get(policy), engine=engine)

    def findings(self, made: qa_rules.Assessment) -> list[qa_rules.Severity | None]:
        assert_type(made.findings, tuple[qa_rules.Finding, ...])
        return [each.severity for each in made.findings]

    def backed(self, made: qa_rules.Assessment) -> list[qa_rules.StrengthWord]:
        return [each.strength.word for each in made.findings if each.strength is not None]

    def plans(self, made: qa_rules.Assessment) -> tuple[qa_rules.Plan, ...]:
        found: qa_rules.Fixes = fixes(made, n=2)
        steps: list[qa_rules.FixStep] = [step for plan in found.plans for step in plan.steps]
        needs: list[qa_rules.Need] = [need for step in steps for need in step.needs]
        assert_type(needs[0].kind, Literal["fix", "find_out", "show"])
        obstacles: tuple[qa_rules.Obstacle, ...] = found.in_the_way
        changes: tuple[qa_rules.FactChange, ...] = found.plans[0].changes
        return found.plans if obstacles or changes else ()

    def reasons(self, made: qa_rules.Assessment) -> qa_rules.Step:
        found: qa_rules.Why = why(made, "tier")
        backing: list[qa_rules.Backing] = list(found.tree.facts)
        return found.tree.inside[0] if backing else found.tree

    def ahead(self, made: qa_rules.Assessment) -> datetime.date | None:
        found: qa_rules.Horizon = horizon(made)
        change: qa_rules.Change | None = found.next
        due: tuple[qa_rules.Due, ...] = found.due
        causes: tuple[qa_rules.Cause, ...] = () if change is None else change.causes
        return found.holds_until if due or causes else None

    def moved(self, made: qa_rules.Assessment) -> list[qa_rules.MoveKind]:
        found: qa_rules.Difference = difference(made, what_if(made, on=ON))
        moves: tuple[qa_rules.CausedMove, ...] = found.moves
        plain: list[qa_rules.Move] = list(moves)
        assert_type(found.others, tuple[Literal["ruleset", "policy", "on", "calendar"], ...])
        return [each.kind for each in plain]

    def ask(self, made: qa_rules.Assessment, goal: qa_rules.GoalWord = "tier") -> list[qa_rules.Question]:
        found: qa_rules.Questions = next_questions(made, goal)
        declared: list[qa_rules.FactDeclaration] = [each.declared for each in found.questions]
        return list(found.questions) if declared else []

    def choose(self, person: Mapping[str, object], providers: Mapping[str, qa_rules.Facts]) -> list[str]:
        found: qa_rules.Shortlist = shortlist(person, providers, ruleset=self.ruleset, on=ON)
        fits: tuple[qa_rules.Fit, ...] = found.may_refer
        unread: tuple[qa_rules.Unread, ...] = found.unread
        faults: list[qa_rules.Diagnostic] = [fault for each in unread for fault in each.diagnostics]
        return [each.name for each in fits] + [fault.code for fault in faults]

    def stands(self, made: qa_rules.Assessment) -> qa_rules.Standing:
        return api.standing(made)

    def schema(self) -> dict[str, Any]:
        return api.schema_of_result("horizon")


def misuse(service: Service, made: qa_rules.Assessment) -> None:
    """What has to be refused: each line would pass if a type were only text."""
    service.decide({}, "", engine="compild")  # type: ignore[arg-type]
    service.ask(made, "teir")  # type: ignore[arg-type]
    fixes(made, n="3")  # type: ignore[arg-type]
    qa_rules.assess(service.ruleset, {}, on="2026-11-22")  # type: ignore[arg-type]
    qa_rules.on_decision(print, print)  # type: ignore[call-arg]
