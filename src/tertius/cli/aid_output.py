"""What `tertius aid` prints."""

from __future__ import annotations

from typing import Any

from rich.console import Console
from rich.markup import escape
from rich.table import Table

from tertius.report.words import number

SCORE_TITLES = {
    "amount": "a month's allocation, mean CRPS",
    "cumulative": "allocations from the origin on, mean CRPS",
    "level": "level at the month's end, mean ranked probability score",
    "step": "step into the month, mean minus log chance",
}


def print_rates(told: dict[str, Any]) -> None:
    """Rates by donor, what the engine takes by actor, momentum and clustering."""
    console = Console()
    first, last = (month[:7] for month in told["months"])
    for span, title in (("per_month", "chance a month"), ("per_week", "chance a week")):
        table = Table(title=escape(f"{told['measure']} aid, {first} to {last}: {title} over the year ahead, % (80%)"))
        for column in ("donor", "months", "level", "up", "hold", "cut"):
            table.add_column(column, justify="left" if column == "donor" else "right")
        for name, row in told["donors"].items():
            cells = [_share(row[span][step]) for step in ("up", "hold", "cut")]
            table.add_row(escape(name), str(row["months"]), row["level_name"], *cells)
        console.print(table)
    table = Table(title="for the engine: acts a week (up or down), share of acts that go up, % (80%)")
    for column in ("actor", "months", "level", "acts a week", "share up"):
        table.add_column(column, justify="left" if column == "actor" else "right")
    for name, row in told["actors"].items():
        cells = [_share(row["act_rate_per_week"]), _share(row["up_share"])]
        table.add_row(escape(name), str(row["months"]), row["level_name"], *cells)
    console.print(table)
    for name, value in {**told["momentum"], **told["clustering"]}.items():
        console.print(escape(f"{name.replace('_', ' ')}: {_spread(value)} log odds"))
    for note in told["notes"]:
        console.print(escape(f"note: {note}"))


def print_aid_scores(told: dict[str, Any]) -> None:
    """Mean scores by model and months ahead, all origins with the second half beside; what is not beaten."""
    console = Console()
    rows = told["scores"]
    origins = told["origins"]
    console.print(
        escape(f"{len(origins)} origins, {origins[0]} to {origins[-1]}; in brackets: their second half alone")
    )
    for series, score in dict.fromkeys((row["series"], row["score"]) for row in rows):
        own = [row for row in rows if row["series"] == series and row["score"] == score]
        horizons = sorted({row["horizon"] for row in own})
        table = Table(title=escape(f"{series}: {SCORE_TITLES[score]}, {own[0]['unit']}"))
        table.add_column("months ahead", no_wrap=True)
        for horizon in horizons:
            table.add_column(str(horizon), justify="right")
        for model in dict.fromkeys(row["model"] for row in own):
            mean = {(row["part"], row["horizon"]): row["mean"] for row in own if row["model"] == model}
            cells = [f"{_mean(mean, 'all', h)} ({_mean(mean, 'second half', h)})" for h in horizons]
            table.add_row(escape(model), *cells)
        console.print(table)
        late = [row for row in own if row["part"] == "second half" and row["model"] == "tertius" and row["not_beaten"]]
        for row in late:
            console.print(
                escape(f"not beaten at {row['horizon']} months in the second half: {', '.join(row['not_beaten'])}")
            )
    for note in told["notes"]:
        console.print(escape(f"note: {note}"))


def _mean(mean: dict[tuple[str, int], float], part: str, horizon: int) -> str:
    return number(mean[part, horizon], 3) if (part, horizon) in mean else "-"


def _share(value: dict[str, float]) -> str:
    low, middle, high = (number(100 * value[name], 2) for name in ("p10", "median", "p90"))
    return f"{middle} ({low}-{high})"


def _spread(value: dict[str, float]) -> str:
    return f"{value['median']:.2f} ({value['p10']:.2f} to {value['p90']:.2f})"
