"""How past wars ended: kinds of end, which side reached its aims, and how long ceasefires held.

    P(kind k) = exp(x . c[k]) / sum over j of exp(x . c[j]),      c[aims] = 0                       (1)
    P(the initiator's aims | aims) = 1 / (1 + exp(-(u + v old)))                                    (2)
    rate of breaking in a stretch of a ceasefire's age ~ gamma(1 + broke, 1 / r + years at risk)     (3)

    symbol  in code   meaning                                                        prior
    x       -         1, old (two years or more), modern (ended since 1946), minor (under a thousand deaths a year)
    c       kinds     log odds against one side's aims, for each kind                normal(-1, 1.5), others (0, 1)
    u, v    side      log odds that these are the initiator's, and what age adds     normal(0, 1.5), normal(0, 1)
    r       overall   rate over all ages, half a break added: stretches are pooled to it  -

    kind        COW outcome, wars that ended before 1946   UCDP outcome, episodes between states since
    settlement  3 compromise                              1 peace agreement
    line        6 stalemate                               2 ceasefire
    fading      none                                      5 low activity
    aims        1, 2 won, lost                            3, 4 victory

Wars that changed into another or had no outcome coded say nothing. Side (2) is COW's: UCDP does not tell the initiator.
A collapse is not coded: UCDP's "actor gone" counts no war between states, so its rate is not told by past wars.

Limits:   UCDP closes an episode only after a calendar year below 25 deaths, so a ceasefire that broke within its
          first year is none there: (3) is the least. Nobody is followed beyond the last year before `before`.
Source:   COW inter-state wars 4.0; UCDP conflict termination 3-2021.
"""

from __future__ import annotations

import json
import math
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from pathlib import Path
from typing import Any

import numpy as np

from tertius.errors import DataError
from tertius.history.ageing import mode_and_covariance
from tertius.history.ending import YEAR, Ending, fit_ending
from tertius.history.fitting import read_wars
from tertius.history.joining import posterior_rows
from tertius.history.panel import Floats, numbers, read_table
from tertius.history.reference import Share, rounded

INTERSTATE, TERMINATION = "cow_interstate.parquet", "ucdp_termination.parquet"
SHIPPED = "ends.json"
VERSION = 1
KINDS = ("settlement", "line", "fading", "aims")
TERMS = ("level", "old", "modern", "minor")
MODERN = 1946
OLD_YEARS = 2.0
STRETCHES = ((0, 1), (1, 2), (2, 3), (3, 5), (5, 50))  # years of a war's age
CEASEFIRE_AGES = ((0, 1), (1, 2), (2, 5), (5, 50))  # years
TESTED = 1950
LONGEST = 10  # years of age that the test asks for
_COW = {1: "aims", 2: "aims", 3: "settlement", 6: "line"}
_UCDP = {1: "settlement", 2: "line", 3: "aims", 4: "aims", 5: "fading"}
BETWEEN_STATES = 2  # UCDP's type
CEASEFIRE = 2  # UCDP's outcome
ROWS = 4000
BAND = (0.1, 0.9)


@dataclass(frozen=True)
class PastEnd:
    """One ended war: its kind as a place in `KINDS`, years it lasted, the rest of x as 0 or 1."""

    kind: int
    years: float
    modern: float
    minor: float

    @property
    def terms(self) -> tuple[float, ...]:
        """The vector x of (1)."""
        return 1.0, float(self.years >= OLD_YEARS), self.modern, self.minor


@dataclass(frozen=True)
class Ceasefire:
    """Years that a ceasefire is followed, and whether it broke at their end; whether it was one between states."""

    years: float
    broke: bool
    between_states: bool


@dataclass(frozen=True)
class Ends:
    """The shipped file.

    shares    kind -> mean and 10% and 90% quantile, by (old, modern), of wars of a thousand deaths a year
    initiator mean and quantiles of (2), by old
    breaks    past ceasefires that broke within five years
    before    wars and ceasefires of this year and later are not in it
    told      all of the file
    """

    shares: dict[tuple[bool, bool], dict[str, tuple[float, float, float]]]
    initiator: dict[bool, tuple[float, float, float]]
    breaks: Share
    before: int
    told: dict[str, Any]


