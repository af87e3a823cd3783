"""A backtest of series in the ledger: at each origin and horizon one question, sealed as what it is.

The question is how far the series moves (a level) or what it sums to (a flow) over the weeks after the origin. Its
thresholds are the quartiles of what weeks drawn from the last 52 known at the origin come to: that baseline is the base
rate, the same from the last 13 weeks is *as last time*. So each origin is asked by the same rule, from what it knew.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from importlib.metadata import version
from typing import Any

import numpy as np
from numpy.typing import NDArray

from tertius.calendar import DAYS
from tertius.forecasts.backtest import OURS, Backtest, Track
from tertius.forecasts.ledger.database import Ledger, Rows
from tertius.forecasts.ledger.entries import Entry, digest
from tertius.forecasts.ledger.methodology import assumed_of, code_digest, under, version_of
from tertius.forecasts.questions.past import LEVELS
from tertius.forecasts.questions.plain import plain_question
from tertius.forecasts.questions.rule import Question

BASE, LAST = "last-52-week bootstrap", "last-13-week bootstrap"
QUARTILES = (0.25, 0.5, 0.75)
CUMULATIVE = 1  # place of the kind in a track


def seal_backtest(ledger: Ledger, found: Backtest) -> int:
    """Seal a backtest's forecasts; how many were added. Those that stand already add nothing. Raises DataError."""
    added = ledger.append(lambda entries: _rows(entries, found))
    return sum(each.kind == "sealed" for each in added)


def _rows(entries: list[Entry], found: Backtest) -> Rows:
    scenario = found.layout.scenario
    assumed = assumed_of(found.layout.overrides)
    method = version_of(entries, scenario, assumed, datetime.now(UTC).date())
    shared = {
        "kind": "backtest",
        "scenario": scenario.name,
        "lineage": [scenario.name],
        "scenario_digest": scenario.digest,
        "assumed": assumed,
        "data": dict(found.digests),
        "methodology": method.number,
        "version": version("tertius"),
        "code": code_digest(),
        "seed": found.plan.seed,
        "futures": found.plan.paths,
    }
    rows: list[tuple[str, str, Any]] = []
    for track in found.tracks:
        for told in _of_track(track):
            place = f"{told['question']['id']}:{told['ends']}:{told['as_of']}"
            identity = f"backtest:{scenario.name}:{place}:methodology-{method.number}{under(assumed)}"
            rows.append(("sealed", identity, told | shared))
    return [*method.opening, *rows] if rows else []


def _of_track(track: Track) -> Iterator[dict[str, Any]]:
    """A body for each origin and horizon whose baselines have a spread; what all share is added by the caller."""
    if not {OURS, BASE, LAST} <= set(track.samples):
        return
    for place, origin in enumerate(track.origins):
        for row, weeks in enumerate(track.horizons):
            ours, base, last = (track.samples[name][CUMULATIVE, place, row] for name in (OURS, BASE, LAST))
            thresholds = tuple(dict.fromkeys(float(f"{each:.4g}") for each in np.quantile(base, QUARTILES)))
            if all(np.isfinite(each).all() for each in (ours, base, last)) and len(thresholds) == len(QUARTILES):
                yield _body(track, origin, weeks, thresholds, (ours, base, last))


def _body(
    track: Track, origin: date, weeks: int, thresholds: tuple[float, ...], samples: tuple[NDArray[np.float64], ...]
) -> dict[str, Any]:
    observation = track.target.observation
    is_flow = not observation.output.endswith(".area") and "cumulative" not in observation.output
    question = Question(
        id=f"{track.target.name}-{weeks}w",
        text=f"{observation.name}: how much over {weeks} weeks?",
        about=track.target.name,
        output=observation.output,
        series=observation.series,
        take="sum" if is_flow else "change",
        since=origin,
        until=origin + timedelta(days=DAYS * weeks),
        above=thresholds,
    )
    ours, base, last = samples
    rule = question.model_dump(mode="json", exclude_none=True, exclude={"id", "key", "text", "about", "given", "note"})
    chances = [
        {
            "branch": None,
            "threshold": each,
            "chance": float((ours > each).mean()),
            "base": _share(base, each),
            "persistence": _share(last, each),
            "futures": len(ours),
        }
        for each in thresholds
    ]
    return {
        "as_of": origin.isoformat(),
        "question": plain_question(question),
        "question_digest": digest(plain_question(question)),
        "starts": origin.isoformat(),
        "ends": question.deadline.isoformat(),
        "unit": observation.unit,
        "terms": {"": {"rule": rule, "as_of": origin.isoformat(), "level": 0.0, "top": 0}},
        "forecast": chances,
        "quantiles": [float(each) for each in np.quantile(ours, LEVELS)],
        "past_quantiles": [float(each) for each in np.quantile(base, LEVELS)],
        "past_last": float(np.median(last)),
    }


def _share(sample: NDArray[np.float64], threshold: float) -> float:
    """A share of a sample, never 0 or 1."""
    return (float((sample > threshold).sum()) + 0.5) / (len(sample) + 1.0)
