"""Enough futures that count: a larger run, on parameters that the claims make likely, where weights leave too few.

The first run is the ordinary one. Where its effective sample size is below LEAST_SHARE of the futures asked for, more
are run, up to MOST_TIMES as many. Claims that measure parameters need no run to be weighed: of a pool of parameter rows
those are run that are drawn, evenly spaced over the running sum, with chances

    q = PLAIN + (1 - PLAIN) v / mean(v)                                                   (1)

v being the likelihood of those claims in the row. A future then weighs 1 / q before any claim, so that nothing is
counted twice; PLAIN bounds that at 1 / PLAIN. All of it follows from the seed.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from math import ceil
from typing import Final, TypeAlias

import numpy as np
from numpy.typing import NDArray

from tertius.engine import Ensemble, Layout, Options
from tertius.engine.arm import EVERYTHING_BYTES
from tertius.engine.parameters import draw_columns
from tertius.evidence.claims.bearings import Value, Weighable
from tertius.inference.conditioning import Floats, Weighed, effective, likelihood, truth_of_value, weigh

LEAST_SHARE: Final = 0.1
"""Effective futures, as a share of those asked for, below which more are run."""
MOST_TIMES: Final = 8
"""Times as many futures as were asked for, at most."""
PLAIN: Final = 0.2
POOL_TIMES, MOST_POOL = 64, 400_000
"""Rows of the pool for each row to be run, and at most."""
Rows: TypeAlias = NDArray[np.int64]
Run: TypeAlias = Callable[[Options, Rows | None], Sequence[Ensemble]]


@dataclass(frozen=True)
class Attempt:
    """A run that was weighed: futures, and the effective number of them."""

    futures: int
    size: float


def run_until_enough(
    run: Run, layout: Layout, options: Options, claims: Sequence[Weighable]
) -> tuple[Sequence[Ensemble], Weighed, tuple[Attempt, ...]]:
    """Run, weigh the first ensemble, and run more futures until enough of them count or as many were run as may be.

    Args:
        run: runs ensembles on the same futures, of the rows given or of the first ones.
        layout: that of the first of them.
        options: what was asked for.
        claims: the claims as they stand to the scenario.
    """
    found = run(options, None)
    weighed = weigh(found[0], claims)
    attempts = [Attempt(len(weighed.rows), weighed.size)]
    enough = LEAST_SHARE * options.futures
    most = min(MOST_TIMES * options.futures, _most_kept(found[0]))
    share = _share_of_acts(weighed)
    futures = options.futures
    while weighed.size < enough and futures < most and found[0].complete:
        futures = min(most, ceil(max(2.0 * options.futures, 1.3 * enough / share)))
        rows, times = likely_rows(layout, options, claims, ceil(futures / options.replicates))
        found = run(replace(options, futures=futures), rows)
        base = np.repeat(times, options.replicates)[np.searchsorted(_numbers(rows, options), found[0].trajectories)]
        weighed = weigh(found[0], claims, base / base.mean())
        attempts.append(Attempt(len(weighed.rows), weighed.size))
        share = min(weighed.size / futures, share / 2.0)
    return found, weighed, tuple(attempts)


def _numbers(rows: Rows, options: Options) -> Rows:
    return np.asarray((rows[:, None] * options.replicates + np.arange(options.replicates)).ravel())


def _share_of_acts(weighed: Weighed) -> float:
    """Effective share of the futures by the claims that are not of parameters, which can be had before a run."""
    acts = [
        place for place, claim in enumerate(weighed.counting) if not isinstance(weighed.claims[claim].observed, Value)
    ]
    return effective(weighed.factors[acts].prod(axis=0)) / len(weighed.rows)


def likely_rows(layout: Layout, options: Options, claims: Sequence[Weighable], count: int) -> tuple[Rows, Floats]:
    """About `count` of a pool of parameter rows, rising, and each one's weight before any claim (up to a factor).

    Rows drawn more than once are run once, with as much more weight. Without claims on parameters: the first rows.
    """
    observed = [(one, one.observed) for one in claims if one.counts and isinstance(one.observed, Value)]
    if not observed:
        return np.arange(count), np.ones(count)
    pool = np.arange(max(count, min(POOL_TIMES * count, MOST_POOL)))
    paths = {path for _, what in observed if isinstance(what, Value) for path in (what.path, what.per) if path}
    drawn = draw_columns(layout, options.seed, pool, paths)
    likely = np.ones(len(pool))
    for one, what in observed:
        assert isinstance(what, Value)  # those alone were kept
        likely *= likelihood(one, truth_of_value(layout, drawn, len(pool), what))
    chance = PLAIN + (1.0 - PLAIN) * likely / likely.mean()
    rows, times = np.unique(drawn_by(chance, count), return_counts=True)
    return rows, times / chance[rows]


def _most_kept(ensemble: Ensemble) -> int:
    """Futures of which every state variable would be kept, whatever is."""
    steps, outputs = ensemble.weeks + 1, len(ensemble.layout.outputs())
    return max(len(ensemble.trajectories), EVERYTHING_BYTES // (4 * steps * max(1, outputs)))


def drawn_by(weights: Floats, count: int) -> NDArray[np.int64]:
    """Places of `count` futures drawn in proportion to their weights, evenly spaced over their running sum.

    Equal weights draw every future once, in order, where `count` is their number.
    """
    total = np.cumsum(weights)
    marks = (np.arange(count) + 0.5) / count * total[-1]
    return np.asarray(np.minimum(np.searchsorted(total, marks, side="right"), len(weights) - 1), dtype=np.int64)


def resampled(ensemble: Ensemble, places: NDArray[np.int64]) -> Ensemble:
    """The futures at the places given, some more than once, as an ensemble of its own."""
    return replace(
        ensemble,
        asked=len(places) if ensemble.complete else max(len(places) + 1, ensemble.asked),
        trajectories=ensemble.trajectories[places],
        samples=ensemble.samples[places],
        everything=ensemble.everything[places],
        chosen=True,
        further=None,
        told=None,
    )
