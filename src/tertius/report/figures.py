"""Each figure, defined once, as an Altair chart; the same chart serves web page, brief and notebook."""

from __future__ import annotations

import textwrap
from collections.abc import Callable, Iterable, Sequence
from datetime import date, timedelta
from typing import Any, Final

import altair as alt
import numpy as np
from numpy.typing import NDArray

from tertius.engine import Ensemble
from tertius.impact import Causes, Comparison, FirstMoves, System
from tertius.report.made import Brief
from tertius.world import Outcome, Scenario

WITH_COLOUR, WITHOUT_COLOUR, PAST_COLOUR = "#b3402a", "#2a6db3", "#333333"
PARTS: Final = (
    ("usable", "usable"),
    ("lost_to_interpreters", "too few interpreters"),
    ("lost_to_officers", "too few lent officers"),
    ("lost_to_discord", "discord"),
    ("lost_to_dilution", "diluted by newcomers"),
)
WIDTH, HEIGHT = 520, 240
MOST_MOVERS = 16


def fan(comparison: Comparison, outcome: str) -> Any:
    """The 80% and 50% fans and medians of one outcome, with and without, after its past where the scenario has one."""
    told = comparison.base.layout.scenario.outcomes[outcome]
    rows: list[dict[str, Any]] = []
    for label, ensemble in _arms(comparison):
        rows += _bands(ensemble.dates, ensemble.of(outcome), label)
    title = _wrap(f"{told.name}, {told.unit}")
    base = _chart(rows).encode(x=_time_axis(), color=_colour(comparison))
    layers: list[Any] = [
        base.mark_area(opacity=0.18).encode(y=alt.Y("q10:Q", title=title, scale=alt.Scale(zero=False)), y2="q90:Q"),
        base.mark_area(opacity=0.28).encode(y="q25:Q", y2="q75:Q"),
        base.mark_line(strokeWidth=2).encode(y="q50:Q"),
    ]
    past = _past(comparison.base, outcome)
    if past:
        layers.append(
            _chart(past)
            .mark_line(color=PAST_COLOUR, point=alt.OverlayMarkDef(color=PAST_COLOUR, size=18))
            .encode(x="date:T", y="value:Q")
        )
    return _styled(alt.layer(*layers), f"{told.name}: with and without (bands: 50% and 80% of futures)")


def usable_strength(comparison: Comparison, contingent: str) -> Any:
    """Mean soldiers of a contingent over time, taken apart into usable ones and what is lost to each friction."""
    ensemble = comparison.base
    name = ensemble.layout.scenario.contingents[contingent].name
    rows = [
        {"date": day.isoformat(), "part": title, "persons": float(value), "order": order}
        for order, (field, title) in enumerate(PARTS)
        for day, value in zip(
            ensemble.dates, ensemble.path(f"contingents.{contingent}.{field}").mean(axis=0), strict=True
        )
    ]
    titles = [title for _, title in PARTS]
    chart = (
        _chart(rows)
        .mark_area()
        .encode(
            x=_time_axis(),
            y=alt.Y("persons:Q", stack=True, title="persons (mean over futures)"),
            color=alt.Color(
                "part:N",
                title=None,
                sort=titles,
                scale=alt.Scale(domain=titles, range=["#2f7d4f", "#d9a441", "#c4682f", "#8c4a7a", "#7a8799"]),
            ),
            order="order:Q",
        )
    )
    return _styled(chart, f"{name}: what can be used, and what is lost to friction")


