"""Competing hypotheses: what the entry changes under each of the scenario's variants, and weighed together.

A variant sets some quantities in both worlds. Every one is run on the same futures, so that they differ by what is set
alone. Weights are drawn from the scenario's priors and made to sum to one; the mixture is the weighted mean of the
differences; its 80% range is over which of them holds and what is not known under each.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from tertius.engine import Layout, Options, Progress, run_arms
from tertius.engine.layout import Overrides
from tertius.errors import KernelError
from tertius.impact.comparison import Comparison, Difference, effect, expected_by_row, widened
from tertius.impact.dissent import apart

FUTURES = 800
DRAWS = 2000


@dataclass(frozen=True)
class Variant:
    """One hypothesis.

    name      id of the variant
    weight    its weight among all, in [0, 1]
    found     the difference of each headline outcome at the last week
    unfitted  paths that it sets by hand and that a fit had learnt
    """

    name: str
    weight: float
    found: tuple[Difference, ...]
    unfitted: tuple[str, ...] = ()


@dataclass(frozen=True)
class Furthest:
    """The variants under which the mean difference of an outcome is lowest and highest.

    outcome        id of the outcome
    lowest         id of the variant under which it is lowest
    highest        id of the variant under which it is highest
    same           whether it is the same under all
    beyond_chance  whether chance alone does not make a gap between any two variants
    """

    outcome: str
    lowest: str
    highest: str
    same: bool
    beyond_chance: bool


@dataclass(frozen=True)
class Hypotheses:
    """All variants, and for each headline outcome the weighted mean, its 80% range, and its Monte Carlo error.

    variants     each hypothesis
    plain        the difference as the scenario stands, on the same futures
    week         weeks after the as-of date
    futures      futures that were run
    asked        futures of the comparison
    mixed        weighted mean of the difference, in the outcome's unit
    mixed_range  80% range of the expected effect, over which hypothesis holds and what is not known under it, widened
                 by the error of `mixed` in quadrature
    mixed_error  Monte Carlo standard error of `mixed`; None with a single row of parameters
    furthest     for each outcome the two variants furthest apart
    """

    variants: tuple[Variant, ...]
    plain: tuple[Difference, ...]
    week: int
    futures: int
    asked: int
    mixed: tuple[float, ...]
    mixed_range: tuple[tuple[float, float], ...]
    mixed_error: tuple[float | None, ...]
    furthest: tuple[Furthest, ...]

    @property
    def outcomes(self) -> tuple[str, ...]:
        """Names of the outcomes, in the order of every variant's `found`."""
        return tuple(found.outcome for found in self.variants[0].found)


