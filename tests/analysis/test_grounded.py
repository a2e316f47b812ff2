"""A circuit that looks at records one by one says what the definition says, as things are and as they could be."""

from __future__ import annotations

import attrs
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from qa_rules.engines.reference import prepare
from qa_rules.explain.circuits import View
from qa_rules.model.expressions import Fact, Together
from qa_rules.model.facts import FactDeclaration, Facts, FactType, FactValue, Records, Vocabulary
from qa_rules.model.rulesets import Requirement, Ruleset
from qa_rules.program.bind import close
from qa_rules.repair.grounded import Grounded
from qa_rules.repair.sites import NEW, WHOLE, Setting, State, Variable
from qa_rules.repair.unrolling import grounded
from qa_rules.semantics.snapshot import NO_RECORDS, Held, HeldRecord, HeldRecords
from qa_rules.semantics.truth import PAIR
from tests import strategies
from tests.analysis.examples import DAY
from tests.strategies import Case
from tests.strategies.facts import records


def is_met(circuit: Grounded, case: Case, state: State) -> bool:
    true = {
        gate
        for gate, (test, _, _) in circuit.literals.items()
        if circuit.is_true(gate, circuit.worth(test, case.known, state))
    }
    return circuit.all_met(true)[circuit.root]


def by_definition(case: Case, name: str, view: View, wanted: bool) -> bool:
    results = prepare(case.closed).run(case.known)
    t, f = PAIR[results[case.closed.index[name]]]
    return t >= view.met if wanted else f >= view.not_met


@pytest.mark.slow
@settings(max_examples=40)
@given(strategies.cases(), st.data())
def test_every_node_is_what_the_definition_says(case: Case, data: st.DataObject) -> None:
    for name in case.closed.index:
        view = data.draw(st.builds(View, st.integers(1, 3), st.integers(1, 3)))
        wanted = data.draw(st.booleans())
        circuit = grounded(case.closed, (name, view, wanted), case.known)
        assert is_met(circuit, case, {}) == by_definition(case, name, view, wanted)


@pytest.mark.slow
@settings(max_examples=40)
@given(strategies.cases(), st.data())
def test_records_that_change_or_are_added_count_as_the_definition_says(
    case: Case, data: st.DataObject
) -> None:
    # One list is looked through anew: fields are learned, records are added, and then it is known to be whole.
    vocabulary = case.closed.ruleset.vocabulary
    declared = data.draw(st.sampled_from(tuple(vocabulary.collections.values())))
    given_ = case.known.collections.get(declared.name, NO_RECORDS).records
    state: dict[Variable, Setting | None] = {Variable(declared.name, WHOLE): True}
    for place in range(len(given_) + NEW[0]):
        if place >= len(given_):
            state[Variable(declared.name, place)] = data.draw(st.booleans())
        learned = data.draw(records(declared))
        for field, value in learned.items():
            state[Variable(declared.name, place, field)] = Held(value.value, 3, 3)
    after = []
    for place in range(len(given_) + NEW[0]):
        if place < len(given_) or state[Variable(declared.name, place)]:
            fields = dict(given_[place].fields) if place < len(given_) else {}
            for variable, held in state.items():
                if variable.place == place and variable.field and isinstance(held, Held):
                    fields[variable.field] = held
            after.append(HeldRecord(fields, 3))
    collections = {**case.known.collections, declared.name: HeldRecords(tuple(after), 3)}
    then = attrs.evolve(case.known, collections=collections)
    results = prepare(case.closed).run(then)
    for name in case.closed.ruleset.requirement:
        for view, wanted in ((View(2, 1), True), (View(1, 1), False)):
            circuit = grounded(case.closed, (name, view, wanted), case.known)
            t, f = PAIR[results[case.closed.index[name]]]
            expected = t >= view.met if wanted else f >= view.not_met
            assert is_met(circuit, case, state) == expected


@settings(max_examples=40)
@given(strategies.cases(), st.data())
def test_what_is_met_is_kept_up_to_date_as_tests_turn(case: Case, data: st.DataObject) -> None:
    name = data.draw(st.sampled_from([*case.closed.index]))
    circuit = grounded(case.closed, (name, View(1, 1), True), case.known)
    gates = [*circuit.literals]
    if not gates:
        return
    true = set(data.draw(st.lists(st.sampled_from(gates), unique=True)))
    standing = circuit.standing(true)
    for gate, turns in data.draw(st.lists(st.tuples(st.sampled_from(gates), st.booleans()), max_size=9)):
        assert standing.turn(gate, turns) == ((gate in true) != turns)
        (true.add if turns else true.discard)(gate)
        assert standing.met == circuit.all_met(true)


def test_covering_nothing_is_not_known_to_be_covered() -> None:
    codes = FactDeclaration("wanted", FactType.CODES, "wanted", "?", about="provider")
    kinds = attrs.evolve(codes, name="kinds")
    licences = attrs.evolve(codes, name="licences", type=FactType.COLLECTION, fields={"kinds": kinds})
    covered = Together("licences", None, "kinds", Fact("wanted"))
    requirement = Requirement("R", "Title", "Says", {"clause": "1"}, met_when=covered)
    vocabulary = Vocabulary({"wanted": codes, "licences": licences})
    closed = close(Ruleset("one", "1", "One", vocabulary, (requirement,)))
    lists = {"licences": Records(({"kinds": FactValue(frozenset({"x"}))},))}
    for wanted, is_covered in (({"x"}, True), ({"x", "y"}, False), (set[str](), False)):
        case = Case(closed, Facts({"wanted": FactValue(frozenset(wanted))}, lists), DAY, None)
        circuit = grounded(closed, ("R", View(1, 1), True), case.known)
        assert is_met(circuit, case, {}) == by_definition(case, "R", View(1, 1), True) == is_covered
