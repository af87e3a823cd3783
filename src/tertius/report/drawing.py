"""How every figure looks: one typeface, one accent, a few inks; and how a chart becomes text."""

from __future__ import annotations

import importlib
import sys
import textwrap
from collections.abc import Sequence
from datetime import date
from typing import Any

import altair as alt

from tertius.impact.series import Fan, Fans

INK, DIM, RULE, PAPER, ACCENT, COOL = "#1c2430", "#5c6779", "#dfe3ea", "#ffffff", "#b3392f", "#2f6690"
"""Text, secondary text, lines, ground, the accent (with the entry), its counterpart; the page swaps them when dark."""
INKS = {"ink": INK, "dim": DIM, "rule": RULE, "paper": PAPER, "accent": ACCENT, "cool": COOL}
SHADES = ("#b3392f", "#5c6779", "#2f6690", "#c98a2b", "#8b95a5")
FONT = "system-ui, -apple-system, 'Segoe UI', 'DejaVu Sans', sans-serif"
WIDTH, HEIGHT, ROW = 520, 240, 31
Rows = list[dict[str, Any]]


def chart(rows: Rows) -> alt.Chart:
    """A chart of rows."""
    data: Any = {"values": tuple(rows)}  # a list would be copied through and through at every step of making the chart
    return alt.Chart(data)


def bands(dates: Sequence[date], held: Fan, label: str) -> Rows:
    """Rows of quantiles, one a date."""
    return [
        {"date": end.isoformat(), "label": label, **{name: levels[week] for name, levels in vars(held).items()}}
        for week, end in enumerate(dates)
    ]


def both(dates: Sequence[date], held: Fans) -> Rows:
    """The same in both worlds."""
    return [*bands(dates, held.with_it, "with"), *bands(dates, held.without, "without")]


def time_axis() -> alt.X:
    """Time from left to right."""
    return alt.X("date:T", title=None, axis=alt.Axis(format="%b %Y", labelAngle=0, tickCount=5, labelOverlap=True))


def names_axis() -> alt.Axis:
    """Names down the side, in lines of up to 32 signs, so that a narrow page has room beside them."""
    folded = "replace(datum.label, regexp('(.{1,32})(\\\\s|$)', 'g'), '$1|')"
    lines = f"split(replace({folded}, regexp('[|]$'), ''), '|')"
    return alt.Axis(labelExpr=lines, labelLimit=0, labelColor=INK, labelLineHeight=13)


def worlds() -> alt.Color:
    """Colour of with and without."""
    scale = alt.Scale(domain=["with", "without"], range=[ACCENT, DIM])
    return alt.Color("label:N", title=None, scale=scale)


def wrapped(text: str, width: int = 34) -> list[str]:
    """Text in lines."""
    return textwrap.wrap(text, width)


def styled(made: Any, title: str, *, height: int = HEIGHT, width: int = WIDTH) -> Any:
    """A chart in the style of all, with its title."""
    head = alt.TitleParams(wrapped(title, 72), anchor="start", fontSize=14, fontWeight=600, color=INK, offset=10)
    return (
        made.properties(width=width, height=height, title=head)
        .configure(font=FONT, background="transparent", padding=4)
        .configure_view(stroke=None)
        .configure_legend(orient="bottom", labelLimit=400, symbolOpacity=1, labelColor=INK, labelFontSize=12)
        .configure_axis(
            gridColor=RULE,
            domainColor=RULE,
            tickColor=RULE,
            labelColor=DIM,
            titleColor=DIM,
            labelFontSize=12,
            titleFontSize=12,
            titleFontWeight="normal",
        )
    )


def to_svg(made: Any) -> str:
    """A chart as SVG text, drawn without a browser or the network."""
    from tertius.report.painter import svg

    return svg(specification(made))


def specification(made: Any, *, validate: bool = True) -> dict[str, Any]:
    """A chart as Vega-Lite, whichever thread loads pandas meanwhile."""
    try:
        told: dict[str, Any] = made.to_dict(validate=validate)
    except AttributeError:
        if "pandas" not in sys.modules:
            raise
        importlib.import_module("pandas")  # another thread was loading it, and Altair found it half there
        told = made.to_dict(validate=validate)
    return told
