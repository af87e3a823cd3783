"""Links between records as integers, so that a law finds one record from another.

A link bears the name of what it links to: an attribute of the record (the id of another, a word of several, yes or no),
the entity that the record lies inside, or a part of the output that it names. The links that take working out are in
`_derived`.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any, Final, get_args

import numpy as np

from tertius.engine.entries import DRIVING, RECORDS, SECTION_OF, Entries
from tertius.kernel.fields import ENTITIES, GOODS, LEVER_KINDS, LINKED, SIDES, WANTS, fields
from tertius.kernel.state import Integers
from tertius.world import EVENT_TARGETS, target_of

NONE: Final = -1
_ENTITY_OF: Final = {section: entity for entity, section in SECTION_OF.items()}


def links_of(
    entries: Entries, slots: Mapping[str, tuple[str, ...]], favoured: Mapping[str, int]
) -> dict[str, Integers]:
    """Integer links of each entity that has any, shape (entity, link field).

    favoured: the side that a step up of each instrument serves, by its id: 1 A, -1 B, 0 neither.
    """
    found = _Links(entries, slots, favoured)
    links: dict[str, Integers] = {}
    for entity in LINKED:
        known = fields("link", entity)
        table = np.zeros((len(entries[entity]), len(known)), dtype=np.int64)
        for slot, (path, _, record) in enumerate(entries[entity]):
            derived = found.derived(entity, path, record)
            for each in known:
                told = derived.get(each.name)
                table[slot, each] = found.plain(entity, path, record, each.name) if told is None else told
        links[entity] = table
    return links


@dataclass(frozen=True)
class _Links:
    """Looks up links in a scenario laid out as `entries`."""

    entries: Entries
    slots: Mapping[str, tuple[str, ...]]
    favoured: Mapping[str, int]

    @cached_property
    def place(self) -> Mapping[str, Mapping[str, int]]:
        """Slot of each record of a section by its id, by entity."""
        return {
            entity: {path.rpartition(".")[2]: slot for slot, (path, _, _) in enumerate(self.entries[entity])}
            for entity in SECTION_OF
        }

    def slot(self, entity: str, name: str | None) -> int:
        """Slot of a record by id; NONE where there is none."""
        return NONE if name is None else self.place[entity].get(name, NONE)

    def named(self, entity: str, record: Any, attribute: str) -> int:
        """Slot of the record whose id an attribute holds."""
        section = target_of(RECORDS[entity], attribute)
        assert section is not None  # the attribute is marked as a reference
        return self.slot(_ENTITY_OF[section], getattr(record, attribute))

    def plain(self, entity: str, path: str, record: Any, name: str) -> int:
        """A link that an attribute of the record gives, or the record that holds it."""
        if name in RECORDS[entity].model_fields:
            if target_of(RECORDS[entity], name) is not None:
                return self.named(entity, record, name)
            value = getattr(record, name)
            if isinstance(value, bool):
                return int(value)
            options = get_args(RECORDS[entity].model_fields[name].annotation)
            while get_args(options[0]):  # what may be left out is a union with None
                options = get_args(options[0])
            return options.index(value)
        section, holder, *_, key = path.split(".")
        return self.slot(name, holder if _ENTITY_OF.get(section) == name else key)

    def derived(self, entity: str, path: str, record: Any) -> dict[str, int]:
        """The links of a record that take working out, by name."""
        output = getattr(record, "output", None)
        found = _output(output, self.slots) if hasattr(record, "output") else {}
        if entity in ("contingent", "supply"):
            section = SECTION_OF[entity]
            bargains = (
                slot for slot, (_, _, b) in enumerate(self.entries["bargain"]) if record.id in getattr(b, section)
            )
            found["bargain"] = next(bargains, NONE)
        if entity == "contingent":
            senders = [(held.actor, held.side) for _, _, held in self.entries["contingent"]]
            found["sender"] = senders.index((record.actor, record.side))
        elif entity == "supply":
            leads = {side.id: side.lead for _, _, side in self.entries["side"]}
            found["own"] = int(record.actor == leads[record.side])
            found["good"] = NONE if record.good is None else GOODS.index(record.good)
        elif entity == "defence":
            ordered = sorted(range(len(self.entries["defence"])), key=lambda at: self.entries["defence"][at][2].order)
            found["rank"] = ordered.index(self.slots["defence"].index(path))
        elif entity == "event":
            found["target"] = self.named("event", record, EVENT_TARGETS[record.kind])
        elif entity == "lever":
            found["kind"] = LEVER_KINDS.index(record.kind)
            found["target"] = self.named("lever", record, record.kind)
        elif entity == "interest":
            found["wants"] = 0 if record is None else WANTS[record.wants]
        elif entity == "actor":
            mine = [slot for slot, (_, _, held) in enumerate(self.entries["instrument"]) if held.actor == record.id]
            found |= {"first_instrument": mine[0], "end_instrument": mine[-1] + 1}
        elif entity == "instrument":
            found |= self._instrument(path, record)
        elif entity == "red_line":
            levers = (held for at, _, held in self.entries["lever"] if at.split(".")[1] == record.answer)
            found["answer_contingent"] = self.slot(
                "contingent", next((held.contingent for held in levers if held.kind == "contingent"), None)
            )
        elif entity == "tie":
            found |= dict(zip(("first", "second"), (self.slot("actor", name) for name in record.between), strict=True))
        elif entity == "occasion":
            # A bit for each actor that decides; others who take part move nothing.
            found["who"] = sum(1 << slot for name in record.who if (slot := self.slot("actor", name)) != NONE)
        elif entity == "push":
            occasion = path.split(".")[1]
            turns = [at for at, _, _ in self.entries["turn"]]
            found["turn"] = NONE if record.turn is None else turns.index(f"calendar.{occasion}.turns.{record.turn}")
        elif entity == "rung":
            found |= self._rung(path, record)
        return found

    def _instrument(self, path: str, record: Any) -> dict[str, int]:
        """Links of an instrument. Those of one kind towards one actor are alike: a step of one may be followed."""
        every = [held for _, _, held in self.entries["instrument"]]
        alike = [(held.kind, held.towards) for held in every].index((record.kind, record.towards))
        mine = [slot for slot, (at, _, _) in enumerate(self.entries["consequence"]) if at.startswith(f"{path}.")]
        joined = next((held.contingent for held in record.levers.values() if held.kind == "contingent"), None)
        joins = 0
        if joined is not None:
            joins = 1 - 2 * SIDES.index(self.entries["contingent"][self.slot("contingent", joined)][2].side)
        return {
            "favours": self.favoured[record.id],
            "joins": joins,
            "group": alike,
            "top_level": len(record.levels) - 1,
            "first_consequence": mine[0] if mine else 0,
            "end_consequence": mine[-1] + 1 if mine else 0,
        }

    def _rung(self, path: str, record: Any) -> dict[str, int]:
        """Links of a rung: the one below is the next lower of its ladder."""
        ladders = [at.rpartition(".")[0] for at, _, _ in self.entries["rung"]]
        ladder = path.rpartition(".")[0]
        lower = [
            (held.height, slot)
            for slot, (_, _, held) in enumerate(self.entries["rung"])
            if ladders[slot] == ladder and held.height < record.height
        ]
        return {
            "ladder": list(dict.fromkeys(ladders)).index(ladder),
            "below": max(lower)[1] if lower else NONE,
        }


def _output(path: str | None, slots: Mapping[str, tuple[str, ...]]) -> dict[str, int]:
    """Where an output lies; NONE for no output, zeros for one that is not there, which is reported elsewhere."""
    if path is None:
        return {"output_entity": NONE, "output_slot": 0, "output_field": 0}
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
