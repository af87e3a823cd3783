"""States: every step of every instrument, and one state in detail: what it cares for, holds, did, and is pulled by."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Annotated, Any

from fastapi import APIRouter, Query

from tertius.errors import OptionError, UnknownName
from tertius.web.asking import TheDesk
from tertius.web.desk import Desk
from tertius.web.resources.answers import answered

if TYPE_CHECKING:
    from tertius.api.result import Comparison

router = APIRouter(tags=["states"])
SORTS = ("change", "state", "base", "with", "without", "when")
"""By what steps are ordered: the first is taken where nothing is said; numbers the largest first."""


def states(
    desk: Desk, case: str, week: int | None = None, sort: str = "", q: str = "", result: str = ""
) -> dict[str, Any]:
    """Every open step: its record, base rate, chance with the entry and without it, the change, in words and numbers.

    week: within which steps count, one that the answer reports; else the reactions' own. sort: of SORTS. q: words that
    a row must have. Raises as `answered` does; OptionError.
    """
    held = answered(desk, case, result)
    found = held.answer.reactions
    if found is None:
        return {"week": None, "weeks": [], "steps": [], "sort": SORTS[0], "states": []}
    weeks = sorted({one.week for one in found.rows})
    chosen = found.week if week is None else week
    if chosen not in weeks:
        raise OptionError("week", chosen, ", ".join(map(str, weeks)), "choose one of them")
    if sort and sort not in SORTS:
        raise OptionError("sort", sort, ", ".join(SORTS), "choose one of them")
    words = q.lower().split()
    steps = [one for one in _steps(held, chosen) if all(word in one["find"] for word in words)]
    order = sort or SORTS[0]
    steps.sort(key=lambda one: _key(one, order))
    return {
        "week": chosen,
        "date": held.answer.run.dates[chosen].isoformat(),
        "own": found.week,
        "weeks": weeks,
        "sort": order,
        "steps": steps,
        "states": [{"id": key, "name": held.scenario.actors[key].name} for key in _deciding(held)],
    }


def _steps(held: Comparison, week: int) -> Iterable[dict[str, Any]]:
    from tertius.impact.written import plain_data
    from tertius.report.reactions import step_row
    from tertius.report.words import percent

    assert held.answer.reactions is not None  # see `states`
    for one in held.answer.reactions.rows:
        if one.week != week:
            continue
        for direction in ("up", "down"):
            step = one.step(direction)
            if not step.open:
                continue
            words = step_row(held.scenario, one, direction, step)
            yield {
                "instrument": one.instrument, "actor": one.actor, "direction": direction,
                "third": one.third, "imposed": one.imposed,
                "words": plain_data(words) | {"with_it": percent(step.with_it)},
                "base_rate": step.base_rate, "with": step.with_it, "without": step.without,
                "change": step.found.mean, "error": step.found.error, "interval": step.found.interval,
                "seen": step.found.detectable and not one.imposed, "when": step.when,
                "recorded": step.recorded, "years": step.years,
                "find": f"{words.actor} {words.step}".lower(),
            }  # fmt: skip


def _key(one: Mapping[str, Any], sort: str) -> tuple[Any, ...]:
    last = (one["words"]["actor"], one["words"]["step"])
    if sort == "state":
        return last
    if sort == "when":
        return (one["when"] is None, one["when"] or 0.0, *last)
    if sort == "change":
        return (one["imposed"], not one["seen"], -abs(one["change"]), *last)
    return (-one[{"base": "base_rate"}.get(sort, sort)], *last)


def _deciding(held: Comparison) -> list[str]:
    """Those who have an instrument, third states first, by name."""
    scenario = held.scenario
    leads = {side.lead for side in scenario.sides.values()}
    own = {one.actor for one in scenario.instruments.values()}
    return sorted(own, key=lambda key: (key in leads, scenario.actors[key].name))


def reasons(desk: Desk, case: str, result: str = "") -> dict[str, Any]:
    """The finding, why each state acts, what first moves change, why now, in words. Raises as `answered` does."""
    from tertius.impact.written import plain_data
    from tertius.report.reactions import reactions_context

    held = answered(desk, case, result)
    found = reactions_context(held.answer, held.scenario) if held.answer.reasons is not None else None
    if found is None:
        return {"finding": "", "states": [], "why_now": [], "moves": None}
    return {
        "finding": found.finding,
        "states": [{"name": one.name, "text": one.text} for one in found.states],
        "why_now": list(found.why_now),
        "moves": None if found.moves is None else plain_data(found.moves),
    }


def first_move(desk: Desk, case: str, instrument: str, result: str = "") -> dict[str, Any] | None:
    """What the first step up of an instrument changes for each other actor, where the answer holds it; else None.

    Raises as `answered` does.
    """
    from tertius.report.words import points

    held = answered(desk, case, result)
    moves = held.answer.first_moves
    if moves is None or instrument not in moves.movers:
        return None
    place = moves.movers.index(instrument)
    columns = (moves.actors, moves.by_actor[place], moves.actor_error[place], moves.actor_clear[place])
    rows: list[dict[str, Any]] = [
        {
            "actor": actor,
            "name": held.scenario.actors[actor].name,
            "change": f"{points(change, sign=True)} ±{points(error)}",
            "size": abs(change),
            "seen": clear,
        }
        for actor, change, error, clear in zip(*columns, strict=True)
        if change is not None
    ]
    rows.sort(key=lambda row: (not row["seen"], -row["size"], row["name"]))
    return {"week": moves.week, "futures": moves.futures, "rows": rows}


def state(desk: Desk, case: str, name: str, result: str = "") -> dict[str, Any]:
    """One state: stakes, instruments with their levels, steps on record, what pulls which way, sources.

    Raises as `answered` does; UnknownName.
    """
    from tertius.web.resources.state import detail

    held = answered(desk, case, result)
    known = _deciding(held)
    if name not in known:
        raise UnknownName("state", name, known)
    return detail(held, name)


@router.get("/cases/{case}/states")
def get_states(
    desk: TheDesk,
    case: str,
    week: Annotated[int | None, Query(ge=0, le=10_000)] = None,
    sort: str = "",
    q: Annotated[str, Query(max_length=200)] = "",
    result: str = "",
) -> dict[str, Any]:
    """Every open step of every instrument, with its record, base rate, chances in both worlds, and the change."""
    return states(desk, case, week, sort, q, result)


@router.get("/cases/{case}/states/{name}")
def get_state(desk: TheDesk, case: str, name: str, result: str = "") -> dict[str, Any]:
    """One state: what it cares for, holds, did, and is pulled by; and on what that rests."""
    return state(desk, case, name, result)
