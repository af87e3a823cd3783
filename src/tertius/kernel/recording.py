"""What is kept of a week: some outputs in full, others at half the size, and the first that is out of bounds."""

from __future__ import annotations

from typing import Final

from numba import njit

from tertius.kernel.state import Floats, Halves, Integers

LARGEST: Final = 1e30  # what the 32-bit archive can hold, with room for sums


@njit(error_model="numpy")
def keep(
    outputs: Floats,
    trajectory: int,
    week: int,
    places: Integers,
    named: Floats,
    wanted: Integers,
    kept: Halves,
    at: int,
    fault: Floats,
) -> None:
    """Keep one week's outputs, shape (output,), of one trajectory; a fault found before stays.

    places      outputs to keep in full, shape (name,)
    named       shape (trajectory, week + 1, name)
    wanted      outputs to keep as 32-bit numbers, shape (kept,)
    kept        shape (kept, trajectory, week + 1): the block's first trajectory stands at `at`; may be shorter than
                the trajectories are. A future's weeks lie side by side, so that a week writes to few lines of memory
    fault       shape (4,): trajectory, week, place and value, once an output is no number below LARGEST in size
    """
    for n in range(places.shape[0]):
        named[trajectory, week, n] = outputs[places[n]]
    if at + trajectory < kept.shape[1]:
        for n in range(wanted.shape[0]):
            kept[n, at + trajectory, week] = outputs[wanted[n]]
    beyond = 0
    for place in range(outputs.shape[0]):
        beyond += not abs(outputs[place]) < LARGEST
    if beyond > 0 and fault[3] == 0.0:
        for place in range(outputs.shape[0] - 1, -1, -1):
            if not abs(outputs[place]) < LARGEST:
                fault[0], fault[1], fault[2], fault[3] = trajectory, week, place, outputs[place]
