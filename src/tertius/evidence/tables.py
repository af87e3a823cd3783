"""Tables from CSV bytes, and the rule for rows that cannot be used.

A damaged row is left out, counted and named, as long as bad rows are at most BAD_SHARE of a file (one is always left
out where others are good); above that the file is refused with file, line, column, value, allowed and fix. A file that
is cut off, or of another layout, is refused as a whole.
"""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import TypeVar

from tertius.errors import DataError, listed, nearest
from tertius.evidence.observations import Note

FIRST_DAY = date(1900, 1, 1)
LAST_DAY = date(2200, 12, 31)
FETCH = "get the file again (tertius data pull), or restore it from where it came"
LAYOUT = "getting it again will not help: docs/data.md lists the layouts that are read; save it in one of them"
NUMBER = re.compile(r"[+-]?(\d+(\.\d*)?|\.\d+)([eE][+-]?\d{1,3})?", re.ASCII)
DAY = re.compile(r"\d{4}-\d{2}-\d{2}", re.ASCII)
MIDNIGHT = re.compile(r"[T ]00:00(:00(\.0+)?)?(Z|\+00:00)?", re.ASCII)
MISSING = frozenset({"", "NA", "N/A", "NaN", "nan", "null", "None"})
"""What programs write where nothing is known."""
BAD_SHARE = 0.05
"""Greatest share of rows that are left out; a single one always is, where others are good."""
SAME = 1e-6
"""Relative difference up to which two values of one day are one."""
SHOWN = 60
HEAD = 1 << 16
"""Bytes in which a header ends."""
LEAD = 0.1
"""Share of empty days before a column's first value above which the column is taken to begin later."""
NAMED = 3

T = TypeVar("T")


@dataclass(frozen=True)
class Row:
    """One line of a table."""

    file: str
    line: int
    cells: dict[str, str]

    def text(self, column: str) -> str:
        """Return the cell without the blanks around it. Raises DataError where it is empty."""
        found = self.cells[column].strip()
        if not found:
            raise self.error(column, "a value")
        return found

    def number(self, column: str, low: float = 0.0) -> float:
        """Return the cell as a finite number not below `low`; NaN where it is empty or NA. Raises DataError."""
        found = self.cells.get(column, "").strip()
        if found in MISSING:
            return float("nan")
        value = float(found) if NUMBER.fullmatch(found) else float("nan")
        if not low <= value < float("inf"):
            limit = f"a finite number, {low:g} or more" if low > float("-inf") else "a finite number"
            raise self.error(column, f"{limit}; empty or NA where nothing is known")
        return value

    def whole(self, column: str) -> str:
        """Return the cell as the digits of a whole number; 5.0 is 5. Raises DataError."""
        found = re.sub(r"\.0+$", "", self.cells[column].strip())
        if not re.fullmatch(r"\d+", found, re.ASCII):
            raise self.error(column, "a whole number")
        return found

    def day(self, column: str) -> date:
        """Return the cell as a day; a time of midnight may follow. Raises DataError for what is no day of 1900-2200."""
        found = self.cells[column].strip()
        if not MIDNIGHT.fullmatch(found[10:] or "T00:00"):
            found = ""
        try:
            value = date.fromisoformat(found[:10]) if DAY.fullmatch(found[:10]) else None
        except ValueError:
            value = None
        if value is None or not FIRST_DAY <= value <= LAST_DAY:
            raise self.error(column, f"a day as YYYY-MM-DD from {FIRST_DAY} to {LAST_DAY}")
        return value

    def sunday(self, column: str) -> date:
        """Return the cell as the Sunday that closes a week. Raises DataError."""
        value = self.day(column)
        if value.isoweekday() != 7:
            raise self.error(column, "a Sunday, the last day of an ISO week")
        return value

    def error(self, column: str, allowed: str) -> DataError:
        """Return the error for a cell that cannot be used."""
        given = self.cells.get(column, "")
        return DataError(f"{self.file}, line {self.line}, column {column}", shown(given), allowed, FETCH)


@dataclass(frozen=True)
class Table:
    """Columns and rows of a file, and what was noted while it was read."""

    file: str
    columns: tuple[str, ...]
    rows: tuple[Row, ...]
    notes: tuple[Note, ...]
    bad: tuple[DataError, ...] = ()
    """Lines of a wrong width."""

    def sift(self, read: Callable[[Row], T], rows: Sequence[Row] | None = None) -> tuple[list[T], tuple[Note, ...]]:
        """Return what `read` makes of each row, and notes: those of the table, and on rows that were left out.

        Args:
            read: raises DataError for a row that cannot be used.
            rows: some of the table's; all of them by default.

        Raises:
            DataError: more than the stated share of them cannot be used.
        """
        bad = list(self.bad)
        found = []
        given = self.rows if rows is None else rows
        for row in given:
            try:
                found.append(read(row))
            except DataError as error:
                bad.append(error)
        return found, (*self.notes, *left_out(bad, len(given) + len(self.bad), self.file))


