"""Figures of strikes: salvos and what comes through, interceptors left, days of fire left, damage, civilians killed."""

from __future__ import annotations

from typing import Any, Final

import altair as alt

from tertius.impact.answer import Answer
from tertius.report.drawing import (
    ACCENT,
    COOL,
    DIM,
    INK,
    PAPER,
    ROW,
    SHADES,
    Rows,
    bands,
    both,
    chart,
    names_axis,
    styled,
    time_axis,
    worlds,
)
from tertius.report.strikes import days
from tertius.world import Scenario

LOW: Final = 150  # pixels of a low figure
MOST_DAYS: Final = 90.0  # that the axis of days shows
FEWEST_DAYS: Final = 0.5
WORLDS: Final = {"with": "with_it", "without": "without"}


def strike_figures(answer: Answer, scenario: Scenario) -> dict[str, Any]:
    """All of them: name -> chart; none for a war without strikes."""
    found = answer.strikes
    if found is None:
        return {}
    charts = {f"salvos-{one.weapon}": salvos(answer, scenario, one.weapon) for one in found.salvos}
    if any(one.week == 0 for one in found.fire_left):
        charts["fire-left"] = fire_left(answer, scenario)
    if found.layers:
        charts["interceptors"] = interceptors(answer, scenario)
    if found.damage:
        charts["damage"] = damage(answer, scenario)
    return {**charts, "killed": killed(answer, scenario)}


def salvos(answer: Answer, scenario: Scenario, weapon: str) -> Any:
    """Launches of a weapon in a week, with the entry and without, and what comes through with it."""
    assert answer.strikes is not None  # see FIGURES
    held = next(one for one in answer.strikes.salvos if one.weapon == weapon)
    through = [row | {"label": "come through, with"} for row in bands(answer.run.dates, held.leaked.with_it, "")]
    scale = alt.Scale(domain=["with", "without", "come through, with"], range=[ACCENT, DIM, COOL])
    colour = alt.Color("label:N", title=None, scale=scale)
    base = chart(bands(answer.run.dates, held.launched.with_it, "with")).encode(x=time_axis())
    y = alt.Y("q10:Q", title="items a week")
    marks = alt.layer(
        base.mark_area(color=ACCENT, opacity=0.14).encode(y=y, y2="q90:Q"),
        base.mark_area(color=ACCENT, opacity=0.2).encode(y="q25:Q", y2="q75:Q"),
        chart([*both(answer.run.dates, held.launched), *through])
        .mark_line(strokeWidth=2)
        .encode(x=time_axis(), y="q50:Q", color=colour, strokeDash=alt.StrokeDash("label:N", legend=None)),
    )
    title = f"{scenario.weapons[weapon].name}: launched in a week (medians; 50% and 80% of futures with the entry)"
    return styled(marks, title, height=LOW)


def interceptors(answer: Answer, scenario: Scenario) -> Any:
    """Interceptors left of each layer with a finite stock: medians with the entry and without, 80% of futures."""
    assert answer.strikes is not None  # see FIGURES
    rows: Rows = []
    for one in answer.strikes.layers:
        name = scenario.defences[one.defence].name
        for world, field in WORLDS.items():
            rows += [row | {"layer": name} for row in bands(answer.run.dates, getattr(one.interceptors, field), world)]
    names = [scenario.defences[one.defence].name for one in answer.strikes.layers]
    colour = alt.Color(
        "layer:N", title=None, sort=names, scale=alt.Scale(domain=names, range=list(SHADES)[: len(names)]),
        legend=alt.Legend(columns=1),
    )  # fmt: skip
    dash = alt.StrokeDash("label:N", title=None, scale=alt.Scale(domain=["with", "without"], range=[[1, 0], [5, 4]]))
    base = chart(rows).encode(x=time_axis(), color=colour)
    marks = alt.layer(
        base.transform_filter("datum.label == 'with'")
        .mark_area(opacity=0.13)
        .encode(y=alt.Y("q10:Q", title="interceptors left"), y2="q90:Q"),
        base.mark_line(strokeWidth=2).encode(y="q50:Q", strokeDash=dash),
    )
    return styled(marks, "Interceptors left: medians, and 80% of futures with the entry")


