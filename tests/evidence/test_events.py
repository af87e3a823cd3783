"""Events of data sets: their codes, their damage, repeats, and what was known when."""

import hashlib
import io
import json
import subprocess
import sys
import time
import zipfile
from collections.abc import Callable
from dataclasses import replace
from datetime import date, timedelta
from http.server import BaseHTTPRequestHandler
from pathlib import Path

import pytest
from tests.cli.commands import tertius
from tests.evidence.publisher import Publisher, rest, send

from tertius.errors import DataError, OptionError, UnknownName
from tertius.evidence import EventRecord, Store, read_data, read_events
from tertius.evidence.download import Client
from tertius.evidence.events import combined
from tertius.evidence.publishers import cameo, gdelt, gdelt_rows, ucdp, ucdp_rows
from tertius.evidence.pulling import pull
from tertius.evidence.reading.gazetteer import known_codes
from tertius.evidence.reading.records import ACTIONS, MODES

FILE = "20241030120000.export.CSV.zip"
RELEASE = "GEDEvent_v24_0_10.csv"


def row(number: int = 1, width: int = 61, **changed: str) -> str:
    """A row of an event file: Peru's air force strikes Ecuador, told by two sources."""
    cells = dict.fromkeys(range(width), "")
    form = gdelt_rows.FORMS[width]
    base = {"day": "20241029", "one": "PER", "other": "ECU", "code": "195", "mentions": "6", "sources": "2"}
    given = {**base, "group": "", "role": "MIL", "added": "20241030" + "120000" * (width == 61), **changed}
    other = given.get("other_code", given["other"])
    cells |= {0: given.get("id", str(number)), 1: given["day"], 7: given["one"], 8: given["group"], 12: given["role"]}
    cells |= {15: other, 17: given["other"], 26: given["code"], 31: given["mentions"], 32: given["sources"]}
    cells |= {form.place: "Loja, Ecuador", form.added: given["added"]}
    if form.address is not None:
        cells[form.address] = given.get("address", f"https://example.org/{number}")
    return "\t".join(cells[at] for at in range(width))


def rows(*lines: str) -> bytes:
    return ("\n".join(lines) + "\n").encode()


