"""Where durable-rules breaks, and what happens there: the same answer, or a refusal when preparing."""

from __future__ import annotations

import datetime
from collections.abc import Iterable, Mapping
from decimal import Decimal
from itertools import combinations

import pytest
from hypothesis import given

from qa_rules.engines import strata
from qa_rules.errors import UnsupportedRulesetError
from qa_rules.model.expressions import (
    AllOf,
    AnyOf,
    Compare,
    Expr,
    Fact,
    Given,
    Includes,
    Inclusion,
    Literal,
    Not,
    Op,
)
from qa_rules.model.values import NONE, Scalar
from qa_rules.program.bind import ClosedRuleset
from qa_rules.semantics.truth import UNKNOWN
from tests.durable.building import assert_agrees, closed_of, known, node, run_apart, yes
from tests.strategies import closed_rulesets

pytest.importorskip("durable_rules_engine", exc_type=ImportError)

from qa_rules.engines import durable
from qa_rules.engines.durable_host import QuietHost

PRELUDE = """
from qa_rules.engines import durable, reference
from qa_rules.model.expressions import *
from tests.durable.building import *
"""


def chain(length: int) -> ClosedRuleset:
    """Each node needs the one before it: as many strata as nodes."""
    links: list[Expr] = [yes("f0")]
    for at in range(1, length + 1):
        links.append((AllOf, AnyOf)[at % 2]((node(at - 1), yes(f"f{at}"))))
    return closed_of(links)


def pairs(count: int) -> ClosedRuleset:
    """Three rules a node, and nothing shared."""
    return closed_of(AllOf((yes(f"f{2 * at}"), yes(f"f{2 * at + 1}"))) for at in range(count))


def rules_of(closed: ClosedRuleset) -> int:
    return sum(len(bucket.rules) + 1 for bucket in strata.lower(closed.nodes).buckets)


# What is refused, and that it works up to there


def test_more_rules_than_durable_rules_takes_are_refused_when_preparing() -> None:
    with pytest.raises(
        UnsupportedRulesetError, match=r"at most 4,096 rules.*needs 4,1\d\d; use the engine `compiled`"
    ):
        durable.prepare(pairs(1_345))


def test_nearly_as_many_rules_as_durable_rules_takes_agree() -> None:
    assert 4_000 < rules_of(pairs(1_335)) <= durable.MOST_RULES
    source = """
from tests.durable.test_limits import *
assert_agrees(pairs(1_335), known({}), known({f"f{at}": at % 3 > 0 for at in range(2_670)}, 2))
"""
    run_apart(source)


def test_more_strata_than_durable_rules_has_first_tests_are_refused_when_preparing() -> None:
    with pytest.raises(UnsupportedRulesetError, match=r"at most 500 buckets of rules.*needs 501"):
        durable.prepare(chain(501))


def test_a_chain_of_five_hundred_strata_agrees() -> None:
    """At 513 first tests durable-rules never returns."""
    source = """
from tests.durable.test_limits import *
truths = [{f"f{at}": at % step > 0 for at in range(501)} for step in (1, 2, 3, 499)]
assert_agrees(chain(500), known({}), *(known(truth, 2) for truth in truths))
"""
    run_apart(source)


def test_a_ruleset_nested_beyond_what_python_can_walk_is_refused() -> None:
    expr = yes("f0")
    for _ in range(5_000):
        expr = Not(expr)
    with pytest.raises(UnsupportedRulesetError, match="nested too deeply"):
        durable.prepare(closed_of([expr]))


# What stays within bounds by construction


def assert_is_in_the_one_right_shape(closed: ClosedRuleset) -> None:
    network = strata.lower(closed.nodes)
    for bucket in network.buckets:
        assert len(bucket.rules) + 1 <= 60, "64 rules that match one message are an error"
        assert len({abs(wire) for wire in bucket.tests.values()}) <= 60, "64 tests true at once are an error"
        assert len(bucket.tests) + 2 <= 252, "more properties are an error"
        assert len({rule.tests for rule in bucket.rules.values()}) == len(bucket.rules), (
            "256 equal rules crash"
        )
        for rule in bucket.rules.values():
            assert len(set(rule.tests)) == len(rule.tests) <= strata.WIDEST_GATE
    names = [name for bucket in network.buckets for name in (*bucket.rules, bucket.sentinel)]
    assert len(set(names)) == len(names)


@given(closed=closed_rulesets())
def test_generated_rulesets_stay_within_the_bounds(closed: ClosedRuleset) -> None:
    assert_is_in_the_one_right_shape(closed)


@pytest.mark.parametrize("shared", [1, 2, 3, 16])
def test_rulesets_that_share_much_stay_within_the_bounds(shared: int) -> None:
    common = tuple(yes(f"c{at}") for at in range(shared))
    every = [AllOf((*common, yes(f"f{at}"))) for at in range(300)]
    some = [AnyOf(pair) for pair in combinations(map(yes, "abcdefghijklmnopqrstuvwxyz"), 2)]
    wide = [AllOf(tuple(yes(f"f{at}") for at in range(1_000)))]
    assert_is_in_the_one_right_shape(closed_of([*every, *some, *wide]))


