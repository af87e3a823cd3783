"""Downloads from a server that misbehaves."""

import threading
import time
from dataclasses import replace
from http.server import BaseHTTPRequestHandler
from pathlib import Path

import pytest
from tests.evidence.publisher import Publisher, rest, send, send_raw

from tertius.errors import DataError, OptionError
from tertius.evidence import Store, address
from tertius.evidence.address import check_led
from tertius.evidence.download import Client
from tertius.evidence.pulling import pull


def test_a_whole_file(publisher: Publisher, client: Client, tmp_path: Path, isw: bytes) -> None:
    publisher.answer = lambda handler, number: send(handler, isw)
    kept = pull(Store(tmp_path), "isw", publisher.address, client)
    assert kept[0].vintage.origin == publisher.address
    assert Store(tmp_path).holdings().names() == ("isw.controlled",)
    assert not list((tmp_path / "incoming").iterdir())
    publisher.answer = lambda handler, number: send(handler, isw.replace(b"1006", b"2006"))
    pull(Store(tmp_path), "isw", publisher.address, client)
    assert len(Store(tmp_path).vintages()) == 2


def test_a_cut_off_file_is_resumed(publisher: Publisher, client: Client, isw: bytes) -> None:
    def answer(handler: BaseHTTPRequestHandler, number: int) -> None:
        if number == 1:
            send(handler, isw[:100], length=len(isw), ETag='"a"')
        else:
            assert handler.headers["If-Range"] == '"a"'
            rest(handler, isw, 100, '"a"')

    publisher.answer = answer
    assert client.get(publisher.address, "f").data == isw
    assert publisher.asked == [None, "bytes=100-"]


@pytest.mark.parametrize("mode", ["changed", "ignores ranges", "wrong version", "no such range"])
def test_a_file_that_cannot_be_resumed_is_started_over(
    publisher: Publisher, client: Client, isw: bytes, mode: str
) -> None:
    new = isw.replace(b"1006", b"2006") if mode != "ignores ranges" else isw

    def answer(handler: BaseHTTPRequestHandler, number: int) -> None:
        if number == 1:
            send(handler, isw[:100], length=len(isw), ETag='"a"')
        elif number == 2 and mode == "wrong version":
            rest(handler, new, 100, '"b"')
        elif number == 2 and mode == "no such range":
            send(handler, b"", 416)
        else:
            send(handler, new, ETag='"b"')

    publisher.answer = answer
    assert client.get(publisher.address, "f").data == new


def test_a_file_that_stays_cut_off_is_refused(publisher: Publisher, client: Client, tmp_path: Path, isw: bytes) -> None:
    publisher.answer = lambda handler, number: send(handler, isw[:90], length=len(isw))
    with pytest.raises(DataError, match=f"90 of {len(isw)} bytes") as caught:
        pull(Store(tmp_path), "isw", publisher.address, client)
    assert caught.value.place == publisher.address
    assert len(publisher.asked) == 3
    assert Store(tmp_path).vintages() == ()


def test_a_page_in_place_of_the_file_is_refused(
    publisher: Publisher, client: Client, tmp_path: Path, isw: bytes
) -> None:
    store = Store(tmp_path)
    store.add(isw, "isw", "area_assessed_as_controlled_by_russia.csv", "test")
    publisher.answer = lambda handler, number: send(handler, b"<html>Please log in</html>")
    with pytest.raises(DataError, match="web page"):
        pull(store, "isw", publisher.address, client)
    assert len(store.vintages()) == 1
    assert len(store.holdings().series("isw.controlled")) == 5


def test_a_slow_server_is_named_with_how_to_resume(publisher: Publisher, client: Client, isw: bytes) -> None:
    def answer(handler: BaseHTTPRequestHandler, number: int) -> None:
        if number == 1:
            send(handler, isw[:100], length=len(isw), ETag='"a"')
            handler.wfile.flush()
        time.sleep(0.5)

    publisher.answer = answer
    with pytest.raises(DataError) as caught:
        client.get(publisher.address, "f")
    assert caught.value.place == publisher.address
    assert "0.3 seconds" in str(caught.value)
    assert "resumes after the 100 bytes" in str(caught.value)


def test_a_passing_fault_is_retried_and_a_lasting_one_is_not(publisher: Publisher, client: Client, isw: bytes) -> None:
    publisher.answer = lambda handler, number: send(handler, isw, 200 if number == 3 else 500)
    assert client.get(publisher.address, "f").data == isw
    publisher.asked.clear()
    publisher.answer = lambda handler, number: send(handler, b"", 404)
    with pytest.raises(DataError, match="404"):
        client.get(publisher.address, "f")
    assert len(publisher.asked) == 1


