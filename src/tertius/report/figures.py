"""Each figure, one function of an answer, as an Altair chart; the same chart serves page, files and notebook."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any, Final

import altair as alt

from tertius.calendar import day
from tertius.impact.answer import Answer
from tertius.impact.causes import Causes
from tertius.report.battlefield import PARTS
from tertius.report.drawing import (
    ACCENT,
    COOL,
    DIM,
    INK,
    ROW,
    SHADES,
    Rows,
    bands,
    both,
    chart,
    names_axis,
    styled,
    time_axis,
    to_svg,
    worlds,
)
from tertius.report.figures_states import chances, first_moves, map_adds, map_chance, mapped, ranked, rungs
from tertius.report.figures_strikes import strike_figures
from tertius.report.phrases import mid_sentence, size
from tertius.report.words import middle, with_unit
from tertius.world import Outcome, Scenario

__all__ = ["FIGURES", "Charts", "all_figures", "to_svg", "waterfall"]
NEAR = 6.0  # times the reach of the effect that a band may be for its edge to be shown
WAR_OVER = "end:over"
SIGNED = "datum.value == 0 ? '0' : format(datum.value, abs(datum.value) < 1 ? '+~g' : '+~s')"


def difference(answer: Answer, scenario: Scenario, outcome: str) -> Any:
    """The effect to be expected over time: mean, 50% and 80% over what we do not know, and the materiality band."""
    assert answer.summary is not None  # see FIGURES
    told = scenario.outcomes[outcome]
    held = next(one for one in answer.summary.expected if one.outcome == outcome)
    names = ("mean", "q10", "q25", "q75", "q90")
    rows = [
        {"date": end.isoformat(), **{name: getattr(held, name)[week] for name in names}}
        for week, end in enumerate(answer.run.dates)
    ]
    reach = max([abs(value) for name in ("q10", "q90", "mean") for value in getattr(held, name)] or [0.0])
    band = answer.at(outcome, answer.last).band
    edge = 1.08 * (max(reach, band) if band <= NEAR * reach or reach == 0 else 1.3 * reach) or 1.0
    scale = alt.Scale(domain=[-edge, edge], nice=False)
    base = chart(rows).encode(x=time_axis())
    shown = min(band, edge)
    floor = chart([{"low": -shown, "high": shown}]).mark_rect(color=DIM, opacity=0.09)
    note = f"shaded: less than the {size(band, told)} that matter"
    last = chart(rows[-1:]).encode(x=alt.X("date:T"))
    near = [value - held.mean[-1] for value in held.mean[-1 - len(rows) // 5 :]]
    # The number stands over the end of the curve; below it where the curve comes down to that.
    away = 14 if max(near) > -min(near) else -12
    marks = alt.layer(
        floor.encode(y=alt.Y("low:Q", scale=scale), y2="high:Q"),
        chart([{"zero": 0}]).mark_rule(color=DIM).encode(y="zero:Q"),
        base.mark_area(color=ACCENT, opacity=0.16).encode(y=alt.Y("q10:Q"), y2="q90:Q"),
        base.mark_area(color=ACCENT, opacity=0.28).encode(y=alt.Y("q25:Q"), y2="q75:Q"),
        base.mark_line(color=ACCENT, strokeWidth=2.5).encode(
            y=alt.Y("mean:Q", title=_unit(told), scale=scale, axis=alt.Axis(labelExpr=SIGNED))
        ),
        last.mark_text(align="right", dy=away, fontSize=14, fontWeight=600, color=ACCENT).encode(
            y="mean:Q", text=alt.value(middle(held.mean[-1], held.q10[-1], held.q90[-1], sign=True))
        ),
        chart([{"y": edge}]).mark_text(align="right", baseline="top", dy=2, fontSize=12, color=DIM).encode(
            x=alt.value("width"), y=alt.Y("y:Q", scale=scale), text=alt.value(note)
        ),
    )  # fmt: skip
    title = f"What it adds to {mid_sentence(scenario, told.name)} (bands: 50% and 80% of the expected effect)"
    return styled(marks, title)


def fan(answer: Answer, scenario: Scenario, outcome: str) -> Any:
    """The 80% and 50% fans and medians of one outcome, with and without, after its past where the scenario has one."""
    assert answer.series is not None  # see FIGURES
    told = scenario.outcomes[outcome]
    held = answer.series.outcomes[outcome]
    base = chart(bands(answer.run.dates, held.with_it, "with")).encode(x=time_axis())
    title = _unit(told)
    medians = chart(both(answer.run.dates, held)).mark_line(strokeWidth=2)
    dash = alt.StrokeDash("label:N", title=None, scale=alt.Scale(domain=["with", "without"], range=[[1, 0], [5, 4]]))
    layers: list[Any] = [
        base.mark_area(color=ACCENT, opacity=0.14).encode(
            y=alt.Y("q10:Q", title=title, scale=alt.Scale(zero=False)), y2="q90:Q"
        ),
        base.mark_area(color=ACCENT, opacity=0.22).encode(y="q25:Q", y2="q75:Q"),
        medians.encode(x=time_axis(), y="q50:Q", color=worlds(), strokeDash=dash),
    ]
    past = _past(scenario, outcome, answer.series.start[outcome])
    if past:
        point = alt.OverlayMarkDef(color=INK, size=18)
        layers.append(chart(past).mark_line(color=INK, point=point).encode(x="date:T", y="value:Q"))
    return styled(alt.layer(*layers), f"{told.name}: medians, and 50% and 80% of futures with the entry")


def difference_fan(answer: Answer, scenario: Scenario, outcome: str) -> Any:
    """The 80% and 50% fan and median over futures of the difference in one outcome, with the entry less without."""
    assert answer.series is not None  # see FIGURES
    told = scenario.outcomes[outcome]
    held = answer.series.outcomes[outcome].difference
    base = chart(bands(answer.run.dates, held, "difference")).encode(x=time_axis())
    marks = alt.layer(
        chart([{"zero": 0}]).mark_rule(color=DIM).encode(y="zero:Q"),
        base.mark_area(color=ACCENT, opacity=0.16).encode(y=alt.Y("q10:Q", title=_unit(told)), y2="q90:Q"),
        base.mark_area(color=ACCENT, opacity=0.28).encode(y="q25:Q", y2="q75:Q"),
        base.mark_line(color=ACCENT, strokeWidth=2).encode(y="q50:Q"),
    )
    return styled(marks, f"{told.name}: with less without (median, 50% and 80% of paired futures)")


def usable_strength(answer: Answer, scenario: Scenario, contingent: str) -> Any:
    """Mean soldiers of a contingent over time, taken apart into usable ones and what is lost to each friction."""
    assert answer.series is not None  # see FIGURES
    parts = answer.series.contingents[contingent]
    shown = {part: title for part, title in PARTS.items() if max(parts[part]) > 0}
    rows = [
        {"date": end.isoformat(), "part": title, "persons": value, "order": order}
        for order, (part, title) in enumerate(shown.items())
        for end, value in zip(answer.run.dates, parts[part], strict=True)
    ]
    titles = list(shown.values())
    made = (
        chart(rows)
        .mark_area()
        .encode(
            x=time_axis(),
            y=alt.Y("persons:Q", stack=True, title="persons, mean over futures"),
            color=alt.Color("part:N", title=None, sort=titles, scale=alt.Scale(domain=titles, range=list(SHADES)),
                            legend=alt.Legend(columns=2)),
            order="order:Q",
        )
    )  # fmt: skip
    told = scenario.contingents[contingent]
    whose = f"{scenario.actors[told.host].name}'s side under {told.name}" if told.command == "leads_host" else told.name
    return styled(made, f"{whose}: what can be used, and what is lost to friction")


def freed_elsewhere(answer: Answer, scenario: Scenario) -> Any:
    """Own soldiers of each side and theatre, with less without: median and 80% of futures."""
    assert answer.series is not None  # see FIGURES
    rows: Rows = []
    for one in answer.series.own_troops:
        place = f"{scenario.sides[one.side].name}, {scenario.theatres[one.theatre].name}"
        rows += bands(answer.run.dates, one.difference, place)
    scale = alt.Scale(range=list(SHADES))
    base = chart(rows).encode(x=time_axis(), color=alt.Color("label:N", title=None, scale=scale))
    marks = alt.layer(
        base.mark_area(opacity=0.15).encode(y=alt.Y("q10:Q", title="own soldiers, with less without"), y2="q90:Q"),
        base.mark_line(strokeWidth=2).encode(y="q50:Q", strokeDash=alt.StrokeDash("label:N", legend=None)),
    )
    return styled(marks, "Own troops that the entry moves (bands: 80% of futures)")


def losses(answer: Answer, scenario: Scenario) -> Any:
    """Weekly losses of each side, with and without, of the futures in which the war then goes on in both worlds."""
    assert answer.battlefield is not None  # see FIGURES
    rows: Rows = [
        {"date": answer.run.dates[one.week].isoformat(), "label": label, "value": value,
         "side": scenario.sides[one.side].name}
        for one in answer.battlefield.losses
        for label, value in (("with", one.with_it), ("without", one.without))
    ]  # fmt: skip
    base = chart(rows).encode(
        x=time_axis(),
        y=alt.Y("value:Q", title="losses in the week as counted, median", scale=alt.Scale(zero=True)),
        color=worlds(),
        strokeDash=alt.StrokeDash("side:N", title=None),
    )
    marks = alt.layer(base.mark_line(strokeWidth=2), base.mark_point(filled=True, size=40))
    return styled(marks, "Losses of each side in a week, where the war goes on in both worlds")


def lasting(answer: Answer, scenario: Scenario) -> Any:
    """The share of futures in which the war goes on, with the entry and without, beside wars of its age."""
    assert answer.system is not None  # see FIGURES
    (course,) = (one for one in answer.system.courses if one.what == WAR_OVER)
    past = "past wars of its age"
    rows: Rows = [
        {"date": end.isoformat(), "percent": 1.0 - share, "label": label}
        for label, shares in (("with", course.with_it), ("without", course.without), (past, answer.system.by_age))
        for end, share in zip(answer.run.dates, shares, strict=True)
    ]
    domain = ["with", "without", past]
    dashes = alt.Scale(domain=domain, range=[[1, 0], [6, 3], [2, 2]])
    base = chart(rows).mark_line(strokeWidth=2).encode(
        x=time_axis(),
        y=alt.Y("percent:Q", title="the war goes on", scale=alt.Scale(domain=[0, 1]), axis=alt.Axis(format="%")),
        color=alt.Color("label:N", title=None, scale=alt.Scale(domain=domain, range=[ACCENT, DIM, COOL])),
        strokeDash=alt.StrokeDash("label:N", title=None, scale=dashes),
    )  # fmt: skip
    return styled(base, "Share of futures in which the war goes on")


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
    colours = alt.Scale(domain=["adds", "takes", "in all"], range=[ACCENT, COOL, DIM])
    base = chart(rows).encode(y=alt.Y("part:N", title=None, sort=order, axis=names_axis()))
    axis = "with less without" if told.unit == "1" else f"{_unit(told)}, with less without"
    marks = alt.layer(
        base.mark_bar(opacity=0.75).encode(
            x=alt.X("start:Q", title=axis), x2="end:Q", color=alt.Color("way:N", title=None, scale=colours)
        ),
        base.mark_rule(color=INK).encode(x="low:Q", x2="high:Q"),
    )
    by = day(scenario.as_of + timedelta(weeks=causes.week))
    title = f"{told.name}: what the difference by {by} is made of (lines: 80% interval of each part)"
    return styled(marks, title, height=ROW * len(rows))


Charts = dict[str, Any]
FIGURES: Final[dict[str, Callable[[Answer, Scenario], Charts]]] = {
    "differences": lambda a, s: (
        {f"difference-{name}": difference(a, s, name) for name in a.headlines} if a.summary else {}
    ),
    "chances": lambda a, s: {"chances": chances(a, s)} if a.summary and a.summary.chances else {},
    "fans": lambda a, s: {f"fan-{name}": fan(a, s, name) for name in a.headlines} if a.series else {},
    "usable": lambda a, s: {f"usable-{name}": usable_strength(a, s, name) for name in _came(a)},
    "freed": lambda a, s: {"freed-elsewhere": freed_elsewhere(a, s)} if a.series and a.series.own_troops else {},
    "losses": lambda a, s: {"losses": losses(a, s)} if a.battlefield and a.battlefield.losses else {},
    "strikes": strike_figures,
    "ranked": lambda a, s: {"reactions-ranked": ranked(a, s)} if _differs(a) else {},
    "maps": lambda a, s: {"map-chance": map_chance(a, s), "map-adds": map_adds(a, s)} if mapped(a, s) else {},
    "rungs": lambda a, s: {"rungs": rungs(a, s)} if s.ladders and a.system else {},
    "lasting": lambda a, s: {"lasting": lasting(a, s)} if a.system and a.system.by_age else {},
    "first-moves": lambda a, s: {"first-moves": first_moves(a, s)} if _moves(a) else {},
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


def _unit(told: Outcome) -> str | None:
    """The title of an axis; none for a pure number."""
    return with_unit("", told.unit).strip() or None


def _came(answer: Answer) -> list[str]:
    return list(answer.series.contingents) if answer.series is not None else []


def _moves(answer: Answer) -> bool:
    """Whether any first move is seen to change anything."""
    return answer.first_moves is not None and any(any(row) for row in answer.first_moves.actor_clear)


def _differs(answer: Answer) -> bool:
    """Whether any step of a third state differs at all."""
    steps = answer.reactions.steps() if answer.reactions is not None else ()
    return any(not row[0].imposed and not row[2].found.same for row in steps)


def _past(scenario: Scenario, outcome: str, start: float) -> Rows:
    """The measured past of an outcome that is a theatre's area, in the outcome's measure."""
    record, _, name = scenario.outcomes[outcome].output.rpartition(".")
    theatre = scenario.theatres.get(record.rpartition(".")[2])
    if name != "area" or theatre is None:
        return []
    return [{"date": row.date.isoformat(), "value": row.area - start} for row in theatre.history]
