"""The shelf of a store: an index that is only added to, and objects by the hash of their bytes.

An object is written beside its place, flushed and moved there before its line is added: a process that is killed, or a
full disk, leaves all that was saved before. A last line that was cut off is passed over with a warning in `warnings`
and removed by the next addition. Objects are checked against their hash whenever they are read.
"""

from __future__ import annotations

import hashlib
import os
import tempfile
from collections.abc import Sequence
from pathlib import Path

from tertius.errors import DataError
from tertius.evidence.files import read_regular
from tertius.evidence.index import Vintage, is_json, line_of, vintage_of

INDEX = "index.jsonl"


class Shelf:
    """The files of a store. Whoever writes holds its lock."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.warnings: tuple[str, ...] = ()
        self._known: dict[bytes, Vintage] = {}

    def vintages(self) -> tuple[Vintage, ...]:
        """Return the index, oldest line first. Raises DataError for a line that cannot be read."""
        whole, half = self._lines()
        self.warnings = (f"{self.folder / INDEX}: the last line was cut off and is passed over",) if half else ()
        for number, line in enumerate(whole, 1):
            if line not in self._known:
                self._known[line] = vintage_of(line, f"{self.folder / INDEX}, line {number}")
        return tuple(self._known[line] for line in whole)

    def read(self, vintage: Vintage) -> bytes:
        """Return the bytes of a vintage. Raises DataError where they are missing or changed."""
        path = self._place(vintage.sha256)
        fix = f"tertius data pull {vintage.source}, or add {vintage.name} again from {vintage.origin}"
        try:
            data = read_regular(path, fix=fix)
        except DataError as error:
            given = f"the object of {vintage.source}, {vintage.name}: {error.given}"
            raise DataError(str(path), given, "the file as saved", fix) from error
        found = hashlib.sha256(data).hexdigest()
        if found != vintage.sha256:
            given = f"{vintage.source}, {vintage.name} was changed or cut off: {len(data)} bytes, sha256 {found[:12]}"
            raise DataError(str(path), given, f"{vintage.bytes} bytes, sha256 {vintage.sha256[:12]}", fix)
        return data

    def damage(self, vintages: Sequence[Vintage]) -> list[str]:
        """Return what is wrong with the objects of some vintages."""
        found = []
        for vintage in vintages:
            try:
                self.read(vintage)
            except DataError as error:
                found.append(f"{error.place}: {error.given}")
        return list(dict.fromkeys(found))

    def _place(self, sha256: str) -> Path:
        return self.folder / "objects" / sha256[:2] / sha256

    def write(self, data: bytes, sha256: str) -> None:
        """Write an object, unless it is there whole. Raises OSError."""
        path = self._place(sha256)
        if path.is_file() and hashlib.sha256(path.read_bytes()).hexdigest() == sha256:
            return
        path.parent.mkdir(parents=True, exist_ok=True)
        descriptor, scratch = tempfile.mkstemp(prefix=".new-", dir=path.parent)
        try:
            with os.fdopen(descriptor, "wb") as file:
                file.write(data)
                file.flush()
                os.fsync(file.fileno())
            os.replace(scratch, path)
        except BaseException:
            Path(scratch).unlink(missing_ok=True)
            raise

    def append(self, vintage: Vintage) -> Vintage:
        """Add a line; mend a cut-off last one first; take back what a full disk let through. Raises OSError."""
        whole, half = self._lines()
        path = self.folder / INDEX
        with path.open("ab") as file:
            if half:
                file.truncate(sum(len(each) + 1 for each in whole))
            size = file.seek(0, os.SEEK_END)
            lacks_break = size and size < sum(len(each) + 1 for each in whole)
            try:
                file.write(b"\n" * bool(lacks_break) + line_of(vintage))
                file.flush()
                os.fsync(file.fileno())
            except OSError:
                os.ftruncate(file.fileno(), size)
                raise
        return vintage

    def _lines(self) -> tuple[list[bytes], bytes]:
        """Whole lines of the index, and a last one that was cut off. Raises DataError."""
        if self.folder.exists() and not self.folder.is_dir():
            raise DataError(str(self.folder), "no folder", "a folder, or one that is yet to be made", "name another")
        if not os.path.lexists(self.folder / INDEX):
            return [], b""
        fix = "put the index back, or name another --store"
        *whole, half = read_regular(self.folder / INDEX, fix=fix).split(b"\n")
        # A record may lack only its line break: an editor's, or a copy's, doing.
        return ([*whole, half], b"") if half and is_json(half) else (whole, half)
