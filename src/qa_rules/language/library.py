"""Where the shipped rulesets, vocabularies and policies are, and how a name finds its file.

An id is an id: it is looked up among what is shipped, whatever lies in the current folder. A path has a separator in it
or is a `Path`. What stands in a request or a record is an id, and no path is followed.
"""

from __future__ import annotations

import os
from collections.abc import Callable
from functools import lru_cache
from pathlib import Path
from typing import Final

from qa_rules.errors import NotFoundError
from qa_rules.language.remembered import looked_at
from qa_rules.language.values import did_you_mean

RULESET: Final = "ruleset.yaml"
MOST_NAMED: Final = 200
"""How many characters of a name that is none are shown."""
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


def path_of(which: str | Path) -> Path | None:
    """Return the path that is meant: a Path, or text with a separator in it (or `.`). None for an id."""
    if isinstance(which, Path):
        return which
    separators = {"/", os.sep, os.altsep or os.sep}
    return Path(which) if separators & set(which) or which in (".", "..") else None


def typed(which: str, shipped_file: Callable[[str], Path]) -> str:
    """Return a name as it is typed on a command line: what is no shipped id is a path where there is such a file.

    A path comes back with a separator, so that everything else takes it for one.
    """
    if path_of(which) is None and os.path.exists(which):  # noqa: PTH110  # never raises, whatever was typed
        try:
            shipped_file(which)
        except NotFoundError:
            return os.path.join(os.curdir, which)  # noqa: PTH118  # a Path drops the folder again
    return which


def shipped_ruleset_file(name: str) -> Path:
    """Return the file of a shipped ruleset by its id (without an edition where it has one only); no path is followed.

    NotFoundError says what there is.
    """
    known = ruleset_ids()
    if name in known:
        folder, _, edition = name.partition("@")
        return shipped() / folder / edition / RULESET
    editions = [each for each in known if each.startswith(f"{name}@")]
    if len(editions) == 1:
        return shipped_ruleset_file(editions[0])
    raise NotFoundError(_nothing("ruleset", name, editions or known))


def shipped_policy_file(name: str) -> Path:
    """Return the file of a shipped policy by its name; no path is followed. NotFoundError says what there is."""
    return _shipped("policy", "policies", name, policy_names())


def shipped_person_file(name: str) -> Path:
    """Return the file of a shipped profile of a person by its name. NotFoundError says what there is."""
    return _shipped("person", "persons", name, person_names())


def ruleset_file(which: str | Path) -> Path:
    """Return the file of a ruleset given by id, by folder or by path. NotFoundError says what there is."""
    path = path_of(which)
    if path is None:
        return _named(str(which), shipped_ruleset_file)
    return _there("ruleset", path / RULESET if os.path.isdir(path) else path)  # noqa: PTH112


def policy_file(which: str | Path) -> Path:
    """Return the file of a policy given by name or by path. NotFoundError says what there is."""
    path = path_of(which)
    return _named(str(which), shipped_policy_file) if path is None else _there("policy", path)


def person_names() -> list[str]:
    """Return the names of the shipped profiles of persons."""
    return sorted(file.stem for file in (shipped() / "persons").glob("*.yaml"))


def person_file(which: str | Path) -> Path:
    """Return the file of facts about a person, given by the name of a shipped profile or by path."""
    path = path_of(which)
    return _named(str(which), shipped_person_file) if path is None else _there("person", path)


def vocabulary_file(name: str, beside: Path | None) -> Path | None:
    """Return the file of a vocabulary: in the folder of the ruleset, in `vocabulary` inside it, or shipped."""
    places = [shipped() / "vocabulary"]
    if beside is not None:
        places = [beside, beside / "vocabulary", *places]
    for folder in places:
        file = folder / f"{name}.yaml"
        if file.is_file():
            return file
        looked_at(file, None)
    return None


def vocabulary_names() -> list[str]:
    """Return the names of the shipped vocabularies."""
    return sorted(file.stem for file in (shipped() / "vocabulary").glob("*.yaml"))


def _shipped(kind: str, folder: str, name: str, known: list[str]) -> Path:
    if name in known:
        return shipped() / folder / f"{name}.yaml"
    raise NotFoundError(_nothing(kind, name, known))


def _named(name: str, shipped_file: Callable[[str], Path]) -> Path:
    """The file of an id; where there is none, a file of that name gets a word."""
    try:
        return shipped_file(name)
    except NotFoundError as error:
        if not os.path.exists(name):  # noqa: PTH110
            raise
        raise NotFoundError(f"{error}; for the file or folder of that name, write ./{name}") from error


def _there(kind: str, path: Path) -> Path:
    if not os.path.exists(path):  # noqa: PTH110  # never raises, however long the name is
        raise NotFoundError(f"there is no {kind} at {path}")
    return path


def _nothing(kind: str, name: str, known: list[str]) -> str:
    shown = name if len(name) <= MOST_NAMED else f"{name[:MOST_NAMED]}..."
    hint = did_you_mean(shown, known) or f"there are {', '.join(known)}"
    return f"no {kind} is called `{shown}`; {hint}"