def hypotheses(comparison: Comparison, options: Options, progress: Progress | None = None) -> Hypotheses | None:
    """Compare the two worlds of a comparison anew under each variant; None where the scenario has none.

    Raises LayoutError where what a variant sets does not fit, KernelError, with its name, where a law fails under it.
    """
    layout, other = comparison.base.layout, comparison.other.layout
    scenario = layout.scenario
    if not scenario.variants:
        return None
    few = replace(options, futures=min(options.futures, FUTURES), outputs=())
    outcomes = scenario.headlines
    weights = weights_of(layout, options.seed)
    made = []
    mixture = np.zeros((few.futures, len(outcomes)))
    expected = []
    own = {path: value for path, value in other.overrides.items() if path not in layout.overrides}

    def pair(name: str, set_here: Overrides) -> Comparison:
        held = {**layout.overrides, **set_here}
        layouts = [Layout.of(scenario, held), Layout.of(scenario, {**held, **own})]
        try:
            with_it, without = run_arms(layouts, few)
        except KernelError as error:
            raise KernelError(f"variants.{name}: {error}") from error
        return Comparison(with_it, without, comparison.question, (few.weeks,))

    stands = _seen(comparison, few) if {**layout.overrides, **own} == other.overrides else None
    stands = stands or pair("as the scenario stands", {})
    for count, (name, told) in enumerate(scenario.variants.items()):
        made_here = pair(name, dict(told.set))
        found = tuple(made_here.at(outcome, few.weeks) for outcome in outcomes)
        weight = float(weights[count].mean())
        made.append(Variant(name, weight, found, tuple(path for path in told.set if layout.fitted(path))))
        ends = [made_here.base.of(outcome)[:, -1] - made_here.other.of(outcome)[:, -1] for outcome in outcomes]
        mixture += weight * np.stack(ends, axis=1)
        drawn = made_here.base.trajectories // made_here.base.replicates
        expected.append(np.stack([expected_by_row(end, drawn) for end in ends], axis=1))
        if progress is not None:
            progress(count + 1, len(scenario.variants))
    means = np.array([[each.mean for each in one.found] for one in made])  # (variant, outcome)
    rows = stands.base.trajectories // stands.base.replicates
    errors = [effect(column, rows)[1] for column in mixture.T]
    mixtures = weights.T @ means  # (draw, outcome)
    each = np.concatenate(expected)  # (variant x row, outcome)
    heavy = np.repeat(weights.mean(axis=1), [len(rows_of) for rows_of in expected])
    spans = [
        _interval(column, heavy / heavy.sum(), float(mean), error)
        for column, mean, error in zip(each.T, mixtures.mean(axis=0), errors, strict=True)
    ]
    return Hypotheses(
        variants=tuple(made),
        plain=tuple(stands.at(outcome, few.weeks) for outcome in outcomes),
        week=few.weeks,
        futures=few.futures,
        asked=options.futures,
        mixed=tuple(float(value) for value in mixtures.mean(axis=0)),
        mixed_range=tuple(spans),
        mixed_error=tuple(None if np.isnan(error) else error for error in errors),
        furthest=tuple(_furthest(made, place, outcome) for place, outcome in enumerate(outcomes)),
    )


def _seen(comparison: Comparison, options: Options) -> Comparison | None:
    """The first futures of a comparison, where they are those that the options ask for: they need no second run."""
    base, asked = comparison.base, (options.seed, options.weeks, options.replicates)
    if (base.seed, base.weeks, base.replicates) != asked:
        return None
    one, two = base.first(options.futures), comparison.other.first(options.futures)
    if one is None or two is None:
        return None
    return Comparison(one, two, comparison.question, (options.weeks,))


def _furthest(variants: list[Variant], place: int, outcome: str) -> Furthest:
    """Of the outcome at that place."""
    ordered = sorted(variants, key=lambda one: one.found[place].mean)
    means = [(one.found[place].mean, one.found[place].error) for one in ordered]
    known = [(mean, error) for mean, error in means if error is not None]
    return Furthest(
        outcome=outcome,
        lowest=ordered[0].name,
        highest=ordered[-1].name,
        same=means[0][0] == means[-1][0],
        beyond_chance=len(known) == len(means) > 1 and apart(known).beyond_chance,
    )


def _interval(
    values: NDArray[np.float64], weights: NDArray[np.float64], mean: float, error: float
) -> tuple[float, float]:
    """80% interval of a weighted sample, widened by the error of its mean."""
    order = np.argsort(values)
    shares = np.cumsum(weights[order])
    places = np.minimum(np.searchsorted(shares, (0.1, 0.9)), len(values) - 1)
    low, high = (float(value) for value in values[order[places]])
    return widened(low, high, mean, error)


def weights_of(layout: Layout, seed: int) -> NDArray[np.float64]:
    """Weights of the variants, drawn and made to sum to one: shape (variant, DRAWS)."""
    variants = layout.scenario.variants.values()
    levels = np.random.default_rng(seed).uniform(size=(len(variants), DRAWS))
    drawn = np.stack([told.weight.quantile(row) for told, row in zip(variants, levels, strict=True)])
    total: NDArray[np.float64] = drawn / drawn.sum(axis=0)
    return total
