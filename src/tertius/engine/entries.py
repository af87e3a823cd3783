"""Records to slots: every entity's records in the order of their stable names, and the links between them.

Records inside records come in the order of those that hold them. Interests are laid out whole, a slot for every pair of
actor and stake (its record None where the actor has no interest), so that a law finds one by arithmetic.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeAlias

import numpy as np

from tertius.kernel.fields import (
    ENTITIES,
    EVENT_KINDS,
    GOODS,
    LEVER_KINDS,
    LINKED,
    SIDES,
    STEPS,
    WANTS,
    Field,
    fields,
    quantities,
)
from tertius.kernel.state import Integers
from tertius.world import Scenario

SECTION_OF = {
    "world": "world",
    "theatre": "theatres",
    "side": "sides",
    "contingent": "contingents",
    "supply": "supply_lines",
    "event": "events",
    "actor": "actors",
    "stake": "stakes",
    "instrument": "instruments",
    "red_line": "red_lines",
    "bargain": "bargains",
    "tie": "ties",
}
DRIVING = (
    "theatre",
    "side",
    "force",
    "contingent",
    "supply",
    "actor",
    "instrument",
    "rung",
    "red_line",
    "bargain",
    "tie",
)
_EVENT_TARGETS = ("contingent", "contingent", "side", "supply")
_LEVER_TARGETS = ("supply", "contingent", "side")
Entries: TypeAlias = dict[str, list[tuple[str, str, Any]]]


def entries_of(scenario: Scenario) -> Entries:
    """Entity -> (path, stable name, record or None) in slot order; forces follow their theatre, A before B."""
    entries: Entries = {}
    for entity, section in SECTION_OF.items():
        held = getattr(scenario, section)
        rows = (
            [("world", "world", held)]
            if entity == "world"
            else [(f"{section}.{key}", f"{entity}:{record.key}", record) for key, record in held.items()]
        )
        # Laws and links count sides as 0 for A and 1 for B, whatever their keys.
        entries[entity] = sorted(rows, key=lambda row: row[0] if entity == "side" else row[1])
    holders = {record.actor for record in scenario.instruments.values()}
    entries["actor"] = [row for row in entries["actor"] if row[2].id in holders]
    place = {record.id: slot for slot, (_, _, record) in enumerate(entries["actor"])}
    entries["instrument"].sort(key=lambda row: (place[row[2].actor], row[1]))
    entries["force"] = _inside(entries["theatre"], "forces", SIDES)
    entries["option"] = _inside(entries["instrument"], "steps", STEPS)
    entries["driver"] = _inside(entries["stake"], "drivers")
    entries["lever"] = _inside(entries["instrument"], "levers")
    entries["consequence"] = _inside(entries["instrument"], "effects")
    ladders = [(f"ladders.{key}", f"ladder:{record.key}", record) for key, record in scenario.ladders.items()]
    entries["rung"] = _inside(sorted(ladders, key=lambda row: row[1]), "rungs")
    entries["interest"] = [
        (f"{path}.interests.{stake.id}", f"{name}:{stake_name}", record.interests.get(stake.id))
        for path, name, record in entries["actor"]
        for _, stake_name, stake in entries["stake"]
    ]
    return {entity: entries[entity] for entity in ENTITIES}


def settable(entries: Entries) -> dict[str, tuple[str, Any, Field]]:
    """What can be set by path: entity, record and field; an interest that nobody has cannot."""
    return {
        f"{path}.{name}": (entity, record, known)
        for entity, rows in entries.items()
        for path, _, record in rows
        if record is not None or entity != "interest"
        for name, known in quantities(entity).items()
    }


def _inside(
    rows: list[tuple[str, str, Any]], within: str, keys: tuple[str, ...] | None = None
) -> list[tuple[str, str, Any]]:
    """Records inside records, by the keys given (None where one is missing) or by all their own in order."""
    return [
        (f"{path}.{within}.{key}", f"{name}:{key}", getattr(record, within).get(key))
        for path, name, record in rows
        for key in (keys or sorted(getattr(record, within)))
    ]


def _group(instrument: Any) -> tuple[str, str]:
    """What makes two instruments alike, so that a step of one may be followed with the other."""
    return instrument.kind, instrument.towards


def root_of(scenario: Scenario, event: Any) -> str:
    """Stable key of the entry that an event is part of in the end; its own when it stands alone."""
    while event.part_of is not None:
        event = scenario.events[event.part_of]
    return str(event.key)


def links_of(entries: Entries, slots: Mapping[str, tuple[str, ...]]) -> dict[str, Integers]:
    """Integer links of each entity that has any, shape (entity, link field)."""
    place = {
        entity: {path.rpartition(".")[2]: slot for slot, (path, _, _) in enumerate(rows)}
        for entity, rows in entries.items()
        if entity in SECTION_OF
    }
    links: dict[str, Integers] = {}
    for entity in LINKED:
        known = fields("link", entity)
        table = np.zeros((len(entries[entity]), len(known)), dtype=np.int64)
        for slot, (path, _, record) in enumerate(entries[entity]):
            found = _linked(entity, path, record, place, slots, entries)
            for link_field in known:
                table[slot, link_field] = found[link_field.name]
        links[entity] = table
    return links


def _linked(
    entity: str,
    path: str,
    record: Any,
    place: Mapping[str, Mapping[str, int]],
    slots: Mapping[str, tuple[str, ...]],
    entries: Entries,
) -> dict[str, int]:
    """Values of one record's links by name."""
    if entity == "theatre":
        bounds = {name: int(getattr(record, name)) for name in ("closes_at_zero", "contact_at_bounds")}
        return {"holder": SIDES.index(record.holder), **bounds}
    if entity == "contingent":
        side = SIDES.index(record.side)
        bargain = _bargain_of(entries, "contingents", record.id)
        return {"side": side, "theatre": place["theatre"][record.theatre], "bargain": bargain}
    if entity == "supply":
        lead = next(held.lead for side, _, held in entries["side"] if side == f"sides.{record.side}")
        return {
            "side": SIDES.index(record.side),
            "good": GOODS.index(record.good),
            "own": int(record.actor == lead),
            "bargain": _bargain_of(entries, "supply_lines", record.id),
        }
    if entity == "event":
        kind = EVENT_KINDS.index(record.kind)
        return {"kind": kind, "target": place[_EVENT_TARGETS[kind]][record.target]}
    if entity == "actor":
        mine = [slot for slot, (_, _, held) in enumerate(entries["instrument"]) if held.actor == record.id]
        return {"first_instrument": mine[0], "end_instrument": mine[-1] + 1}
    if entity == "interest":
        return {"wants": 0 if record is None else WANTS[record.wants]}
    if entity == "driver":
        return {"stake": place["stake"][path.split(".")[1]], **_output(record.output, slots)}
    if entity == "instrument":
        alike = [slot for slot, (_, _, held) in enumerate(entries["instrument"]) if _group(held) == _group(record)]
        mine = [slot for slot, (within, _, _) in enumerate(entries["consequence"]) if within.startswith(f"{path}.")]
        return {
            "actor": place["actor"][record.actor],
            "towards": place["actor"].get(record.towards, -1),
            "group": alike[0],
            "top_level": len(record.levels) - 1,
            "first_consequence": mine[0] if mine else 0,
            "end_consequence": mine[-1] + 1 if mine else 0,
        }
    if entity == "consequence":
        return {"stake": place["stake"][path.rpartition(".")[2]]}
    if entity == "rung":
        return _rung(path, record, place, slots, entries)
    if entity == "red_line":
        roles = {role: _slot(place["instrument"], getattr(record, role)) for role in ("signal", "answer", "deters")}
        sends = _sent_by(entries, place, record.answer)
        return {**roles, "answer_contingent": sends, **_output(record.output, slots)}
    if entity == "bargain":
        return {"payment": _slot(place["instrument"], record.payment)}
    if entity == "tie":
        first, second = (_slot(place["actor"], name) for name in record.between)
        return {"first": first, "second": second}
    kind = LEVER_KINDS.index(record.kind)
    return {
        "instrument": place["instrument"][path.split(".")[1]],
        "kind": kind,
        "target": place[_LEVER_TARGETS[kind]][record.target],
    }


