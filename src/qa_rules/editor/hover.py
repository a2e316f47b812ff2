"""What is said of a word: the question behind a fact, what a requirement asks, and the readings that were taken."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Final

from qa_rules.editor.project import Project
from qa_rules.escaping import markdown
from qa_rules.language.reading import Raw, mapping
from qa_rules.language.words import Symbol, Word

_KINDS: Final[Mapping[str, str]] = {
    "fact": "fact",
    "field": "field of a record",
    "value": "value",
    "parameter": "setting",
    "option": "option",
    "rule": "requirement or group",
    "outcome": "answer",
}
_SENTENCES: Final = ("says", "question", "ask", "words", "meaning", "because")
_MOST_OPTIONS: Final = 20


def described(project: Project, path: Path, word: Word) -> str:
    """Return what is said of a word, as Markdown; of a word that is declared nowhere, nothing."""
    home = project.definition(path, word.symbol)
    return "" if home is None else "\n\n".join(_said(word.symbol, _declared(project, home)))


def titled(project: Project, home: Word) -> str:
    """Return the few words for what is declared at a word."""
    return _title(_declared(project, home))


def _title(raw: Raw) -> str:
    data = mapping(raw)
    return str(data.get("title") or data.get("label") or (raw if isinstance(raw, str) else ""))


def _declared(project: Project, home: Word) -> Raw:
    """The data of what is declared at a word."""
    data = project.whole(Path(home.place.file)).data
    for step in home.trail:
        if isinstance(data, Mapping):
            data = data.get(step)
        elif isinstance(data, list) and isinstance(step, int) and step < len(data):
            data = data[step]
        else:
            return None
    return data


def _said(symbol: Symbol, raw: Raw) -> Iterator[str]:
    name = symbol.name.rpartition(".")[2] if symbol.kind in ("option", "outcome", "field") else symbol.name
    data = mapping(raw)
    yield f"**`{name}`** {markdown(_title(raw))}".strip()
    yield _of_what(symbol, data)
    for key in _SENTENCES:
        if isinstance(data.get(key), str):
            yield markdown(data[key])
    source = data.get("source")
    if isinstance(source, Mapping):
        yield "Source: " + ", ".join(
            f"{markdown(str(key))} {markdown(str(each))}" for key, each in source.items()
        )
    options = mapping(data.get("options") or data.get("covers"))
    if options:
        shown = [f"- `{key}`: {markdown(str(words))}" for key, words in [*options.items()][:_MOST_OPTIONS]]
        more = len(options) - len(shown)
        yield "\n".join([*shown, *([f"- and {more} more"] if more > 0 else [])])
    yield from _readings(data.get("reading"))
    if isinstance(data.get("fix"), str):
        yield f"What to do: {markdown(data['fix'])}"


def _of_what(symbol: Symbol, data: Mapping[str, Raw]) -> str:
    """The kind of a thing in a line, with its type, unit and severity."""
    parts = [_KINDS.get(symbol.kind, symbol.kind)]
    if isinstance(data.get("type"), str):
        parts.append(data["type"].replace("_", " "))
    if isinstance(data.get("unit"), str):
        parts.append(f"in {markdown(data['unit'])}")
    if isinstance(data.get("severity"), str):
        parts.append(data["severity"])
    if data.get("hard_stop") in (True, "yes"):
        parts.append("hard stop")
    answered = data.get("answered_by")
    if isinstance(answered, list) and answered:
        parts.append("answered by " + markdown(", ".join(map(str, answered))))
    return f"*{', '.join(parts)}*"


def _readings(raw: Raw) -> Iterator[str]:
    """The choices that the source leaves open and that were taken; of a setting the value that it has by itself."""
    for each in raw if isinstance(raw, list) else []:
        about, choice = (markdown(str(mapping(each).get(key, ""))) for key in ("about", "choice"))
        yield f"Reading {about}: {choice}"
    if isinstance(raw, Mapping):
        value = raw.get("value")
        yield (
            f"Reading: `{value}`. {markdown(str(raw.get('because', '')))}"
            if isinstance(value, str)
            else f"Reading. {markdown(str(raw.get('because', '')))}"
        )
