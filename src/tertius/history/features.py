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

These are the terms of our law (`joining.py`). Counts that grow with the system of states (shared organisations, trade,
treaties of any kind) are left out of it: they added nothing at rolling origins and drift. The law's two partners in
the pool (`pool.py`) read them (`columns.py`), as quantities that a scenario may tell. The number of third states only
divides the base rate.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

import numpy as np

from tertius.history.panel import SIDES, Floats, Panel

LARGE = float("inf")


@dataclass(frozen=True, slots=True)
class Raw:
    """A raw quantity.

    column     that of the panel, without the side's letter
    more, less words for more and less of it than the average third state has; {} stands for the side
    optional   a scenario need not tell it: only the sided logit and the trees read it, and fill it in (`columns.py`)
    """

    name: str
    column: str
    unit: str
    low: float
    high: float
    meaning: str
    more: str = ""
    less: str = ""
    optional: bool = False


def _yes(name: str, column: str, meaning: str, more: str, less: str, optional: bool = False) -> Raw:
    """A quantity that is 0 or 1."""
    return Raw(name, column, "1", 0.0, 1.0, meaning, more, less, optional)


_SHARE = "share of world capability, as COW's CINC"
ACTOR_RAW = (
    Raw("capability_share", "cinc", "1", 0.0, 1.0, f"the state's {_SHARE}", "its strength", "its weakness"),
    _yes("major_power", "major", "1 for a major power by COW's list", "being a major power", "not being a major power"),
    Raw(
        "disputes_10y", "mids10", "disputes", 0.0, LARGE, "the state's militarized disputes in the last ten years",
        "its many disputes of late", "its few disputes of late",
    ),
    Raw(
        "regime", "euds", "1", -5.0, 5.0, "the state's Unified Democracy Score, extended",
        "being a democracy", "being no democracy", optional=True,
    ),
    _yes("in_dispute", "busy", "1 for a state in a dispute of its own", "being in a dispute of its own",
         "being in no dispute of its own", optional=True),
)  # fmt: skip
SIDE_RAW = (
    Raw("capability_share", "cinc", "1", 0.0, 1.0, f"the side's {_SHARE}", "the strength of {}", "the weakness of {}"),
    _yes(
        "attacked", "attacked", "1 for the side that was attacked, 0 for the one that began",
        "the side having been attacked", "the side having begun",
    ),
    _yes("major_power", "maj", "1 for a major power on the side", "a major power on {}", "no major power on {}", True),
    Raw("states", "n", "states", 1.0, 1000.0, "states on the side when it began", "many states on {}",
        "few states on {}", optional=True),
)  # fmt: skip
PAIR_RAW = (
    _yes("defence_pact", "def", "1 for an obligation to defend a state of the side, as ATOP",
         "a defence pact with {}", "no defence pact with {}"),
    _yes("land_border", "land", "1 for a common land border", "a border with {}", "no border with {}"),
    _yes("near", "cont400", "1 for a border or at most 400 miles of water between them",
         "being near {}", "not being near {}"),
    _yes("rivalry", "riv", "1 for strategic rivals", "rivalry with {}", "no rivalry with {}"),
    Raw("capital_distance", "capdist", "km", 0.0, 20_038.0, "kilometres between the capitals",
        "being far from {}", "being close to {}"),
    Raw("opposed_10y", "host10", "disputes", 0.0, LARGE, "disputes against it in the last ten years",
        "disputes against {}", "few or no disputes against {}"),
    Raw("together_10y", "same10", "disputes", 0.0, LARGE, "disputes on its side in the last ten years",
        "disputes beside {}", "few or no disputes beside {}"),
    _yes("offence_pact", "off", "1 for an obligation to attack with it, as ATOP",
         "an offensive pact with {}", "no offensive pact with {}", True),
    _yes("neutrality_pact", "neu", "1 for an obligation to stay neutral, as ATOP",
         "a neutrality pact with {}", "no neutrality pact with {}", True),
    _yes("nonaggression_pact", "nag", "1 for an obligation not to attack it, as ATOP",
         "a non-aggression pact with {}", "no non-aggression pact with {}", True),
    _yes("consultation_pact", "con", "1 for an obligation to consult, as ATOP",
         "a consultation pact with {}", "no consultation pact with {}", True),
    Raw("trade_share", "trsh", "1", 0.0, LARGE, "their trade over all trade of the state",
        "much trade with {}", "little trade with {}", True),
    Raw("regime_difference", "regdiff", "1", 0.0, 10.0, "distance between their Unified Democracy Scores",
        "a regime unlike {}", "a regime like {}", True),
    Raw("shared_organisations", "igo", "organisations", 0.0, LARGE, "intergovernmental organisations they share",
        "many organisations shared with {}", "few organisations shared with {}", True),
)  # fmt: skip
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


# term of a side -> (group of raw quantities, raw name, transformation)
_OF_A_SIDE: Mapping[str, tuple[str, str, Callable[[Floats], Floats]]] = {
    "defence": ("pair", "defence_pact", _same),
    "border": ("pair", "land_border", _same),
    "near": ("pair", "near", _same),
    "rivalry": ("pair", "rivalry", _same),
    "distance": ("pair", "capital_distance", _distance),
    "opposed": ("pair", "opposed_10y", _count),
    "together": ("pair", "together_10y", _count),
    "side_power": ("side", "capability_share", _power),
}
TERMS: tuple[str, ...] = (
    *(f"{which}_{term}" for term in _OF_A_SIDE for which in ("own", "other")),
    *("attacked", "major", "power", "disputes", "major_distance"),
)


def design(raw: RawArrays) -> Floats:
    """Terms of each side, shape (2, rows, terms), side A first."""
    columns: list[list[Floats]] = []
    for side in range(len(SIDES)):
        made: list[Floats] = []
        for group, name, change in _OF_A_SIDE.values():
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