def fire_left(answer: Answer, scenario: Scenario) -> Any:
    """How many days each side's stocks last at the pace of the as-of week: median and 80% of futures."""
    assert answer.strikes is not None  # see FIGURES
    rows: Rows = []
    for one in answer.strikes.fire_left:
        if one.week == 0:
            held = scenario.weapons[one.id].name if one.kind == "weapon" else scenario.defences[one.id].name
            low, middle, high = (min(max(days, FEWEST_DAYS), MOST_DAYS) for days in one.with_it)
            text = f"over {MOST_DAYS:.0f} days" if middle >= MOST_DAYS else f"{days(one.with_it[1])} days"
            rows.append({"name": held, "low": low, "middle": middle, "high": high, "text": text, "side": one.side})
    order = [row["name"] for row in rows]
    names = {side: told.name for side, told in scenario.sides.items()}
    rows = [row | {"side": names[str(row["side"])]} for row in rows]
    scale = alt.Scale(type="log", domain=[FEWEST_DAYS, MOST_DAYS])
    axis = alt.Axis(values=[1, 3, 7, 14, 30, 60, 90], format="d")
    colour = alt.Color("side:N", title=None, scale=alt.Scale(domain=list(names.values()), range=[ACCENT, COOL]))
    base = chart(rows).encode(y=alt.Y("name:N", title=None, sort=order, axis=names_axis()), color=colour)
    marks = alt.layer(
        base.mark_rule(strokeWidth=3, opacity=0.45).encode(
            x=alt.X("low:Q", title="days, on a log scale", scale=scale, axis=axis), x2="high:Q"
        ),
        base.mark_point(filled=True, size=80, opacity=1).encode(x="middle:Q"),
        base.mark_text(align="center", dy=-11, fontSize=11).encode(x="middle:Q", text="text:N", color=alt.value(INK)),
    )
    return styled(
        marks, "Days of fire left at the pace of the as-of week (median, 80% of futures)", height=42 * len(rows)
    )


def damage(answer: Answer, scenario: Scenario) -> Any:
    """The share of each target that is out of work by the last week: with the entry (dot, 80%), without, and as of."""
    assert answer.strikes is not None  # see FIGURES
    rows: Rows = []
    for one in answer.strikes.damage:
        with_it, without = one.damage.with_it, one.damage.without
        rows.append(
            {"name": scenario.targets[one.target].name, "low": with_it.q10[-1], "middle": with_it.q50[-1],
             "high": with_it.q90[-1], "without": without.q50[-1], "now": with_it.q50[0]}
        )  # fmt: skip
    order = [row["name"] for row in rows]
    base = chart(rows).encode(y=alt.Y("name:N", title=None, sort=order, axis=names_axis()))
    axis = alt.Axis(format="%", values=[0, 0.25, 0.5, 0.75, 1])
    x = alt.X("low:Q", title="out of work", scale=alt.Scale(domain=[0, 1]), axis=axis)
    marks = alt.layer(
        base.mark_rule(strokeWidth=3, color=ACCENT, opacity=0.45).encode(x=x, x2="high:Q"),
        base.mark_tick(color=DIM, thickness=2, size=14).encode(x="now:Q"),
        base.mark_point(filled=True, fill=PAPER, stroke=INK, size=70, opacity=1).encode(x="without:Q"),
        base.mark_point(filled=True, color=ACCENT, size=70, opacity=1).encode(x="middle:Q"),
    )
    by = f"{answer.run.dates[answer.last]:%B %Y}"
    title = f"Damage by {by}: with the entry (dot, 80%), without (ring), at the as-of date (stroke)"
    return styled(marks, title, height=ROW * len(rows))


def killed(answer: Answer, scenario: Scenario) -> Any:
    """Civilians killed by strikes since the as-of date, by side, with the entry and without."""
    assert answer.strikes is not None  # see FIGURES
    rows: Rows = []
    for one in answer.strikes.killed:
        name = scenario.actors[scenario.sides[one.side].lead].name
        for world, field in WORLDS.items():
            rows += [row | {"place": name} for row in bands(answer.run.dates, getattr(one.killed, field), world)]
    base = chart(rows).encode(
        x=time_axis(),
        y=alt.Y("q50:Q", title="persons, median"),
        color=worlds(),
        strokeDash=alt.StrokeDash("place:N", title=None),
    )
    return styled(base.mark_line(strokeWidth=2), "Civilians killed by strikes since the as-of date", height=LOW)