def left_out(bad: Sequence[DataError], total: int, file: str, what: str = "rows") -> tuple[Note, ...]:
    """Return a note that names what was left out of `total`. Raises DataError above the stated share."""
    if not bad:
        return ()
    first, count = bad[0], len(bad)
    if count == total == 1:
        raise first
    if count >= total or count > max(1, BAD_SHARE * total):
        share = f"{count} of {total} {what} cannot be used; at most one, or {BAD_SHARE:.0%}, are left out"
        fix = LAYOUT if count >= total and first.fix == FETCH else first.fix
        raise DataError(first.place, f"{first.given} ({share})", first.allowed, fix)
    named = "; ".join(f"{error.place.removeprefix(f'{file}, ')}: {error.given}" for error in bad[:NAMED])
    more = f" and {count - NAMED} more" if count > NAMED else ""
    return (Note("left out", file, f"{count} of {total} {what} left out: {named}{more} (allowed: {first.allowed})"),)


def decode(data: bytes, name: str, lenient: bool = False) -> str:
    """Return the text of a file. Raises DataError for what is empty, binary, not UTF-8, or a web page.

    Args:
        data: the file's bytes.
        name: its name, for messages.
        lenient: take letters that are not UTF-8 as U+FFFD.
    """
    allowed = "text in UTF-8"
    if not data.strip():
        raise DataError(name, "an empty file", allowed, FETCH)
    if data[:2] in (b"\xff\xfe", b"\xfe\xff"):
        raise DataError(name, "text in UTF-16", allowed, "save it as UTF-8, or get it again")
    if b"\0" in data:
        raise DataError(name, "a binary file", allowed, FETCH)
    try:
        text = data.decode("utf-8-sig", "replace" if lenient else "strict")
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        raise DataError(f"{name}, line {line}", f"byte {data[error.start]:#04x}", allowed, FETCH) from error
    if text.lstrip()[:1] == "<":
        raise DataError(
            name, f"a web page or XML: {shown(text.strip())}", "the file itself, not a page about it", FETCH
        )
    return text


def header_of(data: bytes) -> tuple[str, ...]:
    """Return the columns that a CSV file names in its first line; none where it is no such line."""
    lines = data.lstrip()[:HEAD].decode("utf-8-sig", "replace").splitlines()
    try:
        return tuple(cell.strip() for cell in next(csv.reader(lines[:1]), ()))
    except csv.Error:
        return ()


def read_table(
    data: bytes,
    name: str,
    needed: Sequence[str],
    columns: Sequence[str] | None = None,
    lenient: bool = False,
    named: Callable[[str], str] = str,
) -> Table:
    """Read a CSV file whose header has at least the columns `needed`. Raises DataError.

    Args:
        data: the file's bytes.
        name: its name, for messages.
        needed: columns that it must have.
        columns: its columns, where it comes without a header.
        lenient: take letters that are not UTF-8 as U+FFFD, with a note.
        named: gives a column of the header the name that it has here.
    """
    text = decode(data, name, lenient)
    reader = csv.reader(io.StringIO(text, newline=""), strict=True)
    rows: list[Row] = []
    bad: list[DataError] = []
    line = 1
    try:
        header = tuple(named(cell.strip()) for cell in columns or next(reader))
        _check_header(header, name, needed)
        line = reader.line_num + 1
        for cells in reader:
            if len(cells) == len(header):
                rows.append(Row(name, line, dict(zip(header, cells, strict=True))))
            elif cells:
                bad.append(_wrong_width(name, line, cells, header))
            line = reader.line_num + 1
    except csv.Error as error:
        raise DataError(f"{name}, line {line}", f"broken CSV ({error})", "comma-separated values", FETCH) from error
    if not rows:
        raise bad[0] if bad else DataError(name, "a header without rows", "one row or more", FETCH)
    notes = []
    if not data.endswith((b"\n", b"\r")):
        if bad and bad[-1].place.endswith(f"line {line - 1}"):
            raise bad[-1]
        notes.append(Note("doubtful", name, "no line break at the end; the last line may be cut off"))
    if "\ufffd" in text:
        notes.append(Note("repaired", name, "letters that are not UTF-8 were replaced; names that have them are off"))
    return Table(name, header, tuple(rows), tuple(notes), tuple(bad))