def packed(data: bytes, name: str = "20241030120000.export.CSV") -> bytes:
    held = io.BytesIO()
    with zipfile.ZipFile(held, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr(name, data)
    return held.getvalue()


def parsed(*lines: str) -> tuple[EventRecord, ...]:
    return gdelt.parse(rows(*lines), FILE).events


def release(*changes: dict[str, str], header: bool = True) -> bytes:
    """A release of candidate events: a fight between Chad and Niger in which Niger lost four."""
    base = dict.fromkeys(ucdp_rows.COLUMNS, "")
    base |= {"id": "9", "type_of_violence": "1", "conflict_name": "Chad - Niger", "code_status": "Clear"}
    base |= {"side_a": "Government of Chad", "side_b": "Government of Niger", "country": "Niger", "event_clarity": "1"}
    base |= {"date_prec": "1", "date_start": "2024-10-05 00:00:00.000", "date_end": "2024-10-05 00:00:00.000"}
    base |= {"deaths_a": "0", "deaths_b": "4", "deaths_civilians": "0", "best": "4", "high": "6", "low": "3"}
    lines = [",".join(ucdp_rows.COLUMNS)] if header else []
    lines += [",".join(f'"{cell}"' for cell in {**base, **changed}.values()) for changed in changes]
    return ("\n".join(lines) + "\n").encode()


def test_every_code_has_one_of_the_readers_actions() -> None:
    for code, (action, mode, words, _) in cameo.ACTS.items():
        assert (action in ACTIONS and mode in MODES) or code == "01", code
        assert words
    assert {code[:2] for code in cameo.ACTS} == {f"{root:02d}" for root in range(1, 21)}
    assert {*cameo.GROUPS.values(), *cameo.COUNTRIES.values()} <= set(known_codes())


@pytest.mark.parametrize(
    ("code", "expected"),
    [
        ("072", ("AID", "happened")),
        ("0332", ("AGREE", "announced")),
        ("1384", ("THREATEN", "threatened")),
        ("163", ("SANCTION", "happened")),
        ("0874", ("RETREAT", "happened")),
        ("0831", ("CONCEDE", "happened")),
        ("192", ("COERCE", "happened")),
        ("1712", ("ASSAULT", "happened")),
    ],
)
def test_the_longest_code_decides(code: str, expected: tuple[str, str]) -> None:
    found = cameo.act(code)
    assert found is not None
    assert found[:2] == expected


@pytest.mark.parametrize("code", ["", "9", "21", "---", "00", "1x", "12345", "²1"])
def test_a_code_that_is_none(code: str) -> None:
    assert cameo.act(code) is None


@pytest.mark.parametrize("width", [57, 58, 61])
def test_a_row_becomes_the_readers_record(width: int) -> None:
    (record,) = gdelt.parse(packed(rows(row(width=width))), FILE).events
    event = record.event()
    assert (event.source, event.action, event.target, event.mode) == ("PER", "ASSAULT", "ECU", "happened")
    assert (event.date, event.place, event.confidence) == ("2024-10-29", "Loja, Ecuador", 0.64)
    assert record.known == date(2024, 10, 30)
    assert event.quote[slice(*event.span)] == event.quote
    assert ("https://example.org/1" in event.quote) == (width > 57)
    assert json.loads(json.dumps(record.data()))["mentions"] == 6


def test_confidence_is_never_above_the_share_that_was_right() -> None:
    found = parsed(row(), row(2, other="COL", sources="900", mentions="9000"), row(3, other="BRA", sources="1"))
    assert {one.target: one.confidence for one in found} == {"ECU": 0.64, "COL": 0.64, "BRA": 0.48}


def test_repeats_are_one_event() -> None:
    lines = [row(1), row(1), row(2, mentions="5", sources="5"), row(3, code="194"), row(4, day="20241028")]
    found = parsed(*lines)
    assert [(one.day, one.code, one.ids, one.mentions, one.sources) for one in found] == [
        ("2024-10-28", "195", ("4",), 6, 2),
        ("2024-10-29", "194", ("3",), 6, 2),
        ("2024-10-29", "195", ("1", "2"), 11, 5),
    ]


@pytest.mark.parametrize(
    ("changed", "reason"),
    [
        ({"code": "010"}, "statements"),
        ({"code": "---"}, "CAMEO does not have"),
        ({"one": "AFR"}, "no state"),
        ({"role": "MED"}, "no state"),
        ({"role": "REB"}, "no state"),
        ({"other": ""}, "no state"),
        ({"other": "", "other_code": "REB", "code": "15"}, "no state"),
        ({"other": "PER"}, "within one actor"),
        ({"day": "20241031"}, "after the one that they were added on"),
        ({"day": "20231030"}, "exactly a year or ten before"),
        ({"day": "20141030"}, "exactly a year or ten before"),
    ],
)
def test_a_row_that_is_left_out_is_counted(changed: dict[str, str], reason: str) -> None:
    found = gdelt.parse(rows(row(1), row(2, **changed)), FILE)
    assert len(found.events) == 1
    assert "1 of 2 rows left out" in found.notes[0].text
    assert reason in found.notes[0].text


def test_groups_old_codes_and_forces_that_move() -> None:
    group = parsed(row(group="NAT", one="", role="IGO"))[0]
    assert group.source == next(code for code in known_codes() if code == cameo.GROUPS["NAT"])
    assert parsed(row(one="ROM"))[0].source == "ROU"
    moving = parsed(row(other="", code="154"))[0]
    assert (moving.source, moving.action, moving.target) == ("PER", "MOBILIZE", "")


@pytest.mark.parametrize(
    ("data", "said"),
    [
        (b"", "empty"),
        (b"\n", "empty"),
        (b"<html>gone</html>", "web page"),
        (b"a\0b", "binary"),
        (rows("1\t2\t3"), "line 1"),
        (rows(row())[:-1] + b"\n" + row()[:80].encode(), "a last line of"),
        (rows(*[row(width=58)] * 2, *[row()] * 3), "58 columns"),
        (rows(row(id="-5")), "GlobalEventID"),
        (rows(row(mentions="-1")), "NumMentions"),
        (rows(row(sources="²")), "NumSources"),
        (rows(row(day="20240230")), "SQLDATE"),
        (rows(row(day="00010101")), "SQLDATE"),
        (packed(rows(row()))[:-30], "cannot be unpacked"),
        (b"PK\x03\x04" + b"x" * 50, "cannot be unpacked"),
        (packed(b"0" * 50_000_000), "grows beyond"),
    ],
)
def test_damage_is_refused_by_name(data: bytes, said: str, tmp_path: Path) -> None:
    with pytest.raises(DataError) as caught:
        Store(tmp_path).add(data, "gdelt", FILE, "test")
    assert FILE in caught.value.place
    assert said in str(caught.value)
    assert not list(tmp_path.iterdir())


def test_a_bomb_is_not_unpacked_beyond_its_limit(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(gdelt, "UNPACKED", 1000)
    assert gdelt.unpacked(packed(b"0" * 1000), FILE) == b"0" * 1000
    with pytest.raises(DataError, match="grows beyond 1000"):
        gdelt.unpacked(packed(b"0" * 1001), FILE)


def test_an_archive_of_two_files_or_with_a_changed_byte_is_refused() -> None:
    held = io.BytesIO()
    with zipfile.ZipFile(held, "w") as archive:
        archive.writestr("a", "1")
        archive.writestr("b", "2")
    with pytest.raises(DataError, match="2 files"):
        gdelt.unpacked(held.getvalue(), FILE)
    stored = io.BytesIO()
    with zipfile.ZipFile(stored, "w", zipfile.ZIP_STORED) as archive:
        archive.writestr("a", rows(row()))
    with pytest.raises(DataError, match="CRC"):
        gdelt.unpacked(stored.getvalue().replace(b"Loja", b"Lima"), FILE)


def test_an_archive_that_is_packed_in_another_way_is_refused() -> None:
    held = io.BytesIO()
    with zipfile.ZipFile(held, "w", zipfile.ZIP_BZIP2) as archive:
        archive.writestr("a", rows(row()))
    with pytest.raises(DataError, match="another way"):
        gdelt.unpacked(held.getvalue(), FILE)


def test_a_quarter_of_an_hour_without_a_row_of_use_is_kept(tmp_path: Path) -> None:
    kept = Store(tmp_path).add(rows(row(code="010")), "gdelt", FILE, "test")
    assert (kept.vintage.rows, kept.vintage.first) == (1, None)
    assert len(Store(tmp_path).events()) == 0
    assert "1 rows, none of use" in tertius("data", "status", "--store", tmp_path).out


def test_days_beyond_retrieval_are_refused(tmp_path: Path) -> None:
    late = f"{date.today() + timedelta(days=3):%Y%m%d}.export.CSV"
    with pytest.raises(DataError, match="beyond the day of retrieval") as caught:
        Store(tmp_path).add(rows(row()), "gdelt", late, "test")
    assert caught.value.place == late
    with pytest.raises(DataError, match="2024-10-31, the last that the release covers"):
        Store(tmp_path).add(release({"date_end": "2024-11-01"}), "ucdp-candidate", RELEASE, "test")
    with pytest.raises(OptionError, match="2024-10-30"):
        Store(tmp_path).add(rows(row()), "gdelt", FILE, "test", date(2024, 10, 29))


def test_a_fight_becomes_the_readers_record() -> None:
    (record,) = ucdp.parse(release({}), RELEASE).events
    event = record.event()
    assert (event.source, event.action, event.target, event.mode) == ("TCD", "ASSAULT", "NER", "happened")
    assert [(one.value, one.unit) for one in event.numbers] == [
        (4, "deaths (best)"), (3, "deaths (low)"), (6, "deaths (high)"),
    ]  # fmt: skip
    for one in event.numbers:
        assert event.quote[slice(*one.span)] == one.quote
    assert (event.date, record.ids, record.known) == ("2024-10-05", ("9",), date(2024, 12, 1))


@pytest.mark.parametrize(
    ("changed", "source", "confidence"),
    [
        ({}, "TCD", 1.0),
        ({"deaths_a": "4", "deaths_b": "0"}, "NER", 1.0),
        ({"deaths_a": "2", "deaths_b": "2"}, "TCD", 0.5),
        ({"deaths_b": "0"}, "TCD", 0.5),
        ({"event_clarity": "2"}, "TCD", 0.8),
        ({"code_status": "Check deaths"}, "TCD", 0.8),
    ],
)
def test_who_attacked_is_told_by_who_died(changed: dict[str, str], source: str, confidence: float) -> None:
    (record,) = ucdp.parse(release(changed), RELEASE).events
    assert (record.source, record.confidence) == (source, confidence)


@pytest.mark.parametrize(
    ("name", "code"),
    [
        ("Government of Yemen (North Yemen)", "YEM"),
        ("Government of DR Congo (Zaire)", "COD"),
        ("Government of Congo", "COG"),
        ("Government of Kingdom of eSwatini (Swaziland)", "SWZ"),
        ("Government of Bosnia-Herzegovina", "BIH"),
        ("Government of Australia, Government of Canada", "AUS"),
        ("Hamas", "HAMAS"),
        ("IS", "ISIS"),
        ("Government of Atlantis", ""),
        ("Peru", ""),
        ("Civilians", ""),
        ("Forces of Peru", ""),
        ("XXX135", ""),
    ],
)
def test_sides(name: str, code: str) -> None:
    assert ucdp_rows.side(name) == code


def test_attacks_on_civilians_and_dates_that_are_not_exact() -> None:
    civil = {"type_of_violence": "3", "side_b": "Civilians", "deaths_b": "0", "deaths_civilians": "4"}
    at_home = {**civil, "id": "10", "country": "Chad"}
    rebels = {"id": "11", "side_b": "Unknown Front", "type_of_violence": "1"}
    month = {"id": "12", "date_prec": "4"}
    year = {"id": "13", "date_prec": "5"}
    found = ucdp.parse(release(civil, at_home, rebels, month, year), RELEASE)
    assert [(one.ids[0], one.target, one.day, one.confidence) for one in found.events] == [
        ("12", "NER", "2024-10", 1.0),
        ("13", "NER", "2024", 1.0),
        ("9", "NER", "2024-10-05", 1.0),
    ]
    assert "Unknown Front 1" in " ".join(map(str, found.notes))
    assert "1 of 5 rows left out, within one actor" in " ".join(map(str, found.notes))


def test_a_release_without_its_header() -> None:
    assert ucdp.parse(release({}, header=False), RELEASE).events == ucdp.parse(release({}), RELEASE).events


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        ({"deaths_b": "-4"}, "column deaths_b"),
        ({"best": "-1"}, "column best"),
        ({"best": "9"}, "from low (3) to high (6)"),
        ({"low": ""}, "column low"),
        ({"deaths_b": "5"}, "the sum of deaths_a"),
        ({"type_of_violence": "7"}, "1, 2 or 3"),
        ({"type_of_violence": "3"}, "2 for one of groups"),
        ({"year": "2023"}, "column year"),
        ({"date_prec": "0"}, "date_prec"),
        ({"date_start": "2024-10-06"}, "column date_end"),
        ({"date_start": "5/10/2024"}, "column date_start"),
        ({"side_a": ""}, "column side_a"),
    ],
)
def test_a_wrong_cell_is_left_out_by_name_and_many_are_refused(changed: dict[str, str], said: str) -> None:
    found = ucdp.parse(release({}, {"id": "10", **changed}), RELEASE)
    assert [one.ids for one in found.events] == [("9",)]
    assert "1 of 2 rows left out: line 3" in found.notes[0].text
    assert said in found.notes[0].text
    with pytest.raises(DataError) as caught:
        ucdp.parse(release(*[{"id": "10", **changed}] * 2, *[{}] * 20), RELEASE)
    assert f"{RELEASE}, line 2" in caught.value.place
    assert said in str(caught.value)
    assert "2 of 22 rows cannot be used" in str(caught.value)


