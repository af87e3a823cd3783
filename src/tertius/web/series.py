"""Series that a watch reads: files that were sent for a case, else the data folder of the workbench.

Files of a case lie in `data/` in its folder, under their own names, which say whose they are. `data/` in the data
folder holds data files or a store of series, put there by whoever keeps the server.
"""

from __future__ import annotations

import os
import re
import tempfile
from contextlib import suppress
from datetime import UTC, datetime
from hashlib import sha256
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
    if _held(_own(desk, case)):
        return _own(desk, case)
    shared = desk.folder / FOLDER
    with suppress(OSError):  # none, or one that may not be read
        return shared if any(shared.iterdir()) else None
    return None


def files(desk: Desk, case: str) -> list[dict[str, Any]]:
    """The files that were sent for a case: name, source, bytes, and when. Raises UnknownName."""
    return [
        {
            "name": name,
            "source": _owner(name),
            "bytes": held.st_size,
            "at": f"{datetime.fromtimestamp(held.st_mtime, UTC):%Y-%m-%d %H:%M} UTC",
        }
        for name, held in _held(_own(desk, case)).items()
    ]


def _held(folder: Path) -> dict[str, os.stat_result]:
    """Files of series of a folder by name; nothing half written, no folder or pipe, no link that leads nowhere."""
    held = {}
    with suppress(OSError):
        for file in sorted(folder.iterdir()):
            with suppress(OSError):  # taken out meanwhile
                if NAME.fullmatch(file.name) and file.is_file():
                    held[file.name] = file.stat()
    return held


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
    target = _own(desk, case) / name
    if target.is_dir():
        fix = "move it away; it lies in the data folder, among the files of this case"
        raise OptionError("file", name, "a name under which no folder stands", fix)
    write_whole(target, data, option="--folder")


def is_put(desk: Desk, case: str, name: str, upload: str) -> bool:
    """Whether a file stands with its case, as it was sent. upload: hash of its bytes. Raises UnknownName."""
    with suppress(OSError):
        file = _own(desk, case) / name
        return NAME.fullmatch(name) is not None and file.is_file() and sha256(file.read_bytes()).hexdigest() == upload
    return False


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
