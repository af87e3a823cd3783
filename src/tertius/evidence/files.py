"""Local files: only regular ones are opened, and only up to a size; what cannot be written is named with its fix."""

from __future__ import annotations

import errno
import os
import stat
from pathlib import Path

from tertius.errors import DataError

KINDS = (
    (stat.S_ISDIR, "a folder"),
    (stat.S_ISFIFO, "a named pipe"),
    (stat.S_ISCHR, "a device"),
    (stat.S_ISBLK, "a device"),
    (stat.S_ISSOCK, "a socket"),
)
LARGEST_TABLE = 1 << 20
"""Bytes of a table of judgements, which is written by hand."""
NO_SPACE = frozenset({errno.ENOSPC, getattr(errno, "EDQUOT", errno.ENOSPC)})
NO_FOLDER = frozenset({errno.EEXIST, errno.ENOTDIR, errno.EISDIR})


def read_regular(path: Path, limit: int | None = None, fix: str = "") -> bytes:
    """Return the bytes of a regular file. A pipe or a device would never end, so its kind is asked before it is opened.

    Args:
        path: the file; a link to a regular file will do.
        limit: most bytes; None for any number.
        fix: what to do where it cannot be read.

    Raises:
        DataError: it is no regular file, is too large, or cannot be read.
    """
    try:
        check_regular(path, fix)
        with path.open("rb") as file:
            size = os.fstat(file.fileno()).st_size
            data = file.read() if limit is None else file.read(limit + 1) if size <= limit else b""
    except OSError as error:
        mend = fix or ("check its name" if isinstance(error, FileNotFoundError) else "check its rights")
        given = f"it cannot be read ({error.strerror})"
        raise DataError(printable(str(path)), given, "a readable file", mend) from error
    if limit is not None and max(size, len(data)) > limit:
        given = f"{max(size, len(data))} bytes or more" if size <= limit else f"{size} bytes"
        raise DataError(printable(str(path)), given, f"at most {limit} bytes", "check what it is")
    return data


def check_regular(path: Path, fix: str = "") -> None:
    """Refuse a folder, a pipe, a device. Raises DataError, and OSError where nothing is there."""
    mode = path.stat().st_mode
    if not stat.S_ISREG(mode):
        kind = next((words for is_kind, words in KINDS if is_kind(mode)), "a special file")
        raise DataError(printable(str(path)), kind, "a regular file", fix or "name the file itself")


def not_written(error: OSError, folder: Path) -> DataError:
    """Return the error for a folder of the store that cannot be written."""
    if error.errno in NO_SPACE:
        fix = "free some space, or name another --store"
    elif error.errno in NO_FOLDER:
        fix = "something else stands where a folder or a file is needed: name another --store"
    else:
        fix = "check its rights, or name another --store"
    reason = "it is no folder" if isinstance(error, FileExistsError) else error.strerror or str(error)
    return DataError(
        f"store {printable(str(error.filename or folder))}",
        f"it cannot be written ({reason})",
        "a folder that can be written",
        f"{fix}; nothing saved before was changed",
    )


def printable(text: str) -> str:
    r"""Return text that can be printed and kept: what is no Unicode, as in a name that is not UTF-8, as \udcff."""
    return text.encode("utf-8", "backslashreplace").decode()
