"""Scores of a backtest as rows, and what they say in short: skill, coverage, what is not beaten."""

from __future__ import annotations

from typing import Any

import numpy as np

from tertius.forecasts.automatic import AUTOMATIC
from tertius.forecasts.backtest import OURS, WITHOUT_LAWS, WITHOUT_POWER, Backtest, Track
from tertius.forecasts.baselines import BASELINES, POOL
from tertius.forecasts.scores import covered, crps, log_score, pit
from tertius.forecasts.skill import compare_scores

RIVALS = (*BASELINES, POOL, *AUTOMATIC)
PIT_BINS = 10
LEVELS = (0.5, 0.8, 0.95)


def score_rows(backtest: Backtest) -> list[dict[str, Any]]:
    """One row for each series, kind, horizon and model with at least one scored origin; scores in the series' unit."""
    rows = []
    for track in backtest.tracks:
        for kind, name in enumerate(("weekly", "cumulative")):
            for place, horizon in enumerate(track.horizons):
                known = np.isfinite(track.actual[kind, :, place])
                if not known.any():
                    continue
                best = best_rival(track, kind, place)
                reference = crps(track.samples[best][kind, known, place], track.actual[kind, known, place])
                rows += [
                    _row(track, kind, place, known, model, best, reference) | {"kind": name, "horizon": horizon}
                    for model in track.samples
                ]
    return rows


def _row(track: Track, kind: int, place: int, known: Any, model: str, best: str, reference: Any) -> dict[str, Any]:
    samples, actual = track.samples[model][kind, known, place], track.actual[kind, known, place]
    scores = crps(samples, actual)
    logs = log_score(samples, actual)
    spread = np.random.Generator(np.random.Philox(key=place)).random(len(actual))
    bins = np.histogram(pit(samples, actual, spread), bins=PIT_BINS, range=(0, 1))[0]
    compared = compare_scores(scores, reference, track.horizons[place], track.every)
    row: dict[str, Any] = {
        "series": track.target.name,
        "model": model,
        "crps": float(scores.mean()),
        "log_score": float(logs.mean()) if np.isfinite(logs).all() else None,
        **{f"coverage{round(100 * level)}": float(covered(samples, actual, level).mean()) for level in LEVELS},
        "pit": [int(count) for count in bins],
        "origins": int(known.sum()),
        "unit": track.target.observation.unit,
        "best_baseline": best,
    }
    if compared is not None:
        row |= {
            "skill": None if not np.isfinite(compared.skill) else compared.skill,
            "difference": compared.difference,
            "difference_error": compared.error,
            "difference80": None if compared.interval is None else list(compared.interval),
            "stretches": compared.stretches,
        }
    return row


def best_rival(track: Track, kind: int, place: int) -> str:
    """The baseline with the lowest mean CRPS on the origins scored."""
    known = np.isfinite(track.actual[kind, :, place])
    means = {
        name: float(crps(track.samples[name][kind, known, place], track.actual[kind, known, place]).mean())
        for name in RIVALS
        if name in track.samples
    }
    return min(means, key=lambda name: means[name])


def record_of(backtest: Backtest) -> dict[str, Any]:
    """What a brief says of past forecasts: ours against the best baseline by horizon, and what is not beaten."""
    rows = score_rows(backtest)
    ours = [row for row in rows if row["model"] == OURS]
    lines = []
    for row in ours:
        same = [r for r in rows if all(r[key] == row[key] for key in ("series", "kind", "horizon"))]
        by_model = {r["model"]: r["crps"] for r in same}
        not_beaten = sorted(name for name in RIVALS if name in by_model and by_model[name] <= row["crps"])
        keep = ("series", "kind", "horizon", "unit", "crps", "coverage80", "origins", "best_baseline")
        more = ("skill", "difference", "difference_error", "difference80", "stretches")
        lines.append(
            {
                **{key: _short(row.get(key)) for key in (*keep, *more)},
                "best_crps": _short(by_model[row["best_baseline"]]),
                "power_off_crps": _short(by_model[WITHOUT_POWER]),
                "without_laws_crps": _short(by_model[WITHOUT_LAWS]),
                "not_beaten": not_beaten,
            }
        )
    origins = [origin for track in backtest.tracks for origin in track.origins]
    return {"first": min(origins).isoformat(), "last": max(origins).isoformat(), "rows": lines}


def _short(value: Any) -> Any:
    if isinstance(value, float):
        return float(f"{value:.6g}") if np.isfinite(value) else None
    return [_short(item) for item in value] if isinstance(value, list) else value


def weight_rows(backtest: Backtest) -> list[dict[str, Any]]:
    """Weights of the structures after the last origin, and how far their forecasts lie apart."""
    rows = []
    for track in backtest.tracks:
        rows.append(
            {
                "series": track.target.name,
                "weights": {name: float(w) for name, w in zip(track.structures, track.final, strict=True)},
                "disagreement": _disagreement(track),
            }
        )
    return rows


def _disagreement(track: Track) -> list[dict[str, Any]]:
    """By horizon: spread of the structures' mean cumulative forecasts over the pool's standard deviation, averaged."""
    found = []
    for place, horizon in enumerate(track.horizons):
        means = np.stack([track.samples[name][1, :, place].mean(axis=-1) for name in track.structures])
        spread = track.samples[OURS][1, :, place].std(axis=-1)
        found.append(
            {"horizon": horizon, "spread_of_means": float((means.std(axis=0) / np.maximum(spread, 1e-300)).mean())}
        )
    return found
