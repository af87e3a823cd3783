"""Where results are written: told before the work where it cannot be, and written whole or not at all."""

from __future__ import annotations

from contextlib import suppress
from typing import TYPE_CHECKING

from tertius.errors import ArchiveError, OptionError

if TYPE_CHECKING:
    from pathlib import Path


def check_folder(option: str, folder: Path | None, own: bool = True) -> None:
    """Say before the work, not after it, that a folder cannot be used. own: the present folder is none.

    Raises OptionError.
    """
    import os
    import tempfile
    from pathlib import Path

    if folder is None:
        return
    if own and str(folder) in ("", "."):
        raise OptionError(option, str(folder), "a folder of its own", f"name one, such as {option} my-folder")
    standing = next((place for place in (folder, *folder.parents) if os.path.lexists(place)), Path())
    if not standing.is_dir():
        raise OptionError(option, str(folder), "a folder, existing or not", f"name another; {standing} is no folder")
    try:
        # Rights do not tell: root has them all, and some file systems take no folders from anyone.
        with tempfile.TemporaryDirectory(prefix=".tertius-", dir=standing):
            pass
    except OSError as error:
        reason = error.strerror or str(error)
        fix = f"name another; nothing can be written in {standing} ({reason})"
        raise OptionError(option, str(folder), "a folder that can be written", fix) from None


def write_whole(target: Path, content: str | bytes, kept: str = "", option: str = "--out") -> None:
    """Write a file whole or not at all. kept: what else the reader should know is safe. Raises ArchiveError."""
    import os
    import threading

    from tertius.engine.folders import why_not

    # Two threads of one process may write the same file at once: each has a scratch file of its own.
    scratch = target.with_name(f".{target.name}.{os.getpid()}-{threading.get_ident()}.part")
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        if isinstance(content, bytes):
            scratch.write_bytes(content)
        else:
            scratch.write_text(content, encoding="utf-8")
        os.replace(scratch, target)
    except OSError as error:
        with suppress(OSError):  # it may never have been made
            scratch.unlink(missing_ok=True)
        told = f"; what stood there is unchanged{kept}. "
        raise ArchiveError(f"cannot write {target}: {why_not(error, told, option)}") from error
