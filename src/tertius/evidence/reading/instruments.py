"""Actions and their objects to the kinds of a scenario's instruments, in one table."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import asdict, replace
from typing import Any

from tertius.evidence.reading.lexicon import is_of
from tertius.evidence.reading.records import Reading

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


# What a support that names no object is given as, by words of its clause; the first row that fits is taken.
GIVEN: tuple[tuple[str, str], ...] = (
    (r"military (?:aid|assistance|support|equipment)|weapons?|arms|howitzers?|air defen[cs]e|tanks?", "arms"),
    (r"ammunition|shells|munitions|missiles", "munitions"),
    (r"troops|soldiers|brigades", "troops"),
    (r"money|loans?|financial (?:aid|support|assistance)", "finance"),
)


def kind_of(event: Mapping[str, Any]) -> str | None:
    """The kind of instrument that an event's record is about; of a support without object, by its clause's words."""
    if event["kind"] is not None or event["action"] not in ("SUPPORT", "AID"):
        return str(event["kind"]) if event["kind"] is not None else None
    quote = str(event["quote"]).lower()
    return next((kind for words, kind in GIVEN if re.search(rf"\b(?:{words})\b", quote)), None)


def instrument_of(event: Mapping[str, Any], scenario: Any) -> str | None:
    """Name of the scenario's instrument that an event's record is about, or None.

    It is one whose actor is the event's source and whose kind is the event's, and which is towards the event's target;
    towards anybody for those who muster for themselves, where no target is named.
    """
    kind = kind_of(event)
    for name, one in (getattr(scenario, "instruments", None) or {}).items():
        towards = (None, event["target"]) if event["target"] else (None, one.towards)
        if kind is not None and one.actor == event["source"] and one.kind == kind and one.towards in towards:
            return str(name)
    return None


def with_instruments(reading: Reading, scenario: Any) -> Reading:
    """Return the reading with each event's instrument, where the scenario has instruments."""
    found = tuple(replace(event, instrument=instrument_of(asdict(event), scenario)) for event in reading.events)
    return replace(reading, events=found)
