"""Download over a network that fails: resumed, checked for length, retried a few times, limited in size and time.

What has arrived stays in NAME.part beside NAME.json, which holds the server's mark of that version (ETag or
Last-Modified). The next attempt asks for the rest of that version alone (Range, If-Range); a server that has another
version by now, or knows no ranges, sends all of it and the download starts over. Only http and https are spoken, also
after a redirect; no other handler is installed.
"""

from __future__ import annotations

import hashlib
import http.client
import json
import time
import urllib.error
import urllib.request
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, date, datetime
from email.message import Message
from pathlib import Path
from typing import IO, Any
from urllib.parse import urlsplit

from tertius.errors import DataError, OptionError
from tertius.evidence.store import Store, Vintage, locked

LIMIT = 2 << 30
BLOCK = 1 << 16
AGENT = "tertius-data/1 (+python-urllib)"
RETRIED = frozenset({408, 425, 429, 500, 502, 503, 504})


@dataclass(frozen=True)
class Download:
    """A file that arrived whole."""

    name: str
    address: str
    data: bytes
    sha256: str
    retrieved: str
    """UTC, ISO 8601."""


class _Again(Exception):
    """An attempt failed in a way that another may not."""


class _OnlyWeb(urllib.request.HTTPRedirectHandler):
    def redirect_request(
        self, req: urllib.request.Request, fp: IO[bytes], code: int, msg: str, headers: Any, newurl: str
    ) -> urllib.request.Request | None:
        check_address(newurl, f"redirect from {req.full_url}")
        return super().redirect_request(req, fp, code, msg, headers, newurl)


def check_address(address: str, place: str = "address") -> None:
    """Refuse what is not http or https, or carries a password. Raises DataError."""
    try:
        parts = urlsplit(address)
        good = parts.scheme in ("http", "https") and bool(parts.hostname) and parts.username is None
    except ValueError:
        good = False
    if not good:
        fix = "name the publisher's address; for a file on this machine: tertius data add FILE --as SOURCE"
        raise DataError(place, address, "an http or https address without a password", fix)


