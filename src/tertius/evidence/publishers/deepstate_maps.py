"""DeepState's map as GeoJSON: what each polygon is, and its area.

Labels changed with the years: Ukrainian words ("Окуповано. 01.04"), two languages ("Окуповано /// Occupied"), three
with a machine's tag ("... /// geoJSON.status.occupied", from 23 March 2024). The rules are data/deepstate-labels.tsv;
what they do not know is told and not counted. Polygons of one kind are joined first, so that what is drawn twice
counts once.

Area: Lambert's cylindrical equal-area projection of WGS 84 (EPSG:6933), by pyproj; edges are straight in it.
"""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, date, datetime
from functools import cache
from importlib import resources
from pathlib import PurePath
from typing import Any

import numpy as np
from numpy.typing import NDArray

from tertius.errors import DataError, MissingExtra
from tertius.evidence.observations import Note, Observations, Parsed
from tertius.evidence.tables import FETCH, FIRST_DAY, LAST_DAY, LAYOUT, decode, number_of, shown
from tertius.nested import read_json

SERIES = {"held": "deepstate.polygons", "grey": "deepstate.grey-polygons"}
LABELS = "deepstate-labels.tsv"
TAG = re.compile(r"geojson\.([\w.-]+)")
AROUND = re.compile(r"^[\s\d.,:–—-]+|(\{\{.*)|[\s\d.,:–—-]+$")
HELD_ALONE = re.compile(r"deepstatemap_data_\d{4}-?\d{2}-?\d{2}\.geojson", re.ASCII)
"""Names of files that hold one MultiPolygon without a name, the occupied land (github cyterat/deepstate-map-data)."""
STAMP = re.compile(r"(?<!\d)(\d{13}|\d{10}|\d{8}|\d{4}-\d{2}-\d{2})(?!\d)", re.ASCII)
BOUNDS = (21.0, 43.0, 43.0, 54.0)
"""West, south, east, north of all that the war's polygons can be, degrees."""
OVERLAP = 1.0
"""km2 that polygons may share by drawing before it is told."""
SPIKE_KM, SPIKE_SHARE = 40.0, 0.25
"""A vertex is doubtful where its two edges are together longer, and their far ends nearer than this share of it."""
KM_PER_DEGREE = 111.2

Ring = NDArray[np.float64]


def parse(data: bytes, name: str) -> Parsed:
    """Measure one map. Raises DataError, and MissingExtra where shapely or pyproj is not installed."""
    try:
        told = read_json(decode(data, name))
    except (ValueError, RecursionError) as error:
        raise DataError(name, f"broken JSON ({error})", "a GeoJSON FeatureCollection", FETCH) from error
    held = told.get("map", told) if isinstance(told, dict) else told
    if not isinstance(held, dict) or not isinstance(held.get("features"), list):
        raise DataError(name, "JSON of another layout", "a GeoJSON FeatureCollection with `features`", LAYOUT)
    day, notes = _day_of_map(told, name)
    found = _Map(name)
    for number, feature in enumerate(held["features"], 1):
        found.add(feature, f"{name}, feature {number}")
    if not any(found.rings.values()):
        labels = "; ".join(map(shown, sorted(found.unknown)[:3])) or "none of a known kind"
        allowed = f"polygons that {LABELS} knows, such as 'Окуповано /// Occupied'"
        raise DataError(name, f"a map without occupied land: {labels}", allowed, LAYOUT)
    observations = []
    for kind, series in SERIES.items():
        area, said = _area(found.rings[kind], name, kind)
        notes += said
        if kind == "held" or not found.is_held_alone:
            observations.append(Observations(series, "level", "km2", "day", ((day, area),), rank=3))
    counted = sum(map(len, found.rings.values()))
    return Parsed(tuple(observations), counted, notes=(*notes, *found.notes()))


