"""Maps: every layout that is in the wild, every kind of label, areas from outside, and reading each map once."""

import json
import math
import resource
import sys
import time
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

from tertius.errors import DataError, MissingExtra
from tertius.evidence import Store, once, read_folder
from tertius.evidence.observations import Parsed
from tertius.evidence.publishers import deepstate, deepstate_maps, kiel
from tertius.evidence.publishers.deepstate_maps import kind_of

A, E2 = 6378.137, 0.00669437999014  # km; WGS 84


def zone(west: float, south: float, east: float, north: float) -> float:
    """Area of a quadrangle on the ellipsoid, km2, by the closed form (Snyder 1987, eq. 3-12)."""
    e = math.sqrt(E2)

    def q(latitude: float) -> float:
        s = math.sin(math.radians(latitude))
        return (1 - E2) * (s / (1 - E2 * s * s) - math.log((1 - e * s) / (1 + e * s)) / (2 * e))

    return A * A / 2 * math.radians(east - west) * (q(north) - q(south))


def ring(west: float, south: float, east: float, north: float) -> list[list[float]]:
    return [[west, south], [east, south], [east, north], [west, north], [west, south]]


def feature(
    label: str | None, kind: str = "Polygon", *boxes: tuple[float, float, float, float], fill: str = ""
) -> dict[str, Any]:
    """A feature of the boxes; `label` None is without any property."""
    rings = [ring(*box) for box in boxes]
    if kind == "GeometryCollection":
        parts = [{"type": "Polygon", "coordinates": [one]} for one in rings]
        geometry: dict[str, Any] = {"type": kind, "geometries": parts}
    elif kind == "MultiPolygon":
        geometry = {"type": kind, "coordinates": [[one] for one in rings]}
    else:
        geometry = {"type": kind, "coordinates": rings}
    properties = {} if label is None else {"name": label, **({"fill": fill} if fill else {})}
    return {"type": "Feature", "properties": properties, "geometry": geometry}


CRIMEA, ORDLO, GREY, FREED = (33, 44, 36, 46), (38, 47, 40, 49), (36, 48.5, 36.2, 49), (30, 50, 32, 51)
BEYOND = {"salla": (29, 66, 30, 67), "petsamo": (30, 69, 31, 70), "latvia": (27, 56, 28, 57)}


def front(day: int) -> tuple[float, float, float, float]:
    """Land taken since the beginning: it grows by a thousandth of a degree a day."""
    return (35.0, 46.5, round(37.5 + day / 1000, 3), 48.0)


def words(day: int) -> list[dict[str, Any]]:
    """April 2022: Ukrainian words, Crimea as a collection."""
    return [
        feature(f"Окуповано. {day % 28 + 1:02d}.04", "Polygon", front(day), fill="#a52714"),
        feature("Крим", "GeometryCollection", CRIMEA, fill="#000000"),
        feature("ОРДЛО", "Polygon", ORDLO),
        feature("Під питанням", "Polygon", GREY, fill="#bcaaa4"),
        feature("Звільнено", "Polygon", FREED),
        feature("Придністров'я", "Polygon", (28.5, 46.5, 29.5, 48)),
        {
            "type": "Feature",
            "properties": {"name": "57th brigade"},
            "geometry": {"type": "Point", "coordinates": [37, 48]},
        },
    ]


def languages(day: int) -> list[dict[str, Any]]:
    """From late 2022: two languages, and lands of other neighbours that are called occupied."""
    claimed = [feature(f"Окупована {name} /// Occupied {name}", "Polygon", box) for name, box in BEYOND.items()]
    return [
        feature("Окуповано /// Occupied", "Polygon", front(day)),
        feature("Окупований Крим /// Occupied Crimea", "Polygon", CRIMEA),
        feature("ОРДЛО /// CADR and CALR", "MultiPolygon", ORDLO),
        feature("Статус невідомий /// Unknown status", "Polygon", GREY),
        feature("Звільнено 05.04 /// Liberated 05.04", "Polygon", FREED),
        *claimed,
    ]


