"""Files that are written: whole or not at all, and never over a file that is read.

What was there before stays until the new file is complete and on the disk. A full disk, a closed pipe, Ctrl-C or a
power cut therefore leave the old file or the new one, never half of either.
"""

from __future__ import annotations

import os
import re
import secrets
import stat
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Final

from qa_rules.errors import OutputError

_DEVICES: Final = ("/dev/", "/proc/")
_CRLF: Final = b"\r\n"
_LOOKED_AT: Final = 2**16
_PART: Final = re.compile(r"\..{1,40}\.(?P<mark>[0-9a-f]{16})\.part(\..*)?", re.DOTALL)


@contextmanager
def replacing(path: Path, inputs: Iterable[Path] = ()) -> Iterator[Path]:
    """Yield the path of a new, empty file that takes the place of `path` when the block ends without an error.

    It lies beside it, under a name that nobody can guess; what a writer left there that was killed is removed. Mode
    and owner are those of the file that it replaces, and of a symbolic link the target is replaced. What is no plain
    file, such as `/dev/stdout`, is written straight away.

    Raises:
        OutputError: the file is one of `inputs`, or it cannot be written; what was there is still there.

    """
    refuse([path], inputs)
    with _told(path):
        before = _stat(path)
        if _is_device(path, before):
            yield path
            return
        target = Path(os.path.realpath(path))
        if before is not None and not os.access(target, os.W_OK):
            raise OutputError(f"cannot write {path}: it is read-only")
        _sweep(target)
        beside, held = _new_file(target, before)
    try:
        with _told(path, beside):
            yield beside
        with _told(path, beside):
            _synced(beside)
            beside.replace(target)
    except BaseException:
        with suppress(OSError):
            beside.unlink()
        raise
    finally:
        if held is not None:
            os.close(held)
    # The new file is in place; a file system that cannot sync a folder loses nothing of either.
    with suppress(OSError):
        _sync_folder(target.parent)


def write_text(path: Path, text: str, inputs: Iterable[Path] = ()) -> None:
    """Write a file as UTF-8, with the line ends of the file that it replaces. OutputError as for `replacing`."""
    with replacing(path, inputs) as beside:
        content = text.encode("utf-8", "replace")
        if _ends_in_crlf(path):
            content = content.replace(_CRLF, b"\n").replace(b"\n", _CRLF)
        beside.write_bytes(content)


def refuse(outputs: Iterable[Path], inputs: Iterable[Path] = ()) -> None:
    """Do nothing if every output may be written. OutputError when one is an input, a folder or another output.

    Call it before the work begins: nothing is written or removed.
    """
    read = list(inputs)
    seen: list[Path] = []
    for path in outputs:
        with _told(path):
            if path.is_dir():
                raise OutputError(f"cannot write {path}: it is a folder")
            if _is_pipe(path):
                raise OutputError(f"cannot write {path}: it is a named pipe; name a file")
            if not Path(os.path.realpath(path)).parent.is_dir():
                raise OutputError(f"cannot write {path}: there is no folder {_folder(path)}")
            device = _is_device(path, _stat(path))
        for other in read:
            if not device and _same(path, other):
                raise OutputError(f"cannot write {path}: it is a file that is read; give another name")
        for other in seen:
            if not device and _same(path, other):
                raise OutputError(f"cannot write {path}: two outputs go there; give another name")
        seen.append(path)


@contextmanager
def locked(path: Path) -> Iterator[None]:
    """Let no other process that asks for the same write into the folder of a file, for a moment.

    Where the system has no such lock, nothing is locked.
    """
    try:
        import fcntl
    except ImportError:  # Windows
        yield
        return
    try:
        folder = os.open(Path(os.path.realpath(path)).parent, os.O_RDONLY)
    except OSError:  # whoever writes is told
        yield
        return
    try:
        with suppress(OSError):  # some network file systems have none
            fcntl.flock(folder, fcntl.LOCK_EX)
        yield
    finally:
        os.close(folder)


@contextmanager
def _told(path: Path, beside: Path | None = None) -> Iterator[None]:
    """Errors of the system as one line that names the file that was asked for."""
    try:
        yield
    except (OSError, ValueError) as error:
        mine = (None, str(path), path) if beside is None else (None, str(path), path, str(beside), beside)
        if isinstance(error, OSError) and error.filename in mine and not isinstance(error, BrokenPipeError):
            raise OutputError(f"cannot write {path}: {error.strerror or error}") from error
        if beside is None and isinstance(error, ValueError):  # a NUL in a name
            raise OutputError(f"cannot write {str(path)!r}: {error}") from error
        raise


