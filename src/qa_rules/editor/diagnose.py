"""What is wrong with the files that are edited: the faults of the strict reader, else the remarks of the checks."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import attrs

from qa_rules.checks import Subject, run
from qa_rules.editor.project import Project
from qa_rules.errors import Diagnostic, DocumentError, NotFoundError
from qa_rules.language.cases import Case, load_cases
from qa_rules.language.library import shipped
from qa_rules.language.load import load_facts, load_policy, load_ruleset
from qa_rules.language.opened import opened
from qa_rules.language.policies import shipped_policies
from qa_rules.language.vocabularies import vocabulary_faults
from qa_rules.model.rulesets import Policy, Ruleset

CASES = "cases.yaml"


@attrs.frozen
class Told:
    """A statement about a place of a file, and whether nothing is read while it stands."""

    diagnostic: Diagnostic
    is_fault: bool

    @property
    def file(self) -> Path | None:
        """The file that it is about."""
        place = self.diagnostic.place
        return None if place is None else Path(place.file)


def told(project: Project, path: Path, *, only_faults: bool = False) -> list[Told]:
    """Return what is wrong with a file, and with the files that it is read with."""
    with opened(project.texts):
        kind = project.kind(path)
        if kind is None:
            return []
        if kind == "vocabulary":
            return _of_vocabulary(project, path, only_faults)
        if kind == "ruleset":
            return list(_of_ruleset(project, path, only_faults))
        return list(_of_other(project, path, kind))


def _of_vocabulary(project: Project, path: Path, only_faults: bool) -> list[Told]:
    found = [one for each in project.rulesets_with(path) for one in _of_ruleset(project, each, only_faults)]
    own = [Told(each, True) for each in vocabulary_faults(path)]
    return list(dict.fromkeys([*own, *found]))


def _of_ruleset(project: Project, path: Path, only_faults: bool) -> Iterator[Told]:
    try:
        ruleset = load_ruleset(path)
    except DocumentError as error:
        yield from (Told(each, True) for each in error.diagnostics)
        return
    except NotFoundError:
        return
    if only_faults:
        return
    subject = Subject(ruleset, tuple(_policies(project, path, ruleset)), _cases(path, ruleset))
    for remark in run(subject):
        if remark.accepted is None:
            yield Told(Diagnostic(remark.code, remark.message, remark.place, remark.hint), False)


def _policies(project: Project, path: Path, ruleset: Ruleset) -> Iterator[Policy]:
    """The policies beside a ruleset that can be read, else those that are shipped for it."""
    if path.is_relative_to(shipped()):
        yield from shipped_policies(ruleset)
        return
    for each in project.of_kind("policy"):
        if project.ruleset_of(each) == path:
            with suppress(DocumentError):
                yield load_policy(each, ruleset)


def _cases(path: Path, ruleset: Ruleset) -> tuple[Case, ...] | None:
    beside = path.parent / CASES
    try:
        return load_cases(beside, ruleset) if beside.is_file() else None
    except DocumentError:
        return None  # told where the cases are open


def _of_other(project: Project, path: Path, kind: str) -> Iterator[Told]:
    """The faults of a policy, cases or facts, as long as the ruleset that they are for can be read."""
    broken = project.source(path).diagnostics
    if broken:
        yield from (Told(each, True) for each in broken)
        return
    belongs = project.ruleset_of(path)
    try:
        if belongs is None:
            return
        ruleset = load_ruleset(belongs)
    except (DocumentError, NotFoundError):
        return
    try:
        if kind == "policy":
            load_policy(path, ruleset)
        elif kind == "cases":
            load_cases(path, ruleset)
        else:
            load_facts(path, ruleset)
    except DocumentError as error:
        yield from (Told(each, True) for each in error.diagnostics)
    except NotFoundError:
        return
