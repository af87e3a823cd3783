"""The dated local store: every file that was ever added, and when it was known.

    DIR/index.jsonl      one line for each vintage, only ever added to: source, name, sha256, bytes, retrieved, ...
    DIR/objects/ab/...   the files by the sha256 of their bytes
    DIR/incoming/        downloads under way
    DIR/.lock            held while the store is written

An object is written beside its place, flushed and moved there before its line is added: a process that is killed, or a
full disk, leaves all that was saved before. A last line that was cut off is passed over with a warning in `warnings`
and removed by the next addition. Objects are checked against their hash whenever they are read.
"""

from __future__ import annotations

import hashlib
import json
import os
import sys
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from datetime import UTC, date, datetime
from pathlib import Path
from typing import IO, Any

from tertius.errors import DataError, OptionError
from tertius.evidence.holdings import HeldFile, Holdings
from tertius.evidence.registry import Source, source_named, sources

INDEX = "index.jsonl"
VARIABLE = "TERTIUS_DATA"


@dataclass(frozen=True)
class Vintage:
    """One line of the index."""

    source: str
    name: str
    sha256: str
    bytes: int
    retrieved: str
    """When it was added: UTC, ISO 8601."""
    published: str | None
    """The day it was published, where that is known."""
    origin: str
    """Address or file that it came from."""
    usable: bool
    """False for a file that is kept as it came and cannot be parsed."""
    rows: int
    first: str | None
    last: str | None

    @property
    def known(self) -> date:
        """The day from which on it was known: published, else retrieved."""
        return date.fromisoformat(self.published or self.retrieved[:10])


def default_folder() -> Path:
    """Return where the store is unless another place is named: TERTIUS_DATA, else the user's data folder."""
    from platformdirs import user_data_dir

    named = os.environ.get(VARIABLE)
    return Path(named) if named else Path(user_data_dir("tertius", appauthor=False)) / "data"


