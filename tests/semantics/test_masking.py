"""Strength means masking: met at s is met with everything weaker than s unknown (design, evidence has strength)."""

from __future__ import annotations

from hypothesis import given

from qa_rules.engines.reference import prepare
from qa_rules.model.expressions import Reference
from qa_rules.model.nodes import SCOPE, NodeId
from qa_rules.model.values import Strength, Verdict
from qa_rules.program.answers import verdict_of
from qa_rules.program.bind import ClosedRuleset
from qa_rules.semantics.snapshot import Known
from qa_rules.semantics.truth import PAIR
from tests.semantics.definition import Truth, masked, worth
from tests.strategies import Case, cases


def truths(closed: ClosedRuleset, known: Known) -> dict[str, Truth]:
    """What each node is worth; a node that asks for a strength is asked with everything weaker unknown."""
    whole = [known, *(masked(known, strength) for strength in Strength)]
    by_strength: list[dict[str, Truth]] = [{}, {}, {}, {}]

    def graded(reference: Reference) -> Truth:
        assert reference.strength is not None
        if by_strength[reference.strength][reference.name] is True:
            return True
        return False if by_strength[0][reference.name] is False else None

    for node in closed.nodes:
        for strength, view in enumerate(whole):
            by_strength[strength][node.name] = worth(node.expr, view, by_strength[strength], graded)
    return by_strength[0]


@given(cases() | cases(plain=True))
def test_a_node_is_worth_what_the_definition_says(case: Case) -> None:
    found = prepare(case.closed).run(case.known)
    expected = truths(case.closed, case.known)
    for node, code in zip(case.closed.nodes, found, strict=True):
        t, f = PAIR[code]
        assert (True if t else False if f else None) == expected[node.name], case.show(node.name)


@given(cases() | cases(plain=True))
def test_met_at_a_strength_is_met_when_everything_weaker_is_unknown(case: Case) -> None:
    found = prepare(case.closed).run(case.known)
    for strength in Strength:
        weaker = prepare(case.closed).run(masked(case.known, strength))
        for node, code, left in zip(case.closed.nodes, found, weaker, strict=True):
            if node.name.startswith(("tier/", "outcome/", "scope")):
                continue  # these ask at strengths of their own
            t, f = PAIR[code]
            assert (t >= strength) == (PAIR[left][0] > 0), (strength, case.show(node.name))
            assert (f >= strength) == (PAIR[left][1] > 0), (strength, case.show(node.name))


@given(cases() | cases(plain=True))
def test_a_verdict_is_met_or_not_applicable_by_what_is_strong_enough_and_not_met_by_anything(
    case: Case,
) -> None:
    closed, found = case.closed, prepare(case.closed).run(case.known)
    given_, strong = truths(closed, case.known), truths(closed, masked(case.known, closed.strength))
    for name in [*closed.ruleset.requirement, *closed.ruleset.group]:
        if strong.get(NodeId.applies(name), True) is False or strong.get(SCOPE, True) is False:
            expected = Verdict.NOT_APPLICABLE
        elif given_[name] is False:
            expected = Verdict.NOT_MET
        else:
            expected = Verdict.MET if strong[name] else Verdict.UNKNOWN
        verdict, strength = verdict_of(closed, found, name)
        shown = [
            case.show(part) for part in (NodeId.applies(name), NodeId.met(name), name) if part in closed.index
        ]
        assert verdict is expected, (closed.strength, shown)
        assert (strength is not None) == (verdict in (Verdict.MET, Verdict.NOT_APPLICABLE))
        assert strength is None or strength >= closed.strength
