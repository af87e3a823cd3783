"""UCDP Candidate Events: fights and attacks with deaths, coded by hand within about a month, not yet vetted.

Reads the monthly release (GEDEvent_v24_0_10.csv: October 2024) and that of several months (GEDEvent_v24_01_24_09.csv),
comma-separated with the 49 columns of the UCDP Georeferenced Event Dataset; a release that came without its header is
read by those columns in their order. After the codebook of the UCDP Candidate Events Dataset (Hegre, Croicu, Eck and
Hogbladh, "Introducing the UCDP Candidate Events Dataset", Research & Politics 2020); names and addresses as programs of
others use them. The address was not asked, for want of a network.

Every row is an ASSAULT that happened. "Government of X" is the state X, by the gazetteer; of several governments the
first counts; other sides are actors where the gazetteer lists them ("Civilians" are those of the country). A row with a
side that is no actor, or within one actor, is left out and counted in a note.

UCDP does not say who attacked. The source of a row is the side whose opponent lost dead; where both did or neither, it
is side A, and the confidence is halved. Otherwise confidence is 1, times .8 for an event that is less clear
(event_clarity 2) and .8 for one that is still to be checked (code_status not Clear): judgements, to rank rows by. Rows
are graded B3: usually reliable, possibly true, since the candidates are vetted later and some are dropped.

Deaths are the row's best, low and high figures. date_prec tells the date: 1 to 3 a day up to a week, 4 a month, 5 a
year. A row is known from 31 days after the last day of its release, for a release comes out within a month, or from the
day that its file was known, whichever is earlier. Of two releases with one row (id), the later added counts; what a
later release drops stays from the one that had it.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from datetime import date, timedelta
from functools import lru_cache
from typing import TYPE_CHECKING

from tertius.errors import DataError
from tertius.evidence.events import EventRecord, combined
from tertius.evidence.observations import ObservationModel, Parsed
from tertius.evidence.registry import Source, file_at
from tertius.evidence.tables import DAY, FIRST_DAY, LAST_DAY, Row, read_table

if TYPE_CHECKING:
    from tertius.evidence.download import Client, Download

ADDRESS = "https://ucdp.uu.se/downloads/index.html"
LINK = re.compile(r"candidateged/(GEDEvent_v(\d{2})_(?:0_(\d{1,2})|01_\d{2}_(\d{2}))\.csv)", re.ASCII)
NAME = r"GEDEvent_v\d{2}_(0_\d{1,2}|01_\d{2}_\d{2})\.csv|ucdp-candidate-\d{8}\.csv"
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
CLOCK = re.compile(r"[0-9:.]+", re.ASCII)
DEAD = ("deaths_a", "deaths_b", "deaths_civilians", "best", "low", "high")
KINDS = {"1": "fight with a state", "2": "fight between groups", "3": "attack on civilians"}
GOVERNMENT = re.compile(r"^Government of (.+)$")
ALIASES = {"IS": "Islamic State", "Congo": "Republic of the Congo", "Kingdom of eSwatini": "Swaziland"}
"""UCDP's names of sides and states that the gazetteer has under others."""
LAG = timedelta(days=31)
DIRECTION, UNCLEAR, UNCHECKED = 0.5, 0.8, 0.8
NAMED = 5

MODEL = ObservationModel(
    bias="A floor: only deaths that a source tells of, each with its place and parties; revised a year later, when "
    "candidates are dropped and added",
    noise=None,
    noise_unit="deaths",
    noise_source="none for all; each row has a low and a high figure of its own",
    lag_days=50,
    redrawn=(),
    grade="B",
)


def parse(data: bytes, name: str) -> Parsed:
    """Read a release. Raises DataError."""
    head = data[:200].lstrip(b'\xef\xbb\xbf" ')
    table = read_table(data, name, NEEDED, COLUMNS if head[:1].isdigit() else None)
    left_out: Counter[str] = Counter()
    sides: Counter[str] = Counter()
    found: list[EventRecord] = []
    last = max(_dates(row)[1] for row in table.rows)
    for row in table.rows:
        record, strange = _record(row, last + LAG)
        if record is not None:
            found.append(record)
        elif strange:
            left_out["with a side that is no state or listed organisation"] += 1
            sides[strange] += 1
        else:
            left_out["within one actor"] += 1
    notes = list(table.notes)
    for reason, count in sorted(left_out.items()):
        most = ", ".join(f"{side} {times}" for side, times in sides.most_common(NAMED))
        told = f" (most often: {most})" if "side" in reason else ""
        notes.append(f"{name}: {count} of {len(table.rows)} rows left out, {reason}{told}")
    return Parsed((), len(table.rows), notes=tuple(notes), written=last, events=tuple(combined(found)))


