"""A number of JSON is a number at every door, however long it is and if it is none: never a text, never a traceback."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from qa_rules import FactsError, assess, load_facts, prepare
from qa_rules.errors import DocumentError
from qa_rules.language.providers import providers_of_lines
from qa_rules.language.values import ValueFault, parse_integer
from tests.tables.clubs import CLUBS

DAY = date(2026, 11, 22)
PREPARED = prepare(CLUBS)
NUMBERS = (
    *("NaN", "Infinity", "-Infinity", "1e99999999999999999999", "-1e99999999999999999999", "1e9999999"),
    *("9" * 40, "9" * 41, "-" + "9" * 300, "9" * 5_000, "0." + "9" * 5_000),
)
PLACES = (
    '{{"charity": {}}}',
    '{{"signed_by": {}}}',
    '{{"marks": ["a", {}]}}',
    '{{"insured": {}}}',
    '{{"checked_on": {}}}',
    '{{"leaders": [{{"called": {}}}]}}',
    '{{"charity": {{"value": "a", "by": {}}}}}',
    '{{"charity": {{"value": "a", "source": {}}}}}',
)


def of_a_request(text: str, folder: Path) -> None:
    PREPARED.assess_json(text, on=DAY)


def of_a_file(text: str, folder: Path) -> None:
    (folder / "facts.json").write_text(f'{{"format": 1, "facts": {text}}}', encoding="utf-8")
    assess(CLUBS, load_facts(folder / "facts.json", CLUBS), on=DAY)


def of_a_stream(text: str, folder: Path) -> None:
    ((_, found),) = providers_of_lines([f'{{"facts": {text}}}'], "stdin", CLUBS)
    if isinstance(found, DocumentError):
        raise found


@pytest.mark.parametrize("door", [of_a_request, of_a_file, of_a_stream])
@pytest.mark.parametrize("place", PLACES)
def test_a_number_is_no_text_and_breaks_nothing(
    door: Callable[[str, Path], None], place: str, tmp_path: Path
) -> None:
    for number in NUMBERS:
        with pytest.raises(FactsError) as refused:
            door(place.format(number), tmp_path)
        assert refused.value.diagnostics[0].code == "value"
        assert all(each.place is not None for each in refused.value.diagnostics)


@pytest.mark.parametrize("door", [of_a_request, of_a_file, of_a_stream])
@pytest.mark.parametrize("number", NUMBERS)
def test_what_no_fact_can_be_is_no_number_of_a_fact(
    door: Callable[[str, Path], None], number: str, tmp_path: Path
) -> None:
    with pytest.raises(FactsError, match="is not a number"):
        door(f'{{"fee": {number}}}', tmp_path)


def test_a_line_of_a_table_tells_them_too(tmp_path: Path) -> None:
    pytest.importorskip("pyarrow")
    from qa_rules.tables import assess_table
    from qa_rules.tables.files import read_table

    numbers = [each for each in NUMBERS if each != "NaN"]  # which is unknown in every table
    file = tmp_path / "in.ndjson"
    file.write_text("".join(f'{{"charity": {each}, "fee": {each}}}\n' for each in numbers))
    found = assess_table(CLUBS, read_table(file, CLUBS.vocabulary), on=DAY)
    assert {*found.table["CHARITY"].to_pylist(), *found.table["FEE"].to_pylist()} == {"unknown"}
    assert {(each["row"], each["column"]) for each in found.faults.to_pylist()} == {
        (row, column) for row in range(1, len(numbers) + 1) for column in ("charity", "fee")
    }


@pytest.mark.parametrize("number", ["1E+9999999", "-1E+9999999", "1E-9999999", "sNaN"])
def test_a_decimal_of_python_that_no_context_can_hold_is_no_whole_number(number: str) -> None:
    with pytest.raises(ValueFault, match="is not a whole number"):
        parse_integer(Decimal(number))


@pytest.mark.parametrize("number", [10**300, 1e300, Decimal("1E+300")])
def test_a_number_that_is_too_long_is_told_how_long_one_may_be(number: Any) -> None:
    with pytest.raises(FactsError, match="is not a number of at most 30 digits"):
        assess(CLUBS, {"fee": number}, on=DAY)
    with pytest.raises(ValueFault, match="is not a whole number of at most 30 digits"):
        parse_integer(number)
    with pytest.raises(FactsError) as refused:
        assess(CLUBS, {"charity": number}, on=DAY)
    assert "a number of" not in refused.value.diagnostics[0].hint


@pytest.mark.parametrize("number", ["NaN", "-Infinity", "sNaN"])
def test_what_is_no_number_is_not_told_to_be_put_in_quotes(number: str) -> None:
    for given in (Decimal(number), float(number.removeprefix("s"))):
        with pytest.raises(FactsError) as refused:
            assess(CLUBS, {"charity": given}, on=DAY)
        assert refused.value.diagnostics[0].hint == "leave it out when it is unknown"
