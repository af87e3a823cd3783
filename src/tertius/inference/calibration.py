"""Simulation-based calibration: a structure's prior, law ahead, filter and sampler must agree with one another.

Points are drawn from the prior and weeks of readings simulated from each by the structure's own equations; the
structure is then fitted to them. If filter and sampler are right, the rank of the true value among draws of the
posterior is uniform for every unknown. A wrong likelihood, or a law ahead that differs from the filter's, is not.

Source: Talts, Betancourt, Simpson, Vehtari and Gelman (2018), Validating Bayesian inference algorithms with
simulation-based calibration, arXiv:1804.06788.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from scipy.stats import chi2

from tertius.inference.fit import Effort, Model, fit_structure, key_of
from tertius.inference.measuring import start_of
from tertius.inference.structures import Array, Measured, Named

BINS = 8


def ranks(
    model: Model, weeks: int, simulations: int, seed: int, effort: Effort, draws: int = 63
) -> dict[str, NDArray[np.int64]]:
    """Rank of each true value among `draws` of the posterior: name -> shape (simulation,), from 0 to `draws`.

    Twins have one source and no balance. Draws should be far apart in the chains: take more chains than draws, or
    thin.
    """
    generator = np.random.Generator(np.random.Philox(key=key_of(seed, model.structure.name, "calibration")))
    blank = Measured(np.full((weeks, 2), np.nan), start_of(model.target))
    unknown = model.unknown(blank)
    truth = model.named(generator.standard_normal((simulations, len(unknown))), blank)
    readings = simulate(model, truth, weeks, generator)
    found = {name: np.zeros(simulations, dtype=np.int64) for name in unknown}
    for number, reading in enumerate(readings):
        measured = Measured(np.column_stack([reading, blank.change[:, 1]]), blank.start)
        fitted = fit_structure(model, measured, seed, f"twin {number}", draws, effort)
        for name in unknown:
            found[name][number] = (fitted.named[name] < truth[name][number]).sum()
    return found


def simulate(model: Model, named: Named, weeks: int, generator: np.random.Generator) -> Array:
    """First readings of some weeks, shape (point, week), from the state that is believed before the first of them."""
    points = len(next(iter(named.values())))
    start = start_of(model.target)
    before = start[0] + start[1] * generator.standard_normal(points)
    end = {"tempo": before, "activity": _active(named, points, generator)}
    if "loss_level" in named:
        end["loss_deviation"] = before - np.log(named["loss_level"])
    nothing = Measured(np.full((0, 2), np.nan), start)
    return model.structure.ahead(named, end, nothing, weeks, generator)


def _active(named: Named, points: int, generator: np.random.Generator) -> Array:
    """Whether an active spell runs, 0 or 1, drawn from its stationary share; shape (point,)."""
    still = np.zeros(points)
    up, down = named.get("becoming_active", still), named.get("becoming_quiet", still)
    share = np.where(up + down > 0, up / np.maximum(up + down, 1e-300), 0.0)
    return np.asarray(generator.random(points) < share, dtype=np.float64)


def uniformity(ranks: NDArray[np.int64], draws: int) -> float:
    """Chance of ranks at least as uneven if they were uniform on 0 to `draws`: chi-square over about eight bins."""
    bins = min(BINS, draws + 1)
    places = np.arange(draws + 1) * bins // (draws + 1)
    expected = np.bincount(places, minlength=bins) * len(ranks) / (draws + 1)
    counts = np.bincount(places[ranks], minlength=bins)
    return float(chi2.sf(((counts - expected) ** 2 / expected).sum(), bins - 1))
