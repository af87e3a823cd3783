"""What is kept of a week: some outputs in full, others at half the size, and the first that is out of bounds."""

from __future__ import annotations

from functools import lru_cache
from typing import Any, Final

import numpy as np
from llvmlite import ir
from numba import njit, types
from numba.extending import intrinsic

from tertius.kernel.fields import ENTITIES, outputs
from tertius.kernel.state import Floats, Halves, Words

LARGEST: Final = 1e30  # what the 32-bit archive can hold, with room for sums


@lru_cache(maxsize=64)
def recorded_at(shapes: tuple[tuple[int, ...], ...]) -> Words:
    """Where a run's outputs stand in the memory of one state, shape (output,): table after table, row after row.

    shapes  of the state's tables, (entity, state field), in the order of ENTITIES
    """
    found, begins = [np.zeros(0, dtype=np.uint64)], 0
    for entity, (rows, columns) in zip(ENTITIES, shapes, strict=True):
        kept = np.array([int(field) for field in outputs(entity)], dtype=np.uint64)
        found.append(
            (np.uint64(begins) + np.uint64(columns) * np.arange(rows, dtype=np.uint64)[:, None] + kept).ravel()
        )
        begins += rows * columns
    return np.concatenate(found)


@intrinsic
def take_four(context: Any, row: Any, first: Any, memory: Any, places: Any) -> Any:
    """row[n] = memory[places[n]] for the four n from `first` on, written at once: a row is longer than what waits.

    All float64 but places, which is uint64; each of one dimension and side by side, `first` from 0 up. Not checked.
    """

    def code(target: Any, builder: Any, called: Any, arguments: Any) -> Any:
        at, four = arguments[1], ir.VectorType(ir.DoubleType(), 4)
        to, of, where = (target.make_array(called.args[n])(target, builder, arguments[n]).data for n in (0, 2, 3))
        taken = ir.Constant(four, ir.Undefined)
        for n in range(4):
            place = builder.load(builder.gep(where, [builder.add(at, at.type(n))], inbounds=True))
            number = builder.load(builder.gep(of, [place], inbounds=True))
            taken = builder.insert_element(taken, number, ir.IntType(32)(n))
        begin = builder.bitcast(builder.gep(to, [at], inbounds=True), four.as_pointer())
        builder.store(taken, begin, align=8)
        return target.get_dummy_value()

    return types.none(row, types.intp, memory, places), code


@njit(error_model="numpy")
def keep(
    memory: Floats,
    trajectory: int,
    week: int,
    where: Words,
    places: Words,
    named: Floats,
    wanted: Words,
    kept: Halves,
    at: int,
    fault: Floats,
) -> None:
    """Keep one week of one trajectory, whose state is in `memory`; a fault found before stays.

    where       places of all outputs in memory, shape (output,): see `recorded_at`
    places      of outputs to keep in full, shape (name,); unsigned, so that nothing is counted from the end
    named       shape (trajectory, week + 1, name)
    wanted      of outputs to keep as 32-bit numbers, shape (kept,)
    kept        shape (kept, trajectory, week + 1): the block's first trajectory stands at `at`; may be shorter than
                the trajectories are. A future's weeks lie side by side, so that a week writes to few lines of memory
    fault       shape (4,): trajectory, week, place and value, once an output is no number below LARGEST in size
    """
    row = named[trajectory, week]
    fours = places.shape[0] // 4
    for n in range(fours):
        take_four(row, 4 * n, memory, places)
    for n in range(4 * fours, places.shape[0]):
        row[n] = memory[places[n]]
    if at + trajectory < kept.shape[1]:
        for n in range(wanted.shape[0]):
            kept[n, at + trajectory, week] = memory[wanted[n]]
    # The whole state is looked through, which is side by side; what is no output is told apart where one is found.
    beyond = 0
    for place in range(memory.shape[0]):
        beyond += not abs(memory[place]) < LARGEST
    if beyond > 0 and fault[3] == 0.0:
        for place in range(where.shape[0] - 1, -1, -1):
            value = memory[where[place]]
            if not abs(value) < LARGEST:
                fault[0], fault[1], fault[2], fault[3] = trajectory, week, place, value
