"""What followed when a third state had entered a war: how soon it ended, and for whom.

    h(t) = exp(a[stretch of t] + g . z + d E(t) + k C(t))       rate per day of ending at age t          (1)
    P(the initiator wins) = 1 / (1 + exp(-(a + g r + d (J_A - J_B) + k (C_A - C_B))))                    (2)

    symbol  in code   meaning                                                       prior
    a       level     log rate in a stretch of age; level of (2)                    normal(-6.5, 1.5); normal(0, 1.5)
    z       hardness  unevenness |log A/B| and size log(A + B) of capability        g: normal(0, 0.5)
    r       -         log A/B of capability at the start                            g: normal(0, 0.5)
    E       entered   1 once a third state has entered                                 d: normal(0, 0.7)
    C       added     log(1 + capability that has entered / capability at the start)   k: normal(0, 0.7)
    J       -         1 where a third state entered for that side                      d: normal(0, 0.7)

E and C change as states enter (time-varying): a war is not counted as entered before it was. The fit is on wars begun
before 1950, the test on those of 1950 to 1989: log loss of ending within one, two and five years from landmarks of age,
and of the outcome, with the terms d and k and without. States enter hard wars, so d and k are associations, never proof
of an effect; `late.py` compares late entries with years that nobody entered, with a control and a bound.

Limits:   d = k = 0: age, unevenness and size alone.
Source:   COW inter-state wars, CINC of the year before; UCDP conflict years and entries.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from tertius.history.ageing import mode_and_covariance
from tertius.history.fitting import read_wars
from tertius.history.panel import Floats, numbers, read_table
from tertius.history.reference import rounded

PANEL_WAR, INTERSTATE = "panel_war.parquet", "cow_interstate.parquet"
YEAR = 365.25  # days
EDGES = np.array([0.0, 30.0, 91.0, 182.0, 365.25, 730.5, 1e6])  # days
LANDMARKS = (30.0, 182.0, 365.0, 730.0, 1095.0)  # days
HORIZONS = (1, 2, 5)  # years
SPLIT, LAST = 1950, 1989
ENTRY = ("entered", "added")
PRIORS = {"level": (-6.5, 1.5), "hardness": (0.0, 0.5), "entry": (0.0, 0.7)}
LEAST = 1e-4  # of capability


@dataclass(frozen=True)
class War:
    """An inter-state war.

    year        it began
    days        it lasted
    capability  of the sides at the start, A the initiator
    joins       (day, side 0 or 1, capability) of each third state, in the order of their days
    won         whether the initiator won; None where that is not told
    """

    year: int
    days: float
    capability: tuple[float, float]
    joins: tuple[tuple[float, int, float], ...]
    won: bool | None = None

    @property
    def hardness(self) -> tuple[float, float]:
        """Unevenness and size, z of (1)."""
        a, b = self.capability
        return abs(float(np.log(a / b))), float(np.log(a + b))

    def entry(self, age: float) -> tuple[float, float]:
        """E and C of (1) at an age."""
        so_far = [share for day, _, share in self.joins if day < age]
        return float(bool(so_far)), float(np.log1p(sum(so_far) / sum(self.capability)))

    def by_side(self) -> tuple[float, float]:
        """J_A - J_B and C_A - C_B of (2)."""
        joined = [[share for _, side, share in self.joins if side == s] for s in (0, 1)]
        added = [float(np.log1p(sum(j) / own)) for j, own in zip(joined, self.capability, strict=True)]
        return float(bool(joined[0])) - float(bool(joined[1])), added[0] - added[1]


@dataclass(frozen=True)
class Stretches:
    """Stretches of wars without a change: (stretches,) war, place of the age, days at risk, 1 where it ended; terms."""

    war: NDArray[np.int64]
    age: NDArray[np.int64]
    risk: Floats
    ended: Floats
    terms: Floats


def read_wars_entered(history: Path, entries: Path) -> tuple[list[War], dict[str, str]]:
    """Inter-state wars with who entered them, and the files' sha256. Raises DataError."""
    table, wars_digest = read_wars(history)
    names = ["disp", "joined", "side", "days", "cinc", "A_cinc", "B_cinc"]
    panel, panel_digest = read_table(history / PANEL_WAR, names)
    place = str(history / PANEL_WAR)
    number = {name: numbers(panel[name], name, place, finite=False) for name in names if name != "side"}
    told, cow_digest = read_table(entries / INTERSTATE, ["war", "initiator", "outcome"])
    outcome: dict[int, set[int]] = {}
    for war, began, code in zip(told["war"], told["initiator"], told["outcome"], strict=True):
        if began == 1:
            outcome.setdefault(int(war), set()).add(int(code))
    found = []
    for name, days, year in zip(table["disp"], table["days"], table["year"], strict=True):
        rows = np.flatnonzero(number["disp"] == name)
        if not len(rows):
            continue
        a, b = (max(float(number[f"{s}_cinc"][rows[0]]), LEAST) for s in "AB")
        joined = rows[(number["joined"][rows] == 1) & np.isfinite(number["days"][rows])]
        joins = [
            (float(number["days"][r]), "AB".index(panel["side"][r]), float(np.nan_to_num(number["cinc"][r])))
            for r in joined[np.argsort(number["days"][joined], kind="stable")]
        ]
        codes = outcome.get(int(name), set())
        won = (codes == {1}) if len(codes) == 1 and codes <= {1, 2, 3, 6} else None
        found.append(War(int(year), float(days), (a, b), tuple(joins), won))
    return found, {"wars.parquet": wars_digest, PANEL_WAR: panel_digest, INTERSTATE: cow_digest}


