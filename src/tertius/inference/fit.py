"""Fit a rival structure to an observation: prior, filter, chains; rows of the posterior with the state they end in."""

from __future__ import annotations

import zlib
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from scipy.special import ndtr

from tertius.inference.measuring import Target
from tertius.inference.sampler import Chains, sample_posterior
from tertius.inference.structures import Array, Filtered, Measured, Named, Structure
from tertius.world import Quantity

EDGE = 1e-12  # uniform numbers are kept this far from 0 and 1, where priors without bounds are infinite
FEWEST_WEEKS = 8


@dataclass(frozen=True)
class Effort:
    """How hard the sampler works: chains side by side, steps left out, steps kept."""

    chains: int = 64
    burn: int = 60
    keep: int = 40
    thin: int = 1


BACKTEST = Effort(chains=48, burn=30, keep=20)
SHIPPED = Effort(chains=64, burn=400, keep=100, thin=16)


@dataclass(frozen=True)
class Model:
    """A structure with the quantities of one target."""

    target: Target
    structure: Structure

    def wanted(self, measured: Measured) -> dict[str, Quantity]:
        """Quantities that the likelihood needs, by name: fixed ones and unknowns."""
        names = [*self.structure.learns]
        if np.isfinite(measured.change[:, 1]).any():
            names += [name for name in self.structure.nuisance if name.startswith("beside_")]
        names += [name for name in self.structure.nuisance if name == "count_noise"]
        if self.structure.balance_moves and measured.balance is not None:
            names.append("balance_elasticity")
        return {name: self.target.quantities[name] for name in names if name in self.target.quantities}

    def unknown(self, measured: Measured) -> tuple[str, ...]:
        """Names of the dimensions that are sampled."""
        silent = () if measured.balance is not None else ("power_response",)
        held = self.wanted(measured)
        return tuple(name for name, quantity in held.items() if quantity.prior is not None and name not in silent)

    def named(self, z: Array, measured: Measured) -> Named:
        """Quantities at points of the sampler's space, shape (point, dimension): name -> shape (point,)."""
        u = np.clip(ndtr(z), EDGE, 1 - EDGE)
        unknown = self.unknown(measured)
        named: Named = {name: np.full(len(z), value) for name, value in self.structure.fixes.items()}
        for name, quantity in self.wanted(measured).items():
            if name in unknown:
                named[name] = np.asarray(quantity.quantile(u[:, unknown.index(name)]))
            elif quantity.prior is None:
                named[name] = np.full(len(z), quantity.central)
        return named

    def filter(self, z: Array, measured: Measured) -> Filtered:
        """The structure's filter at points of the sampler's space."""
        return self.structure.filter(self.named(z, measured), measured)


@dataclass(frozen=True)
class Fitted:
    """The posterior of one structure.

    named   quantity -> rows, shape (row,), nuisance included
    end     state quantities in the last week, shape (row,)
    height  log likelihood of each row, shape (row,)
    """

    model: Model
    measured: Measured
    chains: Chains
    named: Named
    end: Named
    height: Array
    key: int

    def ahead(self, weeks: int) -> Array:
        """Weekly changes (or flows) of the weeks ahead, one future a row, shape (row, week)."""
        generator = np.random.Generator(np.random.Philox(key=[self.key, 1]))
        return self.model.structure.ahead(self.named, self.end, self.measured, weeks, generator)

    @cached_property
    def rhat(self) -> dict[str, float]:
        """Split R-hat of each unknown."""
        return dict(zip(self.model.unknown(self.measured), map(float, self.chains.rhat), strict=True))


def key_of(seed: int, *names: object) -> int:
    """A 64-bit key of a seed and names, the same on every machine."""
    text = "|".join(map(str, names)).encode()
    return (seed & 0xFFFFFFFF) << 32 | zlib.crc32(text)


def fit_structure(
    model: Model, measured: Measured, seed: int, label: str, rows: int = 400, effort: Effort = BACKTEST
) -> Fitted:
    """Sample the posterior of one structure on what was measured.

    label: names the random numbers together with the seed, the target and the structure.
    """
    key = key_of(seed, model.target.name, model.structure.name, label)
    unknown = model.unknown(measured)
    chains = sample_posterior(
        lambda z: model.filter(z, measured).height,
        len(unknown),
        key,
        effort.chains,
        effort.burn,
        effort.keep,
        effort.thin,
    )
    points = chains.rows(rows)
    named = model.named(points, measured)
    filtered = model.structure.filter(named, measured)
    generator = np.random.Generator(np.random.Philox(key=[key, 2]))
    end = model.structure.ending(named, filtered, generator)
    return Fitted(model, measured, chains, named, end, filtered.height, key)


def prior_points(values: Array, quantity: Quantity) -> Array:
    """Shares of the prior below some values, by its quantile function; for checks and diagnostics."""
    grid = ndtr(np.linspace(-6, 6, 4001))
    held = np.asarray(quantity.quantile(grid))
    return np.asarray(np.interp(values, held, grid))


__all__ = [
    "BACKTEST",
    "FEWEST_WEEKS",
    "SHIPPED",
    "Effort",
    "Fitted",
    "Model",
    "fit_structure",
    "key_of",
    "prior_points",
]
