"""The figure of what-ifs: what each changes in an outcome week by week, side by side."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

import altair as alt

from tertius.impact.beside import Weekly
from tertius.report.drawing import ACCENT, COOL, DIM, Rows, chart, styled, time_axis
from tertius.report.phrases import mid_sentence
from tertius.report.words import interval, middle, with_unit
from tertius.units import unit_name
from tertius.world import Scenario

COLOURS = (ACCENT, COOL, "#a8690f", DIM)
DASHES = ([1, 0], [6, 3], [2, 2], [8, 3, 2, 3])


def changes(told: Mapping[str, Weekly], dates: Sequence[date], scenario: Scenario, outcome: str) -> Any:
    """Mean and 80% of the expected effect of each what-if, by its letter: that world less the one that stands."""
    rows: Rows = [
        {"date": end.isoformat(), "label": letter, "mean": one.change.mean[week],
         "low": one.change.q10[week], "high": one.change.q90[week]}
        for letter, one in told.items()
        for week, end in enumerate(dates)
    ]  # fmt: skip
    letters = list(told)
    colour = alt.Color("label:N", title=None, scale=alt.Scale(domain=letters, range=list(COLOURS[: len(letters)])))
    dash = alt.StrokeDash("label:N", title=None, scale=alt.Scale(domain=letters, range=list(DASHES[: len(letters)])))
    record = scenario.outcomes[outcome]
    unit = unit_name(record.unit) or None
    base = chart(rows).encode(x=time_axis(), color=colour)
    marks = alt.layer(
        chart([{"zero": 0}]).mark_rule(color=DIM).encode(y="zero:Q"),
        base.mark_area(opacity=0.14).encode(y=alt.Y("low:Q", title=unit), y2="high:Q"),
        base.mark_line(strokeWidth=2.2).encode(y="mean:Q", strokeDash=dash),
    )
    name = mid_sentence(scenario, record.name)
    return styled(marks, f"What each changes in {name} (line: mean; band: 80% of the expected effect)")


def changes_alternative(told: Mapping[str, Weekly], scenario: Scenario, outcome: str) -> str:
    """The same in words."""
    unit = scenario.outcomes[outcome].unit
    ends = []
    for letter, one in told.items():
        low, high = one.change.q10[-1], one.change.q90[-1]
        mean = middle(one.change.mean[-1], low, high, sign=True)
        ends.append(f"{letter} {with_unit(mean, unit)} (80% {interval(low, high, sign=True)})")
    return f"What each what-if changes in {scenario.outcomes[outcome].name} by the last week: {'; '.join(ends)}."
