"""Folders: the real files, damaged ones, gaps, and the equal-area measure."""

import json
import pickle
import shutil
from datetime import date, timedelta
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tertius.errors import DataError, Misfit, UnknownName
from tertius.evidence import Series, observation_models, read_data, read_folder, registry, sources
from tertius.evidence.publishers import deepstate, isw
from tertius.evidence.publishers.deepstate_maps import polygon_area
from tertius.evidence.series import sundays

WEEKLY = "week_start,week_end,ru_occupied_ukraine_km2,n_observed_days\n"
AREA = "isw_area_daily.csv"


def test_the_real_folder(real: Path) -> None:
    held = read_folder(real)
    occupied = held.series("deepstate.occupied")
    assert (str(occupied.first), str(occupied.last), len(occupied)) == ("2022-04-03", "2024-11-03", 136)
    assert occupied.values[-1] == 110130.02
    weeks = dict(zip(occupied.weeks.astype(str), occupied.masked, strict=True))
    assert [weeks[day] for day in ("2022-05-01", "2022-05-08", "2022-09-18", "2022-09-25", "2023-08-27")] == [
        True, False, True, False, True,
    ]  # fmt: skip
    assert np.isnan(occupied.changes()[list(weeks).index("2022-09-18")])
    assert occupied.changes()[-1] == pytest.approx(167.14)
    assert str(held.series("deepstate.incursion").first) == "2024-08-11"
    personnel = held.series("claimed-losses.personnel")
    assert (str(personnel.first), personnel.values[-1]) == ("2022-03-06", 10050.0)
    assert held.series("isw.controlled").values[-1] == pytest.approx(114316.29, abs=0.01)
    russia = held.series("oryx.russia")
    assert np.isnan(russia.values).sum() == len(russia) - 129
    assert any("missing" in note for note in russia.notes)
    assert any("not known" in note for note in held.notes)


def test_real_months_are_kept_whole_and_never_known_early(real: Path) -> None:
    held = read_folder(real)
    rows = held.monthly(category="Military", measure="Allocation")
    assert held.series("kiel.military").values.sum() == pytest.approx(sum(row.eur for row in rows))
    cut = read_data(real, date(2024, 11, 3))
    assert str(cut.series("kiel.military").last) == "2024-11-03"
    assert max(row.month for row in cut.monthly()) == date(2024, 10, 1)


def test_daily_files_alone_give_the_same_weeks(real: Path, tmp_path: Path) -> None:
    held = read_folder(real)
    for file in ("deepstate_area_daily.csv", "russian_losses_claimed_daily.csv"):
        shutil.copy(real / file, tmp_path)
    alone = read_folder(tmp_path)
    for name in ("deepstate.occupied", "claimed-losses.personnel", "claimed-losses.artillery"):
        np.testing.assert_allclose(alone.series(name).values, held.series(name).values, err_msg=name)
    with pytest.raises(DataError, match="tertius data pull isw"):
        alone.series("isw.controlled")


def test_the_weekly_map_file_stands_in_for_the_other_map(real: Path, tmp_path: Path) -> None:
    shutil.copy(real / "deepstate_area_weekly.csv", tmp_path)
    assert len(read_folder(tmp_path).series("isw.controlled")) == 136


def test_real_publishers_disagree_as_stated(real: Path) -> None:
    held = read_folder(real)
    one, other = (
        held.series(name).between(date(2023, 1, 1), date(2024, 11, 3)).changes()
        for name in ("deepstate.occupied", "isw.controlled")
    )
    both = ~np.isnan(one) & ~np.isnan(other)
    assert 0.5 < np.corrcoef(one[both], other[both])[0, 1] < 0.75


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"", "empty"),
        (b"  \n", "empty"),
        ("date,isw_russia_controlled_km2\n".encode("utf-16"), "UTF-16"),
        (b"date,isw\0", "binary"),
        (b"date,isw_russia_controlled_km2\n2024-10-01,\xff\n", "line 2"),
        (b"<!DOCTYPE html><html>404</html>", "web page"),
        (b"2024-10-01,5\n2024-10-02,6\n", "header"),
        (b"date,isw_russia_controlled_km2\n", "without rows"),
        (b"date,isw_russia_controlled_km2\n2024-10-01,5000\n2024-1", "1 of 2 columns"),
        (b"date,isw_russia_controlled_km2\n2024-10-01,-5\n", "line 2, column isw_russia_controlled_km2"),
        (b"date,isw_russia_controlled_km2\n2024-10-01,inf\n", "'inf'"),
        (b"date,isw_russia_controlled_km2\n2024-10-01,x1\n", "'x1'"),
        (b"date,isw_russia_controlled_km2\n2024-10-01,0.1\n", "1000 to 250000 km2"),
        (b"date,isw_russia_controlled_km2\n2024-10-01,112000000000\n", "km2 or m2"),
        (b"date,isw_russia_controlled_km2\n2024-10-01,1e999\n", "line 2"),
        (b"date,isw_russia_controlled_km2\n2024-10-01,many\n", "'many'"),
        (b"date,isw_russia_controlled_km2\n0001-10-01,5\n", "0001"),
        (b"date,isw_russia_controlled_km2\n2201-10-01,5\n", "2201"),
        (b"date,isw_russia_controlled_km2\n2024-02-30,5\n", "2024-02-30"),
        (b"date,isw_russia_controlled_km2\n2024-10-01,5\n2024-10-01,6\n", "lines 2 and 3"),
        (b'date,isw_russia_controlled_km2\n2024-10-01,"5\n', "broken CSV"),
    ],
)
def test_damage_is_refused_by_name(tmp_path: Path, content: bytes, said: str) -> None:
    (tmp_path / AREA).write_bytes(content)
    with pytest.raises(DataError) as caught:
        read_folder(tmp_path)
    assert AREA in caught.value.place
    assert said in str(caught.value)
    assert str(pickle.loads(pickle.dumps(caught.value))) == str(caught.value)


