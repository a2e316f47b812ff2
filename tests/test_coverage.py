"""The coverage list names every item of the inventory, and every place that it names is there."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Mapping
from functools import lru_cache
from pathlib import Path

import pytest
import yaml

from qa_rules.language.costs import load_costs
from qa_rules.language.library import policy_names, ruleset_ids, shipped
from qa_rules.language.load import load_policy, load_ruleset
from qa_rules.language.schema import PolicyDocument, RulesetDocument
from qa_rules.model.rulesets import Ruleset
from qa_rules.program.severities import requirements_of
from tests.marks import MarkDocument, load_marks

ROOT = Path(__file__).resolve().parents[1]
COVERAGE = shipped() / "coverage.yaml"
GUIDE = "social-prescribing@3.5"

# What the sources hold, counted by hand. `M a b c`: measure, and atoms in partnership, link worker and provider.
CELLS = """
M01 3 2 1
M02 3 5 3
M03 1 1 1
M04 1 3 1
M05 1 0 2
M06 1 2 1
M07 1 1 1
M08 1 2 2
M09 1 1 1
M10 1 2 3
M11 1 1 1
"""
CHAPTERS = {1: 16, 2: 3, 3: 11, 4: 5}
BULLETS = ("dp", "sg", "sr", "in", "hs", "lw", "fa", "fi", "eq", "go", "pa", "sk", "mh", "ux")
TERMS = """
audit certification evaluate materials monitoring outcome output participant policy procedure provider tutor
"""
BY_SOURCE = {"000": 61, "001": 15, "002": 25, "003": 159, "004": 7}


def atoms() -> Iterator[str]:
    """The atoms of the table, with the one cell that is not applicable."""
    for row in CELLS.split("\n"):
        if row:
            measure, *counts = row.split()
            for element, count in zip("PLV", map(int, counts), strict=True):
                yield from (f"SP-T.{measure}.{element}.{'abcde'[at]}" for at in range(count))
                if not count:
                    yield f"SP-T.{measure}.{element}"


def numbered(prefix: str, *spans: tuple[int, int]) -> Iterator[str]:
    for first, last in spans:
        yield from (f"{prefix}{number}" for number in range(first, last + 1))


def inventory() -> Mapping[str, list[str]]:
    """Every id of the inventory by source."""
    return {
        "000": [
            *numbered("SS2Q-L", (1, 2)),
            *numbered("SS2Q-S", (1, 7)),
            *numbered("SS2Q-C", (1, 4)),
            *(each for chapter, most in CHAPTERS.items() for each in numbered(f"SS2Q-{chapter}.", (1, most))),
            *(f"SS2Q-G.{term}" for term in TERMS.split()),
            "XI-8",
        ],
        "001": [*numbered("QI-", (1, 15))],
        "002": [*numbered("SM-", (1, 5), (9, 28))],
        "003": [
            *numbered("SP-", (1, 15), (20, 37), (40, 40), (42, 44), (60, 68), (70, 73), (80, 88)),
            *(f"SP-41.{bullet}" for bullet in BULLETS),
            *atoms(),
            *("CW-0a", "CW-0b"),
            *numbered("CW-", (1, 14)),
            *numbered("QS-", (0, 9)),
            *numbered("XI-", (1, 7)),
        ],
        "004": [*numbered("SE-", (1, 7))],
    }


IDS = [each for ids in inventory().values() for each in ids]
ITEMS: Mapping[str, Mapping[str, str]] = yaml.safe_load(COVERAGE.read_text("utf-8"))["items"]
ENCODED = {name: item["encoded"] for name, item in ITEMS.items() if "encoded" in item}


@lru_cache
def ruleset(which: str) -> Ruleset:
    return load_ruleset(ROOT / "examples" / "project-plan" if which.startswith("project-plan@") else which)


@lru_cache
def names(holder: str) -> frozenset[str]:
    """Everything that an encoded item may name in a ruleset, in the marks or in the policies."""
    if holder == "marks":
        marks = load_marks().marks
        keys = {field.alias or name for name, field in MarkDocument.model_fields.items()}
        return frozenset({*keys, "not_stated", *(each.id for each in marks), *(each.key for each in marks)})
    if holder == "policies":
        guide = ruleset(GUIDE)
        for name in policy_names():
            load_policy(name, guide)
        keys = {field.alias or name for name, field in PolicyDocument.model_fields.items()}
        return frozenset({*keys, *guide.vocabulary.facts})
    return _names_of(ruleset(holder))


def _names_of(found: Ruleset) -> frozenset[str]:
    keys = {field.alias or name for name, field in RulesetDocument.model_fields.items()}
    keys |= {"top_needs", "top_when", "not_applicable"}
    ids = {*found.requirement, *found.group, *(each.about for each in found.readings)}
    ids |= {
        word for each in found.decisions for word in (each.id, *(outcome.id for outcome in each.outcomes))
    }
    ids |= {route.id for route in found.routes}
    settings = {word for each in found.parameters for word in (each.name, *each.options)}
    facts = set(found.vocabulary.facts)
    facts |= {field for each in found.vocabulary.facts.values() for field in each.fields}
    return frozenset(keys | ids | settings | facts)


def costs() -> set[str]:
    document = load_costs()
    ids = {each.id for each in document.items} | {each.id for each in document.cohorts}
    return {*ids, "label", "packs", "extra_course"}


def places(encoded: str) -> Iterator[tuple[str, list[str]]]:
    for part in encoded.split(";"):
        holder, *words = part.split()
        yield holder, words


def test_the_inventory_has_267_items_and_the_list_names_each_once() -> None:
    assert {source: len(ids) for source, ids in inventory().items()} == BY_SOURCE
    assert len(set(IDS)) == len(IDS) == 267
    assert set(ITEMS) == set(IDS)
    written = re.findall(r"^  (\S+):$", COVERAGE.read_text("utf-8"), re.MULTILINE)
    assert [name for name, count in Counter(written).items() if count > 1] == []


def test_what_is_not_encoded_has_a_reason() -> None:
    for name, item in ITEMS.items():
        assert set(item) in ({"encoded"}, {"not_encoded"}), name
        assert len(next(iter(item.values())).split()) >= (1 if "encoded" in item else 3), name


@pytest.mark.parametrize("name", ENCODED)
def test_every_place_that_is_named_is_there(name: str) -> None:
    for holder, words in places(ENCODED[name]):
        assert words, f"{holder} alone is no place"
        if "costs.yaml" in words:
            at = words.index("costs.yaml")
            assert set(words[at + 1 :]) <= costs()
            words = words[:at]
        assert set(words) - names(holder) == set()


def test_the_page_of_the_guide_tells_what_of_it_is_not_encoded() -> None:
    page = (shipped() / "social-prescribing" / "3.5" / "README.md").read_text("utf-8")
    told = set(re.findall(r"\b(?:SP|XI)-[0-9][\w.]*", page))
    left_out = [name for name in ITEMS if name.startswith(("SP-", "XI-")) and name not in ENCODED]
    assert [name for name in left_out if name not in told and name != "XI-8"] == []


def test_every_ruleset_is_named() -> None:
    holders = {holder for encoded in ENCODED.values() for holder, _ in places(encoded)}
    assert holders == {*ruleset_ids(), "project-plan@2007-08", "marks", "policies"}


def test_every_requirement_is_encoded_from_some_item() -> None:
    """Nothing is asked that no source says: each requirement stands in the list, by itself or in a group."""
    named: dict[str, set[str]] = {}
    for encoded in ENCODED.values():
        for holder, words in places(encoded):
            named.setdefault(holder, set()).update(words)
    for which in ruleset_ids():
        found = ruleset(which)
        stated = {
            name for word in named[which] if word in found.group for name in requirements_of(found, word)
        }
        assert set(found.requirement) - stated - named[which] == set()


def test_the_table_has_eleven_measures_by_three_elements_and_one_cell_that_does_not_apply() -> None:
    guide = ruleset(GUIDE)
    cells = [each for each in guide.groups if each.kind == "measure"]
    rows = sorted({each.id.partition(".")[0] for each in cells})
    assert rows == [f"M{number:02}" for number in range(1, 12)]
    assert sorted(each.id for each in cells) == sorted(
        f"{row}.{element}" for row in rows for element in "PLV"
    )
    assert [each.id for each in cells if each.not_applicable] == ["M05.L"]


def test_the_table_has_52_atoms_each_in_its_own_cell() -> None:
    guide = ruleset(GUIDE)
    found = [name for name in guide.requirement if name.startswith("SP-T.")]
    assert sorted(found) == sorted(each for each in atoms() if each != "SP-T.M05.L")
    assert len(found) == 52
    subjects = {"P": "partnership", "L": "link_worker", "V": "provider"}
    for name in found:
        _, measure, element, _ = name.split(".")
        requirement = guide.requirement[name]
        assert requirement.about == subjects[element]
        assert requirement.source["row"] == str(int(measure[1:]))
        if name != "SP-T.M10.V.c":  # an offer; it stands beside its cell
            assert name in guide.group[f"{measure}.{element}"].members


def test_each_lock_has_requirements_of_all_three_elements() -> None:
    guide = ruleset(GUIDE)
    locks = [each for each in guide.groups if each.kind == "lock"]
    assert [each.id for each in locks] == ["Lock.person", "Lock.provider", "Lock.referrer"]
    for lock in locks:
        about = {guide.requirement[name].about for name in requirements_of(guide, lock.id)}
        assert about == {"partnership", "link_worker", "provider"}, lock.id
        assert lock.readings, lock.id


def test_ss2q_has_35_requirements_in_four_themes() -> None:
    found = ruleset("ss2q@2017")
    assert [len(found.group[f"Theme-{chapter}"].members) for chapter in CHAPTERS] == list(CHAPTERS.values())
    assert len(found.requirement) == sum(CHAPTERS.values()) == 35


def test_the_pledge_has_eleven_clauses() -> None:
    found = ruleset("connect-well-essex@3.5")
    assert list(requirements_of(found, "Pledge")) == [f"CW-{number}" for number in range(1, 12)]


def test_there_are_nine_marks() -> None:
    assert [each.id for each in load_marks().marks] == [f"QS-{number}" for number in range(1, 10)]
