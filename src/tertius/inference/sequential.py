"""Sequential posterior: rows of a fit carried on to new readings, not fitted anew.

Rows z_i with weights w_i stand for the posterior on the readings y up to a day. With the filter's likelihood L,

    w_i <- w_i L(y' | z_i) / L(y | z_i)                                  y' the readings of the later day      (1)
    ESS = (sum w)^2 / sum w^2                                                                                  (2)

Where (2) falls below half of the rows, they are drawn anew by their weights and each is moved by some steps of the
sampler, which leave the posterior on y' as it is. So (1) is exact also where earlier readings were revised.

Source: Chopin 2002, A sequential particle filter method for static models, Biometrika 89, 539-552.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy.special import ndtri

from tertius.inference.fit import BACKTEST, EDGE, Effort, Fitted, Model, fit_structure, key_of, prior_points
from tertius.inference.sampler import Chains, moved_by_steps
from tertius.inference.structures import Array, Measured, Named

LEAST = 0.5  # share of the rows that the effective ones may fall to
STEPS = 5  # of the sampler after rows were drawn anew
FAR = 0.05  # effective share below which the readings were far from what was expected
MORE_STEPS = 40
FIRST_STEPS = 30  # from the rows of a fit, whose nuisance quantities it does not keep


@dataclass(frozen=True)
class Held:
    """The posterior of one structure on the readings of a day.

    unknown   names of the dimensions
    z         points of the sampler's space, shape (row, dimension)
    weight    of each row, shape (row,); they add up to 1
    height    log likelihood of the day's readings, shape (row,)
    """

    unknown: tuple[str, ...]
    z: Array
    weight: Array
    height: Array


@dataclass(frozen=True)
class Step:
    """What new readings did to a posterior.

    effective  share of the rows that still told something, by (2), before any were drawn anew
    surprise   minus the log of the mean likelihood of the new readings under the rows of before
    drawn      whether rows were drawn anew and moved
    """

    effective: float
    surprise: float
    drawn: bool

    @property
    def is_far(self) -> bool:
        """Whether the readings were far from what was expected."""
        return self.effective < FAR


def begin(model: Model, measured: Measured, seed: int, label: str, rows: int, effort: Effort = BACKTEST) -> Held:
    """Fit a structure from nothing. Raises FloatingPointError as `fit_structure`."""
    fitted = fit_structure(model, measured, seed, label, rows, effort)
    return _even(model, fitted.chains.rows(rows), measured)


def begin_from(model: Model, measured: Measured, held: Named, seed: int, label: str) -> Held:
    """Rows of a fit, name -> shape (row,), as the posterior on the readings that it was made on.

    What the rows do not hold is drawn from its prior, and all are moved by the sampler's steps.

    Raises:
        FloatingPointError: the readings are impossible under the rows.
    """
    generator = np.random.Generator(np.random.Philox(key=key_of(seed, model.target.name, model.structure.name, label)))
    wanted, unknown = model.wanted(measured), model.unknown(measured)
    count = len(next(iter(held.values())))
    z = generator.standard_normal((count, len(unknown)))
    for place, name in enumerate(unknown):
        if name in held:
            z[:, place] = ndtri(np.clip(prior_points(held[name], wanted[name]), EDGE, 1 - EDGE))
    z = np.clip(z, -5.0, 5.0)
    z = moved_by_steps(lambda points: model.filter(points, measured).height, z, FIRST_STEPS, generator)
    return _even(model, z, measured)


def _even(model: Model, z: Array, measured: Measured) -> Held:
    height = model.filter(z, measured).height
    if not np.isfinite(height).any():
        raise FloatingPointError("the likelihood is zero at every row: the fit and the data contradict")
    return Held(model.unknown(measured), z, np.full(len(z), 1.0 / len(z)), height)


def assimilate(model: Model, held: Held, measured: Measured, seed: int, label: str) -> tuple[Held, Step]:
    """Carry a posterior on to the readings of a later day.

    Raises:
        FloatingPointError: the new readings are impossible under every row.
    """
    height = model.filter(held.z, measured).height
    gain = np.where(np.isfinite(height) & np.isfinite(held.height), height - held.height, -np.inf)
    if not np.isfinite(gain).any():
        raise FloatingPointError("the likelihood of the new readings is zero at every row")
    top = gain.max()
    raw = held.weight * np.exp(gain - top)
    surprise = -float(np.log(raw.sum()) + top)
    weight = raw / raw.sum()
    effective = 1.0 / float((weight**2).sum()) / len(weight)
    if effective >= LEAST:
        return Held(held.unknown, held.z, weight, height), Step(effective, surprise, False)
    generator = np.random.Generator(np.random.Philox(key=key_of(seed, model.target.name, model.structure.name, label)))
    z = held.z[drawn(weight, len(weight), float(generator.random()))]
    steps = MORE_STEPS if effective < FAR else STEPS
    z = moved_by_steps(lambda points: model.filter(points, measured).height, z, steps, generator)
    return _even(model, z, measured), Step(effective, surprise, True)


def drawn(weight: Array, count: int, start: float) -> np.ndarray[tuple[int], np.dtype[np.int64]]:
    """Places of `count` rows drawn by their weights, evenly (systematic resampling); `start` from 0 to 1."""
    edges = np.cumsum(weight)
    edges[-1] = 1.0
    return np.searchsorted(edges, (start + np.arange(count)) / count, side="right").clip(0, len(weight) - 1)


def fitted_of(model: Model, held: Held, measured: Measured, seed: int, label: str) -> Fitted:
    """The posterior as a fit: rows of equal weight, with the state that they end in."""
    key = key_of(seed, model.target.name, model.structure.name, label)
    generator = np.random.Generator(np.random.Philox(key=[key, 2]))
    z = held.z[drawn(held.weight, len(held.weight), float(generator.random()))]
    named = model.named(z, measured)
    filtered = model.structure.filter(named, measured)
    end = model.structure.ending(named, filtered, generator)
    chains = Chains(z[None], np.full(z.shape[1], np.nan))
    return Fitted(model, measured, chains, named, end, filtered.height, key)
