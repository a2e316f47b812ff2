"""The documentation does what it shows.

Each page runs from top to bottom in a folder of its own that has the repository's examples in it. Python
blocks share one namespace. Lines `$ qa-rules ...` in console blocks are run, and what they print is compared
with the lines below them, where `...` stands for anything. A YAML block whose first line is
`# file: NAME` is written to that file, so that what follows on the page can read it; a `py` block
likewise, to import it.
"""

from __future__ import annotations

import contextlib
import io
import re
import shlex
import sys
import unicodedata
from collections.abc import Iterator
from doctest import ELLIPSIS
from importlib import resources
from importlib.util import find_spec
from pathlib import Path
from typing import Any, cast

import click
import pytest
from pydantic import BaseModel
from sybil import Example
from sybil.document import Document
from sybil.parsers.markdown import CodeBlockParser, PythonCodeBlockParser

import qa_rules
from qa_rules.cli import COMMANDS, group, main
from qa_rules.engines import ENGINES
from qa_rules.language import assessments
from qa_rules.language.parsing import parse
from qa_rules.language.reading import read_text

ROOT = Path(__file__).resolve().parents[1]
PAGES = [ROOT / "README.md", ROOT / "CHANGELOG.md", *sorted((ROOT / "docs").rglob("*.md"))]
NAMES = [str(page.relative_to(ROOT)) for page in PAGES]

NEEDS = {
    "docs/adapters.md": "rapidfuzz",
    "docs/embedding.md": "fastapi",
    "docs/engines-durable.md": "durable",
    "docs/tables.md": "pyarrow",
    "docs/standard-with-levels.md": "z3",
    "docs/decision-tables.md": "z3",
    "docs/writing-a-ruleset.md": "z3",
    "docs/testing-rulesets.md": "z3",
}
"""Pages that show something which not every machine can run."""

_FILE = re.compile(r"# file: (\S+)\n")
_LINK = re.compile(r"\[[^\]]*\]\(([^)\s]+)\)")
_HEADING = re.compile(r"^#{1,6} (.+)$", re.MULTILINE)
_FENCED = re.compile(r"^```.*?^```", re.MULTILINE | re.DOTALL)


def run(line: str) -> tuple[str, int]:
    """Run one command of the command line here and return what it prints and its exit code."""
    words = shlex.split(line)
    target, typed = None, ""
    if "|" in words:
        (tool, typed), words = words[: words.index("|")], words[words.index("|") + 1 :]
        assert tool == "printf", f"only printf can be piped here, not {line!r}"
    if ">" in words:
        words, (target,) = words[: words.index(">")], words[words.index(">") + 1 :]
    assert words[0] == "qa-rules", f"only qa-rules can be run here, not {line!r}"
    printed, before, code = io.StringIO(), (sys.argv, sys.stdin), 0
    sys.argv, sys.stdin = words, io.StringIO(typed.replace("\\n", "\n"))
    try:
        with contextlib.redirect_stdout(printed), contextlib.redirect_stderr(printed):
            main()
    except SystemExit as stop:
        code = int(stop.code or 0)
    finally:
        sys.argv, sys.stdin = before
    if target is None:
        return printed.getvalue(), code
    Path(target).write_text(printed.getvalue(), encoding="utf-8")
    return "", code


def transcript(text: str) -> Iterator[tuple[str, str]]:
    """The commands of a console block, each with the lines that it should print."""
    for part in re.split(r"^\$ ", text, flags=re.MULTILINE)[1:]:
        line, _, printed = part.partition("\n")
        while line.endswith("\\"):
            more, _, printed = printed.partition("\n")
            line = line.removesuffix("\\") + more.strip()
        yield line, printed.strip("\n") + "\n" if printed.strip() else ""


def mismatch(expected: str, actual: str) -> str | None:
    """Where output is not what a block shows; a line `...` stands for any lines, `...` in a line for any text."""
    rows = [row.rstrip() for row in actual.strip("\n").splitlines()]
    if not expected.strip():
        return "\n".join(["expected nothing, found", *rows]) if rows else None
    chunks: list[list[str]] = [[]]
    for row in expected.splitlines():
        if row.strip() == "...":
            chunks.append([])
        else:
            chunks[-1].append(row.rstrip())
    at = 0
    for number, chunk in enumerate(chunks):
        if not chunk:
            continue
        first, last = number == 0, number == len(chunks) - 1
        starts = [0] if first else [len(rows) - len(chunk)] if last else range(at, len(rows) - len(chunk) + 1)
        fitting = (
            start for start in starts if start >= at and _fits(chunk, rows[start : start + len(chunk)])
        )
        found = next(fitting, None)
        if found is None or (first and last and len(chunk) != len(rows)):
            near = "\n".join(rows[at : at + 40])
            return "expected\n\n" + "\n".join(chunk) + "\n\nsomewhere from\n\n" + near
        at = found + len(chunk)
    return None


