"""An optional reader: a language model at an address that speaks OpenAI's chat form, one's own machine included.

It is off unless asked for by name, and nothing is sent without a key. What it says is not taken on trust: an event
counts only with actors, action and mode that the reader knows, and with a quote that stands in the text. What fails is
dropped, and said so. It knows no confidence that was measured, so its events carry `CONFIDENCE` and the ground `model`.

The text leaves the machine for the address given, and for nowhere else: redirects are refused, as the key would travel
with them.
"""

from __future__ import annotations

import http.client
import json
import os
import re
import time
import urllib.error
import urllib.request
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from tertius.errors import DataError, OptionError
from tertius.evidence.reading.gazetteer import known_codes, organisations
from tertius.evidence.reading.mapping import mapping
from tertius.evidence.reading.records import ACTIONS, MODES, Dropped, Event, Reading
from tertius.visible import visible

ADDRESS, NAME, KEY = "TERTIUS_MODEL_ADDRESS", "TERTIUS_MODEL_NAME", "TERTIUS_MODEL_KEY"
"""Variables of the environment: base address such as http://localhost:11434/v1, name of the model, key."""
CONFIDENCE = 0.5
CHUNK = 6000
"""Characters of text in one question; a paragraph that is longer is cut at a blank."""
LIMIT = 4 << 20
"""Bytes of an answer; a longer one is refused."""
SHOWN = 200
ASKED = Path(__file__).with_name("data") / "asked.txt"
"""What a model is told before each stretch of text: actors, actions and modes as the rules' own coding has them."""


@dataclass(frozen=True, slots=True)
class Model:
    """A language model as a reader: where it is, what it is called, the key, how long to wait for an answer."""

    address: str
    name: str
    key: str = field(repr=False)
    timeout_s: float = 60.0

    @staticmethod
    def of(address: str = "", name: str = "", timeout_s: float = 60.0) -> Model:
        """The model named by options, else by the environment. Raises OptionError where something is missing."""
        address, name = address or os.environ.get(ADDRESS, ""), name or os.environ.get(NAME, "")
        key = os.environ.get(KEY, "")
        if not _is_address(address):
            fix = f"such as http://localhost:11434/v1; or set {ADDRESS}"
            raise OptionError("--address", address or "nothing", "an http or https address without a password", fix)
        if not name:
            raise OptionError("--model", "nothing", "the model's name at that address", f"name it, or set {NAME}")
        if not key.strip() or not key.isascii() or not key.isprintable():
            fix = f"set {KEY}; a server of your own takes any word. Nothing was sent"
            raise OptionError(KEY, "no key" if not key else "a key that cannot be sent", "a key", fix)
        if not 0 < timeout_s <= 3600:
            raise OptionError("--timeout", timeout_s, "above 0, up to 3600 seconds", "choose another")
        return Model(address.rstrip("/"), name, key, timeout_s)

    def read(self, text: str, published: date | None = None, place: str = "text") -> Reading:
        """Return what the model finds in a text and the text bears out.

        Raises:
            DataError: no answer in time, a refusal, or an answer of another form.
        """
        text = visible(text)
        events: list[Event] = []
        dropped: list[Dropped] = []
        seen: set[tuple[str, ...]] = set()
        for start, end in _chunks(text):
            for row in self._asked(text[start:end], published):
                made = _event(row, text, start, end)
                if isinstance(made, Dropped):
                    dropped.append(made)
                    continue
                key = (made.source, made.action, made.target, made.mode, made.said_by or "")
                if key not in seen:
                    seen.add(key)
                    events.append(made)
        told = f"{place}: read by the model {self.name} at {urlsplit(self.address).netloc}"
        notes = [told]
        if dropped:
            notes.append(f"{place}: {len(dropped)} of the model's events were dropped; the text does not bear them out")
        return Reading(text, tuple(events), (), (), published, tuple(notes), tuple(dropped))

    def _asked(self, text: str, published: date | None) -> list[Any]:
        """The rows of the model's answer for a stretch of text."""
        others = " ".join(organisations())
        asked = ASKED.read_text(encoding="utf-8").format(
            actions=" ".join(ACTIONS), modes=" ".join(MODES), others=others, published=published or "unknown"
        )
        body = {
            "model": self.name,
            "temperature": 0,
            "messages": [{"role": "system", "content": asked}, {"role": "user", "content": text}],
        }
        answer = self._sent(json.dumps(body).encode())
        try:
            said = json.loads(answer)["choices"][0]["message"]["content"]
            found = re.search(r"\{.*\}", said, re.DOTALL)
            rows = json.loads(found[0])["events"] if found else None
        except (ValueError, KeyError, IndexError, TypeError, RecursionError) as error:
            raise self._refused(f"an answer of another form: {_short(answer)}") from error
        if not isinstance(rows, list):
            raise self._refused(f"an answer without events: {_short(answer)}")
        return rows

    def _sent(self, body: bytes) -> bytes:
        headers = {"Content-Type": "application/json", "Authorization": f"Bearer {self.key}"}
        request = urllib.request.Request(f"{self.address}/chat/completions", body, headers, method="POST")
        try:
            with urllib.request.build_opener(_NoRedirect).open(request, timeout=self.timeout_s) as answer:
                data = self._whole(answer)
        except urllib.error.HTTPError as error:
            with error:
                said = _short(error.read(2000))
            raise self._refused(f"status {error.code}: {said or error.reason}") from error
        except TimeoutError as error:
            raise self._refused(f"no answer within {self.timeout_s:g} s") from error
        except (urllib.error.URLError, OSError, http.client.HTTPException, ValueError) as error:
            reason = getattr(error, "reason", error)
            late = isinstance(reason, TimeoutError)
            raise self._refused(
                f"no answer within {self.timeout_s:g} s" if late else f"no answer ({reason})"
            ) from error
        if len(data) > LIMIT:
            raise self._refused(f"an answer of more than {LIMIT >> 20} MB")
        return data

    def _whole(self, answer: Any) -> bytes:
        """All of an answer, within the time, however slowly it drips."""
        end = time.monotonic() + self.timeout_s
        data = b""
        while len(data) <= LIMIT and (block := answer.read1(1 << 16)):
            data += block
            if time.monotonic() > end:
                raise TimeoutError
        return data

    def _refused(self, what: str) -> DataError:
        allowed = "an answer in OpenAI's chat form with the events as JSON"
        fix = "check --address, --model and the key, wait longer with --timeout, or read by the rules alone"
        return DataError(f"model {self.name} at {self.address}", what, allowed, fix)


