"""What `tertius backtest --decisions` and `tertius fit --decisions` print."""

from __future__ import annotations

from math import exp
from typing import TYPE_CHECKING

from rich.console import Console
from rich.markup import escape
from rich.table import Table

from tertius.report.words import number, percent

if TYPE_CHECKING:
    from tertius.forecasts.decisions import DecisionScores
    from tertius.reference import Decisions


def print_decision_scores(found: DecisionScores) -> None:
    """Scores overall, by horizon and by class; calibration and weights below."""
    console = Console()
    count = found.overall[0].forecasts
    first, last = found.origins[0], found.origins[-1]
    console.print(
        f"{count:,} forecasts of steps at {len(found.origins)} origins, {first:%B %Y} to {last:%B %Y}; "
        f"a step came in {percent(found.steps / count)}. Log score, lower is better.",
        soft_wrap=True,
    )
    table = Table()
    for column in ("forecaster", "log score", "Brier score", "pool less this, ± standard error"):
        table.add_column(column, justify="left" if column == "forecaster" else "right")
    for row in found.overall:
        apart = "" if row.name == "pool" else f"{row.against:+.4f} ±{row.error:.4f}"
        table.add_row(row.name, f"{row.log:.4f}", f"{row.brier:.4f}", apart)
    console.print(table)
    groups = {f"{weeks} weeks": rows for weeks, rows in found.by_horizon.items()} | dict(found.by_class)
    names = [row.name for row in found.overall]
    table = Table(title="log score by horizon and class")
    for column in ("", *names):
        table.add_column(column, justify="right" if column else "left")
    for group, rows in groups.items():
        table.add_row(escape(group), *(f"{row.log:.3f}" for row in rows))
    console.print(table)
    told = found.reliability
    console.print(
        f"Calibration of the pool: slope {told.slope:.2f} ±{told.slope_error:.2f}, where 1 is right.", soft_wrap=True
    )
    weights = ", ".join(f"{law} {percent(weight)}" for law, weight in found.weights.items())
    console.print(f"Weights of the laws by the whole record: {weights}.")


def print_class_rates(found: Decisions) -> None:
    """Rates of steps by class, with what was counted, and how they answer to others' steps."""
    console = Console()
    table = Table(title=f"steps on record of {escape(found.scenario)} up to {found.until}")
    for column in ("class", "steps up", "years", "a year (80%)", "own", "partners", "rivals"):
        table.add_column(column, justify="left" if column == "class" else "right")
    pool = found.rates.up
    for kind in sorted(pool.classes):
        mean, error = pool.of_class(kind)
        low, high = (exp(mean + sign * 1.2816 * error) for sign in (-1, 1))
        answers = [f"{beta:+.2f} ±{sd:.2f}" for beta, sd in found.excitation.of_class(kind)]
        span = f"{number(exp(mean), 2)} ({number(low, 2)} to {number(high, 2)})"
        table.add_row(kind, f"{pool.steps[kind]:g}", f"{pool.years[kind]:.1f}", span, *answers)
    console.print(table)
    console.print("own, partners, rivals: log factor on its rate by a recent step of its actor, a partner, a rival.")
    down = found.rates.down
    console.print(
        f"Steps down: {sum(down.steps.values()):g}; {number(exp(down.typical), 2)} a year in a typical class."
    )
