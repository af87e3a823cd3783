"""Elliptical slice sampling: a Gaussian prior, any likelihood, nothing to tune.

Parameters are written as z with independent standard normal priors (a prior's quantile function of the normal
distribution function of z), so that one sampler serves every family of prior. A step draws an ellipse through the
present point and a fresh draw of the prior, and shrinks a bracket of angles until the likelihood is high enough; it
leaves the posterior exactly invariant and has no step size. Many short chains run side by side, so that the likelihood
is one compiled call; they start from draws of the prior picked by their likelihood.

Source: Murray, Adams and MacKay (2010), Elliptical slice sampling, AISTATS; split R-hat: Gelman and others (2013).
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

Array: TypeAlias = NDArray[np.float64]
LogLikelihood: TypeAlias = Callable[[Array], Array]
"""Points, shape (point, dimension), to log likelihoods, shape (point,)."""
POOL = 2048  # draws of the prior from which the chains start
SHRINKS = 200  # a bracket of angles is then below 1e-30 of the circle: the present point


@dataclass(frozen=True)
class Chains:
    """What the sampler kept.

    points   shape (chain, step, dimension), standard normal under the prior
    rhat     split R-hat of each dimension, shape (dimension,); near 1 when the chains agree
    """

    points: Array
    rhat: Array

    def rows(self, count: int) -> Array:
        """`count` points spread evenly over all chains and steps, shape (count, dimension)."""
        flat = self.points.transpose(1, 0, 2).reshape(-1, self.points.shape[2])
        return flat[np.linspace(0, len(flat) - 1, count).round().astype(np.int64)]


def sample_posterior(
    log_likelihood: LogLikelihood,
    dimensions: int,
    key: int,
    chains: int = 64,
    burn: int = 60,
    keep: int = 40,
    thin: int = 1,
) -> Chains:
    """Draw from the posterior of a standard normal prior.

    key: names the random numbers; the same key gives the same points bit for bit.
    Raises FloatingPointError when no draw of the prior has a finite likelihood.
    """
    generator = np.random.Generator(np.random.Philox(key=key))
    z, height = _start(log_likelihood, dimensions, chains, generator)
    kept = np.empty((keep, chains, dimensions))
    for step in range(burn + keep * thin):
        z, height = _step(log_likelihood, z, height, generator)
        if step >= burn and (step - burn) % thin == thin - 1:
            kept[(step - burn) // thin] = z
    points = kept.transpose(1, 0, 2)
    return Chains(points, split_rhat(points))


def moved_by_steps(log_likelihood: LogLikelihood, z: Array, steps: int, generator: np.random.Generator) -> Array:
    """Points, shape (point, dimension), each moved by so many steps, which leave the posterior as it is."""
    height = _finite(log_likelihood(z))
    for _ in range(steps):
        z, height = _step(log_likelihood, z, height, generator)
    return z


def _start(
    log_likelihood: LogLikelihood, dimensions: int, chains: int, generator: np.random.Generator
) -> tuple[Array, Array]:
    """Points to start from: draws of the prior, picked with probabilities by their likelihood."""
    pool = generator.standard_normal((POOL, dimensions))
    height = _finite(log_likelihood(pool))
    if not np.isfinite(height).any():
        raise FloatingPointError("the likelihood is zero at every draw of the prior: prior and data contradict")
    weight = np.exp(height - height.max())
    chosen = generator.choice(POOL, chains, p=weight / weight.sum())
    return pool[chosen].copy(), height[chosen].copy()


def _step(
    log_likelihood: LogLikelihood, z: Array, height: Array, generator: np.random.Generator
) -> tuple[Array, Array]:
    """One step of every chain; arrays of shape (chain, dimension) and (chain,)."""
    count = len(z)
    other = generator.standard_normal(z.shape)
    level = height + np.log(generator.random(count))
    angle = generator.random(count) * 2 * np.pi
    low, high = angle - 2 * np.pi, angle.copy()
    moved, reached = z.copy(), height.copy()
    todo = np.arange(count)
    for _ in range(SHRINKS):
        at = angle[todo]
        points = z[todo] * np.cos(at)[:, None] + other[todo] * np.sin(at)[:, None]
        heights = _finite(log_likelihood(points))
        fine = heights > level[todo]
        moved[todo[fine]], reached[todo[fine]] = points[fine], heights[fine]
        todo = todo[~fine]
        if not len(todo):
            break
        below = angle[todo] < 0
        low[todo[below]] = angle[todo[below]]
        high[todo[~below]] = angle[todo[~below]]
        angle[todo] = low[todo] + generator.random(len(todo)) * (high[todo] - low[todo])
    return moved, reached


def _finite(heights: Array) -> Array:
    return np.where(np.isnan(heights), -np.inf, heights)


def split_rhat(points: Array) -> Array:
    """Split R-hat over chains, points of shape (chain, step, dimension); NaN with fewer than four steps."""
    steps = points.shape[1] // 2
    if steps < 2:
        return np.full(points.shape[2], np.nan)
    halves = np.concatenate([points[:, :steps], points[:, steps : 2 * steps]])
    within = halves.var(axis=1, ddof=1).mean(axis=0)
    between = halves.mean(axis=1).var(axis=0, ddof=1)
    return np.asarray(np.sqrt((steps - 1) / steps + between / np.maximum(within, 1e-300)))
