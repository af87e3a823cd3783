"""The table data/mapping.yaml: from an event's action, object and words to the kind of a scenario's instrument."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any

from tertius.errors import DataError
from tertius.evidence.reading.lexicon import is_of
from tertius.evidence.reading.records import ACTIONS
from tertius.evidence.reading.words import checked, read_table

SECTIONS = ("kinds", "given", "instead", "blocs")


@dataclass(frozen=True, slots=True)
class Row:
    """Which events are about a kind of instrument; an empty set or no pattern asks for nothing."""

    actions: frozenset[str]
    objects: frozenset[str]
    phrases: re.Pattern[str] | None
    kind: str

    def says(self, quote: str) -> bool:
        """Whether the words of a clause hold one of its phrases."""
        return self.phrases is None or self.phrases.search(quote.lower().replace("’", "'")) is not None


@dataclass(frozen=True, slots=True)
class Mapped:
    """The whole table.

    kinds    rows for an event, tried in order
    given    rows for an aid or a support that names no object
    instead  kind -> the kind that counts where the actor has none of it
    weights  member -> bloc -> share of the bloc, in (0, 1]
    """

    kinds: tuple[Row, ...]
    given: tuple[Row, ...]
    instead: Mapping[str, str]
    weights: Mapping[str, Mapping[str, float]]


@cache
def mapping(text: str | None = None) -> Mapped:
    """Return the shipped table, or another of its form. Raises DataError."""
    written = read_table("mapping.yaml", SECTIONS, text)
    kinds = [_row(row, f"mapping.yaml, row {number} of kinds") for number, row in enumerate(written["kinds"], 1)]
    given = [_row(row, f"mapping.yaml, row {number} of given") for number, row in enumerate(written["given"], 1)]
    instead = {}
    for number, row in enumerate(written["instead"], 1):
        held = checked(row, ("kind", "counts-as"), f"mapping.yaml, row {number} of instead")
        instead[str(held["kind"])] = str(held["counts-as"])
    weights: dict[str, dict[str, float]] = {}
    for number, row in enumerate(written["blocs"], 1):
        place = f"mapping.yaml, row {number} of blocs"
        held = checked(row, ("bloc", "members"), place)
        sizes = _sizes(str(held["members"]), place)
        for member, size in sizes.items():
            weights.setdefault(member, {})[str(held["bloc"])] = size / sum(sizes.values())
    return Mapped(tuple(kinds), tuple(given), instead, weights)


def _row(row: Any, place: str) -> Row:
    held = checked(row, ("actions", "objects", "phrases", "kind"), place, ("kind",))
    actions = frozenset(str(held.get("actions", "")).split())
    for action in actions - set(ACTIONS):
        raise DataError(place, f"the action {action!r}", ", ".join(ACTIONS), "use one of them")
    forms = [re.escape(form.strip().lower()) for form in str(held.get("phrases", "")).split("|") if form.strip()]
    pattern = re.compile(rf"(?<!\w)(?:{'|'.join(forms)})(?!\w)") if forms else None
    return Row(actions, frozenset(str(held.get("objects", "")).split()), pattern, str(held["kind"]))


def _sizes(members: str, place: str) -> dict[str, float]:
    try:
        found = {code: float(size) for code, size in (pair.split(":") for pair in members.split())}
    except ValueError as error:
        raise DataError(place, f"members {members!r}", "CODE:SIZE, with blanks between", "correct them") from error
    if not found or min(found.values()) <= 0:
        raise DataError(place, "a size that is not above 0", "sizes above 0", "correct it")
    return found


def instrument_kind(action: str, tokens: Iterable[Any]) -> str | None:
    """Return the kind of instrument that an action with these words moves, or None."""
    words = list(tokens)
    clause = " ".join(token.text for token in words[0].sent) if words else ""
    for row in mapping().kinds:
        if action not in row.actions or not row.says(clause):
            continue
        if not row.objects or any(is_of(token, row.objects) for token in words):
            return row.kind
    return None
