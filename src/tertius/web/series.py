"""Series that a watch reads: files that were sent for a case, else the data folder of the workbench.

Files of a case lie in `data/` in its folder, under their own names, which say whose they are. `data/` in the data
folder holds data files or a store of series, put there by whoever keeps the server.
"""

from __future__ import annotations

import re
import tempfile
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from tertius.api.places import write_whole
from tertius.errors import DataError, OptionError, UnknownName

if TYPE_CHECKING:
    from tertius.web.desk import Desk

FOLDER = "data"
NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._ -]{0,119}")
LARGEST = 10 << 20
MOST = 60


def data_of(desk: Desk, case: str) -> Path | None:
    """What a watch of a case reads: its own files, else the workbench's; None where there are none.

    Raises UnknownName.
    """
    own, shared = _own(desk, case), desk.folder / FOLDER
    return next((folder for folder in (own, shared) if folder.is_dir() and any(folder.iterdir())), None)


def files(desk: Desk, case: str) -> list[dict[str, Any]]:
    """The files that were sent for a case: name, source, bytes, and when. Raises UnknownName."""
    folder = _own(desk, case)
    held = sorted(folder.iterdir()) if folder.is_dir() else []
    return [
        {
            "name": file.name,
            "source": _owner(file.name),
            "bytes": file.stat().st_size,
            "at": f"{datetime.fromtimestamp(file.stat().st_mtime, UTC):%Y-%m-%d %H:%M} UTC",
        }
        for file in held
        if NAME.fullmatch(file.name)
    ]


def names() -> list[str]:
    """Names of files whose layout is known."""
    from tertius.evidence import sources

    return sorted(name for one in sources().values() if not (one.events or one.facts) for name in one.files)


def check(desk: Desk, case: str, name: str, size: int) -> None:
    """Refuse a file that cannot be one of a case, before it is read. Raises UnknownName, OptionError."""
    if not NAME.fullmatch(name) or not _owner(name):
        fix = "send it under the name that its publisher gives it (docs/data.md)"
        raise OptionError("file", name[:120], f"a file of a known source, such as {', '.join(names()[:8])}", fix)
    if not 0 < size <= LARGEST:
        fix = "put it into the folder data of the data folder"
        raise OptionError("file", f"{size:,} bytes", f"at most {LARGEST >> 20} MB, and not empty", fix)
    held = {one["name"] for one in files(desk, case)}
    if name not in held and len(held) >= MOST:
        raise OptionError("file", name, f"{MOST} files of a case at most", "take one out first")


def put(desk: Desk, case: str, name: str, data: bytes) -> None:
    """Keep a data file of a case, once it could be read. Raises UnknownName, OptionError, DataError."""
    from tertius.evidence.folder import read_folder

    check(desk, case, name, len(data))
    with tempfile.TemporaryDirectory() as scratch:
        (Path(scratch) / name).write_bytes(data)
        try:
            read_folder(Path(scratch))
        except DataError as error:
            place, given = (
                text.replace(f"{scratch}/", "").replace(scratch, name) for text in (error.place, error.given)
            )
            fix = "send a file that is whole, in a layout that is read (docs/data.md)"
            raise DataError(place, given, error.allowed, fix) from None
    write_whole(_own(desk, case) / name, data, option="--folder")


def take_out(desk: Desk, case: str, name: str) -> None:
    """Remove a file that was sent. Raises UnknownName."""
    held = [one["name"] for one in files(desk, case)]
    if name not in held:
        raise UnknownName("data file", name, held)
    (_own(desk, case) / name).unlink(missing_ok=True)


def _own(desk: Desk, case: str) -> Path:
    return desk.folder / "cases" / desk.case(case).id / FOLDER


def _owner(name: str) -> str:
    """The source whose file it is, among those that hold series; empty where there is none."""
    from tertius.evidence import sources

    found = (key for key, one in sources().items() if one.owns(name) and not (one.events or one.facts))
    return next(found, "")
