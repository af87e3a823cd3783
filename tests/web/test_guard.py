"""The guard: hosts, origins, tokens, sizes, rates, methods; what is refused is logged, what is answered is dressed."""

import asyncio
import logging
import socket
import threading
import time
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from starlette.testclient import TestClient
from tests.web.conftest import CASE

from tertius.errors import OptionError
from tertius.web import guard
from tertius.web.app import create_app
from tertius.web.rates import Rate
from tertius.web.serving import checked
from tertius.web.settings import Settings

HERE = "http://127.0.0.1:8712"
API = "/api/v1"
RUN = f"{API}/cases/{CASE}/jobs"
TOKEN = "abcdefghij0123456789"


@pytest.fixture(scope="module")
def base(answered: Path) -> Settings:
    return Settings(answered, workers=0)


def browser(settings: Settings) -> TestClient:
    return TestClient(create_app(settings), base_url=HERE, follow_redirects=False, raise_server_exceptions=False)


@pytest.fixture(scope="module")
def held(base: Settings) -> Iterator[TestClient]:
    with browser(base) as client:
        yield client


@pytest.mark.parametrize(
    "host",
    [
        "attacker.example", "attacker.example:8712", "127.0.0.1.attacker.example", "attacker@127.0.0.1", "localhost.",
        "127.0.0.1:8712@attacker.example", "[::1", "0.0.0.0", "127.1", "2130706433", "127.0.0.1 ", "127.0.0.1/x", "",
        "127.0.0.1:99999999", "localhost,attacker.example", "xn--lcalhost-n0a", "é",
    ],
)  # fmt: skip
def test_a_name_that_is_not_ours_is_refused_so_that_rebinding_fails(held: TestClient, host: str) -> None:
    assert held.get("/", headers={"Host": host.encode("latin-1")}).status_code == 421


@pytest.mark.parametrize("host", ["localhost", "LOCALHOST:8712", "127.0.0.1", "[::1]:8712", "127.0.0.1:1"])
def test_our_names_are_known(held: TestClient, host: str) -> None:
    assert held.get("/", headers={"Host": host}).status_code == 200


def test_further_names_are_those_told(base: Settings) -> None:
    with browser(replace(base, hosts=("wall.example",))) as client:
        assert client.get("/", headers={"Host": "Wall.Example:8712"}).status_code == 200
        assert client.get("/", headers={"Host": "other.example"}).status_code == 421


@pytest.mark.parametrize(
    "origin",
    [
        "null", "https://attacker.example", "http://127.0.0.1:8713", "http://localhost:8712", "file://", "http://[",
        "http://127.0.0.1:8712.attacker.example", "chrome-extension://127.0.0.1:8712", "http://u@127.0.0.1:8712",
    ],
)  # fmt: skip
@pytest.mark.parametrize("method", ["GET", "POST", "OPTIONS", "DELETE"])
def test_other_origins_are_refused(held: TestClient, method: str, origin: str) -> None:
    answer = held.request(method, RUN, headers={"Origin": origin, "Content-Type": "application/json"})
    assert answer.status_code == 403
    assert answer.json()["error"]["place"] == "origin"
    assert "access-control-allow-origin" not in answer.headers


@pytest.mark.parametrize("kind", ["text/plain", "application/x-www-form-urlencoded", "application/csp-report", None])
def test_a_form_of_another_site_cannot_change_anything(held: TestClient, kind: str | None) -> None:
    headers = {} if kind is None else {"Content-Type": kind}
    answer = held.post(RUN, content=b'{"kind": "brief"}', headers=headers)
    assert answer.status_code == 415
    form = {"Content-Type": "multipart/form-data; boundary=x"}
    assert held.post(RUN, content=b"--x--", headers=form).json()["error"]["place"] == "origin"


@pytest.mark.parametrize("site", ["cross-site", "same-site", "made-up"])
def test_another_site_may_link_here_and_no_more(held: TestClient, site: str) -> None:
    link = {"Sec-Fetch-Site": site, "Sec-Fetch-Mode": "navigate", "Sec-Fetch-Dest": "document"}
    assert held.get("/", headers=link).status_code == 200
    assert held.get("/", headers={**link, "Sec-Fetch-Dest": "iframe"}).status_code == 403
    assert held.get(f"{API}/cases", headers={**link, "Sec-Fetch-Mode": "no-cors"}).status_code == 403
    post = {**link, "Content-Type": "application/json"}
    assert held.post(RUN, content=b"{}", headers=post).status_code == 403


