"""Scores of the decision backtest as data, and a figure of reliability."""

from __future__ import annotations

from dataclasses import asdict
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from tertius.forecasts.decisions import DecisionScores


def decision_scores_data(found: DecisionScores) -> dict[str, Any]:
    """The scores as plain data: numbers as numbers."""
    told = asdict(found)
    told["origins"] = [day.isoformat() for day in found.origins]
    told["by_horizon"] = {str(weeks): rows for weeks, rows in told["by_horizon"].items()}
    return told


def reliability_svg(found: DecisionScores) -> str:
    """Share of forecasts in which a step came against the chance given, with bands if the chances were right."""
    import altair as alt
    import pandas as pd
    import vl_convert

    from tertius.report.drawing import specification

    told = found.reliability
    rows = pd.DataFrame(
        [
            {"chance": chance, "share": share, "forecasts": count, "low": low, "high": high}
            for (chance, share, count), (low, high) in zip(told.bins, told.bands, strict=True)
        ]
    )
    scale = alt.Scale(domain=[0, 1])
    x = alt.X("chance:Q", title="chance given", scale=scale, axis=alt.Axis(format="%"))
    y = alt.Y("share:Q", title="share in which the step came", scale=scale, axis=alt.Axis(format="%"))
    line = alt.Chart(pd.DataFrame({"chance": [0, 1], "share": [0, 1]})).mark_line(strokeDash=[4, 3], color="#888")
    band = alt.Chart(rows).mark_area(opacity=0.2, color="#1f5c99").encode(x=x, y="low:Q", y2="high:Q")
    points = alt.Chart(rows).mark_line(point=True, color="#1f5c99").encode(x=x, y=y)
    chart = alt.layer(line.encode(x=x, y=y), band, points).properties(
        width=360, height=360, title=f"Chances of steps, {sum(count for _, _, count in told.bins):,} forecasts"
    )
    return str(vl_convert.vegalite_to_svg(specification(chart)))
