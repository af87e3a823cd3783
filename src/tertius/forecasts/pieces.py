"""Pieces of a long computation, kept as they are done, so that an interrupted one goes on where it stopped.

A piece is a set of arrays under a name. All pieces carry the stamp of what they were computed from; with another stamp
they are not used. Each is written whole or not at all, so a killed process leaves only whole ones.
"""

from __future__ import annotations

import errno
import os
import zipfile
from pathlib import Path
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

from tertius.errors import ArchiveError

Arrays: TypeAlias = dict[str, NDArray[np.float64]]
STAMP = "stamp"


class Pieces:
    """Pieces in a folder, or nowhere where `folder` is None. Raises ArchiveError when the folder cannot be written."""

    def __init__(self, folder: Path | None, stamp: str) -> None:
        self.folder = folder
        self.stamp = stamp
        if folder is not None:
            try:
                folder.mkdir(parents=True, exist_ok=True)
            except OSError as error:
                raise _cannot(folder, error) from error

    def get(self, name: str) -> Arrays | None:
        """The piece, or None where it is not there, was cut off or belongs to something else."""
        if self.folder is None:
            return None
        try:
            with self._file(name).open("rb") as opened, np.load(opened, allow_pickle=False) as held:
                if str(held[STAMP]) != self.stamp:
                    return None
                return {key: held[key] for key in held.files if key != STAMP}
        except (OSError, ValueError, KeyError, EOFError, zipfile.BadZipFile):
            return None

    def put(self, name: str, arrays: Arrays) -> None:
        """Keep a piece."""
        if self.folder is None:
            return
        target = self._file(name)
        scratch = target.with_name(f".{target.name}.{os.getpid()}.part.npz")
        try:
            np.savez(scratch, **{STAMP: np.array(self.stamp)}, **arrays)  # type: ignore[arg-type]
            os.replace(scratch, target)
        except OSError as error:
            scratch.unlink(missing_ok=True)
            raise _cannot(target, error) from error

    def clear(self) -> None:
        """Remove the pieces and their folder, others' files excepted."""
        if self.folder is None:
            return
        for file in self.folder.glob("*.npz"):
            file.unlink(missing_ok=True)
        if not any(self.folder.iterdir()):
            self.folder.rmdir()

    def _file(self, name: str) -> Path:
        assert self.folder is not None
        return self.folder / f"{name}.npz"


def _cannot(place: Path, error: OSError) -> ArchiveError:
    full = error.errno in (errno.ENOSPC, errno.EDQUOT)
    fix = "Free some space there, or name another folder with --work" if full else "Name another folder with --work"
    reason = "a file is in the way" if isinstance(error, FileExistsError) else error.strerror or error
    return ArchiveError(f"cannot write {place}: {reason}; pieces saved before are kept. {fix}")
