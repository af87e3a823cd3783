"""Actions and their objects to the kinds of a scenario's instruments, in one table."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from typing import Any

from tertius.evidence.reading.lexicon import is_of
from tertius.evidence.reading.records import Event, Reading

MUNITIONS = ("ammunition", "shell", "munition", "round", "missile", "rocket")
TECHNOLOGY = ("technology", "know-how", "expertise", "satellite", "design", "blueprint")
SOLDIERS = ("troop", "soldier", "force", "brigade", "volunteer", "fighter", "paratrooper", "mercenary", "marine")
# (actions, classes or words of the object or trigger, kind of instrument); the first row that fits is taken.
KINDS: tuple[tuple[frozenset[str], tuple[str, ...], str], ...] = (
    (frozenset({"AGREE", "CONCEDE"}), ("truce", "armistice", "ceasefire", "peace", "bombing"), "ceasefire-offer"),
    (frozenset({"AID", "SANCTION", "AGREE"}), MUNITIONS, "munitions"),
    (frozenset({"AID"}), ("limit", "curb", "restriction"), "strike-permission"),
    (frozenset({"COOPERATE", "AID"}), TECHNOLOGY, "technology"),
    (frozenset({"AID"}), ("money",), "finance"),
    (frozenset({"AID"}), SOLDIERS, "troops"),
    (frozenset({"AID"}), ("arms",), "arms"),
    (frozenset({"AID"}), ("troops", "fight", "serve", "defend"), "troops"),
    (frozenset({"MOBILIZE"}), (), "mobilisation"),
    (frozenset({"SANCTION"}), (), "sanctions"),
    (frozenset({"THREATEN"}), (), "warning"),
    (frozenset({"REQUEST"}), (), "pressure"),
    (frozenset({"CONSULT"}), ("mediate", "broker", "host", "facilitate"), "mediation"),
)  # fmt: skip


def instrument_kind(action: str, tokens: Iterable[Any]) -> str | None:
    """Return the kind of instrument that an action with these words moves, or None."""
    words = list(tokens)
    for actions, objects, kind in KINDS:
        if action in actions and (not objects or any(is_of(token, objects) for token in words)):
            return kind
    return None


def with_instruments(reading: Reading, scenario: Any) -> Reading:
    """Return the reading with each event's instrument, where the scenario has instruments.

    An instrument fits an event whose source is its actor and whose kind is its own, and whose target it is `towards`,
    if
    it is towards anybody. A scenario without such a section changes nothing.
    """
    instruments = getattr(scenario, "instruments", None) or {}
    if not instruments:
        return reading

    def name_of(event: Event) -> str | None:
        for name, one in instruments.items():
            towards = getattr(one, "towards", None)
            sort = getattr(one, "kind", None)
            if getattr(one, "actor", None) == event.source and sort == event.kind and towards in (None, event.target):
                return str(name)
        return None

    return replace(reading, events=tuple(replace(event, instrument=name_of(event)) for event in reading.events))
