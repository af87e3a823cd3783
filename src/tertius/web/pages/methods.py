"""Methods: what is computed, how good it has been, what the answer rests on."""

from __future__ import annotations

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse

from tertius.web.asking import TheDesk
from tertius.web.prose import inline
from tertius.web.rendering import page
from tertius.web.resources.brief import chapters
from tertius.web.resources.methods import laws, methods

router = APIRouter()


@router.get("/case/{case}/methods")
def methods_page(request: Request, desk: TheDesk, case: str, result: str = "") -> HTMLResponse:
    """The page. The laws stand there without an answer too."""
    answered = desk.result_folder(case, result) is not None
    held = methods(desk, case, result) if answered else None
    told = chapters(desk, case, result) if answered else []
    return page(request, "methods", desk, case, laws=laws(), held=held, chapters=told, result=result, inline=inline)
