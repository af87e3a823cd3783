"""The law of steps: each month a donor steps up, holds or cuts.

With y in {cut, hold, up}, donor i, month t, and R the part of the last six months' sum that stays in the window:

    u_it = a_L + n log(need_up) + p M_up + q M_cut + f F_up + theta_i + kappa_t                 towards up     (1)
    c_it = b_L + m log(need_hold) + r M_up + s M_cut + f F_cut + phi_i + lambda_t               towards a cut  (2)
    P(up) = e^u / Z,  P(cut) = e^c / Z,  P(hold) = 1 / Z,  Z = 1 + e^u [L < 3] + e^c [R below L]               (3)

    symbol        meaning                                                              unit       prior
    a_L, b_L      level now: how often a donor rises from it, falls from it            log odds   normal (-1.5, 1.5)
    need_up       what must be given next month to reach the level above               usual      -
                                                                                       months
    need_hold     what must be given next month to keep the level                      usual      -
                                                                                       months
    n, m          how need tells                                                       log odds   normal (0, 0.7)
    M_up, M_cut   momentum: 1 if the last step was up, was a cut                       1          -
    p, q, r, s    what that does                                                       log odds   normal (0, 0.7)
    F_up, F_cut   share of the other donors that stepped up, cut, in the last month    1          -
    f             following                                                            log odds   normal (0, 2)
    theta, phi    donors, partially pooled: normal (0, tau_up), (0, tau_cut)           log odds   tau: see below
    kappa, lambda what all donors share in a month: normal (0, sigma_up), (0, ...)     log odds   sigma: see below

The four scales tau and sigma are lognormal (median 0.35, 90% point 0.9). All priors are judgements: weak on the scale
of log odds, where 1 is a factor of 2.7. A level cannot rise above 3, and cannot fall where what stays in the window
holds it: the choice is among what is possible.

Limits: all scales 0 and f = 0 give one pooled table by level. Source: multinomial logit, McFadden (1974); the donor's
own scale and the window are our choice (`levels`).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from tertius.inference.aid.levels import CUT, EDGES, UP, WINDOW, Array, Whole, level_of, steps_of, usual_half_year
from tertius.inference.aid.levels import window_sums as sums_of
from tertius.inference.aid.panel import Panel

COEFFICIENTS = (
    *(f"up from level {level}" for level in (0, 1, 2)),
    "need to rise",
    "up after up",
    "up after cut",
    *(f"cut from level {level}" for level in (1, 2, 3)),
    "need to hold",
    "cut after up",
    "cut after cut",
    "following",
)
PRIOR_MEAN = np.array([-1.5, -1.5, -1.5, 0, 0, 0, -1.5, -1.5, -1.5, 0, 0, 0, 0])
PRIOR_SD = np.array([1.5, 1.5, 1.5, 0.7, 0.7, 0.7, 1.5, 1.5, 1.5, 0.7, 0.7, 0.7, 2.0])
SMALLEST_NEED = 0.05  # usual months: below this a need is as good as none
NOT_POSSIBLE = -1e9


@dataclass(frozen=True)
class Situation:
    """What a step depends on, one entry a donor-month; all arrays of one shape (...)."""

    level: Whole
    remaining: Array
    """What stays in the window, in usual half-years."""
    last: Whole
    """The last step: CUT, HOLD or UP."""
    share_up: Array
    share_cut: Array


def can_cut(level: Whole, remaining: Array) -> Any:
    """Whether what stays in the window is of a lower level, shape (...)."""
    return np.digitize(remaining, EDGES) < level


def features(now: Situation) -> tuple[Array, Array]:
    """Columns of (1) and (2) for COEFFICIENTS, each of shape (..., 13)."""
    edges = np.array([0.0, *EDGES, np.inf])
    month = 1 / WINDOW
    rise = np.minimum(edges[now.level + 1], EDGES[-1]) - now.remaining
    keep = edges[now.level] - now.remaining
    up, cut = np.zeros((*now.level.shape, len(COEFFICIENTS))), np.zeros((*now.level.shape, len(COEFFICIENTS)))
    for level in range(3):
        up[..., level] = now.level == level
        cut[..., 6 + level] = now.level == level + 1
    up[..., 3] = np.log(np.maximum(rise / month, SMALLEST_NEED))
    cut[..., 9] = np.log(np.maximum(keep / month, SMALLEST_NEED))
    for columns, start in ((up, 4), (cut, 10)):
        columns[..., start] = now.last == UP
        columns[..., start + 1] = now.last == CUT
    up[..., 12], cut[..., 12] = now.share_up, now.share_cut
    return up, cut


def probabilities(up: Array, cut: Array, now: Situation) -> Array:
    """P(cut), P(hold), P(up) by (3) from log odds (...), shape (..., 3)."""
    odds_up = np.where(now.level < 3, np.exp(np.minimum(up, 30)), 0.0)
    odds_cut = np.where(can_cut(now.level, now.remaining), np.exp(np.minimum(cut, 30)), 0.0)
    total = 1 + odds_up + odds_cut
    return np.stack([odds_cut / total, 1 / total, odds_up / total], axis=-1)


@dataclass(frozen=True)
class Rows:
    """Donor-months with a step that was seen.

    The unknowns in a row: coefficients (13), donors' theta and phi, months' kappa and lambda.

    up, cut      design of u and of c on the unknowns that each has, shape (row, column)
    up_at, cut_at  places of these columns among the unknowns, shape (column,)
    taken        the step of each row, shape (row,)
    now          the situation of each row
    usual        usual half-year of each row of the panel, EUR; NaN for one without records, which has no rows here
    """

    up: Array
    cut: Array
    up_at: Whole
    cut_at: Whole
    taken: Whole
    now: Situation
    usual: Array
    donors: int
    months: int


def history(panel: Panel) -> tuple[Array, Whole, Whole]:
    """Usual half-year (row,), levels (row, month), steps (row, month) of a panel; HOLD in the first month of both."""
    usual = usual_half_year(panel.amounts)
    levels = level_of(sums_of(panel.amounts), usual[:, None])
    steps = np.ones(levels.shape, dtype=np.int64)
    steps[:, WINDOW:] = steps_of(levels[:, WINDOW - 1 :])
    return usual, levels, steps


def situation_at(panel: Panel, month: int) -> Situation:
    """The situation of every row at the end of a month, before the step into the next; shape (row,)."""
    usual, levels, steps = history(panel)
    return _situation(panel, usual, levels, steps, month)


def _situation(panel: Panel, usual: Array, levels: Whole, steps: Whole, month: int) -> Situation:
    held = panel.amounts[:, month - WINDOW + 2 : month + 1].sum(axis=1)
    return Situation(
        levels[:, month],
        np.nan_to_num(held / usual),
        steps[:, month],
        panel.others @ (steps[:, month] == UP),
        panel.others @ (steps[:, month] == CUT),
    )


def rows_of(panel: Panel) -> Rows:
    """Every donor-month of a panel with a step, and the design of its log odds."""
    usual, levels, steps = history(panel)
    known = np.flatnonzero(np.isfinite(usual))
    first, last = WINDOW - 1, len(panel.months) - 1
    parts = [_situation(panel, usual, levels, steps, month) for month in range(first, last)]
    now = Situation(
        *(np.stack([getattr(part, name) for part in parts])[:, known].ravel() for name in Situation.__annotations__)
    )
    month, donor = (part.ravel() for part in np.meshgrid(np.arange(last - first), known, indexing="ij"))
    taken = steps[:, first + 1 :].T[:, known].ravel()
    donors, months = len(panel.rows), last - first
    up, cut = features(now)
    up_own, cut_own = np.array([0, 1, 2, 3, 4, 5, 12]), np.array([6, 7, 8, 9, 10, 11, 12])
    start = len(COEFFICIENTS) + np.cumsum([0, donors, donors, months])
    shared = np.hstack([np.eye(donors)[donor], np.eye(months)[month]])
    return Rows(
        up=np.hstack([up[:, up_own], shared]),
        cut=np.hstack([cut[:, cut_own], shared]),
        up_at=np.concatenate([up_own, start[0] + np.arange(donors), start[2] + np.arange(months)]),
        cut_at=np.concatenate([cut_own, start[1] + np.arange(donors), start[3] + np.arange(months)]),
        taken=taken,
        now=now,
        usual=usual,
        donors=donors,
        months=months,
    )
