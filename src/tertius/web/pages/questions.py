"""Questions: asked, added, sealed, settled, scored."""

from __future__ import annotations

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse

from tertius.defaults import FUTURES
from tertius.web.asked import asked, last
from tertius.web.asking import TheDesk, TheQueue
from tertius.web.questions import board
from tertius.web.rendering import page
from tertius.web.resources.questions import questions as told

router = APIRouter()
TAKES = (
    ("last", "value of the last week"),
    ("change", "change over the weeks"),
    ("max", "largest weekly value"),
    ("min", "smallest weekly value"),
    ("sum", "sum of the weekly values"),
    ("mean", "mean of the weekly values"),
    ("steps-up", "levels gone up"),
    ("steps-down", "levels gone down"),
    ("steps", "levels gone up or down"),
    ("crossings", "weeks in which it comes above the line"),
    ("weeks-above", "weeks in which it lies above the line"),
)
RELATIONS = (("at_least", "at least"), ("above", "above"), ("at_most", "at most"), ("below", "below"))


@router.get("/case/{case}/questions")
def questions(request: Request, desk: TheDesk, queue: TheQueue, case: str, futures: str = "") -> HTMLResponse:
    """The page. futures: with how many the questions are asked."""
    count = int(futures) if futures.isascii() and futures.isdecimal() and len(futures) < 8 else FUTURES
    held = asked(desk, queue, case, "ask", {"futures": count})
    war = desk.scenario(case)
    answers = {} if held["result"] is None else {row["question"]["id"]: row for row in held["result"]["questions"]}
    return page(
        request,
        "questions",
        desk,
        case,
        told=told(desk, case),
        asked=held,
        answers=answers,
        futures=count,
        board=board(desk),
        sealing=last(queue, case, "seal"),
        checked=last(queue, case, "verify"),
        instruments=[(name, one.name) for name, one in war.record.instruments.items()],
        outputs=[path for path, _ in desk.layout(case).outputs()],
        takes=TAKES,
        relations=RELATIONS,
        address=str(request.url.path) + (f"?{request.url.query}" if request.url.query else ""),
    )
