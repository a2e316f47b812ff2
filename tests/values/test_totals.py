"""Sums, counts and shares over records: against every completion, the definition written apart, and all engines."""

from __future__ import annotations

import datetime
from collections.abc import Iterator, Sequence
from decimal import Decimal
from itertools import combinations_with_replacement, product
from typing import Any

import pytest
from hypothesis import given

from qa_rules import RulesetError, assess, ruleset_from
from qa_rules.engines import ENGINES, engine
from qa_rules.language.facts import facts_from
from qa_rules.model import expressions as ex
from qa_rules.model.facts import Facts
from qa_rules.model.rulesets import Ruleset
from qa_rules.model.values import Strength, Verdict
from qa_rules.program.bind import close
from qa_rules.program.figures import Figures
from qa_rules.semantics.snapshot import believe
from qa_rules.semantics.truth import PAIR
from tests.proofs.test_encoding import agree
from tests.semantics.definition import masked
from tests.semantics.test_masking import truths
from tests.semantics.test_parity import skip_unless_it_runs
from tests.standards.building import standard
from tests.strategies import Case
from tests.strategies.facts import crowds

ON = datetime.date(2026, 11, 22)
AMOUNTS = (-2, 0, 5)
FACTS = {
    "fee": {"type": "integer", "label": "fee", "question": "?", "least": 0, "most": 4},
    "payments": {
        "type": "collection",
        "label": "payments",
        "question": "?",
        "record": "payment",
        "fields": {
            "amount": {"type": "integer", "label": "amount", "question": "?", "least": -2, "most": 5},
            "paid": {"type": "yes_no", "label": "paid", "question": "?"},
            "late": {"type": "yes_no", "label": "late", "question": "?"},
            "gift": {"type": "decimal", "label": "gift", "question": "?", "may_be_none": True},
        },
    },
}
PAID = {"records": "payments", "of": "amount", "where": "paid"}
VALUES: dict[str, dict[str, Any]] = {
    "income": {"sum": PAID},
    "net": {"difference": ["fee", {"sum": PAID}]},
    "many": {"sum": [{"count": {"records": "payments", "where": "paid"}}, "fee"]},
    "late_share": {"share": {"records": "payments", "meets": "late", "where": "paid"}},
    "gifts": {"sum": {"records": "payments", "of": "gift"}},
    "sure_gifts": {
        "sum": {"records": "payments", "of": "gift", "where": {"all_of": ["gift is given", "paid"]}}
    },
}
TESTS = [
    ("income", "at least", 5),
    ("income", "at most", 4),
    ("net", "at least", 0),
    ("net", "less than", -3),
    ("many", "at least", 2),
    ("late_share", "at most", 50),
    ("late_share", "more than", 50),
]


def payments(values: dict[str, Any], tests: Sequence[object]) -> Ruleset:
    return ruleset_from(
        {
            "format": 1,
            "ruleset": "payments",
            "edition": "1",
            "title": "Payments",
            "source": {"title": "Made up"},
            "caveats": ["An example."],
            "facts": FACTS,
            "values": {name: {"type": "number", "label": name, **each} for name, each in values.items()},
            "requirements": [
                {
                    "id": f"T-{at}",
                    "title": "T",
                    "says": "T.",
                    "source": {"c": 1},
                    "met_when": each,
                    "fix": "Look.",
                }
                for at, each in enumerate(tests)
            ],
            "decisions": [],
        }
    )


RULES = payments(
    VALUES,
    [
        *(f"{name} {op} {limit}" for name, op, limit in TESTS),
        "gifts at least 1.5",
        "sure_gifts more than 0.1",
        "late_share is 50",
    ],
)
CLOSED = close(RULES)
Record = dict[str, Any]


def every_list() -> Iterator[tuple[list[Record], bool]]:
    kinds = [
        {
            name: value
            for name, value in zip(("amount", "paid", "late"), each, strict=True)
            if value is not None
        }
        for each in product((None, -2, 5), (None, True, False), (None, True))
    ]
    for count in range(3):
        for at, listed in enumerate(combinations_with_replacement(kinds, count)):
            if count < 2 or at % 5 == 0:
                yield list(listed), bool(at % 2)


