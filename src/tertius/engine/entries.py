"""Records to slots: every entity's records in the order of their stable names.

Records inside records come in the order of those that hold them. Interests are laid out whole, a slot for every pair of
actor and stake (its record None where the actor has no interest), so that a law finds one by arithmetic.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from typing import Any, TypeAlias

from tertius.kernel.fields import ENTITIES, Field, quantities
from tertius.world import SECTIONS, Scenario, Strict, within

RECORDS: Mapping[str, type[Strict]] = {
    record.entity: record
    for section in SECTIONS.values()
    for record in (section.record, *within(section.record).values())
    if record.entity in ENTITIES
}
SECTION_OF = {section.record.entity: name for name, section in SECTIONS.items() if section.record.entity in ENTITIES}
DRIVING = tuple(entity for entity in ENTITIES if RECORDS[entity].drives)
PAST_OCCASIONS = timedelta(weeks=2)
Row: TypeAlias = tuple[str, str, Any]
Entries: TypeAlias = dict[str, list[Row]]


def entries_of(scenario: Scenario) -> Entries:
    """Entity -> (path, stable name, record or None) in slot order; forces follow their theatre, A before B."""
    entries: Entries = {}
    for section, told in SECTIONS.items():
        entity, held = told.record.entity, getattr(scenario, section)
        if not entity:
            continue
        if told.single:
            entries[entity] = [(section, section, held)]
            continue
        rows = [(f"{section}.{key}", f"{entity}:{record.key}", record) for key, record in held.items()]
        if entity == "occasion":  # those long past are there for a fit
            rows = [row for row in rows if not row[2].date or row[2].date > scenario.as_of - PAST_OCCASIONS]
        # Laws count records of fixed ids, such as sides, in the order of these, whatever their keys.
        fixed = told.record.keys
        entries[entity] = sorted(rows, key=lambda row: fixed.index(row[2].id) if fixed else row[1])
    holders = {record.actor for record in scenario.instruments.values()}
    entries["actor"] = [row for row in entries["actor"] if row[2].id in holders]
    place = {record.id: slot for slot, (_, _, record) in enumerate(entries["actor"])}
    entries["instrument"].sort(key=lambda row: (place[row[2].actor], row[1]))
    for told in SECTIONS.values():
        for name, inner in within(told.record).items():
            entries[inner.entity] = _inside(entries[told.record.entity], name, inner.keys)
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


def _inside(rows: list[Row], name: str, keys: tuple[str, ...]) -> list[Row]:
    """Records inside records, by the ids that they can have (None where one is lacking) or by all their own, sorted."""
    return [
        (f"{path}.{name}.{key}", f"{stable}:{key}", getattr(record, name).get(key))
        for path, stable, record in rows
        for key in (keys or sorted(getattr(record, name)))
    ]


def root_of(scenario: Scenario, event: Any) -> str:
    """Stable key of the entry that an event is part of in the end; its own when it stands alone."""
    while event.part_of is not None:
        event = scenario.events[event.part_of]
    return str(event.key)
