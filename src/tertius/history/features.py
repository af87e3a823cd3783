"""Features of joining: what a third state is to a side, to the other side, and by itself.

Raw quantities are read from a panel's columns or from a scenario's relations, under one name, unit and range. A term is
a function of them. Each side is scored with the same weights: `own` is the side that might be joined, `other` its
enemy, so that renaming the sides changes nothing.

    term                 of                                                         raw quantity (unit)
    defence              own, other: defence pact                                   defence_pact (1: 0 or 1)
    border               own, other: common land border                             land_border (1)
    near                 own, other: border or at most 400 miles of water           near (1)
    rivalry              own, other: strategic rivals                               rivalry (1)
    distance             own, other: log (capitals' distance / 1,000 km)            capital_distance (km)
    opposed              own, other: log (1 + disputes against it in ten years)     opposed_10y (disputes)
    together             own, other: log (1 + disputes beside it in ten years)      together_10y (disputes)
    side_power           own, other: log of the side's share of world capability    capability_share (1)
    attacked             the side was attacked, the other began                     attacked (1)
    major, power         the state: major power; log share of world capability      major_power, capability_share (1)
    disputes             the state: log (1 + own disputes in ten years)             disputes_10y (disputes)
    major_distance       major power x log distance to the nearer capital

Counts that grow with the system of states (shared organisations, trade, treaties of any kind) are left out: they added
nothing at rolling origins and drift. The number of third states only divides the base rate (`joining.py`).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

import numpy as np

from tertius.history.panel import SIDES, Floats, Panel

LARGE = float("inf")


@dataclass(frozen=True, slots=True)
class Raw:
    """A raw quantity: `column` is that of the panel, without the side's letter."""

    name: str
    column: str
    unit: str
    low: float
    high: float
    meaning: str


ACTOR_RAW = (
    Raw("capability_share", "cinc", "1", 0.0, 1.0, "the state's share of world capability, as COW's CINC"),
    Raw("major_power", "major", "1", 0.0, 1.0, "1 for a major power by COW's list"),
    Raw("disputes_10y", "mids10", "disputes", 0.0, LARGE, "the state's militarized disputes in the last ten years"),
)
SIDE_RAW = (
    Raw("capability_share", "cinc", "1", 0.0, 1.0, "the side's share of world capability, as COW's CINC"),
    Raw("attacked", "attacked", "1", 0.0, 1.0, "1 for the side that was attacked, 0 for the one that began"),
)
PAIR_RAW = (
    Raw("defence_pact", "def", "1", 0.0, 1.0, "1 for an obligation to defend a state of the side, as ATOP"),
    Raw("land_border", "land", "1", 0.0, 1.0, "1 for a common land border"),
    Raw("near", "cont400", "1", 0.0, 1.0, "1 for a border or at most 400 miles of water between them"),
    Raw("rivalry", "riv", "1", 0.0, 1.0, "1 for strategic rivals"),
    Raw("capital_distance", "capdist", "km", 0.0, 20_038.0, "kilometres between the capitals"),
    Raw("opposed_10y", "host10", "disputes", 0.0, LARGE, "disputes against it in the last ten years"),
    Raw("together_10y", "same10", "disputes", 0.0, LARGE, "disputes on its side in the last ten years"),
)
WAR_RAW = (Raw("third_states", "count", "states", 2.0, 1000.0, "states of the world outside the dispute"),)

Arrays = Mapping[str, Floats]


@dataclass(frozen=True)
class RawArrays:
    """Raw quantities by name: of the state (r,), of each side (2, r), of the pair state and side (2, r), count (r,)."""

    actor: Arrays
    side: Arrays
    pair: Arrays
    third_states: Floats


def raw_of(panel: Panel) -> RawArrays:
    """The raw quantities of a panel's rows."""
    return RawArrays(
        actor={raw.name: panel.own[raw.column] for raw in ACTOR_RAW},
        side={raw.name: panel.sides[raw.column] for raw in SIDE_RAW},
        pair={raw.name: panel.sides[raw.column] for raw in PAIR_RAW},
        third_states=panel.count,
    )


def _same(values: Floats) -> Floats:
    return values


def _count(values: Floats) -> Floats:
    return np.log1p(values)


def _distance(values: Floats) -> Floats:
    return np.log(np.maximum(values, 50.0) / 1000.0)


def _power(values: Floats) -> Floats:
    return np.log(np.maximum(values, 1e-4))


# term of a side -> (group of raw quantities, raw name, transformation, words where above and where below the average)
_OF_A_SIDE: Mapping[str, tuple[str, str, Callable[[Floats], Floats], str, str]] = {
    "defence": ("pair", "defence_pact", _same, "a defence pact with {}", "no defence pact with {}"),
    "border": ("pair", "land_border", _same, "a border with {}", "no border with {}"),
    "near": ("pair", "near", _same, "being near {}", "not being near {}"),
    "rivalry": ("pair", "rivalry", _same, "rivalry with {}", "no rivalry with {}"),
    "distance": ("pair", "capital_distance", _distance, "being far from {}", "being close to {}"),
    "opposed": ("pair", "opposed_10y", _count, "disputes against {}", "few or no disputes against {}"),
    "together": ("pair", "together_10y", _count, "disputes beside {}", "few or no disputes beside {}"),
    "side_power": ("side", "capability_share", _power, "the strength of {}", "the weakness of {}"),
}
_ALONE: Mapping[str, tuple[str, str]] = {
    "attacked": ("the side having been attacked", "the side having begun"),
    "major": ("being a major power", "not being a major power"),
    "power": ("its strength", "its weakness"),
    "disputes": ("its many disputes of late", "its few disputes of late"),
    "major_distance": ("a major power's reach", "a major power's closeness"),
}
TERMS: tuple[str, ...] = (
    *(f"{which}_{term}" for term in _OF_A_SIDE for which in ("own", "other")),
    *_ALONE,
)


def words(term: str, above: bool) -> str:
    """A term in words, for reasons: `above` or below the average third state."""
    which, _, rest = term.partition("_")
    if which in ("own", "other") and rest in _OF_A_SIDE:
        _, _, _, more, less = _OF_A_SIDE[rest]
        told = more if above else less
        return told.format("the side" if which == "own" else "the other side")
    return _ALONE[term][0 if above else 1]


def design(raw: RawArrays) -> Floats:
    """Terms of each side, shape (2, rows, terms), side A first."""
    columns: list[list[Floats]] = []
    for side in range(len(SIDES)):
        made: list[Floats] = []
        for group, name, change, _, _ in _OF_A_SIDE.values():
            values = (raw.pair if group == "pair" else raw.side)[name]
            made += [change(values[side]), change(values[1 - side])]
        nearer = _distance(raw.pair["capital_distance"].min(axis=0))
        major = raw.actor["major_power"]
        made += [
            raw.side["attacked"][side],
            major,
            np.log(np.maximum(raw.actor["capability_share"], 1e-5)),
            _count(raw.actor["disputes_10y"]),
            major * nearer,
        ]
        columns.append(made)
    return np.stack([np.stack(made, axis=-1) for made in columns])