def fit_ends(history: Path, entries: Path, before: int = 1990, seed: int = 1) -> dict[str, Any]:
    """Everything of the file.

    Args:
        history: folder of `wars.parquet`.
        entries: folder of the COW and UCDP tables of past wars.
        before: first year that is not used.
        seed: of the posterior's draws.

    Raises:
        DataError: a file is missing or cannot be used.
        OptionError: too few wars.
    """
    wars, wars_digest = read_wars(history)
    days = wars["days"][wars["year"] < before]
    cow, cow_digest = _cow_wars(entries / INTERSTATE, before)
    episodes, episodes_digest = _episodes(entries / TERMINATION, before)
    past = [one for one, _ in cow if not one.modern]
    past += [_end_of(row) for row in episodes if row["type"] == BETWEEN_STATES and row["outcome"] in _UCDP]
    return {
        "version": VERSION,
        "what": "How past wars ended: kinds, sides, ceasefires, ages. Written by tertius history ends.",
        "made": {
            "before": before,
            "files": {"wars.parquet": wars_digest, INTERSTATE: cow_digest, TERMINATION: episodes_digest},
        },
        "stretches": stretches(days, seed),
        "test": held_out(wars, before),
        "kinds": _kinds_data(past, seed),
        "collapses": {
            "wars_between_states": sum(row["type"] == BETWEEN_STATES for row in episodes),
            "actor_gone": sum(row["type"] == BETWEEN_STATES and row["outcome"] == 6 for row in episodes),
        },
        "initiator": _initiator_data(cow, seed),
        "breaks": breaks_data(_ceasefires(episodes, before)),
    }


def stretches(days: Floats, seed: int = 1) -> list[dict[str, Any]]:
    """Wars ended in each stretch of age, and the 10-90% of counts that the law of ends simulates; days (wars,)."""
    mode, spread = fit_ending(days)
    law = Ending(posterior_rows(mode, spread, ROWS, seed))
    generator = np.random.Generator(np.random.Philox(seed))
    rows = []
    for start, end in STRETCHES:
        alive = days > start * YEAR
        ended = int((days[alive] <= end * YEAR).sum())
        counts = generator.binomial(int(alive.sum()), law.within(start * YEAR, (end - start) * YEAR))
        low, high = (int(x) for x in np.quantile(counts, BAND))
        told = {"from_year": start, "to_year": end, "wars": int(alive.sum()), "ended": ended}
        rows.append(told | {"low": low, "high": high})
    return rows


def held_out(wars: dict[str, Floats], before: int) -> dict[str, Any]:
    """Log loss of ending within a year at each birthday, fitted before 1950, and by the share of all such years."""
    early = wars["days"][wars["year"] < TESTED]
    late = wars["days"][(wars["year"] >= TESTED) & (wars["year"] < before)]
    law = Ending(fit_ending(early)[0])
    ours, plain, years = 0.0, 0.0, 0
    reached = [int((early > age * YEAR).sum()) for age in range(LONGEST + 1)]
    share = (reached[0] - reached[-1]) / sum(reached[:-1])
    for age in range(LONGEST):
        alive = late[late > age * YEAR]
        ended = int((alive <= (age + 1) * YEAR).sum())
        chance, rest = float(law.within(age * YEAR, YEAR)), len(alive) - ended
        ours -= ended * math.log(chance) + rest * math.log1p(-chance)
        plain -= ended * math.log(share) + rest * math.log1p(-share)
        years += len(alive)
    return {
        "from": TESTED,
        "wars": len(late),
        "years": years,
        "log_loss": rounded(ours / years) if years else None,
        "log_loss_of_the_share": rounded(plain / years) if years else None,
    }


def fit_kinds(past: list[PastEnd]) -> tuple[Floats, Floats]:
    """Mode and covariance of (1): coefficients of the kinds but the last, (3, 4) in a row."""
    terms = np.array([one.terms for one in past])
    kind = np.array([one.kind for one in past])
    shape = (len(KINDS) - 1, len(TERMS))
    centre, spread = np.zeros(shape), np.ones(shape)
    centre[:, 0], spread[:, 0] = -1.0, 1.5

    def logs(point: Floats) -> Floats:
        each: Floats = np.log(kind_shares(point, terms)[np.arange(len(kind)), kind])
        return each

    return mode_and_covariance(logs, centre.ravel(), spread.ravel(), centre.ravel())


