"""The one module that imports durable-rules: a host without threads that runs its own agenda.

The stock host starts two timer threads that run everybody's actions, swallows what an action raises (an interrupt too),
and stores a state after each. This one has no actions: it asks which rules fired.
"""

from __future__ import annotations

import threading
import weakref
from collections.abc import Mapping
from typing import Any, Final

import durable_rules_engine
from durable import engine

NAME: Final = "qa_rules"
MOST_SESSIONS: Final = 4
"""That are in use at once; a run that finds none free waits for one. A session costs some 12 kB a rule, durable-rules
fails past 1,024 of them, and its calls hold the interpreter's lock anyway.
"""


def _unused(_: Any) -> None:
    """durable-rules asks for an action with each rule."""


def _free(handle: int, sessions: set[str]) -> None:
    """Give back the memory of a ruleset, which durable-rules itself never does. Its sessions go first."""
    for session in sessions:
        durable_rules_engine.delete_state(handle, session)
    durable_rules_engine.delete_ruleset(handle)


class _Timeless(engine.Host):  # type: ignore[misc]
    def _run(self) -> None:
        """Start no timers."""


class QuietHost:
    """One ruleset of durable-rules: by the name of the rule, the tests `(property, value)` of which all must hold.

    The rules in `last` fire after all others.
    """

    freeing: weakref.finalize[Any, Any]

    def __init__(self, rules: Mapping[str, tuple[tuple[str, str | bool], ...]], last: frozenset[str]) -> None:
        self.idle: list[str] = [f"s{number}" for number in reversed(range(MOST_SESSIONS))]
        self.turns: threading.Semaphore = threading.Semaphore(MOST_SESSIONS)
        definitions = {
            name: {
                "all": [{"m": {"$and": [{key: value} for key, value in tests]}}],
                "pri": 9 if name in last else 0,
                "run": _unused,
            }
            for name, tests in rules.items()
        }
        host = _Timeless()
        host.set_rulesets({NAME: definitions})
        self.ruleset: Any = host.get_ruleset(NAME)
        # Its way back is for actions only; without it the memory goes with the last use, not at some later sweep.
        self.ruleset._host = None
        self.used: set[str] = set()
        self.freeing = weakref.finalize(self, _free, self.ruleset._handle, self.used)
        self.freeing.atexit = False

    def fired(self, message: Mapping[str, str | bool]) -> list[str]:
        """Return the names of the rules that a message fires, in their order, and leave nothing behind.

        After an exception the host is spoiled: throw it away.
        """
        with self.turns:
            session = self.idle.pop()
            try:
                names = self._fired({**message, "sid": session})
                self.used.add(session)
            except BaseException:
                self.keep_memory()
                raise
            finally:
                self.idle.append(session)
            return names

    def _fired(self, stamped: Mapping[str, str | bool]) -> list[str]:
        handle = self.ruleset._handle
        names = []
        try:
            state = self.ruleset.assert_fact(stamped)
            started = durable_rules_engine.start_action_for_state(handle, state)
            result = started and started[1]
            while result:
                # The result is `{"rule": {...}}` in JSON, and the name is one of ours.
                names.append(result.split('"', 2)[1])
                result = durable_rules_engine.complete_and_start_action(handle, state)
        finally:
            self.ruleset.retract_fact(stamped)
        return names

    def keep_memory(self) -> None:
        """Never free it: a message may have stayed behind, and to free a session that holds one is a crash."""
        self.freeing.detach()

    def survives_a_fork(self) -> bool:
        """Make ready for a child process, where no other thread lives on; False when one was inside."""
        self.turns = threading.Semaphore(MOST_SESSIONS)
        return len(self.idle) == MOST_SESSIONS
