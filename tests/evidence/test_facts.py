"""Facts on states: what publishers' files say, pulls from a local server, and the tables that are made of them."""

import csv
import io
import json
import zipfile
from collections.abc import Callable, Iterator
from functools import cache
from http.server import BaseHTTPRequestHandler
from pathlib import Path

import pytest
from tests.cli.commands import tertius
from tests.evidence.publisher import Publisher, send

import tertius as front
from tertius.api.refreshing import refresh_tables
from tertius.errors import DataError, OptionError
from tertius.evidence import Store
from tertius.evidence.download import Client
from tertius.evidence.publishers import atop, cow_capabilities, ideal_points, worldbank
from tertius.evidence.pulling import pull
from tertius.reference.states import OBLIGATIONS, edition, pair, state, use
from tertius.reference.states.tables import spells, states

GDP, PEOPLE = "NY.GDP.MKTP.CD", "SP.POP.TOTL"
AGGREGATE = ("1A", "Arab World", "ARB")


@pytest.fixture(autouse=True)
def own_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """A data folder of its own, and the package's tables again afterwards."""
    monkeypatch.setenv("TERTIUS_DATA", str(tmp_path / "data"))
    use("package")
    yield tmp_path / "data"
    use("package")


def bank(indicator: str, last: int = 2025, factor: float = 1.02) -> list[dict[str, object]]:
    """Rows as the World Bank's interface gives them, of every state of 2024, from what the package knows."""
    column = "gdp" if indicator == GDP else "population"
    found: list[dict[str, object]] = []
    for each in states().values():
        known = state(each.code, 2024).values.get(column) if each.years[-1] == 2024 else None
        for year in range(2010, last + 1) if known else ():
            assert known is not None
            value = None if each.code == "PRK" else known.value * factor ** (year - known.year)
            found.append(
                {
                    "indicator": {"id": indicator, "value": "a name"},
                    "country": {"id": each.code[:2], "value": each.name},
                    "countryiso3code": each.code,
                    "date": str(year),
                    "value": value,
                    "unit": "",
                    "obs_status": "",
                    "decimal": 0,
                }
            )
    for code in (AGGREGATE[2], ""):
        found.append({**found[0], "countryiso3code": code, "value": 1e15})
    return found


def answer_of(rows: list[dict[str, object]], total: int | None = None, pages: int = 1, page: int = 1) -> bytes:
    head = {"page": page, "pages": pages, "per_page": 20000, "total": len(rows) if total is None else total}
    return json.dumps([{**head, "sourceid": "2", "lastupdated": "2026-10-07"}, rows]).encode()


