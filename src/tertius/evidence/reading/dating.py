"""Dates of claims: named days, months and years, and days counted from the day of publication."""

from __future__ import annotations

import re
from datetime import date, timedelta
from typing import Any

MONTHS = [
    "january",
    "february",
    "march",
    "april",
    "may",
    "june",
    "july",
    "august",
    "september",
    "october",
    "november",
    "december",
]
DAYS = ["monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"]
FULL = re.compile(
    rf"\b(?:(\d{{1,2}})(?:st|nd|rd|th)?\s+)?({'|'.join(MONTHS)})(?:\s+(\d{{1,2}})(?:st|nd|rd|th)?\b(?!\d))?,?(?:\s+(\d{{4}}))?",
    re.I,
)
YEAR = re.compile(r"\b(?:in|since|of|during)\s+(1[6-9]\d\d|20\d\d)\b")
AGO = re.compile(
    r"\b(a|an|one|two|three|four|five|six|seven|eight|nine|ten|\d+)\s+(day|week|month|year)s?\s+(ago|earlier|before)\b",
    re.I,
)
NUMBERS = {
    "a": 1,
    "an": 1,
    "one": 1,
    "two": 2,
    "three": 3,
    "four": 4,
    "five": 5,
    "six": 6,
    "seven": 7,
    "eight": 8,
    "nine": 9,
    "ten": 10,
}
LENGTHS = {"day": 1, "week": 7, "month": 30, "year": 365}
NEAR = {"today": 0, "tonight": 0, "overnight": 0, "yesterday": -1, "tomorrow": 1}
FUTURE = frozenset({"announced", "predicted", "considered", "threatened"})


def day_of(trigger: Any, published: date | None, mode: str) -> str | None:
    """Return the date of a claim as ISO 8601, as exact as the words are, or None.

    A weekday beside what was said is past, whatever is to come: "A will arm B, its president said on Monday".
    """
    named = [token for token in trigger.sent if token.lower_ in DAYS]
    ahead = [token for token in named if not _is_of_past(token)] if mode in FUTURE else named
    meant = (ahead or named)[0].lower_ if named else None
    return date_in(trigger.sent.text, published, "happened" if named and not ahead else mode, meant)


def _is_of_past(day: Any) -> bool:
    """Whether a weekday belongs to a verb in the past: the one right before it, or the one that it hangs on."""
    place = day
    while place.head != place and (place == day or place.pos_ not in ("VERB", "AUX")):
        place = place.head
    before = [day.doc[i] for i in range(max(day.i - 3, day.sent.start), day.i)]
    said = [token for token in before if token.pos_ == "VERB"]
    return any(token.tag_ == "VBD" for token in (said[-1:] or [place]))


def date_in(text: str, published: date | None, mode: str = "happened", weekday: str | None = None) -> str | None:
    """Return the first date that a sentence names, or None; of several weekdays the one given."""
    found = FULL.search(text)
    if found and (found[2][0].isupper() and (found[2].lower() != "may" or found[1] or found[3] or found[4])):
        return _named(found, published)
    year = YEAR.search(text)
    if year and published is None:
        return year[1]
    if published is not None:
        try:
            relative = _relative(text, published, mode, weekday)
        except OverflowError:
            relative = None
        if relative:
            return relative
    return year[1] if year else None


def _named(found: re.Match[str], published: date | None) -> str:
    month = MONTHS.index(found[2].lower()) + 1
    day = int(found[1] or found[3] or 0)
    year = int(found[4]) if found[4] else published.year if published else 0
    if not found[4] and published and month > published.month + 2:
        year -= 1
    if not year:
        return f"--{month:02d}" + (f"-{day:02d}" if 1 <= day <= 31 else "")
    return f"{year}-{month:02d}" + (f"-{day:02d}" if 1 <= day <= 31 else "")


def _relative(text: str, published: date, mode: str, weekday: str | None) -> str | None:
    lower = text.lower()
    ago = AGO.search(lower)
    if ago:
        count = NUMBERS.get(ago[1]) or int(ago[1])
        return _moved(published, -count * LENGTHS[ago[2]])
    for word, days in NEAR.items():
        if re.search(rf"\b{word}\b", lower):
            return _moved(published, days)
    week = re.search(r"\b(last|next|this|coming) (week|month|year)\b", lower)
    if week:
        step = {"last": -1, "next": 1, "coming": 1, "this": 0}[week[1]]
        day = published + timedelta(days=step * LENGTHS[week[2]])
        if week[2] == "week":
            return f"{day.isocalendar().year}-W{day.isocalendar().week:02d}"
        return f"{day.year}-{day.month:02d}" if week[2] == "month" else str(day.year)
    for number, name in enumerate(DAYS):
        if weekday not in (None, name):
            continue
        match = re.search(rf"\b(last |next )?{name}\b", lower)
        if match:
            ahead = (number - published.weekday()) % 7
            is_next = match[1] == "next " or (mode in FUTURE and not match[1])
            back = (published.weekday() - number) % 7
            if match[1] == "last " and back == 0:
                back = 7
            return _moved(published, (ahead or 7) if is_next else -back)
    return None


def _moved(day: date, days: int) -> str | None:
    try:
        return (day + timedelta(days=days)).isoformat()
    except OverflowError:
        return None
