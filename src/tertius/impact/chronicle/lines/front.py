"""The front: theatres that close, and spells of larger shocks."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from tertius.impact.chronicle.telling import Line, Told, teller


@teller(order=30)
def front(told: Told) -> Iterator[Line]:
    """A theatre that closes; active spells that begin and end, where activity makes a difference in this future."""
    for name, theatre in told.scenario.theatres.items():
        subject = f"theatres.{name}"
        values: dict[str, str | int | float] = {
            "theatre": theatre.name,
            "holder": told.scenario.sides[theatre.holder].name,
        }
        for week in _changes(told, f"{subject}.open"):
            text = "{theatre}: closes, {holder} holds nothing there any more; its troops are free for other theatres"
            yield Line(week, "front", subject, text, values)
        scale = told.quantity(f"{subject}.active_scale", 1.0)
        if scale <= 1.0:
            continue
        active = told.output(f"{subject}.activity")
        for week in _changes(told, f"{subject}.activity"):
            text = "{theatre}: an active spell ends"
            if active[week] > 0.5:
                text = "{theatre}: an active spell begins, weekly shocks are {scale} times as large"
            yield Line(week, "front", subject, text, {**values, "scale": scale})


def _changes(told: Told, path: str) -> list[int]:
    """Places on the week axis at which an output is not what it was."""
    return [int(week) for week in np.flatnonzero(np.diff(told.output(path))) + 1]
