"""Tables from CSV bytes: what is damaged is refused with file, line, column, value, allowed and fix."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from tertius.errors import DataError, listed, nearest

FIRST_DAY = date(1900, 1, 1)
LAST_DAY = date(2200, 12, 31)
FETCH = "get the file again (tertius data pull), or restore it from where it came"
NUMBER = re.compile(r"[+-]?(\d+(\.\d*)?|\.\d+)([eE][+-]?\d{1,3})?", re.ASCII)
DAY = re.compile(r"\d{4}-\d{2}-\d{2}", re.ASCII)
SHOWN = 60


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
        """Return the cell as a finite number not below `low`; NaN where it is empty. Raises DataError."""
        found = self.cells.get(column, "").strip()
        if not found:
            return float("nan")
        value = float(found) if NUMBER.fullmatch(found) else float("nan")
        if not low <= value < float("inf"):
            limit = f"a finite number, {low:g} or more" if low > float("-inf") else "a finite number"
            raise self.error(column, f"{limit}; empty where nothing is known")
        return value

    def day(self, column: str) -> date:
        """Return the cell as a day. Raises DataError for what is no day, or not from 1900 to 2200."""
        found = self.cells[column].strip()
        try:
            value = date.fromisoformat(found) if DAY.fullmatch(found) else None
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
    notes: tuple[str, ...]


def decode(data: bytes, name: str) -> str:
    """Return the text of a file. Raises DataError for what is empty, binary, not UTF-8, or a web page."""
    allowed = "text in UTF-8"
    if not data.strip():
        raise DataError(name, "an empty file", allowed, FETCH)
    if data[:2] in (b"\xff\xfe", b"\xfe\xff"):
        raise DataError(name, "text in UTF-16", allowed, "save it as UTF-8, or get it again")
    if b"\0" in data:
        raise DataError(name, "a binary file", allowed, FETCH)
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        raise DataError(f"{name}, line {line}", f"byte {data[error.start]:#04x}", allowed, FETCH) from error
    if text.lstrip()[:1] == "<":
        raise DataError(
            name, f"a web page or XML: {shown(text.strip())}", "the file itself, not a page about it", FETCH
        )
    return text


def read_table(data: bytes, name: str, needed: Sequence[str], columns: Sequence[str] | None = None) -> Table:
    """Read a CSV file whose header has at least the columns `needed`. Raises DataError.

    Args:
        data: the file's bytes.
        name: its name, for messages.
        needed: columns that it must have.
        columns: its columns, where it comes without a header.
    """
    reader = csv.reader(io.StringIO(decode(data, name), newline=""), strict=True)
    rows: list[Row] = []
    line = 1
    try:
        header = tuple(cell.strip() for cell in columns or next(reader))
        _check_header(header, name, needed)
        line = reader.line_num + 1
        for cells in reader:
            if cells:
                if len(cells) != len(header):
                    raise _wrong_width(name, line, cells, header)
                rows.append(Row(name, line, dict(zip(header, cells, strict=True))))
            line = reader.line_num + 1
    except csv.Error as error:
        raise DataError(f"{name}, line {line}", f"broken CSV ({error})", "comma-separated values", FETCH) from error
    if not rows:
        raise DataError(name, "a header without rows", "one row or more", FETCH)
    whole = data.endswith((b"\n", b"\r"))
    notes = () if whole else (f"{name}: no line break at the end; the last line may be cut off",)
    return Table(name, header, tuple(rows), notes)


def _check_header(header: tuple[str, ...], name: str, needed: Sequence[str]) -> None:
    missing = [column for column in needed if column not in header]
    if missing:
        close = nearest(missing[0], header)
        hint = f"; nearest to {missing[0]}: {close}" if close else ""
        raise DataError(
            f"{name}, line 1", f"columns {shown(', '.join(header))}", f"a header with {listed(needed)}{hint}", FETCH
        )
    twice = [column for column in needed if header.count(column) > 1]
    if twice:
        raise DataError(f"{name}, line 1", f"column {twice[0]} twice", "each column once", FETCH)


def _wrong_width(name: str, line: int, cells: list[str], header: tuple[str, ...]) -> DataError:
    place = f"{name}, line {line}"
    given = f"{len(cells)} of {len(header)} columns: {shown(','.join(cells))}"
    cut = "the file was cut off; " if len(cells) < len(header) else ""
    return DataError(place, given, f"{len(header)} columns, as in the header", cut + FETCH)


def shown(text: str) -> str:
    """Return text as a reader can take it in: quoted, cut after 60 characters."""
    return repr(text) if len(text) <= SHOWN else f"{text[:SHOWN]!r}..."


def by_day(
    table: Table, day_of: Callable[[Row], date], value_of: Callable[[Row], float], what: str
) -> tuple[tuple[tuple[date, float], ...], tuple[str, ...]]:
    """Return (day, value) sorted, each day once, and notes on what was merged or sorted.

    Args:
        table: where the rows come from.
        day_of: the day of a row.
        value_of: the value of a row.
        what: the column or columns that the value is from, for messages.

    Raises:
        DataError: two rows of one day differ.
    """
    return merge_days(((row, day_of(row), value_of(row)) for row in table.rows), table.file, what)


def merge_days(
    given: Iterable[tuple[Row, date, float]], file: str, what: str
) -> tuple[tuple[tuple[date, float], ...], tuple[str, ...]]:
    """Return what `by_day` returns, from (row, day, value)."""
    found: dict[date, tuple[int, float]] = {}
    merged: list[date] = []
    unsorted = False
    last = FIRST_DAY
    for row, day, value in given:
        unsorted = unsorted or day < last
        last = day
        if day in found:
            line, earlier = found[day]
            if value != earlier and not (value != value and earlier != earlier):
                raise DataError(
                    f"{file}, lines {line} and {row.line}, column {what}",
                    f"{earlier:g} and {value:g} for {day}",
                    "one value for a day",
                    "delete the wrong line, or " + FETCH,
                )
            merged.append(day)
        else:
            found[day] = (row.line, value)
    notes = []
    if merged:
        count = len(merged)
        dates = "date" if count == 1 else "dates"
        notes.append(f"{file}: {count} duplicated {dates} with equal values merged: {listed(map(str, merged[:5]))}")
    if unsorted:
        notes.append(f"{file}: lines were not in order of date; sorted")
    return tuple((day, found[day][1]) for day in sorted(found)), tuple(notes)
