"""Small files as publishers and their copies have them: each is read right, held back or refused by name.

The files of ../shared/cases/publishers are read where they are there; below are some of our own.
"""

from datetime import date
from pathlib import Path

import pytest

from tertius.errors import DataError
from tertius.evidence import Store
from tertius.evidence.observations import Parsed
from tertius.evidence.registry import sources

CASES = Path(__file__).parents[2].parent / "shared" / "cases" / "publishers"
SQUARE = 8217.732  # km2 of a degree by a degree from 48 to 49 north
HOMES = {
    "d": "deepstate", "u": "ucdp-candidate", "g": "gdelt", "i": "isw", "k": "kiel", "l": "claimed-losses", "o": "oryx",
    "a": "acled",
}  # fmt: skip

# case: (series, last value, words of the notes)
READ: dict[str, tuple[str, float, str]] = {
    "d01_no_names_multipolygon": ("deepstate.polygons", SQUARE, ""),
    "d02_dup_polygon": ("deepstate.polygons", SQUARE, "counts once: 8217.7 km2"),
    "d03_ua_territories": ("deepstate.polygons", 2 * SQUARE, ""),
    "d04_null_geom": ("deepstate.polygons", SQUARE, "1 polygon 'Occupied' without a geometry"),
    "d06_millis": ("deepstate.polygons", SQUARE, ""),
    "d10_empty_coords": ("deepstate.polygons", SQUARE, "broken or empty coordinates"),
    "d11_date_in_name": ("deepstate.polygons", SQUARE, ""),
    "d12_fill_only": ("deepstate.polygons", 2 * SQUARE, "counted by the colour #a52714"),
    "d13_not_occupied": ("deepstate.polygons", SQUARE, "unknown kind: 'Not occupied /// de-occupied'"),
    "d14_crimea_ordlo_since_2024": ("deepstate.polygons", 3 * SQUARE, ""),
    "d15_crimea_ordlo_before": ("deepstate.polygons", 3 * SQUARE, ""),
    "i01_m2": ("isw.controlled", 112_100.0, ""),
    "i03_NA": ("isw.controlled", 112_000.0, "is empty on 1 of 2 days: 2024-10-13"),
    "i04_dup_diff": ("isw.controlled", 112_000.0, "1 duplicated date with equal values merged"),
    "k01_site_export": ("kiel.military", 1e8, ""),
    "k03_allocations_plural": ("kiel.military", 2.5e8, ""),
    "k04_yyyymm": ("kiel.military", 2.5e8, ""),
    "l03_float": ("claimed-losses.tanks", 50.0, "tank is empty on 1 of 2 days"),
    "l05_kaggle_equipment_csv": ("claimed-losses.artillery", 80.0, ""),
    "l07_kaggle_personnel": ("claimed-losses.personnel", 200.0, ""),
    "l08_dict": ("claimed-losses.personnel", 50.0, ""),
    "l09_datetime": ("claimed-losses.personnel", 200.0, ""),
    "o01_dup_item": ("oryx.russia", 2.0, "each item counts once"),
    "o04_na_date": ("oryx.russia", 1.0, "1 of 2 rows left out: line 2, column date_recorded: 'NA'"),
    "o05_country_spelling": ("oryx.russia", 2.0, ""),
    "o07_us_date_wide": ("oryx.russia", 1.0, ""),
}
# case: (events, words of the notes)
EVENTS: dict[str, tuple[int, str]] = {
    "u01_date_end_typo": (1, "line 3, column date_end: '2025-10-05' (allowed: a day up to 2024-10-31"),
    "u03_empty_low": (1, "line 3, column low"),
    "u04_best_est": (1, ""),
    "u06_latin1": (1, "not UTF-8 were replaced"),
    "u07_bom": (1, ""),
    "u11_caps": (1, ""),
    "u12_float_id": (1, ""),
    "u14_prec0": (1, "line 3, column date_prec: '0'"),
    "u15_index_col": (1, ""),
    "g01_ok": (1, ""),
    "g02_short_line": (1, "line 2: 57 columns"),
    "g04_empty_mentions": (1, "line 2, column NumMentions"),
    "g06_code_X": (1, "1 with a code that CAMEO does not have"),
    "g07_header": (1, "column names, passed over"),
    "g08_fulldateadded_float": (1, ""),
    "g09_latin1": (1, "not UTF-8 were replaced"),
}
HELD_BACK = {"l01_falling_total": "the total falls from 2,000 on 2024-10-13 to 1,500 on 2024-10-20"}
# case: words of the error
REFUSED = {
    "d07_epsg3857": "which are no degrees",
    "i06_m2_in_km2": "km2 or m2",
    "k06_renamed_type": "'Military aid'",
    "k08_any_zip": "no workbook",
    "l06_us_date": "'10/06/2024'",
    "o02_no_date": "date_recorded",
    "u09_annual": "--as ucdp-annual",
    "g05_day_1920": "1920-10-30, but 202410",
    "g12_code_lost_zero": "43 with base 190",
    "g13_commasep": "columns between commas",
    "g14_lost_zero_collides": "020 for 20",
    "a01_acled": "acled-2024-11-03.csv",
}


