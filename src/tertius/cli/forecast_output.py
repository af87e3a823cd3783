"""What `tertius fit` and `tertius backtest` print."""

from __future__ import annotations

from typing import Any

from rich.console import Console
from rich.markup import escape
from rich.table import Table

from tertius.forecasts.backtest import OURS
from tertius.report.words import number, percent

BARS = " ▁▂▃▄▅▆▇█"


def print_scores(told: dict[str, Any]) -> None:
    """Mean CRPS and 80% coverage by model and horizon, a table for each series and kind; then ours in more detail."""
    console = Console()
    rows = told["scores"]
    for series, kind in dict.fromkeys((row["series"], row["kind"]) for row in rows):
        own = [row for row in rows if row["series"] == series and row["kind"] == kind]
        horizons = sorted({row["horizon"] for row in own})
        table = Table(title=escape(f"{series}, {kind}: mean CRPS in {own[0]['unit']} (80% interval holds)"))
        table.add_column("weeks ahead (origins)", no_wrap=True)
        counts = {row["horizon"]: row["origins"] for row in own}
        for horizon in horizons:
            table.add_column(f"{horizon} ({counts[horizon]})", justify="right")
        for model in dict.fromkeys(row["model"] for row in own):
            by_horizon = {row["horizon"]: row for row in own if row["model"] == model}
            cells = [
                f"{number(by_horizon[h]['crps'], 3)} ({percent(by_horizon[h]['coverage80'])})"
                if h in by_horizon
                else ""
                for h in horizons
            ]
            table.add_row(escape(model), *cells)
        console.print(table)
        for row in own:
            if row["model"] == OURS:
                console.print(escape(_in_words(row)), soft_wrap=True)
        console.print()
    for weights in told["weights"]:
        parts = ", ".join(f"{name} {percent(weight)}" for name, weight in weights["weights"].items())
        console.print(escape(f"weights after the last origin, {weights['series']}: {parts}"))
    for note in told["notes"]:
        console.print(escape(f"note: {note}"))


def _in_words(row: dict[str, Any]) -> str:
    """Ours at one horizon: skill with interval and standard error, coverage, log score, PIT from 0 to 1."""
    skill = "skill: too few origins"
    if row.get("skill") is not None:
        reference = row["crps"] - row["difference"]
        if row["difference80"] is None:
            span = "no interval: too few separate stretches"
        else:
            low, high = (-edge / reference for edge in reversed(row["difference80"]))
            span = f"80%: {100 * low:+.0f}% to {100 * high:+.0f}%; standard error {row['difference_error']:.3g}"
        apart = f"CRPS {row['difference']:+.3g} {row['unit']}"
        skill = f"skill {100 * row['skill']:+.1f}% over {row['best_baseline']}, {apart} ({span})"
    coverage = "/".join(f"{100 * row[f'coverage{level}']:.0f}" for level in (50, 80, 95))
    log_score = "none" if row["log_score"] is None else f"{row['log_score']:.3g}"
    most = max(1, *row["pit"])
    bars = "".join(BARS[round(count / most * (len(BARS) - 1))] for count in row["pit"])
    weeks = f"{row['horizon']} week{'' if row['horizon'] == 1 else 's'}"
    return f"  {weeks}: {skill}; 50/80/95% hold {coverage}%; log score {log_score}; PIT |{bars}|"


def print_fit(told: dict[str, Any]) -> None:
    """Prior and posterior of each parameter, checks, weights, and what the data do not speak of."""
    console = Console()
    for block in told["diagnostics"]:
        table = Table(title=escape(f"{block['observation']}: {block['weeks']} weeks"))
        for column in (
            "structure",
            "parameter",
            "prior 10-50-90%",
            "posterior 10-50-90%",
            "width left",
            "R-hat",
            "data",
        ):
            table.add_column(column, no_wrap=column in ("structure", "parameter"), overflow="fold")
        for row in block["parameters"]:
            spans = [" ".join(f"{q:.3g}" for q in row[which]) for which in ("prior", "posterior")]
            said = "updated" if row["updated"] else "say little"
            cells = [
                row["structure"],
                row["parameter"],
                *spans,
                percent(row["width_left"]),
                "" if row["rhat"] is None else f"{row['rhat']:.3f}",
                said,
            ]
            table.add_row(*map(escape, cells))
        console.print(table)
        for row in block["predictive_checks"]:
            if row["observed"] is not None and not 0.025 <= row["share_below"] <= 0.975:
                low, _, high = row["simulated"]
                console.print(
                    escape(
                        f"{row['structure']} does not make such data: {row['statistic']} is {row['observed']:g}, "
                        f"simulated {low:g} to {high:g}"
                    )
                )
    for weights in told["weights"]:
        parts = ", ".join(f"{name} {percent(weight)}" for name, weight in weights["weights"].items())
        console.print(escape(f"weights by past score, {weights['series']}: {parts}"))
    console.print(f"not updated by data: {len(told['not_updated_by_data'])} quantities with a prior")
    for note in told["notes"]:
        console.print(escape(f"note: {note}"))
