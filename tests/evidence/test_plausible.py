"""What is held back and let in, what a version revises, what siblings say, and where a reader meets it."""

import json
from datetime import date, timedelta
from pathlib import Path

import pytest
from tests.cli.commands import tertius

from tertius.errors import DataError, OptionError, UnknownName
from tertius.evidence import Store, read_folder
from tertius.evidence.plausible import limits
from tertius.evidence.registry import sources
from tertius.evidence.status import status

ISW, MAP = "isw_area_daily.csv", "deepstate_area_daily.csv"
DAYS = [date(2024, 9, 1) + timedelta(days=number) for number in range(60)]


def isw(shift: float = 0.0, last: int = 60, since: int = 60) -> bytes:
    """Daily areas; from day `since` on they are higher by `shift`."""
    rows = [f"{day},{112000 + 10 * at + (shift if at >= since else 0):g}" for at, day in enumerate(DAYS[:last])]
    return ("date,isw_russia_controlled_km2\n" + "\n".join(rows) + "\n").encode()


def areas(level: float) -> bytes:
    rows = [f"{day},{level + 10 * at:g}" for at, day in enumerate(DAYS)]
    return ("date,ru_occupied_ukraine_km2\n" + "\n".join(rows) + "\n").encode()


def test_every_series_that_is_declared_has_limits_with_a_reason() -> None:
    for source in sources().values():
        for name in source.series:
            rule = limits(source, name)
            assert rule is not None, name
            assert rule.low < rule.high
            assert rule.why
    assert limits(sources()["deepstate"], "deepstate.occupied.donetska").low == 0.0  # type: ignore[union-attr]


def test_a_step_waits_and_the_version_before_stays_until_it_is_let_in(tmp_path: Path) -> None:
    store = Store(tmp_path)
    store.add(isw(last=30), "isw", ISW, "test", DAYS[30])
    kept = store.add(isw(9_000, 60, 40), "isw", ISW, "test", DAYS[59])
    assert "112,390 on 2024-10-10, then 121,400 on 2024-10-11 (km2), a step of at most 2,500" in str(kept.vintage.held)
    assert str(store.holdings().series("isw.controlled").last) == "2024-10-06"
    assert not store.add(isw(9_000, 60, 40), "isw", ISW, "test", DAYS[59]).is_new
    (row,) = status(store)
    assert [one["name"] for one in row["held_back"]] == [ISW]
    store.accept("isw")
    assert store.holdings().series("isw.controlled").values[-1] == 121_590.0
    assert store.holdings(DAYS[58]).series("isw.controlled").values[-1] < 113_000
    assert status(store)[0]["held_back"] == []
    with pytest.raises(OptionError, match="nothing is held back"):
        store.accept("isw")
    with pytest.raises(UnknownName):
        store.accept("iws")


def test_a_version_that_contradicts_the_one_before_waits(tmp_path: Path) -> None:
    store = Store(tmp_path)
    store.add(isw(last=30), "isw", ISW, "test", DAYS[30])
    kept = store.add(isw(40_000, 60, 0), "isw", ISW, "test", DAYS[59])
    assert "but 112,000 in the version before (and 29 more)" in str(kept.vintage.held)


def test_a_revision_keeps_both_and_is_told(tmp_path: Path) -> None:
    store = Store(tmp_path)
    store.add(isw(last=30), "isw", ISW, "test", DAYS[30])
    kept = store.add(isw(7, 60, 20), "isw", ISW, "test", DAYS[59])
    said = " ".join(map(str, kept.notes))
    assert "10 values of the version known from 2024-10-01 revised" in said
    assert "isw.controlled on 2024-09-21: 112,200, now 112,207" in said
    assert [held.series("isw.controlled").values[3] for held in (store.holdings(DAYS[40]), store.holdings())] == [
        112_210.0,
        112_217.0,
    ]


def test_sources_that_measure_the_same_have_to_agree(tmp_path: Path) -> None:
    store = Store(tmp_path)
    store.add(areas(108_000), "deepstate", MAP, "test", DAYS[59])
    assert store.add(isw(), "isw", ISW, "test", DAYS[59]).vintage.held is None
    other = Store(tmp_path / "other")
    other.add(areas(64_000), "deepstate", MAP, "test", DAYS[59])
    held = str(other.add(isw(), "isw", ISW, "test", DAYS[59]).vintage.held)
    assert "112,000 on 2024-09-01, but 64,000 in deepstate.occupied" in held