def test_mending_is_noted(tmp_path: Path) -> None:
    lines = ["2024-10-13,6000", "2024-10-06,5000", "2024-10-06,5000", "2024-10-27,8000"]
    (tmp_path / AREA).write_text("date,isw_russia_controlled_km2\n" + "\n".join(lines))
    found = read_folder(tmp_path).series("isw.controlled")
    np.testing.assert_array_equal(found.values, [5000, 6000, np.nan, 8000])
    told = " ".join(found.notes)
    assert all(word in told for word in ("1 duplicated date", "sorted", "1 week (2024-10-20) missing", "cut off"))
    np.testing.assert_array_equal(found.changes(), [np.nan, 1000, np.nan, np.nan])


def test_the_daily_file_fills_the_weekly_one_and_disagreement_is_noted(tmp_path: Path) -> None:
    weekly = WEEKLY + "2024-09-30,2024-10-06,1100,7\n2024-10-07,2024-10-13,,7\n2024-10-14,2024-10-20,1120,7\n"
    (tmp_path / "deepstate_area_weekly.csv").write_text(weekly)
    daily = "date,ru_occupied_ukraine_km2\n2024-10-06,1100\n2024-10-11,1111\n2024-10-20,1125\n2024-10-26,1130\n"
    (tmp_path / "deepstate_area_daily.csv").write_text(daily)
    found = read_folder(tmp_path).series("deepstate.occupied")
    np.testing.assert_array_equal(found.values, [1100, 1111, 1120, 1130])
    assert any("differs" in note and "2024-10-20" in note for note in found.notes)


def test_a_last_week_that_is_not_over_is_noted(tmp_path: Path) -> None:
    (tmp_path / AREA).write_text("date,isw_russia_controlled_km2\n2024-10-06,5000\n2024-10-08,6000\n")
    assert (
        "the last week, 2024-10-13, is known up to 2024-10-08" in read_folder(tmp_path).series("isw.controlled").notes
    )


def test_names_and_digest(tmp_path: Path, isw: bytes) -> None:
    (tmp_path / AREA).write_bytes(isw)
    (tmp_path / "other.csv").write_text("a\n1\n")
    held = read_folder(tmp_path)
    with pytest.raises(UnknownName, match=r"nearest: isw\.controlled"):
        held.series("isw.controled")
    with pytest.raises(UnknownName):
        held.series("nonsense")
    with pytest.raises(DataError, match="aid_monthly"):
        held.monthly()
    with pytest.raises(DataError, match="source oryx"):
        held.series("oryx.russia")
    before = held.digest(["isw.controlled"])
    (tmp_path / AREA).write_bytes(isw.replace(b"\n", b"\r\n"))
    assert read_folder(tmp_path).digest(["isw.controlled"]) == before
    (tmp_path / AREA).write_bytes(isw.replace(b"1027", b"1028"))
    assert read_folder(tmp_path).digest(["isw.controlled"]) != before


def test_a_folder_without_data(tmp_path: Path) -> None:
    for place in (tmp_path, tmp_path / "none"):
        with pytest.raises(DataError, match="isw_area_daily"):
            read_data(place)


@given(st.integers(0, 3000), st.lists(st.floats(0, 1e6) | st.just(float("nan")), min_size=1, max_size=30), st.data())
def test_until_and_changes(start: int, values: list[float], data: st.DataObject) -> None:
    first = date(2015, 1, 4) + timedelta(weeks=start % 500)
    weeks = sundays(first, first + timedelta(weeks=len(values) - 1))
    series = Series("a.b", "level", "km2", weeks, np.array(values), np.zeros(len(values), bool), (), ())
    day = data.draw(st.dates(first - timedelta(9), first + timedelta(weeks=len(values) + 1)))
    cut = series.until(day)
    assert all(week <= day for week in cut.weeks.tolist())
    assert len(cut) == sum(week <= day for week in weeks.tolist())
    slow = [float("nan")] + [values[i] - values[i - 1] for i in range(1, len(values))]
    np.testing.assert_array_equal(series.changes(), slow)


