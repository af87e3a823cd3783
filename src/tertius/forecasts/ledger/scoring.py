"""Score: proper scores of settled forecasts beside base rate, persistence and crowd prices.

Live forecasts, backtests and those made by hand, scenarios and methodology versions never share a score. Each rival is
compared on the forecasts that it has too, a crowd by its last price up to the as-of date.

Intervals are 80%, by resampling whole questions, or whole quarters of as-of dates where that is wider: what shares
either hangs together. The log score counts a chance of k in n futures as (k + 1/2) / (n + 1), so that none is 0 or 1.

Questions of different groups differ in difficulty. The adjusted Brier score is the base rate's over all groups, plus
what ours differs from the base rate's on the same forecasts.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, TypeAlias

import numpy as np
from numpy.typing import NDArray

from tertius.forecasts.ledger.crowd import Crowd, check_crowd, price_of
from tertius.forecasts.ledger.reliability import Luck, Reliability, reliability
from tertius.forecasts.ledger.rows import STATES, Forecast
from tertius.forecasts.questions.past import LEVELS

Floats: TypeAlias = NDArray[np.float64]
RIVALS = ("base", "persistence", "crowd")
RESAMPLES = 1000
FEWEST = 5  # questions or quarters from which on an interval is told


@dataclass(frozen=True)
class Rival:
    """A rival's scores beside ours, on the forecasts that it has too; smaller is better.

    forecasts, questions   how many are compared
    brier, log             the rival's; ours_brier, ours_log ours on the same
    difference             ours less the rival's Brier score; interval its 80% one, None with too few of both
    """

    name: str
    forecasts: int
    questions: int
    brier: float
    log: float
    ours_brier: float
    ours_log: float
    difference: float
    interval: tuple[float, float] | None


@dataclass(frozen=True)
class Spread:
    """CRPS of measured numbers, each in units of the past's own mean absolute deviation; smaller is better."""

    questions: int
    ours: float
    base: float
    persistence: float


@dataclass(frozen=True)
class Group:
    """The score of one kind, scenario and methodology version.

    counts       settled, void, pending, overdue -> forecasts sealed
    by_hand      forecasts resolved by hand
    forecasts    thresholds settled; brier, log of ours on all of them, None without any
    adjusted     difficulty-adjusted Brier score; None without base rates
    rivals       those that have a forecast
    spread       CRPS of numbers; None without any
    over_time    (as-of date, forecasts, our Brier score, the base rate's or None) of all up to each date
    by_topic     topic -> (forecasts, our Brier score, the base rate's or None)
    """

    kind: str
    scenario: str
    methodology: int
    counts: dict[str, int]
    by_hand: int
    forecasts: int
    brier: float | None
    log: float | None
    adjusted: float | None
    rivals: tuple[Rival, ...]
    spread: Spread | None
    reliability: Reliability | None
    over_time: tuple[tuple[date, int, float, float | None], ...]
    by_topic: dict[str, tuple[int, float, float | None]]


@dataclass(frozen=True)
class _Rows:
    """Settled thresholds as arrays, shape (forecast,); a chance that is not there is NaN."""

    chances: dict[str, Floats]
    came: Floats
    futures: Floats
    question: NDArray[np.int64]
    luck: Luck
    as_of: tuple[date, ...]
    about: tuple[str, ...]

    def brier(self, name: str) -> Floats:
        return np.asarray((self.chances[name] - self.came) ** 2)

    def log(self, name: str) -> Floats:
        chance = self.chances[name]
        if name == "ours":
            chance = (chance * self.futures + 0.5) / (self.futures + 1.0)
        chance = np.clip(chance, 1e-6, 1 - 1e-6)
        return np.asarray(-np.log(np.where(self.came > 0, chance, 1.0 - chance)))


