"""Profiles for hypothesis: `HYPOTHESIS_PROFILE=deep` looks at thousands of examples, `shrink` makes them small.

`quick` is the inner loop of `make quick`: ten examples each.
"""

from __future__ import annotations

import os

from hypothesis import HealthCheck, Phase, settings

_SLOW = [HealthCheck.too_slow, HealthCheck.data_too_large, HealthCheck.large_base_example]

# A whole ruleset takes minutes to shrink; what fails here says which node and why.
settings.register_profile(
    "default",
    max_examples=100,
    deadline=None,
    derandomize="CI" in os.environ,
    phases=[Phase.explicit, Phase.reuse, Phase.generate],
    suppress_health_check=_SLOW,
)
settings.register_profile("quick", settings.get_profile("default"), max_examples=10)
settings.register_profile("deep", settings.get_profile("default"), max_examples=5_000, derandomize=False)
settings.register_profile("shrink", settings.get_profile("deep"), phases=list(Phase))
settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "default"))
