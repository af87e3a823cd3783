"""What a reading holds: events, stances and quantities, each with the words that it rests on."""

from __future__ import annotations

from dataclasses import asdict, dataclass, field
from datetime import date
from typing import Any

ACTIONS = (
    "AGREE",
    "CONSULT",
    "SUPPORT",
    "CONCEDE",
    "COOPERATE",
    "AID",
    "RETREAT",
    "REQUEST",
    "ACCUSE",
    "REJECT",
    "THREATEN",
    "PROTEST",
    "SANCTION",
    "MOBILIZE",
    "COERCE",
    "ASSAULT",
)
"""PLOVER's categories, from the most cooperative to the most hostile."""

MODES = ("happened", "ongoing", "announced", "threatened", "considered", "denied", "predicted")
STANCES = ("fears", "wants", "opposes", "supports", "interest")


@dataclass(frozen=True, slots=True)
class Amount:
    """A number in the text with its unit."""

    value: float
    unit: str
    quote: str
    span: tuple[int, int]
    """Character offsets into the text, from the first to one past the last."""


@dataclass(frozen=True, slots=True)
class Event:
    """Who does what to whom, how surely, by whose word."""

    source: str
    action: str
    target: str
    mode: str
    date: str | None
    """The day as ISO 8601; a month or a year where the text gives no more; None where it gives nothing."""
    numbers: tuple[Amount, ...]
    place: str | None
    span: tuple[int, int]
    """The sentence's or the clause's character offsets; `quote` is exactly the text between them."""
    quote: str
    said_by: str | None
    confidence: float
    trigger: str
    """The word that the action was read from."""
    kind: str | None = None
    """The scenario instrument that it is about, such as troops or sanctions, where the words name one."""
    condition: str | None = None
    """The words of an "if" that the action hangs on."""
    instrument: str | None = None
    """Name of the scenario's instrument, where a scenario was given and has one."""
    inferred: tuple[str, ...] = ()
    """What of it the words do not say outright: the grounds of its confidence."""


@dataclass(frozen=True, slots=True)
class Stance:
    """What an actor fears, wants, opposes, supports or has an interest in."""

    actor: str
    stance: str
    object: str
    about: tuple[str, ...]
    """Actors named in the object."""
    span: tuple[int, int]
    quote: str
    said_by: str | None
    confidence: float


@dataclass(frozen=True, slots=True)
class Quantity:
    """A number that could be a parameter: so many of one thing, perhaps for so many of another."""

    what: str
    value: float
    unit: str
    per: float | None
    per_what: str | None
    about: tuple[str, ...]
    """Actors that it is about."""
    span: tuple[int, int]
    quote: str


@dataclass(frozen=True, slots=True)
class Dropped:
    """What was not read, and why: a sentence that names two actors, or one reading of a word in it.

    stage   sentence (passed over whole), claim (a word of the table, but no event), unread (no event in the sentence),
            repeat (told before), model (a language model's event that the text does not bear out)
    what    the event that it would have been, such as "PER AID CHL"; empty where there is none
    """

    stage: str
    reason: str
    what: str
    actors: tuple[str, ...]
    span: tuple[int, int]
    quote: str


@dataclass(frozen=True, slots=True)
class Reading:
    """All that was read in one text."""

    text: str
    events: tuple[Event, ...]
    stances: tuple[Stance, ...]
    quantities: tuple[Quantity, ...]
    published: date | None = None
    notes: tuple[str, ...] = field(default=())
    dropped: tuple[Dropped, ...] = field(default=())

    @property
    def unread(self) -> tuple[Dropped, ...]:
        """Sentences that name two actors and give no event, stance or number."""
        return tuple(one for one in self.dropped if one.stage in ("sentence", "unread"))

    def data(self) -> dict[str, Any]:
        """Return it as JSON data, without the text."""
        return {
            "events": [asdict(event) for event in self.events],
            "stances": [asdict(stance) for stance in self.stances],
            "quantities": [asdict(quantity) for quantity in self.quantities],
            "published": self.published.isoformat() if self.published else None,
            "notes": list(self.notes),
            "dropped": [asdict(one) for one in self.dropped],
        }
