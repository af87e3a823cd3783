"""What a store takes: files that can be parsed, hold something, and are not from the future."""

from __future__ import annotations

from datetime import date, timedelta

from tertius.errors import DataError, OptionError
from tertius.evidence.files import printable
from tertius.evidence.observations import Parsed
from tertius.evidence.registry import Source


def checked(data: bytes, name: str, owner: Source) -> Parsed | None:
    """Return a file as parsed; None for one that is kept as it came. Raises DataError."""
    if printable(name) != name:
        raise DataError(printable(name), "a name that is not UTF-8", "a name in UTF-8", "rename the file")
    if len(data) > owner.limit:
        raise DataError(name, f"{len(data)} bytes", f"at most {owner.limit} bytes", "check what it is")
    for ending, mark in owner.raw:
        if name.lower().endswith(ending):
            if not data.startswith(mark):
                given = f"a file that begins with {data[:20]!r}"
                fix = "get the file itself, not a page about it"
                raise DataError(name, given, f"a {ending} file, which begins with {mark!r}", fix)
            return None
    parsed = owner.parse(data, name)
    if parsed.last is None and not parsed.monthly and not owner.events:
        raise DataError(name, f"{parsed.rows} rows without any value", "one value or more", "get the file again")
    return parsed


def check_days(parsed: Parsed, today: date, name: str) -> None:
    """Refuse events of days that are yet to come; a day is left for clocks and time zones. Raises DataError."""
    written = parsed.latest_written
    if written is not None and written > today + timedelta(days=1):
        fix = "check this machine's clock, or get the file again"
        raise DataError(name, f"rows of {written}, beyond the day of retrieval", f"days up to {today}", fix)


def notes_of(parsed: Parsed | None, today: date, name: str) -> tuple[str, ...]:
    """What was mended in a file, and whether it names days that have not come (a day of slack, for time zones)."""
    if parsed is None:
        return ()
    last = parsed.latest_written
    if last is None or last <= today + timedelta(days=1):
        return parsed.notes
    ahead = (
        f"{name}: rows up to {last}, but today is {today}; what lies ahead cannot have been observed: check the file"
    )
    return (*parsed.notes, ahead)


def check_published(published: date, today: date, name: str, parsed: Parsed | None) -> None:
    """Refuse a day of publication to come, or before what the file knows of. Raises OptionError."""
    if published > today:
        raise OptionError("--published", str(published), f"a day up to today, {today}", "correct the date")
    written = parsed.latest_written if parsed else None
    if written is not None and published < written:
        given = f"{published}, for {name}, which knows of {written}"
        fix = "name the day this version came out, or leave --published out"
        raise OptionError("--published", given, f"a day from {written} to today, {today}", fix)
