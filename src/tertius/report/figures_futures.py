"""Figures of any outcome: where the futures lie in a week, some of them one by one, and their paired differences."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise
from typing import Any

import altair as alt

from tertius.calendar import day
from tertius.impact.answer import Answer
from tertius.impact.paths import LEVELS, Single, Spread, Week, curve_levels
from tertius.report.drawing import ACCENT, DIM, INK, Rows, bands, chart, styled, time_axis, worlds
from tertius.report.phrases import month, signed
from tertius.report.words import fine, interval, number, with_unit
from tertius.world import Outcome, Scenario

DIGITS = 5  # significant ones of a value that is drawn
WIDE = 9  # pixels beside a line in which a pointer is taken to mean it


def spread(answer: Answer, scenario: Scenario, told: Week) -> Any:
    """How the futures of both worlds lie in one week: a histogram, with medians."""
    rows: Rows = [
        {
            "low": low,
            "high": high,
            "share": share,
            "zero": 0,
            "label": label,
            "told": fine(share),
        }
        for label, world in (("with", told.with_it), ("without", told.without))
        for (low, high), share in zip(pairwise(told.edges), world.shares, strict=True)
    ]
    medians: Rows = [
        {"middle": told.with_it.middle, "label": "with"},
        {"middle": told.without.middle, "label": "without"},
    ]
    outcome = scenario.outcomes[told.outcome]
    axis = alt.X("low:Q", title=_unit(outcome), scale=alt.Scale(nice=False, domain=[told.edges[0], told.edges[-1]]))
    up = alt.Y("share:Q", title="share of futures", axis=alt.Axis(format="%"), stack=None)
    both = chart(rows).encode(x=axis, x2="high:Q", y=up, y2="zero:Q", color=worlds())
    marks = alt.layer(
        both.transform_filter("datum.label == 'with'").mark_rect(opacity=0.35),
        chart(_outline(told)).mark_line(interpolate="step-after", strokeWidth=1.6, color=DIM).encode(
            x="low:Q", y=alt.Y("share:Q", stack=None)
        ),
        chart(medians).mark_rule(strokeWidth=2).encode(x="middle:Q", color=worlds()),
        both.mark_rect(opacity=0).encode(tooltip=["label:N", "told:N"]),
    )  # fmt: skip
    title = f"{outcome.name}: where the futures lie by {day(answer.run.dates[told.week])} (lines: medians)"
    return styled(marks, title, height=200)


def spread_alternative(answer: Answer, scenario: Scenario, told: Week) -> str:
    """The same in words."""
    outcome = scenario.outcomes[told.outcome]
    ends = [
        f"{label} a median of {with_unit(number(world.middle), outcome.unit)}, 80% {interval(*world.outer)}"
        for label, world in (("with the entry", told.with_it), ("without it", told.without))
    ]
    return f"{outcome.name} after {told.week} weeks in {told.futures:,} futures: {'; '.join(ends)}."


def distribution_figure(answer: Answer, scenario: Scenario, told: Spread) -> Any:
    """The share of futures below each value, in both worlds, in one week."""
    rows: Rows = [
        {"value": _short(value), "share": share, "label": label, "told": fine(share)}
        for label, curve in zip(("with", "without"), told.curves, strict=True)
        for value, share in zip(curve, curve_levels().tolist(), strict=True)
    ]
    outcome = scenario.outcomes[told.outcome]
    axis = alt.X("value:Q", title=_unit(outcome), scale=alt.Scale(zero=False, nice=False))
    up = alt.Y("share:Q", title="share of futures below", axis=alt.Axis(format="%"), scale=alt.Scale(domain=[0, 1]))
    base = chart(rows).encode(x=axis, y=up, color=worlds())
    half: Rows = [{"half": 0.5}]
    marks = alt.layer(
        chart(half).mark_rule(color=DIM, strokeDash=[2, 3]).encode(y="half:Q"),
        base.transform_filter("datum.label == 'with'").mark_line(strokeWidth=2.2),
        base.transform_filter("datum.label == 'without'").mark_line(strokeWidth=1.8, strokeDash=[5, 3]),
        base.mark_point(size=60, opacity=0).encode(
            tooltip=["label:N", alt.Tooltip("value:Q", format=",.4~g"), alt.Tooltip("told:N", title="below it")]
        ),
    )
    title = f"{outcome.name}: share of futures below each value by {day(answer.run.dates[told.week])}"
    return styled(marks, title, height=240)


def distribution_alternative(scenario: Scenario, told: Spread) -> str:
    """The same in words."""
    outcome = scenario.outcomes[told.outcome]
    place = LEVELS.index(0.5)
    ends = [
        f"{label} half of the futures lie below {with_unit(number(levels[place]), outcome.unit)}, 90% of them "
        f"{interval(levels[LEVELS.index(0.05)], levels[LEVELS.index(0.95)])}"
        for label, levels in (("with the entry", told.with_it), ("without it", told.without))
    ]
    return f"{outcome.name} after {told.week} weeks: {'; '.join(ends)}."


def alone(answer: Answer, scenario: Scenario, outcome: str, told: Sequence[Single], future: int | None = None) -> Any:
    """Some futures one by one, with the entry; the one that is pointed at, or chosen, in both worlds.

    future: number of the one that is drawn in ink, in both worlds.
    """
    assert answer.series is not None  # see FIGURES
    record, dates = scenario.outcomes[outcome], [end.isoformat() for end in answer.run.dates]
    rows: Rows = [
        {"future": one.future, "date": dates[week], "with": _short(value), "without": _short(one.without[week])}
        for one in told
        for week, value in enumerate(one.with_it)
    ]
    ends: Any = {"values": [{"future": one.future, "told": end_text(one, record)} for one in told]}
    pointed = alt.selection_point(name="pointed", fields=["future"], on="pointerover", clear="pointerout", empty=False)
    axis = alt.Y("with:Q", title=_unit(record), scale=alt.Scale(zero=False))
    base = chart(rows).encode(x=time_axis(), detail="future:N")
    fan = chart(bands(answer.run.dates, answer.series.outcomes[outcome].with_it, "with"))
    layers: list[Any] = [
        fan.mark_area(color=ACCENT, opacity=0.1).encode(x=time_axis(), y=alt.Y("q10:Q"), y2="q90:Q"),
        base.mark_line(strokeWidth=1, color=ACCENT).encode(
            y=axis, opacity=alt.condition(pointed, alt.value(0.0), alt.value(0.45))
        ),
        base.mark_line(strokeWidth=2.6, color=ACCENT).encode(
            y="with:Q", opacity=alt.condition(pointed, alt.value(1.0), alt.value(0.0))
        ),
        base.mark_line(strokeWidth=2, color=DIM, strokeDash=[5, 4]).encode(
            y="without:Q", opacity=alt.condition(pointed, alt.value(1.0), alt.value(0.0))
        ),
    ]
    chosen = [row for row in rows if row["future"] == future]
    if chosen:
        one = chart(chosen).encode(x=time_axis())
        layers += [
            one.mark_line(strokeWidth=2.6, color=INK).encode(y="with:Q"),
            one.mark_line(strokeWidth=2, color=INK, strokeDash=[5, 4]).encode(y="without:Q"),
        ]
    layers.append(
        base.transform_lookup(lookup="future", from_=alt.LookupData(data=ends, key="future", fields=["told"]))
        .mark_line(strokeWidth=WIDE, color=ACCENT, opacity=0)
        .encode(y="with:Q", tooltip=[alt.Tooltip("future:N"), alt.Tooltip("told:N", title="ends at")])
        .add_params(pointed)
    )
    title = f"{record.name}: {len(told)} futures with the entry, one by one (band: 80% of all)"
    return styled(alt.layer(*layers), title)


def end_text(one: Single, record: Outcome) -> str:
    """Where a future ends in both worlds, in words."""
    ends = [with_unit(number(each[-1]), record.unit) for each in (one.with_it, one.without)]
    return f"{ends[0]} with, {ends[1]} without"


def alone_alternative(
    answer: Answer, scenario: Scenario, outcome: str, told: Sequence[Single], future: int | None = None
) -> str:
    """The same in words."""
    record = scenario.outcomes[outcome]
    ends = [one.with_it[-1] for one in told]
    text = (
        f"{record.name} week by week in {len(told)} futures with the entry; by {month(answer, answer.last)} they lie "
        f"between {with_unit(number(min(ends)), record.unit)} and {with_unit(number(max(ends)), record.unit)}"
    )
    found = [one for one in told if one.future == future]
    return f"{text}; future {future} ends at {end_text(found[0], record)}." if found else f"{text}."


def paired_alternative(answer: Answer, scenario: Scenario, outcome: str) -> str:
    """What the figure of paired differences shows, in words."""
    found, record = answer.at(outcome, answer.last), scenario.outcomes[outcome]
    low, middle, high = found.paired
    return (
        f"{record.name}, with the entry less without it, week by week: by {month(answer, answer.last)} a median of "
        f"{signed(middle, record)}, 80% of paired futures {interval(low, high, sign=True)}."
    )


def _outline(told: Week) -> Rows:
    """The upper edge of the bins without the entry, closed at both ends."""
    shares = told.without.shares
    edge = [{"low": low, "share": share} for low, share in zip(told.edges, (*shares, 0.0), strict=True)]
    return [{"low": told.edges[0], "share": 0.0}, *edge]


def _unit(told: Outcome) -> str | None:
    return with_unit("", told.unit).strip() or None


def _short(value: float) -> float:
    return float(f"{value:.{DIGITS}g}")
