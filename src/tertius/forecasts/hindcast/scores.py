"""Scores of forecasts of past wars, their errors over wars, and whether chances came true as often as they say.

    score       of what                                        a case          unit; smaller is better, but for "near"
    join-N      that any state joins within N years            Brier, log      1
    who-N       each third state: joins A, B, stays out        log, summed     log
    side        of who joined within two years                 Brier, log      1
    end-N       that the war ends within N years               Brier, log      1
    wins        neither, A, B                                  Brier, log      1
    dead        dead of the whole war                          CRPS            log10
    near        median within a factor of ten of the dead      share           1, larger is better

A chance is held between .001 and .999 before its logarithm is taken. Errors are standard deviations over drawings of
wars, each with all of its cases; a score is the mean over what was scored.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any, Final

import numpy as np

from tertius.forecasts.hindcast.cases import Case
from tertius.forecasts.hindcast.running import END_YEARS, JOIN_YEARS, LEVELS, Forecast
from tertius.forecasts.scores import crps
from tertius.history.panel import Floats

LEAST: Final = 0.001
DRAWS: Final = 1000
MISSED: Final = 0.1
BINS: Final = (0.0, 0.2, 0.4, 0.6, 0.8, 1.0)
SCORES: Final = (
    *(f"join-{years} {kind}" for years in JOIN_YEARS for kind in ("Brier", "log")),
    *(f"who-{years} log" for years in JOIN_YEARS),
    *(f"side {kind}" for kind in ("Brier", "log")),
    *(f"end-{years} {kind}" for years in END_YEARS for kind in ("Brier", "log")),
    *(f"wins {kind}" for kind in ("Brier", "log")),
    "dead CRPS",
    "near share",
)
LARGER_IS_BETTER: Final = frozenset({"near share"})


@dataclass(frozen=True)
class Scored:
    """One scored item: what, of which war, the score; `weight` 1."""

    score: str
    war: int
    value: float


@dataclass(frozen=True)
class Said:
    """A chance that was given of something that came or did not."""

    question: str
    case: Case
    chance: float
    came: bool


def scored(forecast: Forecast, case: Case, came: Mapping[str, Any], says: Sequence[str]) -> list[Scored]:
    """Every score of a forecast of a case, of what its forecaster speaks of."""
    found: dict[str, list[float]] = {}
    for said in chances(forecast, case, came):
        if said.question.partition("-")[0] in says:
            found.setdefault(f"{said.question} Brier", []).append((said.chance - said.came) ** 2)
            found.setdefault(f"{said.question} log", []).append(_log(said.chance if said.came else 1 - said.chance))
    if "who" in says:
        found |= {f"who-{years} log": [_who(forecast, case, came, place)] for place, years in enumerate(JOIN_YEARS)}
    if "side" in says:
        sides = _sides(forecast, case, came)
        found |= {"side Brier": [(1 - chance) ** 2 for chance in sides], "side log": [_log(c) for c in sides]}
    if "wins" in says and came["winner"] is not None:
        right = np.eye(3)[came["winner"]]
        found["wins Brier"] = [float(((forecast.wins - right) ** 2).sum())]
        found["wins log"] = [_log(float(forecast.wins @ right))]
    if "dead" in says and came["deaths"] is not None and forecast.dead is not None:
        actual = float(np.log10(max(came["deaths"], 1.0)))
        found["dead CRPS"] = [float(crps(forecast.dead, actual))]
        middle = float(np.interp(0.5, LEVELS, forecast.dead))
        found["near share"] = [float(abs(middle - actual) <= 1.0)]
    return [Scored(name, case.war.id, value) for name, values in found.items() for value in values]


def chances(forecast: Forecast, case: Case, came: Mapping[str, Any]) -> list[Said]:
    """The chances of what can come or not, with whether it came."""
    join = [any(at <= years for _, _, at in came["joins"]) for years in JOIN_YEARS]
    end = [came["lasts"] <= years for years in END_YEARS]
    told = [(f"join-{years}", forecast.join[place], join[place]) for place, years in enumerate(JOIN_YEARS)]
    told += [(f"end-{years}", forecast.end[place], end[place]) for place, years in enumerate(END_YEARS)]
    return [Said(name, case, float(chance), bool(yes)) for name, chance, yes in told]


def _who(forecast: Forecast, case: Case, came: Mapping[str, Any], place: int) -> float:
    """Minus log of what each state outside did, summed: joined A, joined B, stayed out."""
    who = forecast.who[place]
    stays = 1.0 - who.sum(axis=0)
    logs = np.log(np.clip(stays, 1e-6, 1.0))
    for row, side, at in came["joins"]:
        if at <= JOIN_YEARS[place]:
            n = int(np.searchsorted(case.outside, row))
            logs[n] = np.log(np.clip(who[side, n], 1e-6, 1.0))
    return float(-logs.sum())


def _sides(forecast: Forecast, case: Case, came: Mapping[str, Any]) -> list[float]:
    """Of each state that joined within two years, the chance given to its side, given that it joins."""
    found = []
    for row, side, at in came["joins"]:
        if at <= JOIN_YEARS[-1]:
            both = forecast.who[-1, :, int(np.searchsorted(case.outside, row))]
            found.append(float((both[side] + 1e-9) / (both.sum() + 2e-9)))
    return found


def _log(chance: float) -> float:
    return float(-np.log(np.clip(chance, LEAST, 1.0 - LEAST)))


def drawings(wars: Sequence[int], seed: int, draws: int = DRAWS) -> Floats:
    """How often each war is drawn in each drawing with replacement, (draws, wars)."""
    generator = np.random.Generator(np.random.Philox(seed))
    picked = generator.integers(0, len(wars), (draws, len(wars)))
    return np.stack([np.bincount(row, minlength=len(wars)) for row in picked]).astype(np.float64)


class Table:
    """Mean scores of several forecasters on the same cases, with errors over wars.

    items   forecaster -> everything scored of it
    """

    def __init__(self, items: Mapping[str, Sequence[Scored]], wars: Sequence[int], seed: int) -> None:
        self.items = items
        self.wars = {war: place for place, war in enumerate(wars)}
        self.weights = drawings(wars, seed)

    def sums(self, name: str, score: str) -> tuple[Floats, Floats]:
        """Sum of a score and number of items by war, (wars,) each."""
        total, count = np.zeros(len(self.wars)), np.zeros(len(self.wars))
        for item in self.items[name]:
            if item.score == score:
                total[self.wars[item.war]] += item.value
                count[self.wars[item.war]] += 1.0
        return total, count

    def mean(self, name: str, score: str) -> float | None:
        """Mean of a score; None where nothing was scored."""
        total, count = self.sums(name, score)
        return float(total.sum() / count.sum()) if count.sum() else None

    def difference(self, one: str, other: str, score: str) -> tuple[float, float]:
        """Mean score of one less that of the other, and its error over drawings of wars."""
        a, count = self.sums(one, score)
        b, _ = self.sums(other, score)
        drawn = self.weights @ count
        keep = drawn > 0
        spread = (self.weights[keep] @ (a - b)) / drawn[keep]
        return float((a - b).sum() / count.sum()), float(spread.std())

    def against_best(self, ours: str, rivals: Sequence[str]) -> list[dict[str, Any]]:
        """For each score: ours, the best of the rivals by it, the difference (negative: ours is better), its error."""
        rows = []
        for score in SCORES:
            own = self.mean(ours, score)
            held = {name: value for name in rivals if (value := self.mean(name, score)) is not None}
            if own is None or not held:
                continue
            sign = -1.0 if score in LARGER_IS_BETTER else 1.0
            best = min(held, key=lambda name: sign * held[name])
            gap, error = self.difference(ours, best, score)
            rows.append(
                {
                    "score": score,
                    "items": int(self.sums(ours, score)[1].sum()),
                    "ours": own,
                    "best": best,
                    "best_score": held[best],
                    "rivals": held,
                    "worse_by": sign * gap,
                    "error": error,
                }
            )
        return rows


def reliability(said: Sequence[Said], seed: int) -> list[dict[str, Any]]:
    """By question: cases, mean chance, share that came, the difference, its error over drawings of wars."""
    rows = []
    for question in dict.fromkeys(each.question for each in said):
        own = [each for each in said if each.question == question]
        wars = list(dict.fromkeys(each.case.war.id for each in own))
        place = {war: row for row, war in enumerate(wars)}
        at = np.array([place[each.case.war.id] for each in own])
        gap = np.bincount(at, [each.came - each.chance for each in own], len(wars))
        count = np.bincount(at, minlength=len(wars)).astype(np.float64)
        weights = drawings(wars, seed)
        rows.append(
            {
                "question": question,
                "cases": len(own),
                "said": float(np.mean([each.chance for each in own])),
                "came": float(np.mean([each.came for each in own])),
                "error": float(((weights @ gap) / (weights @ count)).std()),
            }
        )
    return rows


def bins(said: Sequence[Said]) -> list[dict[str, Any]]:
    """Chances in fifths: how many, their mean, the share that came."""
    rows = []
    for low, high in pairwise(BINS):
        own = [each for each in said if low <= each.chance < high or (high == 1.0 and each.chance == 1.0)]
        if own:
            came = float(np.mean([each.came for each in own]))
            mean = float(np.mean([each.chance for each in own]))
            rows.append({"from": low, "to": high, "cases": len(own), "said": mean, "came": came})
    return rows


def misses(said: Sequence[Said], joined: Sequence[tuple[Case, str, float]]) -> list[dict[str, Any]]:
    """What came with a chance under a tenth, or did not with one over nine tenths; the most surprising first."""
    rows = []
    for each in said:
        given = each.chance if each.came else 1.0 - each.chance
        if given < MISSED:
            rows.append(_miss(each.case, f"{each.question} {'came' if each.came else 'did not come'}", given))
    rows += [_miss(case, what, chance) for case, what, chance in joined if chance < MISSED]
    return sorted(rows, key=lambda row: (row["chance"], row["war"], row["what"]))


def _miss(case: Case, what: str, chance: float) -> dict[str, Any]:
    return {"war": case.war.name, "as_of": case.as_of.isoformat(), "what": what, "chance": chance}
