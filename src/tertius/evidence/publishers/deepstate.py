"""DeepState: the area that a volunteer map shows as held, in km2.

Reads two forms. (1) Tables made from the archived polygons: deepstate_area_weekly.csv, deepstate_area_daily.csv and
deepstate_area_by_oblast_weekly.csv, areas cut at the state's border. (2) The map itself as GeoJSON, as the publisher's
interface and the archive github DanielRose2310/deepstatemaps-history hold it (one file for each map, named by its
time in seconds, such as 1649492182.geojson). A map is measured whole: no border is shipped with Tertius, so
`deepstate.polygons` also counts occupied polygons beyond it, and is a series of its own (about 700 to 1,000 km2 above
`deepstate.occupied`).

Area: Lambert's cylindrical equal-area projection on the authalic sphere of WGS 84, shoelace formula, holes subtracted.

Not checked against the live publisher, for want of a network: the address, and that it still answers as in the
archive. Names and colours of polygons were read from archived maps and from programs that others wrote for the
interface.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import UTC, date, datetime
from pathlib import PurePath
from typing import TYPE_CHECKING, Any

import numpy as np

from tertius.errors import DataError
from tertius.evidence.observations import Cadence, ObservationModel, Observations, Parsed, Redrawn
from tertius.evidence.registry import Source
from tertius.evidence.tables import FETCH, FIRST_DAY, LAST_DAY, Row, Table, decode, merge_days, read_table

if TYPE_CHECKING:
    from tertius.evidence.download import Client, Download

ADDRESS = "https://deepstatemap.live/api/history/last"
AUTHALIC_RADIUS = 6371.0071809  # km, WGS 84
ECCENTRICITY = 0.0818191908426  # WGS 84
KM2 = "km2"

SERIES = {
    "ru_occupied_ukraine_km2": "deepstate.occupied",
    "ua_held_russian_territory_km2": "deepstate.incursion",
    "grey_zone_ukraine_km2": "deepstate.grey",
    "grey_zone_russian_territory_km2": "deepstate.grey-incursion",
    "ru_occupied_all_polygons_km2": "deepstate.polygons",
}
OTHER_MAP = {"isw_km2": "isw.controlled"}

# First match wins, on the polygon's name in lower case; liberated land and land beyond the war are not counted.
PASSED_OVER = re.compile(
    r"status\.dismissed|liberated|звільнен|territories\.|transnistria|abkhazia|ichkeria|karelia|kuril|prussia|ossetia"
    r"|придністров|абхаз|ічкері|карел|курил|прусс|осеті"
)
CLASSES = (
    (re.compile(r"status\.unknown|unknown status|статус невідом|під питанням"), "deepstate.grey-polygons"),
    (re.compile(r"status\.occupied|occupied|окупован|ордло|cadr and calr|крим|тузла"), "deepstate.polygons"),
)

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


def parse(data: bytes, name: str) -> Parsed:
    """Read a table of areas or a map. Raises DataError."""
    if data.lstrip()[:1] in (b"{", b"["):
        return _parse_map(data, name)
    header = data.splitlines()[0] if data else b""
    if b"map_date" in header:
        return _parse_oblasts(read_table(data, name, ("week_end", "map_date")))
    if b"week_end" in header:
        return _parse_areas(read_table(data, name, ("week_end", "ru_occupied_ukraine_km2")), "week_end", "week")
    return _parse_areas(read_table(data, name, ("date", "ru_occupied_ukraine_km2")), "date", "day")


def _parse_areas(table: Table, day: str, cadence: Cadence) -> Parsed:
    observations = []
    notes = set(table.notes)
    rows = [row for row in table.rows if row.cells.get("observed", "True").strip().lower() != "false"]
    for column, name in {**SERIES, **OTHER_MAP}.items():
        if column in table.columns:
            points, found = merge_days(((row, _day(row, day), row.number(column)) for row in rows), table.file, column)
            rank = (0 if cadence == "week" else 1) + (2 if column in OTHER_MAP else 0)
            observations.append(Observations(name, "level", KM2, cadence, points, rank))
            notes.update(found)
    return Parsed(tuple(observations), len(table.rows), notes=tuple(sorted(notes)))


def _parse_oblasts(table: Table) -> Parsed:
    observations = []
    notes = set(table.notes)
    for column in table.columns:
        if column.endswith("_km2"):
            points, found = merge_days(
                ((row, row.sunday("week_end"), row.number(column)) for row in table.rows), table.file, column
            )
            name = f"deepstate.occupied.{column.removesuffix('_km2').lower()}"
            observations.append(Observations(name, "level", KM2, "week", points))
            notes.update(found)
    return Parsed(tuple(observations), len(table.rows), notes=tuple(sorted(notes)))


def _day(row: Row, column: str) -> date:
    return row.sunday(column) if column == "week_end" else row.day(column)


def _parse_map(data: bytes, name: str) -> Parsed:
    """Measure one map; its day is in `datetime` or in the file's name."""
    try:
        told = json.loads(decode(data, name))
    except (ValueError, RecursionError) as error:
        raise DataError(name, f"broken JSON ({error})", "a GeoJSON FeatureCollection", FETCH) from error
    held = told.get("map", told) if isinstance(told, dict) else told
    if not isinstance(held, dict) or not isinstance(held.get("features"), list):
        raise DataError(name, "JSON of another form", "a GeoJSON FeatureCollection with `features`", FETCH)
    day = _day_of_map(told, name)
    areas = {series: 0.0 for _, series in CLASSES}
    unknown: set[str] = set()
    counted = 0
    for number, feature in enumerate(held["features"], 1):
        for polygon in _polygons(feature, f"{name}, feature {number}"):
            label = str((feature.get("properties") or {}).get("name", ""))
            series = _series_of(label)
            if series:
                areas[series] += polygon_area(polygon)
                counted += 1
            elif series is None:
                unknown.add(label.strip())
    if not counted:
        raise DataError(name, "a map without a polygon that is occupied or of unknown status", "one or more", FETCH)
    notes = (f"{name}: polygons of unknown kind not counted: {', '.join(sorted(unknown))}",) if unknown else ()
    observations = tuple(
        Observations(series, "level", KM2, "day", ((day, area),), rank=3) for series, area in areas.items()
    )
    return Parsed(observations, counted, notes=notes)


