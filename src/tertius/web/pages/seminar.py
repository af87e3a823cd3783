"""Seminar: those of a case, and one as a seat or its leader sees it."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse

from tertius.calendar import short_day, week_ends
from tertius.report.words import fine, number, with_unit
from tertius.web.asking import TheDesk, TheQueue
from tertius.web.desk import Desk
from tertius.web.prose import block
from tertius.web.rendering import page, render
from tertius.web.resources.seminar import choices, report, seminars, view
from tertius.web.tables import layout_of

router = APIRouter()
LOOKS_BACK = 4
AHEAD = 91  # days of the calendar that are shown


@router.get("/case/{case}/seminar")
def seminar_list(request: Request, desk: TheDesk, case: str) -> HTMLResponse:
    """The seminars of a case, and a form to begin one."""
    return page(request, "seminar", desk, case, table=None, seminars=seminars(desk, case), choices=choices(desk, case))


@router.get("/case/{case}/seminar/{name}/{secret}")
def seminar(request: Request, desk: TheDesk, case: str, name: str, secret: str, branch: str = "") -> HTMLResponse:
    """One seminar, as the holder of the address may see it."""
    told = view(desk, case, name, secret, branch)
    return page(request, "seminar", desk, case, table=told, words=_words(desk, case, told), secret=secret)


@router.get("/case/{case}/seminar/{name}/{secret}/report")
def told(request: Request, desk: TheDesk, queue: TheQueue, case: str, name: str, secret: str) -> HTMLResponse:
    """Its report, to be read, printed or kept; what it waits for, until it is worked out."""
    held = report(desk, queue, case, name, secret)
    if held["text"] is None:
        wait = {
            "job": held["job"],
            "ask": f"/api/v1/cases/{case}/seminars/{name}/{secret}/courses",
            "what": "the report",
        }
        return render(request, "waiting.html", {"name": "seminar", "case": desk.case(case), "wait": wait})
    text = block(held["text"], "the report")
    # Back to the list: a page that is kept or handed on must not hold the secret of a seat.
    values = {"name": "seminar", "case": desk.case(case), "text": text, "back": f"/case/{case}/seminar"}
    return render(request, "told.html", values)


def _words(desk: Desk, case: str, told: dict[str, Any]) -> dict[str, Any]:
    """Numbers and days of a view, in words."""
    from tertius.report.seminar import OVER, PACE

    scenario = layout_of(desk, case).scenario
    ends = [scenario.as_of, *week_ends(scenario.as_of, max(1, told["weeks"]))]
    week = told["known"]["week"]

    def amount(value: float, unit: str) -> str:
        return with_unit(number(value, digits=3), unit).replace("\\", "")

    series = []
    for each in told["known"]["series"]:
        values = each["values"]
        before = values[-1 - LOOKS_BACK] if len(values) > LOOKS_BACK else None
        change = "" if before is None else number(values[-1] - before, sign=True)
        last = amount(values[-1], each["unit"]) if values else "not out yet"
        until = short_day(ends[each["weeks"][-1]]) if values else ""
        series.append({"name": each["name"], "last": last, "until": until, "change": change, "source": each["source"]})
    own = {
        state: {
            "stocks": [
                {"name": one["name"], "now": amount(one["now"], one["unit"]), "start": number(one["start"], digits=3)}
                for one in each["stocks"]
            ],
            "stakes": [
                {
                    "name": one["name"],
                    "wants": one["wants"],
                    "unit": one["unit"],
                    "change": number(one["change"], sign=True),
                }
                for one in each["stakes"]
            ],
        }
        for state, each in told["own"].items()
    }
    chances = {
        choice["move"]: fine(choice["chance"])
        for each in told["own"].values()
        for lever in each["levers"]
        for choice in lever["choices"]
    }
    return {
        "day": short_day(ends[week]),
        "until": short_day(ends[min(week + told["pace_weeks"], told["weeks"])]),
        "last": short_day(ends[told["weeks"]]),
        "over": OVER[told["known"]["over"]],
        "pace": PACE[told["pace"]],
        "days": [short_day(end) for end in ends[: week + 1]],
        "coming": [
            {"day": short_day(date.fromisoformat(one["day"])), "what": one["what"]}
            for one in told["known"]["coming"]
            if one["day"] <= (ends[week] + timedelta(days=AHEAD)).isoformat()
        ],
        "series": series,
        "own": own,
        "chances": chances,
        "nothing": {state: fine(each["nothing"]) for state, each in told["own"].items()},
        "past": [{**one, "day": short_day(ends[one["turn"] * told["pace_weeks"]])} for one in told.get("past", [])],
    }
