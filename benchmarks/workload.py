"""The workload of the comparison with other engines, seeded: a ruleset, and facts with unknowns.

120 facts (80 yes/no, 25 integers, 15 choices), 120 requirements over 2 to 6 of them (21 ask for at least n of k),
12 groups and one decision.
"""

from __future__ import annotations

import random
from collections.abc import Sequence
from typing import Any

from qa_rules import Facts, Ruleset, facts_from, ruleset_from

YES_NO, INTEGERS, CHOICES = 80, 25, 15
REQUIREMENTS, AT_LEAST, GROUPS = 120, 21, 12
OPTIONS = ("low", "medium", "high", "other")


def _test(name: str, random_: random.Random) -> str:
    if name.startswith("flag"):
        return name if random_.random() < 0.85 else f"{name} is no"
    if name.startswith("count"):
        return f"{name} {random_.choice(['at least', 'at most'])} {random_.randint(2, 18)}"
    return f"{name} is {random_.choice(OPTIONS)}"


def names() -> list[str]:
    """Return the names of the facts."""
    flags = [f"flag_{at}" for at in range(YES_NO)]
    return [*flags, *(f"count_{at}" for at in range(INTEGERS)), *(f"kind_{at}" for at in range(CHOICES))]


def ruleset(seed: int = 1) -> Ruleset:
    """Return the ruleset."""
    random_ = random.Random(seed)
    facts: dict[str, Any] = {}
    for name in names():
        about = {"label": name, "question": f"{name}?", "about": "provider"}
        if name.startswith("flag"):
            facts[name] = {"type": "yes_no", **about}
        elif name.startswith("count"):
            facts[name] = {"type": "integer", "least": 0, "most": 20, **about}
        else:
            facts[name] = {"type": "choice", "options": dict.fromkeys(OPTIONS, "words"), **about}
    asked = set(random_.sample(range(REQUIREMENTS), AT_LEAST))
    requirements = []
    for at in range(REQUIREMENTS):
        chosen = random_.sample(names(), random_.randint(3 if at in asked else 2, 6))
        tests = [_test(name, random_) for name in chosen]
        if at in asked:
            met: object = {"at_least": {"count": random_.randint(2, len(tests) - 1), "of": tests}}
        elif random_.random() < 0.5:
            met = {"all_of": tests}
        else:
            cut = len(tests) // 2
            met = {"all_of": [{"any_of": tests[:cut]}, *tests[cut:]]} if cut > 1 else {"any_of": tests}
        requirements.append(
            {"id": f"R{at}", "title": f"R{at}", "says": "Synthetic.", "source": {"row": at}, "met_when": met, "fix": "."}
        )
    ids = [f"R{at}" for at in range(REQUIREMENTS)]
    groups = [
        {"id": f"G{at}", "title": f"G{at}", "members": random_.sample(ids, 10)} for at in range(GROUPS)
    ]
    decision = {
        "id": "overall",
        "title": "All groups?",
        "outcomes": [
            {"id": "fails", "words": "No", "allows": False, "when": {"any_of": [f"G{at} is not met" for at in range(GROUPS)]}},
            {"id": "passes", "words": "Yes", "allows": True, "when": {"all_of": [f"G{at}" for at in range(GROUPS)]}},
        ],
    }
    return ruleset_from(
        {
            "format": 1,
            "ruleset": "workload",
            "edition": "1",
            "title": "Synthetic workload",
            "source": {"title": "none"},
            "caveats": ["Synthetic."],
            "facts": facts,
            "requirements": requirements,
            "groups": groups,
            "decisions": [decision],
        }
    )


def plain(count: int, unknown: float, seed: int = 2) -> list[dict[str, Any]]:
    """Return facts of `count` providers as plain mappings; a share of them is missing."""
    random_ = random.Random(seed)
    found = []
    for _ in range(count):
        quality = random_.betavariate(5, 2)
        one: dict[str, Any] = {}
        for name in names():
            if random_.random() < unknown:
                continue
            if name.startswith("flag"):
                one[name] = random_.random() < quality
            elif name.startswith("count"):
                one[name] = random_.randint(0, 20)
            else:
                one[name] = random_.choice(OPTIONS)
        found.append(one)
    return found


def facts(rules: Ruleset, providers: Sequence[dict[str, Any]]) -> list[Facts]:
    """Return the same as validated facts."""
    return [facts_from(one, rules) for one in providers]
