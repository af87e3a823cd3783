"""Simple forecasters of launches and of the share that leaks, on the same weeks as ours.

Launches are forecast as log(1 + n), shares as log odds of (k + 1/2) / (n + 1), so that weeks of nothing count too.

    no change               the last known week again (for shares: of the last 13 weeks together)
    last-13-week bootstrap  weeks drawn from the last 13
    AR(1)                   first-order autoregression about a mean
    local level             random walk seen through noise
    AutoETS                 exponential smoothing, its form chosen by statsforecast, where that is installed
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from scipy.special import expit, logit

from tertius.forecasts.automatic import WINDOW, ets_draws
from tertius.forecasts.baselines import Array, Task, autoregression, bootstrap, lately, level

WEEKS = 13
HIGHEST = 14.0  # log of a million items
SAME, DRAWN = "no change", "last-13-week bootstrap"
AUTOMATIC = "AutoETS"


def _models(known: Array, weeks: int, paths: int, key: int, automatic: bool) -> dict[str, Array]:
    """AR(1), local level and AutoETS of a transformed series, shape (path, week)."""
    found = {
        "AR(1)": autoregression(Task(known, weeks, paths, key)),
        "local level": level(damped=False)(Task(known, weeks, paths, key + 1)),
    }
    if automatic:
        values = lately(known, WINDOW)
        good = np.isfinite(values)
        values = np.interp(np.arange(len(values)), np.flatnonzero(good), values[good])
        found[AUTOMATIC] = ets_draws(values, weeks, paths, key + 2)
    return found


def launch_baselines(known: Array, weeks: int, paths: int, key: int, automatic: bool = True) -> dict[str, Array]:
    """Launches of the weeks ahead by name, shape (path, week), from those known (week,), NaN where not."""
    logs = np.log1p(known)
    back: Callable[[Array], Array] = lambda drawn: np.expm1(np.clip(drawn, 0.0, HIGHEST))  # noqa: E731
    last = known[np.isfinite(known)][-1]
    found = {
        SAME: np.full((2, weeks), last),
        DRAWN: bootstrap(WEEKS)(Task(known, weeks, paths, key)),
    }
    return found | {name: back(drawn) for name, drawn in _models(logs, weeks, paths, key + 3, automatic).items()}


def leak_baselines(
    launched: Array, leaked: Array, weeks: int, paths: int, key: int, automatic: bool = True
) -> dict[str, tuple[Array, Array]]:
    """Shares that leak in each week ahead, and from the first of them on, by name, each of shape (path, week)."""
    held = np.flatnonzero(np.isfinite(launched) & np.isfinite(leaked) & (launched >= 1))
    recent = held[-WEEKS:]
    share = np.full((2, weeks), leaked[recent].sum() / launched[recent].sum())
    chosen = np.random.Generator(np.random.Philox(key=key)).choice(recent, (paths, weeks))
    drawn = (leaked[chosen] / launched[chosen], leaked[chosen].cumsum(axis=1) / launched[chosen].cumsum(axis=1))
    odds = np.full(len(launched), np.nan)
    odds[held] = logit((leaked[held] + 0.5) / (launched[held] + 1.0))
    found = {SAME: (share, share), DRAWN: drawn}
    for name, path in _models(odds, weeks, paths, key + 3, automatic).items():
        weekly = expit(path)
        found[name] = (weekly, weekly.cumsum(axis=1) / np.arange(1, weeks + 1))
    return found
