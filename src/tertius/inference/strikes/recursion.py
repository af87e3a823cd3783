"""A level that moves from week to week and is seen through counts: learnt exactly, on a grid, in one pass.

    x_t = m + phi (x_t-1 - m) + g + sigma eps_t,   eps_t ~ N(0, 1)                                  (1)
    y_t ~ p(y_t | x_t, r)                                                                           (2)

    symbol  in code       meaning                                   unit
    x       level         log of weekly launches, or log odds       1
    m       mean          what the level returns to                 1
    phi     persistence   share of the distance kept in a week      1, 1 in a structure without it
    g       growth        drift                                     1/week, 0 in a structure without it
    sigma   shock         what a week brings                        1
    r       spread        of the counts about their level           1, its meaning is the evidence's

Unknowns lie on a product of points, equally spaced in the normal scores of their priors; for each point the level's
density lies on a grid of cells. Both are carried forward by Bayes' rule, so one pass gives the posterior of every week.
Draws are spread evenly within their cells.

Limits:   sigma -> 0, phi = 1, g = 0: the level is a constant, and its posterior that of independent counts.
Source:   Kitagawa (1987), JASA 82, filters on a grid.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from math import log

import numpy as np
from numpy.typing import NDArray
from scipy.special import expit, ndtr

Array = NDArray[np.float64]
REACH = 2.0
"""Normal scores between which the points of a prior lie."""
SCALES = ("plain", "log", "odds")
Evidence = Callable[[Array, Array], Array]
"""(levels (cell,), spreads (point,)) -> likelihood of one week's counts, shape (point, cell)."""


@dataclass(frozen=True)
class Unknown:
    """A prior: normal with `middle` and `width` on its scale; `middle` is given in the unknown's own unit."""

    name: str
    middle: float
    width: float
    scale: str
    points: int
    why: str

    def at(self, score: Array) -> Array:
        """Values at normal scores, any shape."""
        if self.scale == "log":
            return np.asarray(self.middle * np.exp(self.width * score))
        if self.scale == "odds":
            return np.asarray(expit(log(self.middle / (1 - self.middle)) + self.width * score))
        return np.asarray(self.middle + self.width * score)

    @property
    def scores(self) -> Array:
        """Normal scores of the points, shape (point,)."""
        return np.linspace(-REACH, REACH, self.points)


@dataclass(frozen=True)
class Structure:
    """One form of the process: which unknowns move the level, which spreads the counts, on which cells."""

    name: str
    moving: tuple[Unknown, ...]
    spread: Unknown
    cells: tuple[float, float, int]
    """Lowest and highest level, count of cells."""
    start: tuple[float, float]
    """Mean and standard deviation of the level before the first week."""

    @property
    def unknowns(self) -> tuple[Unknown, ...]:
        """All of them, that of the counts last."""
        return (*self.moving, self.spread)


@dataclass(frozen=True)
class Draws:
    """Rows of the posterior of one week: unknowns and the level at its end, each of shape (row,)."""

    named: dict[str, Array]
    level: Array

    def ahead(self, weeks: int, generator: np.random.Generator) -> Array:
        """Levels of the weeks ahead by (1), shape (row, week)."""
        phi, growth = self.named.get("persistence", np.ones(1)), self.named.get("growth", np.zeros(1))
        mean, shock = self.named.get("mean", np.zeros(1)), self.named["shock"]
        level, found = self.level, np.empty((len(self.level), weeks))
        for week in range(weeks):
            level = mean + phi * (level - mean) + growth + shock * generator.standard_normal(len(level))
            found[:, week] = level
        return found


class Belief:
    """The posterior after the weeks so far. heights: log of each point's weight, shape (moving point, spread point)."""

    def __init__(self, structure: Structure) -> None:
        low, high, count = structure.cells
        self.structure = structure
        self.levels = np.linspace(low, high, count)
        self.width = self.levels[1] - self.levels[0]
        scores = np.meshgrid(*(each.scores for each in structure.moving), indexing="ij")
        self.scores = [score.ravel() for score in scores]
        self.spreads = structure.spread.at(structure.spread.scores)
        prior = -0.5 * np.sum([score**2 for score in self.scores], axis=0)
        self.heights = prior[:, None] - 0.5 * structure.spread.scores[None, :] ** 2
        mean, deviation = structure.start
        begin = np.exp(-0.5 * ((self.levels - mean) / deviation) ** 2)
        # in single precision: half the time, and 1e-7 of a chance is less than the grid's own error
        self.density = np.broadcast_to(begin / begin.sum(), (*self.heights.shape, count)).astype(np.float32)
        self.moves = self._moves().astype(np.float32)

    def _moves(self) -> Array:
        """Chance of each cell after each, shape (moving point, cell, cell); the last cells take what lies beyond."""
        named = {each.name: each.at(score) for each, score in zip(self.structure.moving, self.scores, strict=True)}
        zero, one = np.zeros(len(self.heights)), np.ones(len(self.heights))
        mean, phi = named.get("mean", zero)[:, None], named.get("persistence", one)[:, None]
        expected = mean + phi * (self.levels - mean) + named.get("growth", zero)[:, None]
        edges = np.concatenate([[-np.inf], (self.levels[1:] + self.levels[:-1]) / 2, [np.inf]])
        below = ndtr((edges - expected[..., None]) / named["shock"][:, None, None])
        return np.asarray(np.diff(below, axis=-1))

    def pass_week(self, likelihood: Array | None) -> None:
        """Move the level by a week; then weigh it by the week's counts, shape (spread point, cell), where known."""
        self.density = self.density @ self.moves
        if likelihood is None:
            return
        best = likelihood.max()
        self.density *= (likelihood / best).astype(np.float32)
        total = np.maximum(self.density.sum(axis=-1, dtype=np.float64), 1e-30)
        self.density /= total[..., None].astype(np.float32)
        self.heights = self.heights + np.log(total) + np.log(best)

    @property
    def weights(self) -> Array:
        """Posterior chance of each point, shape (moving point, spread point)."""
        raw = np.exp(self.heights - self.heights.max())
        return np.asarray(raw / raw.sum())

    def draw(self, rows: int, generator: np.random.Generator) -> Draws:
        """Rows of the posterior: systematic draws of the points, even within cells."""
        weights = self.weights
        edges = np.cumsum(weights.ravel())
        at = np.searchsorted(edges, (np.arange(rows) + generator.random()) / rows * edges[-1], side="right")
        moving, spread = np.unravel_index(generator.permutation(np.minimum(at, edges.size - 1)), weights.shape)
        named = {}
        for each, points in zip(self.structure.unknowns, (*self.scores, self.structure.spread.scores), strict=True):
            chosen = spread if each is self.structure.spread else moving
            cell = 2 * REACH / (each.points - 1)
            named[each.name] = each.at(points[chosen] + cell * (generator.random(rows) - 0.5))
        held = np.cumsum(self.density[moving, spread], axis=-1, dtype=np.float64)
        place = (held < generator.random(rows)[:, None] * held[:, -1:]).sum(axis=-1)
        level = self.levels[np.minimum(place, len(self.levels) - 1)] + self.width * (generator.random(rows) - 0.5)
        return Draws(named, level)


def learn(structure: Structure, weeks: Sequence[Evidence | None]) -> Iterator[Belief]:
    """Yield the belief after each week (the same object, moved on); None: nothing is known of a week."""
    belief = Belief(structure)
    for evidence in weeks:
        belief.pass_week(None if evidence is None else evidence(belief.levels, belief.spreads))
        yield belief