def kind_shares(point: Floats, terms: Floats) -> Floats:
    """(1) at a point (12,) or rows of points (draws, 12), for terms (wars, 4): (..., wars, 4)."""
    rows = np.asarray(point).reshape(*np.shape(point)[:-1], len(KINDS) - 1, len(TERMS))
    scores = np.einsum("...kt,wt->...wk", rows, terms)
    odds = np.concatenate([np.exp(scores), np.ones((*scores.shape[:-1], 1))], axis=-1)
    shares: Floats = odds / odds.sum(axis=-1, keepdims=True)
    return shares


def _kinds_data(past: list[PastEnd], seed: int) -> dict[str, Any]:
    mode, spread = fit_kinds(past)
    draws = posterior_rows(mode, spread, ROWS, seed)
    cells = []
    for old in (False, True):
        for modern in (False, True):
            shares = kind_shares(draws, np.array([[1.0, old, modern, 0.0]]))[:, 0]
            own = [one.kind for one in past if one.terms == (1.0, old, modern, 0.0)]
            cells.append(
                {
                    "old": old,
                    "modern": modern,
                    "counts": {kind: own.count(place) for place, kind in enumerate(KINDS)},
                    "shares": {kind: _band(shares[:, place]) for place, kind in enumerate(KINDS)},
                }
            )
    return {"wars": len(past), "terms": list(TERMS), "mode": rounded(mode), "cells": cells}


def _initiator_data(cow: list[tuple[PastEnd, bool | None]], seed: int) -> list[dict[str, Any]]:
    decided = [(one, bool(won)) for one, won in cow if won is not None]
    old = np.array([one.terms[1] for one, _ in decided])
    won = np.array([float(w) for _, w in decided])
    sign = np.where(won > 0, 1.0, -1.0)

    def logs(point: Floats) -> Floats:
        each: Floats = -np.logaddexp(0.0, -sign * (point[0] + point[1] * old))
        return each

    mode, spread = mode_and_covariance(logs, np.zeros(2), np.array([1.5, 1.0]), np.zeros(2))
    draws = posterior_rows(mode, spread, ROWS, seed)
    rows = []
    for age in (0.0, 1.0):
        share = 1.0 / (1.0 + np.exp(-(draws[:, 0] + age * draws[:, 1])))
        counted = {"old": bool(age), "won": int(won[old == age].sum()), "decided": int((old == age).sum())}
        rows.append(counted | {"share": _band(share)})
    return rows


def breaks_data(ceasefires: list[Ceasefire]) -> dict[str, Any]:
    """Rate of breaking by age of a ceasefire, and those that broke within five years."""
    years = np.array([one.years for one in ceasefires])
    broke = np.array([one.broke for one in ceasefires])
    overall = (broke.sum() + 0.5) / years.sum()
    rows = []
    for start, end in CEASEFIRE_AGES:
        risk = float(np.clip(years - start, 0, end - start).sum())
        hits = int((broke & (years > start) & (years <= end)).sum())
        rows.append(
            {
                "from_year": start,
                "to_year": end,
                "ceasefires": int((years > start).sum()),
                "broke": hits,
                "years": rounded(risk),
                "per_year": rounded((1 + hits) / (1 / overall + risk)),
            }
        )
    five = (years >= 5) | broke & (years <= 5)  # followed for five years, or broken in them
    return {
        "ceasefires": len(years),
        "broke": int(broke.sum()),
        "between_states": int(sum(one.between_states for one in ceasefires)),
        "ages": rows,
        "within_5": {"hits": int((broke & (years <= 5)).sum()), "cases": int(five.sum())},
    }


def _band(draws: Floats) -> dict[str, float]:
    low, high = np.quantile(draws, BAND)
    return {"mean": rounded(draws.mean()), "q10": rounded(low), "q90": rounded(high)}


