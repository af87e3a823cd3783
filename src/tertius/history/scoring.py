"""`tertius history score`: the pool, its three members and simple rivals on one split of a panel."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from tertius.errors import OptionError
from tertius.history.features import raw_of
from tertius.history.measures import MEASURES, Ranking, Scorer, auc, resampled
from tertius.history.panel import Floats, Panel
from tertius.history.pool import WEIGHTS, fit_pool, pooled
from tertius.history.rivals import BASE, RIVALS, base_rate, rival

OURS = "tertius"  # the pool, as it is shipped
PAIR = "logit-trees"  # plain mean of the logit and the trees
LEVEL = 0.95
LAST_YEAR = 1989  # of the panel at hand; a longer one is scored to its end
Progress = Callable[[int, int], None]


@dataclass(frozen=True)
class Split:
    """Train on disputes before a year, test on those of `test_from` ... `test_to`."""

    train_before: int = 1950
    test_from: int = 1950
    test_to: int | None = None

    def panels(self, panel: Panel) -> tuple[Panel, Panel]:
        """The two parts. Raises OptionError: overlapping, or a part without disputes or joiners."""
        if self.train_before > self.test_from:
            given = f"{self.train_before}, after --test-from {self.test_from}"
            raise OptionError("--train-before", given, "a year up to --test-from", "a test must come after training")
        last = self.test_to
        if last is None:
            last = LAST_YEAR if self.test_from <= LAST_YEAR else int(panel.year.max())
        if last < self.test_from:
            fix = "give a later --test-to" if self.test_to is not None else "give a panel with later years"
            raise OptionError("--test-to", last, f"a year from --test-from {self.test_from} on", fix)
        return panel.years(-10_000, self.train_before - 1), panel.years(self.test_from, last)


@dataclass(frozen=True)
class Scored:
    """Measures of each model, their errors and intervals, and the pool minus each.

    values       model -> measure -> value
    errors       model -> measure -> standard error, over drawings of disputes
    intervals    model -> measure -> (low, high)
    differences  model -> measure -> (the pool's minus the model's, low, high)
    decades      first year, observed and expected joins of the pool, their ratio with interval
    widening     whether anyone joins a dispute: share observed and expected, AUC with interval, Brier score, the
                 pool's and that of the share in training
    """

    values: Mapping[str, Mapping[str, float]]
    errors: Mapping[str, Mapping[str, float]]
    intervals: Mapping[str, Mapping[str, tuple[float, float]]]
    differences: Mapping[str, Mapping[str, tuple[float, float, float]]]
    decades: tuple[Mapping[str, Any], ...]
    widening: Mapping[str, Any]
    split: Mapping[str, Any]
    notes: tuple[str, ...]


def score_panel(
    panel: Panel, split: Split, draws: int = 300, seed: int = 1, progress: Progress | None = None
) -> Scored:
    """Fit the pool and its rivals before a year and score them after it.

    Args:
        panel: any panel with the columns.
        split: years.
        draws: of disputes, for the intervals.
        seed: of these draws.
        progress: told (models done, models).

    Raises OptionError for a split that cannot be, fewer than ten draws, or without scikit-learn.
    """
    if draws < 10:
        raise OptionError("--draws", draws, "10 or more", "take 300")
    trained, after = split.panels(panel)
    base = base_rate(trained, after)
    gaps = ", ".join(f"{name} {count:,}" for name, count in panel.filled.items())
    notes = [f"gaps filled: {gaps}"] if gaps else []
    weights = resampled(len(after.ids), draws, seed)
    row_weights = np.ones(len(after.outcome))
    values: dict[str, dict[str, float]] = {}
    drawn: dict[str, Floats] = {}
    pool, raw = fit_pool(trained), raw_of(after)
    members = pool.members(raw)
    forecasts = {OURS: pooled(members), **members, PAIR: (members["logit"] + members["trees"]) / 2}
    forecasts |= {name: rival(name, trained, after) for name in RIVALS}
    for place, (name, sides) in enumerate(forecasts.items()):
        scorer = Scorer(after, sides, base)
        values[name] = scorer.measures(row_weights)
        drawn[name] = np.array([list(scorer.measures(each[after.dispute]).values()) for each in weights])
        if progress is not None:
            progress(place + 1, len(forecasts))
    own = np.array(list(values[OURS].values()))
    return Scored(
        values=values,
        errors={name: dict(zip(MEASURES, _error(found).tolist(), strict=True)) for name, found in drawn.items()},
        intervals={name: _by_measure(_span(found)) for name, found in drawn.items()},
        differences={
            name: {
                measure: (float(own[m] - values[name][measure]), *span)
                for m, (measure, span) in enumerate(_by_measure(_span(drawn[OURS] - drawn[name])).items())
            }
            for name in forecasts
            if name != OURS
        },
        decades=tuple(_decades(after, forecasts[OURS].sum(axis=0), weights)),
        widening=_widening(trained, after, pool.widening(raw, after.starts), weights),
        split={
            "train_before": split.train_before,
            "test_from": int(after.year.min()),
            "test_to": int(after.year.max()),
            "train": _counts(trained),
            "test": _counts(after),
            "base": BASE,
            "ours": OURS,
            "members": dict(WEIGHTS),
            "level": LEVEL,
            "draws": draws,
            "panel": panel.sha256,
        },
        notes=tuple(notes),
    )


def _counts(panel: Panel) -> dict[str, int]:
    return {"rows": len(panel.outcome), "joins": int(panel.joined.sum()), "disputes": len(panel.ids)}


def _span(found: Floats) -> Floats:
    """Central interval of each column, (2, columns); nan where a draw has no value."""
    tail = (1 - LEVEL) / 2
    return np.quantile(found, [tail, 1 - tail], axis=0)


def _error(found: Floats) -> Floats:
    """Standard deviation of each column, (columns,); nan where a draw has no value."""
    return np.asarray(found.std(axis=0), dtype=np.float64)


def _by_measure(spans: Floats) -> dict[str, tuple[float, float]]:
    return {name: (float(spans[0, m]), float(spans[1, m])) for m, name in enumerate(MEASURES)}


def _decades(panel: Panel, chance: Floats, weights: Floats) -> list[dict[str, Any]]:
    """Observed over expected joins of each decade, with its interval."""
    rows = []
    observed = np.add.reduceat(panel.joined.astype(np.float64), panel.starts)
    expected = np.add.reduceat(chance, panel.starts)
    decade = panel.year[panel.starts] // 10 * 10
    for first in np.unique(decade):
        own = decade == first
        ratios = (weights[:, own] @ observed[own]) / np.maximum(weights[:, own] @ expected[own], 1e-12)
        low, high = np.quantile(ratios, [(1 - LEVEL) / 2, (1 + LEVEL) / 2])
        rows.append(
            {
                "from": int(first),
                "observed": int(observed[own].sum()),
                "expected": float(expected[own].sum()),
                "ratio": float(observed[own].sum() / expected[own].sum()),
                "interval": [float(low), float(high)],
            }
        )
    return rows


def _widening(trained: Panel, after: Panel, chance: Floats, weights: Floats) -> dict[str, Any]:
    """Scores of whether anyone joins; chances of each dispute, (d,)."""
    happened = np.add.reduceat(after.joined, after.starts, dtype=np.int64) > 0
    before = float((np.add.reduceat(trained.joined, trained.starts, dtype=np.int64) > 0).mean())
    ranking = Ranking.of(chance)
    low, high = np.quantile([auc(ranking, happened, each) for each in weights], [(1 - LEVEL) / 2, (1 + LEVEL) / 2])
    return {
        "observed": float(happened.mean()),
        "expected": float(chance.mean()),
        "auc": auc(ranking, happened, np.ones(len(chance))),
        "auc_interval": [float(low), float(high)],
        "brier": float(((chance - happened) ** 2).mean()),
        "brier_of_the_share": float(((before - happened) ** 2).mean()),
    }


def scored_data(found: Scored) -> dict[str, Any]:
    """Everything as JSON data; a value that does not exist is null."""
    return {
        "split": dict(found.split),
        "models": {
            name: {
                **{measure: _or_null(value) for measure, value in measures.items()},
                "errors": {m: _or_null(x) for m, x in found.errors[name].items()},
                "intervals": {m: [_or_null(x) for x in span] for m, span in found.intervals[name].items()},
            }
            for name, measures in found.values.items()
        },
        "differences": {
            name: {
                m: {"difference": _or_null(d), "interval": [_or_null(low), _or_null(high)]}
                for m, (d, low, high) in rows.items()
            }
            for name, rows in found.differences.items()
        },
        "decades": [dict(row) for row in found.decades],
        "widening": dict(found.widening),
        "notes": list(found.notes),
    }


def _or_null(value: float) -> float | None:
    return float(value) if np.isfinite(value) else None
