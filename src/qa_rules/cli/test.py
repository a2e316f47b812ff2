"""`qa-rules test`."""

from __future__ import annotations

import datetime
from collections import Counter
from collections.abc import Sequence
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING

import click

from qa_rules.cli.exits import Exit
from qa_rules.cli.options import POLICY, RULESET, Day, engine_option
from qa_rules.cli.printing import echo, hand_over, json_text
from qa_rules.engines import EngineName
from qa_rules.errors import NotFoundError
from qa_rules.language.library import ruleset_file
from qa_rules.language.load import load_policy, load_ruleset, ruleset_ids, under
from qa_rules.outputs import write_text
from qa_rules.testing.cases import GENERATED, WORKED, Policies, files_of, load_suite, try_cases, update

if TYPE_CHECKING:
    from qa_rules.model.rulesets import Policy
    from qa_rules.reports.testing import Tested
    from qa_rules.testing.generation import Suite


@click.command("test")
@click.argument("rulesets", nargs=-1, type=RULESET)
@click.option(
    "--cases",
    "files",
    multiple=True,
    type=click.Path(path_type=Path, exists=True, dir_okay=False),
    help="Try these files instead of those beside the ruleset; may be repeated.",
)
@click.option(
    "--policy",
    "policies",
    type=POLICY,
    multiple=True,
    metavar="NAME|FILE",
    help="A policy that cases name; may be repeated.",
)
@click.option("--update", "rewrite", is_flag=True, help="Write what was found over what was expected.")
@click.option("--coverage", "covered", is_flag=True, help="Say what the cases show, and what they do not.")
@click.option("--mutants", "mutated", is_flag=True, help="Say which slips the cases would have caught.")
@click.option("--generate", is_flag=True, help="Write generated.yaml beside the ruleset; needs z3.")
@click.option(
    "--fail-under",
    type=click.FloatRange(0, 100),
    metavar="N",
    help="Exit with 1 when coverage or the mutants killed are below N percent.",
)
@click.option("--no-proofs", is_flag=True, help="Leave open what only a solver can settle.")
@click.option("--on", type=Day(), help="The date of proofs and generated cases; else that of most cases.")
@click.option(
    "--format",
    "form",
    type=click.Choice(["text", "json", "html", "lcov"]),
    default="text",
    help="html and lcov show the coverage line by line, and need --coverage.",
)
@engine_option
def command(
    rulesets: tuple[str, ...],
    files: tuple[Path, ...],
    policies: tuple[str, ...],
    rewrite: bool,
    covered: bool,
    mutated: bool,
    generate: bool,
    fail_under: float | None,
    no_proofs: bool,
    on: datetime.date | None,
    form: str,
    engine: EngineName,
) -> int:
    """Try the cases of RULESETS: cases.yaml and generated.yaml beside each; without arguments, all that is shipped.

    Exits with 1 when a case does not come out as expected.
    """
    from qa_rules.reports import coverage, testing

    if fail_under is not None and not (covered or mutated):
        raise click.UsageError("--fail-under needs --coverage or --mutants")
    if form in ("html", "lcov") and not covered:
        raise click.UsageError(f"--format {form} needs --coverage")
    if files and len(rulesets) != 1:
        raise click.UsageError("--cases needs one ruleset")
    every: list[Tested] = []
    for name in rulesets or ruleset_ids():
        work = _Testing(name, files, policies, on, engine)
        written = None
        if generate:
            written = work.generate()
            work = _Testing(name, files, policies, on, engine)
        tested = work.tested(rewrite)
        tested.written = written
        prove = not no_proofs and find_spec("z3") is not None
        if covered:
            work.cover(tested, prove)
        if mutated:
            work.mutate(tested, prove)
        tested.unproved = "" if prove else "--no-proofs was given" if no_proofs else "z3 is not installed"
        every.append(tested)
        if form == "text":
            echo("\n".join(testing.text(tested)))
    if form == "json":
        hand_over(json_text([testing.data(each) for each in every]))
    elif form in ("html", "lcov"):
        show = coverage.html if form == "html" else coverage.lcov
        title = f"Coverage of {', '.join(each.ruleset.id for each in every)}"
        hand_over(show(title, [found for each in every for found in each.coverages]))
    return _exit(every, fail_under)


