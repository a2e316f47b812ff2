"""Trying worked cases: what was expected beside what is decided."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path

import attrs

from qa_rules.assessment.assess import Assessment, assess
from qa_rules.engines import DEFAULT_ENGINE, EngineName
from qa_rules.errors import Diagnostic, Place, RulesetError
from qa_rules.language.cases import OF_TIERS, Case, load_cases
from qa_rules.language.expectations import rewritten
from qa_rules.language.library import ruleset_file
from qa_rules.language.policies import shipped_policy
from qa_rules.language.values import did_you_mean
from qa_rules.model.assessments import TierResult
from qa_rules.model.rulesets import Policy, Ruleset
from qa_rules.model.values import EXPLAINED
from qa_rules.outputs import write_text
from qa_rules.program.levels import ladder_of

WORKED, GENERATED = "cases.yaml", "generated.yaml"
"""Files of cases that may stand beside a ruleset: worked by hand, and made by the library."""
NOTHING = "nothing of that name"


@attrs.frozen
class Mismatch:
    """One expectation that does not hold."""

    about: str
    """A requirement, group or decision, or `tier`, `at_most` or `required`."""
    expected: str
    actual: str
    because: str
    """The reason, or empty."""
    place: Place | None = None


@attrs.frozen
class Trial:
    """A case with everything that came out otherwise than expected."""

    case: Case
    mismatches: tuple[Mismatch, ...]

    def lines(self) -> Iterator[str]:
        """Yield what is to be said of it, a line each, the places of the file below what they are about."""
        yield self.case.name
        if self.case.place is not None:
            yield f"  --> {self.case.place}"
        for each in self.mismatches:
            line = "" if each.place is None else f" (line {each.place.line})"
            yield f"  {each.about}: expected {each.expected}, found {each.actual}{line}"
            if each.because:
                yield f"    {each.because}"


def files_of(which: str | Path) -> list[Path]:
    """Return the files of cases beside a ruleset, given as `load_ruleset` takes it."""
    folder = ruleset_file(which).parent
    return [folder / name for name in (WORKED, GENERATED) if (folder / name).is_file()]


class Policies(dict[str, Policy | None]):
    """Policies by the name that cases use; one that is not at hand is looked for among the shipped ones.

    Asking for a name that neither knows is a NotFoundError.
    """

    def __init__(self, ruleset: Ruleset, at_hand: Iterable[Policy] = ()) -> None:
        super().__init__({"none": None}, **{each.name: each for each in at_hand})
        self.ruleset = ruleset

    def __missing__(self, name: str) -> Policy:
        found = shipped_policy(name, self.ruleset)
        self[name] = found
        return found


def try_cases(
    cases: Iterable[Case], ruleset: Ruleset, policies: Policies, engine: EngineName = DEFAULT_ENGINE
) -> list[Trial]:
    """Try every case under the policy that it names. RulesetError when that has not the tiers that it expects."""
    tried = [(each, policies[each.policy]) for each in cases]
    faults = [
        fault
        for case, policy in tried
        if policy is not None
        for fault in _no_such_tiers(case, ruleset, policy)
    ]
    if faults:
        raise RulesetError(faults)
    return [try_case(case, ruleset, policy, engine) for case, policy in tried]


def _no_such_tiers(case: Case, ruleset: Ruleset, policy: Policy) -> Iterator[Diagnostic]:
    there = {"none", *(each.id for each in ladder_of(ruleset, policy))}
    for about in OF_TIERS:
        for word in case.expect.get(about, "none").split(" to "):
            if word not in there:
                message = f"the policy `{policy.name}` has no tier `{word}`"
                hint = did_you_mean(word, there) or f"write one of {', '.join(sorted(there))}"
                yield Diagnostic("unknown-tier", message, case.expected_at.get(about), hint)


def try_case(
    case: Case, ruleset: Ruleset, policy: Policy | None, engine: EngineName = DEFAULT_ENGINE
) -> Trial:
    """Assess the facts of a case under the policy that it names and compare."""
    assessment = assess(ruleset, case.facts, on=case.on, policy=policy, engine=engine)
    decided = actual(assessment)
    mismatches = (
        Mismatch(about, word, found, _because(about, assessment), case.expected_at.get(about))
        for about, word in case.expect.items()
        if (found := decided.get(about, NOTHING)) != word
    )
    return Trial(case, tuple(mismatches))


def _because(about: str, assessment: Assessment) -> str:
    """Why it came out so: the reason of a requirement, or what the overall answer rests on."""
    if about == assessment.overall:
        found = [f"{each.requirement} {each.text}".strip() for each in assessment.grounds]
        return "; ".join(found[:3]) + ("; and more" if len(found) > 3 else "")
    reasons = {each.requirement: each.reason.text for each in assessment.findings}
    return reasons.get(about, "")


def actual(assessment: Assessment) -> dict[str, str]:
    """Return everything that a case may expect something of, in words.

    `none` for a decision that was not made and for no tier; an interval of required tiers as `least to greatest`;
    `explained` for a requirement that only an explanation meets.
    """
    found = {requirement: verdict.value for requirement, verdict in assessment.verdicts.items()}
    if any(each.plainly is not None for each in assessment.work.closed.ruleset.requirements):
        found |= {each.requirement: EXPLAINED for each in assessment.findings if each.explained}
    found |= {each.group: each.verdict.value for each in assessment.groups}
    found |= dict.fromkeys(assessment.decisions, "none") | {
        each.decision: each.outcome for each in assessment.answers
    }
    return found if assessment.tiers is None else found | tier_words(assessment.tiers)


def tier_words(tiers: TierResult) -> dict[str, str]:
    """Return what cases expect of the ladder, in words; an interval as `least to greatest`."""
    least, greatest = tiers.required_least or "none", tiers.required_greatest or "none"
    return {
        "tier": tiers.attained or "none",
        "at_most": tiers.at_most or "none",
        "required": least if least == greatest else f"{least} to {greatest}",
    }


def update(trials: Iterable[Trial]) -> Mapping[Path, int]:
    """Write what was found over what was expected, and return how many expectations of each file were changed.

    Only the words change: comments, layout and line ends stay. What names nothing is left alone.
    """
    changes: dict[Path, dict[tuple[str, str], str]] = {}
    for trial in trials:
        for each in trial.mismatches:
            if each.place is not None and each.actual != NOTHING:
                changes.setdefault(Path(each.place.file), {})[trial.case.name, each.about] = each.actual
    for path, words in changes.items():
        write_text(path, rewritten(path, words))
    return {path: len(words) for path, words in changes.items()}


def load_suite(which: str | Path, ruleset: Ruleset, files: Iterable[Path] = ()) -> list[Case]:
    """Return the cases of the files named, or of those beside the ruleset, in order."""
    return [case for path in tuple(files) or files_of(which) for case in load_cases(path, ruleset)]
