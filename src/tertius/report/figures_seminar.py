"""Figures of a seminar: the course that was played over the program's own futures."""

from __future__ import annotations

from typing import Any

import altair as alt

from tertius.impact.seminar.comparing import Course
from tertius.impact.seminar.seeing import day_of
from tertius.report.drawing import ACCENT, DIM, Rows, chart, styled, time_axis
from tertius.report.words import interval, number, percent, with_unit
from tertius.world import Scenario


def course(told: Course, scenario: Scenario) -> Any:
    """One outcome as it was played, over 80% and the median of the futures in which nobody is played."""
    rows: Rows = [
        {"date": day_of(scenario, week).isoformat(), "played": played, "low": low, "median": middle, "high": high}
        for week, (played, low, middle, high) in enumerate(
            zip(told.played, told.low, told.median, told.high, strict=True)
        )
    ]
    axis = alt.Y("low:Q", title=with_unit("", told.unit).strip() or None, scale=alt.Scale(zero=False))
    base = chart(rows).encode(x=time_axis())
    marks = alt.layer(
        base.mark_area(color=DIM, opacity=0.2).encode(y=axis, y2="high:Q"),
        base.mark_line(color=DIM, strokeWidth=1.5, strokeDash=[5, 4]).encode(y="median:Q"),
        base.mark_line(color=ACCENT, strokeWidth=2.5).encode(y="played:Q"),
    )
    return styled(marks, f"{told.name}: played (line) over 80% and median of the program's futures", height=180)


def course_alternative(told: Course) -> str:
    """The same in words."""
    band = interval(told.low[-1], told.high[-1])
    return (
        f"{told.name}: played {with_unit(number(told.played[-1], digits=3), told.unit)}; 80% of futures {band}, median "
        f"{number(told.median[-1])}; {percent(told.below)} of futures lie below."
    )