class _Testing:
    """One ruleset with its cases and the policies that they name."""

    def __init__(
        self,
        name: str,
        files: tuple[Path, ...],
        policies: tuple[str, ...],
        on: datetime.date | None,
        engine: EngineName,
    ) -> None:
        self.name, self.files = name, files
        self.engine: EngineName = engine
        self.ruleset = load_ruleset(name)
        self.own = [load_policy(each, self.ruleset) for each in policies]
        self.policies = Policies(self.ruleset, self.own)
        if len(self.own) == 1:  # its cases may give facts of the rulesets that it asks
            self.ruleset = under(self.ruleset, self.own[0])
        self.cases = load_suite(name, self.ruleset, files)
        self.given_on = on

    @property
    def on(self) -> datetime.date:
        """The date of proofs and generated cases."""
        if self.given_on is not None:
            return self.given_on
        if not self.cases:
            raise click.UsageError("there are no cases to take a date from; name one with --on")
        return Counter(each.on for each in self.cases).most_common(1)[0][0]

    @property
    def in_use(self) -> dict[str, Policy | None]:
        """The policies that cases name, and those handed in; none where there is no other."""
        named = {each.policy: self.policies[each.policy] for each in self.cases}
        return named | {each.name: each for each in self.own} or {"none": None}

    def tested(self, rewrite: bool) -> Tested:
        from qa_rules.reports.testing import Tested

        if not self.cases:
            files = self.files or files_of(self.name)
            raise NotFoundError(
                f"there is no case in {', '.join(map(str, files))}; write one"
                if files
                else _no_cases(self.name)
            )
        trials = try_cases(self.cases, self.ruleset, self.policies, self.engine)
        if not rewrite:
            return Tested(self.ruleset, trials)
        changed = update(trials)
        self.cases = load_suite(self.name, self.ruleset, self.files)
        return Tested(self.ruleset, try_cases(self.cases, self.ruleset, self.policies, self.engine), changed)

    @property
    def chosen(self) -> Sequence[Policy | None]:
        """The policies handed in, else those shipped for the ruleset, else none."""
        from qa_rules.language.policies import shipped_policies

        return self.own or shipped_policies(self.ruleset) or (None,)

    def cover(self, tested: Tested, prove: bool) -> None:
        from qa_rules.testing.coverage import coverage

        for policy in self.chosen:
            found = coverage(self.ruleset, policy, self.cases, engine=self.engine)
            if prove and found.open:
                from qa_rules.testing.generation import search

                out = search(self.ruleset, policy, self.cases, on=self.on, engine=self.engine).infeasible
                found = coverage(self.ruleset, policy, self.cases, engine=self.engine, infeasible=out)
            tested.coverages.append(found)

    def mutate(self, tested: Tested, prove: bool) -> None:
        from qa_rules.testing.mutants import mutants, policy_mutants
        from qa_rules.testing.mutation import Bench, Fate, score

        bench = Bench(self.ruleset, self.in_use)
        bench.add(self.cases)
        of_policies = (each for own in self.own for each in policy_mutants(own, self.ruleset))
        tested.score = score(bench, [*mutants(self.ruleset), *of_policies])
        if prove and tested.score.count(Fate.SURVIVED):
            from qa_rules.testing.survivors import settle

            tested.score, _ = settle(bench, tested.score, self.on)

    def generate(self) -> tuple[Path, int]:
        """Write the suites of the policies handed in, else of the shipped ones, and return the file and its cases."""
        from qa_rules.testing.completion import slips
        from qa_rules.testing.generation import generate
        from qa_rules.testing.write import written

        suites: list[Suite] = []
        for policy in self.chosen:
            # Most of what can be shown under one policy is shown by the same provider under the next.
            seeds = suites[-1].providers if suites else ()
            suites.append(generate(self.ruleset, policy, on=self.on, seeds=seeds, engine=self.engine))
        mine = {"none" if each is None else each.name: each for each in self.chosen}
        beside = slips(suites, mine | self.in_use)
        path = ruleset_file(self.name).parent / GENERATED
        write_text(path, written(suites, beside))
        return path, sum(len(each.cases) for each in suites) + len(beside)


def _no_cases(name: str) -> str:
    return f"there is no {WORKED} beside the ruleset {name}; name a file with --cases"


def _exit(every: Sequence[Tested], fail_under: float | None) -> int:
    if any(each.failed for each in every):
        return Exit.NO
    if fail_under is None:
        return Exit.DONE
    least = fail_under / 100
    if any(coverage.ratio < least for each in every for coverage in each.coverages):
        return Exit.NO
    scores = [each.score for each in every if each.score is not None]
    if any(score.at_most < least for score in scores):
        return Exit.NO
    return Exit.UNDECIDED if any(score.share < least for score in scores) else Exit.DONE
