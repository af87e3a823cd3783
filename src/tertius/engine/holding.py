"""The lock of a run in pieces: one process works on it at a time, and whoever asks does not stand in its way."""

from __future__ import annotations

import os
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from tertius.engine.folders import why_not
from tertius.errors import ArchiveError

LOCK = "lock"
ASKING = 0.5  # seconds: who only asks whether a run is worked on has it no longer than that


@contextmanager
def held(folder: Path) -> Iterator[None]:
    """Hold a run while a process works on it, until its last file is written; given up however that ends.

    Raises ArchiveError where another has it.
    """
    try:
        import fcntl
    except ImportError:  # not on Windows
        yield
        return
    try:
        opened = (folder / LOCK).open("a+")
    except OSError as error:
        raise ArchiveError(f"cannot write {folder / LOCK}: {why_not(error, '; ', 'folder')}") from error
    with opened:
        ends = time.monotonic() + ASKING
        try:
            while True:
                try:
                    fcntl.flock(opened, fcntl.LOCK_EX | fcntl.LOCK_NB)
                    break
                except BlockingIOError:
                    if time.monotonic() > ends:
                        raise
                    time.sleep(0.02)
        except BlockingIOError as error:
            opened.seek(0)
            who = opened.read(80).strip() or "another process"
            raise ArchiveError(
                f"{folder} is being worked on by {who}; wait for it, or end it; nothing is lost"
            ) from error
        except OSError:
            pass  # some network disks have no locks
        opened.truncate(0)
        opened.write(f"process {os.getpid()}")
        opened.flush()
        yield


def busy(folder: Path) -> bool:
    """Whether a process of this machine works on the run."""
    try:
        import fcntl

        with (folder / LOCK).open() as opened:
            fcntl.flock(opened, fcntl.LOCK_SH | fcntl.LOCK_NB)  # given up at once: `held` waits that long
    except BlockingIOError:
        return True
    except (ImportError, OSError):  # not on Windows; never worked on; no locks on that disk
        pass
    return False
