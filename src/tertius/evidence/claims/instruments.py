"""Events to the instruments of a scenario, by the table of `mapping`: kind, who stands in for whom, and which level."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import asdict, dataclass, replace
from typing import Any

from tertius.evidence.reading.mapping import mapping
from tertius.evidence.reading.records import Reading
from tertius.evidence.reading.words import listed

SOLDIERS = ("troop", "soldier", "force", "brigade", "volunteer", "fighter", "paratrooper", "mercenary", "marine")
LEAST_SHARED = 2
"""Words that a clause must share with a level's words to tell that level."""
COMMON = listed("instruments-common")


@dataclass(frozen=True, slots=True)
class Found:
    """A scenario's instrument that an event is about, and with what weight: 1, or a member's share of its bloc."""

    name: str
    weight: float


def kinds_of(event: Mapping[str, Any]) -> Iterator[str]:
    """Yield the kinds of instrument that an event's record may be about, the likeliest first."""
    table = mapping()
    kind = event["kind"]
    if kind is None and event["action"] in ("SUPPORT", "AID"):
        kind = next((row.kind for row in table.given if row.says(str(event["quote"]))), None)
    if kind is not None:
        yield str(kind)
        if kind in table.instead:
            yield table.instead[kind]


def found_for(event: Mapping[str, Any], scenario: Any) -> Found | None:
    """Return the scenario's instrument that an event's record is about, or None.

    It is one whose actor is the event's source, or a bloc that the source is a member of, whose kind is the event's or
    counts in its place, and which is towards the event's target; towards anybody where no target is named.
    """
    held = getattr(scenario, "instruments", None) or {}
    members = mapping().weights.get(str(event["source"]), {})
    for actor, weight in ((str(event["source"]), 1.0), *members.items()):
        for kind in kinds_of(event):
            for name, one in held.items():
                towards = (None, event["target"]) if event["target"] else (None, one.towards)
                if one.actor == actor and one.kind == kind and one.towards in towards:
                    return Found(str(name), weight)
    return None


def instrument_of(event: Mapping[str, Any], scenario: Any) -> str | None:
    """Name of the scenario's instrument that an event's record is about, or None."""
    found = found_for(event, scenario)
    return None if found is None else found.name


def level_told(quote: str, levels: Iterable[str]) -> int | None:
    """The level whose words a clause shares most, where it shares at least two and more than with any other."""
    said = _stems(quote)
    shared = [len(said & _stems(words)) for words in levels]
    best = max(shared, default=0)
    return shared.index(best) if best >= LEAST_SHARED and shared.count(best) == 1 else None


def _stems(text: str) -> set[str]:
    words = re.findall(r"[a-z]{3,}", text.lower().replace("defense", "defence"))
    return {word.removesuffix("s") for word in words if word not in COMMON}


def with_instruments(reading: Reading, scenario: Any) -> Reading:
    """Return the reading with each event's instrument, where the scenario has instruments."""
    found = tuple(replace(event, instrument=instrument_of(asdict(event), scenario)) for event in reading.events)
    return replace(reading, events=found)
