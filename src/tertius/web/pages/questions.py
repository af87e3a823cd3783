"""Questions: asked, added, sealed, settled, scored."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import APIRouter, Query, Request
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
STATES = {
    "unsealed": "not sealed",
    "pending": "sealed, pending",
    "overdue": "to be settled",
    "settled": "settled",
    "void": "can never be settled",
}
FEW = 12
"""Questions up to which every group stands open."""
RELATIONS = (("at_least", "at least"), ("above", "above"), ("at_most", "at most"), ("below", "below"))


@router.get("/case/{case}/questions")
def questions(
    request: Request,
    desk: TheDesk,
    queue: TheQueue,
    case: str,
    futures: str = "",
    q: Annotated[str, Query(max_length=200)] = "",
    state: Annotated[str, Query(max_length=40)] = "",
) -> HTMLResponse:
    """The page. futures: with how many the questions are asked. q, state: words and state of those that are shown."""
    count = int(futures) if futures.isascii() and futures.isdecimal() and len(futures) < 8 else FUTURES
    held = asked(desk, queue, case, "ask", {"futures": count})
    every = told(desk, case)
    war = desk.scenario(case)
    answers = {} if held["result"] is None else {row["question"]["id"]: row for row in held["result"]["questions"]}
    return page(
        request,
        "questions",
        desk,
        case,
        told=every,
        groups=_groups(every, answers, q, state),
        states=STATES,
        q=q,
        state=state,
        few=len(every["questions"]) <= FEW,
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


def _groups(every: dict[str, Any], answers: dict[str, Any], q: str, state: str) -> list[dict[str, Any]]:
    """The questions by their topic, each with its state, its chances in a line, and what a reader may look it up by."""
    sealed = {one["question"]: one for one in reversed(every["sealed"])}  # the newest come first there
    words = q.lower().split()
    groups: dict[str, list[dict[str, Any]]] = {}
    for one in every["questions"]:
        last = sealed.get(one["id"])
        now = "unsealed" if last is None else last["state"]
        row = {**one, "state": now, "value": None if last is None else last["value"]}
        row["find"] = f"{one['text']} {one['id']} {one.get('about') or ''}".lower()
        answer = answers.get(one["id"])
        told_rows = [] if answer is None else answer["told"]["rows"]
        row["line"] = [
            f"{'given ' + each['branch'] + ', ' if each['branch'] else ''}{each['threshold']}: {each['cells'][0]}"
            for each in told_rows
        ]
        row["shown"] = all(word in row["find"] for word in words) and state in ("", now)
        groups.setdefault(one.get("about") or "others", []).append(row)
    return [
        {
            "name": name,
            "rows": rows,
            "sealed": sum(row["state"] != "unsealed" for row in rows),
            "shown": any(row["shown"] for row in rows),
        }
        for name, rows in groups.items()
    ]
