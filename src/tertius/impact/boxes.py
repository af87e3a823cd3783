"""Boxes: a few limits on what is not known, and on early steps, under which an outcome mostly comes (PRIM).

From the box of all futures a twentieth is peeled off again and again, from the end of the one dimension for which the
share of futures with the outcome (density) gains most per future given up, down to a twentieth of all. Limits that
chance could have set are then dropped. Along this path coverage (share of the outcome's futures that lie inside)
falls as density rises; the box told is the one where the harmonic mean of both is largest. Boxes are found on half of
the draws of the quantities, and coverage and density measured on the other half.

    quasi-p   chance that a box without the limit, drawn at random to the same size, holds as many of the outcome's
              futures: binomial, one-sided; a limit above 0.05 is dropped

Source:   Friedman and Fisher, Bump hunting in high-dimensional data (1999); Bryant and Lempert, Thinking inside the
          box (2010), for coverage, density and quasi-p. The rule of gain by loss is that of ema-workbench
          ('lenient1').
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.special import bdtrc

Floats = NDArray[np.float64]
Truths = NDArray[np.bool_]
PEEL = 0.05
LEAST_MASS = 0.05
SURE = 0.05  # quasi-p above which a limit is dropped
MOST_LIMITS = 4


@dataclass(frozen=True)
class Limits:
    """A box while it is sought: lower and upper limits, shape (dimension,), infinite where there is none."""

    low: Floats
    high: Floats

    def holds(self, values: Floats) -> Truths:
        """Which futures lie inside, shape (future,); values of shape (future, dimension)."""
        return np.asarray(((values >= self.low) & (values <= self.high)).all(axis=1))

    def limited(self) -> list[int]:
        """Places of the dimensions with a limit."""
        return [int(place) for place in np.flatnonzero(np.isfinite(self.low) | np.isfinite(self.high))]

    def without(self, place: int) -> Limits:
        """The same without the limits of one dimension."""
        low, high = self.low.copy(), self.high.copy()
        low[place], high[place] = -np.inf, np.inf
        return Limits(low, high)


@dataclass(frozen=True)
class Trade:
    """A box in numbers.

    coverage  share of the futures with the outcome that lie inside
    density   share of the futures inside that have the outcome
    mass      share of all futures that lie inside
    error     standard error of the density; futures that share a draw count as one
    """

    coverage: float
    density: float
    mass: float
    error: float


def peeled(values: Floats, event: Truths, peel: float = PEEL, least: float = LEAST_MASS) -> list[Limits]:
    """The path of boxes from that of all futures to the smallest one.

    values: shape (future, dimension); event: shape (future,). Raises ValueError for shapes that do not fit.
    """
    if values.ndim != 2 or event.shape != (len(values),):
        raise ValueError(f"values {values.shape} and event {event.shape}; wanted (future, dimension) and (future,)")
    dimensions = values.shape[1]
    box = Limits(np.full(dimensions, -np.inf), np.full(dimensions, np.inf))
    path = [box]
    inside = np.arange(len(values))
    while (found := _peel(values[inside], event[inside], peel, least * len(values))) is not None:
        place, is_upper, limit, kept = found
        low, high = box.low.copy(), box.high.copy()
        (high if is_upper else low)[place] = limit
        box = Limits(low, high)
        path.append(box)
        inside = inside[kept]
    return path


def _peel(values: Floats, event: Truths, peel: float, least: float) -> tuple[int, bool, float, Truths] | None:
    """The cut with most gain of density per future given up; None where none leaves enough futures or gains any."""
    best: tuple[float, int, bool, float, Truths] | None = None
    before = event.mean()
    for place in range(values.shape[1]):
        column = values[:, place]
        for is_upper in (True, False):
            limit = quantile(column, 1 - peel if is_upper else peel)
            kept = column <= limit if is_upper else column >= limit
            count = int(kept.sum())
            if count >= len(column) or count < least or count == 0:
                continue
            gain = float(event[kept].mean() - before) / (len(column) - count)
            if best is None or gain > best[0]:
                best = (gain, place, is_upper, limit, kept)
    return None if best is None or best[0] <= 0.0 else best[1:]


def quantile(values: Floats, level: float) -> float:
    """A limit at which something is always cut off: halfway between two values that differ, next to the quantile."""
    ordered = np.sort(values)
    exact = (len(ordered) - 1) * level
    low, high = math.floor(exact), math.ceil(exact)
    if level > 0.5:
        while ordered[low] == ordered[high] and low > 0:
            low -= 1
    else:
        while ordered[low] == ordered[high] and high < len(ordered) - 1:
            high += 1
    return float((ordered[low] + ordered[high]) / 2)


def quasi_p(box: Limits, place: int, values: Floats, event: Truths) -> float:
    """Chance that the limits of one dimension do nothing; see the module's head."""
    inside, wider = box.holds(values), box.without(place).holds(values)
    hits, count, share = int(event[inside].sum()), int(inside.sum()), float(event[wider].mean())
    return float(bdtrc(hits - 1, count, share)) if hits > 0 else 1.0