def freed_elsewhere(comparison: Comparison) -> Any:
    """Own soldiers of each side and theatre, with less without: median and 80% of futures."""
    rows: list[dict[str, Any]] = []
    scenario = comparison.base.layout.scenario
    for theatre, record in scenario.theatres.items():
        for side in scenario.sides:
            path = f"theatres.{theatre}.forces.{side}.troops"
            change = comparison.base.path(path) - comparison.other.path(path)
            if np.abs(change).max() > 0:
                rows += _bands(comparison.base.dates, change, f"{scenario.sides[side].name}, {record.name}")
    base = _chart(rows).encode(x=_time_axis(), color=alt.Color("label:N", title=None))
    return _styled(
        alt.layer(
            base.mark_area(opacity=0.15).encode(y=alt.Y("q10:Q", title="own soldiers, with less without"), y2="q90:Q"),
            base.mark_line(strokeWidth=2).encode(y="q50:Q"),
        ),
        "Own troops that the entry moves (bands: 80% of futures)",
    )


def losses(comparison: Comparison) -> Any:
    """Weekly losses of each side, with and without: median and 80% of futures."""
    rows: list[dict[str, Any]] = []
    for label, ensemble in _arms(comparison):
        for side, record in ensemble.layout.scenario.sides.items():
            for row in _bands(ensemble.dates[1:], ensemble.path(f"sides.{side}.losses")[:, 1:], label):
                rows.append({**row, "side": record.name})
    base = _chart(rows).encode(
        x=_time_axis(), color=_colour(comparison), strokeDash=alt.StrokeDash("side:N", title=None)
    )
    return _styled(
        alt.layer(
            base.mark_area(opacity=0.12).encode(
                y=alt.Y("q10:Q", title="losses as counted, persons/week"), y2="q90:Q", detail="side:N"
            ),
            base.mark_line(strokeWidth=2).encode(y="q50:Q"),
        ),
        "Losses of each side (bands: 80% of futures)",
    )


def rungs(scenario: Scenario, found: System) -> Any:
    """The chance that each rung has been reached by a week, with the entry and without, on a log scale."""
    courses = {one.what: one for one in found.courses}
    rows: list[dict[str, Any]] = []
    for ladder, held in scenario.ladders.items():
        for key, rung in held.rungs.items():
            course = courses[f"rung:ladders.{ladder}.rungs.{key}"]
            for label, shares in (("with", course.with_it), ("without", course.without)):
                rows += [
                    {"date": day.isoformat(), "percent": 100 * share, "label": label,
                     "ladder": held.name, "rung": f"{rung.height}. {rung.name}"}
                    for day, share in zip(found.dates, shares, strict=True) if share > 0
                ]  # fmt: skip
    dash = alt.StrokeDash("label:N", title=None, sort=["with", "without"])
    scale = alt.Scale(type="log", domain=[0.02, 100], clamp=True)
    base = _chart(rows).mark_line(strokeWidth=1.6).encode(
        x=_time_axis(),
        y=alt.Y("percent:Q", title="reached by then, % of futures", scale=scale),
        color=alt.Color("rung:N", title=None, legend=alt.Legend(columns=1)),
        strokeDash=dash,
        detail="ladder:N",
    )  # fmt: skip
    return _styled(base, "Rungs reached, with the entry and without")


def lasting(found: System) -> Any:
    """The share of futures in which the war goes on, with the entry and without, beside wars of its age."""
    over = next(one for one in found.courses if one.what == "end:over")
    ended = {"with": over.with_it, "without": over.without, "past wars of its age": found.by_age}
    rows = [
        {"date": day.isoformat(), "percent": 100 * (1.0 - share), "label": label}
        for label, shares in ended.items()
        for day, share in zip(found.dates, shares, strict=True)
    ]
    scale = alt.Scale(
        domain=["with", "without", "past wars of its age"], range=[WITH_COLOUR, WITHOUT_COLOUR, PAST_COLOUR]
    )
    base = _chart(rows).mark_line(strokeWidth=2).encode(
        x=_time_axis(),
        y=alt.Y("percent:Q", title="the war goes on, % of futures", scale=alt.Scale(domain=[0, 100])),
        color=alt.Color("label:N", title=None, scale=scale),
    )  # fmt: skip
    return _styled(base, "How long it lasts")


