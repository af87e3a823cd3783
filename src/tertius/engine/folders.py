"""Folders that commands write: whole or not at all, listed with hashes, and others' files never touched.

A result is written into a fresh folder beside the one asked for. Where that holds nothing but what its list names, the
two change places in one step (Linux), so that a process killed at any moment leaves the old result or the new one.
Elsewhere, and where other files lie in it, files are moved one by one, manifests last: an error or an interruption puts
back what stood there; a killed process may leave a mix, which the hashes of files.json then refuse. Beside the hash of
each file files.json says what it is and how it was made.
"""

from __future__ import annotations

import ctypes
import errno
import glob
import hashlib
import json
import os
import platform
import shutil
import signal
import sys
import tempfile
import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path

from tertius.errors import ArchiveError, TertiusError

FORM = 1
HOST = hashlib.sha256(platform.node().encode()).hexdigest()[:8]  # other machines may write on the same disk
LIST = "files.json"
LONGEST_REASON = 120  # characters of a library's message that is shown
_KINDS = (".json", ".html")  # of the files at the top of a folder: what kind of result it is
_HERE, _EXCHANGE = -100, 2  # AT_FDCWD and RENAME_EXCHANGE of Linux


@dataclass(frozen=True)
class About:
    """What a written file is, and how it was made, each in a sentence."""

    what: str
    made: str


Described = Mapping[str, About]
"""Path within a folder -> what that file is."""


