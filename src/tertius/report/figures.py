"""Each figure, one function of an answer, as an Altair chart; the same chart serves web page, brief and notebook."""

from __future__ import annotations

import textwrap
from collections.abc import Callable, Sequence
from datetime import date, timedelta
from typing import Any, Final

import altair as alt

from tertius.calendar import day
from tertius.impact.answer import Answer
from tertius.impact.causes import Causes
from tertius.impact.series import Fan, Fans
from tertius.report.battlefield import PARTS
from tertius.world import Scenario

WITH_COLOUR, WITHOUT_COLOUR, PAST_COLOUR = "#b3402a", "#2a6db3", "#333333"
PART_COLOURS = ("#2f7d4f", "#d9a441", "#c4682f", "#8c4a7a", "#7a8799")
WIDTH, HEIGHT = 520, 240
MOST_MOVERS = 16
WAR_OVER = "end:over"
Rows = list[dict[str, Any]]


def fan(answer: Answer, scenario: Scenario, outcome: str) -> Any:
    """The 80% and 50% fans and medians of one outcome, with and without, after its past where the scenario has one."""
    assert answer.series is not None  # see FIGURES
    told = scenario.outcomes[outcome]
    base = _chart(_both(answer.run.dates, answer.series.outcomes[outcome])).encode(x=_time_axis(), color=_colour())
    title = _wrap(told.name if told.unit == "1" else f"{told.name}, {told.unit}")
    layers: list[Any] = [
        base.mark_area(opacity=0.18).encode(y=alt.Y("q10:Q", title=title, scale=alt.Scale(zero=False)), y2="q90:Q"),
        base.mark_area(opacity=0.28).encode(y="q25:Q", y2="q75:Q"),
        base.mark_line(strokeWidth=2).encode(y="q50:Q"),
    ]
    past = _past(scenario, outcome, answer.series.start[outcome])
    if past:
        layers.append(
            _chart(past)
            .mark_line(color=PAST_COLOUR, point=alt.OverlayMarkDef(color=PAST_COLOUR, size=18))
            .encode(x="date:T", y="value:Q")
        )
    return _styled(alt.layer(*layers), f"{told.name}: with and without (bands: 50% and 80% of futures)")


def difference_fan(answer: Answer, scenario: Scenario, outcome: str) -> Any:
    """The 80% and 50% fan and median over futures of the difference in one outcome, with the entry less without."""
    assert answer.series is not None  # see FIGURES
    told = scenario.outcomes[outcome]
    base = _chart(_bands(answer.run.dates, answer.series.outcomes[outcome].difference, "difference"))
    base = base.encode(x=_time_axis(), color=alt.value(WITH_COLOUR))
    title = _wrap(told.name if told.unit == "1" else f"{told.name}, {told.unit}")
    layers: list[Any] = [
        base.mark_area(opacity=0.18).encode(y=alt.Y("q10:Q", title=title), y2="q90:Q"),
        base.mark_area(opacity=0.28).encode(y="q25:Q", y2="q75:Q"),
        base.mark_line(strokeWidth=2).encode(y="q50:Q"),
        _chart([{"zero": 0}]).mark_rule(strokeDash=[4, 4]).encode(y="zero:Q"),
    ]
    return _styled(alt.layer(*layers), f"{told.name}: with less without (bands: 50% and 80% of futures)")


def usable_strength(answer: Answer, scenario: Scenario, contingent: str) -> Any:
    """Mean soldiers of a contingent over time, taken apart into usable ones and what is lost to each friction."""
    assert answer.series is not None  # see FIGURES
    parts = answer.series.contingents[contingent]
    rows = [
        {"date": end.isoformat(), "part": title, "persons": value, "order": order}
        for order, (part, title) in enumerate(PARTS.items())
        for end, value in zip(answer.run.dates, parts[part], strict=True)
    ]
    titles = list(PARTS.values())
    chart = (
        _chart(rows)
        .mark_area()
        .encode(
            x=_time_axis(),
            y=alt.Y("persons:Q", stack=True, title="persons (mean over futures)"),
            color=alt.Color(
                "part:N", title=None, sort=titles, scale=alt.Scale(domain=titles, range=list(PART_COLOURS))
            ),
            order="order:Q",
        )
    )
    return _styled(chart, f"{scenario.contingents[contingent].name}: what can be used, and what is lost to friction")


