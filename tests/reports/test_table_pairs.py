"""Two tables side by side: which rows are partners, which cells changed, in text and on a page."""

from __future__ import annotations

import re

from click.testing import CliRunner
from hypothesis import given
from hypothesis import strategies as st

from qa_rules import load_policy, load_ruleset
from qa_rules.cli.tables import command
from qa_rules.reports.decision_tables import Grid, Row
from qa_rules.reports.table_pairs import as_page, as_text, beside, grids, paired

RULESET = load_ruleset("social-prescribing@3.5")
THREE, TWO = (grids(RULESET, load_policy(f"illustrative-{each}-tiers", RULESET)) for each in ("three", "two"))


def grid(*rows: str, columns: str = "age kind fee", name: str = "fees") -> Grid:
    """A grid with a word for each cell."""
    made = tuple(Row(str(at), tuple(row.split())) for at, row in enumerate(rows, 1))
    return Grid(name, name.title(), "one", tuple(columns.split()), tuple(columns.split()), made, ())


def marks(old: Grid, new: Grid) -> list[tuple[str, str, str, set[int]]]:
    """Each pair: its mark, the rows by number, and the columns that changed."""
    return [
        (each.mark, each.old.number if each.old else "", each.new.number if each.new else "", {*each.changed})
        for each in paired(old, new).pairs
    ]


def test_a_row_that_changed_is_beside_the_one_that_it_was() -> None:
    found = marks(grid("a b 1", "c d 2", "e f 3"), grid("a b 1", "x y 9", "c d 4", "e f 3"))
    assert found == [
        ("", "1", "1", set()),
        ("+", "", "2", set()),
        ("*", "2", "3", {2}),
        ("", "3", "4", set()),
    ]


def test_a_row_that_is_gone_is_marked_and_takes_no_partner_that_is_nothing_like_it() -> None:
    assert marks(grid("a b 1", "c d 2"), grid("a b 1", "p q 7")) == [
        ("", "1", "1", set()),
        ("-", "2", "", set()),
        ("+", "", "2", set()),
    ]


def test_a_column_that_only_one_of_them_has_counts_as_changed() -> None:
    found = paired(grid("a b 1"), grid("a 1", columns="age fee"))
    assert found.head == ("age", "kind", "fee")
    assert [each.changed for each in found.pairs] == [frozenset({1})]
    assert "b -> no column" in as_text([found], ("old", "new"))


_ROWS = st.lists(st.tuples(*[st.sampled_from("abc")] * 3).map(" ".join), max_size=7)


@given(_ROWS, _ROWS)
def test_each_row_of_both_is_shown_once_and_in_its_order(old: list[str], new: list[str]) -> None:
    found = paired(grid(*old), grid(*new)).pairs
    assert [each.old.cells for each in found if each.old] == [tuple(each.split()) for each in old]
    assert [each.new.cells for each in found if each.new] == [tuple(each.split()) for each in new]
    for each in found:
        if each.old and each.new:
            differ = {at for at, cell in enumerate(each.old.cells) if cell != each.new.cells[at]}
            assert each.changed == differ
            assert len(differ) < 3
    if old == new:
        assert not any(each.mark for each in found)


def test_two_policies_stand_side_by_side_in_text() -> None:
    told = as_text(beside(THREE, TWO), ("three", "two"))
    assert re.search(r"\* +3 .* Complex -> at least Moderate", told)
    assert re.search(r"\n  - +5 +any +Moderate ", told)
    assert re.search(r"\* +8 -> 5 .* Basic -> Core", told)


def test_a_page_marks_the_cells_that_changed_on_both_sides_and_no_others() -> None:
    page = as_page(beside(THREE, TWO), ("three", "two"), "three / two")
    assert "<mark>Complex</mark>" in page
    assert "<mark>at least Moderate</mark>" in page
    assert "<mark>Moderate</mark>" not in page
    assert page.count('<td class="none" colspan=') == 4
    same = as_page(beside(TWO, TWO), ("two", "two"), "two")
    assert "<mark>" not in same
    assert same.count("nothing changed") == 2


def test_names_on_a_page_are_text_and_no_markup() -> None:
    page = as_page([paired(grid("<b> b 1"), grid("a b 1"))], ("<i>", "new"), "<script>")
    assert "<script>" not in page
    assert "<mark>&lt;b&gt;</mark>" in page


def test_the_command_shows_two_tables_of_one_ruleset_and_says_what_there_is() -> None:
    call = ["social-prescribing", "--policy", "illustrative-two-tiers", "--table"]
    found = CliRunner().invoke(command, [*call, "tier_table", "--table", "evidence_table"])
    assert "How much evidence is enough?" in found.output
    assert "no column" in found.output
    wrong = CliRunner().invoke(command, [*call, "tiers"])
    assert "there are tier_table, evidence_table" in str(wrong.exception)
