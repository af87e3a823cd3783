"""Futures: any outcome week by week, where the futures lie in a week, single futures, kinds of path."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Annotated, Any

from fastapi import APIRouter, Query, Request
from fastapi.responses import HTMLResponse

from tertius.errors import OptionError
from tertius.web.asked import asked
from tertius.web.asking import TheDesk, TheQueue
from tertius.web.desk import Desk
from tertius.web.jobs import Queue
from tertius.web.jobs.kinds import QUICK
from tertius.web.rendering import page
from tertius.web.resources.answers import answered
from tertius.web.resources.figures import figure
from tertius.web.resources.futures import distribution, outcomes
from tertius.web.resources.futures import futures as told_of

if TYPE_CHECKING:
    from tertius.impact.storylines import Storylines

router = APIRouter()
VIEWS = {"weeks": "Week by week", "distribution": "Distribution", "storylines": "Storylines"}


@router.get("/case/{case}/futures")
def futures(
    request: Request,
    desk: TheDesk,
    queue: TheQueue,
    case: str,
    outcome: str = "",
    week: Annotated[int | None, Query(ge=0, le=10_000)] = None,
    future: Annotated[int | None, Query(ge=0, le=10**9)] = None,
    view: str = "weeks",
    above: Annotated[str, Query(max_length=40)] = "",
    result: str = "",
) -> HTMLResponse:
    """The page."""
    if desk.result_folder(case, result) is None:
        return page(request, "futures", desk, case, told=None)
    shown = view if view in VIEWS else "weeks"
    told = told_of(desk, case, outcome, week, future, result)
    data: dict[str, Any] = {
        "figures": {},
        "chronicle": None,
        "spread": None,
        "above": above,
        "storylines": None,
        "words": "",
        "typical": [],
    }
    if shown == "distribution":
        data["figures"] = {"distribution": figure(desk, case, told["figures"]["distribution"], result)}
        data["spread"] = distribution(desk, case, told["outcome"], told["week"]["week"], _number(above), result)
    elif shown == "weeks":
        data["figures"] = {kind: figure(desk, case, name, result) for kind, name in told["figures"].items()}
        data["chronicle"] = _chronicle(desk, queue, case, future, result)
    else:
        data |= _storylines(desk, queue, case, result)
    return page(
        request, "futures", desk, case,
        told=told, outcomes=outcomes(desk, case, result), views=VIEWS, view=shown, result=result, **data,
    )  # fmt: skip


def _number(text: str) -> float | None:
    """A number that was written into a form; None where nothing was. Raises OptionError."""
    if not text.strip():
        return None
    try:
        value = float(text.replace(",", "").replace("−", "-"))
    except ValueError:
        value = math.nan
    if not math.isfinite(value):
        raise OptionError("above", text[:40], "a number", "write one, such as 1500")
    return value


def _chronicle(desk: Desk, queue: Queue, case: str, future: int | None, result: str) -> dict[str, Any] | None:
    """One future in lines, where it has been told, and the question that tells it; None where none is chosen."""
    if future is None:
        return None
    ran = answered(desk, case, result).answer.run
    held = asked(desk, queue, case, "chronicle", {"future": future, "weeks": ran.weeks, "seed": ran.seed})
    same = desk.scenario(case).record.digest == ran.digest
    return {"asked": held, "told": held["result"], "same": same}


def _storylines(desk: Desk, queue: Queue, case: str, result: str) -> dict[str, Any]:
    """The kinds of path, in Markdown, and their typical futures; empty while they have not been found."""
    from tertius.impact.storylines import FEWEST
    from tertius.report.storylines import names, storylines_text

    held = answered(desk, case, result)
    ran = held.answer.run
    count = max(FEWEST, min(QUICK, ran.futures))
    found = asked(desk, queue, case, "storylines", {"futures": count, "weeks": ran.weeks, "seed": ran.seed})
    if found["result"] is None:
        return {"storylines": found}
    told = _read(found["result"])
    lines = storylines_text(told, held.scenario).splitlines()
    named = zip(names(told, held.scenario), told.storylines, strict=True)
    return {
        "storylines": found,
        "words": "\n".join(lines[2:]),  # the page has a heading of its own
        "typical": [(name, one.typical) for name, one in named if one.typical < ran.futures],
    }


def _read(data: Any) -> Storylines:
    import json

    from tertius.impact.storylines import Storylines
    from tertius.impact.written import read_as

    read: Storylines = read_as(Storylines, json.dumps(data), "the storylines")
    return read
