"""Today: the answer, headline chances, who reacts, what could change it."""

from __future__ import annotations

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse

from tertius.web.asking import TheDesk
from tertius.web.rendering import page
from tertius.web.resources.answers import first_page
from tertius.web.resources.figures import figure, names

router = APIRouter()


@router.get("/case/{case}/today")
def today(request: Request, desk: TheDesk, case: str, result: str = "") -> HTMLResponse:
    """The page."""
    if desk.result_folder(case, result) is None:
        return page(request, "today", desk, case, told=None, figures={}, result=result)
    told = first_page(desk, case, result)
    wanted = {"difference": f"difference-{told['outcome']}", "chances": "chances"}
    held = set(names(desk, case, result))
    figures = {key: figure(desk, case, name, result) for key, name in wanted.items() if name in held}
    return page(request, "today", desk, case, told=told, figures=figures, result=result)
