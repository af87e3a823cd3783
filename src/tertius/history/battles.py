"""What past battles say of force: does the stronger side advance, win and lose less.

    y[i] = a[e] + b[e] x[i] + c . z[i] + error,       e the era of battle i                         (1)
    b[e] ~ normal(b, 0.5 of its scale),   so that eras are partly pooled                            (2)

    what      y                                                error
    advance   km a day towards the enemy; driven back below 0  Student t, 4 degrees, a scale for each era
    win       1 the attacker won, 0 not                        logistic
    loss_a    log of the attacker's losses over its strength   Student t
    loss_d    the same of the defender                         Student t

    symbol  in code   meaning                                                          prior
    x       force     log of attackers over defenders                                  -
    z       TERMS     posture, rugged ground, days, more nations than the other side   normal(0, 1 scale)
    a       -         level of an era                                                  normal(0, 3 scales)
    b       -         response to force of all eras; b[e] of one                       normal(0, 1 scale)

A scale is the interquartile range of y over 1.35 (1 for a win). Only what could be known beforehand is in z: what
historians scored afterwards (leadership, morale and the like) is not, as they knew who won. Battles under a second
number are dropped. The land a week that a theatre gains, in the units of the law of ground, is the response times the
width w in km on which it is attacked at once:

    power_response = 7 b w                                   km2/week for a unit of log power          (3)

Limits:   b is of battles that somebody chose to fight: a commander attacks where he expects to win, with less where
          less will do. That hides what force does; it is no effect of adding force. Nor is strength power: quality and
          fire are not in it. And w is not in the data.
Source:   CDB90, 660 battles of 1600 to 1982.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from tertius.errors import DataError
from tertius.history.ageing import mode_and_covariance
from tertius.history.panel import Floats, numbers, read_table
from tertius.history.reference import rounded

BATTLES = "battles.parquet"
ERAS = (1600, 1800, 1900, 1940)
TERMS = ("prepared", "fortified", "delaying", "rugged", "days", "more_nations")
FREEDOM = 4.0
POOLED = 0.5
ACTIVE_WIDTH = (10.0, 100.0)
"""Width in km on which a theatre is attacked at once: from one battle's to a tenth of a long front's. Judgement."""
DAYS_A_WEEK = 7.0
_Z = 1.2816


@dataclass(frozen=True)
class Fights:
    """Battles with all that (1) asks for: (battles,) and (battles, terms); `known` marks where y is known."""

    force: Floats
    era: NDArray[np.int64]
    terms: Floats
    outcomes: dict[str, Floats]


def read_fights(path: Path) -> tuple[Fights, str]:
    """Battles of a file and its sha256. Raises DataError."""
    names = ["year", "duplicate_of", "force_ratio", "posture1", "terrain1", "days_active", "wina"]
    names += ["advance_km_day"]
    names += ["multinational_a", "multinational_d", "casualties_a", "casualties_d", "strength_a", "strength_d"]
    table, digest = read_table(path, names)
    place = str(path)
    number = {n: numbers(table[n], n, place, finite=False) for n in names if n not in ("posture1", "terrain1")}
    posture = np.array([str(p) for p in table["posture1"]])
    rugged = np.array([str(t).startswith("G") for t in table["terrain1"]], dtype=np.float64)
    with np.errstate(divide="ignore", invalid="ignore"):
        force = np.log(number["force_ratio"])
        losses = {s: np.log(number[f"casualties_{s}"] / number[f"strength_{s}"]) for s in "ad"}
        days = np.log(np.maximum(number["days_active"], 0.25))
    terms = [posture == "PD", posture == "FD", np.isin(posture, ("DL", "WD")), rugged]
    terms += [days, number["multinational_a"] - number["multinational_d"]]
    values = np.column_stack([np.asarray(t, dtype=np.float64) for t in terms])
    use = np.isnan(number["duplicate_of"]) & np.isfinite(force) & np.isfinite(number["year"])
    use &= np.isfinite(values).all(axis=1)
    if use.sum() < 50:
        raise DataError(place, f"{int(use.sum())} battles that can be used", "fifty or more", "give the CDB90 table")
    outcomes = {
        "advance": number["advance_km_day"],
        "win": np.where(np.isnan(number["wina"]), np.nan, number["wina"] > 0),
        "loss_a": losses["a"],
        "loss_d": losses["d"],
    }
    era = np.searchsorted(ERAS, number["year"], side="right") - 1
    return Fights(
        force[use],
        era[use].astype(np.int64),
        values[use],
        {name: np.where(np.isfinite(y), y, np.nan)[use] for name, y in outcomes.items()},
    ), digest


def fit_response(fights: Fights, outcome: str) -> tuple[Floats, Floats]:
    """Mode and covariance of (1): the response of all, of each era beside it, levels, terms, log scales of a t."""
    y = fights.outcomes[outcome]
    known = np.isfinite(y)
    y, force, era, terms = y[known], fights.force[known], fights.era[known], fights.terms[known]
    logistic = outcome == "win"
    scale = 1.0 if logistic else float(np.subtract(*np.quantile(y, [0.75, 0.25])) / 1.35)
    eras = len(ERAS)
    centre = np.zeros(1 + 2 * eras + len(TERMS) + (0 if logistic else eras))
    spread = np.full(len(centre), scale)
    spread[1 : 1 + eras] = POOLED * scale
    spread[1 + eras : 1 + 2 * eras] = 3.0 * scale
    if not logistic:
        centre[-eras:], spread[-eras:] = np.log(scale), 1.0

    def logs(point: Floats) -> Floats:
        slope = point[0] + point[1 : 1 + eras][era]
        level = point[1 + eras : 1 + 2 * eras][era]
        mean = level + slope * force + terms @ point[1 + 2 * eras : 1 + 2 * eras + len(TERMS)]
        if logistic:
            each: Floats = -np.logaddexp(0.0, np.where(y > 0, -mean, mean))
        else:
            width = point[-eras:][era]
            each = -width - (FREEDOM + 1) / 2 * np.log1p(((y - mean) / np.exp(width)) ** 2 / FREEDOM)
        return each

    return mode_and_covariance(logs, centre, spread, centre)


def fit_battles(path: Path) -> dict[str, Any]:
    """What the file says of battles. Raises DataError."""
    fights, digest = read_fights(path)
    eras = len(ERAS)
    responses: dict[str, Any] = {}
    for outcome, y in fights.outcomes.items():
        mode, cov = fit_response(fights, outcome)
        error = np.sqrt(np.diag(cov))
        by_era = []
        for place, first in enumerate(ERAS):
            pick = np.zeros(len(mode))
            pick[[0, 1 + place]] = 1.0
            count = int(((fights.era == place) & np.isfinite(y)).sum())
            told = {"from": first, "battles": count, "response": rounded(mode[0] + mode[1 + place])}
            by_era.append(told | {"error": rounded(float(np.sqrt(pick @ cov @ pick)))})
        terms = slice(1 + 2 * eras, 1 + 2 * eras + len(TERMS))
        responses[outcome] = {
            "battles": int(np.isfinite(y).sum()),
            "response": rounded(mode[0]),
            "error": rounded(error[0]),
            "eras": by_era,
            "terms": {n: [rounded(m), rounded(e)] for n, m, e in zip(TERMS, mode[terms], error[terms], strict=True)},
        }
    return {
        "sha256": digest,
        "battles": len(fights.force),
        "responses": responses,
        "friction": {
            "sides_of_several_nations": int(np.abs(fights.terms[:, -1]).sum()),
            "log_odds_of_a_win": responses["win"]["terms"]["more_nations"],
            "km_a_day": responses["advance"]["terms"]["more_nations"],
        },
        "power_response": in_the_laws_units(responses["advance"]["eras"][-1]),
    }


def in_the_laws_units(recent: dict[str, Any], draws: int = 20_000) -> dict[str, Any]:
    """(3) for the response since 1940 and any width: quantiles in km2/week, and the chance that it is above nought."""
    generator = np.random.Generator(np.random.Philox(1))
    slope = recent["response"] + recent["error"] * generator.standard_normal(draws)
    low, high = np.log(ACTIVE_WIDTH)
    width = np.exp(generator.uniform(low, high, draws))
    response = DAYS_A_WEEK * slope * width
    low, middle, high = np.quantile(response, [0.1, 0.5, 0.9])
    return {
        "width_km": list(ACTIVE_WIDTH),
        "q10": rounded(low),
        "q50": rounded(middle),
        "q90": rounded(high),
        "above_nought": rounded(float((response > 0).mean())),
    }
