"""What of a case can be changed: events undone, steps forced, quantities set within their priors."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any, TypeAlias

from fastapi import APIRouter, Query

from tertius.errors import OptionError
from tertius.web.asking import TheDesk
from tertius.web.desk import Desk
from tertius.web.keeping import Kept
from tertius.web.tables import layout_of

if TYPE_CHECKING:
    from tertius.engine import Layout

router = APIRouter(tags=["what-if"])
Data: TypeAlias = dict[str, Any]
LEVELS = (0.05, 0.5, 0.95)
LOGARITHMIC = 20.0
"""Times that the high end of a positive range is the low one, from which on a slider goes by factors."""
_QUANTITIES: Kept[list[Data]] = Kept(4)


def events(desk: Desk, case: str) -> list[Data]:
    """Events that can be undone: id, name, what is said of it, and the modes that fit it."""
    from tertius.engine import Intervention
    from tertius.engine.interventions import MODES, overrides_of

    layout = layout_of(desk, case)
    found = []
    for name, one in layout.scenario.events.items():
        modes = []
        for mode in MODES:
            try:
                overrides_of(layout, Intervention(name, mode))
            except OptionError:
                continue
            modes.append(mode)
        if modes:
            found.append({"id": name, "name": one.name, "text": one.text, "modes": modes})
    return found


def steps(desk: Desk, case: str) -> list[Data]:
    """Instruments by the state whose they are: where each stands, and where a step up or down would bring it."""
    layout = layout_of(desk, case)
    scenario = layout.scenario
    rows: dict[str, list[Data]] = {}
    for name, one in scenario.instruments.items():
        level = int(layout.by_path[f"instruments.{name}.level"].quantity.central)
        rows.setdefault(one.actor, []).append(
            {
                "id": name,
                "name": one.name,
                "level": one.levels[level],
                "up": one.levels[level + 1] if level + 1 < len(one.levels) else None,
                "down": one.levels[level - 1] if level > 0 else None,
            }
        )
    return [{"actor": actor, "name": scenario.actors[actor].name, "instruments": held} for actor, held in rows.items()]


def quantities(desk: Desk, case: str, find: str = "", most: int = 12) -> list[Data]:
    """Quantities that have a prior, those whose name or path holds every word of `find`.

    Without words, those that move the present answer most come first. Each has its path, name, unit, the 5%, 50% and
    95% value of what a run draws, whether a slider goes by factors, what it rests on, its sources, note and meaning.
    """
    layout = layout_of(desk, case)
    every = _QUANTITIES.of((case, layout.scenario.digest), lambda: _quantities(layout))
    words = find.casefold().split()
    if words:
        return [one for one in every if all(word in one["search"] for word in words)][:most]
    answer = desk.answer(case)
    if answer is None or answer.answer.sensitivity is None:
        return every[:most]
    moved = [one.path for one in answer.answer.sensitivity.ranked(answer.answer.headlines[0])]
    place = {path: number for number, path in reversed(list(enumerate(moved)))}
    return sorted(every, key=lambda one: place.get(one["path"], len(place)))[:most]


def _quantities(layout: Layout) -> list[Data]:
    import numpy as np

    from tertius.report.phrases import quantity_name
    from tertius.units import unit_name

    scenario = layout.scenario
    found = []
    for column in layout.columns:
        held = column.quantity
        if held.prior is None:
            continue
        low, middle, high = (float(value) for value in layout.quantile(column, np.array(LEVELS)))
        if not low < high:
            continue
        name = quantity_name(scenario, column.path)
        titles = [scenario.sources[one].title if one in scenario.sources else one for one in held.source]
        found.append(
            {
                "path": column.path,
                "name": name,
                "unit": unit_name(held.unit),
                "low": low,
                "middle": middle,
                "high": high,
                "by_factors": low > 0 and high / low >= LOGARITHMIC,
                "basis": layout.basis(column),
                "source": titles,
                "note": held.note,
                "if_wrong": held.if_wrong,
                "search": f"{name} {column.path}".casefold(),
            }
        )
    return found


@router.get("/cases/{case}/changes")
def get_changes(desk: TheDesk, case: str) -> Data:
    """Events that can be undone, and steps that can be forced, by state."""
    name = desk.case(case).id
    return {"events": events(desk, name), "steps": steps(desk, name)}


@router.get("/cases/{case}/quantities")
def get_quantities(
    desk: TheDesk,
    case: str,
    find: Annotated[str, Query(max_length=200)] = "",
    most: Annotated[int, Query(ge=1, le=200)] = 12,
) -> list[Data]:
    """Quantities that have a prior, by words; without words those that move the present answer most come first."""
    return quantities(desk, desk.case(case).id, find, most)
