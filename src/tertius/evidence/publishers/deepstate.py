"""DeepState: the area that a volunteer map shows as held, in km2.

Reads two forms. (1) Tables made from the archived polygons: deepstate_area_weekly.csv, deepstate_area_daily.csv and
deepstate_area_by_oblast_weekly.csv, areas cut at the state's border. (2) The map itself as GeoJSON (deepstate_maps.py),
as the publisher's interface and the archives github DanielRose2310/deepstatemaps-history (one file for each map, named
by its time in seconds, such as 1649492182.geojson) and cyterat/deepstate-map-data (deepstatemap_data_YYYYMMDD.geojson,
the occupied land alone) hold it. A map is measured whole: no border is shipped with Tertius, so `deepstate.polygons`
also counts occupied polygons beyond it, and is a series of its own (about 700 to 1,000 km2 above `deepstate.occupied`).

Who may use it: the publisher's licence (deepstatemap.live/license.html) allows looking, forbids copies of the map, and
asks users of its interface to request access; the archives name no terms of their own. Ask before you publish areas.

Not checked against the live publisher, for want of a network: the address, and that it still answers as in the
archive.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from typing import TYPE_CHECKING

from tertius.evidence.observations import Cadence, ObservationModel, Observations, Parsed, Plausible, Redrawn
from tertius.evidence.publishers import deepstate_maps
from tertius.evidence.registry import Source
from tertius.evidence.tables import Row, Table, columns_by_day, header_of, read_table

if TYPE_CHECKING:
    from tertius.evidence.download import Client, Download

ADDRESS = "https://deepstatemap.live/api/history/last"
KM2 = "km2"
ASK = (
    "DeepState gives access to its interface on request (deepstatemap.live/license.html): ask for it, or add archived "
    "maps or tables: tertius data add FOLDER --as deepstate"
)

SERIES = {
    "ru_occupied_ukraine_km2": "deepstate.occupied",
    "ua_held_russian_territory_km2": "deepstate.incursion",
    "grey_zone_ukraine_km2": "deepstate.grey",
    "grey_zone_russian_territory_km2": "deepstate.grey-incursion",
    "ru_occupied_all_polygons_km2": "deepstate.polygons",
}
OTHER_MAP = {"isw_km2": "isw.controlled"}

MODEL = ObservationModel(
    bias="Changes are drawn once they are sure, in steps, and advances of the side that it opposes come late; "
    "the level depends on where the border and the coast are drawn",
    noise=40.0,
    noise_unit="km2 per week",
    noise_source="judgement, from the two maps side by side: from January 2023 to November 2024 weekly changes of the "
    "two have standard deviations 47 and 93 km2 and a correlation of .65 (.57 over other spans), so that they agree "
    "only in part; each map has noise of its own and neither is the truth",
    lag_days=2,
    redrawn=(
        Redrawn(date(2022, 4, 1), date(2022, 5, 1), None, "the map was still being filled in"),
        Redrawn(date(2022, 9, 18), date(2022, 9, 18), 748.0, "Crimea drawn anew (+796 with land beyond the border)"),
        Redrawn(
            date(2022, 9, 23),
            date(2022, 9, 23),
            240.0,
            "polygons beyond the border drawn anew",
            ("deepstate.polygons",),
        ),
        Redrawn(date(2023, 8, 1), date(2023, 8, 1), None, "border cleaned up (-70 beyond the border)"),
        Redrawn(date(2023, 8, 25), date(2023, 8, 25), None, "border cleaned up (-146 beyond the border)"),
        Redrawn(date(2023, 9, 4), date(2023, 9, 4), None, "border cleaned up (-154 beyond the border)"),
    ),
    grade="B",
)


YEAR_ONE, LATER = date(2022, 12, 31), date.max
HELD = Plausible(
    low=1_000.0,
    high=250_000.0,
    why="the daily table to November 2024: 105,857 to 125,201 km2; in seven days at most 9,198 in 2022, 225 after",
    steps=((YEAR_ONE, 15_000.0), (LATER, 2_000.0)),
    sibling="isw.controlled",
    apart=(-4_000.0, 12_000.0),
    since=date(2023, 1, 1),
)
GREY = Plausible(
    low=0.0,
    high=40_000.0,
    why="the daily table to November 2024: at most 6,478 km2; in seven days at most 5,214 in 2022, 585 after",
    steps=((YEAR_ONE, 10_000.0), (LATER, 2_000.0)),
)
PLAUSIBLE = {
    "deepstate.occupied": HELD,
    "deepstate.polygons": HELD,
    "deepstate.occupied.*": replace(HELD, low=0.0, sibling=""),
    "deepstate.grey": GREY,
    "deepstate.grey-polygons": GREY,
    "deepstate.incursion": GREY,
    "deepstate.grey-incursion": GREY,
}


def parse(data: bytes, name: str) -> Parsed:
    """Read a table of areas or a map. Raises DataError; MissingExtra for a map without shapely and pyproj."""
    if data.lstrip()[:1] in (b"{", b"["):
        return deepstate_maps.parse(data, name)
    header = header_of(data)
    if "map_date" in header:
        return _parse_oblasts(read_table(data, name, ("week_end", "map_date")))
    if "week_end" in header:
        return _parse_areas(read_table(data, name, ("week_end", "ru_occupied_ukraine_km2")), "week_end", "week")
    return _parse_areas(read_table(data, name, ("date", "ru_occupied_ukraine_km2")), "date", "day")


def _parse_areas(table: Table, day: str, cadence: Cadence) -> Parsed:
    rows = [row for row in table.rows if row.cells.get("observed", "True").strip().lower() != "false"]
    named = {column: name for column, name in {**SERIES, **OTHER_MAP}.items() if column in table.columns}
    points, notes = columns_by_day(table, lambda row: _day(row, day), list(named), rows)
    observations = []
    for column, name in named.items():
        rank = (0 if cadence == "week" else 1) + (2 if column in OTHER_MAP else 0)
        observations.append(Observations(name, "level", KM2, cadence, points[column], rank))
    return Parsed(tuple(observations), len(table.rows), notes=notes)


def _parse_oblasts(table: Table) -> Parsed:
    named = [column for column in table.columns if column.endswith("_km2")]
    points, notes = columns_by_day(table, lambda row: row.sunday("week_end"), named)
    observations = tuple(
        Observations(f"deepstate.occupied.{column.removesuffix('_km2').lower()}", "level", KM2, "week", points[column])
        for column in named
    )
    return Parsed(observations, len(table.rows), notes=notes)


def _day(row: Row, column: str) -> date:
    return row.sunday(column) if column == "week_end" else row.day(column)


def fetch(client: Client, address: str) -> Sequence[Download]:
    """Download the current map, named by its own stamp, or a table named. Each pull adds one map."""
    got = replace(client, ask=ASK).get(address, f"deepstate-{client.today:%Y%m%d}.geojson", SOURCE.limit)
    if got.data.lstrip()[:1] in (b"{", b"[", b"<"):
        own = re.match(rb'\s*\{\s*"id"\s*:\s*(\d{10})\b', got.data)
        name = f"{own[1].decode()}.geojson" if own else SOURCE.name_for(address, got.name)
        return [replace(got, name=name)]
    return [replace(got, name=SOURCE.name_for(address, f"deepstate-{client.today:%Y%m%d}.csv"))]


SOURCE = Source(
    name="deepstate",
    title="DeepState map",
    address=ADDRESS,
    files=("deepstate_area_weekly.csv", "deepstate_area_daily.csv", "deepstate_area_by_oblast_weekly.csv"),
    series=tuple(SERIES.values()),
    model=MODEL,
    parse=parse,
    fetch=fetch,
    licence="the publisher's own; no copies of the map, and access to its interface on request",
    pattern=r"\d{10}(\d{3})?\.geojson|deepstate\w*[-_]\d{4}-?\d{2}-?\d{2}\.(geo)?json",
    plausible=PLAUSIBLE,
    stamp=lambda name: None if name.endswith(".csv") else deepstate_maps.stamp(name),
    once=True,
)