def first_moves(scenario: Scenario, moves: FirstMoves) -> Any:
    """A first step of a third state against every other actor: change of the probability that it steps up anything."""
    movers = {name: f"{name}: {scenario.instruments[name].name}" for name in moves.movers[:MOST_MOVERS]}
    rows: list[dict[str, Any]] = [
        {
            "mover": title,
            "actor": scenario.actors[actor].name,
            "points": 100 * change,
            "told": f"{100 * change:+.0f}" if clear else "",
        }
        for title, changes, are_clear in zip(movers.values(), moves.by_actor, moves.actor_clear, strict=False)
        for actor, change, clear in zip(moves.actors, changes, are_clear, strict=True)
        if change is not None
    ]
    largest = max([5.0, *(abs(row["points"]) for row in rows)])
    names = [scenario.actors[actor].name for actor in moves.actors]
    base = _chart(rows).encode(
        x=alt.X("actor:N", title=None, sort=names, axis=alt.Axis(labelAngle=-40, orient="top")),
        y=alt.Y("mover:N", title=None, sort=list(movers.values()), axis=alt.Axis(labelLimit=330)),
    )
    colour = alt.Color(
        "points:Q", title="percentage points", scale=alt.Scale(scheme="blueorange", domain=[-largest, largest])
    )
    title = (
        f"First step (row), and the change in the chance that a state (column) steps up anything in {moves.week} weeks"
    )
    chart = alt.layer(base.mark_rect().encode(color=colour), base.mark_text(fontSize=10).encode(text="told:N"))
    return _styled(chart, _wrap(title, 80)).properties(width=WIDTH, height=22 * len(movers))


def waterfall(causes: Causes, outcome: str) -> Any:
    """The parts of one outcome's difference, each from where the last ended, with the 80% interval of each."""
    split = causes.splits[outcome]
    told = causes.layout.scenario.outcomes[outcome]
    rows: list[dict[str, Any]] = []
    start = 0.0
    for part in (split.direct, *split.ranked, split.whole):
        whole = part is split.whole
        begin = 0.0 if whole else start
        end = begin + part.mean
        low, high = (begin + edge for edge in part.interval)
        way = "in all" if whole else "adds" if part.mean >= 0 else "takes"
        rows.append({"part": part.title, "start": begin, "end": end, "low": low, "high": high, "way": way})
        start = end
    order = [row["part"] for row in rows]
    colours = alt.Scale(domain=["adds", "takes", "in all"], range=[WITH_COLOUR, WITHOUT_COLOUR, PAST_COLOUR])
    base = _chart(rows).encode(y=alt.Y("part:N", title=None, sort=order, axis=alt.Axis(labelLimit=330)))
    chart = alt.layer(
        base.mark_bar(opacity=0.75).encode(
            x=alt.X("start:Q", title=f"{told.unit}, with less without"),
            x2="end:Q",
            color=alt.Color("way:N", title=None, scale=colours),
        ),
        base.mark_rule(color="#111").encode(x="low:Q", x2="high:Q"),
    )
    day = causes.layout.scenario.as_of + timedelta(weeks=causes.week)
    title = f"{told.name}: what the difference by {day:%-d %B %Y} is made of (lines: 80% interval of each part)"
    return _styled(chart, _wrap(title, 80)).properties(width=WIDTH, height=22 * len(rows))


def to_svg(chart: Any) -> str:
    """A chart as SVG text, drawn in this process without a browser or the network."""
    import vl_convert

    return str(vl_convert.vegalite_to_svg(chart.to_dict()))