class Store:
    """A store in a folder, which need not exist before something is added."""

    def __init__(self, folder: Path | None = None) -> None:
        self.folder = default_folder() if folder is None else folder
        self.warnings: tuple[str, ...] = ()

    def vintages(self) -> tuple[Vintage, ...]:
        """Return the index, oldest line first. Raises DataError for a line that cannot be read."""
        whole, half = self._lines()
        self.warnings = (f"{self.folder / INDEX}: the last line was cut off and is passed over",) if half else ()
        found = []
        for number, line in enumerate(whole, 1):
            try:
                found.append(Vintage(**json.loads(line)))
                _ = found[-1].known
            except (ValueError, TypeError) as error:
                place = f"{self.folder / INDEX}, line {number}"
                fix = "delete the line and add its file again; objects are kept"
                raise DataError(place, f"a line that cannot be read ({error})", "one JSON record", fix) from error
        return tuple(found)

    def add(self, data: bytes, source: str, name: str, origin: str, published: date | None = None) -> Vintage:
        """Check a file by parsing it and keep it. The same bytes under the same name and date are kept once.

        Args:
            data: its bytes.
            source: name of the source.
            name: the file's name; vintages of one name follow each other.
            origin: address or path that it came from.
            published: the day it was published; without it, it counts as known from today.

        Raises:
            UnknownName: no such source.
            DataError: the file is damaged or of an unknown form, or the store cannot be written.
        """
        owner = source_named(source)
        now = datetime.now(UTC)
        if published is not None and published > now.date():
            raise OptionError("--published", str(published), f"a day up to today, {now.date()}", "correct the date")
        usable = not name.lower().endswith(owner.raw) if owner.raw else True
        parsed = owner.parse(data, name) if usable else None
        vintage = Vintage(
            source=source,
            name=name,
            sha256=hashlib.sha256(data).hexdigest(),
            bytes=len(data),
            retrieved=now.isoformat(timespec="seconds"),
            published=published.isoformat() if published else None,
            origin=origin,
            usable=usable,
            rows=parsed.rows if parsed else 0,
            first=str(parsed.first) if parsed and parsed.first else None,
            last=str(parsed.last) if parsed and parsed.last else None,
        )
        try:
            with locked(self.folder / ".lock"):
                self._write_object(data, vintage.sha256)
                return self._same(vintage) or self._append(vintage)
        except OSError as error:
            raise DataError(
                f"store {error.filename or self.folder}",
                f"it cannot be written ({error.strerror or error})",
                "a folder that can be written",
                "free some space, or name another --store; nothing saved before was changed",
            ) from error

    def read(self, vintage: Vintage) -> bytes:
        """Return the bytes of a vintage. Raises DataError where they are missing or changed."""
        path = self._place(vintage.sha256)
        fix = f"tertius data pull {vintage.source}, or add {vintage.name} again from {vintage.origin}"
        try:
            data = path.read_bytes()
        except OSError as error:
            given = f"the object of {vintage.source}, {vintage.name} cannot be read ({error.strerror})"
            raise DataError(str(path), given, "the file as saved", fix) from error
        found = hashlib.sha256(data).hexdigest()
        if found != vintage.sha256:
            given = f"{vintage.source}, {vintage.name} was changed or cut off: {len(data)} bytes, sha256 {found[:12]}"
            raise DataError(str(path), given, f"{vintage.bytes} bytes, sha256 {vintage.sha256[:12]}", fix)
        return data

    def holdings(self, known_by: date | None = None) -> Holdings:
        """Return what was known on a day, or is known now.

        For each source the newest vintage of each file that was published, or else retrieved, on or before the day. A
        source that has none so old is read from its oldest later one, cut at that day, which `notes` says. Nothing
        after the day is shown in any case.

        Raises:
            DataError: an object or the index is damaged, or the store is empty.
        """
        every = [vintage for vintage in self.vintages() if vintage.usable and vintage.source in sources()]
        if not every:
            fix = "tertius data pull, or: tertius data add FILE --as SOURCE"
            raise DataError(str(self.folder), "no usable file", "a store with a file or more", fix)
        notes = list(self.warnings)
        held: list[HeldFile] = []
        for name in sorted({vintage.source for vintage in every}):
            chosen, note = _choose([vintage for vintage in every if vintage.source == name], known_by, sources()[name])
            notes += note
            for vintage in chosen:
                parsed = sources()[name].parse(self.read(vintage), vintage.name)
                held.append(HeldFile(vintage.name, vintage.sha256, name, parsed))
        return Holdings(str(self.folder), tuple(held), known_by, tuple(notes))

    def status(self) -> list[dict[str, Any]]:
        """Return one record for each source that is held: vintages, range, rows, age in days, damage."""
        every = self.vintages()
        today = datetime.now(UTC).date()
        found = []
        for name in sorted({vintage.source for vintage in every}):
            own = [vintage for vintage in every if vintage.source == name]
            newest = max(own, key=lambda vintage: (vintage.retrieved, own.index(vintage)))
            found.append(
                {
                    "source": name,
                    "vintages": len(own),
                    "files": sorted({vintage.name for vintage in own}),
                    "first": min((vintage.first for vintage in own if vintage.first), default=None),
                    "last": max((vintage.last for vintage in own if vintage.last), default=None),
                    "rows": newest.rows,
                    "retrieved": newest.retrieved,
                    "sha256": newest.sha256[:12],
                    "age_days": (today - date.fromisoformat(newest.retrieved[:10])).days,
                    "usable": any(vintage.usable for vintage in own),
                    "damage": self._damage(own),
                }
            )
        return found

    def _damage(self, vintages: Sequence[Vintage]) -> list[str]:
        found = []
        for vintage in vintages:
            try:
                self.read(vintage)
            except DataError as error:
                found.append(f"{error.place}: {error.given}")
        return list(dict.fromkeys(found))

    def _place(self, sha256: str) -> Path:
        return self.folder / "objects" / sha256[:2] / sha256

    def _same(self, wanted: Vintage) -> Vintage | None:
        key = (wanted.source, wanted.name, wanted.sha256, wanted.published)
        same = (each for each in self.vintages() if (each.source, each.name, each.sha256, each.published) == key)
        return next(same, None)

    def _write_object(self, data: bytes, sha256: str) -> None:
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

    def _append(self, vintage: Vintage) -> Vintage:
        """Add a line; mend a cut-off last one first; take back what a full disk let through. Raises OSError."""
        whole, half = self._lines()
        line = json.dumps(asdict(vintage), ensure_ascii=False).encode() + b"\n"
        with (self.folder / INDEX).open("ab") as file:
            if half:
                file.truncate(sum(len(each) + 1 for each in whole))
            size = file.seek(0, os.SEEK_END)
            try:
                file.write(line)
                file.flush()
                os.fsync(file.fileno())
            except OSError:
                os.ftruncate(file.fileno(), size)
                raise
        return vintage

    def _lines(self) -> tuple[list[bytes], bytes]:
        """Whole lines of the index, and what stands after the last line break. Raises DataError."""
        try:
            *whole, half = (self.folder / INDEX).read_bytes().split(b"\n")
        except FileNotFoundError:
            return [], b""
        except OSError as error:
            given = f"it cannot be read ({error.strerror})"
            raise DataError(str(self.folder / INDEX), given, "a readable file", "check its rights") from error
        return whole, half


def _choose(own: Sequence[Vintage], known_by: date | None, source: Source) -> tuple[list[Vintage], list[str]]:
    """The vintages of one source that count on a day, and what to say about them."""
    ordered = sorted(own, key=lambda vintage: (vintage.known, vintage.retrieved))
    known = [vintage for vintage in ordered if known_by is None or vintage.known <= known_by]
    if known:
        return list({vintage.name: vintage for vintage in known}.values()), []
    oldest = {vintage.name: vintage for vintage in reversed(ordered)}
    first = ordered[0].known
    note = (
        f"{source.name}: no vintage from {known_by} or before; the oldest, from {first}, is cut at {known_by}. It may "
        f"hold later revisions, and days that were not yet published then (about {source.model.lag_days} days)"
    )
    return [oldest[name] for name in sorted(oldest)], [note]


@contextmanager
def locked(path: Path) -> Iterator[None]:
    """Hold a lock between processes, waiting for it. Raises OSError."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("a+b") as file:
        _lock(file)
        try:
            yield
        finally:
            _unlock(file)


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