def stretches_of(wars: Sequence[War]) -> Stretches:
    """Cut every war at the edges of age and at each entry."""
    rows: list[tuple[float, ...]] = []
    for place, war in enumerate(wars):
        cuts = sorted({*EDGES[war.days > EDGES], *(day for day, _, _ in war.joins if day < war.days), war.days})
        for start, end in pairwise(cuts):
            age = int(np.searchsorted(EDGES, start, side="right")) - 1
            last = float(end == war.days)
            rows.append((place, age, end - start, last, *war.hardness, *war.entry(start + 1e-9)))
    table = np.array(rows)
    whole = table[:, :2].astype(np.int64)
    return Stretches(whole[:, 0], whole[:, 1], table[:, 2], table[:, 3], table[:, 4:])


def fit_duration(wars: Sequence[War], with_entry: bool = True) -> tuple[Floats, Floats]:
    """Mode and covariance of (1): levels by age, hardness, entry; without, the last two are held at 0."""
    cut = stretches_of(wars)
    ages = len(EDGES) - 1
    centre = np.repeat([PRIORS["level"][0], 0.0], [ages, 4])
    spread = np.repeat([PRIORS["level"][1], PRIORS["hardness"][1], PRIORS["entry"][1]], [ages, 2, 2])
    used = slice(None if with_entry else ages + 2)

    def logs(point: Floats) -> Floats:
        log = point[:ages][cut.age] + cut.terms[:, : len(point) - ages] @ point[ages:]
        return np.bincount(cut.war, cut.ended * log - cut.risk * np.exp(log), minlength=len(wars)).astype(np.float64)

    return _filled(*mode_and_covariance(logs, centre[used], spread[used], centre[used]), len(centre))


def _filled(mode: Floats, covariance: Floats, size: int) -> tuple[Floats, Floats]:
    """A fit with noughts for the terms that it was made without."""
    whole = np.zeros((size, size))
    whole[: len(mode), : len(mode)] = covariance
    return np.concatenate([mode, np.zeros(size - len(mode))]), whole


def ends_within(point: Floats, war: War, age: float, days: float) -> float:
    """Chance by (1) that a war of an age ends within so many days, as it then stands, if nobody else enters."""
    ages = len(EDGES) - 1
    log = float(np.array([*war.hardness, *war.entry(age)]) @ point[ages:])
    risk = np.clip(np.minimum(EDGES[1:], age + days) - np.maximum(EDGES[:-1], age), 0.0, None)
    return float(-np.expm1(-(risk * np.exp(point[:ages] + log)).sum()))


