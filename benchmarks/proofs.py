"""How long the proofs take: everything that is shipped, and a made-up ruleset of 600 requirements.

python -m benchmarks.proofs [600 [wide]]

`wide` takes evidence of any strength, on every day of a year. Processor time is that of all processes together: on a
busy machine it is the steadier figure.
"""

from __future__ import annotations

import datetime
import os
import sys
import tempfile
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import yaml

from qa_rules import load_ruleset
from qa_rules.api.verify import Verified, verify
from qa_rules.language.library import ruleset_ids
from qa_rules.language.policies import shipped_policies
from qa_rules.model.rulesets import Policy, Ruleset
from qa_rules.proofs.claims import Status
from qa_rules.proofs.questions import QUESTIONS
from qa_rules.proofs.symbolic import Limits

ON = datetime.date(2026, 11, 22)
YEAR = datetime.timedelta(364)


def synthetic(count: int) -> Ruleset:
    """Requirements of two to five facts each, half with a condition, in groups of twelve behind one decision."""
    facts: dict[str, object] = {}
    requirements = []
    for at in range(count):
        label = {"about": "provider"}
        facts[f"plan_{at}"] = {"type": "yes_no", "label": f"plan {at}", "question": f"Plan {at}?", **label}
        facts[f"score_{at}"] = {
            "type": "integer",
            "least": 0,
            "most": 100,
            "direction": "more_is_better",
            "label": f"score {at}",
            "question": f"Score {at}?",
            **label,
        }
        facts[f"ends_{at}"] = {"type": "date", "label": f"end {at}", "question": f"End {at}?", **label}
        tests: list[object] = [f"plan_{at}", f"score_{at} at least {at % 90 + 5}"]
        if at % 3 == 0:
            tests.append(f"ends_{at} not before on")
        if at % 4 == 0 and at:
            tests.append({"any_of": [f"plan_{at - 1}", f"ends_{at} within 12 months"]})
        each: dict[str, object] = {
            "id": f"R{at}",
            "title": f"Requirement {at}",
            "says": f"What requirement {at} asks.",
            "source": {"clause": at},
            "met_when": {"all_of": tests},
            "fix": "Mend it.",
        }
        if at % 2:
            each["applies_when"] = f"score_{at - 1} at least 1"
        requirements.append(each)
    groups = [
        {"id": f"G{at}", "title": f"Group {at}", "members": [f"R{i}" for i in range(at, min(at + 12, count))]}
        for at in range(0, count, 12)
    ]
    members = [group["id"] for group in groups]
    outcomes = [
        {"id": "stops", "words": "No", "allows": False, "when": "Everything is not met"},
        {"id": "starts", "words": "Yes", "allows": True, "when": "Everything"},
    ]
    data = {
        "format": 1,
        "ruleset": "synthetic",
        "edition": str(count),
        "title": "Made up",
        "source": {"title": "Made up"},
        "caveats": ["For a benchmark."],
        "facts": facts,
        "requirements": requirements,
        "groups": [*groups, {"id": "Everything", "title": "Everything", "members": members}],
        "decisions": [{"id": "overall", "title": "May it start?", "outcomes": outcomes}],
    }
    with tempfile.TemporaryDirectory() as folder:  # from a file, so that every test has its place
        file = Path(folder) / "ruleset.yaml"
        file.write_text(yaml.safe_dump(data, sort_keys=False), encoding="utf-8")
        return load_ruleset(file)


def shipped() -> Iterator[tuple[Ruleset, Policy | None]]:
    for name in ruleset_ids():
        ruleset = load_ruleset(name)
        for policy in shipped_policies(ruleset) or (None,):
            yield ruleset, policy


class Clock:
    """Time since it was made: that on the wall, and that of the processors."""

    def __init__(self) -> None:
        self.began, self.spent = time.monotonic(), self._spent()

    @staticmethod
    def _spent() -> float:
        return sum(os.times()[:4])  # those of ended children too

    def __str__(self) -> str:
        return f"{time.monotonic() - self.began:>7.1f} s {self._spent() - self.spent:>7.1f} s of processors"


def line(name: str, found: list[Verified], clock: Clock) -> str:
    claims = sum(len(each.proofs) for each in found)
    words = ", ".join(f"{sum(each.count(status) for each in found)} {status}" for status in Status)
    return f"{name:<28} {claims:>6} claims {clock}   {words}"


def main() -> None:
    count = int(sys.argv[1]) if len(sys.argv) > 1 else 600
    limits = Limits(ON, until=ON + YEAR, levels=3) if "wide" in sys.argv else Limits(ON)
    clock = Clock()
    with ThreadPoolExecutor(os.cpu_count()) as pool:
        found = list(pool.map(lambda subject: verify(*subject, on=ON, limits=limits), shipped()))
    print(line("everything shipped", found, clock), flush=True)
    ruleset = synthetic(count)
    clock = Clock()
    whole = [verify(ruleset, on=ON, limits=limits, jobs=os.cpu_count() or 1)]
    print(line(f"synthetic, {count} requirements", whole, clock), flush=True)
    for question in QUESTIONS:
        mine = [each for each in whole[0].proofs if each.code == question.code]
        print(f"  {question.code:<24} {len(mine):>6} claims")


if __name__ == "__main__":
    main()
