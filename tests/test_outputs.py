"""What is written is whole or not there at all, and nothing that is read is written over."""

from __future__ import annotations

import errno
import os
import signal
import stat
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from qa_rules.errors import OutputError
from qa_rules.outputs import is_part, refuse, replacing, write_text

OLD, NEW = "what was there before\n", "what is new\n" * 1000
STEPS: dict[str, tuple[Any, str]] = {
    "the new file is made": (os, "open"),
    "the mode is set": (os, "fchmod"),
    "the text is written": (Path, "write_bytes"),
    "the text is synced": (os, "fsync"),
    "the name is taken": (Path, "replace"),
}


@pytest.fixture
def old(tmp_path: Path) -> Path:
    file = tmp_path / "report.txt"
    file.write_text(OLD, encoding="utf-8")
    return file


@pytest.mark.parametrize("number", [errno.ENOSPC, errno.EPERM, errno.EACCES, errno.EIO, errno.EFBIG])
@pytest.mark.parametrize("step", STEPS)
def test_an_error_of_the_system_at_any_step_leaves_the_old_file_alone(
    step: str, number: int, old: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    owner, name = STEPS[step]

    def broken(*args: object, **options: object) -> None:
        raise OSError(number, os.strerror(number))

    with monkeypatch.context() as patch:
        patch.setattr(owner, name, broken)
        with pytest.raises(OutputError, match=r"cannot write .*report\.txt: ") as caught:
            write_text(old, NEW)
    assert "\n" not in str(caught.value)
    assert old.read_text(encoding="utf-8") == OLD
    assert list(old.parent.iterdir()) == [old]


@pytest.mark.parametrize("step", STEPS)
def test_a_kill_at_any_step_leaves_the_old_file_alone(step: str, old: Path) -> None:
    owner, name = STEPS[step]
    code = f"""if True:
        import os, pathlib, signal, sys
        from qa_rules.outputs import write_text
        def killed(*args, **options):
            os.kill(os.getpid(), signal.SIGKILL)
        path = pathlib.Path(sys.argv[1])
        setattr({"os" if owner is os else "pathlib.Path"}, {name!r}, killed)
        write_text(path, {NEW!r})
    """
    done = subprocess.run([sys.executable, "-c", code, str(old)], check=False)
    assert done.returncode == -signal.SIGKILL
    assert old.read_text(encoding="utf-8") == OLD


def test_ctrl_c_while_writing_leaves_the_old_file_and_nothing_else(old: Path) -> None:
    with pytest.raises(KeyboardInterrupt):
        _stopped_half_way(old)
    assert old.read_text(encoding="utf-8") == OLD
    assert list(old.parent.iterdir()) == [old]


def _stopped_half_way(file: Path) -> None:
    with replacing(file) as beside:
        beside.write_text("half of")
        raise KeyboardInterrupt


def test_the_old_file_is_there_until_the_new_one_is_whole(old: Path) -> None:
    with replacing(old) as beside:
        beside.write_text("half")
        assert old.read_text(encoding="utf-8") == OLD
        beside.write_text(NEW)
    assert old.read_text(encoding="utf-8") == NEW
    assert list(old.parent.iterdir()) == [old]


@pytest.mark.parametrize("mode", [0o600, 0o640, 0o664, 0o755])
def test_the_mode_of_a_file_is_kept(mode: int, old: Path) -> None:
    old.chmod(mode)
    write_text(old, NEW)
    assert stat.S_IMODE(old.stat().st_mode) == mode


def test_a_new_file_has_the_mode_that_the_umask_leaves(tmp_path: Path) -> None:
    before = os.umask(0o027)
    try:
        write_text(tmp_path / "new.txt", NEW)
    finally:
        os.umask(before)
    assert stat.S_IMODE((tmp_path / "new.txt").stat().st_mode) == 0o640


def test_behind_a_link_the_target_is_replaced_and_the_link_stays(old: Path, tmp_path: Path) -> None:
    (tmp_path / "elsewhere").mkdir()
    link = tmp_path / "elsewhere" / "link.txt"
    link.symlink_to(Path("..") / old.name)
    write_text(link, NEW)
    assert link.is_symlink()
    assert old.read_text(encoding="utf-8") == NEW


@pytest.mark.skipif(not hasattr(os, "getuid") or os.getuid() != 0, reason="only root gives files away")
def test_the_owner_of_a_file_is_kept(old: Path) -> None:
    os.chown(old, 12345, 23456)
    write_text(old, NEW)
    assert (old.stat().st_uid, old.stat().st_gid) == (12345, 23456)


@given(lines=st.lists(st.sampled_from(["a", "é", "Ŵ", ""])), windows=st.booleans())
def test_line_ends_are_those_of_the_file_that_is_replaced(
    lines: list[str], windows: bool, tmp_path_factory: pytest.TempPathFactory
) -> None:
    file = tmp_path_factory.mktemp("ends") / "cases.yaml"
    file.write_bytes(b"a: 1\r\nb: 2\r\n" if windows else b"a: 1\nb: 2\n")
    text = "".join(f"{line}\n" for line in lines)
    write_text(file, text)
    assert file.read_bytes() == text.replace("\n", "\r\n" if windows else "\n").encode()


@pytest.mark.parametrize(
    "alias",
    [
        lambda file: file,
        lambda file: file.parent / "." / ".." / file.parent.name / file.name,
        lambda file: _linked(file, os.symlink),
        lambda file: _linked(file, os.link),
    ],
    ids=["itself", "a way round", "a symbolic link", "a hard link"],
)
def test_a_file_that_is_read_is_not_written(alias: Callable[[Path], Path], old: Path) -> None:
    with pytest.raises(OutputError, match="it is a file that is read; give another name"):
        write_text(alias(old), NEW, inputs=[old])
    assert old.read_text(encoding="utf-8") == OLD


def _linked(file: Path, link: Callable[[Path, Path], None]) -> Path:
    other = file.with_name("other name.txt")
    link(file, other)
    return other


def test_two_outputs_do_not_go_to_one_file(tmp_path: Path) -> None:
    with pytest.raises(OutputError, match="two outputs go there"):
        refuse([tmp_path / "out.csv", tmp_path / "." / "out.csv"])
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    ("name", "why"),
    [
        ("", "it is a folder"),
        ("missing/report.txt", "there is no folder"),
        ("n" * 300, "File name too long"),
        ("a\0b", "null"),
    ],
)
def test_a_name_that_cannot_be_written_is_one_line(name: str, why: str, tmp_path: Path) -> None:
    with pytest.raises(OutputError, match=why) as caught:
        write_text(tmp_path / name, NEW)
    assert "\n" not in str(caught.value)