def score(forecasts: Sequence[Forecast], crowd: Crowd | None = None) -> tuple[Group, ...]:
    """Scores of every kind, scenario and methodology version, in that order. Raises DataError for unclear prices."""
    check_crowd(forecasts, crowd or {})
    keys = sorted({each.group for each in forecasts})
    held = {key: [each for each in forecasts if each.group == key] for key in keys}
    rows = {key: _rows(some, crowd or {}) for key, some in held.items()}
    everywhere = np.concatenate([rows[key].brier("base") for key in keys]) if keys else np.zeros(0)
    known = np.isfinite(everywhere)
    difficulty = float(everywhere[known].mean()) if known.any() else None
    return tuple(_group(key, held[key], rows[key], difficulty) for key in keys)


def restated(forecasts: Sequence[Forecast], scenario: str, number: int | None) -> list[dict[str, Any]]:
    """The score of a methodology version as it stands when another follows it."""
    own = [each for each in forecasts if each.told["scenario"] == scenario and each.told["methodology"] == number]
    return [
        {
            "kind": each.kind,
            "methodology": each.methodology,
            "counts": each.counts,
            "forecasts": each.forecasts,
            "brier": each.brier,
            "log": each.log,
            "base": next((rival.brier for rival in each.rivals if rival.name == "base"), None),
        }
        for each in score(own)
    ]


def _rows(some: Sequence[Forecast], crowd: Crowd) -> _Rows:
    chances: dict[str, list[float]] = {name: [] for name in ("ours", *RIVALS)}
    came, futures, question, luck, as_of, about = [], [], [], [], [], []
    numbers: dict[str, int] = {}
    things: dict[tuple[str, ...], int] = {}
    for each in some:
        if each.result is None or each.state != "settled":
            continue
        results = {(row["branch"], row["threshold"]): row["came"] for row in each.result["rows"]}
        for row in each.told["forecast"]:
            result = results.get((row["branch"], row["threshold"]))
            if result is None:
                continue
            price = price_of(each, row["branch"], float(row["threshold"]), crowd)
            told = {"ours": row["chance"], "base": row["base"], "persistence": row["persistence"], "crowd": price}
            for name, chance in told.items():
                chances[name].append(np.nan if chance is None else float(chance))
            came.append(float(result))
            futures.append(float(row["futures"]) if each.kind != "hand" else np.inf)
            question.append(numbers.setdefault(each.name, len(numbers)))
            window = (date.fromisoformat(each.told[key]).toordinal() for key in ("starts", "ends"))
            luck.append((things.setdefault(_thing(each), len(things)), *window))
            as_of.append(date.fromisoformat(each.told["as_of"]))
            about.append(str(each.told["question"].get("about", "other")))
    many = np.array(futures, dtype=np.float64)
    return _Rows(
        {name: np.array(held, dtype=np.float64) for name, held in chances.items()},
        np.array(came, dtype=np.float64),
        np.where(np.isfinite(many), many, 1e6),
        np.array(question, dtype=np.int64),
        Luck(*np.array(luck, dtype=np.int64).reshape(-1, 3).T),
        tuple(as_of),
        tuple(about),
    )


def _thing(each: Forecast) -> tuple[str, ...]:
    """What a forecast shares luck about: a series, an output, or the steps of an instrument one way."""
    rule = each.told["terms"].get("", {}).get("rule", {})
    about = rule.get("series") or rule.get("output")
    if rule.get("instrument"):
        return "instrument", str(rule["instrument"]), "down" if rule["take"] == "steps-down" else "up"
    return ("series", str(about)) if about else ("question", each.name)


def _group(key: tuple[str, str, int], some: Sequence[Forecast], rows: _Rows, difficulty: float | None) -> Group:
    kind, scenario, number = key
    count = len(rows.came)
    ours, base = rows.brier("ours"), rows.brier("base")
    both = np.isfinite(base)
    adjusted = None
    if difficulty is not None and both.any():
        adjusted = difficulty + float((ours - base)[both].mean())
    return Group(
        kind=kind,
        scenario=scenario,
        methodology=number,
        counts={state: sum(each.state == state for each in some) for state in STATES},
        by_hand=sum(each.result is not None and each.result["by"] == "hand" for each in some),
        forecasts=count,
        brier=float(ours.mean()) if count else None,
        log=float(rows.log("ours").mean()) if count else None,
        adjusted=adjusted,
        rivals=tuple(found for name in RIVALS if (found := _rival(name, rows)) is not None),
        spread=_spread(some),
        reliability=reliability(rows.chances["ours"], rows.came, rows.luck),
        over_time=_over_time(rows, ours, base),
        by_topic={
            about: _means(np.array([each == about for each in rows.about]), ours, base)
            for about in sorted(set(rows.about))
        },
    )


