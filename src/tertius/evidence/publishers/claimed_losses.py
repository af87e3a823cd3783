"""Losses claimed by the General Staff of Ukraine: persons (killed and wounded) and items, by week.

Reads russian_losses_claimed_weekly.csv (flows), russian_losses_claimed_daily.csv (running totals), and what two public
repositories hold: data/russia_losses.csv of github romansverdan/russian-Losses-in-Ukraine (running totals) and
russia_losses_personnel and russia_losses_equipment, .json or .csv, of github
PetroIvaniuk/2022-Ukraine-Russia-War-Dataset (also on Kaggle). The forms were read from the stored repositories; the
addresses were not checked, for want of a network.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from tertius.errors import DataError, listed
from tertius.evidence.observations import Cadence, Note, ObservationModel, Observations, Parsed, Plausible
from tertius.evidence.registry import Source
from tertius.evidence.tables import FETCH, LAYOUT, Row, Table, columns_by_day, decode, header_of, read_table
from tertius.nested import read_json

if TYPE_CHECKING:
    from tertius.evidence.download import Client, Download

ADDRESS = "https://raw.githubusercontent.com/romansverdan/russian-Losses-in-Ukraine/main/data/russia_losses.csv"
FILE = "russia_losses.csv"
WHOLE_WEEK = 7

# what: (series, unit, column without w_ or cum_, key in JSON)
COUNTED = (
    ("claimed-losses.personnel", "persons", "personnel", "personnel"),
    ("claimed-losses.tanks", "items", "tanks", "tank"),
    ("claimed-losses.armour", "items", "apv", "APC"),
    ("claimed-losses.artillery", "items", "artillery", "field artillery"),
)

MODEL = ObservationModel(
    bias="A belligerent's claim about its enemy: too high by an unknown and slowly moving share; killed and wounded "
    "together; days on which a backlog is counted look like heavy days",
    noise=0.1,
    noise_unit="share of the week's value, around its own slowly moving bias",
    noise_source="judgement",
    lag_days=1,
    redrawn=(),
    grade="C",
)


PLAUSIBLE = {
    name: Plausible(low=0.0, high=most, fall=0.01, why=f"claims to November 2024: at most {seen} in seven days")
    for name, most, seen in (
        ("claimed-losses.personnel", 40_000.0, "10,670 (16,000 in the first days of the war)"),
        ("claimed-losses.tanks", 700.0, "187"),
        ("claimed-losses.armour", 2_500.0, "770"),
        ("claimed-losses.artillery", 1_500.0, "466"),
    )
}


def parse(data: bytes, name: str) -> Parsed:
    """Read one of the forms. Raises DataError."""
    if data.lstrip()[:1] in (b"{", b"["):
        return _totals(_table_of_json(data, name), [(series, unit, key) for series, unit, _, key in COUNTED], 3)
    header = header_of(data)
    if "week_end" in header:
        return _parse_weeks(read_table(data, name, ("week_end", "days_in_week", "w_personnel")))
    if "cum_personnel" in header:
        return _totals(read_table(data, name, ("date", "cum_personnel")), _columns("cum_"), 1)
    keys = [(series, unit, key) for series, unit, _, key in COUNTED if key in header]
    if keys and "date" in header and "personnel" not in header:
        return _totals(read_table(data, name, ("date", keys[0][2])), keys, 3)
    return _totals(read_table(data, name, ("date", "personnel")), _columns(""), 2)


def _columns(before: str) -> list[tuple[str, str, str]]:
    return [(name, unit, before + column) for name, unit, column, _ in COUNTED]


def _parse_weeks(table: Table) -> Parsed:
    used = [(name, unit, column) for name, unit, column in _columns("w_") if column in table.columns]
    whole, notes = table.sift(lambda row: (row, _days_in_week(row)))
    partial = {row.line for row, days in whole if days < WHOLE_WEEK}
    rows = [row for row, _ in whole]
    columns = [column for *_, column in used]
    points, said = columns_by_day(table, lambda row: row.sunday("week_end"), columns, rows)
    weeks = {row.cells["week_end"].strip() for row in rows if row.line in partial}
    observations = tuple(
        Observations(
            name, "flow", unit, "week",
            tuple((day, float("nan") if str(day) in weeks else value) for day, value in points[column]),
        )
        for name, unit, column in used
    )  # fmt: skip
    if weeks:
        told = f"{len(weeks)} weeks of less than seven days taken as unknown: {', '.join(sorted(weeks)[:5])}"
        said += (Note("missing", table.file, told),)
    return Parsed(observations, len(table.rows), notes=tuple(dict.fromkeys((*notes, *said))))


def _days_in_week(row: Row) -> int:
    found = row.number("days_in_week")
    if found not in range(WHOLE_WEEK + 1):
        raise row.error("days_in_week", "a whole number from 0 to 7")
    return int(found)


def _totals(table: Table, columns: Sequence[tuple[str, str, str]], rank: int) -> Parsed:
    used = [(name, unit, column) for name, unit, column in columns if column in table.columns]
    rows = [row for row in table.rows if row.cells.get("reported", "True").strip().lower() != "false"]
    points, notes = columns_by_day(table, lambda row: row.day("date"), [column for *_, column in used], rows)
    cadence: Cadence = "cumulative"
    observations = tuple(Observations(name, "flow", unit, cadence, points[column], rank) for name, unit, column in used)
    return Parsed(observations, len(table.rows), notes=notes)


def _table_of_json(data: bytes, name: str) -> Table:
    """A list of records with `date`, or one under `data`. Raises DataError."""
    try:
        told = read_json(decode(data, name))
    except (ValueError, RecursionError) as error:
        raise DataError(name, f"broken JSON ({error})", "a list of days", FETCH) from error
    told = told.get("data") if isinstance(told, dict) else told
    if not isinstance(told, list) or not told or not all(isinstance(entry, dict) and "date" in entry for entry in told):
        raise DataError(name, "JSON of another layout", "a list of records with `date`, or one under `data`", LAYOUT)
    keys = tuple(dict.fromkeys(str(key) for entry in told for key in entry))
    if not any(key in keys for *_, key in COUNTED):
        known = ", ".join(key for *_, key in COUNTED)
        raise DataError(name, f"records of {listed(keys)}", f"one or more of {known}", LAYOUT)
    rows = tuple(Row(name, number, _as_text(entry)) for number, entry in enumerate(told, 1))
    return Table(name, keys, rows, ())


def _as_text(entry: dict[str, Any]) -> dict[str, str]:
    return {str(key): "" if value is None else str(value) for key, value in entry.items()}


def fetch(client: Client, address: str) -> Sequence[Download]:
    """Download the running totals."""
    return [client.get(address, SOURCE.name_for(address, FILE), SOURCE.limit)]


SOURCE = Source(
    name="claimed-losses",
    title="Losses claimed by the General Staff of Ukraine",
    address=ADDRESS,
    files=(
        "russian_losses_claimed_weekly.csv",
        "russian_losses_claimed_daily.csv",
        FILE,
        "russia_losses_personnel.json",
        "russia_losses_equipment.json",
        "russia_losses_personnel.csv",
        "russia_losses_equipment.csv",
    ),
    series=tuple(name for name, *_ in COUNTED),
    model=MODEL,
    parse=parse,
    fetch=fetch,
    licence="public statements; the repositories name their own terms",
    plausible=PLAUSIBLE,
)