def test_too_large_a_file_is_refused(publisher: Publisher, client: Client, isw: bytes) -> None:
    publisher.answer = lambda handler, number: send(handler, isw)
    with pytest.raises(DataError, match="at most 10 bytes"):
        client.get(publisher.address, "f", limit=10)
    publisher.answer = lambda handler, number: send_raw(handler, b"200 OK", b'ETag: "a"', isw * 10_000)
    with pytest.raises(DataError, match="more than 100000 bytes"):
        client.get(publisher.address, "f", limit=100_000)
    assert not list(client.folder.iterdir())


def test_a_redirect_is_followed_only_on_the_web(publisher: Publisher, client: Client, isw: bytes) -> None:
    publisher.answer = lambda handler, number: (
        send(handler, b"", 302, Location="/other") if number == 1 else send(handler, isw)
    )
    assert client.get(publisher.address, "f").data == isw
    publisher.answer = lambda handler, number: send(handler, b"", 302, Location="file:///etc/hostname")
    with pytest.raises(DataError, match="file:"):
        client.get(publisher.address, "f")


INNER = (
    "http://127.0.0.1:9/",
    "http://[::1]/",
    "http://10.1.2.3/x",
    "http://169.254.169.254/",
    "http://[::ffff:127.0.0.1]/",
)


@pytest.mark.parametrize("inner", INNER)
def test_a_server_outside_leads_to_nothing_on_this_machine_or_its_network(inner: str) -> None:
    with pytest.raises(DataError, match="outside this machine"):
        check_led(inner, "http://192.0.2.1.invalid/")
    check_led(inner, "http://127.0.0.1:8000/")  # who asks for this machine may be led on there
    check_led("http://8.8.8.8/", "http://1.1.1.1/")


def test_a_redirect_from_outside_into_this_machine_is_not_followed(
    publisher: Publisher, client: Client, isw: bytes, monkeypatch: pytest.MonkeyPatch
) -> None:
    real = address.is_inner
    monkeypatch.setattr(address, "is_inner", lambda host: host != "127.0.0.1" and real(host))  # the publisher's
    asked: list[str] = []

    def answer(handler: BaseHTTPRequestHandler, number: int) -> None:
        asked.append(handler.path)
        send(handler, b"", 302, Location=f"http://localhost:{publisher.address.rpartition(':')[2].partition('/')[0]}/x")

    publisher.answer = answer
    with pytest.raises(DataError, match="outside this machine"):
        client.get(publisher.address, "f")
    assert "/x" not in asked


@pytest.mark.parametrize(
    ("status", "head"),
    [
        (b"200 OK", b"Content-Length: \xb2"),
        (b"200 OK", b"Content-Length: " + b"9" * 5000),
        (b"200 OK", b"Content-Length: -5"),
        (b"206 Partial Content", b"Content-Range: bytes 0-5/\xb2"),
        (b"206 Partial Content", b"Content-Range: bytes 0-5/" + b"9" * 5000),
        (b"302 Found", b"Location: http://["),
        (b"302 Found", b"Location: http://a..b/"),
        (b"302 Found", b"Location: http://" + b"a" * 64 + b"/"),
        (b"302 Found", b"Location: http://127.0.0.1:99999/"),
        (b"302 Found", b"Location: http://127.0.0.1:abc/"),
    ],
)
def test_headers_that_cannot_be_read_are_named_at_once(
    publisher: Publisher, client: Client, isw: bytes, status: bytes, head: bytes
) -> None:
    publisher.answer = lambda handler, number: send_raw(handler, status, head, isw)
    with pytest.raises(DataError) as caught:
        client.get(publisher.address, "f")
    assert publisher.address in caught.value.place
    assert len(publisher.asked) == 1
    assert not list(client.folder.iterdir())


def test_a_file_of_unknown_length_is_noted(publisher: Publisher, client: Client, tmp_path: Path, isw: bytes) -> None:
    publisher.answer = lambda handler, number: send_raw(handler, b"200 OK", b"X: y", isw)
    kept = pull(Store(tmp_path), "isw", publisher.address, client)
    assert "did not say how long" in kept[0].notes[0].text
    publisher.answer = lambda handler, number: send_raw(handler, b"200 OK", b"X: y", isw[:-50])
    with pytest.raises(DataError, match="--shorter"):
        pull(Store(tmp_path), "isw", publisher.address, client)
    assert pull(Store(tmp_path), "isw", publisher.address, client, shorter=True)[0].vintage.rows < 31
    publisher.answer = lambda handler, number: send(handler, isw)
    assert pull(Store(tmp_path), "isw", publisher.address, client)[0].is_new
    again = pull(Store(tmp_path), "isw", publisher.address, client)[0]
    assert (again.is_new, again.notes) == (False, ())


