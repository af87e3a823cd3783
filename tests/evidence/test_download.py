"""Downloads from a server that misbehaves."""

import threading
import time
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

from tertius.errors import DataError
from tertius.evidence import Store
from tertius.evidence.download import Client, pull

Answer = Callable[[BaseHTTPRequestHandler, int], None]


class Publisher:
    """A server whose answers a test sets; `asked` are the Range headers that came."""

    def __init__(self) -> None:
        self.answer: Answer = lambda handler, number: send(handler, b"")
        self.asked: list[str | None] = []
        outer = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                outer.asked.append(self.headers.get("Range"))
                outer.answer(self, len(outer.asked))

            def log_message(self, format: str, *args: object) -> None:
                pass

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.server.daemon_threads = True
        self.address = f"http://127.0.0.1:{self.server.server_port}/file.csv"


@pytest.fixture
def publisher() -> Iterator[Publisher]:
    made = Publisher()
    thread = threading.Thread(target=made.server.serve_forever, kwargs={"poll_interval": 0.02})
    thread.start()
    yield made
    made.server.shutdown()
    made.server.server_close()
    thread.join()


@pytest.fixture
def client(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Client:
    monkeypatch.setenv("no_proxy", "*")
    return Client(tmp_path / "incoming", timeout=0.3, attempts=3, wait=0, sleep=lambda seconds: None)


def send(
    handler: BaseHTTPRequestHandler, body: bytes, code: int = 200, length: int | None = None, **headers: str
) -> None:
    handler.send_response(code)
    handler.send_header("Content-Length", str(len(body) if length is None else length))
    for name, value in headers.items():
        handler.send_header(name.replace("_", "-"), value)
    handler.end_headers()
    handler.wfile.write(body)


def rest(handler: BaseHTTPRequestHandler, body: bytes, start: int, tag: str) -> None:
    span = f"bytes {start}-{len(body) - 1}/{len(body)}"
    send(handler, body[start:], 206, ETag=tag, Content_Range=span)


def test_a_whole_file(publisher: Publisher, client: Client, tmp_path: Path, isw: bytes) -> None:
    publisher.answer = lambda handler, number: send(handler, isw)
    kept = pull(Store(tmp_path), "isw", publisher.address, client)
    assert kept[0].origin == publisher.address
    assert Store(tmp_path).holdings().names() == ("isw.controlled",)
    assert not list((tmp_path / "incoming").glob("*.part"))
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


def test_a_redirect_is_followed_only_on_the_web(publisher: Publisher, client: Client, isw: bytes) -> None:
    publisher.answer = lambda handler, number: (
        send(handler, b"", 302, Location="/other") if number == 1 else send(handler, isw)
    )
    assert client.get(publisher.address, "f").data == isw
    publisher.answer = lambda handler, number: send(handler, b"", 302, Location="file:///etc/hostname")
    with pytest.raises(DataError, match="file:"):
        client.get(publisher.address, "f")


@pytest.mark.parametrize("address", ["file:///etc/hostname", "ftp://a.b/c", "isw.csv", "https://user@a.b/", "http://["])
def test_only_web_addresses(client: Client, address: str) -> None:
    with pytest.raises(DataError, match="http or https"):
        client.get(address, "f")


def test_no_server(client: Client) -> None:
    with pytest.raises(DataError, match="no connection"):
        client.get("http://127.0.0.1:1/f", "f")


def test_the_kiel_workbook_is_kept_raw(publisher: Publisher, client: Client, tmp_path: Path) -> None:
    publisher.answer = lambda handler, number: send(handler, b"PK\x03\x04workbook")
    kept = pull(Store(tmp_path), "kiel", publisher.address.replace("csv", "xlsx"), client)
    assert not kept[0].usable
    with pytest.raises(DataError, match="release"):
        pull(Store(tmp_path), "kiel", None, client)