FIGURES: Final[dict[str, Callable[[Brief], dict[str, Any]]]] = {
    "fans": lambda b: {f"fan-{name}": fan(b.comparison, name) for name, told in _marked(b) if told.headline},
    "usable": lambda b: {f"usable-{name}": usable_strength(b.comparison, name) for name in _came(b.comparison)},
    "freed": lambda b: {"freed-elsewhere": freed_elsewhere(b.comparison)} if _frees(b.comparison) else {},
    "losses": lambda b: {"losses": losses(b.comparison)},
    "rungs": lambda b: {"rungs": rungs(b.scenario, b.system)} if b.system and b.scenario.ladders else {},
    "lasting": lambda b: {"lasting": lasting(b.system)} if b.system and b.system.ends else {},
    "first-moves": lambda b: {"first-moves": first_moves(b.scenario, b.first_moves)} if b.first_moves else {},
}


def all_figures(brief: Brief) -> dict[str, Any]:
    """Every figure that the brief has something to show in: name -> chart."""
    charts: dict[str, Any] = {}
    for make in FIGURES.values():
        charts.update(make(brief))
    return charts


def _marked(brief: Brief) -> Iterable[tuple[str, Outcome]]:
    return brief.scenario.outcomes.items()


def _came(comparison: Comparison) -> list[str]:
    contingents = comparison.base.layout.scenario.contingents
    return [name for name in contingents if comparison.base.path(f"contingents.{name}.troops").max() > 0]


def _frees(comparison: Comparison) -> bool:
    scenario = comparison.base.layout.scenario
    paths = [f"theatres.{theatre}.forces.{side}.troops" for theatre in scenario.theatres for side in scenario.sides]
    return any(np.abs(comparison.base.path(path) - comparison.other.path(path)).max() > 0 for path in paths)


def _arms(comparison: Comparison) -> tuple[tuple[str, Ensemble], tuple[str, Ensemble]]:
    return ("with", comparison.base), ("without", comparison.other)


def _bands(dates: Sequence[date], values: NDArray[Any], label: str) -> list[dict[str, Any]]:
    """Rows of quantiles from values of shape (trajectory, week)."""
    levels = np.quantile(values, (0.1, 0.25, 0.5, 0.75, 0.9), axis=0)
    names = ("q10", "q25", "q50", "q75", "q90")
    return [
        {"date": day.isoformat(), "label": label, **{n: float(x) for n, x in zip(names, levels[:, week], strict=True)}}
        for week, day in enumerate(dates)
    ]


def _past(ensemble: Ensemble, outcome: str) -> list[dict[str, Any]]:
    """The measured past of an outcome that is a theatre's area, in the outcome's measure."""
    scenario = ensemble.layout.scenario
    told = scenario.outcomes[outcome]
    record, _, name = told.output.rpartition(".")
    theatre = scenario.theatres.get(record.rpartition(".")[2])
    if name != "area" or theatre is None or not theatre.history:
        return []
    start = float(np.median(ensemble.path(told.output)[:, 0])) if told.measure == "change" else 0.0
    return [{"date": row.date.isoformat(), "value": row.area - start} for row in theatre.history]


def _chart(rows: list[dict[str, Any]]) -> alt.Chart:
    data: Any = {"values": rows}
    return alt.Chart(data)


def _time_axis() -> alt.X:
    return alt.X("date:T", title=None, axis=alt.Axis(format="%b %Y", labelAngle=0, tickCount=8))


def _colour(comparison: Comparison) -> alt.Color:
    scale = alt.Scale(domain=["with", "without"], range=[WITH_COLOUR, WITHOUT_COLOUR])
    return alt.Color("label:N", title=None, scale=scale)


def _wrap(text: str, width: int = 34) -> list[str]:
    return textwrap.wrap(text, width)


def _styled(chart: Any, title: str | list[str]) -> Any:
    legend = {"orient": "bottom", "labelLimit": 400, "symbolOpacity": 1}
    return (
        chart.properties(width=WIDTH, height=HEIGHT, title=alt.TitleParams(title, anchor="start", fontSize=13))
        .configure_view(stroke=None)
        .configure_legend(**legend)
        .configure_axis(gridColor="#eee", domainColor="#999", labelFontSize=11, titleFontWeight="normal")
    )
