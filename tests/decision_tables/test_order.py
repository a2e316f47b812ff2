"""In which order values and tables are bound that look at each other."""

from __future__ import annotations

import datetime

from qa_rules import assess, ruleset_from
from qa_rules.model.values import Verdict

RULES = {
    "format": 1,
    "ruleset": "chained",
    "edition": "1",
    "title": "Chained",
    "source": {"title": "Nowhere"},
    "caveats": [],
    "facts": {
        "kind": {
            "type": "choice",
            "label": "kind",
            "question": "Which kind is it?",
            "options": {"club": "Club", "firm": "Firm", "charity": "Charity"},
        },
        "size": {"type": "integer", "label": "size", "question": "How large is it?", "least": 0, "most": 9},
    },
    "values": {"fits": {"type": "yes_no", "label": "it fits", "when": "kind is club"}},
    "tables": [
        {
            "id": "second",
            "title": "Second",
            "inputs": ["load", "size"],
            "outputs": {"band": {"type": "integer", "label": "band"}},
            "hit_policy": "first",
            "rows": [["any", "not 1", 2]],
        },
        {
            "id": "first",
            "title": "First",
            "inputs": ["fits", "kind"],
            "outputs": {"load": {"type": "decimal", "label": "load"}},
            "hit_policy": "collect",
            "aggregation": "count",
            "rows": [["yes", "any", 1], ["any", "firm or charity", 0], ["any", "not club", 0]],
        },
    ],
    "requirements": [
        {"id": "R1", "title": "R", "says": "R.", "source": {"clause": 1}, "met_when": "band at least 2"},
    ],
    "decisions": [],
}


def test_an_input_of_which_any_value_will_do_stands_before_what_looks_at_it() -> None:
    ruleset = ruleset_from(RULES)
    for size, verdict in ((3, Verdict.MET), (1, Verdict.UNKNOWN)):
        for given in ({"size": size}, {"size": size, "kind": "club"}):
            made = assess(ruleset, given, on=datetime.date(2026, 12, 1))
            assert made.finding("R1").verdict is verdict
