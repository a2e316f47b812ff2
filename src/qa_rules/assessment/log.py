"""A log of what is decided: who wants to know is told of every decision, and how long it took."""

from __future__ import annotations

from collections.abc import Callable
from threading import Lock
from types import TracebackType
from typing import TYPE_CHECKING, Literal, Self

from qa_rules.errors import ArgumentError

if TYPE_CHECKING:
    from qa_rules.assessment.assess import Assessment
    from qa_rules.assessment.decided import Decided


Listener = Callable[["Decided"], object]

_listeners: tuple[Listener, ...] = ()
_changing = Lock()


class Listening:
    """That somebody is told of decisions, until `stop` or the end of a `with` block."""

    __slots__ = ("_tell",)

    def __init__(self, tell: Listener) -> None:
        self._tell = tell

    def stop(self) -> None:
        """Tell no more. Nothing happens when it was stopped before."""
        global _listeners
        with _changing:
            _listeners = tuple(each for each in _listeners if each is not self._tell)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()


def on_decision(tell: Listener) -> Listening:
    """Call `tell` with what was decided, after each `assess` and `replay` in this process, in the thread that decided.

    What it raises goes to whoever asked for the decision: so a decision that cannot be logged is not handed out. It is
    told until the `Listening` that comes back is stopped; one that is handed in twice is told once. What is only tried
    (`what_if`, `fixes`, `horizon`, `shortlist`) is no decision. ArgumentError for what cannot be called.
    """
    global _listeners
    if not callable(tell):
        raise ArgumentError(f"`tell` is a function of one argument, not {type(tell).__name__}")
    with _changing:
        if not any(each is tell for each in _listeners):
            _listeners = (*_listeners, tell)
    return Listening(tell)


def is_listened_to() -> bool:
    """Whether anybody is to be told."""
    return bool(_listeners)


def log(call: Literal["assess", "replay"], made: Assessment, nanoseconds: int) -> None:
    """Tell of a decision."""
    from qa_rules.assessment.decided import Decided

    by = made.decided_by
    policy = by["policy"]
    entry = Decided(
        call=call,
        subject=made.subject,
        on=made.on,
        outcome=made.outcome,
        attained=None if made.tiers is None else made.tiers.attained,
        ruleset=by["ruleset"]["id"],
        ruleset_hash=by["ruleset"]["hash"],
        policy=None if policy is None else policy["name"],
        policy_hash=None if policy is None else policy["hash"],
        facts_hash=by["facts"],
        engine=made.engine,
        nanoseconds=nanoseconds,
    )
    for tell in _listeners:
        tell(entry)
