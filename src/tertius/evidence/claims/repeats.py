"""Repeats of a claim are one claim; claims that contradict each other stay side by side.

Two events are the same claim if they agree on source, action, target and mode, their dates do not lie more than a week
apart, and they have the same origin (who says so, else the publisher) or nearly the same words (three words in four
shared).
Two claims conflict if they agree on source, action and target, and one is denied while the other is not.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

WINDOW_DAYS = 7
SHARED_WORDS = 0.75


@dataclass(frozen=True, slots=True)
class Filed:
    """What of an event decides whether it repeats or contradicts another."""

    id: int
    source: str
    action: str
    target: str
    mode: str
    day: str | None
    origin: str
    quote: str


def same_claim(one: Filed, other: Filed) -> bool:
    """Whether two events are one claim told twice."""
    if (one.source, one.action, one.target, one.mode) != (other.source, other.action, other.target, other.mode):
        return False
    if not _near(one.day, other.day):
        return False
    return one.origin.casefold() == other.origin.casefold() or alike(one.quote, other.quote)


def conflict(one: Filed, other: Filed) -> bool:
    """Whether one denies what the other says."""
    same = (one.source, one.action, one.target) == (other.source, other.action, other.target)
    return same and (one.mode == "denied") != (other.mode == "denied")


def alike(one: str, other: str) -> bool:
    """Whether two quotes share three words in four of all their words."""
    first, second = set(re.findall(r"\w+", one.lower())), set(re.findall(r"\w+", other.lower()))
    return len(first & second) >= SHARED_WORDS * len(first | second) if first and second else False


def _near(one: str | None, other: str | None) -> bool:
    try:
        return abs((date.fromisoformat(one or "") - date.fromisoformat(other or "")).days) <= WINDOW_DAYS
    except ValueError:
        # A month, a year or nothing: the shorter must begin the longer.
        return not one or not other or one.startswith(other) or other.startswith(one)


def clusters(claims: Sequence[Filed]) -> list[int]:
    """Return for each claim the index of the first of its cluster."""
    heads: list[int] = []
    for place, claim in enumerate(claims):
        repeated = (heads[earlier] for earlier in range(place) if same_claim(claims[earlier], claim))
        heads.append(next(repeated, place))
    return heads
