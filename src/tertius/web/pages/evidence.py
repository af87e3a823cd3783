"""Evidence: texts read, claims accepted, changed, rejected and taken back, and what they move."""

from __future__ import annotations

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse

from tertius.web.asking import TheDesk, TheQueue
from tertius.web.inboxes import kept
from tertius.web.rendering import page
from tertius.web.resources import evidence as held

router = APIRouter()


@router.get("/case/{case}/evidence")
def evidence(request: Request, desk: TheDesk, queue: TheQueue, case: str, article: str = "") -> HTMLResponse:
    """The page. article: number of the one that is shown; else the last."""
    from tertius.evidence.reading.records import ACTIONS, MODES

    now = held.held_now(desk, case)
    told = held.evidence(desk, case, now)
    chosen = article if article.isascii() and article.isdecimal() else ""
    if told["articles"] and not chosen:
        chosen = str(told["articles"][-1]["id"])
    return page(
        request,
        "evidence",
        desk,
        case,
        told=told,
        shown=held.article(desk, case, int(chosen[:9]), now) if chosen else None,
        kept=kept(desk, case) is not None,
        failed=_failed(queue, case),
        actions=ACTIONS,
        modes=MODES,
        fields=held.fields,
    )


def _failed(queue: TheQueue, case: str) -> dict[str, str] | None:
    """Why the last text that was sent could not be read; None where it was."""
    last = next((job for job in queue.list(case, 30) if job.kind == "read"), None)
    return None if last is None or last.error is None else last.error
