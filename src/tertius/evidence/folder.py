"""A plain folder of files, or a store, as holdings."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Callable
from datetime import UTC, date, datetime
from pathlib import Path

from tertius.errors import DataError, listed
from tertius.evidence.choosing import together
from tertius.evidence.events import EventRecord, Events, as_known, combined
from tertius.evidence.files import printable, read_regular
from tertius.evidence.holdings import HeldFile, Holdings
from tertius.evidence.observations import Note, Parsed
from tertius.evidence.once import cache_folder, parsed_once
from tertius.evidence.plausible import Beside, breaks, possible
from tertius.evidence.registry import Source, event_sources, no_events, sources
from tertius.evidence.shelf import INDEX
from tertius.evidence.store import Store

SUFFIXES = (".csv", ".json", ".geojson", ".xlsx")
ACCEPT = "tertius data accept"


def read_data(path: Path, known_by: date | None = None) -> Holdings:
    """Read a plain folder of files or a store, whichever it is; nothing later than `known_by`. Raises DataError."""
    if os.path.lexists(path / INDEX):
        return Store(path).holdings(known_by)
    return read_folder(path, known_by)


def vintages(path: Path, holdings: Holdings) -> Callable[[date], Holdings]:
    """What was known on a day: a store's vintages of that day; a folder holds one vintage only, `holdings`."""
    if any(path.glob("*.csv")) or not Store(path).vintages():
        return lambda day: holdings
    parsed: dict[tuple[str, str, str], Parsed] = {}
    return lambda day: Store(path).holdings(day, parsed)


def read_folder(path: Path, known_by: date | None = None) -> Holdings:
    """Read the files of a plain folder by their names; others beside them are noted and left.

    Args:
        path: the folder.
        known_by: no week and no month that ends later is shown.

    Raises:
        DataError: the folder cannot be read or holds no known file; a known file is damaged.
    """
    known = sorted(name for source in sources().values() for name in source.files)
    fix = "name a folder with the files, or use the store: tertius data pull"
    if not path.is_dir():
        raise DataError(str(path), "no folder", f"a folder with one or more of {listed(known)}", fix)
    read: list[HeldFile] = []
    passed: list[str] = []
    try:
        files = sorted(path.iterdir())
    except OSError as error:
        given = f"it cannot be read ({error.strerror})"
        raise DataError(str(path), given, "a folder that can be read", "check its rights") from error
    for file in files:
        owner = next((source for source in sources().values() if source.owns(file.name)), None)
        if owner is not None:
            read += [] if owner.events or owner.facts else [_read(file, owner)]
        elif file.is_file() and file.suffix in SUFFIXES:
            passed.append(printable(file.name))
    held, waits = _sifted(read)
    if not held:
        given = "; ".join(map(str, waits)) or f"files {listed(passed)}"
        raise DataError(str(path), given, f"one or more of {listed(known)}", fix)
    notes = [f"not known, not read: {listed(passed)}"] if passed else []
    if known_by is not None:
        notes.append(
            f"cut at {known_by}; a plain folder does not say what was known then, and may hold later revisions"
        )
    notes += map(str, waits)
    return Holdings(str(path), tuple(held), known_by, tuple(notes), waits)


def _sifted(read: list[HeldFile]) -> tuple[list[HeldFile], tuple[Note, ...]]:
    """Files without those that break with what they or earlier ones say, and a note on each of those."""
    kept: list[HeldFile] = []
    waits = []
    for file in sorted(read, key=lambda one: (one.source, str(one.parsed.first), one.name)):
        own = [one for one in kept if one.source == file.source]
        before = own[-1].parsed if own and own[-1].parsed.last and file.parsed.first else None
        is_later = before is not None and str(before.last) < str(file.parsed.first)
        beside = Beside(neighbours=(before,) if before is not None and is_later else ())
        reasons = breaks(file.parsed, sources()[file.source], beside)
        if reasons:
            said = f"held back: {'; '.join(reasons)}; to let it in, add it to a store and: {ACCEPT} {file.source}"
            waits.append(Note("held back", file.name, said, file.source))
        else:
            kept.append(file)
    return sorted(kept, key=lambda one: one.name), tuple(waits)


def read_events(path: Path, known_by: date | None = None, source: str | None = None) -> Events:
    """Read the events of a plain folder of files or of a store, as known on a day; see `Store.events`.

    Args:
        path: the folder or the store.
        known_by: the day. A plain folder does not say when a file came: its rows count by the day that the publisher
            gives, or its usual lag.
        source: one source; without it, all that give events.

    Raises:
        UnknownName: no such source of events.
        DataError: a file is damaged, or no file of events is here.
    """
    names = event_sources(source)
    if os.path.lexists(path / INDEX):
        return Store(path).events(known_by, source)
    files = sorted(path.iterdir()) if path.is_dir() else []
    found: list[tuple[str, EventRecord]] = []
    notes: list[str] = []
    own = [(name, file) for name in names for file in files if sources()[name].owns(file.name)]
    if not own:
        raise no_events(str(path), names)
    for name in names:
        records: list[EventRecord] = []
        for file in (each for owner, each in own if owner == name):
            parsed = _read(file, sources()[name]).parsed
            records += as_known(parsed.events, None, known_by)
            notes += map(str, parsed.notes)
        found += [(name, record) for record in combined(records)]
    return together(str(path), known_by, found, notes)


def _read(file: Path, owner: Source) -> HeldFile:
    data = read_regular(file, owner.limit)
    sha256 = hashlib.sha256(data).hexdigest()
    parsed = parsed_once(owner, file.name, sha256, lambda: data, cache_folder())
    return HeldFile(file.name, sha256, owner.name, possible(parsed, owner, file.name, datetime.now(UTC).date()))
