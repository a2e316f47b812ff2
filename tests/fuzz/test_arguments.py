"""Whatever a public function is given, it answers, or says which argument is not what is due."""

from __future__ import annotations

import inspect
import json
from collections.abc import Callable, Iterator
from datetime import date, datetime
from decimal import Decimal
from functools import partial
from typing import Any

import attrs
import pytest
from hypothesis import given
from hypothesis import strategies as st

import qa_rules
from qa_rules import api, reports, tables
from qa_rules.language.facts import facts_from
from qa_rules.tables import TableTask
from tests.assessment.small import DATA as RULESET_DATA
from tests.assessment.small import ON, POLICY, RULESET
from tests.fuzz.accidents import ANYTHING, SAMPLE, answered

POLICY_DATA = {"format": 1, "policy": "p", "for": RULESET.id, "title": "P"}
MADE = qa_rules.assess(RULESET, {"a": True, "b": False}, on=ON, policy=POLICY)
RECORD = json.loads(json.dumps(MADE.to_dict()))
FACTS = facts_from({"a": True}, RULESET)
REQUEST = {
    "format": 1,
    "ruleset": "ss2q@2017",
    "on": "2026-11-22",
    "goal": "tier",
    "facts": {},
    "closed_to": [],
}
TABLE = tables.table_of(RULESET, [FACTS])
TASK = TableTask(ruleset=RULESET, on=ON)

CALLS: dict[str, tuple[Callable[..., object], dict[str, Any]]] = {
    "assess": (
        qa_rules.assess,
        {"ruleset": RULESET, "facts": {"a": True}, "on": ON, "policy": POLICY, "engine": "compiled",
         "calendar": None, "earlier": None},
    ),
    "facts_from": (qa_rules.facts_from, {"values": {"a": True}, "ruleset": RULESET}),
    "facts_model": (qa_rules.facts_model, {"ruleset": RULESET, "about": None}),
    "load_facts": (qa_rules.load_facts, {"path": "there/is/none.yaml", "ruleset": RULESET}),
    "load_policy": (qa_rules.load_policy, {"which": "none", "ruleset": RULESET}),
    "load_ruleset": (qa_rules.load_ruleset, {"which": "none"}),
    "policy_from": (qa_rules.policy_from, {"data": POLICY_DATA, "ruleset": RULESET, "asks": ()}),
    "replay": (
        qa_rules.replay,
        {"data": RECORD, "ruleset": RULESET, "policy": POLICY, "calendar": None, "key": None},
    ),
    "ruleset_from": (qa_rules.ruleset_from, {"data": RULESET_DATA, "beside": None}),
    "under": (qa_rules.under, {"ruleset": RULESET, "policy": POLICY}),
    "on_decision": (qa_rules.on_decision, {"tell": print}),
    "prepare": (qa_rules.prepare, {"ruleset": RULESET, "policy": POLICY, "calendar": None, "engine": "compiled"}),
    "keep_prepared": (qa_rules.keep_prepared, {"most": 4_096}),
    "Prepared.assess": (
        qa_rules.prepare(RULESET, POLICY).assess, {"facts": {"a": True}, "on": ON, "earlier": None}
    ),
    "Prepared.assess_json": (qa_rules.prepare(RULESET, POLICY).assess_json, {"data": b"{}", "on": ON}),
    "Assessment.from_dict": (qa_rules.Assessment.from_dict, {"data": RECORD, "key": None}),
    "Assessment.answer": (MADE.answer, {"decision": "overall"}),
    "Assessment.finding": (MADE.finding, {"requirement": "R1"}),
    "difference": (api.difference, {"before": MADE, "after": MADE}),
    "fixes": (api.fixes, {"assessment": MADE, "to": None, "n": 1, "fixed": ()}),
    "horizon": (api.horizon, {"assessment": MADE, "until": date(2027, 1, 1)}),
    "next_questions": (
        api.next_questions,
        {"assessment": MADE, "goal": "tier", "n": 1, "last": None, "closed_to": (), "about": None},
    ),
    "respond": (api.respond, {"request": REQUEST, "rulesets": None, "policies": None}),
    "schema_of_result": (api.schema_of_result, {"name": "horizon"}),
    "shortlist": (
        api.shortlist,
        {"person": FACTS, "providers": {"x": FACTS}, "ruleset": RULESET, "on": ON, "policy": POLICY,
         "engine": "compiled", "calendar": None},
    ),
    "standing": (api.standing, {"assessment": MADE}),
    "what_if": (lambda assessment, changes, **more: api.what_if(assessment, changes, **more),
                {"assessment": MADE, "changes": {"a": False}, "on": ON, "policy": None}),
    "why": (api.why, {"assessment": MADE, "target": None}),
    "report": (reports.report, {"assessment": MADE, "form": "text", "advice": False, "language": None}),
    "assess_table": (
        tables.assess_table,
        {"ruleset": RULESET, "table": TABLE, "on": ON, "policy": POLICY, "persons": None, "evidence": None,
         "key": "subject", "keep": (), "ignore": (), "children": None, "calendar": None, "threads": 1},
    ),
    "table_of": (tables.table_of, {"ruleset": RULESET, "subjects": [FACTS], "key": "subject"}),
    "assess_batches": (
        lambda source, task: list(tables.assess_batches(source, task)), {"source": TABLE, "task": TASK}
    ),
    "TableTask.assess": (
        lambda **more: TableTask(**more).assess(TABLE),
        {name: value for name, value in attrs.asdict(TASK, recurse=False).items() if not name.startswith("_")},
    ),
    "Bundle.to_dict": (
        lambda ruleset, policy, calendar: qa_rules.Bundle(ruleset, policy, calendar).to_dict(),
        {"ruleset": RULESET, "policy": POLICY, "calendar": None},
    ),
    "Bundle.from_dict": (qa_rules.Bundle.from_dict, {"data": qa_rules.Bundle(RULESET, POLICY).to_dict()}),
    "model.Calendar": (
        qa_rules.Calendar,
        {"name": "N", "version": "1", "first": date(2026, 1, 1), "last": date(2026, 12, 31),
         "holidays": frozenset({date(2026, 12, 25)})},
    ),
    "impact": (tables.impact, {"source": TABLE, "before": TASK, "after": TASK}),
}  # fmt: skip

