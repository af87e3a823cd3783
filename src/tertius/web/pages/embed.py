"""One figure alone, on a page that other sites may frame."""

from __future__ import annotations

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse

from tertius.web.asking import TheDesk
from tertius.web.rendering import render
from tertius.web.resources.answers import answered
from tertius.web.resources.figures import figure as drawn

router = APIRouter()


@router.get("/embed/{case}/{figure}")
def embed(request: Request, desk: TheDesk, case: str, figure: str, result: str = "") -> HTMLResponse:
    """The page. A figure is that of the latest answer, unless `result` names another."""
    run = answered(desk, case, result).answer.run
    values = {"name": "embed", "case": desk.case(case), "figure": drawn(desk, case, figure, result), "run": run}
    return render(request, "embed.html", values)
