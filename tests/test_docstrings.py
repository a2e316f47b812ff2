"""What stands in the docstrings of the front doors comes out so."""

from __future__ import annotations

import datetime
import doctest
from importlib import import_module

import pytest

from qa_rules import assess, load_ruleset


@pytest.mark.parametrize(
    "name", ["qa_rules.language.load", "qa_rules.api.analyse", "qa_rules.interview.questions"]
)
def test_an_example_in_a_docstring_comes_out_as_it_says(name: str) -> None:
    given = {"assess": assess, "load_ruleset": load_ruleset, "datetime": datetime}
    failed, tried = doctest.testmod(import_module(name), extraglobs=given, optionflags=doctest.ELLIPSIS)
    assert failed == 0
    assert tried > 0
