"""Rows of UCDP's event releases, candidate and annual, as events; after the codebook of its Georeferenced Events.

Every row is an ASSAULT that happened. "Government of X" is the state X, by the gazetteer; of several governments the
first counts; other sides are actors where the gazetteer lists them ("Civilians" are those of the country). A row with a
side that is no actor, or within one actor, is left out and counted in a note.

UCDP does not say who attacked. The source of a row is the side whose opponent lost dead; where both did or neither, it
is side A, and the confidence is halved. Otherwise confidence is 1, times .8 for an event that is less clear
(event_clarity 2) and .8 for one that is still to be checked (code_status not Clear): judgements, to rank rows by.

Deaths are the row's best, low and high figures; best is the sum of the four kinds of dead. date_prec tells the date: 1
to 3 a day up to a week, 4 a month, 5 a year. A row whose cells contradict each other, or whose days lie outside what
its release can hold, cannot be used. What a release covers, and from when on it was known, is told by its name alone.
"""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass
from datetime import date
from functools import lru_cache

from tertius.errors import DataError
from tertius.evidence.events import EventRecord, combined
from tertius.evidence.observations import Note, Parsed
from tertius.evidence.tables import (
    DAY,
    FETCH,
    FIRST_DAY,
    LAST_DAY,
    LAYOUT,
    Row,
    Table,
    decode,
    number_of,
    read_table,
)
from tertius.nested import read_json

COLUMNS = (
    "id", "relid", "year", "active_year", "code_status", "type_of_violence", "conflict_dset_id", "conflict_new_id",
    "conflict_name", "dyad_dset_id", "dyad_new_id", "dyad_name", "side_a_dset_id", "side_a_new_id", "side_a",
    "side_b_dset_id", "side_b_new_id", "side_b", "number_of_sources", "source_article", "source_office",
    "source_date", "source_headline", "source_original", "where_prec", "where_coordinates", "where_description",
    "adm_1", "adm_2", "latitude", "longitude", "geom_wkt", "priogrid_gid", "country", "country_id", "region",
    "event_clarity", "date_prec", "date_start", "date_end", "deaths_a", "deaths_b", "deaths_civilians",
    "deaths_unknown", "best", "high", "low", "gwnoa", "gwnob",
)  # fmt: skip
NEEDED = (
    *("id", "type_of_violence", "conflict_name", "side_a", "side_b", "country", "date_prec", "date_start", "date_end"),
    *("deaths_a", "deaths_b", "deaths_civilians", "best", "high", "low"),
)
OLDER = {"best_est": "best", "high_est": "high", "low_est": "low"}
"""Names of columns in older releases."""
CLOCK = re.compile(r"[0-9:.]+", re.ASCII)
DEAD = ("deaths_a", "deaths_b", "deaths_civilians", "best", "low", "high")
KINDS = {"1": "fight with a state", "2": "fight between groups", "3": "attack on civilians"}
GOVERNMENT = re.compile(r"^Government of (.+)$")
ALIASES = {
    "IS": "Islamic State",
    "Congo": "Republic of the Congo",
    "Kingdom of eSwatini": "Swaziland",
    "Macedonia, FYR": "North Macedonia",
    "Macedonia FYR": "North Macedonia",
    "Surinam": "Suriname",
    "Artsakh": "Republic of Artsakh",
    "Somaliland": "Republic of Somaliland",
}
"""UCDP's names of sides and states that the gazetteer has under others."""
DIRECTION, UNCLEAR, UNCHECKED = 0.5, 0.8, 0.8
NAMED = 5
MOST_DAYS = 7


@dataclass(frozen=True)
class Release:
    """What a release covers, by its name."""

    first: date
    last: date
    known: date
    """The first day by which it was out."""