def case(name: str) -> tuple[bytes, str, str]:
    """A case's bytes, file name and source."""
    if not CASES.is_dir():
        pytest.skip(f"cases of publishers' files absent: {CASES}")
    (file,) = (CASES / name).iterdir()
    return file.read_bytes(), file.name, HOMES[name[0]]


def parsed(name: str) -> Parsed:
    data, file, source = case(name)
    return sources()[source].parse(data, file)


def said(found: Parsed) -> str:
    return " ".join(map(str, found.notes))


def test_every_case_has_its_expectation() -> None:
    if not CASES.is_dir():
        pytest.skip(f"cases of publishers' files absent: {CASES}")
    assert {path.name for path in CASES.iterdir()} == {*READ, *EVENTS, *HELD_BACK, *REFUSED}


@pytest.mark.parametrize("name", sorted(READ))
def test_a_series_is_read_right(name: str, tmp_path: Path) -> None:
    series, value, words = READ[name]
    data, file, source = case(name)
    kept = Store(tmp_path).add(data, source, file, "test")
    assert kept.vintage.held is None
    last = [each for _, each in found_of(parsed(name), series) if each == each][-1]
    assert last == pytest.approx(value)
    assert words in " ".join(map(str, kept.notes))
    assert bool(kept.notes) == bool(words), kept.notes


def found_of(found: Parsed, series: str) -> tuple[tuple[date, float], ...]:
    return next(one.points for one in found.observations if one.name == series)


@pytest.mark.parametrize("name", sorted(EVENTS))
def test_events_are_read_right(name: str, tmp_path: Path) -> None:
    count, words = EVENTS[name]
    data, file, source = case(name)
    kept = Store(tmp_path).add(data, source, file, "test")
    ((_, event),) = Store(tmp_path).events(source=source).records
    assert (count, event.source, event.action, event.target) == (1, "RUS", "ASSAULT", "UKR")
    assert words in " ".join(map(str, kept.notes))
    assert bool(kept.notes) == bool(words), kept.notes


@pytest.mark.parametrize("name", sorted(HELD_BACK))
def test_a_break_is_held_back_and_let_in(name: str, tmp_path: Path) -> None:
    data, file, source = case(name)
    kept = Store(tmp_path).add(data, source, file, "test")
    assert HELD_BACK[name] in str(kept.vintage.held)
    with pytest.raises(DataError, match="held back"):
        Store(tmp_path).holdings()
    Store(tmp_path).accept(source)
    assert Store(tmp_path).holdings().names()


