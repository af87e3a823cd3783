"""Pulls from a local server that plays publishers: their pages, layouts, tokens, robots and rates."""

import json
import time
from dataclasses import replace
from http.server import BaseHTTPRequestHandler
from io import BytesIO
from pathlib import Path

import pytest
from tests.evidence.publisher import Publisher, rest, send
from tests.evidence.test_damage import fights
from tests.evidence.test_maps import written

from tertius.errors import DataError
from tertius.evidence import Store
from tertius.evidence.download import Client
from tertius.evidence.publishers import ucdp_rows
from tertius.evidence.pulling import pull

openpyxl = pytest.importorskip("openpyxl", reason="writes the made-up workbook; it is in the extra 'dev'")


def at(publisher: Publisher, path: str) -> str:
    return publisher.address.replace("file.csv", path)


def serve(publisher: Publisher, held: dict[str, bytes]) -> list[str]:
    """Answer with files by path; returns the paths that are asked for."""
    asked: list[str] = []

    def answer(handler: BaseHTTPRequestHandler, number: int) -> None:
        asked.append(handler.path)
        send(handler, held.get(handler.path, b""), 200 if handler.path in held else 404, ETag='"a"')

    publisher.answer = answer
    return asked


def workbook(sheet: str = "Bilateral Assistance, MAIN DATA", amount: float = 2e8) -> bytes:
    """The tracker's workbook: three allocations of which one has no month, and a commitment."""
    from datetime import datetime

    book = openpyxl.Workbook()
    main = book.active
    main.title = sheet
    main.append(["activity_id", "donor", "announcement_date", "aid_type_general", "measure",
                 "tot_sub_activity_value_EUR", "tot_sub_activity_value_EUR_redistr", "month"])  # fmt: skip
    main.append(["DE1", "Germany", datetime(2022, 3, 5), "Military", "Allocation", 1e8, amount, 3])
    main.append(["NO1", "Norway", "2022", "Financial", "Allocation", 3e8, 3e8, 15])
    main.append(["NO2", "Norway", None, "Financial", "Allocation", 1e8, 1e8, 0])
    main.append(["NO3", "Norway", datetime(2022, 3, 5), "Military", "Commitment", 9e8, ".", 3])
    sums = book.create_sheet("Allocations by type and month")
    sums.append([None, "Month", "Military", "Humanitarian", "Financial", "Total"])
    sums.append([None, datetime(2022, 3, 1), 0.2, 0, 0, 0.2])
    sums.append([None, datetime(2023, 3, 1), 0, 0, 0.3, 0.3])
    held = BytesIO()
    book.save(held)
    return held.getvalue()


def test_the_map_is_kept_under_its_own_stamp(publisher: Publisher, client: Client, tmp_path: Path) -> None:
    name, data = written(10, 3)
    told = json.loads(data)
    serve(publisher, {"/api/history/last": data})
    (kept,) = pull(Store(tmp_path), "deepstate", at(publisher, "api/history/last"), client)
    assert kept.vintage.name == f"{told['id']}.geojson"
    assert str(kept.vintage.known) == name.removeprefix("deepstate-").removesuffix(".geojson")


def test_the_workbook_that_the_publishers_page_links_to(publisher: Publisher, client: Client, tmp_path: Path) -> None:
    page = b'<a href="/fileadmin/62a9-Ukraine_Support_Tracker_Release_27.xlsx">Data</a>'
    held = {"/data/": page, "/fileadmin/62a9-Ukraine_Support_Tracker_Release_27.xlsx": workbook()}
    serve(publisher, held)
    store = Store(tmp_path)
    (kept,) = pull(store, "kiel", at(publisher, "data/"), client)
    assert kept.vintage.name == "ukraine_support_tracker.xlsx"
    series = store.holdings().series("kiel.all")
    weeks = dict(zip(series.weeks.astype(str), series.values, strict=True))
    assert (weeks["2022-04-03"], weeks["2023-04-02"]) == (2e8, 3e8)
    assert store.holdings().series("kiel.military").values.sum() == 2e8
    said = " ".join(map(str, kept.notes))
    for words in ("0.10 billion EUR, 16.7% of all", "1 row of commitments not read"):
        assert words in said
    assert "differ" not in said
    serve(publisher, {"/data/": b"<html>moved</html>"})
    with pytest.raises(DataError, match="tertius data pull kiel --from ADDRESS"):
        pull(store, "kiel", at(publisher, "data/"), client)


