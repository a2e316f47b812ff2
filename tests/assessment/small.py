"""A small ruleset with a policy, made in Python."""

from __future__ import annotations

import datetime

from qa_rules import policy_from, ruleset_from

ON = datetime.date(2026, 11, 22)
DATA: dict[str, object] = {
    "format": 1,
    "ruleset": "small",
    "edition": "1",
    "title": "A small ruleset",
    "source": {"title": "Ours"},
    "caveats": ["Only a test."],
    "facts": {
        "a": {"type": "yes_no", "label": "first thing", "question": "Is there a first thing?"},
        "b": {"type": "yes_no", "label": "second thing", "question": "Is there a second thing?"},
        "judged": {"type": "judgement", "label": "good enough", "question": "Is it good enough?"},
        "price": {"type": "decimal", "unit": "GBP", "label": "price", "question": "What is the price?"},
        "marks": {"type": "codes", "label": "marks", "question": "Which marks are held?"},
        "paper": {"type": "document", "label": "paper", "question": "Is there a paper?"},
        "visits": {
            "type": "collection",
            "record": "visit",
            "label": "visits",
            "question": "Which visits were there?",
            "fields": {
                "done": {"type": "yes_no", "label": "done", "question": "Was it done?"},
                "due": {"type": "date", "label": "due date", "question": "When was it due?"},
            },
        },
    },
    "parameters": {"accepted": {"type": "codes", "question": "Which marks are accepted?"}},
    "requirements": [
        {
            "id": "R1",
            "title": "First",
            "says": "One.",
            "source": {"clause": 1},
            "met_when": "a",
            "fix": "Do it.",
        },
        {
            "id": "R2",
            "title": "Second",
            "says": "Two.",
            "source": {"clause": 2},
            "applies_when": "b",
            "met_when": {"all_of": ["judged", "marks includes any of policy.accepted"]},
        },
        {
            "id": "R3",
            "title": "Third",
            "says": "Three.",
            "source": {"clause": 3},
            "met_when": {"every visits": "done"},
        },
    ],
    "groups": [{"id": "Whole", "title": "All of it", "members": ["R1", "R2", "R3"]}],
    "decisions": [
        {
            "id": "overall",
            "title": "Is it good?",
            "undecided": "undetermined",
            "outcomes": [
                {"id": "fails", "words": "It fails", "allows": "no", "when": "Whole is not met"},
                {"id": "passes", "words": "It passes", "allows": "yes", "when": "Whole"},
            ],
        }
    ],
}
RULESET = ruleset_from(DATA)
POLICY = policy_from(
    {
        "format": 1,
        "policy": "small-policy",
        "for": "small@1",
        "title": "A small policy",
        "settings": {"accepted": ["x"]},
    },
    RULESET,
)