@pytest.mark.parametrize("name", sorted(REFUSED))
def test_what_cannot_be_read_is_refused_by_name(name: str, tmp_path: Path) -> None:
    data, file, source = case(name)
    with pytest.raises(DataError) as caught:
        Store(tmp_path).add(data, source, file, "test")
    assert file in caught.value.place
    assert REFUSED[name] in str(caught.value)
    assert not list(tmp_path.iterdir())


def test_the_annual_release_and_the_export_are_read_under_their_own_names(tmp_path: Path) -> None:
    data, file, _ = case("u09_annual")
    Store(tmp_path).add(data, "ucdp-annual", file, "test")
    data, *_ = case("a01_acled")
    Store(tmp_path).add(data, "acled", "acled-2024-11-03.csv", "test")
    known = {(name, str(one.known)) for name, one in Store(tmp_path).events().records}
    assert known == {("ucdp-annual", "2024-07-01"), ("acled", "2024-11-03")}
    assert len(Store(tmp_path).events(date(2024, 6, 30))) == 0


@pytest.mark.parametrize("value", ["0.1", "0", "112000000000"])
def test_areas_that_cannot_be_are_left_out(value: str, tmp_path: Path) -> None:
    rows = [f"2024-10-{day:02d},{112000 + day}" for day in range(1, 31)]
    rows[10] = f"2024-10-11,{value}"
    data = ("date,isw_russia_controlled_km2\n" + "\n".join(rows) + "\n").encode()
    store = Store(tmp_path)
    kept = store.add(data, "isw", "isw_area_daily.csv", "test")
    assert "1 of 30 values of isw.controlled left out" in " ".join(map(str, kept.notes))
    assert store.holdings().series("isw.controlled").values.tolist() == [
        112006.0,
        112013.0,
        112020.0,
        112027.0,
        112030.0,
    ]


def test_a_tenfold_total_in_the_middle_is_left_out_and_at_the_end_held_back(tmp_path: Path) -> None:
    days = [(date(2024, 10, day), 650_000 + 1_400 * day) for day in range(1, 31)]

    def table(wrong: int) -> bytes:
        rows = (f"{day},{value * 10 if at == wrong else value}" for at, (day, value) in enumerate(days))
        return ("date,personnel\n" + "\n".join(rows) + "\n").encode()

    store = Store(tmp_path / "middle")
    kept = store.add(table(12), "claimed-losses", "russia_losses.csv", "test")
    assert "personnel left out" in " ".join(map(str, kept.notes))
    assert store.holdings().series("claimed-losses.personnel").values.max() == 9_800.0
    held = Store(tmp_path / "end").add(table(29), "claimed-losses", "russia_losses.csv", "test").vintage.held
    assert "6,920,000 on 2024-10-30" in str(held)


def test_the_heap_of_a_lists_first_day_is_no_weeks(tmp_path: Path) -> None:
    def item(number: int, day: str, status: str) -> str:
        return f"Russia,Russia,T,{status},http://e/{number},{day},1,{number},1,7-{number}"

    rows = [item(number, "2022-03-19", "destroyed") for number in range(1_906)]
    rows += [item(number, "2022-03-26", "captured") for number in range(2_000, 2_040)]
    head = "country,origin,system,status,url,date_recorded,sysID,imageID,statusID,matID\n"
    found = sources()["oryx"].parse((head + "\n".join(rows) + "\n").encode(), "totals_by_system.csv")
    assert found_of(found, "oryx.russia") == ((date(2022, 3, 27), 40.0),)
    assert "1906 items of the list's first day" in said(found)


@pytest.mark.parametrize(
    ("name", "code"),
    [
        ("Government of Macedonia, FYR", "MKD"),
        ("Government of Surinam", "SUR"),
        ("Government of Artsakh", "ARTSAKH"),
        ("Government of Somaliland", "SOMALILAND"),
    ],
)
def test_names_of_ucdp_that_the_gazetteer_has_under_others(name: str, code: str) -> None:
    from tertius.evidence.publishers.ucdp_rows import side

    assert side(name) == code
