"""Events that a data set codes: who did what to whom on which day, as the reader of texts gives them.

A record is made from a row, or from several rows that say the same. `event` gives the reader's record; what the row
says beyond it (the publisher's number, its own code, the address of an article) stays beside it in `data`.

Repeats: records of one `cluster` are one record. Where they share a number of the publisher's, the later one is a
revision and replaces the earlier; where they do not, their rows and mentions add up.

Time: `known` is the first day on which the publisher can have shown the row, by its own word. A record is known on the
earlier of that day and the day from which on its file was known.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass, replace
from datetime import date
from typing import TYPE_CHECKING, Any

from tertius.errors import UnknownName

if TYPE_CHECKING:
    from tertius.evidence.reading.records import Event, Reading


@dataclass(frozen=True, slots=True)
class EventRecord:
    """One event of a data set."""

    cluster: str
    """What rows have in common that tell of one event."""
    ids: tuple[str, ...]
    """The publisher's numbers of the rows, each once."""
    source: str
    action: str
    """One of PLOVER's."""
    target: str
    """Empty where nobody is named."""
    mode: str
    first: date
    last: date
    day: str
    """The event's date as ISO 8601: a day, or a month or year where no more is known."""
    known: date
    confidence: float
    """How surely the row was coded right, in (0, 1]."""
    code: str
    """The publisher's own code."""
    words: str
    """What the code means, or what the row says, in words."""
    kind: str | None = None
    """Kind of a scenario's instrument, where the code names one."""
    place: str | None = None
    numbers: tuple[tuple[float, str], ...] = ()
    """(value, unit)."""
    mentions: int = 0
    sources: int = 0
    """Most that one row names."""
    address: str = ""

    def event(self) -> Event:
        """Return the reader's record. Its quote is a line made of the row, for a data set quotes no words."""
        from tertius.evidence.reading.records import Amount, Event

        line = f"{self.day}: {self.source} {self.action} {self.target or '-'}, {self.words} (code {self.code})"
        line += f", {self.place}" if self.place else ""
        amounts = []
        for value, unit in self.numbers:
            quote = f"{value:g} {unit}"
            begin = len(line) + 2
            line += f", {quote}"
            amounts.append(Amount(value, unit, quote, (begin, begin + len(quote))))
        if self.mentions:
            line += f", mentions {self.mentions}, sources {self.sources}"
        line += f", row {self.ids[0]}" + (f" and {len(self.ids) - 1} more" if len(self.ids) > 1 else "")
        line += f", {self.address}" if self.address else ""
        return Event(
            source=self.source,
            action=self.action,
            target=self.target,
            mode=self.mode,
            date=self.day,
            numbers=tuple(amounts),
            place=self.place,
            span=(0, len(line)),
            quote=line,
            said_by=None,
            confidence=self.confidence,
            trigger=self.code,
            kind=self.kind,
        )

    def data(self) -> dict[str, Any]:
        """Return it as JSON data: the reader's keys, and ids, code, known, mentions, sources and address."""
        own = {"ids": list(self.ids), "code": self.code, "known": str(self.known)}
        return {
            **asdict(self.event()),
            **own,
            "mentions": self.mentions,
            "sources": self.sources,
            "address": self.address,
        }


@dataclass(frozen=True)
class Events:
    """Events of one or more data sets, by day."""

    place: str
    known_by: date | None
    records: tuple[tuple[str, EventRecord], ...]
    """(source's name, record)."""
    notes: tuple[str, ...]

    def __len__(self) -> int:
        return len(self.records)

    def between(self, first: date | None, last: date | None) -> Events:
        """Return those that have a day from `first` to `last`, both counted in."""
        kept = tuple(
            (name, one)
            for name, one in self.records
            if (first is None or one.last >= first) and (last is None or one.first <= last)
        )
        return replace(self, records=kept)

    def among(self, actors: Sequence[str]) -> Events:
        """Return those between the named actors: source and target are both of them; of one, those it has a part in.

        Raises:
            UnknownName: a code that the gazetteer does not have.
        """
        from tertius.evidence.reading.gazetteer import known_codes

        for actor in actors:
            if actor not in known_codes():
                raise UnknownName("actor", actor, sorted(known_codes()), "use ISO 3166 alpha-3, such as POL")
        wanted = set(actors)
        kept = tuple(
            (name, one)
            for name, one in self.records
            if (wanted & {one.source, one.target} if len(wanted) == 1 else {one.source, one.target} - {""} <= wanted)
        )
        return replace(self, records=kept)

    def reading(self) -> Reading:
        """Return them as a reading: its text has a line for each, which the event quotes."""
        from tertius.evidence.reading.records import Reading

        text = ""
        events = []
        for _, record in self.records:
            event = record.event()
            begin = len(text)
            numbers = tuple(replace(one, span=(one.span[0] + begin, one.span[1] + begin)) for one in event.numbers)
            events.append(replace(event, span=(begin, begin + len(event.quote)), numbers=numbers))
            text += event.quote + "\n"
        known = max((record.known for _, record in self.records), default=None)
        return Reading(text, tuple(events), (), (), known, self.notes)


def combined(records: Iterable[EventRecord]) -> list[EventRecord]:
    """Return one record for each cluster, in order of day; of two with a number in common the later given counts."""
    found: dict[str, EventRecord] = {}
    for record in records:
        before = found.get(record.cluster)
        found[record.cluster] = record if before is None else _both(before, record)
    return sorted(found.values(), key=lambda one: (one.first, one.last, one.cluster))


def _both(before: EventRecord, after: EventRecord) -> EventRecord:
    known = min(before.known, after.known)
    ids = tuple(dict.fromkeys((*before.ids, *after.ids)))
    if set(before.ids) & set(after.ids):
        return replace(after, known=known, ids=ids, mentions=max(before.mentions, after.mentions))
    better = after if after.confidence > before.confidence else before
    return replace(
        better,
        known=known,
        ids=ids,
        mentions=before.mentions + after.mentions,
        sources=max(before.sources, after.sources),
        address=before.address or after.address,
    )


def superseded(
    found: Sequence[tuple[str, EventRecord]], by: str, earlier: str
) -> tuple[list[tuple[str, EventRecord]], int]:
    """Return the records without those of source `earlier` on days that source `by` covers, and how many those are.

    Args:
        found: (source's name, record), as known on a day.
        by: a source whose releases cover whole years.
        earlier: the source whose place it takes.
    """
    years = {one.last.year for name, one in found if name == by}
    if not years:
        return list(found), 0
    kept = [(name, one) for name, one in found if name != earlier or one.last.year > max(years)]
    return kept, len(found) - len(kept)


def as_known(records: Iterable[EventRecord], file_known: date | None, known_by: date | None) -> Iterable[EventRecord]:
    """Yield the records of a file that were known on a day, with the day from which on they were.

    Args:
        records: those of the file.
        file_known: the day from which on the file was known; None where nothing says so.
        known_by: the day; None for all.
    """
    for record in records:
        known = record.known if file_known is None else min(record.known, file_known)
        if known_by is None or max(known, record.last) <= known_by:
            yield record if known == record.known else replace(record, known=known)
