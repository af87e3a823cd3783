"""The dated local store: every file that was ever added, and when it was known.

    DIR/index.jsonl      one line for each vintage, only ever added to: source, name, sha256, bytes, retrieved, ...
    DIR/objects/ab/...   the files by the sha256 of their bytes
    DIR/incoming/        downloads under way
    DIR/.lock            held while the store is written

Vintages of one name follow each other by the day they were known (published, else retrieved), and within a day by their
lines. Bytes equal to the vintage that they would follow add nothing; bytes equal to an earlier one get a line of their
own and are the newest again.

An object is written beside its place, flushed and moved there before its line is added: a process that is killed, or a
full disk, leaves all that was saved before. A last line that was cut off is passed over with a warning in `warnings`
and removed by the next addition. Objects are checked against their hash whenever they are read.
"""

from __future__ import annotations

import hashlib
import os
import tempfile
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

from tertius.errors import DataError
from tertius.evidence.admission import check_days, check_published, checked, notes_of
from tertius.evidence.events import EventRecord, Events, as_known, combined
from tertius.evidence.files import not_written, printable, read_regular
from tertius.evidence.holdings import HeldFile, Holdings
from tertius.evidence.index import Vintage, is_json, line_of, vintage_of
from tertius.evidence.lock import locked
from tertius.evidence.observations import Parsed
from tertius.evidence.registry import Source, event_sources, no_events, source_named, sources

INDEX = "index.jsonl"
VARIABLE = "TERTIUS_DATA"


