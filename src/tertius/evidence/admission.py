"""What a store takes: files that can be parsed, hold something, and are not from the future."""

from __future__ import annotations

from datetime import date, timedelta

from tertius.errors import DataError, OptionError
from tertius.evidence.files import printable
from tertius.evidence.observations import Note, Parsed
from tertius.evidence.plausible import possible
from tertius.evidence.registry import Source


def checked(data: bytes, name: str, owner: Source, today: date) -> Parsed:
    """Return what a file says, without values that cannot be, or of days to come. Raises DataError."""
    if printable(name) != name:
        raise DataError(printable(name), "a name that is not UTF-8", "a name in UTF-8", "rename the file")
    if len(data) > owner.limit:
        raise DataError(name, f"{len(data)} bytes", f"at most {owner.limit} bytes", "check what it is")
    parsed = possible(owner.parse(data, name), owner, name, today)
    if parsed.last is None and not parsed.monthly and not owner.events:
        raise DataError(name, f"{parsed.rows} rows without any value", "one value or more", "get the file again")
    return parsed


def check_days(parsed: Parsed, today: date, name: str) -> None:
    """Refuse events of days that are yet to come; a day is left for clocks and time zones. Raises DataError."""
    written = parsed.latest_written
    if written is not None and written > today + timedelta(days=1):
        fix = "check this machine's clock, or get the file again"
        raise DataError(name, f"rows of {written}, beyond the day of retrieval", f"days up to {today}", fix)


def notes_of(parsed: Parsed, today: date, name: str) -> tuple[Note, ...]:
    """What a file's reader should know, and whether it names days to come (a day of slack, for time zones)."""
    last = parsed.latest_written
    if last is None or last <= today + timedelta(days=1):
        return parsed.notes
    ahead = f"rows up to {last}, but today is {today}; what lies ahead cannot have been observed: check the file"
    return (*parsed.notes, Note("doubtful", name, ahead))


def day_published(published: date | None, today: date, name: str, parsed: Parsed, owner: Source) -> date | None:
    """Return the day a file came out: the one given, else the one that its name says; None where neither is there.

    Raises:
        OptionError: a day that is given lies ahead, or before what the file knows of.
        DataError: the file's name says a day that lies ahead.
    """
    written = parsed.latest_written
    if published is None:
        by_name = owner.stamp(name)
        if by_name is not None and by_name > today + timedelta(days=1):
            raise DataError(name, f"a name of {by_name}", f"a day up to today, {today}", "correct the file's name")
        return None if by_name is None else min(by_name, today)
    if published > today:
        raise OptionError("--published", str(published), f"a day up to today, {today}", "correct the date")
    if written is not None and published < written:
        given = f"{published}, for {name}, which knows of {written}"
        fix = "name the day this version came out, or leave --published out"
        raise OptionError("--published", given, f"a day from {written} to today, {today}", fix)
    return published
