"""What a policy does to a directory agrees with assessing everybody twice."""

from __future__ import annotations

import xml.etree.ElementTree as ElementTree
from collections import Counter
from collections.abc import Iterator
from typing import Any

import attrs
import pytest

from qa_rules.assessment.assess import Assessment, assess
from qa_rules.errors import QaRulesError
from qa_rules.language.library import person_file
from qa_rules.language.load import load_facts, load_policy, load_ruleset, merge
from qa_rules.model.rulesets import Policy
from qa_rules.model.values import Severity
from qa_rules.program.bind import close
from qa_rules.semantics.truth import PAIR

pa = pytest.importorskip("pyarrow")

from benchmarks.directory import ON, directory  # noqa: E402
from qa_rules.tables import Impact, TableTask, impact  # noqa: E402
from qa_rules.tables.moving import is_same  # noqa: E402
from qa_rules.tables.picture import picture_of  # noqa: E402
from tests.tables.rows import facts_of_row  # noqa: E402

RULES = load_ruleset("social-prescribing@3.5")
BEFORE = load_policy("illustrative-three-tiers", RULES)
AFTER = load_policy("illustrative-two-tiers", RULES)
PERSONS = {name: load_facts(person_file(name), RULES) for name in ("simple", "complex")}
ROWS = 40


def task(policy: Policy) -> TableTask:
    return TableTask(ruleset=RULES, on=ON, policy=policy, persons=PERSONS, key="subject")


@pytest.fixture(scope="module")
def both() -> tuple[Impact, list[tuple[str, Assessment, Assessment]]]:
    table = directory(RULES, ROWS, BEFORE)
    found = impact(table, task(BEFORE), task(AFTER))
    return found, list(one_by_one(table))


def one_by_one(table: Any) -> Iterator[tuple[str, Assessment, Assessment]]:
    for row in table.to_pylist():
        for name, person in PERSONS.items():
            facts = merge(facts_of_row(row, RULES), person)
            before, after = (assess(RULES, facts, on=ON, policy=policy) for policy in (BEFORE, AFTER))
            yield name, before, after


def test_moves_are_those_of_assessing_everybody_twice(both: Any) -> None:
    found, pairs = both
    expected = Counter((person, one.outcome, two.outcome) for person, one, two in pairs)
    moves = {
        (each.person, each.before, each.after): each.rows for each in found.moves if each.what == "outcome"
    }
    assert moves == expected
    assert any(before != after for _, before, after in moves)
    tiers = Counter((person, one.tiers.attained, two.tiers.attained) for person, one, two in pairs)
    attained = {
        (each.person, each.before, each.after): each.rows
        for each in found.moves
        if each.what == "tier.attained"
    }
    assert attained == tiers


def test_the_list_of_those_who_move_is_that_of_the_counts(both: Any) -> None:
    found, pairs = both
    moving = [(person, one.outcome, two.outcome) for person, one, two in pairs if one.outcome != two.outcome]
    listed = [(each["person"], each["before"], each["after"]) for each in found.moved.to_pylist()]
    assert sorted(listed) == sorted(moving)


def test_small_groups_that_lose_every_way_are_counted(both: Any) -> None:
    found, pairs = both
    at = close(RULES, BEFORE).index["policy/small_group"]
    allowing = {"refer", "refer_with_conditions"}
    expected: Counter[tuple[str, str]] = Counter()
    for person, one, two in pairs:
        small = PAIR[one.work.results[at]][0] > 0 and one.tiers.required_least == "basic"
        was, is_ = (not allowing.isdisjoint(each.possible) for each in (one, two))
        expected[person, "subjects"] += small
        expected[person, "open_before"] += small and was
        expected[person, "lost"] += small and was and not is_
    for each in found.tested:
        assert each.test == "small_group"
        for what in ("subjects", "open_before", "lost"):
            assert getattr(each, what) == expected[each.person, what]
    assert sum(each.subjects for each in found.tested) > 0


def test_a_requirement_that_newly_counts_is_named() -> None:
    """SP-41.in is a condition before and required after: it alone makes the outcome stricter."""
    stricter = attrs.evolve(BEFORE, severities={**BEFORE.severities, "SP-41.in": Severity.REQUIRED})
    found = impact(directory(RULES, 400, BEFORE), task(BEFORE), task(stricter))
    causes = {(each.requirement, each.way) for each in found.causes}
    assert causes == {("SP-41.in", "stricter")}
    assert "SP-41.in" in found.text()


