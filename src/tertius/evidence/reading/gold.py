"""Gold sets: one JSON object a line, a text with the events that a reader should find in it.

    key         what it holds
    text        the text, or a page of HTML
    events      a list of events; `source`, `action`, `target` (or null) and `mode` of each are needed
    id          words or a whole number; published: the day, such as "2024-10-30"
    type, conflict, hard   labels that scores are told by: words, words, a list of words
    optional    a list of events that count neither way, such as "KOR * PRK"

Of an event, `said_by` is an actor or null, `also` lists further actions or whole triples that are right, `modes`
further modes. Further keys are passed over.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from datetime import date
from typing import Any

from tertius.errors import DataError, listed, nearest
from tertius.evidence.reading.records import ACTIONS, MODES

Wrong = tuple[str, str, str, str]
"""Where in a record, what was given, what is allowed, how to put it right."""
RECORD = 'one JSON object a line, such as {"id": "a1", "text": "...", "published": "2024-10-30", "events": []}'
SHOWN = 80
"""Characters of a value that an error shows."""


def read_gold(text: str, place: str) -> list[dict[str, Any]]:
    """Return the records of a gold file, each with its `place`: file and line.

    A byte-order mark is passed over. Lines end at a line feed alone, since JSON's strings may hold other ends.

    Raises:
        DataError: a line that is no record, with its number and key; a file without a record.
    """
    found = []
    for number, line in enumerate(text.removeprefix("\ufeff").split("\n"), 1):
        if not line.strip():
            continue
        where = f"{place}, line {number}"
        try:
            record = json.loads(line)
        except (ValueError, RecursionError) as error:
            raise DataError(where, f"a line that is no JSON ({error})", RECORD, "correct the line") from error
        for key, given, allowed, fix in _faults_of(record):
            raise DataError(f"{where}: {key}" if key else where, given, allowed, fix)
        found.append({**record, "place": where})
    if not found:
        raise DataError(place, "a file without a record", RECORD, "name the file that holds the gold set")
    return found


def _faults_of(record: Any) -> Iterator[Wrong]:
    """Yield what is wrong with a record, first things first."""
    if not isinstance(record, dict):
        yield "", _shown(record), RECORD, "write an object in braces"
        return
    yield from _missing(record, ("text", "events"), "")
    yield from _no_words(record, ("text",), "", "words in quotation marks")
    yield from _no_words(record, ("type", "conflict"), "", "words in quotation marks, or null", may_lack=True)
    if isinstance(key := record.get("id"), bool) or not isinstance(key, str | int | None):
        yield "id", _shown(key), "words in quotation marks, or a whole number", "correct it"
    yield from _no_words(record, ("id",), "", "words") if isinstance(key, str) else ()
    yield from _no_day(record.get("published"))
    yield from _no_list(record, "hard", "", "words")
    yield from _no_list(record, "optional", "", "three parts such as 'KOR * PRK'")
    for place, pattern in enumerate(record.get("optional", ())):
        yield from _no_triple(pattern, f"optional[{place}]", ("*", *ACTIONS))
    if not isinstance(record["events"], list):
        yield "events", _shown(record["events"]), "a list of events; [] for none", "write it in brackets"
        return
    for place, event in enumerate(record["events"]):
        yield from _faults_of_event(event, f"events[{place}]")


def _faults_of_event(event: Any, at: str) -> Iterator[Wrong]:
    """Yield what is wrong with an event."""
    if not isinstance(event, dict):
        yield at, _shown(event), "an object with source, action, target and mode", "write it in braces"
        return
    yield from _missing(event, ("source", "action", "target", "mode"), f"{at}.")
    yield from _no_words(event, ("source",), f"{at}.", "an actor such as 'PER'")
    yield from _no_words(event, ("target", "said_by"), f"{at}.", "an actor such as 'PER', or null", may_lack=True)
    yield from _unknown(event["action"], ACTIONS, f"{at}.action")
    yield from _unknown(event["mode"], MODES, f"{at}.mode")
    yield from _no_list(event, "also", f"{at}.", "actions, or triples such as 'PRK MOBILIZE RUS'")
    for place, other in enumerate(event.get("also", ())):
        if len(other.split()) == 1:
            yield from _unknown(other, ACTIONS, f"{at}.also[{place}]")
        else:
            yield from _no_triple(other, f"{at}.also[{place}]", ACTIONS)
    yield from _no_list(event, "modes", f"{at}.", "modes")
    for place, mode in enumerate(event.get("modes", ())):
        yield from _unknown(mode, MODES, f"{at}.modes[{place}]")


def _missing(held: dict[str, Any], keys: Iterable[str], before: str) -> Iterator[Wrong]:
    for key in keys:
        if key not in held:
            yield f"{before}{key}", "nothing", f"the key {key!r}", f"add {key!r}"


def _no_words(
    held: dict[str, Any], keys: Iterable[str], before: str, allowed: str, may_lack: bool = False
) -> Iterator[Wrong]:
    """Yield what is no string, or one that no file can hold: half of a pair that JSON writes as an escape."""
    for key in keys:
        value = held.get(key)
        if value is None and may_lack:
            continue
        if not isinstance(value, str):
            yield f"{before}{key}", _shown(value), allowed, "correct it"
        elif half := _half_pair(value):
            yield f"{before}{key}", half, "whole characters", "write the character, or both halves of its escape"


def _no_list(held: dict[str, Any], key: str, before: str, of: str) -> Iterator[Wrong]:
    """Yield what is no list of strings; a key that is missing is an empty list."""
    value = held.get(key, [])
    if not isinstance(value, list):
        fix = f"write [{json.dumps(value)}]" if isinstance(value, str) and len(value) < SHOWN else "write a list"
        yield f"{before}{key}", _shown(value), f"a list of {of}", fix
        return
    for place, one in enumerate(value):
        if not isinstance(one, str):
            yield f"{before}{key}[{place}]", _shown(one), of, "correct it"
        elif half := _half_pair(one):
            yield f"{before}{key}[{place}]", half, "whole characters", "write both halves of its escape"


def _no_triple(pattern: str, at: str, actions: tuple[str, ...]) -> Iterator[Wrong]:
    """Yield what is no source, action and target."""
    parts = pattern.split()
    if len(parts) != 3:
        yield at, _shown(pattern), "source, action and target, with spaces between", "write all three; - is nobody"
    else:
        yield from _unknown(parts[1], actions, at)


def _unknown(value: Any, allowed: tuple[str, ...], at: str) -> Iterator[Wrong]:
    """Yield what is not among the allowed words."""
    if value not in allowed:
        close = nearest(value, allowed) if isinstance(value, str) else None
        yield at, _shown(value), listed(allowed), f"use {close!r}" if close else "use one of them"


def _no_day(value: Any) -> Iterator[Wrong]:
    """Yield what is no day; null and an empty string are none."""
    try:
        if value not in (None, ""):
            date.fromisoformat(value)
    except (TypeError, ValueError):
        yield "published", _shown(value), "a day such as '2024-10-30', or null", "correct it"


def _half_pair(text: str) -> str:
    """Where a string holds half of a surrogate pair, in words; empty where it holds none."""
    try:
        text.encode("utf-8")
    except UnicodeEncodeError as error:
        return f"half of a pair, \\u{ord(text[error.start]):04x}, as character {error.start + 1}"
    return ""


def _shown(value: Any) -> str:
    written = json.dumps(value)
    return written if len(written) <= SHOWN else f"{written[:SHOWN]}..."
