"""The lines of a store's index: one record for each vintage, checked when it is read."""

from __future__ import annotations

import json
import re
from dataclasses import asdict, dataclass, fields
from datetime import UTC, date, datetime, timedelta
from typing import Any

from tertius.errors import DataError, nearest

SHA256 = re.compile(r"[0-9a-f]{64}", re.ASCII)
SHOWN = 60
MAY_BE_NULL = ("published", "first", "last", "held")
FIX = "delete the line and add its file again; objects are kept"


@dataclass(frozen=True)
class Vintage:
    """One line of the index. `held` and `notes` may be missing from a line of an older version."""

    source: str
    name: str
    sha256: str
    bytes: int
    retrieved: str
    """When it was added: UTC, ISO 8601."""
    published: str | None
    """The day it was published, where that is known."""
    origin: str
    """Address or file that it came from."""
    usable: bool
    """False for a file that is kept as it came and cannot be parsed."""
    rows: int
    first: str | None
    last: str | None
    held: str | None = None
    """Why it is held back: it does not count until a later line of the same file has none."""
    notes: tuple[tuple[str, str], ...] = ()
    """(kind, text) of what a reader should know."""

    @property
    def known(self) -> date:
        """The day from which on it was known: published, else retrieved."""
        return date.fromisoformat(self.published or self.retrieved[:10])


def line_of(vintage: Vintage) -> bytes:
    """Return the line for a vintage, with its line break."""
    return json.dumps(asdict(vintage), ensure_ascii=False).encode() + b"\n"


def is_json(line: bytes) -> bool:
    """Whether a line is JSON to its end: a record that was cut off is not."""
    try:
        json.loads(line)
    except (ValueError, RecursionError):
        return False
    return True


def vintage_of(line: bytes, place: str) -> Vintage:
    """Return the vintage of a line. Raises DataError that names `place`, what is wrong and the fix."""
    try:
        told = json.loads(line)
    except RecursionError as error:
        raise _spoilt(place, "brackets nested too deep", "one JSON record") from error
    except ValueError as error:
        raise _spoilt(place, f"a line that cannot be read ({error})", "one JSON record") from error
    if not isinstance(told, dict):
        raise _spoilt(place, f"a line that is no record: {_shown(told)}", "one JSON record")
    keys = [field.name for field in fields(Vintage)]
    told = {"held": None, "notes": [], **told}
    strange = next((key for key in told if key not in keys), None)
    if strange is not None:
        close = nearest(strange, keys)
        raise _spoilt(place, f"key {_shown(strange)}", ", ".join(keys) + (f"; nearest: {close}" if close else ""))
    for key in keys:
        if key not in told:
            raise _spoilt(place, f"no key {key}", ", ".join(keys))
        allowed = _wrong(key, told[key])
        if allowed:
            raise _spoilt(f"{place}, {key}", _shown(told[key]), allowed)
    return Vintage(**told | {"notes": tuple((kind, text) for kind, text in told["notes"])})


def _wrong(key: str, value: Any) -> str:
    """What is allowed for a key, where the value is not; "" where it is."""
    if key == "notes":
        is_pairs = isinstance(value, list) and all(isinstance(one, list) and len(one) == 2 for one in value)
        is_text = is_pairs and all(isinstance(part, str) and _is_unicode(part) for one in value for part in one)
        return "" if is_text else "a list of [kind, text]"
    if key == "usable":
        return "" if isinstance(value, bool) else "true or false"
    if key in ("bytes", "rows"):
        return "" if type(value) is int and value >= 0 else "a whole number, 0 or more"
    if key in MAY_BE_NULL and value is None:
        return ""
    if not isinstance(value, str) or not _is_unicode(value):
        return "text" + (" or null" if key in MAY_BE_NULL else "")
    if key in ("source", "name") and not value:
        return "text that is not empty"
    if key == "sha256":
        return "" if SHA256.fullmatch(value) else "64 digits of 0-9 and a-f"
    if key in ("published", "first", "last"):
        day = _day(value)
        latest = _latest() if key == "published" else date.max
        return "" if day and day <= latest else f"a day as YYYY-MM-DD, not after {latest}"
    if key == "retrieved":
        moment = _moment(value)
        return "" if moment and moment <= _latest() else f"a time as YYYY-MM-DDTHH:MM:SS+00:00, not after {_latest()}"
    return ""


def _latest() -> date:
    """The last day that can have been written: tomorrow, for clocks that differ."""
    return datetime.now(UTC).date() + timedelta(days=1)


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text) if len(text) == len("YYYY-MM-DD") and text[4] == "-" == text[7] else None
    except ValueError:
        return None


def _moment(text: str) -> date | None:
    try:
        datetime.fromisoformat(text)
    except ValueError:
        return None
    return _day(text[:10])


def _is_unicode(text: str) -> bool:
    try:
        text.encode()
    except UnicodeEncodeError:
        return False
    return True


def _shown(value: Any) -> str:
    """JSON in ASCII, cut."""
    try:
        text = json.dumps(value)
    except RecursionError:
        text = "brackets nested too deep"
    return text if len(text) <= SHOWN else f"{text[:SHOWN]}..."


def _spoilt(place: str, given: str, allowed: str) -> DataError:
    return DataError(place, given, allowed, FIX)