def test_a_plain_folder_holds_back_too(tmp_path: Path) -> None:
    (tmp_path / ISW).write_bytes(isw(9_000, 60, 40))
    with pytest.raises(DataError, match="held back"):
        read_folder(tmp_path)
    (tmp_path / MAP).write_bytes(areas(108_000))
    held = read_folder(tmp_path)
    assert held.names() == ("deepstate.occupied",)
    assert any("held back" in note and "tertius data accept isw" in note for note in held.notes)
    assert [note.kind for note in held.told(["isw.controlled"])] == ["held back"]


def test_a_file_is_known_from_the_day_in_its_name(tmp_path: Path) -> None:
    square = [[36, 47], [37, 47], [37, 48], [36, 48], [36, 47]]
    one = {
        "type": "Feature",
        "properties": {"name": "Occupied"},
        "geometry": {"type": "Polygon", "coordinates": [square]},
    }
    data = json.dumps({"type": "FeatureCollection", "features": [one]}).encode()
    kept = Store(tmp_path).add(data, "deepstate", "deepstate-2024-08-01.geojson", "test")
    assert (str(kept.vintage.known), kept.vintage.last) == ("2024-08-01", "2024-08-01")
    with pytest.raises(DataError, match="check the file and its name"):
        Store(tmp_path).add(data, "deepstate", "deepstate-2190-08-01.geojson", "test")


def test_a_mistyped_day_hides_nothing_and_shows_nothing_early(tmp_path: Path) -> None:
    head = "id,type_of_violence,conflict_name,side_a,side_b,country,date_prec,date_start,date_end"
    head += ",deaths_a,deaths_b,deaths_civilians,best,high,low"
    fights = [
        f"{at},1,x,Government of Chad,Government of Niger,Niger,1,2024-10-{at:02d},2024-10-{at:02d},0,4,0,4,6,3"
        for at in range(1, 29)
    ]
    fights[5] = fights[5].replace("2024-10-06,0,", "2025-10-06,0,")
    fights[7] = fights[7].replace("2024-10-08", "2014-10-08")
    fights[7] = (
        fights[7]
        .replace("2014-10-08,2014-10-08", "2024-10-08,2024-10-08")
        .replace("2024-10-08,2024", "2023-10-08,2024")
    )
    store = Store(tmp_path)
    data = "\n".join([head, *fights, ""]).encode()
    store.add(data, "ucdp-candidate", "GEDEvent_v24_0_10.csv", "test")
    assert [len(store.events(day)) for day in (date(2024, 11, 30), date(2024, 12, 1))] == [0, 27]


def test_the_annual_release_takes_the_place_of_its_candidates(tmp_path: Path) -> None:
    head = "id,type_of_violence,conflict_name,side_a,side_b,country,date_prec,date_start,date_end"
    head += ",deaths_a,deaths_b,deaths_civilians,best,high,low"

    def release(*rows: tuple[int, str]) -> bytes:
        told = (f"{at},1,x,Government of Chad,Government of Niger,Niger,1,{day},{day},0,4,0,4,6,3" for at, day in rows)
        return "\n".join([head, *told, ""]).encode()

    store = Store(tmp_path)
    store.add(release((1, "2023-10-05"), (2, "2023-10-06")), "ucdp-candidate", "GEDEvent_v23_0_10.csv", "test")
    store.add(release((3, "2024-01-05")), "ucdp-candidate", "GEDEvent_v24_0_1.csv", "test")
    store.add(release((1, "2023-10-05")), "ucdp-annual", "GEDEvent_v24_1.csv", "test")
    then, now = store.events(date(2024, 6, 30)), store.events()
    assert [(name, one.ids) for name, one in then.records] == [("ucdp-candidate", (each,)) for each in "123"]
    assert {(name, one.ids) for name, one in now.records} == {("ucdp-annual", ("1",)), ("ucdp-candidate", ("3",))}
    assert "takes the place of 2 events" in " ".join(now.notes)
    assert len(store.events(source="ucdp-candidate")) == 3


