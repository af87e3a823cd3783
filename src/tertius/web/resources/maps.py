"""The map: states with a number each, and theatres with their land week by week."""

from __future__ import annotations

from dataclasses import asdict
from typing import TYPE_CHECKING, Any

from fastapi import APIRouter

from tertius.errors import OptionError, UnknownName
from tertius.web.asking import TheDesk
from tertius.web.desk import Desk

if TYPE_CHECKING:
    from tertius.api.result import Comparison

router = APIRouter(tags=["map"])
BY = {"chance": "Chance of a step", "adds": "What the entry adds", "threat": "Threat", "support": "Support"}
"""What a map can show -> its short name."""


def state_map(desk: Desk, case: str, by: str = "chance", result: str = "") -> dict[str, Any]:
    """States with their numbers. Raises as `Desk.derived` does, and UnknownName for another thing to show."""
    if by not in BY:
        raise UnknownName("map", by, BY)
    made: dict[str, Any] = desk.derived(case, result, f"map-{by}", lambda held: _map(held, by))
    return made


def _map(held: Comparison, by: str) -> dict[str, Any]:
    from tertius.report.state_map import state_map as made

    return asdict(made(held.answer, held.scenario, by))


def lands(desk: Desk, case: str, week: int | None = None, result: str = "") -> dict[str, Any]:
    """Theatres with their land in a week, the last unless one is named. Raises as `Desk.derived`; OptionError."""
    every: dict[str, Any] = desk.derived(case, result, "lands", _lands)
    last = len(every["weeks"]) - 1
    asked = last if week is None else week
    if not 0 <= asked <= last:
        raise OptionError("week", asked, f"0 to {last}", "choose a week of the run")
    return {"week": asked, "last": last, "date": every["dates"][asked], "theatres": every["weeks"][asked]}


def _lands(held: Comparison) -> dict[str, Any]:
    from tertius.report.state_map import lands as made

    dates = held.answer.run.dates
    weeks = [[asdict(one) for one in made(held.answer, held.scenario, week)] for week in range(len(dates))]
    return {"dates": [day.isoformat() for day in dates], "weeks": weeks}


@router.get("/cases/{case}/map")
def get_map(desk: TheDesk, case: str, by: str = "chance", result: str = "") -> dict[str, Any]:
    """States by chance of a step, by what the entry adds, by threat or by support."""
    return state_map(desk, case, by, result)


@router.get("/cases/{case}/lands")
def get_lands(desk: TheDesk, case: str, week: int | None = None, result: str = "") -> dict[str, Any]:
    """Theatres with their land in a week."""
    return lands(desk, case, week, result)
