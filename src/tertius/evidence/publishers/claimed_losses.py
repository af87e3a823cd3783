"""Losses claimed by the General Staff of Ukraine: persons (killed and wounded) and items, by week.

Reads russian_losses_claimed_weekly.csv (flows), russian_losses_claimed_daily.csv (running totals), and what two public
repositories hold: data/russia_losses.csv of github romansverdan/russian-Losses-in-Ukraine (running totals) and
data/russia_losses_personnel.json and russia_losses_equipment.json of github
PetroIvaniuk/2022-Ukraine-Russia-War-Dataset. The forms were read from the stored repositories; the addresses were not
checked, for want of a network.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from tertius.errors import DataError
from tertius.evidence.observations import Cadence, ObservationModel, Observations, Parsed
from tertius.evidence.registry import Source
from tertius.evidence.tables import FETCH, Row, Table, decode, merge_days, read_table

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


def parse(data: bytes, name: str) -> Parsed:
    """Read one of the forms. Raises DataError."""
    if data.lstrip()[:1] in (b"{", b"["):
        return _parse_json(data, name)
    header = data.splitlines()[0] if data else b""
    if b"w_personnel" in header or b"week_end" in header:
        return _parse_weeks(read_table(data, name, ("week_end", "days_in_week", "w_personnel")))
    if b"cum_personnel" in header:
        return _parse_totals(read_table(data, name, ("date", "cum_personnel")), "cum_", 1)
    return _parse_totals(read_table(data, name, ("date", "personnel")), "", 2)


def _parse_weeks(table: Table) -> Parsed:
    partial = [row for row in table.rows if _days_in_week(row) < WHOLE_WEEK]

    def value(row: Row, column: str) -> float:
        found = row.number(column)
        return found if _days_in_week(row) == WHOLE_WEEK else float("nan")

    observations = []
    notes = set(table.notes)
    for name, unit, column in _columns(table, "w_"):
        points, found = merge_days(
            ((row, row.sunday("week_end"), value(row, column)) for row in table.rows), table.file, column
        )
        observations.append(Observations(name, "flow", unit, "week", points))
        notes.update(found)
    if partial:
        weeks = ", ".join(row.cells["week_end"] for row in partial[:5])
        notes.add(f"{table.file}: {len(partial)} weeks of less than seven days taken as unknown: {weeks}")
    return Parsed(tuple(observations), len(table.rows), notes=tuple(sorted(notes)))


def _days_in_week(row: Row) -> int:
    found = row.number("days_in_week")
    if found not in range(WHOLE_WEEK + 1):
        raise row.error("days_in_week", "a whole number from 0 to 7")
    return int(found)


def _parse_totals(table: Table, before: str, rank: int) -> Parsed:
    observations = []
    notes = set(table.notes)
    rows = [row for row in table.rows if row.cells.get("reported", "True").strip().lower() != "false"]
    for name, unit, column in _columns(table, before):
        points, found = merge_days(((row, row.day("date"), row.number(column)) for row in rows), table.file, column)
        observations.append(Observations(name, "flow", unit, "cumulative", points, rank))
        notes.update(found)
    return Parsed(tuple(observations), len(table.rows), notes=tuple(sorted(notes)))


def _columns(table: Table, before: str) -> list[tuple[str, str, str]]:
    return [(name, unit, before + column) for name, unit, column, _ in COUNTED if before + column in table.columns]


def _parse_json(data: bytes, name: str) -> Parsed:
    try:
        told = json.loads(decode(data, name))
    except (ValueError, RecursionError) as error:
        raise DataError(name, f"broken JSON ({error})", "a list of days", FETCH) from error
    if not isinstance(told, list) or not told or not all(isinstance(entry, dict) and "date" in entry for entry in told):
        raise DataError(name, "JSON of another form", "a list of records with `date`", FETCH)
    rows = [Row(name, number, _as_text(entry)) for number, entry in enumerate(told, 1)]
    observations: list[Observations] = []
    notes: set[str] = set()
    cadence: Cadence = "cumulative"
    for series, unit, _, key in COUNTED:
        if any(key in entry for entry in told):
            points, found = merge_days(((row, row.day("date"), row.number(key)) for row in rows), name, key)
            observations.append(Observations(series, "flow", unit, cadence, points, 3))
            notes.update(found)
    if not observations:
        known = ", ".join(key for *_, key in COUNTED)
        raise DataError(name, "records without a known key", f"one or more of {known}", FETCH)
    return Parsed(tuple(observations), len(rows), notes=tuple(sorted(notes)))


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
    ),
    series=tuple(name for name, *_ in COUNTED),
    model=MODEL,
    parse=parse,
    fetch=fetch,
    licence="public statements; the repositories name their own terms",
)