def test_a_release_that_is_cut_off_or_of_another_form_is_refused() -> None:
    for data, said in (
        (release({})[:-40], "broken CSV"),
        (release({}, {}).rpartition(b",")[0], "48 of 49 columns"),
        (release({}).replace(b"side_a,", b"side_x,", 1), "side_a"),
        (b"<html>", "web page"),
        (release(), "without rows"),
    ):
        with pytest.raises(DataError, match=said):
            ucdp.parse(data, "GEDEvent_v24_0_10.csv")


def test_what_was_known_on_a_day(tmp_path: Path) -> None:
    store = Store(tmp_path)
    store.add(packed(rows(row())), "gdelt", FILE, "test")
    store.add(rows(row(2, code="190", added="20241102000000")), "gdelt", "20241102000000.export.CSV", "test")
    days = [date(2024, 10, 29), date(2024, 10, 30), date(2024, 11, 2)]
    assert [len(store.events(day)) for day in days] == [0, 1, 2]
    assert len(store.events()) == 2
    assert "came after 2024-10-30" in " ".join(store.events(days[1]).notes)
    store.add(release({}), "ucdp-candidate", "GEDEvent_v24_0_10.csv", "test")
    fights = [len(store.events(day, "ucdp-candidate")) for day in (date(2024, 11, 30), date(2024, 12, 1))]
    assert fights == [0, 1]
    assert len(store.events(date(2024, 12, 1))) == 3


