"""The Kiel tracker's workbook: one row for each part of an activity, read by its columns whatever its sheet is called.

The sheet "Bilateral Assistance, MAIN DATA" has, among others, donor, announcement_date, aid_type_general, measure,
tot_sub_activity_value_EUR_redistr (amounts that parts without a price of their own share; in releases before it
tot_sub_activity_value_EUR), month (months since December 2021, 0 where unknown). Columns and the meaning of `month`
were read from programs of others (releases 13 to 28). The sheet "Allocations by type and month" has the publisher's own
sums in billion EUR: where they differ from those of the rows, a note says so. Commitments have no amount of
their own in most rows, and are not read.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from tertius.errors import DataError, MissingExtra, listed
from tertius.evidence.observations import MonthlyAmount, Note
from tertius.evidence.sheets import TooMuch, sheets_of
from tertius.evidence.tables import LAYOUT, Row, Table, number_of

MARK = b"PK\x03\x04"
"""First bytes of a workbook, which is a zip archive."""
SHEET = "Bilateral Assistance, MAIN DATA"
SUMS = "Allocations by type and month"
NEEDED = ("donor", "aid_type_general", "measure")
AMOUNTS = ("tot_sub_activity_value_EUR_redistr", "tot_sub_activity_value_EUR", "tot_sub_activity_value_EUR_OLD")
"""Columns of amounts, the best first."""
UNDATED = "no month"
EMPTY = frozenset({"", "."})
READ_ROWS = 15
"""Rows in which a sheet's header is looked for."""
APART = 0.05
"""Share by which a month's sum may differ from the publisher's, and billion EUR."""


def _sheets(data: bytes, name: str) -> dict[str, list[list[Any]]]:
    """Rows of the workbook's sheets by their name. Raises DataError, MissingExtra."""
    try:
        import python_calamine  # noqa: F401
    except ImportError as error:
        raise MissingExtra("workbooks", "python-calamine", f"reading {name}") from error
    try:
        return sheets_of(data)
    except TooMuch as error:
        allowed = "a workbook of the size of the tracker's"
        raise DataError(name, f"a workbook whose opening takes {error}", allowed, LAYOUT) from error
    except ValueError as error:
        given = f"a zip archive that is no workbook ({error})"
        raise DataError(name, given, "the tracker's .xlsx, or CSV of another layout", LAYOUT) from error


@dataclass(frozen=True)
class Workbook:
    """The allocations of a workbook."""

    table: Table
    """Columns month, donor, aid_type, measure and eur."""
    sums: dict[str, float]
    """The publisher's own sums: billion EUR by month, as YYYY-MM."""
    notes: tuple[Note, ...]


def read(data: bytes, name: str) -> Workbook:
    """Read a workbook. Raises DataError, and MissingExtra where no reader of workbooks is installed."""
    sheets = _sheets(data, name)
    found = {sheet: at for sheet, rows in sheets.items() if (at := _header_at(rows)) is not None}
    if not found or (len(found) > 1 and SHEET not in found):
        given = f"{len(found)} sheets with those columns, of {listed(sheets)}"
        allowed = f"one sheet with {', '.join(NEEDED)} and {AMOUNTS[0]} (in releases so far: {SHEET})"
        raise DataError(name, given, allowed, LAYOUT)
    sheet = SHEET if SHEET in found else next(iter(found))
    header = [str(cell).strip() for cell in sheets[sheet][found[sheet]]]
    amount = next(column for column in AMOUNTS if column in header)
    rows: list[Row] = []
    counts: Counter[str] = Counter()
    passed = 0
    for number, cells in enumerate(sheets[sheet][found[sheet] + 1 :], found[sheet] + 2):
        given_cells = dict(zip(header, cells))
        if not any(str(given_cells[column]).strip() for column in NEEDED):
            continue
        if str(given_cells["measure"]).strip().casefold().startswith("commitment"):
            passed += 1
            continue
        eur = _text(given_cells[amount])
        counts["rows without an amount count as 0"] += eur in EMPTY
        counts["rows whose month and day of announcement disagree: the month counts"] += _is_odd(given_cells)
        told = {"donor": _text(given_cells["donor"]), "aid_type": _text(given_cells["aid_type_general"])}
        told |= {"measure": _text(given_cells["measure"]), "eur": "0" if eur in EMPTY else eur}
        rows.append(Row(f"{name}, sheet {sheet}", number, told | {"month": _month(given_cells)}))
    if not rows:
        raise DataError(name, f"sheet {sheet!r} without an allocation", "one row or more", LAYOUT)
    notes = [Note("doubtful", name, f"{count} of {len(rows)} {said}") for said, count in counts.items() if count]
    if passed:
        notes.append(Note("not counted", name, f"{number_of(passed, 'row')} of commitments not read"))
    if sheet != SHEET:
        notes.append(Note("repaired", name, f"the sheet {sheet!r} has the columns of {SHEET!r} and is read"))
    table = Table(name, ("month", "donor", "aid_type", "measure", "eur"), tuple(rows), ())
    return Workbook(table, _sums(sheets.get(SUMS, ())), tuple(notes))


def _header_at(rows: Sequence[Sequence[Any]]) -> int | None:
    for at, cells in enumerate(rows[:READ_ROWS]):
        names = {str(cell).strip() for cell in cells}
        if names.issuperset(NEEDED) and names.intersection(AMOUNTS):
            return at
    return None


def _month(cells: dict[str, Any]) -> str:
    """A month as YYYY-MM, from its number or the day of announcement; UNDATED where neither is there."""
    return _by_number(cells) or _by_day(cells) or UNDATED


def _is_odd(cells: dict[str, Any]) -> bool:
    number, day = _by_number(cells), _by_day(cells)
    return bool(number and day) and number != day


def _by_number(cells: dict[str, Any]) -> str:
    number = cells.get("month")
    if not isinstance(number, (int, float)) or number < 1 or number != int(number):
        return ""
    year, month = divmod(int(number) - 1, 12)
    return f"{2022 + year}-{month + 1:02d}"


def _by_day(cells: dict[str, Any]) -> str:
    day = cells.get("announcement_date")
    return f"{day:%Y-%m}" if isinstance(day, date) else ""


def _text(cell: Any) -> str:
    return repr(cell) if isinstance(cell, float) else str(cell).strip()


def _sums(rows: Iterable[Sequence[Any]]) -> dict[str, float]:
    found = {}
    for cells in rows:
        day = next((cell for cell in cells[:3] if isinstance(cell, date)), None)
        numbers = [float(cell) for cell in cells if isinstance(cell, (int, float)) and not isinstance(cell, bool)]
        if day is not None and numbers:
            found[f"{day:%Y-%m}"] = numbers[-1]
    return found


def disagreement(book: Workbook, rows: Sequence[MonthlyAmount]) -> tuple[Note, ...]:
    """Return a note on months whose sum is not the publisher's own."""
    sums: dict[str, float] = defaultdict(float)
    for row in rows:
        sums[f"{row.month:%Y-%m}"] += row.eur / 1e9
    off = [
        f"{month} {sums.get(month, 0.0):.2f}, not {told:.2f}"
        for month, told in book.sums.items()
        if abs(sums.get(month, 0.0) - told) > APART * max(1.0, abs(told))
    ]
    if not off:
        return ()
    text = f"sums of the rows differ from sheet {SUMS!r}, billion EUR: {', '.join(off[:5])}"
    return (Note("doubtful", book.table.file, text + (", ..." if len(off) > 5 else "")),)
