"""From plain data to an answer: what a platform calls, in one run, with ratios side by side.

Two workloads. That of the peers (120 flat facts, two-valued and three-valued): from a mapping or from JSON to outcome
and all verdicts, beside datalogic and zen from theirs. And social-prescribing as it is shipped, under a policy, with
the facts of the example of self-management, each with its evidence, of one day or of seventeen: the unit is
`json.dumps` and `json.loads` of the same facts in the same process.
Times are processor time; rounds take turns; the least of the rounds
counts, so that other work on the machine does not.

`python -m benchmarks.door [--rounds 9] [--policies 200]`
"""

from __future__ import annotations

import argparse
import datetime
import gc
import itertools
import json
import resource
import statistics
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, Final

import attrs

from benchmarks import peers, workload
from qa_rules import (
    Facts,
    Policy,
    Ruleset,
    assess,
    facts_from,
    load_facts,
    load_policy,
    load_ruleset,
    merge,
    policy_from,
    prepare,
)
from qa_rules.api import fixes, horizon, shortlist

ON: Final = workload.ON
EXAMPLE: Final = Path(__file__).resolve().parents[1] / "examples" / "social-prescribing" / "self-management"
CONDITIONS: Final = {
    "format": 1,
    "policy": "conditions",
    "for": "social-prescribing@3.5",
    "title": "Everything but hard stops may be put right within ninety days",
    "severity": {"default": "condition"},
    "condition_days": 90,
}
Call = Callable[[], object]


def least(calls: Mapping[str, Call], rounds: int, least_time: float = 0.02) -> dict[str, float]:
    """Return the least microseconds of processor time a call, over rounds that take turns."""
    times = dict.fromkeys(calls, float("inf"))
    number: dict[str, int] = {}
    for name, call in calls.items():
        call()
        began = time.process_time()
        call()
        number[name] = max(1, int(least_time / max(time.process_time() - began, 1e-6)))
    gc.collect()
    for _ in range(rounds):
        for name, call in calls.items():
            began = time.process_time()
            for _ in range(number[name]):
                call()
            times[name] = min(times[name], (time.process_time() - began) / number[name] * 1e6)
    return times


def taking_turns(call: Callable[[Any], object], inputs: Sequence[Any]) -> Call:
    """Return a call that takes the next input each time."""
    turn = itertools.cycle(inputs)
    return lambda: call(next(turn))


# The workload of the peers


def from_their_data(work: str, rounds: int) -> None:
    """Print what one decision takes from a mapping or from JSON, ours beside the quickest peers."""
    plain = peers.providers(work)
    written = [json.dumps(each).encode() for each in plain]
    prepared = prepare(workload.ruleset(), workload.policy())
    calls: dict[str, Call] = {
        "prepared.assess, from a mapping": taking_turns(
            lambda one: prepared.assess(one, on=ON).verdicts, plain
        ),
        "prepared.assess_json, from bytes": taking_turns(
            lambda one: prepared.assess_json(one, on=ON).verdicts, written
        ),
    }
    for make in (peers.datalogic, peers.zen):
        try:
            calls |= {
                each.name: taking_turns(each.call, each.inputs)
                for each in make(work)
                if each.name.endswith(("a mapping", "JSON"))
            }
        except ImportError as error:
            print(f"not run: {make.__name__}: {error}")
    times = least(calls, rounds)
    theirs = [each for name, each in times.items() if not name.startswith("prepared")]
    print(f"\n{work}: 120 facts, from data to outcome and all verdicts")
    for name, each in sorted(times.items(), key=lambda pair: pair[1]):
        ratio = f"{each / min(theirs):6.2f} of the best peer" if theirs else ""
        print(f"  {name:45} {each:8.1f} us {ratio}")


# The shipped workload


def dated(data: Any, days: Iterator[str]) -> Any:
    """Return facts of which the evidence of each value is of the next day."""
    if isinstance(data, list):
        return [dated(each, days) for each in data]
    if not isinstance(data, dict):
        return data
    made = {key: dated(each, days) for key, each in data.items() if key != "as_of"}
    return {**made, "on": next(days)} if "value" in made and "on" in made else made


def example(ruleset: Ruleset, dates: int) -> dict[str, Any]:
    """Return the facts of the example as a platform keeps them, with evidence of so many days."""
    facts = merge(*(load_facts(EXAMPLE / name, ruleset) for name in ("provider.yaml", "course.yaml")))
    first = datetime.date(2026, 10, 6)
    days = [(first - datetime.timedelta(days=11 * at)).isoformat() for at in range(dates)]
    found: dict[str, Any] = dated(facts.to_dict()["facts"], itertools.cycle(days))
    return found


