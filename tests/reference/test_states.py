"""The table of states and pairs: what it says of a few known cases, what it refuses, and that it can be made again."""

import json
import subprocess
import sys
from datetime import date
from importlib.resources import files
from pathlib import Path

import pytest

from tertius.errors import OptionError, UnknownName
from tertius.reference.states import LAST_YEAR, OF_A_STATE, around, columns, pair, state, states_in

ROOT = Path(__file__).parents[2]
SHARED = ROOT.parent / "shared" / "data" / "countries"


def test_a_state_has_its_last_value_by_the_year_with_the_year_it_is_of() -> None:
    found = state("PRK", 2024)
    assert (found.code, found.name, found.capital) == ("PRK", "North Korea", "Pyongyang")
    assert found.values["soldiers"].year == 2022
    assert 1_000_000 < found.values["soldiers"].value < 1_500_000
    assert "gdp" not in found.values  # the World Bank has none
    assert state("PRK", 1970).values["soldiers"].year == 1970


@pytest.mark.parametrize("year", [1946, 1950, 1991, 2010, 2024])
def test_nothing_of_a_later_year_is_told(year: int) -> None:
    for found in states_in(year):
        assert all(known.year <= year for known in found.values.values())


@pytest.mark.parametrize(
    ("name", "year", "code", "ccode"),
    [
        ("prk", 2024, "PRK", 731),
        ("North Korea", 2024, "PRK", 731),
        ("AUS", 2024, "AUS", 900),  # ISO's Australia before COW's Austria
        ("UKG", 2024, "GBR", 200),
        ("Germany", 1980, "DEU", 260),
        ("Germany", 2020, "DEU", 255),
        ("soviet union", 1980, "RUS", 365),
    ],
)
def test_a_state_is_found_by_code_letters_or_name(name: str, year: int, code: str, ccode: int) -> None:
    found = state(name, year)
    assert (found.code, found.ccode) == (code, ccode)


def test_a_pair_says_who_owes_what() -> None:
    found = pair("RUS", "BLR", 2018)
    assert found.land_border
    assert "defence" in found.obligations
    assert "defence" in found.owed
    assert pair("USA", "JPN", 2018).obligations != pair("JPN", "USA", 2018).obligations or (
        pair("USA", "JPN", 2018).owed == pair("JPN", "USA", 2018).obligations
    )
    assert 6300 < pair("PRK", "RUS").distance < 6500


@pytest.mark.parametrize("codes", [("USA", "JPN"), ("CHN", "PRK"), ("RUS", "UKR"), ("TUR", "GRC"), ("IND", "PAK")])
def test_a_pair_told_from_the_other_end_is_the_same(codes: tuple[str, str]) -> None:
    one, other = pair(*codes, 2015), pair(*codes[::-1], 2015)
    assert (one.obligations, one.owed) == (other.owed, other.obligations)
    assert one.trade == other.trade[::-1]
    assert (one.contiguity, one.distance, one.rivalry) == (other.contiguity, other.distance, other.rivalry)


def test_a_pact_after_the_datas_end_holds_from_its_day_on() -> None:
    assert "defence" not in pair("RUS", "PRK", 2024, date(2024, 6, 18)).obligations
    assert "defence" in pair("RUS", "PRK", 2024, date(2024, 6, 19)).obligations
    assert "defence" in pair("FIN", "USA", 2023).owed
    assert "defence" not in pair("FIN", "USA", 2022).owed
    assert "defence" in pair("SWE", "FIN", 2024).owed


def test_who_is_around_a_state() -> None:
    found = around(state("UKR", 2024))
    neighbours = {each.other.code for each in found.neighbours}
    assert {"RUS", "POL", "BLR", "ROU", "HUN", "SVK", "MDA"} == neighbours
    assert "RUS" in {each.other.code for each in found.rivals}