class _Map:
    """Polygons by kind, and what was met on the way."""

    def __init__(self, name: str) -> None:
        self.name = name
        self.rings: dict[str, list[list[Ring]]] = defaultdict(list)
        self.unknown: Counter[str] = Counter()
        self.said: Counter[tuple[str, str]] = Counter()
        self.is_held_alone = False

    def add(self, feature: Any, place: str) -> None:
        """Sort a feature's polygons. Raises DataError for coordinates that are no degrees, or swapped."""
        properties = feature.get("properties") if isinstance(feature, dict) else None
        geometry = feature.get("geometry") if isinstance(feature, dict) else None
        properties = properties if isinstance(properties, dict) else {}
        label = " ".join(str(properties.get("name") or "").split())
        kind = kind_of(label, str(properties.get("fill") or ""))
        if not label and not properties and HELD_ALONE.fullmatch(PurePath(self.name).name):
            kind, self.is_held_alone = "held", True
        elif not label and kind:
            self.said["repaired", f"without a name, counted by the colour {properties['fill']}"] += 1
        if geometry is None and kind in SERIES:
            self.said["left out", f"{shown(label)} without a geometry"] += 1
        for polygon in _polygons(geometry):
            if kind is None:
                self.unknown[label or "(no name)"] += 1
            elif kind in SERIES:
                self._take(polygon, label, kind, place)

    def _take(self, polygon: Any, label: str, kind: str, place: str) -> None:
        try:
            rings = [np.array([point[:2] for point in ring], dtype=np.float64) for ring in polygon]
            is_whole = bool(rings) and all(ring.ndim == 2 and len(ring) >= 3 for ring in rings)
        except (TypeError, ValueError, IndexError, KeyError, OverflowError):
            is_whole = False
        if not is_whole or not all(bool(np.all(np.isfinite(ring))) for ring in rings):
            self.said["left out", f"{shown(label)} with broken or empty coordinates"] += 1
            return
        for ring in rings:
            if np.any(np.abs(ring) > (180, 90)):
                given = f"coordinates such as {ring[0].tolist()}, which are no degrees"
                fix = "save it in longitude and latitude (EPSG:4326); EPSG:3857 counts metres"
                raise DataError(place, given, "[longitude, latitude] in degrees, WGS 84", fix)
        if _is_inside(rings[0]):
            self.rings[kind].append(rings)
        elif _is_inside(rings[0][:, ::-1]):
            given = f"coordinates such as {rings[0][0].tolist()}, latitude first"
            raise DataError(place, given, "[longitude, latitude]", "swap the two numbers of each point")
        else:
            box = "{:g} to {:g} east, {:g} to {:g} north".format(*(BOUNDS[at] for at in (0, 2, 1, 3)))
            self.said["not counted", f"{shown(label)} with land outside {box}"] += 1

    def notes(self) -> tuple[Note, ...]:
        notes = [
            Note(kind, self.name, f"{number_of(count, 'polygon')} {said}")  # type: ignore[arg-type]
            for (kind, said), count in sorted(self.said.items())
        ]
        if self.unknown:
            labels = ", ".join(shown(label) for label in sorted(self.unknown))
            notes.append(Note("not counted", self.name, f"polygons of unknown kind: {labels}"))
        return tuple(notes)


@cache
def labels() -> Mapping[tuple[str, str], str]:
    """Return the kind of a label, by (match, label)."""
    text = resources.files("tertius.evidence.publishers").joinpath("data", LABELS).read_text("utf-8")
    lines = [line.split("\t") for line in text.splitlines() if line and not line.startswith("#")]
    return {(match, label): kind for kind, match, label in lines[1:]}


def kind_of(label: str, colour: str = "") -> str | None:
    """Return what a polygon is: held, grey, freed or beyond; None where the rules do not know its label."""
    folded = label.casefold().replace("’", "'")
    tag = TAG.search(folded)
    if tag:
        return labels().get(("key", tag[1]))
    if not folded:
        return labels().get(("colour", colour.casefold()))
    kinds = {labels().get(("name", AROUND.sub("", AROUND.sub("", part.strip())))) for part in folded.split("///")}
    kinds.discard(None)
    return kinds.pop() if len(kinds) == 1 else None


def _polygons(geometry: Any) -> Iterator[Any]:
    geometries = [geometry]
    while geometries:
        one = geometries.pop()
        kind = one.get("type") if isinstance(one, dict) else None
        if kind == "GeometryCollection":
            geometries += one.get("geometries") or []
        elif kind == "Polygon":
            yield one.get("coordinates")
        elif kind == "MultiPolygon":
            yield from one.get("coordinates") or [[]]


def _is_inside(ring: Ring) -> bool:
    west, south, east, north = BOUNDS
    return bool(np.all((ring >= (west, south)) & (ring <= (east, north))))


