"""Contingents: who comes and in what way (as an event, by decision, as a further wave), who leaves, who moves on.

What is sent in a week is taken apart in the order of the laws: events first, then levers of instruments stepped up the
week before, each as far as the ceiling allows, then a wave and losses made up. Losses made up are no line of their own.
"""

from __future__ import annotations

from collections.abc import Generator, Iterator

import numpy as np

from tertius.impact.chronicle.telling import Line, Told, teller

LEAST = 1.0  # soldiers; the record holds 32-bit numbers


@teller(order=10)
def contingents(told: Told) -> Iterator[Line]:
    """Lines for each contingent, in the order of the scenario."""
    for name in told.scenario.contingents:
        for week in range(1, told.weeks + 1):
            left = yield from _left(told, name, week)
            if not left:
                yield from _came(told, name, week)
            yield from _moved(told, name, week)


def _came(told: Told, name: str, week: int) -> Iterator[Line]:
    subject = f"contingents.{name}"
    title = told.scenario.contingents[name].name
    sent = told.output(f"{subject}.sent")
    ceiling = told.quantity(f"{subject}.troops_ceiling", 1e9)
    total = float(sent[week - 1])
    for event in told.due(week, "arrival", name):
        soldiers = told.quantity(f"events.{event}.troops")
        total += soldiers
        if soldiers >= LEAST:
            values: dict[str, str | int | float] = {"who": title, "soldiers": soldiers, "total": total}
            values["event"] = told.scenario.events[event].name
            text = "{who}: {soldiers} soldiers come ({event}); {total} sent in all"
            yield Line(week, "contingents", subject, text + _sent_home(told, name, week), values)
    for instrument, soldiers in _levers(told, name, week):
        more = max(0.0, min(soldiers, ceiling - total, float(sent[week]) - total))
        total += more
        if more >= LEAST:
            values = {"who": title, "soldiers": more, "total": total}
            values["instrument"] = told.scenario.instruments[instrument].name
            text = "{who}: {soldiers} soldiers come by decision ({instrument}); {total} sent in all"
            yield Line(week, "contingents", subject, text + _sent_home(told, name, week), values)
    lost = float(told.output(f"{subject}.losses")[week - 1])
    side = told.scenario.contingents[name].side
    made_up = told.quantity(f"{subject}.loss_replacement") * lost * told.quantity(f"sides.{side}.permanent_share")
    wave = float(sent[week]) - total - made_up
    if wave >= LEAST:
        values = {"who": title, "soldiers": wave, "total": float(sent[week])}
        text = "{who}: a further wave of {soldiers}; {total} sent in all"
        yield Line(week, "contingents", subject, text + _sent_home(told, name, week), values)


def _sent_home(told: Told, contingent: str, week: int) -> str:
    """What is said of soldiers who come after the bargain has ended under which they are sent."""
    mine = [name for name, bargain in told.scenario.bargains.items() if contingent in bargain.contingents]
    over = any(told.output(f"bargains.{name}.alive")[week - 1] <= 0.0 for name in mine)
    return ", and go home again in the same week: their bargain has ended" if over else ""


def _levers(told: Told, contingent: str, week: int, way: int = 1) -> Iterator[tuple[str, float]]:
    """Instruments stepped the week before whose lever moves the contingent, with the soldiers of a step up."""
    if week < 2:
        return
    for name, record in told.scenario.instruments.items():
        level = told.output(f"instruments.{name}.level")
        if np.sign(level[week - 1] - level[week - 2]) != way:
            continue
        for key, lever in record.levers.items():
            if lever.contingent == contingent:
                yield name, told.quantity(f"instruments.{name}.levers.{key}.soldiers")


def _left(told: Told, name: str, week: int) -> Generator[Line, None, bool]:
    """Lines of soldiers who leave; gives back whether the whole contingent has been withdrawn."""
    subject = f"contingents.{name}"
    title = told.scenario.contingents[name].name
    there = float(told.output(f"{subject}.troops")[week - 1])
    from_week = int(np.floor(min(told.quantity(f"{subject}.withdrawn_from_week", 1e9), 1e9)))
    if week - 1 >= from_week:
        if there >= LEAST:
            values: dict[str, str | int | float] = {"who": title, "soldiers": there}
            yield Line(week, "contingents", subject, "{who}: all {soldiers} soldiers are withdrawn", values)
        return True
    for event in told.due(week, "withdrawal", name):
        leaving = there * told.quantity(f"events.{event}.share")
        there -= leaving
        if leaving >= LEAST:
            values = {"who": title, "soldiers": leaving, "event": told.scenario.events[event].name}
            yield Line(week, "contingents", subject, "{who}: {soldiers} soldiers leave ({event})", values)
    there += sum(told.quantity(f"events.{event}.troops") for event in told.due(week, "arrival", name))
    for instrument, soldiers in _levers(told, name, week, way=-1):
        level = float(told.output(f"instruments.{instrument}.level")[week - 1])
        leaving = there / (level + 1.0)
        if soldiers > 0 and leaving >= LEAST:
            there -= leaving
            values = {"who": title, "soldiers": leaving, "instrument": told.scenario.instruments[instrument].name}
            text = "{who}: {soldiers} soldiers leave by decision ({instrument})"
            yield Line(week, "contingents", subject, text, values)
    return False


def _moved(told: Told, name: str, week: int) -> Iterator[Line]:
    subject = f"contingents.{name}"
    before, after = (int(place) for place in told.output(f"{subject}.location")[week - 1 : week + 1])
    if before == after or told.output(f"{subject}.sent")[week] <= 0:
        return
    values: dict[str, str | int | float] = {"who": told.scenario.contingents[name].name}
    text = "{who}: its theatre has closed, and it stands idle"
    if after >= 0:
        path = told.ensemble.layout.slots["theatre"][after]
        values["theatre"] = told.scenario.theatres[path.rpartition(".")[2]].name
        text = "{who}: goes on to {theatre}"
    yield Line(week, "contingents", subject, text, values)
