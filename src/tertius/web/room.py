"""How much the data folder holds, and whether there is room for more: one limit for all of it."""

from __future__ import annotations

import os
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Final

FRESH: Final = 5.0
"""Seconds for which a count holds; what was let in since is added to it."""


class Room:
    """What a folder may hold, in bytes. Safe for several threads."""

    def __init__(self, folder: Path, most: int) -> None:
        self.folder, self.most = folder, most
        self._lock = threading.Lock()
        self._held, self._counted = 0, -FRESH

    def take(self, size: int) -> int:
        """Let in so many bytes. Returns 0; else what the folder holds, where there is no room for them."""
        with self._lock:
            if time.monotonic() - self._counted >= FRESH:
                self._held, self._counted = sum(_sizes(self.folder)), time.monotonic()
            if self._held + size > self.most:
                return max(1, self._held)
            self._held += size
        return 0


def _sizes(folder: str | Path) -> Iterator[int]:
    """Sizes of the files below a folder, without following links; what vanishes meanwhile counts nothing."""
    try:
        with os.scandir(folder) as entries:
            for entry in entries:
                if entry.is_dir(follow_symlinks=False):
                    yield from _sizes(entry.path)
                elif entry.is_file(follow_symlinks=False):
                    yield entry.stat(follow_symlinks=False).st_size
    except OSError:
        return