def _fits(chunk: list[str], rows: list[str]) -> bool:
    patterns = (".*".join(map(re.escape, row.split("..."))) for row in chunk)
    return len(chunk) == len(rows) and all(map(re.fullmatch, patterns, rows))


def console(example: Example) -> str | None:
    """Compare what the commands of a block print with what it shows."""
    code, found = 0, False
    for line, expected in transcript(str(example.parsed)):
        found = True
        if line == "echo $?":
            actual = f"{code}\n"
        else:
            actual, code = run(line)
        fault = mismatch(expected, actual)
        if fault is not None:
            return f"$ {line}\n{fault}"
    return None if found else "a console block shows no command"


def write(example: Example) -> str | None:
    """Write a block that names its file."""
    named = _FILE.match(str(example.parsed))
    if named is not None:
        path = Path(named[1])
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(str(example.parsed), encoding="utf-8")
    return None


PARSERS = (
    PythonCodeBlockParser(doctest_optionflags=ELLIPSIS),
    CodeBlockParser("console", console),
    CodeBlockParser("yaml", write),
    CodeBlockParser("py", write),
)


@pytest.mark.parametrize(
    "shown", ["a\nb\nc", "a\n...\nc", "...\nb\n...", "...\nc", "a\n...", "...\na\nb\nc\n...", "a\n...b\nc"]
)
def test_output_that_is_as_shown_passes(shown: str) -> None:
    assert mismatch(shown, "a\nb\nc\n") is None


@pytest.mark.parametrize(
    "shown", ["", "a", "a\nc", "b\n...", "...\nb", "...\nc\n...\na\n...", "a\nb\nx", "a\n...x\nc"]
)
def test_output_that_is_otherwise_is_told(shown: str) -> None:
    assert mismatch(shown, "a\nb\nc\n") is not None


