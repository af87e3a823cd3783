"""Strikes: what each kind of weapon launched in a month, and the week in which interceptors run out."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from tertius.impact.chronicle.lines.months import Values, month_of
from tertius.impact.chronicle.telling import Line, Told, month_ends, teller


@teller(order=82)
def salvos(told: Told) -> Iterator[Line]:
    """A line a month, of what was launched and what got through."""
    for first, last in month_ends(told.dates[: told.last + 1]):
        values: Values = {"month": month_of(told, last)}
        parts = []
        for name, weapon in told.scenario.weapons.items():
            launched, leaked = (told.output(f"weapons.{name}.cumulative_{what}") for what in ("launched", "leaked"))
            sent = float(launched[last] - launched[first])
            if sent >= 1.0:
                values |= {f"name_{name}": weapon.name, f"sent_{name}": sent}
                values[f"leaked_{name}"] = float(leaked[last] - leaked[first])
                parts.append(f"{{name_{name}}} {{sent_{name}}} ({{leaked_{name}}} get through)")
        if parts:
            yield Line(last, "strikes", "weapons", "{month}, launched: " + ", ".join(parts), values)


@teller(order=83)
def run_out(told: Told) -> Iterator[Line]:
    """The first week in which a layer has no interceptors left, or a weapon no stock."""
    held = [(f"defences.{name}", each.name, "interceptors") for name, each in told.scenario.defences.items()]
    held += [(f"weapons.{name}", each.name, "stock") for name, each in told.scenario.weapons.items()]
    for subject, name, what in held:
        left = told.output(f"{subject}.{what}")[: told.last + 1]
        gone = np.flatnonzero(left < 1.0)
        if len(gone) and gone[0] > 0:
            values: Values = {"name": name}
            yield Line(int(gone[0]), "strikes", subject, "{name}: nothing is left in stock", values)