def freed_elsewhere(answer: Answer, scenario: Scenario) -> Any:
    """Own soldiers of each side and theatre, with less without: median and 80% of futures."""
    assert answer.series is not None  # see FIGURES
    rows: Rows = []
    for one in answer.series.own_troops:
        place = f"{scenario.sides[one.side].name}, {scenario.theatres[one.theatre].name}"
        rows += _bands(answer.run.dates, one.difference, place)
    base = _chart(rows).encode(x=_time_axis(), color=alt.Color("label:N", title=None))
    return _styled(
        alt.layer(
            base.mark_area(opacity=0.15).encode(y=alt.Y("q10:Q", title="own soldiers, with less without"), y2="q90:Q"),
            base.mark_line(strokeWidth=2).encode(y="q50:Q"),
        ),
        "Own troops that the entry moves (bands: 80% of futures)",
    )


def losses(answer: Answer, scenario: Scenario) -> Any:
    """Weekly losses of each side, with and without: median and 80% of futures."""
    assert answer.series is not None  # see FIGURES
    rows: Rows = []
    for side, held in answer.series.losses.items():
        # The as-of date ends no week of the run.
        both = [row for row in _both(answer.run.dates, held) if row["date"] != answer.run.as_of.isoformat()]
        rows += [{**row, "side": scenario.sides[side].name} for row in both]
    base = _chart(rows).encode(x=_time_axis(), color=_colour(), strokeDash=alt.StrokeDash("side:N", title=None))
    return _styled(
        alt.layer(
            base.mark_area(opacity=0.12).encode(
                y=alt.Y("q10:Q", title="losses as counted, persons/week"), y2="q90:Q", detail="side:N"
            ),
            base.mark_line(strokeWidth=2).encode(y="q50:Q"),
        ),
        "Losses of each side (bands: 80% of futures)",
    )


