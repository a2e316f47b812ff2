"""durable-rules chains the logic; the shared code settles leaves, records, counts and strengths.

The research behind it found one shape in which durable-rules is right: one small message a bucket, no joins, no
negation, one rule a branch, unknown as absence, nothing left behind. A stratum is asserted once for each strength at
which its tests hold, and what its rules conclude holds at that strength.
"""

from __future__ import annotations

import sys
import threading
from collections.abc import Callable, Sequence
from functools import lru_cache
from typing import TYPE_CHECKING, Final

import attrs

from qa_rules.engines.strata import Bucket, Network, lower, resolve
from qa_rules.errors import EngineFailedError, EngineUnavailableError, UnsupportedRulesetError
from qa_rules.meaning.believing import Known
from qa_rules.meaning.closing import ClosedRuleset
from qa_rules.meaning.pairs import pack

if TYPE_CHECKING:
    from qa_rules.engines.quiet import QuietHost

MOST_RULES: Final = 4096
"""Of a ruleset; durable-rules refuses more."""
MOST_BUCKETS: Final = 500
"""durable-rules hangs when 513 rules begin with different tests; each bucket is one such test."""

_INSTEAD: Final = "use the engine `compiled`, which gives the same answers"


class _Spare:
    """The host of a ruleset, built when it is first needed and again after it was spoiled."""

    def __init__(self, network: Network) -> None:
        self.network = network
        self.lock = threading.Lock()
        self.host: QuietHost | None = None

    def get(self) -> QuietHost:
        with self.lock:
            if self.host is None:
                self.host = _host(self.network)
            return self.host

    def drop(self, spoiled: QuietHost) -> None:
        with self.lock:
            if self.host is spoiled:
                self.host = None


@attrs.frozen(eq=False)
class Durable:
    """A ruleset as rules of durable-rules, chained stratum by stratum."""

    closed: ClosedRuleset
    network: Network = attrs.field(repr=False)
    _spare: _Spare = attrs.field(repr=False)

    def run(self, known: Known) -> tuple[int, ...]:
        """Return the six bits of every node, in order. EngineFailedError when durable-rules fails twice."""
        worth = self.network.worth()
        for stratum in self.network.strata:
            for wire, source in stratum.sources:
                worth[wire], worth[-wire] = resolve(source, known, worth)
            for bucket in stratum.buckets:
                for wire, strength in self._conclude(bucket, worth).items():
                    worth[wire] = strength
        return tuple([pack(worth[wire], worth[-wire]) for wire in self.network.nodes])

    def _conclude(self, bucket: Bucket, worth: Sequence[int]) -> dict[int, int]:
        """Try twice: what a bucket concludes depends on nothing but its message."""
        try:
            return self._attempt(bucket, worth)
        except Exception:
            pass
        try:
            return self._attempt(bucket, worth)
        except Exception as fault:
            raise EngineFailedError(f"durable-rules failed, and again after a restart; {_INSTEAD}") from fault

    def _attempt(self, bucket: Bucket, worth: Sequence[int]) -> dict[int, int]:
        host = self._spare.get()
        try:
            return conclusions(host, bucket, worth)
        except BaseException:
            # Whatever it was, a message may have stayed behind in the host.
            self._spare.drop(host)
            raise

    def __reduce__(self) -> tuple[Callable[[ClosedRuleset], Durable], tuple[ClosedRuleset]]:
        return prepare, (self.closed,)


def conclusions(host: QuietHost, bucket: Bucket, worth: Sequence[int]) -> dict[int, int]:
    """Return the strength at which each conclusion of a bucket holds; those that hold at none are left out.

    RuntimeError when the rules that fired cannot all be right.
    """
    found: dict[int, int] = {}
    before: list[str] = []
    fired: list[str] = []
    for strength in (1, 2, 3):
        tests = [name for name, wire in bucket.tests.items() if worth[wire] >= strength]
        if not tests:
            break
        if tests != before:
            fired = host.fired({"k": bucket.name} | dict.fromkeys(tests, True))
            before = tests
        if not fired or fired[-1] != bucket.sentinel:
            raise RuntimeError(f"the last rule of {bucket.name} did not fire")
        for rule in fired[:-1]:
            for wire in bucket.rules[rule].concludes:
                if found.get(wire, 0) < strength - 1:
                    raise RuntimeError(f"{rule} fired at strength {strength} and not below")
                found[wire] = strength
    if any(-wire in found for wire in found):
        raise RuntimeError(f"a rule for met and one for not met fired in {bucket.name}")
    return found


def _host(network: Network) -> QuietHost:
    from qa_rules.engines.quiet import QuietHost

    rules = {}
    for bucket in network.buckets:
        key = (("k", bucket.name),)
        rules[bucket.sentinel] = key
        for name, rule in bucket.rules.items():
            rules[name] = (*key, *((test, True) for test in rule.tests))
    return QuietHost(rules, frozenset(bucket.sentinel for bucket in network.buckets))


@lru_cache(maxsize=64)
def prepare(closed: ClosedRuleset) -> Durable:
    """Make a ruleset ready. EngineUnavailableError where durable-rules cannot be imported."""
    try:
        import qa_rules.engines.quiet  # noqa: F401
    except ImportError as fault:
        raise EngineUnavailableError(_unavailable()) from fault
    network = lower(closed)
    spare = _Spare(network)
    spare.get()
    return Durable(closed, network, spare)
