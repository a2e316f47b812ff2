"""The entry point of the pytest plugin: its options. What collects is imported only when it is asked for."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import pytest

PARTS = ("cases", "checks", "proofs")


def pytest_addoption(parser: pytest.Parser) -> None:
    """Add the options and the keys of the configuration file."""
    group = parser.getgroup("qa-rules", "rulesets as tests")
    group.addoption(
        "--qa-rules", action="store_true", help="Collect every ruleset.yaml: its cases, checks and proofs."
    )
    group.addoption(
        "--qa-rules-parts",
        metavar="PARTS",
        help=f"Only these, of {','.join(PARTS)}, with commas between them; all by default.",
    )
    group.addoption(
        "--qa-rules-policy",
        action="append",
        metavar="NAME|FILE",
        help="A policy that cases name, and under which proofs are made; may be repeated.",
    )
    group.addoption("--qa-rules-on", metavar="DATE", help="The date of the proofs; else that of most cases.")
    parser.addini(
        "qa_rules", "Folders or files of rulesets, collected beside the tests.", type="paths", default=[]
    )
    parser.addini("qa_rules_parts", "As --qa-rules-parts.", type="args", default=[])
    parser.addini("qa_rules_policies", "Policies, as --qa-rules-policy.", type="args", default=[])
    parser.addini("qa_rules_on", "As --qa-rules-on.", default="")


def pytest_configure(config: pytest.Config) -> None:
    """Bring in what collects, if rulesets are asked for."""
    if config.getoption("--qa-rules") or config.getini("qa_rules"):
        from qa_rules import pytest_plugin

        config.pluginmanager.register(pytest_plugin.Collecting(config), "qa-rules-collecting")
