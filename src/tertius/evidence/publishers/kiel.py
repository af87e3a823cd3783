"""Kiel Ukraine Support Tracker: government aid allocated, EUR by month and donor.

Reads the publisher's workbook (.xlsx, see kiel_workbook.py), the table that its web site exports (data_explorer.csv:
country, iso, year, month, total, financial, humanitarian, military, ..., in billion EUR), and aid_monthly_by_donor.csv
(month, donor, aid_type, measure, eur). The workbook's address changes with each release: the publisher's page links to
it, or name it with --from.

Weekly form: a month's whole amount stands in the week that holds the month's last day, so that no week knows a month
before it is over; the other weeks of the table are 0. Sums over whole months are kept. `Holdings.monthly` has the rows.
Series hold allocations (measure "Allocation"); a donor without a row in a month allocated nothing in it. A type of aid
or a measure that TYPES and MEASURES do not have is told, and never guessed.
"""

from __future__ import annotations

import re
import unicodedata
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from importlib import resources
from statistics import median
from typing import TYPE_CHECKING
from urllib.parse import urljoin

from tertius.errors import DataError
from tertius.evidence.address import check_led
from tertius.evidence.observations import MonthlyAmount, Note, ObservationModel, Observations, Parsed, Plausible
from tertius.evidence.publishers import kiel_workbook
from tertius.evidence.registry import Source, file_at
from tertius.evidence.tables import FETCH, Row, header_of, left_out, number_of, read_table

if TYPE_CHECKING:
    from tertius.evidence.download import Client, Download

ADDRESS = "https://www.ifw-kiel.de/publications/ukraine-support-tracker-data-20758/"
LINK = re.compile(r"""href=["']([^"']*ukraine[^"']*support[^"']*\.xlsx)["']""", re.IGNORECASE)
WORKBOOK = "ukraine_support_tracker.xlsx"
EXPORT = "data_explorer.csv"
COLUMNS = ("month", "donor", "aid_type", "measure", "eur")
BILLION = 1e9
ROUNDED = 0.015  # billion EUR: the web site's table carries two decimals
LEAST_MEDIAN = 1_000.0
"""EUR: where half of the amounts are less, the column is in another unit."""
TYPES = {"military": "Military", "humanitarian": "Humanitarian", "financial": "Financial"}
MEASURES = {
    "allocation": "Allocation", "allocations": "Allocation", "commitment": "Commitment", "commitments": "Commitment",
}  # fmt: skip
COUNTED = "Allocation"
DONORS = frozenset(
    resources.files("tertius.evidence.publishers").joinpath("data", "kiel-donors.txt").read_text("utf-8").splitlines()
)
"""Donors of releases so far. Another name is used, and told: it may be misspelt."""
Amounts = Iterable[tuple[Row, MonthlyAmount]]

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
PLAUSIBLE = Plausible(
    low=0.0,
    high=150e9,
    why="months to October 2024: at most 22.8 billion EUR from all donors, 18.3 billion in one row",
)


def parse(data: bytes, name: str) -> Parsed:
    """Read one of the three layouts. Raises DataError, and MissingExtra for a workbook without a reader."""
    if data.startswith(kiel_workbook.MARK):
        return _parse_workbook(kiel_workbook.read(data, name), name)
    if {"total", "military", "year"} <= set(header_of(data)):
        exported = read_table(data, name, ("country", "year", "month", "total", *TYPES))
        lists, said = exported.sift(_exported)
        return _parsed([one for each in lists for one in each], len(exported.rows), said, 1, name)
    table = read_table(data, name, COLUMNS)
    read, notes = table.sift(_amount)
    rows, said = _merged(read, name)
    return _parsed(rows, len(table.rows), (*notes, *said), 0, name)