def parse(data: bytes, name: str, release: Release) -> Parsed:
    """Read a release. Raises DataError."""
    table = _table(data, name)
    read, notes = table.sift(lambda row: (*_record(row, release), _is_odd(row)))
    found = [record for record, *_ in read if record is not None]
    left_out: Counter[str] = Counter()
    sides: Counter[str] = Counter(strange for record, strange, _ in read if record is None and strange)
    left_out["with a side that is no state or listed organisation"] = sides.total()
    left_out["within one actor"] = len(read) - len(found) - sides.total()
    for reason, count in left_out.items():
        if count:
            most = ", ".join(f"{side} {times}" for side, times in sides.most_common(NAMED))
            told = f" (most often: {most})" if "side" in reason else ""
            said = f"{count} of {len(table.rows)} rows left out, {reason}{told}"
            notes += (Note("left out", name, said),)
    early = sum(record.last < release.first for record in found)
    if early:
        said = f"{number_of(early, 'row')} of days before {release.first}, when the release begins"
        notes += (Note("doubtful", name, said),)
    odd = sum(is_odd for _, _, is_odd in read)
    if odd:
        said = f"{number_of(odd, 'row')} whose date_prec names a day or a week while their days lie further apart"
        notes += (Note("doubtful", name, said),)
    events = tuple(combined(found))
    last = max((event.last for event in events), default=release.first)
    return Parsed((), len(table.rows), notes=notes, written=last, events=events)


def _table(data: bytes, name: str) -> Table:
    if data.lstrip()[:1] == b"{":
        return _table_of_json(data, name)
    head = data[:200].lstrip(b'\xef\xbb\xbf" ')
    if head[:1].isdigit():
        return read_table(data, name, NEEDED, COLUMNS, lenient=True)
    return read_table(data, name, NEEDED, lenient=True, named=lambda column: OLDER.get(column.lower(), column.lower()))


def _table_of_json(data: bytes, name: str) -> Table:
    """The answers of UCDP's interface, joined: records under `Result`. Raises DataError."""
    try:
        told = read_json(decode(data, name))
    except (ValueError, RecursionError) as error:
        raise DataError(name, f"broken JSON ({error})", "an answer of UCDP's interface", FETCH) from error
    records = told.get("Result")
    if not isinstance(records, list) or not records or not all(isinstance(one, dict) for one in records):
        raise DataError(name, "JSON without records", "a list of records under `Result`", LAYOUT)
    missing = [column for column in NEEDED if column not in records[0]]
    if missing:
        raise DataError(name, f"records without {missing[0]}", f"records with {', '.join(NEEDED)}", LAYOUT)
    rows = tuple(
        Row(name, number, {key: "" if value is None else str(value) for key, value in one.items()})
        for number, one in enumerate(records, 1)
    )
    return Table(name, tuple(records[0]), rows, ())


def _record(row: Row, release: Release) -> tuple[EventRecord | None, str]:
    """A row's record; None, and the side that is no actor, if it is one of them. Raises DataError."""
    sort = row.whole("type_of_violence")
    first, last = _dates(row, release)
    _check_kind(row, sort)
    dead = _dead(row)
    one = side(row.text("side_a"))
    other = side(row.text("country") if sort == "3" else row.text("side_b"), is_state=sort == "3")
    if not one or not other:
        return None, row.text("side_b") if one else row.text("side_a")
    if one == other:
        return None, ""
    confidence = 1.0
    if sort != "3":
        if dead["deaths_a"] > 0 and not dead["deaths_b"] > 0:
            one, other = other, one
        elif (dead["deaths_a"] > 0) == (dead["deaths_b"] > 0):
            confidence *= DIRECTION
    confidence *= UNCLEAR if row.cells.get("event_clarity", "").strip() == "2" else 1.0
    confidence *= UNCHECKED if row.cells.get("code_status", "Clear").strip().casefold() != "clear" else 1.0
    number = row.whole("id")
    return EventRecord(
        cluster=number,
        ids=(number,),
        source=one,
        action="ASSAULT",
        target=other,
        mode="happened",
        first=first,
        last=last,
        day=_day_known(row, first),
        known=release.known,
        confidence=round(confidence, 2),
        code=f"UCDP {sort}",
        words=f"{KINDS[sort]}, {row.text('conflict_name')}, {row.text('side_a')} and {row.text('side_b')}",
        place=row.cells.get("where_coordinates", "").strip() or row.text("country"),
        numbers=tuple((dead[figure], f"deaths ({figure})") for figure in ("best", "low", "high")),
    ), ""