def tags(day: int) -> list[dict[str, Any]]:
    """From 23 March 2024: a machine's tag behind the words."""
    claimed = [
        feature(f"Тимчасово окуповано /// Occupied {name} /// geoJSON.territories.{name}", "Polygon", box)
        for name, box in BEYOND.items()
    ]
    return [
        feature("Окуповано /// Occupied /// geoJSON.status.occupied\n", "Polygon", front(day)),
        feature("Окупований Крим /// Occupied Crimea\xa0/// geoJSON.territories.crimea", "Polygon", CRIMEA),
        feature("ОРДЛО /// CADR and CALR\xa0/// geoJSON.territories.ordlo", "Polygon", ORDLO),
        feature("Статус невідомий /// Unknown status /// geoJSON.status.unknown", "Polygon", GREY),
        feature("Звільнено 25.03 /// Liberated /// geoJSON.status.dismissed_at {{at:25.03}}", "Polygon", FREED),
        *claimed,
    ]


def alone(day: int) -> list[dict[str, Any]]:
    """The occupied land as one shape without a name."""
    return [feature(None, "MultiPolygon", front(day), CRIMEA, ORDLO)]


FIRST = date(2023, 1, 1)


def written(day: int, layout: int) -> tuple[str, bytes]:
    """A day's map: its file's name and bytes, in one of the layouts."""
    when = FIRST + timedelta(days=day)
    seconds = int(datetime(when.year, when.month, when.day, 12, tzinfo=UTC).timestamp())
    make = (words, languages, tags, tags, alone)[layout]
    told: dict[str, Any] = {"type": "FeatureCollection", "features": make(day)}
    if layout == 3:
        told = {"id": seconds, "datetime": f"{when:%d.%m} o 12:00", "map": told}
    names = (f"{seconds}.geojson", f"{seconds}000.geojson", f"{seconds}.geojson", f"deepstate-{when}.geojson",
             f"deepstatemap_data_{when:%Y%m%d}.geojson")  # fmt: skip
    return names[layout], json.dumps(told, ensure_ascii=False).encode()


