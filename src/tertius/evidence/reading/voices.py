"""Who speaks: the prefix of a transcript's line, the body in a statement's title, spokesmen by name."""

from __future__ import annotations

import re
from datetime import date

from tertius.evidence.reading.bearers import offices
from tertius.evidence.reading.gazetteer import Mention, find
from tertius.evidence.reading.speakers import speakers

ABOUT = re.compile(r"\b(?:on|regarding|concerning|over|about|following|at|to|in connection|against)\b", re.I)
ISSUER = re.compile(
    r"\b(?:ministry|government|embassy|presidency|office|department|mission|representative|governments)\b", re.I
)


def voice_of(label: str, day: date | None) -> tuple[str, ...]:
    """Return the actors that the prefix of a line stands for."""
    for mention in (*find(label), *find(label.title())):
        if mention.kind == "place" and not offices() & set(re.findall(r"\w+", label.lower())):
            continue  # "PRINCETON LYMAN": a person
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
    if text.isupper():
        mentions = tuple(find(text, capitals=True))
    issuer = ISSUER.search(text)
    about = next(
        (found.start() for found in ABOUT.finditer(text) if issuer is None or found.start() > issuer.end()), len(text)
    )
    heads = [mention for mention in mentions if mention.start < about]
    if issuer is None:
        return tuple(dict.fromkeys(mention.code for mention in heads[:1] if mention.kind != "place"))
    behind = [mention for mention in heads if mention.start > issuer.end()]
    if issuer[0].lower() == "governments" or "joint" in text.lower():
        return tuple(dict.fromkeys(mention.code for mention in heads))
    chosen = behind[:1] or heads[-1:]
    return tuple(dict.fromkeys(mention.code for mention in chosen))
