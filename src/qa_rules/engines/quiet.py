"""The one module that imports durable-rules: a host that has no threads and runs its own agenda.

The stock host starts two timer threads that run other people's actions, swallows what an action raises, and
writes a state back after each. This one has no actions at all: it reads which rules fired.
"""

from __future__ import annotations

from collections.abc import Mapping
from queue import LifoQueue
from typing import Any, Final

import durable_rules_engine
from durable import engine

NAME: Final = "qa_rules"
MOST_SESSIONS: Final = 4
"""At once. Each costs some 10 kB a rule, durable-rules fails past 1,024, and its calls hold the interpreter's lock
anyway. A run that finds none free waits for one.
"""


def _unused(_: Any) -> None:
    """durable-rules asks for an action with each rule."""


class QuietHost(engine.Host):  # type: ignore[misc]
    """One ruleset of durable-rules: conditions by rule name, each a conjunction of `(property, value)` tests.

    The rules of `last` fire after all others.
    """

    def __init__(self, rules: Mapping[str, tuple[tuple[str, str | bool], ...]], last: frozenset[str]) -> None:
        super().__init__()
        self.sessions: LifoQueue[str] = LifoQueue()
        for number in reversed(range(MOST_SESSIONS)):
            self.sessions.put(f"s{number}")
        definitions = {
            name: {
                "all": [{"m": {"$and": [{key: value} for key, value in tests]}}],
                "pri": 9 if name in last else 0,
                "run": _unused,
            }
            for name, tests in rules.items()
        }
        self.set_rulesets({NAME: definitions})

    def _run(self) -> None:
        """Start no timers."""

    def fired(self, message: Mapping[str, str | bool]) -> list[str]:
        """Return the names of the rules that a message fires, in order, and leave nothing behind.

        After any exception the host is spoiled.
        """
        ruleset = self.get_ruleset(NAME)
        session = self.sessions.get()
        try:
            stamped = {**message, "sid": session}
            try:
                state = ruleset.assert_fact(stamped)
                started = durable_rules_engine.start_action_for_state(ruleset._handle, state)
                names = []
                result = started[1] if started else None
                while result:
                    # The result is JSON, `{"rule": {...}}`, with a name of our own.
                    names.append(result.split('"', 2)[1])
                    result = durable_rules_engine.complete_and_start_action(ruleset._handle, state)
            finally:
                ruleset.retract_fact(stamped)
        finally:
            self.sessions.put(session)
        return names