def test_the_command_line_shows_what_waits_and_lets_it_in(tmp_path: Path) -> None:
    file, store = tmp_path / ISW, tmp_path / "store"
    file.write_bytes(isw(9_000, 60, 59).replace(b"112050\n", b"\n"))
    added = tertius("data", "add", file, "--as", "isw", "--store", store)
    assert added.code == 3
    assert "held back" in added.out
    assert "not used: isw_area_daily.csv" in added.err
    told = tertius("data", "status", "--store", store)
    assert told.code == 0
    for words in ("held back: isw_area_daily.csv, known from", "tertius data accept isw", "a step of at most 2,500"):
        assert words in told.out
    assert tertius("data", "accept", "isw", ISW, "--store", store).code == 0
    told = tertius("data", "status", "--store", store)
    for words in ("is empty on 1 of 60 days", "let in by hand", "stale: nothing after 2024-10-30"):
        assert words in told.out
    assert tertius("data", "accept", "isw", "--store", store).code == 2


def test_a_folder_of_maps_is_added_at_once(tmp_path: Path) -> None:
    folder = tmp_path / "maps"
    folder.mkdir()
    square = [[36, 47], [37, 47], [37, 48], [36, 48], [36, 47]]
    one = {
        "type": "Feature",
        "properties": {"name": "Occupied"},
        "geometry": {"type": "Polygon", "coordinates": [square]},
    }
    for day in range(14):
        file = folder / f"{1722470400 + 86400 * day}.geojson"
        file.write_text(json.dumps({"type": "FeatureCollection", "features": [one]}))
    (folder / "readme.txt").write_text("x")
    (folder / "1722470400000.geojson").write_text("{")
    told = tertius("data", "add", folder, "--as", "deepstate", "--store", tmp_path / "store")
    assert (told.code, told.out.count("deepstate: ")) == (3, 14)
    assert "1722470400000.geojson" in told.err
    shown = tertius("data", "status", "--store", tmp_path / "store").out
    assert "14 files, 2024-08-01 to 2024-08-14" in shown
    assert len(shown.splitlines()) < 8


def test_a_value_of_a_day_to_come_is_no_data_in_a_store_nor_in_a_folder(tmp_path: Path) -> None:
    data = isw() + b"2199-01-01,112500\n"
    store = Store(tmp_path / "store")
    kept = store.add(data, "isw", ISW, "test")
    assert any("2199-01-01" in str(note) and "left out" in str(note) for note in kept.notes)
    (tmp_path / "folder").mkdir()
    (tmp_path / "folder" / ISW).write_bytes(data)
    for holdings in (store.holdings(), read_folder(tmp_path / "folder")):
        assert holdings.series("isw.controlled").last < date(2024, 12, 1)
    ahead = "\n".join(f"{day.replace(year=2199)},{112000}" for day in DAYS)
    with pytest.raises(DataError, match="days up to"):
        store.add(f"date,isw_russia_controlled_km2\n{ahead}\n".encode(), "isw", ISW, "test")


def test_donors_in_other_scripts_are_not_one_donor(tmp_path: Path) -> None:
    from tertius.evidence.publishers.kiel import slug

    names = {
        "Україна": "украіна",
        "Ελλάδα": "ελλαδα",
        "日本": "日本",
        "Türkiye": "turkiye",
        "United States": "united-states",
    }
    assert {name: slug(name) for name in names} == names
    head = "month,donor,aid_type,measure,eur\n"
    rows = [f"2024-0{month}-01,{name},Military,allocation,{month}e8\n" for month in (1, 2) for name in names]
    file = "aid_monthly_by_donor.csv"
    parsed = sources()["kiel"].parse((head + "".join(rows)).encode(), file)
    assert {f"kiel.all.{own}" for own in names.values()} < {one.name for one in parsed.observations}
    alike = sources()["kiel"].parse(
        (head + "".join(rows) + "2024-01-01,日-本,Military,allocation,1e8\n").encode(), file
    )
    assert not any("share a series" in str(note) for note in alike.notes)
    alike = sources()["kiel"].parse(
        (head + "".join(rows) + "2024-01-01,*日本*,Military,allocation,1e8\n").encode(), file
    )
    assert any("share a series" in str(note) for note in alike.notes)
    left = sources()["kiel"].parse((head + "".join(rows) + "2024-01-01,***,Military,allocation,1e8\n").encode(), file)
    assert any("left out" in str(note) and "letters or digits" in str(note) for note in left.notes)