def _check_kind(row: Row, sort: str) -> None:
    """Refuse a kind of violence that its sides contradict. Raises DataError."""
    if sort not in KINDS:
        raise row.error("type_of_violence", "1, 2 or 3")
    is_state = bool(GOVERNMENT.match(row.text("side_a")))
    is_civil = row.text("side_b").casefold() == "civilians"
    if is_civil != (sort == "3") or (sort == "1" and not is_state) or (sort == "2" and is_state):
        raise row.error("type_of_violence", "1 for a government's fight, 2 for one of groups, 3 against civilians")


def _dead(row: Row) -> dict[str, float]:
    dead = {column: row.number(column) for column in DEAD}
    empty = next((column for column, count in dead.items() if count != count), "")
    if empty:
        raise row.error(empty, "a number")
    if not dead["low"] <= dead["best"] <= dead["high"]:
        raise row.error("best", f"a number from low ({row.cells['low']}) to high ({row.cells['high']})")
    kinds = sum(dead[column] for column in ("deaths_a", "deaths_b", "deaths_civilians"))
    unknown = row.number("deaths_unknown") if "deaths_unknown" in row.cells else float("nan")
    if kinds + unknown != dead["best"] if unknown == unknown else kinds > dead["best"]:
        raise row.error("best", "the sum of deaths_a, deaths_b, deaths_civilians and deaths_unknown")
    return dead


@lru_cache(4096)  # a release has few sides
def side(name: str, is_state: bool = False) -> str:
    """Return the actor that a side is, "" where the gazetteer lists none.

    Args:
        name: as UCDP writes it, such as "Government of Yemen (North Yemen)".
        is_state: whether it is a state's name without "Government of".
    """
    from tertius.evidence.reading.gazetteer import find

    government = GOVERNMENT.match(name.split(", Government of")[0].strip())
    bare = government[1] if government else name
    bare = re.sub(r"\s*\([^)]*\)$", "", bare).strip()
    wanted = ("state", "organisation") if government or is_state else ("organisation",)
    form = ALIASES.get(bare, bare)
    whole = (one for one in find(form) if (one.start, one.end) == (0, len(form)) and one.kind in wanted)
    return next((one.code for one in whole), "")


def _dates(row: Row, release: Release) -> tuple[date, date]:
    first, last = (_day(row, column) for column in ("date_start", "date_end"))
    if last < first:
        raise row.error("date_end", f"a day from date_start, {first}, on")
    if last > release.last:
        raise row.error("date_end", f"a day up to {release.last}, the last that the release covers")
    if first.year < release.first.year - 1:
        raise row.error("date_start", f"a day from {release.first.year - 1} on, for a release from {release.first}")
    year = row.cells.get("year", "").strip().removesuffix(".0")
    if year and year not in (str(first.year), str(last.year)):
        raise row.error("year", f"the year of date_start or date_end, {first.year}")
    return first, last


def _day(row: Row, column: str) -> date:
    """A day that may be followed by a time, as in 2024-10-01 00:00:00.000."""
    day, _, clock = row.cells[column].strip().replace("T", " ").partition(" ")
    found = _day_of(day)
    if found is None or (clock and not CLOCK.fullmatch(clock)):
        raise row.error(column, f"a day as YYYY-MM-DD from {FIRST_DAY} to {LAST_DAY}")
    return found


@lru_cache(4096)
def _day_of(cell: str) -> date | None:
    try:
        found = date.fromisoformat(cell) if DAY.fullmatch(cell) else None
    except ValueError:
        return None
    return found if found and FIRST_DAY <= found <= LAST_DAY else None


def _is_odd(row: Row) -> bool:
    """Whether a row's days lie further apart than its date_prec says."""
    first, last = _day(row, "date_start"), _day(row, "date_end")
    return (last - first).days > {"1": 0, "2": MOST_DAYS, "3": MOST_DAYS}.get(row.whole("date_prec"), 366)


def _day_known(row: Row, first: date) -> str:
    precision = row.whole("date_prec")
    if precision not in ("1", "2", "3", "4", "5"):
        raise row.error("date_prec", "1 to 5")
    return str(first)[: {"4": 7, "5": 4}.get(precision, 10)]
