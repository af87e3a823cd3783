"""Who may ask and what: hosts, origins, the token, the size and number of requests, and what browsers may load.

See docs/workbench/safety.md for the reasons.
"""

from __future__ import annotations

import asyncio
import html
import json
import logging
import re
from dataclasses import dataclass
from typing import Any, Final
from urllib.parse import urlsplit

from starlette.concurrency import run_in_threadpool
from starlette.exceptions import HTTPException

from tertius.secret import is_same
from tertius.visible import visible
from tertius.web.rates import Rate
from tertius.web.room import Room
from tertius.web.settings import GIGABYTE, Settings

LOG = logging.getLogger("tertius.web")
READING = ("GET", "HEAD", "OPTIONS")
METHODS = (*READING, "POST", "PUT", "PATCH", "DELETE")
ONCE = ("host", "origin", "authorization", "content-length", "content-type", "transfer-encoding", "sec-fetch-site")
HOST = re.compile(r"(?:[a-z0-9](?:[a-z0-9.-]{0,252})|\[[0-9a-f:.]{2,45}\])(?::[0-9]{1,5})?", re.IGNORECASE)
MOST_WRONG: Final = 30
"""Wrong tokens that an address may bring in a minute."""
MOST_LOGGED: Final = 120
"""Refusals that are logged in a minute."""
PATIENCE: Final = 20.0
"""Seconds that a body may be silent."""
LONGEST: Final = 120.0
"""Seconds that a body may take in all."""
GONE: Final = "not there any more"
PUT_BACK: Final = "put it back; or stop the server, and start it again"
SECRET = re.compile(r"(/(?:seminars?|estimates)/[^/]+/)[^/]+")
"""Where a path holds the secret of a seat or of an analyst."""
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


class TooLarge(HTTPException):
    """A body larger than is taken."""

    def __init__(self, most: int) -> None:
        super().__init__(413, f"a body of more than {most:,} bytes is not taken; send less")


class TooSlow(HTTPException):
    """A body that does not come."""

    def __init__(self) -> None:
        super().__init__(408, "the rest of the body has not come in time; send it again")


@dataclass(frozen=True)
class Refusal:
    """Why a request is not answered: the status, the place, what it has, what is allowed, the fix."""

    status: int
    place: str
    value: str
    allowed: str
    fix: str


ENDS = Refusal(503, "server", "one that ends", "one that runs", "come again once it is back")


def cookie_name(settings: Settings) -> str:
    """The cookie that holds the token. Cookies do not tell ports apart, so the name does."""
    return f"tertius-token-{settings.port}"


