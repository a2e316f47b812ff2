"""Rulesets as tests in pytest: each case, each check and each question of the verifier is a test item.

`qa_rules_pytest` holds the options and brings this module in when rulesets are asked for. Failures read like the
output of `qa-rules test`, `check` and `verify`.
"""

from __future__ import annotations

import datetime
from collections import Counter
from collections.abc import Iterable, Iterator
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from qa_rules.checks import CHECKS, Remark, Subject
from qa_rules.checks import run as run_checks
from qa_rules.errors import Diagnostic, NotFoundError, QaRulesError
from qa_rules.language.cases import Case, load_cases
from qa_rules.language.library import path_of, policy_names, shipped_policy_file, typed
from qa_rules.language.load import load_policy, load_ruleset
from qa_rules.language.policies import shipped_policies
from qa_rules.model.lazy import lazy
from qa_rules.model.rulesets import Policy, Ruleset
from qa_rules.testing.cases import WORKED, Policies, files_of, try_case
from qa_rules_pytest import PARTS

if TYPE_CHECKING:
    from qa_rules.api.verify import Verified

FILE = "ruleset.yaml"


class Collecting:
    """Collects rulesets for one run of pytest."""

    on: datetime.date | None

    def __init__(self, config: pytest.Config) -> None:
        """Read the options; pytest.UsageError when one cannot be read."""
        self.config = config
        self.folders: list[Path] = [Path(each) for each in config.getini("qa_rules")]
        given = config.getoption("--qa-rules-parts")
        self.parts: list[str] = given.split(",") if given else config.getini("qa_rules_parts") or list(PARTS)
        unknown = [each for each in self.parts if each not in PARTS]
        if unknown:
            raise pytest.UsageError(
                f"qa-rules has no part {', '.join(unknown)}; there are {', '.join(PARTS)}"
            )
        root = config.inipath.parent if config.inipath is not None else config.rootpath
        named = (_beside(each, root) for each in config.getini("qa_rules_policies"))
        typed_in = config.getoption("--qa-rules-policy") or ()
        self.policies: list[str] = [typed(each, shipped_policy_file) for each in typed_in] or list(named)
        day = config.getoption("--qa-rules-on") or config.getini("qa_rules_on")
        try:
            self.on = datetime.date.fromisoformat(day) if day else None
        except ValueError:
            raise pytest.UsageError(
                f"{day!r} is not a date; write year-month-day, such as 2026-11-22"
            ) from None
        if self.folders and config.args_source is not pytest.Config.ArgsSource.ARGS:
            config.args += [str(each) for each in self.folders if str(each) not in config.args]

    def pytest_collect_file(self, file_path: Path, parent: pytest.Collector) -> pytest.Collector | None:
        """Collect a ruleset."""
        if file_path.name != FILE and file_path not in self.folders:
            return None
        inside = any(file_path == each or each in file_path.parents for each in self.folders)
        if not (inside or self.config.getoption("--qa-rules")):
            return None
        return RulesetFile.from_parent(parent, path=file_path, collecting=self)

    def pytest_report_header(self) -> str:
        """Say what is collected."""
        return f"qa-rules: {', '.join(self.parts)}"


def _beside(name: str, root: Path) -> str:
    """The name of a shipped policy, or else its file as the configuration names it."""
    there = (root / name).is_file()
    return str(root / name) if there and (path_of(name) or name not in policy_names()) else name