@pytest.mark.skipif(not hasattr(os, "getuid") or os.getuid() == 0, reason="root may write everything")
def test_a_read_only_file_stays(old: Path) -> None:
    old.chmod(0o444)
    with pytest.raises(OutputError, match="read-only"):
        write_text(old, NEW)


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="there is no /dev/full")
def test_a_device_is_written_straight_away_and_stays_one() -> None:
    with pytest.raises(OutputError, match=r"cannot write .dev.full: No space left on device"):
        write_text(Path("/dev/full"), NEW)
    write_text(Path("/dev/null"), NEW)
    assert not Path("/dev/null").is_file()


def test_the_same_text_may_be_written_to_a_device_that_is_read_too() -> None:
    refuse([Path(os.devnull)], [Path(os.devnull)])


def test_what_a_killed_writer_left_is_removed_and_what_a_living_one_writes_stays(old: Path) -> None:
    left = old.with_name(".report.txt.0123456789abcdef.part.txt")
    others = [old.with_name(".other.txt.0123456789abcdef.part.txt"), old.with_name(".report.txt.part.txt")]
    for file in (left, *others):
        file.write_text("half", encoding="utf-8")
    with replacing(old) as mine:
        assert not left.exists()
        write_text(old, "meanwhile")
        assert mine.exists()
        mine.write_text(NEW, encoding="utf-8")
    assert old.read_text(encoding="utf-8") == NEW
    assert sorted(old.parent.iterdir()) == sorted([old, *others])
    assert [is_part(each) for each in (left, *others, old)] == [True, True, False, False]


def test_behind_a_link_to_nowhere_the_folder_that_is_not_there_is_named(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    Path("link.csv").symlink_to(tmp_path / "nowhere" / "out.csv")
    with pytest.raises(OutputError, match=r"cannot write link\.csv: there is no folder .*nowhere"):
        write_text(Path("link.csv"), NEW)
