"""What a fit says: rates of stepping up, holding and cutting by donor; what the engine takes, by actor.

A rate is the mean chance a month over the year ahead, simulated from the last known month: one value a draw of the
posterior, the mean of 20 futures. Its interval is the uncertainty of the rate, not of what
comes of it. A weekly rate is the hazard with the same chance a month: -log(1 - p) 7 / 30.44.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from scipy.special import digamma, polygamma

from tertius.inference.aid.ahead import simulate
from tertius.inference.aid.levels import CUT, HOLD, LEVELS, UP, Array
from tertius.inference.aid.posterior import SCALES, AidFit
from tertius.inference.aid.steps import COEFFICIENTS, situation_at

QUANTILES = (0.1, 0.5, 0.9)
WEEK = 7 / (365.25 / 12)  # months
YEAR = 12
FUTURES = 20  # a draw
STEP_NAMES = {"up": UP, "hold": HOLD, "cut": CUT}


def describe_fit(fit: AidFit, measure: str, months: int = YEAR) -> dict[str, Any]:
    """Rates by donor and actor, momentum and clustering, as plain data for JSON."""
    chance = np.mean([simulate(fit, months, f"rates {k}").chance.mean(axis=2) for k in range(FUTURES)], axis=0)
    panel = fit.panel
    now = situation_at(panel, len(panel.months) - 1)
    coefficients = dict(zip(COEFFICIENTS, fit.coefficients.T, strict=True))
    names = panel.rows[: panel.singles]
    return {
        "measure": measure,
        "months": [panel.months[0].isoformat(), panel.months[-1].isoformat()],
        "donors": {name: _row(fit, chance, row, int(now.level[row])) for row, name in enumerate(names)},
        "momentum": {name: _spread(coefficients[name]) for name in COEFFICIENTS if " after " in name},
        "clustering": {
            "following": _spread(coefficients["following"]),
            "shared_month_up": _spread(fit.scales[:, SCALES.index("sigma_up")]),
            "shared_month_cut": _spread(fit.scales[:, SCALES.index("sigma_cut")]),
        },
        "coefficients": {name: _spread(values) for name, values in coefficients.items()},
        "actors": {
            actor: _actor(fit, chance, row, int(now.level[row]), coefficients["following"])
            for actor, row in panel.actors.items()
        },
        "notes": list(panel.notes),
    }


def per_week(chance: Array) -> Array:
    """Weekly hazard of what has this chance a month."""
    return -np.log1p(-np.minimum(chance, 1 - 1e-9)) * WEEK


def _spread(values: Array) -> dict[str, float]:
    low, middle, high = (float(f"{q:.4g}") for q in np.quantile(values, QUANTILES))
    return {"median": middle, "p10": low, "p90": high}


def _row(fit: AidFit, chance: Array, row: int, level: int) -> dict[str, Any]:
    mean = chance[:, row]  # (draw, step)
    return {
        "level": level,
        "level_name": LEVELS[level],
        "months": int((fit.panel.amounts[row] > 0).sum()),
        "usual_half_year_eur": float(f"{fit.usual[row]:.4g}") if np.isfinite(fit.usual[row]) else None,
        "per_month": {name: _spread(mean[:, step]) for name, step in STEP_NAMES.items()},
        "per_week": {name: _spread(per_week(mean[:, step])) for name, step in STEP_NAMES.items() if name != "hold"}
        | {"hold": _spread(np.exp(-per_week(1 - mean[:, HOLD])))},
    }


def _actor(fit: AidFit, chance: Array, row: int, level: int, following: Array) -> dict[str, Any]:
    mean = chance[:, row]  # (draw, step)
    acts = per_week(mean[:, UP] + mean[:, CUT])
    share = mean[:, UP] / np.maximum(mean[:, UP] + mean[:, CUT], 1e-12)
    a, b = beta_of(share)
    return {
        "act_rate_per_week": _spread(acts),
        "up_share": _spread(share) | {"a": float(f"{a:.3g}"), "b": float(f"{b:.3g}")},
        "following": _spread(following),
        "level": level,
        "level_name": LEVELS[level],
        "months": int((fit.panel.amounts[row] > 0).sum()),
    }


def beta_of(shares: Array) -> tuple[float, float]:
    """Parameters of the beta with the mean logs of some shares and of their complements (maximum likelihood)."""
    inside = np.clip(shares, 1e-6, 1 - 1e-6)
    mean, variance = float(inside.mean()), max(float(inside.var()), 1e-9)
    size = max(mean * (1 - mean) / variance - 1, 0.1)
    x = np.array([mean * size, (1 - mean) * size])
    target = np.array([np.log(inside).mean(), np.log1p(-inside).mean()])
    for _ in range(100):
        wrong = digamma(x) - digamma(x.sum()) - target
        slope = np.diag(polygamma(1, x)) - polygamma(1, x.sum())
        x = np.maximum(x - np.linalg.solve(slope, wrong), x / 3)
        if np.abs(wrong).max() < 1e-10:
            break
    return float(x[0]), float(x[1])
