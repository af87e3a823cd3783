"""Which vintages of a store count: those known on a day, without those that are held back."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date

from tertius.evidence.events import EventRecord, Events, superseded
from tertius.evidence.index import Vintage
from tertius.evidence.observations import Note
from tertius.evidence.registry import Source, sources

LET_IN = "to let it in: tertius data accept"


def by_day_known(vintages: Sequence[Vintage]) -> list[Vintage]:
    """Return the vintages that count by the day they were known, and within a day by their lines."""
    return sorted((vintage for vintage in vintages if vintage.held is None), key=lambda vintage: vintage.known)


def waiting(vintages: Sequence[Vintage]) -> list[Vintage]:
    """Return the vintages that are held back and were not let in since."""
    let_in = {_key(vintage) for vintage in vintages if vintage.held is None}
    return [vintage for vintage in vintages if vintage.held is not None and _key(vintage) not in let_in]


def _key(vintage: Vintage) -> tuple[str, str, str, str]:
    return vintage.source, vintage.name, vintage.sha256, vintage.retrieved


def held_back(vintages: Sequence[Vintage], known_by: date | None = None) -> tuple[Note, ...]:
    """Return a note on each vintage that waits and was known by a day."""
    return tuple(
        Note("held back", vintage.name, f"held back: {vintage.held}; {LET_IN} {vintage.source}", vintage.source)
        for vintage in waiting(vintages)
        if known_by is None or vintage.known <= known_by
    )


def newest_by_name(ordered: Sequence[Vintage]) -> dict[str, Vintage]:
    """Return the last vintage of each file."""
    return {vintage.name: vintage for vintage in ordered}


def choose(own: Sequence[Vintage], known_by: date | None, source: Source) -> tuple[list[Vintage], list[str]]:
    """Return the vintages of one source that count on a day, what was known first first, and what to say about them."""
    ordered = by_day_known(own)
    known = [vintage for vintage in ordered if known_by is None or vintage.known <= known_by]
    if known or not ordered:
        return by_line(newest_by_name(known).values(), ordered), []
    oldest = {vintage.name: vintage for vintage in reversed(ordered)}
    first = ordered[0].known
    note = (
        f"{source.name}: no vintage from {known_by} or before; the oldest, from {first}, is cut at {known_by}. It may "
        f"hold later revisions, and days that were not yet published then (about {source.model.lag_days} days)"
    )
    return by_line(oldest.values(), ordered), [note]


def by_line(chosen: Iterable[Vintage], ordered: Sequence[Vintage]) -> list[Vintage]:
    """Return some of `ordered` in its order."""
    kept = {id(vintage) for vintage in chosen}
    return [vintage for vintage in ordered if id(vintage) in kept]


def around(ordered: Sequence[Vintage], vintage: Vintage) -> list[Vintage]:
    """Return the newest vintages of the source's other files that end before a vintage begins or begin after it."""
    others = [
        each
        for each in newest_by_name([one for one in ordered if one.source == vintage.source and one.usable]).values()
        if each.name != vintage.name and each.first and each.last
    ]
    earlier = [each for each in others if vintage.first and str(each.last) < vintage.first]
    later = [each for each in others if vintage.last and str(each.first) > vintage.last]
    return [
        *([max(earlier, key=lambda each: str(each.last))] if earlier else []),
        *([min(later, key=lambda each: str(each.first))] if later else []),
    ]


def together(
    place: str, known_by: date | None, found: Sequence[tuple[str, EventRecord]], notes: Sequence[str]
) -> Events:
    """Return events of several sources; a vetted source takes the place of its candidates for the days it covers."""
    kept, said = list(found), list(notes)
    for source in sources().values():
        if source.supersedes:
            kept, gone = superseded(kept, source.name, source.supersedes)
            if gone:
                named = f"{gone} events of {source.supersedes}"
                said.append(f"{source.name} takes the place of {named}; name that source to have them")
    return Events(place, known_by, tuple(kept), tuple(dict.fromkeys(said)))


def strange(vintages: Sequence[Vintage]) -> list[str]:
    """Return what to say about vintages of sources that this version does not have."""
    names = sorted({vintage.source for vintage in vintages if vintage.source not in sources()})
    return [f"source {name!r} is not known to this version; its files are not read" for name in names]
