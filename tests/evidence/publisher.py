"""A publisher's server in this process, and a client that does not wait."""

import contextlib
import threading
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

from tertius.evidence.download import Client

Answer = Callable[[BaseHTTPRequestHandler, int], None]


class Publisher:
    """A server whose answers a test sets; `asked` are the Range headers that came."""

    def __init__(self) -> None:
        self.answer: Answer = lambda handler, number: send(handler, b"")
        self.asked: list[str | None] = []
        self.robots = b""
        outer = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                if self.path == "/robots.txt":
                    send(self, outer.robots, 200 if outer.robots else 404)
                    return
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


def send_raw(handler: BaseHTTPRequestHandler, status: bytes, head: bytes, body: bytes) -> None:
    """Answer without what the server would add or forbid."""
    handler.close_connection = True
    with contextlib.suppress(OSError):
        handler.wfile.write(b"HTTP/1.1 " + status + b"\r\nConnection: close\r\n" + head + b"\r\n\r\n" + body)
