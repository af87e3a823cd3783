"""Futures of an answer: any outcome week by week, where the futures lie in a week, some of them one by one."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Annotated, Any

from fastapi import APIRouter, Query

from tertius.errors import UnknownName
from tertius.web.asking import TheDesk
from tertius.web.desk import Desk
from tertius.web.keeping import Kept
from tertius.web.resources.answers import answered

if TYPE_CHECKING:
    from tertius.api.result import Comparison
    from tertius.impact.paths import Paths

router = APIRouter(tags=["futures"])
SPREAD = re.compile(r"(spread|distribution)-(.+)-([0-9]{1,4})")
Drawing = tuple[Any, str]
PATHS: Kept[Paths] = Kept(3)


def paths(desk: Desk, case: str, result: str = "") -> Paths:
    """Every future of an answer, in both worlds. Raises as `answered` does, ArchiveError."""
    from tertius.impact.paths import read_paths

    held, folder = answered(desk, case, result), desk.result_folder(case, result)
    assert folder is not None  # see `answered`
    return PATHS.of(folder, lambda: read_paths(folder, tuple(held.scenario.outcomes)))


def outcomes(desk: Desk, case: str, result: str = "") -> list[dict[str, Any]]:
    """Outcomes, the headlines first: id, name, unit, whether it is a headline. Raises as `Desk.derived` does."""
    told: list[dict[str, Any]] = desk.derived(case, result, "outcomes", _outcomes)
    return told


def _outcomes(held: Comparison) -> list[dict[str, Any]]:
    from tertius.report.words import with_unit

    return [
        {"id": one.id, "name": one.name, "unit": with_unit("", one.unit).strip(), "headline": one.headline}
        for one in sorted(held.answer.outcomes, key=lambda one: not one.headline)
    ]


def futures(
    desk: Desk, case: str, outcome: str = "", week: int | None = None, future: int | None = None, result: str = ""
) -> dict[str, Any]:
    """One outcome: its week in words and numbers, some of its futures, the names of its figures.

    outcome: else the first headline. week: else the last. future: one that shall be among those told.
    The view in which an outcome is opened is kept beside the result.
    Raises as `Desk.derived` does; UnknownName, OptionError.
    """

    def made(held: Comparison) -> dict[str, Any]:
        return _futures(held, paths(desk, case, result), outcome, week, future)

    if week is None and future is None:
        told: dict[str, Any] = desk.derived(case, result, f"futures-{outcome}", made)
        return told
    return made(answered(desk, case, result))


def _futures(held: Comparison, every: Paths, outcome: str, week: int | None, future: int | None) -> dict[str, Any]:
    from tertius.impact.paths import at_week, singles
    from tertius.impact.written import plain_data
    from tertius.report.figures_futures import end_text

    name = outcome or held.answer.headlines[0]
    record = _record(held, name)
    told = at_week(every, name, every.weeks if week is None else week, band(held, name))
    some = singles(every, name, future=future)
    return {
        "outcome": name,
        "name": record.name,
        "weeks": every.weeks,
        "dates": [day.isoformat() for day in held.answer.run.dates],
        "future": future,
        "week": {**plain_data(told), "rows": _week_rows(told, record), "shares": _shares(told, record)},
        "singles": [
            {"future": one.future, "ends": end_text(one, record), "with": one.with_it[-1], "without": one.without[-1]}
            for one in some
        ],
        "figures": figures_of(held, name, told.week, future),
    }


def figures_of(held: Comparison, outcome: str, week: int, future: int | None = None) -> dict[str, str]:
    """Names of the figures that show an outcome in a week."""
    return {
        "fan": f"fan-{outcome}",
        "difference": f"difference-{outcome}" if outcome in held.answer.headlines else f"paired-{outcome}",
        "spread": f"spread-{outcome}-{week}",
        "distribution": f"distribution-{outcome}-{week}",
        "alone": f"alone-{outcome}" if future is None else f"alone-{outcome}-{future}",
    }


def distribution(
    desk: Desk, case: str, outcome: str = "", week: int | None = None, above: float | None = None, result: str = ""
) -> dict[str, Any]:
    """How one outcome is distributed in a week: quantiles of both worlds in words and numbers.

    above: a value, of which is told how likely the outcome lies above it. outcome and week: as of `futures`.
    Raises as `answered` does; UnknownName, OptionError.
    """
    from tertius.impact.paths import LEVELS
    from tertius.impact.paths import above as above_of
    from tertius.impact.paths import distribution as spread_of
    from tertius.impact.written import plain_data
    from tertius.report.words import fine, number, points, with_unit

    held = answered(desk, case, result)
    name = outcome or held.answer.headlines[0]
    record, every = _record(held, name), paths(desk, case, result)
    at = every.weeks if week is None else week
    told = spread_of(every, name, at)
    found = None if above is None else above_of(every, name, at, above, held.answer.run.replicates)

    def words_of(value: float) -> str:
        return with_unit(number(value), record.unit)

    rows = [
        {"share": f"{level:.0%}", "with": words_of(one), "without": words_of(two)}
        for level, one, two in zip(LEVELS, told.with_it, told.without, strict=True)
    ]
    data: dict[str, Any] = {"outcome": name, "week": at, "levels": LEVELS, **plain_data(told), "rows": rows}
    if found is None:
        return {**data, "above": None}
    error = "" if found.error is None else f" ±{points(found.error)}"
    words = {
        "value": with_unit(number(found.value, 4), record.unit),
        "with_it": fine(found.with_it),
        "without": fine(found.without),
        "change": f"{points(found.change, sign=True)}{error}",
    }
    return {**data, "above": {**plain_data(found), "words": words}}


def band(held: Comparison, outcome: str) -> float:
    """Differences of an outcome within it do not matter."""
    return next(one.band for one in held.answer.outcomes if one.id == outcome)


def _record(held: Comparison, outcome: str) -> Any:
    if outcome not in held.scenario.outcomes:
        raise UnknownName("outcome", outcome, held.scenario.outcomes)
    return held.scenario.outcomes[outcome]


def _week_rows(told: Any, record: Any) -> list[dict[str, str]]:
    from tertius.report.words import interval, number, with_unit

    return [
        {
            "world": label,
            "median": with_unit(number(world.middle), record.unit),
            "inner": interval(*world.inner),
            "outer": interval(*world.outer),
        }
        for label, world in (("with the entry", told.with_it), ("without it", told.without))
    ]


def _shares(told: Any, record: Any) -> list[dict[str, str]]:
    """Shares of paired futures in which the difference lies beyond the band, and within it, in words."""
    from tertius.report.phrases import size
    from tertius.report.words import fine

    edge = size(told.band, record)
    named = {f"larger by more than {edge}": told.larger, f"smaller by more than {edge}": told.smaller}
    return [{"what": what, "share": fine(share)} for what, share in {**named, "within that": told.immaterial}.items()]


def charted(desk: Desk, case: str, name: str, result: str = "") -> Drawing | None:
    """The chart of an outcome by name, and what it shows in words; None for a name that is no such figure's.

    fan-OUTCOME, paired-OUTCOME, spread-OUTCOME-WEEK, distribution-OUTCOME-WEEK, alone-OUTCOME,
    alone-OUTCOME-FUTURE. Raises OptionError.
    """
    held = answered(desk, case, result)
    answer, scenario = held.answer, held.scenario
    kind, _, rest = name.partition("-")
    if kind in ("fan", "paired") and rest in scenario.outcomes and answer.series is not None:
        return _weekly(held, kind, rest)
    found = SPREAD.fullmatch(name)
    if found and found[2] in scenario.outcomes:
        return _week_drawn(held, paths(desk, case, result), found[1], found[2], int(found[3]))
    return _alone(desk, held, name, case, result)


def _week_drawn(held: Comparison, every: Paths, kind: str, outcome: str, week: int) -> Drawing:
    from tertius.impact.paths import at_week
    from tertius.impact.paths import distribution as spread_of
    from tertius.report import figures_futures as drawing

    answer, scenario = held.answer, held.scenario
    if kind == "distribution":
        curves = spread_of(every, outcome, week)
        return (
            drawing.distribution_figure(answer, scenario, curves),
            drawing.distribution_alternative(scenario, curves),
        )
    told = at_week(every, outcome, week, band(held, outcome))
    return drawing.spread(answer, scenario, told), drawing.spread_alternative(answer, scenario, told)


def _weekly(held: Comparison, kind: str, outcome: str) -> Drawing:
    from tertius.report.alternatives import alternative
    from tertius.report.figures import difference_fan, fan
    from tertius.report.figures_futures import paired_alternative

    answer, scenario = held.answer, held.scenario
    if kind == "fan":
        return fan(answer, scenario, outcome), alternative(answer, scenario, f"fan-{outcome}")
    return difference_fan(answer, scenario, outcome), paired_alternative(answer, scenario, outcome)


def _alone(desk: Desk, held: Comparison, name: str, case: str, result: str) -> Drawing | None:
    from tertius.impact.paths import singles
    from tertius.report.figures_futures import alone, alone_alternative

    answer, scenario = held.answer, held.scenario
    whole = name.removeprefix("alone-")
    if not name.startswith("alone-") or answer.series is None:
        return None
    outcome, _, last = (whole, "", "") if whole in scenario.outcomes else whole.rpartition("-")
    if outcome not in scenario.outcomes or (last and not (last.isascii() and last.isdecimal() and len(last) < 10)):
        return None
    future = int(last) if last else None
    told = singles(paths(desk, case, result), outcome, future=future)
    return (
        alone(answer, scenario, outcome, told, future),
        alone_alternative(answer, scenario, outcome, told, future),
    )


@router.get("/cases/{case}/outcomes")
def get_outcomes(desk: TheDesk, case: str, result: str = "") -> list[dict[str, Any]]:
    """The outcomes of an answer, the headlines first."""
    return outcomes(desk, case, result)


@router.get("/cases/{case}/futures")
def get_futures(
    desk: TheDesk,
    case: str,
    outcome: str = "",
    week: Annotated[int | None, Query(ge=0, le=10_000)] = None,
    future: Annotated[int | None, Query(ge=0, le=10**9)] = None,
    result: str = "",
) -> dict[str, Any]:
    """An outcome in one week in both worlds, some of its futures, and the names of its figures."""
    return futures(desk, case, outcome, week, future, result)


@router.get("/cases/{case}/distribution")
def get_distribution(
    desk: TheDesk,
    case: str,
    outcome: str = "",
    week: Annotated[int | None, Query(ge=0, le=10_000)] = None,
    above: Annotated[float | None, Query(allow_inf_nan=False)] = None,
    result: str = "",
) -> dict[str, Any]:
    """How an outcome is distributed in one week in both worlds, and the chance that it lies above a value."""
    return distribution(desk, case, outcome, week, above, result)