def _parse_workbook(book: kiel_workbook.Workbook, name: str) -> Parsed:
    read, notes = book.table.sift(_amount)
    undated = sum(row.eur for _, row in read if row.month == date.min)
    if undated:
        share = undated / sum(row.eur for _, row in read)
        text = f"allocations without a month left out of all series: {undated / BILLION:.2f} billion EUR, {share:.1%}"
        notes += (Note("left out", name, f"{text} of all"),)
    dated = [row for row in _sums(read) if row.month != date.min]
    notes += kiel_workbook.disagreement(book, dated)
    return _parsed(dated, len(book.table.rows), (*book.notes, *notes), 0, name)


def _amount(row: Row) -> tuple[Row, MonthlyAmount]:
    eur = row.number("eur")
    if eur != eur:
        raise row.error("eur", "a number")
    _check_donor(row, "donor")
    labels = []
    for column, known in (("aid_type", TYPES), ("measure", MEASURES)):
        label = known.get(row.text(column).casefold())
        if label is None:
            raise row.error(column, f"one of {', '.join(dict.fromkeys(known.values()))}")
        labels.append(label)
    return row, MonthlyAmount(_month(row), row.text("donor"), labels[0], labels[1], eur)


def _exported(row: Row) -> list[MonthlyAmount]:
    _check_donor(row, "country")
    year, month = row.whole("year"), row.whole("month")
    first = _month(Row(row.file, row.line, {"month": f"{year}-{month:0>2}"}))
    parts = {label: row.number(column) for column, label in TYPES.items()}
    if not abs(sum(parts.values()) - row.number("total")) <= ROUNDED:
        raise row.error("total", f"the sum of {', '.join(TYPES)}")
    return [
        MonthlyAmount(first, row.text("country"), label, COUNTED, value * BILLION) for label, value in parts.items()
    ]


def _check_donor(row: Row, column: str) -> None:
    """Raise DataError for a name that no series can be called after."""
    if not slug(row.text(column)):
        raise row.error(column, "a name with letters or digits")


def _month(row: Row) -> date:
    """The first day of a month that is written as that day or as YYYY-MM; date.min where the workbook has none."""
    cell = row.cells["month"].strip()
    if cell == kiel_workbook.UNDATED:
        return date.min
    if re.fullmatch(r"\d{4}-\d{2}", cell, re.ASCII):
        row = Row(row.file, row.line, {"month": f"{cell}-01"})
    found = row.day("month")
    if found.day != 1:
        raise row.error("month", "the first day of a month, or YYYY-MM")
    return found


def _merged(read: Amounts, name: str) -> tuple[list[MonthlyAmount], tuple[Note, ...]]:
    """Rows of which each month, donor, type and measure has one; those that contradict each other are left out."""
    found: dict[tuple[date, str, str, str], tuple[Row, MonthlyAmount]] = {}
    bad: dict[tuple[date, str, str, str], DataError] = {}
    merged = 0
    for row, one in read:
        key = (one.month, one.donor, one.category, one.measure)
        if key in found and found[key][1].eur != one.eur:
            earlier, before = found[key]
            bad[key] = DataError(
                f"{name}, lines {earlier.line} and {row.line}, column eur",
                f"{before.eur:g} and {one.eur:g} for {key[0]}, {key[1]}, {key[2]}, {key[3]}",
                "one value for a month, a donor, a type and a measure",
                "delete the wrong line, or " + FETCH,
            )
        merged += key in found and key not in bad
        found.setdefault(key, (row, one))
    notes = left_out(list(bad.values()), len(found), name, "amounts")
    if merged:
        notes += (Note("repaired", name, f"{number_of(merged, 'duplicated row')} with equal values merged"),)
    return [one for key, (_, one) in found.items() if key not in bad], notes


def _sums(read: Amounts) -> list[MonthlyAmount]:
    """Activities summed by month, donor, type and measure."""
    sums: dict[tuple[date, str, str, str], float] = defaultdict(float)
    for _, one in read:
        sums[one.month, one.donor, one.category, one.measure] += one.eur
    return [MonthlyAmount(*key, eur) for key, eur in sums.items()]