def _means(chosen: NDArray[np.bool_], ours: Floats, base: Floats) -> tuple[int, float, float | None]:
    known = chosen & np.isfinite(base)
    return int(chosen.sum()), float(ours[chosen].mean()), float(base[known].mean()) if known.any() else None


def _over_time(rows: _Rows, ours: Floats, base: Floats) -> tuple[tuple[date, int, float, float | None], ...]:
    days = np.array(rows.as_of, dtype="datetime64[D]")
    found = []
    for day in sorted(set(rows.as_of)):
        found.append((day, *_means(days <= np.datetime64(day), ours, base)))
    return tuple(found)


def _rival(name: str, rows: _Rows) -> Rival | None:
    known = np.isfinite(rows.chances[name])
    if not known.any():
        return None
    ours, other = rows.brier("ours")[known], rows.brier(name)[known]
    questions = rows.question[known]
    different = len(np.unique(questions))
    return Rival(
        name=name,
        forecasts=int(known.sum()),
        questions=different,
        brier=float(other.mean()),
        log=float(rows.log(name)[known].mean()),
        ours_brier=float(ours.mean()),
        ours_log=float(rows.log("ours")[known].mean()),
        difference=float((ours - other).mean()),
        interval=_interval(ours - other, questions, np.array([_quarter(day) for day in rows.as_of])[known]),
    )


def _quarter(day: date) -> int:
    return day.year * 4 + (day.month - 1) // 3


def _interval(
    values: Floats, question: NDArray[np.int64], quarter: NDArray[np.int64], seed: int = 1
) -> tuple[float, float] | None:
    """80% interval of a mean, by resampling whole questions or whole quarters of as-of dates, whichever is wider.

    None where there are fewer than five of either.
    """
    found = []
    for groups in (question, quarter):
        names, group = np.unique(groups, return_inverse=True)
        if len(names) < FEWEST:
            continue
        sums, counts = np.bincount(group, values), np.bincount(group)
        drawn = np.random.Generator(np.random.Philox(key=seed)).integers(0, len(sums), (RESAMPLES, len(sums)))
        low, high = np.quantile(sums[drawn].sum(axis=1) / counts[drawn].sum(axis=1), (0.1, 0.9))
        found.append((float(low), float(high)))
    return max(found, key=lambda edges: edges[1] - edges[0], default=None)


def _spread(some: Sequence[Forecast]) -> Spread | None:
    found = []
    for each in some:
        told, result = each.told, each.result
        if result is None or result["value"] is None or each.state != "settled" or each.kind == "hand":
            continue
        if told["quantiles"] is None or told["past_quantiles"] is None or told["past_last"] is None:
            continue
        past, value = np.array(told["past_quantiles"]), float(result["value"])
        scale = float(np.abs(past - past.mean()).mean())
        if scale > 0.0:
            ours = crps_of_quantiles(np.array(told["quantiles"]), value)
            found.append((ours / scale, crps_of_quantiles(past, value) / scale, abs(told["past_last"] - value) / scale))
    if not found:
        return None
    ours, base, last = np.mean(found, axis=0)
    return Spread(len(found), float(ours), float(base), float(last))


def crps_of_quantiles(quantiles: Floats, value: float) -> float:
    """CRPS of a forecast given by its quantiles at LEVELS: twice the mean pinball loss, in the unit of the value."""
    levels = np.array(LEVELS)
    gap = value - quantiles
    return float(2.0 * np.maximum(levels * gap, (levels - 1.0) * gap).mean())