def test_headers_that_only_drip_are_not_waited_for(publisher: Publisher, client: Client) -> None:
    ended = threading.Event()

    def answer(handler: BaseHTTPRequestHandler, number: int) -> None:
        handler.wfile.write(b"HTTP/1.1 200 OK\r\nX: ")
        while not ended.wait(0.05):
            handler.wfile.write(b"a")

    publisher.answer = answer
    with pytest.raises(DataError, match=r"0\.5 seconds"):  # it would drip for ever
        replace(client, opening=0.5).get(publisher.address, "f")
    ended.set()
    for thread in threading.enumerate():
        if thread.daemon and thread.name.endswith("(wait)"):
            thread.join()


def test_the_patience_is_for_all_attempts(publisher: Publisher, client: Client, isw: bytes) -> None:
    def answer(handler: BaseHTTPRequestHandler, number: int) -> None:
        send(handler, isw[:5], length=len(isw))
        for byte in isw[5:20]:
            time.sleep(0.1)
            handler.wfile.write(bytes([byte]))

    publisher.answer = answer
    with pytest.raises(DataError, match=r"too slow.*1 attempt"):
        replace(client, patience=0.4).get(publisher.address, "f")
    assert not list(client.folder.iterdir())


@pytest.mark.parametrize(
    ("address", "said"),
    [
        ("http://a..b/", "parts between dots"),
        ("http://é..x/", "parts between dots"),
        (f"http://{'a' * 64}/", "63 letters"),
        ("http://127.0.0.1:99999/", "a port from 1 to 65535"),
        ("http://127.0.0.1:abc/", "a port from 1 to 65535"),
        ("http://127.0.0.1:-1/", "a port from 1 to 65535"),
        ("http://127.0.0.1/é", "write it as /%C3%A9"),
        ("http://127.0.0.1/a b", "write it as /a%20b"),
        ("http://127.0.0.1/\udcff", "write it as /%FF"),
        ("http://127.0.0.1/\n", "without blanks"),
    ],
)
def test_an_address_that_cannot_be_asked_for_is_refused(client: Client, address: str, said: str) -> None:
    with pytest.raises(DataError) as caught:
        client.get(address, "f")
    assert said in str(caught.value)
    str(caught.value).encode()
    assert not client.folder.exists()


@pytest.mark.parametrize(
    ("source", "file", "body", "name"),
    [
        ("deepstate", "deepstate_area_weekly.csv", b"week_end,ru_occupied_ukraine_km2\n2024-10-06,110000\n", None),
        ("isw", "isw_area_daily.csv", b"date,isw_russia_controlled_km2\n2024-10-06,110000\n", None),
        (
            "kiel",
            "aid.csv?x=1",
            b"month,donor,aid_type,measure,eur\n2024-10-01,A,Military,Allocation,5000000\n",
            "aid_monthly_by_donor.csv",
        ),
    ],
)
def test_a_file_is_kept_under_a_name_of_its_form(
    publisher: Publisher, client: Client, tmp_path: Path, source: str, file: str, body: bytes, name: str | None
) -> None:
    publisher.answer = lambda handler, number: send(handler, body)
    kept = pull(Store(tmp_path), source, publisher.address.replace("file.csv", file), client)
    assert kept[0].vintage.name == (name or file)
    publisher.answer = lambda handler, number: send(handler, body)
    if source == "deepstate":
        other = pull(Store(tmp_path), source, publisher.address, client)
        assert other[0].vintage.name == f"deepstate-{client.today:%Y%m%d}.csv"


@pytest.mark.parametrize("address", ["", "  "])
def test_an_empty_address_is_refused(client: Client, tmp_path: Path, address: str) -> None:
    with pytest.raises(OptionError, match="--from"):
        pull(Store(tmp_path), "isw", address, client)


@pytest.mark.parametrize("address", ["file:///etc/hostname", "ftp://a.b/c", "isw.csv", "https://user@a.b/", "http://["])
def test_only_web_addresses(client: Client, tmp_path: Path, address: str) -> None:
    with pytest.raises(DataError, match="http or https"):
        client.get(address, "f")
    with pytest.raises(DataError, match="http or https"):
        pull(Store(tmp_path), "isw", address, client)


def test_no_server(client: Client) -> None:
    with pytest.raises(DataError, match="no connection"):
        client.get("http://127.0.0.1:1/f", "f")
