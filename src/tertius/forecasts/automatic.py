"""AutoARIMA and AutoETS of statsforecast as further baselines, where that extra is installed."""

from __future__ import annotations

import importlib.util
from typing import Any

import numpy as np
from numpy.typing import NDArray

from tertius.forecasts.baselines import lately

Array = NDArray[np.float64]
WINDOW = 104
AUTOMATIC = ("AutoARIMA", "AutoETS")


def available() -> bool:
    """Whether statsforecast can be imported."""
    return importlib.util.find_spec("statsforecast") is not None


def automatic_paths(known: Array, weeks: int, paths: int, key: int, kind: str) -> dict[str, Array]:
    """Weekly values ahead, name -> shape (path, week), simulated by each model fitted to the last 104 weeks (`lately`).

    The models take no gaps, so missing weeks are filled linearly. Flows are modelled on the log scale.
    """
    from statsforecast.models import AutoARIMA

    values = np.asarray(known, dtype=np.float64)
    if kind == "flow":
        with np.errstate(divide="ignore", invalid="ignore"):
            values = np.where(values > 0, np.log(values), np.nan)
    values = lately(values, WINDOW)
    good = np.isfinite(values)
    values = np.interp(np.arange(len(values)), np.flatnonzero(good), values[good])
    found = {
        "AutoARIMA": arima_draws(AutoARIMA().fit(values), weeks, paths, key),
        "AutoETS": ets_draws(values, weeks, paths, key),
    }
    return {name: np.exp(np.clip(drawn, -50, 50)) if kind == "flow" else drawn for name, drawn in found.items()}


def _draws(fitted: Any, weeks: int, paths: int, key: int) -> Array:
    drawn = fitted.simulate(h=weeks, n_paths=paths, seed=key & 0x7FFFFFFF)
    return np.asarray(drawn, dtype=np.float64).reshape(paths, weeks)


def ets_draws(values: Array, weeks: int, paths: int, key: int) -> Array:
    """Paths of AutoETS fitted to values without gaps, shape (path, week)."""
    from statsforecast.models import AutoETS

    return _draws(AutoETS().fit(values), weeks, paths, key)


def arima_draws(fitted: Any, weeks: int, paths: int, key: int) -> Array:
    """Paths of a fitted AutoARIMA, shape (path, week): its mean forecast, and noise from its state space.

    The same law as its own `simulate`, which goes path by path: half of a backtest's time, and a hundred times that for
    series of eight or nine weeks. A model of a constant has no state space and no noise.

        a_t = T a_t-1 + n_t,  n_t ~ N(0, s2 V),    y_t = mean_t + Z a_t + e_t,  e_t ~ N(0, s2 h),    a_0 = 0
    """
    mean = np.asarray(fitted.predict(h=weeks)["mean"], dtype=np.float64)
    space = fitted.model_.get("model")
    if fitted.model_.get("constant", False) or space is None:
        return np.tile(mean, (paths, 1))
    variance = float(fitted.model_["sigma2"])
    left, singular, _ = np.linalg.svd(np.atleast_2d(space["V"]) * variance)
    spread = left * np.sqrt(singular)
    generator = np.random.Generator(np.random.Philox(key=key))
    state = np.zeros((paths, len(spread)))
    out = np.empty((paths, weeks))
    for week in range(weeks):
        state = state @ np.asarray(space["T"]).T + generator.standard_normal(state.shape) @ spread.T
        noise = np.sqrt(max(float(space["h"]) * variance, 0.0)) * generator.standard_normal(paths)
        out[:, week] = mean[week] + state @ np.asarray(space["Z"]).ravel() + noise
    return out
