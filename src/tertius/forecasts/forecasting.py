"""What every model says at one past origin: a pure function of what was known then, so that it may run anywhere."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date

import numpy as np
from numpy.typing import NDArray

from tertius.forecasts.automatic import automatic_paths
from tertius.forecasts.baselines import baseline_paths
from tertius.forecasts.pieces import Arrays
from tertius.inference.fit import Effort, Model, fit_structure, key_of
from tertius.inference.measuring import Target
from tertius.inference.structures import Measured, structures_of

Array = NDArray[np.float64]


@dataclass(frozen=True)
class Question:
    """What is asked at one origin; small, so that it can cross to another process.

    measured: readings known at the origin; horizons in weeks; paths: futures a model; automatic: AutoARIMA and AutoETS
    too.
    """

    target: Target
    measured: Measured
    origin: date
    horizons: tuple[int, ...]
    paths: int
    seed: int
    effort: Effort
    automatic: bool


def forecast_at(question: Question) -> Arrays:
    """Samples of every model at one origin: name -> shape (kind, horizon, path).

    Raises FloatingPointError where no draw of the priors can yield the readings.
    """
    target, measured = question.target, question.measured
    longest = max(question.horizons)
    paths: Arrays = {}
    for name, model, power in _models(target):
        given = measured if power else replace(measured, balance=None)
        label = question.origin.isoformat()
        fitted = fit_structure(model, given, question.seed, label, question.paths, question.effort)
        paths[name] = fitted.ahead(longest)
    key = key_of(question.seed, target.name, "baselines", question.origin)
    known = measured.change[:, 0]
    paths |= baseline_paths(known, longest, question.paths, key, target.kind)
    if question.automatic:
        paths |= automatic_paths(known, longest, question.paths, key, target.kind)
    level = measured.level if target.closes else None
    return {name: _at_horizons(drawn, question.horizons, level) for name, drawn in paths.items()}


def _models(target: Target) -> Iterator[tuple[str, Model, bool]]:
    """Name, model and whether the series of the balance acts, of every structure and its power-off twin."""
    for structure in structures_of(target.output):
        yield structure.name, Model(target, structure), True
        if structure.balance_moves and target.observation.balance is not None:
            yield f"{structure.name}, power off", Model(target, structure), False


def _at_horizons(drawn: Array, horizons: Sequence[int], level: float | None) -> Array:
    """Weekly and cumulative values at the horizons, shape (kind, horizon, path); what closes at zero stays there."""
    total = np.cumsum(drawn, axis=1)
    if level is not None:
        closed = np.maximum.accumulate(total <= -level, axis=1)
        total = np.where(closed, -level, total)
    weekly = np.diff(total, axis=1, prepend=0.0)
    at = np.array(horizons) - 1
    return np.stack([weekly[:, at].T, total[:, at].T])
