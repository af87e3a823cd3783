"""A text with what was read in it, as one HTML page: marked words, what each moves, and what was dropped and why."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING

from jinja2 import Environment, StrictUndefined
from markupsafe import Markup, escape

from tertius.report.template import template

if TYPE_CHECKING:
    from tertius.evidence.claims.bearings import Weighable
    from tertius.evidence.reading import Reading
    from tertius.evidence.reading.records import Event

CLASSES = {
    "happened": "done", "ongoing": "done", "announced": "ahead", "considered": "open", "predicted": "open",
    "threatened": "threatened", "denied": "denied",
}  # fmt: skip
STAGES = {
    "claim": "a word of the table, but no event",
    "repeat": "told before",
    "model": "the language model's, not borne out by the text",
}
NO_SCENARIO = "name a scenario (--scenario) to see"


@dataclass(frozen=True)
class Card:
    """One event as the page shows it."""

    number: int
    says: str
    counts: bool
    rows: tuple[tuple[str, str], ...]


@dataclass(frozen=True)
class Told:
    """A sentence or a reading that gave nothing."""

    actors: str
    reason: str
    quote: str
    what: str
    stage: str


def article_page(reading: Reading, title: str, found: Sequence[Weighable] | None = None) -> str:
    """Return the page.

    Args:
        reading: what was read.
        title: what the text is called.
        found: how each claim stands to a scenario, in the order of `claims_of`; None where none was named.
    """
    count = len(reading.events)
    moves = list(found) if found is not None else None
    cards = [_card(number, event, moves) for number, event in enumerate(reading.events, 1)]
    dropped = [one for one in reading.dropped if one.stage in STAGES]
    made = Environment(autoescape=True, undefined=StrictUndefined, trim_blocks=True)
    page: str = made.from_string(template("article.html")).render(
        title=title,
        told=_summary(reading, moves),
        notes=reading.notes,
        text=marked_text(
            reading.text,
            [(event.span, number, event.mode) for number, event in enumerate(reading.events, 1)],
            [one.span for one in reading.unread],
        ),
        events=cards,
        others=_others(reading, moves, count),
        unread=[Told(" ".join(one.actors), one.reason, one.quote, "", "") for one in reading.unread],
        dropped=[Told("", one.reason, one.quote, one.what, STAGES[one.stage]) for one in dropped],
    )
    return page


def _summary(reading: Reading, moves: list[Weighable] | None) -> str:
    day = f"Published {reading.published}. " if reading.published else "The day of publication is not known. "
    counting = ""
    if moves is not None:
        counts = sum(one.counts for one in moves)
        grade = moves[0].claim.grade if moves else ""
        counting = f"{counts} of {len(moves)} claims would move the forecast, at grade {grade}. " if moves else ""
    events, nothing = len(reading.events), len(reading.unread)
    told = f"{events} {'event' if events == 1 else 'events'} read. "
    left = f"{nothing} {'sentence names' if nothing == 1 else 'sentences name'} two actors and gave no event."
    return f"{day}{told}{counting}{left if nothing else ''}"


def _card(number: int, event: Event, moves: list[Weighable] | None) -> Card:
    rows = [("mode", event.mode)]
    if event.date:
        rows.append(("date", event.date))
    if event.said_by:
        rows.append(("said by", event.said_by))
    if event.numbers:
        rows.append(("numbers", ", ".join(one.quote for one in event.numbers)))
    if event.condition:
        rows.append(("if", event.condition))
    rows.append(("sure", f"{event.confidence:.2f}" + (f" ({', '.join(event.inferred)})" if event.inferred else "")))
    one = moves[number - 1] if moves is not None else None
    rows.append(("moves", moves_words(one)))
    rows.append(("words", event.quote))
    return Card(
        number, f"{event.source} {event.action} {event.target or '-'}", one is not None and one.counts, tuple(rows)
    )


def moves_words(one: Weighable | None) -> str:
    """What a claim moves, or why it moves nothing."""
    if one is None:
        return NO_SCENARIO
    if not one.counts:
        return f"nothing: {one.reason}"
    way = "false" if one.against else "true"
    return f"{one.reason}; a future where that is {way} weighs {one.ratio:.3g} times more"


def _others(reading: Reading, moves: list[Weighable] | None, first: int) -> list[tuple[str, str]]:
    """Numbers and stances, each with what it moves."""
    rows = []
    for place, one in enumerate(reading.quantities, first):
        per = f" for {one.per:g} {one.per_what}" if one.per else ""
        rows.append((f"{one.value:,g} {one.what}{per}", moves_words(moves[place] if moves is not None else None)))
    rows += [
        (f"{one.actor} {one.stance} {one.object}", "nothing: a text gives a stance no size") for one in reading.stances
    ]
    return rows


def marked_text(
    text: str, events: Sequence[tuple[tuple[int, int], int, str]], unread: Sequence[tuple[int, int]]
) -> Markup:
    """The text with marks: cut where any span begins or ends, so that spans may lie in each other.

    Args:
        text: the words.
        events: span, number and mode of each event; its number links to `e` and the number.
        unread: spans of sentences that gave nothing.
    """
    waiting_events = [(tuple(span), number, CLASSES[mode]) for span, number, mode in events]
    spans = [*(span for span, *_ in waiting_events), *(tuple(span) for span in unread)]
    cuts = sorted({0, len(text), *(min(max(edge, 0), len(text)) for span in spans for edge in span)})
    spanned = [*waiting_events, *((tuple(span), 0, "nothing") for span in unread)]
    waiting = sorted(spanned, key=lambda one: one[0])[::-1]
    parts: list[Markup] = []
    here: list[tuple[tuple[int, ...], int, str]] = []
    for start, end in pairwise(cuts):
        here = [one for one in here if one[0][1] > start]
        inner = escape(text[start:end])
        begun = []
        while waiting and waiting[-1][0][0] <= start:
            begun.append(waiting.pop())
        for _, number, _ in begun[::-1]:
            if number:
                inner = Markup('<sup id="t{0}"><a href="#e{0}">{0}</a></sup>').format(number) + inner
        here += [one for one in begun if one[0][1] > start]
        read = [name for _, number, name in here if number]
        names = ([f"read {read[-1]}"] if read else []) + (["nothing"] if len(read) < len(here) else [])
        whose = " ".join(str(number) for _, number, _ in here if number)
        opened = Markup('<span class="{}" data-claims="{}">') if whose else Markup('<span class="{}">')
        parts.append(opened.format(" ".join(names), whose) + inner + Markup("</span>") if names else inner)
    return Markup("").join(parts)
