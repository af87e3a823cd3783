"""A lock between processes, as a file that is held."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import IO

from tertius.evidence.files import check_regular


@contextmanager
def locked(path: Path, passing: bool = False) -> Iterator[None]:
    """Hold a lock, waiting for it; where it is `passing`, its file is removed at the end.

    Raises:
        OSError: it cannot be written.
        DataError: what stands in its place is no regular file.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    file = _held(path)
    try:
        yield
    finally:
        if passing:
            with suppress(OSError):
                path.unlink()
        _unlock(file)
        file.close()


def _held(path: Path) -> IO[bytes]:
    while True:
        with suppress(FileNotFoundError):
            check_regular(path, "remove it")
        file = path.open("a+b")
        try:
            _lock(file)
            if os.path.samestat(os.fstat(file.fileno()), path.stat()):
                return file
        except FileNotFoundError:
            pass
        except BaseException:
            file.close()
            raise
        file.close()  # whoever held it before has removed it


if sys.platform == "win32":
    import msvcrt

    def _lock(file: IO[bytes]) -> None:
        file.seek(0)
        msvcrt.locking(file.fileno(), msvcrt.LK_LOCK, 1)

    def _unlock(file: IO[bytes]) -> None:
        file.seek(0)
        msvcrt.locking(file.fileno(), msvcrt.LK_UNLCK, 1)

else:
    import fcntl

    def _lock(file: IO[bytes]) -> None:
        fcntl.flock(file.fileno(), fcntl.LOCK_EX)

    def _unlock(file: IO[bytes]) -> None:
        fcntl.flock(file.fileno(), fcntl.LOCK_UN)