def test_every_rule_is_one_guarded_conjunction_of_yes(monkeypatch: pytest.MonkeyPatch) -> None:
    """No joins, negation, comparison, arithmetic or alternatives, so none of their traps."""
    built = []

    class Watched(QuietHost):
        def __init__(
            self, rules: Mapping[str, tuple[tuple[str, str | bool], ...]], last: frozenset[str]
        ) -> None:
            built.append(dict(rules))
            super().__init__(rules, last)

    monkeypatch.setattr("qa_rules.engines.durable_host.QuietHost", Watched)
    durable.prepare(closed_of({"watched": AllOf((yes("f0"), AnyOf((yes("f1"), Not(yes("f2"))))))}))
    (rules,) = built
    for (first, bucket), *rest in rules.values():
        assert first == "k"
        assert isinstance(bucket, str)
        assert bucket.startswith("b")
        assert all(name.startswith("t") and value is True for name, value in rest)


def test_messages_hold_our_own_names_and_yes_only(monkeypatch: pytest.MonkeyPatch) -> None:
    """No value of a file reaches durable-rules, so nothing is coerced, overflows or depends on a locale."""
    seen: list[Mapping[str, str | bool]] = []
    real = QuietHost.fired

    def watched(self: QuietHost, message: Mapping[str, str | bool]) -> list[str]:
        seen.append(message)
        return real(self, message)

    monkeypatch.setattr(QuietHost, "fired", watched)
    assert_agrees(
        closed_of([AllOf((yes("id"), more("sid", Decimal("1e-07"))))]), known({"id": True, "sid": Decimal(5)})
    )
    assert [dict(message) for message in seen] == [{"k": "b1", "t2": True, "t3": True}]


def fnv(text: str) -> int:
    """The hash by which durable-rules tells properties apart."""
    found = 2166136261
    for byte in text.encode():
        found = (found ^ byte) * 16777619 % 2**32
    return found


def test_no_two_of_our_property_names_have_one_hash() -> None:
    assert fnv("costarring") == fnv("liquid")
    operators = ("and", "or", "ex", "nex", "eq", "neq", "lt", "lte", "gt", "gte", "m", "s", "not")
    names = ["k", "sid", "id", *(f"${each}" for each in operators), *(f"t{at}" for at in range(252))]
    assert len(set(map(fnv, names))) == len(names)


# What a file or a caller can still bring


def more(name: str, than: Scalar) -> Expr:
    return Compare(Fact(name), Op.MORE, Literal(than))


def same(name: str, value: Scalar) -> Expr:
    return Compare(Fact(name), Op.IS, Literal(value))


def with_companions(leaves: Iterable[Expr]) -> ClosedRuleset:
    """Each leaf as part of an all-of, an any-of and their opposites, so that it does reach durable-rules."""
    parts: list[Expr] = []
    for leaf in leaves:
        parts += [AllOf((leaf, yes("other"))), AnyOf((leaf, yes("other"))), AllOf((Not(leaf), yes("other")))]
    return closed_of(parts)


NAMES = (
    "id",
    "sid",
    "k",
    "$s",
    "$m",
    "m",
    "s",
    "t0",
    "b1",
    "r1",
    "exception",
    "costarring",
    "liquid",
    "a.b",
    "true",
)
STRANGE = ("", " ", '"', "\\", "\n", "\x00", "é", "e\u0301", "😀", "{", "%s", "null", "\u2028", "x" * 10_000)


@pytest.mark.parametrize("truth", [True, False])
def test_no_name_of_a_fact_or_node_collides_or_hijacks(truth: bool) -> None:
    names = (*NAMES, *STRANGE)
    closed = closed_of({name: AllOf((yes(name), yes("other"))) for name in names})
    for name in names:
        others = dict.fromkeys(names, not truth)
        assert_agrees(closed, known({**others, name: truth, "other": True}))


@pytest.mark.parametrize(
    "value",
    [
        0,
        1,
        -1,
        2**63 - 1,
        2**63,
        -(2**64),
        10**30,
        *map(Decimal, ("1e-07", "1e16", "3.4", "3.5", "-0", "1e400")),
    ],
)
def test_extreme_numbers_are_compared_by_the_shared_code(value: int | Decimal) -> None:
    edges = (0, 1, 2**63, 2**64, Decimal("3.4"), Decimal("1e-07"), Decimal("1e16"))
    closed = with_companions([*(more("f", edge) for edge in edges), *(same("f", edge) for edge in edges)])
    assert_agrees(closed, known({"f": value, "other": True}), known({"f": value, "other": False}, 1))