def fit_outcome(wars: Sequence[War], with_entry: bool = True) -> tuple[Floats, Floats]:
    """Mode and covariance of (2): level, capability, entry."""
    told = [war for war in wars if war.won is not None]
    terms = np.array([_outcome_terms(war) for war in told])
    sign = np.where([bool(war.won) for war in told], 1.0, -1.0)
    spread = np.repeat([1.5, PRIORS["hardness"][1], PRIORS["entry"][1]], [1, 1, 2])
    used = slice(None if with_entry else 2)

    def logs(point: Floats) -> Floats:
        each: Floats = -np.logaddexp(0.0, -sign * (terms[:, : len(point)] @ point))
        return each

    return _filled(*mode_and_covariance(logs, np.zeros(4)[used], spread[used], np.zeros(4)[used]), 4)


def _outcome_terms(war: War) -> tuple[float, ...]:
    return (1.0, float(np.log(war.capability[0] / war.capability[1])), *war.by_side())


def fit_entering(history: Path, entries: Path) -> dict[str, Any]:
    """Both fits on wars before 1950, and their test on later ones. Raises DataError."""
    wars, digests = read_wars_entered(history, entries)
    train = [war for war in wars if war.year < SPLIT]
    test = [war for war in wars if SPLIT <= war.year <= LAST]
    both = {
        "duration": (fit_duration(train), fit_duration(train, with_entry=False)),
        "outcome": (fit_outcome(train), fit_outcome(train, with_entry=False)),
    }
    told: dict[str, Any] = {
        "files": digests,
        "train": {"before": SPLIT, "wars": len(train), "entered": sum(bool(war.joins) for war in train)},
        "test": {"from": SPLIT, "to": LAST, "wars": len(test), "entered": sum(bool(war.joins) for war in test)},
    }
    for name, ((mode, spread), _) in both.items():
        errors = np.sqrt(np.diag(spread))
        told[name] = {
            term: {"mean": rounded(mode[-2 + place]), "error": rounded(errors[-2 + place])}
            for place, term in enumerate(ENTRY)
        }
    rows = []
    for years in HORIZONS:
        losses = [
            [_loss(ends_within(fit[0], war, age, years * YEAR), war.days <= age + years * YEAR) for age in _marks(war)]
            for fit in both["duration"]
            for war in test
        ]
        rows.append(_scored(f"ended within {years} year{'s' * (years > 1)}", losses[: len(test)], losses[len(test) :]))
    decided = [war for war in test if war.won is not None]
    chances = [[_logit(_outcome_terms(war), fit[0]) for war in decided] for fit in both["outcome"]]
    with_it, without = ([[_loss(p, bool(w.won))] for p, w in zip(each, decided, strict=True)] for each in chances)
    rows.append(_scored("the initiator won", with_it, without))
    told["scores"] = rows
    told["outcomes"] = [_won(train + test, side) for side in (None, 0, 1)]
    return told


def _marks(war: War) -> list[float]:
    """Ages at which a war is asked after: the landmarks, and its first entry."""
    return sorted({age for age in (*LANDMARKS, *(day + 1.0 for day, _, _ in war.joins[:1])) if age < war.days})


def _logit(terms: tuple[float, ...], point: Floats) -> float:
    return float(1.0 / (1.0 + np.exp(-(np.array(terms) @ point))))


def _loss(chance: float, happened: bool) -> float:
    return -float(np.log(chance if happened else 1.0 - chance))


def _scored(what: str, ours: list[list[float]], without: list[list[float]]) -> dict[str, Any]:
    """Mean log losses and their difference with its standard error by war."""
    cases = sum(map(len, ours))
    apart = np.array([sum(a) - sum(b) for a, b in zip(ours, without, strict=True)])
    return {
        "what": what,
        "cases": cases,
        "with_entry": rounded(sum(map(sum, ours)) / cases),
        "without": rounded(sum(map(sum, without)) / cases),
        "difference": rounded(apart.sum() / cases),
        "error": rounded(float(np.sqrt(len(apart)) * apart.std(ddof=1) / cases)),
    }


def _won(wars: Sequence[War], side: int | None) -> dict[str, Any]:
    """Counts by where the first joiner went; None: nobody joined."""
    told = [war for war in wars if war.won is not None and (war.joins[0][1] if war.joins else None) == side]
    return {
        "first_joiner": "none" if side is None else ("the initiator's side", "the other side")[side],
        "wars": len(told),
        "initiator_won": sum(bool(war.won) for war in told),
    }
