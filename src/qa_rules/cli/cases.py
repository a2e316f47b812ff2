"""`qa-rules cases`."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import click

from qa_rules.cli.exits import Exit
from qa_rules.cli.options import engine_option
from qa_rules.documents.cases import Case, load_cases
from qa_rules.documents.library import ruleset_file
from qa_rules.errors import NotFoundError
from qa_rules.loading import load_policy, load_ruleset
from qa_rules.model.rulesets import Policy, Ruleset
from qa_rules.trying import Trial, try_case


@click.command("cases")
@click.argument("ruleset")
@click.argument("file", required=False, type=click.Path(path_type=Path))
@click.option(
    "--policy", "policies", multiple=True, metavar="FILE", help="A policy that cases name; may be repeated."
)
@engine_option
def command(ruleset: str, file: Path | None, policies: tuple[str, ...], engine: str) -> int:
    """Try the worked cases of RULESET: those in FILE, or in cases.yaml beside the ruleset.

    Exits with 1 when one comes out otherwise than expected.
    """
    rules = load_ruleset(ruleset)
    at_hand = {each.name: each for each in (load_policy(path, rules) for path in policies)}
    cases = load_cases(file or _beside(ruleset), rules)
    trials = [try_case(case, rules, _policy(case, rules, at_hand), engine) for case in cases]
    failed = [each for each in trials if each.mismatches]
    for trial in failed:
        click.echo("\n".join(_told(trial)) + "\n")
    click.echo(f"{len(trials)} cases of {rules.id}: {len(failed)} otherwise than expected.")
    return Exit.NO if failed else Exit.DONE


def _beside(ruleset: str) -> Path:
    path = ruleset_file(ruleset).parent / "cases.yaml"
    if not path.is_file():
        raise NotFoundError(f"there is no {path}; name the file of the cases")
    return path


def _policy(case: Case, rules: Ruleset, at_hand: dict[str, Policy]) -> Policy | None:
    """The policy that a case names: one handed in, or a shipped one."""
    if case.policy == "none":
        return None
    if case.policy not in at_hand:
        at_hand[case.policy] = load_policy(case.policy, rules)
    return at_hand[case.policy]


def _told(trial: Trial) -> Iterator[str]:
    yield trial.case.name
    if trial.case.place is not None:
        yield f"  --> {trial.case.place}"
    for each in trial.mismatches:
        yield f"  {each.about}: expected {each.expected}, found {each.actual}"
        if each.because:
            yield f"    {each.because}"
