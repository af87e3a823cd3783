"""What one trajectory is made of: a few small arrays, one per entity type, entity first, field last.

Outside the kernel the same tuples carry a leading trajectory axis: `State.theatre` has shape
(trajectory, theatre, field). Inside a law it is one trajectory's view, shape (theatre, field).
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numba import njit
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Halves = NDArray[np.float32]
Integers = NDArray[np.int64]
Words = NDArray[np.uint64]


class State(NamedTuple):
    """What moves. Shapes (entity, state field), units as in the name table."""

    world: Floats
    theatre: Floats
    side: Floats
    force: Floats
    contingent: Floats
    supply: Floats
    event: Floats
    actor: Floats
    stake: Floats
    driver: Floats
    interest: Floats
    instrument: Floats
    option: Floats
    consequence: Floats
    lever: Floats
    rung: Floats
    red_line: Floats
    bargain: Floats
    tie: Floats


class Params(NamedTuple):
    """What stays: parameters of one trajectory, shapes (entity, parameter field), and the links of the layout."""

    world: Floats
    theatre: Floats
    side: Floats
    force: Floats
    contingent: Floats
    supply: Floats
    event: Floats
    actor: Floats
    stake: Floats
    driver: Floats
    interest: Floats
    instrument: Floats
    option: Floats
    consequence: Floats
    lever: Floats
    rung: Floats
    red_line: Floats
    bargain: Floats
    tie: Floats
    theatre_links: Integers
    contingent_links: Integers
    supply_links: Integers
    event_links: Integers
    actor_links: Integers
    driver_links: Integers
    interest_links: Integers
    instrument_links: Integers
    consequence_links: Integers
    lever_links: Integers
    rung_links: Integers
    red_line_links: Integers
    bargain_links: Integers
    tie_links: Integers


class Key(NamedTuple):
    """Where a random number is drawn: hashes of (seed, trajectory) and (seed, trajectory, week), and entity names.

    `week` counts from 0, the first week after the as-of date; -1 is the as-of state itself. The name arrays have
    shape (entity,) and hold hashes of stable names, so that slots do not matter; only of entities that laws draw for,
    since every array in a tuple costs compile time.
    """

    trajectory: np.uint64
    now: np.uint64
    week: int
    theatre: Words
    side: Words
    contingent: Words
    event: Words
    option: Words
    rung: Words
    bargain: Words


class Names(NamedTuple):
    """Hashes of stable names, one array of shape (entity,) per entity type."""

    world: Words
    theatre: Words
    side: Words
    force: Words
    contingent: Words
    supply: Words
    event: Words
    actor: Words
    stake: Words
    driver: Words
    interest: Words
    instrument: Words
    option: Words
    consequence: Words
    lever: Words
    rung: Words
    red_line: Words
    bargain: Words
    tie: Words


@njit
def read_output(state: State, entity: int, slot: int, field: int) -> float:
    """A state variable by place (index of the entity in ENTITIES); 0 for entities that nothing may be driven by."""
    if entity == 1:
        return state.theatre[slot, field]
    if entity == 2:
        return state.side[slot, field]
    if entity == 3:
        return state.force[slot, field]
    if entity == 4:
        return state.contingent[slot, field]
    if entity == 5:
        return state.supply[slot, field]
    if entity == 7:
        return state.actor[slot, field]
    if entity == 11:
        return state.instrument[slot, field]
    if entity == 15:
        return state.rung[slot, field]
    if entity == 16:
        return state.red_line[slot, field]
    if entity == 17:
        return state.bargain[slot, field]
    if entity == 18:
        return state.tie[slot, field]
    return 0.0