def completions(fee: int | None, listed: list[Record], partial: bool) -> Iterator[dict[str, Any]]:
    """What the values come to: each is at an end where every number is at one, and of any length is long enough."""
    ways = [
        [
            {**each, "amount": amount, "paid": paid, "late": late}
            for amount, paid, late in product(AMOUNTS, (True, False), (True, False))
            if each.items() <= {"amount": amount, "paid": paid, "late": late}.items()
        ]
        for each in listed
    ]
    others: list[list[Record]] = [[]]
    if partial:
        others += [
            [{"amount": amount, "paid": True, "late": late}] * 40
            for amount, late in product((-2, 5), (True, False))
        ]
    for records, more, paid_fee in product(product(*ways), others, (0, 4) if fee is None else (fee,)):
        counting = [each for each in (*records, *more) if each["paid"]]
        income = sum(each["amount"] for each in counting)
        late = sum(each["late"] for each in counting)
        yield {
            "income": income,
            "net": paid_fee - income,
            "many": len(counting) + paid_fee,
            "late_share": Decimal(100 * late) / len(counting) if counting else None,
        }


COMPARED = {
    "at least": lambda a, b: a >= b,
    "at most": lambda a, b: a <= b,
    "less than": lambda a, b: a < b,
    "more than": lambda a, b: a > b,
}


def facts_of(fee: int | None, listed: list[Record], partial: bool) -> Facts:
    known: dict[str, Any] = {"payments": {"records": listed, "partial": True} if partial else listed}
    if fee is not None:
        known["fee"] = fee
    return facts_from({"format": 1, "facts": known}, RULES)


def test_sums_counts_and_shares_are_decided_just_where_every_completion_agrees() -> None:
    run = engine("compiled")(CLOSED).run
    seen = set()
    for (listed, partial), fee in product(every_list(), (None, 1)):
        found = run(believe(facts_of(fee, listed, partial), RULES.vocabulary, ON))
        every = list(completions(fee, listed, partial))
        for at, (name, op, limit) in enumerate(TESTS):
            truths_of = {each[name] is not None and COMPARED[op](each[name], limit) for each in every}
            t, f = PAIR[found[CLOSED.index[f"T-{at}"]]]
            told = (fee, listed, partial, name, op, limit)
            if any(each[name] is None for each in every):  # of nothing it is no share
                assert (t, f) == (0, 0), told
                continue
            assert (t > 0, f > 0) == (truths_of == {True}, truths_of == {False}), told
            seen.add((name, t > 0, f > 0))
    assert len(seen) == 12, "each of the four is met, not met and open somewhere"


def test_a_figure_lies_between_the_ends_of_every_completion_and_is_open_where_the_list_is() -> None:
    for listed, partial in every_list():
        known = believe(facts_of(None, listed, partial), RULES.vocabulary, ON)
        figures = Figures(CLOSED, known, CLOSED.pairs(engine("reference")(CLOSED).run(known)))
        every = list(completions(None, listed, False))
        for name in ("income", "net", "many"):
            low, high = min(each[name] for each in every), max(each[name] for each in every)
            found = figures.interval(ex.Named(name))
            ends = {"income": (None, None), "net": (None, None), "many": (low, None)}
            assert found == (ends[name] if partial else (low, high)), (listed, partial, name)


@pytest.mark.parametrize("name", [each for each in ENGINES if each != "reference"])
def test_every_engine_says_of_sums_over_records_what_the_definition_says(name: str) -> None:
    skip_unless_it_runs(name)
    prepared, reference = engine(name)(CLOSED), engine("reference")(CLOSED)

    @given(crowd=crowds(RULES.vocabulary))
    def agrees(crowd: list[Facts]) -> None:
        for each in crowd[:2]:
            known = believe(each, RULES.vocabulary, ON)
            assert prepared.run(known) == reference.run(known)

    agrees()


