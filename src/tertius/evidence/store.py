"""The dated local store: every file that was ever added, and when it was known.

    DIR/index.jsonl      one line for each vintage, only ever added to: source, name, sha256, bytes, retrieved, ...
    DIR/objects/ab/...   the files by the sha256 of their bytes
    DIR/parsed/ab/...    what slow files say, so that each is read once
    DIR/incoming/        downloads under way
    DIR/.lock            held while the store is written

Vintages of one name follow each other by the day they were known (published, else retrieved), and within a day by their
lines. Bytes equal to the vintage that they would follow add nothing; bytes equal to an earlier one get a line of their
own and are the newest again.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime
from pathlib import Path

from tertius.defaults import data_folder
from tertius.errors import DataError, OptionError
from tertius.evidence.admission import check_days, checked, day_published, notes_of
from tertius.evidence.choosing import (
    around,
    by_day_known,
    by_line,
    choose,
    held_back,
    newest_by_name,
    strange,
    together,
    waiting,
)
from tertius.evidence.events import EventRecord, Events, as_known, combined
from tertius.evidence.files import not_written, printable
from tertius.evidence.holdings import HeldFile, Holdings
from tertius.evidence.index import Vintage
from tertius.evidence.lock import locked
from tertius.evidence.observations import Note, Parsed
from tertius.evidence.once import parsed_once
from tertius.evidence.plausible import Beside, breaks, limits, possible, revised
from tertius.evidence.registry import Source, event_sources, no_events, source_named, sources
from tertius.evidence.shelf import Shelf

MOST_NOTES, MOST_TEXT = 20, 500
"""Notes of a vintage that its line keeps, and letters of each."""


@dataclass(frozen=True)
class Kept:
    """What came of an addition."""

    vintage: Vintage
    """The line that holds the bytes: a new one, or the one that was there."""
    is_new: bool
    notes: tuple[Note, ...]
    """What its reader should know: what was mended, left out, revised, held back."""


def default_folder() -> Path:
    """Return where the store is unless another place is named: TERTIUS_DATA, else the user's data folder."""
    return data_folder()