@dataclass(frozen=True)
class Client:
    """How to download. Durations in seconds."""

    folder: Path
    """Where parts are kept."""
    timeout: float = 30.0
    """Longest silence."""
    patience: float = 900.0
    """Longest attempt."""
    attempts: int = 4
    wait: float = 1.0
    """Before the second attempt; doubled before each further one."""
    limit: int = LIMIT
    """Largest file, bytes."""
    sleep: Callable[[float], None] = time.sleep

    @property
    def today(self) -> date:
        """The day in UTC."""
        return datetime.now(UTC).date()

    def get(self, address: str, name: str, limit: int | None = None) -> Download:
        """Download one file. Raises DataError that names the address; what arrived is kept for the next time."""
        check_address(address)
        part = self.folder / f"{hashlib.sha256(address.encode()).hexdigest()[:20]}.part"
        most = min(self.limit, limit or self.limit)
        try:
            with locked(part.with_suffix(".lock")):
                self._try(address, part, most)
                data = part.read_bytes()
                part.unlink()
                part.with_suffix(".json").unlink(missing_ok=True)
        except OSError as error:
            fix = "free some space, or name another --store"
            given = f"it cannot be written ({error.strerror or error})"
            raise DataError(f"{error.filename or self.folder}", given, "a folder that can be written", fix) from error
        now = datetime.now(UTC).isoformat(timespec="seconds")
        return Download(name, address, data, hashlib.sha256(data).hexdigest(), now)

    def _try(self, address: str, part: Path, most: int) -> None:
        reason = ""
        for attempt in range(self.attempts):
            if attempt:
                self.sleep(self.wait * 2 ** (attempt - 1))
            try:
                self._attempt(address, part, most)
                return
            except _Again as again:
                reason = str(again)
        have = part.stat().st_size if part.exists() else 0
        kept = (
            f"; it resumes after the {have} bytes that arrived" if part.with_suffix(".json").exists() and have else ""
        )
        raise DataError(
            address, f"{reason}, {self.attempts} attempts", "the whole file", f"run the same command again later{kept}"
        )

    def _attempt(self, address: str, part: Path, most: int) -> None:
        """Raises _Again, DataError or OSError of the local disk."""
        have, mark = self._kept(part)
        request = urllib.request.Request(address, headers={"User-Agent": AGENT, "Accept-Encoding": "identity"})
        if have:
            request.add_header("Range", f"bytes={have}-")
            request.add_header("If-Range", mark)
        answer = self._open(request, part)
        with answer:
            start, total = self._extent(answer, address, have, mark, part)
            if total is not None and total > most:
                raise DataError(address, f"a file of {total} bytes", f"at most {most} bytes", "check the address")
            new = _mark(answer.headers)
            side = part.with_suffix(".json")
            if start == 0:
                part.write_bytes(b"")
                side.write_text(json.dumps({"mark": new})) if new else side.unlink(missing_ok=True)
            size = self._receive(answer, address, part, start, most)
        if total is not None and size != total:
            if size > total:
                part.unlink()
            raise _Again(f"cut off: {size} of {total} bytes arrived")

    def _open(self, request: urllib.request.Request, part: Path) -> Any:
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
                raise _Again(f"the server answered {error.code} {error.reason}") from error
            fix = "check the address; publishers move files: name the new one with --from"
            raise DataError(request.full_url, f"{error.code} {error.reason}", "200 OK", fix) from error
        except TimeoutError as error:
            raise _Again(f"no answer within {self.timeout:g} seconds") from error
        except urllib.error.URLError as error:
            late = isinstance(error.reason, TimeoutError)
            raise _Again(
                f"no answer within {self.timeout:g} seconds" if late else f"no connection ({error.reason})"
            ) from error
        except (OSError, http.client.HTTPException) as error:
            raise _Again(f"broken connection ({str(error) or type(error).__name__})") from error

    def _extent(self, answer: Any, address: str, have: int, mark: str, part: Path) -> tuple[int, int | None]:
        """Where the answer begins, and the length of the whole file. Raises _Again, DataError."""
        headers = answer.headers
        if headers.get("Content-Encoding", "identity") != "identity":
            given = f"content encoded as {headers['Content-Encoding']}"
            raise DataError(address, given, "the file as it is", "name another address with --from")
        if answer.status == 206:
            span, _, whole = headers.get("Content-Range", "").removeprefix("bytes ").partition("/")
            begins = span.partition("-")[0]
            if begins != str(have) or (_mark(headers) or mark) != mark:
                part.unlink(missing_ok=True)
                raise _Again("the server sent another range or version than asked for")
            return have, int(whole) if whole.isdigit() else None
        if answer.status != 200:
            raise DataError(address, f"status {answer.status}", "200 OK", "check the address")
        length = headers.get("Content-Length", "")
        return 0, int(length) if length.isdigit() else None

    def _receive(self, answer: Any, address: str, part: Path, start: int, most: int) -> int:
        size = start
        ends = time.monotonic() + self.patience
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
                    raise DataError(address, f"more than {most} bytes", f"at most {most} bytes", "check the address")
                file.write(block)
                if time.monotonic() > ends:
                    raise _Again(f"too slow: {size} bytes in {self.patience:g} seconds")

    def _kept(self, part: Path) -> tuple[int, str]:
        """Bytes that can be resumed, and the mark of their version; (0, "") for none."""
        try:
            mark = json.loads(part.with_suffix(".json").read_text())["mark"]
            return (part.stat().st_size, mark) if isinstance(mark, str) and mark else (0, "")
        except (OSError, ValueError, KeyError, TypeError):
            return 0, ""


def _mark(headers: Message) -> str:
    """A strong ETag, else Last-Modified, else nothing."""
    tag = headers.get("ETag", "")
    return tag if tag and not tag.startswith("W/") else headers.get("Last-Modified", "")


def pull(store: Store, source: str, address: str | None = None, client: Client | None = None) -> list[Vintage]:
    """Download what a source has, check it by parsing it, and keep it. What was there before stays.

    Args:
        store: where to keep it.
        source: name of the source.
        address: another address than the publisher's.
        client: how to download.

    Raises:
        UnknownName: no such source.
        DataError: nothing could be downloaded, or it is damaged.
    """
    from tertius.evidence.registry import source_named

    owner = source_named(source)
    used = client or Client(store.folder / "incoming")
    if address == "":
        raise OptionError("--from", address, "an http or https address", "name one, or leave it out")
    found = owner.fetch(used, address or owner.address)
    return [store.add(each.data, source, each.name, each.address) for each in found]