class RulesetFile(pytest.File):
    """One ruleset and its policies."""

    def __init__(self, *, collecting: Collecting, **rest: Any) -> None:
        super().__init__(**rest)
        self.collecting = collecting

    @lazy
    def ruleset(self) -> Ruleset:
        """The ruleset; RulesetError with every diagnostic when it is at fault."""
        return load_ruleset(self.path)

    @lazy
    def own(self) -> tuple[Policy, ...]:
        """The policies handed in that are for this ruleset."""
        found = []
        for each in self.collecting.policies:
            try:
                found.append(load_policy(each, self.ruleset))
            except QaRulesError as error:
                if isinstance(error, NotFoundError) or "other-ruleset" not in str(error):
                    raise
        return tuple(found)

    @lazy
    def policies(self) -> Policies:
        """The policies that cases may name."""
        return Policies(self.ruleset, self.own)

    @lazy
    def cases(self) -> list[tuple[Path, Case]]:
        """The cases beside the ruleset, each with its file."""
        return [(path, case) for path in files_of(self.path) for case in load_cases(path, self.ruleset)]

    def collect(self) -> Iterator[pytest.Item]:
        """Yield the items of the parts that are asked for."""
        parts = self.collecting.parts
        # A ruleset at fault is a failure, whichever parts are asked for.
        _ = self.ruleset
        if "cases" in parts:
            for path, case in self.cases:
                yield CaseItem.from_parent(self, name=f"case: {_id(case.name)}", case=case, file=path)
        if "checks" in parts:
            for check in CHECKS:
                yield CheckItem.from_parent(self, name=f"check: {check.code}", code=check.code)
        if "proofs" in parts:
            yield from self._proofs()

    def _proofs(self) -> Iterator[pytest.Item]:
        if find_spec("z3") is None:
            yield Skipped.from_parent(self, name="proofs", reason="proofs need z3; install qa-rules[verify]")
            return
        from qa_rules.proofs.questions import QUESTIONS

        for policy in self.own or shipped_policies(self.ruleset) or (None,):
            under = "" if policy is None else f" under {policy.name}"
            for each in QUESTIONS:
                yield ProofItem.from_parent(
                    self, name=f"proof: {each.code}{under}", code=each.code, policy=policy
                )

    @lazy
    def remarks(self) -> tuple[Remark, ...]:
        """What the checks found and nothing accepts."""
        worked = [case for path, case in self.cases if path.name == WORKED]
        chosen = self.own or shipped_policies(self.ruleset)
        subject = Subject(self.ruleset, chosen, tuple(worked) or None, self.collecting.on)
        return tuple(each for each in run_checks(subject) if each.accepted is None)

    def verified(self, policy: Policy | None) -> Verified:
        """Return all proofs under a policy; they are made once."""
        if policy not in self._verified:
            from qa_rules.api.verify import verify

            self._verified[policy] = verify(self.ruleset, policy, on=self.on)
        return self._verified[policy]

    @lazy
    def _verified(self) -> dict[Policy | None, Verified]:
        return {}

    @property
    def on(self) -> datetime.date:
        """The date of the proofs."""
        if self.collecting.on is not None:
            return self.collecting.on
        days = Counter(case.on for _, case in self.cases)
        if not days:
            pytest.fail("there are no cases to take a date from; name one with --qa-rules-on", pytrace=False)
        return days.most_common(1)[0][0]

    def repr_failure(self, excinfo: pytest.ExceptionInfo[BaseException], style: Any = None) -> Any:
        """Show the diagnostics of a ruleset at fault, and no traceback."""
        if isinstance(excinfo.value, QaRulesError):
            return str(excinfo.value)
        return super().repr_failure(excinfo)


class Shortfall(Exception):
    """Something does not hold; its words are the whole report."""


class _Item(pytest.Item):
    parent: RulesetFile

    def repr_failure(self, excinfo: pytest.ExceptionInfo[BaseException], style: Any = None) -> Any:
        """Show what is wrong in our own words, and no traceback."""
        if isinstance(excinfo.value, Shortfall | QaRulesError):
            return str(excinfo.value)
        return super().repr_failure(excinfo, style)

    def reportinfo(self) -> tuple[Path, int | None, str]:
        """Return where it stands."""
        place = self.parent.ruleset.place
        return self.path, None if place is None else place.line - 1, self.name


class Skipped(_Item):
    """Something that cannot be done on this machine."""

    def __init__(self, *, reason: str, **rest: Any) -> None:
        super().__init__(**rest)
        self.reason = reason

    def runtest(self) -> None:
        """Say why."""
        pytest.skip(self.reason)


class CaseItem(_Item):
    """A case: what is expected, and what is decided."""

    case: Case
    file: Path

    def __init__(self, *, case: Case, file: Path, **rest: Any) -> None:
        super().__init__(**rest)
        self.case, self.file = case, file

    def runtest(self) -> None:
        """Assess and compare."""
        trial = try_case(self.case, self.parent.ruleset, self.parent.policies[self.case.policy])
        if trial.mismatches:
            raise Shortfall("\n".join(trial.lines()))

    def reportinfo(self) -> tuple[Path, int | None, str]:
        """Return where the case stands."""
        place = self.case.place
        return self.file, None if place is None else place.line - 1, self.name


class CheckItem(_Item):
    """One check of the ruleset, its policies and its cases."""

    def __init__(self, *, code: str, **rest: Any) -> None:
        super().__init__(**rest)
        self.code = code

    def runtest(self) -> None:
        """Show what is to mend."""
        found = [each for each in self.parent.remarks if each.code == self.code]
        if found:
            told = (Diagnostic(each.code, each.message, each.place, each.hint) for each in found)
            raise Shortfall("\n\n".join(map(str, told)))


class ProofItem(_Item):
    """One question of the verifier under one policy. What is undecided fails, too."""

    code: str
    policy: Policy | None

    def __init__(self, *, code: str, policy: Policy | None, **rest: Any) -> None:
        super().__init__(**rest)
        self.code, self.policy = code, policy

    def runtest(self) -> None:
        """Show what is refuted, with a provider, and what is undecided."""
        from qa_rules.proofs.claims import Status
        from qa_rules.reports.proofs import told

        verified = self.parent.verified(self.policy)
        open_ = (*verified.open(Status.REFUTED), *verified.open(Status.UNDECIDED))
        found = [each for each in open_ if each.code == self.code]
        if found:
            raise Shortfall("\n\n".join(_joined(told(each, verified)) for each in found))


def _joined(lines: Iterable[str]) -> str:
    return "\n".join(lines)


def _id(name: str) -> str:
    """A name that can be part of a test's id."""
    return name.replace("::", ":")
