"""Dissent between structures: what each rival law of a fit answers, on the futures that were drawn from it.

A future draws its quantities from one structure of each block of a fit, structures by weight. So the futures of one
structure are what the scenario would say if that structure alone were believed. Told of each outcome: where it stands
with the entry, what the entry changes, and how much of the whole variance lies between the structures (epsilon squared
over parameter rows: Kelley 1935, An unbiased correlation ratio measure, PNAS 21).
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import combinations

import numpy as np
from numpy.typing import NDArray
from scipy.special import ndtri

from tertius.impact.comparison import Comparison, effect
from tertius.impact.rows import classes_of

FEWEST_ROWS = 10  # parameter rows below which a structure's mean says nothing
LEVEL = 0.05  # of a false alarm in one row of the table, over all its pairs


@dataclass(frozen=True)
class Voice:
    """One structure's answer, in the outcome's unit.

    structure      name of the structure
    share          its share of the futures, in [0, 1]
    rows           parameter rows drawn from it
    stands         10, 50 and 90% quantile with the entry
    mean           mean with the entry
    error          Monte Carlo standard error of that mean
    changes        mean difference that the entry makes
    changes_error  its Monte Carlo standard error
    """

    structure: str
    share: float
    rows: int
    stands: tuple[float, float, float]
    mean: float
    error: float
    changes: float
    changes_error: float


@dataclass(frozen=True)
class Apart:
    """The two structures furthest apart.

    gap            how far they lie apart, in the outcome's unit
    error          its standard error
    beyond_chance  whether chance alone does not make a gap between any two
    """

    gap: float
    error: float
    beyond_chance: bool


@dataclass(frozen=True)
class Dissent:
    """What the structures of one block of a fit answer to one outcome after `week` weeks.

    observation  id of the observation that the block was fitted to
    outcome      id of the outcome
    week         weeks after the as-of date
    voices       what each structure answers
    unheard      structures of the block with fewer than ten rows, which say nothing
    between      share of the variance of parameter rows' means, with the entry, between structures, in [0, 1]
    stand        how far their means lie apart with the entry
    change       how far what the entry changes lies apart
    """

    observation: str
    outcome: str
    week: int
    voices: tuple[Voice, ...]
    unheard: tuple[str, ...]
    between: float
    stand: Apart
    change: Apart


def dissent(comparison: Comparison, outcomes: tuple[str, ...]) -> tuple[Dissent, ...]:
    """For each block of the fit that more than one structure speaks in, and each outcome, what they answer.

    Of the last week. Empty without a fit. Raises UnknownName for an unknown outcome.
    """
    base, posterior = comparison.base, comparison.base.layout.posterior
    rows = base.trajectories // base.replicates
    found = []
    for block in posterior.blocks if posterior is not None else ():
        if not any(base.layout.fitted(path) for path in block.columns):
            continue
        which = block.which(base.seed, rows)
        heard = [place for place in range(len(block.structures)) if _count(rows, which == place) >= FEWEST_ROWS]
        if len(heard) < 2:
            continue
        unheard = tuple(one.name for place, one in enumerate(block.structures) if place not in heard)
        for name in outcomes:
            stands = base.of(name)[:, base.weeks]
            changes = stands - comparison.other.of(name)[:, base.weeks]
            voices = tuple(
                _voice(block.structures[place].name, which == place, rows, stands, changes) for place in heard
            )
            found.append(
                Dissent(
                    block.observation,
                    name,
                    base.weeks,
                    voices,
                    unheard,
                    _between(stands, rows, which),
                    apart([(one.mean, one.error) for one in voices]),
                    apart([(one.changes, one.changes_error) for one in voices]),
                )
            )
    return tuple(found)


def _count(rows: NDArray[np.int64], mine: NDArray[np.bool_]) -> int:
    return len(np.unique(rows[mine]))


def _voice(
    name: str,
    mine: NDArray[np.bool_],
    rows: NDArray[np.int64],
    stands: NDArray[np.float64],
    changes: NDArray[np.float64],
) -> Voice:
    mean, error, _ = effect(stands[mine], rows[mine])
    change, change_error, _ = effect(changes[mine], rows[mine])
    low, middle, high = (float(x) for x in np.quantile(stands[mine], (0.1, 0.5, 0.9)))
    return Voice(name, float(mine.mean()), _count(rows, mine), (low, middle, high), mean, error, change, change_error)


def _between(values: NDArray[np.float64], rows: NDArray[np.int64], which: NDArray[np.int64]) -> float:
    """Epsilon squared of the rows' means by structure."""
    _, first, group = np.unique(rows, return_index=True, return_inverse=True)
    means = np.bincount(group, values) / np.bincount(group)
    return correlation_ratio(means, which[first])


def correlation_ratio(values: NDArray[np.float64], groups: NDArray[np.int64]) -> float:
    """Share of the variance of values, shape (row,), between groups, freed of chance's part (epsilon squared).

    groups: number of each row's group, from 0 on, shape (row,).
    """
    group, counts = classes_of(groups)
    total = float(((values - values.mean()) ** 2).sum())
    left = len(values) - len(counts)
    if total <= 0.0 or left < 1:
        return 0.0
    within = float(((values - (np.bincount(group, values) / counts)[group]) ** 2).sum())
    return max(0.0, 1.0 - (within / left) / (total / (len(values) - 1)))


def apart(means: list[tuple[float, float]]) -> Apart:
    """The two furthest apart of some (mean, standard error), and whether chance alone makes a gap between any two."""
    pairs = list(combinations(means, 2))
    limit = -float(ndtri(LEVEL / (2 * len(pairs))))
    gaps = [(abs(one - two), float(np.hypot(e, f))) for (one, e), (two, f) in pairs]
    gap, error = max(gaps)
    return Apart(gap, error, any(size > limit * wide for size, wide in gaps))
