"""The durable engine beside the compiled one, in one run: answers checked equal first, then processor time.

`python -m benchmarks.durable`
"""

from __future__ import annotations

import datetime
import statistics
import time
from collections.abc import Sequence

from benchmarks import workload
from qa_rules.engines import compiled, durable
from qa_rules.engines.protocol import Prepared
from qa_rules.language.calendars import england_and_wales
from qa_rules.language.cases import load_cases
from qa_rules.language.library import ruleset_file
from qa_rules.language.policies import load_policy
from qa_rules.language.rulesets import load_ruleset
from qa_rules.program.bind import ClosedRuleset, close
from qa_rules.semantics.snapshot import Known, believe

ON = datetime.date(2026, 11, 22)
ROUNDS = 9
SUBJECTS = 60


def peers() -> tuple[ClosedRuleset, list[Known]]:
    rules = workload.ruleset()
    given = workload.facts(rules, workload.plain(SUBJECTS))
    return close(rules, workload.policy()), [believe(each, rules.vocabulary, ON) for each in given]


def shipped(which: str, policy: str) -> tuple[ClosedRuleset, list[Known]]:
    rules = load_ruleset(which)
    calendar = england_and_wales()
    cases = [
        each for each in load_cases(ruleset_file(which).parent / "cases.yaml", rules) if each.policy == policy
    ]
    subjects = [believe(each.facts, rules.vocabulary, each.on, calendar) for each in cases[:SUBJECTS]]
    return close(rules, None if policy == "none" else load_policy(policy, rules)), subjects


def microseconds(prepared: Prepared, subjects: Sequence[Known]) -> float:
    start = time.process_time()
    for subject in subjects:
        prepared.run(subject)
    return (time.process_time() - start) / len(subjects) * 1e6


def main() -> None:
    workloads = {
        "peers' workload, 3 tiers": peers(),
        "ss2q@2017": shipped("ss2q@2017", "none"),
        "social-prescribing@3.5, 3 tiers": shipped("social-prescribing@3.5", "illustrative-three-tiers"),
    }
    print(f"{'us a decision':34} {'rules':>6} {'compiled':>9} {'durable':>9} {'ratio':>6}  spread of ratios")
    for name, (closed, subjects) in workloads.items():
        chained, function = durable.prepare(closed), compiled.prepare(closed)
        assert [chained.run(each) for each in subjects] == [function.run(each) for each in subjects]
        # The two take turns, so that what else the machine does hits both.
        times = [(microseconds(function, subjects), microseconds(chained, subjects)) for _ in range(ROUNDS)]
        ratios = [slow / fast for fast, slow in times]
        fast, slow = (statistics.median(each) for each in zip(*times, strict=True))
        rules = sum(len(bucket.rules) + 1 for bucket in chained.keeper.network.buckets)
        spread = f"{min(ratios):.0f} - {max(ratios):.0f}"
        print(f"{name:34} {rules:6} {fast:9.1f} {slow:9.1f} {statistics.median(ratios):6.0f}  {spread}")


if __name__ == "__main__":
    main()
