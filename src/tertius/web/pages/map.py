"""Map: the states by a number of theirs, and the theatres by land."""

from __future__ import annotations

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse

from tertius.web.asking import TheDesk
from tertius.web.rendering import page
from tertius.web.resources.maps import BY, lands, state_map

router = APIRouter()


@router.get("/case/{case}/map")
def map_page(
    request: Request, desk: TheDesk, case: str, by: str = "chance", week: int | None = None, result: str = ""
) -> HTMLResponse:
    """The page."""
    if desk.result_folder(case, result) is None:
        return page(request, "map", desk, case, held=None)
    from tertius.report.state_map import shapes

    held, land = state_map(desk, case, by, result), lands(desk, case, week, result)
    return page(request, "map", desk, case, held=held, land=land, by=by, ways=BY, shapes=shapes(), result=result)