def zipped(**files: str) -> bytes:
    held = io.BytesIO()
    with zipfile.ZipFile(held, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, text in files.items():
            archive.writestr(name.replace("__", "/") + ".csv", text)
    return held.getvalue()


def table(header: tuple[str, ...], rows: list[tuple[object, ...]]) -> str:
    held = io.StringIO()
    csv.writer(held, lineterminator="\n").writerows([header, *rows])
    return held.getvalue()


@cache
def capabilities(last: int = 2023, factor: float = 1.0) -> str:
    """The abridged table of capabilities, of what the package knows, one year carried on; -9 where nothing is known."""
    header = ("stateabb", "ccode", "year", "milex", "milper", "irst", "pec", "tpop", "upop", "cinc", "version")
    rows: list[tuple[object, ...]] = []
    for each in states().values():
        for year in range(2015, last + 1):
            if year in each.years:
                at = list(each.years).index(min(year, 2022))
                spend, men, people, share = (
                    each.values[name][at]
                    for name in ("military_spending", "soldiers", "population", "capability_share")
                )
                told = [-9 if value != value else value * factor for value in (spend, men, people, share)]
                rows.append((each.abbreviation, each.ccode, year, told[0], told[1], 0, 0, told[2], 0, told[3], 2024))
    return table(header, rows)


@cache
def pledges(last: int = 2023, kept: float = 1.0) -> str:
    """The table of directed dyad-years, of what the package knows, carried on to a later year."""
    held: dict[tuple[int, int, int], set[str]] = {}
    for name in OBLIGATIONS:
        every = list(spells()[name].items())
        for (a, b), rows in every[: int(len(every) * kept)]:
            for first, until, value in rows:
                for year in range(first, (last if until == 2018 else until) + 1):
                    for one, other, sides in ((a, b, (1, 2)), (b, a, (1, 3))):
                        if value in sides:
                            held.setdefault((one, other, year), set()).add(name)
    theirs = {ours: name for name, ours in atop.COLUMNS.items()}
    header = ("atopid", "stateA", "stateB", "year", *theirs.values())
    rows_: list[tuple[object, ...]] = [
        (1005, *key, *(int(ours in names) for ours in theirs)) for key, names in sorted(held.items())
    ]
    return table(header, rows_)


def serve(publisher: Publisher, held: dict[str, bytes]) -> list[str]:
    asked: list[str] = []

    def answer(handler: BaseHTTPRequestHandler, number: int) -> None:
        asked.append(handler.path)
        send(handler, held.get(handler.path, b""), 200 if handler.path in held else 404, ETag='"a"')

    publisher.answer = answer
    return asked


def at(publisher: Publisher, path: str) -> str:
    return publisher.address.replace("/file.csv", path)


def test_the_bank_is_pulled_page_by_page_and_the_tables_follow(publisher: Publisher, client: Client) -> None:
    before = state("FRA")
    rows, query = bank(GDP), "?format=json&per_page=20000"
    half = len(rows) // 2
    held = {
        f"/v2/{GDP}{query}": answer_of(rows[:half], len(rows), 2),
        f"/v2/{GDP}{query}&page=2": answer_of(rows[half:], len(rows), 2, 2),
        f"/v2/{PEOPLE}{query}": answer_of(bank(PEOPLE)),
    }
    asked = serve(publisher, held)
    store = Store()
    kept = pull(store, "worldbank", at(publisher, "/v2/"), client)
    assert [one.vintage.name for one in kept] == [f"{GDP}.json", f"{PEOPLE}.json"]
    assert len(asked) == 3
    made = refresh_tables(store)
    assert made is not None
    found, notes = made
    assert notes == ()
    assert (found.last_year, set(found.refreshed)) == (2025, {"gdp", "population"})
    assert edition() == found
    after = state("FRA")
    assert (before.year, after.year) == (2024, 2025)
    assert after.values["gdp"].year == 2025
    assert after.values["gdp"].value == pytest.approx(before.values["gdp"].value * 1.02**2, rel=0.01)
    assert after.values["population"].year == 2025  # the Correlates of War end in 2022
    assert state("FRA", 2022).values["population"] == before.values["population"]  # and stand to their end
    assert after.values["soldiers"] == before.values["soldiers"]
    assert state("PRK").values.get("gdp") == state("PRK", 2024).values.get("gdp")  # what the bank leaves out stays
    assert pair("FRA", "DEU").obligations == pair("FRA", "DEU", 2024).obligations
    shown = front.country("FRA")
    assert shown.tables.said.startswith("tables refreshed on ")
    assert use("package").made is None
    assert state("FRA") == before


def test_every_source_at_once_and_again_adds_nothing(publisher: Publisher, client: Client) -> None:
    points = "ccode,session,IdealPointAll,Countryname,iso3c\n" + "".join(
        f"{each.ccode},{year - 1945},{each.values['ideal_point'][list(each.years).index(min(year, 2024))]},A,B\n"
        for each in states().values()
        for year in range(2015, 2026)
        if min(year, 2024) in each.years and each.values["ideal_point"][list(each.years).index(min(year, 2024))] < 9
    )
    listing = {"data": {"latestVersion": {"files": [
        {"dataFile": {"id": 11, "filename": "AgreementScores.tab"}},
        {"dataFile": {"id": 12, "filename": "IdealpointestimatesAll_Jun2025.tab"}},
    ]}}}  # fmt: skip
    page = b'<a href="/up/NMC_Documentation-7.1.zip">x</a> <a class="b" href="/up/NMC-71-abridged.zip">table</a>'
    held = {
        "/nmc/": page,
        "/up/NMC-71-abridged.zip": zipped(**{"NMC-71__NMC-71-abridged": capabilities(), "README": "a,b\n"}),
        "/data.html": b"<a href='/uploads/atop_5.2__.csv_.zip'>csv</a>",
        "/uploads/atop_5.2__.csv_.zip": zipped(atop5_2ddyr=pledges(), atop5_2a="a,b\n1,2\n"),
        "/api/datasets/x": json.dumps(listing).encode(),
        "/api/access/datafile/12?format=original": points.encode(),
    }
    serve(publisher, held)
    store = Store()
    for source, path in (("cow-capabilities", "/nmc/"), ("atop", "/data.html"), ("ideal-points", "/api/datasets/x")):
        assert pull(store, source, at(publisher, path), client)[0].is_new
    owed = pair("USA", "JPN").obligations
    made = refresh_tables(store)
    assert made is not None
    found, notes = made
    assert notes == ()
    assert set(found.refreshed) == {
        "soldiers", "military_spending", "population", "capability_share", "ideal_point", *OBLIGATIONS
    }  # fmt: skip
    assert state("FRA").values["soldiers"].year == 2023
    assert state("FRA").values["ideal_point"].year == 2025
    assert pair("USA", "JPN", 2023).obligations == owed
    assert pair("JPN", "USA", 2023).owed == owed
    again = refresh_tables(store)
    assert again is not None
    assert again[0].name == found.name
    names = tertius("data", "tables", "--json").data
    assert (names["in_use"], len(names["editions"])) == (found.name, 2)


BAD: dict[str, tuple[Callable[[bytes, str], object], bytes, str]] = {
    "cut off": (worldbank.parse, answer_of([], total=3), "0 rows of 3"),
    "broken": (worldbank.parse, answer_of([])[:-2], "broken JSON"),
    "an error": (worldbank.parse, b'[{"message":[{"id":"120","key":"Invalid value"}]}]', "error of the publisher"),
    "a page": (worldbank.parse, b"<html>busy</html>", "web page"),
    "another form": (worldbank.parse, b'{"a": 1}', "another form"),
    "text for a number": (
        worldbank.parse,
        answer_of([{"indicator": {"id": GDP}, "countryiso3code": "FRA", "date": "2024", "value": "2"}]),
        "a number",
    ),
    "no such year": (
        worldbank.parse,
        answer_of([{"indicator": {"id": GDP}, "countryiso3code": "FRA", "date": "2024Q1", "value": 2}]),
        "a year",
    ),
    "a row cut": (worldbank.parse, answer_of([{"indicator": {"id": GDP}}]), "countryiso3code"),
    "no archive": (cow_capabilities.parse, b"PK\x03\x04rest", "unpacked"),
    "no such table": (atop.parse, zipped(atop5_1m="a,b\n1,2\n"), "0 of 1 files"),
    "two tables": (atop.parse, zipped(atop5_1ddyr="a\n", atop5_0ddyr="a\n"), "2 of 2 files"),
    "a column lacks": (cow_capabilities.parse, b"ccode,year\n2,2020\n", "milper"),
    "half a pact": (
        atop.parse,
        b"stateA,stateB,year,defense,offense,neutral,nonagg,consul\n2,20,1950,.5,0,0,0,0\n",
        "0 or 1",
    ),
    "a year far off": (
        cow_capabilities.parse,
        b"ccode,year,milex,milper,tpop,cinc\n2,99999999,1,1,1,.1\n",
        "a year from 1800",
    ),
    "a point far off": (ideal_points.parse, b"ccode,session,IdealPointAll\n2,75,140\n", "-10 to 10"),
}  # fmt: skip


@pytest.mark.parametrize("fault", BAD)
def test_what_is_damaged_is_refused_in_words(fault: str) -> None:
    parse, data, words = BAD[fault]
    with pytest.raises(DataError) as refused:
        parse(data, "file")
    assert words in str(refused.value)


def added(source: str, name: str, data: bytes) -> Store:
    store = Store()
    store.add(data, source, name, "here")
    return store


def test_another_unit_and_lost_pacts_leave_the_tables_as_they_were() -> None:
    store = added("worldbank", f"{GDP}.json", answer_of([{**row, "value": 1} for row in bank(GDP)]))
    with pytest.raises(DataError, match="check the unit"):
        refresh_tables(store)
    assert edition().name == "package"
    Store().add(answer_of(bank(GDP)), "worldbank", f"{GDP}.json", "here")
    Store().add(pledges(kept=0.5).encode(), "atop", "atop5_2ddyr.csv", "here")
    with pytest.raises(DataError, match="of the package's"):
        refresh_tables(Store())
    assert edition().name == "package"


def test_an_older_version_is_not_used_and_a_shorter_file_is_refused() -> None:
    store = added("cow-capabilities", "NMC-60-abridged.csv", capabilities(last=2016).encode())
    made = refresh_tables(store)
    assert made is not None
    assert made[0].refreshed == {}
    assert all("before the package's 2022: not used" in note for note in made[1])
    with pytest.raises(DataError, match="shorter than the version before"):
        store.add(capabilities(last=2015).encode(), "cow-capabilities", "NMC-60-abridged.csv", "here")


def test_damaged_tables_are_named_with_the_way_back(own_folder: Path) -> None:
    found = refresh_tables(added("worldbank", f"{GDP}.json", answer_of(bank(GDP))))
    assert found is not None
    place = own_folder / "reference" / found[0].name
    (place / "columns.json").write_text("{}")
    use("package")
    (own_folder / "reference" / "use").write_text(found[0].name)
    told = tertius("country", "FRA")
    assert told.code == 3
    assert "tertius data tables --use package" in told.err
    with pytest.raises(DataError, match="not those that were written"):
        use(found[0].name)
    with pytest.raises(OptionError, match="an edition: package"):
        use("2020-01-01-00000000")
    (own_folder / "reference" / "use").write_text("../elsewhere")
    assert tertius("country", "FRA").code == 3
    assert tertius("data", "tables", "--use", "package").code == 0
    assert tertius("country", "FRA").code == 0


def test_tables_of_another_package_are_set_aside_and_said(own_folder: Path) -> None:
    found = refresh_tables(added("worldbank", f"{GDP}.json", answer_of(bank(GDP))))
    assert found is not None
    made = own_folder / "reference" / found[0].name / "made.json"
    made.write_text(json.dumps({**json.loads(made.read_text()), "package": "0" * 64}))
    told = tertius("country", "FRA")
    assert "another version's" in told.out
    assert use(found[0].name).name == "package"


def test_a_file_added_by_hand_is_used_at_once_and_a_draft_says_so(tmp_path: Path) -> None:
    (tmp_path / "NMC-71-abridged.csv").write_text(capabilities())
    told = tertius("data", "add", tmp_path / "NMC-71-abridged.csv", "--as", "cow-capabilities")
    assert told.code == 0, told.err
    assert "tertius data tables --use package" in told.out
    war = ("--between", "ETH", "ERI", "--entrant", "SDN", "--beside", "ERI", "--as-of", "2024-06-01")
    assert tertius("new", "horn", *war, "--folder", tmp_path).code == 0
    text = (tmp_path / "horn.yaml").read_text()
    head, _, rest = text.partition("\ntertius: 1")
    assert "tables refreshed on" in head.replace("\n# ", " ")
    assert "as pulled on" in rest.partition("cow-capabilities:")[2][:80]
    assert tertius("check", tmp_path / "horn.yaml").code == 0
