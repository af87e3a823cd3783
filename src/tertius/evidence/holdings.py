"""Holdings: all the series of a folder or of a store, by name."""

from __future__ import annotations

import hashlib
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date

import numpy as np

from tertius.errors import DataError, UnknownName
from tertius.evidence.assemble import Given, assemble
from tertius.evidence.observations import MonthlyAmount, Note, Parsed, folded
from tertius.evidence.registry import sources
from tertius.evidence.series import Series, stale


@dataclass(frozen=True)
class HeldFile:
    """A file as it was read."""

    name: str
    sha256: str
    source: str
    parsed: Parsed
    known: date | None = None
    """The day from which on it was known; None in a plain folder, which does not say."""
    order: int = 0
    """Of two files that say the same of one day, the one of the higher order was known later."""


@dataclass(frozen=True)
class Holdings:
    """Series read from files. Nothing in them is later than `known_by`, where one is given."""

    place: str
    files: tuple[HeldFile, ...]
    known_by: date | None
    notes: tuple[str, ...]
    waiting: tuple[Note, ...] = ()
    """Files that are held back."""
    _made: dict[str, Series] = field(default_factory=dict, repr=False, compare=False)

    def names(self) -> tuple[str, ...]:
        """Return the names of the series, sorted."""
        return tuple(sorted({found.name for file in self.files for found in file.parsed.observations}))

    def series(self, name: str) -> Series:
        """Return a series.

        Raises:
            DataError: its source has no file here.
            UnknownName: there is no such series.
        """
        if name not in self._made:
            given = [
                Given(file.name, file.sha256, file.source, found, file.known, file.order)
                for file in self.files
                for found in file.parsed.observations
                if found.name == name
            ]
            if not given:
                raise self._lacking(name)
            model = sources()[name.partition(".")[0]].model if name.partition(".")[0] in sources() else None
            inside = {part.file for part in given}
            notes = [note for file in self.files if file.name in inside for note in file.parsed.notes]
            made = assemble(given, model.redrawn if model else (), folded(notes))
            self._made[name] = made if self.known_by is None else made.until(self.known_by)
        return self._made[name]

    def told(self, names: Iterable[str]) -> tuple[Note, ...]:
        """Return what a reader of numbers that rest on the named series should know of their files.

        What was left out, not counted, repaired, revised, is missing or doubtful in a file that a series is read from;
        what is held back of its source; and whether it ends further before `known_by` than the source's usual lag.
        """
        wanted = set(names)
        homes = {name.partition(".")[0] for name in wanted}
        found = [
            note
            for file in self.files
            if any(one.name in wanted for one in file.parsed.observations)
            for note in file.parsed.notes
        ]
        found += [note for note in self.waiting if note.source in homes]
        for name in sorted(wanted & set(self.names())):
            last, home = self.series(name).last, sources().get(name.partition(".")[0])
            said = stale(last, self.known_by, home.model.lag_days) if last and home and self.known_by else ""
            found += [Note("stale", name, said)] if said else []
        return tuple(dict.fromkeys(found))

    def monthly(
        self, donor: str | None = None, category: str | None = None, measure: str | None = None
    ) -> tuple[MonthlyAmount, ...]:
        """Return the rows by month that fit, sorted; only months that were over by `known_by`.

        Raises:
            DataError: no file with monthly rows is here.
        """
        tables = [file for file in self.files if file.parsed.monthly]
        if not tables:
            raise self._missing_source(next((name for name, each in sources().items() if each.monthly), "of months"))
        rows = {
            (row.month, row.donor, row.category, row.measure): row
            for file in sorted(tables, key=lambda file: (file.order, file.name))
            for row in file.parsed.monthly
            if (self.known_by is None or row.last_day <= self.known_by)
            and _fits(row.donor, donor)
            and _fits(row.category, category)
            and _fits(row.measure, measure)
        }
        return tuple(rows[key] for key in sorted(rows))

    def digest(self, names: Iterable[str]) -> str:
        """Return a sha256, in hex, over the values of the named series as parsed: not over the files' bytes."""
        total = hashlib.sha256()
        for name in sorted(set(names)):
            found = self.series(name)
            values = np.where(np.isnan(found.values), np.nan, found.values).astype("<f8")
            days = found.weeks.astype("datetime64[D]").astype("<i8")
            head = f"{name}\n{found.kind}\n{found.unit}\n{len(found)}\n".encode()
            total.update(head + days.tobytes() + values.tobytes() + found.masked.astype("u1").tobytes())
        return total.hexdigest()

    def _lacking(self, name: str) -> DataError | UnknownName:
        source = name.partition(".")[0]
        held = {file.source for file in self.files}
        known = {series for each in sources().values() for series in each.series}
        if source in sources() and source not in held and (name in known or not sources()[source].series):
            return self._missing_source(source)
        if source in sources() and source not in held and any(name.startswith(f"{each}.") for each in known):
            return self._missing_source(source)
        if name in known:
            return self._missing_file(name, source)
        return UnknownName("series", name, sorted({*self.names(), *known}))

    def _missing_source(self, source: str) -> DataError:
        files = sources()[source].files if source in sources() else ()
        return DataError(
            f"{self.place}: source {source}",
            "no file of it",
            f"one or more of {', '.join(files) or 'its files'}",
            f"copy one there, or: tertius data pull {source}, or: tertius data add FILE --as {source}",
        )

    def _missing_file(self, name: str, source: str) -> DataError:
        held = ", ".join(file.name for file in self.files if file.source == source)
        return DataError(
            f"{self.place}: series {name}",
            f"files of {source} that do not have it: {held}",
            f"one that has it, of {', '.join(sources()[source].files)}",
            f"tertius data add FILE --as {source}",
        )

    def by_source(self) -> dict[str, list[HeldFile]]:
        """Return the files by source."""
        found: dict[str, list[HeldFile]] = defaultdict(list)
        for file in self.files:
            found[file.source].append(file)
        return dict(found)


def _fits(value: str, wanted: str | None) -> bool:
    return wanted is None or value.casefold() == wanted.casefold()