def test_a_sequence_in_all_layouts_has_no_step_that_the_polygons_do_not_have(tmp_path: Path) -> None:
    store = Store(tmp_path / "store")
    folder = tmp_path / "folder"
    folder.mkdir()
    days = range(71)
    for day in days:
        name, data = written(day, day * 5 // len(days))
        kept = store.add(data, "deepstate", name, "test")
        assert kept.vintage.held is None, kept.vintage.held
        assert kept.vintage.known == FIRST + timedelta(days=day)
        (folder / name).write_bytes(data)
    expected = [
        sum(zone(*box) for box in (front(day), CRIMEA, ORDLO))
        for day in days
        if (FIRST + timedelta(days=day)).isoweekday() == 7
    ]
    for held in (store.holdings(), read_folder(folder)):
        found = held.series("deepstate.polygons")
        assert found.values.tolist() == pytest.approx([*expected], rel=1e-9)
        assert found.values[1:] - found.values[:-1] == pytest.approx(7 * zone(37.5, 46.5, 37.501, 48.0), rel=1e-6)
    told = " ".join(map(str, store.holdings().told(["deepstate.polygons"])))
    assert "unknown kind: 'Окупована latvia /// Occupied latvia'" in told
    assert "outside" not in told


def test_a_false_step_is_held_back_and_what_follows_the_good_is_not(tmp_path: Path) -> None:
    store = Store(tmp_path)
    for day in (0, 1, 2):
        name, data = written(day, 2)
        if day == 1:
            data = data.replace(b"geoJSON.territories.crimea", b"geoJSON.territories.crimes")
        kept = store.add(data, "deepstate", name, "test")
        assert bool(kept.vintage.held) == (day == 1)
    assert "a step of at most 2,000" in str(store.vintages()[1].held)
    assert store.holdings().series("deepstate.polygons").values.min() > 80_000


@pytest.mark.parametrize(
    ("label", "kind"),
    [
        ("Окуповано. 01.04", "held"),
        ("Окуповано /// Occupied /// geoJSON.status.occupied", "held"),
        ("Тузла /// geoJSON.territories.tuzla", "held"),
        ("Окуповано /// Occupied /// geoJSON.territories.pechorsky-district", "beyond"),
        ("Something /// geoJSON.territories.new-land", None),
        ("Not occupied /// de-occupied", None),
        ("Окуповані у Естонії території", None),
        ("Окуповано /// Liberated", None),
        ("Під контролем бойовиків-повстанців ПВК \"Вагнер\"", None),
        ("Зміїний /// geoJSON.zmiinyi_island", "freed"),
    ],
)  # fmt: skip
def test_labels_are_known_or_told(label: str, kind: str | None) -> None:
    assert kind_of(label) == kind


def test_damaged_maps_are_refused_by_name() -> None:
    good = [feature("Occupied", "Polygon", (36, 47, 37, 48))]
    swapped = json.loads(json.dumps(good))
    swapped[0]["geometry"]["coordinates"] = [[[y, x] for x, y in ring(36, 47, 37, 48)]]
    for features, said in (
        (swapped, "latitude first"),
        ([], "without occupied land"),
        ([feature("Something", "Polygon", (36, 47, 37, 48))], "'Something'"),
    ):
        data = json.dumps({"type": "FeatureCollection", "features": features}).encode()
        with pytest.raises(DataError, match=said) as caught:
            deepstate.parse(data, "1722470400.geojson")
        assert "1722470400.geojson" in caught.value.place
    with pytest.raises(DataError, match="without its day"):
        deepstate.parse(json.dumps({"features": good}).encode(), "map.geojson")


def test_an_outline_that_crosses_itself_and_a_vertex_far_away_are_told() -> None:
    bow = feature("Occupied", "Polygon", (36, 47, 37, 48))
    bow["geometry"]["coordinates"] = [[[36, 47], [37, 48], [37, 47], [36, 48], [36, 47]]]
    found = deepstate_maps.parse(json.dumps({"features": [bow]}).encode(), "1722470400.geojson")
    assert "crosses itself" in found.notes[0].text
    dense = [[36 + at / 50, 47.0] for at in range(50)] + [[37 - at / 50, 48.0] for at in range(50)]
    dense[20][1] = 45.0
    spike = feature("Occupied", "Polygon")
    spike["geometry"]["coordinates"] = [[*dense, dense[0]]]
    found = deepstate_maps.parse(json.dumps({"features": [spike]}).encode(), "1722470400.geojson")
    assert "1 vertex of held land far from both" in found.notes[0].text


def test_a_map_is_read_once_until_the_rules_change(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    name, data = written(0, 2)
    Store(tmp_path).add(data, "deepstate", name, "test")
    measured = deepstate_maps.parse
    read: list[str] = []

    def parse(data: bytes, name: str) -> Parsed:
        read.append(name)
        return measured(data, name)

    monkeypatch.setattr(deepstate_maps, "parse", parse)
    before = Store(tmp_path).holdings()
    assert read == []
    assert before.files[0].parsed == measured(data, name)
    monkeypatch.setattr(once, "rules", lambda: "others")
    assert Store(tmp_path).holdings().files == before.files
    assert Store(tmp_path).holdings().files == before.files
    assert read == [name]


@pytest.mark.parametrize(
    ("package", "extra"), [("shapely", "maps"), ("pyproj", "maps"), ("python_calamine", "workbooks")]
)
def test_without_the_extra_its_name_is_said(package: str, extra: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, package, None)
    deepstate_maps._projection.cache_clear()
    owner: ModuleType = deepstate
    data, name = written(0, 2)[1], "1722470400.geojson"
    if extra == "workbooks":
        owner, data, name = kiel, b"PK\x03\x04", "ukraine_support_tracker.xlsx"
    with pytest.raises(MissingExtra, match=rf"\.\[{extra}\]"):
        owner.parse(data, name)


@pytest.mark.slow
def test_thirteen_hundred_maps_of_a_megabyte_take_less_than_ten_minutes_and_no_more_memory(tmp_path: Path) -> None:
    """Twelve are read; the time of one, on one core, is taken 1,300 times."""
    turns = [2 * math.pi * at / 13_000 for at in range(13_000)]
    kept, size, spent = Store(tmp_path), 0, 0.0
    memory: list[int] = []
    for day in range(12):
        features = []
        for label, east, north in (
            ("status.occupied", 36.5, 47.6),
            ("territories.crimea", 34.3, 45.3),
            ("territories.ordlo", 39.0, 48.0),
        ):
            around = [
                [round(east + day / 5_000 + math.cos(turn), 7), round(north + 0.7 * math.sin(turn), 7), 0]
                for turn in turns
            ]
            one = feature(f"x /// geoJSON.{label}")
            one["geometry"]["coordinates"] = [[*around, around[0]]]
            features.append(one)
        data = json.dumps({"type": "FeatureCollection", "features": features}, separators=(",", ":")).encode()
        size = len(data)
        begun = time.process_time()
        assert kept.add(data, "deepstate", f"{1672574400 + 86400 * day}.geojson", "test").vintage.held is None
        spent += time.process_time() - begun
        memory.append(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss)
    assert 0.7e6 < size < 1.3e6
    assert spent / 12 * 1_300 < 600
    assert memory[-1] - memory[2] < 20_000  # kB
