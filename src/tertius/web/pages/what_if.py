"""What if: change events, steps and quantities, run it, and see up to four such worlds beside the one that stands."""

from __future__ import annotations

from functools import lru_cache
from typing import Annotated, Any
from urllib.parse import urlencode

from fastapi import APIRouter, Query, Request
from fastapi.responses import HTMLResponse
from markupsafe import Markup

from tertius.errors import TertiusError
from tertius.web.asking import TheDesk, TheQueue
from tertius.web.jobs import failure_of
from tertius.web.jobs.kinds import QUICK
from tertius.web.prose import block
from tertius.web.rendering import page
from tertius.web.resources.changes import events, quantities, steps
from tertius.web.resources.what_if import Several, Week, beside, choices, defined, told

router = APIRouter()
FUTURES = (400, 1000, 4000)


@router.get("/case/{case}/what-if")
def what_if(
    request: Request,
    desk: TheDesk,
    queue: TheQueue,
    case: str,
    asked: Several,
    d: Annotated[str, Query(max_length=20_000)] = "",
    week: Week = 0,
    outcome: str = "",
    actor: str = "",
) -> HTMLResponse:
    """The page."""
    name, w, futures = desk.case(case).id, asked.texts, asked.futures
    held = beside(desk, queue, name, w, futures, week, outcome)
    states = steps(desk, name)
    found = choices(desk, queue, name, actor) if actor else None

    def address(**changed: Any) -> str:
        now = {"w": w, "d": d, "futures": futures, "week": week, "outcome": outcome, "actor": actor} | changed
        usual: dict[str, Any] = {"w": [], "d": "", "futures": QUICK, "week": 0, "outcome": "", "actor": ""}
        query = urlencode({key: value for key, value in now.items() if value != usual[key]}, doseq=True, safe=":@;=-")
        return f"/case/{name}/what-if{'?' if query else ''}{query}"

    return page(
        request,
        "what-if",
        desk,
        name,
        held=held,
        draft=_draft(desk, name, d),
        events=events(desk, name),
        steps=states,
        quantities=quantities(desk, name),
        states=[(one["actor"], one["name"]) for one in states],
        found=found,
        options=None if found is None or found["text"] is None else _options(found["text"]),
        address=address,
        figure_query=urlencode({"w": w, "futures": held["futures"], "outcome": held["outcome"]}, doseq=True),
        w=w,
        counts=sorted({*FUTURES, futures}),
    )


def _draft(desk: Any, case: str, text: str) -> dict[str, Any]:
    """What the form starts from: the terms of the address, in words, or what is wrong with them."""
    empty: dict[str, Any] = {"text": text, "without": [], "lines": [], "error": None}
    if not text.strip(" ;"):
        return empty
    try:
        return {**empty, **defined(text), "lines": told(desk, case, text)}
    except TertiusError as error:
        return {**empty, "error": failure_of(error)}


@lru_cache(maxsize=16)
def _options(markdown: str) -> Markup:
    """As HTML, its headings a step lower and without the first: the page has its own."""
    lines = (f"#{line}" if line.startswith("## ") else line for line in markdown.split("\n"))
    return block("\n".join(line for line in lines if not line.startswith("# ")), "options")