class Guard:
    """ASGI middleware: refuses a request that should not be answered, and dresses every answer."""

    def __init__(self, app: Any, settings: Settings) -> None:
        self.app = app
        self.settings = settings
        self._changes = Rate(settings.per_minute)
        self._wrong = Rate(MOST_WRONG)
        self._logged = Rate(MOST_LOGGED)
        self._room = Room(settings.folder, int(settings.space * GIGABYTE))

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        if scope["type"] == "lifespan":
            await self.app(scope, receive, send)
            return
        if scope["type"] != "http":
            await send({"type": "websocket.close", "code": 1008})  # nothing here speaks it
            return
        pairs = [(name.decode("latin-1").lower(), value.decode("latin-1")) for name, value in scope["headers"]]
        headers = dict(pairs)
        refused = self._malformed(scope, pairs) or self._foreign(scope, headers) or self._unwelcome(scope, headers)
        refused = refused or await self._cramped(scope, headers)
        if refused is not None:
            self._log(scope, refused.status, refused.place)
            await _answer(scope, headers, send, refused)
            return
        started = False

        async def dressed(message: Any) -> None:
            nonlocal started
            if message["type"] == "http.response.start":
                started = True
                message = {**message, "headers": [*message["headers"], *_dress(scope["path"], message["headers"])]}
                if message["status"] in (408, 413):
                    self._log(scope, message["status"], "body")
            await send(message)

        try:
            await self.app(scope, self._limited(receive), dressed)
        except (TooLarge, TooSlow) as error:  # where no handler of the app has told it
            if not started:
                self._log(scope, error.status_code, "body")
                refused = Refusal(error.status_code, "body", "", str(error.detail), "send less, or faster")
                await _answer(scope, headers, send, refused)
        except asyncio.CancelledError:  # the server ends, and cannot wait any longer
            if started:
                raise
            await _answer(scope, headers, send, ENDS)

    def _limited(self, receive: Any) -> Any:
        """What gives the parts of a body, up to a size, and not forever."""
        taken, whole, end = 0, False, asyncio.get_running_loop().time() + LONGEST

        async def limited() -> Any:
            nonlocal taken, whole
            if whole:  # what comes now is that the reader has gone, whenever that is
                return await receive()
            left = min(PATIENCE, end - asyncio.get_running_loop().time())
            try:
                message = await asyncio.wait_for(receive(), max(left, 0.001))
            except TimeoutError:
                raise TooSlow from None
            taken += len(message.get("body", b""))
            if taken > self.settings.most_body:
                raise TooLarge(self.settings.most_body)
            whole = not message.get("more_body", False)
            return message

        return limited

    def _malformed(self, scope: Any, pairs: list[tuple[str, str]]) -> Refusal | None:
        """What no browser sends."""
        method = scope["method"]
        if method not in METHODS:
            return Refusal(405, "method", method[:20], ", ".join(METHODS), "use one of these")
        for name in ONCE:
            if sum(key == name for key, _ in pairs) > 1:
                return Refusal(400, name, "sent more than once", "one header of that name", "send it once")
        if any(ord(sign) < 32 or ord(sign) == 127 for sign in scope["path"]):
            return Refusal(400, "path", visible(scope["path"])[:80], "printable letters", "correct the address")
        return None

    def _foreign(self, scope: Any, headers: dict[str, str]) -> Refusal | None:
        """Another site's request, or one under a name that is not this server's."""
        settings, reading = self.settings, scope["method"] in READING
        host, origin = headers.get("host", ""), headers.get("origin", "")
        if _name(host) not in settings.names:
            allowed = ", ".join(sorted(settings.names))
            fix = "use one of these names, or start the server with --name"
            return Refusal(421, "host", visible(host)[:80], allowed, fix)
        own, fix = "this server's own pages", "open the workbench itself"
        if origin and not _same(origin, host):
            return Refusal(403, "origin", visible(origin)[:80], own, fix)
        site = headers.get("sec-fetch-site", "none")
        if site not in ("none", "same-origin"):
            goes = headers.get("sec-fetch-mode") == "navigate"  # a link leads here, or a frame shows what may be framed
            framed = headers.get("sec-fetch-dest") != "document" and not scope["path"].startswith("/embed/")
            if not (reading and goes) or framed:
                return Refusal(403, "sec-fetch-site", visible(site)[:20], own, fix)
        return None

    def _unwelcome(self, scope: Any, headers: dict[str, str]) -> Refusal | None:
        """Without the token; or a change that is not taken."""
        settings, client = self.settings, (scope.get("client") or ("",))[0]
        if settings.token and not scope["path"].startswith("/static/"):
            brought = self._brought(headers, scope)
            if not any(is_same(settings.token, each) for each in brought):
                # Behind a proxy many share an address: whoever brings the right one is let in, whatever others bring.
                if any(brought) and not self._wrong.count(client):
                    return Refusal(429, "token", "too many wrong ones", f"{MOST_WRONG} a minute", "wait a minute")
                fix = "open the address that the server printed"
                return Refusal(401, "token", "none" if not any(brought) else "another", "the server's token", fix)
        length = headers.get("content-length", "0")
        if not re.fullmatch("[0-9]{1,12}", length) or int(length) > settings.most_body:
            return Refusal(413, "content-length", length[:20], f"at most {settings.most_body:,} bytes", "send less")
        if scope["method"] in READING:
            return None
        if settings.read_only:
            fix = "start it without --read-only"
            return Refusal(403, "method", scope["method"], "reading: this server is read-only", fix)
        kind = headers.get("content-type", "").partition(";")[0].strip().lower()
        empty = length in ("0", "") and "transfer-encoding" not in headers
        if kind not in ("application/json", "multipart/form-data") and not (empty and not kind):
            allowed = "application/json or multipart/form-data"
            return Refusal(415, "content-type", visible(kind)[:60], allowed, "send one of them")
        if kind == "multipart/form-data" and not headers.get("origin") and "x-tertius" not in headers:
            fix = "send the header X-Tertius: 1"
            return Refusal(403, "origin", "none", "uploads of this server's own pages", fix)
        if not self._changes.count(client):
            return Refusal(429, "rate", "too many", f"{settings.per_minute} changes a minute", "wait a minute")
        return None

    async def _cramped(self, scope: Any, headers: dict[str, str]) -> Refusal | None:
        """Where the data folder is gone, or has no room for what would be added."""
        settings = self.settings
        if scope["path"].startswith("/static/"):
            return None
        if not settings.folder.is_dir():
            return Refusal(503, "data folder", GONE, "the folder that the server was started with", PUT_BACK)
        if scope["method"] not in ("POST", "PUT", "PATCH"):
            return None
        size = int(headers.get("content-length") or 0) or settings.most_body * ("transfer-encoding" in headers)
        held = await run_in_threadpool(self._room.take, size)
        if not held:
            return None
        fix = "take cases, results or texts out of the folder, or start the server with more --space"
        return Refusal(507, "data folder", f"{held / GIGABYTE:.2f} GB", f"at most {settings.space:g} GB", fix)

    def _brought(self, headers: dict[str, str], scope: Any) -> tuple[str, str, str]:
        """The tokens that a request brings: as a bearer, as a cookie, in the address of the first page."""
        scheme, _, told = headers.get("authorization", "").partition(" ")
        cookies = dict(part.strip().partition("=")[::2] for part in headers.get("cookie", "").split(";"))
        query = scope["query_string"].decode("latin-1")
        first = scope["path"] == "/" and query.startswith("token=")
        asked = query.removeprefix("token=").partition("&")[0] if first else ""
        return told.strip() if scheme.lower() == "bearer" else "", cookies.get(cookie_name(self.settings), ""), asked

    def _log(self, scope: Any, status: int, place: str) -> None:
        if not self._logged.count(""):
            return  # whoever floods us does not flood the log
        client = (scope.get("client") or ("?",))[0]
        LOG.warning(
            "refused %s %s from %s: %s (%s)", scope["method"][:20], loggable(scope["path"]), client, status, place
        )