def test_a_release_that_came_out_earlier_is_known_earlier_and_a_later_one_corrects_it(tmp_path: Path) -> None:
    store = Store(tmp_path)
    store.add(release({}), "ucdp-candidate", "GEDEvent_v24_0_10.csv", "test", date(2024, 10, 20))
    later = release({"best": "5", "date_end": "2024-10-06"})
    store.add(later, "ucdp-candidate", "GEDEvent_v24_01_24_12.csv", "test", date(2025, 1, 20))

    def best(day: date) -> list[float]:
        return [one.numbers[0][0] for _, one in store.events(day).records]

    assert best(date(2024, 10, 19)) == []
    assert best(date(2024, 10, 20)) == [4]
    assert best(date(2025, 1, 20)) == [5]


def test_a_vintage_that_changes_an_earlier_file_does_not_reach_back(tmp_path: Path) -> None:
    store = Store(tmp_path)
    store.add(release({}), "ucdp-candidate", "GEDEvent_v24_0_10.csv", "test", date(2024, 11, 20))
    store.add(release({"best": "5"}), "ucdp-candidate", "GEDEvent_v24_0_10.csv", "test", date(2024, 12, 20))
    then, now = store.events(date(2024, 12, 19)), store.events()
    assert [one.numbers[0][0] for held in (then, now) for _, one in held.records] == [4, 5]
    assert len(store.vintages()) == 2


