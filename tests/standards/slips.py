"""Slips that an author may make in the example standards: what stood there, and what was written instead."""

from __future__ import annotations

from typing import Final

HYGIENE: Final[tuple[tuple[str, str], ...]] = (
    ("total at most 50", "total at most 55"),
    ("total at most 40", "total at most 45"),
    ("total at most 30", "total less than 30"),
    ("total at most 20, worst at most 10]}}\n  five", "total at most 25, worst at most 10]}}\n  five"),
    ("total at most 15, worst at most 5]}}\nreq", "total at most 10, worst at most 5]}}\nreq"),
    ("worst at most 20]}}\n  at_least_two", "worst at most 25]}}\n  at_least_two"),
    ("worst at most 15]}}\n  at_least_three", "worst at most 10]}}\n  at_least_three"),
    (
        "total at most 30, worst at most 10]}}\n  at_least_four",
        "total at most 30, worst at most 15]}}\n  at_least_four",
    ),
    ("total at most 15, worst at most 5]}}\nreq", "total at most 15, worst at most 10]}}\nreq"),
    (
        "all_of: [total at most 40, worst at most 15]}}\n  at",
        "any_of: [total at most 40, worst at most 15]}}\n  at",
    ),
    ("    sum: [hygiene, structure, confidence]", "    sum: [hygiene, structure]"),
    ("    sum: [hygiene, structure, confidence]", "    sum: [hygiene, structure, structure]"),
    ("    greatest: [hygiene, structure, confidence]", "    greatest: [hygiene, confidence]"),
    ("    greatest: [hygiene, structure, confidence]", "    least: [hygiene, structure, confidence]"),
    ("when: {not: at_least_two}", "when: {not: at_least_three}"),
    ("when: {not: at_least_three}", "when: {not: at_least_two}"),
    ("when: {not: five}", "when: {not: at_least_four}"),
    ("when: {not: at_least_one}", "when: at_least_one"),
    ("met_when: worst at most 10", "met_when: worst less than 5"),
    ("    direction: less_is_better\n  structure", "    direction: more_is_better\n  structure"),
)
"""In the food hygiene rating."""

LENDING: Final[tuple[tuple[str, str], ...]] = (
    ("[at most 21, any, any, 32]", "[at most 21, any, any, 42]"),
    ("[at most 21, any, any, 32]", "[at most 22, any, any, 32]"),
    ("[at least 22 and at most 25, any, any, 35]", "[at least 22 and at most 24, any, any, 35]"),
    ("[at least 26 and at most 35, any, any, 40]", "[at least 26 and at most 35, any, any, 4]"),
    ("[at least 36 and at most 49, any, any, 43]", "[at least 36 and at most 49, any, any, 34]"),
    ("[at least 50, any, any, 48]", "[more than 50, any, any, 48]"),
    ("[any, no, any, 25]", "[any, no, any, 52]"),
    ("[any, yes, any, 45]", "[any, no, any, 45]"),
    ("[any, yes, any, 45]", "[any, yes, any, 54]"),
    ("[any, any, out_of_work, 15]", "[any, any, out_of_work, 51]"),
    ("[any, any, student, 18]", "[any, any, student, 81]"),
    ("[any, any, self_employed, 36]", "[any, any, employed, 36]"),
    ("[any, any, employed, 45]", "[any, any, employed, 54]"),
    ("aggregation: sum", "aggregation: greatest"),
    ("risk is one of low, very_low", "risk is one of low, medium"),
    ("risk is one of low, very_low", "risk is very_low"),
    ("when: L-1 is not met}", "when: L-1}"),
    ("no,at least 120 and less than 130,low", "no,at least 120 and at most 130,low"),
    ("no,at least 100 and less than 120,medium", "no,at least 100 and less than 110,medium"),
    ("yes,at least 90 and at most 110,medium", "yes,at least 90 and less than 110,medium"),
    ("yes,more than 110,low", "yes,more than 110,high"),
    ("yes,less than 80,decline", "no,less than 80,decline"),
)
"""In the lender's first look; without the hole that it has on purpose."""

HALLS: Final[tuple[tuple[str, str], ...]] = (
    ("members: [Hall-1, Hall-2, Hall-3]", "members: [Hall-1, Hall-3]"),
    ("members: [Hall-1, Hall-2, Hall-3]", "members: [Hall-1, Hall-2]"),
    ("needs: [Safety]", "needs: [Hall-1]"),
    ("needs: [Hall-4]", "needs: [Hall-3]"),
    ("applies_when: has_stairs", "applies_when: handrails"),
    ("met_when: handrails", "met_when: has_stairs"),
    ("met_when: exits_clear", "met_when: {not: exits_clear}"),
    ("open_days at least 100", "open_days at most 100"),
)
"""In the mark for village halls of the page on levels."""

CLAIMS_OF_HALLS: Final = """
claims:
  - {id: exits, whoever: {not: exits_clear}, gets: {level: no_mark}}
  - {id: kit, whoever: {not: first_aid_kit}, gets: {level: no_mark}}
  - {id: rails, whoever: {all_of: [has_stairs, not: handrails]}, gets: {level: no_mark}}
  - {id: seldom_open, whoever: open_days less than 100, gets: {level: [no_mark, safe]}}
  - id: safe_and_open
    whoever: {all_of: [exits_clear, first_aid_kit, not: has_stairs, open_days at least 100]}
    gets: {level: lively}
"""
