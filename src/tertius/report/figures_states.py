"""Figures of chances, of states and of escalation: dots with intervals, first moves, maps."""

from __future__ import annotations

from typing import Any

import altair as alt

from tertius.impact.answer import Answer
from tertius.impact.reactions import Reaction, Step
from tertius.impact.summary import Standing
from tertius.report.drawing import (
    ACCENT,
    COOL,
    DIM,
    INK,
    PAPER,
    ROW,
    RULE,
    WIDTH,
    Rows,
    chart,
    names_axis,
    styled,
    wrapped,
)
from tertius.report.outlines import outlines, states_of
from tertius.report.page import first_page
from tertius.report.phrases import gap, short
from tertius.report.words import percent, points
from tertius.world import Scenario

MOST_MOVERS, MOST_REACTIONS = 16, 18
LEAST_LOG = 0.0005  # smallest chance that a logarithmic axis shows
RUNG = 44  # pixels of a row with three lines of text beside it
NAME, LETTERS, TEXT = 28, 14, 18  # letters of a line above a chance, and pixels of a letter and of a line
MARK, BELOW, SIDE = 7, 5, 94  # pixels: half of a chance's mark, what is left free below, what stands right of a number
LAND = "land"


def chances(answer: Answer, scenario: Scenario) -> Any:
    """Headline chances of the first page: with the entry as dots with 80% intervals, without it as rings."""
    rows: Rows = []
    top = 0
    for one in first_page(answer, scenario).chances:
        by = one.by.replace(" ", "\N{NO-BREAK SPACE}") if len(one.by) < NAME / 2 else one.by
        lines = wrapped(f"{one.name} ({by})" if by else one.name, NAME)
        rows.append(
            {"name": lines, "text": one.text, "beside": f"without {one.beside}", "with": one.with_it,
             "without": one.without, "low": one.low, "high": one.high, "top": top,
             "line": top + TEXT * len(lines) + MARK}
        )  # fmt: skip
        top += TEXT * len(lines) + 2 * MARK + BELOW
    by = f"{answer.run.dates[answer.last]:%B %Y}"
    title = f"Chances by {by}: with the entry (dot, 80%) and without (ring)"
    return styled(dots(rows, top), title, height=top)


def dots(rows: Rows, height: int) -> Any:
    """Under each name its interval, dot and ring on an axis from 0 to 100%; both numbers at the right of the name."""
    scale = alt.Scale(domain=[0, 1])
    down = alt.Scale(domain=[0, height], range=[0, height], nice=False)
    base = chart(rows)
    text = base.encode(y=alt.Y("top:Q", axis=None, scale=down))
    line = base.encode(y=alt.Y("line:Q", axis=None, scale=down))
    axis = alt.X("with:Q", title=None, scale=scale, axis=alt.Axis(format="%", values=[0, 0.25, 0.5, 0.75, 1]))
    point: dict[str, Any] = {"shape": "circle", "size": 80}
    side: dict[str, Any] = {"align": "right", "baseline": "top"}
    return alt.layer(
        line.mark_rule(strokeWidth=3, color=ACCENT, opacity=0.45, strokeCap="round")
        .encode(x=alt.X("low:Q", scale=scale), x2="high:Q"),
        line.mark_point(color=DIM, fill=PAPER, strokeWidth=2, opacity=1, **point).encode(
            x=alt.X("without:Q", scale=scale)
        ),
        line.mark_point(color=ACCENT, filled=True, opacity=1, **point).encode(x=axis),
        text.mark_text(align="left", baseline="top", fontSize=LETTERS, lineHeight=TEXT, color=INK)
        .encode(x=alt.value(0), text="name:N"),
        text.mark_text(fontSize=LETTERS, fontWeight=600, color=ACCENT, dx=-SIDE, **side)
        .encode(x=alt.value("width"), text="text:N"),
        text.mark_text(fontSize=LETTERS - 1, color=DIM, dy=1, **side).encode(x=alt.value("width"), text="beside:N"),
    )  # fmt: skip


