"""durable-rules chains the logic; the shared code settles leaves, records, counts and strengths.

There is one shape in which durable-rules is right, and this is it: small messages of yes, no joins, no negation, one
rule a branch, unknown as absence, nothing left behind. A bucket is asserted for each strength with what holds at that
strength; what its rules then conclude holds at that strength.
"""

from __future__ import annotations

import os
import sys
import threading
import weakref
from collections.abc import Callable, Sequence
from functools import lru_cache
from typing import TYPE_CHECKING, Final

import attrs

from qa_rules.engines.strata import Bucket, Network, lower, resolve
from qa_rules.errors import EngineFailedError, EngineUnavailableError, UnsupportedRulesetError
from qa_rules.program.bind import ClosedRuleset
from qa_rules.program.graph import Node
from qa_rules.semantics.snapshot import Known
from qa_rules.semantics.truth import pack

if TYPE_CHECKING:
    from qa_rules.engines.durable_host import QuietHost

MOST_RULES: Final = 4096
"""durable-rules takes no more."""
MOST_BUCKETS: Final = 500
"""durable-rules hangs on the 513th first test of a ruleset, and every bucket has one."""

KEPT: Final = 16
"""Rulesets that stay prepared. A large one takes some 20 MB."""

_FLAG: Final = "CPPFLAGS=-DPyEval_CallObject=PyObject_CallObject"
"""Python 3.13 took away the old name of a function that durable-rules 2.0.28 calls; the new one does the same."""
_INSTEAD: Final = "use the engine `compiled`, which gives the same answers"


class _Keeper:
    """Keeps the host of a network, and builds another when it was spoiled."""

    def __init__(self, network: Network) -> None:
        self.network = network
        self.lock: threading.Lock = threading.Lock()
        self.host: QuietHost | None = None
        _KEEPERS.add(self)

    def get(self) -> QuietHost:
        with self.lock:
            if self.host is None:
                self.host = _host(self.network)
            return self.host

    def drop(self, spoiled: QuietHost) -> None:
        with self.lock:
            if self.host is spoiled:
                self.host = None

    def renew(self) -> None:
        """In a child process: locks of threads that are gone stay locked."""
        self.lock = threading.Lock()
        if self.host is not None and not self.host.survives_a_fork():
            self.host.keep_memory()
            self.host = None


_KEEPERS: Final[weakref.WeakSet[_Keeper]] = weakref.WeakSet()


def _renew_all() -> None:
    for keeper in list(_KEEPERS):
        keeper.renew()


if hasattr(os, "register_at_fork"):
    os.register_at_fork(after_in_child=_renew_all)


@attrs.frozen(eq=False)
class Durable:
    """A ruleset as rules of durable-rules, chained stratum by stratum."""

    closed: ClosedRuleset
    keeper: _Keeper = attrs.field(repr=False)

    def run(self, known: Known) -> tuple[int, ...]:
        """Return the six bits of every node, in order. EngineFailedError when durable-rules fails twice."""
        network = self.keeper.network
        worth = network.worth()
        for stratum in network.strata:
            for wire, source in stratum.sources:
                worth[wire], worth[-wire] = resolve(source, known, worth)
            for bucket in stratum.buckets:
                for wire, strength in self._concluded(bucket, worth).items():
                    worth[wire] = strength
        return tuple([pack(worth[wire], worth[-wire]) for wire in network.nodes])

    def _concluded(self, bucket: Bucket, worth: Sequence[int]) -> dict[int, int]:
        """Try again with a new host: what a bucket concludes depends on its message alone."""
        try:
            return self._tried(bucket, worth)
        except Exception:
            try:
                return self._tried(bucket, worth)
            except Exception as fault:
                message = f"durable-rules failed, and again after it was built anew; {_INSTEAD}"
                raise EngineFailedError(message) from fault

    def _tried(self, bucket: Bucket, worth: Sequence[int]) -> dict[int, int]:
        host = self.keeper.get()
        try:
            return conclusions(host, bucket, worth)
        except BaseException:
            self.keeper.drop(host)
            raise

    def __reduce__(self) -> tuple[Callable[[ClosedRuleset], Durable], tuple[ClosedRuleset]]:
        return prepare, (self.closed,)


def conclusions(host: QuietHost, bucket: Bucket, worth: Sequence[int]) -> dict[int, int]:
    """Return the strength at which each conclusion of a bucket holds; those that do not hold are left out.

    RuntimeError when the rules that fired cannot all be right.
    """
    found: dict[int, int] = {}
    asserted: list[str] = []
    fired: list[str] = []
    for strength in (1, 2, 3):
        tests = [name for name, wire in bucket.tests.items() if worth[wire] >= strength]
        if not tests:
            break
        if tests != asserted:
            fired = host.fired({"k": bucket.name} | dict.fromkeys(tests, True))
            asserted = tests
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


def prepare(closed: ClosedRuleset) -> Durable:
    """Make a ruleset ready; the last few are kept. Rulesets of one meaning share a host.

    EngineUnavailableError where durable-rules cannot be imported, UnsupportedRulesetError beyond its limits.
    """
    try:
        return _prepared(closed)
    except RecursionError as fault:
        raise UnsupportedRulesetError(f"the ruleset is nested too deeply to prepare; {_INSTEAD}") from fault


@lru_cache(maxsize=KEPT)
def _prepared(closed: ClosedRuleset) -> Durable:
    return Durable(closed, _kept(closed.nodes))


@lru_cache(maxsize=KEPT)
def _kept(nodes: tuple[Node, ...]) -> _Keeper:
    _require_durable_rules()
    network = lower(nodes)
    _refuse_beyond_limits(network)
    keeper = _Keeper(network)
    try:
        keeper.get()
    except Exception as fault:
        raise EngineFailedError(f"durable-rules did not take the rules; {_INSTEAD}") from fault
    return keeper


def _require_durable_rules() -> None:
    try:
        import qa_rules.engines.durable_host  # noqa: F401
    except ImportError as fault:
        install = "pip install 'qa-rules[durable]'"
        if sys.version_info >= (3, 13):
            # A wheel that pip has kept from a build without the flag would be taken again.
            install = f"{_FLAG} {install} --no-cache-dir --no-binary durable-rules"
        raise EngineUnavailableError(
            f"the engine `durable` needs durable-rules, which does not import ({fault}): "
            f"run `{install}`, which needs a C compiler, or {_INSTEAD}"
        ) from fault


def _refuse_beyond_limits(network: Network) -> None:
    buckets = len(network.buckets)
    rules = sum(len(bucket.rules) + 1 for bucket in network.buckets)
    for count, most, of_what in ((rules, MOST_RULES, "rules"), (buckets, MOST_BUCKETS, "buckets of rules")):
        if count > most:
            raise UnsupportedRulesetError(
                f"the engine `durable` takes at most {most:,} {of_what}, a limit of durable-rules, and this ruleset "
                f"needs {count:,}; {_INSTEAD}"
            )


def _host(network: Network) -> QuietHost:
    from qa_rules.engines.durable_host import QuietHost

    rules: dict[str, tuple[tuple[str, str | bool], ...]] = {}
    for bucket in network.buckets:
        # Every rule looks at the bucket first, so no message wakes the rules of another.
        first = ("k", bucket.name)
        rules[bucket.sentinel] = (first,)
        for name, rule in bucket.rules.items():
            rules[name] = (first, *((test, True) for test in rule.tests))
    return QuietHost(rules, frozenset(bucket.sentinel for bucket in network.buckets))
