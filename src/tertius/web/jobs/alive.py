"""Whether a worker lives: it holds the lock of its own file, which the system takes from it when it ends."""

from __future__ import annotations

import sys
import time
from contextlib import suppress
from pathlib import Path
from typing import IO, Final

YOUNG: Final = 60.0  # seconds in which a worker takes the lock of a file that it has made

if sys.platform == "win32":
    import msvcrt

    def _take(file: IO[bytes]) -> None:
        msvcrt.locking(file.fileno(), msvcrt.LK_NBLCK, 1)

else:
    import fcntl

    def _take(file: IO[bytes]) -> None:
        fcntl.flock(file.fileno(), fcntl.LOCK_EX | fcntl.LOCK_NB)


def _place(folder: Path, name: str) -> Path:
    return folder / "workers" / f"{name}.lock"


def say_alive(folder: Path, name: str) -> IO[bytes]:
    """Take the lock of a worker's name; it lives as long as the file stays open. Raises OSError where another does."""
    place = _place(folder, name)
    place.parent.mkdir(parents=True, exist_ok=True)
    file = place.open("a+b")
    try:
        _take(file)
    except OSError:
        file.close()
        raise
    return file


def is_alive(folder: Path, name: str) -> bool:
    """Whether a worker of that name lives; the file of one that does not is removed."""
    place = _place(folder, name)
    try:
        file = place.open("r+b")
    except FileNotFoundError:
        return False
    with file:
        try:
            _take(file)
        except OSError:
            return True
        with suppress(OSError):
            place.unlink()
    return False


def forget_dead(folder: Path) -> None:
    """Remove the files of workers that live no more; one that was made just now may yet be taken."""
    for place in (folder / "workers").glob("*.lock"):
        with suppress(OSError):
            if time.time() - place.stat().st_mtime > YOUNG:
                is_alive(folder, place.stem)
