"""Scores of a backtest of strikes as rows, and whether the best simple forecaster is beaten."""

from __future__ import annotations

import warnings
from typing import Any

import numpy as np

from tertius.forecasts.skill import compare_scores
from tertius.forecasts.strikes import KINDS, LAUNCHES, MEASURES, OURS, StrikeBacktest
from tertius.forecasts.strikes_baselines import AUTOMATIC, DRAWN, SAME

SIMPLE = (SAME, DRAWN, "AR(1)", "local level", AUTOMATIC)
DIGITS = 6


def strike_rows(found: StrikeBacktest) -> list[dict[str, Any]]:
    """One row for each series, sum, horizon and model: mean scores, coverage; ours with the best simple one beside."""
    rows = []
    for what, arms in dict.fromkeys((key[0], key[1]) for key in found.scores):
        models = [key[2] for key in found.scores if key[:2] == (what, arms)]
        for sums in KINDS:
            for place, horizon in enumerate(found.plan.horizons):
                for model in dict.fromkeys(models):
                    row = _row(found, (what, arms, model, sums), place, horizon)
                    if row is not None:
                        rows.append(row)
    return rows


def _row(found: StrikeBacktest, name: tuple[str, str, str, str], place: int, horizon: int) -> dict[str, Any] | None:
    what, arms, model, sums = name
    means = {
        measure: _mean(found.scores[*name, measure][:, place])
        for measure in MEASURES
        if (*name, measure) in found.scores
    }
    crps = found.scores[*name, "crps"][:, place]
    if not np.isfinite(crps).any():
        return None
    row: dict[str, Any] = {
        "what": what,
        "arms": arms,
        "sum": sums,
        "horizon": horizon,
        "model": model,
        "unit": "items" if what == LAUNCHES else "share",
        "origins": int(np.isfinite(crps).sum()),
        **{measure: _short(value) for measure, value in means.items()},
    }
    if model == OURS:
        row |= _beside(found, what, arms, sums, place, horizon)
    return row


def _beside(found: StrikeBacktest, what: str, arms: str, sums: str, place: int, horizon: int) -> dict[str, Any]:
    """The best simple forecaster by mean CRPS on the same origins, and the difference with its error."""
    own = found.scores[what, arms, OURS, sums, "crps"][:, place]
    others = {
        name: found.scores[what, arms, name, sums, "crps"][:, place]
        for name in SIMPLE
        if (what, arms, name, sums, "crps") in found.scores
    }
    best = min(others, key=lambda name: _mean(others[name]))
    compared = compare_scores(own, others[best], horizon, found.plan.every)
    told: dict[str, Any] = {"best_simple": best, "best_simple_crps": _short(_mean(others[best]))}
    if compared is None:
        return told
    return told | {
        "difference": _short(compared.difference),
        "difference_error": _short(compared.error),
        "difference80": None if compared.interval is None else [_short(bound) for bound in compared.interval],
        "stretches": _short(compared.stretches),
    }


def _mean(values: np.ndarray) -> float:
    with warnings.catch_warnings():
        warnings.filterwarnings("ignore", "Mean of empty slice", RuntimeWarning)
        return float(np.nanmean(values))


def _short(value: float | None) -> float | None:
    return float(f"{value:.{DIGITS}g}") if value is not None and np.isfinite(value) else None
