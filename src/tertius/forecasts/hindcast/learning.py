"""What wars share, learnt from those that were over before a year: joining, ends, who wins, deaths.

    rate of joining    law, logit and trees of `history.pool`, timing and pull of joiners of `history.timing`     (1)
    hazard of an end   h(t) exp(c + d |r| + g min(k, 3)),   h of `history.ending`                                (2)
    P(neither wins)    by the share of past wars, half a war added;                                              (3)
    P(A wins | decided) = 1 / (1 + exp(-(u + v r + w (f(k_A) - f(k_B))))),   f(k) = k / (1 + k)                  (4)
    log dead a week of side s = a + b log own + e log enemy + f 1(s = A) + sd normal                              (5)

    symbol  in code     meaning                                                    prior
    r       ratio       log of A's capability over B's, joiners so far counted     -
    k       joined      states that joined so far; k_A, k_B by side                -
    c, d, g response    level, disparity, response of the end to a joiner          normal(0, .3), (0, .3), (0, .5)
    u, v, w aims        log odds that the initiator wins, by strength, by joiners  normal(0, 1.5), (0, 1), (0, 1)
    b, e, f dead        elasticities on capability, what beginning adds            normal(0, .5)

Quantities are shared by all wars and pooled to what is usual: at the priors' centres the class of all wars is left. All
of (1)-(5) have a likelihood, so nothing is fitted by simulation. `plain` leaves out what (2), (4) and (5) add to the
class. Terms and priors were chosen on wars before 1950: learnt before 1900, held to 1900-1949.

(2) is fitted with min(k, 3), and so is a scenario's hazard on its day. While it runs, each further joiner adds g
without a bound: beyond three joiners the run goes further than (2). That structure was scored and is kept.

A dispute or war counts only where it was over before the year: how it went on later was not known.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from pathlib import Path
from typing import Final

import numpy as np

from tertius.errors import OptionError
from tertius.forecasts.hindcast.cases import NEITHER, WON_A, Case, War, Wars, find
from tertius.history.ageing import mode_and_covariance
from tertius.history.ending import Ending, fit_ending
from tertius.history.features import raw_of
from tertius.history.fitting import read_disputes
from tertius.history.joining import Likelihood, posterior_rows
from tertius.history.panel import Floats, Panel, read_panel
from tertius.history.pool import Pool, fit_partners
from tertius.history.timing import Timing, durations, fit_timing, spells_of

DISPUTES, PANEL_OF_DISPUTES = "mid_disputes.parquet", "panel_mid.parquet"
LEAST_WARS: Final = 15
MOST_JOINED: Final = 3.0
ROWS: Final = 400
_RESPONSE: Final = np.array([0.3, 0.3, 0.5])
_AIMS: Final = np.array([1.5, 1.0, 1.0])
_DEAD: Final = 0.5  # prior's standard deviation of each slope, log dead over log capability


@dataclass(frozen=True)
class Learnt:
    """What wars share, as known before a year.

    pool, timing  who joins, and when
    ending_rows   posterior of how wars end by age, (draws, 5)
    response      c, d, g of (2)
    neither       share of (3)
    aims          u, v, w of (4)
    dead          a, b, e, f of (5), and its standard deviation
    before, wars  that year, and wars that it rests on
    """

    pool: Pool
    timing: Timing
    ending_rows: Floats
    response: Floats
    neither: float
    aims: Floats
    dead: Floats
    before: int
    wars: int

    def plain(self, wars: Wars) -> Learnt:
        """The same with the classes of all wars alone: what (2), (4) and (5) add is left out."""
        past = wars.over(self.before)
        aims, dead = fit_aims(wars, past, True), fit_dead(wars, past, True)
        return replace(self, response=np.zeros(3), aims=aims, dead=dead)

    def end_factor(self, ratio: float, joined: float) -> float:
        """Factor on the hazard of an end, (2)."""
        c, d, g = self.response
        return float(np.exp(c + d * abs(ratio) + g * min(joined, MOST_JOINED)))

    def wins(self, terms: Floats) -> Floats:
        """Chance that neither, A, B reaches its aims, (3,), by the terms of (4), as of `aims_terms`."""
        a = 1.0 / (1.0 + np.exp(-(self.aims @ terms)))
        decided = 1.0 - self.neither
        return np.array([self.neither, decided * a, decided * (1.0 - a)])

    def dead_a_week(self, power: Floats) -> tuple[Floats, float]:
        """Medians of dead a week of A and of B, (2,), and the standard deviation of their logs."""
        a, b, e, f, sd = self.dead
        own = np.log10(power)
        return np.asarray(10.0 ** (a + b * own + e * own[::-1] + f * np.array([1.0, 0.0]))), float(sd * np.log(10.0))


def learn(wars: Wars, folder: Path, before: int, seed: int = 1) -> Learnt:
    """Fit everything on what was over before a year began.

    Args:
        wars: of the files to learn from.
        folder: where the panel of disputes and the dispute file lie.
        before: first year that is not used.
        seed: of the posterior's draws.

    Raises:
        DataError: a file is missing or cannot be used.
        OptionError: too few wars or disputes, or no scikit-learn.
    """
    past = wars.over(before)
    if len(past) < LEAST_WARS:
        allowed = f"a year before which at least {LEAST_WARS} wars of the files were over; here {len(past)}"
        raise OptionError("--train-before", before, allowed, "choose a later year, or name more data with --train-data")
    pool, timing = _joining(folder, before)
    days = np.array([war.days for war in past])
    mode, spread = fit_ending(days)
    decided = [war.winner for war in past if war.winner is not None]
    neither = (sum(each == NEITHER for each in decided) + 0.5) / (len(decided) + 1.0)
    return Learnt(
        pool=pool,
        timing=timing,
        ending_rows=posterior_rows(mode, spread, ROWS, seed),
        response=fit_response(wars, past, Ending(mode)),
        neither=neither,
        aims=fit_aims(wars, past, False),
        dead=fit_dead(wars, past, False),
        before=before,
        wars=len(past),
    )


def _joining(folder: Path, before: int) -> tuple[Pool, Timing]:
    """The pool and the timing, on disputes that were over before a year."""
    panel = read_panel(find(folder, PANEL_OF_DISPUTES)).years(-10_000, before - 1)
    place = find(folder, DISPUTES)
    table, _ = read_disputes(place.parent)
    edge = float(np.datetime64(f"{before:04d}-01-01", "D").astype(np.int64))
    over = table["disp"][table["tend"] < edge]
    panel = panel.rows(np.flatnonzero(np.isin(panel.ids[panel.dispute], over)))
    lasting = durations(panel, table, str(place))
    likelihood = Likelihood(panel)
    law = likelihood.joining(likelihood.mode())
    chances = np.round(law.probabilities(raw_of(panel)), 10)
    timing, _ = fit_timing(*spells_of(panel, chances, lasting), len(panel.ids))
    return Pool(law, *fit_partners(panel)), Timing(np.asarray(timing))


def stretches(wars: Wars, war: War) -> list[tuple[float, float, float, float]]:
    """A war between its joins: age at the start and end of each stretch, joined so far, log ratio of capability."""
    cases = list(wars.cases(war))
    edges = [*(float(case.age) for case in cases), war.days]
    return [
        (edges[place], max(edges[place + 1], edges[place]), float(joined_of(case)), ratio_of(wars, case))
        for place, case in enumerate(cases)
    ]


def joined_of(case: Case) -> int:
    """States that joined by the day, entrants counted."""
    return len(case.inside) + len(case.entrants)


def ratio_of(wars: Wars, case: Case) -> float:
    """Log of A's capability over B's, joiners and entrants counted."""
    a, b = wars.power(case)
    return float(np.log(a / b))


def fit_response(wars: Wars, past: tuple[War, ...], law: Ending) -> Floats:
    """Level, disparity and response to joiners of (2), (3,), with the law of age held."""
    rows = [(place, *row) for place, war in enumerate(past) for row in stretches(wars, war)]
    table = np.array(rows)
    at = table[:, 0].astype(np.int64)
    risk = law.gathered(table[:, 2]) - law.gathered(table[:, 1])
    terms = np.stack([np.ones(len(table)), np.abs(table[:, 4]), np.minimum(table[:, 3], MOST_JOINED)], axis=1)
    last = np.r_[np.diff(at) > 0, True]

    def logs(point: Floats) -> Floats:
        score = terms @ point
        each = np.where(last, score, 0.0) - np.exp(score) * risk
        return np.asarray(np.bincount(at, each, len(past)), dtype=np.float64)

    mode, _ = mode_and_covariance(logs, np.zeros(3), _RESPONSE, np.zeros(3))
    return np.asarray(mode)


def aims_terms(wars: Wars, case: Case) -> Floats:
    """What the chance that A wins hangs on in (4): 1, r, f(k_A) - f(k_B); (3,)."""
    sides = wars.side(np.concatenate([case.inside, case.entrants]))
    a, b = float((sides == 0).sum()), float((sides == 1).sum())
    return np.array([1.0, ratio_of(wars, case), a / (1.0 + a) - b / (1.0 + b)])


def fit_aims(wars: Wars, past: tuple[War, ...], plain: bool) -> Floats:
    """Weights of (4), (3,); a war counts once, whatever its entries. Plain: the level alone."""
    held = [(place, war, list(wars.cases(war))) for place, war in enumerate(past) if war.winner not in (None, NEITHER)]
    terms = np.array([aims_terms(wars, case) for _, _, cases in held for case in cases])
    sign = np.array([1.0 if war.winner == WON_A else -1.0 for _, war, cases in held for _ in cases])
    weight = np.array([1.0 / len(cases) for _, _, cases in held for _ in cases])
    at = np.array([place for place, _, cases in held for _ in cases])
    used = 1 if plain else terms.shape[1]

    def logs(point: Floats) -> Floats:
        each = -weight * np.logaddexp(0.0, -sign * (terms[:, :used] @ point))
        return np.asarray(np.bincount(at, each, len(past)), dtype=np.float64)

    mode, _ = mode_and_covariance(logs, np.zeros(used), _AIMS[:used], np.zeros(used))
    return np.concatenate([mode, np.zeros(terms.shape[1] - used)])


def fit_dead(wars: Wars, past: tuple[War, ...], plain: bool) -> Floats:
    """Level, slopes and standard deviation of (5), (5,), by ridge regression of log10 dead a week."""
    terms, values = [], []
    for war in past:
        if war.side_deaths is None:
            continue
        *_, last = wars.cases(war)
        power = np.log10(wars.power(last))
        for side in (0, 1):
            terms.append([1.0, power[side], power[1 - side], 1.0 - side])
            values.append(np.log10(max(war.side_deaths[side], 1.0) / max(war.days / 7.0, 1.0)))
    x, y = np.array(terms), np.array(values)
    slopes = 3 if not plain else 0
    x = x[:, : 1 + slopes]
    noise = float(np.var(y))
    penalty = np.diag([0.0, *([noise / _DEAD**2] * slopes)])
    point = np.linalg.solve(x.T @ x + penalty, x.T @ y)
    sd = float(np.sqrt(np.sum((y - x @ point) ** 2) / max(len(y) - len(point), 1)))
    return np.array([*point, *([0.0] * (3 - slopes)), sd])


def panel_chances(learnt: Learnt, panel: Panel) -> Floats:
    """Chance of each row's state to join A and B while a dispute lasts, (2, rows)."""
    return learnt.pool.probabilities(raw_of(panel))
