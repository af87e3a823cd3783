"""How good has this been: past forecasts of the laws beside simple forecasters, read from the fit."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from tertius.engine import Layout
from tertius.world import Scenario

SHOWN_KINDS = ("cumulative",)
UNLIKELY = 0.025  # a statistic beyond 95% of the simulated ones is named


@dataclass(frozen=True)
class Score:
    """Our forecasts of one observation beside the best simple forecaster's, on the same dates.

    observation  id of the observation
    weeks        weeks ahead
    unit         unit of the scores
    crps         mean continuous ranked probability score of ours; smaller is better
    best         the simple forecaster with the smallest mean score
    best_crps    that score
    skill        1 - crps / best_crps; null with too few dates
    interval     80% interval of the skill, from blocks of dates; null with too few separate stretches of time
    coverage     share of what came that lay within our 80% interval
    dates        dates from which was forecast
    stretches    separate stretches of time among them; null with too few dates
    not_beaten   simple forecasters with a smaller mean score than ours
    """

    observation: str
    weeks: int
    unit: str
    crps: float
    best: str
    best_crps: float
    skill: float | None
    interval: tuple[float, float] | None
    coverage: float
    dates: int
    stretches: float | None
    not_beaten: tuple[str, ...]


@dataclass(frozen=True)
class Doubt:
    """A fitted parameter on which the data say little under every structure that has it.

    observation  id of the observation
    parameter    name of the parameter
    """

    observation: str
    parameter: str


@dataclass(frozen=True)
class Misfit:
    """A statistic of the data that structures do not make (posterior predictive check at the 95% level).

    observation  id of the observation
    statistic    what it is
    is_larger    whether it is larger in the data than in what they make
    structures   the structures
    """

    observation: str
    statistic: str
    is_larger: bool
    structures: tuple[str, ...]


@dataclass(frozen=True)
class Record:
    """Past scores of the laws, and what the fit learnt.

    first      first date from which was forecast
    last       last such date
    scores     ours against the best simple forecaster's, by observation and weeks ahead
    weights    observation -> rival structure -> weight by past score
    fitted     quantities that were fitted and are used
    by_hand    quantities that were fitted and are set by hand here
    silent     quantities that the data did not update
    little     fitted parameters of which the data say little
    unlike     checks that fail
    notes      what was left out of the data, repaired in it or is stale
    """

    first: date
    last: date
    scores: tuple[Score, ...]
    weights: dict[str, dict[str, float]]
    fitted: int
    by_hand: int
    silent: int
    little: tuple[Doubt, ...]
    unlike: tuple[Misfit, ...]
    notes: tuple[str, ...]


def record(layout: Layout) -> Record | None:
    """The record of the backtest that came with the fit; None without one. All of it from before the as-of date."""
    posterior = layout.posterior
    if posterior is None or not posterior.told.get("record"):
        return None
    told = posterior.told
    paths = [path for block in posterior.blocks for path in block.columns]
    return Record(
        first=date.fromisoformat(told["record"]["first"]),
        last=date.fromisoformat(told["record"]["last"]),
        scores=tuple(_score(row) for row in told["record"]["rows"] if row["kind"] in SHOWN_KINDS),
        weights={row["series"]: dict(row["weights"]) for row in told.get("weights", [])},
        fitted=sum(layout.fitted(path) for path in paths),
        by_hand=sum(not layout.fitted(path) for path in paths),
        silent=len(told.get("not_updated_by_data", [])),
        little=tuple(_little(told)),
        unlike=tuple(_unlike(told)),
        notes=tuple(told.get("notes", ())),
    )


def scored_by(scenario: Scenario, output: str) -> str | None:
    """The observation whose change or sum ahead is an outcome's: of the same output, or of the flow that it sums."""
    record, _, name = output.rpartition(".")
    outputs = {output, f"{record}.{name.removeprefix('cumulative_')}"}
    return next((key for key, told in scenario.observations.items() if told.output in outputs), None)


def _score(row: Mapping[str, Any]) -> Score:
    interval = None
    if row.get("skill") is not None and row.get("difference80") is not None:
        low, high = (-edge / row["best_crps"] for edge in reversed(row["difference80"]))
        interval = (low, high)
    return Score(
        observation=row["series"],
        weeks=row["horizon"],
        unit=row["unit"],
        crps=row["crps"],
        best=row["best_baseline"],
        best_crps=row["best_crps"],
        skill=row.get("skill"),
        interval=interval,
        coverage=row["coverage80"],
        dates=row["origins"],
        stretches=row.get("stretches"),
        not_beaten=tuple(row["not_beaten"]),
    )


def _little(told: Mapping[str, Any]) -> Iterator[Doubt]:
    updated: dict[Doubt, bool] = {}
    for block in told.get("diagnostics", []):
        for row in block["parameters"]:
            key = Doubt(block["observation"], row["parameter"])
            updated[key] = updated.get(key, False) or row["updated"]
    yield from (doubt for doubt, said in updated.items() if not said)


def _unlike(told: Mapping[str, Any]) -> Iterator[Misfit]:
    failing: dict[tuple[str, str, bool], list[str]] = {}
    for block in told.get("diagnostics", []):
        for row in block["predictive_checks"]:
            if row["observed"] is not None and not UNLIKELY <= row["share_below"] <= 1 - UNLIKELY:
                key = (block["observation"], row["statistic"], row["share_below"] > 0.5)
                failing.setdefault(key, []).append(row["structure"])
    yield from (Misfit(*key, tuple(structures)) for key, structures in failing.items())
