"""AutoARIMA and AutoETS of statsforecast as further baselines, where that extra is installed."""

from __future__ import annotations

import importlib.util
from typing import Any

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]
WINDOW = 104
AUTOMATIC = ("AutoARIMA", "AutoETS")


def available() -> bool:
    """Whether statsforecast can be imported."""
    return importlib.util.find_spec("statsforecast") is not None


def automatic_paths(known: Array, weeks: int, paths: int, key: int, kind: str) -> dict[str, Array]:
    """Weekly values ahead, name -> shape (path, week), simulated by each model fitted to the last 104 weeks.

    The models take no gaps, so missing weeks are filled linearly. Flows are modelled on the log scale.
    """
    from statsforecast.models import AutoARIMA, AutoETS

    values = np.asarray(known, dtype=np.float64)[-WINDOW:]
    if kind == "flow":
        with np.errstate(divide="ignore", invalid="ignore"):
            values = np.where(values > 0, np.log(values), np.nan)
    good = np.isfinite(values)
    values = np.interp(np.arange(len(values)), np.flatnonzero(good), values[good])
    found = {}
    for name, model in (("AutoARIMA", AutoARIMA()), ("AutoETS", AutoETS())):
        drawn = _draws(model, values, weeks, paths, key)
        found[name] = np.exp(np.clip(drawn, -50, 50)) if kind == "flow" else drawn
    return found


def _draws(model: Any, values: Array, weeks: int, paths: int, key: int) -> Array:
    drawn = model.fit(values).simulate(h=weeks, n_paths=paths, seed=key & 0x7FFFFFFF)
    return np.asarray(drawn, dtype=np.float64).reshape(paths, weeks)