def stamp(name: str) -> date | None:
    """Return the day that a map's file name says: seconds or milliseconds since 1970, YYYYMMDD or YYYY-MM-DD."""
    found = STAMP.search(PurePath(name).stem)
    return _day(found[1]) if found else None


def _day(written: str) -> date | None:
    try:
        if len(written) in (10, 13) and written.isdigit():
            found = datetime.fromtimestamp(int(written[:10]), UTC).date()
        elif written.isdigit():
            found = datetime.strptime(written, "%Y%m%d").date()
        else:
            found = date.fromisoformat(written)
    except (ValueError, OverflowError, OSError):
        return None
    return found if FIRST_DAY <= found <= LAST_DAY else None


def _day_of_map(told: Any, name: str) -> tuple[date, tuple[Note, ...]]:
    """The day in the file's name, else in the map's own stamp; a note where the two differ. Raises DataError."""
    by_name = stamp(name)
    own = str(told.get("id", "")) if isinstance(told, dict) else ""
    by_stamp = _day(own) if STAMP.fullmatch(own) else None
    day = by_name or by_stamp
    if day is None:
        allowed = "a file named by its time, such as 1649492182.geojson"
        fix = "name the file by the map's time in seconds, or by its day as YYYY-MM-DD"
        raise DataError(name, "a map without its day", allowed, fix)
    if by_name and by_stamp and abs((by_name - by_stamp).days) > 1:
        return day, (Note("doubtful", name, f"the map's own stamp is of {by_stamp}; the file's name counts"),)
    return day, ()


def polygon_area(rings: Sequence[Any]) -> float:
    """Return the area of a polygon on the WGS 84 ellipsoid, in km2: its first ring less the holes.

    Args:
        rings: arrays of shape (point, 2): longitude and latitude in degrees; open or closed.

    Raises:
        MissingExtra: shapely or pyproj is not installed.
    """
    return _area([[np.asarray(ring, dtype=np.float64) for ring in rings]], "", "")[0]


def _area(polygons: Sequence[Sequence[Ring]], name: str, kind: str) -> tuple[float, tuple[Note, ...]]:
    """Area of all polygons joined, km2, and notes."""
    try:
        import shapely

        projected = _projection()
    except ImportError as error:
        raise MissingExtra("maps", error.name or "shapely", f"measuring the map {name}") from error
    if not polygons:
        return 0.0, ()
    notes = []
    made = [shapely.Polygon(projected(rings[0]), [projected(hole) for hole in rings[1:]]) for rings in polygons]
    broken = [at for at, one in enumerate(made) if not one.is_valid]
    for at in broken:
        made[at] = shapely.make_valid(made[at])
    if broken:
        said = f"{number_of(len(broken), f'{kind} polygon')} whose outline crosses itself mended"
        notes.append(Note("repaired", name, said))
    joined = shapely.union_all(made)
    shared = (sum(one.area for one in made) - joined.area) / 1e6
    if shared > OVERLAP:
        notes.append(Note("repaired", name, f"{kind} land that is drawn more than once counts once: {shared:.1f} km2"))
    spikes = sum(_spikes(ring) for rings in polygons for ring in rings)
    if spikes:
        notes.append(Note("doubtful", name, f"{number_of(spikes, 'vertex')} of {kind} land far from both neighbours"))
    return float(joined.area) / 1e6, tuple(notes)


@cache
def _projection() -> Any:
    from pyproj import Transformer

    transformer = Transformer.from_crs("EPSG:4326", "EPSG:6933", always_xy=True)
    return lambda ring: np.column_stack(transformer.transform(ring[:, 0], ring[:, 1]))  # metres


def _spikes(ring: Ring) -> int:
    """How many vertices stick out as only a mistyped coordinate does."""
    flat = ring * (KM_PER_DEGREE * np.cos(np.radians(ring[0, 1])), KM_PER_DEGREE)
    flat = flat[:-1] if np.array_equal(flat[0], flat[-1]) else flat
    before, after = np.roll(flat, 1, axis=0), np.roll(flat, -1, axis=0)
    edges = np.hypot(*(flat - before).T) + np.hypot(*(after - flat).T)
    return int(np.sum((edges > SPIKE_KM) & (np.hypot(*(after - before).T) < SPIKE_SHARE * edges)))
