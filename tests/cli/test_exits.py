"""Every command ends in a line and a code of the table, whatever happens; never in a traceback, never 1 by accident."""

from __future__ import annotations

import errno
import io
import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from qa_rules.cli import COMMANDS, failing, main
from qa_rules.cli.exits import Exit
from qa_rules.errors import (
    Diagnostic,
    EngineFailedError,
    EngineUnavailableError,
    FactsError,
    NotFoundError,
    OutputError,
    QaRulesError,
    RulesetError,
)

ON = ("--on", "2026-11-22")
FACTS = "format: 1\nsubject: Ŵyn Café\nfacts: {enquiry_limit_days: 5}\n"
CALLS: dict[str, list[str]] = {
    "assess": ["assess", "ss2q", "FACTS", *ON],
    "why": ["why", "ss2q", "FACTS", *ON],
    "fix": ["fix", "ss2q", "FACTS", *ON],
    "questions": ["questions", "ss2q", "FACTS", *ON],
    "conversation": ["conversation", "social-prescribing"],
    "interview": ["interview", "ss2q", "FACTS", "--to", "found.yaml", *ON],
    "shortlist": ["shortlist", "social-prescribing", "FOLDER", "--person", "complex", *ON],
    "horizon": ["horizon", "ss2q", "FACTS", *ON],
    "what-if": ["what-if", "ss2q", "FACTS", "--set", "enquiry_limit_days=9", *ON],
    "batch": ["batch", "ss2q", "TABLE", "out.csv", "--quiet", *ON],
    "convert": ["convert", "feed", "oruk", "FEED", "--ruleset", "ss2q", "--fetched-on", "2026-11-22"],
    "impact": ["impact", "TABLE", "--ruleset", "ss2q", "--ruleset", "smrc-licence", *ON],
    "rulesets": ["rulesets", "ss2q"],
    "tables": ["tables", "social-prescribing", "--policy", "illustrative-two-tiers"],
    "facts": ["facts", "ss2q"],
    "lsp": ["lsp"],
    "schema": ["schema", "facts", "ss2q"],
    "costs": ["costs", "--people", "3"],
    "check": ["check", "ss2q"],
    "verify": ["verify", "RULES", "--seconds", "5", *ON],
    "diff": ["diff", "RULES", "RULES", *ON],
    "test": ["test", "smrc-licence"],
}
RULES = Path(__file__).parents[1] / "language" / "bad" / "sound" / "ruleset.yaml"


