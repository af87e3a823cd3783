"""Estimates: the rounds of a case, and one as an analyst or its leader sees it."""

from __future__ import annotations

from typing import Any

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse

from tertius.forecasts.estimates.records import Question
from tertius.web.asking import TheDesk, TheQueue
from tertius.web.prose import block
from tertius.web.rendering import page, render
from tertius.web.resources.estimates import choices, report, rounds, view

router = APIRouter()


@router.get("/case/{case}/estimates")
def round_list(request: Request, desk: TheDesk, case: str) -> HTMLResponse:
    """The rounds of a case, and a form to begin one."""
    from tertius.report.estimates import METHOD

    told = {"rounds": rounds(desk, case), "choices": choices(desk, case)}
    return page(request, "estimates", desk, case, table=None, method=METHOD, **told)


@router.get("/case/{case}/estimates/{name}/{secret}")
def estimates(request: Request, desk: TheDesk, queue: TheQueue, case: str, name: str, secret: str) -> HTMLResponse:
    """One round, as the holder of the address may see it; how far it is, while it begins."""
    from tertius.report.estimates import METHOD

    told = view(desk, queue, case, name, secret)
    if told["stage"] == "begins":
        wait = {"job": told["job"], "ask": "", "what": "the round"}
        return render(request, "waiting.html", {"name": "estimates", "case": desk.case(case), "wait": wait})
    return page(request, "estimates", desk, case, table=told, rows=_rows(told), method=METHOD, secret=secret)


@router.get("/case/{case}/estimates/{name}/{secret}/report")
def told(request: Request, desk: TheDesk, case: str, name: str, secret: str) -> HTMLResponse:
    """Its report, to be read, printed or kept."""
    text = block(report(desk, case, name, secret), "the report")
    # Back to the list: a page that is kept or handed on must not hold the secret of a seat.
    values = {"name": "estimates", "case": desk.case(case), "text": text, "back": f"/case/{case}/estimates"}
    return render(request, "told.html", values)


def _rows(told: dict[str, Any]) -> list[dict[str, Any]]:
    """Every question with what is shown of it, in words."""
    from tertius.report.estimates import apart, value_words

    pools = {one["question"]: one for one in told["pools"]}
    rows = []
    for question in told["questions"]:
        record = Question(**{**question, "own": tuple(question["own"])})
        pool = pools.get(question["id"])
        own = next((hand for hand in told["hands"] if hand["id"] == told["you"]), None)
        given = [
            {
                "name": hand["name"] or f"Analyst {hand['id']}",
                "first": value_words(record, hand["first"][record.id]["values"]) if record.id in hand["first"] else "",
                "last": value_words(record, hand["last"][record.id]["values"]),
                "reason": hand["last"][record.id]["reason"],
            }
            for hand in told["hands"]
            if record.id in hand["last"] and told["stage"] != "blind"
        ]
        rows.append(
            {
                **question,
                "mine": None if own is None else own["last"].get(record.id),
                "given": given,
                "pool": None if pool is None else value_words(record, pool["values"]),
                "program": value_words(record, record.own) if record.own else "",
                "apart": [] if pool is None else list(apart(pool["outside"], pool["overlap"])),
            }
        )
    return rows
