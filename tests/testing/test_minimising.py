"""As few cases and facts as do, whatever the goals; and conditions, one by one."""

from __future__ import annotations

from collections.abc import Sequence

from hypothesis import given
from hypothesis import strategies as st

from qa_rules import facts_from
from qa_rules.engines.reference import prepare
from qa_rules.model.facts import Evidence, Facts, FactValue, Records
from qa_rules.program.bind import close
from qa_rules.semantics.snapshot import believe
from qa_rules.testing.canonical import merged, parts, size, without
from qa_rules.testing.conditions import Answers, Both, Either, Fails, Holds, Never, Shown
from qa_rules.testing.minimise import suite_of
from tests.testing.small import ON, ruleset_of

NAMES = "abcdef"


def person(*names: str) -> Facts:
    return Facts({name: FactValue(True) for name in names})


class Needing:
    """A goal is met by whoever knows all facts of a set; or, of a goal that shies, none of them."""

    def __init__(self, goals: Sequence[tuple[bool, frozenset[str]]]) -> None:
        self.needs = goals

    def goals(self, providers: Sequence[Facts]) -> list[int]:
        return [
            sum(1 << at for at, goal in enumerate(self.needs) if self._is(each, goal)) for each in providers
        ]

    def meets(self, provider: Facts, goals: int) -> bool:
        return self.goals([provider])[0] & goals == goals

    @staticmethod
    def _is(provider: Facts, goal: tuple[bool, frozenset[str]]) -> bool:
        shies, names = goal
        return not names & set(provider.values) if shies else names <= set(provider.values)


sets = st.frozensets(st.sampled_from(NAMES), min_size=1, max_size=3)


@given(
    st.lists(st.tuples(st.booleans(), sets), min_size=1, max_size=8),
    st.lists(st.frozensets(st.sampled_from(NAMES), max_size=4), min_size=1, max_size=10),
    st.integers(1, 6),
)
def test_every_goal_that_somebody_meets_is_met_and_nothing_can_be_left_out(
    goals: list[tuple[bool, frozenset[str]]], pool: list[frozenset[str]], most: int
) -> None:
    judge, candidates = Needing(goals), [person(*sorted(each)) for each in pool]
    chosen = suite_of(candidates, judge, most)
    met = [judge.goals([each.facts])[0] for each in chosen]
    wanted = 0
    for mask in judge.goals(candidates):
        wanted |= mask
    union = 0
    for mask in met:
        union |= mask
    assert union & wanted == wanted
    for at, each in enumerate(chosen):
        others = 0
        for other, mask in enumerate(met):
            others |= mask if other != at else 0
        assert each.alone == met[at] & ~others
        assert each.alone
        for part in parts(each.facts):
            fewer = without(each.facts, part)
            assert fewer is not None
            assert not judge.meets(fewer, each.goals)
        assert size(each.facts) <= max(most, *(size(candidate) for candidate in candidates))
    assert sum(each.goals.bit_count() for each in chosen) == union.bit_count(), "each goal is shared out once"


def test_those_who_contradict_each_other_are_not_merged() -> None:
    yes, no = Facts({"a": FactValue(True)}), Facts({"a": FactValue(False)})
    assert merged(yes, no) is None
    assert merged(yes, person("b")) == person("a", "b")
    rooms = [
        Facts({}, {"rooms": Records(({"safe": FactValue(each)},), Evidence())}) for each in (True, False)
    ]
    assert merged(*rooms) is None
    assert merged(rooms[0], rooms[0]) == rooms[0]


def test_facts_records_and_fields_can_be_left_out() -> None:
    room = {"safe": FactValue(True)}
    facts = Facts({"a": FactValue(True)}, {"rooms": Records((room, {}), Evidence())})
    left = [without(facts, each) for each in parts(facts)]
    assert left == [
        Facts(facts.values),
        Facts({}, facts.collections),
        Facts(facts.values, {"rooms": Records((room,), Evidence())}),
        Facts(facts.values, {"rooms": Records(({},), Evidence())}),
        Facts(facts.values, {"rooms": Records(({}, {}), Evidence())}),
    ]
    for each in parts(facts):
        assert without(Facts(), each) is None


def test_a_condition_tells_in_which_cases_it_is_so() -> None:
    ruleset = ruleset_of({"R1": {"met_when": "a"}, "R2": {"met_when": "n at least 1"}})
    closed = close(ruleset)
    everybody = [
        facts_from(each, ruleset) for each in ({"a": True, "n": 1}, {"a": True, "n": 0}, {"a": False}, {})
    ]
    results = [prepare(closed).run(believe(each, ruleset.vocabulary, ON)) for each in everybody]
    shown = Shown(closed, results, everybody)
    first, second = Holds("R1"), Holds("R2")
    assert shown.mask(first) == 0b0011
    assert shown.mask(Holds("R1", 2)) == 0, "nothing is better than stated"
    assert shown.mask(Fails("R1")) == 0b0100
    assert shown.mask(Both((first, second))) == 0b0001
    assert shown.mask(Both(())) == 0b1111
    assert shown.mask(Either((second, Fails("R1")))) == 0b0101
    assert shown.mask(Either(())) == 0
    assert shown.mask(Never(first)) == 0b1100
    assert shown.mask(Answers("overall", "starts")) == 0b0001
    assert shown.mask(Answers("overall", "stops")) == 0b0110
