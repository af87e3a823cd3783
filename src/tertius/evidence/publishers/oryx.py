"""Oryx: equipment losses that a picture confirms, items by week and side, all statuses.

Reads equipment_losses_confirmed_weekly.csv, and what github scarnecchia/oryx_data holds (CC BY 4.0): the list of single
items (totals_by_system.csv and event_*.csv: country, origin, system, status, url, date_recorded, ..., matID), and the
daily totals by system (2023-08-28.csv: country, system, abandoned, captured, damaged, destroyed, total, Date). The
forms were read from the stored repository; the address was not checked, for want of a network, and the repository's
later files may be cut short (its daily runs ended).

An item is dated by the day it was recorded, not lost. One item (url and matID) that is listed on several days counts
once, on the first. The items of the list's first day, where they are BACKLOG or more, are those of all the weeks before
and are no week's. Totals are dated by the file's name.
"""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from datetime import date
from pathlib import PurePath
from typing import TYPE_CHECKING

from tertius.calendar import week_end
from tertius.errors import DataError
from tertius.evidence.observations import Cadence, Note, ObservationModel, Observations, Parsed, Plausible
from tertius.evidence.registry import Source
from tertius.evidence.tables import FETCH, Row, Table, header_of, left_out, number_of, read_table

if TYPE_CHECKING:
    from tertius.evidence.download import Client, Download

FILE = "totals_by_system.csv"
ADDRESS = f"https://raw.githubusercontent.com/scarnecchia/oryx_data/main/{FILE}"
STATUSES = ("destroyed", "damaged", "abandoned", "captured")
SIDES = {"russia": "russia", "russian federation": "russia", "ukraine": "ukraine"}
"""The list's names of the two sides; other names are told and not counted."""
BACKLOG = 500
DATED = re.compile(r"(\d{4}-\d{2}-\d{2})\.csv", re.ASCII)

MODEL = ObservationModel(
    bias="A floor: what no picture shows is not counted, artillery and rear equipment least; dated when it was "
    "recorded, so that items come in batches, and after a pause of the list in one heap",
    noise=0.3,
    noise_unit="share of the week's value",
    noise_source="judgement; batches of one to three weeks",
    lag_days=14,
    redrawn=(),
    grade="B",
)
PLAUSIBLE = Plausible(
    low=0.0, high=3_000.0, fall=0.02, why="weekly counts to November 2024: at most 1,517 (the first), then 987"
)


def parse(data: bytes, name: str) -> Parsed:
    """Read the weekly table, the list of items or a day's totals. Raises DataError."""
    header = header_of(data)
    if "n_items" in header:
        return _parse_weeks(read_table(data, name, ("week_end", "country", "status", "n_items")))
    if "total" in header and "destroyed" in header:
        return _parse_totals(read_table(data, name, ("country", "system", *STATUSES, "total")))
    return _parse_items(read_table(data, name, ("country", "system", "status", "date_recorded")))


def _parse_weeks(table: Table) -> Parsed:
    read, notes = table.sift(
        lambda row: (row, (row.sunday("week_end"), _side(row), _status(row)), _count(row, "n_items"))
    )
    found: dict[tuple[date, str, str], tuple[Row, float]] = {}
    bad: dict[tuple[date, str, str], DataError] = {}
    merged = 0
    for row, key, count in read:
        if key in found and found[key][1] != count:
            earlier, before = found[key]
            bad[key] = DataError(
                f"{table.file}, lines {earlier.line} and {row.line}, column n_items",
                f"{before:g} and {count:g} for {key[0]}, {key[1]}, {key[2]}",
                "one value for a week, a country and a status",
                "delete the wrong line, or " + FETCH,
            )
        merged += key in found and key not in bad
        found.setdefault(key, (row, count))
    notes += left_out(list(bad.values()), len(found), table.file, "weeks of a status")
    sums: dict[str, dict[date, float]] = defaultdict(lambda: defaultdict(float))
    for key, (_, count) in found.items():
        if key not in bad:
            sums[key[1]][key[0]] += count
    if merged:
        notes += (Note("repaired", table.file, f"{number_of(merged, 'duplicated row')} with equal values merged"),)
    for side, weeks in sums.items():
        first = min(weeks)
        if weeks[first] >= BACKLOG:
            said = f"the first week of {side}, {first}, holds {weeks[first]:g} items of all the weeks before"
            notes += (Note("doubtful", table.file, said),)
    return Parsed(_series(sums, "week", 0), len(table.rows), notes=notes)


