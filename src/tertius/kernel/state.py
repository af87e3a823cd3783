"""What one trajectory is made of: a few small arrays, one per entity type, entity first, field last.

Outside the kernel the same tuples carry a leading trajectory axis: `State.theatre` has shape
(trajectory, theatre, field). Inside a law it is one trajectory's view, shape (theatre, field).
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
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


class Params(NamedTuple):
    """What stays: parameters of one trajectory, shapes (entity, parameter field), and the links of the layout."""

    world: Floats
    theatre: Floats
    side: Floats
    force: Floats
    contingent: Floats
    supply: Floats
    event: Floats
    theatre_links: Integers
    contingent_links: Integers
    supply_links: Integers
    event_links: Integers


class Key(NamedTuple):
    """Where a random number is drawn: hashes of (seed, trajectory) and (seed, trajectory, week), and entity names.

    `week` counts from 0, the first week after the as-of date; -1 is the as-of state itself. The name arrays have
    shape (entity,) and hold hashes of stable names, so that slots do not matter.
    """

    trajectory: np.uint64
    now: np.uint64
    week: int
    theatre: Words
    side: Words
    force: Words
    contingent: Words
    supply: Words
    event: Words


class Names(NamedTuple):
    """Hashes of stable names, one array of shape (entity,) per entity type."""

    world: Words
    theatre: Words
    side: Words
    force: Words
    contingent: Words
    supply: Words
    event: Words
