"""Where durable-rules cannot be imported, the engine says why and the rest of the library works."""

from __future__ import annotations

import datetime
import sys

import pytest

from qa_rules import assess, engines, load_ruleset
from qa_rules.errors import EngineUnavailableError
from qa_rules.model.expressions import AllOf
from tests.durable.building import closed_of, yes


@pytest.fixture
def without_durable_rules(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delitem(sys.modules, "qa_rules.engines.durable_host", raising=False)
    monkeypatch.setitem(sys.modules, "durable_rules_engine", None)


@pytest.mark.usefixtures("without_durable_rules")
@pytest.mark.parametrize(
    ("version", "said"),
    [
        ((3, 11, 7), "run `pip install 'qa-rules[durable]'`, which needs a C compiler"),
        ((3, 12, 0), "run `pip install 'qa-rules[durable]'`, which needs a C compiler"),
        ((3, 13, 0), "run `CPPFLAGS=-DPyEval_CallObject=PyObject_CallObject pip install"),
        ((3, 14, 0), "--no-cache-dir --no-binary durable-rules`, which needs a C compiler"),
    ],
)
def test_the_engine_says_why_it_is_unavailable_and_what_to_do(
    monkeypatch: pytest.MonkeyPatch, version: tuple[int, ...], said: str
) -> None:
    closed = closed_of({f"unavailable on {version}": AllOf((yes("a"), yes("b")))})
    monkeypatch.setattr(sys, "version_info", version)
    with pytest.raises(EngineUnavailableError) as caught:
        engines.engine("durable")(closed)
    assert said in str(caught.value)
    assert "use the engine `compiled`, which gives the same answers" in str(caught.value)
    assert isinstance(caught.value.__cause__, ImportError)


@pytest.mark.usefixtures("without_durable_rules")
def test_every_other_engine_works_without_it() -> None:
    on = datetime.date(2026, 11, 22)
    ss2q = load_ruleset("ss2q")
    assert assess(ss2q, {}, on=on).verdicts == assess(ss2q, {}, on=on, engine="reference").verdicts
