"""What one trajectory is made of: a few small arrays, one per entity type, entity first, field last.

Outside the kernel the same tuples carry a leading trajectory axis: `State.theatre` has shape
(trajectory, theatre, field). Inside a law it is one trajectory's view, shape (theatre, field).
"""

from __future__ import annotations

from typing import Any, Final, NamedTuple

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
    occasion: Floats
    turn: Floats
    push: Floats
    weapon: Floats
    aim: Floats
    defence: Floats
    interception: Floats
    target: Floats


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
    occasion: Floats
    turn: Floats
    push: Floats
    weapon: Floats
    aim: Floats
    defence: Floats
    interception: Floats
    target: Floats
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
    occasion_links: Integers
    turn_links: Integers
    push_links: Integers
    weapon_links: Integers
    aim_links: Integers
    defence_links: Integers
    interception_links: Integers
    target_links: Integers


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
    occasion: Words
    weapon: Words
    interception: Words
    target: Words


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
    occasion: Words
    turn: Words
    push: Words
    weapon: Words
    aim: Words
    defence: Words
    interception: Words
    target: Words


def _reader() -> Any:
    """Compile `read_output`: laws know arrays by name alone, so that it names each of them."""
    lines = (
        f"    if entity == {at}:\n        return state.{name}[slot, field]" for at, name in enumerate(State._fields)
    )
    made: dict[str, Any] = {}
    exec("\n".join(["def read_output(state, entity, slot, field):", *lines, "    return 0.0"]), made)
    return njit(made["read_output"])


read_output: Final = _reader()
"""A state variable by place: read_output(state, index of the entity in ENTITIES, slot, field); 0 for index -1."""
