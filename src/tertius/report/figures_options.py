"""The figure of options: what each changes for its actor's own stakes, against what it changes for another thing."""

from __future__ import annotations

from typing import Any

import altair as alt

from tertius.impact.options import Choices, Count
from tertius.impact.weighing import Estimate
from tertius.report.drawing import ACCENT, COOL, DIM, INK, Rows, chart, styled
from tertius.report.options import count_name
from tertius.units import unit_name
from tertius.world import Scenario

KINDS = ["no step", "one step", "two steps"]
NAMED = 9  # options whose number is written beside the dot: those farthest from taking no step


def tradeoff(found: Choices, scenario: Scenario) -> Any:
    """Every option as a dot with 80% intervals: its worth to the actor across, the first other count up."""
    others = [place for place, count in enumerate(found.counts) if not count.wants]
    place = others[0]
    count = found.counts[place]
    factor = 100.0 if count.kind == "chance" else 1.0
    rows: Rows = [{"name": "0", "kind": KINDS[0], "x": 0.0, "x0": 0.0, "x1": 0.0, "y": 0.0, "y0": 0.0, "y1": 0.0}]
    for number, one in enumerate(found.options, 1):
        across = one.worth or Estimate(0.0, 0.0, (0.0, 0.0))
        up = one.changes[place].with_it
        low, high = (factor * edge for edge in up.interval)
        rows.append(
            {"name": str(number), "kind": KINDS[min(2, len(one.moves))], "x": across.mean, "x0": across.interval[0],
             "x1": across.interval[1], "y": factor * up.mean, "y0": low, "y1": high}
        )  # fmt: skip
    base = chart(rows)
    colours = alt.Scale(domain=KINDS, range=[DIM, COOL, ACCENT])
    kind = alt.Color("kind:N", title=None, scale=colours)
    across_title = f"its own stakes, by {scenario.actors[found.actor].name}'s weights: more is what it wants"
    x, y = alt.X("x:Q", title=across_title), alt.Y("y:Q", title=_title(count, scenario))
    marks = alt.layer(
        chart([{"zero": 0}]).mark_rule(color=DIM, strokeDash=[3, 3]).encode(x="zero:Q"),
        chart([{"zero": 0}]).mark_rule(color=DIM, strokeDash=[3, 3]).encode(y="zero:Q"),
        base.mark_rule(opacity=0.4).encode(x="x0:Q", x2="x1:Q", y="y:Q", color=kind),
        base.mark_rule(opacity=0.4).encode(x="x:Q", y="y0:Q", y2="y1:Q", color=kind),
        base.mark_point(filled=True, size=60, opacity=1).encode(x=x, y=y, color=kind),
        chart(_far(rows)).mark_text(dx=9, dy=-8, fontSize=12, color=INK).encode(x="x:Q", y="y:Q", text="name:N"),
    )
    title = f"What {scenario.actors[found.actor].name} could do: options by number, against taking no step (80%)"
    return styled(marks, title, height=300)


def _title(count: Count, scenario: Scenario) -> str:
    unit = "percentage points" if count.kind == "chance" else unit_name(count.unit)
    return f"{count_name(count, scenario)}, change{f' ({unit})' if unit else ''}"


def _far(rows: Rows) -> Rows:
    """Rows to name: taking no step, and those farthest from it on either axis, each by its own spread."""
    wide = max((abs(row["x"]) for row in rows), default=0.0) or 1.0
    tall = max((abs(row["y"]) for row in rows), default=0.0) or 1.0
    order = sorted(rows[1:], key=lambda row: -max(abs(row["x"]) / wide, abs(row["y"]) / tall))
    return [rows[0], *order[:NAMED]]
