"""ACLED: political violence and protest, coded by hand, from the user's own export.

Reads the CSV that a registered user exports (event_id_cnty, event_date, year, time_precision, event_type, actor1,
actor2, country, fatalities, ...). ACLED's terms forbid passing its rows on: nothing is downloaded, shipped or asked for
here, and no address is known. The columns were read from an export's header.

The file has to be named by the day of the export, such as acled-2024-11-03.csv: from that day on its rows are known.

Battles, explosions and violence against civilians are ASSAULT, protests and riots PROTEST; strategic developments are
left out. "Military Forces of X (2000-)", "Police Forces of X" and "Government of X" are the state X, "Civilians (X)"
those of X; other sides are actors where the gazetteer lists them. Confidence is .9, times .8 where time_precision is
not 1: judgements, to rank rows by.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from datetime import date, datetime
from functools import lru_cache
from pathlib import PurePath
from typing import TYPE_CHECKING

from tertius.errors import DataError
from tertius.evidence.events import EventRecord, combined
from tertius.evidence.observations import Note, ObservationModel, Parsed
from tertius.evidence.registry import Source
from tertius.evidence.tables import FIRST_DAY, Row, read_table

if TYPE_CHECKING:
    from tertius.evidence.download import Client, Download

NEEDED = (
    *("event_id_cnty", "event_date", "year", "time_precision", "event_type", "sub_event_type"),
    *("actor1", "actor2", "country", "fatalities"),
)
NAME = r"acled[\w-]*?-(\d{4}-\d{2}-\d{2})\.csv"
ACTIONS = {
    "battles": "ASSAULT",
    "explosions/remote violence": "ASSAULT",
    "violence against civilians": "ASSAULT",
    "protests": "PROTEST",
    "riots": "PROTEST",
    "strategic developments": "",
}
STATE = re.compile(
    r"(?:Military Forces|Police Forces|Government|Civilians) (?:of )?\(?([^()]+?)\)?(?: \(\d{4}-?\d*\).*)?"
)
SURE, UNCLEAR = 0.9, 0.8
NAMED = 5

MODEL = ObservationModel(
    bias="What the press and local partners report; deaths as reported, often a party's claim; revised for months",
    noise=None,
    noise_unit="deaths",
    noise_source="none; one figure a row",
    lag_days=14,
    redrawn=(),
    grade="B",
)


def stamp(name: str) -> date | None:
    """Return the day of the export that a file's name says."""
    match = re.fullmatch(NAME, PurePath(name).name)
    try:
        return date.fromisoformat(match[1]) if match else None
    except ValueError:
        return None


def parse(data: bytes, name: str) -> Parsed:
    """Read an export. Raises DataError."""
    known = stamp(name)
    if known is None:
        fix = "name it by the day of the export: from then on its rows are known"
        raise DataError(name, "an export without its day", "a name such as acled-2024-11-03.csv", fix)
    table = read_table(data, name, NEEDED, lenient=True)
    read, notes = table.sift(lambda row: _record(row, known))
    found = [one for one in read if isinstance(one, EventRecord)]
    reasons = Counter(one for one in read if isinstance(one, str))
    if reasons:
        most = ", ".join(f"{count} {reason}" for reason, count in reasons.most_common(NAMED))
        said = f"{reasons.total()} of {len(table.rows)} rows left out (most often: {most})"
        notes += (Note("left out", name, said),)
    events = tuple(combined(found))
    return Parsed(
        (), len(table.rows), notes=notes, written=max((one.last for one in events), default=known), events=events
    )


def _record(row: Row, known: date) -> EventRecord | str:
    """A row's record, or why it is left out. Raises DataError."""
    action = ACTIONS.get(row.text("event_type").casefold())
    if action is None:
        raise row.error("event_type", ", ".join(ACTIONS))
    day = _day(row, known)
    precision = row.whole("time_precision")
    if precision not in ("1", "2", "3"):
        raise row.error("time_precision", "1, 2 or 3")
    deaths = row.number("fatalities")
    if deaths != deaths:
        raise row.error("fatalities", "a number")
    if not action:
        return "strategic developments"
    one, other = side(row.text("actor1")), side(row.cells["actor2"].strip())
    if not one or not other:
        return f"with {row.cells['actor2'].strip() or 'nobody' if one else row.text('actor1')}, no listed actor"
    if one == other:
        return "within one actor"
    number = row.text("event_id_cnty")
    return EventRecord(
        cluster=number,
        ids=(number,),
        source=one,
        action=action,
        target=other,
        mode="happened",
        first=day,
        last=day,
        day=str(day)[: 7 if precision == "3" else 10],
        known=known,
        confidence=round(SURE * (1.0 if precision == "1" else UNCLEAR), 2),
        code=f"ACLED {row.text('sub_event_type')}",
        words=f"{row.text('event_type')}, {row.text('actor1')} and {row.text('actor2')}",
        place=row.cells.get("location", "").strip() or row.text("country"),
        numbers=((deaths, "deaths (reported)"),),
    )


def _day(row: Row, known: date) -> date:
    cell = row.cells["event_date"].strip()
    try:
        found = datetime.strptime(cell, "%d %B %Y" if " " in cell else "%Y-%m-%d").date()
    except ValueError:
        found = date.max
    if not FIRST_DAY <= found <= known:
        raise row.error("event_date", f"a day such as 05 October 2024, up to the export's, {known}")
    if row.whole("year") != str(found.year):
        raise row.error("year", f"the year of event_date, {found.year}")
    return found


@lru_cache(4096)  # an export has few sides
def side(name: str) -> str:
    """Return the actor that a side is, "" where the gazetteer lists none."""
    from tertius.evidence.reading.gazetteer import find

    state = STATE.fullmatch(name)
    form = state[1].strip() if state else re.sub(r"\s*\([^)]*\)$", "", name).split(":")[0].strip()
    wanted = "state" if state else "organisation"
    whole = (one for one in find(form) if (one.start, one.end) == (0, len(form)) and one.kind == wanted)
    return next((one.code for one in whole), "")


def fetch(client: Client, address: str) -> Sequence[Download]:
    """Refuse: an export is the user's own."""
    fix = "export it with your own account and run: tertius data add acled-YYYY-MM-DD.csv --as acled"
    raise DataError("source acled", "nothing to download", "your own export; ACLED's terms forbid passing it on", fix)


SOURCE = Source(
    name="acled",
    title="ACLED, the user's own export",
    address="",
    files=(),
    series=(),
    model=MODEL,
    parse=parse,
    fetch=fetch,
    licence="ACLED's terms: registered users, attribution, no passing on of rows",
    pattern=NAME,
    events=True,
    admiralty="B3",
    stamp=stamp,
)
