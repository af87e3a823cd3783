"""How good has this been: what a brief says of past forecasts, read from the fit that its numbers rest on."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from tertius.engine import Layout
from tertius.engine.posterior import Block
from tertius.forecasts.skill import FEWEST_STRETCHES
from tertius.report.words import number, percent, plain

FEW_STRETCHES = 4
UNLIKELY = 0.025  # a statistic beyond 95% of the simulated ones is named
SHOWN_KINDS = ("cumulative",)


def record(layout: Layout) -> dict[str, Any] | None:
    """Rows and sentences of the box, from the backtest that came with the fit; None without a fit.

    Rows: ours against the best simple forecaster, by observation and horizon, all computed before the as-of date.
    """
    told = layout.posterior.told if layout.posterior is not None else None
    if not told or not told.get("record"):
        return None
    rows = [row for row in told["record"]["rows"] if row["kind"] in SHOWN_KINDS]
    return {
        "first": told["record"]["first"],
        "last": told["record"]["last"],
        "rows": [_row(layout, row) for row in rows],
        "not_beaten": _not_beaten(layout, rows),
        "weights": [_weights(layout, row) for row in told.get("weights", [])],
        "silent": len(told.get("not_updated_by_data", [])),
        "fitted": sum(layout.fitted(path) for block in _blocks(layout) for path in block.columns),
        "by_hand": sum(not layout.fitted(path) for block in _blocks(layout) for path in block.columns),
        "little": _little(told),
        "unlike": _unlike(layout, told),
    }


def _blocks(layout: Layout) -> tuple[Block, ...]:
    return layout.posterior.blocks if layout.posterior is not None else ()


def _name(layout: Layout, series: str) -> str:
    held = layout.scenario.observations.get(series)
    return plain(held.name if held is not None else series)


def _row(layout: Layout, row: dict[str, Any]) -> dict[str, str]:
    stretches = row.get("stretches")
    few = stretches is None or stretches < FEW_STRETCHES
    skill = "too few origins"
    if row.get("skill") is not None:
        span = "no interval: too few separate stretches"
        if row.get("difference80") is not None and stretches is not None and stretches >= FEWEST_STRETCHES:
            low, high = (-edge / row["best_crps"] for edge in reversed(row["difference80"]))
            span = f"{_share(low)} to {_share(high)}"
        skill = f"{_share(row['skill'])} ({span})"
    return {
        "name": _name(layout, row["series"]),
        "weeks": str(row["horizon"]),
        "crps": f"{number(row['crps'], 3)} {plain(row['unit'])}",
        "best": f"{row['best_baseline']}, {number(row['best_crps'], 3)}",
        "skill": skill,
        "coverage": percent(row["coverage80"]),
        "origins": f"{row['origins']}{' (few separate stretches)' if few else ''}",
    }


def _weeks(count: int) -> str:
    return f"{count} week{'' if count == 1 else 's'}"


def _share(value: float) -> str:
    return f"{'+' if value > 0 else '−' if value < 0 else ''}{abs(100 * value):.0f}%"


def _not_beaten(layout: Layout, rows: list[dict[str, Any]]) -> list[str]:
    """A sentence for each observation: which simple forecasters had a lower score, at which horizons."""
    sentences = []
    for series in dict.fromkeys(row["series"] for row in rows):
        own = [row for row in rows if row["series"] == series]
        parts = [f"at {_weeks(row['horizon'])} {', '.join(row['not_beaten'])}" for row in own if row["not_beaten"]]
        name = _name(layout, series)
        sentences.append(
            f"{name}: not beaten were {'; '.join(parts)}." if parts else f"{name}: every simple forecaster was beaten."
        )
    return sentences


def too_weak(layout: Layout) -> list[str]:
    """Observations and horizons at which a simple forecaster had a lower score than ours; empty without a record."""
    told = layout.posterior.told if layout.posterior is not None else None
    rows = told["record"]["rows"] if told and told.get("record") else []
    weeks: dict[str, list[str]] = {}
    for row in rows:
        if row["kind"] in SHOWN_KINDS and row["not_beaten"]:
            weeks.setdefault(row["series"], []).append(_weeks(row["horizon"]))
    return [f"{_name(layout, series)} ({', '.join(held)} ahead)" for series, held in weeks.items()]


def _weights(layout: Layout, row: dict[str, Any]) -> str:
    parts = ", ".join(f"{name} {percent(weight)}" for name, weight in row["weights"].items())
    return f"{_name(layout, row['series'])}: {parts}."


def _little(told: Mapping[str, Any]) -> list[str]:
    """Names of parameters that were fitted and on which the data say little under every structure that has them."""
    updated: dict[str, bool] = {}
    for block in told.get("diagnostics", []):
        for row in block["parameters"]:
            name = f"{block['observation']}: {row['parameter'].replace('_', ' ')}"
            updated[name] = updated.get(name, False) or row["updated"]
    return [plain(name) for name, said in updated.items() if not said]


def _unlike(layout: Layout, told: Mapping[str, Any]) -> list[str]:
    """Posterior predictive checks that fail: what of the data which structures do not make, by observation."""
    failing: dict[tuple[str, str], list[str]] = {}
    for block in told.get("diagnostics", []):
        for row in block["predictive_checks"]:
            if row["observed"] is not None and not UNLIKELY <= row["share_below"] <= 1 - UNLIKELY:
                side = "larger" if row["share_below"] > 0.5 else "smaller"
                key = (block["observation"], f"{row['statistic']} is {side}")
                failing.setdefault(key, []).append(row["structure"])
    return [
        f"{_name(layout, series)}: {plain(what)} in the data than in what {' and '.join(structures)} would make"
        for (series, what), structures in failing.items()
    ]
