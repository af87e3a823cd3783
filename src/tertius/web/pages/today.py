"""Today: the answer, headline chances, who reacts, what changed since the last result, what is coming."""

from __future__ import annotations

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse

from tertius.web.asking import TheDesk, TheQueue
from tertius.web.prose import block, inline
from tertius.web.rendering import page
from tertius.web.resources.answers import first_page, headings
from tertius.web.resources.figures import figure, names
from tertius.web.resources.since import changes, results, timeline, tripped

router = APIRouter()


@router.get("/case/{case}/today")
def today(request: Request, desk: TheDesk, queue: TheQueue, case: str, result: str = "") -> HTMLResponse:
    """The page."""
    kept = results(desk, case)
    if desk.result_folder(case, result) is None:
        return page(request, "today", desk, case, told=None, figures={}, result=result, results=kept)
    told = first_page(desk, case, result)
    wanted = {"difference": f"difference-{told['outcome']}", "chances": "chances"}
    held = set(names(desk, case, result))
    since = changes(desk, case, result)
    return page(
        request,
        "today",
        desk,
        case,
        told=told,
        headings=headings(),
        figures={key: figure(desk, case, name, result) for key, name in wanted.items() if name in held},
        result=result,
        results=kept,
        inline=inline,
        since=since,
        since_text=block(since["text"].replace("## ", "### "), "what changed") if since and since["text"] else "",
        coming=timeline(desk, case, result),
        tripped=tripped(desk, queue, case),
    )