@given(crowd=crowds(RULES.vocabulary))
def test_the_definition_written_apart_agrees_at_every_strength(crowd: list[Facts]) -> None:
    run = engine("reference")(CLOSED).run
    for each in crowd[:2]:
        known = believe(each, RULES.vocabulary, ON)
        pairs = [PAIR[code] for code in run(known)]
        for strength in Strength:
            weaker = truths(CLOSED, masked(known, strength))
            for node, (t, f) in zip(CLOSED.nodes, pairs, strict=True):
                told = True if t >= strength else False if f >= strength else None
                assert told == weaker[node.name], (node.name, strength)


@given(crowd=crowds(RULES.vocabulary))
def test_proofs_mean_by_a_sum_over_records_what_the_definition_means(crowd: list[Facts]) -> None:
    agree(Case(CLOSED, crowd[0], ON, None), crowd[:2])


def test_a_number_that_may_be_none_leaves_no_sum_unless_the_rule_asks_that_it_is_given() -> None:
    def verdicts(*listed: Record) -> tuple[str, str]:
        found = assess(RULES, {"payments": list(listed)}, on=ON).verdicts
        return found["T-7"].value, found["T-8"].value

    assert verdicts({"gift": 2, "paid": True}, {"gift": "none", "paid": True}) == ("unknown", "met")
    assert verdicts({"gift": 2, "paid": True}, {"paid": True}) == ("unknown", "unknown")
    assert verdicts({"gift": 2, "paid": True}, {"gift": 1, "paid": False}) == ("met", "met")
    assert verdicts() == ("not_met", "not_met")


def test_a_reason_says_the_sum_and_what_is_missing_of_it() -> None:
    listed = [{"amount": 3, "paid": True}, {"amount": 5}]
    reason = assess(RULES, {"payments": listed}, on=ON).finding("T-0").reason
    assert "between 3 and 8" in reason.text
    assert reason.facts == ("payments.paid",)
    partial = {"records": [{"amount": 5, "paid": True}], "partial": True}
    assert (
        "there may be more than are listed"
        in assess(RULES, {"payments": partial}, on=ON).finding("T-0").reason.text
    )


def test_a_list_of_which_all_is_known_is_not_told_as_what_keeps_a_sum_open() -> None:
    """Two visits count; only how the water is, is not known."""
    visits = {
        "type": "collection",
        "fields": {"passed": {"type": "yes_no", "label": "passed", "question": "So?"}},
    }
    rules = standard(
        {"water": {"type": "integer", "least": 0, "most": 10}, "visits": visits},
        {"R": {"met_when": "points at least 8"}},
        values={
            "recent": {
                "type": "number",
                "label": "good visits",
                "count": {"records": "visits", "where": "passed"},
            },
            "points": {"type": "number", "label": "points", "sum": ["water", "3 times recent"]},
        },
    )
    (finding,) = assess(rules, {"visits": [{"passed": True}, {"passed": True}]}, on=ON).findings
    assert finding.verdict is Verdict.UNKNOWN
    assert "Water: not known" in finding.reason.text
    assert "Visits" not in finding.reason.text, finding.reason.text
    assert finding.missing == ("water",)


@pytest.mark.parametrize(
    ("value", "says"),
    [
        ({"sum": {"records": "payments", "of": "paid"}}, "`paid` is a yes or no, and cannot be added"),
        ({"sum": {"records": "payments", "of": "amunt"}}, "`amunt` is no field of its records"),
        ({"sum": {"records": "fees", "of": "amount"}}, "there is no collection `fees`"),
        ({"sum": {"records": "payments"}}, "this does not say what of the records is meant"),
        (
            {"share": {"records": "payments", "where": "paid"}},
            "this does not say what of the records is meant",
        ),
    ],
)
def test_what_cannot_be_added_up_is_told(value: dict[str, Any], says: str) -> None:
    with pytest.raises(RulesetError) as fault:
        payments({"wrong": value}, ["fee at least 1"])
    assert says in fault.value.diagnostics[0].message
    assert fault.value.diagnostics[0].hint


def test_a_number_made_of_records_is_not_compared_with_a_field_of_a_record() -> None:
    with pytest.raises(RulesetError, match="cannot be compared with a field of a record") as fault:
        payments(VALUES, [{"some payments": "amount at most income"}])
    assert fault.value.diagnostics[0].hint == "compare it with a fact, a setting or a constant"