@pytest.mark.parametrize("value", ["5", "", "1", "true", "2024-01-01", "2024-01-01 10:00", *STRANGE])
def test_texts_are_never_taken_for_numbers_or_each_other(value: str) -> None:
    closed = with_companions(same("f", text) for text in ("5", "", "1", "true", "2024-01-01", *STRANGE))
    assert_agrees(closed, known({"f": value, "other": True}), known({"f": value, "other": False}, 1))


def test_dates_sets_and_none_stay_with_the_shared_code() -> None:
    closed = with_companions(
        [
            more("day", datetime.date(2024, 1, 1)),
            Given(Fact("day")),
            Includes(Fact("set"), Inclusion.ALL, Literal(frozenset(["5", ""]))),
        ]
    )
    for day in (NONE, datetime.date.min, datetime.date.max, datetime.date(2024, 1, 1)):
        assert_agrees(closed, known({"day": day, "set": frozenset(["5"]), "other": True}, 2))


def test_a_decimal_comma_in_the_locale_changes_nothing() -> None:
    import locale

    before = locale.setlocale(locale.LC_NUMERIC)
    tried = ("de_DE.UTF-8", "fr_FR.UTF-8", "de_DE", "C.UTF-8", "C")
    try:
        for name in tried:
            try:
                locale.setlocale(locale.LC_NUMERIC, name)
                break
            except locale.Error:
                continue
        closed = with_companions([more("f", Decimal("3.4"))])
        assert_agrees(closed, known({"f": Decimal("3.5"), "other": True}))
    finally:
        locale.setlocale(locale.LC_NUMERIC, before)


@pytest.mark.parametrize("groups", [13, 14, 15, 20, 40])
def test_many_alternatives_in_one_requirement_neither_fail_nor_fire_too_often(groups: int) -> None:
    """14 of them in one expression are an error there, and those of which several branches hold fire 2^n times."""
    asked = AllOf(tuple(AnyOf(tuple(yes(f"f{3 * at + each}") for each in range(3))) for at in range(groups)))
    closed = closed_of([asked, Not(asked), AnyOf((asked, yes("other")))])
    for step in (1, 2, 3, 50):
        truths = {f"f{at}": (at + 1) % step > 0 or step == 1 for at in range(3 * groups)}
        assert_agrees(closed, known(truths), known(truths | {"other": True}, 1), known({}))


def test_a_fact_against_a_fact_that_is_missing_is_unknown() -> None:
    """Where the right side is missing, durable-rules compares with whatever stands in memory."""
    leaves = [Compare(Fact("left"), op, Fact("right")) for op in Op]
    closed = with_companions(leaves)
    for values in ({"left": 5}, {"right": 5}, {"left": 5, "right": 5}, {"left": 4, "right": 5}, {}):
        assert_agrees(closed, known(values | {"other": True}), known(values | {"other": False}, 1))
    missing = durable.prepare(closed_of([AllOf((leaves[0], yes("other")))]))
    assert missing.run(known({"left": 5, "other": True})) == (UNKNOWN,)


def test_a_deep_ruleset_is_no_deeper_for_durable_rules() -> None:
    """It fails when an expression is nested more than 15 deep; a file may nest 32."""
    expr = yes("f0")
    for at in range(1, 33):
        expr = (AllOf, AnyOf)[at % 2]((expr, yes(f"f{at}")))
    for step in (1, 2, 3, 33):
        assert_agrees(closed_of([expr, Not(expr)]), known({f"f{at}": at % step > 0 for at in range(33)}, 2))


def test_hundreds_of_rules_that_begin_alike_neither_crash_nor_hang() -> None:
    source = f"""{PRELUDE}
common = tuple(yes(f"c{{at}}") for at in range(3))
closed = closed_of(AllOf((*common, yes(f"f{{at}}"))) for at in range(600))
for truth in (True, False):
    values = {{f"c{{at}}": True for at in range(3)}} | {{f"f{{at}}": truth for at in range(600)}}
    assert_agrees(closed, known(values), known(values, 1))
"""
    run_apart(source)


def test_more_threads_than_durable_rules_has_sessions_neither_crash_nor_hang() -> None:
    """It fails past 1,024 sessions; threads come and go, and borrow one of a few."""
    source = f"""{PRELUDE}
import threading
closed = closed_of([AllOf((yes("a"), yes("b"))), AnyOf((yes("a"), yes("c")))])
prepared = durable.prepare(closed)
subjects = [known({{"a": bool(at & 1), "b": bool(at & 2), "c": bool(at & 4)}}, at % 3 + 1) for at in range(24)]
expected = [reference.prepare(closed).run(subject) for subject in subjects]
wrong = []
def work(at):
    if prepared.run(subjects[at % 24]) != expected[at % 24]:
        wrong.append(at)
for first in range(0, 1_500, 50):
    threads = [threading.Thread(target=work, args=(at,)) for at in range(first, first + 50)]
    for thread in threads: thread.start()
    for thread in threads: thread.join()
print(len(wrong), len(prepared.keeper.host.used) <= 4, threading.active_count())
"""
    assert run_apart(source) == "0 True 1"