def test_events_and_series_do_not_get_in_each_others_way(tmp_path: Path, isw: bytes) -> None:
    store = Store(tmp_path / "store")
    store.add(rows(row()), "gdelt", FILE.removesuffix(".zip"), "test")
    with pytest.raises(DataError, match="no usable file of a series"):
        store.holdings()
    store.add(isw, "isw", "isw_area_daily.csv", "test")
    assert read_data(tmp_path / "store").names() == ("isw.controlled",)
    assert len(read_events(tmp_path / "store")) == 1
    folder = tmp_path / "folder"
    folder.mkdir()
    (folder / "isw_area_daily.csv").write_bytes(isw)
    with pytest.raises(DataError, match="no file of events"):
        read_events(folder)
    (folder / FILE).write_bytes(packed(rows(row())))
    assert read_data(folder).names() == ("isw.controlled",)
    assert [len(read_events(folder, day)) for day in (date(2024, 10, 29), date(2024, 10, 30))] == [0, 1]
    with pytest.raises(UnknownName, match="nearest: gdelt"):
        read_events(folder, source="gdlet")
    with pytest.raises(UnknownName):
        read_events(folder, source="isw")


def test_one_number_in_two_files_is_one_event(tmp_path: Path) -> None:
    store = Store(tmp_path)
    store.add(rows(row(1), row(2)), "gdelt", FILE.removesuffix(".zip"), "test")
    daily = rows(row(1, width=58), row(2, width=58), row(3, width=58))
    store.add(daily, "gdelt", "20241030.export.CSV", "test")
    ((_, record),) = store.events().records
    assert (record.ids, record.mentions) == (("1", "2", "3"), 18)


def test_rows_that_were_added_later_do_not_count_earlier(tmp_path: Path) -> None:
    Store(tmp_path).add(rows(row(1)), "gdelt", FILE.removesuffix(".zip"), "test")
    later = rows(row(2, added="20241102000000", sources="5"))
    Store(tmp_path).add(later, "gdelt", "20241102000000.export.CSV", "test")
    early, late = (Store(tmp_path).events(day).records for day in (date(2024, 11, 1), date(2024, 11, 2)))
    assert [(one.ids, one.mentions, one.sources, str(one.known)) for _, one in (*early, *late)] == [
        (("1",), 6, 2, "2024-10-30"),
        (("1", "2"), 12, 5, "2024-10-30"),
    ]


def test_combining_does_not_depend_on_the_order_of_files_that_share_nothing() -> None:
    found = parsed(row(1), row(2, day="20241028"), row(3, code="194"))
    assert combined(found) == combined(reversed(found)) == list(found)


def test_a_selection_and_its_reading() -> None:
    from tertius.evidence import Events

    found = parsed(row(1), row(2, other="BRA", day="20241028"), row(3, one="COL", other="BRA"))
    events = Events("x", None, tuple(("gdelt", one) for one in found), ())
    assert len(events.between(date(2024, 10, 29), None)) == 2
    assert len(events.between(None, date(2024, 10, 28))) == 1
    assert len(events.among(["BRA"])) == 2
    assert len(events.among(["BRA", "PER"])) == 1
    with pytest.raises(UnknownName, match="actor"):
        events.among(["PRE"])
    reading = events.reading()
    assert reading.text.count("\n") == 3
    for event in reading.events:
        assert reading.text[slice(*event.span)] == event.quote


