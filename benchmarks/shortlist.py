"""How many providers a shortlist goes through in a second: facts in memory, lines of JSON, and a table.

The providers are those of the examples, over and over, each with one of its activities.

    python -m benchmarks.shortlist [providers]
"""

from __future__ import annotations

import datetime
import json
import sys
import time
from collections.abc import Callable
from pathlib import Path

import attrs

from qa_rules import load_facts, load_policy, load_ruleset
from qa_rules.api.analyse import shortlist
from qa_rules.language.providers import providers_in, providers_of_lines
from qa_rules.model.facts import Facts
from qa_rules.model.writing import facts_to_data
from qa_rules.shortlist.matching import Shortlist

ON = datetime.date(2026, 11, 22)
EXAMPLES = Path(__file__).parents[1] / "examples" / "social-prescribing"


def main(count: int) -> None:
    rules = load_ruleset("social-prescribing")
    policy = load_policy("illustrative-three-tiers", rules)
    person = load_facts(EXAMPLES / "walking-group" / "persons" / "company.yaml", rules)
    found = [facts for _, facts in providers_in(EXAMPLES, rules, lambda _: None) if isinstance(facts, Facts)]
    many = [(f"provider {at}", found[at % len(found)]) for at in range(count)]
    lines = [json.dumps({"name": name, **facts_to_data(facts)}) for name, facts in many]

    def by_facts() -> Shortlist:
        return shortlist(person, many, ruleset=rules, on=ON, policy=policy)

    def by_lines() -> Shortlist:
        stream = providers_of_lines(lines, "lines", rules)
        return shortlist(person, stream, ruleset=rules, on=ON, policy=policy)

    ways: list[tuple[str, Callable[[], Shortlist]]] = [
        ("facts in memory", by_facts),
        ("lines of JSON", by_lines),
    ]
    try:
        from qa_rules.tables import table_of
        from qa_rules.tables.shortlist import shortlist_table
    except ImportError:
        print("no table: install qa-rules[columns]")
    else:
        table = table_of(rules, [attrs.evolve(facts, subject=name) for name, facts in many])

        def by_table() -> Shortlist:
            return shortlist_table(person, table, ruleset=rules, on=ON, policy=policy, key="subject")

        ways.append(("a table in memory", by_table))
    print(f"{count} providers, {len(found)} different ones, {len(rules.requirements)} requirements\n")
    outcomes = None
    for name, way in ways:
        way()
        start = time.process_time()
        result = way()
        seconds = time.process_time() - start
        print(f"{name:20} {count / seconds:10,.0f} providers in a second of one processor")
        told = [(each.name, each.outcome) for each in result.fits]
        if outcomes not in (None, told):
            raise SystemExit(f"{name} gives another list")
        outcomes = told


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 2000)
