"""Every engine agrees with the definition, on every ruleset and every input."""

from __future__ import annotations

import pytest
from hypothesis import given

from qa_rules import engines
from qa_rules.engines import ENGINES
from qa_rules.errors import EngineUnavailableError, UnsupportedRulesetError
from qa_rules.meaning.pairs import PAIR
from tests.strategies import Case, cases

OTHERS = [name for name in ENGINES if name != "reference"]


@pytest.mark.parametrize("name", OTHERS)
@given(case=cases())
def test_an_engine_agrees_with_the_reference(name: str, case: Case) -> None:
    try:
        prepared = engines.engine(name)(case.closed)
    except (UnsupportedRulesetError, EngineUnavailableError):
        return
    expected = engines.engine("reference")(case.closed).run(case.known)
    found = prepared.run(case.known)
    assert len(found) == len(expected)
    for node, right, said in zip(case.closed.nodes, expected, found, strict=True):
        assert PAIR[said] == PAIR[right], case.show(node.name)
