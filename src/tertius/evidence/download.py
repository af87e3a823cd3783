"""Download over a network that fails: resumed, checked for length, retried a few times, limited in size and time.

What has arrived stays in NAME.part beside NAME.json, which holds the server's mark of that version (ETag or
Last-Modified). The next attempt asks for the rest of that version alone (Range, If-Range); a server that has another
version by now, or knows no ranges, sends all of it and the download starts over. Only http and https are spoken, also
after a redirect, which may not lead from the world into this machine's network. What a host's robots.txt forbids is
not fetched; a server that answers 429 or 503 with Retry-After is left alone for as long.
"""

from __future__ import annotations

import hashlib
import http.client
import json
import re
import socket
import threading
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime
from email.message import Message
from pathlib import Path
from typing import IO, Any

from tertius.errors import DataError
from tertius.evidence.address import check_address, check_led
from tertius.evidence.files import not_written
from tertius.evidence.lock import locked
from tertius.evidence.manners import Manners
from tertius.evidence.observations import Note
from tertius.nested import read_json

LIMIT = 2 << 30
ROBOTS = 512 << 10
BLOCK = 1 << 16
AGENT = "tertius-data/1 (+python-urllib)"
RETRIED = frozenset({408, 425, 429, 500, 502, 503, 504})
LASTING = frozenset({socket.EAI_NONAME, socket.EAI_SERVICE})  # no such host, no such port
OTHER = "check the address; publishers move files: name the new one with --from"
NUMBER = re.compile(r"[0-9]{1,15}", re.ASCII)


@dataclass(frozen=True)
class Download:
    """A file that arrived whole."""

    name: str
    address: str
    data: bytes
    sha256: str
    retrieved: str
    """UTC, ISO 8601."""
    notes: tuple[Note, ...] = ()


def joined(parts: Sequence[Download], name: str, address: str, data: bytes) -> Download:
    """Return one file made of several that arrived."""
    notes = tuple(dict.fromkeys(note for part in parts for note in part.notes))
    return Download(name, address, data, hashlib.sha256(data).hexdigest(), parts[-1].retrieved, notes)


class _Again(Exception):
    """An attempt failed in a way that another may not; the server may say in how many seconds."""

    def __init__(self, reason: str, after: float = 0.0) -> None:
        super().__init__(reason)
        self.after = after


class _OnlyWeb(urllib.request.HTTPRedirectHandler):
    def http_error_302(self, req: urllib.request.Request, fp: IO[bytes], code: int, msg: str, headers: Any) -> Any:
        try:
            return super().http_error_302(req, fp, code, msg, headers)
        except ValueError as error:  # a Location that cannot be taken apart
            fp.close()
            given = f"a redirect to {headers.get('Location', '')!r} ({error})"
            raise DataError(req.full_url, given, "a redirect to an http or https address", OTHER) from error
        except DataError:
            fp.close()
            raise

    http_error_301 = http_error_303 = http_error_307 = http_error_308 = http_error_302

    def redirect_request(
        self, req: urllib.request.Request, fp: IO[bytes], code: int, msg: str, headers: Any, newurl: str
    ) -> urllib.request.Request | None:
        check_address(newurl, f"redirect from {req.full_url}")
        check_led(newurl, req.full_url)
        return super().redirect_request(req, fp, code, msg, headers, newurl)


