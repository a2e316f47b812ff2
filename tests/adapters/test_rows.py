"""Every row of the mapping has a file with what a feed says and what is read of it.

`REFRESH_ROWS=1 pytest tests/adapters/test_rows.py` writes what is read anew; look at every line that changes.
"""

from __future__ import annotations

import datetime
import json
import os
from importlib import import_module
from pathlib import Path
from typing import Any

import pytest

from qa_rules import Strength, load_ruleset
from qa_rules.adapters import FEEDS, Match, Reading

ROWS = sorted((Path(__file__).parent / "rows").glob("*.json"))


def read(row: dict[str, Any]) -> Reading:
    day = datetime.date.fromisoformat
    more = {}
    if "matches" in row:
        more["matches"] = [Match(**{**each, "on": day(each["on"])}) for each in row["matches"]]
    module = import_module(f"qa_rules.adapters.{row['feed']}")
    ruleset = load_ruleset(row["ruleset"])
    reading = module.read(row["data"], ruleset, fetched_on=day(row["fetched_on"]), **more)
    assert isinstance(reading, Reading)
    return reading


@pytest.mark.parametrize("file", ROWS, ids=lambda each: each.stem)
def test_a_row_is_read_as_its_file_says(file: Path) -> None:
    row = json.loads(file.read_text("utf-8"))
    found = json.loads(json.dumps([each.to_dict() for each in read(row).rows]))
    if os.environ.get("REFRESH_ROWS"):
        file.write_text(json.dumps({**row, "reading": found}, indent=2, ensure_ascii=False) + "\n", "utf-8")
    assert found == row.get("reading")


def test_every_feed_has_a_row() -> None:
    assert {json.loads(file.read_text("utf-8"))["feed"] for file in ROWS} == FEEDS.keys()


@pytest.mark.parametrize("file", ROWS, ids=lambda each: each.stem)
def test_every_fact_has_its_source_its_day_and_its_strength(file: Path) -> None:
    row = json.loads(file.read_text("utf-8"))
    fetched = datetime.date.fromisoformat(row["fetched_on"])
    for reading in read(row).rows:
        for value in [
            *reading.facts.values.values(),
            *(
                value
                for given in reading.facts.collections.values()
                for each in given.records
                for value in each.values()
            ),
        ]:
            evidence = value.evidence
            assert evidence.source
            assert evidence.dated is not None
            assert evidence.on != fetched
            assert evidence.dated <= fetched
            assert evidence.strength is not Strength.SEEN