def test_what_cannot_be_looked_up_is_refused_with_the_nearest_right_thing() -> None:
    with pytest.raises(UnknownName, match="Russia"):
        state("Rusia")
    with pytest.raises(OptionError, match="ask for 2011, or for SDN, Sudan, in 2005"):
        state("SSD", 2005)
    with pytest.raises(OptionError, match="or for YEM"):
        state("YMD", 2024)
    with pytest.raises(OptionError, match="other than the first"):
        pair("PRK", "North Korea")
    with pytest.raises(OptionError, match="1946"):
        state("FRA", 1900)


def test_every_column_has_publisher_year_and_terms_and_none_is_of_sipri() -> None:
    told = columns()
    assert set(OF_A_STATE) <= set(told)
    for name, column in told.items():
        assert column.meaning, name
        assert column.terms, name
        assert 2012 <= column.until <= LAST_YEAR, name
        assert "SIPRI" not in column.publisher, name


def test_the_tables_are_small() -> None:
    folder = files("tertius.reference.states")
    size = sum(len((folder / name).read_bytes()) for name in ("states.parquet", "pairs.parquet", "pacts.json"))
    assert size < 1_000_000


def test_pacts_have_a_source_and_states_that_there_are() -> None:
    told = json.loads((files("tertius.reference.states") / "pacts.json").read_text(encoding="utf-8"))
    for row in told:
        year = int(row["since"][:4])
        assert row["url"].startswith("https://")
        for code in (*row["members"], row["joins"]):
            assert state(code, year).code == code


def test_no_pandas_is_needed() -> None:
    code = "import sys; from tertius.reference.states import state; state('PRK'); print('pandas' in sys.modules)"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "False"


def test_the_tables_are_those_that_the_script_makes() -> None:
    if not SHARED.is_dir():
        pytest.skip("the publishers' files are not here")
    pandas = pytest.importorskip("pandas")
    sys.path.insert(0, str(ROOT / "scripts"))
    try:
        import states as script
    finally:
        sys.path.pop(0)
    folder = files("tertius.reference.states")
    pairs = pandas.read_parquet(str(folder / "pairs.parquet"))
    pandas.testing.assert_frame_equal(script.pairs(SHARED).to_pandas().astype(pairs.dtypes.to_dict()), pairs)
    held = pandas.read_parquet(str(folder / "states.parquet"))
    made = script.states(SHARED, {}).to_pandas()
    assert list(made) == list(held)
    rest = [name for name in held if name != "area"]  # areas are of GeoNames
    # Three figures are kept: on another processor a tie may be rounded to the figure beside, at most 1% off.
    pandas.testing.assert_frame_equal(made[rest], held[rest], rtol=0.0101)


@pytest.mark.parametrize(
    ("name", "year", "now"),
    [
        ("Yugoslavia", 2024, "Serbia"),
        ("Soviet Union", 1992, "Russia"),
        ("USSR", 2024, "Russia"),
        ("Zaire", 1997, "DR Congo"),
    ],
)
def test_a_name_that_a_state_gave_up_is_refused_with_the_one_it_had(name: str, year: int, now: str) -> None:
    with pytest.raises(OptionError, match=f"{now}, or ask for"):
        state(name, year)


@pytest.mark.parametrize(
    ("name", "year", "called"),
    [
        ("USSR", 1991, "Soviet Union"),
        ("Zaire", 1996, "Zaire"),
        ("DR Congo", 2024, "DR Congo"),
        ("Russia", 1980, "Soviet Union"),
    ],
)
def test_a_name_of_the_time_or_of_today_is_taken(name: str, year: int, called: str) -> None:
    assert state(name, year).name == called


def test_every_pair_of_a_state_can_be_looked_up() -> None:
    others = [found for found in states_in(1970) if found.code != "DEU"]
    told = [share for other in others for share in pair("DEU", other, 1970).trade]
    assert None in told, "trade with some is not known"
    assert all(share is None or 0 < share.value <= 1 for share in told)
