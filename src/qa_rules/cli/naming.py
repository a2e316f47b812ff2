"""What a facts file says it was filled in for: its ruleset, policy and date stand where the command line names none.

What is named otherwise on the command line counts, and is said first: the same answers under another policy can come
to the opposite.
"""

from __future__ import annotations

import datetime
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path

import attrs
import click

from qa_rules.cli.printing import echo
from qa_rules.errors import DocumentError, NotFoundError
from qa_rules.escaping import inert
from qa_rules.explain.wording import day
from qa_rules.language.interviews import DecidedDocument, InterviewDocument, read_interview
from qa_rules.language.library import path_of
from qa_rules.language.load import load_policy, load_ruleset
from qa_rules.language.reading import read_file
from qa_rules.model.identity import hash_of


@attrs.frozen
class Named:
    """What a command assesses, and under what."""

    ruleset: str
    facts: tuple[Path, ...]
    on: datetime.date
    policy: str | None
    remarks: tuple[str, ...]
    """Where the command line and the facts files differ."""


def named(
    ruleset: str | None,
    facts: Sequence[Path],
    on: datetime.date | None,
    policy: str | None,
    others: Sequence[Path] = (),
) -> Named:
    """Return what is assessed; what the command line leaves out is taken from the first facts file that names it.

    The first argument may be such a file itself. `others` are facts files of which one at fault is reported elsewhere.
    NotFoundError where a file names a ruleset or policy that is none of the shipped ones: a path in a file is never
    followed. MissingParameter where nothing names what is needed.
    """
    is_file = ruleset is not None and path_of(ruleset) is not None
    first = _interview(Path(ruleset)) if is_file and ruleset is not None else None
    files = (*facts,) if first is None or ruleset is None else (Path(ruleset), *facts)
    known = {path: found for path in files if (found := _interview(path)) is not None}
    known |= {path: found for path in others if (found := _readable(path)) is not None}
    if first is not None or ruleset is None:
        if not known:
            raise click.MissingParameter(param_hint="'RULESET'", param_type="argument")
        path, each = next(iter(known.items()))
        ruleset = _id(path, "ruleset", each.ruleset)
    rules = load_ruleset(ruleset) if known else None
    for path, each in known.items():
        on = on or each.on
        if policy is None and each.policy is not None and rules and each.ruleset.name == rules.id:
            policy = _id(path, "policy", each.policy)
    if on is None:
        raise click.MissingParameter(param_hint="'--on'", param_type="option")
    remarks = [one for path, each in known.items() for one in _remarks(path, each, ruleset, on, policy)]
    return Named(ruleset, files, on, policy, tuple(remarks))


def told_first(remarks: Iterable[str]) -> None:
    """Say beside the answer, and before it, where the command line and the facts files differ."""
    for each in remarks:
        echo(inert(each), err=True)


def _interview(path: Path) -> InterviewDocument | None:
    """What a facts file says of how it was filled in; None of one that says nothing, or cannot be read."""
    try:
        if not path.is_file() or b"interview" not in path.read_bytes():
            return None
    except OSError:
        return None
    data = read_file(path).data
    if not isinstance(data, dict) or data.get("interview") is None:
        return None
    return read_interview(path)[1]


def _readable(path: Path) -> InterviewDocument | None:
    """The same; None also of a file at fault."""
    try:
        return _interview(path)
    except (DocumentError, NotFoundError):
        return None


def _id(path: Path, what: str, document: DecidedDocument) -> str:
    """The id that stands in a file; NotFoundError where it is a path, since that is not followed."""
    if path_of(document.given) is None:
        return document.given
    option = "before the facts file" if what == "ruleset" else "with --policy"
    raise NotFoundError(
        f"{path} was filled in for a {what} of its own, {document.name} in {document.given}; "
        f"name that file {option}"
    )


def _remarks(
    path: Path, found: InterviewDocument, ruleset: str, on: datetime.date, policy: str | None
) -> Iterator[str]:
    rules = load_ruleset(ruleset)
    if found.ruleset.name != rules.id:
        yield f"{path} was filled in for {found.ruleset.name}. It is assessed here against {rules.id}."
    elif found.ruleset.hash != hash_of(rules) and policy is None:
        yield f"The ruleset {rules.id} has changed since {path} was filled in."
    if policy is not None:
        settings = load_policy(policy, rules)
        if found.policy is None:
            yield f"{path} was filled in under no policy. It is assessed here under {settings.name}."
        elif found.policy.name != settings.name:
            yield (
                f"{path} was filled in under the policy {found.policy.name}. "
                f"It is assessed here under {settings.name}."
            )
        elif found.policy.hash != hash_of(settings):
            yield f"The policy {settings.name} has changed since {path} was filled in."
    if found.on != on:
        yield f"{path} was filled in for {day(found.on)}. It is assessed here for {day(on)}."