def rungs(answer: Answer, scenario: Scenario) -> Any:
    """Chance of each rung by the last week, named with its ladder, on a logarithmic axis."""
    assert answer.system is not None  # see FIGURES
    rows: Rows = []
    last = answer.system.weeks[-1]
    for one in answer.system.rungs:
        if one.week != last:
            continue
        _, ladder, _, key = one.what.split(".")
        held = scenario.ladders[ladder]
        spans = one.spans or (one.with_it, one.with_it)
        name = f"{held.name}, {held.rungs[key].height}. {short(held.rungs[key])}"
        for label, share in (("with", one.with_it), ("without", one.without)):
            low, high = spans if label == "with" else (share, share)
            rows.append(
                {"name": name, "label": label, "percent": max(share, LEAST_LOG), "told": percent(share),
                 "low": max(low, LEAST_LOG), "high": max(high, LEAST_LOG)}
            )  # fmt: skip
    names = list(dict.fromkeys(row["name"] for row in rows))
    scale = alt.Scale(type="log", domain=[LEAST_LOG, 1], clamp=True)
    axis = alt.Axis(format=".1~%", values=[0.001, 0.01, 0.1, 1])
    base = chart(rows).encode(y=alt.Y("name:N", title=None, sort=names, axis=names_axis()))
    marks = alt.layer(
        base.mark_rule(strokeWidth=3, color=ACCENT, opacity=0.4).encode(x=alt.X("low:Q", scale=scale), x2="high:Q"),
        base.mark_point(size=80, strokeWidth=2, opacity=1).encode(
            x=alt.X("percent:Q", title="log scale", scale=scale, axis=axis),
            color=alt.Color("label:N", title=None, scale=alt.Scale(domain=["with", "without"], range=[ACCENT, DIM])),
            fill=alt.Fill("label:N", legend=None, scale=alt.Scale(domain=["with", "without"], range=[ACCENT, PAPER])),
            tooltip=["name:N", "label:N", "told:N"],
        ),
    )
    by = f"{answer.system.dates[last]:%B %Y}"
    return styled(
        marks,
        f"Chance of each rung by {by} (lines: range of a stated prior)",
        height=RUNG * len(names),
        width=WIDTH - 100,
    )


def ranked(answer: Answer, scenario: Scenario) -> Any:
    """What the entry adds to the chance of each step of third states, ranked; grey where none can be seen."""
    assert answer.reactions is not None  # see FIGURES
    steps = [row for row in answer.reactions.steps() if not row[0].imposed and not row[2].found.same]
    steps.sort(key=lambda row: -abs(row[2].found.mean))
    rows = [_step(scenario, *row) for row in steps[:MOST_REACTIONS]]
    names = [row["name"] for row in rows]
    shades = alt.Scale(domain=[True, False], range=[ACCENT, DIM])
    base = chart(rows).encode(
        y=alt.Y("name:N", title=None, sort=names, axis=names_axis()),
        color=alt.Color("seen:N", legend=None, scale=shades),
        opacity=alt.condition("datum.seen", alt.value(1), alt.value(0.45)),
        tooltip=["name:N", "told:N"],
    )
    axis = alt.X("points:Q", title="percentage points, with less without; lines: 80%")
    marks = alt.layer(
        chart([{"zero": 0}]).mark_rule(color=DIM).encode(x="zero:Q"),
        base.mark_rule(strokeWidth=3).encode(x=alt.X("low:Q"), x2="high:Q"),
        base.mark_point(size=80, filled=True).encode(x=axis),
    )
    title = (
        f"What it adds to the chance of a step within {answer.reactions.week} weeks (grey: not to be told from none)"
    )
    return styled(marks, title, height=ROW * len(rows), width=WIDTH - 120)


def _step(scenario: Scenario, one: Reaction, direction: str, step: Step) -> dict[str, Any]:
    found = step.found
    return {
        "name": f"{scenario.instruments[one.instrument].name}, {direction}",
        "points": 100 * found.mean, "low": 100 * found.interval[0], "high": 100 * found.interval[1],
        "seen": found.detectable,
        "told": f"{gap(found.mean)}, to {percent(step.with_it)}",
    }  # fmt: skip