def rungs(answer: Answer, scenario: Scenario) -> Any:
    """The chance that each rung has been reached by a week, with the entry and without, on a log scale."""
    assert answer.system is not None  # see FIGURES
    rows: Rows = []
    for course in answer.system.courses:
        if not course.what.startswith("rung:"):
            continue
        ladder, key = course.what.split(".")[1::2]
        held = scenario.ladders[ladder]
        rung = held.rungs[key]
        rows += [
            {"date": end.isoformat(), "percent": 100 * share, "label": label,
             "ladder": held.name, "rung": f"{rung.height}. {rung.name}"}
            for label, shares in (("with", course.with_it), ("without", course.without))
            for end, share in zip(answer.run.dates, shares, strict=True) if share > 0
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


def lasting(answer: Answer, scenario: Scenario) -> Any:
    """The share of futures in which the war goes on, with the entry and without, beside wars of its age."""
    assert answer.system is not None  # see FIGURES
    (course,) = (one for one in answer.system.courses if one.what == WAR_OVER)
    past = "past wars of its age"
    rows: Rows = [
        {"date": end.isoformat(), "percent": 100 * (1.0 - share), "label": label}
        for label, shares in (("with", course.with_it), ("without", course.without), (past, answer.system.by_age))
        for end, share in zip(answer.run.dates, shares, strict=True)
    ]
    scale = alt.Scale(domain=["with", "without", past], range=[WITH_COLOUR, WITHOUT_COLOUR, PAST_COLOUR])
    base = _chart(rows).mark_line(strokeWidth=2).encode(
        x=_time_axis(),
        y=alt.Y("percent:Q", title="the war goes on, % of futures", scale=alt.Scale(domain=[0, 100])),
        color=alt.Color("label:N", title=None, scale=scale),
    )  # fmt: skip
    return _styled(base, "How long it lasts")


def first_moves(answer: Answer, scenario: Scenario) -> Any:
    """A first step of a third state against every other actor: change of the probability that it steps up anything."""
    moves = answer.first_moves
    assert moves is not None  # see FIGURES
    movers = [f"{name}: {scenario.instruments[name].name}" for name in moves.movers[:MOST_MOVERS]]
    rows: Rows = [
        {
            "mover": title,
            "actor": scenario.actors[actor].name,
            "points": 100 * share,
            "told": f"{100 * share:+.0f}" if is_clear else "",
        }
        for title, shares, clear in zip(movers, moves.by_actor, moves.actor_clear, strict=False)
        for actor, share, is_clear in zip(moves.actors, shares, clear, strict=True)
        if share is not None
    ]
    largest = max([5.0, *(abs(row["points"]) for row in rows)])
    names = [scenario.actors[actor].name for actor in moves.actors]
    base = _chart(rows).encode(
        x=alt.X("actor:N", title=None, sort=names, axis=alt.Axis(labelAngle=-40, orient="top")),
        y=alt.Y("mover:N", title=None, sort=movers, axis=alt.Axis(labelLimit=330)),
    )
    colour = alt.Color(
        "points:Q", title="percentage points", scale=alt.Scale(scheme="blueorange", domain=[-largest, largest])
    )
    title = (
        f"First step (row), and the change in the chance that a state (column) steps up anything in {moves.week} weeks"
    )
    chart = alt.layer(base.mark_rect().encode(color=colour), base.mark_text(fontSize=10).encode(text="told:N"))
    return _styled(chart, _wrap(title, 80)).properties(width=WIDTH, height=22 * len(movers))


def waterfall(causes: Causes, scenario: Scenario, outcome: str) -> Any:
    """The parts of one outcome's difference, each from where the last ended, with the 80% interval of each."""
    split = causes.splits[outcome]
    told = scenario.outcomes[outcome]
    rows: Rows = []
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
    axis = "with less without" if told.unit == "1" else f"{told.unit}, with less without"
    chart = alt.layer(
        base.mark_bar(opacity=0.75).encode(
            x=alt.X("start:Q", title=axis),
            x2="end:Q",
            color=alt.Color("way:N", title=None, scale=colours),
        ),
        base.mark_rule(color="#111").encode(x="low:Q", x2="high:Q"),
    )
    by = day(scenario.as_of + timedelta(weeks=causes.week))
    title = f"{told.name}: what the difference by {by} is made of (lines: 80% interval of each part)"
    return _styled(chart, _wrap(title, 80)).properties(width=WIDTH, height=22 * len(rows))


def to_svg(chart: Any) -> str:
    """A chart as SVG text, drawn in this process without a browser or the network."""
    import vl_convert

    return str(vl_convert.vegalite_to_svg(chart.to_dict()))


Charts = dict[str, Any]
FIGURES: Final[dict[str, Callable[[Answer, Scenario], Charts]]] = {
    "fans": lambda a, s: {f"fan-{name}": fan(a, s, name) for name in a.headlines} if a.series else {},
    "usable": lambda a, s: {f"usable-{name}": usable_strength(a, s, name) for name in _came(a)},
    "freed": lambda a, s: {"freed-elsewhere": freed_elsewhere(a, s)} if a.series and a.series.own_troops else {},
    "losses": lambda a, s: {"losses": losses(a, s)} if a.series else {},
    "rungs": lambda a, s: {"rungs": rungs(a, s)} if s.ladders and a.system else {},
    "lasting": lambda a, s: {"lasting": lasting(a, s)} if a.system and a.system.by_age else {},
    "first-moves": lambda a, s: {"first-moves": first_moves(a, s)} if a.first_moves else {},
    "causes": lambda a, s: {
        f"{found.by}-{name}-causes": waterfall(found, s, name) for found in a.causes or () for name in a.headlines
    },
}
"""Name -> what it draws of an answer, as chart by name; nothing where the answer has nothing of it."""


def all_figures(answer: Answer, scenario: Scenario) -> Charts:
    """Every figure that the answer has something to show in: name -> chart."""
    charts: Charts = {}
    for make in FIGURES.values():
        charts.update(make(answer, scenario))
    return charts


def _came(answer: Answer) -> list[str]:
    return list(answer.series.contingents) if answer.series is not None else []


def _both(dates: Sequence[date], held: Fans) -> Rows:
    return [*_bands(dates, held.with_it, "with"), *_bands(dates, held.without, "without")]


def _bands(dates: Sequence[date], held: Fan, label: str) -> Rows:
    """Rows of quantiles, one a date."""
    return [
        {"date": end.isoformat(), "label": label, **{name: levels[week] for name, levels in vars(held).items()}}
        for week, end in enumerate(dates)
    ]


def _past(scenario: Scenario, outcome: str, start: float) -> Rows:
    """The measured past of an outcome that is a theatre's area, in the outcome's measure."""
    record, _, name = scenario.outcomes[outcome].output.rpartition(".")
    theatre = scenario.theatres.get(record.rpartition(".")[2])
    if name != "area" or theatre is None:
        return []
    return [{"date": row.date.isoformat(), "value": row.area - start} for row in theatre.history]


def _chart(rows: Rows) -> alt.Chart:
    data: Any = {"values": rows}
    return alt.Chart(data)


def _time_axis() -> alt.X:
    return alt.X("date:T", title=None, axis=alt.Axis(format="%b %Y", labelAngle=0, tickCount=8))


def _colour() -> alt.Color:
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