def _parse_items(table: Table) -> Parsed:
    read, notes = table.sift(lambda row: (row, _side(row), _status(row), row.day("date_recorded")))
    statuses = {row.cells["status"].strip().lower() for row in table.rows}
    if len(statuses) == 1:
        allowed = f"items of every status, as {FILE} has them"
        raise DataError(table.file, f"only items that are {statuses.pop()}", allowed, f"add {FILE} instead")
    days: dict[tuple[str, ...], tuple[date, str]] = {}
    again = 0
    for row, side, _, day in read:
        item = _item(row)
        again += item in days
        days[item] = min(days.get(item, (day, side)), (day, side))
    if again:
        said = f"{number_of(again, 'row')} of an item that is listed before: each item counts once, on its first day"
        notes += (Note("repaired", table.file, said),)
    by_day = Counter(days.values())
    first = min(day for day, _ in by_day)
    heap = sum(count for (day, _), count in by_day.items() if day == first)
    counted = {key: count for key, count in by_day.items() if key[0] != first or heap < BACKLOG}
    if heap >= BACKLOG:
        said = f"{heap} items of the list's first day, {first}, are those of all the weeks before and are no week's"
        notes += (Note("left out", table.file, said),)
    sums: dict[str, dict[date, float]] = defaultdict(lambda: defaultdict(float))
    for (day, side), count in counted.items():
        sums[side][week_end(day)] += count
    return Parsed(_series(sums, "week", 1), len(table.rows), notes=notes, written=max(day for *_, day in read))


def _item(row: Row) -> tuple[str, ...]:
    """What makes an item the same: its picture and the list's own number; the whole line without its day otherwise."""
    url, number = row.cells.get("url", "").strip(), row.cells.get("matID", "").strip()
    if url and number:
        return row.text("country"), url, number
    return str(row.line), *row.cells.values()


def _parse_totals(table: Table) -> Parsed:
    """A day's running totals. Raises DataError, also where the file's name has no day."""
    match = DATED.fullmatch(PurePath(table.file).name)
    if match is None:
        fix = "name it by the day of its totals, which the cells may have wrong"
        raise DataError(table.file, "totals by system without their day", "a file such as 2023-08-28.csv", fix)
    day = Row(table.file, 0, {"name": match[1]}).day("name")
    read, notes = table.sift(_total)
    sums: dict[str, dict[date, float]] = defaultdict(lambda: defaultdict(float))
    for side, count in read:
        sums[side][day] += count
    written = {row.cells["Date"].strip() for row in table.rows if row.cells.get("Date", "").strip()}
    other = sorted(written - {str(day), f"{day:%m/%d/%Y}"})
    if other:
        said = f"the column Date names other days ({', '.join(other[:3])}); the file's name counts"
        notes += (Note("doubtful", table.file, said),)
    return Parsed(_series(sums, "cumulative", 2), len(table.rows), notes=notes)


def _total(row: Row) -> tuple[str, float]:
    total = _count(row, "total")
    if total != sum(_count(row, status) for status in STATUSES):
        raise row.error("total", f"the sum of {', '.join(STATUSES)}")
    return _side(row), total


def _count(row: Row, column: str) -> float:
    found = row.number(column)
    if found != found or found % 1:
        raise row.error(column, "a whole number")
    return found


def _status(row: Row) -> str:
    found = row.text("status").lower()
    if found not in STATUSES:
        raise row.error("status", ", ".join(STATUSES))
    return found


def _side(row: Row) -> str:
    found = SIDES.get(" ".join(row.text("country").casefold().split()))
    if found is None:
        raise row.error("country", "Russia or Ukraine")
    return found


def _series(sums: Mapping[str, Mapping[date, float]], cadence: Cadence, rank: int) -> tuple[Observations, ...]:
    return tuple(
        Observations(f"oryx.{side}", "flow", "items", cadence, tuple(sorted(days.items())), rank)
        for side, days in sorted(sums.items())
    )


def fetch(client: Client, address: str) -> Sequence[Download]:
    """Download the list of items."""
    return [client.get(address, SOURCE.name_for(address, FILE), SOURCE.limit)]


def stamp(name: str) -> date | None:
    """Return the day that a file of totals is named by."""
    match = DATED.fullmatch(name)
    try:
        return date.fromisoformat(match[1]) if match else None
    except ValueError:
        return None


SOURCE = Source(
    name="oryx",
    title="Oryx, visually confirmed losses",
    address=ADDRESS,
    files=("equipment_losses_confirmed_weekly.csv", FILE),
    series=("oryx.russia", "oryx.ukraine"),
    model=MODEL,
    parse=parse,
    fetch=fetch,
    licence="CC BY 4.0 (the list)",
    pattern=DATED.pattern,
    plausible={"oryx.russia": PLAUSIBLE, "oryx.ukraine": PLAUSIBLE},
    stamp=stamp,
)
