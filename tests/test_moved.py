"""Documented import paths that moved go on for one release, and say where to go."""

from __future__ import annotations

from importlib import import_module

import pytest

OLD = {
    "qa_rules.answering": ("why", "qa_rules.api.analyse"),
    "qa_rules.verifying": ("verify", "qa_rules.api.verify"),
    "qa_rules.strategies": ("facts_for", "qa_rules.testing.strategies"),
    "qa_rules.interviewing.requests": ("respond", "qa_rules.interview.requests"),
    "qa_rules.suites.coverage": ("covered", "qa_rules.testing.coverage"),
    "qa_rules.trying": ("load_suite", "qa_rules.testing.cases"),
}


@pytest.mark.parametrize("old", OLD)
def test_the_old_path_gives_the_same_and_warns(old: str) -> None:
    name, new = OLD[old]
    with pytest.warns(DeprecationWarning, match=new):
        found = getattr(import_module(old), name)
    assert found is getattr(import_module(new), name)


@pytest.mark.parametrize("old", OLD)
def test_a_name_that_never_was_there_is_an_error(old: str) -> None:
    with pytest.raises(AttributeError):
        import_module(old).no_such_name  # noqa: B018
