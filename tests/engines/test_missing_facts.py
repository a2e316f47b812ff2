"""Missing facts: no engine answers where there is no answer, and none loses one, by trying every completion."""

from __future__ import annotations

import pytest

from benchmarks import missing, workload
from qa_rules.engines import ENGINES
from qa_rules.errors import EngineUnavailableError

SUBJECTS = 12


@pytest.mark.parametrize("name", ENGINES)
def test_no_verdict_is_invented_and_none_is_lost(name: str) -> None:
    pytest.importorskip("pyarrow", reason="the workload is made with pyarrow")
    try:
        said = missing.ours(name)
    except EngineUnavailableError as error:
        pytest.skip(f"{name}: {error}")
    truth = missing.truth()
    unknown = definite = 0
    for facts in workload.plain(SUBJECTS):
        right = truth(facts)
        assert said(facts) == right
        unknown, definite = unknown + right.count(None), definite + len(right) - right.count(None)
    assert min(unknown, definite) > SUBJECTS * workload.REQUIREMENTS / 4, "both have to be looked for"