def first_moves(answer: Answer, scenario: Scenario) -> Any:
    """A first step of a third state against every other actor: change of the probability that it steps up anything."""
    moves = answer.first_moves
    assert moves is not None  # see FIGURES
    seen = [place for place, clear in enumerate(moves.actor_clear) if any(clear)][:MOST_MOVERS]
    movers = [scenario.instruments[moves.movers[place]].name for place in seen]
    cells = [(moves.by_actor[place], moves.actor_clear[place]) for place in seen]
    rows: Rows = [
        {
            "mover": title,
            "actor": scenario.actors[actor].name,
            "points": 100 * share if is_clear else None,
            "told": points(share, sign=True) if is_clear else "",
        }
        for title, (shares, clear) in zip(movers, cells, strict=True)
        for actor, share, is_clear in zip(moves.actors, shares, clear, strict=True)
        if share is not None
    ]
    largest = max([5.0, *(abs(row["points"] or 0.0) for row in rows)])
    names = [scenario.actors[actor].name for actor in moves.actors]
    base = chart(rows).encode(
        x=alt.X("actor:N", title=None, sort=names, axis=alt.Axis(labelAngle=-40, orient="top")),
        y=alt.Y("mover:N", title=None, sort=movers, axis=names_axis()),
    )
    scale = alt.Scale(domain=[-largest, 0, largest], range=[COOL, PAPER, ACCENT], interpolate="rgb")
    colour = alt.condition(
        "isValid(datum.points)", alt.Color("points:Q", title="percentage points", scale=scale), alt.value("transparent")
    )
    marks = alt.layer(
        base.mark_rect(stroke=RULE).encode(color=colour), base.mark_text(fontSize=11, color=INK).encode(text="told:N")
    )
    title = f"First step (row), and what it adds to the chance that a state steps up anything in {moves.week} weeks"
    return styled(marks, title, height=ROW * len(movers))


def map_chance(answer: Answer, scenario: Scenario) -> Any:
    """States by the chance that they step up anything."""
    assert answer.summary is not None  # see FIGURES
    told = {one.actor: (one.any_step.with_it, percent(one.any_step.with_it)) for one in answer.summary.states}
    week = answer.summary.states[0].any_step.week
    title = f"Chance that a state steps up anything by {answer.run.dates[week]:%B %Y}, with the entry (dark: at war)"
    return _map(scenario, told, title, alt.Scale(domain=[0, 1], range=[PAPER, ACCENT], interpolate="rgb"), "%")


def map_adds(answer: Answer, scenario: Scenario) -> Any:
    """States by what the entry adds to the chance of the step that it changes most; only where that is seen."""
    assert answer.summary is not None  # see FIGURES
    told = {}
    for one in answer.summary.states:
        found = largest_change(answer, one)
        if found is not None:
            told[one.actor] = (found, gap(found))
    largest = max([0.05, *(abs(value) for value, _ in told.values())])
    scale = alt.Scale(domain=[-largest, 0, largest], range=[COOL, PAPER, ACCENT], interpolate="rgb")
    return _map(
        scenario, told, "What the entry adds to it, for the step that changes most, where that is seen", scale, "+%"
    )


def largest_change(answer: Answer, one: Standing) -> float | None:
    """What the entry adds to the step of a state that it changes most; None where nothing is seen."""
    assert answer.reactions is not None  # see FIGURES
    for row in answer.reactions.at_horizon():
        if row.instrument == one.instrument:
            found = row.step(one.direction or "up").found
            return found.mean if found.detectable else None
    return None


def _map(scenario: Scenario, told: dict[str, tuple[float, str]], title: str, scale: alt.Scale, form: str) -> Any:
    """All states in outline; those of an actor coloured by its number."""
    rows = [
        {**outlines()[code], "properties": {"value": value, "told": text, "name": scenario.actors[actor].name}}
        for actor, (value, text) in told.items()
        for code in states_of(scenario, actor)
    ]
    colour = alt.Color(
        "properties.value:Q", title=None, scale=scale, legend=alt.Legend(format=form, gradientLength=160)
    )
    tooltip = [alt.Tooltip("properties.name:N", title="state"), alt.Tooltip("properties.told:N", title="told")]
    land: Any = alt.NamedData(name=LAND)
    layers = [alt.Chart(land).mark_geoshape(fill=RULE, stroke=PAPER, strokeWidth=0.4)]
    leads = [outlines()[code] for side in scenario.sides.values() for code in states_of(scenario, side.lead)]
    if leads:
        layers.append(chart(leads).mark_geoshape(fill=DIM, stroke=PAPER, strokeWidth=0.4))
    if rows:
        layers.append(chart(rows).mark_geoshape(stroke=DIM, strokeWidth=0.4).encode(color=colour, tooltip=tooltip))
    made = styled(alt.layer(*layers).project(type="naturalEarth1"), title, height=260)
    made.datasets = {LAND: list(outlines().values())}  # last, since Altair copies a chart at every call
    return made


def mapped(answer: Answer, scenario: Scenario) -> bool:
    """Whether any state that decides has an outline."""
    held = answer.summary.states if answer.summary is not None else ()
    return any(states_of(scenario, one.actor) for one in held)
