"""What `tertius strikes` prints."""

from __future__ import annotations

from typing import Any

from rich.console import Console
from rich.markup import escape
from rich.table import Table

from tertius.report.words import number

TITLES = {"launches": "launches", "leak": "share that leaks"}


def print_strike_scores(told: dict[str, Any]) -> None:
    """Mean CRPS by model and weeks ahead with the share of 80% intervals that held; then ours beside the best."""
    console = Console()
    rows, origins = told["scores"], told["origins"]
    console.print(
        escape(f"{len(origins)} origins, {origins[0]} to {origins[-1]}; in brackets: 80% intervals that held")
    )
    for what, arms, sums in dict.fromkeys((row["what"], row["arms"], row["sum"]) for row in rows):
        own = [row for row in rows if (row["what"], row["arms"], row["sum"]) == (what, arms, sums)]
        horizons = list(dict.fromkeys(row["horizon"] for row in own))
        table = Table(title=escape(f"{arms}, {TITLES[what]}, {sums}: mean CRPS, {own[0]['unit']}"))
        table.add_column("weeks ahead", no_wrap=True)
        for horizon in horizons:
            table.add_column(str(horizon), justify="right")
        for model in dict.fromkeys(row["model"] for row in own):
            cells = {row["horizon"]: _cell(row) for row in own if row["model"] == model}
            table.add_row(escape(model), *(cells.get(horizon, "-") for horizon in horizons))
        console.print(table)
    _print_verdicts(console, rows)
    for note in told["notes"]:
        console.print(escape(f"note: {note}"))


def _cell(row: dict[str, Any]) -> str:
    inside = row.get("inside80")
    return number(row["crps"], 3) + ("" if inside is None else f" ({100 * inside:.0f}%)")


def _print_verdicts(console: Console, rows: list[dict[str, Any]]) -> None:
    compared = [row for row in rows if row.get("difference") is not None]
    horizons = sorted({row["horizon"] for row in compared})
    table = Table(title="tertius less the best simple forecaster, CRPS (error); below 0 is better")
    table.add_column("series")
    for horizon in horizons:
        table.add_column(str(horizon), justify="right")
    for what, arms, sums in dict.fromkeys((row["what"], row["arms"], row["sum"]) for row in compared):
        own = [row for row in compared if (row["what"], row["arms"], row["sum"]) == (what, arms, sums)]
        cells = {row["horizon"]: _difference(row) for row in own}
        table.add_row(escape(f"{arms}, {what}, {sums}"), *(cells.get(horizon, "-") for horizon in horizons))
    console.print(table)


def _difference(row: dict[str, Any]) -> str:
    error = row["difference_error"]
    return number(row["difference"], 2) + ("" if error is None else f" ({number(error, 2)})")


def print_strike_fit(told: dict[str, Any]) -> None:
    """Posterior medians and 80% intervals by kind of arms, and the forms' weights."""
    console = Console()
    first, last = told["weeks"]
    table = Table(title=escape(f"posteriors on weeks {first} to {last}: median (80%)"))
    for column in ("arms", "what", "median", "10%", "90%", "unit"):
        table.add_column(column, justify="left" if column in ("arms", "what", "unit") else "right")
    for arms, held in told["arms"].items():
        for name, row in held["summary"].items():
            table.add_row(
                escape(arms),
                escape(name.replace("_", " ")),
                *(number(row[key], 3) for key in ("median", "p10", "p90")),
                escape(row["unit"]),
            )
    console.print(table)
    for arms, held in told["arms"].items():
        for what in ("launches", "leak"):
            if what in held:
                weights = ", ".join(f"{name} {weight:.2f}" for name, weight in held[what]["weights"].items())
                console.print(escape(f"{arms}, {what}: {weights}"))
    for note in told["notes"]:
        console.print(escape(f"note: {note}"))