def _folder(path: Path) -> str:
    """The folder that is not there, in words: the current one may be gone, and that behind a link is another."""
    if path.is_symlink():
        return str(Path(os.path.realpath(path)).parent)
    return "any more in which you are" if path.parent == Path() else str(path.parent)


def _stat(path: Path) -> os.stat_result | None:
    """What is there, behind links; None when there is nothing."""
    try:
        return path.stat()
    except FileNotFoundError:
        return None


def _is_device(path: Path, found: os.stat_result | None) -> bool:
    """Whether it is written straight away: what is no plain file, and what the shell opened."""
    return found is not None and (
        not stat.S_ISREG(found.st_mode) or str(path.absolute()).startswith(_DEVICES)
    )


def _is_pipe(path: Path) -> bool:
    """Whether it would be waited for until somebody reads. What a shell puts in place of a file has a reader."""
    return path.is_fifo() and not os.path.realpath(path).startswith(_DEVICES)


def _same(path: Path, other: Path) -> bool:
    with suppress(OSError, ValueError):
        if path.exists() and other.exists():
            return path.samefile(other)
        return os.path.realpath(path) == os.path.realpath(other)
    return False


def is_part(path: Path) -> bool:
    """Whether a file has the name of one that is being written, or was when its writer was killed."""
    return _PART.fullmatch(path.name) is not None


def _part(target: Path, mark: str) -> str:
    # The suffix stays last, since writers of tables go by it; long names are cut, since a name has 255 bytes.
    return f".{target.name[:40]}.{mark}.part{target.suffix[-20:]}"


def _sweep(target: Path) -> None:
    """Remove what writers of the same file left that were killed; who is alive holds what it writes."""
    with suppress(OSError):
        for each in target.parent.iterdir():
            found = _PART.fullmatch(each.name)
            if found is None or each.name != _part(target, found["mark"]):
                continue
            with suppress(OSError):
                held = os.open(each, os.O_RDONLY)
                try:
                    if _hold(held):
                        each.unlink()
                finally:
                    os.close(held)


def _hold(opened: int) -> bool:
    """Hold a file until it is closed, or until this process ends. False when another does, or nobody can here."""
    try:
        import fcntl

        fcntl.flock(opened, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except (ImportError, OSError):  # Windows; some network file systems have no locks
        return False
    return True


def _new_file(target: Path, before: os.stat_result | None) -> tuple[Path, int | None]:
    """A new file beside another, and what holds it. Nobody but its owner may read it until it has its mode."""
    while True:
        beside = target.with_name(_part(target, secrets.token_hex(8)))
        try:
            # What is new has the mode that the umask of this process leaves.
            opened = os.open(beside, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o666 if before is None else 0o600)
        except FileExistsError:
            continue
        held = opened if _hold(opened) else None
        if held is None or os.fstat(opened).st_nlink:
            break
        os.close(opened)  # another took it for one that was left
    try:
        _like(opened, before)
    except BaseException:
        with suppress(OSError):
            beside.unlink()
        os.close(opened)
        raise
    if held is None:
        os.close(opened)
    return beside, held


def _like(opened: int, before: os.stat_result | None) -> None:
    """Give a file owner, group and mode of the one that it replaces."""
    if before is None or not hasattr(os, "fchmod"):
        return
    mine = os.fstat(opened)
    for owner, group in ((-1, before.st_gid), (before.st_uid, -1)):
        if (owner, group) not in ((-1, mine.st_gid), (mine.st_uid, -1)):
            with suppress(PermissionError):
                os.fchown(opened, owner, group)
    os.fchmod(opened, stat.S_IMODE(before.st_mode))


def _synced(file: Path) -> None:
    """Wait until what was written is on the disk."""
    with file.open("r+b") as opened:
        os.fsync(opened.fileno())


def _sync_folder(folder: Path) -> None:
    opened = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(opened)
    finally:
        os.close(opened)


def _ends_in_crlf(path: Path) -> bool:
    """Whether a plain file is there whose lines end as on Windows."""
    try:
        if not path.is_file():
            return False
        with path.open("rb") as file:
            content = file.read(_LOOKED_AT)
    except OSError:
        return False
    return _CRLF in content and content.count(b"\n") == content.count(_CRLF)
