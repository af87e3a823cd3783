"""Who speaks: the prefix of a transcript's line, the body in a statement's title, and spokesmen by name.

`data/speakers.yaml` names those who speak for a state or organisation; a line each.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from functools import cache
from typing import TYPE_CHECKING

from tertius.errors import DataError
from tertius.evidence.reading.words import checked, read_table

if TYPE_CHECKING:
    from tertius.evidence.reading.gazetteer import Mention

KEYS = ("code", "names", "from", "to")
ABOUT = re.compile(r"\b(?:on|regarding|concerning|over|about|following|at|to|in connection|against)\b", re.I)
ISSUER = re.compile(
    r"\b(?:ministry|government|embassy|presidency|office|department|mission|representative|governments)\b", re.I
)


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


def voice_of(label: str, day: date | None) -> tuple[str, ...]:
    """Return the actors that the prefix of a line stands for."""
    from tertius.evidence.reading.gazetteer import find

    for mention in (*find(label), *find(label.title())):
        if any(name.in_office(day) for name in mention.names):
            return (mention.code or "",)
    last = label.split(",")[0].rsplit(" ", 1)[-1].casefold()
    for speaker in speakers():
        in_office = (speaker.since is None or day is None or speaker.since <= day) and (
            speaker.until is None or day is None or day <= speaker.until
        )
        if in_office and any(name.casefold() in (last, label.casefold()) for name in speaker.names):
            return (speaker.code,)
    return ()


def title_voice(text: str, mentions: tuple[Mention, ...]) -> tuple[str, ...]:
    """Return the actors whose body issues a statement, by its title."""
    from tertius.evidence.reading.gazetteer import find

    if text.isupper():
        mentions = tuple(find(text, capitals=True))
    issuer = ISSUER.search(text)
    about = next(
        (found.start() for found in ABOUT.finditer(text) if issuer is None or found.start() > issuer.end()), len(text)
    )
    heads = [mention for mention in mentions if mention.start < about]
    if issuer is None:
        return tuple(dict.fromkeys(mention.code for mention in heads[:1]))
    behind = [mention for mention in heads if mention.start > issuer.end()]
    if issuer[0].lower() == "governments" or "joint" in text.lower():
        return tuple(dict.fromkeys(mention.code for mention in heads))
    chosen = behind[:1] or heads[-1:]
    return tuple(dict.fromkeys(mention.code for mention in chosen))