def _series_of(label: str) -> str | None:
    """The series that a polygon counts for; "" for none, None where its name is not known."""
    folded = label.casefold()
    if PASSED_OVER.search(folded):
        return ""
    return next((series for pattern, series in CLASSES if pattern.search(folded)), None)


def _day_of_map(told: Any, name: str) -> date:
    written = str(told.get("datetime", "")) if isinstance(told, dict) else ""
    european = re.fullmatch(r"(\d{2})\.(\d{2})\.(\d{4}).*", written)
    stem = re.search(r"(?<!\d)(\d{10}|\d{8})(?!\d)", PurePath(name).stem)
    seconds = stem[1] if stem else str(told.get("id", "")) if isinstance(told, dict) else ""
    try:
        if european:
            found = date(int(european[3]), int(european[2]), int(european[1]))
        elif re.match(r"\d{4}-\d{2}-\d{2}", written):
            found = date.fromisoformat(written[:10])
        elif len(seconds) == 8:
            found = datetime.strptime(seconds, "%Y%m%d").date()
        else:
            found = datetime.fromtimestamp(int(seconds), UTC).date()
    except (ValueError, OverflowError, OSError):
        found = None
    if found is None or not FIRST_DAY <= found <= LAST_DAY:
        allowed = "a map with `datetime`, or a file named by its time, such as 1649492182.geojson"
        raise DataError(
            name, "a map without its day", allowed, "name the file by the map's time in seconds or YYYYMMDD"
        )
    return found


def _polygons(feature: Any, place: str) -> Iterator[list[Any]]:
    geometries = [feature.get("geometry")] if isinstance(feature, dict) else [None]
    while geometries:
        geometry = geometries.pop()
        kind = geometry.get("type") if isinstance(geometry, dict) else None
        if not isinstance(geometry, dict):
            continue
        if kind == "GeometryCollection":
            geometries += geometry.get("geometries", [])
        elif kind == "Polygon":
            yield _checked(geometry.get("coordinates"), place)
        elif kind == "MultiPolygon":
            for polygon in geometry.get("coordinates") or []:
                yield _checked(polygon, place)


def _checked(rings: Any, place: str) -> list[Any]:
    try:
        found = [np.array([point[:2] for point in ring], dtype=np.float64) for ring in rings]
        good = all(ring.ndim == 2 and len(ring) >= 3 and bool(np.all(np.abs(ring) <= (180, 90))) for ring in found)
    except (TypeError, ValueError, IndexError):
        good = False
    if not good:
        raise DataError(place, "a broken polygon", "rings of [longitude, latitude] in degrees, three or more", FETCH)
    return found


def polygon_area(rings: Sequence[Any]) -> float:
    """Return the area of a polygon on the WGS 84 ellipsoid, in km2: its first ring less the holes.

    Args:
        rings: arrays of shape (point, 2): longitude and latitude in degrees; open or closed.
    """
    outer, *holes = [_ring_area(np.asarray(ring, dtype=np.float64)) for ring in rings]
    return max(0.0, outer - sum(holes))


def _ring_area(ring: Any) -> float:
    east = np.radians(ring[:, 0] - ring[0, 0])
    sine = np.sin(np.radians(ring[:, 1]))
    e = ECCENTRICITY
    north = _authalic(sine, e) / _authalic(np.array(1.0), e)  # sine of the authalic latitude
    cross = east * np.roll(north, -1) - np.roll(east, -1) * north
    return float(abs(cross.sum()) / 2 * AUTHALIC_RADIUS**2)


def _authalic(sine: Any, e: float) -> Any:
    return (1 - e**2) * (sine / (1 - (e * sine) ** 2) + np.arctanh(e * sine) / e)


def fetch(client: Client, address: str) -> Sequence[Download]:
    """Download the current map. The publisher keeps no table of areas; each pull adds one map, or a table named."""
    got = client.get(address, f"deepstate-{client.today:%Y%m%d}.geojson", SOURCE.limit)
    if got.data.lstrip()[:1] in (b"{", b"[", b"<"):
        return [got]
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
    licence="no terms found for the map; ask before publishing it",
)