def write_folder(folder: Path, write: Callable[[Path], Described | None]) -> Path:
    """Let `write` fill a fresh folder beside `folder`, then put it in its place; it may tell what its files are.

    files.json lists what was written: hashes, and what is told of each file. Only files that the last files.json lists
    are replaced or taken away. Raises ArchiveError when the place cannot be written or holds a file of the same name
    that is not ours; what stood there before is then untouched, as it is when the moving is interrupted.
    """
    folder = folder.resolve()
    scratch: Path | None = None
    try:
        if folder.exists() and not folder.is_dir():
            raise ArchiveError(f"{folder} is a file; --out takes a folder: name another, or move the file away")
        folder.parent.mkdir(parents=True, exist_ok=True)
        beside = folder if os.path.ismount(folder) else folder.parent
        _clear_left_behind(folder, beside)
        scratch = Path(tempfile.mkdtemp(prefix=f".{folder.name}-{HOST}-{os.getpid()}-", dir=beside))
        fresh = scratch / "new"
        fresh.mkdir()
        told = write(fresh) or {}
        files = sorted((f for f in fresh.rglob("*") if f.is_file()), key=lambda f: (f.suffix == ".json", str(f)))
        written = {file.relative_to(fresh).as_posix(): sha256_of(file) for file in files}
        before = listed(folder) or {}
        lost = [name for name in before if "/" not in name and name.endswith(_KINDS) and name not in written]
        if lost:
            what = f"{folder} holds a result of another kind ({', '.join(lost)}), which would be lost"
            raise ArchiveError(f"{what}; name another folder for --out, or remove that one")
        for name in (*written, LIST):
            if (folder / name).exists() and name not in before and not (name == LIST and before):
                fix = "name another folder for --out, or move the file away"
                raise ArchiveError(f"{folder / name} was not written by Tertius and would be overwritten; {fix}")
        about = {name: asdict(told[name]) for name in written if name in told}
        manifest = {"tertius_files": FORM, "sha256": written, "about": about}
        (fresh / LIST).write_text(json.dumps(manifest, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")
        with signals_held():
            if not _exchanged(fresh, folder, before):
                folder.mkdir(exist_ok=True)
                gone = [folder / name for name in before if name not in written and (folder / name).is_file()]
                _move([(fresh / name, folder / name) for name in (*written, LIST)], gone, scratch)
                _remove_empty({parent for file in gone for parent in file.parents if folder in parent.parents})
    except OSError as error:
        reason = why_not(error, "; nothing saved there before was changed. ")
        raise ArchiveError(f"cannot write {error.filename or folder}: {reason}") from error
    finally:
        if scratch is not None:
            shutil.rmtree(scratch, ignore_errors=True)
    return folder


def _clear_left_behind(folder: Path, beside: Path) -> None:
    """Remove what killed processes of this machine had begun to write for this folder."""
    for place in beside.glob(f".{glob.escape(folder.name)}-{HOST}-*-*"):
        owner = place.name.split("-")[-2]
        if owner.isdecimal() and not _alive(int(owner)):
            shutil.rmtree(place, ignore_errors=True)


def _alive(process: int) -> bool:
    """Whether a process of this machine still runs; where that cannot be told, it does."""
    if sys.platform == "win32":
        return True
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return False
    except (OSError, OverflowError):
        return True
    return True


@contextmanager
def signals_held() -> Iterator[None]:
    """Let no signal interrupt what is half done; those that came are raised when it is whole (main thread only)."""
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    came: list[int] = []
    names = [getattr(signal, name) for name in ("SIGINT", "SIGTERM", "SIGHUP") if hasattr(signal, name)]
    before = {number: signal.getsignal(number) for number in names}
    before = {number: handler for number, handler in before.items() if handler not in (signal.SIG_IGN, None)}
    for number in before:
        signal.signal(number, lambda given, _: came.append(given))
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
        for number in dict.fromkeys(came):
            signal.raise_signal(number)


def _exchanged(fresh: Path, folder: Path, before: dict[str, str]) -> bool:
    """Let the two folders change places in one step, where that can be done and touches nothing of others."""
    if not folder.exists():
        fresh.rename(folder)
        return True
    ours = {folder / name for name in (*before, LIST)}
    ours |= {parent for file in ours for parent in file.parents}
    if sys.platform != "linux" or folder.is_symlink() or any(file not in ours for file in folder.rglob("*")):
        return False
    shutil.copymode(folder, fresh)
    try:
        rename = ctypes.CDLL(None, use_errno=True).renameat2
    except AttributeError:
        return False  # an older C library
    return bool(rename(_HERE, os.fsencode(fresh), _HERE, os.fsencode(folder), _EXCHANGE) == 0)


def why_not(error: OSError, told: str = "; ", option: str = "--out") -> str:
    """Why something could not be written, what is told of what stood there, and what to do."""
    full = error.errno in (errno.ENOSPC, errno.EDQUOT)
    fix = f"Free some space there, or choose another {option}" if full else f"Choose another {option}"
    return f"{error.strerror or error}{told}{fix}"


def plain_reason(error: Exception) -> str:
    """An error in one short line; a library's own words only where they are short."""
    if isinstance(error, TertiusError):
        return str(error)
    if isinstance(error, OSError) and error.strerror:
        return f"{error.filename}: {error.strerror}" if error.filename else error.strerror
    if isinstance(error, KeyError):
        return f"it lacks {error}"
    lines = str(error).splitlines() or [type(error).__name__]
    return lines[0] if len(lines) == 1 and len(lines[0]) < LONGEST_REASON else "what it holds is not what was written"


def _remove_empty(places: set[Path]) -> None:
    """Remove those of some folders that hold nothing, inner ones first."""
    for place in sorted(places, reverse=True):
        if not any(place.iterdir()):
            place.rmdir()


def _move(pairs: list[tuple[Path, Path]], gone: list[Path], scratch: Path) -> None:
    """Move files into place and take others away; whatever stops it, put back what stood there. Raises OSError."""
    old = Path(tempfile.mkdtemp(prefix="old-", dir=scratch))
    undo: list[tuple[Path | None, Path]] = []
    try:
        for number, (file, target) in enumerate((*pairs, *((None, target) for target in gone))):
            target.parent.mkdir(parents=True, exist_ok=True)
            kept = old / str(number) if target.exists() else None
            if kept is not None:
                shutil.copy2(target, kept)
            undo.append((kept, target))
            if file is None:
                target.unlink()
            else:
                os.replace(file, target)
    except BaseException:
        for kept, target in reversed(undo):
            target.unlink(missing_ok=True)
            if kept is not None:
                kept.rename(target)
        raise


def listed(folder: Path) -> dict[str, str] | None:
    """What files.json says was written into a folder: path -> sha256; None without one. Raises ArchiveError."""
    file = folder / LIST
    if not file.is_file():
        return None
    try:
        told = json.loads(file.read_text(encoding="utf-8"))
        form, held = told["tertius_files"], told["sha256"]
        if form != FORM or not all(isinstance(name, str) and isinstance(held[name], str) for name in held):
            raise ValueError(f"form {form!r}")
        if any(Path(name).is_absolute() or ".." in Path(name).parts for name in held):
            raise ValueError("it names files outside the folder")
    except (OSError, ValueError, KeyError, TypeError, RecursionError) as error:
        raise ArchiveError(
            f"{file} is damaged ({plain_reason(error)}); name another folder, or remove this one"
        ) from error
    return dict(held)


def check_files(folder: Path) -> None:
    """Raise ArchiveError where a file of the list is missing or was changed after it was saved."""
    for name, written in (listed(folder) or {}).items():
        try:
            same = sha256_of(folder / name) == written
        except OSError as error:
            raise ArchiveError(f"{folder / name}: {error.strerror or error}; run the command again") from error
        if not same:
            what = f"{name} is cut off or was changed after it was saved"
            raise ArchiveError(f"{folder} is damaged: {what}; run the command again")


def sha256_of(file: Path) -> str:
    """A file's hash. Raises OSError for what is no regular file."""
    if not file.is_file():
        raise FileNotFoundError(2, "no such file", str(file))
    with file.open("rb") as opened:
        return hashlib.file_digest(opened, "sha256").hexdigest()
