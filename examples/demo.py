"""What `make demo` prints: the example providers, as a link worker would read them."""

from __future__ import annotations

import datetime
import textwrap
from pathlib import Path

from qa_rules import assess, load_facts, load_policy, load_ruleset, merge
from qa_rules.reports.content import content_of
from qa_rules.reports.summary import card
from qa_rules.reports.width import WIDTH

HERE = Path(__file__).parent
ON = datetime.date(2026, 11, 22)

PROVIDERS = ("compliant", "lapsed", "half-known")
REFERRALS = (
    ("walking-group", "group", "walk", ("company", "angina")),
    ("craft-group", "group", "craft-mornings", ("bereaved", "chest-pains")),
    ("craft-group", "group", "home-visits", ("bereaved",)),
    ("self-management", "provider", "course", ("long-term-pain", "complex-needs")),
)
"""Folder, file of the provider, file of the activity, files of the people."""


def main() -> None:
    """Print three providers against SS2Q, then seven referrals."""
    ss2q = load_ruleset("ss2q@2017")
    print(_title("Do these providers meet SS2Q 2017?") + "\n")
    for name in PROVIDERS:
        content = content_of(assess(ss2q, load_facts(HERE / "ss2q" / f"{name}.yaml", ss2q), on=ON))
        print(f"{content.subject}: {content.headline}")
        for reason in content.reasons[:1]:
            print(textwrap.fill(reason, WIDTH, initial_indent="  - ", subsequent_indent="    "))

    guide = load_ruleset("social-prescribing@3.5")
    policy = load_policy("illustrative-three-tiers", guide)
    print("\n\n" + _title("May I refer this person to this activity?"))
    for folder, provider, activity, people in REFERRALS:
        for person in people:
            files = (f"{provider}.yaml", f"{activity}.yaml", f"persons/{person}.yaml")
            facts = merge(*(load_facts(HERE / "social-prescribing" / folder / file, guide) for file in files))
            print("\n" + "\n".join(card(content_of(assess(guide, facts, on=ON, policy=policy)))))
    print(f"\nPolicy: {policy.title} (EXAMPLE POLICY, not adopted by any area)")
    print(textwrap.fill(f"Please note: {' '.join(guide.caveats)}", WIDTH))


def _title(text: str) -> str:
    return f"{text}\n{'=' * len(text)}"


if __name__ == "__main__":
    main()
