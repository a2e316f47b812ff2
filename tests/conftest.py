"""Profiles for hypothesis: `HYPOTHESIS_PROFILE=deep` looks at thousands of examples, `shrink` makes them small.

`quick` is the inner loop of `make quick`: ten examples each, and without the tests that are marked as slow, one by one
or, below, a folder or a file at a time.
"""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from hypothesis import HealthCheck, Phase, settings

_SLOW = [HealthCheck.too_slow, HealthCheck.data_too_large, HealthCheck.large_base_example]

# A whole ruleset takes minutes to shrink; what fails here says which node and why.
settings.register_profile(
    "default",
    max_examples=20,
    deadline=None,
    derandomize="CI" in os.environ,
    phases=[Phase.explicit, Phase.reuse, Phase.generate],
    suppress_health_check=_SLOW,
)
settings.register_profile("quick", settings.get_profile("default"), max_examples=10)
settings.register_profile("deep", settings.get_profile("default"), max_examples=2_000, derandomize=False)
settings.register_profile("shrink", settings.get_profile("deep"), phases=list(Phase))
settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "default"))

# The solver, mutants and suites, tables and pages, engines that are compiled: of these nearly every test takes long.
SLOW = ("proofs", "testing", "fuzz", "durable", "typing", "tables", "test_documents_run.py")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark what stands in a slow folder as slow, so that `make quick` leaves it out."""
    here = Path(__file__).parent
    for item in items:
        if item.path.is_relative_to(here) and item.path.relative_to(here).parts[0] in SLOW:
            item.add_marker(pytest.mark.slow)
