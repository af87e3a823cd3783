"""Scores of a backtest of aid as rows: for the donors' mean, each actor and all together; halves of the origins apart.

The first half of the origins served to choose (levels, priors, the pool); the second half did not.
"""

from __future__ import annotations

import warnings
from typing import Any

import numpy as np

from tertius.forecasts.aid import ALONE, COVERAGE, LAW, OURS, SCORES, TOTAL, AidBacktest
from tertius.forecasts.aid_baselines import AID_BASELINES
from tertius.forecasts.skill import compare_scores
from tertius.inference.aid.levels import Array

DONORS = "donors"
PARTS = ("all", "first half", "second half")
COMPARED = (OURS, LAW, ALONE)
DIGITS = 6


def series_of(found: AidBacktest) -> dict[str, int | None]:
    """Name -> its row; None for the mean of the donors."""
    return {DONORS: None, **found.actors, TOTAL: len(found.rows) - 1}


def by_origin(found: AidBacktest, model: str, score: str, row: int | None) -> Array:
    """Scores at each origin, shape (origin, horizon): one row's, or the mean of the donors' in usual months."""
    values = found.scores[model, score]
    if row is not None:
        return values[:, row]
    single = values[:, : found.singles]
    if score in SCORES[:2]:
        single = single / found.usual[:, : found.singles, None]
    with warnings.catch_warnings():
        warnings.filterwarnings("ignore", "Mean of empty slice", RuntimeWarning)
        return np.asarray(np.nanmean(single, axis=1))


def part_of(found: AidBacktest, part: str) -> slice:
    """Places of the origins of a part."""
    half = len(found.origins) // 2
    return {"all": slice(None), "first half": slice(half), "second half": slice(half, None)}[part]


def aid_rows(found: AidBacktest) -> list[dict[str, Any]]:
    """One row for each part, series, score, horizon and model that says something there."""
    rows = []
    for part in PARTS:
        at = part_of(found, part)
        for series, row in series_of(found).items():
            for score in SCORES:
                held = {model: by_origin(found, model, score, row)[at] for model in found.models}
                for place, horizon in enumerate(found.plan.horizons):
                    columns = {model: values[:, place] for model, values in held.items()}
                    rows += _rows(found, columns, horizon, place, at, row, score, part, series)
    return rows


def _rows(
    found: AidBacktest,
    columns: dict[str, Array],
    horizon: int,
    place: int,
    at: slice,
    row: int | None,
    score: str,
    part: str,
    series: str,
) -> list[dict[str, Any]]:
    made = []
    rivals = [name for name in AID_BASELINES if np.isfinite(columns[name]).any()]
    for model, values in columns.items():
        known = np.isfinite(values)
        if not known.any():
            continue
        told: dict[str, Any] = {
            "part": part,
            "series": series,
            "score": score,
            "horizon": horizon,
            "model": model,
            "mean": _short(float(values[known].mean())),
            "unit": _unit(score, row),
            "origins": int(known.sum()),
        }
        if score in SCORES[:2]:
            inside = by_origin(found, model, COVERAGE[SCORES.index(score)], row)[at, place]
            told["coverage80"] = _short(float(inside[known].mean()))
        if model in COMPARED:
            told["against"] = {name: _against(values, columns[name], horizon) for name in rivals}
            told["not_beaten"] = [name for name in rivals if not _mean(columns[name]) > _mean(values)]
        made.append(told)
    return made


def _mean(values: Array) -> float:
    return float(values[np.isfinite(values)].mean())


def _against(values: Array, other: Array, horizon: int) -> dict[str, Any] | None:
    compared = compare_scores(values, other, horizon)
    if compared is None:
        return None
    return {
        "skill": _short(compared.skill),
        "difference": _short(compared.difference),
        "difference_error": _short(compared.error),
        "difference80": None if compared.interval is None else [_short(bound) for bound in compared.interval],
        "stretches": _short(compared.stretches),
    }


def _unit(score: str, row: int | None) -> str:
    if score in SCORES[:2]:
        return "usual months" if row is None else "EUR"
    return "rps" if score == "level" else "-log chance"


def _short(value: float | None) -> float | None:
    return float(f"{value:.{DIGITS}g}") if value is not None and np.isfinite(value) else None
