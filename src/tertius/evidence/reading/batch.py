"""Many texts at once: JSON lines of {id, text, published} in, one record a line out; a bad line stops none of the
others.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator
from datetime import date
from typing import Any

from tertius.errors import DataError, TertiusError
from tertius.evidence.reading.reader import read_text
from tertius.evidence.reading.records import Reading


def is_lines(name: str, start: bytes) -> bool:
    """Whether a file holds JSON lines: by its name, or because it begins with a JSON object."""
    return name.lower().endswith((".jsonl", ".ndjson")) or start.lstrip()[:2] in (b'{"', b"{ ")


def parse_line(line: str, place: str) -> tuple[Any, str, date | None]:
    """Return id, text and day of a line. Raises DataError."""
    try:
        record = json.loads(line, parse_constant=_no_number)
        text, published, key = record["text"], record.get("published"), record.get("id")
        if not isinstance(text, str):
            raise TypeError("text is no string")
        if not isinstance(key, str | int | None):
            raise TypeError("id is neither words nor a whole number")
        if not isinstance(published, str | None):
            raise TypeError("published is no day in quotation marks")
        return key, text, date.fromisoformat(published) if published else None
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError) as error:
        given = f"a line that cannot be read ({type(error).__name__}: {error})"
        raise DataError(
            place, given, '{"id": ..., "text": "...", "published": "YYYY-MM-DD"}', "correct the line"
        ) from error


def _no_number(name: str) -> None:
    raise ValueError(f"{name} is no number of JSON")


def read_lines(
    lines: Iterable[str],
    name: str,
    published: date | None = None,
    finish: Callable[[Reading], Reading] = lambda reading: reading,
) -> Iterator[tuple[int, dict[str, Any] | None, TertiusError | None]]:
    """Yield (line number, record, error) for each line that is not blank; a record or an error, or both for a text
    refused.
    """
    for number, line in enumerate(lines, 1):
        if not line.strip():
            continue
        place = f"{name}, line {number}"
        try:
            key, text, day = parse_line(line, place)
        except DataError as error:
            yield number, None, error
            continue
        try:
            reading = finish(read_text(text, day or published, place))
        except DataError as error:
            yield number, {"id": key, "events": [], "stances": [], "quantities": [], "error": error.given}, error
            continue
        yield number, {"id": key, **reading.data()}, None