@pytest.mark.parametrize("method", ["TRACE", "CONNECT", "PROPFIND", "G" * 3000])
def test_strange_methods_are_refused(held: TestClient, method: str) -> None:
    assert held.request(method, "/").status_code == 405


def test_a_method_in_a_header_is_no_method(held: TestClient) -> None:
    jobs = len(held.get(RUN).json())
    assert held.get(RUN, headers={"X-HTTP-Method-Override": "POST"}).status_code == 200
    assert len(held.get(RUN).json()) == jobs


@pytest.mark.parametrize("name", ["host", "origin", "content-length", "content-type", "sec-fetch-site"])
def test_a_header_that_counts_comes_once(held: TestClient, name: str) -> None:
    value = {"host": "127.0.0.1:8712", "origin": HERE, "content-length": "0"}.get(name, "application/json")
    answer = held.get("/", headers=[(name, value), (name, value)])
    assert answer.status_code == 400


@pytest.mark.parametrize(
    "path",
    [
        "/static/../app.py",
        "/static/%2e%2e/app.py",
        "/static/..%2fapp.py",
        "/static/%2e%2e%5capp.py",
        "/static//etc",
        "/static/" + "a" * 5000,
        "/static/%00",
        "/static/%0d%0aSet-Cookie:x",
        "/case/%00/today",
        "/case/..%2f..%2f/today",
        "/case/%2e%2e/today",
        f"/case/{CASE}/today?result=../../x",
        f"/case/{CASE}/today?result=000001/..",
        f"{API}/cases/%2e%2e%2f%2e%2e/answer",
        f"{API}/cases/{CASE}/figures/..%2f..%2fscenario",
        f"{API}/cases/{CASE}/figures/%2e%2e",
        f"{API}/cases/" + "x" * 9000,
        "//attacker.example/%2e%2e",
        "/\\attacker.example",
    ],
)
def test_no_path_leads_out(held: TestClient, path: str) -> None:
    answer = held.get(path)
    assert answer.status_code in (400, 404)
    assert "location" not in answer.headers
    assert "import " not in answer.text
    assert "set-cookie" not in answer.headers


def test_a_body_has_a_bound_told_or_not(base: Settings) -> None:
    with browser(replace(base, most_body=1000)) as client:
        kind = {"Content-Type": "application/json"}
        told = client.post(RUN, content=b" " * 1001, headers=kind)
        assert (told.status_code, told.json()["error"]["place"]) == (413, "content-length")

        def parts() -> Iterator[bytes]:
            for _ in range(50):
                yield b" " * 100

        chunked = client.post(RUN, content=parts(), headers=kind)
        assert chunked.status_code == 413
        for length in ("-1", "1e9", "9" * 5000, "", "0x10", "٣"):
            headers = {**kind, "Content-Length": length.encode()}
            assert client.post(RUN, content=b"", headers=headers).status_code == 413, length


