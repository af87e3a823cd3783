"""Random damage to one cell of a good file never changes a number silently.

What is told: the file is refused, held back, or comes with a note that the good one has not. Two properties are held.
Where the good file is there already, any change of a number is told. Where nothing is there, a number changes untold
only by less than a week can bring, or in a cell that nothing in its file repeats (ALONE): no program can see that.
"""

import json
import math
import re
from collections.abc import Callable
from datetime import date, timedelta
from itertools import product
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

from tertius.errors import DataError
from tertius.evidence import Store
from tertius.evidence.observations import Parsed
from tertius.evidence.plausible import limits
from tertius.evidence.publishers import ucdp_rows
from tertius.evidence.registry import sources
from tertius.evidence.tables import SAME

FIRST = date(2024, 9, 1)
DAYS = [FIRST + timedelta(days=number) for number in range(40)]


def table(head: str, rows: list[str]) -> bytes:
    return "\n".join([head, *rows, ""]).encode()


def isw() -> bytes:
    return table("date,isw_russia_controlled_km2", [f"{day},{112000 + 11 * at}" for at, day in enumerate(DAYS)])


def losses() -> bytes:
    rows = [
        f"{day},{at},{600000 + 1300 * at},{8600 + 11 * at},{17000 + 30 * at},{19000 + 40 * at}"
        for at, day in enumerate(DAYS)
    ]
    return table("date,day,personnel,tanks,apv,artillery", rows)


def areas() -> bytes:
    rows = [f"{day},{108000 + 9 * at}.25,{700 + at}.5,True" for at, day in enumerate(DAYS)]
    return table("date,ru_occupied_ukraine_km2,grey_zone_ukraine_km2,observed", rows)


def items() -> bytes:
    states = ("destroyed", "captured", "damaged", "abandoned")
    rows = [f"Russia,Russia,T-72B,{states[at % 4]},http://e/{at},{day},1,{at},1,7-{at}" for at, day in enumerate(DAYS)]
    return table("country,origin,system,status,url,date_recorded,sysID,imageID,statusID,matID", rows)


def aid() -> bytes:
    months = [f"2024-{month:02d}-01" for month in range(1, 11)]
    cells = product(enumerate(months), ("Germany", "Norway"), ("Military", "Financial"))
    rows = [f"{month},{donor},{kind},Allocation,{at * 7 + 21}500000.5" for (at, month), donor, kind in cells]
    return table("month,donor,aid_type,measure,eur", rows)


def fights() -> bytes:
    rows = []
    for at in range(30):
        cells = dict.fromkeys(ucdp_rows.COLUMNS, "")
        day = f"2024-10-{at % 28 + 1:02d}"
        cells |= {"id": f"{5000 + at}", "year": "2024", "type_of_violence": "1", "conflict_name": "Chad - Niger"}
        cells |= {"side_a": "Government of Chad", "side_b": "Government of Niger", "country": "Niger", "date_prec": "1"}
        cells |= {"code_status": "Clear", "event_clarity": "1", "date_start": day, "date_end": day, "deaths_a": "0"}
        cells |= {"deaths_b": f"{at + 2}", "deaths_civilians": "0", "deaths_unknown": "0"}
        cells |= {"best": f"{at + 2}", "low": f"{at + 1}", "high": f"{at + 4}"}
        rows.append(",".join(cells.values()))
    return table(",".join(ucdp_rows.COLUMNS), rows)


def coded() -> bytes:
    lines = []
    for at in range(30):
        day = date(2024, 10, at % 28 + 1)
        cells = dict.fromkeys(range(61), "")
        share = day.year + ((day.month - 1) * 30 + day.day) / 365
        cells |= {0: str(900 + at), 1: f"{day:%Y%m%d}", 2: f"{day:%Y%m}", 3: f"{day.year}", 4: f"{share:.4f}"}
        cells |= {5: "PER", 7: "PER", 15: "ECU", 17: "ECU", 26: "190", 27: "190", 28: "19", 29: "4", 30: "-10.0"}
        cells |= {31: f"{at + 4}", 32: "2", 33: f"{at + 4}", 52: "Loja", 59: "20241030120000", 60: f"https://e/{at}"}
        lines.append("\t".join(cells.values()))
    return ("\n".join(lines) + "\n").encode()


def exported() -> bytes:
    """The web site's table of aid, billion EUR."""
    rows = [
        f'"{donor}","X",2024,{month},{month / 4 + 0.75},0.5,0.25,{month / 4},0.9,0'
        for month in range(1, 11)
        for donor in ("Germany", "Norway")
    ]
    head = "country,iso,year,month,total,financial,humanitarian,military,commitments,to_be_allocated"
    return table(head, [row.replace('"', "") for row in rows])