def files(*names: str) -> dict[str, bytes]:
    return {name: packed(rows(row(number, day=name[:8]))) for number, name in enumerate(names, 1)}


def listing(publisher: Publisher, held: dict[str, bytes], extra: str = "") -> bytes:
    base = publisher.address.rpartition("/")[0]
    lines = [f"{len(data)} {hashlib.md5(data).hexdigest()} {base}/{name}" for name, data in held.items()]
    return ("\n".join([*lines, f"5 {'0' * 32} {base}/20241030120000.gkg.csv.zip", extra]) + "\n").encode()


def serve(publisher: Publisher, held: dict[str, bytes]) -> list[str]:
    """Answer with files by name; returns the list of names that are asked for."""
    asked: list[str] = []

    def answer(handler: BaseHTTPRequestHandler, number: int) -> None:
        name = handler.path.rpartition("/")[2]
        asked.append(name)
        send(handler, held.get(name, b""), 200 if name in held else 404)

    publisher.answer = answer
    return asked


def at(publisher: Publisher, name: str) -> str:
    return publisher.address.replace("file.csv", name)


NAMES = tuple(f"202410{day}120000.export.CSV.zip" for day in ("28", "29", "30"))


def test_the_newest_file_or_those_of_days(publisher: Publisher, client: Client, tmp_path: Path) -> None:
    held = files(*NAMES)
    held["list.txt"] = listing(publisher, held, "half a line")
    asked = serve(publisher, held)
    kept = pull(Store(tmp_path), "gdelt", at(publisher, "list.txt"), client)
    assert [one.vintage.name for one in kept] == [NAMES[2]]
    assert "without size, md5 and address" in kept[0].notes[0].text
    days = replace(client, since=date(2024, 10, 29), until=date(2024, 10, 30))
    asked.clear()
    kept = pull(Store(tmp_path), "gdelt", at(publisher, "list.txt"), days)
    assert [one.vintage.name for one in kept] == [NAMES[1]]
    assert asked == ["list.txt", NAMES[1]]
    assert len(Store(tmp_path).vintages()) == 2
    with pytest.raises(DataError, match="days from 2024-10-28 to 2024-10-30"):
        pull(Store(tmp_path), "gdelt", at(publisher, "list.txt"), replace(client, since=date(2024, 11, 1)))
    with pytest.raises(OptionError, match="--since"):
        pull(Store(tmp_path), "isw", at(publisher, "list.txt"), days)


def test_a_wrong_md5_is_refused_and_what_came_before_is_kept(
    publisher: Publisher, client: Client, tmp_path: Path
) -> None:
    held = files(*NAMES)
    told = listing(publisher, held)
    held |= {"list.txt": told, NAMES[1]: packed(rows(row(7)))}
    asked = serve(publisher, held)
    days = replace(client, since=date(2024, 10, 28))
    with pytest.raises(DataError, match="as in the list") as caught:
        pull(Store(tmp_path), "gdelt", at(publisher, "list.txt"), days)
    assert NAMES[1] in caught.value.place
    assert [one.name for one in Store(tmp_path).vintages()] == [NAMES[0]]
    held[NAMES[1]] = files(*NAMES)[NAMES[1]]
    asked.clear()
    pull(Store(tmp_path), "gdelt", at(publisher, "list.txt"), days)
    assert asked == ["list.txt", NAMES[1], NAMES[2]]


def test_a_file_that_was_spoilt_in_the_store_is_downloaded_again(
    publisher: Publisher, client: Client, tmp_path: Path
) -> None:
    held = files(NAMES[0])
    held["list.txt"] = listing(publisher, held)
    serve(publisher, held)
    store = Store(tmp_path)
    (kept,) = pull(store, "gdelt", at(publisher, "list.txt"), client)
    (tmp_path / "objects" / kept.vintage.sha256[:2] / kept.vintage.sha256).write_bytes(b"x")
    pull(store, "gdelt", at(publisher, "list.txt"), client)
    assert len(store.events()) == 1
    assert pull(store, "gdelt", at(publisher, "list.txt"), client) == []