@pytest.mark.parametrize("name", NAMES)
def test_a_page_does_what_it_shows(name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    if name in NEEDS and find_spec(NEEDS[name]) is None:
        pytest.skip(f"{NEEDS[name]} is not installed here")
    (tmp_path / "examples").symlink_to(ROOT / "examples")
    monkeypatch.chdir(tmp_path)
    monkeypatch.syspath_prepend(str(tmp_path))
    for example in Document.parse(str(ROOT / name), *PARSERS):
        example.evaluate()


def test_most_pages_show_something_that_runs() -> None:
    running = [page for page in PAGES if any(True for _ in Document.parse(str(page), *PARSERS))]
    assert len(running) >= 8
    assert ROOT / "README.md" in running


def _anchors(page: Path) -> set[str]:
    """What headings are called in links, as code hosts make it."""
    headings = _HEADING.findall(_FENCED.sub("", page.read_text("utf-8")))
    plain = (re.sub(r"[^\w\- ]", "", heading.lower()).strip() for heading in headings)
    return {unicodedata.normalize("NFC", each).replace(" ", "-") for each in plain}


@pytest.mark.parametrize("name", NAMES)
def test_links_lead_somewhere(name: str) -> None:
    page = ROOT / name
    broken = []
    for link in _LINK.findall(_FENCED.sub("", page.read_text("utf-8"))):
        if "://" in link:
            continue
        path, _, anchor = link.partition("#")
        target = (page.parent / path).resolve() if path else page
        if not target.exists() or (anchor and target.suffix == ".md" and anchor not in _anchors(target)):
            broken.append(link)
    assert not broken


def test_every_page_is_reached_from_the_index() -> None:
    index = (ROOT / "docs" / "index.md").read_text("utf-8")
    linked = {(ROOT / "docs" / link.partition("#")[0]).resolve() for link in _LINK.findall(index)}
    pages = {page for page in (ROOT / "docs").glob("*.md") if page.name != "index.md"}
    assert pages - linked == set()


def test_every_public_name_is_documented() -> None:
    page = (ROOT / "docs" / "python.md").read_text("utf-8")
    assert [name for name in qa_rules.__all__ if not re.search(rf"\b{name}\b", page)] == []


def test_every_key_of_the_record_is_documented() -> None:
    record = _section((ROOT / "docs" / "python.md").read_text("utf-8"), "## Keeping a decision")
    documents: list[type[BaseModel]] = [
        assessments.AssessmentDocument,
        assessments.AnswerDocument,
        assessments.TierResultDocument,
        assessments.GroundDocument,
        assessments.FindingDocument,
        assessments.ReasonDocument,
        assessments.GroupResultDocument,
        assessments.ValueDocument,
        assessments.DecidedByDocument,
    ]
    keys = {key for document in documents for key in document.model_fields}
    assert len(keys) > 30
    assert sorted(key for key in keys if f"`{key}`" not in record) == []


def test_every_command_is_documented() -> None:
    page = (ROOT / "docs" / "command-line.md").read_text("utf-8")
    assert [name for name in COMMANDS if f"## qa-rules {name}\n" not in page] == []


def test_every_option_of_a_command_is_documented() -> None:
    page = (ROOT / "docs" / "command-line.md").read_text("utf-8")
    missing = []
    for name in COMMANDS:
        section = _section(page, f"## qa-rules {name}")
        command = group.get_command(click.Context(group), name)
        assert command is not None
        for each in command.params:
            if isinstance(each, click.Option) and each.opts[-1] not in section:
                missing.append(f"{name} {each.opts[-1]}")
    assert missing == []


def test_every_part_of_the_house_is_on_the_staircase() -> None:
    page = (ROOT / "docs" / "architecture.md").read_text("utf-8")
    house = {
        path.stem for path in (ROOT / "src" / "qa_rules").iterdir() if path.suffix == ".py" or path.is_dir()
    }
    parts = {name for name in house if not name.startswith("__")}
    assert len(parts) > 10
    assert sorted(name for name in parts if f"`{name}`" not in page) == []


def test_every_engine_is_named() -> None:
    page = (ROOT / "docs" / "architecture.md").read_text("utf-8")
    assert [name for name in ENGINES if f"| `{name}` |" not in page] == []


_CELL = re.compile(r"^\| `([^`]+)` \|", re.MULTILINE)


def _section(text: str, heading: str) -> str:
    """What stands under a heading, up to the next of the same rank."""
    mark = heading.partition(" ")[0]
    return text.partition(f"\n{heading}\n")[2].partition(f"\n{mark} ")[0]


def _specimen(text: str) -> dict[str, Any]:
    found = re.search(r"```yaml\n(# file: specimen\.yaml\n.*?)```", text, re.DOTALL)
    assert found is not None
    return cast(dict[str, Any], read_text(found[1], "specimen.yaml").data)


def test_the_language_reference_shows_every_test_that_there_is() -> None:
    text = (ROOT / "docs" / "language.md").read_text("utf-8")
    shown = [*_CELL.findall(_section(text, "## Tests")), *_CELL.findall(_section(text, "## References"))]
    grammar = resources.files("qa_rules.language").joinpath("grammar.lark").read_text("utf-8")
    known = set(re.findall(r"-> (\w+)", grammar.partition("\nfact:")[0]))
    assert len(known) > 30
    assert known - {parse(test).data for test in shown} == set()


def test_every_test_in_the_language_reference_is_read() -> None:
    text = (ROOT / "docs" / "language.md").read_text("utf-8")
    specimen = _specimen(text)
    clause = {"title": "T", "says": "S.", "source": {"clause": "3"}}
    tests = _CELL.findall(_section(text, "## Tests"))
    more = [{"id": f"T-{at}", "met_when": {"all_of": [test]}, **clause} for at, test in enumerate(tests)]
    outcomes = [
        {"id": f"outcome_{at}", "words": "W", "allows": "no", "when": test}
        for at, test in enumerate(_CELL.findall(_section(text, "## References")))
    ]
    assert len(more) > 30
    assert len(outcomes) > 6
    decision = {"id": "other", "title": "T?", "outcomes": outcomes}
    qa_rules.ruleset_from(
        {
            **specimen,
            "requirements": [*specimen["requirements"], *more],
            "decisions": [*specimen["decisions"], decision],
        }
    )