def _is_address(address: str) -> bool:
    """Whether an address is of http or https, without a name, a password or a query."""
    try:
        parts = urlsplit(address)
        _ = parts.port
    except ValueError:
        return False
    plain = not (parts.username or parts.password or parts.query or parts.fragment)
    return parts.scheme in ("http", "https") and bool(parts.hostname) and plain and address.isprintable()


class _NoRedirect(urllib.request.HTTPRedirectHandler):
    def redirect_request(self, *given: Any, **named: Any) -> None:
        """Follow nothing: the key would travel along."""


def _short(data: bytes) -> str:
    text = " ".join(data.decode("utf-8", "replace").split())
    return text if len(text) <= SHOWN else text[:SHOWN] + "..."


def _chunks(text: str) -> Iterator[tuple[int, int]]:
    """Yield stretches of the text that end with a line, a sentence or a word."""
    start = 0
    while start < len(text):
        end = min(start + CHUNK, len(text))
        if end < len(text):
            cuts = (text.rfind(mark, start + 1, end) for mark in ("\n", ". ", " "))
            end = next((cut + 1 for cut in cuts if cut > start), end)
        if text[start:end].strip():
            yield start, end
        start = end


def _event(row: Any, text: str, start: int, end: int) -> Event | Dropped:
    """The event of a row, or why it is none."""
    held: Mapping[str, Any] = row if isinstance(row, dict) else {}

    def word(name: str) -> str:
        value = held.get(name)
        return value.strip() if isinstance(value, str) else ""

    source, action, target = word("source").upper(), word("action").upper(), word("target").upper()
    mode, said_by, quote = word("mode").lower(), word("said_by").upper(), word("quote")
    what = f"{source or '?'} {action or '?'} {target or '?'} ({mode or '?'})"[:SHOWN]
    span = _place(quote, text, start, end)
    codes = known_codes()
    wrong = _wrong(
        (not held, "a row of another form"),
        (span is None, "its quote does not stand in the text" if quote else "it has no quote"),
        (source not in codes, f"no such actor: {source or 'none'}"),
        (bool(target) and target not in codes, f"no such actor: {target}"),
        (action not in ACTIONS, f"no such action: {action or 'none'}"),
        (mode not in MODES, f"no such mode: {mode or 'none'}"),
        (not target and action not in ("MOBILIZE", "RETREAT"), "nobody is named whom it is done to"),
        (source == target, "both parties are one"),
    )
    if wrong or span is None:
        actors = tuple(code for code in (source, target) if code in codes)
        return Dropped("model", wrong, what, actors, span or (start, start), quote[:SHOWN])
    return Event(
        source=source,
        action=action,
        target=target,
        mode=mode,
        date=_day(word("date")),
        numbers=(),
        place=None,
        span=span,
        quote=text[slice(*span)],
        said_by=said_by if said_by in codes else None,
        confidence=CONFIDENCE,
        trigger="model",
        kind=_kind(action, text[slice(*span)]),
        inferred=("model",),
    )


def _wrong(*checks: tuple[bool, str]) -> str:
    return next((reason for failed, reason in checks if failed), "")


def _place(quote: str, text: str, start: int, end: int) -> tuple[int, int] | None:
    """Where a quote stands, word for word; blanks and line ends count as one."""
    words = quote.split()
    if not words:
        return None
    found = re.compile(r"\s+".join(map(re.escape, words))).search(text, start, end)
    return found.span() if found else None


def _day(written: str) -> str | None:
    try:
        return date.fromisoformat(written).isoformat()
    except ValueError:
        return None


def _kind(action: str, quote: str) -> str | None:
    """The kind of instrument by the words of the quote: no parse tells its object."""
    told = set(re.findall(r"[a-z-]+", quote.lower()))
    stems = told | {word.removesuffix("s") for word in told}
    for row in mapping().kinds:
        if action in row.actions and row.says(quote) and (not row.objects or row.objects & stems):
            return row.kind
    return None


def disagreements(rules: Iterable[Event], model: Iterable[Event]) -> list[tuple[str, str, str]]:
    """What two readers say differently: the event, what the rules and the model say of it ("-" is nothing)."""
    kept: dict[str, tuple[list[str], list[str]]] = {}
    for side, events in enumerate((rules, model)):
        for event in events:
            row = kept.setdefault(f"{event.source} {event.action} {event.target or '-'}", ([], []))[side]
            if event.mode not in row:
                row.append(event.mode)
    return [
        (what, ", ".join(one) or "-", ", ".join(other) or "-")
        for what, (one, other) in kept.items()
        if set(one) != set(other)
    ]
