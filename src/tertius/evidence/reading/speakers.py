"""Those who speak for a state or organisation without being named by office: data/speakers.yaml, a line each."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from functools import cache

from tertius.errors import DataError
from tertius.evidence.reading.words import checked, read_table

KEYS = ("code", "names", "from", "to")


@dataclass(frozen=True, slots=True)
class Speaker:
    """Who speaks for an actor, by these names, from one day to another."""

    code: str
    names: tuple[str, ...]
    since: date | None
    until: date | None


@cache
def speakers(text: str | None = None) -> tuple[Speaker, ...]:
    """Return the table of speakers, the shipped one or another of its form. Raises DataError."""
    found = []
    for number, row in enumerate(read_table("speakers.yaml", ("speakers",), text)["speakers"], 1):
        place = f"speakers.yaml, line {number} of speakers"
        held = checked(row, KEYS, place, ("code", "names"))
        names = tuple(name.strip() for name in str(held["names"]).split("|"))
        found.append(Speaker(str(held["code"]), names, _day(held.get("from"), place), _day(held.get("to"), place)))
    return tuple(found)


def _day(value: object, place: str) -> date | None:
    if value is None or isinstance(value, date):
        return value
    try:
        return date.fromisoformat(str(value))
    except ValueError as error:
        raise DataError(place, f"the day {value!r}", "YYYY-MM-DD", "write a day") from error


def named() -> Iterator[tuple[str, Speaker]]:
    """Yield (full name, speaker): the names that count wherever they stand."""
    for speaker in speakers():
        for name in speaker.names:
            if " " in name:
                yield name, speaker
