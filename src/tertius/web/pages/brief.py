"""The whole brief, as it is written to a file: one page with a policy of its own."""

from __future__ import annotations

from fastapi import APIRouter
from fastapi.responses import HTMLResponse

from tertius.web.asking import TheDesk
from tertius.web.resources.brief import brief, policy_of

router = APIRouter()


@router.get("/case/{case}/brief")
def brief_page(desk: TheDesk, case: str, result: str = "") -> HTMLResponse:
    """The page."""
    text = brief(desk, case, result)
    return HTMLResponse(text, headers={"Content-Security-Policy": policy_of(text)})
