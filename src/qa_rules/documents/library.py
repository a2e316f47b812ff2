"""Where the shipped rulesets, vocabularies and policies are, and how a name finds its file."""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path

from qa_rules.documents.values import did_you_mean
from qa_rules.errors import NotFoundError

_PACKAGE = Path(__file__).resolve().parents[1]


@lru_cache(maxsize=1)
def shipped() -> Path:
    """Return the folder `rulesets`: inside the installed package, or beside the sources."""
    for folder in (_PACKAGE / "rulesets", _PACKAGE.parents[1] / "rulesets"):
        if folder.is_dir():
            return folder
    raise NotFoundError("the shipped rulesets are missing; install the package again")


def ruleset_ids() -> list[str]:
    """Return the ids of the shipped rulesets, `name@edition`, in order."""
    return sorted(f"{file.parents[1].name}@{file.parent.name}" for file in shipped().glob("*/*/ruleset.yaml"))


def policy_names() -> list[str]:
    """Return the names of the shipped policies."""
    return sorted(file.stem for file in (shipped() / "policies").glob("*.yaml"))


def ruleset_file(which: str | Path) -> Path:
    """Return the file of a ruleset given by id, by folder or by path. NotFoundError says what there is."""
    path = Path(which)
    if path.is_dir() and (path / "ruleset.yaml").is_file():
        return path / "ruleset.yaml"
    if path.is_file():
        return path
    known = ruleset_ids()
    name = str(which)
    if name in known:
        folder, _, edition = name.partition("@")
        return shipped() / folder / edition / "ruleset.yaml"
    editions = [each for each in known if each.startswith(f"{name}@")]
    if len(editions) == 1:
        return ruleset_file(editions[0])
    raise NotFoundError(_nothing("ruleset", name, editions or known))


def policy_file(which: str | Path) -> Path:
    """Return the file of a policy given by name or by path."""
    path = Path(which)
    if path.is_file():
        return path
    name = str(which)
    if name in policy_names():
        return shipped() / "policies" / f"{name}.yaml"
    raise NotFoundError(_nothing("policy", name, policy_names()))


def person_names() -> list[str]:
    """Return the names of the shipped profiles of persons."""
    return sorted(file.stem for file in (shipped() / "persons").glob("*.yaml"))


def person_file(which: str | Path) -> Path:
    """Return the file of facts about a person, given by the name of a shipped profile or by path."""
    path = Path(which)
    if path.is_file():
        return path
    if str(which) in person_names():
        return shipped() / "persons" / f"{which}.yaml"
    raise NotFoundError(_nothing("person", str(which), person_names()))


def vocabulary_file(name: str, beside: Path) -> Path | None:
    """Return the file of a vocabulary: beside the ruleset, in a folder `vocabulary` above it, or shipped."""
    places = [
        beside,
        *(folder / "vocabulary" for folder in (beside, *beside.parents)),
        shipped() / "vocabulary",
    ]
    return next((folder / f"{name}.yaml" for folder in places if (folder / f"{name}.yaml").is_file()), None)


def vocabulary_names() -> list[str]:
    """Return the names of the shipped vocabularies."""
    return sorted(file.stem for file in (shipped() / "vocabulary").glob("*.yaml"))


def _nothing(kind: str, name: str, known: list[str]) -> str:
    hint = did_you_mean(name, known) or f"there are {', '.join(known)}"
    return f"no {kind} or file is called `{name}`; {hint}"
