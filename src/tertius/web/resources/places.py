"""Places of a case that the palette leads to: outcomes, states, results, chapters of the brief."""

from __future__ import annotations

from typing import TYPE_CHECKING

from fastapi import APIRouter

from tertius.web.asking import TheDesk
from tertius.web.desk import Desk
from tertius.web.resources.since import results

if TYPE_CHECKING:
    from tertius.api.result import Comparison

router = APIRouter(tags=["cases"])


def places(desk: Desk, case: str) -> list[dict[str, str]]:
    """Name and address of each; none for a case without an answer. Raises UnknownName."""
    name = desk.case(case).id
    if not desk.results(name):
        return []
    held: dict[str, list[list[str]]] = desk.derived(name, "", "places", _named)
    at = f"/case/{name}"
    return [
        *({"name": title, "address": f"{at}/futures?outcome={key}"} for key, title in held["outcomes"]),
        *({"name": title, "address": f"{at}/states?state={key}"} for key, title in held["states"]),
        *({"name": f"Brief: {title}", "address": f"{at}/brief#{key}"} for key, title in held["chapters"]),
        *(
            {"name": f"Result {one['number']}, {one['at']}", "address": f"{at}/today?result={one['id']}"}
            for one in results(desk, name)[1:]
        ),
    ]


def _named(held: Comparison) -> dict[str, list[list[str]]]:
    from tertius.web.resources.brief import chapters_of

    answer, war = held.answer, held.scenario
    return {
        "outcomes": [[one.id, one.name] for one in answer.outcomes],
        "states": [
            [one.actor, war.actors[one.actor].name] for one in (answer.summary.states if answer.summary else ())
        ],
        "chapters": [[one.id, one.title] for one in chapters_of(held)],
    }


@router.get("/cases/{case}/places")
def get_places(desk: TheDesk, case: str) -> list[dict[str, str]]:
    """Outcomes, states, chapters and older results, with their addresses."""
    return places(desk, case)
