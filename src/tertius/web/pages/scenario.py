"""Scenario: its file with errors at their line, a new war, assumptions by what they move, what a name means."""

from __future__ import annotations

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse

from tertius.errors import TertiusError
from tertius.web.asked import asked
from tertius.web.asking import TheDesk, TheQueue
from tertius.web.rendering import page
from tertius.web.resources import scenarios as told

router = APIRouter()
VIEWS = {"file": "The file", "assumptions": "Assumptions", "explain": "What a name means", "new": "A new war"}


@router.get("/case/{case}/scenario")
def scenario(
    request: Request, desk: TheDesk, queue: TheQueue, case: str, view: str = "file", path: str = ""
) -> HTMLResponse:
    """The page. view: which of its parts. path: the name that is explained."""
    chosen = view if view in VIEWS else "file"
    explained, wrong = None, ""
    names: list[str] = []
    if chosen == "explain":
        record = desk.scenario(case).record
        names = [*record.quantities(), *record.outcomes]
        try:
            explained = told.explanation(desk, case, path) if path else None
        except TertiusError as error:
            wrong = str(error)
    return page(
        request,
        "scenario",
        desk,
        case,
        view=chosen,
        views=VIEWS,
        file=told.scenario(desk, case) if chosen == "file" else None,
        ranked=told.assumptions(desk, case) if chosen == "assumptions" else None,
        missing=asked(desk, queue, case, "missing", {}) if chosen == "assumptions" else None,
        path=path,
        explained=explained,
        wrong=wrong,
        names=names,
    )
