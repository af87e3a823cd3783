"""Simple forecasters that stand beside the program, learnt on the same past cases.

    constant    the share of past cases in which it came; each third state alike; deaths as in past wars
    age         how wars end by age alone (`history.ending`)
    capability  logits on |r|, r, log capability of both, an entry ahead, joiners; r the log ratio of capability
    panel       the pool of `history`, fitted on disputes: who joins while one lasts, by the share that came in time
    war-panel   the law of `history` fitted on wars alone

Shares have half a case added. Logits have a normal(0, 1) prior on standardised slopes.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
from scipy.special import expit
from scipy.stats import norm

from tertius.forecasts.hindcast.cases import YEAR, Case, Wars, described
from tertius.forecasts.hindcast.learning import Learnt, joined_of, ratio_of
from tertius.forecasts.hindcast.running import END_YEARS, JOIN_YEARS, LEVELS, Forecast
from tertius.history.ageing import mode_and_covariance
from tertius.history.ending import Ending
from tertius.history.features import raw_of
from tertius.history.joining import fit_joining, widening
from tertius.history.panel import Floats

NAMES: Final = ("constant", "age", "capability", "panel", "war-panel")
SAYS: Final[Mapping[str, tuple[str, ...]]] = {
    "constant": ("join", "who", "side", "end", "wins", "dead"),
    "age": ("end",),
    "capability": ("join", "who", "side", "end", "wins", "dead"),
    "panel": ("join", "who", "side"),
    "war-panel": ("join", "who", "side"),
}
"""What each forecaster speaks of; it is not scored on the rest."""


@dataclass(frozen=True)
class Past:
    """Cases to learn from, with what came of them."""

    wars: Wars
    cases: tuple[Case, ...]
    came: tuple[dict[str, Any], ...]

    @classmethod
    def of(cls, wars: Wars, before: int) -> Past:
        """Every case of the wars that were over before a year."""
        cases = tuple(case for war in wars.over(before) for case in wars.cases(war))
        return cls(wars, cases, tuple(described(case, wars) for case in cases))

    def shares(self, start: bool) -> Forecast:
        """What came of cases of a kind, on average: the constant forecaster, `who` for one state, (2, 2, 1)."""
        held = [(case, came) for case, came in zip(self.cases, self.came, strict=True) if case.is_start == start]
        count = len(held) + 1.0
        join = [sum(any(at <= years for _, _, at in came["joins"]) for _, came in held) for years in JOIN_YEARS]
        end = [sum(came["lasts"] <= years for _, came in held) for years in END_YEARS]
        decided = [came["winner"] for _, came in held if came["winner"] is not None]
        wins = [decided.count(kind) for kind in range(3)]
        states = sum(len(case.outside) for case, _ in held)
        who = [
            [
                (sum(side == s and at <= years for _, came in held for _, side, at in came["joins"]) + 0.5)
                / (states + 1.0)
                for s in (0, 1)
            ]
            for years in JOIN_YEARS
        ]
        return Forecast(
            (np.array(join) + 0.5) / count,
            np.array(who)[:, :, None],
            (np.array(end) + 0.5) / count,
            (np.array(wins) + 0.5) / (len(decided) + 1.5),
        )

    def deaths(self) -> Floats:
        """Log10 of the dead of whole past wars, (wars,)."""
        return np.log10([case.war.deaths for case in self.cases if case.is_start])


def baselines(wars: Wars, learnt: Learnt, past: Past, ever: Floats) -> dict[str, Callable[[Case], Forecast]]:
    """Name -> forecaster of a case of `wars`; learnt on `past`, which may be of other files."""
    constant = {start: past.shares(start) for start in (True, False)}
    dead = past.deaths()
    whole = norm.ppf(LEVELS, dead.mean(), dead.std(ddof=1))
    capability = Capability(past, wars)
    ending = Ending(learnt.ending_rows)
    in_time = _in_time(past)
    rows = np.sort(np.concatenate([case.war.rows for case in past.cases if case.is_start]))
    law = fit_joining(past.wars.panel.rows(rows))
    chances = law.probabilities(raw_of(wars.panel))

    def constantly(case: Case) -> Forecast:
        told = constant[case.is_start]
        who = np.repeat(told.who, len(case.outside), axis=2)
        return Forecast(told.join, who, told.end, told.wins, whole if case.is_start else None)

    def by_age(case: Case) -> Forecast:
        told = constantly(case)
        end = [float(ending.within(float(case.age), years * YEAR).mean()) for years in END_YEARS]
        return Forecast(told.join, told.who, np.array(end), told.wins)

    def by_panel(each: Floats, spread: float) -> Callable[[Case], Forecast]:
        def told(case: Case) -> Forecast:
            base = constantly(case)
            own = each[:, case.outside]
            who = own[None] * in_time[:, None, None]
            any_joins = float(widening(own.sum(axis=0), spread, np.zeros(1, dtype=np.int64))[0])
            return Forecast(any_joins * in_time, who, base.end, base.wins)

        return told

    return {
        "constant": constantly,
        "age": by_age,
        "capability": capability,
        "panel": by_panel(ever, learnt.pool.law.spread),
        "war-panel": by_panel(chances, law.spread),
    }


def _in_time(past: Past) -> Floats:
    """Of joins after a case's day, the share within 1 and 2 years, (2,)."""
    after = np.array([at for came in past.came for _, _, at in came["joins"]])
    return np.array([((after <= years).sum() + 0.5) / (len(after) + 1.0) for years in JOIN_YEARS])


