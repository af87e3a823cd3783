"""Kiel Ukraine Support Tracker: government aid allocated, EUR by month and donor.

Reads aid_monthly_by_donor.csv (month, donor, aid_type, measure, eur). The publisher puts out a workbook (.xlsx) at an
address that changes with each release: name it with --from. Its sheets could not be read here, so the workbook is kept
as it is and `parse` refuses it by name.

Weekly form: a month's whole amount stands in the week that holds the month's last day, so that no week knows a month
before it is over; the other weeks of the table are 0. Sums over whole months are kept. `Holdings.monthly` has the rows.
Series hold allocations (measure "Allocation"); a donor without a row in a month allocated nothing in it.
"""

from __future__ import annotations

import re
import unicodedata
from collections import defaultdict
from collections.abc import Sequence
from datetime import date
from typing import TYPE_CHECKING

from tertius.errors import DataError
from tertius.evidence.observations import MonthlyAmount, ObservationModel, Observations, Parsed
from tertius.evidence.registry import Source, file_at
from tertius.evidence.tables import FETCH, Row, read_table

if TYPE_CHECKING:
    from tertius.evidence.download import Client, Download

ADDRESS = "https://www.ifw-kiel.de/publications/ukraine-support-tracker-data-20758/"
WORKBOOK = "ukraine_support_tracker.xlsx"
COLUMNS = ("month", "donor", "aid_type", "measure", "eur")
COUNTED = "allocation"
MARK = b"PK\x03\x04"  # of a workbook, which is a zip archive

MODEL = ObservationModel(
    bias="Announced allocations, not deliveries: what is announced arrives months later, or in parts, or not; aid that "
    "is not announced is missing; prices of equipment are estimates",
    noise=0.2,
    noise_unit="share of the month's value",
    noise_source="judgement; releases revise months back by as much",
    lag_days=60,
    redrawn=(),
    grade="B",
)


def parse(data: bytes, name: str) -> Parsed:
    """Read the monthly table. Raises DataError, also for the publisher's workbook."""
    if data.startswith(MARK):
        raise DataError(
            name,
            "an Excel workbook",
            f"CSV with {', '.join(COLUMNS)}",
            "save the monthly sheet as CSV with these columns and add it: tertius data add FILE --as kiel",
        )
    table = read_table(data, name, COLUMNS)
    found: dict[tuple[date, str, str, str], tuple[Row, float]] = {}
    merged = 0
    for row in table.rows:
        key = (_month(row), row.text("donor"), row.text("aid_type"), row.text("measure"))
        eur = row.number("eur")
        if eur != eur:
            raise row.error("eur", "a number")
        if key in found and found[key][1] != eur:
            earlier = found[key]
            raise DataError(
                f"{name}, lines {earlier[0].line} and {row.line}, column eur",
                f"{earlier[1]:g} and {eur:g} for {key[0]}, {key[1]}, {key[2]}, {key[3]}",
                "one value for a month, a donor, a type and a measure",
                "delete the wrong line, or " + FETCH,
            )
        merged += key in found
        found[key] = (row, eur)
    monthly = tuple(MonthlyAmount(*key, eur) for key, (_, eur) in sorted(found.items(), key=lambda item: item[0]))
    notes = (f"{name}: {merged} duplicated rows with equal values merged",) if merged else ()
    last = max(row.month for row in monthly)
    return Parsed(_series(monthly), len(table.rows), monthly, (*table.notes, *notes), last)


def _month(row: Row) -> date:
    found = row.day("month")
    if found.day != 1:
        raise row.error("month", "the first day of a month")
    return found


def _series(monthly: Sequence[MonthlyAmount]) -> tuple[Observations, ...]:
    ends = {row.last_day for row in monthly}
    sums: dict[str, dict[date, float]] = defaultdict(lambda: dict.fromkeys((min(ends), max(ends)), 0.0))
    for row in monthly:
        if row.measure.casefold() == COUNTED:
            names = ["kiel.all", f"kiel.all.{slug(row.donor)}"]
            if row.category.casefold() == "military":
                names += ["kiel.military", f"kiel.military.{slug(row.donor)}"]
            for name in names:
                sums[name][row.last_day] = sums[name].get(row.last_day, 0.0) + row.eur
    return tuple(
        Observations(name, "flow", "EUR", "once", tuple(sorted(days.items()))) for name, days in sorted(sums.items())
    )


def slug(donor: str) -> str:
    """Return a donor's name as part of a series' name: "United States" is united-states."""
    plain = unicodedata.normalize("NFKD", donor).encode("ascii", "ignore").decode().lower()
    return re.sub(r"[^a-z0-9]+", "-", plain).strip("-")


def fetch(client: Client, address: str) -> Sequence[Download]:
    """Download a release: a workbook, kept raw, or a CSV. The release's own address has to be named."""
    if address == ADDRESS:
        raise DataError(
            "source kiel",
            "no address of a release",
            "the address of a release's file",
            f"open {ADDRESS}, copy the file's address and run: tertius data pull kiel --from ADDRESS",
        )
    name = "aid_monthly_by_donor.csv" if file_at(address).lower().endswith(".csv") else WORKBOOK
    return [client.get(address, name, SOURCE.limit)]


SOURCE = Source(
    name="kiel",
    title="Kiel Ukraine Support Tracker",
    address=ADDRESS,
    files=("aid_monthly_by_donor.csv",),
    series=("kiel.all", "kiel.military"),
    model=MODEL,
    parse=parse,
    fetch=fetch,
    licence="free for use with citation; see the publisher",
    monthly=True,
    raw=((".xlsx", MARK),),
)