def test_a_series_refuses_gaps() -> None:
    weeks = np.array(["2024-10-06", "2024-10-20"], dtype="datetime64[D]")
    with pytest.raises(Misfit):
        Series("a.b", "level", "km2", weeks, np.zeros(2), np.zeros(2, bool), (), ())
    with pytest.raises(Misfit):
        Series("a.b", "level", "km2", weeks[:1] + 1, np.zeros(1), np.zeros(1, bool), (), ())


def box(west: float, south: float, east: float, north: float) -> list[list[float]]:
    return [[west, south], [east, south], [east, north], [west, north], [west, south]]


def test_areas_of_known_shapes() -> None:
    assert polygon_area([[*box(0, 0, 180, 90)]]) * 4 == pytest.approx(510_065_621.7, rel=1e-6)
    cell = polygon_area([box(35, 48, 36, 49)])
    assert cell == pytest.approx(8207.4, rel=2e-3)  # 111.2 km by 73.8 km
    assert polygon_area([box(35, 48, 36, 49), box(35.2, 48.2, 35.4, 48.4)]) < cell
    assert polygon_area([box(35, 48, 36, 49)[::-1]]) == pytest.approx(cell)


def test_a_map_is_measured() -> None:
    def feature(name: str, *rings: object) -> dict[str, object]:
        return {"properties": {"name": name}, "geometry": {"type": "Polygon", "coordinates": rings}}

    told = {
        "type": "FeatureCollection",
        "features": [
            feature("Окуповано", box(35, 48, 36, 49)),
            feature("x /// Occupied Crimea", box(33, 45, 34, 46)),
            feature("Під питанням", box(36, 48, 37, 49)),
            feature("Звільнено 05.04", box(30, 50, 31, 51)),
            feature("Something new", box(30, 52, 31, 53)),
            {"properties": {"name": "unit"}, "geometry": {"type": "Point", "coordinates": [1, 2]}},
        ],
    }
    parsed = deepstate.parse(json.dumps(told).encode(), "1649492182.geojson")
    areas = {found.name: found.points[0] for found in parsed.observations}
    expected = polygon_area([box(35, 48, 36, 49)]) + polygon_area([box(33, 45, 34, 46)])
    assert areas["deepstate.polygons"] == (date(2022, 4, 9), pytest.approx(expected))
    assert parsed.rows == 3
    assert "Something new" in parsed.notes[0].text
    for broken in (b"{", b"{}", b'{"features": []}'):
        with pytest.raises(DataError, match=r"1649492182\.geojson"):
            deepstate.parse(broken, "1649492182.geojson")


def test_publishers_own_forms() -> None:
    square_metres = b"date,area_assessed_as_russia_controlled,x\n2022-02-22,43679052552.25393,\n"
    assert isw.parse(square_metres, "a.csv").observations[0].points[0][1] == pytest.approx(43679.05255)
    losses = sources()["claimed-losses"]
    json_days = [{"date": f"2022-03-{day:02d}", "day": day, "personnel": 100 * day} for day in range(6, 15)]
    assert losses.parse(json.dumps(json_days).encode(), "p.json").rows == 9
    totals = b"date,day,personnel,tanks,apv,artillery\n2022-03-06,1,10,1,1,\n2022-03-13,8,30,2,2,5\n"
    assert losses.parse(totals, "r.csv").observations[0].name == "claimed-losses.personnel"
    items = (
        b"country,origin,system,status,url,date_recorded\nRussia,B,c,destroyed,u,2022-03-19\n"
        b"Russia,B,c,captured,u,2022-03-20\n"
    )
    assert sources()["oryx"].parse(items, "t.csv").observations[0].points == ((date(2022, 3, 20), 2.0),)
    with pytest.raises(DataError, match="no workbook"):
        sources()["kiel"].parse(b"PK\x03\x04rest", "t.xlsx")


def test_a_source_added_as_one_file_is_found(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    import tertius.evidence.publishers as home

    (tmp_path / "rainfall.py").write_text(
        "from tertius.evidence.publishers import isw\n"
        "from dataclasses import replace\n"
        "SOURCE = replace(isw.SOURCE, name='rainfall', files=('rain.csv',), series=('rainfall.depth',))\n"
    )
    monkeypatch.setattr(home, "__path__", [*home.__path__, str(tmp_path)])
    registry._found.cache_clear()
    try:
        assert "rainfall" in sources()
        (tmp_path / "rain.csv").write_text("date,isw_russia_controlled_km2\n2024-10-06,1001\n")
        assert read_folder(tmp_path).files[0].source == "rainfall"
    finally:
        registry._found.cache_clear()


def test_every_source_says_how_it_errs() -> None:
    models = observation_models()
    assert {"deepstate", "isw", "claimed-losses", "oryx", "kiel"} <= set(models)
    for model in models.values():
        assert model.bias
        assert model.noise_source
        assert model.lag_days >= 0
        assert model.grade in "ABCD"