for call, sound in CALLS.values():
    # What may be left out is tried as well.
    for each in inspect.signature(call).parameters.values():
        if each.default is not each.empty:
            sound.setdefault(each.name, each.default)

ELSEWHERE = {"fitted", "merge", "policy_names", "ruleset_ids", "speaking"}
"""Without an argument of a name, or a generator; merge is tried below."""
IN_TABLES = {"assess_table", "assess_batches", "TableTask.assess", "impact", "table_of"}
"""What is wrong with a table in memory is told by the name of its column."""
WRONG: tuple[Any, ...] = (
    None, "", "x", "\0", "\ud800", "a" * 5_000, b"x", 0, -1, 3, 10**5_000, 2.5, float("nan"), Decimal("NaN"), True,
    date.min, date.max, datetime(2026, 1, 1), [], [None], [[]], (1,), {}, {1: 2}, {None: None}, {"a": {}}, set(),
    object(), RULESET, POLICY, MADE, FACTS, {"a": object()}, [RULESET], {"x": FACTS}, print,
)  # fmt: skip


def public() -> Iterator[str]:
    for module in (qa_rules, api, reports, tables):
        for name in getattr(module, "__all__", None) or vars(module):
            if inspect.isfunction(getattr(module, name)):
                yield name


def test_every_public_function_is_tried() -> None:
    assert {*public()} - ELSEWHERE == {each for each in CALLS if "." not in each}
    for name, (call, given_) in CALLS.items():
        if name not in ("what_if", "TableTask.assess"):
            named = {*inspect.signature(call).parameters}
            assert named <= {*given_}, name


def knock(which: str, changed: dict[str, Any]) -> None:
    call, sound = CALLS[which]
    made: list[object] = []
    try:
        answered(lambda: made.append(call(**(sound | changed))), placed=which not in IN_TABLES)
    except KeyError:
        assert which in ("Assessment.answer", "Assessment.finding", "schema_of_result")  # as they say
    for each in made:
        if isinstance(each, qa_rules.Listening):
            each.stop()  # nobody is told of the decisions of other tests
    if which == "keep_prepared":
        qa_rules.keep_prepared(4_096)


@pytest.mark.parametrize("name", CALLS)
def test_a_wrong_argument_is_an_error_of_ours_or_a_type_error(name: str) -> None:
    for argument in CALLS[name][1]:
        for wrong in WRONG:
            knock(name, {argument: wrong})


@pytest.mark.parametrize("name", CALLS)
@SAMPLE
@given(data=st.data())
def test_an_argument_of_anything_is_an_error_of_ours_or_a_type_error(name: str, data: st.DataObject) -> None:
    argument = data.draw(st.sampled_from(sorted(CALLS[name][1])))
    knock(name, {argument: data.draw(ANYTHING)})


def test_what_is_merged_is_facts() -> None:
    for wrong in WRONG:
        answered(partial(qa_rules.merge, wrong))
        answered(partial(qa_rules.merge, FACTS, wrong))
