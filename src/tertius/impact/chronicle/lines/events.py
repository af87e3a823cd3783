"""Events of the scenario that are no movement of a contingent, and those that do not come in this future."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from tertius.impact.chronicle.telling import Line, Told, teller

POSTURED = {"strikes": "weapons", "air-defence": "defences"}


@teller(order=5)
def events(told: Told) -> Iterator[Line]:
    """Mobilisations and strikes that begin and end, changes of supply, and what could have happened and does not."""
    for name, event in told.scenario.events.items():
        subject = f"events.{name}"
        week = told.happens.get(name)
        if week is None:
            due = int(np.floor(told.quantity(f"{subject}.week"))) + 1
            if 1 <= due <= told.weeks:
                yield Line(due, "events", subject, "{event}: does not come about in this future", {"event": event.name})
            continue
        if event.kind == "mobilisation":
            yield from _mobilisation(told, name, week)
        elif event.kind in POSTURED:
            yield from _posture(told, name, week)
        elif event.kind == "supply" and 1 <= week <= told.weeks:
            factor = told.quantity(f"{subject}.factor", 1.0)
            values: dict[str, str | int | float] = {
                "event": event.name,
                "line": told.scenario.supply_lines[event.target].name,
                "factor": factor,
                "items": told.quantity(f"{subject}.items", 0.0),
            }
            if values["items"] != 0.0:
                yield Line(week, "events", subject, "{event}: {items} items more by {line}", values)
            if factor != 1.0:
                yield Line(week, "events", subject, "{event}: {line} times {factor} from now on", values)


def _mobilisation(told: Told, name: str, week: int) -> Iterator[Line]:
    subject = f"events.{name}"
    recruits = told.quantity(f"{subject}.recruits")
    event = told.scenario.events[name]
    values: dict[str, str | int | float] = {
        "event": event.name,
        "side": told.scenario.sides[event.target].name,
        "recruits": recruits,
    }
    if recruits == 0.0 or week < 1:  # before the as-of date: in the as-of numbers
        return
    if week <= told.weeks:
        yield Line(week, "events", subject, "{event}: {recruits} recruits a week more for {side}", values)
    end = week + int(np.floor(told.quantity(f"{subject}.duration")))
    if end <= told.weeks:
        yield Line(end, "events", subject, "{event}: ends; {recruits} recruits a week fewer for {side}", values)


def _posture(told: Told, name: str, week: int) -> Iterator[Line]:
    """Strikes or air defence that begin, and end after their time."""
    subject = f"events.{name}"
    event = told.scenario.events[name]
    values: dict[str, str | int | float] = {
        "event": event.name,
        "what": getattr(told.scenario, POSTURED[event.kind])[event.target].name,
    }
    brought = abs(told.quantity(f"{subject}.posture")) + abs(told.quantity(f"{subject}.edge"))
    if brought == 0.0 or week < 1:
        return
    if week <= told.weeks:
        yield Line(week, "events", subject, "{event}: {what}", values)
    lasting = told.quantity(f"{subject}.duration")
    end = week + max(1, int(np.floor(lasting)))
    if lasting > 0.0 and end <= told.weeks:
        yield Line(end, "events", subject, "{event}: ends ({what})", values)
