"""Oryx: equipment losses that a picture confirms, items by week and side, all statuses.

Reads equipment_losses_confirmed_weekly.csv, and the list of single items that github scarnecchia/oryx_data holds
(totals_by_system.csv and event_*.csv: country, origin, system, status, url, date_recorded, ...), CC BY 4.0. An item is
dated by the day it was recorded, not lost. The form was read from the stored repository; the address was not checked,
for want of a network, and the repository's later files may be cut short (its daily runs ended).
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from datetime import date
from typing import TYPE_CHECKING

from tertius.calendar import week_end
from tertius.errors import DataError
from tertius.evidence.observations import ObservationModel, Observations, Parsed
from tertius.evidence.registry import Source
from tertius.evidence.tables import FETCH, Row, Table, read_table

if TYPE_CHECKING:
    from tertius.evidence.download import Client, Download

FILE = "totals_by_system.csv"
ADDRESS = f"https://raw.githubusercontent.com/scarnecchia/oryx_data/main/{FILE}"
STATUSES = ("destroyed", "damaged", "abandoned", "captured")

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


def parse(data: bytes, name: str) -> Parsed:
    """Read the weekly table or the list of items. Raises DataError."""
    header = data.splitlines()[0] if data else b""
    if b"n_items" in header:
        return _parse_weeks(read_table(data, name, ("week_end", "country", "status", "n_items")))
    return _parse_items(read_table(data, name, ("country", "system", "status", "date_recorded")))


def _parse_weeks(table: Table) -> Parsed:
    found: dict[tuple[date, str, str], tuple[Row, float]] = {}
    merged = 0
    for row in table.rows:
        key = (row.sunday("week_end"), row.text("country"), _status(row))
        count = row.number("n_items")
        if count != count:
            raise row.error("n_items", "a number")
        if key in found:
            earlier, before = found[key]
            if before != count:
                raise DataError(
                    f"{table.file}, lines {earlier.line} and {row.line}, column n_items",
                    f"{before:g} and {count:g} for {key[0]}, {key[1]}, {key[2]}",
                    "one value for a week, a country and a status",
                    "delete the wrong line, or " + FETCH,
                )
            merged += 1
        found[key] = (row, count)
    sums: dict[str, dict[date, float]] = defaultdict(lambda: defaultdict(float))
    for (week, country, _), (_, count) in found.items():
        sums[country][week] += count
    notes = (f"{table.file}: {merged} duplicated rows with equal values merged",) if merged else ()
    observations = tuple(
        Observations(_name(country), "flow", "items", "week", tuple(sorted(weeks.items())))
        for country, weeks in sorted(sums.items())
    )
    return Parsed(observations, len(table.rows), notes=(*table.notes, *notes))


def _parse_items(table: Table) -> Parsed:
    statuses = {_status(row) for row in table.rows}
    if len(statuses) == 1:
        allowed = f"items of every status, as {FILE} has them"
        raise DataError(table.file, f"only items that are {statuses.pop()}", allowed, f"add {FILE} instead")
    sums: dict[str, dict[date, float]] = defaultdict(lambda: defaultdict(float))
    for row in table.rows:
        sums[row.text("country")][week_end(row.day("date_recorded"))] += 1
    observations = tuple(
        Observations(_name(country), "flow", "items", "week", tuple(sorted(weeks.items())), 1)
        for country, weeks in sorted(sums.items())
    )
    recorded = max(row.day("date_recorded") for row in table.rows)
    return Parsed(observations, len(table.rows), notes=table.notes, written=recorded)


def _status(row: Row) -> str:
    found = row.text("status").lower()
    if found not in STATUSES:
        raise row.error("status", ", ".join(STATUSES))
    return found


def _name(country: str) -> str:
    return f"oryx.{'-'.join(country.lower().split())}"


def fetch(client: Client, address: str) -> Sequence[Download]:
    """Download the list of items."""
    return [client.get(address, SOURCE.name_for(address, FILE), SOURCE.limit)]


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
)