class Capability:
    """Logits and a regression on capability alone, fitted on past cases; called with a case of `wars`."""

    def __init__(self, past: Past, wars: Wars) -> None:
        cases, came = past.cases, past.came
        self.wars = wars
        x = np.array([self._terms(case, past.wars) for case in cases])
        self.mean, self.scale = x.mean(axis=0), np.maximum(x.std(axis=0), 1e-9)
        z = (x - self.mean) / self.scale
        self.join = [
            _logit(z, np.array([any(at <= years for _, _, at in told["joins"]) for told in came]))
            for years in JOIN_YEARS
        ]
        self.end = [_logit(z, np.array([told["lasts"] <= years for told in came])) for years in END_YEARS]
        known = np.array([told["winner"] is not None for told in came])
        winner = np.array([told["winner"] or 0 for told in came])
        decided = known & (winner > 0)
        self.neither = _logit(z[known], winner[known] == 0)
        self.wins = _logit(z[decided], winner[decided] == 1)
        starts = np.array([case.is_start for case in cases])
        y = np.log10([case.war.deaths for case in cases if case.is_start])
        design = np.c_[np.ones(len(y)), z[starts]]
        self.dead = np.linalg.solve(design.T @ design + np.diag([0.0, *[1.0] * z.shape[1]]), design.T @ y)
        self.spread = float(np.sqrt(((y - design @ self.dead) ** 2).sum() / (len(y) - 3)))
        self._fit_states(past)

    def _fit_states(self, past: Past) -> None:
        """Of single states: whether one joins within a time, by its own capability and the ratio; which side."""
        rows, joined, sides = [], [], []
        for case, told in zip(past.cases, past.came, strict=True):
            at = {row: (side, years) for row, side, years in told["joins"]}
            rows.append(self._of_states(case, past.wars))
            joined.append([[at.get(int(row), (0, np.inf))[1] <= years for years in JOIN_YEARS] for row in case.outside])
            sides += [(ratio_of(past.wars, case), side == 0) for side, _ in at.values()]
        x, y = np.concatenate(rows), np.concatenate(joined)
        self.state_mean, self.state_scale = x.mean(axis=0), x.std(axis=0)
        z = (x - self.state_mean) / self.state_scale
        self.states = [_logit(z, y[:, place]) for place in range(len(JOIN_YEARS))]
        told_sides = np.array(sides)
        self.side = _logit(told_sides[:, :1], told_sides[:, 1] > 0)

    def _terms(self, case: Case, wars: Wars) -> list[float]:
        ratio = ratio_of(wars, case)
        total = float(np.log(wars.power(case).sum()))
        return [abs(ratio), ratio, total, float(not case.is_start), np.log1p(joined_of(case))]

    def _of_states(self, case: Case, wars: Wars) -> Floats:
        own = np.log(np.maximum(wars.panel.own["cinc"][case.outside], 1e-5))
        both = float(np.log(wars.power(case).sum()))
        return np.stack([own, own - both, np.full(len(own), float(not case.is_start))], axis=1)

    def __call__(self, case: Case) -> Forecast:
        z = (np.array(self._terms(case, self.wars)) - self.mean) / self.scale

        def chance(point: Floats) -> float:
            return float(expit(point[0] + point[1:] @ z))

        states = (self._of_states(case, self.wars) - self.state_mean) / self.state_scale
        to_a = float(expit(self.side[0] + self.side[1] * ratio_of(self.wars, case)))
        each = np.array([expit(point[0] + states @ point[1:]) for point in self.states])
        who = each[:, None, :] * np.array([to_a, 1.0 - to_a])[None, :, None]
        neither, wins = chance(self.neither), chance(self.wins)
        dead = norm.ppf(LEVELS, self.dead[0] + self.dead[1:] @ z, self.spread)
        return Forecast(
            np.array([chance(point) for point in self.join]),
            who,
            np.array([chance(point) for point in self.end]),
            np.array([neither, (1 - neither) * wins, (1 - neither) * (1 - wins)]),
            dead if case.is_start else None,
        )


def _logit(z: Floats, came: Any) -> Floats:
    """Mode of a logit with a wide level and normal(0, 1) slopes, (1 + terms,)."""
    sign = np.where(came, 1.0, -1.0)
    terms = np.c_[np.ones(len(z)), z]
    spread = np.array([3.0, *[1.0] * z.shape[1]])

    def logs(point: Floats) -> Floats:
        return np.asarray(-np.logaddexp(0.0, -sign * (terms @ point)))

    mode, _ = mode_and_covariance(logs, np.zeros(len(spread)), spread, np.zeros(len(spread)))
    return np.asarray(mode)