def _check_header(header: tuple[str, ...], name: str, needed: Sequence[str]) -> None:
    missing = [column for column in needed if column not in header]
    if missing:
        close = nearest(missing[0], header)
        hint = f"; nearest to {missing[0]}: {close}" if close else ""
        given = f"columns {shown(', '.join(header))}"
        raise DataError(f"{name}, line 1", given, f"a header with {listed(needed)}{hint}", LAYOUT)
    twice = [column for column in needed if header.count(column) > 1]
    if twice:
        raise DataError(f"{name}, line 1", f"column {twice[0]} twice", "each column once", LAYOUT)


def _wrong_width(name: str, line: int, cells: list[str], header: tuple[str, ...]) -> DataError:
    place = f"{name}, line {line}"
    given = f"{len(cells)} of {len(header)} columns: {shown(','.join(cells))}"
    cut = "the file was cut off; " if len(cells) < len(header) else ""
    return DataError(place, given, f"{len(header)} columns, as in the header", cut + FETCH)


def shown(text: str) -> str:
    """Return text as a reader can take it in: quoted, cut after 60 characters."""
    return repr(text) if len(text) <= SHOWN else f"{text[:SHOWN]!r}..."


Points = tuple[tuple[date, float], ...]


def columns_by_day(
    table: Table, day_of: Callable[[Row], date], columns: Sequence[str], rows: Sequence[Row] | None = None
) -> tuple[dict[str, Points], tuple[Note, ...]]:
    """Return the points of each column, and notes; the first column is the one that every row should have.

    Args:
        table: where the rows come from.
        day_of: the day of a row.
        columns: columns of numbers.
        rows: some of the table's; all of them by default.

    Raises:
        DataError: more than the stated share of the rows cannot be used, or of days that two rows differ on.
    """
    read, notes = table.sift(lambda row: (row, day_of(row), [row.number(column) for column in columns]), rows)
    points: dict[str, Points] = {}
    for at, column in enumerate(columns):
        given = ((row, day, values[at]) for row, day, values in read)
        points[column], said = merge_days(given, table.file, column)
        notes += said + _missing(points[column], table.file, column, from_first=at > 0)
    return points, tuple(dict.fromkeys(notes))


def _missing(points: Points, file: str, column: str, from_first: bool) -> tuple[Note, ...]:
    known = [day for day, value in points if value == value]
    if not known:
        return ()
    lead = sum(day < known[0] for day, _ in points)
    is_later = from_first and lead > LEAD * len(points)  # a column that was added with the years
    empty = [day for day, value in points if value != value and (day > known[0] or not is_later)]
    if not empty:
        return ()
    return (Note("missing", file, f"{column} is empty on {len(empty)} of {len(points)} days: {days_named(empty)}"),)


def merge_days(given: Iterable[tuple[Row, date, float]], file: str, what: str) -> tuple[Points, tuple[Note, ...]]:
    """Return (day, value) sorted, each day once, and notes on what was merged, sorted or left out.

    Args:
        given: (row, day, value).
        file: the file, for messages.
        what: the column that the value is from, for messages.

    Raises:
        DataError: of more than the stated share of days two rows differ.
    """
    found: dict[date, tuple[int, float]] = {}
    merged: list[date] = []
    bad: dict[date, DataError] = {}
    unsorted = False
    last = FIRST_DAY
    for row, day, value in given:
        unsorted = unsorted or day < last
        last = day
        if day not in found:
            found[day] = (row.line, value)
            continue
        line, earlier = found[day]
        if not (abs(value - earlier) <= SAME * abs(earlier) or (value != value and earlier != earlier)):
            bad[day] = DataError(
                f"{file}, lines {line} and {row.line}, column {what}",
                f"{earlier:g} and {value:g} for {day}",
                "one value for a day",
                "delete the wrong line, or " + FETCH,
            )
        merged.append(day)
    notes = list(left_out(list(bad.values()), len(found), file, "days"))
    equal = [day for day in merged if day not in bad]
    if equal:
        said = f"{number_of(len(equal), 'duplicated date')} with equal values merged: {listed(map(str, equal[:5]))}"
        notes.append(Note("repaired", file, said))
    if unsorted:
        notes.append(Note("repaired", file, "lines were not in order of date; sorted"))
    return tuple((day, found[day][1]) for day in sorted(found) if day not in bad), tuple(notes)


def days_named(days: Sequence[date]) -> str:
    """Return the first of some days, as text."""
    return ", ".join(map(str, days[:NAMED])) + (", ..." if len(days) > NAMED else "")


def number_of(count: int, noun: str) -> str:
    """Return "1 row", "2 rows"."""
    return f"{count} {noun}{'' if count == 1 else 's'}"