def _parsed(rows: Sequence[MonthlyAmount], count: int, notes: Sequence[Note], rank: int, name: str) -> Parsed:
    ordered = tuple(sorted(rows, key=lambda row: (row.month, row.donor, row.category, row.measure)))
    positive = [row.eur for row in ordered if row.eur > 0]
    if positive and median(positive) < LEAST_MEDIAN:
        given = f"amounts of which half are below {LEAST_MEDIAN:g} EUR, such as {positive[0]:g}"
        fix = "multiply the column by its unit"
        raise DataError(f"{name}, column eur", given, "EUR, not millions or billions", fix)
    if not any(row.measure == COUNTED for row in ordered):
        raise DataError(name, f"{count} rows without an allocation", "one or more", "check the column measure")
    strange = sorted({row.donor for row in ordered} - DONORS)
    if strange:
        said = f"donors that earlier releases do not have, perhaps misspelt: {', '.join(strange[:5])}"
        notes = (*notes, Note("doubtful", name, said))
    slugs = {name: slug(name) for name in {row.donor for row in ordered}}
    times = Counter(slugs.values())
    shared = sorted(name for name, own in slugs.items() if times[own] > 1)
    if shared:
        said = f"donors that share a series, since their names differ in signs alone: {', '.join(shared[:6])}"
        notes = (*notes, Note("doubtful", name, said))
    last = max(row.month for row in ordered)
    return Parsed(_series(ordered, rank), count, ordered, tuple(dict.fromkeys(notes)), last)


def _series(monthly: Sequence[MonthlyAmount], rank: int) -> tuple[Observations, ...]:
    ends = {row.last_day for row in monthly}
    sums: Mapping[str, dict[date, float]] = defaultdict(lambda: dict.fromkeys((min(ends), max(ends)), 0.0))
    for row in monthly:
        if row.measure == COUNTED:
            names = ["kiel.all", f"kiel.all.{slug(row.donor)}"]
            if row.category == "Military":
                names += ["kiel.military", f"kiel.military.{slug(row.donor)}"]
            for name in names:
                sums[name][row.last_day] = sums[name].get(row.last_day, 0.0) + row.eur
    return tuple(
        Observations(name, "flow", "EUR", "once", tuple(sorted(days.items())), rank)
        for name, days in sorted(sums.items())
    )


def slug(donor: str) -> str:
    """Return a donor's name as part of a series' name: "United States" is united-states, "Türkiye" turkiye.

    Letters of other scripts stay, so that donors written in one do not become the same.
    """
    plain = unicodedata.normalize("NFKD", donor)
    bare = "".join(sign for sign in plain if not unicodedata.combining(sign)).lower()
    return re.sub(r"[\W_]+", "-", bare).strip("-")


def fetch(client: Client, address: str) -> Sequence[Download]:
    """Download the workbook that the publisher's page links to, or the file named."""
    used = address
    if not file_at(address).lower().endswith((".xlsx", ".csv")):
        page = client.get(address, "index.html", SOURCE.limit).data.decode("utf-8", "replace")
        links = LINK.findall(page)
        if not links:
            fix = "open it, copy the workbook's address and run: tertius data pull kiel --from ADDRESS"
            raise DataError(address, "a page without a link to the workbook", "a link to the tracker's .xlsx", fix)
        used = urljoin(address, links[0])
        check_led(used, address)
    ending = file_at(used).lower()
    name = SOURCE.name_for(used, WORKBOOK if ending.endswith(".xlsx") else "aid_monthly_by_donor.csv")
    return [client.get(used, name, SOURCE.limit)]


SOURCE = Source(
    name="kiel",
    title="Kiel Ukraine Support Tracker",
    address=ADDRESS,
    files=("aid_monthly_by_donor.csv", EXPORT, WORKBOOK),
    series=("kiel.all", "kiel.military"),
    model=MODEL,
    parse=parse,
    fetch=fetch,
    licence="free for use with citation; see the publisher",
    monthly=True,
    plausible={"kiel.*": PLAUSIBLE},
)