def clashes() -> bytes:
    """An export of ACLED's."""
    head = "event_id_cnty,event_date,year,time_precision,event_type,sub_event_type,actor1,actor2,country,fatalities"
    rows = [
        f"NER{at},{at % 28 + 1:02d} October 2024,2024,1,Battles,Armed clash,Military Forces of Chad (2021-),"
        f"Military Forces of Niger (2023-),Niger,{at}"
        for at in range(30)
    ]
    return table(head, rows)


def drawn() -> bytes:
    """Two polygons of 90 vertices, some 8,000 km2 each, and one of unknown status."""

    def ring(east: float, north: float) -> list[list[float]]:
        turns = [2 * math.pi * at / 90 for at in range(90)]
        around = [[round(east + 0.72 * math.cos(turn), 6), round(north + 0.48 * math.sin(turn), 6)] for turn in turns]
        return [*around, around[0]]

    def feature(label: str, east: float, north: float) -> dict[str, object]:
        return {"type": "Feature", "properties": {"name": label},
                "geometry": {"type": "Polygon", "coordinates": [ring(east, north)]}}  # fmt: skip

    features = [
        feature("Окуповано /// Occupied /// geoJSON.status.occupied", 36.5, 47.5),
        feature("Окупований Крим /// Occupied Crimea /// geoJSON.territories.crimea", 34.5, 45.5),
        feature("Статус невідомий /// Unknown status /// geoJSON.status.unknown", 38.5, 48.5),
    ]
    return json.dumps({"type": "FeatureCollection", "features": features}, ensure_ascii=False, indent=0).encode()


FILES: dict[str, tuple[Callable[[], bytes], str, str]] = {
    "isw": (isw, "isw", "isw_area_daily.csv"),
    "losses": (losses, "claimed-losses", "russia_losses.csv"),
    "areas": (areas, "deepstate", "deepstate_area_daily.csv"),
    "map": (drawn, "deepstate", "1727740800.geojson"),
    "items": (items, "oryx", "totals_by_system.csv"),
    "aid": (aid, "kiel", "aid_monthly_by_donor.csv"),
    "fights": (fights, "ucdp-candidate", "GEDEvent_v24_0_10.csv"),
    "exported": (exported, "kiel", "data_explorer.csv"),
    "clashes": (clashes, "acled", "acled-2024-11-03.csv"),
    "coded": (coded, "gdelt", "20241030120000.export.CSV"),
}
ALONE: dict[str, frozenset[str]] = {
    # the day of an item or an amount; doubt about a fight and the bounds of its deaths; how often an event was told of
    "items": frozenset({"date_recorded"}),
    "fights": frozenset({"low", "high", "code_status", "event_clarity", "date_prec", "id"}),
    "exported": frozenset({"year", "month"}),
    "clashes": frozenset({"event_id_cnty", "event_date", "time_precision", "event_type", "fatalities"}),
    "coded": frozenset({"31", "32", "0"}),
}


@st.composite
def damage(draw: st.DrawFn, cell: str) -> str:
    """A cell with one letter changed, lost, doubled or added, its point moved, or emptied."""
    kind = draw(st.sampled_from(["changed", "lost", "added", "tenfold", "emptied", "swapped"]))
    at = draw(st.integers(0, max(0, len(cell) - 1)))
    letter = draw(st.sampled_from("0123456789.-xA "))
    if kind == "changed":
        return cell[:at] + letter + cell[at + 1 :]
    if kind == "lost":
        return cell[:at] + cell[at + 1 :]
    if kind == "added":
        return cell[:at] + letter + cell[at:]
    if kind == "tenfold":
        return cell + "0"
    return "" if kind == "emptied" else cell[:at] + cell[at : at + 2][::-1] + cell[at + 2 :]


def damaged(draw: st.DataObject, good: bytes) -> tuple[bytes, str]:
    """A file with one cell damaged, and the column of the cell."""
    text = good.decode()
    if text.startswith("{"):
        cells = list(re.finditer(r'-?\d+\.\d+|(?<="name": ")[^"]+', text))
        cell = draw.draw(st.sampled_from(cells))
        return (text[: cell.start()] + draw.draw(damage(cell[0])) + text[cell.end() :]).encode(), ""
    separator = "\t" if "\t" in text else ","
    lines = [line.split(separator) for line in text.rstrip("\n").split("\n")]
    first = 0 if separator == "\t" else 1
    row = draw.draw(st.integers(first, len(lines) - 1))
    column = draw.draw(st.sampled_from([at for at, cell in enumerate(lines[row]) if cell]))
    name = str(column) if separator == "\t" else lines[0][column]
    lines[row][column] = draw.draw(damage(lines[row][column]))
    return ("\n".join(separator.join(line) for line in lines) + "\n").encode(), name