def loggable(path: str) -> str:
    """A path as the log has it: on one line, whatever it holds, and without the secrets of seats and analysts."""
    return ascii(SECRET.sub(r"\1...", path))[1:-1][:200]


def _name(host: str) -> str:
    """The name in a Host header, without its port; empty for what is no name."""
    if not HOST.fullmatch(host):
        return ""
    name = host.partition("]")[0].lstrip("[") if host.startswith("[") else host.partition(":")[0]
    return name.lower()


def _same(origin: str, host: str) -> bool:
    try:
        told = urlsplit(origin)
    except ValueError:
        return False
    return told.scheme in ("http", "https") and told.netloc.lower() == host.lower()


def _dress(path: str, headers: Any) -> list[tuple[bytes, bytes]]:
    own = {name.lower() for name, _ in headers}
    policy = EMBEDDED if path.startswith("/embed/") else POLICY
    kept = "no-cache" if path.startswith("/static/") else "no-store"
    told = {**HEADERS, "Content-Security-Policy": policy, "Cache-Control": kept}
    return [(name.encode(), value.encode()) for name, value in told.items() if name.lower().encode() not in own]


async def _answer(scope: Any, headers: dict[str, str], send: Any, why: Refusal) -> None:
    """Tell why: as data, or as a plain page to a browser that wants one."""
    message = f"{why.place}: {why.value or 'nothing'} given, {why.allowed} allowed; {why.fix}"
    if not scope["path"].startswith("/api/") and "text/html" in headers.get("accept", ""):
        kind, body = b"text/html; charset=utf-8", _PAGE.format(html.escape(message)).encode()
    else:
        told = {"place": why.place, "value": why.value, "allowed": why.allowed, "fix": why.fix, "message": message}
        kind, body = b"application/json", json.dumps({"error": told}).encode()
    sent = [(b"content-type", kind), (b"content-length", str(len(body)).encode()), (b"connection", b"close")]
    await send({"type": "http.response.start", "status": why.status, "headers": [*sent, *_dress("", sent)]})
    await send({"type": "http.response.body", "body": b"" if scope["method"] == "HEAD" else body})


_PAGE = (
    '<!DOCTYPE html><html lang="en"><head><meta charset="utf-8"><title>Refused · Tertius</title>'
    '<meta name="viewport" content="width=device-width, initial-scale=1">'
    '<link rel="stylesheet" href="/static/workbench.css"></head>'
    '<body><main><h1>This request is refused</h1><pre class="problem">{}</pre></main></body></html>'
)