@dataclass(frozen=True)
class Client:
    """How to download. Durations in seconds."""

    folder: Path
    """Where parts are kept."""
    timeout: float = 30.0
    """Longest silence."""
    opening: float = 45.0
    """Longest from the beginning of an attempt to the last header, redirects included."""
    patience: float = 900.0
    """Longest wait for one file, all attempts together."""
    attempts: int = 4
    wait: float = 1.0
    """Before the second attempt; doubled before each further one."""
    limit: int = LIMIT
    """Largest file, bytes."""
    pause: float = 0.25
    """Between requests to one host, or longer where its robots.txt asks for it."""
    sleep: Callable[[float], None] = time.sleep
    headers: tuple[tuple[str, str], ...] = ()
    """Sent to the host named, and to no other."""
    ask: str = ""
    """What to do where the server wants to know who asks (401, 403)."""
    manners: Manners = field(default_factory=Manners)
    since: date | None = None
    """First day asked for, of sources that have a file for each day or month."""
    until: date | None = None
    holds: Callable[[str, int], bool] = lambda address, size: False
    """Whether a file from an address, with that many bytes, is in the store already."""

    @property
    def today(self) -> date:
        """The day in UTC."""
        return datetime.now(UTC).date()

    def get(self, address: str, name: str, limit: int | None = None) -> Download:
        """Download one file. Raises DataError that names the address; what arrived is kept for the next time."""
        check_address(address)
        asked = self.manners.check(address, AGENT, self._robots)
        self.manners.keep_distance(address, max(self.pause, asked), self.sleep)
        part = self.folder / f"{hashlib.sha256(address.encode()).hexdigest()[:20]}.part"
        most = min(self.limit, limit or self.limit)
        try:
            with locked(part.with_suffix(".lock"), passing=True):
                try:
                    is_sized = self._try(address, part, most)
                    data = part.read_bytes()
                    _remove(part)
                finally:
                    if not self._kept(part)[0]:
                        _remove(part)
        except OSError as error:
            raise not_written(error, self.folder) from error
        now = datetime.now(UTC).isoformat(timespec="seconds")
        said = "the server did not say how long the file is; it may be cut off"
        notes = () if is_sized else (Note("doubtful", address, said),)
        return Download(name, address, data, hashlib.sha256(data).hexdigest(), now, notes)

    def _robots(self, address: str) -> str:
        """The host's robots.txt, "" where there is none or the host does not answer."""
        part = self.folder / f"{hashlib.sha256(address.encode()).hexdigest()[:20]}.part"
        once = replace(self, attempts=1, limit=ROBOTS)
        try:
            self.folder.mkdir(parents=True, exist_ok=True)
            once._try(address, part, ROBOTS)
            return part.read_text("utf-8", "replace")
        except (DataError, OSError):
            return ""
        finally:
            _remove(part)

    def _try(self, address: str, part: Path, most: int) -> bool:
        """Whether the length of what arrived was checked. Raises DataError, OSError."""
        reason, after = "", 0.0
        ends = time.monotonic() + self.patience
        tried = 0
        while tried < self.attempts and time.monotonic() <= ends:
            if tried:
                self.sleep(max(self.wait * 2 ** (tried - 1), min(after, max(0.0, ends - time.monotonic()))))
            tried += 1
            try:
                return self._attempt(address, part, most, ends)
            except _Again as again:
                reason, after = str(again), again.after
        have = part.stat().st_size if part.exists() else 0
        kept = (
            f"; it resumes after the {have} bytes that arrived" if part.with_suffix(".json").exists() and have else ""
        )
        raise DataError(
            address,
            f"{reason}, {tried} {'attempt' if tried == 1 else 'attempts'}",
            "the whole file",
            f"run the same command again later{kept}",
        )

    def _attempt(self, address: str, part: Path, most: int, ends: float) -> bool:
        """Whether the length was checked. Raises _Again, DataError or OSError of the local disk."""
        have, mark = self._kept(part)
        request = urllib.request.Request(address, headers={"User-Agent": AGENT, "Accept-Encoding": "identity"})
        for header, value in self.headers:
            request.add_unredirected_header(header, value)
        if have:
            request.add_header("Range", f"bytes={have}-")
            request.add_header("If-Range", mark)
        answer = self._open(request, part)
        with answer:
            start, total = self._extent(answer, address, have, mark, part)
            if total is not None and total > most:
                _remove(part)
                raise DataError(address, f"a file of {total} bytes", f"at most {most} bytes", "check the address")
            new = _mark(answer.headers)
            side = part.with_suffix(".json")
            if start == 0:
                part.write_bytes(b"")
                side.write_text(json.dumps({"mark": new})) if new else side.unlink(missing_ok=True)
            size = self._receive(answer, address, part, start, most, ends)
        if total is not None and size != total:
            if size > total:
                part.unlink()
            raise _Again(f"cut off: {size} of {total} bytes arrived")
        return total is not None or answer.headers.get("Transfer-Encoding", "").lower() == "chunked"

    def _open(self, request: urllib.request.Request, part: Path) -> Any:
        """Open in a thread of its own, which is left behind where its headers only drip. Raises _Again, DataError."""
        came: list[Any] = []
        left = threading.Event()

        def wait() -> None:
            try:
                came.append(self._answer(request, part))
                if left.is_set():
                    came[0].close()
            except BaseException as error:  # noqa: BLE001 - raised again by whoever waits
                came.append(error)

        thread = threading.Thread(target=wait, daemon=True)
        thread.start()
        thread.join(self.opening)
        if not came:
            left.set()
            given = f"no whole answer within {self.opening:g} seconds: headers that do not end"
            raise DataError(request.full_url, given, "headers, then the file", "run the same command again later")
        if isinstance(came[0], BaseException):
            raise came[0]
        return came[0]

    def _answer(self, request: urllib.request.Request, part: Path) -> Any:
        opener = urllib.request.OpenerDirector()
        for handler in (
            urllib.request.ProxyHandler(),
            urllib.request.HTTPHandler(),
            urllib.request.HTTPSHandler(),
            urllib.request.HTTPDefaultErrorHandler(),
            urllib.request.HTTPErrorProcessor(),
            urllib.request.UnknownHandler(),
            _OnlyWeb(),
        ):
            opener.add_handler(handler)
        try:
            return opener.open(request, timeout=self.timeout)
        except urllib.error.HTTPError as error:
            error.close()
            if error.code == 416:
                part.unlink(missing_ok=True)
                raise _Again("the server has no such range") from error
            if error.code in RETRIED:
                told = error.headers.get("Retry-After", "").strip()
                after = float(told) if NUMBER.fullmatch(told) else 0.0
                raise _Again(f"the server answered {error.code} {error.reason}", after) from error
            reason = str(error.reason).partition("\n")[0]
            fix = self.ask if error.code in (401, 403) and self.ask else OTHER
            raise DataError(request.full_url, f"{error.code} {reason}", "200 OK", fix) from error
        except TimeoutError as error:
            raise _Again(f"no answer within {self.timeout:g} seconds") from error
        except urllib.error.URLError as error:
            if isinstance(error.reason, socket.gaierror) and error.reason.errno in LASTING:
                raise DataError(
                    request.full_url, f"no such host or port ({error.reason})", "one that exists", OTHER
                ) from error
            late = isinstance(error.reason, TimeoutError)
            raise _Again(
                f"no answer within {self.timeout:g} seconds" if late else f"no connection ({error.reason})"
            ) from error
        except http.client.InvalidURL as error:
            raise DataError(
                request.full_url, f"an address that cannot be asked for ({error})", "another", OTHER
            ) from error
        except (OSError, http.client.HTTPException) as error:
            raise _Again(f"broken connection ({str(error) or type(error).__name__})") from error
        except ValueError as error:  # a host that has no name in the network's own letters
            raise DataError(
                request.full_url, f"an address that cannot be asked for ({error})", "another", OTHER
            ) from error

    def _extent(self, answer: Any, address: str, have: int, mark: str, part: Path) -> tuple[int, int | None]:
        """Where the answer begins, and the length of the whole file. Raises _Again, DataError."""
        headers = answer.headers
        if headers.get("Content-Encoding", "identity") != "identity":
            given = f"content encoded as {headers['Content-Encoding']}"
            raise DataError(address, given, "the file as it is", "name another address with --from")
        if answer.status == 206:
            span, _, whole = headers.get("Content-Range", "").removeprefix("bytes ").partition("/")
            begins = span.partition("-")[0]
            given = f"Content-Range {headers.get('Content-Range', '')[:60]!r}"
            length = _whole_number(whole, given, address) if whole.strip() != "*" else None
            if begins != str(have) or (_mark(headers) or mark) != mark:
                part.unlink(missing_ok=True)
                raise _Again("the server sent another range or version than asked for")
            rest = headers.get("Content-Length")
            if length is None and rest is not None:
                length = have + _whole_number(rest, f"Content-Length {rest[:60]!r}", address)
            return have, length
        if answer.status != 200:
            raise DataError(address, f"status {answer.status}", "200 OK", "check the address")
        told = headers.get("Content-Length")
        return 0, None if told is None else _whole_number(told, f"Content-Length {told[:60]!r}", address)

    def _receive(self, answer: Any, address: str, part: Path, start: int, most: int, ends: float) -> int:
        size = start
        with part.open("r+b") as file:
            file.seek(start)
            file.truncate()
            while True:
                try:
                    block = answer.read1(BLOCK)
                except TimeoutError as error:
                    raise _Again(f"silence for {self.timeout:g} seconds after {size} bytes") from error
                except (OSError, http.client.HTTPException) as error:
                    raise _Again(
                        f"broken connection after {size} bytes ({str(error) or type(error).__name__})"
                    ) from error
                if not block:
                    return size
                size += len(block)
                if size > most:
                    file.close()
                    _remove(part)
                    raise DataError(address, f"more than {most} bytes", f"at most {most} bytes", "check the address")
                file.write(block)
                if time.monotonic() > ends:
                    raise _Again(f"too slow: {size} bytes in {self.patience:g} seconds")

    def _kept(self, part: Path) -> tuple[int, str]:
        """Bytes that can be resumed, and the mark of their version; (0, "") for none."""
        try:
            mark = read_json(part.with_suffix(".json").read_text())["mark"]
            return (part.stat().st_size, mark) if isinstance(mark, str) and mark else (0, "")
        except (OSError, ValueError, KeyError, TypeError):
            return 0, ""


def _mark(headers: Message) -> str:
    """A strong ETag, else Last-Modified, else nothing."""
    tag = headers.get("ETag", "")
    return tag if tag and not tag.startswith("W/") else headers.get("Last-Modified", "")


def _whole_number(text: str, given: str, address: str) -> int:
    if not NUMBER.fullmatch(text.strip()):
        raise DataError(
            address, given, "a number of bytes, in digits 0 to 9", "tell the publisher, or name another --from"
        )
    return int(text)


def _remove(part: Path) -> None:
    part.unlink(missing_ok=True)
    part.with_suffix(".json").unlink(missing_ok=True)
