"""Claims mended or made by hand: an event's actor, action, target, object, date, mode and quantity, each checked."""

from __future__ import annotations

import math
import re
from collections.abc import Collection, Mapping
from dataclasses import asdict
from datetime import date
from difflib import get_close_matches
from typing import Any

from tertius.errors import OptionError
from tertius.evidence.reading.gazetteer import known_codes
from tertius.evidence.reading.mapping import mapping
from tertius.evidence.reading.records import ACTIONS, MODES, Amount, Event, Reading

FIELDS = {
    "actor": "source", "action": "action", "target": "target", "object": "kind", "date": "date", "mode": "mode",
    "quantity": "numbers",
}  # fmt: skip
"""What can be changed, and the key of an event's record that holds it."""
QUANTITY = re.compile(r"(?P<value>\d[\d,]*(?:\.\d+)?)\s+(?P<unit>[A-Za-z][\w-]*)")
BY_HAND = "by hand"
NONE = "none"
LONGEST = 2000
"""Characters of words that a claim is filed with by hand."""


def edited(record: Mapping[str, Any], fields: Mapping[str, str], actors: Collection[str] = ()) -> dict[str, Any]:
    """Return an event's record with these fields changed.

    Args:
        record: the event, as the inbox keeps it.
        fields: names of FIELDS -> what to put there; "none" empties target, object, date and quantity.
        actors: names that the scenario gives actors, beside the codes that are known.

    Raises:
        OptionError: a value that the field does not take, or nothing that changes.
    """
    changed = dict(record)
    for name, given in fields.items():
        changed[FIELDS[name]] = _checked(name, given.strip(), record, actors)
    if changed["source"] == changed["target"]:
        raise OptionError("--target", changed["target"], "another than the actor", "name whom it is done to")
    if not changed["target"] and changed["action"] not in ("MOBILIZE", "RETREAT"):
        fix = "name whom it is done to; only MOBILIZE and RETREAT go without"
        raise OptionError("--target", NONE, "a state or a listed organisation", fix)
    if changed == dict(record):
        names = ", ".join("--told" if name == "mode" else f"--{name}" for name in FIELDS)
        raise OptionError("the change", "nothing that differs", names, "name what is to be changed")
    if changed["kind"] != record["kind"] or changed["source"] != record["source"]:
        changed["instrument"] = None
    return changed


def by_hand(fields: Mapping[str, str], words: str, published: date | None, actors: Collection[str] = ()) -> Reading:
    """Return a reading that holds one event, told by hand: its words are its text.

    Raises:
        OptionError: a value that its field does not take, or no words.
    """
    text = " ".join(words.split())
    if not 0 < len(text) <= LONGEST:
        raise OptionError(
            "--words", f"{len(text)} characters", f"1 to {LONGEST}", "quote the sentence that it rests on, or sum it up"
        )
    given = {"mode": "happened", "target": NONE, **fields}
    blank: dict[str, Any] = {
        "source": "", "action": "", "target": "", "mode": "", "date": None, "numbers": [], "kind": None,
        "instrument": None, "quote": text,
    }  # fmt: skip
    record = edited(blank, given, actors)
    numbers = tuple(Amount(one["value"], one["unit"], one["quote"], (0, len(text))) for one in record["numbers"])
    event = Event(
        source=record["source"],
        action=record["action"],
        target=record["target"],
        mode=record["mode"],
        date=record["date"],
        numbers=numbers,
        place=None,
        span=(0, len(text)),
        quote=text,
        said_by=None,
        confidence=1.0,
        trigger=BY_HAND,
        kind=record["kind"],
    )
    return Reading(text, (event,), (), (), published)


def _checked(name: str, given: str, record: Mapping[str, Any], actors: Collection[str]) -> Any:
    """What the record holds for a field's value. Raises OptionError."""
    option = "--told" if name == "mode" else f"--{name}"
    if given.lower() == NONE and name in ("target", "object", "date", "quantity"):
        return {"target": "", "quantity": []}.get(name)
    if name in ("actor", "target"):
        if given in actors:
            return given
        return _named(option, given.upper(), known_codes(), "a code such as POL or NATO")
    if name == "action":
        return _named(option, given.upper(), ACTIONS, ", ".join(ACTIONS))
    if name == "mode":
        return _named(option, given.lower(), MODES, ", ".join(MODES))
    if name == "object":
        kinds = sorted({row.kind for row in mapping().kinds} | set(mapping().instead))
        return _named(option, given.lower(), kinds, ", ".join(kinds))
    if name == "date":
        return _day(option, given)
    found = QUANTITY.fullmatch(given)
    if found is None or not math.isfinite(float(found["value"].replace(",", ""))):
        raise OptionError(option, given, 'a number and a unit, such as "10,000 soldiers", or none', "write it so")
    unit = found["unit"].lower()
    unit = unit.removesuffix("s") if len(unit) > 3 else unit
    value = float(found["value"].replace(",", ""))
    return [asdict(Amount(value, unit, given, tuple(record.get("span") or (0, len(str(record["quote"]))))))]


def _named(option: str, given: str, allowed: Any, told: str) -> str:
    if given in allowed:
        return given
    near = get_close_matches(given, list(allowed), 1)
    raise OptionError(option, given, told, f"write {near[0]}" if near else "use one of them")


def _day(option: str, given: str) -> str:
    """A day, a month or a year, as the record keeps it."""
    parts = given.split("-")
    try:
        numbers = [int(part) for part in parts if part.isascii() and part.isdigit()]
        if len(numbers) == len(parts) <= 3 and [len(part) for part in parts] == [4, 2, 2][: len(parts)]:
            date(*[*numbers, 1, 1][:3])
            return given
    except ValueError:
        pass
    raise OptionError(option, given, "YYYY-MM-DD, YYYY-MM, YYYY, or none", "write the day so")