def numbers(parsed: Parsed) -> dict[object, float]:
    found: dict[object, float] = {
        (one.name, day): value for one in parsed.observations for day, value in one.points if value == value
    }
    for event in parsed.events:
        base = (event.source, event.action, event.target, event.day, event.known, *event.ids)
        found |= {(base, unit): value for value, unit in event.numbers}
        found |= {(base, "confidence"): event.confidence, (base, "mentions"): event.mentions}
    return found


def added(store: Store, data: bytes, name: str) -> tuple[bool, dict[object, float], set[str]]:
    """Whether the file counts, what it says, and the notes that came with it."""
    _, source, file = FILES[name]
    try:
        kept = store.add(data, source, file, "test")
    except DataError:
        return False, {}, set()
    return kept.vintage.held is None, numbers(store.reading(kept.vintage)), {str(note) for note in kept.notes}


COMMON = settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.filter_too_much])


@pytest.mark.parametrize("name", list(FILES))
@COMMON
@given(draw=st.data())
def test_where_the_good_file_is_held_every_change_is_told(name: str, draw: st.DataObject) -> None:
    good = FILES[name][0]()
    bad, _ = damaged(draw, good)
    assume(bad != good)
    with TemporaryDirectory() as folder:
        store = Store(Path(folder))
        counts, before, notes = added(store, good, name)
        assert counts
        counts, after, said = added(store, bad, name)
    assert not counts or said - notes or after == pytest.approx(before, rel=SAME)


@pytest.mark.parametrize("name", [name for name in FILES if name != "aid"])  # it states each amount once
@COMMON
@given(draw=st.data())
def test_where_nothing_is_held_a_change_is_told_or_small(name: str, draw: st.DataObject) -> None:
    good = FILES[name][0]()
    bad, column = damaged(draw, good)
    assume(bad != good and column not in ALONE.get(name, ()))
    with TemporaryDirectory() as folder:
        counts, before, notes = added(Store(Path(folder) / "good"), good, name)
        assert counts
        counts, after, said = added(Store(Path(folder) / "bad"), bad, name)
    if not counts or said - notes:
        return
    assert after.keys() == before.keys()
    for key, value in after.items():
        rule = limits(sources()[FILES[name][1]], key[0]) if isinstance(key, tuple) and isinstance(key[0], str) else None
        most = 0.0 if rule is None else rule.step(key[1]) if rule.steps else rule.high  # type: ignore[index]
        assert abs(value - before[key]) <= most + SAME * abs(value), (key, before[key], value)


def refused_at(source: str, data: bytes, file: str, otherwise: str) -> str:
    try:
        sources()[source].parse(data, file)
    except DataError as error:
        return error.place
    return otherwise


@pytest.mark.parametrize("name", list(FILES))
@settings(max_examples=60, deadline=None)
@given(at=st.floats(0, 1), length=st.integers(0, 400), junk=st.binary(max_size=30), is_cut=st.booleans())
def test_a_file_with_junk_in_it_is_read_or_refused_by_name(
    name: str, at: float, length: int, junk: bytes, is_cut: bool
) -> None:
    make, source, file = FILES[name]
    good = make()
    begin = int(at * len(good))
    bad = good[:begin] + junk + (b"" if is_cut else good[begin + length :])
    assert file in refused_at(source, bad, file, otherwise=file)


@pytest.mark.parametrize(
    "geometry",
    [
        {"type": "Polygon"},
        {"type": "Polygon", "coordinates": None},
        {"type": "Polygon", "coordinates": [[]]},
        {"type": "Polygon", "coordinates": [[[36, 47], [37, 47]]]},
        {"type": "Polygon", "coordinates": [[[36, 47], [37], [37, 48]]]},
        {"type": "Polygon", "coordinates": [[[36, 47], ["x", 47], [37, 48]]]},
        {"type": "Polygon", "coordinates": [[[36, 47], [float("nan"), 47], [37, 48]]]},
        {"type": "Polygon", "coordinates": "12"},
        {"type": "Polygon", "coordinates": {"a": 1}},
        {"type": "MultiPolygon", "coordinates": []},
        {"type": "MultiPolygon", "coordinates": [[], [[]]]},
        {"type": "GeometryCollection", "geometries": [{"type": "Polygon", "coordinates": []}]},
        None,
    ],
)
def test_broken_geometries_are_left_out_by_name(geometry: object) -> None:
    told = json.loads(drawn())
    good = numbers(sources()["deepstate"].parse(json.dumps(told).encode(), "1727740800.geojson"))
    label = "Окуповано /// Occupied /// geoJSON.status.occupied"
    told["features"].append({"type": "Feature", "properties": {"name": label}, "geometry": geometry})
    found = sources()["deepstate"].parse(json.dumps(told).encode(), "1727740800.geojson")
    assert numbers(found) == good
    assert "left out" in {note.kind for note in found.notes}
