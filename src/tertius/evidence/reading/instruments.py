"""Actions and their objects to the kinds of a scenario's instruments, in one table."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from tertius.evidence.reading.lexicon import is_of

# (actions, classes or words of the object or trigger, kind of instrument); the first row that fits is taken.
KINDS: tuple[tuple[frozenset[str], tuple[str, ...], str], ...] = (
    (frozenset({"AGREE", "CONCEDE"}), ("truce", "armistice", "ceasefire", "peace", "bombing"), "ceasefire-offer"),
    (frozenset({"AID", "SANCTION", "AGREE"}), ("ammunition", "shell", "munition", "round", "missile", "rocket"), "munitions"),
    (frozenset({"AID"}), ("limit", "curb", "restriction"), "strike-permission"),
    (frozenset({"COOPERATE", "AID"}), ("technology", "know-how", "expertise", "satellite", "design", "blueprint"), "technology"),
    (frozenset({"AID"}), ("money",), "finance"),
    (frozenset({"AID"}), ("troop", "soldier", "force", "brigade", "volunteer", "fighter", "paratrooper", "mercenary", "reinforcement", "marine"), "troops"),
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