def test_a_new_edition_of_a_ruleset_is_compared_with_the_old_one() -> None:
    """In the new edition SP-41.in asks what SP-24.f asks; who meets only one of them moves."""
    wanted = RULES.requirement["SP-24.f"]
    changed = tuple(
        attrs.evolve(each, met_when=wanted.met_when, applies_when=wanted.applies_when)
        if each.id == "SP-41.in"
        else each
        for each in RULES.requirements
    )
    edition = attrs.evolve(RULES, edition="3.6", requirements=changed)
    policy = attrs.evolve(
        BEFORE, ruleset=edition.id, severities={**BEFORE.severities, "SP-41.in": Severity.REQUIRED}
    )
    old = attrs.evolve(policy, ruleset=RULES.id)
    table = directory(RULES, 400, BEFORE)
    new = TableTask(ruleset=edition, on=ON, policy=policy, persons=PERSONS, key="subject")
    found = impact(table, task(old), new)
    assert found.before.startswith("social-prescribing@3.5")
    assert found.after.startswith("social-prescribing@3.6")
    assert found.moved.num_rows > 0
    assert {each.requirement for each in found.causes} == {"SP-41.in"}


def test_nothing_changed_moves_nobody() -> None:
    found = impact(directory(RULES, 50, BEFORE), task(BEFORE), task(BEFORE))
    assert all(each.before == each.after for each in found.moves)
    assert found.causes == ()
    assert found.moved.num_rows == 0


def test_different_persons_are_refused() -> None:
    other = TableTask(ruleset=RULES, on=ON, policy=AFTER)
    with pytest.raises(QaRulesError, match="about others"):
        impact(directory(RULES, 5, BEFORE), task(BEFORE), other)


def test_the_picture_says_in_words_what_it_shows(both: Any) -> None:
    found, _ = both
    picture = ElementTree.fromstring(picture_of(found))
    words = " ".join(picture.itertext())
    for each in found.moves:
        if each.what == "outcome":
            assert f"{each.before} to {each.after}: {each.rows}" in words


def test_only_what_stands_in_the_way_of_the_outcome_is_named() -> None:
    """What the link worker and the partnership lack never does, whatever severity it has."""
    lax = attrs.evolve(BEFORE, severities={"default": Severity.ADVICE})
    found = impact(directory(RULES, 120, BEFORE), task(BEFORE), task(lax))
    about = {RULES.requirement[each.requirement].about for each in found.causes if each.requirement != "tier"}
    assert about == {"provider"}


def test_a_tier_that_is_not_reached_is_named_where_it_is_so_of_one_of_the_two(both: Any) -> None:
    found, pairs = both
    order = ("do_not_refer_here", "do_not_refer_yet", "cannot_decide", "refer_with_conditions", "refer")
    expected: Counter[tuple[str, str]] = Counter()
    for person, *two in pairs:
        below = [
            ("", *each.tiers.ladder).index(each.tiers.attained or "")
            < ("", *each.tiers.ladder).index(each.tiers.required_least)
            for each in two
        ]
        ranks = [order.index(each.outcome) for each in two if each.outcome in order]
        if len(ranks) == 2 and ranks[0] != ranks[1] and below[0] != below[1]:
            way = "stricter" if ranks[1] < ranks[0] else "laxer"
            expected[person, way] += below[1] if way == "stricter" else below[0]
    told = {(each.person, each.way): each.rows for each in found.causes if each.requirement == "tier"}
    assert told == dict(+expected)


def test_a_tier_by_another_name_at_the_same_place_is_no_move() -> None:
    names = {each.id: f"t{at}" for at, each in enumerate(BEFORE.tiers)}
    ladder = tuple(BEFORE.tiers)
    one = tuple(each.id for each in ladder)
    other = tuple(names.values())
    assert is_same("tier.attained", one[1], other[1], (one, other))
    assert not is_same("tier.attained", one[1], other[2], (one, other))
    assert not is_same("tier.attained", one[0], one[1], (one, (one[1], one[0], *one[2:])))
    assert is_same("tier.attained", one[2], one[2], (one, one[1:]))
    assert not is_same("outcome", one[1], other[1], (one, other))
    assert is_same("tier.attained", one[-1], "top", (one, ("ground", "top")))
    assert not is_same("tier.attained", one[1], "ground", (one, ("ground", "top")))