def _sent_by(entries: Entries, place: Mapping[str, Mapping[str, int]], instrument: str | None) -> int:
    """Slot of the contingent whose soldiers an instrument sends; -1 for none."""
    levers = (held for path, _, held in entries["lever"] if path.split(".")[1] == instrument)
    sent = (held.target for held in levers if held.kind == "contingent")
    return _slot(place["contingent"], next(sent, None))


def _slot(places: Mapping[str, int], name: str | None) -> int:
    """Slot of a record by id; -1 for none."""
    return -1 if name is None else places.get(name, -1)


def _output(path: str, slots: Mapping[str, tuple[str, ...]]) -> dict[str, int]:
    """Where an output lies; zeros for one that is not there, which is reported elsewhere."""
    record, _, name = path.rpartition(".")
    entity = next((e for e in DRIVING if record in slots[e]), None)
    if entity is None:
        return dict.fromkeys(("output_entity", "output_slot", "output_field"), 0)
    known = {known.name: int(known) for known in fields("state", entity)}
    return {
        "output_entity": ENTITIES.index(entity),
        "output_slot": slots[entity].index(record),
        "output_field": known.get(name, 0),
    }


def _bargain_of(entries: Entries, section: str, name: str) -> int:
    """Slot of the bargain that a contingent or supply line belongs to; -1 for none."""
    return next((slot for slot, (_, _, held) in enumerate(entries["bargain"]) if name in getattr(held, section)), -1)


def _rung(
    path: str,
    record: Any,
    place: Mapping[str, Mapping[str, int]],
    slots: Mapping[str, tuple[str, ...]],
    entries: Entries,
) -> dict[str, int]:
    """Links of a rung: the one below is the next lower of its ladder."""
    none = {"output_entity": -1, "output_slot": 0, "output_field": 0}
    ladder = path.rpartition(".")[0]
    every = [within.rpartition(".")[0] for within, _, _ in entries["rung"]]
    lower = [
        (held.height, slot)
        for slot, (within, _, held) in enumerate(entries["rung"])
        if within.rpartition(".")[0] == ladder and held.height < record.height
    ]
    return {
        "ladder": list(dict.fromkeys(every)).index(ladder),
        "below": max(lower)[1] if lower else -1,
        "stake": _slot(place["stake"], record.stake),
        **(_output(record.output, slots) if record.output else none),
    }
