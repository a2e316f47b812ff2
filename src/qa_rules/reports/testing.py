"""What came of testing a ruleset, as text and as data: cases, coverage, and the mutants that its cases kill."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

import attrs

from qa_rules.errors import Place
from qa_rules.model.rulesets import Ruleset
from qa_rules.reports.proofs import said
from qa_rules.testing.cases import Trial
from qa_rules.testing.coverage import Coverage
from qa_rules.testing.mutation import Fate, Judged, Score

MOST = 20
"""How many of a kind are printed before the rest is only counted; JSON holds all."""


@attrs.define
class Tested:
    """Everything that was found out about one ruleset."""

    ruleset: Ruleset
    trials: Sequence[Trial]
    updated: Mapping[Path, int] = attrs.field(factory=dict)
    coverages: list[Coverage] = attrs.field(factory=list)
    score: Score | None = None
    unproved: str = ""
    """Why nothing was proved, or empty."""
    written: tuple[Path, int] | None = None
    """The suite that was generated, and how many cases it has."""

    @property
    def failed(self) -> list[Trial]:
        """The cases that came out otherwise than expected."""
        return [each for each in self.trials if each.mismatches]


def text(tested: Tested) -> Iterator[str]:
    """Yield the lines of a report."""
    for trial in tested.failed:
        yield from trial.lines()
        yield ""
    yield _counted(tested)
    for path, number in tested.updated.items():
        yield f"  {number} expectation{'' if number == 1 else 's'} rewritten in {path}"
    if tested.written is not None:
        yield f"  {tested.written[1]} cases written to {tested.written[0]}"
    for coverage in tested.coverages:
        yield from _coverage(coverage)
    if tested.score is not None:
        yield from _score(tested.score)
    left = [each for each in tested.coverages if each.open] or (
        tested.score and tested.score.count(Fate.SURVIVED)
    )
    if tested.unproved and left:
        yield ""
        yield f"Nothing was proved, for {tested.unproved}: perhaps nobody can show what is open, or tell"
        yield "what survived apart. Proofs need z3: install qa-rules[verify]."


def _counted(tested: Tested) -> str:
    files = Counter(Path(each.case.place.file).name for each in tested.trials if each.case.place is not None)
    by_file = ", ".join(f"{number} in {name}" for name, number in files.items())
    inside = f" ({by_file})" if len(files) > 1 else ""
    number = len(tested.trials)
    cases = "1 case" if number == 1 else f"{number} cases"
    failed = f"{len(tested.failed)} not as expected" if tested.failed else "all as expected"
    return f"{cases} of {tested.ruleset.id}{inside}: {failed}."


def _coverage(coverage: Coverage) -> Iterator[str]:
    under = "no policy" if coverage.policy is None else coverage.policy.name
    feasible = len(coverage.entries) - len(coverage.infeasible)
    shown = feasible - len(coverage.open)
    out = f", {len(coverage.infeasible)} that nobody can show" if coverage.infeasible else ""
    yield ""
    yield f"Coverage under {under}: {_percent(coverage.ratio)} ({shown} of {feasible}{out})"
    yield from _columns({kind.value: _percent(ratio) for kind, ratio in coverage.ratios().items()})
    yield from _shortened([_line(each.obligation.sentence, each.obligation.place) for each in coverage.open])


def _score(score: Score) -> Iterator[str]:
    counts = {fate: score.count(fate) for fate in Fate}
    yield ""
    yield (
        f"Mutants: {len(score.judged)}, of which {counts[Fate.KILLED]} killed, {counts[Fate.SURVIVED]} survived, "
        f"{counts[Fate.EQUIVALENT]} equivalent, {counts[Fate.UNDECIDED]} undecided. "
        f"Score: {_percent(score.share)}"
    )
    kinds = dict.fromkeys(each.mutant.kind for each in score.judged)
    yield from _columns({kind.value: _kind(score, kind) for kind in kinds})
    yield from _shortened([_survivors(score, each) for each in _by_case(score.of(Fate.SURVIVED))])
    yield from _shortened(
        [
            f"{_line(f'{each.mutant}', each.mutant.place)}\n    undecided: {each.reason}"
            for each in score.of(Fate.UNDECIDED)
        ]
    )
    if score.rests_on:
        yield f"  Equivalent means: no {score.ruleset.subject.singular} tells it apart"
        yield from (f"    {words}" for words in score.rests_on)


def _kind(score: Score, kind: object) -> str:
    mine = [each for each in score.judged if each.mutant.kind is kind and each.fate is not Fate.EQUIVALENT]
    return f"{sum(each.fate is Fate.KILLED for each in mine)} of {len(mine)}"


def _by_case(survived: Iterable[Judged]) -> Iterable[list[Judged]]:
    """What survived, those of one rule together that one and the same case would kill."""
    found: dict[tuple[str, int], list[Judged]] = {}
    for each in survived:
        key = id(each) if each.case is None else id(each.case)
        found.setdefault((each.mutant.at, key), []).append(each)
    return found.values()


def _survivors(score: Score, told: Sequence[Judged]) -> str:
    """Mutants that one case would kill, with the question that this case is."""
    lines = [_line(f"survived: {each.mutant}", each.mutant.place) for each in told]
    each = told[0]
    if each.case is not None:
        telling = "told apart" if len(told) == 1 else "each of these told apart"
        one = score.ruleset.subject.one
        lines.append(f"    {telling} by {one} of which this is known, and nothing else:")
        sentences = list(said(each.case.facts, score.ruleset.vocabulary))
        lines += [f"      {sentence}" for sentence in sentences or ["nothing at all"]]
        found = ", ".join(f"{about}: {word}" for about, word in each.case.expect.items())
        lines.append(f"    the rules say {found}. Does the standard?")
        says = _says(score.ruleset, each.mutant.at)
        lines += [f"      {says}"] if says else []
        lines.append("    If it does, add this as a case; if not, the rule is wrong.")
    return "\n".join(lines)


def _says(ruleset: Ruleset, at: str) -> str:
    """What the standard says of what was changed, with the clause."""
    requirement = ruleset.requirement.get(at)
    if requirement is not None:
        return f"“{requirement.says}” ({requirement.clause})"
    group = ruleset.group.get(at)
    if group is not None:
        return f"“{group.says or group.title}”"
    outcomes = {
        f"{each.id}.{outcome.id}": outcome.words for each in ruleset.decisions for outcome in each.outcomes
    }
    return f"“{outcomes[at]}”" if at in outcomes else ""


def _line(words: str, place: Place | None) -> str:
    return f"  {words}" if place is None else f"  {words}\n    --> {place}"


def _percent(share: float) -> str:
    """A share in words; 100 % only when nothing is missing."""
    return "100 %" if share == 1 else f"{min(share * 100, 99.9):.1f} %"


def _columns(found: Mapping[str, str]) -> Iterator[str]:
    wide = max(map(len, found), default=0)
    yield from (f"  {name:<{wide}}  {value}" for name, value in found.items())


def _shortened(lines: Sequence[str]) -> Iterator[str]:
    yield from lines[:MOST]
    if len(lines) > MOST:
        yield f"  and {len(lines) - MOST} more; --format json has them all"


def data(tested: Tested) -> dict[str, Any]:
    """Return everything as plain data."""
    found: dict[str, Any] = {
        "ruleset": tested.ruleset.id,
        "cases": len(tested.trials),
        "failed": [_trial(each) for each in tested.failed],
        "unproved": tested.unproved or None,
        "updated": {str(path): number for path, number in tested.updated.items()},
        "coverage": [_coverage_data(each) for each in tested.coverages],
        "mutants": None if tested.score is None else _score_data(tested.score),
    }
    if tested.written is not None:
        found["written"] = {"file": str(tested.written[0]), "cases": tested.written[1]}
    return found


def _where(place: Place | None) -> dict[str, Any]:
    return {"file": None if place is None else place.file, "line": None if place is None else place.line}


def _trial(trial: Trial) -> dict[str, Any]:
    mismatches = [
        {
            "about": each.about,
            "expected": each.expected,
            "actual": each.actual,
            "because": each.because,
            **_where(each.place),
        }
        for each in trial.mismatches
    ]
    return {"name": trial.case.name, **_where(trial.case.place), "mismatches": mismatches}


def _coverage_data(coverage: Coverage) -> dict[str, Any]:
    return {
        "policy": None if coverage.policy is None else coverage.policy.name,
        "share": coverage.ratio,
        "shares": {kind.value: ratio for kind, ratio in coverage.ratios().items()},
        "infeasible": len(coverage.infeasible),
        "open": [
            {
                "kind": each.obligation.kind.value,
                "sentence": each.obligation.sentence,
                **_where(each.obligation.place),
            }
            for each in coverage.open
        ],
    }


def _score_data(score: Score) -> dict[str, Any]:
    from qa_rules.model.writing import facts_to_data

    return {
        "share": score.share,
        **{fate.value: score.count(fate) for fate in Fate},
        "rests_on": list(score.rests_on),
        "mutants": [
            {
                "kind": each.mutant.kind.value,
                "at": each.mutant.at,
                "change": each.mutant.change,
                **_where(each.mutant.place),
                "fate": each.fate.value,
                "by": each.by or None,
                "reason": each.reason or None,
                "facts": None if each.case is None else facts_to_data(each.case.facts),
                "expect": None if each.case is None else dict(each.case.expect),
                "says": _says(score.ruleset, each.mutant.at) or None,
            }
            for each in score.judged
        ],
    }