def _cow_wars(path: Path, before: int) -> tuple[list[tuple[PastEnd, bool | None]], str]:
    """Each war with a kind, and whether the initiator reached its aims; None where nobody did."""
    names = ["war", "war_start", "end1", "end2", "initiator", "outcome"]
    table, digest = read_table(path, names)
    place = str(path)
    war, initiator, outcome = (numbers(table[name], name, place) for name in ("war", "initiator", "outcome"))
    start = table["war_start"].astype("datetime64[D]")
    ends = np.stack([table[name].astype("datetime64[D]") for name in ("end1", "end2")])
    found: list[tuple[PastEnd, bool | None]] = []
    for number in np.unique(war):
        rows = np.flatnonzero(war == number)
        end = np.nanmax(ends[:, rows])
        began = rows[initiator[rows] == 1]
        told = {int(outcome[row]) for row in began}
        year = int(str(end)[:4])
        if np.isnat(end) or int(str(start[rows].min())[:4]) >= before or len(told) != 1 or told.isdisjoint(_COW):
            continue
        years = float((end - start[rows].min()).astype(float) + 1) / YEAR
        code = told.pop()
        kind = KINDS.index(_COW[code])
        decided = code == 1 if _COW[code] == "aims" else None
        found.append((PastEnd(kind, years, float(year >= MODERN), 0.0), decided))
    if not found:
        raise DataError(place, "no war with an outcome", "COW's outcomes of inter-state wars", "give that file")
    return found, digest


def _episodes(path: Path, before: int) -> tuple[list[dict[str, Any]], str]:
    """Ended episodes of armed conflict, each with the start of the conflict's next one in years, if there is one."""
    names = ["conflict_id", "episode", "year", "type", "intensity", "start_date2", "terminated", "end_date", "outcome"]
    table, digest = read_table(path, names)
    starts: dict[tuple[int, int], Any] = {}
    last: dict[tuple[int, int], dict[str, Any]] = {}
    for row in range(len(table["year"])):
        key = int(table["conflict_id"][row]), int(table["episode"][row])
        starts.setdefault(key, table["start_date2"][row].astype("datetime64[D]"))
        told = last.setdefault(key, {"intensity": 0})
        told["intensity"] = max(told["intensity"], int(table["intensity"][row]))
        if table["terminated"][row] == 1:
            end = table["end_date"][row].astype("datetime64[D]")
            code = table["outcome"][row]
            outcome = int(code) if code is not None and np.isfinite(float(code)) else 0
            told |= {"type": int(table["type"][row]), "end": end, "outcome": outcome}
    ended = []
    for (conflict, episode), told in last.items():
        if "end" not in told or np.isnat(told["end"]) or int(str(told["end"])[:4]) >= before:
            continue
        after = [day for (other, number), day in starts.items() if other == conflict and number > episode]
        year_end = np.datetime64(f"{before - 1}-12-31")
        ended.append(
            told
            | {
                "years": float((told["end"] - starts[conflict, episode]).astype(float) + 1) / YEAR,
                "next": float((min(after) - told["end"]).astype(float)) / YEAR if after else np.inf,
                "followed": float((year_end - told["end"]).astype(float)) / YEAR,
            }
        )
    if not ended:
        raise DataError(str(path), "no ended episode", "UCDP's conflict terminations", "give that file")
    return ended, digest


def _end_of(row: dict[str, Any]) -> PastEnd:
    return PastEnd(KINDS.index(_UCDP[row["outcome"]]), row["years"], 1.0, float(row["intensity"] < 2))


def _ceasefires(episodes: list[dict[str, Any]], before: int) -> list[Ceasefire]:
    found = [row for row in episodes if row["outcome"] == CEASEFIRE and row["followed"] > 0]
    return [
        Ceasefire(min(row["next"], row["followed"]), row["next"] <= row["followed"], row["type"] == BETWEEN_STATES)
        for row in found
    ]


@cache
def shipped_ends() -> Ends:
    """The file that comes with the package."""
    told = json.loads(files("tertius.history").joinpath(SHIPPED).read_text(encoding="utf-8"))

    def band(row: dict[str, float]) -> tuple[float, float, float]:
        return row["mean"], row["q10"], row["q90"]

    cells = told["kinds"]["cells"]
    return Ends(
        shares={(c["old"], c["modern"]): {kind: band(c["shares"][kind]) for kind in KINDS} for c in cells},
        initiator={row["old"]: band(row["share"]) for row in told["initiator"]},
        breaks=Share("past ceasefires that broke within five years", **told["breaks"]["within_5"]),
        before=int(told["made"]["before"]),
        told=told,
    )
