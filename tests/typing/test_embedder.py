"""The types of the library are enough for whoever embeds it, for two readers of types."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

import pytest

import qa_rules

HERE = Path(__file__).parent
EMBEDDER = HERE / "embedder.py"


def test_the_module_of_an_embedder_annotates_with_every_type_that_is_imported_late() -> None:
    text = EMBEDDER.read_text(encoding="utf-8")
    used = set(re.findall(r"qa_rules\.(\w+)", text))
    rooms = ("explain", "interview", "repair", "shortlist", "timeline")
    assert {name for name, where in qa_rules._WHERE.items() if where.split(".")[1] in rooms} <= used


def test_a_name_that_is_imported_late_is_the_class_of_its_module() -> None:
    for name, module in qa_rules._WHERE.items():
        assert getattr(qa_rules, name) is getattr(sys.modules[module], name)
    assert set(qa_rules._WHERE) <= set(qa_rules.__all__) <= set(dir(qa_rules))
    with pytest.raises(AttributeError, match="has no `Horizont`"):
        qa_rules.Horizont  # noqa: B018


@pytest.mark.slow
def test_the_second_reader_finds_nothing_but_what_is_refused_on_purpose() -> None:
    done = subprocess.run(
        [sys.executable, "-m", "basedpyright", "--level", "error", str(EMBEDDER)],
        capture_output=True,
        text=True,
        check=False,
        cwd=HERE.parents[1],
    )
    assert done.returncode == 0, done.stdout
