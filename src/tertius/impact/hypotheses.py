"""Competing hypotheses: what the entry changes under each of the scenario's variants, and weighed together.

A variant sets some quantities in both worlds. Every one is run on the same futures, so that they differ by what is set
alone. Weights are drawn from the scenario's priors and made to sum to one; the mixture is the weighted mean of the
differences, with the 80% range that the weights leave it.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from tertius.engine import Layout, Options, run_arms
from tertius.impact.comparison import Comparison, Difference, effect

if TYPE_CHECKING:
    from tertius.engine import Progress

FUTURES = 800
DRAWS = 2000


@dataclass(frozen=True)
class Variant:
    """One hypothesis: its weight among all, in [0, 1], and the difference of each headline outcome at the last week."""

    name: str
    weight: float
    found: tuple[Difference, ...]


@dataclass(frozen=True)
class Hypotheses:
    """All variants, and for each headline outcome the weighted mean, its 80% range over the weights, and its error.

    mixed_range leaves chance out; mixed_error is the Monte Carlo standard error of `mixed`, in the outcome's unit.
    """

    variants: tuple[Variant, ...]
    week: int
    futures: int
    mixed: tuple[float, ...]
    mixed_range: tuple[tuple[float, float], ...]
    mixed_error: tuple[float, ...]

    @property
    def outcomes(self) -> tuple[str, ...]:
        """Names of the outcomes, in the order of every variant's `found`."""
        return tuple(found.outcome for found in self.variants[0].found)


def hypotheses(comparison: Comparison, options: Options, progress: Progress | None = None) -> Hypotheses | None:
    """Compare the two worlds of a comparison anew under each variant; None where the scenario has none.

    Raises UnknownName for a variant that sets what is not there, LayoutError where its values do not fit.
    """
    layout, other = comparison.base.layout, comparison.other.layout
    scenario = layout.scenario
    if not scenario.variants:
        return None
    few = replace(options, futures=min(options.futures, FUTURES), everything=False)
    outcomes = [name for name, told in scenario.outcomes.items() if told.headline] or list(scenario.outcomes)
    weights = weights_of(layout, options.seed)
    made = []
    mixture = np.zeros((few.futures, len(outcomes)))
    for count, (name, told) in enumerate(scenario.variants.items()):
        set_here = dict(told.set)
        own = {path: value for path, value in other.overrides.items() if path not in layout.overrides}
        arms = [
            Layout.of(scenario, {**layout.overrides, **set_here}),
            Layout.of(scenario, {**layout.overrides, **set_here, **own}),
        ]
        with_it, without = run_arms(arms, few)
        pair = Comparison(with_it, without, (name,), (few.weeks,))
        found = tuple(pair.at(outcome, few.weeks) for outcome in outcomes)
        weight = float(weights[count].mean())
        made.append(Variant(name, weight, found))
        mixture += weight * np.stack([pair.base.of(o)[:, -1] - pair.other.of(o)[:, -1] for o in outcomes], axis=1)
        if progress is not None:
            progress(count + 1, len(scenario.variants))
    means = np.array([[each.mean for each in one.found] for one in made])  # (variant, outcome)
    mixtures = weights.T @ means  # (draw, outcome)
    low, high = np.quantile(mixtures, (0.1, 0.9), axis=0)
    rows = with_it.trajectories // with_it.replicates
    return Hypotheses(
        variants=tuple(made),
        week=few.weeks,
        futures=few.futures,
        mixed=tuple(float(value) for value in mixtures.mean(axis=0)),
        mixed_range=tuple((float(a), float(b)) for a, b in zip(low, high, strict=True)),
        mixed_error=tuple(effect(column, rows)[1] for column in mixture.T),
    )


def weights_of(layout: Layout, seed: int) -> NDArray[np.float64]:
    """Weights of the variants, drawn and made to sum to one: shape (variant, DRAWS)."""
    variants = layout.scenario.variants.values()
    levels = np.random.default_rng(seed).uniform(size=(len(variants), DRAWS))
    drawn = np.stack([told.weight.quantile(row) for told, row in zip(variants, levels, strict=True)])
    total: NDArray[np.float64] = drawn / drawn.sum(axis=0)
    return total