def test_a_body_that_does_not_come_is_given_up(base: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(guard, "PATIENCE", 0.05)
    told = {"host": "127.0.0.1:8712", "content-type": "application/json", "transfer-encoding": "chunked"}
    scope = {
        "type": "http",
        "method": "POST",
        "path": RUN,
        "raw_path": RUN.encode(),
        "query_string": b"",
        "headers": [(name.encode(), value.encode()) for name, value in told.items()],
        "client": ("10.0.0.1", 1),
        "server": ("127.0.0.1", 8712),
        "http_version": "1.1",
        "scheme": "http",
        "root_path": "",
    }
    sent: list[Any] = []

    async def silent() -> Any:
        await asyncio.sleep(60)

    async def send(message: Any) -> None:
        sent.append(message)

    asyncio.run(asyncio.wait_for(create_app(base)(scope, silent, send), 20))
    assert sent[0]["status"] == 408


def test_the_token_is_asked_for_everywhere_but_of_styles(base: Settings) -> None:
    with browser(replace(base, token=TOKEN)) as client:
        for path in (
            "/",
            f"/case/{CASE}/today",
            f"{API}/cases",
            f"{API}/openapi.json",
            "/none",
            "/static",
            "/embed/x/y",
        ):
            assert client.get(path).status_code == 401, path
        assert client.get("/static/workbench.css").status_code == 200
        assert client.get("/static/../api/v1/cases").status_code in (401, 404)
        for wrong in (TOKEN[:-1], TOKEN + "a", TOKEN.upper(), "é", ""):
            sent = f"Bearer {wrong}".encode("latin-1")
            assert client.get(f"{API}/cases", headers={"Authorization": sent}).status_code == 401
        assert client.get(f"{API}/cases", headers={"Authorization": f"Bearer {TOKEN}"}).status_code == 200
        assert client.get(f"{API}/cases?token={TOKEN}").status_code == 401, "the address is for the first page alone"
        assert client.get(f"/?x=1&token={TOKEN}").status_code == 401


def test_the_token_leaves_the_address_and_stays_in_a_cookie_of_this_port(base: Settings) -> None:
    with browser(replace(base, token=TOKEN)) as client:
        first = client.get(f"/?token={TOKEN}")
        assert (first.status_code, first.headers["location"]) == (303, "/")
        cookie = first.headers["set-cookie"]
        assert cookie.startswith("tertius-token-8712=")
        assert "HttpOnly" in cookie
        assert "SameSite=lax" in cookie
        page = client.get("/")  # the client has kept it
        assert page.status_code == 200
        assert TOKEN not in page.text
        other = {"Cookie": f"tertius-token-9999={TOKEN}"}
        client.cookies.clear()
        assert client.get("/", headers=other).status_code == 401
        assert client.get("/", headers={"Cookie": b"\x00=;;;=\xff; tertius-token-8712"}).status_code == 401


def test_tokens_cannot_be_guessed_fast(base: Settings) -> None:
    with browser(replace(base, token=TOKEN)) as client:
        asked = [client.get(f"/?token=guess-{n}").status_code for n in range(guard.MOST_WRONG + 2)]
        assert asked[guard.MOST_WRONG - 1 :] == [401, 429, 429]
        assert client.get("/").status_code == 401, "who brings none is told what is wanted"


def test_who_shares_a_proxy_with_a_guesser_gets_in_with_the_right_token(base: Settings) -> None:
    """Behind a proxy all visitors have one address."""
    with browser(replace(base, token=TOKEN)) as client:
        guessed = [client.get(f"/?token=guess-{n}").status_code for n in range(guard.MOST_WRONG + 1)]
        assert guessed[-1] == 429
        assert client.get(f"{API}/cases", headers={"Authorization": f"Bearer {TOKEN}"}).status_code == 200
        assert client.get(f"/?token={TOKEN}").status_code == 303
        assert client.get("/").status_code == 200


def test_the_address_with_the_token_leads_to_the_case_that_was_given(base: Settings) -> None:
    with browser(replace(base, token=TOKEN)) as client:
        for case, place in ((CASE, f"/case/{CASE}/today"), ("none", "/"), ("/evil.example", "/"), ("", "/")):
            first = client.get("/", params={"token": TOKEN, "case": case})
            assert (first.status_code, first.headers["location"]) == (303, place)
            assert TOKEN in first.headers["set-cookie"]
        client.cookies.clear()
        assert client.get("/", params={"token": f"{TOKEN}x", "case": CASE}).status_code == 401


@pytest.mark.parametrize(
    "token", ["short", "has space in it 1234", "ünïcödé-0123456789", "a" * 201, "a\nb" * 10, "abab" * 8]
)
def test_a_token_that_no_address_can_hold_is_refused(tmp_path: Path, token: str) -> None:
    with pytest.raises(OptionError) as caught:
        checked(Settings(tmp_path, token=token))
    assert token not in str(caught.value)


def test_who_listens_to_others_has_a_token(tmp_path: Path) -> None:
    assert len(checked(Settings(tmp_path, host="0.0.0.0")).token) >= 32
    assert checked(Settings(tmp_path)).token == ""
    with pytest.raises(OptionError):
        checked(Settings(tmp_path, hosts=("http://wall.example",)))


def test_read_only_changes_nothing(base: Settings) -> None:
    with browser(replace(base, read_only=True)) as client:
        paths = client.get(f"{API}/openapi.json").json()["paths"]
        changing = [(path, method) for path, own in paths.items() for method in own if method not in ("get", "head")]
        assert changing
        for path, method in changing:
            filled = path.replace("{case}", CASE).replace("{", "").replace("}", "")
            answer = client.request(method, filled, content=b"{}", headers={"Content-Type": "application/json"})
            assert answer.status_code == 403, (method, path)
        page = client.get(f"/case/{CASE}/today")
        assert page.status_code == 200
        assert "data-read-only" in page.text


def test_changes_have_a_rate(base: Settings) -> None:
    with browser(replace(base, per_minute=3)) as client:
        headers = {"Content-Type": "application/json", "X-Forwarded-For": "10.9.8.7"}
        codes = [client.post(f"{API}/none", content=b"{}", headers=headers).status_code for _ in range(5)]
        assert codes[3:] == [429, 429]
        assert 429 not in codes[:3]
        assert client.get("/").status_code == 200


def test_a_rate_forgets_after_a_minute_and_holds_few_addresses(monkeypatch: pytest.MonkeyPatch) -> None:
    now = [0.0]
    rate = Rate(2, lambda: now[0])
    assert [rate.count("a") for _ in range(3)] == [True, True, False]
    now[0] = 61.0
    assert rate.count("a")
    assert rate.count("a")
    monkeypatch.setattr("tertius.web.rates.MOST_CLIENTS", 5)
    for n in range(50):
        rate.count(str(n))
    assert len(rate._asked) == 5


def test_refusals_are_told_to_the_log_without_secrets_and_without_flooding_it(
    base: Settings, caplog: pytest.LogCaptureFixture
) -> None:
    with browser(replace(base, token=TOKEN)) as client, caplog.at_level(logging.WARNING, "tertius.web"):
        client.get("/%1b[31m%0aforged", headers={"Host": "attacker.example"})
        client.get("/?token=secret-that-is-wrong")
        assert "400" in caplog.text
        assert "401" in caplog.text
        assert "secret-that-is-wrong" not in caplog.text
        assert "\x1b" not in caplog.text
        assert "\nforged" not in caplog.text
        for _ in range(guard.MOST_LOGGED + 50):
            client.get("/", headers={"Host": "attacker.example"})
        assert len(caplog.records) <= guard.MOST_LOGGED + 2


def test_a_refusal_is_data_for_programs_and_a_page_for_people(base: Settings) -> None:
    with browser(replace(base, token=TOKEN)) as client:
        told = client.get(f"{API}/cases").json()["error"]
        assert {"place", "value", "allowed", "fix", "message"} == told.keys()
        page = client.get("/?token=<script>", headers={"Accept": "text/html"})
        assert page.headers["content-type"].startswith("text/html")
        assert "<script>" not in page.text
        assert "default-src 'none'" in page.headers["content-security-policy"]


def test_what_may_be_framed_is_a_single_figure(held: TestClient) -> None:
    assert "frame-ancestors 'none'" in held.get("/").headers["content-security-policy"]
    assert "frame-ancestors *" in held.get(f"/embed/{CASE}/none").headers["content-security-policy"]


def test_styles_are_asked_again_by_their_tag(held: TestClient) -> None:
    first = held.get("/static/workbench.css")
    assert first.headers["cache-control"] == "no-cache"
    assert held.get("/static/workbench.css", headers={"If-None-Match": first.headers["etag"]}).status_code == 304
    assert held.get("/").headers["cache-control"] == "no-store"


def test_text_is_compressed_for_other_machines_alone(base: Settings, held: TestClient) -> None:
    page = f"/case/{CASE}/today"
    assert "content-encoding" not in held.get(page).headers
    with browser(replace(base, host="0.0.0.0", token=TOKEN)) as client:
        assert client.get(page, headers={"Authorization": f"Bearer {TOKEN}"}).headers["content-encoding"] == "gzip"


@pytest.mark.parametrize(
    "sent",
    [
        b"",
        b"GET / HTTP/1.1\r\nHost: 127.0.0.1\r\nX-Slow",
        b"GET /static/icon.svg HTTP/1.1\r\nHost: localhost\r\n\r\nGET /",
    ],
)
def test_half_a_request_is_not_waited_for(base: Settings, monkeypatch: pytest.MonkeyPatch, sent: bytes) -> None:
    import uvicorn

    from tertius.web import hurry

    monkeypatch.setattr(hurry, "PATIENCE", 0.3)
    config = uvicorn.Config(create_app(base), http=hurry.Hurried, port=0, log_level="error", proxy_headers=False)
    server = uvicorn.Server(config)
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()
    end = time.monotonic() + 60
    while not server.started and time.monotonic() < end:
        time.sleep(0.02)
    try:
        port = server.servers[0].sockets[0].getsockname()[1]
        with socket.create_connection(("127.0.0.1", port), timeout=30) as slow:
            slow.sendall(sent)
            began = time.monotonic()
            while slow.recv(65536):
                pass
            assert time.monotonic() - began < 20
    finally:
        server.should_exit = True
        thread.join(30)


def test_who_is_answered_by_a_server_that_ends_is_told_so(folder: Path) -> None:
    told: list[Any] = []

    async def ends(*_: Any) -> None:
        raise asyncio.CancelledError

    async def send(message: Any) -> None:
        told.append(message)

    scope = {"type": "http", "method": "GET", "path": "/", "query_string": b"", "headers": [(b"host", b"127.0.0.1")]}
    asyncio.run(guard.Guard(ends, Settings(folder))(scope, None, send))
    assert told[0]["status"] == 503
    assert b"come again" in told[1]["body"]