@dataclass(frozen=True)
class Kept:
    """What came of an addition."""

    vintage: Vintage
    """The line that holds the bytes: a new one, or the one that was there."""
    is_new: bool
    notes: tuple[str, ...]
    """What was mended while it was read, and whether a later vintage stays the newest."""


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
        return tuple(vintage_of(line, f"{self.folder / INDEX}, line {number}") for number, line in enumerate(whole, 1))

    def add(
        self, data: bytes, source: str, name: str, origin: str, published: date | None = None, shorter: bool = False
    ) -> Kept:
        """Check a file by parsing it and keep it. Bytes equal to the vintage that they would follow add nothing.

        Args:
            data: its bytes.
            source: name of the source.
            name: the file's name; vintages of one name follow each other.
            origin: address or path that it came from.
            published: the day it was published; without it, it counts as known from today.
            shorter: take it although it is evidently shorter than the vintage that it follows.

        Raises:
            UnknownName: no such source.
            OptionError: `published` lies in the future, or before a day that the file knows of.
            DataError: the file is damaged, of an unknown form, too large, shorter than the vintage that it follows or
                without any value, or the store cannot be written.
        """
        owner = source_named(source)
        now = datetime.now(UTC)
        parsed = checked(data, name, owner)
        if owner.events and parsed is not None:
            check_days(parsed, now.date(), name)
        if published is not None:
            check_published(published, now.date(), name, parsed)
        vintage = Vintage(
            source=source,
            name=name,
            sha256=hashlib.sha256(data).hexdigest(),
            bytes=len(data),
            retrieved=now.isoformat(timespec="seconds"),
            published=published.isoformat() if published else None,
            origin=printable(origin),
            usable=parsed is not None,
            rows=parsed.rows if parsed else 0,
            first=str(parsed.first) if parsed and parsed.first else None,
            last=str(parsed.last) if parsed and parsed.last else None,
        )
        try:
            with locked(self.folder / ".lock"):
                return self._keep(data, vintage, notes_of(parsed, now.date(), name), shorter)
        except OSError as error:
            raise not_written(error, self.folder) from error

    def _keep(self, data: bytes, vintage: Vintage, notes: tuple[str, ...], shorter: bool) -> Kept:
        """Raises DataError, OSError."""
        every = _by_day_known(self.vintages())
        own = [each for each in every if (each.source, each.name) == (vintage.source, vintage.name)]
        before = next((each for each in reversed(own) if each.known <= vintage.known), None)
        later = [each for each in own if each.known > vintage.known]
        if later and later[-1].sha256 != vintage.sha256:
            newest = f"{later[-1].sha256[:12]}, known from {later[-1].known}"
            notes += (f"{vintage.name}: the version {newest}, stays the newest; this one counts from {vintage.known}",)
        if before is not None and before.sha256 == vintage.sha256:
            self._write_object(data, vintage.sha256)
            return Kept(before, False, notes)
        if before is not None and not shorter:
            self._check_length(data, vintage, before)
        self._write_object(data, vintage.sha256)
        return Kept(self._append(vintage), True, notes)

    def _check_length(self, data: bytes, vintage: Vintage, before: Vintage) -> None:
        """Refuse what ends earlier, has fewer rows or is the beginning of the vintage before. Raises DataError."""
        is_one_day = before.first == before.last  # a map's rows are polygons, not days
        ends_early = bool(before.last) and (vintage.last or "") < str(before.last)
        fewer = not is_one_day and vintage.rows < before.rows
        if not ends_early and not fewer:
            try:
                earlier = self.read(before)
            except DataError:
                return
            if not earlier.startswith(data) or earlier.rstrip() == data.rstrip():
                return
        raise DataError(
            f"{vintage.source}, {vintage.name}",
            f"{_length(vintage)}: shorter than the version before it, so that it may be cut off",
            f"{_length(before)} or more, as in the version known from {before.known} (sha256 {before.sha256[:12]})",
            "get the file again; where the publisher did shorten it, take it with --shorter",
        )

    def holder(self, source: str) -> Callable[[str, int], bool]:
        """Return whether a file of a source, from an address and with so many bytes, is held whole."""
        held = {(each.origin, each.bytes): each for each in self.vintages() if each.source == source}

        def holds(address: str, size: int) -> bool:
            try:
                return (address, size) in held and bool(self.read(held[address, size]))
            except DataError:
                return False

        return holds

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

    def holdings(
        self, known_by: date | None = None, parsed: dict[tuple[str, str, str], Parsed] | None = None
    ) -> Holdings:
        """Return what was known on a day, or is known now.

        For each source the newest vintage of each file that was published, or else retrieved, on or before the day. A
        source that has none so old is read from its oldest later one, cut at that day, which `notes` says. Nothing
        after the day is shown in any case. What is in `parsed`, by (source, file, sha256), is not read again; what is
        read is put there.

        Raises:
            DataError: an object or the index is damaged, or the store is empty.
        """
        every = self.vintages()
        series = {name for name, source in sources().items() if not source.events}
        usable = [each for each in every if each.usable and each.source in series]
        notes = [*self.warnings, *_strange(every)]
        if not usable:
            fix = "tertius data pull, or: tertius data add FILE --as SOURCE; for events: tertius data events"
            given = "; ".join(["no usable file of a series", *_strange(every)])
            raise DataError(str(self.folder), given, "a store with a file or more", fix)
        held: list[HeldFile] = []
        known = {} if parsed is None else parsed
        for name in sorted({vintage.source for vintage in usable}):
            own = [vintage for vintage in usable if vintage.source == name]
            chosen, note = _choose(own, known_by, sources()[name])
            notes += note
            for order, vintage in enumerate(chosen):
                key = name, vintage.name, vintage.sha256
                if key not in known:
                    known[key] = sources()[name].parse(self.read(vintage), vintage.name)
                held.append(HeldFile(vintage.name, vintage.sha256, name, known[key], vintage.known, order))
        return Holdings(str(self.folder), tuple(held), known_by, tuple(notes))

    def events(self, known_by: date | None = None, source: str | None = None) -> Events:
        """Return the events that were known on a day, or are known now.

        Of each file the newest vintage that was known on the day counts. A file that came later is read too, and of it
        the rows that the publisher says were out by then.

        Args:
            known_by: the day.
            source: one source; without it, all that give events.

        Raises:
            UnknownName: no such source of events.
            DataError: an object or the index is damaged, or no file of events is here.
        """
        names = event_sources(source)
        ordered = _by_day_known(self.vintages())
        notes = list(self.warnings)
        found: list[tuple[str, EventRecord]] = []
        for name in names:
            own = [each for each in ordered if each.source == name and each.usable]
            known = _newest_by_name([each for each in own if known_by is None or each.known <= known_by])
            oldest = {each.name: each for each in reversed(own)}
            later = [each for file, each in oldest.items() if file not in known]
            if later:
                count = f"{len(later)} of {len(oldest)} files came after {known_by}"
                notes.append(f"{name}: {count}; their rows count by the day that the publisher gives, or its usual lag")
            records: list[EventRecord] = []
            for vintage in _by_line([*known.values(), *later], ordered):
                parsed = sources()[name].parse(self.read(vintage), vintage.name)
                records += as_known(parsed.events, vintage.known, known_by)
                notes += parsed.notes
            found += [(name, record) for record in combined(records)]
        if not any(vintage.source in names for vintage in ordered):
            raise no_events(str(self.folder), names)
        return Events(str(self.folder), known_by, tuple(found), tuple(notes))

    def status(self) -> list[dict[str, Any]]:
        """Return one record for each source that is held: its files with their newest vintage, and damage.

        `vintages` counts those of all files; `first`, `last` and `rows` are those of the newest vintages together.

        Raises:
            DataError: the index is damaged.
        """
        every = _by_day_known(self.vintages())
        today = datetime.now(UTC).date()
        found = []
        for name in sorted({vintage.source for vintage in every}):
            own = [vintage for vintage in every if vintage.source == name]
            newest = [_newest_by_name(own)[file] for file in sorted({vintage.name for vintage in own})]
            found.append(
                {
                    "source": name,
                    "is_known": name in sources(),
                    "vintages": len(own),
                    "first": min((vintage.first for vintage in newest if vintage.first), default=None),
                    "last": max((vintage.last for vintage in newest if vintage.last), default=None),
                    "rows": sum(vintage.rows for vintage in newest),
                    "usable": any(vintage.usable for vintage in own),
                    "files": [
                        {
                            "name": vintage.name,
                            "vintages": sum(each.name == vintage.name for each in own),
                            "first": vintage.first,
                            "last": vintage.last,
                            "rows": vintage.rows,
                            "usable": vintage.usable,
                            "known": str(vintage.known),
                            "retrieved": vintage.retrieved,
                            "age_days": (today - date.fromisoformat(vintage.retrieved[:10])).days,
                            "sha256": vintage.sha256,
                        }
                        for vintage in newest
                    ],
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


def _by_day_known(vintages: Sequence[Vintage]) -> list[Vintage]:
    """Return vintages by the day they were known, and within a day by their lines."""
    return sorted(vintages, key=lambda vintage: vintage.known)


def _newest_by_name(ordered: Sequence[Vintage]) -> dict[str, Vintage]:
    return {vintage.name: vintage for vintage in ordered}


def _choose(own: Sequence[Vintage], known_by: date | None, source: Source) -> tuple[list[Vintage], list[str]]:
    """The vintages of one source that count on a day, what was known first first, and what to say about them."""
    ordered = _by_day_known(own)
    known = [vintage for vintage in ordered if known_by is None or vintage.known <= known_by]
    if known:
        return _by_line(_newest_by_name(known).values(), ordered), []
    oldest = {vintage.name: vintage for vintage in reversed(ordered)}
    first = ordered[0].known
    note = (
        f"{source.name}: no vintage from {known_by} or before; the oldest, from {first}, is cut at {known_by}. It may "
        f"hold later revisions, and days that were not yet published then (about {source.model.lag_days} days)"
    )
    return _by_line(oldest.values(), ordered), [note]


def _by_line(chosen: Iterable[Vintage], ordered: Sequence[Vintage]) -> list[Vintage]:
    """Return some of `ordered` in its order."""
    kept = {id(vintage) for vintage in chosen}
    return [vintage for vintage in ordered if id(vintage) in kept]


def _strange(vintages: Sequence[Vintage]) -> list[str]:
    """What to say about vintages of sources that this version does not have."""
    names = sorted({vintage.source for vintage in vintages if vintage.source not in sources()})
    return [f"source {name!r} is not known to this version; its files are not read" for name in names]


def _length(vintage: Vintage) -> str:
    rows = f"{vintage.rows} rows to {vintage.last}, " if vintage.usable else ""
    return f"{rows}{vintage.bytes} bytes"