def test_a_workbook_with_a_renamed_sheet_or_a_tenfold_amount_says_so(tmp_path: Path) -> None:
    name = "ukraine_support_tracker.xlsx"
    kept = Store(tmp_path / "a").add(workbook("Bilateral aid"), "kiel", name, "test")
    assert "the sheet 'Bilateral aid' has the columns of" in " ".join(map(str, kept.notes))
    kept = Store(tmp_path / "b").add(workbook(amount=2e9), "kiel", name, "test")
    assert "billion EUR: 2022-03 2.00, not 0.20" in " ".join(map(str, kept.notes))


def test_the_interface_of_ucdp_with_and_without_a_token(
    publisher: Publisher, client: Client, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    head, *lines = fights().decode().splitlines()
    records = [dict(zip(head.split(","), line.split(","), strict=True)) for line in lines]
    assert set(records[0]) == set(ucdp_rows.COLUMNS)

    def answer(handler: BaseHTTPRequestHandler, number: int) -> None:
        if handler.headers.get("x-ucdp-access-token") != "mine":
            send(handler, b"API token required", 401)
            return
        second = "page=1" in handler.path
        following = "" if second else at(publisher, "api/gedevents/24.0.10?pagesize=20&page=1")
        page = {"TotalPages": 2, "NextPageUrl": following, "Result": records[20:] if second else records[:20]}
        send(handler, json.dumps(page).encode())

    publisher.answer = answer
    address = at(publisher, "api/gedevents/24.0.10?pagesize=20")
    monkeypatch.delenv("TERTIUS_UCDP_TOKEN", raising=False)
    with pytest.raises(DataError, match=r"ask UCDP for a free token .* set TERTIUS_UCDP_TOKEN"):
        pull(Store(tmp_path), "ucdp-candidate", address, client)
    monkeypatch.setenv("TERTIUS_UCDP_TOKEN", "mine")
    (kept,) = pull(Store(tmp_path), "ucdp-candidate", address, client)
    assert (kept.vintage.name, kept.vintage.rows) == ("GEDEvent_v24_0_10.json", 30)
    other = Store(tmp_path / "csv")
    other.add(fights(), "ucdp-candidate", "GEDEvent_v24_0_10.csv", "test")
    assert Store(tmp_path).events().records == other.events().records


def test_a_token_does_not_follow_a_redirect(publisher: Publisher, client: Client) -> None:
    came: list[str | None] = []

    def answer(handler: BaseHTTPRequestHandler, number: int) -> None:
        came.append(handler.headers.get("x-token"))
        if number == 1:
            send(handler, b"", 302, Location="/other")
        else:
            send(handler, b"x")

    publisher.answer = answer
    replace(client, headers=(("x-token", "mine"),)).get(publisher.address, "f")
    assert came == ["mine", None]


def test_what_robots_forbid_is_not_fetched_and_their_delay_is_kept(publisher: Publisher, client: Client) -> None:
    publisher.robots = b"User-agent: *\nDisallow: /private/\nCrawl-delay: 7\n"
    asked = serve(publisher, {"/open": b"x"})
    waited: list[float] = []
    slow = replace(client, sleep=waited.append)
    with pytest.raises(DataError, match=r"forbidden to programs by .*robots\.txt"):
        slow.get(at(publisher, "private/list.csv"), "f")
    slow.get(at(publisher, "open"), "f")
    slow.get(at(publisher, "open"), "f")
    assert asked == ["/open", "/open"]
    assert len(waited) == 1
    assert 6 < waited[0] <= 7


def test_a_server_that_is_busy_is_left_alone_for_as_long_as_it_says(publisher: Publisher, client: Client) -> None:
    publisher.answer = lambda handler, number: (
        send(handler, b"", 429, Retry_After="11") if number == 1 else send(handler, b"x")
    )
    waited: list[float] = []
    replace(client, sleep=waited.append, pause=0).get(publisher.address, "f")
    assert waited == [11.0]


def test_a_map_that_was_cut_off_is_resumed(publisher: Publisher, client: Client, tmp_path: Path) -> None:
    name, data = written(10, 2)

    def answer(handler: BaseHTTPRequestHandler, number: int) -> None:
        if number == 1:
            send(handler, data[:700], length=len(data), ETag='"a"')
        else:
            rest(handler, data, 700, '"a"')

    publisher.answer = answer
    begun = time.monotonic()
    (kept,) = pull(Store(tmp_path), "deepstate", at(publisher, name), client)
    assert (kept.vintage.name, kept.vintage.bytes) == (name, len(data))
    assert publisher.asked == [None, "bytes=700-"]
    assert time.monotonic() - begun < 20
