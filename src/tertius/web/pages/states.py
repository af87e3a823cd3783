"""States: every step with its record and chances, what moves whom, and one state in detail."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import APIRouter, Query, Request
from fastapi.responses import HTMLResponse

from tertius.errors import OptionError, UnknownName
from tertius.web.asked import asked
from tertius.web.asking import TheDesk, TheQueue
from tertius.web.desk import Desk
from tertius.web.jobs import Queue
from tertius.web.jobs.kinds import QUICK
from tertius.web.rendering import page
from tertius.web.resources.answers import answered
from tertius.web.resources.figures import figure, names
from tertius.web.resources.states import first_move, reasons, state
from tertius.web.resources.states import states as told_of

router = APIRouter()
FIGURES = ("reactions-ranked", "first-moves")


@router.get("/case/{case}/states")
def states(
    request: Request,
    desk: TheDesk,
    queue: TheQueue,
    case: str,
    week: Annotated[int | None, Query(ge=0, le=10_000)] = None,
    sort: str = "",
    q: Annotated[str, Query(max_length=200)] = "",
    given: Annotated[str, Query(max_length=200)] = "",
    chosen: Annotated[str, Query(alias="state", max_length=200)] = "",
    result: str = "",
) -> HTMLResponse:
    """The page."""
    if desk.answer(case, result) is None:
        return page(request, "states", desk, case, told=None)
    told = told_of(desk, case, week, sort, q, result)
    every = told_of(desk, case, None, "state", "", result)["steps"]
    data: dict[str, Any] = {"one": None, "reasons": None, "given": None, "figures": {}}
    if chosen:
        data["one"] = state(desk, case, chosen, result)
    else:
        data["reasons"] = reasons(desk, case, result)
        data["given"] = _given(desk, queue, case, given, result)
        held = names(desk, case, result)
        data["figures"] = {name: figure(desk, case, name, result) for name in FIGURES if name in held}
    return page(
        request, "states", desk, case,
        told=told, every=every, sort=told["sort"], q=q, chosen=chosen, result=result, asked=given, **data,
    )  # fmt: skip


def _given(desk: Desk, queue: Queue, case: str, step: str, result: str) -> dict[str, Any] | None:
    """What the others do once one has stepped: what the answer holds of it, and the run that tells more.

    step: INSTRUMENT:up or INSTRUMENT:down; None where it is empty. Raises UnknownName, OptionError.
    """
    if not step:
        return None
    held = answered(desk, case, result)
    instrument, _, direction = step.rpartition(":")
    if instrument not in held.scenario.instruments:
        raise UnknownName("instrument", instrument, held.scenario.instruments)
    if direction not in ("up", "down"):
        raise OptionError("given", step, "INSTRUMENT:up or INSTRUMENT:down", "write up or down")
    ran = held.answer.run
    weeks = held.answer.reactions.week if held.answer.reactions is not None else ran.weeks
    arguments = {
        "instrument": instrument, "direction": direction, "futures": QUICK, "weeks": weeks, "seed": ran.seed,
    }  # fmt: skip
    found = asked(desk, queue, case, "given", arguments)
    return {
        "asked": found,
        "name": held.scenario.instruments[instrument].name,
        "direction": direction,
        "held": first_move(desk, case, instrument, result) if direction == "up" else None,
        "told": None if found["result"] is None else _told(found["result"], desk, case),
    }


def _told(data: Any, desk: Desk, case: str) -> Any:
    import json

    from tertius.impact.given import Given
    from tertius.impact.written import read_as
    from tertius.report.given import given_text

    return given_text(read_as(Given, json.dumps(data), "what others do"), desk.scenario(case).record)
