"""Steps of instruments: who moves what to which level, how likely that was that week, and the reasons.

The terms of the step's worth and what the actor's other options and the levels reached make of it (OPTIONS, the rest)
add up to the log of its chance over that at the base rate.
"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from tertius.impact.chronicle.telling import Line, Told, teller
from tertius.impact.reactions import base_chances
from tertius.impact.reasons import OPTIONS, Reason, reasons_taken
from tertius.impact.recorded import instruments

TEXT = "{actor} {moves} {instrument} to level {level} “{words}”"
CHOSEN = " (chance that week {chance:%}, by its base rate {rate:%})"


@teller(order=20)
def decisions(told: Told) -> Iterator[Line]:
    """A line for each step of each instrument; the level has moved at the end of the week."""
    for name in instruments(told.ensemble):
        level = told.output(f"instruments.{name}.level")
        for week in (np.flatnonzero(np.diff(level)) + 1).tolist():
            yield _step(told, name, week, round(float(level[week])), "up" if level[week] > level[week - 1] else "down")


def _step(told: Told, name: str, week: int, level: int, way: str) -> Line:
    record = told.scenario.instruments[name]
    values: dict[str, str | int | float] = {
        "actor": told.scenario.actors[record.actor].name,
        "instrument": record.name,
        "way": way,
        "moves": "raises" if way == "up" else "lowers",
        "level": level,
        "words": record.levels[level],
    }
    subject = f"instruments.{name}"
    forced = np.floor(told.quantity(f"{subject}.forced_week", 1e9)) == week - 1
    if forced and np.sign(told.quantity(f"{subject}.forced_step", 1.0)) == (1 if way == "up" else -1):
        return Line(week, "decisions", subject, f"{TEXT}, which the scenario forces", values)
    chance = float(told.output(f"{subject}.steps.{way}.chance")[week])
    rate = float(base_chances(told.recorded, name)[way == "down"][0])
    reasons = reasons_taken(told.recorded, name, way, week)
    if rate > 0.0:
        rest = float(np.log(chance / rate)) - sum(reason.worth for reason in reasons)
        reasons = (*reasons, Reason(OPTIONS, rest, 0.0, 0.0))
    text = TEXT + CHOSEN
    return Line(week, "decisions", subject, text, {**values, "chance": chance, "rate": rate}, reasons)