class Store:
    """A store in a folder, which need not exist before something is added."""

    def __init__(self, folder: Path | None = None) -> None:
        self.folder = default_folder() if folder is None else folder
        self._shelf = Shelf(self.folder)
        self._read: dict[tuple[str, str, str], Parsed] = {}

    @property
    def warnings(self) -> tuple[str, ...]:
        """What was wrong with the index when it was last read."""
        return self._shelf.warnings

    def vintages(self) -> tuple[Vintage, ...]:
        """Return the index, oldest line first. Raises DataError for a line that cannot be read."""
        return self._shelf.vintages()

    def damage(self, vintages: Sequence[Vintage]) -> list[str]:
        """Return what is wrong with the kept files of some vintages."""
        return self._shelf.damage(vintages)

    def add(
        self, data: bytes, source: str, name: str, origin: str, published: date | None = None, shorter: bool = False
    ) -> Kept:
        """Check a file by parsing it and keep it. Bytes equal to the vintage that they would follow add nothing.

        A file that breaks with what is held, or with what its series can be, is kept and held back: it counts once it
        is let in (`accept`).

        Args:
            data: its bytes.
            source: name of the source.
            name: the file's name; vintages of one name follow each other.
            origin: address or path that it came from.
            published: the day it was published; without it, the day that the file's name says, else today.
            shorter: take it although it is evidently shorter than the vintage that it follows.

        Raises:
            UnknownName: no such source.
            OptionError: `published` lies in the future, or before a day that the file knows of.
            DataError: the file is damaged, of an unknown form, too large, shorter than the vintage that it follows or
                without any value, or the store cannot be written.
            MissingExtra: packages that read such a file are not installed.
        """
        owner = source_named(source)
        now = datetime.now(UTC)
        sha256 = hashlib.sha256(data).hexdigest()
        checked_once = replace(owner, parse=lambda data, name: self._parse(owner, name, sha256, lambda: data))
        parsed = checked(data, name, checked_once, now.date())
        if owner.events:
            check_days(parsed, now.date(), name)
        day = day_published(published, now.date(), name, parsed, owner)
        vintage = Vintage(
            source=source,
            name=name,
            sha256=sha256,
            bytes=len(data),
            retrieved=now.isoformat(timespec="seconds"),
            published=day.isoformat() if day else None,
            origin=printable(origin),
            usable=True,
            rows=parsed.rows,
            first=str(parsed.first) if parsed.first else None,
            last=str(parsed.last) if parsed.last else None,
        )
        try:
            with locked(self.folder / ".lock"):
                return self._keep(data, vintage, parsed, notes_of(parsed, now.date(), name), shorter)
        except OSError as error:
            raise not_written(error, self.folder) from error

    def _keep(self, data: bytes, vintage: Vintage, parsed: Parsed, notes: tuple[Note, ...], shorter: bool) -> Kept:
        """Raises DataError, OSError."""
        lines = self.vintages()
        every = by_day_known(lines)
        own = [each for each in every if (each.source, each.name) == (vintage.source, vintage.name)]
        before = next((each for each in reversed(own) if each.known <= vintage.known), None)
        held = [each for each in waiting(lines) if each.source == vintage.source]
        again = next((each for each in held if (each.name, each.sha256) == (vintage.name, vintage.sha256)), None)
        if again is None and before is not None and before.sha256 == vintage.sha256 and before.usable:
            again = before
        later = [each for each in own if each.known > vintage.known]
        if later and later[-1].sha256 != vintage.sha256:
            newest = f"{later[-1].sha256[:12]}, known from {later[-1].known}"
            said = f"the version {newest}, stays the newest; this one counts from {vintage.known}"
            notes += (Note("doubtful", vintage.name, said),)
        if again is not None:
            self._shelf.write(data, vintage.sha256)
            return Kept(again, False, notes + held_back([again]))
        if before is not None and not shorter:
            self._check_length(data, vintage, before)
        earlier = self._parsed(before) if before is not None else None
        if before is not None and earlier is not None:
            notes += revised(parsed, earlier, vintage.name, before.known)
        neighbours = tuple(found for each in around(every, vintage) if (found := self._parsed(each)) is not None)
        owner = source_named(vintage.source)
        reasons = breaks(parsed, owner, Beside(earlier, neighbours, self._siblings(owner, parsed, every)))
        told = tuple((note.kind, note.text[:MOST_TEXT]) for note in notes[:MOST_NOTES])
        vintage = replace(vintage, held="; ".join(reasons) or None, notes=told)
        self._shelf.write(data, vintage.sha256)
        return Kept(self._shelf.append(vintage), True, notes + held_back([vintage]))

    def accept(self, source: str, name: str | None = None) -> list[Vintage]:
        """Let in what is held back of a source, or of one of its files; it counts from the day it was known.

        Raises:
            UnknownName: no such source.
            OptionError: nothing of it is held back.
            DataError: the index is damaged, or the store cannot be written.
        """
        source_named(source)
        try:
            with locked(self.folder / ".lock"):
                held = [each for each in waiting(self.vintages()) if each.source == source]
                chosen = [each for each in held if name is None or each.name == name]
                if not chosen:
                    given = f"{source}{f', {name}' if name else ''}: nothing is held back"
                    allowed = ", ".join(each.name for each in held) or "nothing of this source waits"
                    raise OptionError("SOURCE, FILE", given, allowed, "see tertius data status")
                let_in = [
                    replace(each, held=None, notes=(*each.notes, ("doubtful", f"let in by hand, though {each.held}")))
                    for each in chosen
                ]
                return [self._shelf.append(each) for each in let_in]
        except OSError as error:
            raise not_written(error, self.folder) from error

    def _siblings(self, owner: Source, parsed: Parsed, every: Sequence[Vintage]) -> dict[str, dict[date, float]]:
        """Values by day of the other sources' series that the file's series should agree with."""
        rules = [limits(owner, found.name) for found in parsed.observations]
        wanted = {rule.sibling for rule in rules if rule is not None and rule.sibling}
        found: dict[str, dict[date, float]] = {name: {} for name in wanted}
        homes = {name.partition(".")[0] for name in wanted}
        usable = [each for each in every if each.usable and each.source in homes]
        for vintage in newest_by_name(usable).values():
            told = self._parsed(vintage)
            for one in told.observations if told else ():
                if one.name in found:
                    found[one.name] |= {day: value for day, value in one.points if value == value}
        return found

    def _parsed(self, vintage: Vintage) -> Parsed | None:
        """What a vintage says; None where it is damaged or its source is not known."""
        if vintage.source not in sources() or not vintage.usable:
            return None
        try:
            return self.reading(vintage)
        except DataError:
            return None

    def reading(self, vintage: Vintage) -> Parsed:
        """Return what a vintage says, without values that cannot be. Raises DataError, MissingExtra."""
        key = vintage.source, vintage.name, vintage.sha256
        if key not in self._read:
            owner = sources()[vintage.source]
            told = self._parse(owner, vintage.name, vintage.sha256, lambda: self._shelf.read(vintage))
            self._read[key] = possible(told, owner, vintage.name, date.fromisoformat(vintage.retrieved[:10]))
        return self._read[key]

    def _parse(self, owner: Source, name: str, sha256: str, read: Callable[[], bytes]) -> Parsed:
        return parsed_once(owner, name, sha256, read, self.folder / "parsed")

    def _check_length(self, data: bytes, vintage: Vintage, before: Vintage) -> None:
        """Refuse what ends earlier, has fewer rows or is the beginning of the vintage before. Raises DataError."""
        is_one_day = before.first == before.last  # a map's rows are polygons, not days
        ends_early = bool(before.last) and (vintage.last or "") < str(before.last)
        fewer = not is_one_day and vintage.rows < before.rows
        if not ends_early and not fewer:
            try:
                earlier = self._shelf.read(before)
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
                return (address, size) in held and bool(self._shelf.read(held[address, size]))
            except DataError:
                return False

        return holds

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
        series = {name for name, source in sources().items() if not source.events and not source.facts}
        of_series = [each for each in every if each.usable and each.source in series]
        usable = by_day_known(of_series)
        notes = [*self.warnings, *strange(every)]
        waits = held_back(of_series, known_by)
        if not usable:
            fix = "tertius data pull, or: tertius data add FILE --as SOURCE; for events: tertius data events"
            given = "; ".join(["no usable file of a series", *strange(every), *map(str, waits)])
            raise DataError(str(self.folder), given, "a store with a file or more", fix)
        held: list[HeldFile] = []
        self._read = {} if parsed is None else parsed
        for name in sorted({vintage.source for vintage in usable}):
            own = [vintage for vintage in usable if vintage.source == name]
            chosen, note = choose(own, known_by, sources()[name])
            notes += note
            for order, vintage in enumerate(chosen):
                told = self.reading(vintage)
                held.append(HeldFile(vintage.name, vintage.sha256, name, told, vintage.known, order))
        notes += map(str, waits)
        return Holdings(str(self.folder), tuple(held), known_by, tuple(notes), waits)

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
        self._read = {}
        ordered = by_day_known(self.vintages())
        notes = list(self.warnings)
        found: list[tuple[str, EventRecord]] = []
        for name in names:
            own = [each for each in ordered if each.source == name and each.usable]
            known = newest_by_name([each for each in own if known_by is None or each.known <= known_by])
            oldest = {each.name: each for each in reversed(own)}
            later = [each for file, each in oldest.items() if file not in known]
            if later:
                count = f"{len(later)} of {len(oldest)} files came after {known_by}"
                notes.append(f"{name}: {count}; their rows count by the day that the publisher gives, or its usual lag")
            records: list[EventRecord] = []
            for vintage in by_line([*known.values(), *later], ordered):
                parsed = self.reading(vintage)
                records += as_known(parsed.events, vintage.known, known_by)
                notes += map(str, parsed.notes)
            found += [(name, record) for record in combined(records)]
        if not any(vintage.source in names for vintage in ordered):
            raise no_events(str(self.folder), names)
        return together(str(self.folder), known_by, found, notes)


def _length(vintage: Vintage) -> str:
    rows = f"{vintage.rows} rows to {vintage.last}, " if vintage.usable else ""
    return f"{rows}{vintage.bytes} bytes"