def _record(row: Row, known: date) -> tuple[EventRecord | None, str]:
    """A row's record; None, and the side that is no actor, if it is one of them. Raises DataError."""
    sort = row.text("type_of_violence")
    if sort not in KINDS:
        raise row.error("type_of_violence", "1, 2 or 3")
    first, last = _dates(row)
    dead = {column: row.number(column) for column in DEAD}
    if not dead["low"] <= dead["best"] <= dead["high"]:
        raise row.error("best", f"a number from low ({row.cells['low']}) to high ({row.cells['high']})")
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
    number = row.text("id")
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
        known=known,
        confidence=round(confidence, 2),
        code=f"UCDP {sort}",
        words=f"{KINDS[sort]}, {row.text('conflict_name')}, {row.text('side_a')} and {row.text('side_b')}",
        place=row.cells.get("where_coordinates", "").strip() or row.text("country"),
        numbers=tuple((dead[figure], f"deaths ({figure})") for figure in ("best", "low", "high")),
    ), ""


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
    wanted = ("state",) if government or is_state else ("organisation",)
    form = ALIASES.get(bare, bare)
    whole = (one for one in find(form) if (one.start, one.end) == (0, len(form)) and one.kind in wanted)
    return next((one.code for one in whole), "")


def _dates(row: Row) -> tuple[date, date]:
    first, last = (_day(row, column) for column in ("date_start", "date_end"))
    if last < first:
        raise row.error("date_end", f"a day from date_start, {first}, on")
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


def _day_known(row: Row, first: date) -> str:
    precision = row.text("date_prec")
    if precision not in ("1", "2", "3", "4", "5"):
        raise row.error("date_prec", "1 to 5")
    return str(first)[: {"4": 7, "5": 4}.get(precision, 10)]


def fetch(client: Client, address: str) -> Iterator[Download]:
    """Download the newest release, or those that cover the days asked for, or the file named."""
    if file_at(address).lower().endswith(".csv"):
        yield client.get(address, SOURCE.name_for(address, f"ucdp-candidate-{client.today:%Y%m%d}.csv"), SOURCE.limit)
        return
    page = client.get(address, "index.html", SOURCE.limit).data.decode("utf-8", "replace")
    found = {match[1]: _months(match) for match in LINK.finditer(page)}
    ordered = sorted(found, key=lambda name: (found[name][1], found[name][0] != found[name][1]))
    since, until = client.since or date.min, client.until or date.max
    wanted = [
        name for name in ordered if found[name][0] <= until.replace(day=1) and since.replace(day=1) <= found[name][1]
    ]
    if client.since is None and client.until is None:
        wanted = wanted[-1:]
    if not wanted:
        given = "a page without a link to a release" + (" of those days" if found else "")
        fix = "open it, copy a release's address and run: tertius data pull ucdp-candidate --from ADDRESS"
        raise DataError(address, given, "links such as candidateged/GEDEvent_v24_0_10.csv", fix)
    base = address.rpartition("/")[0]
    for name in wanted:
        yield client.get(f"{base}/candidateged/{name}", name, SOURCE.limit)


def _months(match: re.Match[str]) -> tuple[date, date]:
    """First days of the first and the last month that a release covers."""
    year = 2000 + int(match[2])
    last = int(match[3] or match[4])
    last = last if 1 <= last <= 12 else 12
    return date(year, last if match[3] else 1, 1), date(year, last, 1)


SOURCE = Source(
    name="ucdp-candidate",
    title="UCDP Candidate Events",
    address=ADDRESS,
    files=(),
    series=(),
    model=MODEL,
    parse=parse,
    fetch=fetch,
    licence="CC BY 4.0",
    pattern=NAME,
    events=True,
    admiralty="B3",
)
