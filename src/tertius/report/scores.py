"""Figures and files of a backtest: skill by horizon, coverage, PIT; scores as JSON."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any, Final

import altair as alt

from tertius.engine.folders import write_folder
from tertius.forecasts.backtest import OURS, Backtest
from tertius.report.drawing import specification

WIDTH, HEIGHT = 420, 200
SHOWN: Final = (OURS, "tertius, power off", "baselines by past score", "local level", "damped local level", "AR(1)")
Rows = list[dict[str, Any]]


def _rows(rows: Rows) -> Any:
    return alt.Data(values=rows)  # type: ignore[no-untyped-call]


def skill_figure(rows: Rows) -> Any:
    """Skill against the best baseline by horizon, with the 80% block-bootstrap interval where there is one."""
    shown = []
    for row in rows:
        if row["model"] != OURS or row.get("skill") is None or row["difference80"] is None:
            continue
        reference = row["crps"] - row["difference"]
        low, high = (-edge / reference for edge in reversed(row["difference80"]))
        name = f"{row['series']}, {row['kind']}"
        shown.append({"series": name, "weeks": row["horizon"], "skill": row["skill"], "low": low, "high": high})
    base = alt.Chart(_rows(shown)).encode(
        x=alt.X("weeks:O", title="weeks ahead"), color=alt.Color("series:N", title=None), xOffset="series:N"
    )
    marks = [
        base.mark_rule().encode(y=alt.Y("low:Q", title="skill over the best baseline"), y2="high:Q"),
        base.mark_point(filled=True, size=50).encode(y="skill:Q"),
        alt.Chart(_rows([{"zero": 0}])).mark_rule(strokeDash=[4, 4]).encode(y="zero:Q"),
    ]
    return alt.layer(*marks).properties(width=WIDTH, height=HEIGHT, title="CRPS skill (bars: 80% block bootstrap)")


def coverage_figure(rows: Rows) -> Any:
    """Share of actuals inside the 80% interval, by horizon and model, cumulative."""
    shown = [
        {"series": row["series"], "weeks": row["horizon"], "model": row["model"], "coverage": row["coverage80"]}
        for row in rows
        if row["kind"] == "cumulative" and row["model"] in SHOWN
    ]
    points = (
        alt.Chart()
        .mark_line(point=True)
        .encode(
            x=alt.X("weeks:O", title="weeks ahead"),
            y=alt.Y("coverage:Q", title="share inside the 80% interval", scale=alt.Scale(domain=[0, 1])),
            color=alt.Color("model:N", title=None, sort=list(SHOWN)),
            # ours is drawn first and wide, so that a line on top of it leaves its edges in sight
            strokeWidth=alt.condition(alt.datum.model == OURS, alt.value(5), alt.value(1.5)),
        )
    )
    aim = alt.Chart().mark_rule(strokeDash=[4, 4]).encode(y=alt.datum(0.8))
    return (
        alt.layer(points, aim, data=_rows(shown))
        .properties(width=WIDTH, height=HEIGHT)
        .facet(row=alt.Row("series:N", title=None))
        .properties(title="Coverage of 80% intervals")
    )


def pit_figure(rows: Rows) -> Any:
    """Histogram of the probability integral transform of our cumulative forecasts, by horizon; flat is calibrated."""
    shown = [
        {"series": row["series"], "weeks": row["horizon"], "bin": (place + 0.5) / len(row["pit"]), "share": share}
        for row in rows
        if row["kind"] == "cumulative" and row["model"] == OURS
        for place, share in enumerate(count / max(1, sum(row["pit"])) for count in row["pit"])
    ]
    return (
        alt.Chart(_rows(shown))
        .mark_bar(size=10)
        .encode(x=alt.X("bin:Q", title="PIT"), y=alt.Y("share:Q", title="share of origins"))
        .properties(width=120, height=100)
        .facet(row=alt.Row("series:N", title=None), column=alt.Column("weeks:O", title="weeks ahead"))
        .properties(title="PIT of our forecasts")
    )


SCORE_FIGURES: Final[dict[str, Callable[[Rows], Any]]] = {
    "skill": skill_figure,
    "coverage": coverage_figure,
    "pit": pit_figure,
}


def save_scores(told: dict[str, Any], backtest: Backtest, folder: Path) -> Path:
    """Write scores.json and figures into a folder and return it. Raises ArchiveError."""
    import vl_convert

    def write(scratch: Path) -> None:
        (scratch / "figures").mkdir()
        for name, make in SCORE_FIGURES.items():
            svg = vl_convert.vegalite_to_svg(specification(make(told["scores"])))
            (scratch / "figures" / f"{name}.svg").write_text(svg, encoding="utf-8")
        plan = {
            "scenario": backtest.layout.scenario.name,
            "seed": backtest.plan.seed,
            "origins": {
                track.target.name: [origin.isoformat() for origin in track.origins] for track in backtest.tracks
            },
        }
        text = json.dumps({**plan, **told}, indent=1, ensure_ascii=False, allow_nan=False)
        (scratch / "scores.json").write_text(text + "\n", encoding="utf-8")

    return write_folder(folder, write)
