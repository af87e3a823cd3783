"""Orders: what is forced on instruments from week to week, the same in every trajectory of a run.

A scenario can force one step of an instrument, in one week. Where a war is played, steps are forced again and again,
and an actor is held from choosing in some weeks and not in others. An order changes a parameter of an instrument from
a week on. Random numbers do not depend on it, so that a run with more orders of later weeks is, up to these, the same
bit for bit.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from tertius.engine.layout import Layout
from tertius.errors import UnknownName
from tertius.kernel.fields import quantities

NEVER = 1e9
"""The week of a step that is forced in none."""


@dataclass(frozen=True)
class Order:
    """A parameter of an instrument, from a week on.

    instrument  its id
    week        weeks after the as-of date; 0 is the first week
    quantity    name of the parameter, such as held
    value       what it is from then on, in its unit
    """

    instrument: str
    week: int
    quantity: str
    value: float


def order_table(layout: Layout, orders: Sequence[Order]) -> NDArray[np.float64]:
    """Orders as the kernel takes them, shape (order, 4): week, slot, field, value. Raises UnknownName."""
    slots = {path.partition(".")[2]: slot for slot, path in enumerate(layout.slots["instrument"])}
    known = quantities("instrument")
    found = np.zeros((len(orders), 4))
    for place, order in enumerate(orders):
        if order.instrument not in slots:
            raise UnknownName("instrument", order.instrument, slots)
        if order.quantity not in known or known[order.quantity].kind != "parameter":
            named = [name for name, field in known.items() if field.kind == "parameter"]
            raise UnknownName("parameter of an instrument", order.quantity, named)
        found[place] = order.week, slots[order.instrument], known[order.quantity], order.value
    return found


def held(layout: Layout, instrument: str, first: int, free: int) -> Iterator[Order]:
    """Hold an instrument from choice, and from what the scenario forces, in weeks first .. free - 1.

    From week `free` on it is as the scenario has it. Nothing where there is no such week.
    """
    if free <= first:
        return
    before = {
        name: layout.by_path[f"instruments.{instrument}.{name}"].quantity.central for name in ("held", "forced_week")
    }
    yield Order(instrument, first, "held", 1.0)
    yield Order(instrument, first, "forced_week", NEVER)
    yield Order(instrument, free, "held", before["held"])
    yield Order(instrument, free, "forced_week", before["forced_week"])
    yield Order(
        instrument, free, "forced_step", layout.by_path[f"instruments.{instrument}.forced_step"].quantity.central
    )


def forced(instrument: str, week: int, step: float) -> Iterator[Order]:
    """Force a step, 1 up or -1 down, of an instrument in a week."""
    yield Order(instrument, week, "forced_week", float(week))
    yield Order(instrument, week, "forced_step", step)