def test_one_bad_file_does_not_stop_those_behind_it(publisher: Publisher, client: Client, tmp_path: Path) -> None:
    held = {**files(*NAMES), NAMES[1]: packed(rows(row(1, mentions="x"), row(2, mentions="-1")))}
    held["list.txt"] = listing(publisher, held)
    serve(publisher, held)
    days = replace(client, since=date(2024, 10, 28))
    with pytest.raises(DataError, match="1 of 3 files were refused; the others are kept") as caught:
        pull(Store(tmp_path), "gdelt", at(publisher, "list.txt"), days)
    assert NAMES[1] in caught.value.place
    assert [one.name for one in Store(tmp_path).vintages()] == [NAMES[0], NAMES[2]]


def test_too_many_days_at_once(publisher: Publisher, client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(gdelt, "MOST_FILES", 2)
    held = files(*NAMES)
    serve(publisher, {"list.txt": listing(publisher, held)})
    with pytest.raises(OptionError, match="at most 2 files"):
        list(gdelt.fetch(replace(client, since=date(2024, 10, 1)), at(publisher, "list.txt")))


@pytest.mark.parametrize("told", [b"<html>no list</html>", b"", b"12 zz http://a/b\n"])
def test_a_list_that_is_none(publisher: Publisher, client: Client, told: bytes) -> None:
    serve(publisher, {"list.txt": told})
    with pytest.raises(DataError, match="size, md5 and address"):
        list(gdelt.fetch(client, at(publisher, "list.txt")))


def test_a_cut_off_a_slow_and_a_changed_file(publisher: Publisher, client: Client, tmp_path: Path) -> None:
    body = files(FILE)[FILE]

    def cut(handler: BaseHTTPRequestHandler, number: int) -> None:
        if number == 1:
            send(handler, body[:50], length=len(body), ETag='"a"')
        else:
            rest(handler, body, 50, '"a"')

    publisher.answer = cut
    (kept,) = pull(Store(tmp_path), "gdelt", at(publisher, FILE), client)
    assert publisher.asked == [None, "bytes=50-"]
    assert kept.vintage.name == FILE
    publisher.answer = lambda handler, number: send(handler, body[:50], length=len(body))
    with pytest.raises(DataError, match="50 of"):
        pull(Store(tmp_path), "gdelt", at(publisher, FILE), client)
    publisher.answer = lambda handler, number: time.sleep(0.5)
    with pytest.raises(DataError, match=r"0\.3 seconds"):
        pull(Store(tmp_path), "gdelt", at(publisher, FILE), client)
    publisher.answer = lambda handler, number: send(
        handler, packed(rows(row(1, day="20241030"), row(2, code="190", day="20241030")))
    )
    assert pull(Store(tmp_path), "gdelt", at(publisher, FILE), client)[0].is_new
    assert [len(Store(tmp_path).vintages()), len(Store(tmp_path).events())] == [2, 2]


def test_the_releases_that_a_page_links_to(publisher: Publisher, client: Client, tmp_path: Path) -> None:
    early = {"date_start": "2023-12-05", "date_end": "2023-12-05"}
    names = ["GEDEvent_v24_0_9.csv", "GEDEvent_v24_01_24_09.csv", "GEDEvent_v24_0_10.csv", "GEDEvent_v23_01_23_12.csv"]
    page = "".join(f'<a href="candidateged/{name}">x</a>' for name in names).encode()
    asked = serve(publisher, {"index.html": page, **{name: release(early) for name in names}})
    (kept,) = pull(Store(tmp_path), "ucdp-candidate", at(publisher, "index.html"), client)
    assert kept.vintage.name == "GEDEvent_v24_0_10.csv"
    asked.clear()
    days = replace(client, since=date(2024, 9, 5), until=date(2024, 9, 20))
    pull(Store(tmp_path), "ucdp-candidate", at(publisher, "index.html"), days)
    assert asked == ["index.html", "GEDEvent_v24_0_9.csv", "GEDEvent_v24_01_24_09.csv"]
    with pytest.raises(DataError, match="--from ADDRESS"):
        pull(Store(tmp_path), "ucdp-candidate", at(publisher, "index.html"), replace(client, since=date(2030, 1, 1)))
    serve(publisher, {"index.html": b"<html>moved</html>"})
    with pytest.raises(DataError, match="without a link"):
        pull(Store(tmp_path), "ucdp-candidate", at(publisher, "index.html"), client)


def test_a_release_by_its_own_address(publisher: Publisher, client: Client, tmp_path: Path) -> None:
    serve(publisher, {"GEDEvent_v24_0_10.csv": release({}), "other.csv": release({})})
    for name, kept in (("GEDEvent_v24_0_10.csv", "GEDEvent_v24_0_10.csv"), ("other.csv", None)):
        (one,) = pull(Store(tmp_path), "ucdp-candidate", at(publisher, name), client)
        assert one.vintage.name == (kept or f"ucdp-candidate-{client.today:%Y%m%d}.csv")


def test_events_are_read_without_the_parser_of_texts(tmp_path: Path) -> None:
    Store(tmp_path).add(release({}), "ucdp-candidate", "GEDEvent_v24_0_10.csv", "test")
    code = (
        "import sys, pathlib\nfrom tertius.evidence import read_events\n"
        f"found = read_events(pathlib.Path({str(tmp_path)!r}))\n"
        "print(len(found), [one.event().source for _, one in found.records], 'spacy' in sys.modules)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.split() == ["1", "['TCD']", "False"]


def test_the_command_line(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    file = tmp_path / FILE
    file.write_bytes(packed(rows(row(1), row(2, one="COL", other="BRA"))))
    store = tmp_path / "store"
    assert tertius("data", "add", file, "--as", "gdelt", "--store", store).code == 0
    told = tertius("data", "events", "gdelt", "--data", store, "--actors", "per,ecu", "--json").data
    assert [(one["source"], one["action"], one["target"], one["data_set"]) for one in told["events"]] == [
        ("PER", "ASSAULT", "ECU", "gdelt")
    ]
    assert {"mode", "date", "numbers", "span", "quote", "said_by", "confidence"} <= set(told["events"][0])
    monkeypatch.setenv("TERTIUS_DATA", str(store))
    assert tertius("data", "events").out.count("gdelt: ") == 2
    assert "no events fit" in tertius("data", "events", "--from", "2024-10-30").out
    assert "no events fit" in tertius("data", "events", "--known-by", "2024-10-29").out
    for words, code, said in (
        (("--to", "soon"), 2, "--to"),
        (("--from", "2024-10-30", "--to", "2024-10-29"), 2, "--to"),
        (("--actors", "PRE"), 2, "nearest"),
        (("isw",), 2, "source of events"),
        (("--data", str(tmp_path / "none")), 3, "no file of events"),
    ):
        refused = tertius("data", "events", *words)
        assert (refused.code, said in refused.err) == (code, True), refused.err
    assert tertius("data", "pull", "--since", "2024-10-30").code == 2
    assert tertius("data", "pull", "isw", "--since", "2024-10-30").code == 2
    assert tertius("data", "status").code == 0


@pytest.fixture
def filing(tmp_path: Path) -> Callable[..., object]:
    pytest.importorskip("sqlalchemy", reason="the extra 'read' is not installed")
    Store(tmp_path).add(rows(*(row(n, day=f"202410{n}") for n in (27, 28, 29))), "gdelt", "20241030.export.CSV", "test")
    late = rows(row(90, added="20241120000000", day="20241119"))
    Store(tmp_path).add(late, "gdelt", "20241120000000.export.CSV", "test")
    words = ("--scenario", "ukraine-2024", "--data", tmp_path, "--database", f"sqlite:///{tmp_path}/i.db", "--json")
    return lambda *more: tertius("evidence", "add-data", "gdelt", *words, *more)


def test_events_go_into_the_inbox_and_their_repeats_count_once(filing: Callable[..., object], tmp_path: Path) -> None:
    first = filing()
    assert (first.data["claims"], first.data["repeats"]) == (3, 2)  # type: ignore[attr-defined]
    assert filing().data["is_new"] is False  # type: ignore[attr-defined]
    told = tertius("evidence", "list", "--database", f"sqlite:///{tmp_path}/i.db", "--json").data
    assert {(one["grade"], one["origin"], one["published"]) for one in told} == {("D4", "gdelt", "2024-10-30")}
    assert all(one["record"]["date"] < "2024-11-01" for one in told), "known after the scenario's as-of day"
    assert filing("--known-by", "2024-11-20").data["claims"] == 4  # type: ignore[attr-defined]
    refused = filing("--actors", "BRA")
    assert (refused.code, "0 events" in refused.err) == (2, True)  # type: ignore[attr-defined]
    assert filing("--grade", "Z9").code == 2  # type: ignore[attr-defined]