def doors(ruleset: Ruleset, policy: Policy, given: dict[str, Any]) -> dict[str, Call]:
    """Return what can be had of an assessment, from plain data."""
    written, facts, prepared = (
        json.dumps(given).encode(),
        facts_from(given, ruleset),
        prepare(ruleset, policy),
    )
    return {
        "json.dumps and json.loads": lambda: json.loads(json.dumps(given)),
        "outcome and verdicts, from a mapping": lambda: prepared.assess(given, on=ON).verdicts,
        "outcome and verdicts, from JSON bytes": lambda: prepared.assess_json(written, on=ON).verdicts,
        "outcome and verdicts, from Facts": lambda: prepared.assess(facts, on=ON).verdicts,
        "findings with reasons": lambda: prepared.assess(given, on=ON).findings,
        "compact record": lambda: prepared.assess(given, on=ON).to_dict(compact=True),
        "record": lambda: prepared.assess(given, on=ON).to_dict(),
    }


def shipped(rounds: int) -> None:
    """Print what an assessment, its findings and its record take, in units of writing and reading the facts."""
    ruleset = load_ruleset("social-prescribing")
    policies = [load_policy("illustrative-three-tiers", ruleset), policy_from(CONDITIONS, ruleset)]
    for policy, dates in itertools.product(policies, (1, 17)):
        times = least(doors(ruleset, policy, example(ruleset, dates)), rounds)
        unit = times["json.dumps and json.loads"]
        print(f"\nsocial-prescribing under {policy.name}, evidence of {dates} day{'' if dates == 1 else 's'}")
        for name, each in times.items():
            print(f"  {name:45} {each:8.0f} us {each / unit:6.2f} units")


def many_policies(rounds: int, most: int) -> None:
    """Print what a decision takes under one policy after another."""
    ruleset = load_ruleset("social-prescribing")
    given = example(ruleset, 1)
    base = load_policy("illustrative-three-tiers", ruleset)
    calls: dict[str, Call] = {}
    for number in (1, most):
        policies = [attrs.evolve(base, name=f"locality-{number}-{at}") for at in range(number)]
        for each in policies:
            assess(ruleset, given, on=ON, policy=each)
        calls[f"{number} policies in turn"] = _under(ruleset, given, policies)
    times = least(calls, rounds, 0.5)
    one = times["1 policies in turn"]
    print("\nassess() from a mapping, one policy after another")
    for name, taken in times.items():
        print(f"  {name:45} {taken:8.0f} us {taken / one:6.2f} of one policy")


def _under(ruleset: Ruleset, given: dict[str, Any], policies: Sequence[Policy]) -> Call:
    return taking_turns(lambda policy: assess(ruleset, given, on=ON, policy=policy).verdicts, policies)


def afterwards() -> None:
    """Print what is asked after the answer, once each."""
    ruleset = load_ruleset("social-prescribing")
    policy = load_policy("illustrative-three-tiers", ruleset)
    prepared = prepare(ruleset, policy)
    made = prepared.assess(example(ruleset, 45), on=ON)
    person = load_facts(EXAMPLE / "persons" / "long-term-pain.yaml", ruleset)
    providers: dict[str, Facts] = {
        str(at): facts_from(example(ruleset, 1 + at % 17), ruleset) for at in range(1000)
    }
    until = ON + datetime.timedelta(days=90)
    calls: dict[str, Call] = {
        "horizon of five years, 45 dates": lambda: horizon(made),
        "horizon of 90 days, 45 dates": lambda: horizon(made, until),
        "shortlist of 1,000, from Facts": lambda: shortlist(
            person, providers, ruleset=ruleset, on=ON, policy=policy
        ),
        "fixes": lambda: fixes(made, n=1),
    }
    print("\nafter the answer, processor time")
    for name, call in calls.items():
        call()
        began = time.process_time()
        call()
        print(f"  {name:45} {(time.process_time() - began) * 1000:8.1f} ms")


def start_up() -> None:
    """Print what importing takes over bare Python, and reading, preparing and assessing SS2Q once."""

    def process(code: str) -> float:
        found = []
        for _ in range(7):
            start = resource.getrusage(resource.RUSAGE_CHILDREN)
            subprocess.run([sys.executable, "-c", code], check=True)
            end = resource.getrusage(resource.RUSAGE_CHILDREN)
            found.append((end.ru_utime + end.ru_stime - start.ru_utime - start.ru_stime) * 1000)
        return statistics.median(found)

    bare = process("pass")
    print(
        f"\nimport qa_rules: {process('import qa_rules') - bare:.0f} ms more than bare Python ({bare:.0f} ms)"
    )
    libraries = "import datetime, qa_rules, pydantic, yaml, lark, qa_rules.language.rulesets, qa_rules.language.facts, "
    ready = f"{libraries} qa_rules.assessment.evaluation, qa_rules.engines.compiled"
    work = "; qa_rules.assess(qa_rules.load_ruleset('ss2q'), {}, on=datetime.date(2026, 11, 22))"
    print(
        f"SS2Q read, prepared and assessed once, libraries imported: {process(ready + work) - process(ready):.0f} ms"
    )


def main() -> None:
    """Measure."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument("--rounds", type=int, default=9)
    parser.add_argument(
        "--policies", type=int, default=200, help="how many are asked in turn; 2000 take minutes"
    )
    asked = parser.parse_args()
    rounds = asked.rounds
    for work in (peers.TWO, peers.THREE):
        from_their_data(work, rounds)
    shipped(rounds)
    many_policies(5, asked.policies)
    afterwards()
    start_up()


if __name__ == "__main__":
    main()
