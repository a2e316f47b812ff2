"""Small rulesets, every provider tried: the solver says that something can be exactly when some provider shows it."""

from __future__ import annotations

import datetime
from itertools import product

from hypothesis import given, settings
from hypothesis import strategies as st

from qa_rules import ruleset_from
from qa_rules.engines.reference import prepare
from qa_rules.model.facts import Evidence, Facts, FactValue
from qa_rules.model.rulesets import Ruleset
from qa_rules.model.values import Strength, Value, Verdict
from qa_rules.program.answers import answer_of, verdict_of
from qa_rules.program.bind import close
from qa_rules.proofs.solver import Found
from qa_rules.proofs.study import Study
from qa_rules.proofs.symbolic import Limits
from qa_rules.semantics.snapshot import believe

ON = datetime.date(2026, 11, 22)
SURE = Evidence(strength=Strength.VERIFIED)
FACTS: dict[str, list[Value]] = {
    "a": [True, False],
    "b": [True, False],
    "n": [0, 1, 2, 3],
    "kind": ["club", "charity", "company"],
    "helps": [frozenset(), frozenset({"walks"}), frozenset({"talks"}), frozenset({"walks", "talks"})],
}
DECLARED = {
    "a": {"type": "yes_no", "label": "a", "question": "A?"},
    "b": {"type": "yes_no", "label": "b", "question": "B?"},
    "n": {"type": "integer", "least": 0, "most": 3, "label": "n", "question": "N?"},
    "kind": {
        "type": "choice",
        "label": "kind",
        "question": "Kind?",
        "options": {"club": "Club", "charity": "Charity", "company": "Company"},
    },
    "helps": {
        "type": "choices",
        "label": "help",
        "question": "Help?",
        "options": {"walks": "Walks", "talks": "Talks"},
    },
}
LEAVES = (
    "a",
    "b",
    "n at least 1",
    "n at most 2",
    "n more than 3",
    "n is 2",
    "kind is club",
    "kind is one of club, charity",
    "helps includes walks",
    "helps includes only walks",
    "helps is empty",
)


def rules() -> st.SearchStrategy[object]:
    leaves: st.SearchStrategy[object] = st.sampled_from(LEAVES)
    return st.recursive(
        leaves,
        lambda inner: st.one_of(
            st.builds(lambda each: {"all_of": each}, st.lists(inner, min_size=1, max_size=3)),
            st.builds(lambda each: {"any_of": each}, st.lists(inner, min_size=1, max_size=3)),
            st.builds(lambda each: {"not": each}, inner),
            st.builds(lambda a, b: {"only_when": {"this": a, "then": b}}, inner, inner),
        ),
        max_leaves=5,
    )


@st.composite
def rulesets(draw: st.DrawFn) -> Ruleset:
    def requirement(name: str) -> dict[str, object]:
        found = {
            "id": name,
            "title": name,
            "says": name,
            "source": {"clause": name},
            "met_when": draw(rules()),
        }
        return found | ({"applies_when": draw(rules())} if draw(st.booleans()) else {})

    outcomes = [
        {"id": "stops", "words": "No", "allows": False, "when": {"any_of": ["R1 is not met", draw(rules())]}},
        {"id": "waits", "words": "Wait", "allows": draw(st.booleans()), "when": draw(rules())},
        {"id": "starts", "words": "Yes", "allows": True, "when": {"all_of": ["R1", "Both"]}},
    ]
    return ruleset_from(
        {
            "format": 1,
            "ruleset": "small",
            "edition": "1",
            "title": "Small",
            "source": {"title": "Small"},
            "caveats": ["For tests."],
            "facts": DECLARED,
            "requirements": [requirement("R1"), requirement("R2")],
            "groups": [{"id": "Both", "title": "Both", "members": ["R1", "R2"]}],
            "decisions": [{"id": "overall", "title": "Overall", "outcomes": outcomes}],
        }
    )


def providers() -> list[Facts]:
    ways = []
    for name, values in FACTS.items():
        whole: list[FactValue | None] = [None, *(FactValue(value, SURE) for value in values)]
        if name == "helps":
            whole += [FactValue(value, SURE, partial=True) for value in values]
        ways.append(whole)
    return [
        Facts({name: value for name, value in zip(FACTS, chosen, strict=True) if value is not None})
        for chosen in product(*ways)
    ]


PROVIDERS = providers()


@settings(max_examples=15)
@given(rulesets())
def test_the_solver_finds_exactly_what_trying_every_provider_finds(ruleset: Ruleset) -> None:
    closed = close(ruleset)
    prepared, decision = prepare(closed), ruleset.decisions[0]
    names = ("R1", "R2", "Both")
    seen: set[tuple[str, str]] = set()
    for facts in PROVIDERS:
        results = prepared.run(believe(facts, ruleset.vocabulary, ON))
        seen.update((name, verdict_of(closed, results, name)[0].value) for name in names)
        answer = answer_of(closed, results, decision, facts)
        assert answer is not None
        seen.add(("overall", answer.outcome))
        seen |= set() if answer.possible else {("overall", "nothing left")}

    study = Study(closed, Limits(ON))
    asked = {(name, Verdict.MET.value): study.met(name) for name in names}
    asked |= {(name, Verdict.NOT_MET.value): study.not_met(name) for name in names}
    asked |= {(name, Verdict.NOT_APPLICABLE.value): study.not_applicable(name) for name in names}
    asked |= {("overall", word): literal for word, literal in study.answers(decision).items()}
    nothing = study.make.all(-each for each in study.possible(decision))
    asked["overall", "nothing left"] = nothing
    for what, literal in asked.items():
        assert isinstance(study.ask([literal]), Found) == (what in seen), what