def pruned(box: Limits, values: Floats, event: Truths, most: int = MOST_LIMITS) -> Limits:
    """The box without limits that chance could have set, the least telling first; at most `most` dimensions."""
    while limited := box.limited():
        told = {place: quasi_p(box, place, values, event) for place in limited}
        worst = max(limited, key=lambda place: told[place])
        if told[worst] <= SURE and len(limited) <= most:
            break
        # Of limits that are all beyond chance, the one goes whose loss leaves the density highest.
        if told[worst] <= SURE:
            worst = max(limited, key=lambda place: float(event[box.without(place).holds(values)].mean()))
        box = box.without(worst)
    return box


def best_box(values: Floats, event: Truths) -> Limits | None:
    """The box of the path, its chance limits dropped, with the largest harmonic mean of coverage and density.

    None where no limit is beyond chance.
    """
    sure = [pruned(box, values, event) for box in peeled(values, event)[1:]]
    found = _of_most_merit([box for box in sure if box.limited()], values, event)
    # A box that holds everything has the merit of the plain share: only better ones say anything.
    share = float(event.mean())
    return None if found is None or found[0] <= 2 * share / (1 + share) else found[1]


def nearest_box(values: Floats, event: Truths) -> Limits | None:
    """The densest box of the path with at most MOST_LIMITS dimensions, beyond chance or not; None without a path."""
    path = [box for box in peeled(values, event)[1:] if len(box.limited()) <= MOST_LIMITS]
    return path[-1] if path else None


def _of_most_merit(boxes: Sequence[Limits], values: Floats, event: Truths) -> tuple[float, Limits] | None:
    """The box with the largest harmonic mean of coverage and density, and that; the first of equal ones."""
    found: tuple[float, Limits] | None = None
    for box in boxes:
        told = trade(box, values, event, np.arange(len(event)))
        merit = 2 * told.coverage * told.density / max(told.coverage + told.density, 1e-12)
        if found is None or merit > found[0] + 1e-12:
            found = merit, box
    return found


def trade(box: Limits, values: Floats, event: Truths, draws: NDArray[np.int64]) -> Trade:
    """Coverage, density and mass of a box. draws: number of each future's draw, shape (future,)."""
    inside = box.holds(values)
    count = int(inside.sum())
    density = float(event[inside].mean()) if count else 0.0
    _, group = np.unique(draws, return_inverse=True)
    pull = np.where(inside, event - density, 0.0) / max(1, count)
    error = float(np.sqrt((np.bincount(group, pull) ** 2).sum()))
    hits = int(event.sum())
    return Trade(float(event[inside].sum()) / hits if hits else 0.0, density, float(inside.mean()), error)


def strongest(values: Floats, event: Truths, most: int) -> Sequence[int]:
    """Places of the dimensions whose ranks go along with the outcome most, at most so many, the strongest first."""
    from tertius.impact.screening import ranks

    ordered = ranks(values)
    spread = ordered.std(axis=0)
    pulls = ((ordered - ordered.mean(axis=0)) * (event - event.mean())[:, None]).mean(axis=0)
    strength = np.abs(pulls) / np.where(spread > 0, spread, np.inf)
    order = np.argsort(-strength, kind="stable")
    return [int(place) for place in order[:most] if strength[place] > 0]
