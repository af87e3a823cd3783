"""Home: the cases, what they answer, what runs."""

from __future__ import annotations

from fastapi import APIRouter, Request
from fastapi.responses import RedirectResponse, Response

from tertius.secret import is_same
from tertius.web.asking import TheDesk, TheQueue, TheSettings
from tertius.web.guard import cookie_name
from tertius.web.rendering import render
from tertius.web.resources.cases import told_cases
from tertius.web.resources.jobs import running

router = APIRouter()
DAYS = 30


@router.get("/")
def home(
    request: Request, desk: TheDesk, queue: TheQueue, settings: TheSettings, token: str = "", case: str = ""
) -> Response:
    """The page. A token in the address becomes a cookie, and leaves the address; case: which it then leads to."""
    if settings.token and is_same(settings.token, token):
        there = case in {each.id for each in desk.cases()}
        answer = RedirectResponse(f"/case/{case}/today" if there else "/", 303)
        # Lax: a link in a letter leads in. No GET changes anything, and whatever does is refused to other sites.
        answer.set_cookie(cookie_name(settings), token, httponly=True, samesite="lax", max_age=DAYS * 86400)
        return answer
    data = {"name": "home", "cases": told_cases(desk), "running": running(desk, queue)}
    return render(request, "home.html", data)
