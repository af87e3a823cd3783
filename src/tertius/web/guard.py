"""Who may ask and what: hosts, origins, the token, the size and number of requests, and what browsers may load.

See docs/workbench/safety.md for the reasons.
"""

from __future__ import annotations

import hmac
import json
import logging
import time
from collections import OrderedDict, deque
from http.cookies import SimpleCookie
from typing import Any
from urllib.parse import urlsplit

from tertius.visible import visible
from tertius.web.settings import Settings

LOG = logging.getLogger("tertius.web")
READING = ("GET", "HEAD", "OPTIONS")
COOKIE = "tertius-token"
MOST_CLIENTS = 10_000
POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self'; "
    "font-src 'self'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'"
)
EMBEDDED = POLICY.replace("frame-ancestors 'none'", "frame-ancestors *")
HEADERS = {
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=()",
}


class TooLarge(Exception):
    """A body larger than is taken."""


class Guard:
    """ASGI middleware: refuses a request that should not be answered, and dresses every answer."""

    def __init__(self, app: Any, settings: Settings) -> None:
        self.app = app
        self.settings = settings
        self._asked: OrderedDict[str, deque[float]] = OrderedDict()

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        if scope["type"] != "http":
            if scope["type"] == "lifespan":
                await self.app(scope, receive, send)
            return
        headers = {name.decode("latin-1").lower(): value.decode("latin-1") for name, value in scope["headers"]}
        refused = self._refused(scope, headers)
        if refused is not None:
            status, place, allowed, fix = refused
            self._log(scope, status, place)
            await _answer(send, status, place, allowed, fix)
            return
        taken = 0

        async def limited() -> Any:
            nonlocal taken
            message = await receive()
            taken += len(message.get("body", b""))
            if taken > self.settings.most_body:
                raise TooLarge
            return message

        started = False

        async def dressed(message: Any) -> None:
            nonlocal started
            if message["type"] == "http.response.start":
                started = True
                message = {**message, "headers": [*message["headers"], *_dress(scope["path"], message["headers"])]}
            await send(message)

        try:
            await self.app(scope, limited, dressed)
        except TooLarge:
            self._log(scope, 413, "body")
            if not started:
                most = f"at most {self.settings.most_body:,} bytes"
                await _answer(send, 413, "body", most, "send less")

    def _refused(self, scope: Any, headers: dict[str, str]) -> tuple[int, str, str, str] | None:
        """Why a request is refused: status, place, what is allowed, the fix; None where it is not."""
        settings, method, path = self.settings, scope["method"], scope["path"]
        host = _name(headers.get("host", ""))
        if host not in settings.names:
            allowed = ", ".join(sorted(settings.names))
            return 421, "host", allowed, "use one of these names, or start the server with --name"
        origin = headers.get("origin", "")
        if origin and not _same(origin, headers["host"]):
            return 403, "origin", "this server's own pages", "open the workbench itself"
        if headers.get("sec-fetch-site", "none") not in ("none", "same-origin") and method not in READING:
            return 403, "sec-fetch-site", "this server's own pages", "open the workbench itself"
        if settings.token and not path.startswith("/static/") and not self._known(headers, scope):
            return 401, "token", "the token that the server printed", "open the address that the server printed"
        if method in READING:
            return None
        if settings.read_only:
            return 403, "method", "reading", "this server is read-only; start it without --read-only"
        kind = headers.get("content-type", "").partition(";")[0].strip().lower()
        if kind not in ("application/json", "multipart/form-data", ""):
            return 415, "content-type", "application/json or multipart/form-data", "send one of them"
        if kind == "multipart/form-data" and not origin and "x-tertius" not in headers:
            return 403, "origin", "uploads of this server's own pages", "send the header X-Tertius: 1"
        length = headers.get("content-length", "0")
        if not length.isdecimal() or int(length) > settings.most_body:
            return 413, "content-length", f"at most {settings.most_body:,} bytes", "send less"
        if not self._within_rate(scope):
            return 429, "rate", f"{settings.per_minute} changes a minute", "wait a minute"
        return None

    def _known(self, headers: dict[str, str], scope: Any) -> bool:
        """Whether a request brings the token: as a bearer, as a cookie, or in the address of the first page."""
        told = headers.get("authorization", "").removeprefix("Bearer ").strip()
        cookies = SimpleCookie()
        try:
            cookies.load(headers.get("cookie", ""))
        except Exception:  # noqa: BLE001  # whatever the library makes of a hostile header, it is no cookie
            cookies = SimpleCookie()
        held = cookies[COOKIE].value if COOKIE in cookies else ""
        query = scope["query_string"].decode("latin-1")
        asked = query.removeprefix("token=") if scope["path"] == "/" and query.startswith("token=") else ""
        secret = self.settings.token.encode()
        return any(hmac.compare_digest(secret, each.encode()) for each in (told, held, asked))

    def _within_rate(self, scope: Any) -> bool:
        client = (scope.get("client") or ("",))[0]
        now = time.monotonic()
        times = self._asked.setdefault(client, deque())
        self._asked.move_to_end(client)
        while len(self._asked) > MOST_CLIENTS:
            self._asked.popitem(last=False)
        while times and now - times[0] > 60:
            times.popleft()
        if len(times) >= self.settings.per_minute:
            return False
        times.append(now)
        return True

    def _log(self, scope: Any, status: int, place: str) -> None:
        client = (scope.get("client") or ("?",))[0]
        path = visible(scope["path"])[:200]
        LOG.warning("refused %s %s from %s: %s (%s)", scope["method"], path, client, status, place)


def _name(host: str) -> str:
    """The name in a Host header, without its port."""
    try:
        return (urlsplit(f"//{host}").hostname or "").lower()
    except ValueError:
        return ""


def _same(origin: str, host: str) -> bool:
    try:
        return urlsplit(origin).netloc.lower() == host.lower()
    except ValueError:
        return False


def _dress(path: str, headers: Any) -> list[tuple[bytes, bytes]]:
    own = {name.lower() for name, _ in headers}
    policy = EMBEDDED if path.startswith("/embed/") else POLICY
    told = {**HEADERS, "Content-Security-Policy": policy, "Cache-Control": "no-store"}
    return [(name.encode(), value.encode()) for name, value in told.items() if name.lower().encode() not in own]


async def _answer(send: Any, status: int, place: str, allowed: str, fix: str) -> None:
    told = {"error": {"place": place, "allowed": allowed, "fix": fix}}
    body = json.dumps(told).encode()
    headers = [(b"content-type", b"application/json"), (b"content-length", str(len(body)).encode())]
    await send({"type": "http.response.start", "status": status, "headers": [*headers, *_dress("", headers)]})
    await send({"type": "http.response.body", "body": body})
