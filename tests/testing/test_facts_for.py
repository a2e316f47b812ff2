"""Strategies for users' own tests reach every outcome and tier, keep to the vocabulary, and say what they lack."""

from __future__ import annotations

import datetime
from collections import Counter
from collections.abc import Callable
from decimal import Decimal
from importlib.util import find_spec

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from qa_rules import Facts, QaRulesError, Ruleset, assess, load_policy, load_ruleset, ruleset_from
from qa_rules.language.facts import facts_of_document
from qa_rules.language.reading import read_data
from qa_rules.model.rulesets import Policy
from qa_rules.model.writing import facts_to_data
from qa_rules.testing import seeds
from qa_rules.testing.seeds import Aim, aims, came_to
from qa_rules.testing.strategies import facts_for, providers_near

ON = datetime.date(2026, 11, 22)
GUIDE = load_ruleset("social-prescribing")
THREE = load_policy("illustrative-three-tiers", GUIDE)
SMALL = ruleset_from(
    {
        "format": 1,
        "ruleset": "small",
        "edition": "1",
        "title": "Small",
        "source": {"title": "Made up"},
        "caveats": [],
        "facts": {
            "first": {"type": "yes_no", "label": "first", "question": "First?", "excludes": ["other"]},
            "other": {"type": "yes_no", "label": "other", "question": "Other?", "excludes": ["first"]},
            "fee": {"type": "decimal", "label": "fee", "question": "Fee?", "least": 0, "most": 2},
        },
        "requirements": [
            {"id": "R-1", "title": "T", "says": "S.", "source": {"clause": "1"}, "met_when": "first"},
            {
                "id": "R-2",
                "title": "T",
                "says": "S.",
                "source": {"clause": "2"},
                "met_when": {"not": "other"},
            },
            {"id": "R-3", "title": "T", "says": "S.", "source": {"clause": "3"}, "met_when": "fee at most 1"},
        ],
        "decisions": [
            {
                "id": "overall",
                "title": "So?",
                "outcomes": [
                    {
                        "id": "stays_out",
                        "words": "No",
                        "allows": False,
                        "when": {"any_of": ["R-1 is not met"]},
                    },
                    {"id": "comes_in", "words": "Yes", "allows": True, "when": "R-1"},
                ],
            }
        ],
    }
)


def examples(strategy: st.SearchStrategy[Facts], number: int, look: Callable[[Facts], None]) -> None:
    settings(max_examples=number, derandomize=True, database=None)(given(strategy)(look))()


def reached(ruleset: Ruleset, policy: Policy | None, strategy: st.SearchStrategy[Facts]) -> Counter[Aim]:
    found: Counter[Aim] = Counter()

    def look(facts: Facts) -> None:
        found.update(set(came_to(assess(ruleset, facts, on=ON, policy=policy))))

    examples(strategy, 250, look)
    return found


def test_every_outcome_of_every_decision_and_every_tier_comes_up() -> None:
    found = reached(GUIDE, THREE, facts_for(GUIDE, THREE, on=ON))
    assert [str(each) for each in aims(GUIDE, THREE) if not found[each]] == []
    assert {each.word for each in found if each.of == "tier"} == {"none", "basic", "standard", "enhanced"}


def test_what_hypothesis_prints_of_a_strategy_is_short() -> None:
    assert len(repr(facts_for(GUIDE, THREE, on=ON))) < 8_000


def test_providers_near_an_outcome_or_a_tier_mostly_have_it_and_not_always() -> None:
    for strategy, aim in (
        (providers_near(GUIDE, "refer", policy=THREE, on=ON), Aim("referral", "refer")),
        (providers_near(GUIDE, tier="enhanced", policy=THREE, on=ON), Aim("tier", "enhanced")),
    ):
        assert 80 < reached(GUIDE, THREE, strategy)[aim] < 250


def test_what_is_made_fits_the_vocabulary() -> None:
    def look(facts: Facts) -> None:
        again = facts_of_document(read_data(facts_to_data(facts), "<made>"), GUIDE.vocabulary)
        assert again == facts

    examples(facts_for(GUIDE, THREE, on=ON), 40, look)


def test_numbers_keep_to_their_bounds_and_facts_that_exclude_each_other_apart() -> None:
    fees: set[Decimal] = set()

    def look(facts: Facts) -> None:
        both = [facts.values[name].value for name in ("first", "other") if name in facts.values]
        assert both != [True, True]
        if "fee" in facts.values:
            fee = facts.values["fee"].value
            assert isinstance(fee, Decimal)
            fees.add(fee)

    examples(facts_for(SMALL, on=ON, cases=()), 200, look)
    assert fees == {Decimal(0), Decimal(1), Decimal(2)}


@pytest.mark.skipif(find_spec("z3") is None, reason="the solver is what is tried")
def test_without_any_case_the_solver_finds_somebody_for_each_outcome() -> None:
    found = reached(SMALL, None, providers_near(SMALL, "comes_in", on=ON))
    assert found[Aim("overall", "comes_in")] > 50


def test_without_solver_and_cases_it_says_what_is_missing(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(seeds, "find_spec", lambda name: None)
    with pytest.raises(
        QaRulesError, match=r"nobody was found of whom `overall` is `comes_in`.*qa-rules\[verify\]"
    ):
        providers_near(SMALL, "comes_in", on=ON, cases=())


def test_an_outcome_that_there_is_not_is_refused_with_those_that_there_are() -> None:
    with pytest.raises(QaRulesError, match="never comes to `perhaps`; it comes to stays_out, comes_in, "):
        providers_near(SMALL, "perhaps", on=ON)
    with pytest.raises(QaRulesError, match="`tier` never comes to `top`; it comes to nothing"):
        providers_near(SMALL, tier="top", on=ON)
    with pytest.raises(QaRulesError, match="an outcome or a tier"):
        providers_near(SMALL, on=ON)


def test_without_a_date_it_asks_for_one() -> None:
    with pytest.raises(QaRulesError, match="say `on`"):
        facts_for(SMALL)