def call(arguments: list[str], capsys: pytest.CaptureFixture[str]) -> tuple[int, str, str]:
    """Run the command line in this process, as it is run."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(sys, "argv", ["qa-rules", *arguments])
        with pytest.raises(SystemExit) as ended:
            main()
    out, err = capsys.readouterr()
    assert isinstance(ended.value.code, int)
    return int(ended.value.code), out, err


def filled(name: str, folder: Path, facts: str = FACTS) -> list[str]:
    (folder / "facts.yaml").write_text(facts, "utf-8")
    (folder / "providers").mkdir(exist_ok=True)
    (folder / "table.csv").write_text("enquiry_limit_days\n5\n")
    (folder / "feed.json").write_text('{"id": "1", "name": "A walk"}', "utf-8")
    places = {
        "FEED": "feed.json",
        "FACTS": "facts.yaml",
        "FOLDER": "providers",
        "TABLE": "table.csv",
        "RULES": str(RULES),
    }
    return [places.get(each, each) for each in CALLS[name]]


@pytest.fixture(autouse=True)
def _here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(sys, "stdin", io.StringIO(""))


def test_every_command_is_tried() -> None:
    assert set(CALLS) == set(COMMANDS)


ERRORS: list[tuple[BaseException, Exit]] = [
    (OSError(errno.ENOSPC, os.strerror(errno.ENOSPC)), Exit.USAGE),
    (PermissionError(errno.EPERM, os.strerror(errno.EPERM), "some/file"), Exit.USAGE),
    (BrokenPipeError(errno.EPIPE, os.strerror(errno.EPIPE)), Exit.USAGE),
    (UnicodeDecodeError("utf-8", b"\xff", 0, 1, "invalid start byte"), Exit.USAGE),
    (UnicodeEncodeError("charmap", "Ŵ", 0, 1, "no such character"), Exit.USAGE),
    (ModuleNotFoundError("No module named 'z3'", name="z3"), Exit.USAGE),
    (ModuleNotFoundError("No module named 'pyarrow.csv'", name="pyarrow.csv"), Exit.USAGE),
    (MemoryError(), Exit.USAGE),
    (RecursionError("maximum recursion depth exceeded"), Exit.FAULT),
    (KeyboardInterrupt(), Exit.USAGE),
    (NotFoundError("no such thing"), Exit.USAGE),
    (OutputError("cannot write x"), Exit.USAGE),
    (EngineUnavailableError("install it"), Exit.USAGE),
    (EngineFailedError("it broke"), Exit.USAGE),
    (QaRulesError("something"), Exit.FAULT),
    (FactsError([Diagnostic("value", "wrong")]), Exit.FAULT),
    (RulesetError([Diagnostic("value", "wrong")]), Exit.FAULT),
    (KeyError("left"), Exit.DISAGREE),
    (AssertionError("never"), Exit.DISAGREE),
]


@pytest.mark.parametrize(("error", "code"), ERRORS, ids=lambda each: repr(each)[:50])
def test_what_breaks_a_command_is_told_and_has_its_code(
    error: BaseException, code: Exit, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def breaks(*args: object, **options: object) -> None:
        raise error

    monkeypatch.setattr("qa_rules.cli.facts.load_ruleset", breaks)
    found, out, err = call(["facts", "ss2q"], capsys)
    assert (found, out) == (code, "")
    assert "Traceback" not in err
    assert err.strip()
    if not isinstance(error, FactsError | RulesetError):
        assert err.strip().count("\n") == 0


@pytest.mark.parametrize(
    ("name", "form", "closed"),
    [
        *(("assess", [], each) for each in ("1", "1 2", "0 1 2", "1 0")),
        ("assess", ["--format", "json"], "1 2"),
        *((each, [], "1") for each in ("rulesets", "facts", "schema", "costs")),
    ],
)
def test_output_that_is_closed_is_no_answer_and_nothing_is_lost_in_silence(
    name: str, form: list[str], closed: str, tmp_path: Path
) -> None:
    shut = "import os, sys; [os.close(int(each)) for each in sys.argv[1].split()]; os.execv(sys.argv[2], sys.argv[2:])"
    command = [sys.executable, "-m", "qa_rules", *filled(name, tmp_path), *form]
    done = subprocess.run(
        [sys.executable, "-c", shut, closed, *command],
        capture_output=True,
        check=False,
        stdin=subprocess.DEVNULL,
    )
    assert done.returncode == Exit.USAGE
    assert done.stdout == b""
    if "2" not in closed:
        assert done.stderr.decode().strip() == "error: cannot write what is printed: Bad file descriptor"


def test_output_that_is_closed_is_not_missed_where_a_file_is_written(tmp_path: Path) -> None:
    shut = "import os, sys; os.close(1); os.execv(sys.argv[1], sys.argv[1:])"
    command = [
        sys.executable,
        "-m",
        "qa_rules",
        *filled("assess", tmp_path),
        "--output",
        str(tmp_path / "told.txt"),
    ]
    done = subprocess.run([sys.executable, "-c", shut, *command], check=False, stdin=subprocess.DEVNULL)
    assert done.returncode in (Exit.DONE, Exit.UNDECIDED)
    assert "Café" in (tmp_path / "told.txt").read_text("utf-8")


@pytest.mark.parametrize("name", CALLS)
def test_a_full_disk_behind_the_output_is_no_answer(name: str, tmp_path: Path) -> None:
    if not Path("/dev/full").exists():
        pytest.skip("there is no /dev/full")
    if name in ("interview", "shortlist", "impact", "lsp"):
        return  # they end before they print: nothing to read, and the next test has them
    with Path("/dev/full").open("w") as full:
        done = subprocess.run(
            [sys.executable, "-m", "qa_rules", *filled(name, tmp_path)],
            stdout=full,
            stderr=subprocess.PIPE,
            stdin=subprocess.DEVNULL,
            text=True,
            check=False,
        )
    assert done.returncode == Exit.USAGE
    assert "No space left on device" in done.stderr
    assert "Traceback" not in done.stderr


@pytest.mark.parametrize("name", CALLS)
def test_without_a_file_that_is_named_a_command_says_so(
    name: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    wanted = [each for each in CALLS[name] if each.isupper()]
    arguments = [f"none/{each.lower()}.yaml" if each in wanted else each for each in CALLS[name]]
    if not wanted:
        arguments = [
            each if each not in ("ss2q", "smrc-licence", "social-prescribing") else "none/at-all"
            for each in arguments
        ]
        others = {"costs": ["costs", "--people", "many"], "lsp": ["lsp", "none/at-all"]}
        arguments = others.get(name, arguments)
    code, _, err = call(arguments, capsys)
    assert code == Exit.USAGE
    assert "Traceback" not in err


@pytest.mark.parametrize("name", ["assess", "what-if", "interview"])
@pytest.mark.parametrize(
    "content",
    [
        FACTS.encode("utf-16"),
        FACTS.encode("cp1252", "replace"),
        b"\xef\xbb\xbf\xef\xbb\xbf",
        b"\x00",
        b"[" * 5000,
        b"format: 1\nfacts: {enquiry_limit_days: " + b"9" * 5000 + b"}",
        b"a: &x [*x]",
    ],
    ids=["UTF-16", "cp1252", "marks", "NUL", "deep", "digits", "cycle"],
)
def test_a_broken_facts_file_is_a_fault_with_its_place(
    name: str, content: bytes, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    arguments = filled(name, tmp_path)
    for suffix in ("yaml", "json"):
        (tmp_path / f"facts.{suffix}").write_bytes(content)
        named = [each.replace("facts.yaml", f"facts.{suffix}") for each in arguments]
        code, _, err = call(named, capsys)
        assert code == Exit.FAULT, err
        assert f"facts.{suffix}" in err
        assert "Traceback" not in err


def test_a_byte_order_mark_is_skipped_wherever_text_is_read(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "facts.yaml").write_text("\ufeff" + FACTS, "utf-8")
    assert call(["assess", "ss2q", "facts.yaml", *ON], capsys)[0] == Exit.DONE
    line = json.dumps({"name": "a", "facts": {}})
    done = subprocess.run(
        [
            sys.executable,
            "-m",
            "qa_rules",
            "shortlist",
            "social-prescribing",
            "-",
            "--person",
            "complex",
            *ON,
        ],
        input=f"\ufeff{line}\n".encode(),
        capture_output=True,
        check=False,
        env={**os.environ, "PYTHONIOENCODING": "cp1252"},
    )
    assert done.returncode == Exit.DONE, done.stderr


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="there are no named pipes")
@pytest.mark.parametrize("name", ["assess", "interview", "fix"])
def test_a_named_pipe_is_refused_instead_of_waited_for(
    name: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    arguments = filled(name, tmp_path)
    (tmp_path / "facts.yaml").unlink()
    os.mkfifo(tmp_path / "facts.yaml")
    code, _, err = call(arguments, capsys)
    assert code == Exit.USAGE
    assert "named pipe" in err
    os.mkfifo(tmp_path / "found.yaml")
    assert call(["interview", "ss2q", "--to", "found.yaml", *ON], capsys)[0] == Exit.USAGE


@pytest.mark.parametrize("encoding", ["cp1252", "latin-1"])
@pytest.mark.parametrize("form", ["text", "summary", "csv", "json", "html", "markdown"])
def test_a_name_in_welsh_is_printed_on_every_stream(form: str, encoding: str, tmp_path: Path) -> None:
    (tmp_path / "facts.yaml").write_text(FACTS, "utf-8")
    done = subprocess.run(
        [
            sys.executable,
            "-m",
            "qa_rules",
            "assess",
            "ss2q",
            "facts.yaml",
            *ON,
            "--no-advice",
            "--format",
            form,
        ],
        capture_output=True,
        check=False,
        env={**os.environ, "PYTHONIOENCODING": encoding},
    )
    assert done.returncode == Exit.DONE, done.stderr
    if form in ("text", "summary"):
        assert "Ŵyn Café".encode(encoding, "replace") in done.stdout
    else:  # what machines read is UTF-8 on every stream
        assert "Ŵyn Café".encode() in done.stdout


@pytest.mark.parametrize("form", ["text", "csv", "json"])
def test_a_stream_of_text_alone_takes_every_form(
    form: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    arguments = [*filled("assess", tmp_path), "--no-advice", "--format", form]
    monkeypatch.setattr(sys, "argv", ["qa-rules", *arguments])
    printed = io.StringIO()
    monkeypatch.setattr(sys, "stdout", printed)
    with pytest.raises(SystemExit) as ended:
        main()
    assert ended.value.code == Exit.DONE
    assert "Ŵyn Café" in printed.getvalue()


def test_a_reader_that_goes_away_is_no_answer(tmp_path: Path) -> None:
    for arguments in (["rulesets"], ["--help"], ["facts", "social-prescribing"]):
        reading, writing = os.pipe()
        os.close(reading)
        done = subprocess.run(
            [sys.executable, "-m", "qa_rules", *arguments],
            stdout=writing,
            stderr=subprocess.PIPE,
            check=False,
        )
        os.close(writing)
        assert done.returncode == Exit.USAGE
        assert done.stderr.count(b"\n") == 1


def test_an_output_that_cannot_be_written_is_one_line_and_the_facts_are_no_output(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    arguments = filled("assess", tmp_path)
    (tmp_path / "a folder").mkdir()
    for output in ("none/report.txt", "a folder", "facts.yaml", "./facts.yaml", "x" * 300):
        code, _, err = call([*arguments, "--output", output], capsys)
        assert (code, err.count("\n")) == (Exit.USAGE, 1)
    code, _, err = call([*arguments, "--output", "new/"], capsys)
    assert (code, "is the name of a folder" in err, (tmp_path / "new").exists()) == (Exit.USAGE, True, False)
    assert (tmp_path / "facts.yaml").read_text("utf-8") == FACTS


@pytest.mark.parametrize("command", ["verify", "diff"])
def test_a_folder_for_answers_that_cannot_be_made_is_one_line(
    command: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    code, _, err = call([*filled(command, tmp_path), "--keep", "facts.yaml/kept"], capsys)
    assert (code, err.count("\n")) == (Exit.USAGE, 1)
    assert "cannot write facts.yaml/kept" in err


def test_what_is_missing_is_named_with_what_installs_it() -> None:
    for module, extra in failing.EXTRAS.items():
        error = ModuleNotFoundError(f"No module named '{module}.x'", name=f"{module}.x")
        assert f"pip install 'qa-rules[{extra}]'" in failing._missing(error)


def test_an_interview_without_any_input_stops_as_at_its_end(tmp_path: Path) -> None:
    command = [
        sys.executable,
        "-m",
        "qa_rules",
        "interview",
        "ss2q",
        "--to",
        str(tmp_path / "found.yaml"),
        *ON,
    ]
    closed = [
        sys.executable,
        "-c",
        "import os, sys; os.close(0); os.execv(sys.argv[1], sys.argv[1:])",
        *command,
    ]
    done = subprocess.run(closed, capture_output=True, check=False, text=True, encoding="utf-8")
    assert done.returncode == Exit.UNDECIDED, done.stderr
